"""Models on other machines, asked for the plan: where the text goes is said and asked first."""

from pathlib import Path

from storyforge.studio import permission
from storyforge.tui import seen
from storyforge.tui.app import StoryforgeApp
from storyforge.tui.desk import hinting
from storyforge.tui.dialogs.base import Choose
from storyforge.tui.terminal import Terminal
from tests.tui.far_models import HOST, Far, lent, settled
from tests.tui.house import asked as asks
from tests.tui.house import is_ready, notices, script, until
from tests.tui.planner.plans import asked, is_at_plan, planner_of, premise, write_plan


async def test_nothing_goes_to_another_machine_without_a_yes(tmp_path: Path) -> None:
    settled(profile="claude")
    seen.remember(hinting.FIRST_RUN)
    path = write_plan(tmp_path / "a.forge")
    far = Far(premise())
    app = StoryforgeApp(path, terminal=Terminal(shift_enter=True), still=True)
    lent(app, {"claude": far}, script(premise()))
    async with app.run_test(size=(120, 32)) as pilot:
        await until(pilot, lambda: app.settings is not None and is_ready(app), "ready")
        await pilot.press("f2")
        await until(pilot, lambda: is_at_plan(app), "the planner")
        planner = planner_of(app)
        await until(pilot, lambda: HOST in planner.status_bar.plain, "where it goes")
        await pilot.press("g")
        await until(pilot, lambda: asks(app, Choose), "the question")
        assert HOST in str(app.screen.query(".said").first().render())
        await pilot.press("enter")
        await until(pilot, lambda: app.screen is planner, "nothing is sent")
        assert not planner.asking.running
        assert not far.requests
        await pilot.press("g")
        await until(pilot, lambda: asks(app, Choose), "the question again")
        await asked(pilot, planner, "down", "enter")
        assert "Logline" in planner.variants.view.plain
        assert len(far.requests) == 3


async def test_where_another_machine_fails_the_local_model_is_one_key_away(tmp_path: Path) -> None:
    settled(profile="claude")
    permission.allow(permission.Objection(permission.Kind.FIRST_USE, "claude", "", HOST))
    seen.remember(hinting.FIRST_RUN)
    path = write_plan(tmp_path / "a.forge")
    app = StoryforgeApp(path, terminal=Terminal(shift_enter=True), still=True)
    lent(app, {"claude": Far(fails=True)}, script(premise()))
    async with app.run_test(size=(120, 32)) as pilot:
        await until(pilot, lambda: app.settings is not None and is_ready(app), "ready")
        await pilot.press("f2")
        await until(pilot, lambda: is_at_plan(app), "the planner")
        planner = planner_of(app)
        await asked(pilot, planner, "g")
        await until(pilot, lambda: "cannot be reached" in notices(app), "it is told")
        line = planner.status_bar
        await until(pilot, lambda: "Alt+X write it with the local model" in line.plain, "offered")
        ended = planner.asking.ended
        await pilot.press("alt+x")
        await until(pilot, lambda: planner.asking.ended > ended, "the local one has answered")
        await until(pilot, lambda: "Logline" in planner.variants.view.plain, "the variants")
        await until(pilot, lambda: "Alt+X back to claude" in line.plain, "the way back")
        assert HOST not in line.plain
