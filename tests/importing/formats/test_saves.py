"""The saves of tools that write with a model: KoboldAI, NovelAI, AI Novelist, mikupad."""

import json
from typing import Any

import pytest

from storyforge.domain.lore import KeyLogic, LorePosition
from storyforge.importing.values import ImportPreview
from tests.importing import samples
from tests.importing.formats.shapes import texts
from tests.importing.previewing import preview_bytes
from tests.lorebooks import samples as lore


def left_out(preview: ImportPreview) -> str:
    return next((note for note in preview.notes if note.startswith("No place")), "")


def written_by_model(preview: ImportPreview) -> list[str]:
    return [scene.text[a:b] for scene in preview.scenes for a, b in scene.model]


def test_a_first_koboldai_save_comes_in() -> None:
    found = preview_bytes(samples.koboldai(), "one.json")
    assert texts(found) == ["She kept the light.\n\nFog came.", "Then it went."]
    assert (found.memory, found.author_note) == ("Skerry Point, 1893.", "slow")
    [mara] = found.lore
    assert (mara.title, mara.keys, mara.content) == (
        "the keeper",
        ("Mara", "keeper"),
        "Mara is forty.",
    )
    assert (mara.enabled, mara.always, mara.category) == (False, True, "people")
    assert (mara.chance, mara.extra["koboldai"]["probability"]) == (80, 80)
    assert written_by_model(found) == []


def test_what_koboldai_knows_and_a_story_does_not_is_named_and_kept() -> None:
    found = preview_bytes(samples.koboldai(), "one.json")
    for name in ("actions_metadata", "anotetemplate", "savedsettings"):
        assert name in left_out(found)
    kept = {one.name: one.data for one in found.attachments}
    assert kept == {"notes.txt": b"Ask about the seals.", "one.json": samples.koboldai()}


def test_a_second_koboldai_save_comes_in_by_number() -> None:
    for data, name in ((samples.koboldai_2(), "two.json"), (samples.koboldai_zip(), "three.zip")):
        found = preview_bytes(data, name)
        assert found.title == "The Light"
        assert texts(found) == ["She kept the light. Fog came. Then it went."]
        assert found.author_note == "slow"
        assert [(e.title, e.content) for e in found.lore] == [("Mara", "Forty.")]
        assert "temp" in left_out(found)
        assert found.attachments[0].data == data


def test_a_novelai_story_comes_in_with_who_wrote_what() -> None:
    found = preview_bytes(samples.novelai(), "light.story")
    assert found.title == "The Light"
    assert texts(found) == ["She kept the light.\n\nFog came.", "Then it went."]
    assert written_by_model(found) == ["Fog came.", "Then"]
    assert (found.memory, found.author_note) == ("Skerry Point, 1893.", "slow")
    [mara] = found.lore
    assert (mara.keys, mara.enabled, mara.always) == (("mara", "/keep(er)?/i"), False, True)
    assert mara.category == "people"
    told = mara.extra["novelai"]["contextConfig"]
    assert told == {"prefix": "", "tokenBudget": 2048}
    for name in ("bannedSequenceGroups", "datablocks", "settings", "tags"):
        assert name in left_out(found)


def test_an_old_novelai_story_in_one_piece_comes_in() -> None:
    story = {"storyContainerVersion": 1, "content": {"story": {"text": "She kept the light."}}}
    assert texts(preview_bytes(json.dumps(story).encode(), "a.story")) == ["She kept the light."]


def test_a_packed_novelai_story_is_said_not_to_be_read() -> None:
    value = samples.novelai_value()
    del value["content"]["story"]
    value["content"]["document"] = "3BQGAA=="
    found = preview_bytes(json.dumps(value).encode(), "new.story")
    assert found.chapters == ()
    assert any("The text of “new.story” was not read" in note for note in found.notes)
    assert found.memory == "Skerry Point, 1893."
    assert [kept.name for kept in found.attachments] == ["new.story"]


def test_a_scenario_keeps_its_placeholders() -> None:
    found = preview_bytes(samples.scenario(), "light.scenario")
    assert texts(found) == ["${1#name[Mara]Name:Who keeps it?} kept the light."]
    assert any("${1#name[Mara]Name:Who keeps it?}" in note for note in found.notes)
    assert (found.memory, found.author_note) == ("Skerry Point", "slow")
    assert [(e.title, e.keys) for e in found.lore] == [("Fog", ("fog",))]
    assert "description" in left_out(found)


def test_an_ai_novelist_story_comes_in() -> None:
    found = preview_bytes(samples.ai_novelist(), "light.novel")
    assert (found.title, found.language) == ("岬の灯", "ja")
    assert texts(found) == ["　灯を守る。\n「<火>」", "@break\n霧が来た。"]
    assert (found.memory, found.author_note) == ("千八百九十三年\n岬", "静かに")
    assert [(e.keys, e.content) for e in found.lore] == [
        (("灯", "灯台"), "岬の灯台\n白い"),
        (("霧",), "冷たい"),
    ]
    for name in ("parameters", "banned words", "scripts"):
        assert name in left_out(found)
    assert "template" not in left_out(found)
    assert any("@break" in note for note in found.notes)


def test_a_mikupad_session_comes_in() -> None:
    found = preview_bytes(samples.mikupad(), "session.json")
    assert found.title == "The Light"
    assert texts(found) == ["She kept the light. Fog came."]
    assert written_by_model(found) == ["Fog came."]
    assert (found.memory, found.author_note) == ("1893", "slow")
    [mara] = found.lore
    assert (mara.title, mara.keys, mara.content) == ("Mara", ("Mara", "/keep(er)?/i"), "40")
    assert (mara.scan, mara.extra["mikupad"]["search"]) == (30, "9")
    for name in ("seed", "authorNoteDepth", "memoryTokens.prefix"):
        assert name in left_out(found)


def test_keys_that_must_or_must_not_stand_there_too_become_second_keys() -> None:
    save = samples.koboldai_value()
    entry = save["worldinfo"][0]

    def read(**more: Any) -> tuple[tuple[str, ...], KeyLogic, bool]:
        told = {**save, "worldinfo": [{**entry, **more}]}
        found = preview_bytes(json.dumps(told).encode(), "one.json")
        (mara,) = found.lore
        return mara.secondary, mara.logic, "keyanti" in left_out(found)

    assert read(keysecondary="oil, sea") == ((), KeyLogic.AND_ANY, False)
    wanted = ("oil", "sea")
    assert read(keysecondary="oil, sea", selective=True) == (wanted, KeyLogic.AND_ANY, False)
    assert read(keyanti=["fog"]) == (("fog",), KeyLogic.NOT_ANY, False)
    both = read(keysecondary=["oil"], selective=True, keyanti=["fog"])
    assert both == (("oil",), KeyLogic.AND_ANY, True)


def test_where_ai_novelist_looks_for_tags_and_puts_its_book_comes_along() -> None:
    parameters = "31<>29<>93<>60<>256<>3<>128<>NaN<>0<>0<>0<>0<>0<>{line}<>0"
    for line, depth in (("4", 8), ("30", 0)):
        told = samples.ai_novelist().decode()
        told = told.replace("31<>29<>93<>60", parameters.format(line=line))
        (first, _second) = preview_bytes(told.encode(), "light.novel").lore
        assert (first.scan, first.position, first.depth) == (1024, LorePosition.LINES_UP, depth)


def test_a_file_of_lore_begins_a_story() -> None:
    found = preview_bytes(lore.png(chara=lore.V2), "mara.png")
    assert (found.title, texts(found)) == ("Mara Voss", ["“You are late, {{user}}.”"])
    assert [entry.title for entry in found.lore] == ["Mara Voss", "Skerry Point"]
    assert any("{{user}}" in note for note in found.notes)
    assert "system_prompt" in left_out(found)
    assert [kept.media_type for kept in found.attachments] == ["image/png"]
    found = preview_bytes(lore.charx(), "mara.charx")
    assert found.lore[0].extra["card_file"] == found.attachments[0].name == "mara.charx"
    found = preview_bytes(lore.data(lore.WORLD_INFO), "skerry.json")
    assert (found.title, found.scenes, len(found.lore)) == ("Skerry", (), 3)
    assert any("“Mara” has rules" in note and "vectorized" in note for note in found.notes)


@pytest.mark.parametrize("name", ["one.json", "two.json", "light.story", "light.scenario"])
@pytest.mark.parametrize("value", [None, 5, "x", [], {}, [None], {"a": 1}, True])
def test_a_field_of_another_type_is_no_error(name: str, value: Any) -> None:
    save = json.loads(samples.ALL[name]())
    for field in list(save):
        if field in (
            "storyContainerVersion",
            "scenarioVersion",
            "gamestarted",
            "prompt",
            "content",
        ):
            continue
        spoiled = save | {field: value}
        assert preview_bytes(json.dumps(spoiled).encode(), name).attachments


def test_a_long_story_of_many_hands_is_read_at_once() -> None:
    fragments = [
        {"data": f"Line {n}.\n***\n" if n % 3 == 0 else f"Line {n}. ", "origin": origin}
        for n, origin in enumerate(["ai", "user"] * 10_000)
    ]
    story = {"storyContainerVersion": 1, "content": {"story": {"fragments": fragments}}}
    found = preview_bytes(json.dumps(story).encode(), "a.story")
    written = "".join(written_by_model(found))
    assert written.count("Line") == 10_000
    assert len(found.scenes) == 6668
