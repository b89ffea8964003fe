import pytest

from storyforge.domain.hosts import host_of, is_loopback, is_plain, shown


@pytest.mark.parametrize(
    "url",
    [
        "http://localhost:8080/v1", "http://LOCALHOST", "http://localhost./x",
        "http://127.0.0.1:5001", "http://127.8.9.1", "https://[::1]:8080/v1", "http://0.0.0.0:1",
        "http://[::ffff:127.0.0.1]/",
    ],
)  # fmt: skip
def test_a_url_that_leads_to_this_machine(url: str) -> None:
    assert is_loopback(url)
    assert not is_plain(url)


@pytest.mark.parametrize(
    "url",
    [
        "http://api.example.com", "http://192.168.1.10:8080/v1", "http://localhost.example.com",
        "http://127.0.0.1.example.com", "http://127.0.0.1@example.com/", "http://[::storyforge",
        "http://", "", "example.com", "http://ollama.localhost",
    ],
)  # fmt: skip
def test_a_url_that_leads_elsewhere_unencrypted(url: str) -> None:
    assert not is_loopback(url)
    assert is_plain(url)


def test_an_encrypted_way_is_not_plain() -> None:
    assert not is_plain("HTTPS://api.example.com/v1")


def test_a_host_is_told_in_small_letters_and_without_its_port() -> None:
    assert host_of("https://API.Example.com.:443/v1") == "api.example.com"
    assert host_of("no url") == ""


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("https://me:secret@api.example.com:8443/v1?key=secret#x", "https://api.example.com:8443/v1"),
        ("http://127.0.0.1:8080/v1", "http://127.0.0.1:8080/v1"),
        ("http://me:secret@[::storyforge", "[::storyforge"),
        ("no url", "no url"),
    ],
)  # fmt: skip
def test_no_password_in_a_url_is_shown(url: str, told: str) -> None:
    assert shown(url) == told
