import pytest

from storyforge.domain.providers import PROVIDERS, owner_of


@pytest.mark.parametrize(
    ("url", "owner"),
    [
        ("https://api.openai.com/v1", "openai"),
        ("https://API.OpenAI.com.:443/v1", "openai"),
        ("https://generativelanguage.googleapis.com/v1beta", "gemini"),
        ("https://openrouter.ai/api/v1", "openrouter"),
        ("https://aihorde.net/api", "horde"),
        # Not encrypted, another port, or only a name that looks like theirs: another address.
        ("http://api.openai.com/v1", "api.openai.com"),
        ("https://api.openai.com:8443/v1", "api.openai.com:8443"),
        ("https://api.openai.com@evil.example/v1", "evil.example"),
        ("https://api.openai.com.evil.example/v1", "api.openai.com.evil.example"),
        ("https://evil.example/api.openai.com", "evil.example"),
        ("http://localhost:8080/v1", "localhost:8080"),
        ("http://[::1]:5001", "[::1]:5001"),
        ("https://llm.example:443", "llm.example"),
        ("", ""),
        ("nonsense", ""),
        ("http://host:99999", ""),
    ],
)
def test_a_key_belongs_to_the_address_that_it_is_sent_to(url: str, owner: str) -> None:
    assert owner_of(url) == owner


def test_no_address_belongs_to_two_providers() -> None:
    hosts = [host for provider in PROVIDERS.values() for host in provider.hosts]
    variables = [name for provider in PROVIDERS.values() for name in provider.variables]
    assert len(set(hosts)) == len(hosts)
    assert len(set(variables)) == len(variables)
