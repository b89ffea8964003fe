"""Models that transformers runs, in the engine process; torch is imported inside functions."""
