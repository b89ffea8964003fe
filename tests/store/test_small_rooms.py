"""What a story keeps beside its text: words, attachments, texts for the model, a book of lore."""

from pathlib import Path

import pytest

from storyforge.domain.lore import LoreEntry
from storyforge.errors import BadInput
from storyforge.store.story_file import StoryFile
from tests.store.helpers import query


def test_the_authors_own_words_are_kept_once(story: StoryFile, path: Path) -> None:
    for word in ("Skerry", "Skerry", "燈台\x1b", "", "Mara"):
        story.words.add(word)
    story.words.remove("Mara")
    story.words.remove("nobody")
    story.close()
    with StoryFile.open(path) as again:
        assert again.words.all() == {"Skerry", "燈台"}


def test_an_attachment_comes_back_byte_for_byte(story: StoryFile, path: Path) -> None:
    data = bytes(range(256)) * 40
    kept = story.attachments.add("old\n.story", "application/json", "NovelAI", data)
    other = story.attachments.add("b", "text/plain", "", b"")
    story.close()
    with StoryFile.open(path) as again:
        assert again.attachments.list() == (kept, other)
        assert again.attachments.read(kept.id) == data
        again.attachments.remove(other.id)
        assert again.attachments.list() == (kept,)
        with pytest.raises(BadInput, match="attachment is not in the story"):
            again.attachments.read(other.id)
        with pytest.raises(BadInput, match="attachment is not in the story"):
            again.attachments.remove(other.id)
    assert (kept.name, kept.size) == ("old .story", len(data))


def test_texts_for_the_model_are_kept_by_kind(story: StoryFile, path: Path) -> None:
    story.context.set_text("memory", "　Mara keeps\x1b the light.\r\nAlone.")
    story.context.set_text("style", "plain")
    story.context.set_text("style", "")
    story.close()
    with StoryFile.open(path) as again:
        assert again.context.text("memory") == "　Mara keeps the light.\nAlone."
        assert again.context.text("author_note") == ""
        assert again.context.texts() == {"memory": "　Mara keeps the light.\nAlone."}


def test_the_book_of_lore_keeps_its_order_and_what_is_foreign(story: StoryFile, path: Path) -> None:
    book = (
        LoreEntry(
            "b", "船", ("boat", "/ships?/i"), "It is old.", False, True, "things", {"n": [1]}
        ),
        LoreEntry("a", "Mara"),
    )
    story.context.set_lore([LoreEntry("old", "gone")])
    story.context.set_lore(book)
    story.close()
    with StoryFile.open(path) as again:
        assert again.context.lore() == book
        query(path, "UPDATE lore SET keys = '[1, \"x\"]', extra = '[' WHERE id = 'b'")
        odd = again.context.lore()[0]
        assert (odd.keys, odd.extra) == (("x",), {})
