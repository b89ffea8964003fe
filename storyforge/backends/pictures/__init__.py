"""Who draws: one client a kind of painter behind one protocol."""
