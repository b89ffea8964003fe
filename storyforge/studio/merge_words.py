"""What a merge did, in plain words, for both doors."""

from collections.abc import Iterator

from storyforge.domain.merge_plan import Event, Finding
from storyforge.domain.text import one_line
from storyforge.i18n import N_, _, ngettext
from storyforge.studio.merging import Report

_SCENE = {
    Event.NEWER_TEXT: N_("{title}: the text of {source} is newer."),
    Event.BOTH_TEXTS: N_(
        "{title}: written in both. The text of {source} is the scene; the other stands behind it."
    ),
    Event.NEW_SCENE: N_("{title}: a new scene of {source}."),
    Event.NEW_CHAPTER: N_("{title}: a new chapter of {source}."),
    Event.TRASHED: N_("{title}: deleted in {source}; it lies in the trash."),
    Event.STAYS: N_("{title}: deleted in one copy, but gone on with in {source}; it stays."),
}
_VALUE = {
    Event.NEWER_VALUE: N_("{what}: as {source} has it."),
    Event.BOTH_VALUES: N_("{what}: changed in both. “{taken}” of {source} stays, not “{left}”."),
    Event.BOTH_KEPT: N_("{what}: changed in both; both texts are kept."),
}
_WHAT = {
    "story.title": N_("The story's title"),
    "story.author": N_("The author"),
    "story.language": N_("The language"),
    "chapter.title": N_("Title of the chapter “{title}”"),
    "scene.title": N_("Title of “{title}”"),
    "scene.chapter": N_("Chapter of “{title}”"),
    "card.label": N_("Label of “{title}”"),
    "card.status": N_("Status of “{title}”"),
    "card.goal": N_("Aim of “{title}”"),
    "card.notes": N_("Notes of “{title}”"),
    "comment.text": N_("A comment"),
    "comment.scene": N_("A comment's scene"),
    "comment.resolved": N_("A comment's mark"),
    "word": N_("The word “{title}”"),
    "context": N_("The text for the model ({title})"),
    "lore": N_("An entry in the book of lore"),
    "summary.scene": N_("Summary of “{title}”"),
    "summary.chapter": N_("Summary of the chapter “{title}”"),
    "prompt_edit": N_("The changed prompt of “{title}”"),
    "take.bookmark": N_("A bookmark"),
    "plan": N_("The plan"),
    "plan.fact": N_("In the plan, {title}"),
    "picture.scene": N_("A picture"),
    "picture.chosen": N_("The picture of “{title}”"),
    "picture.rating": N_("A picture's stars"),
    "picture.alt": N_("A picture's description"),
    "picture.deleted": N_("A picture in the trash"),
    "prompt_copy": N_("The prompt “{title}”"),
    "setting": N_("The setting “{title}”"),
    "order.chapters": N_("The order of the chapters"),
    "order.scenes": N_("The order in the chapter “{title}”"),
    "order.lore": N_("The order of the book of lore"),
    "order.plan": N_("The order in the plan"),
}
_LONGEST = 60


def lines(report: Report, ours: str, theirs: str) -> Iterator[str]:
    """A sentence for each thing, the conflicts last.

    Args:
        ours, theirs: the copies' names.
    """
    for scene in sorted(report.woven):
        yield _("{title}: both copies' changes are put together.").format(
            title=_title(report, scene)
        )
    for one in sorted(report.findings, key=lambda one: one.conflict):
        yield sentence(report, one, ours, theirs)


def conflict_lines(report: Report, ours: str, theirs: str) -> Iterator[str]:
    """A sentence for each thing that both copies had changed."""
    return (sentence(report, one, ours, theirs) for one in report.conflicts)


def sentence(report: Report, one: Finding, ours: str, theirs: str) -> str:
    """One finding."""
    kind, _sign, of = one.key.partition(":")
    source = theirs if one.theirs else ours
    title = _title(report, of)
    if one.event in _SCENE:
        return _(_SCENE[one.event]).format(title=title, source=source)
    what = _(_WHAT[kind]).format(title=title)
    return _(_VALUE[one.event]).format(
        what=what, source=source, taken=_short(one.taken), left=_short(one.left)
    )


def summary(report: Report) -> str:
    """How it went, in one sentence."""
    count = len(report.conflicts)
    if count:
        return ngettext(
            "{count} thing was changed in both copies: look at it below.",
            "{count} things were changed in both copies: look at them below.",
            count,
        ).format(count=count)
    if report.findings or report.woven:
        return _("The two copies are put together; nothing was changed in both.")
    return _("The two copies say the same.")


def _title(report: Report, of: str) -> str:
    if of in report.titles:
        return one_line(report.titles[of]) or _("(no title)")
    return _short(of)


def _short(text: str) -> str:
    told = one_line(text)
    return told if len(told) <= _LONGEST else told[: _LONGEST - 1] + "…"
