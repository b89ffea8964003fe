"""Asks for a premise that never ends, and says when some of it is in the file: to be killed."""

import asyncio
import sys
from pathlib import Path

from storyforge.backends.scripted import ScriptedBackend
from storyforge.domain.plan.items import PREMISE_ID
from storyforge.domain.plan.proposals import Target
from storyforge.domain.plan.stages import Stage
from storyforge.domain.sampling import Sampling
from storyforge.store.story_file import StoryFile
from storyforge.studio.planning.asking import VariantGrew, Wanted, propose
from tests.studio.planning.answers import answer


async def main() -> None:
    backend = ScriptedBackend([answer("premise/propose")], delay=0.1)
    wanted = Wanted(Target(Stage.PREMISE, "premise/propose", PREMISE_ID), 2)
    with StoryFile.open(Path(sys.argv[1])) as story:
        async for event in propose(story, backend, wanted, Sampling(seed=1), asyncio.Event()):
            if isinstance(event, VariantGrew) and story.proposals.one(event.proposal.id).value:
                print(event.proposal.id, flush=True)


asyncio.run(main())
