"""The local model: which file it is, whether it fits, and how fast it is here."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

from storyforge import settings
from storyforge.i18n import _, listed
from storyforge.studio import fitting, model_files
from storyforge.studio.diagnosis.finding import Finding
from storyforge.studio.models import model_spec
from storyforge.studio.sizes import size
from storyforge.studio.tuning import kept, telling


def examine_model() -> Iterator[Finding]:
    """The file, and what it says of itself."""
    chosen = model_files.chosen_model()
    path = chosen or model_files.bundled_model()
    choice = _(
        "`storyforge models recommended` lists some that write; `storyforge models use PATH` "
        "chooses a GGUF file."
    )
    if path is None:
        yield Finding(
            _("Model"),
            "problem",
            _("There is no model on this machine yet."),
            choice,
        )
        return
    model = model_files.info(path)
    parts = (
        model.architecture,
        _("{count} million weights").format(count=f"{round(model.parameters / 1e6):,}"),
        model.quantisation,
        size(model.size),
        _("{tokens} tokens").format(tokens=f"{model.context_tokens:,}"),
    )
    what = f"{model.name} ({listed(part for part in parts if part)})"
    yield Finding(_("Model"), "ok", _("{model}, on this machine").format(model=what))
    yield Finding(_("Model file"), "ok", str(model.path))
    if chosen is None:
        yield Finding(
            _("Model"),
            "note",
            _("This small model only shows the keys, and writes English."),
            choice,
        )


def examine_fit() -> Iterator[Finding]:
    """What the model takes of this machine's memory, and a warning where that is not there."""
    if _in_use() is None:
        return
    fit = asyncio.run(fitting.fits(model_spec(settings.load())))
    if not fit.plan.layers:
        return  # a file that does not tell its sizes
    topic = _("Needs")
    text = _("{needs}, with a window of {tokens:,} tokens")
    yield Finding(topic, "ok", text.format(needs=fit.needs, tokens=fit.plan.window))
    if fit.layers:
        yield Finding(_("GPU"), "ok", fit.layers, fit.advice)
    if fit.warning:
        yield Finding(topic, "note" if fit.fits else "problem", fit.warning)


def examine_speed() -> Iterator[Finding]:
    """What was measured of it here; the small one that only shows the keys need not be."""
    path = _in_use()
    if path is None:
        return
    if best := kept.known(path):
        yield Finding(_("Speed"), "ok", telling.found(best))
    elif model_files.chosen_model() is not None:
        yield Finding(
            _("Speed"),
            "note",
            _("It was not measured yet how many threads suit this model here."),
            _("Some minutes at rest find out: storyforge models tune"),
        )


def _in_use() -> Path | None:
    """The model's file; None where there is none."""
    path = model_files.chosen_model() or model_files.bundled_model()
    return path if path is not None and path.is_file() else None
