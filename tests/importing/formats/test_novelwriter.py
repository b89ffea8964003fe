"""novelWriter projects, as a folder and as a zip."""

from pathlib import Path

import pytest

from storyforge.domain.cards import Card, Status
from storyforge.errors import BadInput
from storyforge.importing.formats.novelwriter_text import heading_of, note_of, page_line
from storyforge.importing.reading import preview_import
from storyforge.importing.values import ImportOptions
from tests.importing import samples
from tests.importing.formats.shapes import shape
from tests.importing.previewing import preview_bytes

EXPECTED = [
    ("", [("", "By Mara")]),
    (
        "Part One · Oil",
        [
            ("", ""),
            ("The log", "She *kept* the **light****!**\n\nMore."),
            ("Later", "Fog came."),
        ],
    ),
    ("Part One · Interlude", [("", "Quiet.")]),
]


def project(folder: Path) -> Path:
    for name, text in samples.novelwriter_parts().items():
        path = folder / "light" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(str(text), "utf-8")
    return folder / "light"


def test_a_zip_of_a_project_comes_in() -> None:
    found = preview_bytes(samples.novelwriter(), "project.zip")
    assert (found.title, found.author, found.language) == ("The Light", "Mara", "en")
    assert shape(found) == EXPECTED


def test_the_folder_and_its_list_give_the_same(tmp_path: Path) -> None:
    folder = project(tmp_path)
    for path in (folder, folder / "nwProject.nwx"):
        found = preview_import([path])
        assert shape(found) == EXPECTED
        assert [kept.name for kept in found.attachments] == ["On- structure.md", "light.zip"]
    again = preview_bytes(found.attachments[1].data, "light.zip")
    assert shape(again) == EXPECTED


def test_what_stands_beside_the_text_goes_to_the_cards() -> None:
    scenes = preview_bytes(samples.novelwriter(), "project.zip").scenes
    cards = [scene.card for scene in scenes]
    label = "2nd Draft"
    assert cards[0] == Card("", Status.IDEA)
    assert label not in {card.label for card in cards}
    assert cards[1] == Card("", Status.REVISED, notes="Synopsis: It runs out.")
    assert cards[2].notes == "@pov: Jane\nthink of the seals"
    assert cards[3].notes == "Footnote f1: A note."


def test_people_become_lore_and_notes_attachments() -> None:
    found = preview_bytes(samples.novelwriter(), "project.zip")
    [jane] = found.lore
    assert (jane.title, jane.keys, jane.content) == ("Jane", ("Jane", "Jane Smith"), "She is tall.")
    assert jane.category == "character"
    assert found.attachments[0].data == b"# Structure\n\nThree acts."
    assert any("“Old” (not part of the manuscript)" in note for note in found.notes)


def test_the_author_may_take_parts_for_chapters() -> None:
    found = preview_bytes(samples.novelwriter(), "project.zip", ImportOptions(chapter_level=1))
    assert [c.title for c in found.chapters] == ["", "Part One"]


def test_a_text_that_is_listed_and_gone_is_named() -> None:
    parts = samples.novelwriter_parts()
    del parts["content/0000000000004.nwd"]
    found = preview_bytes(samples.packed(parts), "project.zip")
    assert any("Scene (0000000000004)" in note for note in found.notes)


def test_items_that_are_their_own_parents_are_read_all_the_same() -> None:
    parts = samples.novelwriter_parts()
    ring = str(parts["nwProject.nwx"]).replace('parent="0000000000003"', 'parent="0000000000004"')
    parts["nwProject.nwx"] = ring
    found = preview_bytes(samples.packed(parts), "project.zip")
    assert "The log" in {scene.title for scene in found.scenes}


def test_a_text_that_is_no_utf_8_is_refused_with_the_byte() -> None:
    parts = samples.novelwriter_parts() | {"content/0000000000004.nwd": b"### A\n\n\xff"}
    with pytest.raises(BadInput, match=r"content/0000000000004\.nwd, byte 7"):
        preview_bytes(samples.packed(parts), "project.zip")


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("_so_ and snake_case_name", "*so* and snake_case_name"),
        ("**_both_**", "***both***"),
        ("[i]so[/i] [B]so[/B] [u]so[/u]", "*so* **so** so"),
        (">> centred <<", "centred"),
        ("> quoted <", "quoted"),
        ("one[br]two", "one\ntwo"),
        ("[newpage]", ""),
        ("[vspace:2]", ""),
        ("word[footnote:f1].", "word."),
        ("　全角。", "　全角。"),
    ],
)
def test_lines_lose_their_shortcodes(line: str, text: str) -> None:
    assert page_line(line) == text


def test_headings_and_notes_are_told_apart() -> None:
    assert heading_of("#! Title") == (1, "Title", True)
    assert heading_of("##! Prologue") == (2, "Prologue", False)
    assert heading_of("#### Section") == (4, "Section", False)
    assert heading_of("##### No") is None
    assert heading_of("## ") is None
    assert note_of("%Short: So.") == "Synopsis: So."
    assert note_of("%Story.time: night") == "story.time: night"
    assert note_of("%~ left out") == "left out"
