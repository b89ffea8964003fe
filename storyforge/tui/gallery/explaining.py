"""Why this word: the line of the plan that a part of the prompt is from, and the way there."""

import asyncio
from collections.abc import Callable

from storyforge.domain.picture.explaining import of_negative, of_prompt, part_at
from storyforge.i18n import _
from storyforge.tui.gallery.area import Area
from storyforge.tui.work import lazily


class Explaining(Area):
    """Tells where the words under the cursor are from."""

    def verbs(self) -> dict[str, Callable[[], object]]:
        """The actions this area carries out."""
        editor = self.gallery.prompt_editor
        return {
            "gallery_why": lambda: self.start(self._why),
            "gallery_heavier": lambda: editor.written_on.action_weigh(1),
            "gallery_lighter": lambda: editor.written_on.action_weigh(-1),
            "gallery_tag_left": lambda: editor.written_on.action_move_tags(-1),
            "gallery_tag_right": lambda: editor.written_on.action_move_tags(1),
        }

    async def _why(self) -> None:
        gallery = self.gallery
        compiled = gallery.prompting.compiled
        if compiled is None:
            gallery.house.tell(
                gallery.prompting.why_none or _("Nothing in the plan stands behind this prompt.")
            )
            return
        room = await lazily("storyforge.tui.gallery.why")
        plan = await asyncio.to_thread(gallery.story.plan.read)
        editor = gallery.prompt_editor
        sent = room.reasons(plan, compiled, editor.text, editor.negative)
        left = room.not_sent(plan, compiled)
        if not sent and not left:
            gallery.house.tell(_("All of the prompt is yours; nothing of it is from the plan."))
            return
        text = editor.written_on
        parts = of_negative(compiled) if text.id == "negative" else of_prompt(compiled)
        here = part_at(text.plain, parts, text.caret)
        told = [reason.words for reason in sent]
        at = told.index(here.text) if here is not None and here.text in told else 0
        fact = await self.ask(room.Why(sent, left, at))
        if fact is not None:
            await gallery.picturing.to_plan(*fact)
