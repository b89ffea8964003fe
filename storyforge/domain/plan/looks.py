"""How the people of a story look at a point of it. Pure.

A dated look is true from its scene on, in the order of the binder. One whose scene is not there, or
that has none, has not come yet: a look that is told too early gives the story away.
"""

from collections.abc import Iterable, Iterator, Sequence

from storyforge.domain.plan.fields import Kind
from storyforge.domain.plan.items import Item, Plan

#: of a look that is all that is seen from then on
WHOLE = "all of it"
_NEVER = 1_000_000_000


class Looks:
    """The dated looks of a plan, put in order once."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._places = {scene.id: at for at, scene in enumerate(plan.scenes)}
        self._dated: dict[str, list[tuple[int, Item]]] = {}
        for look in plan.of(Kind.LOOK):
            who = next(plan.referred(look, "who"), None)
            if who is not None:
                self._dated.setdefault(who.id, []).append((self._since(look), look))
        for dated in self._dated.values():
            dated.sort(key=lambda one: one[0])

    def of(self, character_id: str) -> tuple[Item, ...]:
        """The dated looks of somebody, as they come; those that never come last."""
        return tuple(look for _at, look in self._dated.get(character_id, ()))

    def at(self, character: Item, scene_id: str) -> tuple[Item, ...]:
        """What somebody looks like in a scene: the character, then dated looks; each with `look`.

        Where a look is all that is seen, what was before it is not among them.
        """
        here = self._places.get(scene_id, -1)
        found = [character]
        for since, look in self._dated.get(character.id, ()):
            if since > here:
                break
            if look.fact("instead") == WHOLE:
                found.clear()
            found.append(look)
        return tuple(found)

    def until(self, character_id: str, scene_id: str) -> tuple[Item, ...]:
        """The dated looks of somebody that have come in a scene, the first one first."""
        here = self._places.get(scene_id, -1)
        return tuple(look for since, look in self._dated.get(character_id, ()) if since <= here)

    def later(self, character_id: str, scene_id: str) -> tuple[Item, ...]:
        """The dated looks of somebody that have not come yet in a scene."""
        here = self._places.get(scene_id, -1)
        return tuple(look for since, look in self._dated.get(character_id, ()) if since > here)

    def _since(self, look: Item) -> int:
        since = next(self._plan.referred(look, "since"), None)
        return _NEVER if since is None else self._places.get(since.id, _NEVER)


def on_stage(plan: Plan, scene: Item) -> tuple[Item, ...]:
    """The characters who are planned for a scene, and whose eyes it is seen by; each once."""
    found = {one.id: one for one in plan.referred(scene, "cast")}
    found |= {one.id: one for one in plan.referred(scene, "point_of_view")}
    return tuple(found.values())


def look_told(looks: Sequence[Item]) -> str:
    """Looks as one text, as the plan has them."""
    return "; ".join(filter(None, (_line(one.fact("look")) for one in looks)))


def with_looks(plan: Plan, characters: Iterable[Item]) -> Iterator[Item]:
    """The characters, each with its dated looks behind it; last those that are nobody's."""
    looks, told = Looks(plan), set()
    for character in characters:
        yield character
        for look in looks.of(character.id):
            told.add(look.id)
            yield look
    yield from (look for look in plan.of(Kind.LOOK) if look.id not in told)


def _line(text: str) -> str:
    return " ".join(text.split()).rstrip(" .")
