"""One module a foreign format. Each reads bytes and answers `Brought`; none opens a file."""
