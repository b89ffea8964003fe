"""Hypernetworks in memory: small networks before the keys and values of attention."""
