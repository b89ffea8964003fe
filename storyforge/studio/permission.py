"""Whether a story's text may go to a model on another machine: the last word, whoever asks.

Every verb that sends a story's text calls `check` before anything of it is counted or sent. A yes
to a profile is remembered with the host it was given for: where the profile leads elsewhere, it is
asked anew. Nothing here knows how a yes is asked for.
"""

import asyncio
import json
import logging
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from storyforge import paths
from storyforge.domain.kept_json import read_json
from storyforge.domain.model import ModelCard
from storyforge.domain.picture.orders import PainterCard
from storyforge.errors import Refused
from storyforge.i18n import _, sentences
from storyforge.small_files import put

if TYPE_CHECKING:
    from storyforge.store.story_file import StoryFile

log = logging.getLogger(__name__)

#: the story's own setting: its text never leaves this machine
LOCAL_ONLY = "local_only"
_YES = "yes"
# Before a painter's name, where a text profile has its own: no profile's name has a point in it.
_PAINTERS = "painters."
# A yes that could not be written down holds for as long as the program runs.
_allowed_now: set[tuple[str, str]] = set()


class Kind(StrEnum):
    """Why nothing may be sent."""

    #: the story is marked: there is nothing to be asked
    LOCAL_ONLY = "local only"
    #: the way there is not encrypted
    UNENCRYPTED = "unencrypted"
    #: the author was never told where this profile's text goes
    FIRST_USE = "first use"


@dataclass(frozen=True, slots=True)
class Objection:
    """What stands between a story and a model.

    Attributes:
        host: where the text would go.
        note: what else an author should know of the model, in one sentence; may be empty.
        sent: what would be sent, in one sentence; empty for what a writing model is sent.
    """

    kind: Kind
    profile: str
    model: str
    host: str
    note: str = ""
    sent: str = ""

    @property
    def can_be_allowed(self) -> bool:
        """Whether a yes would help; else the story's own mark has to be taken away first."""
        return self.kind is not Kind.LOCAL_ONLY

    @property
    def told(self) -> str:
        """What the author has to know before a yes, in a few sentences."""
        if self.kind is Kind.LOCAL_ONLY:
            return _(
                "This story is marked to never leave this machine, and {model} runs at {host}."
            ).format(model=self.model, host=self.host)
        plain = ""
        if self.kind is Kind.UNENCRYPTED:
            plain = _("The way there is not encrypted: others on the network can read along.")
        return sentences(
            (
                _("{model} runs at {host}.").format(model=self.model, host=self.host),
                self.note or _("Your text is sent there."),
                self.sent
                or _(
                    "What is sent is the text around the caret, and what you let models see beside "
                    "it, such as memory, lore and summaries."
                ),
                plain,
            )
        )


class NotAllowed(Refused):
    """Nothing was sent; `objection` says why, and whether a yes would help."""

    def __init__(self, objection: Objection) -> None:
        title, hint = {
            Kind.LOCAL_ONLY: (
                _("The story stays here"),
                _("Choose a model on this machine, or take the mark off the story."),
            ),
            Kind.UNENCRYPTED: (
                _("Not encrypted"),
                _("Use an address with https, or say yes to it; on the command line with --yes."),
            ),
            Kind.FIRST_USE: (
                _("Where the text goes"),
                _("Say yes to it once; on the command line with --yes."),
            ),
        }[objection.kind]
        super().__init__(
            sentences((objection.told, _("Nothing was sent."))), title=title, hint=hint
        )
        self.objection = objection


async def check(story: "StoryFile", card: ModelCard) -> None:
    """Let nothing begin that would send what may not be sent; local models pass at once.

    Raises:
        NotAllowed: there is an objection.
    """
    if card.is_local:
        return
    found = await asyncio.to_thread(objection, story, card)
    if found is not None:
        raise NotAllowed(found)


async def check_painter(story: "StoryFile", card: PainterCard) -> None:
    """The same for what pictures are drawn from; painters on this machine pass at once.

    Raises:
        NotAllowed: there is an objection.
    """
    found = await asyncio.to_thread(objection_to_painter, story, card)
    if found is not None:
        raise NotAllowed(found)


def objection_to_painter(story: "StoryFile", card: PainterCard) -> Objection | None:
    """The same of a painter: what its pictures are drawn from would be sent."""
    if not card.place:
        return None
    asked = ModelCard(
        card.name,
        place=card.place,
        profile=f"{_PAINTERS}{card.name}",
        unencrypted=card.unencrypted,
        note=_("The prompts of your pictures are sent there."),
    )
    found = objection(story, asked)
    if found is None:
        return None
    sent = _(
        "They are what your plan says of a scene, or what you wrote in its place. Of a picture "
        "that is redrawn, what is redrawn of it is sent, too."
    )
    return replace(found, sent=sent)


def objection(story: "StoryFile", card: ModelCard) -> Objection | None:
    """What stands in the way; None where the text may go. The weightiest comes first."""
    if card.is_local:
        return None
    if is_local_only(story):
        kind = Kind.LOCAL_ONLY
    elif card.unencrypted:
        kind = Kind.UNENCRYPTED
    elif not is_allowed(card.profile, card.place):
        kind = Kind.FIRST_USE
    else:
        return None
    return Objection(kind, card.profile, card.name, card.place, card.note)


def allow(objection: Objection) -> None:
    """The author said yes: from now on the profile's text may go to that host.

    Where the way is not encrypted, that is set in the profile, too: the backend has to be made
    anew from the settings.

    Raises:
        Refused: a yes does not help.
        BadInput: the settings cannot be changed.
    """
    if not objection.can_be_allowed:
        raise NotAllowed(objection)
    if objection.kind is Kind.UNENCRYPTED:
        _allow_plain_http(objection.profile)
    entry = (objection.profile, objection.host)
    known = [one for one in _read() if (one.get("profile"), one.get("host")) != entry]
    told = {"profile": entry[0], "host": entry[1], "allowed": datetime.now(UTC).isoformat()}
    try:
        _write([*known, told])
    except OSError:
        _allowed_now.add(entry)
        log.warning("A permission could not be kept; it is asked for again", exc_info=True)


def is_allowed(profile: str, host: str) -> bool:
    """Whether the author said yes to that profile at that host."""
    entry = (profile, host)
    return entry in _allowed_now or any(
        (one.get("profile"), one.get("host")) == entry for one in _read()
    )


def forget(profile: str) -> None:
    """A profile of that name is gone: another one that takes its name is asked about anew."""
    _allowed_now.difference_update({entry for entry in _allowed_now if entry[0] == profile})
    known = _read()
    left = [one for one in known if one.get("profile") != profile]
    if left == known:
        return
    try:
        _write(left)
    except OSError:
        log.warning("A permission could not be taken back", exc_info=True)


def forget_painter(name: str) -> None:
    """The same of a painter."""
    forget(f"{_PAINTERS}{name}")


def is_local_only(story: "StoryFile") -> bool:
    """Whether the story is marked to never leave this machine."""
    return story.recall(LOCAL_ONLY) == _YES


def set_local_only(story: "StoryFile", local_only: bool) -> None:
    """Mark the story, or take the mark away; it goes along with the file."""
    story.remember(LOCAL_ONLY, _YES if local_only else None)


def _allow_plain_http(profile: str) -> None:
    from storyforge.studio.profiles import editing

    table = profile if profile.startswith(_PAINTERS) else f"profiles.{profile}"
    editing.write({f"{table}.plain_http": True})


def _file() -> Path:
    return paths.data_dir() / "permissions.json"


def _read() -> list[dict[str, Any]]:
    """What is kept; what cannot be read allows nothing."""
    try:
        told = read_json(_file().read_text("utf-8"))
    except (OSError, UnicodeDecodeError):
        return []
    return [one for one in told if isinstance(one, dict)] if isinstance(told, list) else []


def _write(entries: list[dict[str, Any]]) -> None:
    put(_file(), json.dumps(entries, ensure_ascii=False, indent=1))
