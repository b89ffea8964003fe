"""new, show, takes, import and export on real files."""

import json
from pathlib import Path

import pytest

from storyforge.cli.talk import shortened, table
from storyforge.domain.generation import StopReason, TakeState, Usage
from storyforge.domain.origin import Origin, Place, Provenance, Span
from storyforge.domain.sampling import Sampling
from storyforge.domain.story import Page
from storyforge.settings import update
from storyforge.store.story_file import StoryFile
from tests.cli.command import Command, finished
from tests.cli.conftest import FIRST


def test_new_makes_a_story(storyforge: Command, tmp_path: Path) -> None:
    answer = storyforge("new", "my_light", "--author", "Mara", "--language", "ja")
    assert answer.status == 0
    assert "Made my_light.forge" in answer.out
    with StoryFile.open(tmp_path / "my_light.forge") as story:
        outline = story.outline()
        assert (outline.title, outline.author, outline.language) == ("my light", "Mara", "ja")


def test_new_takes_the_authors_name_from_the_settings(storyforge: Command, tmp_path: Path) -> None:
    update({"author": "Ueda", "language": "ja"})
    assert storyforge("new", "a.forge", "--title", "風").status == 0
    with StoryFile.open(tmp_path / "a.forge") as story:
        assert (story.outline().author, story.outline().language) == ("Ueda", "ja")


def test_without_a_setting_a_new_story_is_in_the_locales_language(
    storyforge: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LANG", "ja_JP.UTF-8")
    (tmp_path / "note.txt").write_text("12345\n", "utf-8")
    assert storyforge("new", "a.forge", "--title", "風").status == 0
    assert storyforge("import", "note.txt", "-o", "b.forge").status == 0
    for name in ("a.forge", "b.forge"):
        with StoryFile.open(tmp_path / name) as story:
            assert story.outline().language == "ja"


def test_new_replaces_nothing(storyforge: Command, light: Path) -> None:
    answer = storyforge("new", light)
    assert answer.status == 1
    assert answer.err.startswith("storyforge: There is already something")
    assert "Traceback" not in answer.err


def test_show_is_readable(storyforge: Command, light: Path) -> None:
    assert storyforge("show", light).out == (
        "The Light\n"
        "Mara · en · 2 chapters · 3 scenes · 15 words\n"
        "\n"
        "                                                   words  own  model\n"
        "     The Keeper                                        8\n"
        "▸ 1    “Mara had kept the light for eleven year…”      8    8      –\n"
        "  2    Oil                                             0    0      –\n"
        "     The Boat                                          7\n"
        "  3    Fog                                             7    7      –\n"
    )


def test_show_measures_a_japanese_story_as_its_author_does(
    storyforge: Command, tmp_path: Path
) -> None:
    text = "\u3000灯台《とうだい》が光る。\n" * 30
    with StoryFile.create(tmp_path / "a.forge", title="灯台", language="ja") as story:
        scene = story.outline().scenes[0].id
        story.scenes.save(Page(scene, text, Provenance.whole(len(text), Origin.TYPED)))
    head = storyforge("show", "a.forge").out.splitlines()[1]
    assert head.startswith("ja · 1 chapter · 1 scene · 360 characters")
    assert "180 without readings, 300 with them · 2 manuscript pages of 400" in head
    told = storyforge("show", "a.forge", "--json").json
    measured = {
        "characters": 360,
        "characters_with_readings": 300,
        "characters_without_readings": 180,
        "manuscript_pages": 2,
    }
    assert measured.items() <= told.items()
    assert measured.items() <= told["chapters"][0]["scenes"][0].items()


def test_show_tells_programs_all(storyforge: Command, light: Path) -> None:
    told = storyforge("show", light, "--json").json
    assert (told["title"], told["words"], told["open_scene"]) == ("The Light", 15, 1)
    assert [s["number"] for c in told["chapters"] for s in c["scenes"]] == [1, 2, 3]
    assert told["chapters"][0]["scenes"][0]["own_words"] == 8
    assert told["manuscript_pages"] is None


def add_take(path: Path, text: str = " She slept.") -> None:
    with StoryFile.open(path) as story:
        scene = story.outline().scenes[0].id
        page = story.scenes.load(scene)
        end = len(FIRST)
        place = Place("p1", end, end + len(text))
        spans = (Span(end, Origin.TYPED), Span(len(text), Origin.MODEL, "t"))
        take = story.takes.begin(
            scene, "p1", model="Tiny\x1b[31m", request_hash="x", sampling=Sampling(seed=3)
        )
        spans = (spans[0], Span(len(text), Origin.MODEL, take.id))
        story.takes.finish(
            take.id,
            text=text + " cut",
            kept=len(text),
            state=TakeState.FINISHED,
            reason=StopReason.LENGTH,
            usage=Usage(seed=3, written=4),
        )
        story.scenes.save(Page(page.scene_id, FIRST + text, Provenance(spans, (place,))))
        second = story.takes.begin(scene, "p1", model="Tiny", request_hash="x", sampling=Sampling())
        story.takes.finish(
            second.id,
            text=" Other.",
            kept=7,
            state=TakeState.STOPPED,
            reason=StopReason.STOPPED,
            usage=Usage(),
        )


def test_takes_are_listed_with_the_one_that_stands(storyforge: Command, light: Path) -> None:
    add_take(light)
    lines = storyforge("takes", light).out.splitlines()
    assert lines[0].startswith("Scene 1  “Mara had")
    assert lines[1].startswith("●  1.1  ")
    assert "finished  Tiny[31m  3  She slept. cut" in lines[1]
    assert lines[2].startswith("   1.2  ")
    assert "stopped" in lines[2]
    shown = storyforge("show", light).out
    assert "17 words · 2 of them by a model" in shown


def test_takes_tell_programs_all(storyforge: Command, light: Path) -> None:
    add_take(light)
    told = storyforge("takes", light, "--scene", 1, "--json").json
    assert [(t["place"], t["number"], t["stands"]) for t in told] == [(1, 1, True), (1, 2, False)]
    assert (told[0]["text"], told[0]["seed"]) == (" She slept. cut", 3)


def test_no_takes_are_said_too(storyforge: Command, light: Path) -> None:
    assert "No takes yet" in storyforge("takes", light).out
    assert storyforge("takes", light, "--json").json == []


def test_a_scene_that_is_not_there_is_said(storyforge: Command, light: Path) -> None:
    answer = storyforge("takes", light, "--scene", 9)
    assert (answer.status, answer.out) == (1, "")
    assert answer.err.splitlines() == [
        "storyforge: There is no scene 9.",
        "  The story has 3 scenes; “storyforge show” lists them.",
    ]


@pytest.mark.parametrize("verb", ["show", "takes", "export", "continue"])
def test_what_is_no_story_is_said(storyforge: Command, tmp_path: Path, verb: str) -> None:
    (tmp_path / "a.forge").write_text("no story")
    answer = storyforge(verb, "a.forge")
    assert answer.status == 1
    assert answer.err.startswith("storyforge: ")
    assert "Traceback" not in answer.err


def test_import_shows_what_it_brings(storyforge: Command, tmp_path: Path) -> None:
    (tmp_path / "d.md").write_text(
        "# The Light\n\n## Oil\n\nOne two.\n\n***\n\nX.\n\n## Fog\n\nY.\n"
    )
    preview = storyforge("import", "d.md", "--preview")
    assert (preview.status, list(tmp_path.glob("*.forge"))) == (0, [])
    assert preview.out.splitlines() == [
        "The Light",
        "2 chapters · 3 scenes · 4 words",
        "",
        "1  Oil  2 scenes  3 words",
        "2  Fog   1 scene   1 word",
    ]
    answer = storyforge("import", "d.md")
    assert "Made The Light.forge" in answer.out
    assert storyforge("show", "The Light").out.count("“") == 3


def test_import_takes_many_files_and_options(storyforge: Command, tmp_path: Path) -> None:
    (tmp_path / "1.txt").write_bytes("　雪。".encode("cp932"))
    (tmp_path / "2.txt").write_bytes("　月。".encode("cp932"))
    answer = storyforge("import", "1.txt", "2.txt", "-o", "yuki", "--title", "雪")
    assert answer.status == 0
    assert "“1.txt” was read as Shift-JIS." in answer.err
    told = storyforge("show", "yuki", "--json").json
    assert (told["title"], told["language"], told["characters"]) == ("雪", "ja", 4)
    wrong = storyforge("import", "1.txt", "--encoding", "utf-8")
    assert wrong.status == 1
    assert "1.txt” cannot be decoded at byte 0" in wrong.err


def test_a_long_text_is_offered_a_split(
    storyforge: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.txt").write_text("\n\n".join(["word " * 100] * 100))
    answer = storyforge("import", "a.txt", "-o", "whole")
    assert "Split it into 3 scenes of about 3,000 words? Say --split 3000." in answer.err
    assert len(storyforge("show", "whole", "--json").json["chapters"][0]["scenes"]) == 1
    storyforge("import", "a.txt", "-o", "parts", "--split", 1000)
    assert len(storyforge("show", "parts", "--json").json["chapters"][0]["scenes"]) == 10
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("typer.confirm", lambda *_, **__: True)
    storyforge("import", "a.txt", "-o", "asked")
    assert len(storyforge("show", "asked", "--json").json["chapters"][0]["scenes"]) == 3
    assert "Split it" not in storyforge("import", "a.txt", "-o", "kept", "--split", 0).err


def test_export_goes_beside_the_story_and_replaces_nothing(
    storyforge: Command, light: Path
) -> None:
    out = light.with_suffix(".md")
    assert storyforge("export", light).out == f"Wrote {out}\n"
    first = out.read_text("utf-8")
    assert "# The Keeper\n\nMara had kept" in first
    refused = storyforge("export", light)
    assert (refused.status, out.read_text("utf-8")) == (1, first)
    assert "--force" in refused.err
    assert storyforge("export", light, "--force").status == 0


def test_what_was_exported_imports_the_same(storyforge: Command, light: Path) -> None:
    storyforge("export", light, "-o", "draft.md")
    storyforge("import", "draft.md", "-o", "again.forge")
    first, second = (storyforge("show", f, "--json").json for f in (light, "again.forge"))

    def shape(told: dict[str, list[dict[str, list[dict[str, str]]]]]) -> str:
        chapters = [[c["title"], [s["title"] for s in c["scenes"]]] for c in told["chapters"]]
        return json.dumps([told["title"], told["author"], told["words"], chapters])

    assert shape(first) == shape(second)


def test_export_streams_to_stdout_as_utf8(light: Path) -> None:
    with StoryFile.open(light) as story:
        story.rename(title="風の灯台")
    answer = finished("export", light, "-o", "-")
    assert (answer.status, answer.err) == (0, "")
    assert answer.out.startswith("---\ntitle: 風の灯台\n")
    assert answer.out.endswith("The boat came in without a crew.\n")


def test_copy_copies_an_open_story(storyforge: Command, light: Path) -> None:
    with StoryFile.open(light):
        answer = storyforge("export", light, "--copy")
    assert answer.status == 0
    copy = light.with_name("light copy.forge")
    assert copy.exists()
    assert storyforge("show", copy).out.splitlines()[0] == "The Light"
    assert storyforge("export", light, "--copy").status == 1
    assert storyforge("export", light, "--copy", "-o", "c", "--force").status == 0
    assert (light.parent / "c.forge").exists()
    assert "cannot be copied to stdout" in storyforge("export", light, "--copy", "-o", "-").err


def test_nothing_of_a_file_reaches_the_terminal_as_a_control_sequence(
    storyforge: Command, tmp_path: Path
) -> None:
    (tmp_path / "a\x1b[31m.txt").write_text(
        "A\x1b]0;title\x07 line.\n\n# \x1b[2JHead\n\nMore.\x9b31m"
    )
    told = [storyforge("import", "a\x1b[31m.txt", "-o", "x")]
    told += [storyforge("show", "x"), storyforge("export", "x", "-o", "-")]
    for answer in told:
        assert answer.status == 0
        assert "\x1b" not in answer.out + answer.err
        assert "\x9b" not in answer.out + answer.err


def test_columns_line_up_in_any_script() -> None:
    lines = table([["風", "1"], ["wind", "100"]], right=(1,))
    assert lines == ["風      1", "wind  100"]


@pytest.mark.parametrize(
    ("text", "columns", "expected"),
    [
        ("short", 10, "short"),
        ("a longer line", 8, "a longe…"),
        ("雪が降っていた", 8, "雪が降…"),
        ("\n\n　second", 10, "second"),
        ("", 5, ""),
        ("x" * 1_000_000, 5, "xxxx…"),
    ],
)
def test_long_lines_are_cut_to_their_columns(text: str, columns: int, expected: str) -> None:
    assert shortened(text, columns) == expected
