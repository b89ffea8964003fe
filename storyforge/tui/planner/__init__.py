"""The planner's collaborators: each knows the planner's screen, but not the others."""
