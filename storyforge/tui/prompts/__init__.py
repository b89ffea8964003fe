"""What can be done with the prompt templates on their screen."""
