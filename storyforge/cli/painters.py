"""The verbs about painters: painters list, add, set, use, check, remove."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from storyforge.cli import painters_remote as remote
from storyforge.cli import painters_workflow
from storyforge.cli.options import JSON
from storyforge.cli.people_options import drawn_after
from storyforge.cli.profiles import pair
from storyforge.cli.staging_options import kinds_kept
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
    str | None,
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
            "Painters: what draws a story's pictures, by name.\n\n"
            "A painter is a checkpoint of Stable Diffusion on this machine, a file or a folder, "
            "and how its prompts are written; or a server that draws. "
            "Folders of AUTOMATIC1111, Forge and ComfyUI are used as they are: name them in the "
            "settings, pictures.folders. Only to a server anything is sent.\n\n"
            "\b\n"
            "  storyforge painters add ink ~/models/ink.safetensors\n"
            "  storyforge painters add far --a1111 http://127.0.0.1:7860\n"
            "  storyforge painters add flow --comfyui http://127.0.0.1:8188 --workflow mine.json\n"
            "  storyforge painters add cloud --openai --model gpt-image-1\n"
            '  storyforge painters set ink steps=30 sampler="DPM++ 2M"\n'
            '  storyforge painters set ink dialect="tags, commas" quality="best quality"\n'
            "  storyforge painters set ink refiner=sd_xl_refiner_1.0\n"
            "  storyforge painters check ink\n"
            "  storyforge painters use ink"
        ),
        rich_markup_mode=None,
        no_args_is_help=True,
    )
    painters.command("list", help=_("List all painters; ● marks the one that draws."))(list_)
    painters.command("add", help=_("Add a painter: a checkpoint, or a server that draws."))(add)
    painters.command("set", help=_("Set some of a painter's settings."))(set_)
    painters.command("use", help=_("Draw with this painter from now on."))(use)
    painters.command("check", help=_("Tell what a painter is, and what its server has."))(check)
    painters.command("remove", help=_("Remove a painter; its files stay."))(remove)
    painters_workflow.add_to(painters)
    app.add_typer(painters, name="painters")


def list_(as_json: JSON = False) -> None:
    """List all painters; ● marks the one that draws."""
    from storyforge import settings
    from storyforge.studio.pictures.looking import overview
    from storyforge.studio.pictures.profiles import complaints

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
        what = one.told if not one.place else f"{one.told} · {one.place}"
        dialect = one.profile.dialect.value
        rows.append([mark, one.profile.name, one.profile.checkpoint, what, dialect])
    for line in table(rows):
        say(line)
    for one in looks:
        if one.fault:
            note(_("{name}: {why}").format(name=one.profile.name, why=one.fault))


def add(
    name: _NAME,
    path: _MODEL = None,
    values: _MORE = None,
    a1111: remote.A1111 = None,
    comfyui: remote.COMFYUI = None,
    workflow: remote.WORKFLOW = None,
    openai: remote.OPENAI = False,
    model: remote.MODEL = None,
) -> None:
    """Add a painter: a checkpoint, or a server that draws."""
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
    more = list(values or ())
    if path is not None and "=" in path and (a1111 or comfyui or openai):
        more, path = [path, *more], None
    told = remote.table(path, a1111, comfyui, workflow, openai, model)
    changes = editing.set_values(own, name, {**told, **dict(map(pair, more))})
    values_ = {key.rpartition(".")[2]: value for key, value in changes.items()}
    seen = look(own, name, table=values_)
    if seen.fault:
        raise BadInput(seen.fault, title=_("Painter not set"), hint=seen.hint)
    write(changes)
    say(_("The painter “{name}” is there: {what}.").format(name=name, what=_told(seen)))
    for line in seen.notes:
        note(line)


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
    from storyforge.studio.pictures.looking import look
    from storyforge.studio.profiles.editing import write

    write(editing.use(settings.load(), name))
    place = look(settings.load(), name).place
    if place:
        say(_("From now on “{name}” draws, at {host}.").format(name=name, host=place))
    else:
        say(_("From now on “{name}” draws, on this machine.").format(name=name))


def check(name: _MAYBE = None, as_json: JSON = False) -> None:
    """Tell what a painter is, and what its server has."""
    from storyforge import settings
    from storyforge.studio.pictures.looking import look
    from storyforge.studio.sizes import size

    seen = look(settings.load(), name or "", hashed=True)
    if seen.profile.remote is not None:
        seen = remote.check(seen)
    if as_json:
        say_json(_json(seen))
    else:
        rows = [
            [_("name"), seen.profile.name],
            *(remote.rows(seen) or _file_rows(seen)),
            [_("hash"), seen.hash],
            [_("memory"), size(seen.needed) if seen.needed else ""],
            [_("device"), seen.device],
            [_("picture"), f"{seen.profile.width}×{seen.profile.height}"],
            *_goes_by(seen),
            [_("references"), "" if seen.fault else drawn_after(seen.profile, settings.load())],
            [_("stagings"), "" if seen.fault else kinds_kept(seen.profile, settings.load())],
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
    from storyforge.studio import permission
    from storyforge.studio.key_users import left_behind
    from storyforge.studio.pictures import editing
    from storyforge.studio.profiles.editing import write

    own = settings.load()
    write(editing.remove(own, name))
    permission.forget_painter(name)
    say(_("The painter “{name}” is removed; its files stay.").format(name=name))
    for told in left_behind(own, settings.load()):
        note(told)


def _goes_by(seen: "Look") -> list[list[str]]:
    """Sampler, schedule and steps; nothing where it draws by its own."""
    from storyforge.domain.picture.orders import Ability
    from storyforge.studio.pictures.abilities import lacks

    lacking, profile = lacks(seen.profile), seen.profile
    sampling = listed((profile.sampler, profile.schedule))
    return [
        [_("sampler"), "" if Ability.SAMPLER in lacking else sampling],
        [_("steps"), "" if Ability.STEPS in lacking else str(profile.steps)],
    ]


def _file_rows(seen: "Look") -> list[list[str]]:
    return [
        [_("checkpoint"), str(seen.profile.model)],
        [_("family"), seen.told],
        [_("refiner"), str(dict(seen.profile.more).get("refiner", ""))],
        [_("later stages"), listed(each.name for each in seen.stages)],
    ]


def _told(seen: "Look") -> str:
    from storyforge.studio.sizes import size

    needed = _("{size} of memory").format(size=size(seen.needed)) if seen.needed else ""
    return listed(filter(None, (seen.told, seen.place, needed)))


def _json(seen: "Look") -> dict[str, Any]:
    profile = seen.profile
    return {
        "name": profile.name,
        **remote.as_json(seen),
        "model": str(profile.model) if profile.model != Path() else profile.checkpoint,
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
