"""Which tags are in use: the author's own list where one was imported, else the small one.

A list takes half a second to read: who completes reads it in a thread, once. How often an author
uses a tag is a convenience and kept as one: two programs at once cost each other a count at most.
"""

import json
import logging
import threading
from collections.abc import Iterable
from pathlib import Path

from storyforge import paths
from storyforge.borrowed import reason
from storyforge.domain.kept_json import read_json
from storyforge.errors import BadInput
from storyforge.i18n import _
from storyforge.images import tags
from storyforge.images.tag_book import TagBook
from storyforge.small_files import put

log = logging.getLogger(__name__)

# So many tags are remembered, the most used of them.
_MOST = 2_000

_guard = threading.Lock()
_known: tuple[object, TagBook] | None = None


def own_list() -> Path:
    """Where the author's own list lies, if there is one."""
    return paths.data_dir() / "tags" / "tags.csv"


def book() -> TagBook:
    """The tags in use; read again where the list was replaced. It may take half a second.

    Raises:
        BadInput: the author's list cannot be read.
    """
    global _known
    with _guard:
        stamp = _stamp(own_list())
        if _known is None or _known[0] != stamp:
            read = TagBook(tags.read(own_list()).tags) if stamp else tags.starter()
            _known = (stamp, read)
        return _known[1]


def take_in(file: Path) -> tags.Read:
    """Make the tags of a file the ones in use.

    Raises:
        BadInput: it cannot be read, or there is no tag in it.
        OSError: it cannot be kept; what was in use still is.
    """
    found = tags.read(file)
    tags.put_in(own_list(), found.tags)
    return found


def forget() -> bool:
    """Go back to the list that ships; whether there was another one.

    Raises:
        OSError: the author's list cannot be taken away.
    """
    had = own_list().is_file()
    own_list().unlink(missing_ok=True)
    return had


def uses() -> dict[str, int]:
    """How often each tag was used."""
    try:
        told = read_json(_uses_file().read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    pairs = told.items() if isinstance(told, dict) else ()
    return {name: times for name, times in pairs if type(times) is int and times > 0}


def note_used(used: Iterable[str]) -> None:
    """These tags went into a prompt once more."""
    known = uses()
    for name in used:
        known[name] = known.get(name, 0) + 1
    kept = sorted(known.items(), key=lambda pair: -pair[1])[:_MOST]
    try:
        put(_uses_file(), json.dumps(dict(kept), ensure_ascii=False))
    except OSError:
        log.warning("Which tags are used could not be remembered", exc_info=True)


def _uses_file() -> Path:
    return paths.data_dir() / "tags" / "uses.json"


def _stamp(file: Path) -> tuple[int, int] | None:
    """What changes when the list does; None where there is none."""
    try:
        found = file.stat()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise BadInput(
            _("Your list of tags cannot be read: {why}.").format(why=reason(error)),
            title=_("Tags not read"),
            hint=_("It is {file}.").format(file=file),
        ) from error
    return found.st_mtime_ns, found.st_size
