"""Pictures as the command line tells them: rows, facts, JSON."""

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from storyforge.cli.picture_names import SHOWN
from storyforge.cli.picture_settings import told_settings
from storyforge.cli.talk import shortened
from storyforge.i18n import _, in_quotes, listed

if TYPE_CHECKING:
    from storyforge.domain.picture.pictures import Picture
    from storyforge.images.infotext import Reading
    from storyforge.store.story_file import StoryFile

_COLUMNS = 48
Fact = tuple[str, str]


def numbers_of(story: "StoryFile") -> dict[str, int]:
    """The scenes' numbers, as `show` counts them, by id."""
    return {scene.id: number for number, scene in enumerate(story.outline().scenes, start=1)}


def named(one: "Picture") -> str:
    """A picture as an author knows it again."""
    about = one.alt or one.prompt
    return f"{one.id[:SHOWN]} {in_quotes(shortened(about, _COLUMNS))}" if about else one.id[:SHOWN]


def row(one: "Picture", numbers: Mapping[str, int], missing: AbstractSet[str]) -> list[str]:
    """A line of the list."""
    number = numbers.get(one.scene_id)
    return [
        one.id[:SHOWN],
        str(number) if number else "",
        _marks(one, missing),
        f"{one.width}×{one.height}",
        str(one.seed),
        shortened(one.alt or one.prompt, _COLUMNS),
    ]


def facts(one: "Picture", numbers: Mapping[str, int], missing: AbstractSet[str]) -> Iterator[Fact]:
    """All that is known of one."""
    number = numbers.get(one.scene_id)
    lies = _("beside the story") if one.beside else _("in the story file")
    yield _("id"), one.id
    yield _("scene"), str(number) if number else ""
    yield _("drawn"), one.created.astimezone().strftime("%Y-%m-%d %H:%M")
    yield _("painter"), one.painter
    yield _("drawn at"), one.place
    yield _("file"), _("gone") if one.id in missing else lies
    yield _("size"), f"{one.width}×{one.height}"
    yield _("marks"), _marks(one, frozenset())
    yield _("what it shows"), one.alt
    yield _("prompt"), one.prompt
    yield _("negative prompt"), one.negative
    yield _("seed"), str(one.seed)
    yield from told_settings(one.settings)


def picture_json(
    one: "Picture", numbers: Mapping[str, int], missing: AbstractSet[str]
) -> dict[str, Any]:
    """One for programs."""
    return {
        "id": one.id,
        "scene": numbers.get(one.scene_id),
        "scene_id": one.scene_id,
        "item_id": one.item_id,
        "created": one.created.isoformat(),
        "chosen": one.chosen,
        "rating": one.rating,
        "deleted": one.deleted,
        "missing": one.id in missing,
        "beside": one.beside,
        "width": one.width,
        "height": one.height,
        "bytes": one.size,
        "seed": one.seed,
        "painter": one.painter,
        "alt": one.alt,
        "flaw": one.flaw,
        "parent": one.parent_id,
    }


def reading_facts(found: "Reading") -> Iterator[Fact]:
    """How a picture of any program was made."""
    yield _("made by"), found.source
    yield _("prompt"), found.prompt
    yield _("negative prompt"), found.negative
    yield _("steps"), _number(found.steps)
    yield _("sampler"), listed(one for one in (found.sampler, found.schedule) if one)
    yield _("guidance scale"), _number(found.guidance)
    yield _("seed"), _number(found.seed)
    yield _("size"), f"{found.width}×{found.height}" if found.width and found.height else ""
    yield _("clip skip"), _number(found.clip_skip)
    yield _("denoising strength"), _number(found.strength)
    yield _("checkpoint"), listed(one for one in (found.model, found.model_hash) if one)
    yield "LoRAs", listed(f"{name}:{weight:g}" for name, weight in found.loras)
    yield from found.more.items()


def reading_json(found: "Reading") -> dict[str, Any]:
    """The same for programs."""
    return asdict(found) | {"loras": dict(found.loras), "more": dict(found.more)}


def _marks(one: "Picture", missing: AbstractSet[str]) -> str:
    told = [_("chosen")] if one.chosen else []
    if one.rating:
        told.append("★" * one.rating)
    if one.settings.get("heat"):
        told.append(_("word heat"))
    if one.flaw:
        told.append(_("black"))
    if one.id in missing:
        told.append(_("file gone"))
    return listed(told)


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.15g}" if isinstance(value, float) else str(value)
