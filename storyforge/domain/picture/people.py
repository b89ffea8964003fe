"""What somebody is called whose name a painter does not know: the woman, the old man. Pure.

A look says it, in a picture text or in the story's language; where it says nothing, nothing is
guessed: it is “the person”, and no number of girls or boys counts them.
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from storyforge.domain.picture.wording import phrases

# Words of a phrase that names somebody in passing.
_SHORT = 8


class Gender(StrEnum):
    """What a tag that counts people calls them."""

    GIRL = "girl"
    BOY = "boy"


@dataclass(frozen=True, slots=True)
class Figure:
    """Somebody in a picture.

    Attributes:
        noun: such as "woman".
        short: how they are told at first, such as "the tall woman with red hair".
        gender: None where their look does not say it.
    """

    noun: str = "person"
    short: str = "the person"
    gender: Gender | None = None

    def is_like(self, other: "Figure") -> bool:
        """Whether “the same woman” could mean either."""
        return self.noun == other.noun or (self.gender is not None and self.gender is other.gender)


_FEMALE = ("old woman", "young woman", "woman", "girl", "lady", "schoolgirl")
_MALE = ("old man", "young man", "man", "boy", "gentleman", "schoolboy")
_EITHER = ("child", "baby", "toddler", "teenager", "youth", "robot", "creature")
_NOUNS = {
    **dict.fromkeys(_FEMALE, Gender.GIRL),
    **dict.fromkeys(_MALE, Gender.BOY),
    **dict.fromkeys(_EITHER, None),
}
# “fisherman”, “policewoman”; not “human” and “Roman”.
_SUFFIX = re.compile(r"\b(?!human|german|roman|norman|ottoman|talisman|shaman)[a-z]{3,}(wo)?man\b")
_ENGLISH = re.compile(rf"\b(?:{'|'.join(sorted(_NOUNS, key=len, reverse=True))})\b")
_COUNTED = re.compile(r"\b1(girl|boy)\b")
_PRONOUNS = ((re.compile(r"\b(?:she|her|hers)\b"), "woman"), (re.compile(r"\b(?:he|his)\b"), "man"))
# Languages that stories are written in, longest first: what is found is said in English.
_FOREIGN = {
    "女の子": "girl", "男の子": "boy", "少女": "girl", "少年": "boy", "老婆": "old woman",
    "老女": "old woman", "女性": "woman", "男性": "man", "子供": "child", "子ども": "child",
    "女孩": "girl", "男孩": "boy", "女人": "woman", "男人": "man", "女": "woman", "男": "man",
    "femme": "woman", "homme": "man", "fille": "girl", "garçon": "boy", "frau": "woman",
    "mädchen": "girl", "junge": "boy", "mann": "man", "mujer": "woman", "hombre": "man",
    "chica": "girl", "chico": "boy", "niña": "girl", "niño": "boy", "donna": "woman",
    "uomo": "man", "ragazza": "girl", "ragazzo": "boy", "mulher": "woman", "homem": "man",
    "menina": "girl", "menino": "boy", "женщина": "woman", "мужчина": "man", "девушка": "girl",
    "девочка": "girl", "мальчик": "boy",
}  # fmt: skip
_OTHER = re.compile(
    "|".join(rf"(?<!\w){one}(?!\w)" if one[0] < "\u3000" else one for one in _FOREIGN)
)
_ARTICLE = re.compile(r"\A(?:an?|the|this|that|her|his)\s+", re.IGNORECASE)


def figure(looks: Iterable[str]) -> Figure:
    """Who is seen, by what is written of their looks; the first that tells it counts.

    Args:
        looks: picture texts and texts of the story, cleaned, in any language.
    """
    for look in looks:
        noun, gender = _noun(look)
        if noun:
            return Figure(noun, _short(look, noun), gender)
    return Figure()


def counted(people: Iterable[Figure]) -> tuple[str, ...]:
    """The tags that count people, "2girls" and "1boy"; "solo" where it is one alone."""
    known = tuple(people)
    counts = Counter(one.gender for one in known)
    found = []
    for gender in Gender:
        count = counts[gender]
        if count:
            told = "6+" if count > 5 else str(count)
            found.append(f"{told}{gender.value}{'s' if count > 1 else ''}")
    return (*found, "solo") if len(known) == 1 and found else tuple(found)


def is_count(tag: str) -> bool:
    """Whether a tag counts people: the cast is counted as a whole."""
    return (
        tag == "solo"
        or re.fullmatch(r"(?:[1-6]\+?|multiple_)(?:girl|boy|other)s?", tag) is not None
    )


def _noun(look: str) -> tuple[str, Gender | None]:
    text = look.casefold().replace("_", " ")
    if found := _COUNTED.search(text):
        return found[1], Gender(found[1])
    found, other = _ENGLISH.search(text), _SUFFIX.search(text)
    if other and (found is None or other.start() < found.start()):
        return other[0], Gender.GIRL if other[1] else Gender.BOY
    if found:
        return found[0], _NOUNS[found[0]]
    if foreign := _OTHER.search(text):
        noun = _FOREIGN[foreign[0]]
        return noun, _NOUNS[noun]
    for pattern, noun in _PRONOUNS:
        if pattern.search(text):
            return noun, _NOUNS[noun]
    return "", None


def _short(look: str, noun: str) -> str:
    """The phrase of a look that has the noun, as a name is put; the noun where it is long."""
    for phrase in phrases(look):
        words = phrase.split()
        if noun in phrase.casefold() and 1 < len(words) <= _SHORT and phrase.isascii():
            bare = _ARTICLE.sub("", phrase)
            if not re.search(r"\b(?:is|has|was|wears|had)\b|[()\[\]_]", bare):
                return f"the {bare[:1].lower()}{bare[1:]}"
            break
    return f"the {noun}"
