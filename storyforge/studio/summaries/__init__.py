"""Summaries of scenes and chapters: which there are, making them, all of them in a queue."""
