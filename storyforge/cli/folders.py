"""A story as a folder for git: what `export --split scene` and `import --into` do."""

import contextlib
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from storyforge.cli.names import exists, new_story_path, story_path
from storyforge.cli.opening import opened, refuse_if_read_only
from storyforge.cli.talk import note, quoted, say, say_json
from storyforge.i18n import N_, _, ngettext

if TYPE_CHECKING:
    from storyforge.studio.folder_report import FolderReport

_SAID = {
    "written": N_("written"),
    "renamed": N_("renamed"),
    "removed": N_("removed: its scene is deleted"),
    "left": N_("not written over: it was changed in the folder and is not read yet"),
    "taken": N_("taken from the folder"),
    "new": N_("a new scene"),
    "back from the trash": N_("back from the trash: its file was changed"),
    "trashed": N_("in the trash: its file is gone"),
    "missing": N_("its file is gone; the scene stays"),
    "conflict": N_("changed in both; both are kept"),
}
_ORDER = N_("changed in both; the order and the titles of the story stay")


def write(file: Path, output: str | None) -> None:
    """Write a story scene by scene into a folder.

    Raises:
        StoryforgeError: nothing can be written there.
    """
    from storyforge.studio import folders
    from storyforge.studio.folder_report import Change

    with opened(file) as story:
        target = Path(output) if output else story.path.with_suffix("")
        report = folders.write_folder(story, target)
    _say(report)
    if not report.told:
        say(_("Nothing has changed in {path}.").format(path=target))
    else:
        say(_("Wrote {path}").format(path=target))
    if report.of(Change.LEFT):
        note(
            _("Take in what was changed first: storyforge import {folder} --into {story}").format(
                folder=quoted(target), story=quoted(story_path(file))
            )
        )
        raise typer.Exit(1)


def reads(source: Sequence[Path], into: Path | None) -> bool:
    """Whether `source` is a folder that storyforge wrote, or is said to be one."""
    from storyforge.studio import folders

    return into is not None or folders.same_folder(source) is not None


def read(
    source: Sequence[Path],
    into: Path | None,
    *,
    output: Path | None = None,
    remove: bool = False,
    as_json: bool = False,
) -> None:
    """Take a folder into a story, or make a story of it.

    Raises:
        StoryforgeError: it cannot be taken in; the story is as it was.
    """
    from storyforge.studio import folder_reading, folders, shelf
    from storyforge.studio.folder_report import Change

    if len(source) != 1:
        raise typer.BadParameter(_("goes with one folder"), param_hint="--into")
    folder = source[0]
    named = story_path(into) if into is not None else None
    if named is not None and exists(named):
        with opened(named, to_write=True) as story:
            refuse_if_read_only(story)
            report = folder_reading.read_folder(story, folder, remove=remove)
            if report.of(Change.MISSING) and not as_json and sys.stdin.isatty():
                _say(report)
                if typer.confirm(_confirm(report), default=False, err=True):
                    report = folder_reading.read_folder(story, folder, remove=True)
        made, path = False, named
    else:
        given = into or output
        listed = folders.look(folder)[0].listed
        title = listed.title if listed is not None else folder.name
        path = new_story_path(given) if given else shelf.new_path(title, Path())
        story, report = folder_reading.make_story(folder, path)
        with contextlib.closing(story):
            made = True
    if as_json:
        say_json(_told(report, path))
        return
    if not made:
        _say(report)
    if report.of(Change.MISSING) and not remove:
        note(_("With --remove those scenes go to the trash."))
    if made:
        say(_("Made {path}").format(path=path))
    elif not report.told:
        say(_("The folder holds nothing that {path} does not.").format(path=path))
    else:
        say(_("Took the changes into {path}").format(path=path))


def _confirm(report: "FolderReport") -> str:
    from storyforge.studio.folder_report import Change

    count = len(report.of(Change.MISSING))
    return ngettext(
        "Move {count} scene whose file is gone to the trash?",
        "Move {count} scenes whose files are gone to the trash?",
        count,
    ).format(count=count)


def _say(report: "FolderReport") -> None:
    from storyforge.domain.scene_files import STORY_FILE

    for one in report.told:
        said = _(_SAID[one.change.value])
        if one.name == STORY_FILE and one.change.value == "conflict":
            said = _(_ORDER)
        say(f"  {one.name}: {said}")


def _told(report: "FolderReport", path: Path) -> dict[str, Any]:
    return {
        "path": str(path),
        "changes": [
            {"change": one.change.value, "file": one.name, "title": one.title}
            for one in report.told
        ],
    }
