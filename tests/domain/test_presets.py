"""Presets as values and as files, of this program and of others."""

import json
from dataclasses import fields, replace

import pytest

from storyforge.domain.dials import (
    BY_FIELD,
    DIALS,
    LISTS,
    SWITCHES,
    first_fault,
    moved,
    shown,
    title_of,
    why_idle,
)
from storyforge.domain.presets import (
    BALANCED,
    NEUTRAL,
    SHIPPED,
    Preset,
    checked_name,
    differing,
    from_json,
    shipped,
    to_json,
)
from storyforge.domain.sampling import ORDER, Bias, Sampling
from storyforge.errors import BadInput


def test_every_field_of_a_sampling_can_be_set_by_the_author() -> None:
    told = {*BY_FIELD, *(name for name, _title, _help in SWITCHES), *LISTS}
    assert told == {field.name for field in fields(Sampling)}
    assert all(title_of(name) for name in told)
    assert all(dial.help.endswith(".") for dial in DIALS)


@pytest.mark.parametrize("preset", SHIPPED, ids=lambda preset: preset.name)
def test_what_ships_can_be_used_and_says_what_it_is_for(preset: Preset) -> None:
    assert first_fault(preset.sampling) is None
    assert preset.told.endswith(".")
    assert not preset.own
    assert shipped(f" {preset.name.upper()}") is preset


def test_balanced_is_what_was_always_done() -> None:
    balanced = shipped(BALANCED)
    assert balanced is not None
    assert balanced.sampling == Sampling()
    assert (Sampling().temperature, Sampling().top_k, Sampling().repeat_penalty) == (0.8, 40, 1.1)


def test_a_preset_comes_back_from_its_file_as_it_was() -> None:
    sampling = replace(
        SHIPPED[1].sampling,
        banned=("a shiver ran", "背筋"),
        biases=(Bias("Captain Ahab", 2.5), Bias("very", -4)),
        dry_breakers=("\n", "「"),
        order=("temperature", "min_p"),
        mirostat=True,
        min_tokens=20,
        seed=7,
    )
    text = to_json(Preset("Night", sampling, "For the night chapters."))
    back = from_json(text, "elsewhere")
    assert back.notes == ()
    assert (back.preset.name, back.preset.purpose) == ("Night", "For the night chapters.")
    assert back.preset.sampling == sampling
    assert json.loads(text)["biases"] == {"Captain Ahab": 2.5, "very": -4}


def test_a_short_file_of_ours_is_balanced_but_for_what_it_says() -> None:
    text = '{"storyforge": "preset", "temperature": 1}'
    assert from_json(text, "mine").preset == Preset("mine", Sampling(temperature=1.0))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "not JSON"),
        ("[1]", "no preset"),
        ('{"colour": "red"}', "no setting of a sampler"),
        ('{"temperature": 9}', "Temperature is a number from 0 to 5."),
        ('{"temperature": "hot"}', "Temperature"),
        ('{"temperature": true}', "Temperature"),
        ('{"min_p": NaN}', "Min P"),
        ('{"top_k": 2.5}', "Top K is a whole number"),
        ('{"banned": ["ok", 3]}', "Banned phrases"),
        ('{"banned": [" "]}', "one of them is empty"),
        ('{"biases": {"x": 1000}}', "between -100 and 100"),
        ('{"order": ["min_p", "min_p"]}', "twice"),
        ('{"order": ["tea"]}', "twice, or one that there is not"),
        ('{"seed": "one"}', "Seed"),
        ("[" * 100_000, "not JSON"),
    ],
)
def test_a_bad_file_is_told_in_one_sentence(text: str, said: str) -> None:
    with pytest.raises(BadInput) as caught:
        from_json(text, "x")
    assert said in caught.value.message
    assert caught.value.title == "Preset not read"


def test_a_silly_tavern_preset_is_understood() -> None:
    told = {
        "temp": 1.2, "temperature_last": True, "top_p": 0.95, "top_k": 0, "top_a": 0.1, "tfs": 1,
        "typical_p": 1, "min_p": 0.03, "rep_pen": 1.08, "rep_pen_range": 0, "freq_pen": 0.1,
        "presence_pen": 0.2, "dynatemp": True, "min_temp": 0.5, "max_temp": 1.5,
        "dynatemp_exponent": 2, "smoothing_factor": 0.2, "dry_multiplier": 0.8,
        "dry_sequence_breakers": '["\\n", ":"]', "mirostat_mode": 1, "mirostat_tau": 4,
        "xtc_threshold": 0.12, "xtc_probability": 0.4, "nsigma": 1.5, "seed": -1,
        "banned_tokens": '"shiver"\n"spine"', "logit_bias": [{"text": "rain", "value": 3}],
        "sampler_priority": ["temperature", "repetition_penalty", "quadratic_sampling", "min_p"],
        "stopping_strings": ["###"], "grammar_string": "",
    }  # fmt: skip
    imported = from_json(json.dumps(told), "Tavern")
    sampling = imported.preset.sampling
    assert imported.preset.name == "Tavern"
    assert sampling == replace(
        NEUTRAL,
        temperature=1.0,
        dynamic_range=0.5,
        dynamic_exponent=2.0,
        top_p=0.95,
        min_p=0.03,
        repeat_penalty=1.08,
        repeat_range=-1,
        frequency_penalty=0.1,
        presence_penalty=0.2,
        dry_multiplier=0.8,
        dry_breakers=("\n", ":"),
        mirostat=True,
        mirostat_tau=4.0,
        xtc_threshold=0.12,
        xtc_probability=0.4,
        top_n_sigma=1.5,
        banned=("shiver", "spine"),
        biases=(Bias("rain", 3.0),),
        order=("temperature", "penalties", "min_p", "dry", "top_n_sigma", "top_k", "typical_p",
               "top_p", "xtc"),
    )  # fmt: skip
    said = " ".join(imported.notes)
    assert "top_a, smoothing_factor" in said
    assert "tfs" not in said.replace("top_a", "")
    assert "Mirostat 1 became" in said
    assert "writing.stop" in said


def test_a_llama_cpp_request_is_understood() -> None:
    told = {
        "temperature": 0.7, "dynatemp_range": 0.2, "typ_p": 0.9, "repeat_last_n": 128,
        "repeat_penalty": 1.2, "dry_penalty_last_n": -1, "mirostat": 0, "seed": 42,
        "samplers": "top_k,typ_p;temperature".replace(";", ","), "logit_bias": [[15043, 1.0]],
        "sampler_order": "x",
    }  # fmt: skip
    imported = from_json(json.dumps(told), "llama")
    sampling = imported.preset.sampling
    assert (sampling.typical_p, sampling.repeat_range, sampling.dry_range) == (0.9, 128, -1)
    assert (sampling.dynamic_range, sampling.seed, sampling.mirostat) == (0.2, 42, False)
    assert sampling.order[:3] == ("top_k", "typical_p", "temperature")
    assert any("one model's own" in note for note in imported.notes)
    assert any("order" in note for note in imported.notes)


def test_a_range_of_nothing_means_all_but_for_llama_cpp_and_us() -> None:
    told = '"dry_multiplier": 0.8, "dry_penalty_last_n": 0'
    assert from_json(f"{{{told}}}", "tavern").preset.sampling.dry_range == -1
    assert from_json(f'{{{told}, "repeat_last_n": 0}}', "llama").preset.sampling.dry_range == 0
    ours = to_json(Preset("mine", Sampling(repeat_range=0, dry_range=0)))
    assert from_json(ours, "mine").preset.sampling == Sampling(repeat_range=0, dry_range=0)


def test_no_control_sequence_comes_with_a_preset() -> None:
    told = {
        "storyforge": "preset", "name": "ni\x1b[2Jght", "purpose": "a\nb\x07", "temperature": 1,
        "banned": ["sh\x1biver\r\ndown"], "biases": {"ra\x07in": 2}, "\x1b]0;x": 3,
    }  # fmt: skip
    imported = from_json(json.dumps(told), "x")
    assert (imported.preset.name, imported.preset.purpose) == ("ni[2Jght", "a b")
    assert imported.preset.sampling.banned == ("shiver\ndown",)
    assert imported.preset.sampling.biases == (Bias("rain", 2.0),)
    assert "\x1b" not in " ".join(imported.notes)


def test_koboldai_numbers_its_samplers() -> None:
    imported = from_json('{"rep_pen": 1.1, "sampler_order": [6, 0, 1, 3, 4, 2, 5]}', "k")
    assert imported.preset.sampling.order[:5] == (
        "penalties",
        "top_k",
        "typical_p",
        "top_p",
        "temperature",
    )
    odd = '{"rep_pen": 1.1, "dry_sequence_breakers": "[", "banned_strings": 3, "samplers": 4}'
    assert len(from_json(odd, "k").notes) == 3


def test_names_are_names_of_files() -> None:
    assert checked_name("  Night   work ") == "Night work"
    assert checked_name("夜の章") == "夜の章"
    for name in ("", "a/b", "..", ".x", "x.", "creative", "n" * 61, "a\x07b"):
        with pytest.raises(BadInput):
            checked_name(name)


def test_differences_are_told_by_field() -> None:
    assert differing(Sampling(), Sampling()) == ()
    assert differing(Sampling(), SHIPPED[3].sampling) == ("repeatable", "seed")


@pytest.mark.parametrize(
    ("field", "value", "steps", "expected"),
    [
        ("temperature", 0.8, 1, 0.85),
        ("temperature", 0.82, 1, 0.85),
        ("temperature", 0.82, -1, 0.8),
        ("temperature", 0.0, -1, 0),
        ("temperature", 5, 1, 5),
        ("top_k", 40, 1, 45),
        ("top_p", 0.001, 1, 0.01),
        ("top_p", 0.01, -1, 0.001),
        ("min_p", 0.99, 1, 0.999),
        ("repeat_range", 64, -1, 0),
        ("repeat_range", 0, -1, -1),
        ("repeat_range", -1, -1, -1),
        ("repeat_range", -1, 1, 0),
        ("frequency_penalty", 0.0, -1, -0.1),
        ("presence_penalty", -0.5, 2, -0.3),
    ],
)
def test_keys_move_a_dial_within_its_range(
    field: str, value: float, steps: int, expected: float
) -> None:
    found = moved(BY_FIELD[field], value, steps)
    assert found == pytest.approx(expected)
    assert isinstance(found, int) or not BY_FIELD[field].whole


def test_numbers_are_shown_as_they_are_typed() -> None:
    assert [shown(each) for each in (0.05, 1.0, 40, -1, 0.3333333)] == [
        "0.05", "1", "40", "-1", "0.3333",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({}, "top_p", ""),
        ({"temperature": 0.0}, "top_p", "likeliest"),
        ({"temperature": 0.0}, "temperature", ""),
        ({"temperature": 0.0}, "repeat_penalty", ""),
        ({"mirostat": True}, "min_p", "Mirostat takes its place"),
        ({}, "mirostat_tau", "Mirostat, which is off"),
        ({}, "dry_base", "“DRY”, which is off"),
        ({"dry_multiplier": 0.8}, "dry_breakers", ""),
        ({"repeat_penalty": 1.0}, "repeat_range", "off"),
        ({"repeat_penalty": 1.0, "presence_penalty": 0.1}, "repeat_range", ""),
        ({"order": ORDER[1:]}, "repeat_penalty", "not in the order"),
        ({}, "banned", ""),
    ],
)
def test_a_dial_says_why_it_does_nothing(changes: dict[str, object], field: str, said: str) -> None:
    why = why_idle(replace(Sampling(), **changes), field)  # type: ignore[arg-type]
    assert said in why if said else why == ""
