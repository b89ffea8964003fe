"""What lies in a story beside its text, brought out again: attachments as files."""

from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import TYPE_CHECKING

from storyforge.domain.attachment import Attachment
from storyforge.domain.text import one_line
from storyforge.errors import BadInput
from storyforge.export.files import write_whole
from storyforge.i18n import _

if TYPE_CHECKING:
    from storyforge.store.story_file import StoryFile


def find_attachment(story: "StoryFile", said: str) -> Attachment:
    """The attachment of that name, or of that number in the list, counted from 1.

    Raises:
        BadInput: there is none, or several are called so.
    """
    kept = story.attachments.list()
    called = [one for one in kept if one.name == said]
    if not called and said.isascii() and said.isdecimal() and 1 <= int(said[:9]) <= len(kept):
        called = [kept[int(said[:9]) - 1]]
    if len(called) == 1:
        return called[0]
    what = (
        _("{count} attachments are called “{name}”.").format(count=len(called), name=one_line(said))
        if called
        else _("There is no attachment “{name}”.").format(name=one_line(said))
    )
    raise BadInput(
        what,
        title=_("No such attachment"),
        hint=_("Name it by its number in the list of attachments."),
    )


def file_name(attachment: Attachment) -> str:
    """A name for its file that stays in the folder it is written to, whatever it is called."""
    name = PureWindowsPath(PurePosixPath(attachment.name).name).name.replace("\0", "")
    return name if name.strip(". ") else "attachment"


def save_attachment(
    story: "StoryFile", attachment: Attachment, out: Path | None = None, *, force: bool = False
) -> Path:
    """Write an attachment to `out`, or under its own name here; whole or not at all.

    Raises:
        Refused: something is there already and `force` is not set.
        BadInput: it cannot be written there.
    """
    path = out if out is not None else Path(file_name(attachment))
    if path.is_dir():
        path = path / file_name(attachment)
    write_whole(path, story.attachments.read(attachment.id), force=force)
    return path
