"""A template that its author writes on: checked and kept as soon as the typing rests.

What works becomes the copy that is used from then on; what does not is kept beside it, and what was
used before is used on.
"""

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from storyforge.errors import StoryforgeError
from storyforge.tui.work import explained

if TYPE_CHECKING:
    from storyforge.prompting.library import Origin
    from storyforge.store.story_file import StoryFile
    from storyforge.studio.prompt.trying import Flaw


@dataclass
class Written:
    """What is written on.

    Attributes:
        origin: whose copy it becomes.
        kept: the text that is kept; None for none yet.
        flaw: what is wrong with that.
    """

    name: str
    language: str
    origin: "Origin"
    text: str
    story: "StoryFile | None" = None
    kept: str | None = None
    flaw: "Flaw | None" = None

    @property
    def key(self) -> tuple[str, str]:
        """What it is kept by."""
        return self.language, self.name


class Writing:
    """Keeps the one template that is written on.

    Attributes:
        now: None while none is.
        failed: why the last text could not be kept; None where it was.
    """

    def __init__(self) -> None:
        self.now: Written | None = None
        self.failed: StoryforgeError | None = None
        self._one_at_a_time = asyncio.Lock()

    async def keep(self) -> bool:
        """Keep what is not kept; False where that was not possible."""
        async with self._one_at_a_time:
            now = self.now
            self.failed = None
            while now is not None and now.text != now.kept:
                text = now.text
                try:
                    now.flaw = await asyncio.to_thread(_keep, now, text)
                except (StoryforgeError, OSError) as error:
                    self.failed = explained(error)
                    return False
                now.kept = text
        return True

    def rescue(self) -> None:
        """The program is about to end by a fault: write here and now, unlooked at."""
        if self.now is not None and self.now.text != self.now.kept:
            from storyforge.studio.prompt import unfinished

            unfinished.keep(self.now.key, self.now.text, self.now.origin, self.now.story)


def _keep(now: Written, text: str) -> "Flaw | None":
    """Keep a text where it belongs; what is wrong with it."""
    from storyforge.studio import prompts
    from storyforge.studio.prompt import trying, unfinished

    flaw = trying.flaw(now.name, now.language, text, now.story)
    if flaw is not None:
        unfinished.keep(now.key, text, now.origin, now.story)
    else:
        prompts.write(now.name, now.language, text, now.origin, now.story)
        unfinished.forget(now.key, now.origin, now.story)
    return flaw
