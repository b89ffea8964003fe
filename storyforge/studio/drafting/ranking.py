"""Which of several drafts of a beat is the best, as Re3 ranks them: by the model itself.

What tells the beat scores high: how likely the model finds the beat's line behind the draft. What
says again what stands in the story scores low. Where a model cannot tell the first, the second
decides alone.
"""

import asyncio
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from storyforge.backends.sharing import Shared
from storyforge.backends.stopping import Stopped
from storyforge.domain.counting import counts_characters
from storyforge.domain.generation import Request, Take
from storyforge.domain.standing import Standing
from storyforge.prompting import library
from storyforge.studio.permission import check

if TYPE_CHECKING:
    from storyforge.store.story_file import StoryFile

#: what is read for it is kept apart from what is read for scenes
_SLOT = ":ranking"


@dataclass(frozen=True, slots=True)
class Rank:
    """A candidate and its marks, all logarithms: 0 is best.

    Attributes:
        tells: of the beat behind this draft, the mean of its tokens; None where the model cannot
            tell it.
        fresh: of what is new in it, by its runs of words.
    """

    take_id: str
    tells: float | None
    fresh: float

    @property
    def score(self) -> float:
        """Both together."""
        return (self.tells or 0.0) + self.fresh


async def ranked(
    story: "StoryFile",
    shared: Shared,
    takes: Sequence[Take],
    beat: str,
    standing: Standing,
    stop: asyncio.Event,
) -> tuple[Rank, ...]:
    """The candidates, the best first; of equal ones the earlier.

    Args:
        standing: what stands before them.

    Raises:
        Stopped: before all were judged.
        NotAllowed: the story's text may not go to that model any more.
        BadInput: the template is at fault.
        ModelError: the model failed.
    """
    language = (await asyncio.to_thread(story.outline)).language
    own = await asyncio.to_thread(story.prompt_copies.all)
    template = await asyncio.to_thread(library.find, "draft/relevance", language, own)
    line = beat if counts_characters(language) else f" {beat}"
    found = []
    for take in takes:
        fresh = math.log(max(1 - standing.share(take.standing), 1e-3))
        prompt = template.render(text=take.standing)
        request = Request(prompt, slot=_SLOT, template_hash=template.hash, language=language)
        # The author may have marked the story since the draft was written.
        await check(story, shared.card)
        tells = await shared.score_behind(request, line, stop)
        if stop.is_set():
            raise Stopped
        found.append(Rank(take.id, tells, fresh))
    if any(one.tells is None for one in found):
        found = [Rank(one.take_id, None, one.fresh) for one in found]
    return tuple(sorted(found, key=lambda one: -one.score))


def as_json(ranking: Sequence[Rank]) -> tuple[dict[str, Any], ...]:
    """As it is kept with the beat."""
    return tuple(asdict(one) | {"score": one.score} for one in ranking)
