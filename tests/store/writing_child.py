"""A session that is going to be killed: types, lets a take grow, and says what it has committed."""

import json
import sys
from pathlib import Path

from storyforge.domain.origin import Origin, Place, Provenance, Span
from storyforge.domain.sampling import Sampling
from storyforge.domain.story import Page
from storyforge.store.story_file import StoryFile


def say(**what: object) -> None:
    print(json.dumps(what), flush=True)


def main() -> None:
    story = StoryFile.create(Path(sys.argv[1]), title="Killed")
    scene = story.outline().scenes[0].id
    take = story.takes.begin(
        scene, "p", model="Small", request_hash="abc", sampling=Sampling(seed=1)
    )
    story.takes.begin(scene, "q", model="Small", request_hash="abc", sampling=Sampling(seed=1))
    typed = written = ""
    for number in range(10_000):
        typed += f"Typed {number}. "
        written += f"written {number} "
        spans = (Span(len(typed), Origin.TYPED), Span(len(written), Origin.MODEL, take.id))
        place = Place("p", len(typed), len(typed) + len(written))
        story.scenes.save(Page(scene, typed + written, Provenance(spans, (place,)), len(typed)))
        say(page=typed + written)
        # The next words of the model reach the take before they reach the page.
        story.takes.grow(take.id, written + "and")
        say(take=written + "and")
        if number % 40 == 39:
            story.fold()


if __name__ == "__main__":
    main()
