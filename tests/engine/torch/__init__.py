"""The rooms of engine/torch."""
