"""What we keep: one story is one SQLite file."""
