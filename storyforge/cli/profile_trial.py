"""The verbs that ask a profile's model: profiles test, profiles models."""

import asyncio
import sys
from contextlib import aclosing
from typing import TYPE_CHECKING, Any, cast

import typer

from storyforge.cli.options import JSON
from storyforge.cli.profile_names import MAYBE
from storyforge.cli.progress import Progress, doing, heeding_signals
from storyforge.cli.talk import note, say, say_json, table
from storyforge.domain.generation import Loading, Noted, Reading, Thought, Waiting
from storyforge.i18n import _

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from storyforge.backends.base import Backend
    from storyforge.domain.profile import Profile
    from storyforge.studio.profiles.testing import Trial


def add_to(profiles: typer.Typer) -> None:
    """Add these verbs to those about profiles."""
    profiles.command("test", help=_("Have a profile's model say a few words."))(try_out)
    profiles.command("models", help=_("List the models that a profile's API offers."))(models)


def try_out(name: MAYBE = None, as_json: JSON = False) -> None:
    """Have a profile's model say a few words."""
    from storyforge import settings
    from storyforge.i18n import interface_language
    from storyforge.studio.profiles import choosing

    own = settings.load()
    profile = choosing.meant(own, profile=name)
    backend = choosing.backend_of(own, profile)
    if not backend.card.is_local:
        note(
            _("One sentence of ours is sent to {host}, and nothing of your stories.").format(
                host=backend.card.place
            )
        )
    trial = asyncio.run(_tried(backend, interface_language(own.interface)))
    if as_json:
        say_json(_trial_json(profile, trial))
    else:
        say(_("{name}: {told}").format(name=profile.name, told=trial.told))
        if trial.note:
            note(trial.note)
    if not trial.works:
        raise typer.Exit(1)


def models(name: MAYBE = None, as_json: JSON = False) -> None:
    """List the models that a profile's API offers."""
    from storyforge import settings
    from storyforge.studio.profiles import choosing
    from storyforge.studio.profiles.offering import offered

    own = settings.load()
    profile = choosing.meant(own, profile=name)
    found = asyncio.run(offered(own, profile))
    if as_json:
        say_json(
            [
                {
                    "id": one.id,
                    "name": one.name,
                    "context_tokens": one.context_tokens,
                    "place": one.place,
                    "note": one.note,
                }
                for one in found
            ]
        )
        return
    if not found:
        note(_("It does not tell which models it has."))
        return
    rows = [["", _("model"), _("name"), _("context"), ""]]
    for one in found:
        window = f"{one.context_tokens:,}" if one.context_tokens else "–"
        other = one.name if one.name != one.id else ""
        told = one.note or (_("runs at {host}").format(host=one.place) if one.place else "")
        rows.append(["●" if one.id == profile.model else " ", one.id, other, window, told])
    for line in table(rows, right=(3,)):
        say(line)


async def _tried(backend: "Backend", language: str) -> "Trial":
    from storyforge.studio.profiles import testing

    stop = asyncio.Event()
    progress = Progress(sys.stderr.isatty())
    trial: Trial | None = None
    try:
        with heeding_signals(lambda _number: stop.set()):
            steps = cast("AsyncGenerator[object, None]", testing.try_out(backend, stop, language))
            async with aclosing(steps) as stream:
                async for step in stream:
                    if isinstance(step, testing.Trial):
                        trial = step
                    else:
                        _tell(step, progress)
    finally:
        progress.clear()
        await backend.close()
    if trial is None:
        raise RuntimeError("a trial ends with how it went")
    return trial


def _tell(step: object, progress: Progress) -> None:
    if isinstance(step, Loading | Reading | Waiting | Thought):
        progress.show(doing(step))
    elif isinstance(step, Noted):
        progress.clear()
        note(step.message)


def _trial_json(profile: "Profile", trial: "Trial") -> dict[str, Any]:
    return {
        "profile": profile.name,
        "works": trial.works,
        "text": trial.text,
        "reason": trial.reason.value,
        "loading_seconds": trial.loading,
        "first_seconds": trial.first,
        "tokens": trial.usage.written,
        "tokens_per_second": trial.usage.tokens_per_second,
        "thought": trial.usage.thought,
        "cost": trial.usage.cost,
        "currency": trial.usage.currency,
        "note": trial.note,
    }
