"""The verbs about this machine: engine install, engine status, doctor."""

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from storyforge.cli.options import JSON
from storyforge.cli.talk import note, say, say_json, table
from storyforge.cli.wording import Verbs
from storyforge.errors import ModelError
from storyforge.i18n import _, ngettext

if TYPE_CHECKING:
    from storyforge.engine.build import BuildStatus


def add_to(app: typer.Typer) -> None:
    """Add these verbs."""
    engine = Verbs(
        help=_(
            "The engine that runs local models (llama-cpp-python).\n\n"
            "It is compiled for this machine once, which takes seven to ten minutes; you can "
            "write meanwhile.\n\n"
            "\b\n"
            "  storyforge engine install\n"
            "  storyforge engine status"
        ),
        rich_markup_mode=None,
        no_args_is_help=True,
    )
    engine.command("install", help=_install_help())(install)
    engine.command("status", help=_("Say whether the engine is ready, and how far it is."))(status)
    app.add_typer(engine, name="engine")
    app.command("doctor", help=_doctor_help())(doctor)


def _install_help() -> str:
    return _(
        "Compile and install the engine, if it is not there yet.\n\n"
        "\b\n"
        "  storyforge engine install\n"
        "  CMAKE_ARGS=-DGGML_CUDA=on storyforge engine install    for an NVIDIA GPU"
    )


def install(
    background: Annotated[
        bool, typer.Option("--background", help=_("Start it and return at once."))
    ] = False,
    rebuild: Annotated[
        bool, typer.Option("--rebuild", help=_("Compile it anew though it is there."))
    ] = False,
) -> None:
    """Compile and install the engine."""
    from storyforge.engine import build

    build.start(rebuild=rebuild)
    if background:
        return
    last = ""
    for now in build.follow():
        if now.state == "building":
            last = _show_progress(now, last)
    if sys.stderr.isatty():
        sys.stderr.write("\r\x1b[K")
    if now.state != "ready":
        raise ModelError(now.message, hint=now.hint)
    _say(now)


def _show_progress(now: "BuildStatus", last: str) -> str:
    """One line that renews itself on a terminal; elsewhere a line for every tenth."""
    if sys.stderr.isatty():
        line = f"{now.fraction:4.0%}  {now.message}"
        if line != last:
            sys.stderr.write(f"\r\x1b[K{line[:78]}")
            sys.stderr.flush()
        return line
    step = f"{int(now.fraction * 10) * 10} %"
    if step != last:
        note(f"{step}  {now.message}")
    return step


def status(as_json: JSON = False) -> None:
    """Say whether the engine is ready."""
    from storyforge.engine import build

    now = build.status()
    if as_json:
        say_json(
            {
                "state": now.state,
                "fraction": now.fraction,
                "message": now.message,
                "hint": now.hint,
                "log": str(build.log_file()),
            }
        )
        return
    _say(now)


def _say(now: "BuildStatus") -> None:
    building = now.state == "building"
    say(f"{now.message} ({now.fraction:.0%})" if building else now.message)
    if now.hint:
        say(now.hint)


def _doctor_help() -> str:
    return _(
        "Look at this machine: what is installed, which threads and keys were found, where "
        "things lie.\n\n"
        "· is fine, i is worth knowing, ! wants something done. Nothing is changed.\n\n"
        "\b\n"
        "  storyforge doctor\n"
        "  storyforge doctor --json"
    )


def doctor(as_json: JSON = False) -> None:
    """Look at this machine and say what was found."""
    from storyforge.studio.diagnosis.examining import examine

    found = examine()
    if as_json:
        say_json(
            [{"topic": f.topic, "state": f.state, "text": f.text, "hint": f.hint} for f in found]
        )
        return
    marks = {"ok": "·", "note": "i", "problem": "!"}
    rows = []
    for finding in found:
        rows.append([marks[finding.state], finding.topic, finding.text])
        if finding.hint:
            rows.append(["", "", f"→ {finding.hint}"])
    for line in table(rows):
        say(line)
    say()
    count = sum(finding.state == "problem" for finding in found)
    wants = ngettext(
        "! marks {count} thing that wants something done.",
        "! marks {count} things that want something done.",
        count,
    )
    say(wants.format(count=count) if count else _("Nothing wants anything done."))
