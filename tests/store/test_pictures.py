"""The pictures of a story: where they lie, how they come and go, and what a stranger's may do."""

import os
import shutil
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from storyforge.domain.picture.pictures import Picture, QueuedPicture
from storyforge.domain.picture.png_head import LARGEST_FILE, size_of
from storyforge.domain.trash import TrashKind
from storyforge.errors import BadInput, Refused, StoryFileError
from storyforge.store.picture_files import folder_of, is_name, move_pictures
from storyforge.store.pictures import Weight
from storyforge.store.story_file import StoryFile
from tests.store.helpers import answer, child, only_scene, png, query, typed

DRAWN = datetime(2026, 11, 28, tzinfo=UTC)


def picture(scene_id: str, key: str = "", seed: int = 1) -> Picture:
    return Picture(key, scene_id, DRAWN, 8, 8, seed, prompt="a lighthouse", alt="A lighthouse.")


def files_of(path: Path) -> set[str]:
    folder = folder_of(path)
    return {file.stem for file in folder.iterdir()} if folder.is_dir() else set()


@pytest.fixture
def two(story: StoryFile) -> tuple[str, str]:
    scene = only_scene(story)
    for number, key in enumerate("ab"):
        story.pictures.add(picture(scene, key), png(number))
    return "a", "b"


def test_a_picture_lies_beside_the_story_until_it_is_chosen(
    story: StoryFile, path: Path, two: tuple[str, str]
) -> None:
    assert folder_of(path).name == "灯台 #1.pictures"
    assert files_of(path) == {"a", "b"}
    assert story.pictures.weigh() == Weight(2, 0, len(png(0)) + len(png(1)), 0)
    chosen = story.pictures.choose("a")
    assert (chosen.chosen, chosen.beside) == (True, False)
    assert query(path, "SELECT picture_id FROM picture_data") == [("a",)]
    assert story.pictures.read("a") == png(0)
    story.pictures.choose("b")
    assert [(one.chosen, one.beside) for one in story.pictures.all()] == [
        (False, True),
        (True, False),
    ]
    assert story.pictures.chosen() == {only_scene(story): story.pictures.get("b")}
    story.close()
    assert files_of(path) == {"a"}
    with StoryFile.open(path) as again:
        assert [again.pictures.read(key) for key in two] == [png(0), png(1)]
        again.pictures.unchoose("b")
        assert query(path, "SELECT count(*) FROM picture_data") == [(0,)]
        assert again.pictures.chosen() == {}
    assert files_of(path) == {"a", "b"}


def test_what_an_author_says_of_it_is_kept(story: StoryFile, two: tuple[str, str]) -> None:
    assert story.pictures.rate("a", 9).rating == 5
    assert story.pictures.rate("a", -1).rating == 0
    assert story.pictures.set_alt("a", "Fog\n\x1b[31m comes in").alt == "Fog [31m comes in"
    with pytest.raises(BadInput, match="not in the story"):
        story.pictures.rate("c", 1)


def test_a_deleted_one_comes_back_as_it_was(
    story: StoryFile, path: Path, two: tuple[str, str]
) -> None:
    story.pictures.choose("a")
    story.pictures.delete("a")
    assert [one.id for one in story.pictures.all()] == ["b"]
    assert [one.id for one in story.pictures.all(deleted=True)] == ["a"]
    assert story.pictures.chosen() == {}
    with pytest.raises(Refused, match="trash"):
        story.pictures.choose("a")
    assert story.pictures.bring_back("a").chosen
    story.pictures.delete("a")
    story.pictures.choose("b")
    assert not story.pictures.bring_back("a").chosen
    with pytest.raises(Refused, match="not in the trash"):
        story.pictures.purge("a")
    story.pictures.delete("a")
    story.pictures.purge("a")
    assert [one.id for one in story.pictures.all(deleted=True)] == []
    story.close()
    assert files_of(path) == set()


def test_the_trash_shows_pictures_and_lets_them_go(
    story: StoryFile, path: Path, two: tuple[str, str]
) -> None:
    story.pictures.delete("a")
    (one,) = story.binder.trash()
    assert (one.kind, one.id, one.beginning) == (TrashKind.PICTURE, "a", "A lighthouse.")
    with pytest.raises(Refused):
        story.binder.purge(TrashKind.PICTURE, "b")
    story.binder.purge(TrashKind.PICTURE, "a")
    assert files_of(path) == {"b"}
    story.pictures.delete("b")
    assert story.binder.empty_trash() == 1
    assert files_of(path) == set()
    assert not folder_of(path).exists()


def test_a_scene_that_goes_for_good_takes_its_pictures_along(story: StoryFile, path: Path) -> None:
    scene = story.binder.add_scene(story.outline().chapters[0].id, "Gone")
    story.pictures.add(replace(picture(scene, "mine"), chosen=True), png(1))
    story.pictures.add(picture(scene, "more"), png(1))
    story.pictures.add(picture(only_scene(story), "other"), png(2))
    story.picture_queue.add(QueuedPicture("q", scene, DRAWN, "{}"))
    story.binder.delete_scene(scene)
    assert story.pictures.of_scene(scene)
    story.binder.purge(TrashKind.SCENE, scene)
    assert [one.id for one in story.pictures.all()] == ["other"]
    assert story.picture_queue.all() == ()
    assert files_of(path) == {"other"}
    assert query(path, "SELECT count(*) FROM picture_data") == [(0,)]


def test_pictures_go_with_a_join_and_come_back_with_it(story: StoryFile) -> None:
    first = only_scene(story)
    story.scenes.save(typed(first, "One. Two."))
    story.pictures.add(replace(picture(first, "mine"), chosen=True), png(1))
    second = story.binder.split_scene(first, 5)
    assert [one.id for one in story.pictures.of_scene(first)] == ["mine"]
    story.pictures.add(replace(picture(second, "theirs"), chosen=True), png(2))
    story.binder.join_scenes(first, second, "")
    shown = {one.id: one.chosen for one in story.pictures.of_scene(first)}
    assert shown == {"mine": True, "theirs": False}
    assert story.pictures.read("theirs") == png(2)
    story.binder.part_scenes(first, second, 5)
    assert [one.id for one in story.pictures.of_scene(first)] == ["mine"]
    (back,) = story.pictures.of_scene(second)
    assert (back.id, back.chosen, back.settings) == ("theirs", True, {})


def test_a_join_brings_a_picture_where_there_was_none(story: StoryFile) -> None:
    first = only_scene(story)
    second = story.binder.split_scene(first, 0)
    story.pictures.add(replace(picture(second, "theirs"), chosen=True), png(2))
    story.binder.join_scenes(first, second)
    assert story.pictures.chosen()[first].id == "theirs"


def test_a_file_that_is_taken_away_is_said(
    story: StoryFile, path: Path, two: tuple[str, str]
) -> None:
    (folder_of(path) / "a.png").unlink()
    assert story.pictures.missing() == {"a"}
    with pytest.raises(BadInput, match="another program took it away"):
        story.pictures.read("a")
    with pytest.raises(BadInput, match="another program took it away"):
        story.pictures.choose("a")
    assert story.pictures.rate("a", 3).rating == 3
    (folder_of(path) / "b.png").write_bytes(b"<svg/>")
    with pytest.raises(BadInput, match="no PNG any more"):
        story.pictures.read("b")


def test_a_file_that_the_story_does_not_know_is_offered_and_never_deleted(
    story: StoryFile, path: Path, two: tuple[str, str]
) -> None:
    (folder_of(path) / "c.png").write_bytes(png(3))
    (folder_of(path) / "notes.txt").write_text("mine")
    assert story.pictures.loose() == ("c",)
    story.pictures.slim()
    story.close()
    assert files_of(path) == {"a", "b", "c", "notes"}
    with StoryFile.open(path) as again:
        again.pictures.add(picture(only_scene(again), "c"), png(3))
        assert again.pictures.loose() == ()


def test_slim_brings_out_what_nobody_chose(
    story: StoryFile, path: Path, two: tuple[str, str]
) -> None:
    story.pictures.choose("a")
    query(path, "UPDATE picture SET chosen = 0")
    (folder_of(path) / "a.png").unlink()
    assert [one.id for one in story.pictures.heavy()] == ["a"]
    story.pictures.slim()
    assert story.pictures.heavy() == ()
    assert files_of(path) == {"a", "b"}
    assert story.pictures.read("a") == png(0)


def test_only_pictures_are_kept(story: StoryFile, path: Path) -> None:
    scene = only_scene(story)
    huge = png(1)[:16] + (1 << 20).to_bytes(4, "big") * 2 + png(1)[24:]
    for data in (b"", b"<html>", png(1)[:20], png(1) + b"\0" * LARGEST_FILE, huge):
        with pytest.raises(BadInput, match="no PNG"):
            story.pictures.add(picture(scene), data)
    assert size_of(png(1)) == (8, 8)
    assert not folder_of(path).exists()


@pytest.mark.parametrize(
    "key", ["", "..", "../x", "a/b", "a\\b", "con", "LPT1", "x" * 65, "a.b", "a\0", "é", "a b"]
)
def test_an_id_that_is_no_name_leads_to_no_file(story: StoryFile, path: Path, key: str) -> None:
    assert not is_name(key)
    kept = story.pictures.add(picture(only_scene(story), key), png(1))
    assert is_name(kept.id)
    # A stranger's story may hold it all the same.
    query(path, "UPDATE picture SET id = ?", key)
    (one,) = story.pictures.all()
    assert story.pictures.missing() == {one.id}
    with pytest.raises(BadInput):
        story.pictures.read(one.id)
    story.pictures.weigh()


def test_a_link_out_of_the_folder_is_not_followed(
    story: StoryFile, path: Path, tmp_path: Path, two: tuple[str, str]
) -> None:
    secret = tmp_path / "secret.png"
    secret.write_bytes(png(9))
    file = folder_of(path) / "a.png"
    file.unlink()
    file.symlink_to(secret)
    with pytest.raises(BadInput):
        story.pictures.read("a")
    story.pictures.delete("a")
    story.pictures.purge("a")
    assert secret.read_bytes() == png(9)


def test_a_strangers_rows_are_read_as_what_they_can_be(story: StoryFile, path: Path) -> None:
    story.pictures.add(replace(picture(only_scene(story), "a"), chosen=True), png(1))
    query(
        path,
        "UPDATE picture SET width = 'x', height = -1, seed = 1.5, rating = 99, created = 'now', "
        "settings = '[[', parts = X'00FF', chosen = 'yes', deleted = '', prompt = X'1B5B', "
        "size = 1e300, alt = 'a' || char(27)",
    )
    query(path, "UPDATE picture_data SET data = 'text'")
    (one,) = story.pictures.all()
    assert (one.width, one.height, one.seed, one.rating, one.settings) == (0, 0, 0, 5, {})
    assert "\x1b" not in one.prompt + one.alt
    assert story.pictures.read("a") == png(1)  # its file lies there yet
    query(path, 'UPDATE picture SET settings = \'{"a": 1, "b": "c"}\'')
    assert story.pictures.get("a").settings == {"b": "c"}


def test_a_story_that_is_only_read_keeps_nothing(
    story: StoryFile, path: Path, two: tuple[str, str]
) -> None:
    with StoryFile.open(path) as reader:
        assert reader.read_only
        assert reader.pictures.read("a") == png(0)
        for change in (
            lambda: reader.pictures.add(picture(only_scene(reader), "c"), png(3)),
            lambda: reader.pictures.choose("a"),
            lambda: reader.pictures.unchoose("a"),
            lambda: reader.pictures.delete("a"),
            lambda: reader.pictures.sweep(),
        ):
            with pytest.raises(Refused, match="only be read"):
                change()
    assert files_of(path) == {"a", "b"}


def test_a_full_disk_keeps_what_was(
    story: StoryFile, path: Path, two: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    story.pictures.choose("a")
    (folder_of(path) / "a.png").unlink()

    def full(_fd: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StoryFileError, match="too full"):
        story.pictures.add(picture(only_scene(story), "c"), png(3))
    with pytest.raises(StoryFileError, match="too full"):
        story.pictures.unchoose("a")
    monkeypatch.undo()
    assert files_of(path) == {"b"}
    assert story.pictures.get("a").chosen
    assert story.pictures.read("a") == png(0)


FILL = """
import hashlib, random, resource, sys
from pathlib import Path
from storyforge.domain.picture.orders import Raster
from storyforge.errors import StoryforgeError
from storyforge.images.png import encoded
from storyforge.store.story_file import StoryFile
from storyforge.studio.pictures import keeping
from tests.store.helpers import only_scene
from tests.store.test_pictures import picture

def limit(size):
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))

def noise(seed):
    return encoded(Raster(128, 128, random.Random(seed).randbytes(128 * 128 * 3)))

path = Path(sys.argv[1])
with StoryFile.open(path) as story:
    scene, pictures = only_scene(story), story.pictures
    for number, key in enumerate("abc"):
        pictures.add(picture(scene, key), noise(number))
    pictures.choose("a")
    pictures.sweep()
    story.fold()
    limit(30_000)
    for what in (
        lambda: pictures.add(picture(scene, "d"), noise(4)),
        lambda: pictures.choose("b"),
        lambda: pictures.unchoose("a"),
        lambda: pictures.slim(),
        lambda: keeping.bring_out(story, pictures.get("c"), path.with_name("out.png")),
    ):
        try:
            what()
        except StoryforgeError as error:
            print(error.message.replace(str(path.parent), ""))
        for one in pictures.all():
            assert hashlib.sha256(pictures.read(one.id)).hexdigest() == one.digest
        assert [one.id for one in pictures.all() if one.chosen] == ["a"]
    pictures.rate("c", 3)
    limit(resource.RLIM_INFINITY)
    pictures.choose("b")
"""


def test_a_disk_without_room_is_told_at_every_step_and_loses_none(
    story: StoryFile, path: Path
) -> None:
    story.close()
    assert answer(FILL, path).splitlines() == [
        "The disk is too full for “d.png”; nothing was written there.",
        "The disk is too full for “a.png”; nothing was written there.",
        "The disk is too full for “a.png”; nothing was written there.",
        "The disk did not take the last change to “灯台 #1.forge”; all before it is saved.",
        "“/out.png” was not written, because the disk is full; no half file was left.",
    ]
    assert files_of(path) == {"a", "c"}
    with StoryFile.open(path) as again:
        assert [(one.chosen, one.rating) for one in again.pictures.all()] == [
            *((False, 0), (True, 0), (False, 3)),
        ]


def test_a_folder_that_is_a_link_costs_nobody_else_a_picture(
    story: StoryFile, path: Path, tmp_path: Path
) -> None:
    theirs = tmp_path / "holidays"
    theirs.mkdir()
    story.pictures.add(picture(only_scene(story), "beach"), png(0))
    story.pictures.choose("beach")
    shutil.rmtree(folder_of(path))
    (theirs / "beach.png").write_bytes(png(9))
    folder_of(path).symlink_to(theirs)
    story.close()
    assert (theirs / "beach.png").read_bytes() == png(9)
    with StoryFile.open(path) as again:
        assert again.pictures.read("beach") == png(0)


def test_a_folder_that_is_a_link_is_moved_as_one(
    story: StoryFile, path: Path, tmp_path: Path
) -> None:
    theirs = tmp_path / "large disk"
    story.pictures.add(picture(only_scene(story), "a"), png(0))
    folder_of(path).rename(theirs)
    (theirs / "beach.png").write_bytes(png(9))
    folder_of(path).symlink_to(theirs)
    to = tmp_path / "new" / "name.forge"
    to.parent.mkdir()
    move_pictures(path, to)
    assert files_of(to) == {"a", "beach"}
    assert folder_of(to).resolve() == theirs
    assert not folder_of(path).is_symlink()


def test_a_file_in_the_folders_place_is_said(story: StoryFile, path: Path) -> None:
    folder_of(path).write_text("mine")
    with pytest.raises(StoryFileError, match="did not take"):
        story.pictures.add(picture(only_scene(story)), png(1))
    assert story.pictures.all() == ()
    assert folder_of(path).read_text() == "mine"


def test_a_copy_takes_the_folder_along(
    story: StoryFile, path: Path, tmp_path: Path, two: tuple[str, str]
) -> None:
    story.pictures.choose("a")
    copy = tmp_path / "copy.forge"
    story.copy_to(copy, as_new=True)
    with StoryFile.open(copy) as other:
        assert [other.pictures.read(key) for key in two] == [png(0), png(1)]
        other.pictures.delete("b")
        other.pictures.purge("b")
    assert story.pictures.read("b") == png(1)
    bare = tmp_path / "bare.forge"
    story.copy_to(bare, pictures=False)
    with StoryFile.open(bare) as other:
        assert other.pictures.read("a") == png(0)
        assert other.pictures.missing() == {"b"}


def test_a_copy_that_fails_leaves_no_picture_behind(
    story: StoryFile, tmp_path: Path, two: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = tmp_path / "copy.forge"
    real = shutil.copyfile

    def fails_at_b(source: Path, target: Path) -> object:
        if source.stem == "b":
            raise OSError(28, "No space left on device")
        return real(source, target)

    monkeypatch.setattr(shutil, "copyfile", fails_at_b)
    with pytest.raises(StoryFileError, match="too full"):
        story.copy_to(copy)
    assert not copy.exists()
    assert not folder_of(copy).exists()


def test_what_is_rescued_has_its_pictures(
    story: StoryFile, path: Path, tmp_path: Path, two: tuple[str, str]
) -> None:
    story.copy_to(tmp_path / "other.forge", pictures=False)
    story.pictures.choose("a")
    (tmp_path / "other.forge").replace(path)
    rescued = story.guard.rescue()
    story.close()
    with StoryFile.open(rescued) as copy:
        assert [copy.pictures.read(key) for key in two] == [png(0), png(1)]
        assert copy.pictures.get("a").chosen


def test_what_is_rescued_of_a_rewritten_file_has_its_pictures(
    story: StoryFile, path: Path, tmp_path: Path, two: tuple[str, str]
) -> None:
    story.fold()
    story.copy_to(tmp_path / "other.forge", pictures=False)
    with StoryFile.open(tmp_path / "other.forge") as other:
        other.scenes.save(typed(only_scene(other), "Theirs."))
    story.pictures.choose("a")
    story.pictures.add(picture(only_scene(story), "new"), png(4))
    path.write_bytes((tmp_path / "other.forge").read_bytes())
    with pytest.raises(StoryFileError):
        story.close()
    (rescued,) = path.parent.glob("*(recovered *.forge")
    with StoryFile.open(rescued) as copy:
        assert [copy.pictures.read(key) for key in (*two, "new")] == [png(0), png(1), png(4)]
        assert copy.pictures.get("a").chosen


ADD_AND_DIE = """
import os, signal, sys
from pathlib import Path
from storyforge.store import picture_rows, pictures
from storyforge.store.story_file import StoryFile
from tests.store.helpers import only_scene, png
from tests.store.test_pictures import picture

def die(*_anything):
    os.kill(os.getpid(), signal.SIGKILL)

story = StoryFile.open(Path(sys.argv[1]))
scene = only_scene(story)
story.pictures.add(picture(scene, "a"), png(0))
match sys.argv[2]:
    case "add":
        picture_rows.put = die
        story.pictures.add(picture(scene, "b"), png(1))
    case "choose":
        picture_rows.put = die
        story.pictures.choose("a")
    case "chosen":
        story.pictures.choose("a")
        die()
    case "unchoose":
        story.pictures.choose("a")
        story.pictures.folder.remove("a")
        picture_rows.put = die
        story.pictures.unchoose("a")
    case "purge":
        story.pictures.delete("a")
        picture_rows.forget = die
        story.pictures.purge("a")
"""


@pytest.mark.parametrize("at", ["add", "choose", "chosen", "unchoose", "purge"])
def test_kill_9_between_file_and_row_loses_nothing(story: StoryFile, path: Path, at: str) -> None:
    story.close()
    with child(ADD_AND_DIE, path, at) as process:
        process.communicate(timeout=60)
    assert process.returncode == -9
    with StoryFile.open(path) as again:
        if at == "purge":
            assert again.pictures.missing() == {"a"}
            again.pictures.purge("a")
            return
        assert again.pictures.read("a") == png(0)
        assert again.pictures.get("a").chosen is (at in ("chosen", "unchoose"))
        assert again.pictures.loose() == (("b",) if at == "add" else ())
    assert files_of(path) == {"add": {"a", "b"}, "choose": {"a"}}.get(at, set())
    assert query(path, "PRAGMA integrity_check") == [("ok",)]


def test_the_queue_outlives_a_kill(story: StoryFile, path: Path) -> None:
    scene = only_scene(story)
    for key in "abc":
        story.picture_queue.add(QueuedPicture(key, scene, DRAWN, '{"x": 1}'))
    story.picture_queue.move("c", 0)
    story.picture_queue.state("a", "failed", "No memory\nwas left.")
    story.picture_queue.state("b", "drawing")
    assert not story.picture_queue.state("z", "waiting")
    with pytest.raises(BadInput, match="not waiting"):
        story.picture_queue.move("z", 0)
    story.close()
    with StoryFile.open(path) as again:
        told = [(one.id, one.state, one.why) for one in again.picture_queue.all()]
        assert told == [
            ("c", "waiting", ""),
            ("a", "failed", "No memory was left."),
            ("b", "waiting", ""),
        ]
        again.picture_queue.remove("a")
        again.picture_queue.remove("a")
        assert [one.id for one in again.picture_queue.all()] == ["c", "b"]


def test_a_story_with_another_ending_has_a_folder_of_its_own() -> None:
    assert folder_of(Path("/x/a.forge")) == Path("/x/a.pictures")
    assert folder_of(Path("/x/a.b.forge")) == Path("/x/a.b.pictures")
    assert folder_of(Path("/x/a.sqlite")) == Path("/x/a.sqlite.pictures")


def test_opening_a_story_imports_nothing_of_its_pictures(path: Path, story: StoryFile) -> None:
    story.close()
    script = (
        "import sys; from pathlib import Path; from storyforge.store.story_file import StoryFile; "
        "StoryFile.open(Path(sys.argv[1])).outline(); "
        "print([m for m in sys.modules if m.startswith('storyforge.store.picture')])"
    )
    assert answer(script, path) == "['storyforge.store.picture_files']\n"
