"""Takes on the desk: walking them, several at once, the tree."""
