"""Where things lie, and how the environment moves them."""

from pathlib import Path

import pytest

from storyforge import paths


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("CONFIG", paths.config_dir),
        ("DATA", paths.data_dir),
        ("CACHE", paths.cache_dir),
        ("STORIES", paths.stories_dir),
        ("PROMPTS", paths.prompts_dir),
    ],
)
def test_the_environment_moves_a_folder_at_any_time(
    name: str, place: object, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert callable(place)
    monkeypatch.setenv(f"STORYFORGE_{name}_DIR", "~/moved")
    assert place() == home / "moved"
    monkeypatch.setenv(f"STORYFORGE_{name}_DIR", "")
    assert place() != home / "moved"


def test_without_the_environment_everything_lies_in_the_authors_home(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("CONFIG", "DATA", "CACHE", "STORIES"):
        monkeypatch.delenv(f"STORYFORGE_{name}_DIR")
    for folder in (paths.config_dir(), paths.data_dir(), paths.cache_dir()):
        assert folder.is_relative_to(home)
        assert folder.name == "storyforge"
    assert paths.stories_dir() == home / "Documents" / "Stories"


def test_backups_lie_with_the_data_and_the_log_with_the_cache() -> None:
    assert paths.backups_dir().parent == paths.data_dir()
    assert paths.log_file().parent == paths.cache_dir()
    assert paths.config_file().parent == paths.config_dir()


def test_asking_where_makes_nothing(home: Path) -> None:
    for place in (paths.config_dir, paths.data_dir, paths.cache_dir, paths.stories_dir):
        place()
    assert list(home.iterdir()) == []


def test_prompts_are_those_beside_the_package_in_a_checkout() -> None:
    assert paths.prompts_dir() == Path(__file__).parents[1] / "prompts"


def test_a_setting_for_the_first_frame_comes_from_environment_then_file_then_default(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert paths.peek_setting("theme", "dark") == "dark"
    paths.config_dir().mkdir(parents=True)
    paths.config_file().write_text('theme = "light"\nshow_origin = true\n')
    assert paths.peek_setting("theme", "dark") == "light"
    monkeypatch.setenv("STORYFORGE_THEME", "dark")
    assert paths.peek_setting("theme", "light") == "dark"
    assert paths.peek_setting("show_origin", "no") == "no"


@pytest.mark.parametrize("content", [b"theme = [", b"\xff\xfe theme", b""])
def test_a_broken_file_gives_the_default_to_the_first_frame(content: bytes) -> None:
    paths.config_dir().mkdir(parents=True)
    paths.config_file().write_bytes(content)
    assert paths.peek_setting("theme", "dark") == "dark"


def test_the_home_of_nobody_is_a_path_like_others(home: Path) -> None:
    assert paths.at_home("~/models") == home / "models"
    assert paths.at_home(Path("~nobody-here/models")) == Path("~nobody-here/models")
