from pathlib import Path

import pytest

from storyforge import paths
from storyforge.errors import BadInput
from storyforge.prompting import library

NOTHING: dict[str, object] = dict.fromkeys(("memory", "style", "note", "wish"), "") | {
    name: [] for name in ("plan", "lore_top", "lore", "summaries")
}
PART = {"kind": "story", "gap": ""}


def own(name: str, source: str) -> Path:
    """A template in the author's own folder."""
    file = paths.config_dir() / "prompts" / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(source, "utf-8")
    return file


def test_the_templates_that_ship_are_found() -> None:
    template = library.find("draft/opening", "en")
    titled = NOTHING | {"title": "Salt"}
    assert template.path == paths.prompts_dir() / "en/draft/opening.md.j2"
    assert template.render(**titled, author="", chapter="One") == "Salt\n\nOne\n\n"
    assert template.render(**titled, author="A. B.", chapter="") == "Salt\nby A. B.\n\n"


def test_a_language_without_prompts_falls_back_to_english() -> None:
    assert library.find("draft/continue", "fi").path.parent.parent.name == "en"


def test_a_japanese_story_is_opened_as_a_japanese_book() -> None:
    template = library.find("draft/opening", "ja-JP")
    titled = NOTHING | {"title": "灯台"}
    assert template.path == paths.prompts_dir() / "ja/draft/opening.md.j2"
    assert template.render(**titled, author="安部", chapter="一") == "灯台\n安部\n\n一\n\n"
    assert template.render(**titled, author="", chapter="") == "灯台\n\n"


def test_a_japanese_storys_scenes_stand_apart_as_in_japanese_books() -> None:
    template = library.find("draft/continue", "ja")
    scenes = [
        {"parts": [PART | {"text": "　霧が出た。"}], "opens_chapter": "一", "cut": False},
        {"parts": [PART | {"text": "　灯が消えた。"}], "opens_chapter": "", "cut": False},
    ]
    untitled = NOTHING | {"title": "", "author": ""}
    told = template.render(**untitled, scenes=scenes)
    assert told == "一\n\n　霧が出た。\n\n　　　＊\n\n　灯が消えた。"
    cut = [{**scenes[1], "cut": True}, {**scenes[0], "opens_chapter": "二"}]
    assert template.render(**untitled, scenes=cut).startswith("　灯が消えた。\n\n二\n\n")


def test_every_language_has_every_prompt() -> None:
    roots = [folder for folder in paths.prompts_dir().iterdir() if folder.is_dir()]
    names = [{str(file.relative_to(root)) for file in root.rglob("*.j2")} for root in roots]
    assert len(names) >= 2
    assert all(found == names[0] for found in names)


def test_the_authors_own_prompt_comes_first() -> None:
    file = own("en/draft/opening.md.j2", "{{ title }}!")
    template = library.find("draft/opening", "en-GB")
    assert template.path == file
    assert template.render(title="Salt") == "Salt!"


def test_the_storys_language_comes_before_the_authors_english() -> None:
    own("en/draft/opening.md.j2", "english")
    own("ja/draft/opening.md.j2", "日本語")
    assert library.find("draft/opening", "ja_JP").render() == "日本語"


def test_a_changed_prompt_is_used_at_once_and_has_another_hash() -> None:
    own("en/draft/opening.md.j2", "one\n")
    first = library.find("draft/opening", "en")
    own("en/draft/opening.md.j2", "two\n")
    second = library.find("draft/opening", "en")
    assert (first.render(), second.render()) == ("one\n", "two\n")
    assert first.hash != second.hash
    assert len(first.hash) == 16


def test_a_prompt_that_does_not_exist_is_bad_input() -> None:
    with pytest.raises(BadInput, match="draft/dance"):
        library.find("draft/dance", "en")


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("fine\n{% if %}\n", 2),
        ("fine\n\n{{ nowhere }}\n", 3),
        ("{{ title }}\n{{ title.foo.bar }}\n", 2),
        ("{{ title }}\n{{ 1 / 0 }}\n", 2),
        ("\n{% include 'other' %}", 2),
        ("a\n{{ title.__class__.__mro__ }}", 2),
        ("a\n{% for n in range(10 ** 9) %}{% endfor %}", 2),
    ],
)
def test_a_fault_names_file_and_line(source: str, line: int) -> None:
    file = own("en/draft/opening.md.j2", source)
    with pytest.raises(BadInput) as caught:
        library.find("draft/opening", "en").render(title="Salt")
    assert f"{file}, line {line}," in caught.value.message
    assert caught.value.hint


def test_a_prompt_in_another_encoding_is_said() -> None:
    file = own("en/draft/opening.md.j2", "")
    file.write_bytes("café".encode("utf-16"))
    with pytest.raises(BadInput, match="cannot be read"):
        library.find("draft/opening", "en")


def test_an_empty_prompt_folder_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STORYFORGE_PROMPTS_DIR", str(tmp_path))
    with pytest.raises(BadInput, match="not found"):
        library.find("draft/continue", "en")
