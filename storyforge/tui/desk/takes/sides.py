"""More than one plain continuation: several takes at once, a wish, a verb on a selection.

Takes that are written side by side come to the page only when one of them, or a sum of their
sentences, was chosen: one undo step. Until then the page stays as it was.
"""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from storyforge.domain.generation import Asked, Take, TakeKind, TakeState, Text
from storyforge.domain.mixing import One, Piece, Sum, mixed
from storyforge.domain.origin import Origin, Place
from storyforge.domain.sentences import sentences
from storyforge.errors import StoryforgeError
from storyforge.i18n import _, in_quotes
from storyforge.tui.desk.area import Area
from storyforge.tui.dialogs.base import AskText, Choice, Choose
from storyforge.tui.dialogs.side_by_side import SideBySide
from storyforge.tui.dialogs.verbs import MOST, ChooseVerb
from storyforge.tui.dialogs.wish import AskWish
from storyforge.tui.terminal import key_name
from storyforge.tui.widgets.model_words import short_name
from storyforge.tui.work import launch, lazily

if TYPE_CHECKING:
    from storyforge.tui.desk.progress import Run

# Characters of a selection that stand for it in a dialog.
_QUOTED = 120


class Sides(Area):
    """What several takes, wishes and verbs do."""

    def verbs(self) -> dict[str, Callable[[], object]]:
        """The actions this area carries out."""
        return {
            "several": lambda: self.start(self.several),
            "wish": lambda: self.start(self.wish),
            "infill": self.infill,
            "rewrite": lambda: self.start(self.rewrite),
            "takes_count": lambda: self.start(self.count),
        }

    def again(self, place: Place, asked: Asked, original: str) -> None:
        """One more take of a verb."""
        title = asked.wish
        self.start(lambda: self._write(place, asked, 1, title, original))

    async def several(self, asked: Asked | None = None) -> None:
        """As many takes as the settings say, from the caret."""
        desk = self.desk
        if desk.continuing.running or not desk.may_write():
            return
        desk.hint.hush()
        settings = await desk.house.ready_settings()
        async with desk.turn:
            place = desk.manuscript.new_place()
        asked = asked or Asked()
        title = asked.wish or _("Several takes")
        await self._write(place, asked, settings.writing.takes, title)

    async def wish(self) -> None:
        """A line for this continuation only."""
        desk, story = self.desk, self.desk.story
        if story is None or desk.continuing.running or not desk.may_write():
            return
        earlier = await asyncio.to_thread(story.takes.wishes)
        keys = desk.house.keys.of("several")
        best = desk.house.terminal.best(keys)
        wished = await self.ask(AskWish(earlier, keys, key_name(best) if best else ""))
        if wished is None:
            return
        asked = Asked(wish=wished.line)
        if wished.several:
            await self.several(asked)
        else:
            desk.continuing.ask(asked)

    def infill(self) -> None:
        """Write what is missing between what stands before and behind the caret."""
        desk = self.desk
        if not desk.manuscript.passage().after.strip():
            desk.house.tell(_("Nothing stands behind the caret that the text could lead to."))
        else:
            desk.continuing.ask(Asked(TakeKind.INFILL))

    async def count(self) -> None:
        """How many takes are asked for at once."""
        settings = await self.desk.house.ready_settings()
        choices = [Choice(str(number), str(number)) for number in range(1, MOST + 1)]
        chosen = await self.ask(
            Choose(
                _("How many takes"),
                _("So many are written at once and shown side by side."),
                choices,
                at=str(settings.writing.takes),
            )
        )
        if chosen is not None:
            await self.desk.house.change_settings({"writing.takes": int(chosen)})

    # A verb on the selection.

    async def rewrite(self) -> None:
        """Ask what shall become of the selection, and let it be written."""
        desk = self.desk
        if desk.story is None or desk.continuing.running or not desk.may_write():
            return
        span = self._meant()
        if span is None:
            desk.house.tell(_("Select the text that shall be changed: Shift and the arrows."))
            return
        text = desk.manuscript.text[slice(*span)]
        settings = await desk.house.ready_settings()
        listed = await lazily("storyforge.prompting.verbs")
        verbs = await asyncio.to_thread(listed.verbs, desk.language)
        about = " ".join(text.split())
        about = about if len(about) <= _QUOTED else about[:_QUOTED].rstrip() + "…"
        wanted = await self.ask(ChooseVerb(in_quotes(about), verbs, settings.writing.takes))
        verb = next((v for v in verbs if wanted is not None and v.name == wanted.verb), None)
        if wanted is None or verb is None:
            return
        line = await self.ask(AskText(verb.title, verb.asks)) if verb.asks else ""
        if line is None or not desk.may_write():
            return
        rewording = await lazily("storyforge.studio.takes.rewording")
        order = rewording.Order(verb, line)
        async with desk.turn:
            if desk.manuscript.text[slice(*span)] != text:
                desk.house.tell(_("Select the text that shall be changed: Shift and the arrows."))
                return
            place = desk.manuscript.place_over(*span)
        await self._write(
            place, Asked(TakeKind.REWRITE, order.wish), wanted.takes, order.wish, text
        )

    def _meant(self) -> tuple[int, int] | None:
        """The selection; without one, the sentence that the caret is in."""
        manuscript = self.desk.manuscript
        start, end = sorted(manuscript.offset_of(at) for at in manuscript.selection)
        if start < end:
            return start, end
        text, caret = manuscript.text, manuscript.caret
        at = text.rfind("\n", 0, caret) + 1
        stop = text.find("\n", caret)
        for sentence in sentences(text[at : len(text) if stop < 0 else stop], self.desk.language):
            if at <= caret <= at + len(sentence) and sentence.strip():
                return at + len(sentence) - len(sentence.lstrip()), at + len(sentence.rstrip())
            at += len(sentence)
        return None

    # Writing side by side.

    async def _write(
        self, place: Place, asked: Asked, takes: int, title: str, original: str = ""
    ) -> None:
        """Let takes be written beside each other, and what is chosen stand at the place."""
        desk, scene = self.desk, self.desk.scene_id
        if desk.continuing.running:
            desk.manuscript.forget_place(place.id)
            return
        run = desk.continuing.begin(place.id, asked, takes=takes, original=original)
        if not await self._ready(run):
            return

        def stop(take: int | None) -> None:
            running = desk.continuing.run
            if take is None:
                desk.continuing.stop()
            elif running is not None:
                running.stop.of(take).set()

        def more() -> None:
            nonlocal place
            if desk.manuscript.provenance.place(place.id) is None:
                place = desk.manuscript.new_place()  # nothing had come, so nothing was kept
            again = desk.continuing.begin(place.id, asked, takes=takes, original=original)
            launch(desk.house, self._hear(again, dialog), group="continue")

        card = (await desk.house.backend(run.task)).card
        if not card.is_local:
            # A wish of any length stands there, and must not push the host out.
            title = f"{short_name(title)} · {short_name(card.name)} · {card.place}"
        dialog = SideBySide(title, desk.language, original=original, stop=stop, more=more)
        launch(desk.house, self._hear(run, dialog), group="continue")
        chosen = await self.ask(dialog)
        await desk.continuing.halt()
        if desk.scene_id != scene or desk.manuscript.provenance.place(place.id) is None:
            return
        if chosen is not None and desk.may_write():
            await self._let_stand(place.id, chosen, original, dialog.takes)
            for area in desk.hearing:
                area.take_chosen()
        if original and not any(take.text for take in dialog.takes):
            desk.manuscript.forget_place(place.id)
        desk.saving.touched()
        desk.walking.look_again()

    async def _ready(self, run: "Run") -> bool:
        ready = False
        try:
            ready = await self.desk.continuing.ready(run.task)
        finally:
            if not ready:
                self.desk.continuing.end(run)
        return ready

    async def _hear(self, run: "Run", dialog: SideBySide) -> None:
        """Hand on what happens; what goes wrong is said over the takes, which stay."""
        continuing = self.desk.continuing
        offset, told = dialog.began(), ""
        continuing.progress.hears = dialog.busy
        try:
            async for event in continuing.events(run):
                if isinstance(event, Text) and not run.wrote:
                    run.wrote = True
                    self.desk.say(activity=_("writing"))
                dialog.hear(event, offset)
                continuing.progress.told(event)
        except StoryforgeError as error:
            await self.desk.abroad.failed(run, error)
            told = str(error)
            if dialog.is_mounted and not dialog.is_attached:
                self.desk.house.tell_error(error)
        finally:
            continuing.progress.hears = None
            continuing.end(run)
            dialog.over(told)

    async def _let_stand(
        self, place_id: str, chosen: One | Sum, original: str, takes: tuple[Take, ...]
    ) -> None:
        desk, story = self.desk, self.desk.story
        if story is None:
            return
        async with desk.turn:
            if isinstance(chosen, One):
                take = next(take for take in takes if take.id == chosen.take_id)
                origin = Origin.EDITED if take.state is TakeState.EDITED else Origin.MODEL
                desk.manuscript.put_take(place_id, take.id, take.standing, origin)
                return
            passage = desk.manuscript.passage(place_id)
            sum_ = mixed(chosen.pieces, passage.before, passage.after, original)
            kept = await asyncio.to_thread(self._keep, place_id, sum_.text, chosen.pieces)
            desk.manuscript.put_take(place_id, kept, sum_.text, Origin.EDITED, spans=sum_.spans)

    def _keep(self, place_id: str, text: str, pieces: tuple[Piece, ...]) -> str:
        """Keep a sum of takes as a take of its own; its id."""
        from storyforge.studio.takes.walking import beside

        story = self.desk.story
        assert story is not None
        first = story.takes.one(pieces[0].take_id)
        asked = beside(first)
        return story.takes.keep_edited(self.desk.scene_id, place_id, text, asked=asked).id
