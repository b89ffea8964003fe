"""The plan of a story: its stages, forms, items, what rests on what, and what models propose."""
