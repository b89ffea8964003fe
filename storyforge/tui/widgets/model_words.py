"""What is said of a model at work, in few words: name, place, waiting, price. Pure."""

from math import ceil

from rich.cells import cell_len

from storyforge.domain.generation import Take, Usage, Waiting
from storyforge.domain.model import ModelCard
from storyforge.domain.money import money
from storyforge.domain.profile import Task
from storyforge.domain.tags import base_language
from storyforge.i18n import N_, _, listed, ngettext
from storyforge.studio.languages import language_name
from storyforge.tui.widgets.rows import fitted

# Cells that the name of a model may take in a line where others stand beside it.
_NAME = 30
#: seconds between two words that are still a model's pace: a large one on a small machine is slow
SILENT = 5.0

#: the tasks as an author calls them
TASKS = {
    Task.CONTINUE: N_("continuing"),
    Task.REWRITE: N_("changing a selection"),
    Task.PREMISE: N_("premise"),
    Task.CHARACTERS: N_("cast"),
    Task.WORLD: N_("world"),
    Task.OUTLINE: N_("outline"),
    Task.SCENES: N_("scenes"),
    Task.DRAFT: N_("drafts"),
    Task.READ_IN: N_("reading in"),
    Task.SUMMARY: N_("summaries"),
    Task.PICTURE_PROMPT: N_("picture prompts"),
}


def short_name(name: str, room: int = _NAME) -> str:
    """A model's name as a line has room for it: APIs name some in sixty characters."""
    return name if cell_len(name) <= room else fitted(name, room).rstrip()


def in_columns(name: str, model: str, column: int) -> str:
    """A profile's name in so many cells, and its model beside it where that is called otherwise."""
    return name if model == name else f"{fitted(name, column)} {model}"


def where_it_runs(card: ModelCard) -> str:
    """ "on this machine", or the host it runs on."""
    return _("on this machine") if card.is_local else card.place


def goes_to(card: ModelCard, *, stays: bool = False) -> str:
    """A sentence on where the text goes; `stays` where the open story never leaves the machine."""
    if card.is_local:
        return _("Your text stays on this machine.")
    if stays:
        return _(
            "This story never leaves this machine: nothing of it goes to {host}, and this model "
            "cannot write in it."
        ).format(host=card.place)
    return _("Your text goes to {host}.").format(host=card.place)


def language_warning(card: ModelCard, language: str) -> str:
    """A word of warning where the model does not know the story's language; else ""."""
    if not card.languages or base_language(language) in card.languages:
        return ""
    return _(
        "{model} writes {known} only, and this story is in {language}: what it adds will not be "
        "usable. `storyforge models use PATH` chooses a GGUF file that knows the language."
    ).format(
        model=card.name,
        known=listed(map(language_name, card.languages)),
        language=language_name(language),
    )


def waiting_told(waiting: Waiting, passed: float = 0.0) -> str:
    """What a request waits for; `passed` seconds of it are over."""
    if waiting.again:
        left = max(ceil(waiting.seconds - passed), 0)
        return _("again in {seconds} s: {why}").format(seconds=left, why=waiting.why)
    told = [waiting.why]
    if waiting.ahead:
        ahead = ngettext("{count:,} before it", "{count:,} before it", waiting.ahead)
        told.append(ahead.format(count=waiting.ahead))
    if (left := ceil(waiting.seconds - passed)) > 0:
        told.append(_("about {seconds} s").format(seconds=left))
    return listed(told)


def asked_told(passed: float) -> str:
    """The request is on its way to another machine, for so many seconds."""
    if passed < 1:
        return _("waiting for the answer")
    return _("waiting for the answer … {seconds:.0f} s").format(seconds=passed)


def thinking_told(passed: float) -> str:
    """The model has been thinking for so many seconds; nothing of that is on the page."""
    return _("thinking … {seconds:.0f} s").format(seconds=passed)


def silent_told(passed: float) -> str:
    """No word has come for so many seconds; "" while that is no silence yet."""
    if passed < SILENT:
        return ""
    return _("nothing new for {seconds:.0f} s").format(seconds=passed)


def cost_told(usage: Usage) -> str:
    """What an answer cost; empty where no price is set."""
    if not usage.currency or not usage.cost:
        return ""
    told = money(usage.cost, usage.currency)
    return _("about {amount}").format(amount=told) if usage.estimated else told


def tokens_told(count: int, *, estimated: bool) -> str:
    """A number of tokens; an estimate is marked as one."""
    return f"~{count:,}" if estimated else f"{count:,}"


def writer_told(take: Take) -> str:
    """Who wrote a take, and on which machine where it was another."""
    return f"{take.model} · {take.place}" if take.place else take.model
