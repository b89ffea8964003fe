"""From a scene to orders, and from what was drawn to a picture of the story.

`order_for` looks at plan and folders and loads nothing: what cannot be drawn is named before.
"""

import json
import secrets
import uuid
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from storyforge.domain.picture.adapters import Reference
from storyforge.domain.picture.casting import Company
from storyforge.domain.picture.compiled import Compiled, Part, Role
from storyforge.domain.picture.grammar import notes_of
from storyforge.domain.picture.orders import Drawn, Order, PainterCard, Redraw, Variation
from storyforge.domain.picture.painters import PainterProfile
from storyforge.domain.picture.passes import Faces, Hires, Larger, Person
from storyforge.domain.picture.pictures import Picture, QueuedPicture
from storyforge.domain.picture.seeds import SEEDS
from storyforge.domain.picture.staging import Control
from storyforge.errors import BadInput
from storyforge.i18n import _
from storyforge.images.folders import Found
from storyforge.settings import Settings
from storyforge.studio.pictures import enlarging, hand_prompts, heat, lacking, order_files
from storyforge.studio.pictures.cast_prompts import whole_prompt
from storyforge.studio.pictures.people import Cast, Shown, cast_of
from storyforge.studio.pictures.quick import quickened
from storyforge.studio.pictures.resolving import Folders
from storyforge.studio.pictures.stagings import doubts, kept_controls
from storyforge.studio.pictures.wished import sampling_for, size_for

if TYPE_CHECKING:
    from storyforge.store.story_file import StoryFile

# What a picture is of; style and quality alone are of nothing.
_SHOWN = frozenset({Role.CAST, Role.ACTION, Role.PLACE, Role.TIME, Role.WEATHER})


class NothingToShow(BadInput):
    """The plan says nothing of a scene that a picture could show."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What is wanted in the place of what plan, profile and family say; None leaves it to them.

    Attributes:
        prompt, negative: the whole of them, LoRAs included.
        seed: None draws one.
        references, people: None takes them from the plan.
        company: how several people get into it; None goes by the settings.
        controls: None takes the staging that the scene keeps.
        parent_id: the picture that it is redrawn from.
    """

    prompt: str | None = None
    negative: str | None = None
    seed: int | None = None
    width: int | None = None
    height: int | None = None
    steps: int | None = None
    guidance: float | None = None
    sampler: str | None = None
    schedule: str | None = None
    clip_skip: int | None = None
    freeu: bool | None = None
    redraw: Redraw | None = None
    variation: Variation | None = None
    preview_every: int = 0
    references: tuple[Reference, ...] | None = None
    controls: tuple[Control, ...] | None = None
    people: tuple[Person, ...] | None = None
    company: Company | None = None
    hires: Hires | None = None
    faces: Faces | None = None
    larger: Larger | None = None
    heat: bool = False
    parent_id: str = ""


@dataclass(frozen=True, slots=True)
class Planned:
    """A picture that can be ordered.

    Attributes:
        compiled: the prompt as the plan gives it, whatever is sent.
        text_hash: of the scene's text.
        notes: what the author should read before it is drawn.
        parts: what it is made from beside the prompt's words.
    """

    scene_id: str
    painter: str
    order: Order
    compiled: Compiled
    text_hash: str = ""
    parent_id: str = ""
    notes: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()


def order_for(
    story: "StoryFile",
    scene_id: str,
    profile: PainterProfile,
    settings: Settings,
    wish: Wish = Wish(),
    *,
    found: Found | None = None,
) -> Planned:
    """What a scene's picture is ordered with. Call it in a thread: it reads plan and folders.

    Args:
        profile: with nothing left open, as `profiles.ready_profile` gives it.
        found: the author's folders, where they were looked through already.

    Raises:
        NothingToShow: the plan says nothing of it.
        BadInput: a LoRA is not there or for another family, a sampler is not known, or the picture
            would become larger than any.
    """
    from storyforge.studio.pictures.compiling import compile_for, text_hash

    compiled = compile_for(story, scene_id, profile)
    prompt, negative, notes = _prompts(story, scene_id, compiled, wish)
    here = Folders(settings, found)
    shown = Shown(story, scene_id, compiled, prompt)
    cast = cast_of(shown, profile, settings, wish, here)
    order = _ordered(cast, negative, profile, wish, here)
    controls = wish.controls
    if controls is None and not order.is_kept:
        controls = kept_controls(story, scene_id, profile, here)
    order, quick = quickened(order, profile, settings, wish)
    order = _added(order, wish, cast, controls or ())
    order, left_out = enlarging.settled(order, profile)
    order, lacked = lacking.fitted(order, profile, wish)
    notes += (*cast.notes, *quick, *left_out, *lacked, *doubts(order.controls, profile))
    notes += tuple(_(one.text).format_map(one.values) for one in notes_of(prompt))
    return Planned(
        scene_id,
        profile.name,
        order,
        compiled,
        text_hash=text_hash(story, scene_id),
        parent_id=wish.parent_id,
        notes=notes,
        parts=cast.parts,
    )


def tickets(planned: Planned, count: int = 1) -> tuple[QueuedPicture, ...]:
    """`count` orders of it, the seeds counting up from the first's."""
    every = (*planned.compiled.parts, *planned.parts)
    parts = json.dumps([asdict(part) for part in every], ensure_ascii=False)
    sources = order_files.sources_of(planned.order)
    return tuple(
        QueuedPicture(
            id=new_id(),
            scene_id=planned.scene_id,
            created=now(),
            order=order_files.write(
                order_files.Ticket(
                    replace(planned.order, seed=(planned.order.seed + number) % SEEDS),
                    planned.painter,
                    planned.compiled.alt,
                )
            ),
            parts=parts,
            plan_hash=planned.compiled.hash,
            text_hash=planned.text_hash,
            parent_id=planned.parent_id,
            sources=sources,
        )
        for number in range(count)
    )


def with_new_seed(queued: QueuedPicture) -> QueuedPicture:
    """The same order with another seed.

    Raises:
        BadInput: it cannot be read.
    """
    order = order_files.with_seed(queued.order, new_seed())
    return replace(queued, id=new_id(), created=now(), order=order, state="waiting", why="")


def keep(story: "StoryFile", queued: QueuedPicture, drawn: Drawn, card: PainterCard) -> Picture:
    """Keep what was drawn, the PNG with how it was made in it, and let its order go, in one step.

    Raises:
        StoryFileError: it cannot be written; the order is left.
    """
    from storyforge.images.own_facts import png_of

    told = order_files.read(queued.order, story.picture_sources.read)
    order = replace(told.order, seed=drawn.seed)
    # An order of version 6 of the story file has them in itself.
    story.picture_sources.keep(order_files.sources_of(order))
    # Its scene may have been joined to another one meanwhile.
    now_is = {one.id: one.scene_id for one in story.picture_queue.all()}
    picture = Picture(
        id=queued.id,
        scene_id=now_is.get(queued.id, queued.scene_id),
        item_id=queued.item_id,
        created=now(),
        width=drawn.raster.width,
        height=drawn.raster.height,
        seed=drawn.seed,
        painter=told.painter or card.name,
        place=card.place,
        prompt=order.prompt,
        negative=order.negative,
        alt=told.alt,
        parts=queued.parts,
        plan_hash=queued.plan_hash,
        text_hash=queued.text_hash,
        settings={
            **order_files.settings_of(replace(told, order=order), drawn.facts),
            **heat.settings_of(story, drawn.heat),
        },
        parent_id=queued.parent_id,
        flaw=drawn.flaw.value,
    )
    data = png_of(drawn.raster, order, picture, story.outline().story_id)
    with story.together():  # an order left by a kill in between would be drawn over the picture
        kept = story.pictures.add(picture, data)
        story.picture_queue.remove(queued.id)
    return kept


def new_seed() -> int:
    """Any seed."""
    return secrets.randbelow(SEEDS)


def new_id() -> str:
    """A new id of a picture or an order."""
    return uuid.uuid4().hex


def now() -> datetime:
    """This moment."""
    return datetime.now(UTC)


def _prompts(
    story: "StoryFile", scene_id: str, compiled: Compiled, wish: Wish
) -> tuple[str, str, tuple[str, ...]]:
    """What is sent, and what to say of it: as wished, as the author left it, else by the plan.

    Raises:
        NothingToShow: there is nothing of all that.
    """
    prompt, negative = whole_prompt(compiled), compiled.negative
    notes: tuple[str, ...] = ()
    by_hand = hand_prompts.of_scene(story, scene_id) if wish.prompt is None else None
    if by_hand is not None:
        prompt, negative = by_hand.prompt, by_hand.negative
        if by_hand.base != compiled.hash:
            notes = (_("Its prompt was changed by hand, and the plan has changed since."),)
    prompt = prompt if wish.prompt is None else wish.prompt
    negative = negative if wish.negative is None else wish.negative
    planned = wish.prompt is None and by_hand is None
    shown = any(part.text and part.role in _SHOWN for part in compiled.parts)
    if not prompt.strip() or (planned and not shown):
        raise NothingToShow(
            _("Its plan says nothing yet that a picture could show."),
            title=_("Nothing to draw"),
            hint=_("Plan its people, place or moment, or write the prompt yourself."),
        )
    return prompt, negative, notes


def _ordered(
    cast: Cast, negative: str, profile: PainterProfile, wish: Wish, here: Folders
) -> Order:
    """Words and settings, with what the words call."""
    sampling = sampling_for(profile, wish)
    width, height = size_for(profile, wish)
    seed = cast.seed if wish.seed is None else wish.seed
    return Order(
        prompt=cast.prompt,
        negative=negative,
        width=width,
        height=height,
        steps=wish.steps or profile.steps,
        guidance=profile.guidance if wish.guidance is None else wish.guidance,
        sampler=sampling[0],
        schedule=sampling[1],
        seed=new_seed() if seed is None else seed,
        clip_skip=wish.clip_skip or profile.clip_skip,
        loras=here.loras(cast.prompt, profile),
        embeddings=here.embeddings(f"{cast.prompt}\n{negative}"),
        hypernetworks=here.hypernetworks(cast.prompt, profile),
        freeu=profile.freeu if wish.freeu is None else wish.freeu,
        redraw=wish.redraw,
        variation=wish.variation,
        preview_every=wish.preview_every,
    )


def _added(order: Order, wish: Wish, cast: Cast, controls: tuple[Control, ...]) -> Order:
    """The order with what is wished beside words and settings."""
    return replace(
        order,
        references=cast.references if wish.references is None else wish.references,
        controls=controls,
        people=cast.people if wish.people is None else wish.people,
        hires=wish.hires,
        faces=wish.faces,
        larger=wish.larger,
        heat=wish.heat,
    )
