"""An answer that gives the example of its prompt back is told from one of the author's story."""

import json
from typing import Any

import pytest

from storyforge.domain.plan.forms import Kind
from storyforge.domain.plan.items import PREMISE_ID, Item, Plan
from storyforge.domain.plan.tasks import ASKED
from storyforge.domain.sampling import Sampling
from storyforge.prompting.library import find
from storyforge.prompting.planning import Planning, assemble_plan, own_words
from storyforge.studio.answers.echoing import echoes

IDEA = "A lighthouse keeper finds a child in an empty boat."
FLAW = "The model gave back the example in its prompt."


def judged(task: str, value: Any, idea: str = IDEA, language: str = "en") -> str:
    plan = Plan(
        (
            Item(PREMISE_ID, Kind.PREMISE, {"idea": idea}),
            Item("m", Kind.CHARACTER, {"name": "Mara"}),
        ),
        language=language,
        plan_language=language,
    )
    planning = Planning(ASKED[task], plan, plan.item("m"), "want")
    template = find(task, language)
    request = assemble_plan(
        planning, template, 4096, 200, Sampling(), lambda t: tuple(len(s) // 3 for s in t)
    )
    return echoes(own_words(planning, template), request.prompt)(value)


@pytest.mark.parametrize(
    ("task", "value"),
    [
        ("characters/propose", {"items": [{"name": "Agnese Vottero", "role": "keeps the light"}]}),
        ("premise/propose", {"logline": "The child whom Agnese hides is not hers."}),
        ("characters/propose", {"items": [{"name": "Vottero", "role": "keeps the light"}]}),
        ("premise/sharpen", {"logline": "A keeper finds a child.", "premise": "Every evening "
         "Mara rings the bell of a village that has already been paid to go."}),
        ("field/again", {"value": "To ring the bell on All Souls once more, with all."}),
        ("premise/propose", {"logline": "Somebody wants something badly, and it will cost them."}),
    ],
)  # fmt: skip
def test_names_and_sentences_of_the_example_are_a_flaw(task: str, value: Any) -> None:
    assert judged(task, value) == FLAW


@pytest.mark.parametrize(
    ("task", "value"),
    [
        ("characters/propose", {"items": [{"name": "Anna Reed", "role": "Rings the bell."}]}),
        ("premise/propose", {"logline": "A keeper who will not leave her light finds a child.",
         "genre": "family drama", "point_of_view": "third person, close", "tense": "past"}),
        ("scenes/beats", {"beats": ["Mara counts the lit windows.", "The child asks her."]}),
        ("characters/missing", {"items": [{"name": "Celso Reed", "role": "keeps the log"}]}),
    ],
)  # fmt: skip
def test_a_story_of_ones_own_is_none(task: str, value: Any) -> None:
    assert judged(task, value) == ""


def test_what_the_author_has_told_may_be_said_again() -> None:
    idea = "Agnese Vottero rings the bell of a village that has already been paid to go."
    value = {"items": [{"name": "Agnese Vottero", "role": f"{idea} She lives in Piedmont."}]}
    assert judged("characters/propose", value, idea) == FLAW
    value["items"][0]["role"] = idea
    assert judged("characters/propose", value, idea) == ""


def test_an_example_in_japanese_too() -> None:
    idea = "灯台守が、空の舟の中に子どもを見つける。"
    known = {"items": [{"name": "星アキ", "role": "灯台を守る。"}]}
    assert judged("characters/propose", known, idea, "ja") == FLAW
    copied = {
        "items": [{"name": "真良", "role": "毎晩鐘をつく。誰も置き去りにしないと死者に約束した。"}]
    }
    assert judged("characters/propose", copied, idea, "ja") == FLAW
    own = {"items": [{"name": "真良", "role": "灯台を守り、子どもを隠している。"}]}
    assert judged("characters/propose", own, idea, "ja") == ""


def test_no_template_names_what_it_does_not_show() -> None:
    """What the author has told twice is no echo; nor are the words of the form itself."""
    own = 'One line: {"name":"Ilse Voss"}\n'
    told = json.dumps({"name": "Ilse Voss"})
    assert echoes(own, own + told)({"name": "Ilse Voss"}) == ""
    assert echoes(own, own)({"name": "Ilse Voss"}) == FLAW
