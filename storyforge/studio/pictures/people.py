"""Who is in a picture of a scene, where they stand, and whether they are drawn one by one.

Somebody alone has all of the picture. Of several, each has a part of it; where their LoRAs would
blend, each is drawn in a pass of their own, and references count in their parts only.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from storyforge.domain.kept_json import read_json
from storyforge.domain.picture.adapters import Reference, Share
from storyforge.domain.picture.casting import REFERENCE, Casting, Company, side_by_side
from storyforge.domain.picture.compiled import Compiled, Part, Role
from storyforge.domain.picture.orders import Ability
from storyforge.domain.picture.painters import PainterProfile
from storyforge.domain.picture.passes import Person
from storyforge.errors import BadInput
from storyforge.i18n import _
from storyforge.settings import Settings
from storyforge.studio.pictures import cast_prompts, order_files
from storyforge.studio.pictures.abilities import lacks
from storyforge.studio.pictures.cast_prompts import Called
from storyforge.studio.pictures.references import Referring
from storyforge.studio.pictures.resolving import Folders

if TYPE_CHECKING:
    from storyforge.store.story_file import StoryFile
    from storyforge.studio.pictures.drawing import Wish

_REGIONS = "picture_people:"


@dataclass(frozen=True, slots=True)
class Shown:
    """What a picture is to show.

    Attributes:
        key: of a scene, or of an item of the plan.
        prompt: as the author left it, or the plan has it.
    """

    story: "StoryFile"
    key: str
    compiled: Compiled
    prompt: str


@dataclass(frozen=True, slots=True)
class Cast:
    """The people of an order.

    Attributes:
        prompt: of the order: where they are drawn apart, without what is anybody's own.
        seed: that the picture begins from; None for any.
        parts: what it was made from beside the prompt's words.
        notes: what the author should read.
    """

    prompt: str
    people: tuple[Person, ...] = ()
    references: tuple[Reference, ...] = ()
    seed: int | None = None
    parts: tuple[Part, ...] = ()
    notes: tuple[str, ...] = ()


def regions_of(story: "StoryFile", key: str) -> dict[str, Share]:
    """Where the author has people stand in a scene's pictures, by their ids."""
    told = read_json(story.recall(_REGIONS + key))
    found = dict[str, Share]()
    for who, share in told.items() if isinstance(told, dict) else ():
        if isinstance(share, list) and len(share) == 4 and all(map(_is_share, share)):
            left, top, right, bottom = map(float, share)
            if left < right and top < bottom:
                found[who] = (left, top, right, bottom)
    return found


def keep_regions(story: "StoryFile", key: str, regions: Mapping[str, Share]) -> None:
    """Have them stand there from now on; who is not named stands where the order has them."""
    story.remember(_REGIONS + key, json.dumps(regions) if regions else None)


def places(cast: Sequence[Casting], own: Mapping[str, Share]) -> dict[str, Share]:
    """Where each of them stands: as the author has it, else side by side."""
    usual = side_by_side(len(cast)) if cast else ()
    return {one.who: own.get(one.who, there) for one, there in zip(cast, usual, strict=True)}


def company(wish: "Wish", settings: Settings) -> Company:
    """How several people get into a picture, as wished or else as set."""
    return wish.company or Company(settings.pictures.people)


def would_part(cast: Sequence[Called], wanted: Company) -> bool:
    """Whether people are drawn one by one."""
    if len(cast) < 2 or wanted is Company.TOGETHER:
        return False
    if wanted is Company.APART:
        return any(one.blends or one.casting.reference for one in cast)
    return sum(one.blends for one in cast) > 1


def reference_parts(compiled: Compiled) -> tuple[Part, ...]:
    """The references of a cast as what a picture is made from, whether or not they can be used."""
    return tuple(
        Part(Role.CAST, "", one.reference_of, REFERENCE, source=one.reference)
        for one in compiled.cast
        if one.reference
    )


def cast_of(
    shown: Shown, profile: PainterProfile, settings: Settings, wish: "Wish", here: Folders
) -> Cast:
    """The people of what is ordered.

    Raises:
        BadInput: a LoRA of theirs is not there, or for another family.
    """
    story, compiled = shown.story, shown.compiled
    called = cast_prompts.called(shown.prompt, compiled.cast)
    part, notes = would_part(called, company(wish, settings)), list[str]()
    if wish.people is not None or (wish.redraw is not None and wish.redraw.is_inpaint):
        part = False  # a part is drawn over by all that the prompt calls
    if part and Ability.PEOPLE in lacks(profile):
        part = False
        notes.append(
            _(
                "The painter “{painter}” cannot draw people one by one: their LoRAs may blend."
            ).format(painter=profile.name)
        )
    there = places(compiled.cast, regions_of(story, shown.key))
    references = dict[str, Reference]()
    if wish.references is None:
        several = len(called) > 1 and not part
        regions = there if several else {}
        references = _references(story, compiled.cast, Referring(profile, here), regions, notes)
    cast = Cast(
        shown.prompt,
        references=tuple(references.values()),
        seed=_seed(shown),
        parts=reference_parts(compiled),
        notes=tuple(dict.fromkeys(notes)),
    )
    if not part:
        return cast
    own = [one for one in called if one.blends or one.casting.who in references]
    apart = tuple(
        replace(
            _person(one, there[one.casting.who], profile, here),
            reference=references.get(one.casting.who),
        )
        for one in own
    )
    bare = cast_prompts.without(shown.prompt, called)
    return replace(cast, prompt=bare, people=apart, references=())


def _person(one: Called, region: Share, profile: PainterProfile, here: Folders) -> Person:
    """Somebody in a pass of their own, by what the prompt calls of theirs."""
    between = ", " if "," in one.casting.prompt else " "
    return Person(
        one.casting.who,
        one.casting.name,
        between.join(filter(None, (one.casting.prompt, *one.words))),
        region,
        loras=here.uses(one.loras, profile),
        embeddings=here.embeddings(" ".join(one.words)),
        seed=one.casting.seed,
    )


def _references(
    story: "StoryFile",
    cast: Sequence[Casting],
    referring: Referring,
    regions: Mapping[str, Share],
    notes: list[str],
) -> dict[str, Reference]:
    """Those that can be had, by whose they are; of the others, why not."""
    found = dict[str, Reference]()
    for one in cast:
        if not one.reference:
            continue
        try:
            image = story.picture_sources.read(one.reference)
            region = regions.get(one.who)
            found[one.who] = referring.reference(image, one.weight, one.who, region)
        except BadInput as error:
            notes.append(
                _("“{name}” is drawn without the reference picture. {why} {hint}").format(
                    name=one.name, why=error.message, hint=error.hint
                )
            )
    return found


def _seed(shown: Shown) -> int | None:
    """The noise of somebody alone, once a scene: the same again would be the same picture."""
    story, key, cast = shown.story, shown.key, shown.compiled.cast
    seed = cast[0].seed if len(cast) == 1 else None
    if seed is None:
        return None
    drawn = (one.seed for one in story.pictures.all() if key in (one.scene_id, one.item_id))
    waiting = (
        order_files.seed_of(one.order)
        for one in story.picture_queue.all()
        if key in (one.scene_id, one.item_id)
    )
    return None if seed in (*drawn, *waiting) else seed


def _is_share(value: object) -> bool:
    return isinstance(value, int | float) and 0 <= value <= 1
