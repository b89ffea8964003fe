"""The registry: one list behind keys, palette, help, footer and docs/keys.md."""

from pathlib import Path

from textual._xterm_parser import XTermParser
from textual.command import CommandList, CommandPalette
from textual.events import Key
from textual.widgets import Input

from storyforge import paths
from storyforge.tui.actions import ACTIONS, BY_ID, Keys, Where, of
from storyforge.tui.dialogs.help import Help, help_text
from storyforge.tui.keys_document import keys_document
from storyforge.tui.palette import ActionProvider
from storyforge.tui.screens.desk import DeskScreen
from storyforge.tui.screens.models import ModelsScreen
from storyforge.tui.terminal import Terminal
from tests.tui.house import (
    TEXT,
    asked,
    at_desk,
    continued,
    desk_of,
    notices,
    running,
    script,
    until,
    write_story,
)


def test_no_action_stands_twice_and_no_key_means_two_things_in_one_place() -> None:
    assert len(BY_ID) == len(ACTIONS)
    everywhere = [key for action in of(Where.EVERYWHERE) for key in action.keys]
    for where in (Where.DESK, Where.BINDER, Where.TAKES, Where.FIND, Where.LIBRARY):
        keys = [key for action in of(where) for key in action.keys] + everywhere
        assert len(keys) == len(set(keys)), where


def test_every_alt_key_arrives_as_itself() -> None:
    """Many terminals send Alt+Left as an Escape and a b: no action may wait for that as Alt+B."""
    named = {key for action in ACTIONS for key in action.keys if key.startswith("alt+")}
    for key in named:
        letter = key.removeprefix("alt+")
        if len(letter) == 1:
            parser = XTermParser()
            heard = [*parser.feed(f"\x1b{letter}"), *parser.feed("")]
            assert [event.key for event in heard if isinstance(event, Key)] == [key]


def test_the_keys_document_is_the_registry() -> None:
    document = Path(__file__).parents[2] / "docs" / "keys.md"
    assert document.read_text("utf-8") == keys_document()


def test_help_names_only_keys_that_arrive() -> None:
    told = str(help_text(Keys({}), Terminal(shift_enter=False)))
    assert "Continue the text  Ctrl+J, F5" in told
    told = str(help_text(Keys({"retry": ("f9",)}), Terminal(shift_enter=True)))
    assert "Shift+Enter, Ctrl+J, F5" in told
    assert "Try again  F9" in told


def test_help_begins_with_the_screen_it_is_asked_on() -> None:
    terminal = Terminal(shift_enter=True)
    told = str(help_text(Keys({}), terminal, ModelsScreen.PLACES))
    assert told.startswith("In the models\n")
    assert told.count("On the desk") == told.count("In the models\n") == 1
    assert str(help_text(Keys({}), terminal, DeskScreen.PLACES)).startswith("On the desk\n")


async def test_every_action_of_the_desk_can_be_carried_out_and_is_in_the_palette(
    tmp_path: Path,
) -> None:
    async with at_desk(write_story(tmp_path / "skerry.forge")) as (pilot, desk):
        wanted = {action.id for where in DeskScreen.PLACES for action in of(where)}
        assert set(desk.verbs) == wanted
        await pilot.press("ctrl+p")
        await until(pilot, lambda: isinstance(desk.house.screen, CommandPalette), "the palette")
        provider = ActionProvider(desk, None)
        hits = [hit async for hit in provider.discover()]
        everywhere = {action.id for action in of(Where.EVERYWHERE)} - {"palette"}
        assert len(hits) == len(wanted | everywhere)
        found = [hit.text async for hit in provider.search("snapshot")]
        # Those it is the name of come before those whose help speaks of it.
        assert found[:2] == ["Keep a snapshot of this scene", "Snapshots of this scene"]
        assert "Timeline of the story" in found[2:]
        assert [hit.text async for hit in provider.search("Markdown file")] == [
            "Write scenes into a folder"
        ]
        assert [hit.text async for hit in provider.search("infill")] == [
            "Write what is missing here"
        ]


async def test_the_palette_speaks_with_our_words(tmp_path: Path) -> None:
    async with at_desk(write_story(tmp_path / "skerry.forge")) as (pilot, desk):
        await pilot.press("ctrl+p")
        await until(pilot, lambda: isinstance(desk.house.screen, CommandPalette), "the palette")
        palette = desk.house.screen
        assert palette.query_one(Input).placeholder == "Find an action …"
        await pilot.press(*"qqq")
        found = palette.query_one(CommandList)
        told = "No action is called that."
        await until(
            pilot,
            lambda: [str(option.prompt) for option in found.options] == [told],
            "nothing is called that",
        )


async def test_the_palette_finds_words_in_any_order(tmp_path: Path) -> None:
    async with at_desk(write_story(tmp_path / "skerry.forge")) as (_pilot, desk):
        found = {
            query: {hit.text async for hit in ActionProvider(desk, None).search(query)}
            for query in ("word count", "new story", "goal day")
        }
    assert found["word count"] >= {"How long it is"}
    assert found["new story"] >= {"Library"}
    assert found["goal day"] >= {"Writing days"}


async def test_keys_are_moved_by_the_settings(tmp_path: Path) -> None:
    paths.config_dir().mkdir(parents=True)
    paths.config_file().write_text('[keys]\ncontinue = "f9"\nnonsense = "f10"\n')
    path = write_story(tmp_path / "skerry.forge")
    async with running(path, backend=script(" Fog.")) as (pilot, app):
        desk = desk_of(app)
        assert "F9 continue" in desk.keys_bar.plain
        assert "“nonsense”, which is no action" in notices(app)
        await continued(pilot, desk, "f9")
        assert desk.manuscript.text == TEXT + " Fog."
        await pilot.press("f5")
        await pilot.pause()
        assert not desk.continuing.running


async def test_settings_that_cannot_be_read_are_said_and_stand_aside(tmp_path: Path) -> None:
    paths.config_dir().mkdir(parents=True)
    paths.config_file().write_text("theme = ")
    async with running(None) as (pilot, app):
        await until(pilot, lambda: "not valid TOML" in notices(app), "said")
        assert app.settings is not None
        assert app.settings.writing.length == "120"


async def test_help_theme_and_model_are_everywhere(tmp_path: Path) -> None:
    async with at_desk(write_story(tmp_path / "skerry.forge")) as (pilot, desk):
        house = desk.house
        await pilot.press("f1")
        await until(pilot, lambda: asked(house, Help), "help")
        await pilot.press("f1")
        await until(pilot, lambda: house.screen is desk, "closed")
        house.do("theme")
        await until(pilot, lambda: paths.peek_setting("theme", "") == "light", "kept")
        assert house.theme == "storyforge-light"
        house.do("model")
        await until(pilot, lambda: isinstance(house.screen, ModelsScreen), "the models")
        models = house.screen
        assert isinstance(models, ModelsScreen)
        await until(pilot, lambda: "models use PATH" in models.text.text, "about the model")
        assert "on this machine" in models.text.text
