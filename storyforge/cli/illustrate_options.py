"""What `illustrate` may be told: its options, in the groups of its help.

An option is told here, and is a field of `illustrate_wishes.Asked`; the verb has it then.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any

import typer

from storyforge.domain.picture.seeds import SEEDS
from storyforge.errors import BadInput
from storyforge.i18n import _, listed

WHICH = _("Which pictures")
WORDS = _("What is drawn, and how")
BEGINNING = _("Begin from a picture")
RUN = _("How it is done")


def option(group: str, *names: str, **more: Any) -> Any:
    """An option of one of the groups."""
    return typer.Option(*names, rich_help_panel=group, **more)


def either(names: Iterable[str]) -> BadInput:
    """The refusal of options that do not go together."""
    return BadInput(
        _("{names} do not go together.").format(names=listed(names)),
        title=_("Either or"),
        hint=_("Leave all but one of them away."),
    )


SCENES = Annotated[
    str | None,
    option(
        WHICH,
        "--scenes",
        "-s",
        metavar="3-7|all",
        help=_("Which, by their numbers in “show”; else those that have no picture yet."),
    ),
]
STALE = Annotated[
    bool,
    option(WHICH, "--stale", help=_("Scenes whose picture is older than their plan or text.")),
]
RESUME = Annotated[
    bool, option(WHICH, "--resume", help=_("Go on with the pictures that were not drawn."))
]
AGAIN = Annotated[
    str | None,
    option(WHICH, "--again", metavar="PICTURE", help=_("Draw a picture exactly again.")),
]
HEAVIER = Annotated[
    str | None,
    option(
        WHICH, "--heavier", metavar="PICTURE",
        help=_("Draw a picture again with more weight on what got no area in it."),
    ),
]  # fmt: skip
EACH = Annotated[
    int | None,
    option(
        WHICH, "--count", "-c", min=1, max=64, metavar="N",
        help=_("Pictures a scene, by other seeds."),
    ),
]  # fmt: skip
SEED = Annotated[
    int | None,
    option(
        WORDS, "--seed", min=0, max=SEEDS - 1, metavar="S",
        help=_("The same seed, the same picture."),
    ),
]  # fmt: skip
PROMPT = Annotated[
    str | None,
    option(WORDS, "--prompt", metavar="TEXT", help=_("In the place of what the plan says.")),
]
NEGATIVE = Annotated[
    str | None,
    option(WORDS, "--negative", metavar="TEXT", help=_("What is not to be seen.")),
]
SAMPLER = Annotated[
    str | None,
    option(WORDS, "--sampler", metavar="NAME", help=_("Such as “DPM++ 2M”; A1111's names.")),
]
SCHEDULE = Annotated[
    str | None, option(WORDS, "--schedule", metavar="NAME", help=_("Such as Karras."))
]
STEPS = Annotated[
    int | None,
    option(WORDS, "--steps", min=1, max=150, metavar="N", help=_("Steps a picture.")),
]
SIZE = Annotated[
    str | None, option(WORDS, "--size", metavar="WxH", help=_("Pixels, such as 768x512."))
]
HEAT = Annotated[
    bool,
    option(WORDS, "--heat", help=_("Keep where each picture listened to which word.")),
]
REDRAW = Annotated[
    str | None,
    option(
        BEGINNING, "--redraw", metavar="PICTURE|FILE",
        help=_("Begin from this picture, not from noise."),
    ),
]  # fmt: skip
STRENGTH = Annotated[
    float | None,
    option(
        BEGINNING, "--strength", min=0.01, max=1.0, metavar="0-1",
        help=_("How much is redrawn of it."),
    ),
]  # fmt: skip
REGION = Annotated[
    str | None,
    option(
        BEGINNING, "--region", metavar="X,Y,W,H",
        help=_("Redraw only this part of it, in pixels."),
    ),
]  # fmt: skip
MASK = Annotated[
    Path | None,
    option(
        BEGINNING, "--mask", metavar="FILE",
        help=_("Redraw it only where this picture is white."),
    ),
]  # fmt: skip
WHOLE = Annotated[
    bool,
    option(BEGINNING, "--whole", help=_("See all of it while a part is redrawn, not only that.")),
]
FOREVER = Annotated[
    bool, option(RUN, "--forever", help=_("Again and again by other seeds, until Ctrl+C."))
]
SHOW = Annotated[bool, option(RUN, "--show", help=_("Show the prompts and why; draw nothing."))]
DEMO = Annotated[bool, option(RUN, "--demo", help=_("A made-up painter; no checkpoint needed."))]
