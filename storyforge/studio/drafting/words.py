"""How far a draft is, and what it came to, in words for the author."""

from typing import TYPE_CHECKING

from storyforge.domain.counting import counts_characters
from storyforge.i18n import _, in_quotes, listed, ngettext, sentences
from storyforge.studio.durations import time_words

if TYPE_CHECKING:
    from storyforge.studio.drafting.order import Survey
    from storyforge.studio.drafting.queue import NotDrafted, Progress

# Scenes that are named in one sentence; more are counted.
_NAMED = 4


def progress_words(progress: "Progress") -> str:
    """ "scene 2 of 5, 1,200 of 4,000 w, about 12 minutes", for a status line; "" at the end."""
    if progress.now is None:
        return ""
    told = [
        _("draft: scene {done} of {total}").format(
            done=min(progress.scenes + 1, progress.total_scenes), total=progress.total_scenes
        ),
        _("{done:,} of {total:,} {unit}").format(
            done=progress.words,
            total=max(progress.total_words, progress.words),
            unit=_("ch.") if counts_characters(progress.language) else _("w"),
        ),
    ]
    if progress.paused:
        return listed((*told, _("paused")))
    return listed(filter(None, (*told, time_words(progress.seconds_left))))


def survey_words(survey: "Survey", language: str) -> str:
    """What an order comes to: "3 scenes, about 2,700 words, about 12 minutes"."""
    scenes = ngettext("{count} scene", "{count} scenes", len(survey.scenes))
    told = [scenes.format(count=len(survey.scenes)), length_words(survey.words, language)]
    if survey.seconds is not None:
        told.append(time_words(survey.seconds))
    if survey.cost is not None and survey.cost.cost:
        told.append(survey.cost.told)
    return listed(told)


def length_words(count: int, language: str) -> str:
    """ "about 2,700 words", or characters where a language has no spaces."""
    if counts_characters(language):
        told = ngettext("about {count:,} character", "about {count:,} characters", count)
    else:
        told = ngettext("about {count:,} word", "about {count:,} words", count)
    return told.format(count=count)


def ended_words(progress: "Progress") -> str:
    """What a run has come to, in a few sentences."""
    done = progress.scenes - len(progress.failed)
    told = [
        ngettext("{count} scene is drafted.", "{count} scenes are drafted.", done).format(
            count=done
        )
    ]
    if left := progress.total_scenes - progress.scenes:
        missing = ngettext("{count} is still to be done.", "{count} are still to be done.", left)
        told.append(missing.format(count=left))
    told += [passed_over(one) for one in progress.failed[:_NAMED]]
    more = len(progress.failed) - _NAMED
    if more > 0:
        others = ngettext(
            "{count} more scene was passed over.", "{count} more scenes were passed over.", more
        )
        told.append(others.format(count=more))
    return sentences(told)


def passed_over(one: "NotDrafted") -> str:
    """A scene that was not drafted, and why."""
    if one.title:
        name = _("Scene {number}, {title}:").format(number=one.scene, title=in_quotes(one.title))
    else:
        name = _("Scene {number}:").format(number=one.scene)
    return f"{name} {one.why}"
