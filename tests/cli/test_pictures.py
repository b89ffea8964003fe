"""The verbs about pictures, and slim, against real stories and files."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from storyforge.domain.picture.orders import Order, Raster
from storyforge.domain.picture.pictures import Picture
from storyforge.images import own_facts
from storyforge.store.picture_files import folder_of
from storyforge.store.story_file import StoryFile
from tests.cli.command import Command
from tests.store.helpers import query


def drawn(scene: str, key: str, shade: int) -> tuple[Picture, bytes]:
    """A picture as it is kept when it was drawn."""
    order = Order(f"a lighthouse {shade}", "blurry", seed=shade)
    picture = Picture(
        key,
        scene,
        datetime(2026, 11, 28, tzinfo=UTC),
        8,
        8,
        shade,
        prompt=order.prompt,
        negative=order.negative,
        painter="tiny",
        settings={"order": "{}", "threads": "2"},
    )
    return picture, own_facts.png_of(Raster(8, 8, bytes([shade]) * 192), order, picture, "")


@pytest.fixture
def path(light: Path) -> Path:
    with StoryFile.open(light) as opened:
        first, second = (scene.id for scene in opened.outline().scenes[:2])
        for scene, key, shade in ((first, "aaaa1111", 1), (second, "bbbb2222", 2)):
            opened.pictures.add(*drawn(scene, key, shade))
    return light


def test_pictures_are_listed_and_shown(storyforge: Command, path: Path) -> None:
    told = storyforge("pictures", "list", path, "--json").json
    assert [(one["id"], one["scene"], one["seed"]) for one in told] == [
        ("aaaa1111", 1, 1),
        ("bbbb2222", 2, 2),
    ]
    lines = storyforge("pictures", "list", path, "--scene", 2).out.splitlines()
    assert len(lines) == 2
    assert lines[1].split()[:2] == ["bbbb2222", "2"]
    shown = storyforge("pictures", "show", path, "1").out
    assert "a lighthouse 1" in shown
    assert "threads" in shown
    assert storyforge("pictures", "show", path, "aaaa", "--json").json["settings"]["threads"] == "2"


def test_how_a_picture_was_made_is_told_in_words(storyforge: Command, path: Path) -> None:
    people = [{"who": "m", "seed": 12, "lora hashes": {}}, {"who": "x", "seed": 13}]
    settings = {
        "order": json.dumps(
            {"steps": 20, "guidance": 7.0, "people": [{"who": "m", "name": "Mara"}]}
        ),
        "lora hashes": json.dumps({"ink": "0a1b", "fog": "2c3d"}),
        "references": json.dumps([{"adapter": "plus.safetensors", "scale": 0.6}, {"image": "9f"}]),
        "people": json.dumps(people),
        "without": '["seed"]',
        "heat": "[]",
    }
    with StoryFile.open(path) as opened:
        picture, data = drawn(opened.outline().scenes[2].id, "cccc3333", 3)
        opened.pictures.add(replace(picture, settings=settings), data)
    shown = storyforge("pictures", "show", path, "cccc").out

    told = dict(line.split("  ", 1) for line in shown.splitlines())
    told = {name: one.strip() for name, one in told.items()}
    assert (told["steps"], told["guidance scale"]) == ("20", "7")
    assert told["lora hashes"] == "ink 0a1b, fog 2c3d"
    assert told["references"] == "plus.safetensors 0.6, image 9f"
    assert told["people"] == "Mara (seed 12), x (seed 13)"
    assert told["without"] == "seed"
    assert "{" not in shown


def test_choose_rate_delete_and_back(storyforge: Command, path: Path) -> None:
    assert "Chosen: aaaa1111" in storyforge("pictures", "choose", path, "aaaa").out
    assert "★★★" in storyforge("pictures", "rate", path, "1", 3).out
    assert storyforge("pictures", "rate", path, "1", 6).status == 2
    (one,) = storyforge("pictures", "list", path, "--scene", 1, "--json").json
    assert (one["chosen"], one["rating"], one["beside"]) == (True, 3, False)
    assert storyforge("pictures", "delete", path, "aaaa").status == 0
    assert storyforge("pictures", "list", path, "--scene", 1, "--json").json == []
    assert len(storyforge("pictures", "list", path, "--deleted", "--json").json) == 1
    assert "Picture “a lighthouse 1”" in storyforge("trash", path).out
    assert "Restored: aaaa1111" in storyforge("pictures", "back", path, "aaaa").out
    assert storyforge("pictures", "choose", path, "aaaa", "--none").status == 0
    assert not storyforge("pictures", "show", path, "aaaa", "--json").json["chosen"]
    wrong = storyforge("pictures", "rate", path, "cccc", 1)
    assert (wrong.status, "no picture “cccc”" in wrong.err) == (1, True)


def test_a_picture_is_brought_out_and_read(storyforge: Command, path: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.png"
    assert storyforge("pictures", "export", path, "2", "-o", out).status == 0
    again = storyforge("pictures", "export", path, "2", "-o", out)
    assert (again.status, "already" in again.err) == (1, True)
    read = storyforge("pictures", "read", out, "--json").json
    assert (read["prompt"], read["seed"], read["source"]) == ("a lighthouse 2", 2, "storyforge")
    assert "a lighthouse 2" in storyforge("pictures", "read", out).out
    out.write_bytes(b"<html>")
    wrong = storyforge("pictures", "read", out)
    assert (wrong.status, "no picture that can be read" in wrong.err) == (1, True)


def test_lost_files_are_found_and_strays_taken_in(storyforge: Command, path: Path) -> None:
    query(path, "DELETE FROM picture WHERE id = 'bbbb2222'")
    (folder_of(path) / "photo.png").write_bytes(b"mine")
    listed = storyforge("pictures", "list", path)
    assert "pictures adopt" in listed.err
    renamed = path.with_name("renamed.forge")
    path.rename(renamed)
    gone = storyforge("pictures", "list", renamed)
    assert "file gone" in gone.out
    assert "1 lost file is back." in storyforge("pictures", "adopt", renamed).out
    assert (folder_of(path) / "aaaa1111.png").exists()
    folder_of(path).joinpath("bbbb2222.png").rename(folder_of(renamed) / "bbbb2222.png")
    assert "Taken in: bbbb2222" in storyforge("pictures", "adopt", renamed).out
    assert [one["scene"] for one in storyforge("pictures", "list", renamed, "--json").json] == [
        1,
        2,
    ]
    assert "nothing to take in" in storyforge("pictures", "adopt", renamed).out
    assert (folder_of(path) / "photo.png").read_bytes() == b"mine"


def test_slim_says_what_it_frees_and_asks(storyforge: Command, path: Path) -> None:
    storyforge("pictures", "choose", path, "aaaa")
    query(path, "UPDATE picture SET chosen = 0, rating = 2 WHERE id = 'aaaa1111'")
    dry = storyforge("slim", path, "--dry-run").out
    assert "1 picture that nobody chose lies in the story file" in dry
    assert "1 picture is neither chosen nor rated" in dry
    assert not (folder_of(path) / "aaaa1111.png").exists()
    asked = storyforge("slim", path, "--drop")
    assert (asked.status, "Add --yes" in asked.err) == (1, True)
    assert storyforge("slim", path).status == 0
    assert (folder_of(path) / "aaaa1111.png").exists()
    assert query(path, "SELECT count(*) FROM picture_data") == [(0,)]
    assert storyforge("slim", path, "--drop", "--yes").status == 0
    assert [one["id"] for one in storyforge("pictures", "list", path, "--json").json] == [
        "aaaa1111"
    ]
    assert {file.name for file in folder_of(path).iterdir()} == {"aaaa1111.png"}
