"""Reads KoboldAI's saves: the first version (and KoboldAI Lite's), the second, and the zip. Pure.

Neither version says for certain which words a model wrote, so none are marked.
"""

from collections.abc import Iterator
from typing import Any

from storyforge.domain.lore import KeyLogic, LoreEntry
from storyforge.domain.text import one_line
from storyforge.i18n import _
from storyforge.importing.formats import fields
from storyforge.importing.formats.brought import Brought
from storyforge.importing.formats.passages import Passage, pieces_of
from storyforge.importing.limits import Extent
from storyforge.importing.values import ImportedAttachment
from storyforge.lorebooks import taking

_PLACED = frozenset(
    {"gamestarted", "prompt", "actions", "memory", "authorsnote", "authornote", "worldinfo",
     "worldinfo_v2", "title", "story_name", "file_version", "personal_notes", "notes"}
)  # fmt: skip


def is_koboldai(save: dict[str, Any]) -> bool:
    """Whether a JSON object is such a save."""
    return "gamestarted" in save or ("actions" in save and "prompt" in save)


def read_koboldai(save: dict[str, Any], file: str) -> Brought:
    """The story in a save."""
    notes = taking.text(save.get("personal_notes")) or taking.text(save.get("notes"))
    attachments: tuple[ImportedAttachment, ...] = ()
    if notes.strip():
        attached = ImportedAttachment(
            _("notes.txt"), "text/plain", notes.encode("utf-8"), _("notes of a KoboldAI save")
        )
        attachments = (attached,)
    note = taking.text(save.get("authornote")) or taking.text(save.get("authorsnote"))
    return Brought(
        kind=_("KoboldAI save"),
        pieces=pieces_of(map(Passage, _texts(save)), file),
        title=one_line(taking.text(save.get("story_name")) or taking.text(save.get("title"))),
        memory=taking.text(save.get("memory")),
        author_note=note,
        lore=tuple(_lore(save, Extent(file))),
        attachments=attachments,
        keep=True,
        left_out=(*fields.not_placed(save, _PLACED), *_unequal(save)),
    )


def _texts(save: dict[str, Any]) -> Iterator[str]:
    yield taking.text(save.get("prompt"))
    actions = save.get("actions")
    if isinstance(actions, dict):
        numbered = taking.mapping(actions.get("actions", actions))
        for key in sorted(numbered, key=_number):
            yield taking.text(taking.mapping(numbered[key]).get("Selected Text"))
    for action in taking.listed(actions):
        yield taking.text(action)


def _number(key: str) -> tuple[int, str]:
    return (int(key), "") if key.isascii() and key.isdecimal() and len(key) < 10 else (1 << 40, key)


def _lore(save: dict[str, Any], extent: Extent) -> Iterator[LoreEntry]:
    second = taking.mapping(save.get("worldinfo_v2")).get("entries")
    for entry in taking.objects(second or save.get("worldinfo")):
        made = fields.lore_entry(
            "koboldai",
            entry,
            extent,
            title=taking.text(entry.get("title")) or taking.text(entry.get("comment")),
            called_by=taking.keys(entry.get("key")),
            content=taking.text(entry.get("content")) or taking.text(entry.get("manual_text")),
            enabled=not (entry.get("widisabled") or entry.get("disabled")),
            always=bool(entry.get("constant")),
            category=taking.line(entry.get("wigroup")) or taking.line(entry.get("folder")),
            chance=taking.percent(entry.get("probability")),
            **_second_keys(entry),
        )
        if made is not None:
            yield made


def _second_keys(entry: dict[str, Any]) -> dict[str, Any]:
    """Keys that must stand there, too, or must not; of both kinds the first ones count."""
    wanted = taking.keys(entry.get("keysecondary")) if entry.get("selective") else ()
    unwanted = taking.keys(entry.get("keyanti"))
    if wanted or not unwanted:
        return {"secondary": wanted}
    return {"secondary": unwanted, "logic": KeyLogic.NOT_ANY}


def _unequal(save: dict[str, Any]) -> list[str]:
    second = taking.mapping(save.get("worldinfo_v2")).get("entries")
    both = any(
        entry.get("selective") and taking.keys(entry.get("keysecondary"))
        for entry in taking.objects(second or save.get("worldinfo"))
        if taking.keys(entry.get("keyanti"))
    )
    return ["worldinfo.keyanti"] if both else []
