"""The verb models tune: measures, shows, keeps."""

import asyncio
import sys
from contextlib import aclosing
from typing import TYPE_CHECKING, Annotated, Any

import typer

from storyforge.borrowed import reason
from storyforge.cli.progress import Progress, heeding_signals, left
from storyforge.cli.talk import note, say, say_json, table
from storyforge.errors import StoryforgeError
from storyforge.i18n import _, listed

if TYPE_CHECKING:
    from storyforge.domain.model import ModelSpec
    from storyforge.studio.tuning.running import Step
    from storyforge.studio.tuning.trials import Best, Machine, Sample

# Above this share of the processors' time something else is at work, and speeds are too low.
_BUSY = 30.0


def add_to(models: typer.Typer) -> None:
    """Add this verb to those of `models`."""
    models.command("tune", help=_help())(tune)


def _help() -> str:
    return _(
        "Measure how many threads, which batches and how many layers on the GPU suit a model.\n\n"
        "It takes some minutes, in which nothing else should run. What was best is kept for this "
        "model on this machine and used from then on, but for what the settings say themselves. "
        "Ctrl+C ends it; what is known by then is kept.\n\n"
        "\b\n"
        "  storyforge models tune\n"
        "  storyforge models tune ~/models/writer.Q4_K_M.gguf --quick"
    )


def tune(
    model: Annotated[
        str,
        typer.Argument(metavar="PATH", help=_("A GGUF file; without it the model in use.")),
    ] = "",
    quick: Annotated[
        bool, typer.Option("--quick", help=_("Fewer settings and shorter rounds."))
    ] = False,
    forget: Annotated[
        bool, typer.Option("--forget", help=_("Measure nothing: go back to the defaults."))
    ] = False,
    yes: Annotated[
        bool, typer.Option("--yes", "-y", help=_("Keep it although other programs are at work."))
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help=_("Answer in JSON, for programs."))
    ] = False,
) -> None:
    """Measure a model's speed and keep what was best."""
    from storyforge import settings
    from storyforge.studio.models import model_spec

    told = settings.load()
    spec = model_spec(told, model or None)
    if forget:
        _forget(spec)
        return
    machine, samples, busy = asyncio.run(_measure(spec, quick))
    best = _best(machine, samples)
    if as_json:
        say_json(_json(samples, best))
    else:
        _show(machine, samples, best)
    if busy and not (yes or _wanted()):
        note(_("It is not kept, since other programs were at work. To keep it, say --yes."))
        return
    _keep(spec, best)
    if as_json:
        return
    say(_("It is kept for this model on this machine, and used from now on."))
    if own := told.model.model_fields_set & {"threads", "threads_batch", "batch_tokens"}:
        note(
            _("In the settings stand {names}: those go before what was found.").format(
                names=listed(f"model.{name}" for name in sorted(own))
            )
        )


async def _measure(spec: "ModelSpec", quick: bool) -> "tuple[Machine, list[Sample], bool]":
    """The machine, what was measured, and whether other programs were at work."""
    from storyforge.studio.tuning import running

    machine = await running.machine_of(spec)
    effort = running.QUICK if quick else running.Effort()
    note(_("Measuring {file}. Ctrl+C ends it and keeps what is known.").format(file=spec.path.name))
    busy = await _warn_when_busy()
    samples: list[Sample] = []
    stop, line = asyncio.Event(), Progress(sys.stderr.isatty())
    with heeding_signals(lambda _number: stop.set()):
        async with aclosing(running.tune(spec, machine, effort, stop)) as steps:
            async for step in steps:
                samples.append(step.sample)
                line.clear()
                note(_told(step))
                if step.left:
                    line.show(left(step.seconds))
    line.clear()
    if stop.is_set():
        note(_("Stopped."))
    return machine, samples, busy


async def _warn_when_busy() -> bool:
    import psutil

    busy = bool(await asyncio.to_thread(psutil.cpu_percent, 0.5) > _BUSY)
    if busy:
        note(_("Other programs are at work: the speeds will be too low. Better close them first."))
    return busy


def _wanted() -> bool:
    """Whether an author who sits there wants to keep it all the same."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return False
    question = _("Other programs were at work. Keep it all the same?")
    return typer.confirm(question, default=False, err=True)


def _told(step: "Step") -> str:
    from storyforge.studio.tuning.telling import named, speed

    sample = step.sample
    if not sample.writing:
        return _("{what}: does not work here").format(what=named(sample.trial))
    return _("{what}: writes {writing}, reads {reading} tokens/s").format(
        what=named(sample.trial), writing=speed(sample.writing), reading=speed(sample.reading)
    )


def _best(machine: "Machine", samples: "list[Sample]") -> "Best":
    """What was best.

    Raises:
        StoryforgeError: nothing was measured.
    """
    from storyforge.studio.tuning import trials

    best = trials.choose(samples, gpu=machine.fitting > 0)
    if best is None:
        raise StoryforgeError(
            _("Nothing was measured, so nothing was changed."),
            hint=_("Let it run for longer; --quick takes the shortest time."),
        )
    return best


def _keep(spec: "ModelSpec", best: "Best") -> None:
    """Keep it for the loader.

    Raises:
        StoryforgeError: it cannot be written.
    """
    from storyforge.studio.tuning import kept

    try:
        kept.keep(spec.path, best)
    except OSError as error:
        raise StoryforgeError(
            _("What was found cannot be kept: {why}.").format(why=reason(error)),
            hint=_("It can be set by hand: model.threads = {n}").format(n=best.threads),
        ) from error


def _show(machine: "Machine", samples: "list[Sample]", best: "Best") -> None:
    from storyforge.studio.tuning import telling

    head = ["", _("writing"), "", _("reading"), ""]
    for line in table([head, *telling.chart(samples)], right=(2, 4)):
        say(line)
    say(_("In tokens a second."))
    say()
    for sentence in (telling.found(best), telling.rule(machine, samples)):
        if sentence:
            say(sentence)


def _forget(spec: "ModelSpec") -> None:
    from storyforge.studio.tuning import kept

    if kept.forget(spec.path):
        say(_("What was measured is forgotten; the defaults count again."))
    else:
        say(_("Nothing was kept for this model."))


def _json(samples: "list[Sample]", best: "Best") -> dict[str, Any]:
    from dataclasses import asdict

    return {"samples": [asdict(sample) for sample in samples], "best": asdict(best)}
