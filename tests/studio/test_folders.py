"""A story as a folder for git: written, changed on either side, read back, nothing lost."""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storyforge.domain.text import clean
from storyforge.errors import BadInput, Refused
from storyforge.store.story_file import StoryFile
from storyforge.studio import permission
from storyforge.studio.folder_reading import make_story, read_folder
from storyforge.studio.folder_report import Change, FolderReport
from storyforge.studio.folders import is_story_folder, write_folder
from tests.studio.copies import change, copied, everything, make, page, scene_id, texts, write


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return make(tmp_path / "light.forge")


@pytest.fixture
def folder(path: Path, tmp_path: Path) -> Path:
    written(path, tmp_path / "repo")
    return tmp_path / "repo"


def written(path: Path, folder: Path) -> FolderReport:
    with StoryFile.open(path) as story:
        return write_folder(story, folder)


def read(path: Path, folder: Path, *, remove: bool = False) -> FolderReport:
    with StoryFile.open(path) as story:
        return read_folder(story, folder, remove=remove)


def told(report: FolderReport) -> list[tuple[Change, str]]:
    return [(one.change, one.title) for one in report.told if one.name != "story.toml"]


def file_of(folder: Path, title: str) -> Path:
    return next(p for p in folder.glob("*.md") if f"title: {title}\n" in p.read_text())


def edit(file: Path, old: str, new: str) -> None:
    file.write_text(file.read_text().replace(old, new))


def stamps(folder: Path) -> dict[str, tuple[bytes, int]]:
    return {p.name: (p.read_bytes(), p.stat().st_mtime_ns) for p in folder.iterdir()}


def test_a_story_is_files_in_order_and_a_list(path: Path, folder: Path) -> None:
    names = sorted(p.name.rsplit("-", 1)[0] for p in folder.glob("*.md"))
    assert names == ["00010-oil", "00020-log", "00030-fog"]
    oil = file_of(folder, "Oil").read_text()
    with StoryFile.look(path) as story:
        scene = story.outline().scenes[0]
        assert f"id: {scene.id}\n" in oil.replace('"', "")
        assert f"chapter: {scene.chapter_id}\n" in oil.replace('"', "")
    assert is_story_folder(folder)


def test_writing_again_touches_only_what_changed(path: Path, folder: Path) -> None:
    before = stamps(folder)
    assert written(path, folder).told == []
    assert stamps(folder) == before
    change(path, write("Log", "Log, gone on."))
    report = written(path, folder)
    assert told(report) == [(Change.WRITTEN, "Log")]
    after = stamps(folder)
    assert [name for name in before if after[name] != before[name]] == [file_of(folder, "Log").name]


def test_a_rename_and_a_move_change_as_little_as_they_can(path: Path, folder: Path) -> None:
    names = {p.name for p in folder.glob("*.md")}

    def both(story: StoryFile) -> None:
        story.binder.rename_scene(scene_id(story, "Oil"), "Oil and wick")
        boat = story.outline().chapters[1]
        story.binder.move_scene(scene_id(story, "Log"), boat.id, 1)

    change(path, both)
    report = written(path, folder)
    assert len(names - {p.name for p in folder.glob("*.md")}) == 2
    assert len(report.of(Change.RENAMED)) == 2
    assert len(list(folder.glob("*.md"))) == 3


def test_a_deleted_scene_takes_its_file_along_unless_it_was_changed(
    path: Path, folder: Path
) -> None:
    log, fog = file_of(folder, "Log"), file_of(folder, "Fog")
    edit(fog, "Second.", "Second, in an editor.")
    (folder / "README.md").write_text("Mine.")

    def delete(story: StoryFile) -> None:
        story.binder.delete_scene(scene_id(story, "Log"))
        story.binder.delete_scene(scene_id(story, "Fog"))

    change(path, delete)
    report = written(path, folder)
    assert not log.exists()
    assert "in an editor" in fog.read_text()
    assert (folder / "README.md").read_text() == "Mine."
    assert set(told(report)) == {(Change.REMOVED, "Log"), (Change.LEFT, "Fog")}


def test_what_changed_in_the_folder_comes_in_with_a_snapshot(path: Path, folder: Path) -> None:
    edit(file_of(folder, "Oil"), "Second.", "Second, in an editor.")
    edit(file_of(folder, "Log"), "title: Log", "title: The log\nstatus: revised\nlabel: Mara")
    before = written(path, folder)
    assert set(told(before)) == {(Change.LEFT, "Oil"), (Change.LEFT, "Log")}
    report = read(path, folder)
    assert set(told(report)) == {(Change.TAKEN, "Oil"), (Change.TAKEN, "The log")}
    assert texts(path)["The Keeper/Oil"] == "Oil as it was.\nSecond, in an editor.\nThird."
    assert "Oil as it was.\nSecond.\nThird." in everything(path)
    with StoryFile.open(path) as story:
        card = story.cards.get(scene_id(story, "The log"))
        assert (card.status, card.label) == ("revised", "Mara")
        oil = story.scenes.load(scene_id(story, "Oil"))
        assert [span.origin.value for span in oil.provenance.spans] == [
            "typed",
            "imported",
            "typed",
        ]
    written(path, folder)
    assert read(path, folder).told == []


def test_what_changed_in_the_story_stays(path: Path, folder: Path) -> None:
    change(path, write("Oil", "Oil, in the story."))
    assert told(read(path, folder)) == []
    assert texts(path)["The Keeper/Oil"] == "Oil, in the story."


def test_what_changed_in_both_is_there_twice(path: Path, folder: Path) -> None:
    edit(file_of(folder, "Oil"), "Second.", "Second, in an editor.")
    change(path, write("Oil", "Oil, in the story."))
    report = read(path, folder)
    assert told(report) == [(Change.CONFLICT, "Oil")]
    found = texts(path)
    assert found["The Keeper/Oil"] == "Oil, in the story."
    assert "in an editor" in found["The Keeper/Oil (other copy)"]
    assert told(read(path, folder)) == [], "the same file is not taken in twice"
    assert list(texts(path)) == list(found)


def test_new_files_become_scenes_and_keep_their_place(path: Path, folder: Path) -> None:
    (folder / "00015-rope.md").write_text("# Rope\n\nShe took it.\n")
    (folder / "99999-end.md").write_text("The end.\n")
    report = read(path, folder)
    assert set(told(report)) == {(Change.NEW, "Rope"), (Change.NEW, "")}
    assert list(texts(path)) == [
        "The Keeper/Oil",
        "The Keeper/Rope",
        "The Keeper/Log",
        "The Boat/Fog",
        "The Boat/",
    ]
    assert texts(path)["The Keeper/Rope"] == "She took it."


def test_a_removed_file_asks_before_its_scene_goes_to_the_trash(path: Path, folder: Path) -> None:
    file_of(folder, "Log").unlink()
    assert told(read(path, folder)) == [(Change.MISSING, "Log")]
    assert "The Keeper/Log" in texts(path)
    assert told(read(path, folder, remove=True)) == [(Change.TRASHED, "Log")]
    assert "The Keeper/Log" not in texts(path)
    with StoryFile.open(path) as story:
        assert [one.title for one in story.binder.trash()] == ["Log"]


def test_a_file_changed_after_its_scene_was_deleted_brings_it_back(
    path: Path, folder: Path
) -> None:
    change(path, lambda story: story.binder.delete_scene(scene_id(story, "Log")))
    assert told(read(path, folder)) == []
    edit(file_of(folder, "Log"), "Second.", "Second, in an editor.")
    assert told(read(path, folder)) == [(Change.BACK, "Log")]
    assert "in an editor" in texts(path)["The Keeper/Log"]


def test_the_order_in_the_list_is_taken_unless_both_changed_it(path: Path, folder: Path) -> None:
    toml = folder / "story.toml"
    names = [file_of(folder, title).name for title in ("Oil", "Log")]
    swapped = toml.read_text().replace(names[0], "X").replace(names[1], names[0])
    toml.write_text(swapped.replace("X", names[1]).replace("The Boat", "The Ship"))
    read(path, folder)
    assert list(texts(path)) == ["The Keeper/Log", "The Keeper/Oil", "The Ship/Fog"]
    written(path, folder)
    toml.write_text(toml.read_text().replace("The Ship", "The Boat"))
    change(path, lambda s: s.binder.rename_chapter(s.outline().chapters[0].id, "Keepers"))
    report = read(path, folder)
    assert [(one.change, one.name) for one in report.told] == [(Change.CONFLICT, "story.toml")]
    assert list(texts(path)) == ["Keepers/Log", "Keepers/Oil", "The Ship/Fog"]


def test_a_copied_file_is_a_new_scene(path: Path, folder: Path) -> None:
    oil = file_of(folder, "Oil")
    (folder / "zz-copy.md").write_text(oil.read_text().replace("Second.", "Other."))
    report = read(path, folder)
    assert told(report) == [(Change.NEW, "Oil")]
    with StoryFile.look(path) as story:
        found = [story.scenes.load(scene.id).text for scene in story.outline().scenes]
    assert [text.split("\n")[1] for text in found] == ["Second.", "Second.", "Other.", "Second."]


def test_a_folder_makes_the_same_story_again(path: Path, folder: Path, tmp_path: Path) -> None:
    story, report = make_story(folder, tmp_path / "again.forge")
    story.close()
    assert len(report.of(Change.NEW)) == 3
    assert texts(tmp_path / "again.forge") == texts(path)
    with StoryFile.look(path) as one, StoryFile.look(tmp_path / "again.forge") as two:
        assert one.outline().story_id == two.outline().story_id
        assert [s.id for s in one.outline().scenes] == [s.id for s in two.outline().scenes]
        assert [c.id for c in one.outline().chapters] == [c.id for c in two.outline().chapters]
    before = stamps(folder)
    written(tmp_path / "again.forge", folder)
    assert stamps(folder) == before


def test_two_machines_meet_in_one_folder(path: Path, folder: Path) -> None:
    other = copied(path, "elsewhere")
    change(path, write("Oil", "Oil, first machine."))
    written(path, folder)
    assert told(read(other, folder)) == [(Change.TAKEN, "Oil")]
    assert texts(other)["The Keeper/Oil"] == "Oil, first machine."
    change(other, write("Fog", "Fog, second machine."))
    assert told(written(other, folder)) == [(Change.WRITTEN, "Fog")]
    change(path, write("Fog", "Fog, first machine."))
    assert told(written(path, folder)) == [(Change.LEFT, "Fog")]
    assert told(read(path, folder)) == [(Change.CONFLICT, "Fog")]
    assert {"Fog, first machine.", "Fog, second machine."} <= everything(path)
    assert not written(path, folder).of(Change.LEFT)
    read(other, folder)
    assert texts(other) == texts(path)


def test_going_back_to_an_older_day_in_git_is_a_change(path: Path, folder: Path) -> None:
    older = file_of(folder, "Oil").read_text()
    change(path, write("Oil", "Oil, gone on."))
    written(path, folder)
    file_of(folder, "Oil").write_text(older)
    assert told(read(path, folder)) == [(Change.TAKEN, "Oil")]
    assert texts(path)["The Keeper/Oil"] == "Oil as it was.\nSecond.\nThird."


def test_a_second_folder_that_was_left_behind_takes_nothing_back(
    path: Path, folder: Path, tmp_path: Path
) -> None:
    written(path, tmp_path / "second")
    change(path, write("Oil", "Oil, gone on."))
    written(path, folder)
    assert told(read(path, tmp_path / "second")) == []
    assert texts(path)["The Keeper/Oil"] == "Oil, gone on."


def test_a_file_made_by_hand_becomes_the_scene_s_own(path: Path, folder: Path) -> None:
    (folder / "00015-rope.md").write_text("# Rope\n\nShe took it.\n")
    read(path, folder)
    assert told(read(path, folder)) == []
    written(path, folder)
    assert sorted(p.name.rsplit("-", 1)[0] for p in folder.glob("*.md")) == [
        "00010-oil",
        "00015-rope",
        "00020-log",
        "00030-fog",
    ]
    assert told(read(path, folder)) == []
    assert len(texts(path)) == 4


def test_other_folders_are_refused(path: Path, folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.forge"
    StoryFile.create(other, title="Other").close()
    with pytest.raises(Refused, match="another story"):
        written(other, folder)
    with pytest.raises(Refused, match="another story"):
        read(other, folder)
    with pytest.raises(BadInput, match="not a folder that storyforge wrote"):
        read(path, tmp_path / "nowhere")
    (folder / "story.toml").write_text("broken")
    with pytest.raises(BadInput, match="cannot be read"):
        written(path, folder)


def test_a_reading_that_fails_takes_nothing(path: Path, folder: Path) -> None:
    edit(file_of(folder, "Fog"), "Second.", "Second, in an editor.")
    before = texts(path)
    with StoryFile.open(path) as story:
        os.truncate(path.with_name(path.name + ".lock"), 0)
        story.read_only_reason = "just so"
        with pytest.raises(Refused):
            read_folder(story, folder)
        story.read_only_reason = ""
    assert texts(path) == before


_TEXTS = st.text(alphabet="ab漢　 \n#*-_=\\|《》", max_size=80).map(clean)


@settings(
    max_examples=6,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(_TEXTS, _TEXTS)
def test_texts_go_there_and_back_to_the_character(
    tmp_path_factory: pytest.TempPathFactory, first: str, second: str
) -> None:
    place = tmp_path_factory.mktemp("there")
    path, folder = make(place / "light.forge"), place / "repo"
    with StoryFile.open(path) as story:
        for scene, text in zip(story.outline().scenes, (first, second), strict=False):
            story.scenes.save(page(scene.id, text))
        write_folder(story, folder)
        assert read_folder(story, folder).told == []
    story, _report = make_story(folder, place / "again.forge")
    story.close()
    assert texts(place / "again.forge") == texts(path)


def test_the_mark_that_keeps_a_story_here_goes_with_the_folder_and_is_never_taken_away_by_it(
    path: Path, folder: Path, tmp_path: Path
) -> None:
    assert "local_only" not in (folder / "story.toml").read_text()
    change(path, lambda story: permission.set_local_only(story, True))
    written(path, folder)
    assert "local_only = true\n" in (folder / "story.toml").read_text()
    again, _report = make_story(folder, tmp_path / "again.forge")
    again.close()
    change(path, lambda story: permission.set_local_only(story, False))
    read(path, folder)
    for one in (path, tmp_path / "again.forge"):
        with StoryFile.look(one) as story:
            assert permission.is_local_only(story)
    edit(folder / "story.toml", "local_only = true", "local_only = false")
    read(path, folder)
    with StoryFile.look(path) as story:
        assert permission.is_local_only(story)
