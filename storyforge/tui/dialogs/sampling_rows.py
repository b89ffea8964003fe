"""The samplers as rows of a form: how each value is shown, and the sentence about the marked one.

Pure; `dialogs.sampling` asks. A value is never shown without what it means where it does nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from storyforge.domain.dials import (
    BY_FIELD,
    LISTS,
    SAMPLER_TITLES,
    SWITCHES,
    shown,
    title_of,
    why_idle,
)
from storyforge.domain.presets import Preset, differing
from storyforge.domain.sampling import Sampling
from storyforge.i18n import N_, _, in_quotes, listed, ngettext, sentences
from storyforge.tui.widgets.rows import Row

GO, PRESET, WHERE, STOP = "go", "preset", "where", "stop"
SAVE, IMPORT, EXPORT, DELETE, RESET = "save", "import", "export", "delete", "reset"

#: (heading, fields below it); `STOP` is no field of a sampling
GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (N_("How bold"), ("temperature", "dynamic_range", "dynamic_exponent")),
    (
        N_("Which words may come"),
        (
            "top_k", "top_p", "min_p", "typical_p", "top_n_sigma", "xtc_probability",
            "xtc_threshold", "mirostat", "mirostat_tau", "mirostat_eta",
        ),
    ),
    (
        N_("Against repetition"),
        (
            "repeat_penalty", "presence_penalty", "frequency_penalty", "repeat_range",
            "dry_multiplier", "dry_base", "dry_allowed_length", "dry_range", "dry_breakers",
        ),
    ),
    (N_("Words of your choice"), ("banned", "biases", STOP, "min_tokens")),
    (N_("How it is drawn"), ("order", "seed", "repeatable")),
)  # fmt: skip

# So many fit into the two lines that there are.
_DIFFERENCES = 4
_SWITCHES = {name: help_text for name, _title, help_text in SWITCHES}
_HELP = {
    GO: N_("Continuations are drawn so from now on."),
    PRESET: N_("← → walk through the presets, Enter lists them."),
    WHERE: N_("A story can have its own; it is kept with it, wherever it goes."),
    "banned": N_("They never stand in the answer, whatever their letters' case; one a line."),
    "biases": N_("Made likelier above 0, rarer below, from -100 to 100; one a line."),
    STOP: N_("The model stops before it writes any of these; one a line."),
    "dry_breakers": N_("Over these no repetition is counted; one a line, \\n is a new line."),
    "order": N_("Each sampler sees only what those before it have left."),
    "seed": N_(
        "The same seed on the same text gives the same words; another take goes by the seed after "
        "it. Empty for a new one each time."
    ),
    SAVE: N_("Keeps the values under a name, beside those that come with storyforge."),
    IMPORT: N_("Also of llama.cpp, text-generation-webui, KoboldAI and SillyTavern."),
    EXPORT: N_("As JSON, for another machine or another author."),
    DELETE: N_("What is in use stays as it is until another is chosen."),
    RESET: N_("What was changed here is let go."),
}


@dataclass(frozen=True, slots=True)
class Tuned:
    """What the author agrees to.

    Attributes:
        preset: the one it began with; `sampling` may differ from it.
        stop: strings before which the model stops.
        for_story: in this story only.
    """

    preset: Preset
    sampling: Sampling
    stop: tuple[str, ...] = ()
    for_story: bool = False

    @property
    def name(self) -> str:
        """The preset's name, with a * where a value is another."""
        return self.preset.title + ("*" if self.sampling != self.preset.sampling else "")


def rows(tuned: Tuned, heeded: frozenset[str], *, with_story: bool) -> list[Row]:
    """The whole form.

    Args:
        heeded: the fields that the model can do.
    """
    found = [
        Row(GO, _("Write like this"), "↵", kind="head"),
        Row(PRESET, _("Preset"), f"◂ {tuned.name} ▸"),
    ]
    if with_story:
        where = _("this story only") if tuned.for_story else _("every story")
        found.append(Row(WHERE, _("In"), where))
    changed = differing(tuned.preset.sampling, tuned.sampling)
    for heading, names in GROUPS:
        found.append(Row(heading, _(heading), kind="head", fixed=True))
        for name in names:
            found.append(_row(name, tuned, name in changed, heeded))
    found.append(Row("files", _("Presets of your own"), kind="head", fixed=True))
    found.append(Row(SAVE, _("Save as a preset …"), mark=" "))
    found.append(Row(IMPORT, _("Import a preset …"), mark=" "))
    found.append(Row(EXPORT, _("Export as JSON …"), mark=" "))
    if tuned.preset.own:
        found.append(Row(DELETE, _("Delete “{name}”").format(name=tuned.preset.name), mark=" "))
    if changed:
        found.append(
            Row(RESET, _("Back to “{name}” as it is").format(name=tuned.preset.title), mark=" ")
        )
    return found


def _row(name: str, tuned: Tuned, changed: bool, heeded: frozenset[str]) -> Row:
    title = _("Stop strings") if name == STOP else title_of(name)
    quiet = name != STOP and (name not in heeded or why_idle(tuned.sampling, name))
    return Row(
        name,
        title,
        told(tuned, name),
        kind="muted" if quiet else "",
        mark="*" if changed else " ",
    )


def told(tuned: Tuned, name: str) -> str:
    """The value of a field as the form shows it."""
    if name == STOP:
        return _phrases(tuned.stop)
    value = getattr(tuned.sampling, name)
    if name in BY_FIELD:
        dial = BY_FIELD[name]
        if dial.low == -1 and dial.whole and value == -1:
            return _("all")
        return _("{value} (off)").format(value=shown(value)) if value == dial.off else shown(value)
    if name in _SWITCHES:
        return _("yes") if value else _("no")
    if name == "seed":
        return _("a new one each time") if value is None else str(value)
    if name == "order":
        names = [_(SAMPLER_TITLES[each]) for each in value]
        return listed((names[0], "…", names[-1])) if len(names) > 2 else listed(names)
    if name == "biases":
        return _phrases([each.phrase for each in value])
    return _phrases([each.replace("\n", "\\n") for each in value])


def _phrases(phrases: Sequence[str]) -> str:
    if not phrases:
        return _("none")
    line = " ".join(map(in_quotes, phrases))
    if len(line) <= 30:
        return line
    return ngettext("{count} phrase", "{count} phrases", len(phrases)).format(count=len(phrases))


def help_of(name: str, tuned: Tuned, heeded: frozenset[str], model: str) -> str:
    """What the marked row is for, how far it goes, and why it does nothing where it does not."""
    dial = BY_FIELD.get(name)
    told_of = dial.help if dial else _SWITCHES.get(name) or _HELP.get(name)
    sentence = _(told_of) if told_of else ""
    if dial is not None:
        bounds = _("From {low} to {high}.").format(
            low=shown(dial.low), high=f"{dial.high:,}" if dial.whole else shown(dial.high)
        )
        sentence = sentences((sentence, bounds))
    if dial is None and name not in _SWITCHES and name not in LISTS:
        return sentence
    why = why_idle(tuned.sampling, name)
    if name not in heeded:
        why = _("{model} cannot do this.").format(model=model)
    return sentences((sentence, why))


def about(tuned: Tuned, used: Sampling) -> str:
    """What the preset is for, and how the values differ from those in use: the first of them."""
    names = differing(used, tuned.sampling)
    before = Tuned(tuned.preset, used)
    parts = [
        _("{name} {before} → {after}").format(
            name=title_of(name), before=told(before, name), after=told(tuned, name)
        )
        for name in names[:_DIFFERENCES]
    ]
    if len(names) > _DIFFERENCES:
        parts.append("…")
    same = _("It is in use.")
    changes = _("Not as in use: {changes}").format(changes=listed(parts)) if names else same
    return sentences((tuned.preset.told, changes))
