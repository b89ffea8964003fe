"""Pictures of the story: what is asked of a painter, what came of it. Values, pure functions."""
