"""Prompts compiled for all scenes of a story, with a dictionary as large as image boards have."""

import time
from pathlib import Path

from benchmarks.sizes import Sizes
from benchmarks.table import Bar, Row
from storyforge.domain.picture.compiling import Compiler
from storyforge.domain.picture.painters import Dialect, PainterProfile
from storyforge.domain.picture.tag import Tag
from storyforge.domain.plan.fields import Kind
from storyforge.domain.plan.items import PREMISE_ID, Item, Plan
from storyforge.images.tag_book import TagBook

_SCENES, _CAST, _TAGS = 300, 12, 140_000
_BAR_SECONDS = 0.5
_SEEN = ("red hair", "long coat", "tall hat", "black boots", "old lantern", "white dress")


def compiling(sizes: Sizes) -> list[Row]:
    """Each scene's prompt in each dialect, from a plan that nobody has compiled before."""
    plan, book = _plan(), TagBook(_tags())
    rows = []
    for dialect in (Dialect.NATURAL, Dialect.TAGS_SPACES):
        profile = PainterProfile("bench", Path("bench"), dialect)
        taken = []
        for _round in range(max(sizes.rounds, 1)):
            began = time.perf_counter()
            compiler = Compiler(plan, profile, book)
            prompts = [compiler.item(scene.id).prompt for scene in plan.scenes]
            taken.append(time.perf_counter() - began)
            assert all(prompts), "each scene has people in it"
        what = f"prompts compiled, {_SCENES} scenes, {dialect.value}"
        note = f"a cast of {_CAST}, {_TAGS:,} tags"
        rows.append(Row(what, max(taken), None, "s", Bar.AT_MOST, _BAR_SECONDS, note))
    return rows


def _tags() -> list[Tag]:
    words = ("red", "long", "tall", "black", "old", "white", "hair", "coat", "hat", "boots")
    known = [Tag(f"{one}_{other}_{number}") for number in range(1400) for one in words
             for other in words]  # fmt: skip
    seen = [Tag(one.replace(" ", "_"), count=9) for one in _SEEN]
    return [*seen, *known[: _TAGS - len(seen)]]


def _plan() -> Plan:
    chapters = [Item(f"c{at}", Kind.CHAPTER, {"title": f"No. {at}"}) for at in range(30)]
    people = [
        Item(
            f"p{at}",
            Kind.CHARACTER,
            {
                "name": f"Mara {chr(65 + at)}reed",
                "look": f"A tall {'woman' if at % 2 else 'man'} with {_SEEN[at % 6]}, "
                f"{_SEEN[(at + 1) % 6]}, and a face that the sea has worn, {30 + at} years old.",
            },
        )
        for at in range(_CAST)
    ]
    looks = [
        Item(
            f"l{at}",
            Kind.LOOK,
            {
                "name": f"look {at}",
                "who": f"p{at % _CAST}",
                "since": f"s{at * 12}",
                "look": f"wears {_SEEN[at % 6]}",
                "instead": "all of it" if at % 5 == 4 else "",
            },
        )
        for at in range(2 * _CAST)
    ]
    places = [
        Item(f"w{at}", Kind.WORLD, {"title": f"The Tower {at}", "look": f"a white tower no. {at}"})
        for at in range(20)
    ]
    scenes = [
        Item(
            f"s{at}",
            Kind.SCENE,
            {
                "title": f"scene {at}",
                "cast": "\n".join(one.id for one in people),
                "place": f"w{at % 20}",
                "time": "night",
                "weather": f"fog no. {at}",
                "shown": f"{people[at % _CAST].name} lifts an old lantern {at} times at "
                f"The Tower {at % 20}, and {people[(at + 1) % _CAST].name} looks away.",
            },
            f"c{at // 10}",
        )
        for at in range(_SCENES)
    ]
    premise = Item(PREMISE_ID, Kind.PREMISE, {"style": "watercolour, soft light"})
    return Plan((premise, *people, *looks, *places, *chapters, *scenes), "The Light")
