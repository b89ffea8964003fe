"""The lorebook on the desk."""
