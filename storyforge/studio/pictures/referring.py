"""A picture made the reference of somebody in the plan: who it can be of, and one step of the plan.

The picture itself is kept among the story's sources, so it stays whatever becomes of the drawn one.
"""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from storyforge.domain.picture.casting import REFERENCE
from storyforge.domain.picture.orders import Region
from storyforge.domain.picture.pictures import Picture
from storyforge.domain.plan.fields import Kind
from storyforge.domain.plan.items import Item, Plan
from storyforge.domain.plan.looks import Looks, on_stage
from storyforge.errors import BadInput
from storyforge.i18n import _
from storyforge.studio.planning.editing import write
from storyforge.studio.planning.telling import name_of

if TYPE_CHECKING:
    from storyforge.store.story_file import StoryFile

#: the field that says how much a reference counts, in percent
WEIGHT = "reference_weight"
_CAN = (Kind.CHARACTER, Kind.LOOK)


def whose(plan: Plan, picture: Picture) -> tuple[Item, ...]:
    """Whom a picture can be the reference of, the likeliest first: who is in its scene, each with
    the looks of theirs that have come there. Where nobody is, everybody.
    """
    looks = Looks(plan)
    item = plan.item(picture.item_id)
    if item is not None and item.kind in _CAN:
        return (item,)
    scene = plan.item(picture.scene_id)
    here = on_stage(plan, scene) if scene is not None else ()
    cast = here or plan.of(Kind.CHARACTER)

    def each() -> Iterator[Item]:
        for one in cast:
            yield one
            yield from looks.until(one.id, picture.scene_id) if here else looks.of(one.id)

    return tuple(each())


def called(plan: Plan, item: Item) -> str:
    """Somebody, or a look of theirs, by name."""
    who = next(plan.referred(item, "who"), None) if item.kind is Kind.LOOK else None
    if who is None:
        return name_of(plan, item)
    return _("{name}: {value}").format(name=name_of(plan, who), value=name_of(plan, item))


def references(plan: Plan) -> dict[str, tuple[str, ...]]:
    """Whom each picture is the reference of, by its digest."""
    found = dict[str, tuple[str, ...]]()
    for item in (one for kind in _CAN for one in plan.of(kind)):
        if digest := item.fact(REFERENCE):
            found[digest] = (*found.get(digest, ()), called(plan, item))
    return found


def refer(story: "StoryFile", item_id: str, image: bytes, percent: int | None = None) -> str:
    """Have somebody, or a look of theirs, drawn after a picture: one step of the plan; its id.

    Args:
        percent: how much it counts; None leaves that as it is.

    Raises:
        BadInput: nobody in the plan has that id, or the picture is too large.
        Refused: the story is read-only.
    """
    _must_be_somebody(story, item_id)
    facts = {REFERENCE: story.picture_sources.put(image)}
    if percent is not None:
        facts[WEIGHT] = str(percent)
    return write(story, item_id, facts)


def pictures_of(story: "StoryFile", item_id: str) -> tuple[Picture, ...]:
    """The pictures that somebody is in, the latest first."""
    plan = story.plan.read()
    item = plan.item(item_id)
    if item is None:
        return ()
    who = next(plan.referred(item, "who"), item) if item.kind is Kind.LOOK else item
    places = {one.id for one in plan.scenes if who in on_stage(plan, one)} | {who.id, item_id}
    found = (one for one in story.pictures.all() if {one.scene_id, one.item_id} & places)
    return tuple(found)[::-1]


def from_picture(story: "StoryFile", item_id: str, picture_id: str) -> str:
    """`refer` to a picture of the story.

    Raises:
        BadInput: its file is gone, or nobody in the plan has that id.
    """
    return refer(story, item_id, story.pictures.read(picture_id))


def from_file(story: "StoryFile", item_id: str, path: Path) -> str:
    """`refer` to a picture file.

    Raises:
        BadInput: it is none, or nobody in the plan has that id.
    """
    from storyforge.studio.pictures.redrawing import read_picture

    return refer(story, item_id, read_picture(path))


def let_go(story: "StoryFile", item_id: str) -> str:
    """Have them drawn after no picture; one step of the plan.

    Raises:
        BadInput: nobody in the plan has that id.
    """
    _must_be_somebody(story, item_id)
    return write(story, item_id, {REFERENCE: "", WEIGHT: ""})


def part_of(image: bytes, region: Region) -> bytes:
    """A part of a picture as a PNG.

    Raises:
        BadInput: the picture cannot be read.
    """
    from storyforge.images.png import unpacked

    with unpacked(image) as whole:
        part = whole.convert("RGB").crop(region)
    written = io.BytesIO()
    part.save(written, "PNG")
    return written.getvalue()


def _must_be_somebody(story: "StoryFile", item_id: str) -> None:
    item = story.plan.read().item(item_id)
    if item is None or item.kind not in _CAN:
        raise BadInput(
            _("Only people of the plan, and their looks, are drawn after a reference picture."),
            title=_("Nobody's picture"),
            hint=_("Add them to the plan first."),
        )
