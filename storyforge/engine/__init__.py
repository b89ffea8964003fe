"""What runs in the child process that holds a local model."""
