"""Comments on pieces of the page: their anchors are the page's own, their words the story's.

Setting an anchor and taking it away are steps of the page, so undo knows them. A comment that was
made and taken back is shown no more, and one whose removal was taken back is there again. A comment
whose text is gone stays: it is still the author's word.
"""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING
from uuid import uuid4

from storyforge.domain.comments import Comment
from storyforge.domain.origin import Place, PlaceKind, Provenance
from storyforge.i18n import _, in_quotes
from storyforge.tui.actions import Where
from storyforge.tui.desk.area import Area
from storyforge.tui.dialogs.base import Choice, Choose
from storyforge.tui.dialogs.words import AskWords
from storyforge.tui.widgets.painting import Ink, Mark
from storyforge.tui.widgets.scene_panel import Remark
from storyforge.tui.work import launch

if TYPE_CHECKING:
    from storyforge.tui.screens.desk import DeskScreen

#: characters of the page that stand for it in the list
_QUOTED = 60


class Commenting(Area):
    """What the comments' actions do."""

    def __init__(self, desk: "DeskScreen") -> None:
        super().__init__(desk)
        self._scene = ""
        self._comments: dict[str, Comment] = {}
        self._new: set[str] = set()
        self._removed: dict[str, Comment] = {}
        self._drawn: tuple[Provenance, tuple[Place, ...]] = (Provenance(), ())
        self._listed: tuple[object, ...] = ()
        desk.manuscript.overlays += (self.marks,)

    def verbs(self) -> dict[str, Callable[[], object]]:
        """The actions this area carries out."""
        return {
            "comment": lambda: self.start(self.add),
            "comments": self.to_list,
            "jump_to_comment": self.jump,
            "edit_comment": lambda: self.start(self.edit),
            "resolve_comment": lambda: self.start(self.resolve),
            "delete_comment": lambda: self.start(self.delete),
        }

    def where(self) -> Where | None:
        """The keys of the list work in the list."""
        return Where.COMMENTS if self.desk.side.scene.comments.has_focus else None

    # What is heard.

    def page_shown(self) -> None:
        """Another scene's comments."""
        launch(self.desk.house, self.read(), group="comments")

    def page_edited(self) -> None:
        """An undo may have taken an anchor, or brought one back; the list follows the text."""
        if self._comments or self._removed:
            self._follow()

    async def read(self) -> None:
        """Read the scene's comments anew."""
        story, scene_id = self.desk.story, self.desk.scene_id
        if story is None or not scene_id:
            return
        found = await asyncio.to_thread(story.comments.of_scene, scene_id)
        if scene_id == self.desk.scene_id:
            self._scene = scene_id
            self._comments = {comment.id: comment for comment in found}
            self._show()
            self.desk.manuscript.refresh()

    async def reread(self) -> None:
        """Read the comments anew."""
        await self.read()

    async def close(self) -> None:
        """What was made in this sitting and taken back is forgotten for good."""
        await self.forget_undone()

    async def forget_undone(self) -> None:
        """Forget comments that were made in this sitting and taken back by undo."""
        story = self.desk.story
        if story is None or story.read_only or self._scene != self.desk.scene_id:
            return
        for comment_id in tuple(self._new & self._comments.keys()):
            if self.desk.manuscript.provenance.place(comment_id) is None:
                self._new.discard(comment_id)
                await asyncio.to_thread(story.comments.delete, comment_id)

    def _follow(self) -> None:
        provenance = self.desk.manuscript.provenance
        back = [one for key, one in self._removed.items() if provenance.place(key) is not None]
        for comment in back:
            del self._removed[comment.id]
            self._comments[comment.id] = comment
            launch(self.desk.house, self._bring_back(comment), group="comments")
        self._show()

    async def _bring_back(self, comment: Comment) -> None:
        story = self.desk.story
        if story is not None:
            await asyncio.to_thread(story.comments.add, comment.scene_id, comment.id, comment.text)
            if comment.resolved:
                await asyncio.to_thread(story.comments.resolve, comment.id, True)

    # Drawing.

    def marks(self, line: int, text: str, start: int, end: int) -> list[Mark]:
        """What open comments are about, in one row."""
        places = self._places()
        if not places:
            return []
        at = self.desk.manuscript.offset_of((line, 0))
        return [
            Mark(max(place.start - at, 0), min(place.end - at, len(text)), Ink.COMMENT)
            for place in places
            if place.start < at + end and place.end > at + start
        ]

    def _places(self) -> tuple[Place, ...]:
        """The anchors of open comments; asked for with every row."""
        provenance = self.desk.manuscript.provenance
        known, places = self._drawn
        if known is not provenance:
            places = tuple(
                place
                for place in provenance.places
                if place.kind is PlaceKind.COMMENT
                and place.start < place.end
                and (comment := self._comments.get(place.id)) is not None
                and not comment.resolved
            )
            self._drawn = provenance, places
        return places

    # The list.

    def _show(self) -> None:
        self._drawn = (Provenance(), ())
        manuscript = self.desk.manuscript
        text, provenance = manuscript.document, manuscript.provenance
        remarks = []
        for comment in self._comments.values():
            place = provenance.place(comment.id)
            if place is None and comment.id in self._new:
                continue
            quoted = ""
            if place is not None and place.start < place.end:
                end = min(place.end, place.start + _QUOTED)
                low, high = manuscript.location_of(place.start), manuscript.location_of(end)
                quoted = " ".join(text.get_text_range(low, high).split("\n"))
            at = place.start if quoted and place is not None else provenance.length + 1
            remarks.append((at, comment.created, Remark(comment, quoted)))
        ordered = tuple(remark for _at, _made, remark in sorted(remarks, key=lambda x: x[:2]))
        if ordered != self._listed:
            self._listed = ordered
            self.desk.side.scene.comments.show_remarks(ordered)

    def to_list(self) -> None:
        """The comments of this scene; says so where there are none."""
        panel = self.desk.side.scene
        if not panel.comments.rows:
            self.desk.house.tell(
                _("This scene has no comments. Select text and press {key}.").format(
                    key=self.desk.house.key_of("comment")
                )
            )
            return
        self.desk.side.unfold()
        panel.comments.focus()

    def jump(self) -> None:
        """Enter: select what the comment is about."""
        place = self._place_of(self.desk.side.scene.comments.marked)
        manuscript = self.desk.manuscript
        if place is None or place.start == place.end:
            self.desk.house.tell(_("The text of this comment is gone."))
            return
        self.desk.to_page()
        manuscript.move_cursor(manuscript.location_of(place.start))
        manuscript.move_cursor(manuscript.location_of(place.end), select=True, center=True)

    def _place_of(self, comment_id: str) -> Place | None:
        return self.desk.manuscript.provenance.place(comment_id)

    # Making and changing.

    async def add(self) -> None:
        """A comment on the selection; without one, on the paragraph of the caret."""
        desk = self.desk
        scene_id = desk.scene_id
        if desk.story is None or not desk.may_write():
            return
        await desk.continuing.halt()  # what it writes meanwhile would move the text
        span = self._meant()
        if span is None:
            desk.house.tell(_("Select the text that the comment is about: Shift and the arrows."))
            return
        about = in_quotes(self._quoted(*span))
        await self.ask_until_kept(
            partial(AskWords, _("Comment"), about), partial(self._add, scene_id, span)
        )

    async def _add(self, scene_id: str, span: tuple[int, int], text: str) -> None:
        desk, story = self.desk, self.desk.story
        if story is None or not desk.may_write():
            return
        async with desk.turn:
            await desk.continuing.halt()
            if desk.scene_id != scene_id:
                return
            comment_id = uuid4().hex
            comment = await asyncio.to_thread(story.comments.add, scene_id, comment_id, text)
            self._new.add(comment_id)
            self._comments[comment_id] = comment
            desk.manuscript.set_anchor(Place(comment_id, *span, PlaceKind.COMMENT))
        self._show()

    def _meant(self) -> tuple[int, int] | None:
        manuscript = self.desk.manuscript
        low, high = sorted(manuscript.selection)
        if low == high:
            line = manuscript.document.get_line(low[0])
            low, high = (low[0], 0), (low[0], len(line.rstrip(" \t\u3000")))
        start, end = manuscript.offset_of(low), manuscript.offset_of(high)
        return (start, end) if start < end else None

    def _quoted(self, start: int, end: int) -> str:
        manuscript = self.desk.manuscript
        cut = min(end, start + 3 * _QUOTED)
        text = manuscript.document.get_text_range(
            manuscript.location_of(start), manuscript.location_of(cut)
        )
        return " ".join(text.split("\n")) + ("…" if cut < end else "")

    async def edit(self) -> None:
        """Other words for the marked comment."""
        story, comment = self.desk.story, self._marked()
        if story is None or comment is None or not self.desk.may_write():
            return

        async def keep(text: str) -> None:
            await asyncio.to_thread(story.comments.change, comment.id, text)
            await self.read()

        await self.ask_until_kept(partial(AskWords, _("Comment"), ""), keep, comment.text)

    async def resolve(self) -> None:
        """Done with, or open again."""
        story, comment = self.desk.story, self._marked()
        if story is not None and comment is not None and self.desk.may_write():
            await asyncio.to_thread(story.comments.resolve, comment.id, not comment.resolved)
            await self.read()

    async def delete(self) -> None:
        """Take the marked comment away; undo on the page brings it back."""
        desk = self.desk
        story, comment = desk.story, self._marked()
        if story is None or comment is None or not desk.may_write():
            return
        placed = self._place_of(comment.id) is not None
        if not placed:
            sure = await self.ask(
                Choose(
                    _("Delete the comment?"),
                    comment.text,
                    [Choice("no", _("Keep it")), Choice("yes", _("Delete it for good"))],
                )
            )
            if sure != "yes":
                return
        async with desk.turn:
            await desk.continuing.halt()
            await asyncio.to_thread(story.comments.delete, comment.id)
            self._comments.pop(comment.id, None)
            if placed:
                self._removed[comment.id] = comment
                desk.manuscript.drop_anchor(comment.id)
        self._show()
        desk.manuscript.refresh()
        if placed:
            desk.house.tell(
                _("The comment is deleted. {key} on the page brings it back.").format(
                    key=desk.house.key_of("undo")
                )
            )

    def _marked(self) -> Comment | None:
        return self._comments.get(self.desk.side.scene.comments.marked)
