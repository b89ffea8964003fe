"""Has a model answer a schema: read as it comes, and asked for again where it is none.

It asks the model and nobody else: permission and ledger are its caller's business. What an answer
is made into is `reading`'s, what is wrong with it `judging`'s.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from storyforge.domain.generation import StopReason, Usage


@dataclass(frozen=True, slots=True)
class Growing:
    """An answer on its way.

    Attributes:
        value: what can be read of it so far, within the schema's bounds; required parts may still
            be missing.
        text: all that the model wrote in this attempt, as it came.
        thinking: what it thought meanwhile; never part of the answer.
        attempt: counted from 1; with another one `text` begins anew.
    """

    value: Mapping[str, Any]
    text: str
    thinking: str = ""
    attempt: int = 1


@dataclass(frozen=True, slots=True)
class Held:
    """The last that is said: the best there is, also where it was stopped.

    Attributes:
        value: within the schema's bounds; whole where there is no flaw.
        text: what the model wrote in the attempt that `value` was read from, as it came.
        flaw: why it is no good answer, in a sentence for the author; empty where it is one.
        usage: of all attempts together.
        reason: why the attempt ended.
        attempts: what was written in each attempt, in order.
    """

    value: Mapping[str, Any]
    text: str
    flaw: str = ""
    thinking: str = ""
    usage: Usage = field(default_factory=Usage)
    reason: StopReason = StopReason.END
    attempts: tuple[str, ...] = ()
