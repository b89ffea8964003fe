"""Which of a story's small settings are this one file's business, and not the story's."""

#: the setting that holds what small values once were
PASTS = "pasts"
_OWN = frozenset(
    {
        PASTS,
        "commit",
        "copies_kept",
        "draft_order",
        "lore_import",
        "lore_memory",
        "open_scene",
        "reading_in",
        "side",
        "spent_beside",
        "summary_run",
        "summary_speed",
    }
)
_OWN_PREFIX = "folder:"


def is_own(key: str) -> bool:
    """Whether a setting tells of this file alone: it goes into no other copy."""
    return key in _OWN or key.startswith(_OWN_PREFIX)
