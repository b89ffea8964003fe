"""Answers that keep to a schema, whatever the model and the author's wishes."""

import json
from dataclasses import replace
from typing import Any

import jsonschema
import pytest

from storyforge.domain.generation import Finish, Request, StopReason, Text
from storyforge.domain.plan.forms import Kind
from storyforge.domain.plan.schemas import schema_of
from storyforge.domain.plan.tasks import TASKS
from storyforge.domain.sampling import Bias, Sampling
from storyforge.engine.faults import EngineFault, FaultKind
from storyforge.engine.generation import generate
from storyforge.engine.grammar import Grammar
from storyforge.engine.llama import LlamaModel
from tests.engine.conftest import Heard

SMALL = {
    "type": "object",
    "properties": {
        "name": {"type": "string", "minLength": 2, "maxLength": 24},
        "tense": {"type": "string", "enum": ["past", "present"]},
        "words": {"type": "integer", "minimum": 90, "maximum": 1200},
        "beats": {
            "type": "array",
            "items": {"type": "string", "minLength": 1, "maxLength": 16},
            "minItems": 1,
            "maxItems": 3,
        },
    },
    "required": ["name", "tense", "words", "beats"],
    "additionalProperties": False,
}
WILD = Sampling(seed=5, temperature=2, top_k=0, top_p=1, min_p=0, repeat_penalty=1)


def _asked(schema: dict[str, Any], **wishes: Any) -> Request:
    made = Request("The cast, as JSON:\n", 400, sampling=WILD, schema=json.dumps(schema))
    return replace(made, **wishes)


def answer(model: LlamaModel, request: Request) -> Heard:
    heard = Heard()
    generate(model, request, lambda: False, heard.deltas.append)
    return heard


def _check(heard: Heard, schema: dict[str, Any], begun: str = "") -> None:
    assert heard.finishes
    for text, finish in zip(heard.texts, heard.finishes, strict=True):
        assert finish.reason is StopReason.END
        jsonschema.validate(json.loads(begun + text), schema)
        assert "\n" not in text.strip()


def test_noise_keeps_its_form(tiny: LlamaModel) -> None:
    # Random weights and a vocabulary of single bytes: every way through the grammar is as likely.
    for seed in range(6):
        heard = answer(tiny, _asked(SMALL, sampling=replace(WILD, seed=seed), takes=2))
        _check(heard, SMALL)


def test_a_small_model_keeps_a_plans_form_in_each_take(model: LlamaModel) -> None:
    schema = schema_of(TASKS["characters/propose"])
    request = _asked(schema, takes=2, max_tokens=400, sampling=Sampling(temperature=0.7, seed=4))
    _check(answer(model, request), schema)


def test_an_answer_goes_on_from_what_was_begun(model: LlamaModel) -> None:
    schema = schema_of(TASKS["field/again"], Kind.PREMISE, "tense")
    begun = '{"value": "pre'
    heard = answer(model, _asked(schema, prompt=f"The tense:\n{begun}", begun=begun))
    assert heard.text == 'sent"}'
    whole = '{"value": "past"}'
    assert answer(model, _asked(schema, prompt=whole, begun=whole)).text == ""


def test_an_answer_that_is_cut_goes_on_where_it_was_cut(model: LlamaModel) -> None:
    schema = schema_of(TASKS["scenes/beats"])
    begun, prompt = "", "The beats:\n"
    for _ in range(200):
        request = _asked(schema, prompt=prompt + begun, begun=begun, max_tokens=5)
        heard = answer(model, replace(request, sampling=replace(WILD, temperature=1)))
        begun += heard.text
        if heard.finishes[0].reason is StopReason.END:
            break
    jsonschema.validate(json.loads(begun), schema)


def test_banned_phrases_and_wishes_hold_within_the_form(model: LlamaModel) -> None:
    schema = schema_of(TASKS["characters/propose"])
    plain = answer(model, _asked(schema, sampling=Sampling(temperature=0, seed=1)))
    name = json.loads(plain.text)["items"][0]["name"]
    sampling = Sampling(
        temperature=0.7,
        seed=1,
        banned=(name,),
        biases=(Bias("lighthouse", 8.0),),
        min_tokens=60,
        mirostat=True,
    )
    heard = answer(model, _asked(schema, sampling=sampling))
    _check(heard, schema)
    assert name not in heard.text


def test_what_cannot_be_held_is_a_fault_and_not_the_end(tiny: LlamaModel) -> None:
    plain = _asked(SMALL)
    hostile = (
        replace(plain, schema='{"type": "number"}'),
        replace(plain, schema="{"),
        replace(plain, begun="Sure!"),
    )
    for request in hostile:
        with pytest.raises(EngineFault) as caught:
            answer(tiny, request)
        assert caught.value.fault.kind is FaultKind.FORM_REFUSED
    _check(answer(tiny, plain), SMALL)


@pytest.mark.parametrize("text", ['\\"', "(", "“”", "¿?", " Fog", "…", "💡", "-", "「」"])
def test_a_string_of_marks_alone_is_never_begun(model: LlamaModel, text: str) -> None:
    with pytest.raises(EngineFault):
        Grammar(json.dumps(SMALL), f'{{"name":"{text}"', model.vocabulary)


@pytest.mark.parametrize(
    "text",
    [
        '\\"Aye\\"',
        "(at night)",
        "“Fog”",
        "’Tis",
        "¿Qué?",
        "灯台",
        "「灯」",
        "Ёлка",
        "7 bells",
        "Élan",
    ],
)
def test_speech_and_letters_of_any_script_begin_one(model: LlamaModel, text: str) -> None:
    Grammar(json.dumps(SMALL), f'{{"name":"{text}","tense":"', model.vocabulary).close()


def test_only_what_has_a_text_is_allowed(model: LlamaModel) -> None:
    grammar = Grammar(json.dumps(SMALL), '{"name":"A', model.vocabulary)
    refused = grammar.refused()
    silent = [token for token in range(model.vocabulary.size) if not model.vocabulary.piece(token)]
    assert silent
    assert refused[silent].all()
    assert not any(grammar.allows(token) for token in silent)
    assert not grammar.ended
    grammar.close()
    grammar.close()


def test_what_was_taken_back_never_counted(model: LlamaModel) -> None:
    grammar = Grammar(json.dumps(SMALL), '{"name": "', model.vocabulary)
    before = grammar.refused()
    tokens = model.vocabulary.encode('Mara","tense":')
    for token in tokens:
        assert grammar.allows(token)
        grammar.accept(token)
    assert (grammar.refused() != before).any()
    grammar.take_back(len(tokens))
    assert (grammar.refused() == before).all()
    grammar.close()


def test_text_comes_while_it_is_written(model: LlamaModel) -> None:
    heard = answer(model, _asked(SMALL, sampling=Sampling(temperature=0, seed=1)))
    assert sum(isinstance(each, Text) for each in heard.deltas) > 1
    assert isinstance(heard.deltas[-1], Finish)
