"""Arguments and options that several verbs have, each told once."""

from pathlib import Path
from typing import Annotated

import typer

from storyforge.i18n import _

FILE = Annotated[Path, typer.Argument(metavar="FILE", help=_("The story."))]
JSON = Annotated[bool, typer.Option("--json", help=_("Answer in JSON, for programs."))]
#: of verbs whose words go to stdout as they come
JSON_AT_END = Annotated[
    bool, typer.Option("--json", help=_("No text, but one JSON object at the end."))
]
MODEL = Annotated[
    str | None,
    typer.Option("--model", "-m", metavar="NAME|PATH", help=_("Another model, this once.")),
]
DEMO = Annotated[bool, typer.Option("--demo", help=_("A scripted writer; no model needed."))]
PRESET = Annotated[
    str | None, typer.Option("--preset", metavar="NAME", help=_("Another preset, this once."))
]
#: of verbs that write in one scene
SCENE = Annotated[
    int | None,
    typer.Option(
        "--scene", "-s", min=1, metavar="N", help=_("The scene, by its number in “show”.")
    ),
]
SEED = Annotated[
    int | None,
    typer.Option(
        "--seed", min=0, max=2**32 - 2, metavar="S", help=_("The same seed, the same words.")
    ),
]
TEMPERATURE = Annotated[
    float | None,
    typer.Option(
        "--temperature", "-t", min=0, max=5, metavar="T", help=_("0 is sober, 1 and more is bold.")
    ),
]
