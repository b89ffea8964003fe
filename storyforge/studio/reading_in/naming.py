"""Whose name it is: whether it stands in a text, and whether two of them mean the same one. Pure.

Small models invent, so a name counts only where the text has it. Titles, honorifics and pet names
are told apart from names by short tables and by rules; where a name could be that of two people it
is left alone, since an author joins two entries faster than they take one apart.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence

_WIDE = re.compile("[\u3005\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
_WORD = re.compile(r"[^\W_]+(?:['’\-][^\W_]+)*")
# A name within a sentence; one at its beginning, before what somebody does or has.
_NAME = re.compile(
    r"(?<=[a-z,;] )([A-Z][a-z]{2,})|(?:\A|(?<=[.!?] ))([A-Z][a-z]{2,})"
    r"(?=(?:['’]s)? (?:is|was|has|had|and [A-Z]"
    r"|[a-z]+(?:s|ed)(?: (?:the|a|an|to|at|on|in|up|her|his|him|it|them)\b|[.,!?])))"
)
# Capitals within a sentence; in Japanese what an honorific follows.
_CAPITALS = re.compile(r"(?<=[a-z,;] )[A-Z][a-z]+(?: [A-Z][a-z]+)*")
_CALLED = re.compile("([\u30a1-\u30fa\u30fc]{2,}|[\u4e00-\u9fff]{1,4})(?:さん|くん|ちゃん|様|先生)")
_KATAKANA = re.compile("[\u30a1-\u30fa\u30fc]{2,}")
_POSSESSIVE = re.compile(r"['’]s?\Z")


def _words(told: str) -> frozenset[str]:
    return frozenset(told.split())


# What is said before a name, or in its place, of many people.
_TITLES = _words(
    "mr mrs ms miss mister missus madam madame mme monsieur sir lady lord dame dr doctor prof"
    " professor captain capt major colonel general sergeant sgt lieutenant inspector detective"
    " constable officer father mother brother sister uncle aunt auntie grandma grandpa grandmother"
    " grandfather old young little poor dear the a an king queen prince princess count countess"
    " duke duchess baron baroness saint st reverend rev herr frau señor señora"
)
_HONORIFICS = sorted(
    _words(
        "おじさん おばさん ちゃん くん さま さん たん どの 先生 先輩 博士 船長 警部 刑事 教授 様 君"
        " 殿 氏"
    ),
    key=len,
    reverse=True,
)
_NOBODY = _words(
    "i me my he him his she her hers they them their we us our you your it its one who someone"
    " somebody nobody everyone everybody others narrator character characters people unknown none"
    " n/a man woman men women boy girl child children reader author 私 僕 俺 わたし ぼく おれ 彼"
    " 彼女 彼ら あなた 君 誰か 語り手 男 女 人々 なし 不明"
)
# Pet names that do not begin as the name does.
_PET_NAMES = {
    "bill": "william", "billy": "william", "will": "william", "bob": "robert", "bobby": "robert",
    "rob": "robert", "dick": "richard", "rick": "richard", "liz": "elizabeth",
    "lizzie": "elizabeth", "beth": "elizabeth", "betty": "elizabeth", "bess": "elizabeth",
    "peggy": "margaret", "meg": "margaret", "maggie": "margaret", "jack": "john", "ted": "edward",
    "ned": "edward", "harry": "henry", "hal": "henry", "molly": "mary", "polly": "mary",
    "nell": "eleanor", "nellie": "eleanor", "jim": "james", "jimmy": "james", "kate": "katherine",
    "kitty": "katherine", "kit": "christopher", "sasha": "alexander", "sandy": "alexander",
    "tony": "anthony", "charlie": "charles", "chuck": "charles", "jo": "josephine",
    "joe": "joseph", "tess": "theresa", "jenny": "jennifer", "annie": "anne", "nan": "anne",
    "gus": "augustus", "hank": "henry", "lottie": "charlotte", "sally": "sarah", "becky": "rebecca",
}  # fmt: skip
# What looks like a name is told in one line.
_LIKELY = 12
# A pet name keeps so many letters of the name; half of a Japanese one has so many characters.
_STEM, _HALF = 3, 2


def folded(name: str) -> str:
    """A name as it is compared."""
    return " ".join(name.split()).casefold()


def without_article(name: str) -> str:
    """A name as it is compared, without “the”."""
    return re.sub(r"\A(?:the|an?)\s+", "", folded(name))


def stands_in(name: str, text: str) -> bool:
    """Whether a text has a name: as it is, or all of its words that are no title.

    Args:
        text: as `folded` gives it.
    """
    name = folded(name)
    if not name or name in _NOBODY:
        return False
    if has_word(name, text):
        return True
    words = bare(name)
    return bool(words) and all(has_word(word, text) for word in words)


def has_word(word: str, text: str) -> bool:
    """Whether a text has this very word; both as `folded` gives them."""
    if word not in text or _WIDE.search(word):
        return word in text
    return re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text) is not None


def callings(name: str) -> tuple[str, ...]:
    """What somebody may be called in a text: the whole name, its words, its halves."""
    words = bare(name) or (folded(name),)
    halves = []
    for word in words:
        # A Japanese family name and a given name are mostly two characters each.
        if _WIDE.search(word) and len(word) >= 2 * _HALF:
            halves += [word[:_HALF], word[-_HALF:]]
    return tuple(dict.fromkeys((folded(name), *words, *halves)))


def spoken_of(text: str, names: Iterable[str]) -> tuple[str, ...]:
    """Those of `names` that stand in a text, each once."""
    told = folded(text)
    return tuple(name for name in dict.fromkeys(names) if stands_in(name, told))


def strangers(told: str, text: str) -> tuple[str, ...]:
    """The names in what a model says that do not stand in the text it speaks of.

    A word at the beginning of a sentence is one where the sentence could not begin with it
    otherwise: it goes on as after a name.

    Args:
        text: as `folded` gives it.
    """
    found = [match[1] or match[2] for match in _NAME.finditer(told)]
    found += _KATAKANA.findall(told)
    return tuple(
        name
        for name in dict.fromkeys(found)
        if name.casefold() not in _NOBODY | _TITLES and not has_word(name.casefold(), text)
    )


def names_like(text: str) -> tuple[str, ...]:
    """What looks like a name in a text, the most frequent first: a hint for a model, no more."""
    found = Counter(match[0] for match in _CAPITALS.finditer(text))
    found.update(_CALLED.findall(text))
    known = [name for name in found if bare(name) and folded(name) not in _NOBODY]
    groups = joined(sorted(known, key=lambda name: -found[name]))
    return tuple(group[0] for group in groups[:_LIKELY])


def bare(name: str) -> tuple[str, ...]:
    """The words of a name without titles and honorifics, folded; none where it is all title."""
    words = []
    for word in folded(name).replace("・", " ").replace("＝", " ").split():
        word = _POSSESSIVE.sub("", word.strip('.,;:!?"“”‘’()'))
        if _WIDE.search(word):
            word = _without_honorific(word)
        if word and word not in _TITLES:
            words.append(word)
    return tuple(words)


def is_same(one: str, other: str) -> bool:
    """Whether two names can be those of one person: equal but for titles, or one a part of the
    other, or its pet name.
    """
    first, second = bare(one), bare(other)
    if not first or not second:
        return without_article(one) == without_article(other)
    if len(first) > len(second):
        first, second = second, first
    if first == second:
        return True
    if len(first) == 1 and len(second) == 1:
        return _is_part(first[0], second[0]) or _is_pet(first[0], second[0])
    if len(first) == 1:
        return first[0] in second or _is_pet(first[0], second[0])
    return first[-1] == second[-1] and _is_pet(first[0], second[0])


def joined(names: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """Names that mean the same one together, the fullest first; by when each is first told of.

    A name that could be that of two stands alone.
    """
    full = list(dict.fromkeys(" ".join(name.split()) for name in names if name.strip()))
    # The fullest decide: "Reed" belongs to the one "Tom Reed", and to nobody where there are two.
    order = sorted(full, key=lambda name: (-len(bare(name)), -len("".join(bare(name)))))
    groups: list[list[str]] = []
    for name in order:
        fits = [group for group in groups if is_same(name, group[0])]
        if len(fits) == 1:
            fits[0].append(name)
        else:
            groups.append([name])
    told = [(group[0], *sorted(group[1:], key=full.index)) for group in groups]
    return tuple(sorted(told, key=lambda group: min(map(full.index, group))))


def _without_honorific(word: str) -> str:
    for honorific in _HONORIFICS:
        if word.endswith(honorific) and len(word) > len(honorific):
            return word[: -len(honorific)]
    return word


def _is_part(one: str, other: str) -> bool:
    """Whether one of two names without spaces is the other's family or given name."""
    short, long = sorted((one, other), key=len)
    if not (_WIDE.search(short) and _WIDE.search(long)) or len(short) < 2:
        return False
    return long.startswith(short) or long.endswith(short)


def _is_pet(one: str, other: str) -> bool:
    if _WIDE.search(one + other):
        return False
    if one == other or _PET_NAMES.get(one) == other or _PET_NAMES.get(other) == one:
        return True
    pet = next((name for name in (one, other) if name.endswith(("y", "ie", "ey"))), "")
    name = other if pet == one else one
    stem = re.sub(r"(?:ie|ey|y)\Z", "", pet)
    stem = stem[:-1] if len(stem) > _STEM and stem[-1:] == stem[-2:-1] else stem
    return bool(pet) and len(stem) >= _STEM and name.startswith(stem)
