"""Paragraphs that are too long to type in, and where they can be broken. Pure.

A key in a paragraph wraps the whole paragraph again. That takes 2 ms in 50 KB, of English as of
Japanese; in 1 MB 45 ms and more, and the keys fall behind.
"""

from rich.cells import get_character_cell_size

from storyforge.domain.sentences import last_sentence_end

#: bytes of UTF-8 above which a paragraph is not typed in
LIMIT = 50_000
#: characters that a broken paragraph's pieces are to have at most
PIECE = 1_500


def is_too_long(line: str) -> bool:
    """Whether a paragraph is above `LIMIT`."""
    if len(line) <= LIMIT // 4:
        return False
    return len(line) > LIMIT or len(line.encode()) > LIMIT


def breaks_of(line: str, language: str = "en") -> tuple[tuple[int, int], ...]:
    """The ranges of a paragraph that are to become line breaks, none of them with a word in it.

    Each piece ends with a sentence where one ends within `PIECE` characters, else with a word, else
    where it is full.
    """
    breaks = []
    at = 0
    while len(line) - at > PIECE:
        window = line[at : at + PIECE]
        # The window's edge may look like a sentence's end; what follows decides.
        end = last_sentence_end(window[:-1], language) or window.rfind(" ")
        end = at + (end if end > 0 else PIECE)
        while end > at + 1 and get_character_cell_size(line[end]) == 0:
            end -= 1
        start = end
        while end < len(line) and line[end] == " ":
            end += 1
        breaks.append((start, end))
        at = end
    return tuple(breaks)
