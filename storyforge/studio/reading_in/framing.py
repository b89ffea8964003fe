"""What goes into a prompt about a manuscript: its template, and as much of the text as fits."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from storyforge.backends.sharing import Shared
from storyforge.backends.stopping import unless_stopped
from storyforge.domain.generation import TokenCounter
from storyforge.domain.plan.items import Plan
from storyforge.domain.sentences import sentences
from storyforge.prompting import library
from storyforge.prompting.budget import no_room, tokens_of
from storyforge.prompting.parts import in_parts
from storyforge.prompting.planning import CHAT
from storyforge.studio.permission import check
from storyforge.studio.prompt.talking import window_of
from storyforge.studio.prompt.token_counts import counts_of
from storyforge.studio.reading_in.asking import answer_tokens

if TYPE_CHECKING:
    from storyforge.prompting.template import Template
    from storyforge.store.story_file import StoryFile

_Made = TypeVar("_Made")

# As for summaries: reading costs more than its length on a processor, and small models lose the
# thread.
_PART_TOKENS = 3072
_LEAST_ROOM = 64


class Framing:
    """Lays the prompts of one story out for one model; all of it ends with a stop.

    Raises, whatever is asked for:
        Stopped: the stop came first.
        NotAllowed: the story's text may not go to that model any more.
        BadInput: a template is at fault, or leaves no room for the story.
        ModelError: the model could not count.
    """

    def __init__(self, story: "StoryFile", shared: Shared, plan: Plan) -> None:
        self._story = story
        self._shared = shared
        self._plan = plan

    async def template(self, name: str) -> "Template":
        """The template of a task: in the plan's language, since its answers are."""
        own = await asyncio.to_thread(self._story.prompt_copies.all)
        return await asyncio.to_thread(library.find, name, self._plan.plan_language, own)

    async def parts(
        self, task: str, text: str, frame: Mapping[str, object], stop: asyncio.Event
    ) -> tuple[str, ...]:
        """A text in as many parts as it takes, for the prompt of a task.

        Args:
            frame: what the template is told, without the text.
        """
        room = min(await self._room(task, frame, stop), _PART_TOKENS)
        return await self._counted(
            lambda count: in_parts(text, room, count, self._plan.language), stop
        )

    async def fitted(
        self, task: str, lines: Sequence[str], frame: Mapping[str, object], stop: asyncio.Event
    ) -> tuple[str, ...]:
        """As many of these lines as there is room for in the prompt of a task."""
        room = await self._room(task, frame, stop)
        return await self._counted(partial(_fitted, lines, room, self._plan.language), stop)

    async def _room(self, task: str, frame: Mapping[str, object], stop: asyncio.Event) -> int:
        """Tokens that are left for what a prompt is about."""
        language = self._plan.plan_language
        template = await self.template(task)
        own = await asyncio.to_thread(self._story.prompt_copies.all)
        window = await window_of(self._shared.beneath, language, CHAT, own)
        bare = template.render(**frame)
        framing = await self._counted(lambda count: tokens_of(bare, count), stop)
        # A hundredth is kept back: pieces are counted one by one, and some tokens join.
        answer = answer_tokens(task, language, self._shared.card)
        room = window - framing - answer - window // 100 - 8
        if room < _LEAST_ROOM:
            raise no_room(template.path, window)
        return room

    async def _counted(
        self, make: "Callable[[TokenCounter], _Made]", stop: asyncio.Event
    ) -> "_Made":
        # The author may have marked the story since the last answer; counting is sending, too.
        await check(self._story, self._shared.card)
        return await unless_stopped(counts_of(self._shared).made(self._shared.beneath, make), stop)


def _fitted(lines: Sequence[str], room: int, language: str, count: TokenCounter) -> tuple[str, ...]:
    """`lines` in at most `room` tokens: shortened to a sentence each, then fewer of them."""
    for told in (lines, [sentences(line, language=language)[0].strip() for line in lines]):
        counts = count(tuple(f"- {line}\n" for line in told))
        if sum(counts) <= room:
            return tuple(told)
    most = max(room * len(counts) // max(sum(counts), 1), 1)
    step = len(told) / most
    kept, filled = list[str](), 0
    for at in range(most):
        place = min(int(at * step), len(told) - 1)
        if filled + counts[place] > room:
            break
        kept.append(told[place])
        filled += counts[place]
    return tuple(kept)
