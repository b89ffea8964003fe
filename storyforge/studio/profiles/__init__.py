"""Models by name, and which of them is asked for what."""
