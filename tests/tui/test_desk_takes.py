"""Several takes, wishes, verbs, other words and the tree of takes, at the desk."""

from pathlib import Path

from textual.pilot import Pilot
from textual.widgets import Static

from storyforge.backends.scripted import ScriptedBackend
from storyforge.domain.generation import Take, TakeKind, TakeState
from storyforge.domain.origin import Origin
from storyforge.store.story_file import StoryFile
from storyforge.tui.dialogs.base import AskText
from storyforge.tui.dialogs.other_words import OtherWords
from storyforge.tui.dialogs.side_by_side import SideBySide
from storyforge.tui.dialogs.take_tree import TakeTree
from storyforge.tui.dialogs.verbs import ChooseVerb
from storyforge.tui.dialogs.wish import AskWish
from storyforge.tui.screens.desk import DeskScreen
from storyforge.tui.widgets.rows import RowList
from storyforge.tui.widgets.take_column import TakeColumn
from tests.tui.house import (
    TEXT,
    answer,
    asked,
    at_desk,
    continued,
    notices,
    script,
    stored,
    type_text,
    until,
    write_story,
)

ONE = " She went down to the slip. The fog came in."
TWO = " Nobody was aboard. A lantern swung."
THREE = " It was cold. She waited for the tide."


def takes_of(path: Path) -> list[Take]:
    with StoryFile.open(path) as story:
        return [take for scene in story.outline().scenes for take in story.takes.of_scene(scene.id)]


async def side_by_side(pilot: Pilot[None], desk: DeskScreen, key: str = "shift+f5") -> SideBySide:
    """Ask for several takes and wait until they are written."""
    await pilot.press(key)
    return await shown(pilot, desk)


async def shown(pilot: Pilot[None], desk: DeskScreen) -> SideBySide:
    await until(pilot, lambda: isinstance(desk.house.screen, SideBySide), "side by side")
    dialog = desk.house.screen
    assert isinstance(dialog, SideBySide)
    await until(pilot, lambda: dialog.takes and not dialog.running, "written")
    await until(pilot, lambda: not desk.continuing.running, "at rest")
    return dialog


async def back_at_desk(pilot: Pilot[None], desk: DeskScreen) -> None:
    await until(pilot, lambda: desk.house.screen is desk, "back")
    await until(pilot, lambda: not desk.turn.locked() and not desk.saving.dirty, "saved")


async def test_one_of_several_is_chosen_as_one_step_and_all_are_kept(tmp_path: Path) -> None:
    path = write_story(tmp_path / "skerry.forge")
    async with at_desk(path, backend=script(ONE, TWO, THREE)) as (pilot, desk):
        dialog = await side_by_side(pilot, desk)
        assert desk.manuscript.text == TEXT
        columns = list(dialog.query(TakeColumn))
        assert [column.plain for column in columns] == [ONE, TWO, THREE]
        assert all(column.display for column in columns)
        await pilot.press("tab", "enter")
        await back_at_desk(pilot, desk)
        assert desk.manuscript.text == stored(path) == TEXT + TWO
        assert [take.text for take in takes_of(path)] == [ONE, TWO, THREE]
        chosen = takes_of(path)[1]
        assert desk.manuscript.provenance.spans[-1].take == chosen.id
        await pilot.press("ctrl+z")
        await until(pilot, lambda: desk.manuscript.text == TEXT, "one step")
        await pilot.press("alt+up")
        await until(pilot, lambda: desk.manuscript.text == TEXT + THREE, "siblings are there")


async def test_sentences_of_several_takes_stand_as_their_sum(tmp_path: Path) -> None:
    path = write_story(tmp_path / "skerry.forge")
    async with at_desk(path, backend=script(ONE, TWO, THREE), size=(80, 24)) as (pilot, desk):
        dialog = await side_by_side(pilot, desk)
        assert sum(column.display for column in dialog.query(TakeColumn)) == 2
        await pilot.press("down", "down", "space", "3", "down", "space", "enter")
        await back_at_desk(pilot, desk)
        assert desk.manuscript.text == TEXT + " The fog came in. It was cold."
        one, _two, three, whole = takes_of(path)
        assert (whole.state, whole.text) == (TakeState.EDITED, " The fog came in. It was cold.")
        spans = desk.manuscript.provenance.spans[1:]
        assert [(span.origin, span.take) for span in spans] == [
            (Origin.MODEL, one.id),
            (Origin.MODEL, three.id),
        ]
        await continued(pilot, desk)
        assert takes_of(path)[-1].parent_id == whole.id
        await pilot.press("ctrl+z")
        await until(pilot, lambda: desk.manuscript.text.endswith("It was cold."), "one step")
        await pilot.press("ctrl+z")
        await until(pilot, lambda: desk.manuscript.text == TEXT, "and one more")


async def test_escape_stops_then_closes_and_the_takes_stay(tmp_path: Path) -> None:
    path = write_story(tmp_path / "skerry.forge")
    slow = ScriptedBackend([" word" * 90], delay=0.02)
    async with at_desk(path, backend=slow) as (pilot, desk):
        await pilot.press("shift+f5")
        await until(pilot, lambda: isinstance(desk.house.screen, SideBySide), "side by side")
        dialog = desk.house.screen
        assert isinstance(dialog, SideBySide)
        await until(pilot, lambda: dialog.takes and "word word" in dialog._shown[0].text, "words")
        await pilot.press("escape")
        await until(pilot, lambda: not dialog.running, "stopped")
        await pilot.press("escape")
        await back_at_desk(pilot, desk)
        assert desk.manuscript.text == stored(path) == TEXT
        assert takes_of(path)
        assert all(take.state is TakeState.STOPPED for take in takes_of(path))


async def test_one_of_several_is_stopped_alone_and_the_others_are_written(tmp_path: Path) -> None:
    path = write_story(tmp_path / "skerry.forge")
    slow = ScriptedBackend([" word" * 40], delay=0.02)
    async with at_desk(path, backend=slow) as (pilot, desk):
        await pilot.press("shift+f5")
        await until(pilot, lambda: isinstance(desk.house.screen, SideBySide), "side by side")
        dialog = desk.house.screen
        assert isinstance(dialog, SideBySide)
        await until(pilot, lambda: len(dialog.takes) == 3 and dialog._shown[1].text, "words")
        await pilot.press("2", "s")
        await until(pilot, lambda: dialog._shown[1].ended, "stopped")
        assert dialog.running
        assert not dialog._shown[0].ended
        await until(pilot, lambda: not dialog.running, "written")
        await pilot.press("s")  # nothing to stop
        await pilot.press("enter")
        await back_at_desk(pilot, desk)
        one, two, three = takes_of(path)
        assert [take.state for take in (one, two, three)] == [
            TakeState.FINISHED,
            TakeState.STOPPED,
            TakeState.FINISHED,
        ]
        assert 0 < len(two.text) < len(one.text) == len(three.text) == 40 * len(" word")
        assert desk.manuscript.text == stored(path) == TEXT + two.standing


async def test_what_the_disk_did_not_take_of_several_takes_can_still_be_chosen(
    tmp_path: Path,
) -> None:
    path = write_story(tmp_path / "skerry.forge")
    async with at_desk(path, backend=ScriptedBackend([ONE], delay=0.02)) as (pilot, desk):
        assert desk.story is not None
        database = desk.story._database
        await pilot.press("shift+f5")
        await until(pilot, lambda: isinstance(desk.house.screen, SideBySide), "side by side")
        dialog = desk.house.screen
        assert isinstance(dialog, SideBySide)
        await until(pilot, lambda: dialog.takes and dialog._shown[0].text, "words")
        with database.lock:
            database.raw.execute("PRAGMA query_only = ON")  # a disk that takes nothing any more
        await until(pilot, lambda: not dialog.running, "ended")
        first = dialog.query(TakeColumn).first().plain
        assert first
        assert ONE.startswith(first)
        await pilot.press("enter")
        await until(pilot, lambda: desk.manuscript.text == TEXT + first, "chosen")
        with database.lock:
            database.raw.execute("PRAGMA query_only = OFF")
        await back_at_desk(pilot, desk)
        assert stored(path) == TEXT + first


async def test_a_model_that_fails_among_three_says_so_over_takes_that_are_kept(
    tmp_path: Path,
) -> None:
    path = write_story(tmp_path / "skerry.forge")
    async with at_desk(path, backend=script(ONE, fail_after=3)) as (pilot, desk):
        dialog = await side_by_side(pilot, desk)
        assert "told to" in str(dialog.query_one("#heads", Static).content)
        assert not notices(desk.house)
        kept = [take.text for take in takes_of(path)]
        assert kept
        assert [shown.text for shown in dialog._shown if shown.text] == kept
        await pilot.press("enter")
        await back_at_desk(pilot, desk)
        assert desk.manuscript.text == TEXT + kept[0]


async def test_a_wish_is_kept_with_its_take_and_comes_back(tmp_path: Path) -> None:
    path = write_story(tmp_path / "skerry.forge")
    backend = script(ONE, TWO)
    async with at_desk(path, backend=backend) as (pilot, desk):
        await pilot.press("shift+f6")
        await until(pilot, lambda: asked(desk.house, AskWish), "the line")
        ended = desk.continuing.ended
        await answer(pilot, "she finds the letter")
        await until(pilot, lambda: desk.continuing.ended > ended, "written")
        (take,) = takes_of(path)
        assert (take.wish, take.standing) == ("she finds the letter", ONE)
        await until(pilot, lambda: len(desk.takes.rows) == 2, "listed")
        assert "she finds the letter" in desk.takes.rows[1].text
        assert "she finds the letter" in backend.requests[-1].prompt
        await pilot.press("shift+f6")
        await until(pilot, lambda: asked(desk.house, AskWish), "the line again")
        await pilot.press("up")
        assert desk.house.screen.query_one("Input").value == "she finds the letter"  # type: ignore[attr-defined]
        await pilot.press("escape")


async def test_a_verb_on_the_selection_is_looked_at_as_a_difference(tmp_path: Path) -> None:
    path = write_story(tmp_path / "skerry.forge")
    backend = script("Certainly! Here is the shortened passage:\n\nMara kept watch.\n\n### More")
    async with at_desk(path, backend=backend) as (pilot, desk):
        await pilot.press("ctrl+home")
        await pilot.press("ctrl+r")
        await until(pilot, lambda: asked(desk.house, ChooseVerb), "the verbs")
        await pilot.press("1", "down", "down", "enter")
        await shown(pilot, desk)
        assert "Mara kept the light." in backend.requests[-1].prompt
        (column,) = desk.house.screen.query(TakeColumn)
        assert "light" in column.plain
        assert "watch" in column.plain
        await pilot.press("enter")
        await back_at_desk(pilot, desk)
        assert desk.manuscript.text == "Mara kept watch. The boat came in without a crew."
        original, short = takes_of(path)
        assert (original.state, original.text) == (TakeState.EDITED, "Mara kept the light.")
        assert (short.kind, short.wish) == (TakeKind.REWRITE, "Shorten")
        await pilot.press("ctrl+z")
        await until(pilot, lambda: desk.manuscript.text == TEXT, "one step")
        await pilot.press("f6")
        await shown(pilot, desk)
        await pilot.press("escape")
        await back_at_desk(pilot, desk)
        assert desk.manuscript.text == TEXT
        assert len(takes_of(path)) == 3


async def test_a_selection_that_changed_before_its_verb_began_is_left_alone(tmp_path: Path) -> None:
    path = write_story(tmp_path / "skerry.forge")
    backend = script("Mara kept watch.")
    async with at_desk(path, backend=backend) as (pilot, desk):
        await pilot.press("ctrl+home")
        await pilot.press("ctrl+r")
        await until(pilot, lambda: asked(desk.house, ChooseVerb), "the verbs")
        async with desk.turn:  # as long as another change of the whole page takes
            await pilot.press("1", "down", "down", "enter")
            await until(pilot, lambda: desk.house.screen is desk, "the page")
            await type_text(pilot, "And ")
            await until(pilot, lambda: desk.manuscript.text.startswith("And "), "typed")
        await until(pilot, lambda: "Select the text" in notices(desk.house), "said")
        assert desk.manuscript.text == "And " + TEXT
        assert backend.requests == []
    assert takes_of(path) == []


async def test_a_refusal_leaves_nothing_to_choose(tmp_path: Path) -> None:
    path = write_story(tmp_path / "skerry.forge")
    backend = script("I'm sorry, but I can't help with that.")
    async with at_desk(path, backend=backend) as (pilot, desk):
        await pilot.press("ctrl+r")
        await until(pilot, lambda: asked(desk.house, ChooseVerb), "the verbs")
        await pilot.press("1", "enter")
        dialog = await shown(pilot, desk)
        (column,) = dialog.query(TakeColumn)
        await until(pilot, lambda: "nothing came" in str(column.border_title), "said")
        await pilot.press("enter")
        assert desk.house.screen is dialog
        await pilot.press("escape")
        await back_at_desk(pilot, desk)
        assert desk.manuscript.text == TEXT
        assert desk.manuscript.provenance.places == ()


async def test_another_word_goes_on_from_there(tmp_path: Path) -> None:
    path = write_story(tmp_path / "skerry.forge")
    async with at_desk(path, backend=script(" She went down.", " Twice alone.")) as (pilot, desk):
        await continued(pilot, desk)
        caret = desk.manuscript.text.index("went") + 1
        desk.manuscript.move_cursor((0, caret))
        await pilot.press("alt+a")
        await until(pilot, lambda: asked(desk.house, OtherWords), "other words")
        rows = desk.house.screen.query_one(RowList).rows
        assert rows
        ended = desk.continuing.ended
        await pilot.press("enter")
        await until(pilot, lambda: desk.continuing.ended > ended, "written")
        first, second = takes_of(path)
        assert second.kind is TakeKind.CHOICE
        assert second.place_id == first.place_id
        assert second.standing.startswith(" She " + rows[0].text)
        assert desk.manuscript.text == TEXT + second.standing
        spans = desk.manuscript.provenance.spans
        assert [span.take for span in spans] == [None, first.id, second.id]
        desk.manuscript.move_cursor((0, 2))
        await pilot.press("alt+a")
        await until(pilot, lambda: "words that the model wrote" in notices(desk.house), "said")


async def test_going_back_in_the_tree_and_on_from_there(tmp_path: Path) -> None:
    path = write_story(tmp_path / "skerry.forge")
    async with at_desk(path, backend=script(ONE, TWO, THREE)) as (pilot, desk):
        await continued(pilot, desk)
        await continued(pilot, desk)
        assert desk.manuscript.text == TEXT + ONE + TWO
        await pilot.press("shift+f7")
        tree = await tree_of(pilot, desk)
        rows = tree.query_one(RowList)
        await until(pilot, lambda: len(rows.rows) == 3, "the takes")
        assert rows.cursor == 2  # the one at the caret
        rows.cursor = 1
        await until(pilot, lambda: tree.query_one(TakeColumn).plain == TEXT + ONE, "seen")
        await pilot.press("b")
        await until(pilot, lambda: asked(desk.house, AskText), "a name")
        await answer(pilot, "before the crew")
        tree = await tree_of(pilot, desk)
        await until(pilot, lambda: tree._looked is not None, "the cursor is where it was")
        await pilot.press("enter")
        await back_at_desk(pilot, desk)
        assert desk.manuscript.text == stored(path) == TEXT + ONE
        await continued(pilot, desk)
        assert desk.manuscript.text == TEXT + ONE + THREE
        first, second, third = takes_of(path)
        assert first.bookmark == "before the crew"
        assert (second.parent_id, third.parent_id) == (first.id, first.id)
        await pilot.press("ctrl+z")
        await until(pilot, lambda: desk.manuscript.text == TEXT + ONE, "the take is undone")
        await pilot.press("ctrl+z")
        await until(pilot, lambda: desk.manuscript.text == TEXT + ONE + TWO, "going back is, too")


async def tree_of(pilot: Pilot[None], desk: DeskScreen) -> TakeTree:
    await until(pilot, lambda: asked(desk.house, TakeTree), "the tree")
    tree = desk.house.screen
    assert isinstance(tree, TakeTree)
    await until(pilot, lambda: tree.query_one(RowList).rows, "read")
    return tree


async def test_what_is_missing_is_written_up_to_what_follows(tmp_path: Path) -> None:
    path = write_story(tmp_path / "skerry.forge")
    backend = script(" She went to bed. The boat came in without a crew. It")
    async with at_desk(path, backend=backend) as (pilot, desk):
        desk.manuscript.move_cursor((0, len("Mara kept the light.")))
        ended = desk.continuing.ended
        desk.action_do("infill")
        await until(pilot, lambda: desk.continuing.ended > ended, "written")
        assert desk.manuscript.text == (
            "Mara kept the light. She went to bed. The boat came in without a crew."
        )
        (take,) = takes_of(path)
        assert take.kind is TakeKind.INFILL


async def test_how_many_takes_is_a_setting(tmp_path: Path) -> None:
    path = write_story(tmp_path / "skerry.forge")
    async with at_desk(path, backend=script(ONE)) as (pilot, desk):
        desk.action_do("takes_count")
        await until(pilot, lambda: asked(desk.house), "how many")
        await pilot.press("home", "down", "enter")

        def takes() -> int:
            return desk.house.settings.writing.takes if desk.house.settings is not None else 0

        await until(pilot, lambda: takes() == 2, "kept")
        dialog = await side_by_side(pilot, desk)
        assert len(dialog.takes) == 2
        await pilot.press("m")
        await until(pilot, lambda: len(dialog.takes) == 4 and not dialog.running, "more")


async def test_a_story_that_is_only_read_says_so(tmp_path: Path) -> None:
    path = write_story(tmp_path / "skerry.forge")
    with StoryFile.open(path):
        async with at_desk(path, backend=script(ONE)) as (pilot, desk):
            for key in ("shift+f5", "shift+f6", "ctrl+r", "alt+a"):
                desk.house.clear_notifications()
                await pilot.press(key)
                await until(pilot, lambda: notices(desk.house), key)
                assert desk.house.screen is desk
            await type_text(pilot, "x")
            assert desk.manuscript.text == TEXT
