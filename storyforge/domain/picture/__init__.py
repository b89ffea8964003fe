"""Pictures of the story: what is asked of a painter, and what came of it. Values, pure functions."""
