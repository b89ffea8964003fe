"""What a model is to know: texts, the book of lore with its rules, summaries, changed prompts."""

import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storyforge.domain.lore import ContextRules, KeyLogic, LoreEntry, LorePosition
from storyforge.domain.sections import PromptEdit
from storyforge.domain.summary import Summary, SummaryOf
from storyforge.domain.trash import TrashKind
from storyforge.errors import BadInput
from storyforge.store.story_file import StoryFile
from tests.store.helpers import only_scene, query, typed

_WORD = st.text(st.sampled_from("abz/ 霧*"), min_size=1, max_size=5).map(lambda s: s.strip() or "x")
_ENTRIES = st.builds(
    LoreEntry,
    id=st.uuids().map(lambda key: key.hex),
    title=_WORD,
    keys=st.lists(_WORD, max_size=3).map(tuple),
    content=st.sampled_from(["", "A rock.\n\nFog."]),
    enabled=st.booleans(),
    always=st.booleans(),
    extra=st.dictionaries(_WORD, st.sampled_from([1, None, "x", [1.5], {"a": {}}]), max_size=2),
    secondary=st.lists(_WORD, max_size=2).map(tuple),
    logic=st.sampled_from(KeyLogic),
    whole_words=st.booleans(),
    case_sensitive=st.booleans(),
    priority=st.integers(-900, 900),
    share=st.sampled_from([0.0, 0.25, 1.0]),
    position=st.sampled_from(LorePosition),
    depth=st.integers(0, 40),
    scan=st.sampled_from([None, 0, 4000]),
    chance=st.integers(0, 100),
    sticky=st.integers(0, 9),
    cooldown=st.integers(0, 9),
    wakes=st.booleans(),
    woken=st.booleans(),
)


def lore(key: str, **more: object) -> LoreEntry:
    return replace(LoreEntry(key, key.upper(), (key,), f"About {key}."), **more)  # type: ignore[arg-type]


def summary(key: str, text: str, model: str = "tiny") -> Summary:
    return Summary(SummaryOf.SCENE, key, text, "d", datetime.now(UTC), model)


@given(st.lists(_ENTRIES, max_size=3, unique_by=lambda one: one.id))
@settings(max_examples=30, deadline=None)
def test_every_rule_of_an_entry_comes_back(
    tmp_path_factory: pytest.TempPathFactory, entries: list[LoreEntry]
) -> None:
    path = tmp_path_factory.mktemp("lore") / "x.forge"
    with StoryFile.create(path, title="x") as story:
        story.context.set_lore(entries)
        assert story.context.lore() == tuple(entries)
        for entry in entries:
            story.context.put_entry(entry)
        assert story.context.lore() == tuple(entries)


def test_an_entry_is_put_in_its_place_or_at_the_end_and_taken_out(story: StoryFile) -> None:
    story.context.put_entry(lore("a"))
    story.context.put_entry(lore("b"))
    story.context.put_entry(lore("a", priority=3))
    assert [(e.id, e.priority) for e in story.context.lore()] == [("a", 3), ("b", 0)]
    story.context.remove_entry("a")
    assert [entry.id for entry in story.context.lore()] == ["b"]


def test_an_entry_without_rules_says_nothing_of_them(story: StoryFile, path: Path) -> None:
    """So it has the same digest in a file that version 2 wrote: a merge sees no change."""
    story.context.set_lore([lore("a")])
    assert query(path, "SELECT from_scene, rules FROM lore") == [("", "{}")]


def test_rules_that_cannot_be_are_the_nearest_that_can(story: StoryFile, path: Path) -> None:
    story.context.set_lore([lore("a")])
    told = (
        '{"chance": 900, "share": 1e999, "depth": -4, "scan": -1, "sticky": true, "logic": "x",'
        ' "secondary": ["a\\nb"], "priority": 1' + "0" * 400 + ', "position": "lines up"}'
    )
    query(path, "UPDATE lore SET rules = ?", told)
    query(path, "INSERT INTO setting VALUES ('context_rules', ?)", '{"lore_share": 7, "scan": -3}')
    (entry,) = story.context.lore()
    assert (entry.chance, entry.share, entry.depth, entry.scan, entry.sticky) == (100, 0, 0, 0, 0)
    assert (entry.logic, entry.secondary) == (KeyLogic.AND_ANY, ("a b",))
    assert entry.position is LorePosition.LINES_UP
    assert story.context.rules() == ContextRules(lore_share=1.0, scan=0)


def test_what_is_asked_for_at_every_request_is_read_once(story: StoryFile) -> None:
    story.context.set_lore([lore(f"e{n}", chance=n % 100) for n in range(5000)])
    known, rules = story.context.lore(), story.context.rules()
    story.scenes.save(typed(only_scene(story), "Fog."))
    story.remember("open_scene", "x")
    assert story.context.lore() is known
    assert story.context.rules() == rules
    began = time.perf_counter()
    for _ in range(100):
        story.context.lore()
        story.context.texts()
        story.context.rules()
    assert (time.perf_counter() - began) / 100 < 0.002


@pytest.mark.parametrize(
    "change",
    [
        lambda story: story.context.put_entry(lore("b")),
        lambda story: story.context.remove_entry("a"),
        lambda story: story.context.set_lore(()),
        lambda story: story.context.set_text("memory", "Mara."),
        lambda story: story.context.set_rules(ContextRules(note_lines=1)),
    ],
)
def test_every_change_is_seen_at_once(story: StoryFile, change: object) -> None:
    def told() -> tuple[object, ...]:
        return story.context.lore(), story.context.texts(), story.context.rules()

    story.context.put_entry(lore("a"))
    before = told()
    assert callable(change)
    change(story)
    assert told() != before


def test_what_another_opening_changed_is_seen(story: StoryFile, path: Path) -> None:
    with StoryFile.open(path) as reader:
        assert (reader.context.lore(), reader.context.text("memory")) == ((), "")
        story.context.put_entry(lore("a"))
        story.context.set_text("memory", "Mara.")
        assert [entry.id for entry in reader.context.lore()] == ["a"]
        assert reader.context.text("memory") == "Mara."


def test_what_was_taken_back_is_not_remembered(story: StoryFile) -> None:
    def half() -> None:
        with story.together():
            story.context.put_entry(lore("a"))
            assert [entry.id for entry in story.context.lore()] == ["a"]
            story.scenes.load("nothing")

    with pytest.raises(BadInput):
        half()
    assert story.context.lore() == ()


def test_a_scene_that_goes_for_good_takes_its_summary_and_its_prompt_along(
    story: StoryFile,
) -> None:
    chapter = story.outline().chapters[0].id
    kept, goes = only_scene(story), story.binder.add_scene(chapter, "goes")
    for scene in (kept, goes):
        story.summaries.put(summary(scene, scene))
        story.prompt_edits.keep(scene, PromptEdit("a", "b"))
    story.binder.delete_scene(goes)
    assert len(story.summaries.all()) == 2
    story.binder.empty_trash()
    assert [key for _of, key in story.summaries.all()] == [kept]
    assert story.prompt_edits.of_scene(kept) == PromptEdit("a", "b")
    assert story.prompt_edits.of_scene(goes) is None


def test_a_chapter_that_goes_takes_its_summary_along(story: StoryFile) -> None:
    chapter = story.binder.add_chapter("Two")
    story.binder.add_scene(chapter, "x")
    story.summaries.put(replace(summary(chapter, "all"), of=SummaryOf.CHAPTER))
    story.binder.delete_chapter(chapter)
    story.binder.purge(TrashKind.CHAPTER, chapter)
    assert story.summaries.all() == {}


def test_what_was_true_from_a_gone_scene_on_is_true_from_the_next_one_on(story: StoryFile) -> None:
    one, first = story.outline().chapters[0].id, only_scene(story)
    two = story.binder.add_chapter("Two")
    gone, behind, last = (story.binder.add_scene(two, title) for title in "abc")
    third = story.binder.add_chapter("Three")
    inside = story.binder.add_scene(third, "d")
    story.context.set_lore([lore("a", from_scene=gone), lore("b", from_scene=inside), lore("c")])
    story.binder.delete_scene(gone)
    story.binder.delete_scene(behind)
    assert story.context.lore()[0].from_scene == gone, "it can come back"
    story.binder.empty_trash()
    story.binder.delete_chapter(third)
    story.binder.empty_trash()
    assert [entry.from_scene for entry in story.context.lore()] == [last, last, ""]
    story.binder.delete_chapter(two)
    story.binder.empty_trash()
    assert [entry.from_scene for entry in story.context.lore()] == [first, first, ""]
    assert [chapter.id for chapter in story.outline().chapters] == [one]


def test_what_both_joined_scenes_told_stays_and_lore_goes_to_the_first(story: StoryFile) -> None:
    first = only_scene(story)
    second = story.binder.add_scene(story.outline().chapters[0].id, "b")
    third = story.binder.add_scene(story.outline().chapters[0].id, "c")
    story.summaries.put(summary(first, "One.", model=""))
    story.summaries.put(summary(second, "Two."))
    story.context.set_lore([lore("a", from_scene=second)])
    story.binder.join_scenes(first, second)
    told = story.summaries.all()[SummaryOf.SCENE, first]
    assert (told.text, told.model) == ("One.\nTwo.", "")
    assert story.context.lore()[0].from_scene == first
    story.binder.join_scenes(third, first)
    assert story.summaries.all()[SummaryOf.SCENE, third].text == "One.\nTwo."
    story.binder.restore_scene(second)
    assert story.summaries.all()[SummaryOf.SCENE, second].text == "Two."


def test_a_prompt_is_kept_for_a_scene_of_the_story_only(story: StoryFile) -> None:
    scene = only_scene(story)
    with pytest.raises(BadInput):
        story.prompt_edits.keep("nothing", PromptEdit("a", "b"))
    story.prompt_edits.keep(scene, PromptEdit("a", "b\x1b"))
    assert story.prompt_edits.of_scene(scene) == PromptEdit("a", "b")
    story.prompt_edits.let_go(scene)
    assert story.prompt_edits.of_scene(scene) is None
