"""What `storyforge doctor` says: what is installed, what it runs on, and where things lie.

It looks and changes nothing. Whatever goes wrong while looking becomes a finding of its own.
"""

import importlib.metadata
import locale
import os
import platform
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import psutil

from storyforge import paths
from storyforge.engine import build, gpu, hardware
from storyforge.errors import StoryforgeError
from storyforge.i18n import _, listed
from storyforge.studio import model_files, saved_states, terminal_facts, terminal_widths
from storyforge.studio.sizes import GIB, MIB, size
from storyforge.studio.tuning import kept

State = Literal["ok", "note", "problem"]

# A story of 1,000,000 words with its takes stays below 100 MB, and saving needs as much again.
_LITTLE_SPACE = 200 * MIB
# The engine's build needs half of it for its objects.
_SOME_SPACE = 1 * GIB


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        topic: a word or two, for the first column.
        text: one calm line.
        hint: what to do; empty when nothing is to be done.
    """

    topic: str
    state: State
    text: str
    hint: str = ""


def examine() -> tuple[Finding, ...]:
    """Everything that was found, in reading order."""
    found: list[Finding] = []
    for topic, look in _parts():
        found.extend(_safely(topic, look))
    return tuple(found)


def _parts() -> tuple[tuple[str, Callable[[], Iterable[Finding]]], ...]:
    return (
        (_("Program"), _program),
        (_("Engine"), _engine),
        (_("Processor"), _processor),
        (_("Model"), _model),
        (_("Pictures"), _pictures),
        (_("Saved states"), _states),
        (_("Terminal"), _terminal),
        (_("Language"), _language),
        (_("Folders"), _folders),
    )


def _safely(topic: str, look: Callable[[], Iterable[Finding]]) -> list[Finding]:
    try:
        return list(look())
    except StoryforgeError as error:
        return [Finding(topic, "problem", error.message, error.hint)]
    except Exception as error:  # the doctor must not die of what it examines; it says it instead
        return [
            Finding(topic, "problem", _("Could not be examined: {why}").format(why=repr(error)))
        ]


def _version(package: str) -> str:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return _("missing")


def _program() -> Iterator[Finding]:
    yield Finding(
        _("Program"),
        "ok",
        _("storyforge {version}, Python {python}, Textual {textual}, {system}").format(
            version=_version("storyforge"),
            python=platform.python_version(),
            textual=_version("textual"),
            system=f"{platform.system()} {platform.machine()}",
        ),
    )
    yield Finding(_("Python"), "ok", sys.executable)


def _engine() -> Iterator[Finding]:
    now = build.status()
    state: State = "note" if now.state in ("missing", "building") or now.hint else "ok"
    yield Finding(_("Engine"), "problem" if now.state == "failed" else state, now.message, now.hint)
    graphics = gpu.gpu_status()
    if graphics.note:
        yield Finding(_("GPU"), "note", graphics.note)
    elif graphics.vendor and graphics.usable:
        yield Finding(_("GPU"), "ok", _("{vendor}, used").format(vendor=graphics.vendor))


def _processor() -> Iterator[Finding]:
    from storyforge import settings

    wanted = settings.load().model
    cores = hardware.find_cores()
    path = model_files.chosen_model() or model_files.bundled_model()
    best = kept.known(path) if path is not None and path.is_file() else None
    threads = hardware.choose_threads(
        cores,
        writing=wanted.threads or (best.threads if best else None),
        reading=wanted.threads_batch or (best.threads_batch if best else None),
        pin=wanted.pin_threads,
    )
    told = _("{cores} performance cores; {writing} threads for writing, {reading} for reading")
    if best and not (wanted.threads and wanted.threads_batch):
        told = _(
            "{cores} performance cores; {writing} threads for writing, {reading} for reading, "
            "as measured"
        )
    said = told.format(cores=cores.count, writing=threads.writing, reading=threads.reading)
    yield Finding(_("Processor"), "ok", said)
    if cores.quota is not None and cores.quota < cores.count:
        yield Finding(
            _("Processor"),
            "note",
            _("This session may use the time of {quota} processors only.").format(
                quota=f"{cores.quota:g}"
            ),
        )
    memory = psutil.virtual_memory()
    yield Finding(
        _("Memory"),
        "ok",
        _("{free} free of {total}").format(free=size(memory.available), total=size(memory.total)),
    )


def _model() -> Iterator[Finding]:
    chosen = model_files.chosen_model()
    path = chosen or model_files.bundled_model()
    if path is None:
        yield Finding(
            _("Model"),
            "problem",
            _("There is no model on this machine yet."),
            _("Name a GGUF file: storyforge models use PATH"),
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
            _("For real work choose a larger GGUF file: storyforge models use PATH"),
        )


def _pictures() -> Iterable[Finding]:
    from storyforge.studio.picture_diagnosis import examine_pictures

    return examine_pictures()


def _terminal() -> Iterator[Finding]:
    facts = terminal_facts.look(os.environ)
    name = facts.name if facts.name == facts.term else f"{facts.name} (TERM={facts.term})"
    if not sys.stdout.isatty():
        yield Finding(
            _("Terminal"), "note", _("This output goes to no terminal; the screen needs one.")
        )
    elif facts.term in ("", "dumb"):
        yield Finding(
            _("Terminal"),
            "problem",
            _("TERM is “{term}”: the screen cannot be drawn.").format(term=facts.term),
            _("Use a terminal such as xterm-256color; the commands work anywhere."),
        )
    else:
        yield Finding(_("Terminal"), "ok", name)
    yield from _keys(facts)
    yield from _widths(facts)
    if not facts.colour:
        yield Finding(_("Colours"), "note", _("NO_COLOR is set: the screen has no colours."))


def _keys(facts: terminal_facts.TerminalFacts) -> Iterator[Finding]:
    if facts.shift_enter:
        text = _("Shift+Enter continues the text; Ctrl+J and F5 do the same.")
        yield Finding(_("Keys"), "ok", text)
    else:
        text = _("Ctrl+J or F5 continues the text: Shift+Enter may arrive here as plain Enter.")
        yield Finding(_("Keys"), "note", text)
    tmux = facts.tmux
    if tmux is None:
        return
    settings = _(
        "tmux {version}: extended-keys {keys}, focus-events {focus}, "
        "allow-passthrough {passthrough}"
    ).format(
        version=tmux.version,
        keys=tmux.extended_keys or _("unknown"),
        focus=tmux.focus_events or _("unknown"),
        passthrough=tmux.allow_passthrough or _("unknown"),
    )
    hint = ""
    if not tmux.shift_enter:
        hint = _("For Shift+Enter add to ~/.tmux.conf, then restart tmux: {lines}").format(
            lines="; ".join(terminal_facts.TMUX_LINES)
        )
    yield Finding(_("tmux"), "note" if hint else "ok", settings, hint)


def _widths(facts: terminal_facts.TerminalFacts) -> Iterator[Finding]:
    """How wide … ― ● │ are; `page.ambiguous_width` overrules what is found."""
    topic, probes = _("Widths"), " ".join(terminal_widths.PROBES)
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        return
    found = terminal_widths.ask()
    choice = terminal_widths.setting(os.environ)
    if not found:
        text = _("The terminal does not say how wide {characters} are: one cell is assumed.")
        hint = _("If lines or frames do not meet, make them narrow: {setting}.")
        yield Finding(topic, "note", text.format(characters=probes), hint.format(setting=choice))
        return
    wide = " ".join(probe for probe, cells in found.items() if cells == 2)
    text = _("{characters} take one cell each").format(characters=probes)
    if wide:
        text = _("{characters} take two cells; the layout follows").format(characters=wide)
    hint = ""
    if facts.tmux is not None or facts.other_multiplexer:
        # It answers for itself, and draws by its own tables whatever the terminal outside does.
        hint = _(
            "That is what the multiplexer says; the terminal outside has to draw them alike: "
            "{setting}."
        ).format(setting=choice)
    yield Finding(topic, "ok", text, hint)


def _language() -> Iterator[Finding]:
    encoding = (sys.stdout.encoding or locale.getencoding()).upper().replace("UTF8", "UTF-8")
    named = next(
        (os.environ[name] for name in ("LC_ALL", "LC_CTYPE", "LANG") if os.environ.get(name)), ""
    )
    if encoding == "UTF-8":
        yield Finding(_("Language"), "ok", f"{named} UTF-8" if "UTF" not in named else named)
        return
    yield Finding(
        _("Language"),
        "problem",
        _("The terminal's text is {encoding}, not UTF-8: letters may be lost.").format(
            encoding=encoding
        ),
        _("Set a UTF-8 locale, such as: export LANG=C.UTF-8"),
    )


def _folders() -> Iterator[Finding]:
    yield _folder(_("Stories"), paths.stories_dir())
    yield _folder(_("Backups"), paths.backups_dir())
    yield _folder(_("Data"), paths.data_dir())
    yield _folder(_("Models"), paths.data_dir() / "models")
    yield _folder(_("Settings"), paths.config_dir(), shown=paths.config_file())
    yield _folder(_("Cache"), paths.cache_dir())
    yield _folder(_("Log"), paths.log_file().parent, shown=paths.log_file())
    prompts = paths.prompts_dir()
    if prompts.is_dir():
        yield Finding(_("Prompts"), "ok", str(prompts))
    else:
        yield Finding(
            _("Prompts"),
            "problem",
            _("The prompts are missing: {folder}").format(folder=prompts),
            _("Install storyforge again."),
        )


def _states() -> Iterator[Finding]:
    """What models have read, in the cache."""
    from storyforge import settings
    from storyforge.studio.models import keeping

    told = settings.load().cache
    held = saved_states.held(keeping(told).disk_bytes)
    text = _("{size} of what models have read, {limit} at most: storyforge cache size")
    text = text.format(size=size(held.size), limit=size(held.limit))
    if not told.states:
        text = _("what models have read is not kept, as the settings say")
    yield Finding(_("Saved states"), "ok", text)


def _folder(topic: str, folder: Path, *, shown: Path | None = None) -> Finding:
    """Where something lies, whether it can be written there and how much space is left."""
    there = folder
    while not there.exists() and there != there.parent:
        there = there.parent
    shown = shown or folder
    if not there.is_dir() or not os.access(there, os.W_OK | os.X_OK):
        return Finding(
            topic,
            "problem",
            _("{folder} cannot be written.").format(folder=shown),
            _("Give yourself the right to write in {folder}.").format(folder=there),
        )
    free = shutil.disk_usage(there).free
    text = _("{folder} ({free} free)").format(folder=shown, free=size(free))
    if free < _LITTLE_SPACE:
        return Finding(topic, "problem", text, _("The disk is nearly full: make space first."))
    if free < _SOME_SPACE:
        return Finding(topic, "note", text, _("Little space is left on this disk."))
    return Finding(topic, "ok", text)
