"""The plan in the story file: items, what they rest on, proposals, what is drafted."""
