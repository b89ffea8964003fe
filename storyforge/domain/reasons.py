"""Why a snapshot was kept, in the author's words; the file keeps the plain key."""

from storyforge.i18n import N_, _

_REASONS = {
    "named": N_("by hand"),
    "before continuation": N_("before a continuation"),
    "before restore": N_("before going back"),
    "before import": N_("before an import"),
    "before replace": N_("before replacing"),
    "after replace": N_("after replacing"),
    "before undo": N_("before taking a change back"),
    "before split": N_("before splitting"),
    "before join": N_("before joining"),
    "before editor": N_("before another editor"),
    "before merge": N_("before joining two copies"),
    "other copy": N_("from another copy"),
    "recovered": N_("recovered"),
}


def reason_name(reason: str) -> str:
    """What the author is told; an unknown reason as it is."""
    known = _REASONS.get(reason)
    return reason if known is None else _(known)
