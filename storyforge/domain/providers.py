"""Providers of models and their addresses: one's key never goes to another's. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from storyforge.domain.hosts import host_of


@dataclass(frozen=True, slots=True)
class Provider:
    """Whose key it is.

    Attributes:
        hosts: the hosts of its API.
        variables: of the environment, in which its key is usual.
        asks: it answers nobody without a key.
    """

    hosts: tuple[str, ...]
    variables: tuple[str, ...]
    asks: bool = True


PROVIDERS = {
    "anthropic": Provider(("api.anthropic.com",), ("ANTHROPIC_API_KEY",)),
    "deepseek": Provider(("api.deepseek.com",), ("DEEPSEEK_API_KEY",)),
    "gemini": Provider(
        ("generativelanguage.googleapis.com",), ("GEMINI_API_KEY", "GOOGLE_API_KEY")
    ),
    "groq": Provider(("api.groq.com",), ("GROQ_API_KEY",)),
    # Anonymous requests are answered last.
    "horde": Provider(("aihorde.net", "stablehorde.net"), ("AI_HORDE_API_KEY",), asks=False),
    "mistral": Provider(("api.mistral.ai",), ("MISTRAL_API_KEY",)),
    "ollama": Provider(("ollama.com",), ("OLLAMA_API_KEY",)),
    "openai": Provider(("api.openai.com",), ("OPENAI_API_KEY",)),
    "openrouter": Provider(("openrouter.ai",), ("OPENROUTER_API_KEY",)),
    "together": Provider(("api.together.xyz", "api.together.ai"), ("TOGETHER_API_KEY",)),
    "xai": Provider(("api.x.ai",), ("XAI_API_KEY",)),
}


#: of the environment: a key of whatever name
OWN_VARIABLE = "STORYFORGE_KEY_"
_VARIABLES = frozenset(each for provider in PROVIDERS.values() for each in provider.variables)


def without_keys(environment: Mapping[str, str]) -> dict[str, str]:
    """An environment for processes that have no business with keys: a model's code, a build."""
    return {
        name: value
        for name, value in environment.items()
        if name not in _VARIABLES and not name.startswith(OWN_VARIABLE)
    }


def owner_of(url: str) -> str:
    """Whose key goes to `url`: a provider's name at its own address, else the host and its port.

    A provider's address is an encrypted one. "" where there is no host.
    """
    host = host_of(url)
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return ""
    usual = {"https": 443, "http": 80}.get(parts.scheme.lower())
    if parts.scheme.lower() == "https" and port in (None, usual):
        for name, provider in PROVIDERS.items():
            if host in provider.hosts:
                return name
    named = f"[{host}]" if ":" in host else host
    return named if not host or port in (None, usual) else f"{named}:{port}"
