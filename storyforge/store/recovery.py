"""What is done for a story whose last session died, and what its author is told.

Only takes are ever half done, those for the page and the plan's, which are its proposals. A time of
writing counts as far as it was kept, and a text that was not noted in the lineage is noted when the
log is folded in the next time.
"""

import sqlite3
from datetime import datetime

from storyforge.domain.generation import TakeState
from storyforge.i18n import _, ngettext
from storyforge.store.values import moment


def recover(raw: sqlite3.Connection, *, crashed: bool) -> str | None:
    """Settle takes that were running; one sentence when the last session died, else None.

    Args:
        crashed: a dead process's lock or an unfolded log was found.
    """
    settled = settle_takes(raw)
    return sentence(raw, settled) if crashed or settled else None


def sentence(raw: sqlite3.Connection, settled: int) -> str:
    """What the author is told of a session that died and left `settled` unfinished takes."""
    changed = moment(raw.execute("SELECT changed FROM story").fetchone()[0]).astimezone()
    today = changed.date() == datetime.now().astimezone().date()
    time = changed.strftime("%H:%M" if today else "%Y-%m-%d %H:%M")
    if not settled:
        return _(
            "The last session ended without closing; everything up to {time} was recovered."
        ).format(time=time)
    return ngettext(
        "The last session ended without closing; everything up to {time} was recovered, "
        "and {count} unfinished take is kept.",
        "The last session ended without closing; everything up to {time} was recovered, "
        "and {count} unfinished takes are kept.",
        settled,
    ).format(time=time, count=settled)


def settle_takes(raw: sqlite3.Connection) -> int:
    """Mark running takes as interrupted, drop those without a word; how many were kept.

    A proposal for the plan is a take. A picture that was being drawn waits again.
    """
    states = (TakeState.INTERRUPTED, TakeState.RUNNING)
    with raw:
        raw.execute("BEGIN IMMEDIATE")
        for name in ("take", "proposal"):
            raw.execute(
                f"DELETE FROM {name} WHERE state = ? AND text = '' AND thinking = ''",
                (TakeState.RUNNING,),
            )
        raw.execute("UPDATE picture_order SET state = 'waiting' WHERE state = 'drawing'")
        takes = raw.execute(
            "UPDATE take SET state = ?, kept = length(text) WHERE state = ?", states
        )
        proposals = raw.execute("UPDATE proposal SET state = ? WHERE state = ?", states)
        return takes.rowcount + proposals.rowcount
