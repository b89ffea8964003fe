"""The tree of all takes: going back to a point of the story's history, and naming it.

Going back is one undo step of the page, and what stood there is kept as a snapshot first. Going on
from there makes the next take a sibling of those that went on before.
"""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from storyforge.domain.generation import Take
from storyforge.domain.origin import PlaceKind
from storyforge.domain.take_tree import laid_out
from storyforge.i18n import _
from storyforge.tui.desk.area import Area
from storyforge.tui.desk.takes.walking import standing_take
from storyforge.tui.dialogs.about_take import AboutTake
from storyforge.tui.dialogs.base import AskText
from storyforge.tui.dialogs.take_tree import Source, TakeTree, Tree
from storyforge.tui.widgets.hits import scene_names
from storyforge.tui.work import lazily

if TYPE_CHECKING:
    from storyforge.store.story_file import StoryFile


class TreeDesk(Area):
    """What the tree's actions do."""

    def verbs(self) -> dict[str, Callable[[], object]]:
        """The actions this area carries out."""
        return {
            "take_tree": lambda: self.start(self.look),
            "bookmarks": lambda: self.start(partial(self.look, bookmarks=True)),
        }

    async def look(self, *, bookmarks: bool = False) -> None:
        """The tree, until the author goes back to a take or to the page."""
        desk, story = self.desk, self.desk.story
        past = await lazily("storyforge.studio.takes.past")
        here = desk.manuscript.place_at_caret()
        at = (standing_take(desk.manuscript.provenance, here) if here is not None else None) or ""
        while story is not None and desk.outline is not None:
            if not story.read_only and not await desk.saving.flush():
                return
            source = Source(
                story.takes.numbers,
                partial(_tree, story, past.standing_takes),
                story.takes.bookmarked,
                partial(_looked_at, story, past.words_before),
            )
            names = scene_names(desk.outline)
            wanted = await self.ask(
                TakeTree(source, names, desk.scene_id, at=at, bookmarks=bookmarks)
            )
            if wanted is None:
                return
            at = wanted.take.id
            if wanted.what == "name":
                await self._name(story, wanted.take)
            elif wanted.what == "about":
                await self.ask(AboutTake(wanted.take))
            elif await self._go_back(story, wanted.take):
                return

    async def _name(self, story: "StoryFile", take: Take) -> None:
        if story.read_only:
            self.desk.house.tell(self.desk.manuscript.lock_reason)
            return
        name = await self.ask(
            AskText(
                _("Bookmark"),
                _("A name for this point of the story; nothing takes it away."),
                take.bookmark,
                blank=True,
            )
        )
        if name is not None:
            await asyncio.to_thread(story.takes.bookmark, take.id, name)

    async def _go_back(self, story: "StoryFile", take: Take) -> bool:
        """Bring the page of then back; whether that was done."""
        desk = self.desk
        past = await lazily("storyforge.studio.takes.past")
        then = await asyncio.to_thread(past.page_after, story, take)
        if desk.outline is None or desk.outline.scene(then.scene_id) is None:
            desk.house.tell(_("The scene of this take is in the trash: bring it back first."))
            return False
        await desk.scenes.open(then.scene_id)
        if desk.scene_id != then.scene_id or not desk.may_write():
            return False
        async with desk.turn:
            await desk.continuing.halt()
            desk.manuscript.lock_page(_("An earlier version is being brought back."))
            try:
                page = desk.manuscript.page()
                await asyncio.to_thread(
                    story.revisions.keep, page, reason="before restore", exact=True
                )
                heads = await asyncio.to_thread(story.takes.heads, page.scene_id)
            finally:
                desk.manuscript.unlock_page()
            # What was gone on with from other points stands nowhere on that page; what went on from
            # this one can be walked to.
            known = {place.id for place in then.provenance.places}
            known |= {head.place_id for head in heads if head.parent_id == take.id}
            gone = {place.id for place in page.provenance.places if place.kind is PlaceKind.TAKE}
            desk.manuscript.restore(then, dropping=gone - known)
            desk.saving.touched()
        desk.to_page()
        desk.house.tell(
            _("The page is as it was right after that take. {key} undoes that.").format(
                key=desk.house.key_of("undo")
            )
        )
        return True


def _looked_at(
    story: "StoryFile", words_before: Callable[..., str], take_id: str
) -> tuple[Take, str]:
    take = story.takes.one(take_id)
    return take, words_before(story, take)


def _tree(story: "StoryFile", standing_takes: Callable[..., frozenset[str]], scene_id: str) -> Tree:
    heads = story.takes.heads(scene_id)
    standing = standing_takes(story.scenes.load(scene_id), heads)
    return Tree(laid_out(heads, standing), standing)
