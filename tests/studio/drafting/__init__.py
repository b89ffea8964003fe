"""Drafting scenes from their plan."""
