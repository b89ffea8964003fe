"""Two copies of one story: what the author is asked of them, and told once they are one."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from storyforge.i18n import _, sentences
from storyforge.tui.dialogs.base import Choice, Choose, Tell
from storyforge.tui.work import lazily

if TYPE_CHECKING:
    from storyforge.studio.merging import Report
    from storyforge.tui.screens.desk import DeskScreen

#: so many conflicts are told one by one
_MOST_LINES = 8


async def ask_about_both(
    desk: "DeskScreen", title: str, text: str, keep: str, ours: Path, theirs: Path
) -> str | None:
    """ "merge", "keep" or None; the differences are shown as often as they are asked for."""
    while True:
        answer: str | None = await desk.house.push_screen_wait(
            Choose(
                title,
                text,
                [
                    Choice("merge", _("Put the two together now, scene by scene")),
                    Choice("look", _("Look at the differences")),
                    Choice("keep", keep),
                ],
            )
        )
        if answer != "look":
            return answer
        await _show_differences(desk, ours, theirs)


async def _show_differences(desk: "DeskScreen", ours: Path, theirs: Path) -> None:
    from storyforge.tui.desk.differing import differences
    from storyforge.tui.dialogs.differences import Differences

    found = await asyncio.to_thread(differences, ours, theirs)
    told = Tell(_("The differences"), _("The two copies say the same."))
    await desk.house.push_screen_wait(Differences(found, desk.language) if found else told)


async def tell_together(
    desk: "DeskScreen", report: "Report", ours: str, theirs: str, kept: Path
) -> None:
    """What became of the two.

    Args:
        ours: the file that both are in now. theirs: the other one. kept: where that lies.
    """
    words = await lazily("storyforge.studio.merge_words")
    put_away = _("“{name}” itself is kept in {folder}.").format(name=theirs, folder=kept.parent)
    if not report.conflicts:
        desk.house.tell(sentences((words.summary(report), put_away)))
        return
    lines = [f"• {line}" for line in words.conflict_lines(report, ours, theirs)]
    more = len(lines) - _MOST_LINES
    if more > 0:
        lines[_MOST_LINES:] = [_("and {count} more").format(count=more)]
    told = "\n".join([words.summary(report), "", *lines, "", put_away])
    await desk.house.push_screen_wait(Tell(_("Two copies put together"), told))
