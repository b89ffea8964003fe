"""Files of lore come into a story, can be taken back, and go out again."""

import json
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from storyforge.domain.lore import LoreEntry
from storyforge.errors import BadInput
from storyforge.importing import png
from storyforge.lorebooks import packing
from storyforge.lorebooks.book import Unequal
from storyforge.store.story_file import StoryFile
from storyforge.studio.lore import files as lore_files
from storyforge.studio.lore import out as lore_out
from storyforge.studio.lore.files import How, Twins
from storyforge.studio.publishing import import_story, preview_import
from tests.lorebooks import samples

NAMES = {"user": "Ana", "char": "Mara"}


@pytest.fixture
def story(tmp_path: Path) -> Iterator[StoryFile]:
    with StoryFile.create(tmp_path / "light.forge", title="The Light") as story:
        yield story


def file(folder: Path, name: str, value: Any) -> Path:
    path = folder / name
    path.write_bytes(value if isinstance(value, bytes) else samples.data(value))
    return path


def titles(story: StoryFile) -> list[str]:
    return [entry.title for entry in story.context.lore()]


def test_a_look_says_what_would_come(tmp_path: Path) -> None:
    found = lore_files.look(file(tmp_path, "skerry.json", samples.WORLD_INFO))
    assert found.kind == "World Info (SillyTavern)"
    assert [entry.title for entry in found.entries] == ["Oil", "Fog", "Mara"]
    assert found.placeholders == ("user", "char")
    assert {one.title for one in found.unequal} == {"Mara", "Oil"}
    assert (found.left_out, found.first_message) == (("cover",), "")


def test_placeholders_are_replaced_by_the_names_and_go_out_as_they_were(
    story: StoryFile, tmp_path: Path
) -> None:
    found = lore_files.look(file(tmp_path, "skerry.json", samples.WORLD_INFO))
    told = lore_files.bring(story, found, names=NAMES)
    assert told.added == ("Oil", "Fog", "Mara")
    mara = story.context.lore()[2]
    assert (mara.keys[0], mara.content) == ("Mara", "Mara trusts Ana.")
    written = lore_out.write_lore(story, tmp_path / "out.json", form="world_info")
    assert json.loads(written.path.read_bytes()) == samples.WORLD_INFO
    story.context.put_entry(replace(mara, content="Mara trusts nobody."))
    lore_out.write_lore(story, written.path, form="world_info", force=True)
    told_now = json.loads(written.path.read_bytes())["entries"]["0"]
    assert told_now == {
        **samples.WORLD_INFO["entries"]["0"], "content": "Mara trusts nobody."
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "value", "form"),
    [
        ("a.lorebook", samples.NOVELAI, "novelai"),
        ("b.json", samples.LOREBOOK_V3, "character_book"),
    ],
)
def test_a_book_of_another_tool_comes_and_goes(
    story: StoryFile, tmp_path: Path, name: str, value: Any, form: str
) -> None:
    lore_files.bring(story, lore_files.look(file(tmp_path, name, value)))
    story.close()
    with StoryFile.open(story.path) as again:
        written = lore_out.write_lore(again, tmp_path / "out", form=form)
        assert json.loads(written.path.read_bytes()) == value


def test_our_own_book_comes_back_whole_and_what_is_true_later_is_off_elsewhere(
    story: StoryFile, tmp_path: Path
) -> None:
    scene = story.outline().scenes[0].id
    book = (LoreEntry("a", "Scar", ("scar",), from_scene=scene, chance=3), LoreEntry("b", "Mara"))
    story.context.set_lore(book)
    out = lore_out.write_lore(story).path
    assert out.name == "light.lore.json"
    story.context.set_lore(())
    lore_files.bring(story, lore_files.look(out))
    assert story.context.lore() == book
    with StoryFile.create(tmp_path / "other.forge", title="Other") as other:
        told = lore_files.bring(other, lore_files.look(out))
        assert told.early == ("Scar",)
        assert other.context.lore()[0] == replace(book[0], from_scene="", enabled=False)


def test_entries_of_the_same_title_are_noticed(story: StoryFile, tmp_path: Path) -> None:
    story.context.set_lore((LoreEntry("x", "FOG", content="Mine."), LoreEntry("y", "Sea")))
    found = lore_files.look(file(tmp_path, "skerry.json", samples.WORLD_INFO))
    assert lore_files.twins(story, found) == ["Fog"]
    told = lore_files.bring(story, found, same=Twins.SKIP)
    assert (told.skipped, titles(story)) == (("Fog",), ["FOG", "Sea", "Oil", "Mara"])
    lore_files.take_back(story)
    told = lore_files.bring(story, found, same=Twins.REPLACE)
    assert (told.replaced, titles(story)) == (("Fog",), ["Fog", "Sea", "Oil", "Mara"])
    assert story.context.lore()[0].id == "x"
    lore_files.take_back(story)
    assert story.context.lore()[0].content == "Mine."
    lore_files.bring(story, found)
    assert titles(story) == ["FOG", "Sea", "Oil", "Fog", "Mara"]


def test_a_book_in_the_place_of_another_can_be_taken_back(story: StoryFile, tmp_path: Path) -> None:
    old = (LoreEntry("x", "Fog", content="Mine.", depth=9),)
    story.context.set_lore(old)
    found = lore_files.look(file(tmp_path, "skerry.json", samples.WORLD_INFO))
    told = lore_files.bring(story, found, how=How.REPLACE)
    assert titles(story) == ["Oil", "Fog", "Mara"]
    assert told.kept == "lore before skerry.json"
    assert lore_files.take_back(story) is not None
    assert story.context.lore() == old
    assert lore_files.take_back(story) is None
    kept = [one.name for one in story.attachments.list()]
    assert kept == ["lore before skerry.json", "lore before what was taken back.json"]


def test_a_card_in_a_picture_comes_with_its_first_message_and_goes_back_into_the_picture(
    story: StoryFile, tmp_path: Path
) -> None:
    picture = samples.png(chara=samples.V2, ccv3=samples.V3)
    found = lore_files.look(file(tmp_path, "mara.png", picture))
    assert (found.name, found.suggested) == ("Mara Voss", {"char": "Mara Voss"})
    assert found.placeholders == ("user",)
    told = lore_files.bring(story, found, names=NAMES, open_with_first_message=True)
    assert titles(story) == ["Mara Voss", "Skerry Point"]
    assert story.scenes.load(told.opened).text == "“You are late, Ana.”"
    (mara,) = lore_out.characters(story)
    story.context.put_entry(replace(mara, content="She is gone."))
    out = lore_out.write_card(story, out=tmp_path / "out.png").path
    held = png.texts(out.read_bytes(), "out.png")
    assert held["comment"] == b"made by hand"
    again = lore_files.look(out)
    assert again.entries[0].content == "She is gone."
    assert again.read.card is not None
    assert again.read.card.version == 3
    assert list(packing.chunks(out.read_bytes()))[-1][0] == b"IEND"


@pytest.mark.parametrize(
    ("name", "value", "form"),
    [
        ("skerry.json", samples.WORLD_INFO, "world_info"),
        ("a.lorebook", samples.NOVELAI, "novelai"),
        ("b.json", samples.LOREBOOK_V3, "character_book"),
    ],
)
def test_a_story_that_begins_with_a_book_gives_it_back(
    tmp_path: Path, name: str, value: Any, form: str
) -> None:
    preview = preview_import([file(tmp_path, name, value)])
    with import_story(preview, tmp_path / "new.forge") as story:
        written = lore_out.write_lore(story, tmp_path / "out", form=form)
        assert json.loads(written.path.read_bytes()) == value


def test_a_card_in_an_archive_keeps_its_assets(story: StoryFile, tmp_path: Path) -> None:
    path = file(tmp_path, "mara.charx", samples.charx())
    lore_files.bring(story, lore_files.look(path))
    out = lore_out.write_card(story, out=tmp_path).path
    assert out.name == "Mara Voss.charx"
    with zipfile.ZipFile(path) as before, zipfile.ZipFile(out) as after:
        assert after.namelist() == before.namelist()
        for name in ("assets/face.png", "module.risum"):
            assert after.read(name) == before.read(name)
        assert json.loads(after.read("card.json")) == samples.V3


def test_a_novelai_book_in_a_picture_comes_and_the_picture_is_kept(
    story: StoryFile, tmp_path: Path
) -> None:
    picture = samples.png(naidata=samples.NOVELAI)
    found = lore_files.look(file(tmp_path, "skerry.png", picture))
    assert found.kind == "NovelAI lorebook"
    lore_files.bring(story, found)
    assert titles(story) == ["Mara", "Fog"]
    (kept,) = story.attachments.list()
    assert story.attachments.read(kept.id) == picture


def test_a_first_message_never_writes_over_a_scene(story: StoryFile, tmp_path: Path) -> None:
    found = lore_files.look(file(tmp_path, "mara.json", samples.V1))
    first = lore_files.bring(story, found, open_with_first_message=True).opened
    second = lore_files.bring(story, found, open_with_first_message=True).opened
    scenes = story.outline().scenes
    assert [scene.id for scene in scenes] == [second, first]
    assert scenes[0].title == "Mara Voss"


def test_an_entry_written_here_becomes_a_card_and_what_that_cannot_hold_is_said(
    story: StoryFile, tmp_path: Path
) -> None:
    mara = LoreEntry("m", "Mara Voss", ("Mara Voss", "Mara"), "She is forty.")
    tom = LoreEntry("t", "Tom", ("Tom", "the boy"), "He rows.", priority=3, from_scene="s")
    story.context.set_lore((mara, tom))
    assert lore_out.card_place(story, "m").name == "Mara Voss.json"
    written = lore_out.write_card(story, "m")
    assert (written.count, written.unequal) == (1, ())
    again = lore_files.look(written.path).entries[0]
    assert (again.title, again.keys, again.content) == (mara.title, mara.keys, mara.content)
    lost = lore_out.write_card(story, "t", tmp_path / "tom.json", version=3).unequal
    assert lost == (Unequal("Tom", ("keys", "priority", "from_scene")),)


def test_which_entry_is_meant_is_asked_where_it_is_not_clear(
    story: StoryFile, tmp_path: Path
) -> None:
    story.context.set_lore((LoreEntry("x", "Fog"),))
    with pytest.raises(BadInput, match="no entry that came as a character card"):
        lore_out.write_card(story)
    for name in ("one", "two"):
        value = {**samples.V1, "name": name}
        lore_files.bring(story, lore_files.look(file(tmp_path, f"{name}.json", value)))
    with pytest.raises(BadInput, match="one, two"):
        lore_out.write_card(story)
    wanted = lore_out.characters(story)[1]
    written = lore_out.write_card(story, wanted.id, tmp_path / "out.json")
    assert json.loads(written.path.read_bytes())["data"]["name"] == "two"
    with pytest.raises(BadInput, match="no format"):
        lore_out.write_lore(story, form="nothing")


def test_twice_as_many_entries_are_twice_the_work(tmp_path: Path) -> None:
    def calls(count: int, name: str) -> int:
        entries = {
            str(n): {**samples.UNTOUCHED, "uid": n, "comment": f"E{n}", "content": "word " * 40}
            for n in range(count)
        }
        path = file(tmp_path, f"{name}.json", {"entries": entries})
        made = 0

        def counted(_frame: object, event: str, _told: object) -> None:
            nonlocal made
            made += event in ("call", "c_call")

        with StoryFile.create(tmp_path / f"{name}.forge", title="The Light") as story:
            sys.setprofile(counted)
            try:
                lore_files.bring(story, lore_files.look(path))
            finally:
                sys.setprofile(None)
            assert len(story.context.lore()) == count
        return made

    calls(10, "first")  # it imports what it needs
    once = calls(200, "once")
    assert calls(400, "twice") < 2.2 * once


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ({"entries": {str(n): {"key": ["x"]} for n in range(20_001)}}, "more than 200,000"),
        ({"entries": [{"keys": ["x"] * 200_000, "content": ""}]}, "more than 200,000"),
        (b'{"entries": {"0": {"key": ["a"}}', "line 1, column"),
        ({"hello": 1}, "no lorebook and no character card"),
        (b"plain words", "no lorebook and no character card"),
        (samples.png(), "no lorebook and no character card"),
        (samples.png(chara=samples.V2)[:-20], "the picture ends too early"),
        (samples.png(chara=samples.V2).replace(b"chara\0", b"chara\0!"), "ends too early"),
        (samples.png(chara={"x": 1}), "its text “chara”: it is no lorebook"),
        (samples.charx({"x": 1}), "card.json: it is no lorebook"),
        (b'{"a":' * 3000, "nested too deep"),
    ],
    # Never the bytes: a zip tells the time, and the gate's processes must agree on all names.
    ids=lambda one: one if isinstance(one, str) else type(one).__name__,
)  # fmt: skip
def test_a_broken_file_is_named_with_the_place_and_the_reason(
    tmp_path: Path, value: Any, said: str
) -> None:
    with pytest.raises(BadInput, match=said) as caught:
        lore_files.look(file(tmp_path, "bad.lore", value))
    assert "bad.lore" in caught.value.message
