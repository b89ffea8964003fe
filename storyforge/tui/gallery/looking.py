"""What the gallery shows: pictures by scene and by item of the plan, as they were read last. Pure
but for `look`, which reads.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from storyforge.domain.picture.pictures import Picture, QueuedPicture
from storyforge.domain.story import Outline
from storyforge.domain.text import one_line
from storyforge.i18n import _, ngettext
from storyforge.tui.gallery import telling
from storyforge.tui.gallery.grid_layout import Group, Tile

if TYPE_CHECKING:
    from storyforge.store.story_file import StoryFile

#: the group of pictures that show no scene and nothing of the plan
STORY = "\0story"
CHOSEN, RATED, HEATED = "★", "●", "≋"


class Kind(StrEnum):
    """Which pictures are shown."""

    ALL = "all"
    SCENE = "scene"
    CHOSEN = "chosen"
    RATED = "rated"
    STALE = "stale"
    ITEMS = "items"


@dataclass(frozen=True, slots=True)
class Filter:
    """Which pictures are shown; `least` is the rating for RATED, `scene_id` the one for SCENE."""

    kind: Kind = Kind.ALL
    least: int = 0
    scene_id: str = ""

    def __call__(self, picture: Picture, stale: Mapping[str, Sequence[str]]) -> bool:
        """Whether a picture is among them."""
        match self.kind:
            case Kind.SCENE:
                return picture.scene_id == self.scene_id
            case Kind.CHOSEN:
                return picture.chosen
            case Kind.RATED:
                return picture.rating >= self.least
            case Kind.STALE:
                return picture.id in stale
            case Kind.ITEMS:
                return not picture.scene_id
        return True


@dataclass(frozen=True, slots=True)
class Look:
    """What was read.

    Attributes:
        pictures: the oldest first.
        stale: what has changed since, by the picture's id.
        missing: pictures whose files are gone.
        names: of the plan's items that can be drawn, by their ids.
        told: those of them that have a row without a picture: people, and what has a look.
        references: whom a picture is the reference of, by its digest.
    """

    outline: Outline | None = None
    pictures: tuple[Picture, ...] = ()
    stale: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    missing: frozenset[str] = frozenset()
    names: Mapping[str, str] = field(default_factory=dict)
    told: frozenset[str] = frozenset()
    references: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def picture(self, key: str) -> Picture | None:
        """One of them."""
        return next((one for one in self.pictures if one.id == key), None)

    def title_of(self, shown: "Picture | QueuedPicture") -> str:
        """What a picture shows, or an order will: its scene, its item, or the story."""
        if shown.scene_id:
            return self.scene_name(shown.scene_id) or _("(a scene that is gone)")
        return self.names.get(shown.item_id, "") or _("The whole story")

    def scene_name(self, scene_id: str) -> str:
        """A scene's title, or its number where it has none; empty where it is gone."""
        for number, chapter in enumerate(self.outline.chapters if self.outline else (), start=1):
            for place, scene in enumerate(chapter.scenes, start=1):
                if scene.id == scene_id:
                    return scene.title or f"{number}.{place}"
        return ""


def look(story: "StoryFile") -> Look:
    """Read all of it. Call it in a thread."""
    from storyforge.domain.plan.forms import Kind as Item
    from storyforge.studio.pictures.compiling import stale
    from storyforge.studio.pictures.referring import references

    plan = story.plan.read()
    cast, world = plan.of(Item.CHARACTER), plan.of(Item.WORLD)
    seen = (one for one in world if one.fact("look") or one.fact("look_picture"))
    return Look(
        outline=story.outline(),
        pictures=story.pictures.all(),
        stale={one.picture.id: tuple(one.reasons) for one in stale(story)},
        missing=story.pictures.missing(),
        names={one.id: one.name for one in (*cast, *world) if one.name},
        told=frozenset(one.id for one in (*cast, *seen)),
        references=references(plan),
    )


def groups(found: Look, wanted: Filter) -> tuple[Group, ...]:
    """As the grid shows it: scene by scene, then what shows none."""
    kept = [one for one in found.pictures if wanted(one, found.stale)]
    by_place = dict[str, list[Picture]]()
    for picture in kept:
        by_place.setdefault(picture.scene_id or picture.item_id or STORY, []).append(picture)
    made = list[Group]()
    outline = found.outline
    for number, chapter in enumerate(outline.chapters if outline is not None else (), start=1):
        for place, scene in enumerate(chapter.scenes, start=1):
            pictures = by_place.pop(scene.id, [])
            if pictures or wanted.kind is Kind.ALL or wanted.scene_id == scene.id:
                title = f"{number}.{place}  {scene.title}".rstrip()
                made.append(_group(scene.id, title, pictures, found))
    for key, name in found.names.items():
        pictures = by_place.pop(key, [])
        wants = wanted.kind is Kind.ITEMS or (wanted.kind is Kind.ALL and key in found.told)
        if pictures or wants:
            made.append(_group(key, name, pictures, found))
    if rest := [one for pictures in by_place.values() for one in pictures]:
        made.append(_group(STORY, _("The whole story"), rest, found))
    return tuple(made)


def _group(key: str, title: str, pictures: Sequence[Picture], found: Look) -> Group:
    old = sum(one.id in found.stale for one in pictures)
    count = len(pictures)
    told = ngettext("{count} picture", "{count} pictures", count).format(count=count)
    warning = ngettext("! {count} out of date", "! {count} out of date", old).format(count=old)
    return Group(
        key,
        title,
        note=told if count else _("no picture yet"),
        warning=warning if old else "",
        tiles=tuple(tile(one, found) for one in _ordered(pictures)),
    )


def _ordered(pictures: Sequence[Picture]) -> Iterator[Picture]:
    """The chosen one first, then the newest."""
    yield from (one for one in pictures if one.chosen)
    yield from (one for one in reversed(pictures) if not one.chosen)


def tile(picture: Picture, found: Look) -> Tile:
    """A picture with its signs: chosen, rating, larger than it was drawn, with word heat, and what
    is not as it should be.
    """
    scale = telling.scale_of(picture)
    larger = f"×{scale:g}" if scale > 1 else ""
    heat = HEATED * telling.has_heat(picture)
    signs = " ".join(filter(None, (CHOSEN * picture.chosen, RATED * picture.rating, larger, heat)))
    note = str(picture.seed)
    if picture.id in found.missing:
        note = _("! file gone")
    elif picture.flaw:
        note = _("! black")
    elif picture.id in found.stale:
        note = _("! old")
    return Tile(picture, signs, note, words=one_line(picture.alt or picture.prompt))


def told(wanted: Filter, name_of: Callable[[str], str]) -> str:
    """Which pictures are shown, in a few words; "" for all of them."""
    match wanted.kind:
        case Kind.SCENE:
            return _("only of “{scene}”").format(scene=name_of(wanted.scene_id))
        case Kind.CHOSEN:
            return _("only the chosen ones")
        case Kind.RATED:
            return _("only from {stars} on").format(stars=RATED * wanted.least)
        case Kind.STALE:
            return _("only what is out of date")
        case Kind.ITEMS:
            return _("only of people and places")
    return ""
