"""A scene that a model writes in without a screen: kept on the disk while it does.

It holds the page that the desk's manuscript would hold, and saves it twice a second, so that a kill
at any moment costs at most a second of words.
"""

import asyncio
import uuid
from dataclasses import replace
from types import TracebackType
from typing import TYPE_CHECKING, Self

from storyforge.domain.origin import Origin, Place, Span
from storyforge.domain.story import Page, Passage
from storyforge.errors import StoryforgeError
from storyforge.studio.repeating import Repeating

if TYPE_CHECKING:
    from storyforge.domain.generation import Take
    from storyforge.store.story_file import StoryFile

# Seconds between two saves.
_SAVE_EVERY = 0.5


class Appending(Repeating):
    """One take going onto a scene. Use as an asynchronous context, again after a question.

    Attributes:
        shown: everything that was appended, as it came.

    Args:
        span: the offsets of what it would stand in the place of; None for the scene's end.
    """

    def __init__(
        self, story: "StoryFile", scene_id: str, span: tuple[int, int] | None = None
    ) -> None:
        super().__init__(_SAVE_EVERY, self._save)
        self._story = story
        page = story.scenes.load(scene_id)
        start, end = span or (len(page.text), len(page.text))
        self._place = Place(uuid.uuid4().hex, start, end)
        self._page = replace(page, caret=end)
        self._saved: Page | None = None
        self._take_id = ""
        self.shown = ""

    @property
    def place_id(self) -> str:
        """The place where the take stands."""
        return self._place.id

    @property
    def parent_id(self) -> str:
        """The take whose words end where it begins; "" where the author's own do."""
        return self._page.provenance.take_before(self._place.start)

    @property
    def passage(self) -> Passage:
        """What stands around the take."""
        text, place = self._page.text, self._place
        return Passage(self._page.scene_id, text[: place.start], text[place.end :])

    @property
    def original(self) -> str:
        """What stood in the take's place before."""
        return self._page.text[self._place.start : self._place.end]

    def begin(self, take: "Take") -> None:
        """Whose words are appended from now on."""
        self._take_id = take.id

    def append(self, text: str) -> None:
        """Put the next piece on the page.

        Raises:
            StoryFileError: an earlier piece could not be saved.
        """
        self.check()
        self.shown += text
        self._stand(self.shown)

    def settle(self, standing: str) -> None:
        """Let exactly `standing` stand at the place."""
        self._stand(standing)

    def forget(self) -> None:
        """Nothing came: the place goes, and what stood there stays."""
        self._page = replace(
            self._page, provenance=self._page.provenance.without_place(self._place.id)
        )

    async def __aenter__(self) -> Self:
        provenance = self._page.provenance.with_place(self._place)
        self._page = replace(self._page, provenance=provenance)
        await asyncio.to_thread(self._save)
        self._story.remember("open_scene", self._page.scene_id)
        return await super().__aenter__()

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await super().__aexit__(kind, error, trace)
        # The failure that brought us here is the one to tell of; the page is tried all the same.
        try:
            self._save()
        except StoryforgeError:
            if error is None:
                raise

    def _stand(self, text: str) -> None:
        page = self._page
        place = page.provenance.place(self._place.id) or self._place
        spans = (Span(len(text), Origin.MODEL, self._take_id),) if text else ()
        provenance = page.provenance.replaced(place.start, place.end, spans, into=place.id)
        whole = page.text[: place.start] + text + page.text[place.end :]
        caret = place.start + len(text)
        self._page = replace(page, text=whole, provenance=provenance, caret=caret)

    def _save(self) -> None:
        page = self._page
        if page is not self._saved:
            self._story.scenes.save(page)
            self._saved = page
