"""The rooms of images/."""
