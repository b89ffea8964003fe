"""What `make bench` runs: storyforge against the bare library under it, on one machine in one run."""
