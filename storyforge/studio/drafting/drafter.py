"""One beat of a scene drafted: what its prompt is told, several drafts where wished, the best one.

It puts nothing on a page and keeps no list: that is the queue's.
"""

import asyncio
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from storyforge.backends.sharing import Shared
from storyforge.domain.counting import counts_characters
from storyforge.domain.generation import Take
from storyforge.domain.hidden import visible
from storyforge.domain.prose import gap_of
from storyforge.domain.sampling import Sampling
from storyforge.domain.standing import Standing
from storyforge.domain.summary import SummaryOf
from storyforge.i18n import _
from storyforge.prompting.scene_plan import Beat, ScenePlan
from storyforge.studio.drafting.beats import share
from storyforge.studio.drafting.page import Spot
from storyforge.studio.drafting.ranking import as_json, ranked
from storyforge.studio.drafting.scenes import Scene
from storyforge.studio.drafting.writing import BeatWriter, Part, mentions
from storyforge.studio.prompt.planned import plan_for
from storyforge.studio.summaries import listing
from storyforge.studio.summaries.making import NoSummary, OwnSummary, Summariser

if TYPE_CHECKING:
    from storyforge.store.story_file import StoryFile

# Characters before a beat in which a model is caught repeating itself: some 50,000 words.
_LOOKED_BACK = 300_000
# Characters of a token of prose, rather too many: a story that fills half of the window is summed
# up scene by scene, so that what falls out of it is known.
_CHARACTERS = 4
# From this part of a scene on, those who have not come yet are named.
_TOWARDS_THE_END = 1 / 2
# Candidates and beats draw from seeds that lie apart.
_CANDIDATES_APART, _BEATS_APART = 1_000_003, 7_919


@dataclass(frozen=True, slots=True)
class Drafted:
    """What came of a beat.

    Attributes:
        take: the best draft; None where there is none, and `why`.
        ranking: of all drafts, as it is kept with the beat; empty where there was one.
        notes: what the author should hear.
    """

    take: Take | None
    ranking: tuple[dict[str, object], ...] = ()
    notes: tuple[str, ...] = ()
    why: str = ""


class Drafter:
    """Drafts beats.

    Attributes:
        text: what is written of the beat now. attempt, candidate: which one that is, from 1.
        language: the story's.

    Args:
        sampling: with a seed.
        candidates: drafts of each beat.
    """

    def __init__(
        self, story: "StoryFile", shared: Shared, sampling: Sampling, candidates: int
    ) -> None:
        self._story = story
        self._shared = shared
        self._sampling = sampling
        self._candidates = candidates
        self._writer: BeatWriter | None = None
        self.text = ""
        self.candidate = 1
        self.language = "en"

    @property
    def attempt(self) -> int:
        """How often the piece that is written now was asked for."""
        return self._writer.attempt if self._writer is not None else 1

    async def draft(self, scene: Scene, spot: Spot, stop: asyncio.Event) -> Drafted:
        """The next beat of a scene.

        Raises:
            Stopped: what came is kept as a take.
            BadInput, ModelError, StoryFileError: as for a continuation.
        """
        self.language = (await asyncio.to_thread(self._story.outline)).language
        standing = await asyncio.to_thread(self._standing, spot)
        part = self._part(scene, spot)
        takes: list[Take] = []
        notes: list[str] = []
        why = ""
        for number in range(self._candidates):
            self.text, self.candidate = "", number + 1
            seed = (part.sampling.seed or 0) + number * _CANDIDATES_APART
            asked = replace(part, sampling=replace(part.sampling, seed=seed % 2**31))
            self._writer = BeatWriter(self._story, self._shared, asked, standing, self._hear)
            take = await self._writer.write(stop)
            if self._writer.refused:
                why = _("{model} would not write it.").format(model=self._shared.card.name)
            if take is None:
                continue
            takes.append(take)
            if self._writer.repeats:
                notes.append(_repeats(scene))
        if not takes:
            return Drafted(None, why=why or _("The model wrote nothing of use, however often."))
        if len(takes) == 1:
            return Drafted(takes[0], notes=tuple(notes))
        ranking = await ranked(self._story, self._shared, takes, part.beat.told, standing, stop)
        if ranking[0].tells is None:
            notes.append(
                _("This model cannot judge its drafts: the one that repeats least was taken.")
            )
        best = next(take for take in takes if take.id == ranking[0].take_id)
        return Drafted(best, as_json(ranking), tuple(notes))

    async def sum_up(self, scene_id: str, stop: asyncio.Event) -> str:
        """Sum a drafted scene up where the window will not hold all; what went wrong, or ""."""
        outline = await asyncio.to_thread(self._story.outline)
        characters = outline.counts.characters
        each = 1 if counts_characters(outline.language) else _CHARACTERS
        if characters < self._shared.card.context_tokens * each // 2:
            return ""
        entry = await asyncio.to_thread(listing.entry, self._story, SummaryOf.SCENE, scene_id)
        if entry is None or not entry.to_do:
            return ""
        summariser = await asyncio.to_thread(Summariser, self._story, self._shared)
        try:
            await summariser.make(entry, stop)
        except NoSummary as error:
            return error.message
        except OwnSummary:
            pass  # the author has written one meanwhile
        return ""

    def _part(self, scene: Scene, spot: Spot) -> Part:
        before = spot.passage.before
        gap = gap_of(before, wide=counts_characters(self.language))
        lead = gap[len(before) - len(before.rstrip("\n")) :] if before.strip() else ""
        last = scene.told + 1 == len(scene.beats)
        missing = tuple(name for name in scene.cast if not mentions(before, name))
        missing = missing if last or scene.told >= len(scene.beats) * _TOWARDS_THE_END else ()
        # All at once they would be the whole of the last beat.
        now = -(-len(missing) // (len(scene.beats) - scene.told))
        beat = Beat(
            scene.beats[scene.told],
            share(scene.aim, scene.written, len(scene.beats), scene.told),
            missing,
            scene.change if last and scene.change not in scene.beats else "",
        )
        told = self._sampling
        seed = ((told.seed or 0) + scene.told * _BEATS_APART + scene.number) % 2**31
        return Part(
            spot,
            lead,
            gap,
            beat,
            replace(told, seed=seed),
            self.language,
            missing[:now],
            (scene.title, *scene.beats, *scene.cast),
        )

    def _standing(self, spot: Spot) -> Standing:
        """What stands before the beat, in this scene and those before it."""
        standing = Standing(self.language)
        plan = self._plan_told(spot.passage.scene_id)
        # What a prompt is told of the plan is not to be read out.
        for text in (plan.story, plan.scene, *(one.text for one in plan.cast)):
            standing.add(text)
        for scene in self._story.scenes.before(spot.passage.scene_id, _LOOKED_BACK):
            standing.add(visible(scene.text))
        standing.add(visible(spot.passage.before))
        return standing

    def _plan_told(self, scene_id: str) -> ScenePlan:
        rules = self._story.context.rules()
        return plan_for(self._story, self._story.outline(), scene_id, rules, drafting=True)

    def _hear(self, text: str) -> None:
        self.text = text


def _repeats(scene: Scene) -> str:
    return _(
        "Scene {scene}, beat {beat}: the model repeated itself three times; it is as it came."
    ).format(scene=scene.number, beat=scene.told + 1)
