"""No word on the screen goes round the catalogue: the real screens in a language nobody speaks."""

from pathlib import Path
from typing import Any

import pytest
from textual.app import App
from textual.pilot import Pilot
from textual.widget import Widget
from textual.widgets import Input, Static

from storyforge import paths
from storyforge.domain.lore import LoreEntry
from storyforge.domain.model import Price
from storyforge.domain.plan.forms import Kind
from storyforge.store.story_file import StoryFile
from storyforge.studio import shelf
from storyforge.studio.planning.editing import add, write
from storyforge.tui.action_list import ACTIONS
from storyforge.tui.actions import Where
from storyforge.tui.app import StoryforgeApp
from storyforge.tui.dialogs.base import Dialog
from storyforge.tui.dialogs.help import Help
from storyforge.tui.dialogs.importing import ImportFiles
from storyforge.tui.palette import Palette
from storyforge.tui.screens.library import LibraryScreen
from storyforge.tui.terminal import Terminal
from tests import pseudo
from tests.tui import far_models
from tests.tui.house import asked, continued, desk_of, is_ready, page, running, script, until
from tests.tui.planner.plans import is_at_plan

SIZE = (140, 44)
TEXT = "彼は立った…\n「行くぞ」\n２０２６年―そして灯《ひ》が"
LEAVING = {"quit", "library"}
#: the templates are written in the languages of stories, not of the screen; see below
APART = {"prompts"}
HERE = (Where.DESK, Where.BINDER, Where.EVERYWHERE)
ON_THE_DESK = [one for one in ACTIONS if one.where in HERE and one.id not in LEAVING | APART]
#: workers that never end: they watch the story's file
STANDING = {"syncing"}
#: a story's language, the profile that is always there, and what runs its model
KNOWN = ("ja", "en", "local", "llama", "cpp")


pytestmark = pytest.mark.usefixtures("nobodys_language")


def write_story(path: Path) -> Path:
    """A story without a Latin letter, with something in every corner."""
    with StoryFile.create(path, title="灯台", author="安部", language="ja") as story:
        chapter = story.outline().chapters[0]
        story.binder.rename_chapter(chapter.id, "一")
        scene = chapter.scenes[0].id
        story.binder.rename_scene(scene, "油")
        story.binder.add_scene(chapter.id, "霧")
        story.binder.add_scene(story.binder.add_chapter("二"), "")
        story.binder.delete_scene(story.binder.add_scene(chapter.id, "捨"))
        story.scenes.save(page(scene, TEXT))
        story.revisions.keep(page(scene, TEXT), name="前", reason="named")
        story.revisions.keep(page(scene, TEXT + "。"), reason="before import")
        story.cards.put(scene, status="draft", goal=400, label="母", notes="灯")
        story.scenes.save(page(scene, TEXT + "。"))
    return path


def shown(app: App[Any]) -> str:
    """Everything on the screen, and what its widgets would say were there room."""
    lines = [strip.text.rstrip(" ") for strip in app.screen._compositor.render_strips()]
    for widget in app.screen.query(Widget):
        if isinstance(widget, Static) and widget.display:
            lines.append(str(widget.render()))
        lines += [str(title) for title in (widget.border_title, widget.border_subtitle) if title]
        if isinstance(widget, Input):
            lines.append(widget.placeholder)
    return "\n".join(lines)


def plain(app: App[Any]) -> list[str]:
    """The lines with words of no catalogue."""
    return [line for line in shown(app).split("\n") if pseudo.plain_words(line, KNOWN)]


async def settled(pilot: Pilot[None], app: StoryforgeApp) -> None:
    """Wait until nothing goes on but a question to the author."""
    await pilot.pause()
    await until(
        pilot,
        lambda: (
            all(worker.is_finished or worker.group in STANDING for worker in app.workers)
            or asked(app, Dialog)
            or asked(app, Palette)
        ),
        "quiet",
    )
    await pilot.pause()


async def back(pilot: Pilot[None], app: StoryforgeApp) -> None:
    """Leave what lies over the screen, and what was said."""
    ground = app.screen_stack[0]
    while app.screen is not ground:
        # Again where it was: an Esc right behind the end of something is meant for that.
        await pilot.press("escape")
        await settled(pilot, app)
    app.clear_notifications()
    await settled(pilot, app)


async def test_no_action_of_the_desk_says_a_plain_word(tmp_path: Path) -> None:
    found: dict[str, list[str]] = {}
    model = script("霧が出た。", "灯が消えた。")
    async with running(write_story(tmp_path / "1.forge"), size=SIZE, backend=model, hint=True) as (
        pilot,
        app,
    ):
        desk = desk_of(app)
        await settled(pilot, app)
        found["at first"] = plain(app)
        for action in ON_THE_DESK:
            if action.where is Where.BINDER:
                desk.binder.focus()
                await until(pilot, lambda: desk.binder.has_focus, "the binder")
            app.do(action.id)
            await settled(pilot, app)
            found[action.id] = plain(app)
            await back(pilot, app)
    assert {action: lines for action, lines in found.items() if lines} == {}
    assert len(found) > 50


async def test_no_word_of_the_library_is_plain(tmp_path: Path) -> None:
    found: dict[str, list[str]] = {}
    async with running(None, size=SIZE) as (pilot, app):
        await settled(pilot, app)
        found["empty"] = plain(app)
        assert pseudo.spoken("No story yet.") in shown(app)
    for name in ("1", "2"):
        shelf.open_story(write_story(tmp_path / f"{name}.forge")).close()
    (tmp_path / "2.forge").unlink()
    async with running(None, size=SIZE) as (pilot, app):
        await until(pilot, lambda: "灯台" in shown(app), "the story")
        assert isinstance(app.screen, LibraryScreen)
        for action in ("new_story", "import", "open_path", "duplicate", "library_menu", "forget"):
            app.do(action)
            await settled(pilot, app)
            found[action] = plain(app)
            await back(pilot, app)
    assert {place: lines for place, lines in found.items() if lines} == {}


async def test_no_word_of_the_models_is_plain(tmp_path: Path) -> None:
    found: dict[str, list[str]] = {}
    far_models.settled(profile="claude", tasks__summary="claude")
    model = script("霧")
    app = StoryforgeApp(
        write_story(tmp_path / "1.forge"),
        backend=lambda: model,
        terminal=Terminal(shift_enter=True),
    )
    far_models.lent(app, {"claude": far_models.Far("霧", price=Price(3.0, 15.0))}, model)
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda: is_ready(app), "ready")
        for action in ("continue", "profile"):
            app.do(action)
            await until(pilot, lambda: asked(app, Dialog), action)
            found[action] = plain_far(app)
            await back(pilot, app)
        for action in ("", "model_test", "model_edit", "model_tasks", "model_key", "model_new"):
            app.do("model")
            await until(pilot, lambda: getattr(app.screen, "marked", None), "the models")
            if action:
                app.do(action)
            await settled(pilot, app)
            found[action] = plain_far(app)
            await back(pilot, app)
    assert {place: lines for place, lines in found.items() if lines} == {}


def plain_far(app: StoryforgeApp) -> list[str]:
    """The same where names of a model elsewhere are shown."""
    names = (*KNOWN, "claude", "claude-sonnet-5", far_models.HOST, "anthropic", "Anthropic", "USD")
    return [line for line in shown(app).split("\n") if pseudo.plain_words(line, names)]


async def test_no_word_of_an_import_is_plain(tmp_path: Path) -> None:
    source = tmp_path / "灯.md"
    source.write_text("# 一\n\n彼は立った。\n\n***\n\n灯が。\n", "utf-8")
    broken = tmp_path / "無.docx"
    broken.write_bytes(b"PK\x03\x04 no zip")
    async with running(None, size=SIZE) as (pilot, app):
        app.do("import")
        await until(pilot, lambda: asked(app, ImportFiles), "the dialog")
        outcome = app.screen.query_one("#outcome", Static)
        found = {}
        for path in (tmp_path / "no.md", broken, source):
            before = str(outcome.render())
            app.screen.query_one("#sources", Input).value = str(path)
            await until(pilot, lambda b=before: str(outcome.render()) != b, "an answer")  # type: ignore[misc]
            await settled(pilot, app)
            await until(pilot, lambda: "…" not in str(outcome.render()), "the last word")
            found[path.name] = plain(app)
        assert pseudo.spoken("chapter") in shown(app)
    assert {name: lines for name, lines in found.items() if lines} == {}


async def test_no_word_of_finding_and_replacing_is_plain(tmp_path: Path) -> None:
    async with running(write_story(tmp_path / "1.forge"), size=SIZE) as (pilot, app):
        found = {}
        for action in ("find", "find_story", "replace"):
            app.do(action)
            await until(pilot, lambda: isinstance(app.focused, Input), "the field")
            assert isinstance(app.focused, Input)
            app.focused.value = "灯"
            await settled(pilot, app)
            found[action] = plain(app)
            await pilot.press("escape")
            await settled(pilot, app)
    assert {action: lines for action, lines in found.items() if lines} == {}


async def test_no_word_of_the_prompt_and_the_lorebook_is_plain(tmp_path: Path) -> None:
    path = write_story(tmp_path / "1.forge")
    with StoryFile.open(path) as story:
        lore = (LoreEntry("1", "灯", ("灯",), "霧"), LoreEntry("2", "霧", enabled=False))
        story.context.set_lore(lore)
    found: dict[str, list[str]] = {}
    async with running(path, size=SIZE, backend=script("霧。")) as (pilot, app):
        for action, keys in (
            ("lorebook", ("right", "escape", "c", "escape", "enter", "tab", "tab", "tab", "end")),
            ("prompt", ("e", "a", "ctrl+s", "shift+enter", "escape")),
        ):
            app.do(action)
            await settled(pilot, app)
            for key in keys:
                await pilot.press(key)
                await settled(pilot, app)
                found[f"{action} {key}"] = plain(app)
            if action == "lorebook":
                await pilot.press("enter")
                await settled(pilot, app)
                found["the rare rules"] = plain(app)
            await back(pilot, app)
    assert {place: lines for place, lines in found.items() if lines} == {}


async def test_no_word_around_the_templates_is_plain(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    packaged = tmp_path / "ja" / "灯" / "霧.md.j2"
    packaged.parent.mkdir(parents=True)
    packaged.write_text("灯が。", "utf-8")
    monkeypatch.setattr(paths, "prompts_dir", lambda: tmp_path)
    found: dict[str, list[str]] = {}
    async with running(write_story(tmp_path / "1.forge"), size=SIZE) as (pilot, app):
        app.do("prompts")
        await settled(pilot, app)
        found["at first"] = plain(app)
        for key in ("2", "3", "delete", "right", "escape", "e", "enter", "{", "escape", "delete"):
            await pilot.press(key)
            await settled(pilot, app)
            found[key] = plain(app)
    assert {key: lines for key, lines in found.items() if lines} == {}


async def test_no_word_of_reading_in_the_map_and_what_is_old_is_plain(tmp_path: Path) -> None:
    path = write_story(tmp_path / "1.forge")
    with StoryFile.open(path) as story:
        (scene, *_others) = story.plan.read().scenes
        write(story, "premise", {"setting": "港"})
        for name in ("春", "霧子"):
            add(story, Kind.CHARACTER, {"name": name, "role": "灯"})
        write(story, scene.id, {"cast": "\n".join(one.id for one in story.plan.read().characters)})
        write(story, "premise", {"setting": "山"})
    found: dict[str, list[str]] = {}
    async with running(path, size=SIZE) as (pilot, app):
        app.do("plan")
        await until(pilot, lambda: is_at_plan(app), "the planner")
        for key in ("r", "escape", "f", "x", "escape", "u", "escape", "k", "p", "right", "v"):
            await pilot.press(key)
            await settled(pilot, app)
            found[key] = plain(app)
    assert {key: lines for key, lines in found.items() if lines} == {}


async def test_no_word_of_help_and_palette_is_plain(tmp_path: Path) -> None:
    async with running(write_story(tmp_path / "1.forge"), size=SIZE) as (pilot, app):
        app.do("help")
        await until(pilot, lambda: asked(app, Help) or isinstance(app.screen, Help), "the help")
        await pilot.pause()
        assert plain(app) == []
        assert pseudo.spoken("On the desk") in shown(app)
        await back(pilot, app)
        app.do("palette")
        await until(pilot, lambda: pseudo.spoken("Continue the text") in shown(app), "actions")
        assert plain(app) == []


@pytest.mark.parametrize("size", [(40, 12), (80, 24), (120, 32)])
async def test_no_word_of_a_stream_that_fails_is_plain(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    model = script("霧が出て、灯が消えた。", fail_after=1)
    path = write_story(tmp_path / "1.forge")
    async with running(path, size=size, backend=model) as (pilot, app):
        await continued(pilot, desk_of(app))
        assert app._notifications
        await pilot.pause()
        assert plain(app) == []


async def test_no_word_about_a_story_that_cannot_be_opened_is_plain(tmp_path: Path) -> None:
    (tmp_path / "1.forge").write_text("灯" * 3000, "utf-8")
    async with running(tmp_path / "1.forge", size=SIZE) as (pilot, app):
        await until(pilot, lambda: asked(app, Dialog), "said")
        assert plain(app) == []
        assert pseudo.spoken("it was left untouched") in shown(app)
