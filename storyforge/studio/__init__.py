"""The verbs: the only room where the others meet."""
