"""The actions, area by area: only what exists is listed."""
