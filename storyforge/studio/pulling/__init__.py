"""Models from the Hugging Face hub: what is there, what to take of it, and fetching it whole."""
