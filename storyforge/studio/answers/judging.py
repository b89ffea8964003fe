"""What is wrong with an answer, and what can be left out of it so that nothing is. Pure.

An answer is judged as a whole: a name may be short and foreign, a line may be like another. What is
said of a flaw is for the author, who is shown the answer with it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import Any

from storyforge.domain.plan.forms import FORMS
from storyforge.domain.refusals import is_refusal
from storyforge.domain.runs import is_wide, pieces, runs
from storyforge.domain.tongue import is_in
from storyforge.i18n import N_, _, listed
from storyforge.studio.answers.fitting import Fitted, Schema
from storyforge.studio.languages import language_name

# Above this share of runs that came before a text goes round in circles; fewer runs say nothing.
_REPEATED, _LEAST_RUNS = 0.4, 10
# Two fields that say the same in so many words are no chance.
_SAME_WORDS, _SAME_WIDE = 6, 12
# A refusal is a sentence.
_SENTENCE = 20
# So many items that had been said before, or are too many: no new one is waited for.
_SURPLUS = 4

_LABELS = {field.name: field.label for form in FORMS.values() for field in form.fields}
_PARTS = {
    "items": N_("items"),
    "ideas": N_("ideas"),
    "questions": N_("questions"),
    "acts": N_("acts"),
    "plot_lines": N_("plot lines"),
    "chapters": N_("chapters"),
    "value": N_("the value"),
}


class Fault(IntEnum):
    """What can be wrong; of two answers the one with the lesser is shown."""

    NONE = 0
    #: the caller's own objection
    OBJECTION = 1
    TOO_FEW = 2
    MISSING = 3
    CIRCLES = 4
    LANGUAGE = 5
    REFUSED = 6
    EMPTY = 7


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an answer is worth.

    Attributes:
        value: without what no whole answer would have; it holds the schema where there is no fault.
        flaw: in a sentence; empty where there is none.
        lacking: how many parts and items the schema asks for that are not there.
    """

    value: Mapping[str, Any]
    fault: Fault = Fault.NONE
    flaw: str = ""
    lacking: int = 0

    @property
    def rank(self) -> tuple[int, int]:
        """The lower, the better: of two that are as bad the one that is more whole."""
        return self.fault, self.lacking


def judge(fitted: Fitted, text: str, schema: Schema, language: str = "") -> Verdict:
    """What the answer `fitted`, which was read from `text`, is worth.

    Args:
        language: that it was to be in; empty where it may be in any.
    """
    found = _judged(fitted, text, schema, language)
    return replace(found, lacking=_lacking(found.value, schema))


def _judged(fitted: Fitted, text: str, schema: Schema, language: str) -> Verdict:
    value = _whole_items(fitted.value, schema)
    strings = tuple(_strings(value))
    if is_refusal(text) or _refuses(strings):
        return Verdict(value, Fault.REFUSED, _("The model refused to answer."))
    if not strings and not _holds(value, schema):
        return Verdict(value, Fault.EMPTY, _("The model wrote nothing of use."))
    if language and not is_in("\n".join(strings), language):
        return Verdict(value, Fault.LANGUAGE, foreign(language))
    if fitted.repeats:
        return Verdict(value, Fault.CIRCLES, _("The model repeated itself."))
    if circles(fitted.value):
        return Verdict(value, Fault.CIRCLES, _("The model went round in circles."))
    if missing := tuple(_missing(value, schema)):
        flaw = _("Parts are missing: {parts}.").format(parts=listed(missing))
        return Verdict(value, Fault.MISSING, flaw)
    if few := tuple(_too_few(value, schema)):
        return Verdict(value, Fault.TOO_FEW, too_few(*few))
    return Verdict(value)


def foreign(language: str) -> str:
    """What is said of an answer that is in another language than this one."""
    return _("The model did not answer in {language}.").format(language=language_name(language))


def too_few(*parts: str) -> str:
    """What is said where there are too few of these, by their names in the schema."""
    return _("There are too few {parts}.").format(parts=listed(tuple(map(_label, parts))))


def is_stuck(fitted: Fitted, schema: Schema) -> bool:
    """Whether nothing new will come of an answer that is still written.

    Behind a list that repeats itself other parts may come; not where the list is all that is asked.
    """
    more = len(schema["properties"]) > 1 and not fitted.repeats
    return (fitted.surplus >= _SURPLUS and not more) or circles(fitted.value)


def circles(value: Mapping[str, Any]) -> bool:
    """Whether a text in `value` repeats itself, or a field says what another one has said."""
    said: set[str] = set()
    for text in _strings(value):
        words = pieces(text)
        found = runs(words)
        if len(found) >= _LEAST_RUNS and len(found) - len(set(found)) > _REPEATED * len(found):
            return True
        if len(words) >= (_SAME_WIDE if is_wide(words) else _SAME_WORDS):
            told = " ".join(words)
            if told in said:
                return True
            said.add(told)
    return False


def _refuses(strings: Sequence[str]) -> bool:
    """Whether most of what is said is that the model will not: one line of it may be a voice's."""
    said = [each for each in strings if len(each) >= _SENTENCE]
    return 2 * sum(map(is_refusal, said)) > len(said)


def _whole_items(value: Mapping[str, Any], schema: Schema) -> Mapping[str, Any]:
    """`value` without the items of lists that are not whole, such as one that was cut off."""
    whole: dict[str, Any] = {}
    for name, part in value.items():
        items = schema["properties"][name].get("items", {})
        if items.get("type") == "object":
            kept = [one for one in part if _holds(one, items)]
            # Where none is whole, what there is says more than nothing.
            part = kept or part
        whole[name] = part
    return whole


def _holds(value: Any, schema: Schema) -> bool:
    """Whether a fitted value has all that its schema asks for."""
    return not _lacking(value, schema)


def _lacking(value: Any, schema: Schema) -> int:
    """How many parts and items a fitted value has not got."""
    match schema["type"]:
        case "object":
            return sum(
                _lacking(value[name], part) if name in value else int(part.get("minItems", 1))
                for name, part in schema["properties"].items()
            )
        case "array":
            few = max(0, int(schema["minItems"]) - len(value))
            return few + sum(_lacking(one, schema["items"]) for one in value)
        case _:
            return int(value is None)


def _may_miss(schema: Schema) -> bool:
    return schema["type"] == "array" and not schema["minItems"]


def _missing(value: Mapping[str, Any], schema: Schema) -> Iterator[str]:
    """The labels of what is not there."""
    for name, part in schema["properties"].items():
        if name not in value:
            if not _may_miss(part):
                yield _label(name)
        elif part.get("items", {}).get("type") == "object":
            lacking = {each for one in value[name] for each in _missing(one, part["items"])}
            yield from sorted(lacking)


def _too_few(value: Mapping[str, Any], schema: Schema) -> Iterator[str]:
    """The names of the lists that are too short."""
    for name, part in schema["properties"].items():
        if part["type"] != "array" or name not in value:
            continue
        if len(value[name]) < part["minItems"]:
            yield name
        elif part["items"]["type"] == "object":
            for one in value[name]:
                yield from _too_few(one, part["items"])


def _label(name: str) -> str:
    return _(_LABELS.get(name) or _PARTS.get(name, name))


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from _strings(part)
    elif isinstance(value, list):
        for part in value:
            yield from _strings(part)
