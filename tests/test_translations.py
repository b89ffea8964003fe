"""The translations of the interface are whole, and the program speaks them."""

import os
import re
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.plurals import get_plural

from storyforge import i18n
from tests import pseudo, words
from tests.cli.command import finished

LANGUAGES = i18n.INTERFACES[1:]
_FIELD = re.compile(r"\{(\w*)((?:![rsa])?(?::[^{}]*)?)\}")
#: words that stay as they are in every language
_FULL_WIDTH = "（）「」、。"
_KEPT = re.compile(
    r"(?<![A-Za-z])(?:Ctrl|Shift|Alt)\+[A-Z0-9][A-Za-z0-9]*|(?<![A-Za-z])F\d+|(?<![A-Za-z-])--[a-z][a-z0-9-]+"
)
_KANA_OR_KANJI = re.compile(r"[\u3041-\u30ff\u3400-\u9fff]")


def file_of(language: str) -> Path:
    return i18n.locale_dir() / language / "LC_MESSAGES" / "storyforge.po"


def messages(language: str) -> list[Message]:
    return [message for message in words.translated(file_of(language)) if message.id]


def sources(message: Message) -> tuple[str, ...]:
    return tuple(message.id) if isinstance(message.id, tuple | list) else (str(message.id),)


def strings(message: Message) -> tuple[str, ...]:
    told = message.string
    return tuple(told) if isinstance(told, tuple | list) else (str(told or ""),)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_has_exactly_the_templates_messages(language: str) -> None:
    # On a difference: make words, then translate what it names.
    assert {m.id for m in messages(language)} == {m.id for m in words.catalogue() if m.id}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_message_waits_for_a_translation(language: str) -> None:
    assert list(words.untranslated(file_of(language))) == []
    assert [m.id for m in messages(language) if m.fuzzy] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_placeholders_and_their_formats_are_kept(language: str) -> None:
    wrong = []
    for message in messages(language):
        # A singular may say “one” where the plural has a number: the plural tells what there is.
        wanted = sorted(set(_FIELD.findall(sources(message)[-1])))
        plain = len(sources(message)) == 1
        for told in strings(message):
            found = sorted(set(_FIELD.findall(told)))
            if found != wanted and (plain or not set(found) <= set(wanted)):
                wrong.append((message.id, told))
    assert wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_number_of_things_has_its_form(language: str) -> None:
    forms = get_plural(language).num_plurals
    counted = [m for m in messages(language) if len(sources(m)) == 2]
    assert counted
    assert [m.id for m in counted if len(strings(m)) != forms] == []


def test_japanese_has_one_form_and_it_says_the_number() -> None:
    assert get_plural("ja").num_plurals == 1
    silent = [
        m.id
        for m in messages("ja")
        if len(sources(m)) == 2
        and _FIELD.findall(sources(m)[1]) != []
        and not _FIELD.search(strings(m)[0])
    ]
    assert silent == []


def _framed(source: str, told: str) -> bool:
    """Whether blanks and newlines at both ends are the source's; full-width signs need no blank."""
    before = source[: len(source) - len(source.lstrip(" \n"))]
    behind = source[len(source.rstrip(" \n")) :]
    if told[0] in _FULL_WIDTH:
        before = before.rstrip(" ")
    if told[-1] in _FULL_WIDTH:
        behind = behind.lstrip(" ")
    return told.startswith(before) and told.endswith(behind)


@pytest.mark.parametrize("language", LANGUAGES)
def test_keys_options_and_blanks_are_kept(language: str) -> None:
    wrong = []
    for message in messages(language):
        for source, told in zip(sources(message)[-1:], strings(message), strict=True):
            kept = set(_KEPT.findall(source)) <= set(_KEPT.findall(told))
            if not (kept and _framed(source, told) and source.count("\b") == told.count("\b")):
                wrong.append((source, told))
    assert wrong == []


def test_a_japanese_sentence_is_japanese() -> None:
    # Three English words, and no Japanese sign: nobody translated it. Names of settings may stay.
    plain = [
        m.id
        for m in messages("ja")
        if not str(m.id).startswith(("tmux {version}", "torch {torch}"))
        for told in strings(m)
        if len(pseudo.plain_words(_FIELD.sub(" ", told))) > 2 and not _KANA_OR_KANJI.search(told)
    ]
    assert plain == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_compiled_catalogue_is_that_of_the_translation(language: str) -> None:
    # On a difference: make words.
    file = file_of(language)
    assert file.with_suffix(".mo").read_bytes() == words.compiled(file)


@pytest.mark.parametrize(
    ("environment", "settings", "japanese"),
    [
        ({"LANG": "ja_JP.UTF-8"}, "", True),
        ({"LANG": "C.UTF-8"}, 'interface = "ja"\n', True),
        ({"LANG": "ja_JP.UTF-8"}, 'interface = "en"\n', False),
        ({"LANG": "de_DE.UTF-8", "LANGUAGE": "de:ja"}, "", True),
        ({"LANG": "C.UTF-8", "STORYFORGE_INTERFACE": "ja"}, "", True),
        ({"LANG": "C.UTF-8"}, "", False),
    ],
)
def test_a_real_process_speaks_by_the_setting_or_the_locale(
    home: Path, environment: dict[str, str], settings: str, japanese: bool
) -> None:
    config = home / "config" / "settings.toml"
    config.parent.mkdir(parents=True, exist_ok=True)
    config.write_text(settings, "utf-8")
    told = finished("show", "nowhere.forge", env={**os.environ, **environment})
    assert told.status == 1
    assert bool(_KANA_OR_KANJI.search(told.err)) is japanese


def test_the_help_of_a_japanese_terminal_is_japanese_and_fits_it() -> None:
    from rich.cells import cell_len

    help_ = finished("--help", env={**os.environ, "LANG": "ja_JP.UTF-8", "COLUMNS": "80"}).out
    for english in ("Usage", "Options", "Commands", "Show this message", "Install completion"):
        assert english not in help_
    assert all(cell_len(line) <= 80 for line in help_.splitlines())
