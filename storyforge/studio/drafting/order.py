"""What an author wants drafted: kept with the story until it is done, and what it will take.

After a kill or a restart the order is gone on with; what of it is done is looked up, not kept.
"""

import json
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING

from storyforge.domain.counting import counts_characters
from storyforge.domain.kept_json import read_json
from storyforge.domain.model import ModelCard
from storyforge.studio import speeds
from storyforge.studio.drafting.scenes import Scene, scenes_left
from storyforge.studio.drafting.writing import ATTEMPTS, piece_tokens
from storyforge.studio.spending import Estimate
from storyforge.studio.spending import estimate as estimate_cost

if TYPE_CHECKING:
    from storyforge.store.story_file import StoryFile

#: the most drafts of a beat that can be compared
MOST_CANDIDATES = 8
#: the story's setting
_KEPT = "draft_order"
# Tokens of a word, where nothing was measured, and of a character of a script without spaces.
_TOKENS, _WIDE_TOKENS = 1.4, 1.0
# Tokens of a prompt beside the story, and of a beat's own lines.
_BESIDE, _BEAT = 600, 80


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be drafted.

    Attributes:
        scenes: their ids; they are drafted in the story's order.
        candidates: drafts of each beat, of which the best stands.
        words: the length of each scene, in the place of what its plan says; 0 leaves it.
        written: also scenes that have text already; the draft goes on behind it.
    """

    scenes: tuple[str, ...]
    candidates: int = 1
    words: int = 0
    written: bool = False


@dataclass(frozen=True, slots=True)
class Survey:
    """What an order comes to.

    Attributes:
        scenes: those that are left to be drafted.
        words: what they still lack; characters where a language has no spaces.
        seconds: of the model's work; None where its speed is not known.
        cost: None where no price is set.
    """

    scenes: tuple[Scene, ...]
    words: int
    seconds: float | None
    cost: Estimate | None

    @property
    def beats(self) -> int:
        """Those that are left to be drafted."""
        return sum(len(one.beats) - one.told for one in self.scenes)


def kept(story: "StoryFile") -> Order | None:
    """The order that was given and is not done yet; None where there is none."""
    read = read_json(story.recall(_KEPT))
    if not isinstance(read, dict):
        return None
    scenes, candidates, words = read.get("scenes"), read.get("candidates"), read.get("words")
    if not isinstance(scenes, list) or not isinstance(candidates, int | float):
        return None
    order = Order(
        tuple(one for one in scenes if isinstance(one, str)),
        min(max(int(candidates), 1), MOST_CANDIDATES),
        max(words, 0) if isinstance(words, int) else 0,
        bool(read.get("written")),
    )
    return order if scenes_left(story, order.scenes, order.words, written=True) else None


def keep(story: "StoryFile", order: Order | None) -> None:
    """Remember what is to be drafted; None forgets it."""
    story.remember(_KEPT, None if order is None else json.dumps(asdict(order)))


def survey(story: "StoryFile", card: ModelCard, order: Order) -> Survey:
    """What of an order is left, how long it takes and what it costs. It reads the file."""
    found = scenes_left(story, order.scenes, order.words, written=order.written)
    words = sum(one.lacks for one in found)
    cost = estimate_cost(card, *_tokens(story, card, found, order.candidates))
    return Survey(
        found,
        words,
        # What was read for one beat is not read again for the next by a model on this machine.
        speeds.seconds(card, *_news(story, found, order.candidates)),
        None if cost is None else replace(cost, tries=ATTEMPTS),
    )


def tokens_a_word(story: "StoryFile") -> float:
    """Tokens of a word, or of a character where a language has no spaces; about."""
    return _WIDE_TOKENS if counts_characters(story.outline().language) else _TOKENS


def _news(story: "StoryFile", scenes: Sequence[Scene], candidates: int) -> tuple[int, int]:
    """(tokens read that were not read before, tokens written)."""
    each = tokens_a_word(story)
    beats = sum(len(one.beats) - one.told for one in scenes)
    words = sum(one.lacks for one in scenes)
    written = int(words * each) * candidates
    return _BESIDE * len(scenes) + beats * _BEAT + written, written


def _tokens(
    story: "StoryFile", card: ModelCard, scenes: Sequence[Scene], candidates: int
) -> tuple[int, int]:
    """(tokens read, tokens written): each piece of a beat is sent what stands before it."""
    outline, each = story.outline(), tokens_a_word(story)
    before = {}
    stands = 0
    for head in outline.scenes:
        stands += head.counts.of(outline.language)
        before[head.id] = stands
    most, a_piece = max(card.context_tokens, _BESIDE), piece_tokens(card) / each
    read = written = added = 0
    for one in scenes:
        beats = len(one.beats) - one.told
        pieces = beats * math.ceil(one.lacks / beats / a_piece) if beats else 0
        for piece in range(pieces):
            story_tokens = int((before[one.scene_id] + added + one.lacks * piece / pieces) * each)
            read += min(story_tokens + _BESIDE, most) * candidates
        added += one.lacks
        written += int(one.lacks * each) * candidates
    return read, written
