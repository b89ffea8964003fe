"""The verbs about LoRAs: loras list, show."""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from storyforge.cli.options import JSON
from storyforge.cli.talk import note, say, say_json, shortened, table
from storyforge.cli.wording import Verbs
from storyforge.i18n import _, listed

if TYPE_CHECKING:
    from storyforge.domain.picture.orders import Family
    from storyforge.images.folders import Found
    from storyforge.images.loras import LoraFile

#: tags of its captions that are shown
_TAGS = 20
_COLUMNS = 48


class Base(StrEnum):
    """Families, as they are typed."""

    SD1 = "sd1"
    SD2 = "sd2"
    SDXL = "sdxl"
    UNKNOWN = "unknown"


_NAME = Annotated[str, typer.Argument(metavar="NAME", help=_("A LoRA, as a prompt calls it."))]
BASE = Annotated[
    Base | None, typer.Option("--base", "-b", help=_("Only those for this family of checkpoints."))
]
PART = Annotated[
    str | None,
    typer.Option("--find", "-f", metavar="TEXT", help=_("Only those with it in name or words.")),
]


def add_to(app: typer.Typer) -> None:
    """Add these verbs."""
    loras = Verbs(
        help=_(
            "LoRAs: small files that teach a checkpoint a person, a thing or a style.\n\n"
            "They lie in the folders that the settings name, pictures.folders; those of "
            "AUTOMATIC1111, Forge and ComfyUI are used as they are. A prompt calls one by "
            "<lora:NAME:0.8>, a character or the book by its line in the plan.\n\n"
            "\b\n"
            "  storyforge loras list\n"
            "  storyforge loras list --base sdxl --find ink\n"
            "  storyforge loras show ink_heroine"
        ),
        rich_markup_mode=None,
        no_args_is_help=True,
    )
    loras.command("list", help=_("List all LoRAs in your folders."))(list_)
    loras.command("show", help=_("Show what a LoRA's file tells: words, base, rank, tags."))(show)
    app.add_typer(loras, name="loras")


def list_(base: BASE = None, find: PART = None, as_json: JSON = False) -> None:
    """List all LoRAs in your folders."""
    from storyforge.images import loras

    found = your_folders()
    every = [
        each
        for each in loras.every(found)
        if is_for(each.family, base) and (find is None or loras.mentions(each, find))
    ]
    if as_json:
        say_json([_json(each) for each in every])
        return
    if not every:
        say(_("There is no such LoRA in your folders.") if found.loras else _("No LoRA was found."))
        if not found.loras:
            note(_("Name the folder that they lie in: pictures.folders in the settings."))
        return
    rows = [[_("name"), _("base"), _("kind"), _("rank"), _("trigger words")]]
    for each in every:
        words = each.problem or ", ".join(each.words)
        rank = str(each.rank) if each.rank else ""
        rows.append(
            [each.name, base_label(each.family), each.kind.label, rank, shortened(words, _COLUMNS)]
        )
    for line in table(rows, right=(3,)):
        say(line)


def show(name: _NAME, as_json: JSON = False) -> None:
    """Show what a LoRA's file tells: words, base, rank, tags."""
    from storyforge.images import loras

    told = loras.read(loras.find(your_folders(), name))
    if as_json:
        say_json({**_json(told), "hash": told.hash or _hash(told)})
        return
    weight = f"{told.weight or 1:g}"
    rows = [
        (_("file"), str(told.path)),
        (_("base"), listed(part for part in (base_label(told.family), told.base) if part)),
        (_("kind"), told.kind.label),
        (_("rank"), str(told.rank) if told.rank else ""),
        (_("few steps"), _few(told)),
        (_("trained as"), told.alias),
        (_("trigger words"), ", ".join(told.words)),
        (_("in a prompt"), f"<lora:{told.name}:{weight}>"),
        (_("negative prompt"), told.negative),
        (_("preview"), str(told.preview or "")),
        (_("hash"), told.hash or _hash(told)),
        (_("captions' tags"), ", ".join(f"{tag} ({n})" for tag, n in told.tags[:_TAGS])),
    ]
    for line in table([row for row in rows if row[1]]):
        say(line)
    if told.notes:
        say()
        say(told.notes)
    if told.problem:
        note(told.problem)


def your_folders() -> "Found":
    """All that lies in the author's folders; those that cannot be read are named."""
    from storyforge import settings
    from storyforge.studio.pictures.profiles import found_in

    found = found_in(settings.load())
    for folder in found.unread:
        note(_("The folder {folder} cannot be read.").format(folder=folder))
    return found


def is_for(family: "Family | None", base: Base | None) -> bool:
    """Whether it is of that family; one whose file does not say is of none."""
    name = family.name.casefold() if family else Base.UNKNOWN.value
    return base is None or name == base.value


def base_label(family: "Family | None") -> str:
    """A family for a reader."""
    return family.value if family else _("unknown")


def _few(lora: "LoraFile") -> str:
    """How it draws where it was made for few steps; empty for the usual ones."""
    from storyforge.images import few_steps

    habit = few_steps.of_lora(lora)
    if habit is None:
        return ""
    return _("{kind}: {steps} steps, guidance {guidance}, {sampler}").format(
        kind=habit.quick.value,
        steps=habit.steps,
        guidance=f"{habit.guidance:g}",
        sampler=habit.sampler,
    )


def _hash(lora: "LoraFile") -> str:
    """Its hash, reckoned; empty where its file cannot be read."""
    from storyforge.errors import BadInput
    from storyforge.images import loras

    try:
        return loras.hash_of(lora.path)
    except (OSError, BadInput):
        return ""  # what is wrong with it is said by its problem


def _json(lora: "LoraFile") -> dict[str, Any]:
    return {
        "name": lora.name,
        "file": str(lora.path),
        "family": lora.family.value if lora.family else None,
        "base": lora.base,
        "kind": lora.kind.value,
        "rank": lora.rank,
        "alias": lora.alias,
        "trigger_words": list(lora.words),
        "weight": lora.weight,
        "negative": lora.negative,
        "notes": lora.notes,
        "preview": str(lora.preview) if lora.preview else None,
        "tags": dict(lora.tags),
        "hash": lora.hash,
        "size": lora.size,
        "problem": lora.problem,
    }
