"""Sentences for the scripted writer, in English and Japanese. Pure; it owns no quality of prose."""

import random
import re
from collections.abc import Callable
from dataclasses import dataclass

# Kana tell Japanese; the story's last lines count, not a foreign word far above.
_KANA = re.compile("[\u3041-\u30ff]")
_LOOKED_AT = 300


@dataclass(frozen=True, slots=True)
class Phrases:
    """The parts of a sentence and how they are put together.

    Attributes:
        sentence: who, did and then go in, in this order.
        gaps: what stands between two sentences, one of them drawn each time.
        head: what stands between the author's text and the first sentence.
    """

    who: tuple[str, ...]
    did: tuple[str, ...]
    then: tuple[str, ...]
    sentence: str
    gaps: tuple[str, ...]
    head: str


_ENGLISH = Phrases(
    ("She", "The keeper", "The boy", "Nobody", "The old woman", "He", "The stranger"),
    (
        "listened to the wind in the chimney",
        "set the lamp on the sill and waited",
        "counted the steps down to the water",
        "turned the letter over without opening it",
        "heard a door close somewhere below",
        "thought of the summer the bridge was built",
        "said the name aloud, once, to hear it",
        "watched the tide come in over the stones",
    ),
    (
        "and the light did not change",
        "as if the house were holding its breath",
        "until the dog lifted its head",
        "and then went on as before",
        "though there was no one to see it",
        "while the rain began again",
    ),
    "{} {}, {}.",
    (" ", " ", " ", "\n\n"),
    " ",
)
_JAPANESE = Phrases(
    ("彼女", "灯台守", "少年", "老婆", "彼", "旅の男", "妹"),
    (
        "煙突に鳴る風を聞いていた",
        "窓辺にランプを置いて待った",
        "水際までの段を数えた",
        "封を切らずに手紙を裏返した",
        "階下で扉の閉まる音を聞いた",
        "橋が架かった夏のことを思った",
        "その名を一度だけ口にした",
        "石を越えて満ちてくる潮を見ていた",
    ),
    (
        "灯りは変わらなかった",
        "家が息をひそめているようだった",
        "犬がふと頭を上げた",
        "それきり何も起こらなかった",
        "見ている者は誰もいなかった",
        "また雨が降りはじめた",
    ),
    "{}は{}。{}。",
    ("", "", "", "\n\u3000"),
    "",
)


def phrases_for(prompt: str) -> Phrases:
    """Japanese phrases behind Japanese text, else English ones."""
    return _JAPANESE if _KANA.search(prompt[-_LOOKED_AT:]) else _ENGLISH


def invent(phrases: Phrases, seed: str, tokens: int, count: Callable[[str], int]) -> str:
    """At least `tokens` tokens, as `count` counts them, that depend on `seed` alone."""
    draw = random.Random(seed)
    text, written = "", 0
    while written < tokens:
        sentence = phrases.sentence.format(
            draw.choice(phrases.who), draw.choice(phrases.did), draw.choice(phrases.then)
        )
        text += (draw.choice(phrases.gaps) if text else "") + sentence
        written += count(sentence)
    return text
