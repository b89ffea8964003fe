"""The tree of takes answers with the take that was asked for, however long it takes to read."""

import threading
from dataclasses import replace
from datetime import UTC, datetime

from textual.app import App

from storyforge.domain.generation import Take, TakeKind, TakeState
from storyforge.domain.take_tree import TakeHead, laid_out
from storyforge.tui.dialogs.about_take import AboutTake
from storyforge.tui.dialogs.take_tree import Source, TakeTree, Tree, Wanted
from storyforge.tui.widgets.notes import Notes
from storyforge.tui.widgets.rows import RowList
from tests.tui.house import until

WHEN = datetime(2026, 11, 28, tzinfo=UTC)
TAKE = Take("t", "scene", "place", 1, WHEN, "It rained.", 10, TakeState.FINISHED)
HEAD = TakeHead(
    "t", "scene", "place", 1, WHEN, TakeState.FINISHED, TakeKind.CONTINUE, "", "", "", "", 10, "It"
)


async def test_enter_before_a_take_is_read_is_not_lost() -> None:
    may_read = threading.Event()

    def look(_take_id: str) -> tuple[Take, str]:
        may_read.wait(30)
        return TAKE, ""

    tree = Tree(laid_out([HEAD]), frozenset())
    source = Source(lambda: {"scene": 1}, lambda _scene: tree, lambda: (), look)
    answers: list[Wanted | None] = []
    app: App[None] = App()
    async with app.run_test() as pilot:
        dialog = TakeTree(source, {"scene": "Oil"}, "scene")
        app.push_screen(dialog, answers.append)
        await until(pilot, lambda: dialog.is_mounted and len(dialog.query(RowList)) == 1)
        await until(pilot, lambda: len(dialog.query_one(RowList).rows) == 2, "the take")
        await pilot.press("down", "enter")
        assert not answers
        may_read.set()
        await until(pilot, lambda: bool(answers), "the answer")
    assert answers == [Wanted("go", TAKE)]


async def test_a_take_tells_the_prompt_that_its_author_had_changed() -> None:
    app: App[None] = App()
    async with app.run_test() as pilot:
        app.push_screen(AboutTake(replace(TAKE, prompt="Mara said nothing.\n")))
        await until(pilot, lambda: len(app.screen.query(Notes)) == 1, "a page for it")
        await pilot.press("c")
        assert app.clipboard == "The prompt, as you had changed it:\n\nMara said nothing."
