"""Stagings that a picture keeps, by ControlNet: how they are read, and what keeps them."""
