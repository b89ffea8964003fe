"""The verbs about painters: painters list, add, set, use, check, remove."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from storyforge.cli.options import JSON
from storyforge.cli.profiles import pair
from storyforge.cli.talk import note, say, say_json, table
from storyforge.cli.wording import Verbs
from storyforge.errors import BadInput
from storyforge.i18n import _, listed

if TYPE_CHECKING:
    from storyforge.studio.pictures.looking import Look


def names(incomplete: str) -> list[str]:
    """What the shell completes; settings that cannot be read complete to nothing."""
    from storyforge import settings
    from storyforge.errors import StoryforgeError

    try:
        known = settings.load().painters
    except StoryforgeError:
        return []
    return [name for name in known if name.startswith(incomplete)]


_NAME = Annotated[str, typer.Argument(metavar="NAME", help=_("A painter."), autocompletion=names)]
_MAYBE = Annotated[
    str | None,
    typer.Argument(
        metavar="NAME", help=_("A painter; without it the one that draws."), autocompletion=names
    ),
]
_MODEL = Annotated[
    str,
    typer.Argument(
        metavar="PATH", help=_("A checkpoint: a file, a folder, or a name in your folders.")
    ),
]
_VALUES = Annotated[
    list[str],
    typer.Argument(metavar="KEY=VALUE…", help=_("Settings of the painter; “KEY=” takes one away.")),
]
_MORE = Annotated[
    list[str] | None, typer.Argument(metavar="KEY=VALUE…", help=_("Settings of the painter."))
]
#: of every verb that draws
PAINTER = Annotated[
    str | None,
    typer.Option(
        "--painter", "-p", metavar="NAME", help=_("Another painter, this once."),
        autocompletion=names,
    ),
]  # fmt: skip


def add_to(app: typer.Typer) -> None:
    """Add these verbs."""
    painters = Verbs(
        help=_(
            "Painters: checkpoints of Stable Diffusion that draw a story's pictures, by name.\n\n"
            "A painter is a file or folder on this machine and how its prompts are written. "
            "Folders of AUTOMATIC1111, Forge and ComfyUI are used as they are: name them in the "
            "settings, pictures.folders. Nothing is sent anywhere.\n\n"
            "\b\n"
            "  storyforge painters add ink ~/models/ink.safetensors\n"
            '  storyforge painters set ink steps=30 sampler="DPM++ 2M"\n'
            '  storyforge painters set ink dialect="tags, commas" quality="best quality"\n'
            "  storyforge painters check ink\n"
            "  storyforge painters use ink"
        ),
        rich_markup_mode=None,
        no_args_is_help=True,
    )
    painters.command("list", help=_("List all painters; ● marks the one that draws."))(list_)
    painters.command("add", help=_("Add a painter by its checkpoint."))(add)
    painters.command("set", help=_("Set some of a painter's settings."))(set_)
    painters.command("use", help=_("Draw with this painter from now on."))(use)
    painters.command("check", help=_("Tell family, hash and memory of a painter."))(check)
    painters.command("remove", help=_("Remove a painter; its files stay."))(remove)
    app.add_typer(painters, name="painters")


def list_(as_json: JSON = False) -> None:
    """List all painters; ● marks the one that draws."""
    from storyforge import settings
    from storyforge.studio.pictures.looking import overview
    from storyforge.studio.pictures.painters import complaints

    own = settings.load()
    for told in complaints(own):
        note(told)
    looks = overview(own)
    if as_json:
        say_json([_json(one) for one in looks])
        return
    if not looks:
        say(_("No painter is set up yet."))
        note(_("Name a file or folder: storyforge painters add NAME PATH"))
        return
    rows = [["", _("name"), _("checkpoint"), _("family"), _("prompts")]]
    for one in looks:
        mark = "●" if one.draws else " "
        family = one.family.value if one.family else _("cannot be used")
        dialect = one.profile.dialect.value
        rows.append([mark, one.profile.name, one.profile.model.name, family, dialect])
    for line in table(rows):
        say(line)
    for one in looks:
        if one.fault:
            note(_("{name}: {why}").format(name=one.profile.name, why=one.fault))


def add(name: _NAME, model: _MODEL, values: _MORE = None) -> None:
    """Add a painter by its checkpoint."""
    from storyforge import settings
    from storyforge.studio.pictures import editing
    from storyforge.studio.pictures.looking import look
    from storyforge.studio.profiles.editing import write

    own = settings.load()
    if name in own.painters or name in own.unusable_painters:
        raise BadInput(
            _("There is a painter called “{name}” already.").format(name=name),
            title=_("Painter not set"),
            hint=_("To change it: storyforge painters set NAME KEY=VALUE"),
        )
    changes = editing.set_values(own, name, {"model": model, **dict(map(pair, values or ()))})
    values_ = {key.rpartition(".")[2]: value for key, value in changes.items()}
    seen = look(own, name, table=values_)
    if seen.fault:
        raise BadInput(seen.fault, title=_("Painter not set"), hint=seen.hint)
    write(changes)
    say(_("The painter “{name}” is there: {what}.").format(name=name, what=_told(seen)))
    for told in seen.notes:
        note(told)


def set_(name: _NAME, values: _VALUES) -> None:
    """Set some of a painter's settings."""
    from storyforge import settings
    from storyforge.studio.pictures import editing
    from storyforge.studio.profiles.editing import write

    write(editing.set_values(settings.load(), name, dict(map(pair, values))))
    say(_("The painter “{name}” is changed.").format(name=name))


def use(name: _NAME) -> None:
    """Draw with this painter from now on."""
    from storyforge import settings
    from storyforge.studio.pictures import editing
    from storyforge.studio.profiles.editing import write

    write(editing.use(settings.load(), name))
    say(_("From now on “{name}” draws, on this machine.").format(name=name))


def check(name: _MAYBE = None, as_json: JSON = False) -> None:
    """Tell family, hash and memory of a painter."""
    from storyforge import settings
    from storyforge.studio.pictures.looking import look
    from storyforge.studio.sizes import size

    seen = look(settings.load(), name or "", hashed=True)
    if as_json:
        say_json(_json(seen))
    else:
        rows = [
            [_("name"), seen.profile.name],
            [_("checkpoint"), str(seen.profile.model)],
            [_("family"), seen.family.value if seen.family else _("cannot be used")],
            [_("hash"), seen.hash],
            [_("memory"), size(seen.needed) if seen.needed else ""],
            [_("device"), seen.device],
            [_("picture"), f"{seen.profile.width}×{seen.profile.height}"],
            [_("sampler"), listed((seen.profile.sampler, seen.profile.schedule))],
            [_("steps"), str(seen.profile.steps)],
        ]
        for line in table([row for row in rows if row[1]]):
            say(line)
        for told in seen.notes:
            note(told)
    if seen.fault:
        raise BadInput(seen.fault, title=_("Painter not usable"), hint=seen.hint)


def remove(name: _NAME) -> None:
    """Remove a painter; its files stay."""
    from storyforge import settings
    from storyforge.studio.pictures import editing
    from storyforge.studio.profiles.editing import write

    write(editing.remove(settings.load(), name))
    say(_("The painter “{name}” is removed; its files stay.").format(name=name))


def _told(seen: "Look") -> str:
    from storyforge.studio.sizes import size

    needed = _("{size} of memory").format(size=size(seen.needed)) if seen.needed else ""
    return listed(filter(None, (seen.family.value if seen.family else "", needed)))


def _json(seen: "Look") -> dict[str, Any]:
    profile = seen.profile
    return {
        "name": profile.name,
        "model": str(profile.model) if profile.model != Path() else "",
        "family": seen.family.value if seen.family else None,
        "hash": seen.hash,
        "memory": seen.needed,
        "device": seen.device,
        "dialect": profile.dialect.value,
        "width": profile.width,
        "height": profile.height,
        "steps": profile.steps,
        "guidance": profile.guidance,
        "sampler": profile.sampler,
        "schedule": profile.schedule,
        "clip_skip": profile.clip_skip,
        "draws": seen.draws,
        "fault": seen.fault,
        "notes": list(seen.notes),
    }
