"""The pictures that orders are made from: kept once, found by digest, gone with the last name."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from storyforge.domain.picture.pictures import Picture, QueuedPicture
from storyforge.domain.plan.forms import Kind
from storyforge.domain.trash import TrashKind
from storyforge.errors import BadInput, StoryFileError
from storyforge.store import picture_sources
from storyforge.store.picture_sources import digest_of
from storyforge.store.story_file import StoryFile
from storyforge.studio import merging
from tests.store.helpers import only_scene, png, query, typed

DRAWN = datetime(2026, 11, 28, tzinfo=UTC)
MASK = png(200)
OTHER = png(100)


def picture(scene: str, key: str, source: bytes = b"") -> Picture:
    named = {"order": f'{{"image": "sha256:{digest_of(source)}"}}'} if source else {}
    return Picture(key, scene, DRAWN, 8, 8, 7, settings=named)


def order(scene: str, key: str, *sources: bytes) -> QueuedPicture:
    named = {digest_of(each): each for each in sources}
    return QueuedPicture(key, scene, DRAWN, " ".join(named), sources=named)


def kept(path: Path) -> set[str]:
    return {digest for (digest,) in query(path, "SELECT digest FROM picture_source")}


def test_an_order_brings_what_it_names_and_a_picture_of_the_story_is_not_kept_twice(
    story: StoryFile, path: Path
) -> None:
    scene = only_scene(story)
    story.pictures.add(picture(scene, "a"), png(0))
    story.picture_queue.add(order(scene, "q", MASK, png(0)))

    assert kept(path) == {digest_of(MASK)}
    assert story.picture_sources.read(digest_of(MASK)) == MASK
    assert story.picture_sources.read(digest_of(png(0))) == png(0)
    with pytest.raises(BadInput, match="made from is gone"):
        story.picture_sources.read(digest_of(OTHER))
    assert all(not one.sources for one in story.picture_queue.all())


def test_one_goes_with_the_last_that_names_it(story: StoryFile, path: Path) -> None:
    scene = only_scene(story)
    story.picture_queue.add(order(scene, "q", MASK))
    drawn = story.pictures.add(picture(scene, "a", MASK), png(0))
    story.picture_queue.remove("q")
    story.pictures.delete(drawn.id)
    story.picture_sources.sweep()
    assert kept(path) == {digest_of(MASK)}, "a picture in the trash names it"

    story.binder.purge(TrashKind.PICTURE, drawn.id)
    assert kept(path) == set()


def test_what_stood_in_the_plan_once_can_be_taken_back(story: StoryFile, path: Path) -> None:
    digest = story.picture_sources.put(MASK)
    mara = story.plan.add(Kind.CHARACTER, {"name": "Mara", "reference": digest})
    story.plan.put(mara, {"reference": ""})
    story.picture_sources.sweep()
    assert kept(path) == {digest}
    story.plan.undo()
    assert story.picture_sources.read(digest) == MASK


def test_a_picture_that_goes_for_good_stays_where_something_names_it(
    story: StoryFile, path: Path
) -> None:
    scene = only_scene(story)
    for key, shade in (("a", 0), ("b", 1), ("c", 2)):
        story.pictures.add(picture(scene, key), png(shade))
        story.pictures.delete(key)
    story.remember("look", digest_of(png(0)))
    story.pictures.add(picture(scene, "d", png(1)), png(3))

    story.pictures.purge("a")
    story.binder.empty_trash()

    assert kept(path) == {digest_of(png(0)), digest_of(png(1))}
    assert story.picture_sources.read(digest_of(png(1))) == png(1)


def test_a_closed_story_keeps_only_what_is_named(story: StoryFile, path: Path) -> None:
    named, unnamed = story.picture_sources.put(MASK), story.picture_sources.put(OTHER)
    story.remember("staging", f'{{"image": "sha256:{named}"}}')
    story.close()

    assert kept(path) == {named} != {unnamed}
    with StoryFile.open(path) as again:
        assert again.picture_sources.read(named) == MASK


def test_they_are_weighed_and_slimming_lets_go_of_what_nothing_names(
    story: StoryFile, path: Path
) -> None:
    story.remember("staging", story.picture_sources.put(MASK))
    story.picture_sources.put(OTHER)
    assert story.pictures.weigh().inside == len(MASK) + len(OTHER)
    story.pictures.slim()
    assert kept(path) == {digest_of(MASK)}


def test_nothing_is_written_where_nothing_goes(story: StoryFile, path: Path) -> None:
    story.remember("staging", story.picture_sources.put(MASK))
    before = query(path, "SELECT changed FROM story")
    story.picture_sources.sweep()
    assert query(path, "SELECT changed FROM story") == before


def test_a_strangers_bytes_are_not_what_they_are_called(
    story: StoryFile, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    digest = digest_of(MASK)
    query(path, "INSERT INTO picture_source VALUES (?, ?)", digest, OTHER)
    with pytest.raises(BadInput, match="made from is gone"):
        story.picture_sources.read(digest)
    monkeypatch.setattr(picture_sources, "LARGEST_FILE", len(OTHER) - 1)
    large = story.picture_queue.add(order(only_scene(story), "q", png(3)))
    assert large.id == "q"
    with pytest.raises(BadInput, match="made from is gone"):
        story.picture_sources.read(digest_of(png(3)))
    with pytest.raises(BadInput, match="larger than any picture"):
        story.picture_sources.put(MASK)


def test_what_a_stranger_calls_so_gives_way_to_the_authors_own_bytes(
    story: StoryFile, path: Path
) -> None:
    scene, digests = only_scene(story), [digest_of(each) for each in (MASK, OTHER)]
    for digest in digests:
        query(path, "INSERT INTO picture_source VALUES (?, ?)", digest, png(9))
    story.picture_queue.add(order(scene, "q", MASK))
    story.picture_sources.put(OTHER)

    assert [story.picture_sources.read(each) for each in digests] == [MASK, OTHER]


def test_what_a_picture_was_whose_file_is_gone_is_kept_where_an_order_brings_it(
    story: StoryFile,
) -> None:
    scene = only_scene(story)
    story.pictures.add(picture(scene, "a"), png(0))
    story.pictures.folder.remove("a")
    story.picture_queue.add(order(scene, "q", png(0)))

    assert story.picture_sources.read(digest_of(png(0))) == png(0)


def test_a_file_beside_that_is_another_one_by_now_is_no_source(story: StoryFile) -> None:
    story.pictures.add(picture(only_scene(story), "a"), png(0))
    story.pictures.folder.put("a", png(5))
    with pytest.raises(BadInput, match="made from is gone"):
        story.picture_sources.read(digest_of(png(0)))


def test_a_merge_brings_the_other_copys(story: StoryFile, path: Path, tmp_path: Path) -> None:
    scene = only_scene(story)
    story.pictures.add(picture(scene, "gone"), png(4))
    story.pictures.add(picture(scene, "child", png(4)), png(6))
    story.copy_to(tmp_path / "other.forge")
    with StoryFile.open(tmp_path / "other.forge") as other:
        digest = other.picture_sources.put(MASK)
        other.plan.add(Kind.CHARACTER, {"name": "Mara", "reference": digest})
        other.pictures.delete("gone")
        other.pictures.purge("gone")
        merging.merge_into(story, other, source="other")

    assert story.plan.read().characters[0].fact("reference") == digest
    assert story.picture_sources.read(digest) == MASK
    assert [one.id for one in story.pictures.all()] == ["child"]
    assert story.picture_sources.read(digest_of(png(4))) == png(4)


def test_what_is_rescued_of_a_rewritten_file_has_them(
    story: StoryFile, path: Path, tmp_path: Path
) -> None:
    story.fold()
    story.copy_to(tmp_path / "other.forge")
    with StoryFile.open(tmp_path / "other.forge") as other:
        other.scenes.save(typed(only_scene(other), "Theirs."))
    digest = story.picture_sources.put(MASK)
    story.plan.add(Kind.CHARACTER, {"name": "Mara", "reference": digest})
    path.write_bytes((tmp_path / "other.forge").read_bytes())
    with pytest.raises(StoryFileError):
        story.close()
    (rescued,) = path.parent.glob("*(recovered *.forge")
    with StoryFile.open(rescued) as copy:
        assert copy.picture_sources.read(digest) == MASK
