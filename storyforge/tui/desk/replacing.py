"""Replacing in the scene or in the whole story, and taking that back.

In the scene it is a step of the page. In the story it is a step of its own (`store.batches`): the
open page is rewritten from the file afterwards, the histories of other scenes learn of it, and
Ctrl+Z right behind it takes all of it back. While the file is written the page is held.
"""

import asyncio
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from storyforge.domain.day_names import moment
from storyforge.domain.replacing import Replacement, with_edits
from storyforge.domain.story import Page
from storyforge.errors import Refused
from storyforge.i18n import _, ngettext
from storyforge.tui.desk.area import Area
from storyforge.tui.desk.finding import Finding
from storyforge.tui.dialogs.base import Choice, Choose
from storyforge.tui.widgets.binder import whereabouts
from storyforge.tui.work import launch, lazily

if TYPE_CHECKING:
    from storyforge.domain.batch import Batch, Undone
    from storyforge.store.story_file import StoryFile
    from storyforge.tui.dialogs.replacing import Wish
    from storyforge.tui.history import Step
    from storyforge.tui.screens.desk import DeskScreen

#: scenes that are named in a question; more are counted
_NAMED = 6


@dataclass(frozen=True, slots=True)
class _JustDone:
    """A replacement that Ctrl+Z takes back.

    Attributes:
        step: the newest step of the open page when it was done.
    """

    batch: "Batch"
    step: "Step | None"


class Replacing(Area):
    """What the actions of replacing do."""

    def __init__(self, desk: "DeskScreen", finding: Finding) -> None:
        super().__init__(desk)
        self._finding = finding
        self._last = Replacement(finding.query, "")
        self._whole_story = False
        self._just_done: _JustDone | None = None
        desk.manuscript.undo_instead = self.undo

    def verbs(self) -> dict[str, Callable[[], object]]:
        """The actions this area carries out."""
        return {
            "replace": lambda: self.start(self.replace),
            "undo_replace": lambda: self.start(self.undo_latest),
        }

    def page_shown(self) -> None:
        """Another scene: Ctrl+Z means its own steps."""
        self._just_done = None

    def undo(self) -> bool:
        """Ctrl+Z right behind a replacement in the story takes all of it back."""
        done = self._just_done
        if done is None or done.step is not self._newest_step():
            return False
        self._just_done = None
        launch(self.desk.house, self._take_back(done.batch, done.step), group="asking")
        return True

    # Replacing.

    async def replace(self) -> None:
        """Ask with a preview, then do it."""
        from storyforge.tui.dialogs.replacing import Replace

        desk, story = self.desk, self.desk.story
        if story is None or desk.outline is None or not desk.may_write():
            return
        await desk.continuing.halt()
        if not await desk.saving.flush():
            return
        self._finding.take_selection()
        last = Replacement(self._finding.query, self._last.text, self._last.keep_case)
        dialog = Replace(story, desk.outline, desk.scene_id, last, whole_story=self._whole_story)
        wish = await self.ask(dialog)
        if wish is None or not desk.may_write():
            return
        self._last, self._whole_story = wish.replacement, wish.whole_story
        self._finding.query = wish.replacement.query
        async with desk.turn:
            await desk.continuing.halt()
            if desk.may_write():
                await (self._in_story if wish.whole_story else self._in_scene)(story, wish)

    async def _in_scene(self, story: "StoryFile", wish: "Wish") -> None:
        desk = self.desk
        text, edits = wish.texts[desk.scene_id], wish.edits[desk.scene_id]
        with self._held(_("Words are being replaced.")):
            page = desk.manuscript.page()
            if page.text != text:
                raise _changed()
            await asyncio.to_thread(story.revisions.keep, page, reason="before replace")
            changed = await asyncio.to_thread(with_edits, page, edits)
        desk.manuscript.rewrite(changed)
        told = ngettext(
            "{count:,} place was replaced. {key} undoes it.",
            "{count:,} places were replaced. {key} undoes them.",
            wish.count,
        )
        desk.house.tell(told.format(count=wish.count, key=desk.house.key_of("undo")))

    async def _in_story(self, story: "StoryFile", wish: "Wish") -> None:
        desk = self.desk
        module = await lazily("storyforge.studio.searching")
        label = module.label(wish.replacement)

        def change() -> "Batch":
            done: Batch = module.replace(story, label, wish.edits, wish.texts)
            return done

        with self._held(_("Words are being replaced in the whole story.")):
            desk.house.tell(_("Replacing {count:,} places …").format(count=wish.count))
            async with desk.saving.still() as saved:
                if not saved:
                    return
                batch = await self._told(story, wish.edits, change)
        await desk.saving.flush()
        await desk.saving.recount()
        if not batch.scene_ids:
            return
        self._just_done = _JustDone(batch, self._newest_step())
        desk.house.tell(
            ngettext(
                "{count:,} place was replaced in {scenes}. {key} takes all of it back.",
                "{count:,} places were replaced in {scenes}. {key} takes all of it back.",
                wish.count,
            ).format(
                count=wish.count,
                scenes=_scenes(len(batch.scene_ids)),
                key=desk.house.key_of("undo"),
            )
        )

    # Taking it back.

    async def undo_latest(self) -> None:
        """The newest replacement in the story, after a yes."""
        desk, story = self.desk, self.desk.story
        if story is None or not desk.may_write():
            return
        batch = await asyncio.to_thread(story.batches.latest)
        if batch is None:
            desk.house.tell(_("There is no replacement in the story to take back."))
            return
        answer = await self.ask(
            Choose(
                _("Undo a replacement"),
                _("{what}, {when}, in {scenes}.").format(
                    what=batch.label,
                    when=moment(batch.created),
                    scenes=_scenes(len(batch.scene_ids)),
                ),
                [
                    Choice("undo", _("Take it back in every scene")),
                    Choice("leave", _("Leave it")),
                ],
            )
        )
        if answer == "undo":
            self._just_done = None
            await self._take_back(batch)

    async def _take_back(self, batch: "Batch", step: "Step | None" = None) -> None:
        desk, story = self.desk, self.desk.story
        if story is None or not desk.may_write():
            return
        async with desk.turn:
            await desk.continuing.halt()
            if not desk.may_write():
                return
            right_behind = step is not None and step is self._newest_step()
            if right_behind and desk.scene_id in batch.scene_ids:
                desk.manuscript.undo()
                desk.manuscript.history.forget_undone()
            undone = await self._undone(story, batch)
        if undone is None:
            return
        if undone.changed and await self._wants_changed_too(undone):
            async with desk.turn:
                more = await self._undone(story, batch, changed_too=True)
            desk.house.tell(
                _("What {scenes} held is kept as a snapshot.").format(
                    scenes=_scenes(len(more.restored) if more else 0)
                )
            )
        desk.house.tell(
            _("Taken back in {scenes}: {what}.").format(
                scenes=_scenes(len(batch.scene_ids)), what=batch.label
            )
        )

    async def _undone(
        self, story: "StoryFile", batch: "Batch", *, changed_too: bool = False
    ) -> "Undone | None":
        desk = self.desk
        module = await lazily("storyforge.studio.searching")

        def change() -> "Undone":
            done: Undone = module.undo(story, batch, changed_too=changed_too)
            return done

        with self._held(_("A replacement is being taken back.")):
            async with desk.saving.still() as saved:
                if not saved:
                    return None
                undone: Undone = await self._told(story, batch.scene_ids, change)
        await desk.saving.flush()
        await desk.saving.recount()
        return undone

    async def _wants_changed_too(self, undone: "Undone") -> bool:
        outline = self.desk.outline
        names = [whereabouts(outline, one) for one in undone.changed] if outline else []
        if len(names) > _NAMED:
            names = [*names[:_NAMED], _("and {count} more").format(count=len(names) - _NAMED)]
        answer = await self.ask(
            Choose(
                _("Written in since"),
                _("These were written in since the replacement and are left as they are:")
                + "\n"
                + "\n".join(names),
                [
                    Choice("leave", _("Leave them as they are")),
                    Choice("back", _("Take them back too; a snapshot keeps what they hold now")),
                ],
            )
        )
        return bool(answer == "back")

    # Helpers.

    @contextmanager
    def _held(self, reason: str) -> Iterator[None]:
        """Nobody writes on the page meanwhile."""
        self.desk.manuscript.lock_page(reason)
        try:
            yield
        finally:
            self.desk.manuscript.unlock_page()

    async def _told(
        self, story: "StoryFile", scene_ids: Iterable[str], change: Callable[[], Any]
    ) -> Any:
        """What `change` answers; the open page follows the file, other histories are told."""
        open_scene, kept = self.desk.scene_id, self.desk.scenes.remembered()
        watched = [one for one in scene_ids if one in kept or one == open_scene]

        def work() -> tuple[Any, dict[str, tuple[Page, Page]]]:
            before = {one: story.scenes.load(one) for one in watched}
            answer = change()
            return answer, {one: (before[one], story.scenes.load(one)) for one in watched}

        answer, pages = await asyncio.to_thread(work)
        for scene_id, (before, after) in pages.items():
            if scene_id != open_scene and before.text != after.text:
                self.desk.scenes.rewritten(before, after)
        self.desk.manuscript.unlock_page()
        if open_scene in pages and pages[open_scene][0].text != pages[open_scene][1].text:
            self.desk.manuscript.rewrite(pages[open_scene][1])
        return answer

    def _newest_step(self) -> "Step | None":
        return self.desk.manuscript.history.newest


def _scenes(count: int) -> str:
    return ngettext("{count:,} scene", "{count:,} scenes", count).format(count=count)


def _changed() -> Refused:
    return Refused(
        _("The page has changed since the preview; nothing was replaced."),
        title=_("Not replaced"),
        hint=_("Look at the preview again."),
    )
