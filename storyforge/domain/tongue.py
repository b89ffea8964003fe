"""Whether a text is written in a language, as far as that can be told. Pure.

By its script, and where that is Latin by the small words that every sentence has. In doubt it is:
names, titles and a line of three words tell nothing, and nobody wants a good answer refused. The
detectors that know more weigh 100 MB (lingua), want NumPy and a model (langid), or rest since years
(langdetect); this needs to tell English from French, not Danish from Norwegian.
"""

import re
import unicodedata
from collections import Counter

from storyforge.domain.tags import base_language

_KANA, _HAN, _LATIN = "kana", "han", "latin"
# The first word of a letter's name in Unicode is its script.
_SCRIPTS = {
    "HIRAGANA": _KANA,
    "KATAKANA": _KANA,
    "CJK": _HAN,
    "HANGUL": "hangul",
    "CYRILLIC": "cyrillic",
    "GREEK": "greek",
    "HEBREW": "hebrew",
    "ARABIC": "arabic",
    "THAI": "thai",
    "DEVANAGARI": "devanagari",
    "LATIN": _LATIN,
    "FULLWIDTH": _LATIN,
}
_WRITTEN_IN = {
    "ja": (_KANA, _HAN),
    "zh": (_HAN,),
    "ko": ("hangul",),
    **dict.fromkeys(("ru", "uk", "be", "bg", "mk"), ("cyrillic",)),
    "sr": ("cyrillic", _LATIN),
    "el": ("greek",),
    **dict.fromkeys(("he", "yi"), ("hebrew",)),
    **dict.fromkeys(("ar", "fa", "ur"), ("arabic",)),
    "th": ("thai",),
    **dict.fromkeys(("hi", "mr", "ne"), ("devanagari",)),
}
#: small words by language; those that are near relations are one
_SMALL = {
    "en": "the and of to in is that it was for with his her she he they on as at by this from",
    "de": "der die das und ist nicht ein eine zu den von mit sich auf dem im sie er wird für",
    "fr": "le la les et des est une un que qui dans du pour pas sur ne se au avec elle il",
    "es": "el la los las y que en un una es por con del se su para no al más ella como",
    "it": "il la che di e un una è per non con del della si gli nel sua suo le ma sono",
    "pt": "o a os as e que um uma é do da em para com não se na no por sua seu mais ela",
    "nl": "de het een en van is dat niet op te zijn met voor hij zij haar die aan er wordt",
    "sv": "och att det som en är på för med inte av den till han hon ett var sig om har",
    "da": "og at det som en er på for med ikke af den til han hun et var sig om har av",
    "fi": "ja on ei että se hän oli mutta kun hänen joka ovat niin kuin myös mitä sen vain",
    "pl": "i w na z się nie że to jest do jak po od jej jego ale przez które który dla",
    "cs": "a se na je že v to s do jako ale z jeho její si který která které pro by není",
    "hu": "a az és hogy nem is egy volt de ha meg csak van mint aki ezt el minden vagy",
    "ro": "și în de la cu un o care nu pe este din că mai se lui ei pentru fi sunt",
    "tr": "ve bir bu da de için ile çok ama olarak gibi daha onun ne kadar değil olan her",
    "id": "yang dan di untuk dengan ini itu dari dalam tidak akan pada adalah ke oleh dia seorang",
    "vi": "và của là một không có được cho người trong những đã với này các khi để từ",
}
_LIKE = {"nb": "da", "no": "da", "nn": "da", "ms": "id"}
_WORDS = {language: frozenset(words.split()) for language, words in _SMALL.items()}
_WORD = re.compile(r"[^\W\d_]+")
# Letters that tell. A letter of the wide scripts says as much as several others.
_LETTERS, _WIDE = 24, 3
# Below this share of letters in its own scripts a text is in others.
_SHARE = 0.5
# Chinese has no kana; a Japanese line of so many characters nearly always has, and a page has many:
# half of its signs. Small models write a mixture of both, with a tenth.
_HAN_ALONE, _KANA_SHARE = 24 * _WIDE, 0.05
_PAGE, _KANA_ON_A_PAGE = 120 * _WIDE, 0.15
# So many small words of another language, and so much more often than its own, tell.
_HITS, _TIMES, _WORD_SHARE = 6, 3, 0.2


def is_in(text: str, language: str) -> bool:
    """Whether `text` is in `language` (a BCP 47 tag), for all that can be told."""
    base = base_language(language)
    scripts = _scripts(text)
    letters = sum(scripts.values())
    if letters < _LETTERS:
        return True
    own = _WRITTEN_IN.get(base, (_LATIN,))
    if sum(scripts[script] for script in own) < _SHARE * letters:
        return False
    wide = scripts[_KANA] + scripts[_HAN]
    if base == "ja":
        share = _KANA_SHARE if wide < _PAGE else _KANA_ON_A_PAGE
        return wide < _HAN_ALONE or scripts[_KANA] >= share * wide
    if base == "zh":
        return scripts[_KANA] < 2 * _KANA_SHARE * wide
    return own != (_LATIN,) or _by_words(text, _LIKE.get(base, base))


def has_letters(name: str, language: str) -> bool:
    """Whether a name, however short, is in letters of a language."""
    own = _WRITTEN_IN.get(base_language(language), (_LATIN,))
    return any(_scripts(name)[script] for script in own)


def _scripts(text: str) -> Counter[str]:
    """What the letters of each script weigh."""
    found: Counter[str] = Counter()
    for letter, count in Counter(text).items():
        if letter.isalpha():
            first = unicodedata.name(letter, "").partition(" ")[0]
            script = _SCRIPTS.get(first, first)
            found[script] += count * (_WIDE if script in (_KANA, _HAN, "hangul") else 1)
    return found


def _by_words(text: str, base: str) -> bool:
    words = _WORD.findall(text.lower())
    hits = {language: sum(word in small for word in words) for language, small in _WORDS.items()}
    own = hits.pop(base, 0)
    most = max(hits.values())
    return most < _HITS or most < _TIMES * own or most < _WORD_SHARE * len(words)
