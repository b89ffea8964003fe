"""What the status line says, as a value, and how it becomes parts. Pure; `bars` draws it."""

from dataclasses import dataclass

from storyforge.domain.counting import Counts, counts_characters
from storyforge.domain.generation import Loading, Reading, Thought, Waiting
from storyforge.i18n import _, listed
from storyforge.tui.widgets.bars import Part
from storyforge.tui.widgets.labels import against
from storyforge.tui.widgets.model_words import asked_told, short_name, tokens_told, waiting_told


@dataclass(frozen=True, slots=True)
class Status:
    """Everything the line can tell.

    Attributes:
        model: the model's short name; empty until it is known.
        place: where it runs.
        away: that is another machine.
        other: what the key of the local model does now, such as the way back; empty for nothing.
        activity: what it does now, such as "writing  84 tokens/s"; empty at rest.
        wrote: how many tokens came last, and how fast.
        cost: what that cost; empty where no price is set.
        prompt: what the last prompt cost, or what one at the caret would.
        slow: that is something to wait for.
        reading: what the model does unasked, such as reading ahead; empty at rest.
        summaries: how far the queue of summaries is; empty when none is being made.
        reading_in: how far the reading of the manuscript is; empty when it is not read.
        picturing: how far pictures are; empty when none is drawn.
        draft, drafting: how far a draft is, short and in words; empty when none is written.
        engine: how far the engine's build is; empty when there is none.
        gpu: that one lies idle; empty when none does.
        length: how far a continuation goes.
        preset: how words are drawn; empty where it is the usual way.
        saved: the right-hand word; `unsaved` is the sentence that takes its place on failure.
        own_prompt: the mark of a prompt that the author keeps for the scene.
        pages: the scene's manuscript pages, where authors reckon in them.
        own, written: the scene's counts by author; None where they are not asked for.
        scene_goal: what the scene is to grow to; 0 is no goal.
        today: what the day has grown by, against its goal; empty where there is nothing to tell.
        notice: the one line that must not be overlooked, such as who holds the file.
    """

    model: str = ""
    place: str = ""
    away: bool = False
    other: str = ""
    activity: str = ""
    wrote: str = ""
    cost: str = ""
    prompt: str = ""
    slow: bool = False
    reading: str = ""
    summaries: str = ""
    reading_in: str = ""
    draft: str = ""
    drafting: str = ""
    picturing: str = ""
    engine: str = ""
    gpu: str = ""
    length: str = ""
    preset: str = ""
    saved: str = ""
    unsaved: str = ""
    own_prompt: str = ""
    language: str = "en"
    scene: Counts | None = None
    story: Counts | None = None
    own: Counts | None = None
    written: Counts | None = None
    pages: str = ""
    scene_goal: int = 0
    today: str = ""
    notice: str = ""
    stop_key: str = ""
    length_key: str = ""
    other_key: str = ""
    reading_in_key: str = ""
    draft_key: str = ""
    draft_action: str = "draft"


def loading_told(loading: Loading) -> str:
    """How far the loading of a model is; the libraries of some take seconds before it begins."""
    if not loading.fraction:
        return _("the engine starts")
    return _("loading {percent} %").format(percent=round(loading.fraction * 100))


def reading_told(reading: Reading) -> str:
    """How far the reading of a prompt is; "" where there is nothing to be read."""
    if not reading.total:
        return ""
    told = _("reading {done:,} of {total:,}")
    return told.format(done=reading.done, total=reading.total)


def step_told(step: object) -> str:
    """What a model does, where it is no text; "" where there is nothing to say."""
    if isinstance(step, Loading):
        return asked_told(0.0) if step.done else loading_told(step)
    if isinstance(step, Reading):
        return reading_told(step)
    if isinstance(step, Waiting):
        return waiting_told(step)
    return _("thinking") if isinstance(step, Thought) else ""


# The cells of a name elsewhere that leave room for the offer of the local model on a screen of 80.
_BESIDE_OTHER = 16

#: from so many seconds on it is said how long reading takes
WORTH_SAYING = 3.0


def prompt_cost(new: int, total: int, seconds: float = 0.0, *, estimated: bool = False) -> str:
    """What a prompt has cost, or will: `new` of `total` tokens are not in the model's cache.

    Args:
        seconds: how long reading them will take; 0 where it is not known or has been done.
        estimated: the tokens were not counted by the model itself.
    """
    if seconds >= WORTH_SAYING:
        return _("reads {new:,} of {total:,}, about {seconds:.0f} s").format(
            new=new, total=total, seconds=seconds
        )
    return _("prompt: {read} new of {total}").format(
        read=tokens_told(new, estimated=estimated), total=tokens_told(total, estimated=estimated)
    )


def edit_cost(behind: int, total: int, seconds: float) -> str:
    """What an edit at the caret makes of what was read already: `behind` of `total` tokens."""
    return _("an edit here: {new:,} of {total:,} read again, about {seconds:.0f} s").format(
        new=behind, total=total, seconds=seconds
    )


def parts(status: Status) -> tuple[list[Part], list[Part]]:
    """(left, right) of the line. What can be missed most easily goes first when it is short."""
    left: list[Part] = []
    if status.model and status.away:
        # Where the text goes is said in a line of any length, before anything else.
        short = (
            short_name(status.model, _BESIDE_OTHER) if status.other else short_name(status.model)
        )
        name = f"● {short} · {status.place}"
        left.append(Part(name, 12, "accent", action="profile", stays=True))
    if status.unsaved:
        left.append(Part(status.unsaved, 10, "error", stays=True))
    if status.notice:
        left.append(Part(status.notice, 8, "warning"))
    if status.model and not status.away:
        tone = "accent" if status.activity else ""
        left.append(Part(f"● {short_name(status.model)}", 6, tone, action="profile"))
        # What reading costs goes before it: only a model on this machine has such a cost.
        left.append(Part(status.place, 3, "muted", action="profile"))
    left.append(Part(status.other, 11, key=status.other_key, action="local_model"))
    if status.activity:
        left.append(Part(status.activity, 9, "accent"))
    left.append(Part(status.engine, 7, "accent"))
    left.append(Part(status.gpu, 3, "warning", action="model"))
    left.append(Part(status.draft, 8, "accent", key=status.draft_key, action=status.draft_action))
    left.append(Part(status.drafting, 4, action=status.draft_action))
    left.append(Part(status.picturing, 6, "accent", action="pictures"))
    left.append(Part(status.wrote, 2, "muted"))
    left.append(Part(status.cost, 3, "muted"))
    # Before it is paid, a long wait is more to know than how long the text is.
    warns = status.slow and not status.reading
    left.append(Part(status.reading or status.prompt, 7 if warns else 4, "muted"))
    left.append(Part(status.summaries, 6, "muted", action="summaries"))
    read = "plan_read_in" if status.reading_in_key else ""
    left.append(Part(status.reading_in, 6, "muted", key=status.reading_in_key, action=read))
    left.append(Part(status.own_prompt, 5, "accent", action="prompt"))
    left.append(Part(_counted(status), 5, "muted"))
    left.append(Part(status.today, 6, "muted", action="writing_days"))
    if not status.activity:
        left.append(Part(status.length, 3, key=status.length_key, action="length"))
        left.append(Part(status.preset, 2, "muted", action="sampling"))
    right = []
    if status.stop_key and status.activity:
        right.append(Part(_("stop"), 7, key=status.stop_key, action="stop"))
    if not status.unsaved:
        right.append(Part(status.saved, 8, "muted"))
    return left, right


def _counted(status: Status) -> str:
    if status.scene is None or status.story is None:
        return ""
    unit = _("ch.") if counts_characters(status.language) else _("w")
    scene, story = status.scene.of(status.language), status.story.of(status.language)
    text = _("scene {count} {unit}").format(count=against(scene, status.scene_goal), unit=unit)
    if status.pages:
        text = listed((text, status.pages))
    if status.own is not None and status.written is not None:
        text += _(" (you {own:,} · model {model:,})").format(
            own=status.own.of(status.language), model=status.written.of(status.language)
        )
    return text + " · " + _("story {count:,} {unit}").format(count=story, unit=unit)
