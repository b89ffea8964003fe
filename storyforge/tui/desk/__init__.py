"""What the desk does, one collaborator a noun. Each holds the screen, none another's state."""
