"""Painters behind an API."""
