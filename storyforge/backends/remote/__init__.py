"""Models behind an API: pure translators, one an API, and the one room that talks HTTP."""
