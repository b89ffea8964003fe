"""The trash: looking at what was deleted, bringing it back, and letting it go for good.

Nothing goes before the author has read what goes and said yes.
"""

import asyncio
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from storyforge.domain.day_names import whole_day
from storyforge.domain.trash import Trashed, TrashKind
from storyforge.i18n import _, ngettext, sentences
from storyforge.tui.desk.area import Area
from storyforge.tui.dialogs.base import Choice, Choose
from storyforge.tui.dialogs.trash import EMPTY, Emptying, Reading, Trash, name_of
from storyforge.tui.widgets.takes import size_of
from storyforge.tui.work import launch, lazily

if TYPE_CHECKING:
    from storyforge.store.story_file import StoryFile

#: things that are named before they go; more are counted
_NAMED = 8


class Trashing(Area):
    """What the trash's action does."""

    def verbs(self) -> dict[str, Callable[[], object]]:
        """The actions this area carries out."""
        return {"trash": lambda: self.start(self.trash)}

    async def trash(self) -> None:
        """The list, and from it to everything else; Escape goes back one step."""
        story = self.desk.story
        at = ""
        while story is not None:
            found = await asyncio.to_thread(story.binder.trash)
            if not found:
                self.desk.house.tell(_("The trash is empty."))
                return
            answer = await self.ask(Trash(found, self.desk.language, at=at))
            if answer is None:
                return
            if isinstance(answer, Emptying):
                at = EMPTY
                await self._purge(story, found, all_of_it=True)
            else:
                at = answer.id
                await self._one(story, answer)

    async def _one(self, story: "StoryFile", one: Trashed) -> None:
        choices = [Choice("back", _("Bring it back to where it stood"))]
        if one.kind is TrashKind.SCENE:
            choices.insert(0, Choice("read", _("Look at it")))
        choices.append(Choice("purge", _("Delete it for good …")))
        answer = await self.ask(Choose(name_of(one), self._about(one), choices))
        if answer == "read":
            page = await asyncio.to_thread(story.scenes.load, one.id)
            await self.ask(Reading(name_of(one), page.text))
        elif answer == "back":
            await self._bring_back(story, one)
        elif answer == "purge":
            await self._purge(story, [one])

    def _about(self, one: Trashed) -> str:
        if one.kind is TrashKind.PICTURE:
            return _("Deleted on {day} at {time}.").format(
                day=whole_day(one.deleted.astimezone()), time=f"{one.deleted.astimezone():%H:%M}"
            )
        about = _("Deleted on {day} at {time}; {size}.").format(
            day=whole_day(one.deleted.astimezone()),
            time=f"{one.deleted.astimezone():%H:%M}",
            size=size_of(one.counts, self.desk.language),
        )
        if one.chapter_deleted:
            beside = _("Its chapter is in the trash too and comes back with it.")
            about = sentences((about, beside))
        return about

    async def _bring_back(self, story: "StoryFile", one: Trashed) -> None:
        if not self._may(story):
            return

        def back() -> None:
            with story.together():
                if one.kind is TrashKind.PICTURE:
                    story.pictures.bring_back(one.id)
                    return
                if one.kind is TrashKind.CHAPTER:
                    story.binder.restore_chapter(one.id)
                    return
                if one.chapter_deleted:
                    story.binder.restore_chapter(one.chapter_id)
                story.binder.restore_scene(one.id)

        await asyncio.to_thread(back)
        if one.kind is not TrashKind.PICTURE:
            self.desk.scenes.forget_deleted({one.id})
            await self.desk.saving.recount()
            self.desk.binder.mark(f"{one.kind.value}:{one.id}")
        self.desk.house.tell(_("{name} is back.").format(name=name_of(one)))

    async def _purge(
        self, story: "StoryFile", found: Sequence[Trashed], *, all_of_it: bool = False
    ) -> None:
        """Let it go after a yes that names what goes."""
        if not self._may(story):
            return
        names = [self._with_size(one) for one in found]
        if len(names) > _NAMED:
            names = [*names[:_NAMED], _("and {count} more").format(count=len(names) - _NAMED)]
        text = _("This goes for good, with its takes, snapshots and comments:")
        answer = await self.ask(
            Choose(
                _("Empty the trash") if all_of_it else _("Delete for good"),
                "\n".join([text, *names]),
                [
                    Choice("keep", _("Keep it")),
                    Choice("purge", _("Delete it for good; this cannot be undone")),
                ],
            )
        )
        if answer != "purge":
            return

        letting_go = await lazily("storyforge.studio.letting_go")
        gone = await asyncio.to_thread(letting_go.let_go, story, found, all_of_it=all_of_it)
        self.desk.scenes.forget_deleted({one.id for one in found})
        self.desk.scenes.forget_pages()
        told = ngettext(
            "{count} thing is gone for good.", "{count} things are gone for good.", gone.count
        ).format(count=gone.count)
        self.desk.house.tell(sentences(filter(None, (told, gone.note))))
        if gone.slots:
            launch(self.desk.house, self._forget(gone.slots), group="forgetting")

    async def _forget(self, slots: tuple[str, ...]) -> None:
        """Have models forget the story's texts, once they have ended what they do."""
        await (await self.desk.house.backends()).forget(slots)
        # The page has to be read again, and lore that was dated by what went is told elsewhere.
        self.tell_context()

    def _with_size(self, one: Trashed) -> str:
        if one.kind is TrashKind.PICTURE:
            return name_of(one)
        return f"{name_of(one)}, {size_of(one.counts, self.desk.language)}"

    def _may(self, story: "StoryFile") -> bool:
        if story.read_only:
            self.desk.house.tell(story.read_only_reason)
        return not story.read_only
