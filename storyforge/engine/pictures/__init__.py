"""Pictures in the engine process: diffusers, imported inside functions only."""
