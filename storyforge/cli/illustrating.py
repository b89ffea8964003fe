"""One run of `illustrate`: what is ordered, how far it is, and how it ended."""

import asyncio
import sys
from contextlib import aclosing
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from storyforge.cli import larger_options as better
from storyforge.cli import staging_options
from storyforge.cli.illustrate_orders import meant, with_pictures
from storyforge.cli.illustrate_wishes import Asked
from storyforge.cli.leaving import ask_painter
from storyforge.cli.picture_names import SHOWN, picture_named
from storyforge.cli.progress import Progress as Line
from storyforge.cli.progress import heeding_signals
from storyforge.cli.talk import note, quoted, say
from storyforge.errors import Refused
from storyforge.i18n import _, listed, ngettext
from storyforge.studio.durations import time_words

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Sequence

    from storyforge.domain.picture.painters import PainterProfile
    from storyforge.domain.picture.pictures import Picture, QueuedPicture
    from storyforge.settings import Settings
    from storyforge.store.story_file import StoryFile
    from storyforge.studio.pictures.painters import Painters
    from storyforge.studio.pictures.progress import Progress
    from storyforge.studio.pictures.queue import PictureQueue


class Run:
    """Pictures drawn on the command line.

    Args:
        quiet: nothing is said on stdout.

    Attributes:
        ended_by: the signal that stopped it, or 0.
        failed: whether a picture could not be drawn.
    """

    def __init__(
        self,
        story: "StoryFile",
        settings: "Settings",
        asked: Asked,
        file: Path,
        *,
        forever: bool,
        quiet: bool,
    ) -> None:
        self._story = story
        self._settings = settings
        self._asked = asked
        self._file = file
        self._forever = forever
        self._quiet = quiet
        self._line = Line(sys.stderr.isatty())
        self._progress: Progress | None = None
        self.ended_by = 0

    @property
    def failed(self) -> bool:
        """Whether a picture could not be drawn."""
        return self._progress is not None and bool(self._progress.failed)

    def carry_out(self) -> None:
        """Draw and show; raises what the studio raises."""
        asyncio.run(self._carry_out())

    def told(self) -> dict[str, Any]:
        """What was drawn, for a program."""
        progress = self._progress
        drawn = () if progress is None else progress.drawn
        failed = () if progress is None else progress.failed
        return {
            "pictures": [self._picture(one) for one in drawn],
            "failed": [{"scene": one.scene, "why": one.why} for one in failed],
            "stopped": bool(self.ended_by),
        }

    async def _carry_out(self) -> None:
        from storyforge.studio.pictures.painters import Painters, demo_painter
        from storyforge.studio.pictures.profiles import complaints
        from storyforge.studio.pictures.progress import ended_words
        from storyforge.studio.pictures.queue import PictureQueue, left_over

        for told in complaints(self._settings):
            note(told)
        only = demo_painter if self._asked.demo else None
        painters = Painters(self._settings_now, only=only)
        queue = PictureQueue(self._story, painters)
        try:
            await self._order(queue, painters)
            queue.forever = self._forever
            with heeding_signals(lambda number: self._end(queue, number)):
                await self._follow(queue)
        finally:
            self._line.clear()
            await painters.close()
        note(ended_words(queue.progress))
        if self.failed:
            note(_("They stay in the queue: “storyforge pictures queue” takes them out."))
        if self.ended_by and left_over(self._story):
            note(
                _("What is drawn is kept. To go on: storyforge illustrate {file} --resume").format(
                    file=quoted(self._file)
                )
            )

    def _end(self, queue: "PictureQueue", number: int) -> None:
        self.ended_by = number
        queue.cancel()

    async def _settings_now(self) -> "Settings":
        return self._settings

    async def _order(self, queue: "PictureQueue", painters: "Painters") -> None:
        """Have drawn what is asked for, and say what it takes."""
        from storyforge.studio.pictures.queue import left_over

        before = left_over(self._story)
        if self._asked.resume:
            if not before:
                raise Refused(
                    _("All pictures that were ordered are drawn."),
                    title=_("Nothing to resume"),
                    hint=_("Say which scenes are to be drawn: --scenes 3-7, or all."),
                )
            await self._ask_first(painters, before)
            await queue.take_up()
            return
        profile = await painters.profile(self._painter())
        orders = self._orders(profile)
        if before:
            waiting = ngettext(
                "{count} picture of an earlier order still waits: --resume draws it, “storyforge "
                "pictures queue” takes it out.",
                "{count} pictures of an earlier order still wait: --resume draws them, “storyforge "
                "pictures queue” takes them out.",
                len(before),
            )
            note(waiting.format(count=len(before)))
        await self._ask_first(painters, orders)
        await queue.add(orders)
        await self._say_what_it_takes(painters, profile, orders)

    def _painter(self) -> str:
        """Whose turn it is: of a picture that is drawn again or varied, whoever drew it."""
        from storyforge.studio.pictures.again import painter_of

        told = self._asked.again or self._asked.heavier or self._asked.vary
        if told is None:
            return self._asked.painter or ""
        return painter_of(picture_named(self._story, told))

    async def _ask_first(self, painters: "Painters", orders: "Sequence[QueuedPicture]") -> None:
        """Whether the prompts may go to a painter elsewhere, and may cost what they do."""
        from storyforge.studio.pictures.asking_first import may_draw

        async def check(paid: bool) -> None:
            await may_draw(self._story, painters, orders, paid=paid)

        await ask_painter(check, self._read_again, yes=self._asked.yes)

    def _read_again(self) -> None:
        from storyforge import settings

        self._settings = settings.load()

    def _orders(self, profile: "PainterProfile") -> "list[QueuedPicture]":
        """What is asked for, scene by scene; one whose plan shows nothing is passed over.

        Raises:
            BadInput: something that is called in a prompt is not there.
            Refused: there is nothing to draw.
        """
        from storyforge.studio.pictures import again, drawing, profiles, resolving

        asked, story = self._asked, self._story
        each = asked.each or self._settings.pictures.count
        if asked.vary is not None:
            return better.variations(story, asked, each)
        if asked.again is not None:
            return [again.again(story, picture_named(story, asked.again).id, heat=asked.heat)]
        if asked.heavier is not None:
            return [again.heavier(story, picture_named(story, asked.heavier).id)]
        found = None if asked.demo else profiles.found_in(self._settings)
        scenes, wish = meant(story, asked)
        wish = with_pictures(story, asked, wish, profile, resolving.Folders(self._settings, found))
        orders: list[QueuedPicture] = []
        for number, scene_id in scenes:
            try:
                planned = drawing.order_for(
                    story, scene_id, profile, self._settings, wish, found=found
                )
            except drawing.NothingToShow as error:
                note(_("Scene {number}: {why}").format(number=number, why=error))
                continue
            for told in planned.notes:
                note(told)
            staging_options.stay(story, asked, scene_id, planned.order.controls)
            orders += drawing.tickets(planned, each)
        if not orders:
            raise Refused(
                _("There is nothing to draw."),
                hint=_("Say it yourself: --prompt TEXT; or plan the scenes first."),
            )
        return orders

    async def _say_what_it_takes(
        self, painters: "Painters", profile: "PainterProfile", orders: "list[QueuedPicture]"
    ) -> None:
        """Whose pictures these are, the memory and the time, before anything is loaded."""
        from storyforge.studio.pictures import looking

        card = (await painters.of(profile)).card
        takes = None
        if not self._asked.demo:
            order = looking.first_of(orders)
            takes = await looking.what_it_takes(painters, profile, order)
        count = ngettext("{count} picture", "{count} pictures", len(orders))
        seconds = await asyncio.to_thread(looking.seconds, card, orders)
        parts = [count.format(count=len(orders)), _("by {painter}").format(painter=card.name)]
        if card.place:
            parts.append(_("at {host}").format(host=card.place))
        if card.family is not None:
            parts.append(card.family.value)
        if takes is not None:
            parts.append(takes.told)
        if seconds is not None and not self._forever:
            parts.append(time_words(seconds))
        note(_("To be drawn: {what}.").format(what=listed(parts)))
        for told in () if takes is None else takes.notes:
            note(told)

    async def _follow(self, queue: "PictureQueue") -> None:
        from storyforge.studio.pictures.progress import progress_words

        heard = shown = 0
        async with aclosing(cast("AsyncGenerator[Progress, None]", queue.run())) as steps:
            async for progress in steps:
                self._progress = progress
                for told in progress.notes[heard:]:
                    self._line.clear()
                    note(told)
                heard = len(progress.notes)
                for picture in progress.drawn[shown:]:
                    self._line.clear()
                    self._say(picture)
                shown = len(progress.drawn)
                self._line.show(progress_words(progress))

    def _say(self, picture: "Picture") -> None:
        """One more picture is there."""
        if not self._quiet:
            scene = self._numbers().get(picture.scene_id)
            where = "" if scene is None else _("scene {number}").format(number=scene)
            seed = _("seed {seed}").format(seed=picture.seed)
            size = f"{picture.width}×{picture.height}"
            say(listed(filter(None, (picture.id[:SHOWN], where, seed, size))))
            sys.stdout.flush()  # who reads it in a pipe need not wait for the next one
        if self._asked.again is not None:
            self._say_whether_equal(picture)

    def _say_whether_equal(self, picture: "Picture") -> None:
        """Of a picture that was drawn again: whether it is the same, and what was otherwise."""
        from storyforge.studio.pictures.again import compared

        first = picture_named(self._story, self._asked.again or "")
        told, *changed = compared(self._story, first, picture)
        note(told)
        for line in changed:
            note(f"  {line}")

    def _picture(self, picture: "Picture") -> dict[str, Any]:
        return {
            "id": picture.id,
            "scene": self._numbers().get(picture.scene_id),
            "scene_id": picture.scene_id,
            "painter": picture.painter,
            "seed": picture.seed,
            "width": picture.width,
            "height": picture.height,
            "prompt": picture.prompt,
            "negative": picture.negative,
            "flaw": picture.flaw,
            "file": str(self._story.pictures.folder.file(picture.id)),
        }

    def _numbers(self) -> dict[str, int]:
        return {head.id: n for n, head in enumerate(self._story.outline().scenes, start=1)}
