"""The parts of an open story that showing its first page does not need: imported when asked for.

Together their modules and rows take a tenth of a second, which the author would wait at every
start. What a part does is its own module's.
"""

from functools import cached_property
from typing import TYPE_CHECKING

from storyforge.store.database import Database
from storyforge.store.journal import Journal
from storyforge.store.pages import Tally
from storyforge.store.scenes import Scenes

if TYPE_CHECKING:
    from storyforge.store.attachments import Attachments
    from storyforge.store.batches import Batches
    from storyforge.store.binder import Binder
    from storyforge.store.cards import Cards
    from storyforge.store.comments import Comments
    from storyforge.store.context_texts import ContextTexts
    from storyforge.store.known_words import KnownWords
    from storyforge.store.lineage import Lineage
    from storyforge.store.merging import Merging
    from storyforge.store.pasts import Pasts
    from storyforge.store.picture_queue import PictureOrders
    from storyforge.store.picture_sources import PictureSources
    from storyforge.store.pictures import Pictures
    from storyforge.store.plan.drafted import DraftedBeats
    from storyforge.store.plan.planned import Planned
    from storyforge.store.plan.proposals import Proposals
    from storyforge.store.plan.rests import Rests
    from storyforge.store.prompt_copies import PromptCopies
    from storyforge.store.prompt_edits import PromptEdits
    from storyforge.store.revisions import Revisions
    from storyforge.store.sessions import Sessions
    from storyforge.store.summaries import Summaries
    from storyforge.store.takes import Takes


class LateParts:
    """What `StoryFile` has by these names. A part may be made twice where two threads ask at once;
    none of them remembers what the other would have to know.
    """

    def __init__(self, database: Database, tally: Tally, scenes: Scenes) -> None:
        self._database = database
        self._tally = tally
        self.scenes = scenes
        #: what the parts tell each other of; there is one of it
        self.journal = Journal()

    @cached_property
    def takes(self) -> "Takes":
        """The answers of models."""
        from storyforge.store.takes import Takes

        return Takes(self._database, self.journal)

    @cached_property
    def revisions(self) -> "Revisions":
        """The snapshots."""
        from storyforge.store.revisions import Revisions

        return Revisions(self._database, self._tally)

    @cached_property
    def cards(self) -> "Cards":
        """The scenes' index cards."""
        from storyforge.store.cards import Cards

        return Cards(self._database, self.journal)

    @cached_property
    def comments(self) -> "Comments":
        """The words of comments."""
        from storyforge.store.comments import Comments

        return Comments(self._database, self.journal)

    @cached_property
    def batches(self) -> "Batches":
        """Changes of several scenes as one step."""
        from storyforge.store.batches import Batches

        return Batches(self._database, self.scenes, self.revisions)

    @cached_property
    def sessions(self) -> "Sessions":
        """The times of writing."""
        from storyforge.store.sessions import Sessions

        return Sessions(self._database)

    @cached_property
    def words(self) -> "KnownWords":
        """The words that the story's spelling knows."""
        from storyforge.store.known_words import KnownWords

        return KnownWords(self._database, self.journal)

    @cached_property
    def attachments(self) -> "Attachments":
        """The files kept whole."""
        from storyforge.store.attachments import Attachments

        return Attachments(self._database)

    @cached_property
    def pictures(self) -> "Pictures":
        """The pictures."""
        from storyforge.store.pictures import Pictures

        return Pictures(self._database, self.journal)

    @cached_property
    def picture_sources(self) -> "PictureSources":
        """The pictures that others are made from."""
        from storyforge.store.picture_sources import PictureSources

        return PictureSources(self._database, self.journal, self.pictures)

    @cached_property
    def picture_queue(self) -> "PictureOrders":
        """The pictures that are still to be drawn."""
        from storyforge.store.picture_queue import PictureOrders

        return PictureOrders(self._database)

    @cached_property
    def context(self) -> "ContextTexts":
        """The texts for the model."""
        from storyforge.store.context_texts import ContextTexts

        return ContextTexts(self._database)

    @cached_property
    def summaries(self) -> "Summaries":
        """What scenes and chapters told, in short."""
        from storyforge.store.summaries import Summaries

        return Summaries(self._database, self.journal)

    @cached_property
    def plan(self) -> "Planned":
        """What is planned."""
        from storyforge.store.plan.planned import Planned

        return Planned(self._database, self.journal, lambda: self.binder, lambda: self.context)

    @cached_property
    def rests(self) -> "Rests":
        """What the plan's facts were made from."""
        from storyforge.store.plan.rests import Rests

        return Rests(self._database, self.journal)

    @cached_property
    def proposals(self) -> "Proposals":
        """What models proposed for the plan."""
        from storyforge.store.plan.proposals import Proposals

        return Proposals(self._database, self.journal)

    @cached_property
    def drafted(self) -> "DraftedBeats":
        """The beats that are drafted."""
        from storyforge.store.plan.drafted import DraftedBeats

        return DraftedBeats(self._database, self.journal)

    @cached_property
    def prompt_copies(self) -> "PromptCopies":
        """The story's own prompt templates."""
        from storyforge.store.prompt_copies import PromptCopies

        return PromptCopies(self._database, self.journal)

    @cached_property
    def prompt_edits(self) -> "PromptEdits":
        """The prompts that the author changed and kept."""
        from storyforge.store.prompt_edits import PromptEdits

        return PromptEdits(self._database, self.journal)

    @cached_property
    def lineage(self) -> "Lineage":
        """The texts that scenes once had, by their digests."""
        from storyforge.store.lineage import Lineage

        return Lineage(self._database)

    @cached_property
    def pasts(self) -> "Pasts":
        """The small values that once stood here."""
        from storyforge.store.pasts import Pasts

        return Pasts(self._database)

    @cached_property
    def merging(self) -> "Merging":
        """Putting another copy's changes in."""
        from storyforge.store.merging import Merging

        return Merging(self._database, self.scenes, self.revisions)

    @cached_property
    def binder(self) -> "Binder":
        """The order of chapters and scenes, and the trash."""
        from storyforge.store.binder import Binder
        from storyforge.store.cutting import Cutting

        cutting = Cutting(self._database, self.scenes, self.revisions, self.journal)
        return Binder(self._database, cutting, self.journal)
