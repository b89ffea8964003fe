"""Answers that hold a form: read while they come, mended, asked for again where they are none."""
