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
