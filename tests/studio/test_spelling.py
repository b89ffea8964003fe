"""Dictionaries of this machine, and the process that holds one."""

import asyncio
from pathlib import Path

import pytest

from storyforge.errors import StoryforgeError
from storyforge.studio import dictionaries
from storyforge.studio.dictionaries import Dictionary, find, folders
from storyforge.studio.spelling import Speller

_AFFIXES = "SET {encoding}\nTRY esianrtolcdugmphbyfvkw\nSFX S Y 1\nSFX S 0 s .\n"


def put(folder: Path, name: str, *words: str, encoding: str = "UTF-8") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.aff").write_text(_AFFIXES.format(encoding=encoding), encoding=encoding)
    lines = "\n".join([str(len(words)), *words])
    (folder / f"{name}.dic").write_text(lines + "\n", encoding=encoding)
    return folder / name


@pytest.fixture
def nowhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A machine without any dictionary but the one that came along."""
    monkeypatch.setenv("XDG_DATA_DIRS", str(tmp_path / "share"))
    monkeypatch.setattr(dictionaries, "_office_folders", lambda home: iter(()))
    monkeypatch.setenv("LANG", "C")
    monkeypatch.delenv("LC_ALL", raising=False)
    monkeypatch.delenv("LC_MESSAGES", raising=False)
    monkeypatch.delenv("DICPATH", raising=False)
    return tmp_path / "share" / "hunspell"


def test_a_fresh_machine_checks_english(nowhere: Path) -> None:
    found = find("en")
    assert found is not None
    assert found.came_along
    assert found.tag == "en_US"
    assert dictionaries.note(found, "en") == ""


def test_the_region_of_the_story_counts(nowhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(nowhere, "de_DE", "Haus")
    put(nowhere, "de_AT", "Haus")
    put(nowhere, "en_GB", "colour")
    assert [d.tag for d in (find("de-AT"), find("de"), find("en-GB"), find("en")) if d] == [
        "de_AT",
        "de_DE",
        "en_GB",
        "en_US",
    ]
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    assert getattr(find("en"), "tag", "") == "en_GB"


def test_another_region_is_better_than_none_and_is_told(nowhere: Path) -> None:
    put(nowhere, "de_CH", "Haus")
    found = find("de")
    assert found is not None
    assert found.tag == "de_CH"
    english = find("en-GB")
    assert english is not None
    assert english.came_along
    told = dictionaries.note(english, "en-GB")
    assert "en_US is used" in told
    assert "hunspell-en-gb" in told


def test_the_authors_own_folder_comes_first(nowhere: Path) -> None:
    put(nowhere, "de_DE", "Haus")
    mine = put(dictionaries.dictionaries_dir(), "de_DE", "Haus")
    assert getattr(find("de"), "path", None) == mine
    assert next(folders()) == mine.parent


def test_what_is_missing_is_said_with_what_to_install(nowhere: Path) -> None:
    assert find("de") is None
    told = dictionaries.why_none("de")
    assert "No spelling dictionary for German" in told
    assert str(dictionaries.dictionaries_dir()) in told
    assert find("ja") is None
    assert "Japanese is not checked" in dictionaries.why_none("ja")


def test_a_pair_without_its_affixes_is_no_dictionary(nowhere: Path) -> None:
    put(nowhere, "fr", "maison").with_suffix(".aff").unlink()
    put(nowhere, "frp", "meison")
    assert find("fr") is None


@pytest.fixture
def english() -> Dictionary:
    found = dictionaries._that_came_along()
    assert found is not None
    return found


@pytest.fixture(params=["hunspell", "port"])
def library(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    """Which library the child finds: a machine without Hunspell's has the port only."""
    if request.param == "port":
        away = tmp_path / "away"
        away.mkdir()
        (away / "hunspell.py").write_text("raise ImportError('no wheel for this machine')")
        monkeypatch.setenv("PYTHONPATH", str(away))
    return str(request.param)


async def test_both_libraries_read_the_same_dictionaries(library: str, tmp_path: Path) -> None:
    path = put(tmp_path, "xx", "lamp/S", "light/S", "wärter", encoding="ISO8859-1")
    speller = Speller(Dictionary(path, "xx"))
    try:
        assert await speller.wrong(["lamps", "wärter", "lampz"]) == {"lampz"}
        assert "lamp" in await speller.suggest("lampz")
    finally:
        await speller.close()


async def test_wrong_words_are_told_and_mended(english: Dictionary) -> None:
    speller = Speller(english)
    try:
        asked = ["lantern", "recieve", "don’t", "dont’t"]
        assert await speller.wrong(asked) == {"recieve", "dont’t"}
        assert "receive" in await speller.suggest("recieve")
        assert "don’t" in await speller.suggest("dno’t")
    finally:
        await speller.close()
        await speller.close()


async def test_letters_that_a_dictionary_cannot_write_are_not_its_business(tmp_path: Path) -> None:
    speller = Speller(Dictionary(put(tmp_path, "de_DE", "Haus", encoding="ISO8859-1"), "de_DE"))
    try:
        assert await speller.wrong(["Haus", "Huas", "灯台"]) == {"Huas"}
        assert await speller.suggest("灯台") == ()
    finally:
        await speller.close()


async def test_a_dictionary_in_a_folder_with_an_odd_name_is_read(tmp_path: Path) -> None:
    speller = Speller(Dictionary(put(tmp_path / "wör ter 辞書", "de_DE", "Haus"), "de_DE"))
    try:
        assert await speller.wrong(["Haus", "Huas"]) == {"Huas"}
    finally:
        await speller.close()


async def test_a_dictionary_that_is_gone_is_one_sentence(tmp_path: Path) -> None:
    speller = Speller(Dictionary(tmp_path / "gone", "xx"))
    with pytest.raises(StoryforgeError, match="cannot be used") as caught:
        await speller.wrong(["word"])
    assert "not concerned" in caught.value.hint


async def test_a_process_that_died_is_begun_anew(english: Dictionary) -> None:
    speller = Speller(english)
    try:
        assert await speller.wrong(["teh"]) == {"teh"}
        process = speller._process
        assert process is not None
        process.kill()
        await process.wait()
        with pytest.raises(StoryforgeError):
            await speller.wrong(["teh"])
        assert await speller.wrong(["teh"]) == {"teh"}
    finally:
        await speller.close()


async def test_the_process_ends_with_the_program(english: Dictionary) -> None:
    speller = Speller(english)
    try:
        await speller.wrong(["teh"])
        process = speller._process
        assert process is not None
        assert process.stdin is not None
        process.stdin.close()  # as the system does for a program that is gone
        assert await asyncio.wait_for(process.wait(), 20) == 0
    finally:
        await speller.close()
