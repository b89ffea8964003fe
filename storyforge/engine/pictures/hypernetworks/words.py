"""The sentences an author reads of hypernetworks; `fault_words` holds this table."""

from storyforge.engine.fault_kinds import FaultKind
from storyforge.i18n import N_

_TITLE = N_("Hypernetwork not usable")
_WITHOUT = N_("Take it out of the prompt, or choose one that was made for this checkpoint.")

#: kind → title, sentence, advice
WORDS: dict[FaultKind, tuple[str, str, str]] = {
    FaultKind.HYPERNETWORK_DAMAGED: (
        _TITLE,
        N_("{about} is no hypernetwork, or a damaged one."),
        N_("Get it again, or take it out of the prompt; no picture was begun."),
    ),
    FaultKind.HYPERNETWORK_KIND: (
        _TITLE,
        N_("The hypernetwork {about} has an activation that is not known here: {more}."),
        N_("Take it out of the prompt; no picture was begun."),
    ),
    FaultKind.HYPERNETWORK_OTHER_BASE: (
        _TITLE,
        N_("The hypernetwork {about} was made for {more}, and the checkpoint is another one."),
        _WITHOUT,
    ),
    FaultKind.HYPERNETWORK_UNFIT: (
        _TITLE,
        N_("Nothing in the hypernetwork {about} is as wide as this checkpoint; it has: {more}."),
        _WITHOUT,
    ),
    FaultKind.HYPERNETWORK_UNREAD: (
        _TITLE,
        N_("The hypernetwork {about} cannot be read: {more}."),
        N_("Look whether it is still there and may be read."),
    ),
}
