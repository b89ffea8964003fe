"""What servers that speak like OpenAI's call their samplers, and how to tell them apart. Pure.

They take the same request and pass over, or refuse, what they do not know. So each is told only
what it has.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from storyforge.backends.remote.drawing import drawn
from storyforge.domain.hosts import host_of, is_loopback
from storyforge.domain.model import RemoteSpec
from storyforge.domain.sampling import Sampling

_OPENAI = {
    "temperature": "temperature",
    "top_p": "top_p",
    "presence_penalty": "presence_penalty",
    "frequency_penalty": "frequency_penalty",
    "seed": "seed",
}
_NARROWING = {"top_k": "top_k", "min_p": "min_p"}
_LLAMA_CPP = {
    **_OPENAI,
    **_NARROWING,
    "dynamic_range": "dynatemp_range",
    "dynamic_exponent": "dynatemp_exponent",
    "typical_p": "typical_p",
    "top_n_sigma": "top_n_sigma",
    "xtc_probability": "xtc_probability",
    "xtc_threshold": "xtc_threshold",
    "dry_multiplier": "dry_multiplier",
    "dry_base": "dry_base",
    "dry_allowed_length": "dry_allowed_length",
    "dry_range": "dry_penalty_last_n",
    "repeat_penalty": "repeat_penalty",
    "repeat_range": "repeat_last_n",
    "mirostat_tau": "mirostat_tau",
    "mirostat_eta": "mirostat_eta",
}
_TEXTGEN = {
    **_OPENAI,
    **_NARROWING,
    "typical_p": "typical_p",
    "top_n_sigma": "top_n_sigma",
    "xtc_probability": "xtc_probability",
    "xtc_threshold": "xtc_threshold",
    "dry_multiplier": "dry_multiplier",
    "dry_base": "dry_base",
    "dry_allowed_length": "dry_allowed_length",
    "repeat_penalty": "repetition_penalty",
    "repeat_range": "repetition_penalty_range",
    "mirostat_tau": "mirostat_tau",
    "mirostat_eta": "mirostat_eta",
}
# llama-server's names for those of `sampling.ORDER` that are called otherwise there.
_ORDERED = {"typical_p": "typ_p"}


@dataclass(frozen=True, slots=True)
class Dialect:
    """One server's words.

    Attributes:
        samplers: the fields of `Sampling` that it has, and its names for them.
        mirostat: its name for mirostat's version; empty where it has none.
        breakers: its name for DRY's breakers, as a list; empty where it takes none.
        ordered: its samplers can be put in order.
        kwargs: values of the model's own template can be set.
        count: the path that counts tokens, and its name for the text.
        count_with: what is asked with it.
        above: that path is not below the base URL, but beside it.
        takes: how many answers it writes at once; more wait in its queue.
    """

    samplers: Mapping[str, str] = field(default_factory=lambda: _OPENAI)
    mirostat: str = ""
    breakers: str = ""
    ordered: bool = False
    kwargs: bool = False
    count: tuple[str, str] | None = None
    count_with: Mapping[str, Any] = field(default_factory=dict)
    above: bool = True
    takes: int = 8


_PLAIN = Dialect()
#: by what a profile's style may say
DIALECTS = {
    "openai": _PLAIN,
    "llama-server": Dialect(
        _LLAMA_CPP,
        mirostat="mirostat",
        breakers="dry_sequence_breakers",
        ordered=True,
        kwargs=True,
        count=("/tokenize", "content"),
        count_with={"add_special": False},
    ),
    "llama-cpp-python": Dialect(
        {
            **_OPENAI,
            **_NARROWING,
            "repeat_penalty": "repeat_penalty",
            "mirostat_tau": "mirostat_tau",
            "mirostat_eta": "mirostat_eta",
        },
        mirostat="mirostat_mode",
        count=("/extras/tokenize/count", "input"),
        # A second request ends the first.
        takes=1,
    ),
    "vllm": Dialect(
        {
            **_OPENAI,
            **_NARROWING,
            "repeat_penalty": "repetition_penalty",
            "min_tokens": "min_tokens",
        },
        kwargs=True,
        count=("/tokenize", "prompt"),
        count_with={"add_special_tokens": False},
    ),
    "lm-studio": Dialect({**_OPENAI, "top_k": "top_k", "repeat_penalty": "repeat_penalty"}),
    "text-generation-webui": Dialect(
        _TEXTGEN,
        mirostat="mirostat_mode",
        count=("/internal/token-count", "text"),
        above=False,
    ),
    "ollama": _PLAIN,
    "openrouter": Dialect({**_OPENAI, **_NARROWING, "repeat_penalty": "repetition_penalty"}),
}
# Who a model's owner is, in the list of models, where the server says so.
_OWNERS = {
    "llamacpp": "llama-server",
    "me": "llama-cpp-python",
    "vllm": "vllm",
    "organization_owner": "lm-studio",
    "user": "text-generation-webui",
    "library": "ollama",
}


def style_of(spec: RemoteSpec) -> str:
    """The server of `spec` by its address alone, where nobody has said more of it."""
    if spec.style in DIALECTS:
        return spec.style
    host = host_of(spec.url)
    return "openrouter" if host == "openrouter.ai" or host.endswith(".openrouter.ai") else "openai"


def dialect_of(spec: RemoteSpec) -> Dialect:
    """The words of its server."""
    return DIALECTS[style_of(spec)]


def told_by(owner: str) -> str:
    """The server whose models belong to `owner`; "" where that says nothing."""
    return _OWNERS.get(owner, "")


def can_count(spec: RemoteSpec) -> bool:
    """Whether its server counts, and is near enough to be asked a paragraph at a time."""
    return is_loopback(spec.url) and dialect_of(spec).count is not None


def samplers_of(spec: RemoteSpec) -> frozenset[str]:
    """The fields of `Sampling` that it honours."""
    dialect = dialect_of(spec)
    more = {"mirostat"} if dialect.mirostat else set()
    more |= {"dry_breakers"} if dialect.breakers else set()
    more |= {"order"} if dialect.ordered else set()
    return frozenset(dialect.samplers) | more


def told_samplers(spec: RemoteSpec, sampling: Sampling) -> dict[str, Any]:
    """How the next token is drawn, in its server's words."""
    dialect = dialect_of(spec)
    told = drawn(sampling, mirostat=bool(dialect.mirostat))
    body = {name: getattr(told, one) for one, name in dialect.samplers.items()}
    if dialect.mirostat:
        body[dialect.mirostat] = 2 if told.mirostat else 0
    if dialect.breakers:
        body[dialect.breakers] = list(told.dry_breakers)
    if dialect.ordered:
        body["samplers"] = [_ORDERED.get(name, name) for name in sampling.order]
    if style_of(spec) == "vllm" and body["top_k"] == 0:
        # Older versions take 0 for a mistake.
        body["top_k"] = -1
    return {name: value for name, value in body.items() if value is not None}
