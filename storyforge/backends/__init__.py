"""Whom we say it to: one client a kind of model, all behind one protocol."""
