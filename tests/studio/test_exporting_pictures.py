"""Chosen pictures leave with the story: beside Markdown, in a book, never in a manuscript."""

import base64
import io
import re
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import docx
import pytest
from odfdo import Document

from storyforge.domain.picture.orders import Order, Raster
from storyforge.domain.picture.pictures import Picture
from storyforge.errors import Refused
from storyforge.export.settings import ExportSettings
from storyforge.images import own_facts, png
from storyforge.store.story_file import StoryFile
from storyforge.studio.exporting import draft_bytes, export_story, pictures_folder
from storyforge.studio.publishing import preview_import
from tests.export.stories import ENGLISH
from tests.export.test_epubcheck import findings
from tests.studio.test_exporting import made

ALT = "A lighthouse [white] <tall> & old"
BOOK = ExportSettings(layout="book")


@pytest.fixture
def story(tmp_path: Path) -> Iterator[StoryFile]:
    """A story whose first scene with words has a chosen picture, and another one beside."""
    story = made(tmp_path / "The Light.forge", ENGLISH)
    scene = next(one.id for one in story.outline().scenes if story.scenes.load(one.id).text)
    for key, shade in (("chosen", 1), ("other", 2)):
        picture = Picture(
            key, scene, datetime.now(UTC), 16, 8, 1, prompt="secret", alt=ALT, chosen=shade == 1
        )
        data = own_facts.png_of(
            Raster(16, 8, bytes([shade]) * 384), Order("secret"), picture, "story"
        )
        story.pictures.add(picture, data)
    with story:
        yield story


def pages(story: StoryFile) -> list[tuple[str, list[tuple[str, str]]]]:
    return [
        (
            chapter.title,
            [(scene.title, story.scenes.load(scene.id).text) for scene in chapter.scenes],
        )
        for chapter in story.outline().chapters
    ]


def test_markdown_has_them_beside_and_comes_back_as_it_was(
    story: StoryFile, tmp_path: Path
) -> None:
    out = tmp_path / "a draft.md"
    export_story(story, out)
    folder = pictures_folder(out)
    (file,) = folder.iterdir()
    told = out.read_text("utf-8")
    assert "pictures: a draft-pictures\n" in told
    line = f"![A lighthouse \\[white\\] <tall> & old](a%20draft-pictures/{file.name})"
    assert told.count(f"\n\n{line}\n\n") == 1
    assert file.read_bytes() == story.pictures.read("chosen")
    assert (file.name[:12], len(file.name)) == (story.pictures.get("chosen").scene_id[:12], 16)
    back = preview_import([out])
    assert [(c.title, [(s.title, s.text) for s in c.scenes]) for c in back.chapters] == pages(story)
    with pytest.raises(Refused):
        export_story(story, out)
    export_story(story, out, force=True)
    assert [one.name for one in folder.iterdir()] == [file.name]
    (folder / "mine.txt").write_text("mine")
    with pytest.raises(Refused, match="other files"):
        export_story(story, out, force=True)
    assert (folder / "mine.txt").read_text() == "mine"


def test_they_can_be_left_out(story: StoryFile, tmp_path: Path) -> None:
    out = tmp_path / "draft.md"
    export_story(story, out, settings=ExportSettings(pictures=False))
    assert "![" not in out.read_text("utf-8")
    assert not pictures_folder(out).exists()
    assert b"![" not in draft_bytes(story)
    for form in ("html", "epub"):
        data = draft_bytes(story, form=form, settings=ExportSettings(pictures=False))
        assert b"<figure>" not in data
        assert b".png" not in data


def test_a_web_page_holds_them(story: StoryFile) -> None:
    told = draft_bytes(story, form="html").decode()
    (data,) = re.findall(r'<img src="data:image/png;base64,([^"]+)"', told)
    assert png.texts_of(base64.b64decode(data)) == {}
    assert 'alt="A lighthouse [white] &lt;tall&gt; &amp; old"' in told


def test_an_epub_holds_them_and_is_clean(story: StoryFile, tmp_path: Path) -> None:
    data = draft_bytes(story, form="epub")
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        (name,) = (name for name in book.namelist() if name.endswith(".png"))
        assert b"secret" not in book.read(name)
        assert png.texts_of(book.read(name)) == {}
    (tmp_path / "light.epub").write_bytes(data)
    assert findings(tmp_path / "light.epub") == []


def test_pages_for_readers_hold_them_and_manuscripts_do_not(story: StoryFile) -> None:
    word = docx.Document(io.BytesIO(draft_bytes(story, form="docx", settings=BOOK)))
    (shape,) = word.inline_shapes
    assert shape._inline.docPr.get("descr") == ALT
    assert shape.width == 2 * shape.height
    manuscript = docx.Document(io.BytesIO(draft_bytes(story, form="docx")))
    assert len(manuscript.inline_shapes) == 0
    text = Document(io.BytesIO(draft_bytes(story, form="odt", settings=BOOK)))
    (frame,) = text.body.get_frames()
    assert "Pictures/" in frame.serialize()
    assert ALT.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;") in frame.serialize()
    assert any(name.startswith("Pictures/") for name in text.get_parts())
    plain = Document(io.BytesIO(draft_bytes(story, form="odt")))
    assert plain.body.get_frames() == []
