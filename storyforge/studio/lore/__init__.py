"""Lorebooks: files in and out, what a scene was told, what is called at the caret."""
