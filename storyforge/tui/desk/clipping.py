"""Copying the chapter to the clipboard, spelled as the place where it will be pasted reads it."""

import asyncio
import os
from collections.abc import Callable

from storyforge.domain.ruby import annotations
from storyforge.domain.story import Outline
from storyforge.i18n import _
from storyforge.tui.desk.area import Area
from storyforge.tui.dialogs.base import Choice, Choose
from storyforge.tui.work import lazily

#: how the chapter was copied last, kept with the story
COPY_AS = "copy_chapter_as"


class Clipping(Area):
    """The chapter's way out without a file."""

    def verbs(self) -> dict[str, Callable[[], object]]:
        """The actions this area carries out."""
        return {"copy_chapter": lambda: self.start(self.copy_chapter)}

    async def copy_chapter(self) -> None:
        """The chapter of the scene on the page; asks how where it has readings or dots."""
        desk, story = self.desk, self.desk.story
        chapter = desk.outline.chapter_of(desk.scene_id) if desk.outline is not None else None
        if story is None or chapter is None or not await desk.saving.flush():
            return
        clipping = await lazily("storyforge.studio.clipping")

        def spelled(site: str, readings: bool) -> str:
            return str(clipping.chapter_text(story, chapter.id, site, readings=readings))

        typed = await asyncio.to_thread(spelled, "kakuyomu", True)
        if not typed.strip():
            desk.house.tell(_("This chapter has no words yet."))
            return
        text: str | None = typed
        if annotations(typed):
            text = await self._as_wished(spelled)
        if text is None:
            return
        desk.house.copy_to_clipboard(text)
        obstacle = await asyncio.to_thread(clipping.obstacle, text, os.environ)
        desk.house.tell(
            _("“{chapter}”, {count:,} characters, was sent to the terminal's clipboard.").format(
                chapter=chapter.title or _chapter_number(desk.outline, chapter.id),
                count=len(text),
            )
            + " "
            + (obstacle or _("If it cannot be pasted, your terminal does not take it (OSC 52)."))
        )

    async def _as_wished(self, spelled: Callable[[str, bool], str]) -> str | None:
        """The text as the author wants readings spelled; None when nothing was decided."""
        story = self.desk.story
        if story is None:
            return None
        last = await asyncio.to_thread(story.recall, COPY_AS)
        wish = await self.ask(
            Choose(
                _("Copy this chapter"),
                _("It has readings or dots. Where will you paste it?"),
                [
                    Choice("narou", _("小説家になろう"), _("dots as readings")),
                    Choice("kakuyomu", _("カクヨム"), "《《 》》"),
                    Choice("plain", _("Elsewhere: readings in brackets"), "（ ）"),
                    Choice("words", _("Elsewhere: without readings")),
                ],
                at=last,
            )
        )
        if wish is None:
            return None
        if not story.read_only:
            await asyncio.to_thread(story.remember, COPY_AS, wish)
        site = "plain" if wish == "words" else wish
        return await asyncio.to_thread(spelled, site, wish != "words")


def _chapter_number(outline: Outline | None, chapter_id: str) -> str:
    chapters = outline.chapters if outline is not None else ()
    ids = [chapter.id for chapter in chapters]
    return _("Chapter {n}").format(n=ids.index(chapter_id) + 1)
