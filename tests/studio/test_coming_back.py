"""What our own exports say, our own import hears: the text comes back by every format."""

from dataclasses import replace
from pathlib import Path

import pytest

from storyforge.domain.cards import Card, Status
from storyforge.domain.lore import LoreEntry
from storyforge.domain.origin import Origin, PlaceKind
from storyforge.export.settings import ExportSettings
from storyforge.export.wording import _WORDS as LANGUAGES
from storyforge.importing.values import (
    ImportedAttachment,
    ImportedChapter,
    ImportedComment,
    ImportedScene,
    ImportPreview,
)
from storyforge.studio.exporting import export_story
from storyforge.studio.publishing import import_story, preview_import

ENGLISH = (
    (
        "Oil",
        (
            "She kept the *light* for **years**.\n\n“Well?” he said. 2 * 3 = 6_a.",
            "Fog came.\n\nA rose\nis a rose.\n\n\nLater.\n\nMore fog.",
        ),
    ),
    ("Fog", ("Gone.", "More.")),
)
JAPANESE = (
    ("第一章　灯台", ("　｜漢字《かんじ》を書く。\n「はい」\n\n　《《強》》い。", "　二。")),
    ("第二章", ("　三。\n　四。",)),
)
Told = tuple[tuple[str, tuple[str, ...]], ...]


def of(told: Told, language: str) -> ImportPreview:
    chapters = tuple(
        ImportedChapter(title, tuple(ImportedScene("", text) for text in texts))
        for title, texts in told
    )
    return ImportPreview("The Light", "Mara Skerry", language, chapters, ())


@pytest.mark.parametrize("form", ["docx", "odt", "html", "epub"])
@pytest.mark.parametrize(("told", "language"), [(ENGLISH, "en"), (JAPANESE, "ja")])
def test_an_export_comes_back(tmp_path: Path, form: str, told: Told, language: str) -> None:
    with import_story(of(told, language), tmp_path / "a.forge") as story:
        out = export_story(story, tmp_path / f"a.{form}", form=form)
    found = preview_import([out])
    assert (found.title, found.author, found.language) == ("The Light", "Mara Skerry", language)
    assert tuple((c.title, tuple(s.text for s in c.scenes)) for c in found.chapters) == told


@pytest.mark.parametrize("form", ["docx", "odt"])
def test_an_underlined_manuscript_comes_back_with_its_emphasis(tmp_path: Path, form: str) -> None:
    wishes = ExportSettings(layout="classic")
    with import_story(of(ENGLISH, "en"), tmp_path / "a.forge") as story:
        out = export_story(story, tmp_path / f"a.{form}", form=form, settings=wishes)
    found = preview_import([out])
    assert tuple((c.title, tuple(s.text for s in c.scenes)) for c in found.chapters) == ENGLISH


@pytest.mark.parametrize("language", sorted(LANGUAGES))
@pytest.mark.parametrize("form", ["docx", "odt"])
def test_the_word_behind_the_last_line_stays_out_in_every_language(
    tmp_path: Path, form: str, language: str
) -> None:
    told = (("1", ("2.", "3.")), ("4", ("5.",)))
    with import_story(of(told, language), tmp_path / "a.forge", language=language) as story:
        out = export_story(story, tmp_path / f"a.{form}", form=form)
    found = preview_import([out])
    assert tuple((c.title, tuple(s.text for s in c.scenes)) for c in found.chapters) == told


def test_everything_beside_the_text_is_kept_with_the_story(tmp_path: Path) -> None:
    scene = ImportedScene(
        "Fog",
        "Fog came. It went.",
        Card("Mara", Status.DRAFT, notes="Why?"),
        (ImportedComment(0, 3, "Anna: thick?"),),
        ((4, 8), (10, 12)),
    )
    preview = replace(
        of((), "en"),
        chapters=(ImportedChapter("One", (scene,)),),
        memory="1893",
        author_note="slow",
        lore=(LoreEntry("1", "Mara", ("mara",), "Forty."), LoreEntry("2", "Fog")),
        attachments=(ImportedAttachment("a.json", "application/json", b"{}", "a save"),),
    )
    with import_story(preview, tmp_path / "a.forge") as story:
        [head] = story.outline().scenes
        page = story.scenes.load(head.id)
        assert [(s.length, s.origin) for s in page.provenance.spans] == [
            (4, Origin.IMPORTED),
            (4, Origin.MODEL),
            (2, Origin.IMPORTED),
            (2, Origin.MODEL),
            (6, Origin.IMPORTED),
        ]
        [anchor] = page.provenance.places
        assert (anchor.kind, anchor.start, anchor.end) == (PlaceKind.COMMENT, 0, 3)
        [comment] = story.comments.of_scene(head.id)
        assert (comment.id, comment.text) == (anchor.id, "Anna: thick?")
        card = story.cards.get(head.id)
        assert (card.label, card.status, card.notes) == ("Mara", Status.DRAFT, "Why?")
        assert story.context.texts() == {"memory": "1893", "author_note": "slow"}
        assert [entry.title for entry in story.context.lore()] == ["Mara", "Fog"]
        [kept] = story.attachments.list()
        assert (kept.name, story.attachments.read(kept.id)) == ("a.json", b"{}")


def test_a_file_without_text_still_brings_what_stands_beside_it(tmp_path: Path) -> None:
    preview = replace(of((), "en"), memory="1893")
    with import_story(preview, tmp_path / "a.forge") as story:
        assert len(story.outline().scenes) == 1
        assert story.context.text("memory") == "1893"


def test_an_import_says_how_far_it_is_and_can_be_stopped(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    import_story(
        of(ENGLISH, "en"), tmp_path / "a.forge", progress=lambda *d: told.append(d)
    ).close()
    assert told == [(1, 4), (2, 4), (3, 4), (4, 4)]

    class Stop(Exception):
        pass

    def stop(done: int, _total: int) -> None:
        if done == 3:
            raise Stop

    with pytest.raises(Stop):
        import_story(of(ENGLISH, "en"), tmp_path / "b.forge", progress=stop)
    assert [path.name for path in tmp_path.iterdir()] == ["a.forge"]
