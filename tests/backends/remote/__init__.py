"""Models behind APIs, against real local servers."""
