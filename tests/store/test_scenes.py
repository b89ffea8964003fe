from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storyforge.domain.counting import Counts, count, count_by_author
from storyforge.domain.origin import Origin, Place, Provenance, Span
from storyforge.domain.story import Page
from storyforge.errors import BadInput
from storyforge.store.story_file import StoryFile
from tests.store.helpers import only_scene, query, typed

EDIT = st.tuples(
    st.sampled_from(["type", "model", "place"]),
    st.integers(0, 60),
    st.integers(0, 12),
    st.text("ab'- \n、霧\U0001f331\x1b\r", max_size=8),
)


def edited(page: Page, kind: str, at: int, width: int, text: str) -> Page:
    """One edit as the page's owner tells it."""
    start = min(at, len(page.text))
    end = min(start + width, len(page.text))
    provenance = page.provenance
    if kind == "place":
        provenance = provenance.with_place(Place(f"p{at}", start, start))
        return Page(page.scene_id, page.text, provenance, start)
    if kind == "type":
        provenance = provenance.typed(start, end, len(text))
    else:
        new = (Span(len(text), Origin.MODEL, f"t{at}"),) if text else ()
        provenance = provenance.replaced(start, end, new, into=f"p{at}")
    whole = page.text[:start] + text + page.text[end:]
    return Page(page.scene_id, whole, provenance, start)


def test_whatever_is_edited_comes_back_as_it_was_saved(story: StoryFile, path: Path) -> None:
    scene = only_scene(story)

    @settings(max_examples=25, deadline=None)
    @given(st.lists(EDIT, max_size=12))
    def round_trip(edits: list[tuple[str, int, int, str]]) -> None:
        page = typed(scene, "")
        for edit in edits:
            page = edited(page, *edit)
            story.scenes.save(page)
        story.scenes.save(page)
        back = story.scenes.load(scene)
        if not any(char in page.text for char in "\x1b\r"):
            assert (back.text, back.caret) == (page.text, page.caret)
            assert back.provenance.spans == page.provenance.spans
            assert set(back.provenance.places) == set(page.provenance.places)
        assert "\x1b" not in back.text
        assert back.provenance.length == len(back.text)
        assert all(0 <= p.start <= p.end <= len(back.text) for p in back.provenance.places)
        # The row holds what the outline shows, counted the slow way.
        own, model = count_by_author(back.text, back.provenance.spans)
        assert story.scenes.counts_by_author(scene) == (own, model)
        assert story.outline().scenes[0].counts == count(back.text)

    round_trip()
    with StoryFile.open(path) as reader:  # and another opener reads the same
        assert reader.scenes.load(scene) == story.scenes.load(scene)


def test_control_characters_do_not_reach_the_file(story: StoryFile, path: Path) -> None:
    scene = only_scene(story)
    text = "One\x00\x1b[2J two\r\nthree\x9b"
    at = text.index("two")
    provenance = Provenance(
        (Span(at, Origin.TYPED), Span(len(text) - at, Origin.MODEL, "t")),
        (Place("p", at, len(text)),),
    )
    story.scenes.save(Page(scene, text, provenance, len(text)))
    assert query(path, "SELECT text, caret, length FROM scene") == [("One[2J two\nthree", 16, 16)]
    page = story.scenes.load(scene)
    assert page.text[page.provenance.places[0].start :] == "two\nthree"
    assert [span.length for span in page.provenance.spans] == [7, 9]


def test_a_lone_surrogate_cannot_stop_a_save(story: StoryFile) -> None:
    scene = only_scene(story)
    story.scenes.save(typed(scene, "half \ud83d a character"))
    assert story.scenes.load(scene).text == "half  a character"


def test_a_file_from_anywhere_is_read_clean(story: StoryFile, path: Path) -> None:
    scene = only_scene(story)
    query(path, "UPDATE scene SET text = ?, caret = 99", "a\x1b]0;x\x07b\r\nc")
    query(
        path,
        "INSERT INTO span VALUES (?, 0, 2, 'alien', 't'), (?, 1, -5, 'model', 't')",
        *[scene] * 2,
    )
    query(path, "INSERT INTO anchor VALUES (?, 'p', 3, 400, 'odd')", scene)
    page = story.scenes.load(scene)
    assert page.text == "a]0;xb\nc"
    assert page.provenance.spans == (Span(8, Origin.TYPED),)
    assert page.provenance.places == (Place("p", 2, 8),)
    assert page.caret == 8


def test_text_that_is_not_utf8_is_still_read(story: StoryFile, path: Path) -> None:
    query(path, "UPDATE scene SET text = CAST(X'41ff42' AS TEXT)")
    assert story.scenes.load(only_scene(story)).text == "A\ufffdB"


def test_an_unknown_scene_is_named(story: StoryFile) -> None:
    calls = (
        lambda: story.scenes.load("nobody"),
        lambda: story.scenes.save(typed("nobody", "x")),
        lambda: story.scenes.before("nobody", 10),
        lambda: story.scenes.counts_by_author("nobody"),
        lambda: story.scenes.save_caret("nobody", 1),
    )
    for call in calls:
        with pytest.raises(BadInput, match="scene is not in the story"):
            call()
    story.scenes.save(typed(only_scene(story), "still works"))


def test_the_caret_is_kept_without_the_text(story: StoryFile) -> None:
    scene = only_scene(story)
    story.scenes.save(typed(scene, "Fog."))
    story.scenes.save_caret(scene, 3)
    assert story.scenes.load(scene).caret == 3


def test_only_what_changed_is_written(story: StoryFile) -> None:
    scene = only_scene(story)
    text = "mn" * 50  # no letters of an id
    spans = tuple(
        Span(1, Origin.MODEL if i % 2 else Origin.TYPED, "t" * (i % 2) or None) for i in range(100)
    )
    page = Page(scene, text, Provenance(spans), 0)
    story.scenes.save(page)
    said: list[str] = []
    story._database.raw.set_trace_callback(said.append)
    story.scenes.save(page)
    assert not [s for s in said if "span" in s or "mnmn" in s]
    said.clear()
    story.scenes.load(scene)
    grown = Page(scene, text[:40] + "x" + text[40:], page.provenance.typed(40, 40, 1), 41)
    story.scenes.save(grown)
    assert any("xmn" in s for s in said)
    story._database.raw.set_trace_callback(None)
    assert story.scenes.load(scene) == grown
    shorter = typed(scene, "c")
    story.scenes.save(shorter)
    assert story.scenes.load(scene) == shorter


def test_typing_rewrites_one_span_of_many(story: StoryFile, path: Path) -> None:
    scene = only_scene(story)
    spans = tuple(
        Span(2, Origin.MODEL if i % 2 else Origin.TYPED, "t" * (i % 2) or None) for i in range(100)
    )
    page = Page(scene, "ab" * 100, Provenance(spans), 0)
    story.scenes.save(page)
    said: list[str] = []
    story._database.raw.set_trace_callback(said.append)
    story.scenes.save(Page(scene, "x" + page.text, page.provenance.typed(0, 0, 1), 1))
    story._database.raw.set_trace_callback(None)
    assert len([s for s in said if "INTO span" in s]) == 1
    assert query(path, "SELECT length FROM span WHERE number = 0") == [(3,)]


def test_counts_tell_the_authors_words_from_the_models(story: StoryFile) -> None:
    scene = only_scene(story)
    text = "Mine and theirs.\nAll theirs.\nAll mine."
    page = Page(
        scene,
        text,
        Provenance(
            (Span(9, Origin.TYPED), Span(20, Origin.MODEL, "t"), Span(9, Origin.EDITED, "t"))
        ),
    )
    story.scenes.save(page)
    own, model = story.scenes.counts_by_author(scene)
    assert (own.words, model.words) == (4, 3)
    assert own + model == count(text) == story.outline().counts


class TestBefore:
    @pytest.fixture
    def scenes(self, story: StoryFile) -> list[str]:
        """Four scenes in two chapters: "aaaa", "bb" | "", "dddddd"."""
        one = story.outline().chapters[0].id
        two = story.binder.add_chapter("Two")
        ids = [only_scene(story)]
        ids.append(story.binder.add_scene(one, "B"))
        ids += [story.binder.add_scene(two, title) for title in ("C", "D")]
        for scene, text in zip(ids, ("aaaa", "bb", "", "dddddd"), strict=True):
            story.scenes.save(typed(scene, text))
        return ids

    def test_the_nearest_come_in_story_order(self, story: StoryFile, scenes: list[str]) -> None:
        found = story.scenes.before(scenes[3], 100)
        assert [(e.text, e.start, e.cut, e.opens_chapter) for e in found] == [
            ("aaaa", 0, False, "Chapter 1"),
            ("bb", 4, False, None),
            ("", 6, False, "Two"),
        ]
        assert [e.scene_id for e in found] == scenes[:3]

    def test_of_the_farthest_only_the_end_is_read(
        self, story: StoryFile, scenes: list[str]
    ) -> None:
        found = story.scenes.before(scenes[3], 5)
        assert [(e.text, e.start, e.cut) for e in found] == [
            ("aaa", 1, True),
            ("bb", 4, False),
            ("", 6, False),
        ]

    def test_nothing_stands_before_the_first(self, story: StoryFile, scenes: list[str]) -> None:
        assert story.scenes.before(scenes[0], 100) == ()
        assert story.scenes.before(scenes[3], 0) == ()

    def test_deleted_scenes_are_not_read(self, story: StoryFile, scenes: list[str]) -> None:
        story.binder.delete_scene(scenes[0])
        assert [(e.text, e.start) for e in story.scenes.before(scenes[2], 100)] == [("bb", 0)]
        assert story.scenes.before(scenes[2], 100)[0].opens_chapter == "Chapter 1"
        story.binder.delete_chapter(story.outline().chapters[0].id)
        assert [e.text for e in story.scenes.before(scenes[3], 100)] == [""]

    def test_the_length_is_of_code_points(self, story: StoryFile, scenes: list[str]) -> None:
        story.scenes.save(typed(scenes[0], "霧が深い🌫。"))
        found = story.scenes.before(scenes[1], 3)
        assert [(e.text, e.start) for e in found] == [("い🌫。", 3)]


def test_an_empty_scene_counts_nothing(story: StoryFile) -> None:
    assert story.scenes.counts_by_author(only_scene(story)) == (Counts(), Counts())
