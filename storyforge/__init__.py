"""storyforge: write stories in the terminal with a language model at hand."""
