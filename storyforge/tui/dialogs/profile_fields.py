"""What is set for a profile, as rows of a form: how each is called, shown and asked for.

It keeps nothing, and what may be set is checked by whoever is asked to.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rich.cells import cell_len

from storyforge.backends import registry
from storyforge.domain.hosts import is_loopback, is_plain
from storyforge.i18n import N_, _
from storyforge.tui.dialogs.base import AskText, Choice, Choose
from storyforge.tui.typed import amount, whole_number

if TYPE_CHECKING:
    from storyforge.tui.app import StoryforgeApp

#: says what is wrong with a value, by the field and the value; "" for nothing
Check = Callable[[str, Any], str]


@dataclass(frozen=True, slots=True)
class Field:
    """A row of the form.

    Attributes:
        id: the setting's name in the profile's table.
        kind: "line", "whole" (a number), "amount", "switch", "maybe" (a switch that may be unset)
            or "choice".
        help: what it is for, in a sentence.
        unset: how it is shown while it is not set.
        at: the backends that heed it; empty for all.
        choices: (value, how it is called).
    """

    id: str
    label: str
    kind: str
    help: str
    unset: str = "–"
    at: frozenset[str] = frozenset()
    choices: tuple[tuple[str, str], ...] = ()


#: what can run a model, the simplest ways first
BACKENDS = (
    ("llama.cpp", N_("a GGUF file on this machine")),
    ("openai-compatible", N_("any server that speaks OpenAI's API")),
    ("ollama", N_("Ollama")),
    ("koboldcpp", N_("KoboldCpp")),
    ("openai", N_("OpenAI")),
    ("anthropic", N_("Anthropic")),
    ("gemini", N_("Google Gemini")),
    ("horde", N_("the AI Horde, on strangers' machines")),
    ("transformers", N_("a Hugging Face folder on this machine")),
)
# The row that asks for a line; no value is called that.
_OTHER = "\0other"
# The cells of a value that fit beside every label on a screen of 80.
_ROOM = 44
_HERE = frozenset({"llama.cpp", "transformers"})
_TORCH = frozenset({"transformers"})
_AWAY = frozenset(name for name, _title in BACKENDS) - _HERE
# Servers of one's own, which may not tell how much a model sees at once.
_OFTEN_SILENT = frozenset({"openai-compatible", "koboldcpp"})
_PRICED = _AWAY - {"ollama", "koboldcpp", "horde"}

FIELDS = (
    Field("backend", N_("Run by"), "choice", N_("What runs the model."), choices=BACKENDS),
    Field("model", N_("Model"), "line", N_("Its file or folder, or its name in the API.")),
    Field(
        "url", N_("Address"), "line", N_("Where the API is, such as http://127.0.0.1:8080/v1."),
        N_("the provider's own"), _AWAY,
    ),
    Field(
        "plain_http", N_("Plain http"), "switch",
        N_("Allows http to another machine: others on the way can read along."),
        at=_AWAY,
    ),
    Field(
        "key", N_("Key of"), "line", N_("Whose key it is called with."),
        N_("by its address"), _AWAY,
    ),
    Field(
        "context_tokens", N_("Window"), "whole", N_("How many tokens it sees at once."),
        N_("as the model says"),
    ),
    Field("preset", N_("Preset"), "line", N_("How its words are drawn."), N_("the one in use")),
    Field(
        "chat", N_("Talk to it"), "maybe",
        N_("Asks in a conversation, also where it could go on with a text by itself."),
        N_("only if it must be"), _AWAY,
    ),
    Field(
        "template", N_("Template"), "line",
        N_("How a model is asked that only chats: the name of a file in prompts/chat."),
        N_("the usual one"), _AWAY,
    ),
    Field(
        "reasoning", N_("Thinking"), "line",
        N_("How hard it thinks, in the API's own word, such as “low”."),
        N_("as the model does"), _AWAY,
    ),
    Field(
        "style", N_("Way of asking"), "line",
        N_("Which of the API's ways, where it has several, such as “chat”."),
        N_("the usual one"), frozenset({"openai", "gemini"}),
    ),
    Field(
        "price_reading", N_("Price, read"), "amount",
        N_("What a million tokens of the prompt cost."), N_("none"), _PRICED,
    ),
    Field(
        "price_writing", N_("Price, written"), "amount",
        N_("What a million tokens of the answer cost."), N_("none"), _PRICED,
    ),
    Field(
        "price_cached", N_("Price, cached"), "amount",
        N_("What a million tokens cost that the provider has read already."),
        N_("as what is read"), _PRICED,
    ),
    Field(
        "currency", N_("Currency"), "line", N_("Of these prices, in three letters."), "USD",
        _PRICED,
    ),
    Field(
        "threads", N_("Threads"), "whole", N_("How many write."), N_("as fits the machine"), _HERE,
    ),
    Field(
        "threads_batch", N_("Threads, reading"), "whole", N_("How many read the prompt."),
        N_("as fits the machine"), _HERE,
    ),
    Field(
        "gpu_layers", N_("Layers on the GPU"), "whole", N_("-1 for all of them."),
        N_("as many as fit"), frozenset({"llama.cpp"}),
    ),
    Field(
        "device", N_("Device"), "line", N_("Such as “cpu”, “cuda:1” or “mps”."), "auto", _TORCH,
    ),
    Field(
        "dtype", N_("Weights as"), "choice", N_("How the weights are held."), "auto", _TORCH,
        tuple((name, name) for name in ("auto", "float32", "bfloat16", "float16")),
    ),
    Field(
        "quantise", N_("Made smaller"), "choice", N_("Needs bitsandbytes."), N_("not at all"),
        _TORCH, (("none", N_("not at all")), ("8bit", N_("to 8 bits")), ("4bit", N_("to 4 bits"))),
    ),
    Field(
        "trust_code", N_("Run its code"), "switch",
        N_("Lets Python code run that comes with the model; it can do anything you can."),
        at=_TORCH,
    ),
)  # fmt: skip
BY_ID = {field.id: field for field in FIELDS}


def fields_of(values: Mapping[str, Any]) -> list[Field]:
    """The rows that mean something for what runs the model."""
    backend = values.get("backend", "")
    url = values.get("url") or ""
    encrypted = not url or not is_plain(url)
    return [
        each
        for each in FIELDS
        if (not each.at or backend in each.at) and not (each.id == "plain_http" and encrypted)
    ]


def shown(field: Field, values: Mapping[str, Any]) -> str:
    """What is set there; "" where nothing is."""
    value = values.get(field.id)
    if value in (None, ""):
        return ""
    match field.kind:
        case "switch" | "maybe":
            return _("yes") if value else _("no")
        case "choice":
            called = dict(field.choices).get(value)
            return _(called) if called else str(value)
        case "whole":
            return f"{value:,}"
    return f"{value:g}" if isinstance(value, float) else str(value)


def brief(value: str) -> str:
    """A value as a row has room for it: paths and the names of models differ at their ends."""
    if cell_len(value) <= _ROOM:
        return value
    end = value
    while cell_len(end) >= _ROOM:
        end = end[1:]
    return f"…{end}"


def unset_told(field: Field, values: Mapping[str, Any]) -> str:
    """What stands in the place of a value that is not set."""
    if field.kind == "switch":
        return _("no")
    if field.id == "context_tokens":
        return _window(values.get("backend", ""))
    if field.id == "price_cached" and (kept := registry.kept_price(values.get("backend", ""))):
        return _("{percent} % of what is read").format(percent=round(kept.again * 100))
    if field.id == "url":
        home = registry.home(values.get("backend", ""))
        # A server of one's own has no provider: its usual address, where it has one.
        if not home or is_loopback(home):
            return home or "–"
    return _(field.unset)


def _window(backend: str) -> str:
    """What a model sees at once where nobody has set it."""
    if backend in _HERE:
        return _("as of the local model")
    tokens = registry.usual_window(backend)
    if not tokens:
        return _(BY_ID["context_tokens"].unset)
    if backend in _OFTEN_SILENT:
        return _("as the server says, else {tokens:,}").format(tokens=tokens)
    return _("as the model says, {tokens:,} at the most").format(tokens=tokens)


async def asked(
    house: "StoryforgeApp",
    field: Field,
    values: Mapping[str, Any],
    check: Check,
    *,
    offered: Sequence[Choice] = (),
) -> dict[str, Any] | None:
    """The change the author wants, by the field's name; None for none. A None unsets it.

    Args:
        offered: values to choose among, before one is typed.
    """
    value = values.get(field.id)
    label = _(field.label)
    match field.kind:
        case "switch":
            return {field.id: not value or None}
        case "maybe":
            after = {None: True, True: False, False: None}
            return {field.id: after[value]}
        case "choice":
            choices = [Choice(one, _(text)) for one, text in field.choices]
            chosen = await house.push_screen_wait(Choose(label, _(field.help), choices, at=value))
            return None if chosen is None else {field.id: chosen}
    if offered:
        choices = [*offered, Choice(_OTHER, _("Another …"))]
        chosen = await house.push_screen_wait(Choose(label, _(field.help), choices, at=value))
        if chosen != _OTHER:
            return None if chosen is None else {field.id: chosen}

    def wrong(given: str) -> str:
        read = meant(field, given)
        return read.wrong or check(field.id, read.value)

    unset = unset_told(field, values)
    stands = "" if value is None else f"{value:g}" if isinstance(value, float) else str(value)
    given = await house.push_screen_wait(
        AskText(label, _(field.help), stands, placeholder=unset, blank=True, wrong=wrong)
    )
    return None if given is None else {field.id: meant(field, given).value}


@dataclass(frozen=True, slots=True)
class Meant:
    """What was typed, read; or what is wrong with it."""

    value: Any
    wrong: str = ""


def meant(field: Field, given: str) -> Meant:
    """What a typed value means; nothing typed unsets it."""
    given = given.strip()
    if not given:
        return Meant(None)
    if field.kind == "whole":
        number = whole_number(given, signed=True)
        return Meant(number, "" if number is not None else _("That is no whole number."))
    if field.kind == "amount":
        cost = amount(given)
        return Meant(cost, "" if cost is not None else _("Write an amount as 1250 or as 1.25."))
    return Meant(given.rstrip("/") if field.id == "url" else given)
