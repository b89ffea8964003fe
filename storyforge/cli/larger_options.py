"""Larger and better, and variations, on the command line: their options, and what they come to."""

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

from storyforge.cli.illustrate_options import BEGINNING, option
from storyforge.domain.picture.enlarging import share_of
from storyforge.domain.picture.passes import Faces, Hires, Larger
from storyforge.errors import BadInput
from storyforge.i18n import _, listed

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

    from storyforge.cli.illustrate_wishes import Asked
    from storyforge.domain.picture.adapters import Share
    from storyforge.domain.picture.pictures import QueuedPicture
    from storyforge.store.story_file import StoryFile
    from storyforge.studio.pictures.drawing import Wish

_Value = TypeVar("_Value", bound="DataclassInstance")

BETTER = _("Larger and better")
# Pictures of more than that on a side are no pictures of a story.
_SCALES = {"min": 1.1, "max": 8.0, "metavar": "N"}
_STRENGTHS = {"min": 0.01, "max": 1.0, "metavar": "0-1"}

VARY = Annotated[
    str | None,
    option(
        BEGINNING, "--vary", metavar="PICTURE",
        help=_("This picture's words and seed, with some of another noise."),
    ),
]  # fmt: skip
VARY_STRENGTH = Annotated[
    float | None,
    option(BEGINNING, "--vary-strength", help=_("How much of it; else 0.3."), **_STRENGTHS),
]
FINISH = Annotated[
    str | None,
    option(
        BETTER, "--finish", metavar="PICTURE|FILE",
        help=_("Do what follows to this picture; it is not drawn anew."),
    ),
]  # fmt: skip
HIRES = Annotated[
    float | None,
    option(BETTER, "--hires", help=_("So many times as large, drawn over as a whole."), **_SCALES),
]
HIRES_STRENGTH = Annotated[
    float | None,
    option(BETTER, "--hires-strength", help=_("How much is drawn over; else 0.7."), **_STRENGTHS),
]
FACES = Annotated[
    bool, option(BETTER, "--faces", help=_("Find faces, and draw each anew at full size."))
]
FACE = Annotated[
    str | None,
    option(
        BETTER, "--face", metavar="X,Y,W,H",
        help=_("With --finish: a face is here, in pixels of it."),
    ),
]  # fmt: skip
FACE_STRENGTH = Annotated[
    float | None,
    option(BETTER, "--face-strength", help=_("How much of it is new; else 0.4."), **_STRENGTHS),
]
LARGER = Annotated[
    float | None,
    option(
        BETTER, "--larger", help=_("So many times as large, drawn over tile by tile."), **_SCALES
    ),
]
LARGER_STRENGTH = Annotated[
    float | None,
    option(
        BETTER, "--larger-strength", help=_("How much of a tile is new; else 0.3."), **_STRENGTHS
    ),
]
TILE = Annotated[
    int | None,
    option(
        BETTER, "--tile", min=256, max=2048, metavar="N",
        help=_("Pixels of a tile's side; else what the painter draws best."),
    ),
]  # fmt: skip
OVERLAP = Annotated[
    int | None,
    option(
        BETTER, "--overlap", min=0, max=512, metavar="N",
        help=_("Pixels that neighbouring tiles share; else 64."),
    ),
]  # fmt: skip


def check(asked: "Asked") -> None:
    """Refuse what does not go together.

    Raises:
        BadInput: why.
    """
    wants = asked.hires is not None or asked.larger is not None or has_faces(asked)
    if asked.finish is not None and not wants:
        raise BadInput(
            _("It is not said what is to be done to this picture."),
            title=_("Not understood"),
            hint=_("Say it: --larger 2, --faces or --hires 2"),
        )
    _need("--vary", asked.vary is not None, {"--vary-strength": asked.vary_strength})
    _need("--finish", asked.finish is not None, {"--face": asked.face})
    _need("--hires", asked.hires is not None, {"--hires-strength": asked.hires_strength})
    _need("--faces", has_faces(asked), {"--face-strength": asked.face_strength})
    of_tiles = {
        "--larger-strength": asked.larger_strength,
        "--tile": asked.tile,
        "--overlap": asked.overlap,
    }
    _need("--larger", asked.larger is not None, of_tiles)


def has_faces(asked: "Asked") -> bool:
    """Whether faces are drawn anew."""
    return asked.faces or asked.face is not None


def _need(name: str, given: bool, others: Mapping[str, object]) -> None:
    alone = [other for other, value in others.items() if value is not None]
    if alone and not given:
        raise BadInput(
            _("{names}: only together with {other}.").format(names=listed(alone), other=name),
            title=_("Not understood"),
            hint=_("Say that too, or leave both away."),
        )


def passes_of(asked: "Asked", wish: "Wish", regions: "tuple[Share, ...]" = ()) -> "Wish":
    """The wish, with what is to be done to a picture after it was drawn.

    Args:
        regions: where faces are, said by hand.
    """
    hires = faces = larger = None
    if asked.hires is not None:
        hires = _said(Hires(asked.hires), strength=asked.hires_strength)
    if has_faces(asked):
        faces = _said(Faces(regions=regions), strength=asked.face_strength)
    if asked.larger is not None:
        larger = _said(
            Larger(asked.larger),
            strength=asked.larger_strength,
            tile=asked.tile,
            overlap=asked.overlap,
        )
    return replace(wish, hires=hires, faces=faces, larger=larger)


def finishing(story: "StoryFile", asked: "Asked", wish: "Wish") -> "tuple[Wish, str]":
    """What is done to a picture that is not drawn anew, and its scene; "" where it has none.

    Raises:
        BadInput: there is no such picture, or the face lies outside of it.
    """
    from storyforge.cli.illustrate_wishes import region_of, source
    from storyforge.studio.pictures import enlarging
    from storyforge.studio.pictures.redrawing import redraw, size_of_picture

    told = asked.finish or ""
    image, picture_id, scene = source(story, told)
    regions: tuple[Share, ...] = ()
    if asked.face is not None:
        region = redraw(image, region=region_of(asked.face)).region
        regions = () if region is None else (share_of(region, size_of_picture(image)),)
    wish = passes_of(asked, wish, regions)
    if not picture_id:
        return replace(wish, redraw=enlarging.kept(image), controls=()), scene
    picture = story.pictures.get(picture_id)
    over = enlarging.wish_over(wish, picture, image, people=enlarging.people_of(story, picture))
    own = {"prompt": asked.prompt, "negative": asked.negative, "seed": asked.seed}
    return _said(over, **own), scene


def variations(story: "StoryFile", asked: "Asked", count: int) -> "list[QueuedPicture]":
    """So many pictures with a picture's words and seed, and some of another noise each.

    Raises:
        BadInput: there is no such picture, or it does not remember how it was drawn.
    """
    from storyforge.cli.picture_names import picture_named
    from storyforge.studio.pictures import again

    picture = picture_named(story, asked.vary or "")
    strength = 0.3 if asked.vary_strength is None else asked.vary_strength
    return [again.varied(story, picture.id, strength, heat=asked.heat) for _number in range(count)]


def _said(value: _Value, **told: object) -> _Value:
    """`value` with what was said; None leaves it."""
    changes: dict[str, Any] = {name: one for name, one in told.items() if one is not None}
    return replace(value, **changes)
