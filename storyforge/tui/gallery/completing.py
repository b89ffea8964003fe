"""Completing words of the prompt: tags of the dictionary, and the author's files by their names."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from storyforge.domain.picture.completing import Typed
from storyforge.i18n import _
from storyforge.tui.gallery.area import Area
from storyforge.tui.gallery.completions import Completion
from storyforge.tui.work import launch, lazily

if TYPE_CHECKING:
    from storyforge.images.embeddings import EmbeddingFile
    from storyforge.images.folders import FoundFile
    from storyforge.images.tag_book import TagBook
    from storyforge.tui.screens.gallery import GalleryScreen

# A letter alone begins too much.
_LEAST = 2
_LIMIT = 5
# Before the tags; the dictionary has a word for nearly everything.
_EMBEDDINGS = 2


class Completing(Area):
    """What the prompt editor looks words up in; it is read when the author first goes there."""

    def __init__(self, gallery: "GalleryScreen") -> None:
        super().__init__(gallery)
        self._book: TagBook | None = None
        self._uses: dict[str, int] = {}
        self._loras: tuple[FoundFile, ...] = ()
        self._hypernets: tuple[FoundFile, ...] = ()
        self._embeddings: tuple[EmbeddingFile, ...] = ()
        self._asked = False

    def verbs(self) -> dict[str, Callable[[], object]]:
        """The actions this area carries out."""
        return {"gallery_tags": lambda: self.start(self._search)}

    def wanted(self) -> None:
        """The author types the first word."""
        if not self._asked:
            self._asked = True
            launch(self.gallery.house, self._read(), group="gallery-tags")

    def taken(self, completion: Completion) -> None:
        """A completion was taken: it comes sooner the next time."""
        if self._book is None or self._book.find(completion.name) is None:
            return
        self._uses[completion.name] = self._uses.get(completion.name, 0) + 1
        launch(self.gallery.house, self._note(completion.name), group="gallery-tag-used")

    async def _read(self) -> None:
        books = await lazily("storyforge.studio.pictures.tag_books")
        profiles = await lazily("storyforge.studio.pictures.profiles")
        settings = await self.gallery.house.ready_settings()
        found = await asyncio.to_thread(profiles.found_in, settings)
        embeddings = await lazily("storyforge.images.embeddings")
        self._loras, self._hypernets = found.loras, found.hypernetworks
        self._embeddings = await asyncio.to_thread(lambda: tuple(embeddings.every(found)))
        self._uses = await asyncio.to_thread(books.uses)
        self._book = await asyncio.to_thread(books.book)
        self.gallery.prompt_editor.learn(self._look_up)

    async def _note(self, name: str) -> None:
        books = await lazily("storyforge.studio.pictures.tag_books")
        await asyncio.to_thread(books.note_used, [name])

    def _look_up(self, typed: Typed) -> Sequence[Completion]:
        if typed.calls:
            files = self._loras if typed.lora else self._hypernets
            names = _beginning(typed.text, [each.name for each in files])
            return [Completion(name) for name in names[:_LIMIT]]
        if self._book is None or len(typed.text) < _LEAST:
            return ()
        tags = [
            Completion(tag.name, alias, f"{tag.count:,}")
            for tag, alias in self._book.complete(typed.text, _LIMIT, self._uses)
        ]
        return [*self._called(typed), *tags][:_LIMIT]

    def _called(self, typed: Typed) -> Sequence[Completion]:
        """Embeddings of that name: in the negative prompt those that are for it."""
        family = self.gallery.prompting.family
        fit = {
            each.name
            for each in self._embeddings
            if each.negative is typed.negative and (family is None or each.family in (None, family))
        }
        names = _beginning(typed.text, fit)[:_EMBEDDINGS]
        return [Completion(name, note=_("embedding"), as_it_is=True) for name in names]

    async def _search(self) -> None:
        books = await lazily("storyforge.studio.pictures.tag_books")
        searching = await lazily("storyforge.tui.gallery.tag_search")
        book = await asyncio.to_thread(books.book)
        editor = self.gallery.prompt_editor
        writes = editor.has_focus_within
        name = await self.ask(searching.TagSearch(book))
        if name is not None:
            if not writes:
                editor.to_end()  # where it begins, it would weigh most
            editor.insert_tag(name)
            self.gallery.to_pane(editor)
            self.taken(Completion(name))


def _beginning(text: str, names: Iterable[str]) -> list[str]:
    """The names with `text` in them, those that begin with it first; signs do not matter."""

    def folded(name: str) -> str:
        return name.casefold().replace("_", " ").replace("-", " ")

    wanted = folded(text)
    found = [name for name in names if wanted in folded(name)]
    return sorted(found, key=lambda name: (not folded(name).startswith(wanted), name))
