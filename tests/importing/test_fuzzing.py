"""Every importer under spoiled files: a sentence or a sound preview, never a crash or a hang.

2,000 spoiled versions of a real small file for each format, and files that hypothesis spoils. What
can be read is a sound value; what is imported of it is a whole story.
"""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storyforge.domain.text import clean, one_line
from storyforge.errors import StoryforgeError
from storyforge.importing.values import ImportedScene, ImportPreview
from storyforge.store.story_file import StoryFile
from storyforge.studio.publishing import import_story
from tests.importing import samples
from tests.importing.mutating import mutants
from tests.importing.previewing import preview_bytes
from tests.lorebooks import samples as lore

#: seconds of work, not of the clock, that one file may cost
LONGEST = 5.0
SPOILED = 2000
#: of so many that can be read, one is imported
_IMPORTED = 150


class HungError(BaseException):
    """A file kept an importer busy for too long."""


@contextmanager
def no_hang() -> Iterator[None]:
    """Raises out of whatever runs after `LONGEST` seconds of this process's own time."""

    def ring(_number: int, _frame: FrameType | None) -> None:
        raise HungError

    before = signal.signal(signal.SIGVTALRM, ring)
    signal.setitimer(signal.ITIMER_VIRTUAL, LONGEST)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def read(data: bytes, name: str) -> ImportPreview | None:
    """The preview of a file, checked; None for a file that was refused in a sentence."""
    preview, refused = None, ""
    try:
        with no_hang():
            preview = preview_bytes(data, name)
    except StoryforgeError as error:
        refused = error.message
    assert refused == one_line(refused)
    assert bool(refused) == (preview is None)
    if preview is not None:
        check(preview)
    return preview


def check(preview: ImportPreview) -> None:
    """What every preview promises, whatever it was read from."""
    for line in (preview.title, preview.author, *preview.notes):
        assert line == one_line(line)
    assert preview.memory == clean(preview.memory)
    assert preview.author_note == clean(preview.author_note)
    for chapter in preview.chapters:
        assert chapter.title == one_line(chapter.title)
        for scene in chapter.scenes:
            check_scene(scene)
    for entry in preview.lore:
        assert entry.title == one_line(entry.title)
        assert entry.content == clean(entry.content)


def check_scene(scene: ImportedScene) -> None:
    assert scene.text == clean(scene.text)
    assert scene.title == one_line(scene.title)
    assert scene.card.notes == clean(scene.card.notes)
    at = 0
    for start, end in scene.model:
        assert at <= start < end <= len(scene.text)
        at = end
    assert all(0 <= one.start <= one.end <= len(scene.text) for one in scene.comments)


def import_whole(preview: ImportPreview, folder: Path) -> None:
    """The story comes whole, alone in its folder, and goes again."""
    path = folder / "a.forge"
    import_story(preview, path).close()
    assert [entry.name for entry in folder.iterdir()] == ["a.forge"]
    with StoryFile.open(path) as story:
        texts = [story.scenes.load(head.id).text for head in story.outline().scenes]
        assert texts == [scene.text for scene in preview.scenes] or not preview.scenes
        assert len(story.attachments.list()) == len(preview.attachments)
    path.unlink()


@pytest.mark.parametrize("name", list(samples.ALL))
def test_spoiled_files_are_read_or_refused(name: str, tmp_path: Path) -> None:
    data = samples.ALL[name]()
    assert read(data, name) is not None
    sound = 0
    for spoiled in mutants(name, data, SPOILED, seed=len(data)):
        preview = read(spoiled, name)
        if preview is not None:
            sound += 1
            if sound % _IMPORTED == 0:
                import_whole(preview, tmp_path)
    # Most of what is spoiled must get past the first look, or nothing was tried.
    assert sound > SPOILED // 20


_edits = st.lists(
    st.tuples(st.floats(0, 1), st.integers(0, 40), st.binary(max_size=12)), min_size=1, max_size=5
)


@pytest.mark.parametrize("name", list(samples.ALL))
@settings(max_examples=100, deadline=None)
@given(edits=_edits)
def test_whatever_stands_in_a_file_is_read_or_refused(
    name: str, edits: list[tuple[float, int, bytes]]
) -> None:
    data = samples.ALL[name]()
    for where, length, put in edits:
        at = int(where * len(data))
        data = data[:at] + put + data[at + length :]
    read(data, name)


_leaves = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8), st.just("[1")
)
_values: st.SearchStrategy[Any] = st.recursive(
    _leaves,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner),
    max_leaves=6,
)
_SAVES = {
    "one.json": samples.koboldai_value(),
    "two.json": samples.koboldai_2_value(),
    "light.story": samples.novelai_value(),
    "session.json": samples.mikupad_value(),
    "light.scenario": samples.scenario_value(),
    "skerry.json": lore.WORLD_INFO,
    "skerry.lorebook": lore.NOVELAI,
    "mara.json": lore.V2,
}


@pytest.mark.parametrize("name", list(_SAVES))
@settings(max_examples=250, deadline=None)
@given(data=st.data())
def test_any_value_may_stand_in_any_field(name: str, data: st.DataObject) -> None:
    save = samples.copied(_SAVES[name])
    holder: Any = save
    while True:
        inner = holder if isinstance(holder, dict) else dict(enumerate(holder))
        key = data.draw(st.sampled_from(sorted(inner, key=str)))
        deeper = holder[key]
        if not (isinstance(deeper, dict | list) and deeper and data.draw(st.booleans())):
            break
        holder = deeper
    holder[key] = data.draw(_values)
    read(samples.saved(name, save), name)
