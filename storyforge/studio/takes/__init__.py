"""What a model answers: written, kept, walked, reworded."""
