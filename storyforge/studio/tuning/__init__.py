"""How fast a local model is on this machine: what to try, trying it, and keeping what was best."""
