"""What `storyforge doctor` looks at: a part of the machine a module, each a row of findings."""
