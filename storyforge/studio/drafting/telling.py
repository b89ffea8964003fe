"""How far a draft is, and what a run has come to, in words for the author."""

from storyforge.domain.counting import counts_characters
from storyforge.i18n import _, listed, ngettext, sentences
from storyforge.studio.drafting.queue import NotDrafted, Progress
from storyforge.studio.durations import time_words

# Scenes in one sentence; more are counted.
_NAMED = 4


def progress_words(progress: Progress, language: str) -> str:
    """ "draft 1,240 of 3,000 words, scene 2 of 5, about 4 minutes"; "" at the end."""
    if progress.now is None:
        return ""
    told = (
        _("draft {done:,} of {total:,} characters")
        if counts_characters(language)
        else _("draft {done:,} of {total:,} words")
    ).format(done=progress.words, total=progress.total_words)
    scene = min(progress.scenes + 1, progress.total_scenes)
    where = _("scene {number} of {all}").format(number=scene, all=progress.total_scenes)
    left = _("paused") if progress.paused else time_words(progress.seconds_left)
    return listed(filter(None, (told, where if progress.total_scenes > 1 else "", left)))


def ended_words(progress: Progress, language: str) -> str:
    """What a run has come to, in a sentence or two."""
    drafted = progress.scenes - len(progress.failed)
    words = (
        ngettext("{count:,} character", "{count:,} characters", progress.words)
        if counts_characters(language)
        else ngettext("{count:,} word", "{count:,} words", progress.words)
    ).format(count=progress.words)
    told = [
        ngettext(
            "{count} scene is drafted: {words}.", "{count} scenes are drafted: {words}.", drafted
        ).format(count=drafted, words=words)
    ]
    if left := progress.total_scenes - progress.scenes:
        is_left = ngettext("{count} is left.", "{count} are left.", left)
        told.append(is_left.format(count=left))
    told += [passed_over(one) for one in progress.failed[:_NAMED]]
    if (more := len(progress.failed) - _NAMED) > 0:
        others = ngettext("Nor is {count} more.", "Nor are {count} more.", more)
        told.append(others.format(count=more))
    return sentences(told)


def passed_over(one: NotDrafted) -> str:
    """Which scene was not drafted, and why."""
    name = _("{number} “{title}”") if one.title else _("{number}")
    return _("Scene {name} is not drafted: {why}").format(
        name=name.format(number=one.scene, title=one.title), why=one.why
    )
