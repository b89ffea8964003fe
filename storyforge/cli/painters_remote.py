"""Painters behind an API on the command line: how one is named, and what its server has."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from storyforge.errors import BadInput
from storyforge.i18n import _, listed

if TYPE_CHECKING:
    from storyforge.domain.picture.remote import ServerHas
    from storyforge.studio.pictures.looking import Look

# Names of a list that are shown; --json has them all.
_SHOWN = 12
_PANEL = _("Behind an API")

A1111 = Annotated[
    str | None,
    typer.Option(
        "--a1111",
        metavar="URL",
        help=_("AUTOMATIC1111, Forge or KoboldCpp at this address."),
        rich_help_panel=_PANEL,
    ),
]
COMFYUI = Annotated[
    str | None,
    typer.Option(
        "--comfyui", metavar="URL", help=_("ComfyUI at this address."), rich_help_panel=_PANEL
    ),
]
WORKFLOW = Annotated[
    Path | None,
    typer.Option(
        "--workflow",
        metavar="FILE",
        help=_("A workflow of ComfyUI's, saved in its API's form."),
        rich_help_panel=_PANEL,
    ),
]
OPENAI = Annotated[
    bool, typer.Option("--openai", help=_("OpenAI's images."), rich_help_panel=_PANEL)
]
MODEL = Annotated[
    str | None,
    typer.Option(
        "--model", "-m", metavar="NAME", help=_("The server's model."), rich_help_panel=_PANEL
    ),
]


def table(
    path: str | None,
    a1111: str | None,
    comfyui: str | None,
    workflow: Path | None,
    openai: bool,
    model: str | None,
) -> dict[str, str]:
    """What a new painter's table says of what draws.

    Raises:
        BadInput: it is said twice, or not at all.
    """
    servers = [
        {"backend": name, "url": url}
        for name, url in (("a1111", a1111), ("comfyui", comfyui))
        if url is not None
    ]
    servers += [{"backend": "openai"}] if openai else []
    if len(servers) + (path is not None) != 1:
        raise BadInput(
            _("A painter is one of them: a checkpoint, or one server."),
            title=_("Painter not set"),
            hint=_("Say storyforge painters add NAME PATH, or --a1111, --comfyui or --openai."),
        )
    if path is not None and (workflow is not None or model is not None):
        raise BadInput(
            _("A checkpoint on this machine has no workflow, and its path is its model."),
            title=_("Painter not set"),
        )
    told = servers[0] if servers else {"model": path or ""}
    if model is not None:
        told["model"] = model
    if workflow is not None:
        told["workflow"] = str(workflow)
    return told


def check(seen: "Look") -> "Look":
    """A painter behind an API, with what its server has."""
    import asyncio

    from storyforge import settings
    from storyforge.studio.pictures.looking import asked

    return asyncio.run(asked(settings.load(), seen))


def rows(seen: "Look") -> list[list[str]]:
    """What there is to say of it, as rows of a table."""
    remote, has = seen.profile.remote, seen.has
    if remote is None:
        return []
    server = has.server if has is not None else ""
    named = server.startswith(seen.told)
    told = [
        [_("server"), server if named else listed(filter(None, (seen.told, server)))],
        [_("address"), remote.url],
        [_("workflow"), remote.workflow.name if remote.workflow is not None else ""],
        [_("model"), remote.model or (has.loaded if has else "")],
    ]
    if has is not None:
        told += [
            [_("models"), _few(has.models)],
            [_("samplers"), _few(has.samplers)],
            [_("schedules"), _few(has.schedules)],
            [_("LoRAs"), _few(has.loras)],
            [_("embeddings"), _few(has.embeddings)],
        ]
    return told


def as_json(seen: "Look") -> dict[str, Any]:
    """The same for programs."""
    from dataclasses import asdict

    from storyforge.domain.hosts import shown

    remote = seen.profile.remote
    if remote is None:
        return {"backend": "local"}
    has: ServerHas | None = seen.has
    return {
        "backend": remote.backend,
        "url": shown(remote.url),
        "place": seen.place,
        "server": None if has is None else asdict(has),
    }


def _few(names: tuple[str, ...]) -> str:
    if len(names) <= _SHOWN:
        return listed(names)
    return _("{names} and {count} more").format(
        names=listed(names[:_SHOWN]), count=len(names) - _SHOWN
    )
