"""What the readings of many passages come to together: a scene, the cast, the world. Pure.

What a model says is taken as far as the text bears it out: a name that does not stand there goes.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from storyforge.domain.plan.forms import CHARACTER, SCENE, WORLD
from storyforge.domain.sentences import sentences
from storyforge.studio.reading_in.naming import (
    folded,
    has_word,
    is_same,
    joined,
    stands_in,
    strangers,
    without_article,
)

Value = Mapping[str, Any]

# Fields that are names are looked at one by one.
_NAMES = frozenset({"cast", "point_of_view", "place", "title", "name", "category", "genre"})
# Who is named in one scene only is told last, and of very many the least are left out.
_MOST_PEOPLE, _MOST_THINGS = 40, 60
# A place is worth an entry of its own without a word about it where so many scenes play there.
_SCENES_OF_A_PLACE = 2
# Sentences that tell of somebody, and characters of each.
_PASSAGES, _PASSAGE = 8, 240


def borne_out(value: Value, text: str) -> dict[str, Any]:
    """The reading of a scene without the names that do not stand in its text."""
    told = folded(text)
    found = plain(value, text)
    if not any(sign.isalpha() for sign in _text(found, "time")):
        found.pop("time", None)
    people = [name for name in _texts(value, "cast") if stands_in(name, told)]
    seen_by = _text(value, "point_of_view")
    if stands_in(seen_by, told):
        people.append(seen_by)
    else:
        found.pop("point_of_view", None)
    groups = joined(people)
    found["cast"] = [group[0] for group in groups][: SCENE.field("cast").items]
    if seen_by in people:
        found["point_of_view"] = next(group[0] for group in groups if seen_by in group)
    if not stands_in(without_article(_text(value, "place")), told):
        found.pop("place", None)
    return {name: one for name, one in found.items() if one}


def plain(value: Value, text: str) -> dict[str, Any]:
    """What a model says of a text without what names somebody whom the text does not have.

    Of a list a whole line goes, of other texts a sentence.
    """
    told = folded(text)

    def known(line: str) -> str:
        kept = [one for one in sentences(line) if not strangers(one.strip(), told)]
        return "".join(kept).strip()

    def cleaned(line: Any) -> Any:
        if isinstance(line, Mapping):
            return plain(line, text)
        return "" if strangers(line, told) else line

    found: dict[str, Any] = {}
    for name, one in value.items():
        if name in _NAMES:
            found[name] = one
        elif isinstance(one, list):
            found[name] = [line for line in map(cleaned, one) if line]
        else:
            found[name] = known(one) if isinstance(one, str) else one
    return {name: one for name, one in found.items() if one}


def one_scene(parts: Sequence[Value]) -> dict[str, Any]:
    """A scene from the readings of its parts: it begins as the first and ends as the last."""
    found: dict[str, Any] = {}
    people = [name for part in parts for name in _texts(part, "cast")]
    found["cast"] = [group[0] for group in joined(people)][: SCENE.field("cast").items]
    for name in ("point_of_view", "place", "time"):
        found[name] = next((told for part in parts if (told := _text(part, name))), "")
    beats = list(dict.fromkeys(beat for part in parts for beat in _texts(part, "beats")))
    found["beats"] = _spread(beats, SCENE.field("beats").items)
    found["change"] = next(
        (told for part in reversed(parts) if (told := _text(part, "change"))), ""
    )
    return {name: one for name, one in found.items() if one}


def people(scenes: Iterable[Value], known: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """The names of each of the cast, the one to be known by first; by how often they are there.

    Args:
        scenes: the readings of all scenes.
        known: the names of the plan's cast: somebody who has one of them is known by it.
    """
    there: Counter[str] = Counter()
    for scene in scenes:
        there.update(list(dict.fromkeys(_texts(scene, "cast"))))
    groups = joined([*known, *there])
    groups = tuple(
        (*(name for name in group if name in known), *(name for name in group if name not in known))
        for group in groups
    )
    order = sorted(groups, key=lambda group: -sum(there[name] for name in group))
    return tuple(group for group in order if any(there[name] for name in group))[:_MOST_PEOPLE]


def passages_of(names: Sequence[str], texts: Iterable[str], language: str) -> tuple[str, ...]:
    """Sentences that name somebody, from the whole story."""
    found: list[str] = []
    for text in texts:
        told = folded(text)
        if any(stands_in(name, told) for name in names):
            lines = (" ".join(one.split()) for one in sentences(text, language=language))
            found += [
                line[:_PASSAGE] for line in lines if any(_names(line, name) for name in names)
            ]
    return tuple(_spread(list(dict.fromkeys(found)), _PASSAGES))


def things(
    found: Iterable[Value],
    scenes: Sequence[Value],
    text: str,
    cast: Sequence[str],
    known: Sequence[str],
) -> list[dict[str, Any]]:
    """The places and things of a story, each once; those of `known` and the cast are none.

    Args:
        found: the readings of them, an object with `items` each.
        text: of the whole story, folded.
    """
    told: dict[str, dict[str, Any]] = {}
    often: Counter[str] = Counter()
    for one in (item for value in found for item in value.get("items") or ()):
        title = _text(one, "title")
        name = without_article(title)
        stands = bool(name) and has_word(name, text)
        if not stands or any(is_same(title, other) for other in cast):
            continue
        often[name] += 1
        if name in told:
            told[name]["content"] = _more(told[name]["content"], _text(one, "content"))
        else:
            told[name] = {
                "title": title,
                "category": _text(one, "category"),
                "keys": [name],
                "content": _text(one, "content"),
            }
    places = [place for scene in scenes if (place := _text(scene, "place"))]
    often.update(without_article(place) for place in places)
    for place in places:
        name = without_article(place)
        if name not in told and often[name] >= _SCENES_OF_A_PLACE:
            told[name] = {"title": place, "category": "place", "keys": [name], "content": ""}
    taken = {without_article(name) for name in known}
    order = sorted((name for name in told if name not in taken), key=lambda name: -often[name])
    return [told[name] for name in order[:_MOST_THINGS]]


def renamed(scene: Value, people: Sequence[Sequence[str]], things: Sequence[str]) -> Value:
    """A scene that calls its people and its place as the cast and the world do.

    Args:
        people: the names of each, the one to be known by first.
        things: the names of places and things.
    """
    known = {name: names[0] for names in people for name in names}
    found = dict(scene)
    if "cast" in found:
        cast = (known.get(name, name) for name in _texts(scene, "cast"))
        found["cast"] = list(dict.fromkeys(cast))
    if seen_by := _text(scene, "point_of_view"):
        found["point_of_view"] = known.get(seen_by, seen_by)
    if place := _text(scene, "place"):
        named = {without_article(thing): thing for thing in things}
        found["place"] = named.get(without_article(place), place)
    return found


def told_of(scene: Value) -> str:
    """What happens in a scene, in a line: its beats, else what changes."""
    return " ".join(_texts(scene, "beats")) or _text(scene, "change")


def line_of(name: str, value: Value) -> dict[str, str]:
    """Somebody's line from the reading of it, under the name they are known by."""
    items: Sequence[Value] = value.get("items") or ({},)
    role = _text(items[0], "role")
    return {"name": name, "role": role[: CHARACTER.field("role").most]}


def names_in(text: str, people: Iterable[Sequence[str]]) -> list[str]:
    """Who of the cast stands in a text, by the names they are known by."""
    told = folded(text)
    found = [names[0] for names in people if any(stands_in(name, told) for name in names)]
    return found[: SCENE.field("cast").items]


def _names(line: str, name: str) -> bool:
    return stands_in(name, folded(line))


def _more(told: str, other: str) -> str:
    """Two things that are said of one: both, where the second says more and there is room."""
    if not other or folded(other) in folded(told):
        return told
    both = f"{told} {other}".strip()
    return both if len(both) <= WORLD.field("content").most else told


def _spread(found: list[str], most: int) -> list[str]:
    """At most so many of them, from beginning to end."""
    if len(found) <= most:
        return found
    return [found[round(at * (len(found) - 1) / (most - 1))] for at in range(most)]


def _text(value: Value, name: str) -> str:
    told = value.get(name)
    return " ".join(told.split()) if isinstance(told, str) else ""


def _texts(value: Value, name: str) -> list[str]:
    told = value.get(name)
    lines = told if isinstance(told, list | tuple) else ()
    return [" ".join(line.split()) for line in lines if isinstance(line, str) and line.strip()]
