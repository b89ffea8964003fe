"""How long completing a tag takes, in a list of an image board's size."""

import random
import time

from benchmarks.sizes import Sizes, p95
from benchmarks.table import Bar, Row
from storyforge.domain.picture.tag import Category, Tag
from storyforge.images.tag_book import TagBook

_TAGS = 140_000
_BAR_MS = 10.0
_SYLLABLES = ("ka", "long", "hair", "s", "blue", "to", "rin", "mi", "sword", "a", "ha", "wing")


def completing(sizes: Sizes) -> list[Row]:
    """Beginnings of one to six letters of tags, the known ones more often."""
    chance = random.Random(0)
    book = TagBook(_tags(chance))
    names = [tag.name for tag in book]
    uses = {name: 1 + chance.randrange(9) for name in chance.sample(names, 500)}
    taken = []
    for _number in range(1_000 * sizes.rounds):
        # As boards' counts fall, so do what authors type: most of it is among the first.
        name = names[int(len(names) * chance.random() ** 3)]
        begun = name[: chance.randint(1, 6)]
        began = time.perf_counter()
        found = book.complete(begun, uses=uses)
        taken.append((time.perf_counter() - began) * 1000)
        assert found, begun
    what = f"completing a tag among {_TAGS:,}"
    return [Row(what, p95(taken), unit="ms", bar=Bar.AT_MOST, limit=_BAR_MS)]


def _tags(chance: random.Random) -> list[Tag]:
    made: dict[str, Tag] = {}
    while len(made) < _TAGS:
        words = ["".join(chance.choices(_SYLLABLES, k=chance.randint(1, 3))) for _word in range(3)]
        name = "_".join(words[: chance.randint(1, 3)])
        if name in made:
            name += f"_{len(made)}"
        category = chance.choice(list(Category))
        aliases = (f"{words[-1]}_{len(made)}",) if chance.random() < 0.5 else ()
        made[name] = Tag(name, category, int(6e6 / (len(made) + 1)), aliases)
    return list(made.values())
