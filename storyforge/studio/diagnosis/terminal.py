"""What the terminal shows and which keys it hands on."""

import os
import sys
from collections.abc import Iterator

from storyforge.i18n import _
from storyforge.studio import terminal_facts, terminal_widths
from storyforge.studio.diagnosis.finding import Finding


def examine_terminal() -> Iterator[Finding]:
    """Its name, keys, widths and colours."""
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
