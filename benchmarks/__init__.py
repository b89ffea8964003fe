"""What `make bench` runs: storyforge against the bare library under it, in one run."""
