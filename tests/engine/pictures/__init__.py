"""The rooms of engine/pictures."""
