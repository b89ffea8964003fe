import pytest

from storyforge import i18n
from storyforge.errors import BadInput

VARIABLES = ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")


@pytest.mark.parametrize(
    ("environment", "setting", "language"),
    [
        ({}, "auto", "en"),
        ({"LANG": "ja_JP.UTF-8"}, "auto", "ja"),
        ({"LANG": "ja_JP.UTF-8"}, "en", "en"),
        ({"LANG": "en_GB.UTF-8"}, "ja", "ja"),
        ({"LANG": "C.UTF-8", "LANGUAGE": "ja"}, "auto", "en"),
        ({"LC_ALL": "C", "LANG": "ja_JP.UTF-8"}, "auto", "en"),
        ({"LANG": "de_DE.UTF-8", "LANGUAGE": "de:ja:en"}, "auto", "ja"),
        ({"LANG": "de_DE.UTF-8", "LANGUAGE": "de:en:ja"}, "auto", "en"),
        ({"LC_MESSAGES": "ja", "LANG": "en_US"}, "auto", "ja"),
        ({"LANG": "fr_FR@euro"}, "auto", "en"),
        ({"LANG": "ja_JP.UTF-8"}, "klingon", "ja"),
    ],
)
def test_the_interface_speaks_as_set_or_as_the_system_asks(
    environment: dict[str, str], setting: str, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable in VARIABLES:
        monkeypatch.delenv(variable, raising=False)
    for variable, value in environment.items():
        monkeypatch.setenv(variable, value)
    assert i18n.interface_language(setting) == language


@pytest.mark.parametrize(
    ("locale", "tag"),
    [
        ("ja_JP.UTF-8", "ja"),
        ("en_GB.UTF-8", "en"),
        ("pt_BR.UTF-8", "pt-BR"),
        ("zh_TW.UTF-8", "zh-TW"),
        ("sr_RS@latin", "sr"),
        ("C.UTF-8", "en"),
        ("/usr/share/odd", "en"),
    ],
)
def test_a_new_story_is_in_the_language_of_the_locale(
    locale: str, tag: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable in VARIABLES:
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("LANG", locale)
    assert i18n.story_language() == tag


def test_the_languages_of_the_system_carry_their_regions(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in VARIABLES:
        monkeypatch.delenv(variable, raising=False)
    assert i18n.system_languages() == []
    monkeypatch.setenv("LANG", "pt_BR.UTF-8")
    assert i18n.system_languages() == ["pt_BR"]


@pytest.mark.parametrize(
    ("language", "told"),
    [("en", "There are none. Say which."), ("ja", "There are none.Say which.")],
)
def test_sentences_are_set_apart_as_the_language_does(
    language: str, told: str, english: None
) -> None:
    i18n.use_language(language)
    assert i18n.sentences(("", "There are none.", "", "Say which.")) == told
    assert i18n.sentences(()) == ""
    assert str(BadInput("There are none.", hint="Say which.")) == told
