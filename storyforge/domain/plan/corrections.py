"""Whether a change of words is only a corrected spelling. Pure.

No dictionary is asked: what counts is how a word was changed. Case, punctuation, white space,
width, accents and kana are spelling; so are letters that changed places, were doubled, left out or
took another vowel within a word long enough for that to be a slip. Another number, name, ending or
first letter is another meaning, and so is a word more or less. In doubt it is one: a mark too many
is taken away with a key, one that is missing is not noticed.
"""

import re
import unicodedata

from storyforge.domain.folding import folded

_WORD = re.compile(r"[\w’']+(?:[.,:]\d+)*|[^\w\s]")
_APOSTROPHES = re.compile("[’']")
_THOUSANDS = re.compile(r"(?<=\d)[,.  ](?=\d{3}(?!\d))")
# Signs that say something, though Unicode has them among the punctuation.
_SIGNS = frozenset("%‰&#@")
_VOWELS = frozenset("aeiouy")
# Letters that are taken for each other by ear.
_ALIKE = tuple(map(frozenset, ("cks", "sz", "gj", "vw", "fv", "bp", "dt", "mn")))
# A slip in a shorter word makes another word of it as often as not: “now” of “not”.
_SHORTEST, _LONG = 5, 9
_KANJI = "\u3400-\u9fff\uf900-\ufaff々"
_JAPANESE = re.compile(f"[\u3041-\u30ff{_KANJI}]")
# Kana that one writes behind a kanji and another leaves to it: 行なう, 行う; 取り付け, 取付け.
_OKURIGANA = re.compile(
    "[わたなか](?=[うわいえおるりれすっ])|[りきしちみいけげえれめせべびじ](?![ぁ-ん])"
)
_IS_KANJI = re.compile(f"[{_KANJI}]")
_SMALL_KANA = str.maketrans("ぁぃぅぇぉっゃゅょゎ", "あいうえおつやゆよわ")
_REPEATED = re.compile("(.)々")


def is_correction(old: str, new: str) -> bool:
    """Whether `new` says what `old` says, only spelled another way."""
    if not new.strip():
        return not old.strip()
    if _JAPANESE.search(old) or _JAPANESE.search(new):
        return _same_but_okurigana(_bare(old), _bare(new))
    before, after = _words(old), _words(new)
    plain = [[_plain(word) for word in words] for words in (before, after)]
    if "".join(plain[0]) == "".join(plain[1]):  # “alot”, “a lot”
        return True
    if len(before) != len(after):
        return False
    names = not any(word[:1].islower() for word in (*before, *after))
    return all(
        one == other or _is_slip(one, other, _is_name(before, after, at, names))
        for at, (one, other) in enumerate(zip(*plain, strict=True))
    )


def _words(text: str) -> list[str]:
    """The words, numbers and signs of a text, without its punctuation."""
    text = _THOUSANDS.sub("", unicodedata.normalize("NFKC", text))
    return [word for word in _WORD.findall(text) if _plain(word)]


def _plain(word: str) -> str:
    """A word without case, accents, apostrophes; nothing of what is punctuation."""
    bare = unicodedata.normalize("NFKD", _APOSTROPHES.sub("", word).casefold())
    if any(map(str.isdigit, bare)):
        return bare
    return "".join(
        letter for letter in bare if letter in _SIGNS or unicodedata.category(letter)[0] in "LNS"
    )


def _is_name(before: list[str], after: list[str], at: int, names: bool) -> bool:
    """Whether a word may be a name: it is written large in both, and not only as a first word."""
    return before[at][:1].isupper() and after[at][:1].isupper() and (names or at > 0)


def _is_slip(one: str, other: str, name: bool) -> bool:
    """Whether one word is the other with a slip of the pen."""
    longer = max(len(one), len(other))
    if one[:1] != other[:1] or not (one + other).isalpha() or _negates(one, other):
        return False
    if sorted(one) == sorted(other):
        return _swapped(one, other) <= 2
    if longer < (_LONG if name else _SHORTEST):
        return False
    return _slips(one, other, 2 if longer >= _LONG and not name else 1)


def _negates(one: str, other: str) -> bool:
    """“could” and “couldn't”, “careful” and “careless”."""
    short, long = sorted((one, other), key=len)
    return long in (short + "nt", short + "not") or one.endswith("less") != other.endswith("less")


def _swapped(one: str, other: str) -> int:
    """How many letters stand elsewhere, where only neighbours changed places; else many."""
    apart = [at for at, (a, b) in enumerate(zip(one, other, strict=True)) if a != b]
    return len(apart) if apart == list(range(apart[0], apart[-1] + 1)) else len(one)


def _slips(one: str, other: str, most: int) -> bool:
    """Whether `most` slips make one of the other; the last letter is none, it is an ending."""
    while one and other and one[0] == other[0]:
        one, other = one[1:], other[1:]
    if not one or not other:
        return not one and not other
    if most == 0:
        return False
    a, b = one[0], other[0]
    inside = len(one) > 1 and len(other) > 1
    return (
        (inside and one[:2] == b + a and _slips(one[2:], other[2:], most - 1))
        or (inside and _are_alike(a, b) and _slips(one[1:], other[1:], most - 1))
        or (len(one) > 1 and _slips(one[1:], other, most - 1))
        or (len(other) > 1 and _slips(one, other[1:], most - 1))
    )


def _are_alike(one: str, other: str) -> bool:
    both = {one, other}
    return both <= _VOWELS or any(both <= letters for letters in _ALIKE)


def _bare(text: str) -> str:
    """A text without spaces as what it says: kana of one kind, no marks, no long vowels' bars."""
    text = folded(unicodedata.normalize("NFKC", text)).casefold().translate(_SMALL_KANA)
    text = _REPEATED.sub(r"\1\1", _THOUSANDS.sub("", text))
    return "".join(
        letter
        for letter in text
        if letter in _SIGNS or (unicodedata.category(letter)[0] in "LNS" and letter != "ー")
    )


def _same_but_okurigana(one: str, other: str) -> bool:
    """Whether two such texts differ only in kana that kanji may do without."""
    at, there = 0, 0
    while at < len(one) or there < len(other):
        if one[at : at + 1] == other[there : there + 1]:
            at, there = at + 1, there + 1
            continue
        mine, yours = _may_go(one, at), _may_go(other, there)
        if mine == yours:  # neither may go, or another kana stands there
            return False
        at, there = at + mine, there + yours
    return True


def _may_go(text: str, at: int) -> bool:
    return bool(at and _IS_KANJI.match(text, at - 1) and _OKURIGANA.match(text, at))
