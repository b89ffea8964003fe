"""Spelling on the page: what is underlined, what may have been meant, the author's own words.

Rows ask as they are drawn, so only what is in sight is checked; the answers come from another
process and are remembered by word. A key costs the words of its own row.
"""

import asyncio
from collections.abc import Callable, Iterator
from itertools import islice
from typing import TYPE_CHECKING

from textual.timer import Timer

from storyforge.domain.spellable import (
    Word,
    has_spelling,
    is_among,
    script_of,
    word_at,
    words_between,
)
from storyforge.errors import StoryforgeError
from storyforge.i18n import _
from storyforge.tui.desk.area import Area
from storyforge.tui.dialogs.base import Choice, Choose
from storyforge.tui.widgets.painting import Ink, Mark
from storyforge.tui.work import launch, lazily

if TYPE_CHECKING:
    from storyforge.domain.lore import LoreEntry
    from storyforge.studio.spelling import Speller
    from storyforge.tui.screens.desk import DeskScreen

#: seconds that words gather before they are asked about
GATHER = 0.15
#: verdicts that are remembered; then all are forgotten at once
REMEMBERED = 50_000
#: words asked about at once while looking for the next wrong one
_BATCH = 400


class Spelling(Area):
    """What the spelling's actions do.

    Attributes:
        on: whether words are underlined now.
        tag: the dictionary in use, such as "en_US"; empty without one.
    """

    def __init__(self, desk: "DeskScreen") -> None:
        super().__init__(desk)
        self.on = False
        self.tag = ""
        self._speller: Speller | None = None
        self._language = ""
        self._script = ""
        self._mine: set[str] = set()
        self._ignored: set[str] = set()
        self._right: dict[str, bool] = {}
        self._asked: set[str] = set()
        self._gathering: Timer | None = None
        self._typing = False
        desk.manuscript.overlays += (self.marks,)

    def verbs(self) -> dict[str, Callable[[], object]]:
        """The actions this area carries out."""
        return {
            "spelling": lambda: self.start(self.toggle),
            "spelling_word": lambda: self.start(self.mend),
            "spelling_next": lambda: self.start(self.next),
            "own_words": lambda: self.start(self.own_words),
        }

    # What is heard.

    def page_edited(self) -> None:
        """The word that is being written is not wrong yet."""
        self._typing = True

    def caret_moved(self) -> None:
        """The caret left the word, or follows a key: then `page_edited` comes behind."""
        self._typing = False

    def outlined(self) -> None:
        """The story may be in another language now."""
        if self._language and self.desk.language != self._language:
            self._language = ""
            if self.on:
                self.start(self._changed_language)

    async def opened(self) -> None:
        """On where the author left it on."""
        settings = await self.desk.house.ready_settings()
        if settings.spelling and has_spelling(self.desk.language):
            await self._switch_on(tell=False)

    async def close(self) -> None:
        """Let the dictionary go."""
        self.on = False
        speller, self._speller = self._speller, None
        if speller is not None:
            await speller.close()

    # On and off.

    async def toggle(self) -> None:
        """Underline or not, from now on and next time."""
        if self.on:
            await self._switch_off()
        elif not await self._switch_on(tell=True):
            return
        await self.desk.house.change_settings({"spelling": self.on})

    async def _switch_off(self) -> None:
        await self.close()
        self._language = ""
        self.desk.manuscript.refresh()

    async def _switch_on(self, *, tell: bool) -> bool:
        """Find the dictionary and start; False, with a sentence, where there is none."""
        story, language = self.desk.story, self.desk.language
        if story is None:
            return False
        dictionaries = await lazily("storyforge.studio.dictionaries")
        found = await asyncio.to_thread(dictionaries.find, language)
        if found is None:
            self.desk.house.tell(dictionaries.why_none(language))
            return False
        spelling = await lazily("storyforge.studio.spelling")
        words = await asyncio.to_thread(lambda: story.words.all())
        lore = await asyncio.to_thread(story.context.lore)
        await self.close()
        self._mine = set(words) | names_of(lore)
        self._right.clear()
        self._asked.clear()
        self._language, self._script = language, script_of(language)
        self._speller, self.tag, self.on = spelling.Speller(found), found.tag, True
        note = dictionaries.note(found, language)
        if tell:
            self.desk.house.tell(note or _("Spelling is on, with {tag}.").format(tag=found.tag))
        self.desk.manuscript.refresh()
        return True

    async def _changed_language(self) -> None:
        if not await self._switch_on(tell=True):
            await self._switch_off()

    # Drawing.

    def marks(self, line: int, text: str, start: int, end: int) -> list[Mark]:
        """The misspelled words of one row; unknown ones are asked about behind it."""
        if not self.on:
            return []
        marks = []
        at = self.desk.manuscript.selection.end if self._typing else (-1, -1)
        for word in words_between(text, start, end, self._script):
            right = self._right.get(word.text)
            if right is None:
                if (line, word.end) != at:
                    self._ask_about(word.text)
            elif not right and (line, word.end) != at and not self._is_mine(word.text):
                marks.append(Mark(word.start, word.end, Ink.MISSPELLED))
        return marks

    def _is_mine(self, word: str) -> bool:
        return is_among(word, self._mine) or is_among(word, self._ignored)

    def _ask_about(self, word: str) -> None:
        self._asked.add(word)
        if self._gathering is None:
            self._gathering = self.desk.set_timer(GATHER, self._look_up)

    def _look_up(self) -> None:
        self._gathering = None
        launch(self.desk.house, self._answer(), group="spelling")

    async def _answer(self) -> None:
        asked, self._asked = self._asked, set()
        if await self._learn(asked):
            self.desk.manuscript.refresh()

    async def _learn(self, words: set[str]) -> bool:
        """Ask about words; whether one of them is wrong. A dictionary that fails ends it."""
        speller = self._speller
        words = {word for word in words if word not in self._right}
        if speller is None or not words:
            return False
        try:
            wrong = await speller.wrong(words)
        except StoryforgeError as error:
            if speller is self._speller:
                await self._switch_off()
                self.desk.house.tell_error(error)
            return False
        if len(self._right) > REMEMBERED:
            self._right.clear()
        self._right.update((word, word not in wrong) for word in words)
        return bool(wrong)

    # One word.

    async def mend(self) -> None:
        """F9: suggestions for the word at the caret; at no wrong word, go to the next."""
        if not await self._ready():
            return
        found = await self._wrong_at_caret()
        if found is None:
            await self.next()
            return
        line, word = found
        await self._offer(line, word)

    async def next(self) -> None:
        """Put the caret on the next wrong word, going round at the end of the scene."""
        if not await self._ready():
            return
        found = await self._next_wrong()
        if found is None:
            if self.on:
                self.desk.house.tell(_("Every word of this scene is in the dictionary."))
            return
        line, word = found
        manuscript = self.desk.manuscript
        manuscript.move_cursor((line, word.start))
        manuscript.move_cursor((line, word.end), select=True, center=True)
        manuscript.focus()

    async def _ready(self) -> bool:
        """Switched on, if need be; whoever asks for a word's spelling wants it checked."""
        return self.on or await self._switch_on(tell=True)

    async def _wrong_at_caret(self) -> tuple[int, Word] | None:
        manuscript = self.desk.manuscript
        line, column = manuscript.selection.end
        word = word_at(manuscript.document.get_line(line), column, self._script)
        if word is None:
            return None
        await self._learn({word.text})
        wrong = self._right.get(word.text) is False and not self._is_mine(word.text)
        return (line, word) if wrong else None

    async def _next_wrong(self) -> tuple[int, Word] | None:
        around = self._words_around()
        while batch := list(islice(around, _BATCH)):
            await self._learn({word.text for _line, word in batch})
            for line, word in batch:
                if self._right.get(word.text) is False and not self._is_mine(word.text):
                    return line, word
        return None

    def _words_around(self) -> Iterator[tuple[int, Word]]:
        """The words behind the caret and, round the scene's end, those before it."""
        manuscript = self.desk.manuscript
        first, column = max(manuscript.selection)
        lines = list(manuscript.document.lines)
        for line in (*range(first, len(lines)), *range(first + 1)):
            low, column = column, 0
            yield from (
                (line, word)
                for word in words_between(lines[line], 0, len(lines[line]), self._script)
                if word.start >= low
            )

    async def _offer(self, line: int, word: Word) -> None:
        speller, manuscript = self._speller, self.desk.manuscript
        if speller is None:
            return
        try:
            found = await speller.suggest(word.text)
        except StoryforgeError as error:
            self.desk.house.tell_error(error)
            return
        choices = [Choice(f"put:{text}", text) for text in found]
        choices += [
            Choice("add", _("Add “{word}” to this story's words").format(word=word.text)),
            Choice("ignore", _("Ignore “{word}” until the story is closed").format(word=word.text)),
        ]
        told = "" if found else _("The dictionary has nothing like it.")
        manuscript.move_cursor((line, word.start))
        manuscript.move_cursor((line, word.end), select=True)
        chosen = await self.ask(Choose(_("“{word}”").format(word=word.text), told, choices))
        if chosen is None:
            return
        if chosen == "add":
            await self._add(word.text)
        elif chosen == "ignore":
            self._ignored.add(word.text)
            manuscript.refresh()
        else:
            self._put(line, word, chosen.removeprefix("put:"))

    def _put(self, line: int, word: Word, text: str) -> None:
        """The suggestion in the word's place, as one step, if the word still stands there."""
        manuscript = self.desk.manuscript
        if not self.desk.may_write():
            return
        manuscript.interrupt()  # its last words may still move the one that is meant
        now = manuscript.document.lines
        if line < len(now) and now[line][word.start : word.end] == word.text:
            manuscript.history.checkpoint()
            manuscript.replace(text, (line, word.start), (line, word.end))
            manuscript.move_cursor((line, word.start + len(text)))
            manuscript.history.checkpoint()

    # The author's own words.

    async def _add(self, word: str) -> None:
        story = self.desk.story
        if story is None or not self.desk.may_write():
            return
        await asyncio.to_thread(story.words.add, word.replace("’", "'"))
        self._mine.add(word.replace("’", "'"))
        self.desk.manuscript.refresh()

    async def own_words(self) -> None:
        """The list; a chosen word is taken out."""
        story = self.desk.story
        if story is None:
            return
        while True:
            words = sorted(await asyncio.to_thread(story.words.all), key=str.casefold)
            if not words:
                self.desk.house.tell(_("No words were added to this story yet."))
                return
            chosen = await self.ask(
                Choose(
                    _("Words of this story"),
                    _("Enter takes a word out again."),
                    [Choice(word, word) for word in words],
                )
            )
            if chosen is None or not self.desk.may_write():
                return
            await asyncio.to_thread(story.words.remove, chosen)
            self._mine.discard(chosen)
            self.desk.manuscript.refresh()


def names_of(lore: "tuple[LoreEntry, ...]") -> set[str]:
    """The words in the titles and keys of the book of lore: its people and places are known."""
    texts = [text for entry in lore for text in (entry.title, *entry.keys)]
    return {part for text in texts for part in text.split()}
