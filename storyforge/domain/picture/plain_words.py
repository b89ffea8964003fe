"""A prompt for a painter that reads sentences: without weights, schedules and calls. Pure."""

import re

from storyforge.domain.picture.grammar import loras_of, schedule, weighted

# What is left where something was called between two commas.
_COMMAS = re.compile(r"\s*,(?:\s*,)*\s*")


def plain(prompt: str, steps: int) -> str:
    """The words that a picture of so many steps would begin with, as a sentence has them."""
    first = schedule(loras_of(prompt)[0], steps)[0][1]
    chunks = ("".join(piece.text for piece in chunk) for chunk in weighted(first))
    return _COMMAS.sub(", ", ", ".join(" ".join(chunk.split()) for chunk in chunks)).strip(" ,")
