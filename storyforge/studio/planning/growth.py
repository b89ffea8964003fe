"""A variant on its way: the answers to all that is asked for it are one value.

It says how many chapters are still to be asked for. Small models bring fewer than they were asked
for, however often: what is whole of them stays, and only the rest is asked for.
"""

import logging
from collections.abc import Mapping, Sequence
from typing import Any

from storyforge.domain.generation import StopReason, TakeState
from storyforge.domain.plan.proposals import Proposal
from storyforge.errors import StoryforgeError
from storyforge.studio.answers.holding import Growing, Held
from storyforge.studio.answers.judging import Fault, too_few
from storyforge.studio.planning.keeper import ProposalKeeper

log = logging.getLogger(__name__)

#: so many times in a row chapters may be asked for and none come
TRIES = 3
# Nobody is asked for the rest of these.
_FINAL = (StopReason.STOPPED, StopReason.REFUSED, StopReason.FILTERED)


class Growth:
    """A variant, from its first answer to its last.

    Args:
        parts: how many chapters each answer is to bring; of anything but an outline there is one.

    Attributes:
        value: all that there is of it.
        kept: what of an outline the next answer goes on behind; empty where there is nothing.
        asked: how many answers came.
        fruitless: how many came in a row without a whole chapter.
        ended: nothing more is to be asked for.
    """

    def __init__(self, keeper: ProposalKeeper, parts: Sequence[int]) -> None:
        self._keeper = keeper
        self._parts = list(parts)
        self._came: Mapping[str, Any] = {}
        self._flaw = ""
        self._reason = StopReason.END
        self.value: Mapping[str, Any] = {}
        self.kept: Mapping[str, Any] = {}
        self.asked = self.fruitless = 0
        self.ended = False

    @property
    def now(self) -> Proposal:
        """What it is at this moment."""
        return self._keeper.now

    @property
    def wanted(self) -> int:
        """How many chapters the next answer is to bring."""
        return self._parts[0]

    def grew(self, step: Growing) -> Proposal:
        """More has come of an answer; raises what the disk said."""
        self._keeper.check()
        self.value = _together(self.kept, step.value)
        return self._keeper.grown(self.asked, step.attempt, step.text, step.thinking, self.value)

    def held(self, step: Held, schema: Mapping[str, Any]) -> None:
        """An answer to `schema` is over."""
        self._keeper.check()
        came, missing = self._chapters(step.value, schema)
        self._keep(step, came)
        for attempt, text in enumerate(step.attempts or (step.text,), start=1):
            self._keeper.grown(self.asked, attempt, text, None, self.value)
        self._keeper.paid(step.usage)
        self.asked += 1
        self._reason = step.reason
        refused = step.reason in _FINAL or step.fault is Fault.REFUSED
        # What is missing would be missing in all that is built on it.
        over = refused or not step.value or (missing > 0 and self.fruitless >= TRIES)
        if not missing or refused or (over and not self.kept):
            flaw = step.flaw
        elif over:
            flaw = too_few("chapters")
        else:
            # What is still asked for is no flaw yet.
            flaw = step.flaw if came and step.fault is not Fault.TOO_FEW else ""
        self._flaw = self._flaw or flaw
        self._parts[:1] = [missing] if missing else []
        self.ended = over or not self._parts

    def _keep(self, step: Held, came: Sequence[Any]) -> None:
        """Let `came` of an answer count, and show what there is."""
        if step.reason is StopReason.STOPPED:
            self.value = _together(self.kept, step.value)
            return
        if came:
            self.kept = _together(self.kept, {**step.value, "chapters": came})
        # An answer of nothing takes nothing away.
        self.value = self._came = self.kept or step.value or self._came

    def _chapters(
        self, value: Mapping[str, Any], schema: Mapping[str, Any]
    ) -> tuple[list[Any], int]:
        """(the chapters of an answer that count, how many are missing)."""
        if "chapters" not in schema["properties"]:
            return [], 0
        told = list(value.get("chapters", ()))
        parts = schema["properties"]["chapters"]["items"]["required"]
        whole = [one for one in told if all(name in one for name in parts)]
        missing = self.wanted - len(whole)
        self.fruitless = self.fruitless + 1 if missing and not whole else 0
        if self.fruitless >= TRIES and len(told) >= self.wanted:
            return told, 0  # a model that knows no better; its flaw is told
        return whole, missing

    def stopped(self) -> None:
        """The author wants no more of it."""
        self._reason = StopReason.STOPPED

    def finish(self) -> Proposal:
        """Keep it for good."""
        stopped = self._reason is StopReason.STOPPED
        state = TakeState.STOPPED if stopped else TakeState.FINISHED
        return self._keeper.finish(state, self._reason, self._flaw)

    def fail(self) -> Proposal:
        """Keep what there is; the failure that brought us here is told, not a second one."""
        self.abandon(failed=True)
        return self._keeper.now

    def abandon(self, *, failed: bool) -> None:
        """Keep what there is, at once."""
        state = TakeState.FAILED if failed else TakeState.STOPPED
        reason = StopReason.FAILED if failed else StopReason.STOPPED
        try:
            self._keeper.finish(state, reason, self._flaw)
        except StoryforgeError:
            log.exception("A variant could not be finished")


def _together(before: Mapping[str, Any], value: Mapping[str, Any]) -> Mapping[str, Any]:
    """The answers for an outline as one: its chapters in a row."""
    if not before:
        return value
    chapters = [*before.get("chapters", ()), *value.get("chapters", ())]
    return {**before, "chapters": chapters}
