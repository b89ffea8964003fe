"""A template in one of its views: its text, what it makes of the story, what of it was changed."""

import asyncio
from typing import TYPE_CHECKING

from storyforge.domain.profile import Task
from storyforge.errors import StoryforgeError
from storyforge.i18n import _
from storyforge.tui.prompts.views import View
from storyforge.tui.widgets.bars import Part
from storyforge.tui.widgets.model_words import tokens_told
from storyforge.tui.widgets.template_list import ORIGINS
from storyforge.tui.work import lazily

if TYPE_CHECKING:
    from storyforge.prompting.library import Origin
    from storyforge.studio.prompt.trying import Rendered
    from storyforge.studio.prompts import Prompt
    from storyforge.tui.prompts.templates import Templates

# Seconds that the cursor rests on a template before a model counts its tokens.
_COUNT_AFTER = 0.4
#: the model that counts: of whose task the template is; of others, the one that continues
_TASKS = {
    "premise": Task.PREMISE,
    "characters": Task.CHARACTERS,
    "world": Task.WORLD,
    "outline": Task.OUTLINE,
    "scenes": Task.SCENES,
    "read_in": Task.READ_IN,
    "rewrite": Task.REWRITE,
    "summary": Task.SUMMARY,
}


class Showing:
    """Fills the right half of the screen."""

    def __init__(self, templates: "Templates") -> None:
        self._templates = templates
        self._screen = templates.screen

    async def show(self) -> None:
        """The marked one, in the screen's view."""
        screen, one = self._screen, self._templates.marked
        if one is None or screen.editing:
            return
        text = self._templates.unfinished.get(one.name, ("", one.text))[1]
        self.head(one, one.origin)
        if screen.view is View.RENDERED:
            await self._rendered(one, text)
            return
        trying = await lazily("storyforge.studio.prompt.trying")
        flaw = one.flaw
        if one.name in self._templates.unfinished:
            flaw = await asyncio.to_thread(
                trying.flaw, one.name, one.language, text, self._templates.story
            )
        if screen.view is View.DIFFERENCES:
            await self._differences(one, text)
        else:
            screen.show_text(one.name, text)
        screen.tell_faults(flaw)

    async def _differences(self, one: "Prompt", text: str) -> None:
        from storyforge.domain.comparing import compare

        screen = self._screen
        if not one.packaged:
            screen.show_text(one.name, _("No template of this name comes with the program."))
        elif text == one.packaged:
            screen.show_text(one.name, _("This is the one that comes with the program."))
        else:
            screen.show_comparison(await asyncio.to_thread(compare, one.packaged, text))

    async def _rendered(self, one: "Prompt", text: str) -> None:
        trying = await lazily("storyforge.studio.prompt.trying")
        story = self._templates.story
        made = await asyncio.to_thread(trying.render, one.name, one.language, text, story)
        self._screen.show_text(one.name, made.text)
        self._screen.tell_faults(made.flaw)
        self.head(one, one.origin, made)
        if made.flaw is None and story is not None:
            await asyncio.sleep(_COUNT_AFTER)
            backend = await self._screen.house.backend(_TASKS.get(one.stage, Task.CONTINUE))
            try:
                counted = await trying.render_for(backend, one.name, one.language, text, story)
            except StoryforgeError:
                return  # the estimate stands: the text may not go there, or no model is here
            if counted.text != made.text:
                self._screen.show_text(one.name, counted.text)
            self.head(one, one.origin, counted)

    def head(self, one: "Prompt", whose: "Origin", made: "Rendered | None" = None) -> None:
        """What it is called, whose it is, and its tokens."""
        tokens = ""
        if made is not None and made.flaw is None:
            count = tokens_told(made.tokens, estimated=made.estimated)
            tokens = _("{count} tokens").format(count=count)
        name = Part(f"{one.language}/{one.name}", 4, "muted")
        told = Part(_(ORIGINS[whose.value]), 4, "muted" if whose.value == "packaged" else "accent")
        self._screen.tell([name], [told, Part(tokens, 6)])
