"""The names by which other programs call the samplers, and what becomes of their values here.

llama.cpp's server, text-generation-webui, KoboldAI and KoboldCpp, SillyTavern. Pure.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from storyforge.domain.dials import FIELDS
from storyforge.domain.sampling import ORDER
from storyforge.domain.text import one_line
from storyforge.i18n import _, listed

#: their name → ours
_NAMES = {
    "temp": "temperature",
    "typical": "typical_p",
    "typ_p": "typical_p",
    "nsigma": "top_n_sigma",
    "top_nsigma": "top_n_sigma",
    "rep_pen": "repeat_penalty",
    "repetition_penalty": "repeat_penalty",
    "rep_pen_range": "repeat_range",
    "repetition_penalty_range": "repeat_range",
    "repeat_last_n": "repeat_range",
    "presence_pen": "presence_penalty",
    "freq_pen": "frequency_penalty",
    "dry_penalty_last_n": "dry_range",
    "dynatemp_range": "dynamic_range",
    "dynatemp_exponent": "dynamic_exponent",
    "min_length": "min_tokens",
    "genamt_min": "min_tokens",
}
#: what llama.cpp, text-generation-webui and SillyTavern call a step of the order
_STEPS = {
    "repetition_penalty": "penalties",
    "presence_penalty": "penalties",
    "frequency_penalty": "penalties",
    "penalty": "penalties",
    "dynamic_temperature": "temperature",
    "temp": "temperature",
    "typ_p": "typical_p",
    "typical": "typical_p",
    "nsigma": "top_n_sigma",
}
#: KoboldAI counts them
_KOBOLD_STEPS = ("top_k", "", "top_p", "", "typical_p", "temperature", "penalties")
#: samplers there are none of here, and where they do nothing anyway
_OFF: dict[str, Any] = {
    "tfs": 1, "tfs_z": 1, "top_a": 0, "epsilon_cutoff": 0, "eta_cutoff": 0, "skew": 0,
    "smoothing_factor": 0, "smoothing_curve": 1, "guidance_scale": 1, "cfg_scale": 1,
    "penalty_alpha": 0, "num_beams": 1, "length_penalty": 1, "no_repeat_ngram_size": 0,
    "encoder_rep_pen": 1, "encoder_repetition_penalty": 1, "rep_pen_slope": 0,
    "rep_pen_decay": 0, "min_keep": 0, "adaptive_target": -1, "adaptive_decay": 0,
    "do_sample": True, "temperature_last": True, "add_bos_token": True,
    "skip_special_tokens": True, "early_stopping": False,
}  # fmt: skip
#: what is read together with others, or says nothing of how a token is drawn
_READ = {
    "storyforge", "name", "purpose", "dynatemp", "min_temp", "max_temp", "dynamic_temperature",
    "dynatemp_low", "dynatemp_high", "mirostat_mode", "seed",
}  # fmt: skip


def translated(told: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """(the values by the names of `Sampling`, a sentence about each thing that has no equal)."""
    values: dict[str, Any] = {}
    notes: list[str] = []
    left: list[str] = []
    for name, value in told.items():
        field = _NAMES.get(name, name)
        if name in _WHOLE:
            _WHOLE[name](value, values, notes)
        elif field in FIELDS and field not in ("mirostat", "seed"):
            values[field] = value
        elif name not in _READ and name != "mirostat" and not _is_off(name, value):
            left.append(name)
    _take_dynamic(told, values)
    _take_mirostat(told, values, notes)
    _take_seed(told, values)
    if told.get("storyforge") != "preset":
        _take_ranges(told, values)
    if left:
        notes.append(
            _("These have no equal here and were left out: {names}.").format(
                names=listed(map(one_line, left))
            )
        )
    return values, notes


def _is_off(name: str, value: Any) -> bool:
    if name in _OFF:
        return bool(value == _OFF[name])
    return value in (None, False, "", [], {}) or (value == 0 and not isinstance(value, str))


def _take_dynamic(told: Mapping[str, Any], values: dict[str, Any]) -> None:
    """A lowest and a highest temperature become a middle and a range."""
    on = told.get("dynatemp") or told.get("dynamic_temperature")
    low = told.get("min_temp", told.get("dynatemp_low"))
    high = told.get("max_temp", told.get("dynatemp_high"))
    if on and isinstance(low, int | float) and isinstance(high, int | float):
        values["temperature"] = (low + high) / 2
        values["dynamic_range"] = (high - low) / 2


def _take_mirostat(told: Mapping[str, Any], values: dict[str, Any], notes: list[str]) -> None:
    mode = told.get("mirostat_mode", told.get("mirostat"))
    if mode is not None:
        values["mirostat"] = bool(mode)
    if mode == 1 and not isinstance(mode, bool):
        notes.append(_("Mirostat 1 became Mirostat 2."))


def _take_ranges(told: Mapping[str, Any], values: dict[str, Any]) -> None:
    """In llama.cpp a range of 0 turns the sampler off; everywhere else it means all."""
    if "repeat_last_n" not in told:
        for name in ("repeat_range", "dry_range"):
            if values.get(name) == 0:
                values[name] = -1


def _take_seed(told: Mapping[str, Any], values: dict[str, Any]) -> None:
    """Below 0 they mean a new one each time."""
    if "seed" in told:
        seed = told["seed"]
        values["seed"] = None if isinstance(seed, int) and seed < 0 else seed


def _take_order(told: Any, values: dict[str, Any], notes: list[str]) -> None:
    """An order by names, as a list or a text with one on each line; the rest follows in ours."""
    steps = told.replace(",", "\n").split("\n") if isinstance(told, str) else told
    if not isinstance(steps, list) or not all(isinstance(step, str) for step in steps):
        notes.append(_("The order of the samplers could not be read."))
        return
    named = [_STEPS.get(step.strip(), step.strip()) for step in steps]
    values["order"] = _completed(named)


def _take_kobold_order(told: Any, values: dict[str, Any], notes: list[str]) -> None:
    if not isinstance(told, list) or not all(step in range(7) for step in told):
        notes.append(_("The order of the samplers could not be read."))
        return
    values["order"] = _completed([_KOBOLD_STEPS[step] for step in told])


def _completed(steps: Iterable[str]) -> tuple[str, ...]:
    """`steps` that there are here, once each, and behind them those that were not named."""
    known = dict.fromkeys(step for step in steps if step in ORDER)
    return tuple(dict.fromkeys((*known, *ORDER)))


def _take_breakers(told: Any, values: dict[str, Any], notes: list[str]) -> None:
    """A list, or the same as a text of JSON."""
    found = _list_in(told)
    if found is None:
        notes.append(_("The DRY breakers could not be read."))
    else:
        values["dry_breakers"] = tuple(each for each in found if each)


def _take_banned(told: Any, values: dict[str, Any], notes: list[str]) -> None:
    """A list, or a line a phrase; in quotation marks as SillyTavern has them, or without."""
    found = _list_in(told) if not isinstance(told, str) else told.split("\n")
    if found is None:
        notes.append(_("The banned phrases could not be read."))
        return
    phrases = (each.removeprefix('"').removesuffix('"') for each in found)
    values["banned"] = tuple(
        dict.fromkeys((*values.get("banned", ()), *(each for each in phrases if each.strip())))
    )


def _list_in(told: Any) -> list[str] | None:
    if isinstance(told, str):
        try:
            told = json.loads(told) if told.strip() else []
        except ValueError:
            return None
    if isinstance(told, list) and all(isinstance(each, str) for each in told):
        return told
    return None


def _take_biases(told: Any, values: dict[str, Any], notes: list[str]) -> None:
    """Phrases with their weights; numbers of tokens mean something for one model only."""
    pairs: list[tuple[Any, Any]] = []
    if isinstance(told, dict):
        pairs = list(told.items())
    elif isinstance(told, list):
        for each in told:
            if isinstance(each, dict):
                pairs.append((each.get("text"), each.get("value")))
            elif isinstance(each, list) and len(each) == 2:
                pairs.append((each[0], each[1]))
    phrases = {
        phrase: weight
        for phrase, weight in pairs
        if isinstance(phrase, str) and phrase and not phrase.isdecimal()
    }
    if len(phrases) < len(pairs):
        notes.append(_("Weights of single tokens were left out: they are one model's own."))
    if phrases:
        values["biases"] = phrases


def _take_stops(told: Any, _values: dict[str, Any], notes: list[str]) -> None:
    if told:
        notes.append(
            _("Stop strings are no part of a preset: they are in the setting writing.stop.")
        )


_WHOLE: dict[str, Callable[[Any, dict[str, Any], list[str]], None]] = {
    "samplers": _take_order,
    "sampler_priority": _take_order,
    "sampler_order": _take_kobold_order,
    "dry_sequence_breakers": _take_breakers,
    "banned_strings": _take_banned,
    "banned_tokens": _take_banned,
    "logit_bias": _take_biases,
    "stop": _take_stops,
    "stopping_strings": _take_stops,
    "stop_sequence": _take_stops,
    "custom_stopping_strings": _take_stops,
}
