"""Memory, author's note, style notes and the lorebook: written beside the page, kept at once."""

import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, Static

from storyforge.domain.lore import ContextRules, LoreEntry
from storyforge.errors import StoryforgeError
from storyforge.store.story_file import StoryFile
from storyforge.tui.desk import contexting, keeper
from storyforge.tui.desk.contexting import Contexting
from storyforge.tui.desk.lore.book import LoreDesk
from storyforge.tui.dialogs.base import AskText, Choose
from storyforge.tui.dialogs.context_rules import AskRules
from storyforge.tui.dialogs.lore_entry import EditEntry
from storyforge.tui.dialogs.lore_import import AskTaking
from storyforge.tui.screens.desk import DeskScreen
from storyforge.tui.screens.lorebook import LorebookScreen
from storyforge.tui.widgets.notes import Notes
from storyforge.tui.widgets.rows import RowList
from tests.lorebooks import samples
from tests.tui.house import (
    answer,
    asked,
    at_desk,
    continued,
    notices,
    script,
    texts,
    type_text,
    until,
    write_story,
)

BOOK = (
    LoreEntry("a", "The log", ("log",), "Three inks.", category="things"),
    LoreEntry("b", "The boat", ("boat",), "A green dory."),
    LoreEntry("c", "Mara", ("Mara",), "Keeper of the light."),
)


def write_book(path: Path, *entries: LoreEntry) -> Path:
    write_story(path)
    with StoryFile.open(path) as story:
        story.context.set_lore(entries or BOOK)
    return path


def kept(path: Path) -> tuple[LoreEntry, ...]:
    with StoryFile.open(path) as story:
        return story.context.lore()


def memory(path: Path) -> str:
    with StoryFile.open(path) as story:
        return story.context.text("memory")


def area_of(desk: DeskScreen) -> Contexting:
    from storyforge.tui.desk.late import LateHearing

    found = next(area.area for area in desk.hearing if isinstance(area, LateHearing))
    assert isinstance(found, Contexting)
    return found


def lore_of(desk: DeskScreen) -> LoreDesk:
    return area_of(desk).lore


async def panel(pilot: Pilot[None], desk: DeskScreen) -> Notes:
    """Open the panel; the memory has the focus."""
    await pilot.press("shift+f8")
    await until(pilot, lambda: desk.focused is not None and desk.focused.id == "memory", "memory")
    assert isinstance(desk.focused, Notes)
    return desk.focused


async def table(pilot: Pilot[None], desk: DeskScreen) -> LorebookScreen:
    desk.action_do("lorebook")
    await until(pilot, lambda: isinstance(desk.house.screen, LorebookScreen), "the table")
    screen = desk.house.screen
    assert isinstance(screen, LorebookScreen)
    await until(pilot, lambda: bool(screen.browser.shown) and screen.browser.list.has_focus)
    return screen


async def test_memory_is_on_the_disk_without_being_asked_for(tmp_path: Path) -> None:
    path = write_story(tmp_path / "a.forge")
    async with at_desk(path) as (pilot, desk):
        page = await panel(pilot, desk)
        await type_text(pilot, "1893")
        await until(pilot, lambda: memory(path) == "1893", "kept")
        await pilot.press("ctrl+z")
        await until(pilot, lambda: memory(path) == "", "taken back")
        assert page.text == ""
        assert desk.manuscript.text.startswith("Mara kept the light.")
        await pilot.press("shift+f8")
        await until(pilot, lambda: desk.manuscript.has_focus)
    async with at_desk(path) as (pilot, desk):
        # It stood beside the page, and does again.
        await until(pilot, lambda: desk.side.front.id == "context_panel", "the panel")
        desk.action_do("notes")
        await until(pilot, lambda: desk.side.scene.notes.has_focus, "the scene's notes")


async def test_what_was_typed_last_is_kept_by_leaving_and_by_a_fault(tmp_path: Path) -> None:
    path = write_story(tmp_path / "a.forge")
    async with at_desk(path) as (pilot, desk):
        page = await panel(pilot, desk)
        await pilot.press("a")
        await until(pilot, lambda: page.text == "a")
        desk.rescue()
        assert memory(path) == "a"
        await pilot.press("b")
        await until(pilot, lambda: page.text == "ab")
        assert await desk.may_leave()
    assert memory(path) == "ab"


async def test_what_cannot_be_kept_is_said_and_tried_again(tmp_path: Path) -> None:
    path = write_story(tmp_path / "a.forge")
    async with at_desk(path) as (pilot, desk):
        await panel(pilot, desk)
        full = (
            "CREATE TRIGGER full BEFORE INSERT ON context_text BEGIN SELECT RAISE(ABORT,'x'); END"
        )
        with sqlite3.connect(path) as raw:
            raw.execute(full)
        raw.close()
        await pilot.press("a")
        await until(pilot, lambda: area_of(desk).panel.border_subtitle == "not saved", "said")
        assert desk.telling.status.saved == "not saved"
        with sqlite3.connect(path) as raw:
            raw.execute("DROP TRIGGER full")
        raw.close()
        await until(pilot, lambda: area_of(desk).panel.border_subtitle == "", "tried again")
        assert desk.telling.status.saved == "saved"
    assert memory(path) == "a"


async def test_a_key_while_the_texts_are_read_again_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_story(tmp_path / "a.forge")
    async with at_desk(path) as (pilot, desk):
        page = await panel(pilot, desk)
        read = contexting._read_context

        def slowly(story: StoryFile) -> tuple[dict[str, str], ContextRules]:
            found = read(story)
            # Without its message, as when that is still on its way.
            pilot.app.call_from_thread(lambda: page.insert("a"))
            return found

        monkeypatch.setattr(contexting, "_read_context", slowly)
        monkeypatch.setattr(area_of(desk).panel, "notes_changed", None)
        await area_of(desk).reread()
        assert page.text == "a"
        assert await desk.may_leave()
    assert memory(path) == "a"


async def test_what_of_the_book_could_not_be_kept_stays_when_it_is_read_again(
    tmp_path: Path,
) -> None:
    path = write_book(tmp_path / "a.forge")
    async with at_desk(path) as (pilot, desk):
        await table(pilot, desk)
        lore = lore_of(desk)
        full = "CREATE TRIGGER full BEFORE INSERT ON lore BEGIN SELECT RAISE(ABORT,'x'); END"
        with sqlite3.connect(path) as raw:
            raw.execute(full)
        raw.close()
        await pilot.press("space")
        await until(pilot, lambda: not lore.book[0].enabled, "off")
        await lore.reread()
        assert not lore.book[0].enabled
        with sqlite3.connect(path) as raw:
            raw.execute("DROP TRIGGER full")
        raw.close()
        await lore.save()
    assert not kept(path)[0].enabled


async def test_by_a_fault_one_text_that_cannot_be_kept_takes_no_other_along(
    tmp_path: Path,
) -> None:
    path = write_story(tmp_path / "a.forge")
    async with at_desk(path) as (pilot, desk):
        await panel(pilot, desk)
        pages = area_of(desk).panel.pages
        refuse = (
            "CREATE TRIGGER no BEFORE INSERT ON context_text WHEN new.kind = 'memory' "
            "BEGIN SELECT RAISE(ABORT,'x'); END"
        )
        with sqlite3.connect(path) as raw:
            raw.execute(refuse)
        raw.close()
        pages["memory"].insert("a")
        pages["style"].insert("b")
        await until(pilot, lambda: len(area_of(desk)._texts.unsaved) == 2, "both heard")
        with pytest.raises(StoryforgeError):
            area_of(desk)._texts.rescue()
        with sqlite3.connect(path) as raw:
            raw.execute("DROP TRIGGER no")
            assert raw.execute("SELECT kind, text FROM context_text").fetchall() == [("style", "b")]
        raw.close()


async def test_the_note_says_how_many_lines_up_it_stands(tmp_path: Path) -> None:
    path = write_story(tmp_path / "a.forge")
    async with at_desk(path, size=(80, 24)) as (pilot, desk):
        await panel(pilot, desk)
        assert desk.side.front.region.right <= 80
        desk.action_do("note_lines")
        await until(pilot, lambda: asked(desk.house, AskText))
        await answer(pilot, "5")
        pages = area_of(desk).panel.pages
        await until(pilot, lambda: pages["author_note"].border_title == "Author's note ↑5")
        desk.action_do("context_rules")
        await until(pilot, lambda: asked(desk.house, AskRules), "the rules")
        desk.house.screen.query_one(RowList).mark("lore_share")
        await pilot.press("enter")
        await until(pilot, lambda: asked(desk.house, AskText), "a share")
        await answer(pilot, "130 %")
        await until(pilot, lambda: asked(desk.house, AskRules), "the rules again")
        assert "100 %" in texts(desk.house.screen.query_one(RowList).rows)
        await pilot.press("home", "enter")
        await until(pilot, lambda: desk.house.screen is desk, "laid out so")
        await pilot.press("escape")
        await until(pilot, lambda: desk.manuscript.has_focus and not desk.side.front.display)
    with StoryFile.open(path) as story:
        assert story.context.rules() == ContextRules(note_lines=5, lore_share=1.0)


async def test_an_entry_is_written_on_and_every_change_is_kept(tmp_path: Path) -> None:
    path = write_book(tmp_path / "a.forge")
    async with at_desk(path) as (pilot, desk):
        screen = await table(pilot, desk)
        await pilot.press("n")
        await until(pilot, lambda: asked(desk.house, EditEntry), "the form")
        await type_text(pilot, "Oil")
        await pilot.press("enter")
        form = desk.house.screen
        form.query_one("#keys", Input).value = "oil, /(/"
        await until(pilot, lambda: "no regular expression" in _wrong(form), "named at once")
        form.query_one("#keys", Input).value = "oil, /lamps?/i"
        await until(pilot, lambda: not _wrong(form), "mended")
        await until(pilot, lambda: any(e.title == "Oil" for e in kept(path)), "kept meanwhile")
        await pilot.press("escape")
        await until(pilot, lambda: desk.house.screen is screen)
        entry = lore_of(desk).book[1]
        assert (entry.title, entry.keys) == ("Oil", ("oil", "/lamps?/i"))
        await pilot.press("ctrl+z")
        assert [one.title for one in lore_of(desk).book] == ["The log", "The boat", "Mara"]
        await until(pilot, lambda: len(kept(path)) == 3, "taken back")


def _wrong(form: object) -> str:
    assert isinstance(form, EditEntry)
    return str(form.query_one("#wrong", Static).render())


async def test_what_is_typed_into_an_entry_joins_what_stood_there(tmp_path: Path) -> None:
    path = write_book(tmp_path / "a.forge")
    async with at_desk(path) as (pilot, desk):
        await table(pilot, desk)
        await pilot.press("enter")
        await until(pilot, lambda: asked(desk.house, EditEntry), "the form")
        await pilot.press("tab", "comma", "i", "n", "k")
        await until(pilot, lambda: kept(path)[0].keys == ("log", "ink"), "both")
        assert kept(path)[0].title == "The log"


async def test_a_new_entry_that_stays_empty_was_never_there(tmp_path: Path) -> None:
    path = write_book(tmp_path / "a.forge")
    async with at_desk(path) as (pilot, desk):
        screen = await table(pilot, desk)
        await pilot.press("n")
        await until(pilot, lambda: asked(desk.house, EditEntry))
        await pilot.press("escape")
        await until(pilot, lambda: desk.house.screen is screen)
        assert lore_of(desk).book == BOOK


async def test_marked_entries_are_changed_together_and_back_in_one_step(tmp_path: Path) -> None:
    path = write_book(tmp_path / "a.forge")
    async with at_desk(path) as (pilot, desk):
        await table(pilot, desk)
        await pilot.press("x", "x", "c")
        await until(pilot, lambda: asked(desk.house, Choose), "what")
        desk.house.screen.query_one(RowList).mark("priority")
        await pilot.press("enter")
        await until(pilot, lambda: asked(desk.house, AskText), "how much")
        await answer(pilot, "7")
        lore = lore_of(desk)
        await until(pilot, lambda: [e.priority for e in lore.book] == [7, 7, 0])
        await pilot.press("space")
        assert [entry.enabled for entry in lore.book] == [False, False, True]
        await until(pilot, lambda: [e.enabled for e in kept(path)] == [False, False, True])
        await pilot.press("ctrl+z", "ctrl+z")
        await until(pilot, lambda: kept(path) == BOOK, "both steps")


async def test_entries_are_moved_copied_and_deleted(tmp_path: Path) -> None:
    path = write_book(tmp_path / "a.forge")
    async with at_desk(path) as (pilot, desk):
        await table(pilot, desk)
        await pilot.press("shift+down", "d", "delete")
        lore = lore_of(desk)
        assert [entry.title for entry in lore.book] == ["The boat", "The log", "Mara"]
        await pilot.press("shift+up")
        await until(
            pilot, lambda: [e.title for e in kept(path)] == [e.title for e in lore.book], "kept"
        )


async def test_what_was_just_written_is_told_with_the_next_request(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeper, "SAVE_AFTER", 60.0)
    writer = script(" It rained.")
    async with at_desk(write_book(tmp_path / "a.forge"), backend=writer) as (pilot, desk):
        await panel(pilot, desk)
        await type_text(pilot, "Skerry Point, 1893.")
        desk.to_page()
        await continued(pilot, desk)
    assert "Skerry Point, 1893." in writer.requests[-1].prompt


async def test_a_filter_shows_what_holds_the_words_and_marks_only_that(tmp_path: Path) -> None:
    many = (LoreEntry(f"n{n}", f"Island {n}", (f"i{n}",), "Rock.") for n in range(60))
    path = write_book(tmp_path / "a.forge", *BOOK, *many)
    async with at_desk(path) as (pilot, desk):
        screen = await table(pilot, desk)
        await pilot.press("slash", "i", "n", "k", "s")
        await until(pilot, lambda: [e.title for e in screen.browser.shown] == ["The log"])
        await pilot.press("enter")
        await until(pilot, lambda: screen.browser.list.has_focus)
        await pilot.press("a")
        assert lore_of(desk).marked == {"a"}
        await pilot.press("escape")
        await until(pilot, lambda: len(screen.browser.shown) == 63, "all again")
        await pilot.press("escape")
        await until(pilot, lambda: desk.house.screen is desk)


async def test_what_the_text_at_the_caret_calls_is_marked(tmp_path: Path) -> None:
    entries = (*BOOK, replace(BOOK[1], id="d", title="Later", from_scene="nowhere"))
    path = write_book(tmp_path / "a.forge", *entries)
    async with at_desk(path) as (pilot, desk):
        rows = (await table(pilot, desk)).browser.list
        called = [entries[1].id, entries[2].id]
        await until(pilot, lambda: [r.id for r in rows.rows if r.mark == "▸"] == called, "marked")


async def test_what_the_palette_asks_for_is_done_in_sight(tmp_path: Path) -> None:
    path = write_book(tmp_path / "a.forge")
    async with at_desk(path) as (pilot, desk):
        desk.action_do("lore_new")
        await until(pilot, lambda: asked(desk.house, EditEntry), "the form")
        await type_text(pilot, "Oil")
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(desk.house.screen, LorebookScreen), "over the table")
        await until(pilot, lambda: len(kept(path)) == 4, "beside the others")


async def test_a_key_that_takes_too_long_is_named(tmp_path: Path) -> None:
    slow = LoreEntry("s", "Slow", (r"/(x+x+)+y/",), "Never.")
    path = write_story(tmp_path / "a.forge", "x" * 900)
    with StoryFile.open(path) as story:
        story.context.set_lore((slow,))
    async with at_desk(path) as (pilot, desk):
        screen = await table(pilot, desk)
        await until(pilot, lambda: "took too long" in notices(desk.house), "named")
        assert [badge.text for row in screen.browser.list.rows for badge in row.badges] == ["!"]
        await pilot.press("enter")
        await until(pilot, lambda: asked(desk.house, EditEntry), "the form")
        assert "took too long" in str(desk.house.screen.query_one("#wrong", Static).content)


async def test_the_list_is_painted_anew_only_where_a_scene_is_called_otherwise(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_book(tmp_path / "a.forge")
    async with at_desk(path) as (pilot, desk):
        await panel(pilot, desk)
        shown: list[bool] = []
        monkeypatch.setattr(lore_of(desk), "show", lambda: shown.append(True))
        await desk.saving.recount()  # as after each save
        assert not shown
        assert desk.story is not None
        desk.story.binder.rename_scene(desk.scene_id, "Ink")
        await desk.saving.recount()
        assert shown


async def test_the_list_in_the_panel_has_the_keys_of_the_book(tmp_path: Path) -> None:
    path = write_book(tmp_path / "a.forge")
    async with at_desk(path) as (pilot, desk):
        await panel(pilot, desk)
        await pilot.press("tab", "tab", "tab")
        lore = lore_of(desk)
        await until(pilot, lambda: lore.browser.list.has_focus)
        assert "on/off" in desk.keys_bar.plain
        await pilot.press("space")
        assert not lore.book[0].enabled
        await pilot.press("ctrl+z")
        assert lore.book[0].enabled
        await pilot.press("slash", "b", "o", "a")
        await until(pilot, lambda: len(lore.browser.shown) == 1)
        await pilot.press("escape")
        await until(pilot, lambda: len(lore.browser.shown) == 3 and lore.browser.list.has_focus)


async def test_a_lorebook_goes_out_and_comes_in_with_its_names(tmp_path: Path) -> None:
    greeting = LoreEntry("g", "{{char}}", ("{{char}}",), "{{char}} greets {{user}}.")
    path = write_book(tmp_path / "a.forge", greeting)
    out = tmp_path / "book.json"
    async with at_desk(path) as (pilot, desk):
        desk.action_do("lore_export")
        await until(pilot, lambda: asked(desk.house, Choose), "the format")
        await pilot.press("enter")
        await answer(pilot, str(out))
        await until(pilot, lambda: out.exists() and "lorebook is in" in notices(desk.house))
        card = tmp_path / "card.json"
        desk.action_do("lore_export")
        await until(pilot, lambda: asked(desk.house, Choose), "the format")
        await pilot.press("end", "enter")
        await until(pilot, lambda: "{{char}}" in texts(desk.house.screen.query_one(RowList).rows))
        await pilot.press("enter")
        await until(pilot, lambda: asked(desk.house, AskText), "the path")
        await answer(pilot, str(card))
        await until(pilot, lambda: card.exists() and "The card is in" in notices(desk.house))
        desk.action_do("lore_import")
        await until(pilot, lambda: asked(desk.house, AskText), "the path")
        await answer(pilot, str(tmp_path / "none.json"))
        await until(pilot, lambda: asked(desk.house, AskText), "asked again")
        await answer(pilot, str(out))
        await until(pilot, lambda: asked(desk.house, AskTaking), "the look")
        rows = desk.house.screen.query_one(RowList)
        rows.mark("char")
        await pilot.press("enter")
        await until(pilot, lambda: asked(desk.house, AskText), "the name")
        await answer(pilot, "Mara")
        await until(pilot, lambda: asked(desk.house, AskTaking))
        rows.mark("go")
        await pilot.press("enter")
        await until(pilot, lambda: len(lore_of(desk).book) == 2, "taken in")
        assert lore_of(desk).book[1].content == "Mara greets {{user}}."
        assert lore_of(desk).undo()
        await until(pilot, lambda: kept(path) == (greeting,), "one step")


async def test_a_first_message_stands_on_the_open_page_and_stays(tmp_path: Path) -> None:
    path = tmp_path / "a.forge"
    StoryFile.create(path, title="The Light").close()
    (tmp_path / "mara.png").write_bytes(samples.png(chara=samples.V2))
    async with at_desk(path) as (pilot, desk):
        desk.action_do("lore_import")
        await until(pilot, lambda: asked(desk.house, AskText), "the path")
        await answer(pilot, str(tmp_path / "mara.png"))
        await until(pilot, lambda: asked(desk.house, AskTaking), "the look")
        rows = desk.house.screen.query_one(RowList)
        rows.mark("first")
        await pilot.press("enter")
        rows.mark("go")
        await pilot.press("enter")
        await until(pilot, lambda: "You are late" in desk.manuscript.text, "the page")
        desk.manuscript.insert("So he said. ", (0, 0))
        await desk.saving.flush()
    with StoryFile.open(path) as story:
        text = story.scenes.load(story.outline().scenes[0].id).text
    assert text == "So he said. “You are late, {{user}}.”"


async def test_a_read_only_story_shows_its_book_and_keeps_it(tmp_path: Path) -> None:
    path = write_book(tmp_path / "a.forge")
    with StoryFile.open(path):
        async with at_desk(path) as (pilot, desk):
            await table(pilot, desk)
            await pilot.press("space", "delete")
            assert lore_of(desk).book == BOOK
            await pilot.press("enter")
            await until(pilot, lambda: isinstance(desk.house.screen, EditEntry))
            assert desk.house.screen.query_one(Notes).read_only
