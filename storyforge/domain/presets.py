"""Presets: samplings under a name. Those that ship, and how one is read from and written as JSON.

Pure; where an author's own lie, `studio.preset_files` knows. Files of other programs are read by
their own names of things; what has no equal here is named, never dropped without a word.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from storyforge.domain.dials import (
    BY_FIELD,
    FIELDS,
    SWITCHES,
    Dial,
    biases_of,
    first_fault,
    title_of,
)
from storyforge.domain.sampling import Sampling
from storyforge.domain.text import clean, one_line
from storyforge.errors import BadInput
from storyforge.i18n import N_, _

#: no file of a preset is nearly as large
LARGEST_FILE = 1_000_000
_LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class Preset:
    """A sampling under a name.

    Attributes:
        name: as the settings hold it; shipped ones are shown translated.
        purpose: one sentence of what it is for; may be empty.
        own: the author's, and so can be changed and deleted.
    """

    name: str
    sampling: Sampling
    purpose: str = ""
    own: bool = True

    @property
    def title(self) -> str:
        """The name as it is shown."""
        return self.name if self.own else _(self.name)

    @property
    def told(self) -> str:
        """The purpose as it is shown."""
        return self.purpose if self.own else _(self.purpose)


BALANCED = "Balanced"
SHIPPED: tuple[Preset, ...] = (
    Preset(
        N_("Balanced"), Sampling(),
        N_("For every day: some surprise, few repetitions."), own=False,
    ),
    Preset(
        N_("Creative"),
        Sampling(
            temperature=1.0, top_k=0, top_p=1.0, min_p=0.02, xtc_probability=0.5,
            xtc_threshold=0.1, repeat_penalty=1.05,
        ),
        N_("For fresh turns: the most expected words are often left out."), own=False,
    ),
    Preset(
        N_("Precise"),
        Sampling(temperature=0.4, top_p=0.9, min_p=0.1, repeat_penalty=1.05),
        N_("For staying close to what the text has laid out."), own=False,
    ),
    Preset(
        N_("Same every time"),
        Sampling(repeatable=True, seed=1),
        N_("For comparing: the same text gives the same words, today and next week."), own=False,
    ),
    Preset(
        N_("Long form without repeats"),
        Sampling(
            temperature=0.9, top_k=0, top_p=1.0, min_p=0.05, dry_multiplier=0.8, dry_range=-1,
            repeat_penalty=1.0,
        ),
        N_("For long texts: turns of phrase of the whole story do not come back."), own=False,
    ),
)  # fmt: skip

#: every sampler off; what a foreign file does not mention, it did not use
NEUTRAL = Sampling(temperature=1.0, top_k=0, top_p=1.0, min_p=0.0, repeat_penalty=1.0)


@dataclass(frozen=True, slots=True)
class Imported:
    """A preset out of a file, and what of the file was not taken over, a sentence each."""

    preset: Preset
    notes: tuple[str, ...] = ()


def shipped(name: str) -> Preset | None:
    """The shipped preset of that name, in any case of its letters, also as it is shown."""
    told = name.casefold().strip()
    found = (each for each in SHIPPED if told in (each.name.casefold(), each.title.casefold()))
    return next(found, None)


def checked_name(name: str) -> str:
    """A name that a preset of one's own may have, and so may its file.

    Raises:
        BadInput: it cannot be one.
    """
    name = " ".join(name.split())
    why = ""
    if not name or len(name) > _LONGEST_NAME:
        why = _("A preset's name has 1 to {most} characters.").format(most=_LONGEST_NAME)
    elif set(name) & set('/\\:*?"<>|') or not name.isprintable() or "." in (name[0], name[-1]):
        why = _("“{name}” cannot be the name of a file.").format(name=name)
    elif shipped(name):
        why = _("“{name}” is a preset that comes with storyforge.").format(name=name)
    if why:
        raise BadInput(why, title=_("Preset not saved"), hint=_("Give it another name."))
    return name


def differing(one: Sampling, other: Sampling) -> tuple[str, ...]:
    """The fields in which two samplings are not alike, in the order of `Sampling`."""
    return tuple(name for name in FIELDS if getattr(one, name) != getattr(other, name))


# Files.


def to_json(preset: Preset) -> str:
    """The preset as a file: every value, by the names that the settings have."""
    told = asdict(preset.sampling)
    told["biases"] = {bias.phrase: bias.weight for bias in preset.sampling.biases}
    head = {"storyforge": "preset", "name": preset.name, "purpose": preset.told}
    return json.dumps({**head, **told}, ensure_ascii=False, indent=2) + "\n"


def from_json(text: str, name: str) -> Imported:
    """The preset of a file: ours, or that of llama.cpp, text-generation-webui, KoboldAI and others.

    Args:
        name: what it is called where the file does not say.

    Raises:
        BadInput: it is no JSON, holds nothing that a sampler knows, or a value out of its range.
    """
    from storyforge.domain.foreign_presets import translated

    told = _object(text)
    ours = told.get("storyforge") == "preset"
    named = told.get("name") if ours else None
    purpose = told.get("purpose") if ours else None
    values, notes = translated(told)
    if not values:
        raise BadInput(
            _("There is no setting of a sampler in this file."),
            title=_("Preset not read"),
            hint=_("Name a preset as JSON, of storyforge or of another program."),
        )
    sampling = _sampling(values, Sampling() if ours else NEUTRAL)
    named = one_line(str(named)) if named else ""
    purpose = one_line(str(purpose)) if purpose else ""
    return Imported(Preset(named or name, sampling, purpose), tuple(notes))


def _object(text: str) -> dict[str, Any]:
    try:
        told = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadInput(
            _("This file is not JSON, so no preset can be read from it."),
            title=_("Preset not read"),
            hint=_("Nothing was changed."),
        ) from error
    if not isinstance(told, dict):
        raise BadInput(
            _("This file holds no preset."),
            title=_("Preset not read"),
            hint=_("Name a preset as JSON, of storyforge or of another program."),
        )
    return told


def _sampling(values: Mapping[str, Any], base: Sampling) -> Sampling:
    kept = {name: _typed(name, value) for name, value in values.items()}
    sampling = replace(base, **kept)
    fault = first_fault(sampling)
    if fault is not None:
        raise _unusable(fault[1])
    return sampling


def _typed(name: str, value: Any) -> Any:
    """`value` in the type of the field; raises where it has none."""
    dial = BY_FIELD.get(name)
    if dial is not None:
        return _number(dial, value)
    if name in {switch for switch, _title, _help in SWITCHES}:
        if isinstance(value, bool):
            return value
    elif name == "seed":
        if value is None or (isinstance(value, int) and not isinstance(value, bool)):
            return value
    elif name == "biases":
        if isinstance(value, dict) and all(_is_number(each) for each in value.values()):
            return biases_of({clean(str(phrase)): weight for phrase, weight in value.items()})
    elif isinstance(value, list | tuple) and all(isinstance(each, str) for each in value):
        return tuple(map(clean, value))
    raise _unusable(_("{name}: the value cannot be used.").format(name=title_of(name)))


def _number(dial: Dial, value: Any) -> float:
    if not _is_number(value) or not math.isfinite(value):
        raise _unusable(_("{name}: the value cannot be used.").format(name=_(dial.title)))
    if dial.whole:
        return int(value) if value == int(value) else value
    return float(value)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _unusable(why: str) -> BadInput:
    return BadInput(why, title=_("Preset not read"), hint=_("Correct it in the file."))
