"""What a model wrote, whatever it looks like, as a value within what was asked for."""

import json
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storyforge.domain.plan.forms import Kind
from storyforge.domain.plan.schemas import schema_of
from storyforge.domain.plan.tasks import TASKS
from storyforge.studio.answers.documents import is_whole
from storyforge.studio.answers.fitting import read

PREMISE = schema_of(TASKS["premise/propose"])
CAST = schema_of(TASKS["characters/propose"])
DEEP = schema_of(TASKS["characters/deepen"])
IDEAS = schema_of(TASKS["field/brainstorm"])
BEATS = schema_of(TASKS["scenes/beats"])
OUTLINE = schema_of(TASKS["outline/propose"])
WORDS = schema_of(TASKS["field/again"], Kind.SCENE, "words")
RELATIONS = schema_of(TASKS["field/again"], Kind.CHARACTER, "relations")
MARA, JON = {"name": "Mara", "role": "keeper"}, {"name": "Jon", "role": "fisher"}


def _loose(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema without what asks for more: the bounds of what may be there."""
    loose = {key: value for key, value in schema.items() if key not in ("required", "minItems")}
    if "properties" in loose:
        loose["properties"] = {name: _loose(part) for name, part in loose["properties"].items()}
    if "items" in loose:
        loose["items"] = _loose(loose["items"])
    return loose


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{"items":[{"name":"Mara","role":"keeper"},{"name":"Jon","role":"fisher"}]}', [MARA, JON]),
        ('Sure! Here is your cast:\n```json\n[{"name": "Mara", "role": "keeper"}]\n```', [MARA]),
        ("{'items': [{'name': 'Mara', 'role': 'keeper',},]}", [MARA]),
        ('{items: [{name: "Mara", role: "keeper"}', [MARA]),
        ('{"characters": [{"Name": "Mara", "ROLE": "keeper", "age": 40}]}', [MARA]),
        ('{"name":"Mara","role":"keeper"}\n{"name":"Jon","role":"fisher"}', [MARA, JON]),
        ('{"name":"Mara","role":"keeper"}', [MARA]),
        ('{"Mara": {"role": "keeper"}, "Jon": {"role": "fisher"}}', [MARA, JON]),
        ('{"Mara": "keeper", "Jon": "fisher"}', [MARA, JON]),
        ("1. **Mara** – keeper\n2. Jon: fisher\n", [MARA, JON]),
        ("Name: Mara\nRole: keeper\n\nName: Jon\nRole: fisher", [MARA, JON]),
        ("- Name: Mara\n  Role: keeper", [MARA]),
        ('<think>{"items": []}</think>[{"name":"Mara","role":"keeper"}]', [MARA]),
        ('{"items":[{"名前":"Mara","役割":"keeper"}]}', [MARA]),
    ],
)
def test_a_cast_is_read_however_it_is_written(text: str, value: list[Any]) -> None:
    assert read(text, CAST).value == {"items": value}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Logline: A keeper waits.\nTense: Past tense", {"logline": "A keeper waits.",
                                                         "tense": "past"}),
        ("**Logline:** A keeper waits.\n\n**Tone**: dark",
         {"logline": "A keeper waits.", "tone": "dark"}),
        ('{"premise": {"logline": "Logline: **A keeper** waits."}}',
         {"logline": "A keeper waits."}),
        ('{"logline": "“A keeper waits.”", "point of view": "First"}',
         {"logline": "A keeper waits.", "point_of_view": "first person"}),
        ('{"logline": "Sure! Here is a logline: A keeper waits."}', {"logline": "A keeper waits."}),
        ('{"logline": "A keeper waits. Let me know if you want another."}',
         {"logline": "A keeper waits."}),
        ('{"logline": "以下がログラインです。灯台守が待つ。"}', {"logline": "灯台守が待つ。"}),
        ('{"logline": "N/A", "theme": "…", "tone": null}', {}),
        ('{"logline": ["A keeper", "waits."], "tone": 5}', {"logline": "A keeper waits.",
                                                             "tone": "5"}),
        ('{"logline": "He said "no" to it.", "tone": "dark"}',
         {"logline": 'He said "no" to it.', "tone": "dark"}),
        ('{"logline": "a\nb", "tone": "\\ud800x"}', {"logline": "a b", "tone": "x"}),
        ('{"logline": "はい、承知しました。以下がログラインです：灯台守が待つ。"}',
         {"logline": "灯台守が待つ。"}),
        ('{"logline": "次の朝、彼女は発ちます。", "tone": "はい、そうです。"}',
         {"logline": "次の朝、彼女は発ちます。", "tone": "はい、そうです。"}),
        ('{"logline": "Sure, she said: go.", "tone": "Here is no hope."}',
         {"logline": "Sure, she said: go.", "tone": "Here is no hope."}),
        ("ログライン: 灯台守が待つ。\n前提: 長い話。", {"logline": "灯台守が待つ。",
                                                       "premise": "長い話。"}),
        ("Here is the thing.", {}),
        ('{"logline": "A keep', {"logline": "A keep"}),
    ],
)  # fmt: skip
def test_an_item_is_read_however_it_is_written(text: str, value: dict[str, Any]) -> None:
    assert read(text, PREMISE).value == value


@pytest.mark.parametrize(
    ("text", "ideas"),
    [
        ("1. A storm\n2) A letter\n- A ghost", ["A storm", "A letter", "A ghost"]),
        ('{"ideas": {"1": "A storm", "2": "A letter"}}', ["A storm", "A letter"]),
        ('{"idea 1": "A storm", "idea 2": "A letter"}', ["A storm", "A letter"]),
        ('{"ideas": "A storm; A letter"}', ["A storm", "A letter"]),
        ('[{"idea": "A storm"}, "A letter", 7, null]', ["A storm", "A letter", "7"]),
    ],
)
def test_ideas_are_read_however_they_are_written(text: str, ideas: list[str]) -> None:
    assert read(text, IDEAS).value == {"ideas": ideas}


@pytest.mark.parametrize(
    ("text", "words"),
    [('{"value": 900}', 900), ("about 1,200 words", 1200), ('{"value": "7"}', 100),
     ('{"value": 1e400}', None), ('{"words": 99999.5}', 5000), ("none", None),
     ('{"value": ' + "9" * 400 + "}", 5000), ('{"value": "' + "9" * 5_000 + '"}', 5000)],
)  # fmt: skip
def test_a_number_is_brought_within_its_bounds(text: str, words: int | None) -> None:
    assert read(text, WORDS).value == ({} if words is None else {"value": words})


def test_lists_of_lines_are_read_from_text_and_objects() -> None:
    assert read('{"beats": "- a\\n- b\\n\\n- c"}', BEATS).value == {"beats": ["a", "b", "c"]}
    told = '{"relations": {"Jon": "her brother", "Ilse": "her rival"}}'
    assert read(told, RELATIONS).value == {"value": ["Jon: her brother", "Ilse: her rival"]}


def test_what_is_too_long_ends_with_a_sentence_or_a_word() -> None:
    sentences = "The keeper goes up the stairs. " * 20
    cut = read(json.dumps({"logline": sentences}), PREMISE).value["logline"]
    assert cut.endswith("stairs.")
    assert len(cut) <= 240
    words = read(json.dumps({"logline": "on and " * 60}), PREMISE).value["logline"]
    assert words.endswith(("on…", "and…"))
    wide = read(json.dumps({"logline": "灯" * 300}), PREMISE).value["logline"]
    assert wide == "灯" * 239 + "…"


def test_what_was_said_before_stays_only_where_there_is_not_enough_without_it() -> None:
    four = [MARA, {"name": "mara", "role": "ghost"}, JON, {"name": "Ilse", "role": "guest"}]
    fitted = read(json.dumps(four), CAST)
    assert (fitted.value["items"], fitted.surplus) == ([MARA, JON, four[3]], 1)
    assert not fitted.repeats
    assert read(json.dumps(four[:3]), CAST).value["items"] == four[:3]
    assert read(json.dumps(four[:3]), CAST).repeats


def test_more_items_than_were_asked_for_are_left_out_and_counted() -> None:
    told = {"ideas": [f"idea number {n}" for n in range(30)] + ["idea number 1"]}
    fitted = read(json.dumps(told), IDEAS)
    assert len(fitted.value["ideas"]) == 20
    assert fitted.surplus == 11


@pytest.mark.parametrize(
    ("text", "whole"),
    [("{}", True), ('x {"a": "}"', False), ('{"a": "}"} y', True), ("", False), ("[[]", False),
     ('{"a": "\\"}"}', True), ('<think>{"a": 1}</think>', False)],
)  # fmt: skip
def test_it_is_known_when_an_object_has_come_to_its_end(text: str, whole: bool) -> None:
    assert is_whole(text) is whole


WHOLE = json.dumps(
    {
        "shape": "The keeper “waits”, and then: she \"goes\" \\ away.",
        "acts": [{"name": "One", "purpose": "To begin."}],
        "plot_lines": [{"name": "灯り", "about": "誰が灯すのか。"}],
        "chapters": [
            {"title": f"T{n}", "act": "One", "goal": "g", "conflict": "c", "turn": "t",
             "outcome": "o"}
            for n in range(3)
        ],
    },
    ensure_ascii=False,
)  # fmt: skip


@pytest.mark.parametrize(
    "text", [WHOLE, f"Sure:\n```json\n{WHOLE}\n```\n", WHOLE.replace('"', "'")]
)
def test_every_beginning_of_an_answer_is_within_the_bounds(text: str) -> None:
    validator = jsonschema.Draft202012Validator(_loose(OUTLINE))
    for end in range(len(text) + 1):
        validator.validate(read(text[:end], OUTLINE).value)
    assert len(read(WHOLE, OUTLINE).value["chapters"]) == 3


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=40),
    lambda inside: (
        st.lists(inside, max_size=5)
        | st.dictionaries(
            st.sampled_from(["name", "items", "Role", "logline", "beats", "1", "x"]),
            inside,
            max_size=5,
        )
    ),
    max_leaves=12,
)
NOISE = st.text(st.sampled_from("{}[]\",:'\\ \n-`*1aé灯<>/#\ud800"), max_size=120)


@settings(deadline=None)  # other work on the machine is no fault of ours
@given(st.one_of(JSON.map(json.dumps), NOISE, st.text(max_size=80)), st.data())
def test_whatever_comes_the_value_is_within_the_bounds(text: str, data: st.DataObject) -> None:
    schema = data.draw(st.sampled_from([PREMISE, CAST, DEEP, IDEAS, WORDS, BEATS, OUTLINE]))
    end = data.draw(st.integers(0, len(text)))
    jsonschema.validate(read(text[:end], schema).value, _loose(schema))


@pytest.mark.parametrize(
    "text", ["[" * 5000, '{"a":' * 3000, '"' * 5000, "{'a': '" + "it's " * 3000]
)
def test_noise_without_an_end_is_read_in_no_time(text: str) -> None:
    assert len(read(text, PREMISE).value) <= 1
