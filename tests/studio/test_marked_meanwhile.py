"""A story that is marked to stay here while a model works for it: nothing more of it is sent."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from typing import Any

import pytest

from storyforge.backends.sharing import Shared
from storyforge.domain.generation import Delta, Request, TakeState
from storyforge.domain.plan.items import PREMISE_ID
from storyforge.domain.plan.proposals import Target
from storyforge.domain.plan.stages import Stage
from storyforge.domain.sampling import Sampling
from storyforge.store.story_file import StoryFile
from storyforge.studio import permission
from storyforge.studio.permission import Kind, NotAllowed
from storyforge.studio.planning.asking import Wanted, propose
from storyforge.studio.planning.editing import write
from storyforge.studio.reading_in.queue import ReadingQueue
from tests.studio import continuation
from tests.studio.drafting.planned import LINES, ended, planned, queue
from tests.studio.planning.answers import answer
from tests.studio.remote_like import Elsewhere

PREMISE = Target(Stage.PREMISE, "premise/propose", PREMISE_ID)


class Marks(Elsewhere):
    """Has its story marked behind the answer of that number, from 1.

    Attributes:
        late: what was sent afterwards.
    """

    def __init__(self, story: StoryFile, script: Sequence[str], behind: int = 1) -> None:
        super().__init__(*script)
        self._story = story
        self._left = behind

    @property
    def late(self) -> list[str]:
        return self.sent if not self._left else []

    async def stream(self, request: Request, stop: asyncio.Event) -> AsyncGenerator[Delta, None]:
        async for delta in super().stream(request, stop):
            yield delta
        self._left = max(self._left - 1, 0)
        if not self._left:
            permission.set_local_only(self._story, True)
            self.sent.clear()

    async def score(self, request: Request, text: str, stop: asyncio.Event) -> float | None:
        self.sent.append(request.prompt)
        return await super().score(request, text, stop)


@pytest.fixture
def allowed(story: StoryFile) -> StoryFile:
    """A story whose text may go there, with an idea, a planned scene and a written one."""
    found = permission.objection(story, Elsewhere().card)
    assert found is not None
    permission.allow(found)
    write(story, PREMISE_ID, {"idea": "A keeper finds a child."})
    return story


async def _refused(run: Callable[[], AsyncIterator[Any]], far: Marks) -> None:
    with pytest.raises(NotAllowed) as caught:
        await continuation.all_of(run())
    assert caught.value.objection.kind is Kind.LOCAL_ONLY
    assert far.late == []


async def test_no_other_variant_is_asked_for(allowed: StoryFile) -> None:
    far = Marks(allowed, [answer("premise/propose", at) for at in (0, 4)])
    wanted = Wanted(PREMISE, 2)
    await _refused(lambda: propose(allowed, far, wanted, Sampling(), asyncio.Event()), far)
    (first,) = allowed.proposals.about(PREMISE)
    assert first.state is TakeState.FINISHED


async def test_no_other_scene_is_read_in(allowed: StoryFile) -> None:
    continuation.write(allowed, "Mara climbed the stair. The lamp was out. " * 6)
    far = Marks(allowed, [answer("read_in/scene")])
    await _refused(ReadingQueue(allowed, Shared(far, rest=0), agreed=True).run, far)
    (read,) = allowed.proposals.of_stage(Stage.SCENES)
    assert read.state is TakeState.FINISHED


async def test_no_beat_is_written_and_no_draft_is_judged(allowed: StoryFile) -> None:
    scene = planned(allowed, "She climbs down.", "She finds him.", words=22)
    far = Marks(allowed, LINES, behind=2)
    await _refused(queue(allowed, far, scene, candidates=2).run, far)
    assert allowed.scenes.text(scene) == ""
    assert [take.state for take in allowed.takes.of_scene(scene)] == [TakeState.FINISHED] * 2
    permission.set_local_only(allowed, False)
    await ended(queue(allowed, Elsewhere(*LINES), scene).run())
    assert LINES[1] in allowed.scenes.text(scene)
