"""The nouns: frozen values that pass between rooms. Standard library only."""
