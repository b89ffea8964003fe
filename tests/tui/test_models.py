"""Other models: the screen that lists them, the switch, and what is asked before a text leaves."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from storyforge import paths
from storyforge import settings as setting_file
from storyforge.backends.scripted import ScriptedBackend
from storyforge.domain.generation import Waiting
from storyforge.domain.model import Price
from storyforge.errors import ModelError
from storyforge.store.story_file import StoryFile
from storyforge.studio import keys, permission
from storyforge.tui import seen
from storyforge.tui.app import StoryforgeApp
from storyforge.tui.desk import hinting
from storyforge.tui.dialogs.about_take import AboutTake
from storyforge.tui.dialogs.base import AskText, Choose, Tell
from storyforge.tui.dialogs.profile import EditProfile
from storyforge.tui.dialogs.side_by_side import SideBySide
from storyforge.tui.dialogs.story import AskFacts
from storyforge.tui.dialogs.summaries import Summaries
from storyforge.tui.dialogs.ticking import Tick
from storyforge.tui.dialogs.wish import AskWish
from storyforge.tui.screens.desk import DeskScreen
from storyforge.tui.screens.models import ModelsScreen
from storyforge.tui.screens.prompt import PromptScreen
from storyforge.tui.terminal import Terminal
from storyforge.tui.widgets.notes import Notes
from storyforge.tui.widgets.rows import RowList
from tests.models import write_folder
from tests.tui.far_models import HOST, Far, lent, settled
from tests.tui.house import (
    TEXT,
    answer,
    asked,
    desk_of,
    is_ready,
    notices,
    running,
    script,
    stored,
    until,
    write_story,
)

FAR = " Far away a bell rang."
HERE = " Nobody was aboard."


@asynccontextmanager
async def abroad(
    path: Path, far: Far, *, size: tuple[int, int] = (120, 32), **settings: object
) -> AsyncIterator[tuple[Pilot[None], DeskScreen]]:
    """The desk with “claude” to write, and a local model beside it."""
    settled(**{"profile": "claude", **settings})
    seen.remember(hinting.FIRST_RUN)
    app = StoryforgeApp(
        path, backend=ScriptedBackend, terminal=Terminal(shift_enter=True), still=True
    )
    lent(app, {"claude": far}, script(HERE))
    async with app.run_test(size=size) as pilot:
        await until(pilot, lambda: app.settings is not None and is_ready(app), "ready")
        yield pilot, desk_of(app)


def allowed() -> None:
    """The author said yes before."""
    permission.allow(permission.Objection(permission.Kind.FIRST_USE, "claude", "", HOST))


def line(desk: DeskScreen) -> str:
    return desk.status_bar.plain


async def test_nothing_leaves_before_a_yes_and_one_yes_is_enough(tmp_path: Path) -> None:
    path = write_story(tmp_path / "skerry.forge")
    far = Far(FAR)
    async with abroad(path, far) as (pilot, desk):
        assert f"● claude-sonnet-5 · {HOST}" in line(desk)
        await pilot.press("shift+enter")
        await until(pilot, lambda: asked(desk.house, Choose), "where the text goes")
        assert HOST in str(desk.house.screen.query_one(".said").render())
        await pilot.press("enter")  # nothing is the first answer
        await until(pilot, lambda: not desk.continuing.running, "let go")
        assert far.requests == []
        assert desk.manuscript.text == TEXT
        await pilot.press("shift+enter")
        await until(pilot, lambda: asked(desk.house, Choose), "asked again")
        await pilot.press("down", "enter")
        await until(pilot, lambda: desk.manuscript.text == TEXT + FAR, "written")
        await until(pilot, lambda: not desk.continuing.running, "ended")
        await pilot.press("shift+enter")
        await until(pilot, lambda: len(far.requests) == 2, "not asked any more")


async def test_a_story_that_stays_here_is_refused_and_the_local_model_is_a_key_away(
    tmp_path: Path,
) -> None:
    path = write_story(tmp_path / "skerry.forge")
    far = Far(FAR)
    allowed()
    async with abroad(path, far) as (pilot, desk):
        desk.house.do("details")
        await until(pilot, lambda: asked(desk.house, AskFacts), "the facts")
        await pilot.press("tab", "tab", "tab", "space", "enter")
        await until(pilot, lambda: desk.house.screen is desk, "kept")
        await until(pilot, lambda: _is_marked(path), "marked")
        await pilot.press("shift+enter")
        await until(pilot, lambda: asked(desk.house, Choose), "refused")
        assert "never leave" in str(desk.house.screen.query_one(".said").render())
        await pilot.press("down", "enter")  # there is no yes: the second answer is the local model
        await until(pilot, lambda: desk.manuscript.text == TEXT + HERE, "written here")
        assert far.requests == []
        await until(pilot, lambda: "back to claude" in line(desk), "the way back is said")


async def test_of_a_story_that_stays_here_no_switch_says_that_it_goes(tmp_path: Path) -> None:
    path = write_story(tmp_path / "skerry.forge")
    with StoryFile.open(path) as story:
        permission.set_local_only(story, True)
    async with abroad(path, Far(FAR)) as (pilot, desk):
        await desk.house.modelling.use("claude")
        await until(pilot, lambda: "nothing of it goes to" in notices(desk.house), "said")
        assert "Your text goes to" not in notices(desk.house)
        screen = await models_of(pilot, desk.house)
        await until(pilot, lambda: "nothing of it goes to" in screen.text.text, "there, too")
        assert "Your text goes to" not in screen.text.text


def _is_marked(path: Path) -> bool:
    with StoryFile.open(path) as story:
        return permission.is_local_only(story)


async def test_unreachable_offers_the_local_model_by_a_key_and_leads_back_by_the_same(
    tmp_path: Path,
) -> None:
    path = write_story(tmp_path / "skerry.forge")
    allowed()
    async with abroad(path, Far(fails=True), size=(100, 32)) as (pilot, desk):
        await pilot.press("shift+enter")
        await until(pilot, lambda: "cannot be reached" in notices(desk.house), "told")
        await until(pilot, lambda: "Alt+X write it with the local model" in line(desk), "offered")
        assert desk.manuscript.text == TEXT  # nothing is written here by itself
        await pilot.press("alt+x")
        await until(pilot, lambda: desk.manuscript.text == TEXT + HERE, "written here")
        await until(pilot, lambda: "Alt+X back to claude" in line(desk), "the way back")
        assert HOST not in line(desk)
        await pilot.press("alt+x")
        await until(pilot, lambda: HOST in line(desk), "back")
        assert "Alt+X" not in line(desk)
        assert setting_file.load().profile == "claude"
        await until(pilot, lambda: not desk.saving.dirty, "saved")
    with StoryFile.open(path) as story:
        (place,) = story.scenes.load(story.outline().scenes[0].id).provenance.places
        (take,) = story.takes.of_place(place.id)
        assert take.place == ""
        assert take.model != "claude-sonnet-5"


async def test_waiting_and_thinking_are_told_and_are_not_on_the_page(tmp_path: Path) -> None:
    path = write_story(tmp_path / "skerry.forge")
    allowed()
    far = Far(FAR, waits=Waiting("in the queue", 40, 3), thinks="A bell?", price=Price(3.0, 15.0))
    async with abroad(path, far, size=(160, 32)) as (pilot, desk):
        steps = list[str]()
        desk.continuing.progress.hears = steps.append
        await pilot.press("shift+enter")
        await until(pilot, lambda: "in the queue, 3 before it, about 40 s" in line(desk), "waits")
        assert not any("loading" in each for each in steps)  # it is not here
        far.goes_on.set()
        await until(pilot, lambda: desk.manuscript.text == TEXT + FAR, "written")
        await until(pilot, lambda: not desk.continuing.running, "ended")
        await until(pilot, lambda: desk.takes.takes, "the panel")
        assert desk.telling.status.wrote.startswith("~5 tokens")
        assert desk.telling.status.cost.startswith("about 0.0001")
        await pilot.press("f7", "i")
        await until(pilot, lambda: asked(desk.house, AboutTake), "about the take")
        about = desk.house.screen
        assert isinstance(about, AboutTake)
        told = str(about.query_one(".said").render())
        assert f"claude-sonnet-5 (claude) · {HOST}" in told
        assert "~5 tokens written, ~4 of them thought" in told
        assert "Cost: about 0.0001" in told
        await pilot.press("c")
        assert desk.house.clipboard == "What the model thought:\n\nA bell?"
        await pilot.press("enter")
        await until(pilot, lambda: desk.house.screen is desk, "closed")
        desk.house.do("measure")
        await until(pilot, lambda: asked(desk.house, Tell), "how long it is")
        told = str(desk.house.screen.query_one(".said").render())
        assert "Spent on this story: 0.0001" in told


async def test_what_a_model_says_instead_of_writing_is_looked_at_and_never_on_the_page(
    tmp_path: Path,
) -> None:
    path = write_story(tmp_path / "skerry.forge")
    allowed()
    async with abroad(path, Far(refuses="I cannot write this.")) as (pilot, desk):

        async def refused(key: str, takes: int) -> None:
            await pilot.press(key)
            await until(pilot, lambda: "would not write this" in notices(desk.house), "told")
            await until(pilot, lambda: not desk.continuing.running, "ended")
            desk.house.clear_notifications()
            await until(pilot, lambda: len(desk.takes.takes) == takes, "in the panel")

        await refused("shift+enter", 1)
        await refused("f6", 2)  # it is said again
        assert desk.manuscript.text == TEXT
        assert desk.takes.rows[0].text == "2  refused"
        await pilot.press("f7", "i")
        await until(pilot, lambda: asked(desk.house, AboutTake), "about the take")
        about = desk.house.screen
        assert isinstance(about, AboutTake)
        assert about.query_one(Notes).text == "What it said instead:\n\nI cannot write this."
        await pilot.press("enter")
        await until(pilot, lambda: not desk.saving.dirty, "saved")
        assert stored(path) == TEXT


async def test_several_takes_that_cost_much_are_asked_about_first(tmp_path: Path) -> None:
    path = write_story(tmp_path / "skerry.forge")
    allowed()
    far = Far(FAR, price=Price(3000.0, 15000.0))
    async with abroad(path, far) as (pilot, desk):
        await pilot.press("alt+t")
        await until(pilot, lambda: asked(desk.house, Choose), "the price")
        assert "about 5." in str(desk.house.screen.query_one(".said").render())
        await pilot.press("enter")
        await until(pilot, lambda: asked(desk.house, SideBySide), "not asked for")
        await until(pilot, lambda: not desk.continuing.running, "over")
        assert far.requests == []
        await pilot.press("m")
        await until(pilot, lambda: asked(desk.house, Choose), "the price again")
        await pilot.press("down", "enter")
        await until(pilot, lambda: far.requests, "asked for")


async def test_several_takes_say_which_model_writes_them_and_where(tmp_path: Path) -> None:
    path = write_story(tmp_path / "skerry.forge")
    allowed()
    async with abroad(path, Far(FAR), size=(80, 24)) as (pilot, desk):
        await pilot.press("shift+f5")
        await until(pilot, lambda: asked(desk.house, SideBySide), "side by side")
        title = desk.house.screen.query_one(".box").border_title
        assert title == f"Several takes · claude-sonnet-5 · {HOST}"
        dialog = desk.house.screen
        assert isinstance(dialog, SideBySide)
        await until(pilot, lambda: dialog.takes and not dialog.running, "written")
        await pilot.press("escape")
        await until(pilot, lambda: desk.house.screen is desk, "back")
        await until(pilot, lambda: not desk.continuing.running, "at rest")
        await pilot.press("shift+f6")
        await until(pilot, lambda: asked(desk.house, AskWish), "the line")
        desk.house.screen.query_one(Input).value = "slowly " * 20
        await pilot.press("shift+f5")
        await until(pilot, lambda: asked(desk.house, SideBySide), "side by side")
        title = str(desk.house.screen.query_one(".box").border_title)
        assert title.startswith("slowly slowly")
        assert title.endswith(f" · claude-sonnet-5 · {HOST}")
        assert len(title) < 74


async def test_the_switcher_says_where_the_text_goes(tmp_path: Path) -> None:
    path = write_story(tmp_path / "skerry.forge")
    async with abroad(path, Far(FAR)) as (pilot, desk):
        await pilot.press("alt+p")
        await until(pilot, lambda: asked(desk.house, Choose), "the profiles")
        offered = [row.text for row in desk.house.screen.query_one(RowList).rows]
        assert offered[0].startswith("local  SmolLM2")
        assert offered[1] == "claude claude-sonnet-5"  # the models stand below each other
        await pilot.press("home", "enter")
        await until(pilot, lambda: "stays on this machine" in notices(desk.house), "said")
        assert HOST not in line(desk)
        await pilot.press("alt+p")
        await until(pilot, lambda: asked(desk.house, Choose), "the profiles")
        await pilot.press("down", "enter")
        await until(pilot, lambda: f"Your text goes to {HOST}." in notices(desk.house), "said")
        await until(pilot, lambda: HOST in line(desk), "in the line")
        assert setting_file.load().profile == "claude"


async def test_what_was_set_on_the_command_line_meanwhile_can_be_chosen(tmp_path: Path) -> None:
    path = write_story(tmp_path / "skerry.forge")
    async with abroad(path, Far(FAR)) as (pilot, desk):
        setting_file.update({"profiles.cellar.backend": "ollama", "profiles.cellar.model": "tide"})
        screen = await models_of(pilot, desk.house)
        assert [one.profile.name for one in screen.profiles] == ["local", "claude", "cellar"]
        await pilot.press("escape")
        setting_file.update({"profiles.cellar": None})
        await until(pilot, lambda: desk.house.screen is desk, "the desk")
        await pilot.press("alt+p")
        await until(pilot, lambda: asked(desk.house, Choose), "the profiles")
        offered = desk.house.screen.query_one(RowList).rows
        assert [row.id for row in offered][:-1] == ["local", "claude"]
        await pilot.press("escape")
        paths.config_file().write_text("[profiles", "utf-8")
        await until(pilot, lambda: desk.house.screen is desk, "the desk")
        await pilot.press("alt+p")
        await until(pilot, lambda: "not valid TOML" in notices(desk.house), "what is wrong is said")
        await until(pilot, lambda: asked(desk.house, Choose), "the profiles as they were")


async def test_a_remote_model_is_named_in_a_line_of_any_width(tmp_path: Path) -> None:
    path = write_story(tmp_path / "skerry.forge")
    async with abroad(path, Far(FAR), size=(60, 24)) as (pilot, desk):
        desk.say(unsaved="not saved: The disk is full, and nothing can be written to it any more")
        await pilot.pause()
        assert line(desk).startswith(f"● claude-sonnet-5 · {HOST} │ not saved")


async def models_of(pilot: Pilot[None], app: StoryforgeApp) -> ModelsScreen:
    await pilot.press("alt+o")
    await until(pilot, lambda: isinstance(app.screen, ModelsScreen), "the models")
    screen = app.screen
    assert isinstance(screen, ModelsScreen)
    await until(pilot, lambda: screen.profiles, "the profiles")
    return screen


async def test_the_screen_tells_tests_and_routes(tmp_path: Path) -> None:
    path = write_story(tmp_path / "skerry.forge")
    async with abroad(path, Far("Good evening, said the stranger.")) as (pilot, desk):
        screen = await models_of(pilot, desk.house)
        assert screen.marked is not None
        assert screen.marked.profile.name == "claude"
        assert HOST in screen.text.text
        assert "It writes now." in screen.text.text
        await pilot.press("t")
        await until(pilot, lambda: "✓ says “Good evening" in screen.text.text, "tested")
        assert "s to the first" in screen.text.text
        await pilot.press("r")
        await until(pilot, lambda: asked(desk.house, Tick), "the tasks")
        await pilot.press("down", "down", "enter", "home", "enter")
        await until(pilot, lambda: "changing a selection" in screen.text.text, "routed")
        assert setting_file.load().tasks == {"rewrite": "claude"}
        await pilot.press("home", "enter")
        await until(pilot, lambda: desk.telling.status.away is False, "the local one writes")
        await pilot.press("escape")
        await until(pilot, lambda: desk.house.screen is desk, "back")


async def test_of_a_folder_it_is_told_what_it_takes(tmp_path: Path) -> None:
    path = write_folder(tmp_path / "loom-1b", {"num_hidden_layers": 2})
    setting_file.update({"profiles.loom.backend": "transformers", "profiles.loom.model": str(path)})
    async with running(None) as (pilot, app):
        screen = await models_of(pilot, app)
        await pilot.press("end")
        await until(pilot, lambda: "GiB of memory" in screen.text.text, "what it takes")
        assert "loom-1b, run by transformers." in screen.text.text
        (path / "model.safetensors").unlink()
        await pilot.press("home", "end")
        await until(pilot, lambda: "is not in its folder" in screen.text.text, "what is missing")


async def test_a_test_can_be_stopped_and_says_what_failed(tmp_path: Path) -> None:
    path = write_story(tmp_path / "skerry.forge")
    far = Far("Good evening, said the stranger.", waits=Waiting("in the queue", 9, 1))
    async with abroad(path, far) as (pilot, desk):
        screen = await models_of(pilot, desk.house)
        await pilot.press("t")
        await until(pilot, lambda: "in the queue" in screen.status.plain, "it waits")
        await pilot.press("escape")
        far.goes_on.set()
        await until(pilot, lambda: "✗ stopped before" in screen.text.text, "stopped")
        assert desk.house.screen is screen
        far._fails = True
        await pilot.press("t")
        await until(pilot, lambda: f"✗ {HOST} cannot be reached" in screen.text.text, "failed")
        assert not screen.status.plain


async def test_an_unencrypted_way_is_asked_about_as_such(tmp_path: Path) -> None:
    path = write_story(tmp_path / "skerry.forge")
    far = Far(FAR)
    far._card = replace(far.card, unencrypted=True)
    async with abroad(path, far) as (pilot, desk):
        await pilot.press("shift+enter")
        await until(pilot, lambda: asked(desk.house, Choose), "not encrypted")
        assert "not encrypted" in str(desk.house.screen.query_one(".said").render())
        far._card = replace(far.card, unencrypted=False)  # as it is made of the settings then
        await pilot.press("down", "enter")
        await until(pilot, lambda: desk.manuscript.text == TEXT + FAR, "written")
        assert setting_file.load().profiles["claude"].plain_http


async def test_nothing_is_looked_at_or_summed_up_elsewhere_without_a_yes(tmp_path: Path) -> None:
    path = write_story(tmp_path / "skerry.forge")
    far = Far(FAR)
    async with abroad(path, far, tasks__summary="claude") as (pilot, desk):
        await pilot.press("f8")
        await until(pilot, lambda: asked(desk.house, Choose), "asked before the prompt")
        await pilot.press("enter")
        await until(pilot, lambda: desk.house.screen is desk, "not looked at")
        desk.house.do("summaries")
        await until(pilot, lambda: asked(desk.house, Summaries), "the summaries")
        await pilot.press("home", "enter")
        await until(pilot, lambda: asked(desk.house, Choose), "asked before they are made")
        listed = desk.house.screen.query_one(RowList)
        assert [row.id for row in listed.rows] == ["no", "yes"]  # the local one does not sum up
        await pilot.press("enter")
        await until(pilot, lambda: asked(desk.house, Summaries), "not made")
        assert far.requests == []


async def test_a_prompt_is_not_counted_elsewhere_though_the_writer_was_changed_over_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_story(tmp_path / "skerry.forge")
    far, counted = Far(FAR), list[str]()

    async def count(texts: tuple[str, ...]) -> tuple[int, ...]:
        counted.extend(texts)
        return tuple(map(len, texts))

    monkeypatch.setattr(far, "count_tokens", count)
    async with abroad(path, far, profile="local") as (pilot, desk):
        await pilot.press("f8")
        await until(pilot, lambda: isinstance(desk.house.screen, PromptScreen), "the prompt")
        screen = desk.house.screen
        assert isinstance(screen, PromptScreen)
        await until(pilot, lambda: screen.looked is not None, "seen")
        await pilot.press("e")
        await until(pilot, lambda: screen.page.has_focus, "the page")
        await (await desk.house.backends()).switch("claude")
        await pilot.press("x")
        counting = [work for work in desk.house.workers if work.group == "prompt-count"]
        assert counting
        await desk.house.workers.wait_for_complete(counting)
        assert counted == []


async def test_no_sentence_commands_the_terminal(tmp_path: Path) -> None:
    async with abroad(write_story(tmp_path / "skerry.forge"), Far(FAR)) as (pilot, desk):
        desk.house.tell_error(ModelError("It says: \x1b[2Jno.", title="No\x9b31m", hint="a\x07"))
        desk.house.tell("Notes\x1b]0;owned.")
        await until(pilot, lambda: len(notices(desk.house)) >= 2, "told")
        told = [f"{note.title} {note.message}" for note in desk.house._notifications]
        assert not {"\x1b", "\x9b", "\x07"} & set("".join(told))


async def test_a_profile_is_made_changed_and_removed_and_comes_back(tmp_path: Path) -> None:
    async with running(None) as (pilot, app):
        screen = await models_of(pilot, app)
        await pilot.press("n")
        await answer(pilot, "local")
        assert "There is a profile" in str(app.screen.query_one(".wrong").render())
        await answer(pilot, "shed")
        await until(pilot, lambda: asked(app, Choose), "what runs it")
        await pilot.press("down", "enter")  # openai-compatible
        await until(pilot, lambda: asked(app, EditProfile), "the form")
        await pilot.press("enter")  # not kept without an address: the cursor goes there
        await pilot.press("enter")
        await until(pilot, lambda: asked(app, AskText), "the address")
        await answer(pilot, "http://shed.example.org/v1")
        await until(pilot, lambda: asked(app, EditProfile), "an address in the next room")
        await pilot.press("home", "enter")  # not kept without a yes: the cursor goes there
        assert "plain_http" in str(app.screen.query_one("#help").render())
        await pilot.press("up", "enter")
        await until(pilot, lambda: asked(app, AskText), "the address again")
        await answer(pilot, "http://127.0.0.1:1/v1")
        await until(pilot, lambda: asked(app, EditProfile), "taken")
        await pilot.press("home", "enter")
        await until(pilot, lambda: "shed" in setting_file.load().profiles, "kept")
        await until(pilot, lambda: screen.marked and screen.marked.profile.name == "shed", "marked")
        await pilot.press("delete")
        await until(pilot, lambda: "shed" not in setting_file.load().profiles, "removed")
        await until(pilot, lambda: len(screen.profiles) == 1, "gone")
        await pilot.press("ctrl+z")
        await until(pilot, lambda: len(screen.profiles) == 2, "back")
        assert setting_file.load().profiles["shed"].url == "http://127.0.0.1:1/v1"


async def test_a_key_is_typed_unseen_and_told_nowhere(tmp_path: Path) -> None:
    settled()
    secret = "sk-ant-0123456789"
    async with running(None) as (pilot, app):
        screen = await models_of(pilot, app)
        await pilot.press("down", "k")
        await until(pilot, lambda: isinstance(app.focused, Input), "the line")
        assert isinstance(app.focused, Input)
        assert app.focused.password
        await answer(pilot, secret)
        await until(pilot, lambda: asked(app, Choose), "there is no keyring here")
        await pilot.press("down", "enter")
        await until(pilot, lambda: "is kept" in notices(app), "kept")
        assert secret not in notices(app)
        listed = keys.listed(setting_file.load())
        assert [(one.name, one.place) for one in listed] == [("anthropic", keys.Place.FILE)]
        assert screen.marked is not None
        await pilot.press("delete")
        await until(pilot, lambda: "keys remove anthropic" in notices(app), "it is told to stay")


async def test_the_page_is_as_it_was_after_a_look_at_the_models(tmp_path: Path) -> None:
    path = write_story(tmp_path / "skerry.forge")
    async with abroad(path, Far(FAR)) as (pilot, desk):
        screen = await models_of(pilot, desk.house)
        await pilot.press("alt+o")
        await until(pilot, lambda: desk.house.screen is desk, "the same key leaves it")
        assert not screen.is_attached
        assert stored(path) == TEXT
