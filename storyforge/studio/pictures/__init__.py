"""Pictures of the story: ordered, drawn one after the other, kept."""
