"""Whatever keys an author presses, while whatever arrives: the account stays true."""

import random

import pytest

from storyforge.domain.origin import Origin
from tests.tui.manuscript_app import writing

KEYS = (
    *"ab é海",
    *("enter", "backspace", "delete", "ctrl+w", "alt+delete", "ctrl+u", "ctrl+k"),
    *("ctrl+shift+k", "ctrl+x", "ctrl+v", "ctrl+z", "ctrl+z", "ctrl+y", "left", "right", "up"),
    *("down", "home", "end", "shift+left", "shift+right", "shift+up", "shift+down", "ctrl+home"),
    *("ctrl+end", "ctrl+shift+left", "ctrl+a", "escape", "pageup", "pagedown"),
)
WORDS = ("The ", "lamp", " burned.\n", "「海」", "\r", "\n", "e\u0301", "")


@pytest.mark.parametrize("seed", range(3))
async def test_random_writing_keeps_text_and_account_in_step(seed: int) -> None:
    chance = random.Random(seed)
    start = "She went\ndown to the slip.\n\n海は静か。"
    async with writing(start, chance.randint(0, len(start))) as (pilot, page, _):
        begun, take = page.page(), 0
        for _turn in range(80):
            match chance.randrange(12):
                case 0:
                    take += 1
                    place = page.place_at_caret() if chance.random() < 0.5 else None
                    page.begin_stream((place or page.new_place()).id, f"take{take}")
                case 1 | 2:
                    page.stream(chance.choice(WORDS))
                case 3:
                    page.end_stream(chance.choice((None, None, "", "The lamp")))
                case 4 if place := page.place_at_caret():
                    text = "".join(chance.choices(WORDS, k=3))
                    page.put_take(place.id, f"take{take}", text, Origin.MODEL)
                case _:
                    await pilot.press(chance.choice(KEYS))
            now = page.page()
            assert now.provenance.length == len(now.text)
            assert all(0 <= p.start <= p.end <= len(now.text) for p in now.provenance.places)
            assert 0 <= now.caret <= len(now.text)
            assert page.page_wrap.height == sum(
                len(page.page_wrap.get_sections(line)) for line in range(page.document.line_count)
            )
        page.end_stream()
        last = page.page()
        steps = len(page.history_of_page.steps)
        for _step in range(steps):
            page.undo()
            now = page.page()
            assert now.provenance.length == len(now.text)
        assert page.page().text == begun.text
        assert page.provenance.spans == begun.provenance.spans
        for _step in range(steps):
            page.redo()
        assert page.page().text == last.text
        assert page.provenance.spans == last.provenance.spans
        # An anchor that holds nothing may have moved with the words around it.
        standing = {p for p in last.provenance.places if p.start < p.end}
        assert standing <= set(page.provenance.places)
