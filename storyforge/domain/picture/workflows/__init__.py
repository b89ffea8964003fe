"""Workflows of ComfyUI: what a file says, and where in it a picture's prompt and settings go."""
