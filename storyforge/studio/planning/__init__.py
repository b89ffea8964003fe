"""Planning: what is asked of a model, what is taken of its answers, what the author writes."""
