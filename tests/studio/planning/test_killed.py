"""A program that is killed while a model answers leaves what had come."""

import subprocess
import sys

from storyforge.domain.generation import TakeState
from storyforge.domain.plan.items import PREMISE_ID
from storyforge.store.story_file import StoryFile
from storyforge.studio.planning.editing import write
from storyforge.studio.planning.taking import take


def test_what_had_come_can_be_taken(story: StoryFile) -> None:
    write(story, PREMISE_ID, {"idea": "A keeper finds a child."})
    story.close()
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.studio.planning.killed_child", str(story.path)],
        stdout=subprocess.PIPE,
        text=True,
    )
    with child:
        assert child.stdout is not None
        proposal_id = child.stdout.readline().strip()
        child.kill()
    with StoryFile.open(story.path) as again:
        kept = again.proposals.one(proposal_id)
        assert kept.state is TakeState.INTERRUPTED
        assert kept.value["logline"].startswith("The")
        assert kept.text.startswith('{"logline": "The')
        take(again, kept.id, ["logline"])
        assert again.plan.read().premise.fact("logline") == kept.value["logline"]
