"""What a model is asked: gathered, laid out, looked at, read ahead."""
