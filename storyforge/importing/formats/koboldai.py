"""Reads KoboldAI's saves: the first version (and KoboldAI Lite's), the second, and the zip. Pure.

Neither version says for certain which words a model wrote, so none are marked.
"""

from collections.abc import Iterator
from typing import Any

from storyforge.domain.lore import LoreEntry
from storyforge.domain.text import one_line
from storyforge.i18n import _
from storyforge.importing.formats import fields
from storyforge.importing.formats.brought import Brought
from storyforge.importing.formats.passages import Passage, pieces_of
from storyforge.importing.limits import Extent
from storyforge.importing.values import ImportedAttachment

_PLACED = frozenset(
    {"gamestarted", "prompt", "actions", "memory", "authorsnote", "authornote", "worldinfo",
     "worldinfo_v2", "title", "story_name", "file_version", "personal_notes", "notes"}
)  # fmt: skip
_ENTRY = frozenset(
    {"key", "content", "manual_text", "comment", "title", "folder", "wigroup", "constant",
     "widisabled", "disabled"}
)  # fmt: skip


def is_koboldai(save: dict[str, Any]) -> bool:
    """Whether a JSON object is such a save."""
    return "gamestarted" in save or ("actions" in save and "prompt" in save)


def read_koboldai(save: dict[str, Any], file: str) -> Brought:
    """The story in a save."""
    notes = fields.text(save.get("personal_notes")) or fields.text(save.get("notes"))
    attachments: tuple[ImportedAttachment, ...] = ()
    if notes.strip():
        attached = ImportedAttachment(
            _("notes.txt"), "text/plain", notes.encode("utf-8"), _("notes of a KoboldAI save")
        )
        attachments = (attached,)
    note = fields.text(save.get("authornote")) or fields.text(save.get("authorsnote"))
    return Brought(
        kind=_("KoboldAI save"),
        pieces=pieces_of(map(Passage, _texts(save)), file),
        title=one_line(fields.text(save.get("story_name")) or fields.text(save.get("title"))),
        memory=fields.text(save.get("memory")),
        author_note=note,
        lore=tuple(_lore(save, Extent(file))),
        attachments=attachments,
        keep=True,
        left_out=tuple(fields.not_placed(save, _PLACED)),
    )


def _texts(save: dict[str, Any]) -> Iterator[str]:
    yield fields.text(save.get("prompt"))
    actions = save.get("actions")
    if isinstance(actions, dict):
        numbered = fields.mapping(actions.get("actions", actions))
        for key in sorted(numbered, key=_number):
            yield fields.text(fields.mapping(numbered[key]).get("Selected Text"))
    for action in fields.listed(actions):
        yield fields.text(action)


def _number(key: str) -> tuple[int, str]:
    return (int(key), "") if key.isascii() and key.isdecimal() and len(key) < 10 else (1 << 40, key)


def _lore(save: dict[str, Any], extent: Extent) -> Iterator[LoreEntry]:
    second = fields.mapping(save.get("worldinfo_v2")).get("entries")
    for entry in fields.objects(second or save.get("worldinfo")):
        called_by = fields.keys(entry.get("key"))
        made = fields.lore_entry(
            entry,
            _ENTRY,
            extent,
            title=fields.text(entry.get("title")) or fields.text(entry.get("comment")),
            called_by=called_by,
            content=fields.text(entry.get("content")) or fields.text(entry.get("manual_text")),
            enabled=not (entry.get("widisabled") or entry.get("disabled")),
            always=bool(entry.get("constant")),
            category=fields.text(entry.get("wigroup")) or fields.text(entry.get("folder")),
        )
        if made is not None:
            yield made
