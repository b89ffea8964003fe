"""Drawing after pictures."""
