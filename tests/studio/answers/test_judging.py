"""What is wrong with an answer, told in a sentence; and nothing where nothing is."""

import json
from typing import Any

import pytest

from storyforge.domain.plan.forms import Kind
from storyforge.domain.plan.schemas import schema_of
from storyforge.domain.plan.tasks import TASKS
from storyforge.studio.answers.fitting import read
from storyforge.studio.answers.judging import Fault, Verdict, is_stuck, judge

CAST = schema_of(TASKS["characters/propose"])
BEATS = schema_of(TASKS["scenes/beats"])
NOTES = schema_of(TASKS["outline/check"])
GOOD = [
    {"name": "Mara", "role": "She keeps the light that her father let go out."},
    {"name": "Jon", "role": "He brings the letters, and reads them on the way."},
    {"name": "Ilse", "role": "She wants the tower for the summer guests."},
]


def _judged(told: Any, schema: dict[str, Any] = CAST, language: str = "en") -> Verdict:
    text = told if isinstance(told, str) else json.dumps(told, ensure_ascii=False)
    return judge(read(text, schema), text, schema, language)


def test_a_good_answer_has_no_flaw() -> None:
    verdict = _judged({"items": GOOD})
    assert verdict == Verdict({"items": GOOD})


def test_what_was_cut_off_in_the_middle_of_an_item_is_left_out_of_a_list() -> None:
    text = json.dumps({"items": [*GOOD, {"name": "Tobin", "role": "x"}]})
    assert _judged(text[: text.index('"role": "x"')]) == Verdict({"items": GOOD})


@pytest.mark.parametrize(
    ("told", "fault", "flaw"),
    [
        ("", Fault.EMPTY, "The model wrote nothing of use."),
        ("{}", Fault.EMPTY, "The model wrote nothing of use."),
        ("I'm sorry, but I can't help with that.", Fault.REFUSED, "The model refused to answer."),
        ({"items": GOOD[:2]}, Fault.TOO_FEW, "There are too few items."),
        ({"items": [GOOD[0], *[GOOD[1]] * 9]}, Fault.CIRCLES, "The model repeated itself."),
        ({"items": [{"name": "Mara"}]}, Fault.MISSING, "Parts are missing: Role."),
        ({"items": [*GOOD[:2], {"name": "Mara", "role": "A ghost."}]}, Fault.CIRCLES,
         "The model repeated itself."),
        ({"items": [*GOOD[:2], {"name": "Ilse", "role": GOOD[0]["role"]}]}, Fault.CIRCLES,
         "The model repeated itself."),
        ({"items": [*GOOD, {"name": "Tam", "role": "She waits for him at the gate. " * 5}]},
         Fault.CIRCLES, "The model went round in circles."),
        ({"items": [{"name": "澪", "role": "父が消した灯りを守る灯台守で、海を恐れている。"}]},
         Fault.LANGUAGE, "The model did not answer in English."),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said(told: Any, fault: Fault, flaw: str) -> None:
    verdict = _judged(told)
    assert (verdict.fault, verdict.flaw) == (fault, flaw)


def test_the_value_is_kept_with_its_flaw() -> None:
    assert _judged({"items": GOOD[:2]}).value == {"items": GOOD[:2]}


def test_of_two_that_are_as_bad_the_more_whole_one_ranks_before() -> None:
    again = {"name": "Mara", "role": "A ghost."}
    few, enough = _judged({"items": [GOOD[0], again]}), _judged({"items": [*GOOD[:2], again]})
    assert few.fault is enough.fault is Fault.CIRCLES
    assert (few.lacking, enough.lacking) == (1, 0)
    assert enough.rank < few.rank
    assert _judged({"items": [{"name": "Mara"}]}).lacking == 3  # a role, and two of the cast
    assert _judged({}).lacking == 3
    assert _judged({"items": GOOD}).lacking == 0


def test_names_in_another_language_are_no_flaw() -> None:
    told = [{"name": name, "role": "keeper"} for name in ("Mara Ní Dhomhnaill", "Åse", "澪")]
    assert not _judged({"items": told}).fault


def test_a_line_that_somebody_says_is_no_refusal() -> None:
    schema = schema_of(TASKS["field/again"], Kind.CHARACTER, "voice")
    lines = ["I'm sorry, but I can't help you with that.", "Ask the sea, it always answers me."]
    assert not _judged({"value": lines}, schema).fault
    refused = [lines[0], "I'm sorry, but I cannot write about that topic."]
    assert _judged({"value": refused}, schema).fault is Fault.REFUSED


def test_where_nothing_is_wrong_there_are_no_notes() -> None:
    assert not _judged({"notes": []}, NOTES).fault


def test_japanese_that_repeats_itself_is_noticed() -> None:
    told = {"beats": ["灯台守は海を見ていた。" * 6, "b", "c"], "change": "d"}
    assert _judged(told, BEATS, "ja").fault is Fault.CIRCLES
    assert _judged({"beats": ["a", "b"], "change": "d"}, BEATS).flaw == "There are too few Beats."


def test_a_model_that_runs_in_circles_is_stuck_long_before_its_end() -> None:
    schema = schema_of(TASKS["field/brainstorm"])
    ideas = json.dumps({"ideas": ["A storm comes in", "A letter"] * 4})
    assert is_stuck(read(ideas[:-3], schema), schema)
    assert not is_stuck(read(ideas[:60], schema), schema)


def test_a_list_that_repeats_itself_may_be_followed_by_other_parts() -> None:
    beats = ["She goes up.", "She lights it.", "She waits."]
    told = json.dumps({"beats": beats + [beats[2]] * 9})[:-2]
    assert not is_stuck(read(told, BEATS), BEATS)
    verdict = _judged(told + '], "change": "The light burns."}', BEATS)
    assert verdict == Verdict({"beats": beats, "change": "The light burns."})
