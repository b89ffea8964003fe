"""The scene's card: status, label, aim and notes, and how the binder shows them.

The cards are read once and kept beside the story file: they are a few lines each. Notes are on the
disk half a second after a key, as text is.
"""

import asyncio
import json
from collections.abc import Callable
from typing import TYPE_CHECKING

from storyforge.domain.cards import Card, Status
from storyforge.domain.counting import counts_characters
from storyforge.i18n import _
from storyforge.tui.desk.area import Area
from storyforge.tui.desk.keeper import Keeper
from storyforge.tui.dialogs.base import AskText, Choice, Choose
from storyforge.tui.footer import panel_parts
from storyforge.tui.typed import whole_number
from storyforge.tui.widgets.labels import COLOURS, colours_of, status_name

if TYPE_CHECKING:
    from storyforge.store.story_file import StoryFile
    from storyforge.tui.history import PageHistory
    from storyforge.tui.screens.desk import DeskScreen
    from storyforge.tui.widgets.bars import Part

#: the story's own setting that holds the labels' colours, as JSON
LABEL_COLOURS = "label_colours"


class Carding(Area):
    """What the card's actions do.

    Attributes:
        cards: by scene id; a scene that is not in it has an empty card.
        notes: keeps the notes.
    """

    def __init__(self, desk: "DeskScreen") -> None:
        super().__init__(desk)
        self.cards: dict[str, Card] = {}
        self._colours: dict[str, str] = {}
        self._shown = ""
        self._histories: dict[str, PageHistory] = {}
        self.notes: Keeper[str] = Keeper(desk, _write_notes, kept=self._kept, told=self._told)
        desk.side.scene.notes_changed = self.notes_changed

    def verbs(self) -> dict[str, Callable[[], object]]:
        """The actions this area carries out."""
        return {
            "notes": self.to_notes,
            "scene_panel": lambda: self.start(self.fold),
            "scene_status": lambda: self.start(self.status),
            "scene_label": lambda: self.start(self.label),
            "scene_goal": lambda: self.start(self.goal),
            "numbers": lambda: self.start(self.numbers),
        }

    @property
    def card(self) -> Card:
        """The card of the scene on the page."""
        return self.cards.get(self.desk.scene_id, Card())

    # What is heard.

    async def opened(self) -> None:
        """Read the cards; show the panel where the author left it."""
        settings = await self.desk.house.ready_settings()
        self.desk.side.set_class(settings.scene_panel, "-shown")
        self.desk.binder.numbered = settings.outline_numbers
        await self.read()

    async def reread(self) -> None:
        """Read the cards anew."""
        await self.read()

    async def read(self) -> None:
        """Read the cards: somebody else may have changed them."""
        story = self.desk.story
        if story is not None:
            await self.notes.keep()
            self.cards = await asyncio.to_thread(story.cards.all)
            told = await asyncio.to_thread(story.recall, LABEL_COLOURS)
            self._colours = colours_of(told)
            self._shown = ""
            self.page_shown()
            self._show()

    def page_shown(self) -> None:
        """Another scene's notes; those of the one before keep their steps."""
        panel = self.desk.side.scene
        if self._shown and self._shown != self.desk.scene_id:
            self._histories[self._shown] = panel.notes.history_of_page
        if self._shown != self.desk.scene_id:
            self._shown = self.desk.scene_id
            notes = self.notes.unsaved.get(self._shown, self.card.notes)
            panel.show_notes(self._shown, notes, self._histories.get(self._shown))
            if self.desk.story is not None and self.desk.story.read_only:
                panel.notes.lock_page(self.desk.story.read_only_reason)
        self._show_facts()

    def outlined(self) -> None:
        """Other counts stand against the aims."""
        self._show_facts()

    async def save(self) -> None:
        """Bring the notes to the disk; raises where that is not possible."""
        await self.notes.save()

    def unsaved_notes(self) -> dict[str, str]:
        """What the author wrote and no save took."""
        return dict(self.notes.unsaved)

    def rescue(self) -> None:
        """The program is about to end by a fault."""
        self.notes.rescue()

    def keys(self) -> "list[Part] | None":
        """Notes and facts have no actions of their own; the list of comments has."""
        panel = self.desk.side.scene
        inside = panel.has_focus_inside and not panel.comments.has_focus
        return panel_parts(self.desk.house) if inside else None

    # Notes.

    def notes_changed(self) -> None:
        """The author wrote into the notes."""
        if self._shown:
            self.notes.changed(self._shown, self.desk.side.scene.notes.text)

    def _kept(self, scene_id: str, card: Card) -> None:
        self.cards[scene_id] = card

    def _told(self, fine: bool) -> None:
        self.desk.side.scene.border_subtitle = "" if fine else _("not saved")

    # The panel.

    def to_notes(self) -> None:
        """Into the notes; again, back to the page."""
        side = self.desk.side
        if side.scene.has_focus_inside:
            self.desk.to_page()
            return
        side.unfold()
        side.scene.notes.focus()

    async def fold(self) -> None:
        """Show the panel beside the page, or fold it away, from now on."""
        side = self.desk.side
        side.toggle_class("-shown")
        self.desk.to_page()
        shown = side.has_class("-shown")
        await self.desk.house.change_settings({"scene_panel": shown})
        if shown and not self.desk.has_class("-wide"):
            self.desk.house.tell(
                _("There is no room beside the page; {key} opens it over the page.").format(
                    key=self.desk.house.key_of("notes")
                )
            )

    async def numbers(self) -> None:
        """Outline numbers on or off."""
        on = not self.desk.binder.numbered
        self.desk.binder.numbered = on
        await self.desk.house.change_settings({"outline_numbers": on})

    # Status, label, aim.

    def _scene(self) -> str:
        """Whose card is meant: the binder's marked scene where the keys go there."""
        kind, found = self.desk.binder.marked
        if self.desk.binder.has_focus and kind == "scene":
            return found
        return self.desk.scene_id

    async def status(self) -> None:
        """How far the scene is."""
        if not self.desk.may_write():
            return
        scene_id = self._scene()
        now = self.cards.get(scene_id, Card()).status
        choices = [Choice(status.value, status_name(status)) for status in Status]
        chosen = await self.ask(
            Choose(_("Status of the scene"), self.title_of(scene_id), choices, at=now.value)
        )
        if chosen is not None:
            await self._put(scene_id, status=chosen)

    async def label(self) -> None:
        """A word of the author's own, in a colour that all scenes of that label share."""
        if not self.desk.may_write():
            return
        scene_id = self._scene()
        now = self.cards.get(scene_id, Card()).label
        known = sorted({card.label for card in self.cards.values() if card.label})
        choices = [
            *(Choice(f"={name}", name, _(COLOURS[self._colour_of(name)])) for name in known),
            Choice("new", _("Another label …")),
        ]
        if now:
            choices += [
                Choice("colour", _("Another colour for “{label}” …").format(label=now)),
                Choice("none", _("No label")),
            ]
        chosen = await self.ask(
            Choose(_("Label of the scene"), self.title_of(scene_id), choices, at=f"={now}")
        )
        if chosen is None:
            return
        if chosen == "colour":
            await self._choose_colour(now)
            return
        label: str | None = "" if chosen == "none" else chosen.removeprefix("=")
        if chosen == "new":
            label = await self.ask(AskText(_("Label of the scene"), _("A word or two")))
        if label is not None:
            await self._put(scene_id, label=label)

    async def _choose_colour(self, label: str) -> None:
        choices = [Choice(colour, _(name)) for colour, name in COLOURS.items()]
        at = self._colour_of(label)
        chosen = await self.ask(
            Choose(_("Colour of “{label}”").format(label=label), "", choices, at=at)
        )
        story = self.desk.story
        if chosen is not None and story is not None:
            self._colours[label] = chosen
            told = json.dumps(self._colours, ensure_ascii=False)
            await asyncio.to_thread(story.remember, LABEL_COLOURS, told)
            self._show()

    def _colour_of(self, label: str) -> str:
        """The label's colour; new labels get those that are free, in turn."""
        if label not in self._colours:
            taken = list(self._colours.values())
            free = [colour for colour in COLOURS if colour not in taken] or list(COLOURS)
            self._colours[label] = free[0] if len(taken) < len(COLOURS) else free[len(taken) % 6]
        return self._colours[label]

    async def goal(self) -> None:
        """How long the scene is to become."""
        if not self.desk.may_write():
            return
        scene_id = self._scene()
        now = self.cards.get(scene_id, Card()).goal
        asked = _("Characters; empty for no goal") if counts_characters(self.desk.language) else ""
        given = await self.ask(
            AskText(
                _("Goal of the scene"),
                asked or _("Words; empty for no goal"),
                str(now) if now else "",
                blank=True,
            )
        )
        if given is None:
            return
        number = whole_number(given)
        if number is None:
            self.desk.house.tell(_("A goal is a whole number, such as 800."))
            return
        await self._put(scene_id, goal=number)

    async def _put(self, scene_id: str, **changes: str | int) -> None:
        story = self.desk.story
        if story is None:
            return
        await self.notes.keep()
        self.cards[scene_id] = await asyncio.to_thread(
            lambda: story.cards.put(scene_id, **changes)  # type: ignore[arg-type]
        )
        label = self.cards[scene_id].label
        if label and label not in self._colours:
            self._colour_of(label)
            told = json.dumps(self._colours, ensure_ascii=False)
            await asyncio.to_thread(story.remember, LABEL_COLOURS, told)
        self._show()

    # Showing.

    def _show(self) -> None:
        for card in self.cards.values():
            if card.label:
                self._colour_of(card.label)
        self.desk.binder.show_cards(self.cards, self._colours)
        self._show_facts()

    def _show_facts(self) -> None:
        outline = self.desk.outline
        if outline is None:
            return
        head, card = outline.scene(self.desk.scene_id), self.card
        count = head.counts.of(outline.language) if head is not None else 0
        colour = self._colours.get(card.label, "")
        self.desk.side.scene.show_card(card, colour, count, outline.language)
        if self.desk.telling.status.scene_goal != card.goal:
            self.desk.say(scene_goal=card.goal)


def _write_notes(story: "StoryFile", scene_id: str, notes: str) -> Card:
    return story.cards.put(scene_id, notes=notes)
