"""What was measured, for an author: bars, and sentences. Pure."""

from collections.abc import Sequence

from storyforge.domain.model import USUAL_BATCH
from storyforge.i18n import _, ngettext, sentences
from storyforge.studio.tuning.trials import Best, Machine, Sample, Trial, knee, series

_EIGHTHS = " ▏▎▍▌▋▊▉"
# Fewer cores than these cannot show where about four threads are enough.
_ENOUGH = 5


def bar(value: float, most: float, columns: int) -> str:
    """`value` as a bar, as long as `columns` for `most`; anything above 0 can be seen."""
    eighths = round(value / most * columns * 8) if most else 0
    if value and not eighths:
        eighths = 1
    whole, rest = divmod(eighths, 8)
    return "█" * whole + (_EIGHTHS[rest] if rest else "")


def chart(samples: Sequence[Sample], columns: int = 20) -> list[list[str]]:
    """A row a trial: what was set, writing as a bar and in tokens a second, reading likewise."""
    writing = max((sample.writing for sample in samples), default=0.0)
    reading = max((sample.reading for sample in samples), default=0.0)
    return [
        [
            named(sample.trial),
            bar(sample.writing, writing, columns),
            speed(sample.writing),
            bar(sample.reading, reading, columns),
            speed(sample.reading),
        ]
        for sample in _ordered(samples)
    ]


def speed(value: float) -> str:
    """Tokens a second, with as many digits as mean something."""
    if not value:
        return "–"
    return f"{value:.1f}" if value < 100 else f"{value:,.0f}"


def named(trial: Trial) -> str:
    """What a trial sets."""
    count = ngettext("{n} thread", "{n} threads", trial.threads).format(n=trial.threads)
    if trial.gpu_layers == 0:
        return _("{threads}, nothing on the GPU").format(threads=count)
    if trial.gpu_layers is not None:
        return _("{threads}, {n} layers on the GPU").format(threads=count, n=trial.gpu_layers)
    if trial.batch != USUAL_BATCH:
        return _("{threads}, batches of {n}").format(threads=count, n=trial.batch)
    if trial.on == "physical":
        return _("{threads}, efficiency cores too").format(threads=count)
    if trial.on == "all":
        return _("{threads}, hyper-threads too").format(threads=count)
    return count


def found(best: Best) -> str:
    """What was best, in a sentence."""
    wording = _(
        "It writes fastest with {writing} ({write_speed} tokens/s) and reads fastest with "
        "{reading} ({read_speed} tokens/s)."
    )
    return wording.format(
        writing=named(Trial(best.threads, best.writing_on, gpu_layers=best.gpu_layers)),
        write_speed=speed(best.writing),
        reading=named(Trial(best.threads_batch, best.reading_on, best.batch_tokens)),
        read_speed=speed(best.reading),
    )


def rule(machine: Machine, samples: Sequence[Sample]) -> str:
    """Whether “writing stops gaining at about four threads” is so on this machine."""
    tried, at = series(samples, "performance"), knee(samples)
    if not at or len(tried) < min(2, machine.performance):
        return ""
    if machine.fitting > machine.layers:
        return _("The model lies on the GPU, so that threads hardly count.")
    if machine.performance < _ENOUGH or tried[-1].trial.threads < _ENOUGH:
        return ngettext(
            "Whether writing stops gaining at about four threads cannot be seen on {n} core.",
            "Whether writing stops gaining at about four threads cannot be seen on {n} cores.",
            machine.performance,
        ).format(n=machine.performance)
    gains = ngettext(
        "Writing stops gaining at {n} thread.", "Writing stops gaining at {n} threads.", at
    ).format(n=at)
    if at < 3:
        verdict = _("The rule of thumb says about four; this machine needs fewer.")
    elif at <= 5:
        verdict = _("The rule of thumb, about four, holds on this machine.")
    else:
        verdict = _("The rule of thumb says about four; on this machine it does not hold.")
    return sentences((gains, verdict))


def _ordered(samples: Sequence[Sample]) -> list[Sample]:
    """Threads by their number, then batches, then the GPU's layers."""

    def place(sample: Sample) -> tuple[bool, bool, int, int, int]:
        trial = sample.trial
        return (
            trial.gpu_layers is not None,
            trial.batch != USUAL_BATCH,
            trial.threads,
            trial.batch,
            trial.gpu_layers or 0,
        )

    return sorted(samples, key=place)
