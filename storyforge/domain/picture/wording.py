"""Words of the plan made ready for a prompt: what can be sent, and nothing that is grammar. Pure.

A painter reads English, and its encoder knows Latin letters. What an author wrote for the story is
text: its brackets are brackets. A picture text is written for the painter: its weights are weights.
"""

import re
import unicodedata

# Signs that every keyboard has, for those of print.
_PLAIN = str.maketrans(
    {
        **dict.fromkeys("“”„«»「」『』", ""),
        **dict.fromkeys("‘’‚′", "'"),
        **dict.fromkeys("–—‐‑―", "-"),
        **dict.fromkeys("、，，；", ", "),
        **dict.fromkeys("。！？", ". "),
        **dict.fromkeys("・·•", " "),
        "：": ": ",
        "…": "...",
    }
)
_BRACKETS = re.compile(r"(?<!\\)([()\[\]])")
_WORDS = re.compile(r"\b(AND|BREAK)\b")
# What is escaped, brackets, and what ends a phrase outside of them.
_PHRASES = re.compile(r"\\.|[()\[\]]|(?P<end>[,;\n]+|[.!?]+(?=\s|$))")
_PIECES = re.compile(r"\\.|[()\[\]]|(?P<end>[,;\n]+)")
# What goes on in a head, where it is said by a verb; “lost in thought” can be seen.
_THOUGHT = re.compile(
    r"\b(?:thinks|(?:thought|thinking) (?:of|about|that)|wonder(?:s|ed|ing)|remember(?:s|ed|ing)"
    r"|recall(?:s|ed|ing)|reali[sz](?:es|ed|ing)|regrets|regretted|hopes|hoped|hoping|believes"
    r"|believed|imagin(?:es|ed|ing)|knows|knew|forgets|forgot|decides|decided|wishes|wished)\b",
    re.IGNORECASE,
)
_CLAUSES = re.compile(r"\s+(?:and|but|while)\s+")
_ACCENTS = range(0x300, 0x370)


def cleaned(text: str) -> str:
    """A text on one line, a phrase's end where a line ends, in plain signs."""
    lines = (
        one.strip() for one in unicodedata.normalize("NFKC", text.translate(_PLAIN)).split("\n")
    )
    joined = ", ".join(line.rstrip(",;. ") for line in lines if line.strip(",;. "))
    kept = "".join(
        " " if unicodedata.category(sign) in ("Cc", "Zl", "Zp") else sign
        for sign in joined
        if unicodedata.category(sign) not in ("Cf", "Cs", "Co", "Cn")
    )
    return " ".join(kept.split())


def is_latin(text: str) -> bool:
    """Whether all of it is in letters that a painter knows, and signs that it may meet."""
    return text.isascii() or all(map(_is_latin, text))


def _is_latin(sign: str) -> bool:
    if sign.isascii() or ord(sign) in _ACCENTS:
        return True
    return sign.isalpha() and unicodedata.name(sign, "").startswith("LATIN")


def phrases(text: str) -> tuple[str, ...]:
    """The phrases of a cleaned text; what stands in brackets is one."""
    return _split(text, _PHRASES)


def pieces(text: str) -> tuple[str, ...]:
    """What commas part: a full stop may be a tag's."""
    return _split(text, _PIECES)


def seen(phrase: str) -> tuple[str, tuple[str, ...]]:
    """What of an English phrase a picture can show, and the clauses that tell of thoughts."""
    if not _THOUGHT.search(phrase):
        return phrase, ()
    clauses = _CLAUSES.split(phrase)
    shown = [one for one in clauses if not _THOUGHT.search(one)]
    return " and ".join(shown), tuple(one for one in clauses if _THOUGHT.search(one))


def _split(text: str, pattern: re.Pattern[str]) -> tuple[str, ...]:
    found, depth, begun = [], 0, 0
    for sign in pattern.finditer(text):
        if sign["end"] is None:
            depth += (sign[0] in "([") - (sign[0] in ")]")
        elif depth <= 0:
            found.append(text[begun : sign.start()])
            begun = sign.end()
    return tuple(one for one in (*map(_bare, found), _bare(text[begun:])) if one)


def _bare(phrase: str) -> str:
    return phrase.strip(" ,;.!?")


def escaped(text: str) -> str:
    """A text of the story in a prompt's grammar: nothing in it weighs, calls or divides."""
    bare = text.replace("\\", "").translate(str.maketrans("<>", "  "))
    bare = _WORDS.sub(lambda word: word[0].lower(), bare)
    return " ".join(_BRACKETS.sub(r"\\\1", bare).split())


def is_balanced(text: str) -> bool:
    """Whether every bracket that weighs is closed: one that is not would weigh all behind it."""
    closing, open_ = {")": "(", "]": "["}, list[str]()
    for at, sign in enumerate(text):
        if text[at - 1 : at] == "\\" or sign not in "()[]":
            continue
        if sign in closing:
            if not open_ or open_.pop() != closing[sign]:
                return False
        else:
            open_.append(sign)
    return not open_


def for_painter(text: str) -> str:
    """A picture text in a prompt: its weights are kept where they are whole."""
    return text if is_balanced(text) else _BRACKETS.sub(r"\\\1", text)
