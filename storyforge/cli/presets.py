"""The verbs about presets: presets list, show, use, import, export, delete."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from storyforge.cli.options import JSON
from storyforge.cli.talk import note, quoted, say, say_json, table
from storyforge.cli.wording import Verbs
from storyforge.errors import BadInput
from storyforge.i18n import _, in_quotes, listed

if TYPE_CHECKING:
    from storyforge.domain.presets import Preset
    from storyforge.domain.sampling import Sampling

_NAME = Annotated[str, typer.Argument(metavar="NAME", help=_("A preset, in quotes if need be."))]
_MAYBE = Annotated[
    str | None,
    typer.Argument(metavar="NAME", help=_("A preset; without it what is in use.")),
]
_OTHER = Annotated[
    str | None,
    typer.Argument(metavar="NAME", help=_("A preset; a story without one goes by the settings.")),
]
_FILE = Annotated[Path, typer.Argument(metavar="FILE", help=_("A file of JSON."))]
_CALLED = Annotated[
    str | None, typer.Option("--name", metavar="NAME", help=_("What it shall be called here."))
]
_STORY = Annotated[
    Path | None,
    typer.Option("--story", metavar="FILE", help=_("In this story only, and kept with it.")),
]
_FORCE = Annotated[bool, typer.Option("--force", help=_("Replace what is there."))]


def add_to(app: typer.Typer) -> None:
    """Add these verbs."""
    presets = Verbs(
        help=_(
            "Presets: how the next word is drawn, under a name.\n\n"
            "Five come with storyforge; your own are saved on the screen or imported: files of "
            "storyforge, llama.cpp, text-generation-webui, KoboldAI or SillyTavern.\n\n"
            "\b\n"
            "  storyforge presets list\n"
            "  storyforge presets show creative\n"
            '  storyforge presets use "Long form without repeats"\n'
            "  storyforge presets use precise --story light.forge\n"
            "  storyforge presets import ~/downloads/night.json\n"
            "  storyforge presets export night night.json"
        ),
        rich_markup_mode=None,
        no_args_is_help=True,
    )
    presets.command("list", help=_("List all presets; ● marks the one in use."))(list_presets)
    presets.command("show", help=_("Show every value of a preset."))(show)
    presets.command("use", help=_("Write with this preset from now on."))(use)
    presets.command("import", help=_("Take a preset in from a file."))(import_)
    presets.command("export", help=_("Write a preset to a file."))(export)
    presets.command("delete", help=_("Delete a preset of your own."))(delete)
    app.add_typer(presets, name="presets")


def list_presets(as_json: JSON = False) -> None:
    """List all presets; ● marks the one in use."""
    from storyforge import settings
    from storyforge.studio import preset_files

    every, faults = preset_files.every_preset()
    used = settings.load().writing.preset.casefold()
    for fault in faults:
        note(fault)
    if as_json:
        say_json([{**_json(each), "in_use": each.name.casefold() == used} for each in every])
        return
    rows = [["", _("name"), _("what it is for")]]
    rows += [
        ["●" if each.name.casefold() == used else " ", each.title, each.told] for each in every
    ]
    for line in table(rows):
        say(line)


def show(name: _MAYBE = None, as_json: JSON = False) -> None:
    """Show every value of a preset; without a name, what is in use with all that is set."""
    from storyforge import settings
    from storyforge.domain.presets import Preset, differing
    from storyforge.studio import preset_files, presets

    if name is None:
        own = settings.load()
        base = presets.preset_in_use(own)
        sampling = presets.sampling_of(own)
        changed = () if base.sampling == sampling else differing(base.sampling, sampling)
        preset = Preset(base.name, sampling, base.purpose, base.own)
    else:
        preset, changed = preset_files.find(name), ()
    if as_json:
        say_json({**_json(preset), "changed": list(changed)})
        return
    say(preset.title)
    if preset.told:
        say(preset.told)
    say()
    for line in table(_rows(preset.sampling, changed)):
        say(line)
    say()
    say(_order(preset.sampling))
    if changed:
        say()
        say(_("* is set in the settings, in the place of the preset's own."))


def use(name: _OTHER = None, story: _STORY = None) -> None:
    """Write with this preset from now on."""
    from storyforge.cli.opening import opened, refuse_if_read_only
    from storyforge.studio import preset_files, presets

    if story is None:
        if name is None:
            raise BadInput(
                _("It is not said which preset."), hint=_("List them: storyforge presets list")
            )
        preset = presets.use(name)
        say(_("From now on words are drawn by “{name}”.").format(name=preset.title))
        return
    chosen = None if name is None else preset_files.find(name)
    with opened(story, to_write=True) as file:
        refuse_if_read_only(file)
        presets.keep_for_story(file, chosen)
        title = file.outline().title
    if chosen is None:
        say(_("Words of “{story}” are drawn as the settings say.").format(story=title))
    else:
        said = _("From now on words of “{story}” are drawn by “{name}”.")
        say(said.format(story=title, name=chosen.title))


def import_(
    file: _FILE, name: _CALLED = None, force: _FORCE = False, as_json: JSON = False
) -> None:
    """Take a preset in from a file."""
    from dataclasses import replace

    from storyforge.studio import preset_files

    imported = preset_files.read_file(file)
    wanted = imported.preset if name is None else replace(imported.preset, name=name)
    kept = preset_files.save(wanted, force=force)
    for each in imported.notes:
        note(each)
    if as_json:
        say_json({**_json(kept), "notes": list(imported.notes)})
        return
    say(
        _("The preset “{name}” is there; to write with it: {command}").format(
            name=kept.name, command=f"storyforge presets use {quoted(Path(kept.name))}"
        )
    )


def export(name: _NAME, file: _FILE, force: _FORCE = False) -> None:
    """Write a preset to a file."""
    from storyforge.studio import preset_files

    preset = preset_files.find(name)
    preset_files.write_file(preset, file, force=force)
    say(_("“{name}” is in {file}.").format(name=preset.title, file=file))


def delete(name: _NAME) -> None:
    """Delete a preset of your own."""
    from storyforge import settings
    from storyforge.domain.presets import BALANCED
    from storyforge.studio import preset_files, presets

    preset = preset_files.delete(name)
    say(_("The preset “{name}” is deleted.").format(name=preset.name))
    if settings.load().writing.preset.casefold() == preset.name.casefold():
        presets.use(BALANCED)
        say(_("From now on words are drawn by “{name}”.").format(name=_(BALANCED)))


def _rows(sampling: "Sampling", changed: tuple[str, ...]) -> list[list[str]]:
    from storyforge.domain.dials import FIELDS, title_of, why_idle

    rows = []
    for field in FIELDS:
        if field == "order":
            continue
        idle = why_idle(sampling, field)
        mark = "*" if field in changed else " "
        rows.append([mark, title_of(field), _value(sampling, field), f"writing.{field}", idle])
    return rows


def _order(sampling: "Sampling") -> str:
    """Too long for a table."""
    from storyforge.domain.dials import SAMPLER_TITLES, title_of

    names = " → ".join(_(SAMPLER_TITLES[each]) for each in sampling.order)
    return _("{name}: {value}").format(name=title_of("order"), value=names)


def _value(sampling: "Sampling", field: str) -> str:
    from storyforge.domain.dials import shown

    value = getattr(sampling, field)
    if field == "biases":
        return listed(f"{in_quotes(each.phrase)} {shown(each.weight)}" for each in value) or "–"
    if isinstance(value, tuple):
        return listed(in_quotes(each.replace("\n", "\\n")) for each in value) or "–"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return _("a new one each time") if value is None else shown(value)


def _json(preset: "Preset") -> dict[str, Any]:
    import json

    from storyforge.domain.presets import to_json

    return {**json.loads(to_json(preset)), "own": preset.own}
