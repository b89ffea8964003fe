"""Reading a manuscript in: a model proposes, scene by scene, what the plan has no word of yet."""
