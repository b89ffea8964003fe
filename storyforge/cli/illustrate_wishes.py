"""What is asked of `illustrate`: options that do not go together, and what they come to."""

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from storyforge.cli import illustrate_options as options
from storyforge.cli import larger_options as better
from storyforge.cli import people_options, staging_options
from storyforge.cli.leaving import YES
from storyforge.cli.painters import PAINTER
from storyforge.cli.picture_names import picture_named
from storyforge.cli.scene_numbers import chosen_scenes
from storyforge.errors import BadInput, Refused
from storyforge.i18n import _, listed
from storyforge.paths import at_home

if TYPE_CHECKING:
    from storyforge.domain.picture.orders import Redraw
    from storyforge.domain.story import SceneHead
    from storyforge.store.story_file import StoryFile
    from storyforge.studio.pictures.drawing import Wish

# No painter of these families makes anything of less.
_SMALLEST, _LARGEST = 64, 2048
# What draws by orders that are settled, and what is open in others only.
_SETTLED = ("--resume", "--again", "--heavier", "--vary")
_OPEN = (
    *("prompt", "negative", "seed", "size", "steps", "sampler", "schedule", "people"),
    *("reference", "no_reference", "staging", "no_staging", "hires", "faces", "face", "larger"),
)


class Asked(NamedTuple):
    """The options, as they were given; each field is one."""

    scenes: options.SCENES = None
    stale: options.STALE = False
    resume: options.RESUME = False
    again: options.AGAIN = None
    heavier: options.HEAVIER = None
    each: options.EACH = None
    painter: PAINTER = None
    prompt: options.PROMPT = None
    negative: options.NEGATIVE = None
    seed: options.SEED = None
    size: options.SIZE = None
    steps: options.STEPS = None
    sampler: options.SAMPLER = None
    schedule: options.SCHEDULE = None
    heat: options.HEAT = False
    redraw: options.REDRAW = None
    strength: options.STRENGTH = None
    region: options.REGION = None
    mask: options.MASK = None
    whole: options.WHOLE = False
    vary: better.VARY = None
    vary_strength: better.VARY_STRENGTH = None
    people: people_options.TOGETHER = None
    reference: people_options.REFERENCE = None
    reference_weight: people_options.REFERENCE_WEIGHT = None
    no_reference: people_options.NO_REFERENCE = False
    staging: staging_options.STAGING = None
    keep: staging_options.KEEP = None
    staging_weight: staging_options.STAGING_WEIGHT = None
    staging_ready: staging_options.STAGING_READY = False
    staging_stays: staging_options.STAGING_STAYS = False
    no_staging: staging_options.NO_STAGING = False
    finish: better.FINISH = None
    hires: better.HIRES = None
    hires_strength: better.HIRES_STRENGTH = None
    faces: better.FACES = False
    face: better.FACE = None
    face_strength: better.FACE_STRENGTH = None
    larger: better.LARGER = None
    larger_strength: better.LARGER_STRENGTH = None
    tile: better.TILE = None
    overlap: better.OVERLAP = None
    demo: options.DEMO = False
    yes: YES = False


def check(asked: Asked, *, show: bool, forever: bool) -> None:
    """Refuse what does not go together, before a story is written to.

    Raises:
        BadInput: why.
    """
    ways = {
        "--scenes": asked.scenes is not None,
        "--stale": asked.stale,
        "--resume": asked.resume,
        "--again": asked.again is not None,
        "--heavier": asked.heavier is not None,
        "--vary": asked.vary is not None,
    }
    given = [name for name, is_given in ways.items() if is_given]
    if len(given) > 1:
        raise options.either(given)
    begun = {
        "--redraw": asked.redraw,
        "--finish": asked.finish,
        "--vary": asked.vary,
        "--again": asked.again,
        "--heavier": asked.heavier,
    }
    if len(several := [name for name, value in begun.items() if value is not None]) > 1:
        raise options.either(several)
    if given and given[0] in _SETTLED:
        _refuse_more(asked, given[0], show)
    if forever and asked.again is not None:
        raise options.either(["--forever", "--again"])
    if asked.redraw is None:
        alone = [
            name
            for name, is_given in (
                ("--strength", asked.strength is not None),
                ("--region", asked.region is not None),
                ("--mask", asked.mask is not None),
                ("--whole", asked.whole),
            )
            if is_given
        ]
        if alone:
            raise BadInput(
                _("{names} needs a picture to begin from.").format(names=listed(alone)),
                title=_("Not understood"),
                hint=_("Name one: --redraw PICTURE|FILE"),
            )
    if asked.region is not None and asked.mask is not None:
        raise options.either(["--region", "--mask"])
    staging_options.check(asked)
    people_options.check(asked)
    better.check(asked)


def _refuse_more(asked: Asked, way: str, show: bool) -> None:
    """Refuse what would be said beside an order that is settled: whoever drew it draws it."""
    more = {
        "--show": show,
        "--painter": asked.painter,
        "--count": asked.each if way != "--vary" else None,
        "--heat": asked.heat and way == "--resume",
        **{f"--{field.replace('_', '-')}": getattr(asked, field) for field in _OPEN},
    }
    # A seed may be 0.
    said = [name for name, value in more.items() if value is not None and value is not False]
    if said:
        raise options.either([way, *said])


def scenes_of(story: "StoryFile", asked: Asked) -> "tuple[SceneHead, ...]":
    """The scenes that are meant.

    Raises:
        BadInput: they are not in the story.
        Refused: there are none.
    """
    if asked.scenes is not None:
        return chosen_scenes(story, asked.scenes)
    heads = story.outline().scenes
    if asked.stale:
        from storyforge.studio.pictures.compiling import scenes_behind

        old = set(scenes_behind(story))
        found = tuple(head for head in heads if head.id in old)
        if not found:
            raise Refused(
                _("No scene has changed since its latest picture was drawn."),
                title=_("Nothing to draw"),
            )
        return found
    there = {picture.scene_id for picture in story.pictures.all()}
    found = tuple(head for head in heads if head.id not in there)
    if not found:
        raise Refused(
            _("Every scene has a picture already."),
            title=_("Nothing to draw"),
            hint=_("Say which are to be drawn all the same: --scenes 3-7, or all."),
        )
    return found


def wish_of(asked: Asked) -> "Wish":
    """What is wanted in the place of what plan and painter say.

    Raises:
        BadInput: the size cannot be understood.
    """
    from storyforge.studio.pictures.drawing import Wish

    width, height = (None, None) if asked.size is None else _size(asked.size)
    return Wish(
        prompt=asked.prompt,
        negative=asked.negative,
        seed=asked.seed,
        width=width,
        height=height,
        steps=asked.steps,
        sampler=asked.sampler,
        schedule=asked.schedule,
        heat=asked.heat,
    )


def redraw_of(asked: Asked, image: bytes) -> "Redraw":
    """How a picture is begun from `image`.

    Raises:
        BadInput: the region or the mask cannot be used.
    """
    from storyforge.studio.pictures.redrawing import redraw

    region = None if asked.region is None else region_of(asked.region)
    mask = None if asked.mask is None else _read(asked.mask)
    return redraw(
        image, strength=asked.strength, region=region, mask=mask, only_masked=not asked.whole
    )


def source(story: "StoryFile", told: str) -> tuple[bytes, str, str]:
    """The picture that `told` means: its bytes; its id and scene where it is the story's.

    Raises:
        BadInput: there is none.
    """
    path = at_home(told)
    if path.is_file():
        return _read(path), "", ""
    picture = picture_named(story, told)
    return story.pictures.read(picture.id), picture.id, picture.scene_id


def region_of(told: str) -> tuple[int, int, int, int]:
    """Left, top, right, bottom of "x,y,w,h".

    Raises:
        BadInput: it is none.
    """
    parts = [part.strip() for part in told.split(",")]
    if len(parts) == 4 and all(part.isascii() and part.isdigit() for part in parts):
        left, top, width, height = (int(part) for part in parts)
        if width and height:
            return left, top, left + width, top + height
    raise BadInput(
        _("“{told}” is no part of a picture.").format(told=told),
        title=_("Which part?"),
        hint=_("Left, top, width and height in pixels: --region 200,80,160,160"),
    )


def _read(path: Path) -> bytes:
    from storyforge.studio.pictures.redrawing import read_picture

    return read_picture(path)


def _size(told: str) -> tuple[int, int]:
    numbers = told.casefold().replace("×", "x").split("x")
    if len(numbers) == 2 and all(
        one.strip().isascii() and one.strip().isdigit() for one in numbers
    ):
        width, height = (int(one) for one in numbers)
        if all(_SMALLEST <= one <= _LARGEST and one % 8 == 0 for one in (width, height)):
            return width, height
    raise BadInput(
        _("“{told}” is no size that can be drawn.").format(told=told),
        title=_("Which size?"),
        hint=_("Two multiples of 8 from {least} to {most}, such as 768x512.").format(
            least=_SMALLEST, most=_LARGEST
        ),
    )
