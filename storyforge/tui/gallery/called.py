"""What a prompt calls by name, as rows of the form whose arrows change the prompt. Pure."""

import re

from storyforge.domain.picture import few_steps
from storyforge.domain.picture.few_steps import Habit
from storyforge.domain.picture.grammar import hypernets_of, loras_of
from storyforge.domain.picture.prompt_editing import change_weight
from storyforge.i18n import _
from storyforge.tui.widgets.rows import Row

_LORA, _NET = "lora:", "hypernet:"
# How each is written in a prompt.
_WRITTEN = {_LORA: "lora|lyco", _NET: "hypernet"}
# What an arrow changes a weight by.
_STEP = 0.05


def rows(prompt: str) -> list[Row]:
    """LoRAs and hypernetworks with their weights, each kind under its heading."""
    found: list[Row] = []
    loras = [(tag.name, tag.weight) for tag in loras_of(prompt)[1]]
    nets = [(tag.name, tag.strength) for tag in hypernets_of(prompt)]
    for kind, heading, tags in ((_LORA, _("LoRAs"), loras), (_NET, _("Hypernetworks"), nets)):
        if tags:
            found.append(Row(f"\0{kind}", heading, kind="muted", mark=" ", fixed=True))
        found += [Row(f"{kind}{name}", name, f"{weight:g}", mark=" ") for name, weight in tags]
    return found


def is_called(row_id: str) -> bool:
    """Whether a row is one of them."""
    return row_id.startswith((_LORA, _NET))


def stepped(prompt: str, row_id: str, steps: int) -> str:
    """The prompt after so many arrows on a row."""
    kind, _colon, name = row_id.partition(":")
    written = rf"<(?:{_WRITTEN[f'{kind}:']}):\s*{re.escape(name)}\s*(?=[:>])"
    found = re.search(written, prompt, re.IGNORECASE)
    at = found.start() + 1 if found is not None else 0
    edit = None if found is None else change_weight(prompt, at, at, _STEP * steps)
    return prompt if edit is None else edit.applied(prompt)


def habit_of(prompt: str) -> Habit | None:
    """How it is drawn where it calls a LoRA whose name says that it draws in few steps."""
    strongest = sorted(loras_of(prompt)[1], key=lambda tag: -abs(tag.weight))
    found = (few_steps.of_lora(tag.name) for tag in strongest if tag.weight)
    return next((habit for habit in found if habit is not None), None)
