"""How far pictures are, and what was not drawn and why: frozen values, and the words for them."""

from dataclasses import dataclass

from storyforge.domain.picture.orders import Flaw, Raster
from storyforge.domain.picture.pictures import Picture
from storyforge.i18n import _, listed, ngettext, sentences
from storyforge.studio.durations import time_words


@dataclass(frozen=True, slots=True)
class Now:
    """The picture that is being drawn.

    Attributes:
        id: the order's.
        scene: its number in the story, from 1; 0 where it shows none. title: may be empty.
        step, steps: how far it is; step 0 before the first.
        loading: how much of the painter is loaded, 0 to 1; None once it is.
        preview: the latest; None before the first.
        doing: what of it is drawn now, a tile or a face; "" where it is all of it.
        place: the host that draws it; "" for this machine.
        by_server: a server draws it, maybe on this machine.
    """

    id: str
    scene_id: str
    scene: int
    title: str
    prompt: str = ""
    seed: int = 0
    step: int = 0
    steps: int = 0
    loading: float | None = None
    preview: Raster | None = None
    doing: str = ""
    place: str = ""
    by_server: bool = False


@dataclass(frozen=True, slots=True)
class NotDrawn:
    """An order that failed, and why, in a sentence for the author. It stays in the story."""

    id: str
    scene_id: str
    scene: int
    title: str
    why: str


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the queue is.

    Attributes:
        done, total: pictures of this run, those that failed included in both.
        now: None before, between and at the end.
        seconds_left: of all that waits; None until a speed is known, and for ever.
        drawn: the pictures of this run, the latest last.
        failed: those of this run.
        notes: sentences that the author should hear, the latest last.
        forever: it goes on until it is ended.
    """

    done: int = 0
    total: int = 0
    now: Now | None = None
    seconds_left: float | None = None
    paused: bool = False
    drawn: tuple[Picture, ...] = ()
    failed: tuple[NotDrawn, ...] = ()
    notes: tuple[str, ...] = ()
    forever: bool = False


def progress_words(progress: Progress) -> str:
    """How far it is, in one line: picture, scene, step, time left."""
    now = progress.now
    parts = list[str]()
    if progress.forever:
        parts.append(_("picture {number}").format(number=progress.done + 1))
    elif progress.total:
        number = min(progress.done + 1, progress.total)
        parts.append(_("picture {number} of {total}").format(number=number, total=progress.total))
    if now is not None:
        if now.scene:
            parts.append(_("scene {number}").format(number=now.scene))
        if now.step:
            parts.append(_("step {step} of {steps}").format(step=now.step, steps=now.steps))
        if now.doing:  # before the first step, too: in a server's queue
            parts.append(now.doing)
        elif not now.step:
            parts.append(_before_the_first_step(now))
        if now.place:
            parts.append(_("at {host}").format(host=now.place))
    if progress.paused:
        parts.append(_("paused"))
    elif progress.seconds_left is not None:
        parts.append(time_words(progress.seconds_left))
    return listed(parts)


def _before_the_first_step(now: Now) -> str:
    """What is waited for; libraries take seconds before the first byte of a painter is loaded."""
    if now.by_server:
        return _("waiting for the server")
    if now.loading is None:
        return _("the painter begins")
    if not now.loading:
        return _("the engine starts")
    return _("loading the painter {share}").format(share=f"{now.loading:.0%}")


def ended_words(progress: Progress) -> str:
    """What a run has come to, in a few sentences; a reason that many share is told once."""
    drawn = len(progress.drawn)
    told = [
        ngettext("{count} picture is drawn.", "{count} pictures are drawn.", drawn).format(
            count=drawn
        )
    ]
    if left := progress.total - progress.done:
        missing = ngettext("{count} still waits.", "{count} still wait.", left)
        told.append(missing.format(count=left))
    reasons = dict[str, list[NotDrawn]]()
    for one in progress.failed:
        reasons.setdefault(one.why, []).append(one)
    for why, alike in reasons.items():
        failed = ngettext(
            "{count} picture could not be drawn:",
            "{count} pictures could not be drawn:",
            len(alike),
        )
        told.append(sentences((failed.format(count=len(alike)), why)))
    return sentences(told)


def flaw_words(flaw: Flaw) -> str:
    """What may be wrong with a picture, and what helps; "" where nothing is."""
    if flaw is Flaw.BLACK:
        return _(
            "A picture came out black: the VAE cannot do with half precision. "
            "Set float32_vae = true for this painter, and draw it again."
        )
    if flaw is Flaw.BLACKENED:
        return _(
            "A picture was blackened by the safety checker that comes with this checkpoint; "
            "another seed or prompt may pass it."
        )
    return ""
