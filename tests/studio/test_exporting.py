"""A story leaves a real story file in every format, whole or not at all."""

import io
import zipfile
from pathlib import Path

import docx
import pytest
from odfdo import Document

from storyforge.domain.origin import Origin, Provenance
from storyforge.domain.story import Page
from storyforge.errors import BadInput, Refused
from storyforge.export.settings import ExportSettings
from storyforge.store.story_file import StoryFile
from storyforge.studio.exporting import (
    FORMATS,
    draft_bytes,
    export_path,
    export_story,
    keep_settings,
    settings_of,
)
from storyforge.studio.publishing import preview_import
from tests.export.stories import ENGLISH, JAPANESE, Chapters, png


def made(path: Path, chapters: Chapters, language: str = "en") -> StoryFile:
    story = StoryFile.create(path, title="The Light", author="Ana Moreau", language=language)
    first = story.outline().chapters[0]
    spare = [first.scenes[0].id]
    for index, (name, scenes) in enumerate(chapters):
        chapter = first.id if index == 0 else story.binder.add_chapter(name)
        story.binder.rename_chapter(chapter, name)
        for title, text in scenes:
            scene = spare.pop() if spare else story.binder.add_scene(chapter, title)
            story.binder.rename_scene(scene, title)
            provenance = Provenance.whole(len(text), Origin.TYPED)
            story.scenes.save(Page(scene, text, provenance))
    return story


def seen(form: str, data: bytes) -> str:
    """The words of a file, by the format's own reader."""
    if form == "docx":
        return "\n".join(one.text for one in docx.Document(io.BytesIO(data)).paragraphs)
    if form == "odt":
        return str(Document(io.BytesIO(data)).get_formatted_text())
    if form == "epub":
        archive = zipfile.ZipFile(io.BytesIO(data))
        return "".join(archive.read(name).decode() for name in archive.namelist() if "chap" in name)
    return data.decode()


@pytest.mark.parametrize("form", list(FORMATS))
def test_every_format_has_every_word(tmp_path: Path, form: str) -> None:
    with made(tmp_path / "a.forge", ENGLISH) as story:
        out = export_story(story, export_path(story.path, form=form), form=form)
    assert out == tmp_path / f"a{FORMATS[form].ending}"
    text = seen(form, out.read_bytes())
    for words in ("The Keeper", "The boat came in.", "Nobody at all.", "The Boat", "asleep."):
        assert words in text
    assert sorted(one.name for one in tmp_path.glob("*.new")) == []


@pytest.mark.parametrize("form", ["docx", "odt", "epub"])
def test_emphasis_readings_and_dots_come_back_from_a_book(tmp_path: Path, form: str) -> None:
    for chapters, language, marks in (
        (ENGLISH, "en", ("Mara *kept* the **light**.",)),
        (JAPANESE, "ja", ("｜小さな灯《ともしび》", "《《だけ》》を12回", "　*誰も*いない。")),
    ):
        with made(tmp_path / f"{language}.forge", chapters, language) as story:
            out = export_story(story, tmp_path / f"{language}.{form}", form=form)
        found = preview_import([out])
        titled = [chapter for chapter in found.chapters if chapter.title]
        assert [chapter.title for chapter in titled] == [name for name, _ in chapters]
        text = "\n".join(scene.text for chapter in titled for scene in chapter.scenes)
        for mark in marks:
            assert mark in text


@pytest.mark.parametrize("form", list(FORMATS))
def test_no_format_writes_over_a_file_unasked(tmp_path: Path, form: str) -> None:
    with made(tmp_path / "a.forge", ENGLISH) as story:
        out = export_path(story.path, form=form)
        out.write_text("precious")
        with pytest.raises(Refused):
            export_story(story, out, form=form)
        assert out.read_text() == "precious"
        export_story(story, out, form=form, force=True)
    assert out.read_bytes() != b"precious"


def test_texts_for_a_site_go_into_a_folder(tmp_path: Path) -> None:
    with made(tmp_path / "akari.forge", JAPANESE, "ja") as story:
        out = export_path(story.path, form="text", site="narou")
        settings = ExportSettings(site="narou")
        export_story(story, out, form="text", settings=settings)
        with pytest.raises(Refused):
            export_story(story, out, form="text", settings=settings)
    assert out == tmp_path / "akari narou"
    assert sorted(one.name for one in out.iterdir()) == ["01 夜.txt", "02 朝.txt"]
    assert "｜だ《・》｜け《・》" in (out / "01 夜.txt").read_text("utf-8")


def test_no_title_climbs_out_of_the_folder(tmp_path: Path) -> None:
    with made(tmp_path / "a.forge", [("../../evil", [("", "words")])]) as story:
        export_story(story, tmp_path / "out", form="text")
    assert [one.name for one in (tmp_path / "out").iterdir()] == ["01 evil.txt"]
    assert sorted(one.name for one in tmp_path.iterdir() if "forge" not in one.name) == ["out"]


def test_wishes_are_kept_with_the_story(tmp_path: Path) -> None:
    wishes = ExportSettings(heading="Chapter {number}: {title}", layout="classic", contact="Ana\nX")
    with made(tmp_path / "a.forge", ENGLISH) as story:
        assert settings_of(story) == ExportSettings()
        keep_settings(story, wishes)
    with StoryFile.open(tmp_path / "a.forge") as story:
        assert settings_of(story) == wishes
        text = seen("docx", draft_bytes(story, form="docx"))
    assert "Chapter 2: The Boat" in text


def test_markdown_is_always_the_whole_story_as_it_is(tmp_path: Path) -> None:
    wishes = ExportSettings(heading="{number}", chapters=("nix",), chapter_titles=False)
    with made(tmp_path / "a.forge", ENGLISH) as story:
        assert draft_bytes(story, settings=wishes) == draft_bytes(story)


@pytest.mark.parametrize("form", ["docx", "epub", "text"])
def test_chapters_that_are_gone_are_told(tmp_path: Path, form: str) -> None:
    wishes = ExportSettings(chapters=("gone",))
    refused = pytest.raises(BadInput, match="no chapter to export")
    with made(tmp_path / "a.forge", ENGLISH) as story, refused:
        export_story(story, tmp_path / "out", form=form, settings=wishes)
    assert not (tmp_path / "out").exists()


def test_columns_are_for_japanese_only(tmp_path: Path) -> None:
    wishes = ExportSettings(vertical=True)
    with made(tmp_path / "a.forge", ENGLISH) as story:
        assert b"vertical-rl" not in draft_bytes(story, form="html", settings=wishes)
    with made(tmp_path / "b.forge", JAPANESE, "ja") as story:
        assert b"vertical-rl" in draft_bytes(story, form="html", settings=wishes)


def test_a_cover_goes_into_the_book_or_nothing_is_written(tmp_path: Path) -> None:
    (tmp_path / "cover.png").write_bytes(png())
    with made(tmp_path / "a.forge", ENGLISH) as story:
        wishes = ExportSettings(cover=str(tmp_path / "cover.png"))
        out = export_story(story, tmp_path / "a.epub", form="epub", settings=wishes)
        assert "EPUB/cover.png" in zipfile.ZipFile(out).namelist()
        with pytest.raises(BadInput, match="cover"):
            export_story(
                story, tmp_path / "b.epub", form="epub", settings=wishes.changed(cover="nix.png")
            )
    assert not (tmp_path / "b.epub").exists()


def test_progress_is_heard_and_can_end_it(tmp_path: Path) -> None:
    def stop(done: int, total: int) -> None:
        assert (done, total) == (1, 2)
        raise InterruptedError

    with made(tmp_path / "a.forge", ENGLISH) as story, pytest.raises(InterruptedError):
        export_story(story, tmp_path / "a.docx", form="docx", progress=stop)
    assert not (tmp_path / "a.docx").exists()


def test_an_unknown_format_is_told(tmp_path: Path) -> None:
    with made(tmp_path / "a.forge", ENGLISH) as story:
        with pytest.raises(BadInput, match="pdf"):
            export_story(story, tmp_path / "a.pdf", form="pdf")
        with pytest.raises(BadInput, match="pdf"):
            export_path(story.path, form="pdf")


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("name", ["open.forge", "link.txt", "other.forge"])
def test_no_export_replaces_a_story(tmp_path: Path, form: str, name: str) -> None:
    made(tmp_path / "other.forge", ENGLISH).close()
    out = tmp_path / name
    with made(tmp_path / "open.forge", ENGLISH) as story:
        if name == "link.txt":
            out.symlink_to(story.path)
        before = out.read_bytes()
        with pytest.raises(Refused, match="left as it is"):
            export_story(story, out, form=form, force=True)
        assert out.read_bytes() == before


def test_in_text_commands_are_left_out_of_every_format_and_stay_in_markdown_if_asked(
    tmp_path: Path,
) -> None:
    text = "She kept the light.\n\n@_ weak: hear the sea\n\nFog came.@/* SECRET @*/ It went."
    with made(tmp_path / "a.forge", [("One", [("", text)])]) as story:
        told = {form: draft_bytes(story, form=form) for form in FORMATS}
        for form in ("docx", "odt", "epub"):
            with zipfile.ZipFile(io.BytesIO(told[form])) as archive:
                told[form] = b"".join(archive.read(name) for name in archive.namelist())
        for form, data in told.items():
            assert b"Fog came." in data, form
            assert not any(hidden in data for hidden in (b"weak", b"SECRET", b"@_")), form
        assert story.outline().scenes[0].counts.words == 8
        kept = draft_bytes(story, settings=ExportSettings(commands=True))
    (tmp_path / "a.md").write_bytes(kept)
    assert preview_import([tmp_path / "a.md"]).scenes[0].text == text
