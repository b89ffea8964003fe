"""How long something takes, in words for the author."""

from storyforge.i18n import _, ngettext


def time_words(seconds: float | None) -> str:
    """ "about 4 min"; "" where it is not known."""
    if seconds is None:
        return ""
    if seconds < 60:
        return _("less than a minute")
    minutes = round(seconds / 60)
    if minutes < 100:
        return ngettext("about {count} minute", "about {count} minutes", minutes).format(
            count=minutes
        )
    hours = round(minutes / 60)
    return ngettext("about {count} hour", "about {count} hours", hours).format(count=hours)
