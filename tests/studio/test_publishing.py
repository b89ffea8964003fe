"""A text comes in, a draft leaves, and nothing is lost on the way through a real story file."""

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storyforge.domain.origin import Origin
from storyforge.domain.text import clean, one_line
from storyforge.errors import BadInput, Refused, StoryforgeError
from storyforge.importing.values import (
    ImportedChapter,
    ImportedScene,
    ImportOptions,
    ImportPreview,
)
from storyforge.store.story_file import StoryFile
from storyforge.studio import shelf
from storyforge.studio.exporting import draft_bytes, export_path, export_story
from storyforge.studio.publishing import import_story, preview_import

Shape = list[tuple[str, list[tuple[str, str]]]]


def shape_of(story: StoryFile) -> Shape:
    return [
        (c.title, [(s.title, story.scenes.load(s.id).text) for s in c.scenes])
        for c in story.outline().chapters
    ]


def preview_of(shape: Shape, title: str = "T") -> ImportPreview:
    chapters = tuple(
        ImportedChapter(name, tuple(ImportedScene(t, text) for t, text in scenes))
        for name, scenes in shape
    )
    return ImportPreview(title, "A", "en", chapters, ())


def write(path: Path, text: str) -> Path:
    path.write_text(text, "utf-8")
    return path


def test_a_markdown_file_becomes_a_story(tmp_path: Path) -> None:
    source = write(
        tmp_path / "light.md", "# The Light\n\n## Oil\n\nOne.\n\n***\n\nTwo.\n\n## Fog\n\nThree.\n"
    )
    with import_story(preview_import([source]), tmp_path / "light.forge") as story:
        assert story.outline().title == "The Light"
        assert shape_of(story) == [("Oil", [("", "One."), ("", "Two.")]), ("Fog", [("", "Three.")])]


def test_imported_words_are_known_as_imported(tmp_path: Path) -> None:
    source = write(tmp_path / "a.txt", "Words from elsewhere.")
    with import_story(preview_import([source]), tmp_path / "a.forge") as story:
        page = story.scenes.load(story.outline().scenes[0].id)
        assert [span.origin for span in page.provenance.spans] == [Origin.IMPORTED]
        assert page.provenance.length == len(page.text)


_texts = st.one_of(st.text(alphabet="a#*-= \\\n　。", max_size=30), st.text(max_size=30).map(clean))
_titles = st.text(max_size=8).map(one_line)
_shapes = st.lists(
    st.tuples(_titles, st.lists(st.tuples(_titles, _texts), min_size=1, max_size=3)),
    min_size=1,
    max_size=3,
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(_shapes)
def test_export_then_import_gives_the_same_story(
    tmp_path_factory: pytest.TempPathFactory, shape: Shape
) -> None:
    folder = tmp_path_factory.mktemp("round")
    with import_story(preview_of(shape), folder / "one.forge") as first:
        assert shape_of(first) == shape
        out = export_story(first, folder / "one.md")
    with import_story(preview_import([out]), folder / "two.forge") as second:
        assert shape_of(second) == shape
        assert (second.outline().title, second.outline().author) == ("T", "A")


def test_a_chapter_without_scenes_stays_one(tmp_path: Path) -> None:
    shape: Shape = [("Empty", []), ("Full", [("", "Text.")]), ("Empty too", [])]
    with import_story(preview_of(shape), tmp_path / "a.forge") as story:
        assert shape_of(story) == shape


def test_an_import_never_replaces_a_story(tmp_path: Path) -> None:
    path = tmp_path / "a.forge"
    StoryFile.create(path, title="Mine").close()
    with pytest.raises(Refused):
        import_story(preview_of([("", [("", "x")])]), path)
    with StoryFile.open(path) as story:
        assert story.outline().title == "Mine"


def test_an_import_that_fails_leaves_no_story(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise StoryforgeError("The disk is full.")

    monkeypatch.setattr("storyforge.studio.publishing._write", refuse)
    with pytest.raises(StoryforgeError):
        import_story(preview_of([("", [("", "x")])]), tmp_path / "a.forge")
    assert list(tmp_path.iterdir()) == []
    assert shelf.recent() == ()


def test_the_split_that_was_offered_is_made_when_asked_for(tmp_path: Path) -> None:
    paragraph = "word " * 99 + "end."
    source = write(tmp_path / "a.txt", "\n\n".join([paragraph] * 100))
    offered = preview_import([source])
    assert (offered.offer, len(offered.scenes)) == (3, 1)
    split = preview_import([source], ImportOptions(split_words=3000))
    assert (split.offer, len(split.scenes)) == (0, 3)
    assert "\n\n".join(scene.text for scene in split.scenes) == offered.scenes[0].text


def test_a_draft_lies_beside_its_story(tmp_path: Path) -> None:
    assert export_path(tmp_path / "a.b.forge") == tmp_path / "a.b.md"


def test_an_unknown_format_is_refused(tmp_path: Path) -> None:
    with StoryFile.create(tmp_path / "a.forge", title="A") as story, pytest.raises(BadInput):
        draft_bytes(story, form="pdf")


def test_an_export_never_replaces_a_file_unasked(tmp_path: Path) -> None:
    out = write(tmp_path / "a.md", "precious")
    with StoryFile.create(tmp_path / "a.forge", title="A") as story:
        with pytest.raises(Refused):
            export_story(story, out)
        assert out.read_text() == "precious"
        export_story(story, out, force=True)
    assert "title: A" in out.read_text("utf-8")


_FULL_DISK = """
import resource, sys
from pathlib import Path
from storyforge.errors import StoryforgeError
from storyforge.store.story_file import StoryFile
from storyforge.studio.exporting import export_story

story = StoryFile.open(Path(sys.argv[1]))
before = resource.getrlimit(resource.RLIMIT_FSIZE)
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, before[1]))
try:
    export_story(story, Path(sys.argv[2]), force=True)
except StoryforgeError as error:
    print(error.message)
finally:
    resource.setrlimit(resource.RLIMIT_FSIZE, before)  # whoever measures this process writes too
"""


@pytest.mark.parametrize("before", ["", "precious"])
def test_a_full_disk_leaves_what_was_there(tmp_path: Path, before: str) -> None:
    out = tmp_path / "out" / "a.md"
    out.parent.mkdir()
    if before:
        write(out, before)
    import_story(preview_of([("", [("", "x" * 5000)])]), tmp_path / "a.forge").close()
    told = subprocess.run(
        [sys.executable, "-c", _FULL_DISK, tmp_path / "a.forge", out],
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
        check=True,
    )
    assert "the disk is full" in told.stdout
    assert [entry.name for entry in out.parent.iterdir()] == (["a.md"] if before else [])
    assert not before or out.read_text() == before
