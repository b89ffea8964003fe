"""What the tests of prompts share: a counter of tokens, and a scene in a book of lore."""

import re

from storyforge.prompting.lore_calling import Scene

_TOKEN = re.compile(r"\s?\w{1,6}|\s|[^\w\s]")


def count(texts: tuple[str, ...]) -> tuple[int, ...]:
    """About four characters a token, a newline and punctuation one each, as models count."""
    return tuple(len(_TOKEN.findall(text)) for text in texts)


def place(tail: str, scene: str = "two", wish: str = "", at: int = 0) -> Scene:
    """A caret behind `tail`, in one of three scenes."""
    order = {"one": 0, "two": 1, "three": 2}
    return Scene(scene, tail, at, order, {"three": "The scar"}, wish)
