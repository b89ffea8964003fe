"""The samplers as an author sets them: their names, what each is for, and how far it goes.

One table, which the settings, the files of presets, the screen and the engine's border go by. What
a sampler does to the next token stands in `engine.sampling`.
"""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from math import ceil, floor
from typing import Any

from storyforge.domain.sampling import ORDER, Bias, Sampling
from storyforge.i18n import N_, _

_MOST_TOKENS = 1_000_000
#: how many phrases of each kind, and how long one is at the most
MOST_PHRASES = 200
LONGEST_PHRASE = 200
# llama.cpp reads no more of a breaker.
_LONGEST_BREAKER = 40
MOST_WEIGHT = 100.0


@dataclass(frozen=True, slots=True)
class Dial:
    """A number that an author can set.

    Attributes:
        field: of `Sampling`, and of the settings' `[writing]`.
        low, high: both can be set.
        step: what one key press moves it by.
        off: where it does nothing; None where it always does something.
        whole: no fractions.
        sampler: the one of `ORDER` that it belongs to; empty for one outside it.
    """

    field: str
    title: str
    help: str
    low: float
    high: float
    step: float
    off: float | None = None
    whole: bool = False
    sampler: str = ""


DIALS: tuple[Dial, ...] = (
    Dial(
        "temperature", N_("Temperature"),
        N_("0 always takes the likeliest word; higher is bolder."),
        0, 5, 0.05, sampler="temperature",
    ),
    Dial(
        "dynamic_range", N_("Dynamic temperature"),
        N_("Cooler by so much where the model is sure, warmer where it is not; 0 is off."),
        0, 5, 0.05, off=0, sampler="temperature",
    ),
    Dial(
        "dynamic_exponent", N_("Dynamic curve"),
        N_("Above 1 it stays cool for longer; 1 is a straight line."),
        0.1, 10, 0.1, sampler="temperature",
    ),
    Dial(
        "top_k", N_("Top K"),
        N_("Choose among so many likeliest tokens; 0 is off."),
        0, _MOST_TOKENS, 5, off=0, whole=True, sampler="top_k",
    ),
    Dial(
        "top_p", N_("Top P"),
        N_("Choose among the likeliest tokens that make up this share; 1 is off."),
        0.001, 1, 0.01, off=1, sampler="top_p",
    ),
    Dial(
        "min_p", N_("Min P"),
        N_("Leave out tokens less likely than this share of the likeliest; 0 is off."),
        0, 0.999, 0.01, off=0, sampler="min_p",
    ),
    Dial(
        "typical_p", N_("Typical P"),
        N_("Choose among tokens about as surprising as the text has been; 1 is off."),
        0.001, 1, 0.01, off=1, sampler="typical_p",
    ),
    Dial(
        "top_n_sigma", N_("Top N sigma"),
        N_("Leave out tokens further below the best than so many deviations; 0 is off."),
        0, 10, 0.1, off=0, sampler="top_n_sigma",
    ),
    Dial(
        "xtc_probability", N_("XTC chance"),
        N_("How often the most expected words are left out; 0 is off."),
        0, 1, 0.05, off=0, sampler="xtc",
    ),
    Dial(
        "xtc_threshold", N_("XTC threshold"),
        N_("A word is expected from this probability on; above 0.5 nothing is."),
        0, 1, 0.01, sampler="xtc",
    ),
    Dial(
        "dry_multiplier", N_("DRY"),
        N_("How hard it is to repeat whole runs of words; 0.8 is usual, 0 is off."),
        0, 5, 0.1, off=0, sampler="dry",
    ),
    Dial(
        "dry_base", N_("DRY base"),
        N_("How fast that grows with each word of the repeated run."),
        1, 4, 0.05, sampler="dry",
    ),
    Dial(
        "dry_allowed_length", N_("DRY free length"),
        N_("Tokens that may be repeated in a row before it counts."),
        1, 50, 1, whole=True, sampler="dry",
    ),
    Dial(
        "dry_range", N_("DRY range"),
        N_("How many tokens back DRY looks, the story included; -1 for all."),
        -1, _MOST_TOKENS, 64, off=0, whole=True, sampler="dry",
    ),
    Dial(
        "repeat_penalty", N_("Repetition penalty"),
        N_("Above 1, words that stand near are avoided; 1 is off."),
        0.5, 3, 0.05, off=1, sampler="penalties",
    ),
    Dial(
        "presence_penalty", N_("Presence penalty"),
        N_("Makes any word that stands near less likely, once; 0 is off."),
        -2, 2, 0.1, off=0, sampler="penalties",
    ),
    Dial(
        "frequency_penalty", N_("Frequency penalty"),
        N_("Makes a word less likely each time it stands near; 0 is off."),
        -2, 2, 0.1, off=0, sampler="penalties",
    ),
    Dial(
        "repeat_range", N_("Penalty range"),
        N_("How many tokens back the penalty looks, the story included; -1 for all."),
        -1, _MOST_TOKENS, 64, off=0, whole=True, sampler="penalties",
    ),
    Dial(
        "mirostat_tau", N_("Mirostat surprise"),
        N_("How surprising the words shall be on average, in bits."),
        0.1, 20, 0.5, sampler="mirostat",
    ),
    Dial(
        "mirostat_eta", N_("Mirostat speed"),
        N_("How fast it corrects itself."),
        0.001, 1, 0.05, sampler="mirostat",
    ),
    Dial(
        "min_tokens", N_("Shortest answer"),
        N_("The model may not end the text before so many tokens; 0 is off."),
        0, 10_000, 10, off=0, whole=True,
    ),
)  # fmt: skip

#: what is on or off: its field, its name, its sentence
SWITCHES: tuple[tuple[str, str, str], ...] = (
    (
        "mirostat",
        N_("Mirostat 2"),
        N_("Keeps the surprise even, in the place of all that narrows the choice."),
    ),
    (
        "repeatable",
        N_("Same words every time"),
        N_("Reads in whole blocks, so the same seed gives the same words; a little slower."),
    ),
)

#: the other fields of `Sampling`, by their names
LISTS = {
    "banned": N_("Banned phrases"),
    "biases": N_("Weighted phrases"),
    "dry_breakers": N_("DRY breakers"),
    "order": N_("Order of the samplers"),
    "seed": N_("Seed"),
}

SAMPLER_TITLES = {
    "penalties": N_("Penalties"),
    "dry": N_("DRY"),
    "top_n_sigma": N_("Top N sigma"),
    "top_k": N_("Top K"),
    "typical_p": N_("Typical P"),
    "top_p": N_("Top P"),
    "min_p": N_("Min P"),
    "xtc": N_("XTC"),
    "temperature": N_("Temperature"),
}

BY_FIELD = {dial.field: dial for dial in DIALS}
FIELDS = tuple(field.name for field in fields(Sampling))


def title_of(field: str) -> str:
    """What a field of `Sampling` is called on the screen."""
    switches = {name: title for name, title, _help in SWITCHES}
    dial = BY_FIELD.get(field)
    return _(dial.title if dial else switches.get(field) or LISTS[field])


def first_fault(sampling: Sampling) -> tuple[str, str] | None:
    """(the first field that cannot be used, why not in a sentence), or None."""
    for dial in DIALS:
        value = getattr(sampling, dial.field)
        if why := _number_fault(dial, value):
            return dial.field, why
    for field, phrases, longest in (
        ("banned", sampling.banned, LONGEST_PHRASE),
        ("biases", tuple(bias.phrase for bias in sampling.biases), LONGEST_PHRASE),
        ("dry_breakers", sampling.dry_breakers, _LONGEST_BREAKER),
    ):
        if why := _phrases_fault(field, phrases, longest):
            return field, why
    for bias in sampling.biases:
        if not -MOST_WEIGHT <= bias.weight <= MOST_WEIGHT:
            return "biases", _("The weight of “{phrase}” is not between -100 and 100.").format(
                phrase=bias.phrase
            )
    if len(set(sampling.order)) < len(sampling.order) or not set(sampling.order) <= set(ORDER):
        return "order", _("The order names a sampler twice, or one that there is not.")
    return None


def _number_fault(dial: Dial, value: Any) -> str:
    is_number = isinstance(value, int) or (isinstance(value, float) and not dial.whole)
    if isinstance(value, bool) or not is_number or not dial.low <= value <= dial.high:
        sentence = (
            _("{name} is a whole number from {low} to {high}.")
            if dial.whole
            else _("{name} is a number from {low} to {high}.")
        )
        return sentence.format(name=_(dial.title), low=shown(dial.low), high=shown(dial.high))
    return ""


def _phrases_fault(field: str, phrases: Iterable[str], longest: int) -> str:
    told = tuple(phrases)
    if len(told) > MOST_PHRASES:
        return _("{name}: {count} are too many, {most} can be told.").format(
            name=title_of(field), count=len(told), most=MOST_PHRASES
        )
    if long := [each for each in told if len(each) > longest]:
        return _("{name}: “{phrase}…” is longer than {most} characters.").format(
            name=title_of(field), phrase=long[0][:20], most=longest
        )
    if any(not each for each in told) or (field == "banned" and any(not e.strip() for e in told)):
        return _("{name}: one of them is empty.").format(name=title_of(field))
    return ""


# A dial that says nothing while another one is off.
_NEEDS = {
    "dynamic_exponent": ("dynamic_range",),
    "xtc_threshold": ("xtc_probability",),
    "dry_base": ("dry_multiplier",),
    "dry_allowed_length": ("dry_multiplier",),
    "dry_range": ("dry_multiplier",),
    "dry_breakers": ("dry_multiplier",),
    "repeat_range": ("repeat_penalty", "presence_penalty", "frequency_penalty"),
}
_NARROWING = ("top_n_sigma", "top_k", "typical_p", "top_p", "min_p", "xtc")


def why_idle(sampling: Sampling, field: str) -> str:
    """Why a field changes nothing as the others are set, in a sentence; "" where it does."""
    dial = BY_FIELD.get(field)
    sampler = dial.sampler if dial else field
    choosing = sampler in (*_NARROWING, "temperature", "mirostat")
    if choosing and sampling.temperature <= 0 and field != "temperature":
        return _("At temperature 0 the likeliest word is taken anyway.")
    if sampling.mirostat and sampler in _NARROWING:
        return _("Mirostat takes its place.")
    if field in ("mirostat_tau", "mirostat_eta") and not sampling.mirostat:
        return _("It belongs to Mirostat, which is off.")
    if sampler in ORDER and sampler not in sampling.order:
        return _("It is not in the order of the samplers.")
    masters = _NEEDS.get(field, ())
    if masters and all(getattr(sampling, name) == BY_FIELD[name].off for name in masters):
        return _("It belongs to “{name}”, which is off.").format(name=_(BY_FIELD[masters[0]].title))
    return ""


def shown(value: float) -> str:
    """A number as an author reads and types it: `0.05`, `40`."""
    return f"{value:.4f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)


def moved(dial: Dial, value: float, steps: int) -> float:
    """`value` after so many key presses: on a whole step, within its range.

    Where -1 means all, it is one step below 0.
    """
    has_all = dial.whole and dial.low == -1
    at = -1 if has_all and value < 0 else round(value / dial.step, 6)
    target = ((floor(at) if steps > 0 else ceil(at)) + steps) * dial.step
    if has_all and target < 0:
        return -1
    target = min(dial.high, max(dial.low, target))
    return int(target) if dial.whole else round(target, 4)


def biases_of(weights: dict[str, float]) -> tuple[Bias, ...]:
    """Weighted phrases as the settings and files hold them."""
    return tuple(Bias(phrase, float(weight)) for phrase, weight in weights.items())
