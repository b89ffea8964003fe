"""The few words that an export adds to a story, in the story's own language. Pure.

Not the interface's words: a Japanese story exported from an English desk says 第一章 all the same.
"""

import re
from dataclasses import dataclass

from storyforge.domain.counting import counts_characters
from storyforge.domain.tags import base_language

_RIGHT_TO_LEFT = frozenset({"ar", "arc", "ckb", "dv", "fa", "he", "iw", "ks", "ps", "sd", "ug"})
_RIGHT_TO_LEFT_TOO = frozenset({"ur", "yi"})
_UNNUMBERED = re.compile(
    r"(?:prologue?|epilogue?|prolog|epilog|pr[óo]logo|ep[íi]logo|prologo|interlude|intermezzo"
    r"|foreword|preface|afterword|序章|終章|序|間章|幕間|プロローグ|エピローグ|あとがき|まえがき"
    r"|пролог|эпилог)(?:\W.*)?",
    re.IGNORECASE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Words:
    """What is said in one language; `{number}` is filled in.

    Attributes:
        words: the length at the head of a manuscript, with `{count}`.
    """

    chapter: str = "{number}"
    contents: str = "Contents"
    cover: str = "Cover"
    dedication: str = "Dedication"
    copyright: str = "Copyright"
    afterword: str = "Afterword"
    about: str = "About the author"
    by: str = "by {author}"
    words: str = "about {count} words"
    end: str = "END"


_WORDS = {
    "en": Words(chapter="Chapter {number}"),
    "ja": Words("第{number}章", "目次", "表紙", "献辞", "著作権", "あとがき", "著者について",
                "{author}", "約{count}字", "（了）"),
    "zh": Words("第{number}章", "目录", "封面", "献词", "版权", "后记", "关于作者",
                "{author}", "约{count}字", "（完）"),
    "ko": Words("제{number}장", "차례", "표지", "헌사", "저작권", "후기", "지은이 소개",
                "{author}", "약 {count}단어", "끝"),
    "de": Words("Kapitel {number}", "Inhalt", "Umschlag", "Widmung", "Impressum", "Nachwort",
                "Über die Autorin / den Autor", "von {author}", "etwa {count} Wörter", "ENDE"),
    "fr": Words("Chapitre {number}", "Table des matières", "Couverture", "Dédicace", "Mentions",
                "Postface", "À propos de l’auteur", "par {author}", "environ {count} mots", "FIN"),
    "es": Words("Capítulo {number}", "Índice", "Cubierta", "Dedicatoria", "Créditos", "Epílogo",
                "Sobre el autor", "por {author}", "unas {count} palabras", "FIN"),
    "it": Words("Capitolo {number}", "Indice", "Copertina", "Dedica", "Copyright", "Postfazione",
                "L’autore", "di {author}", "circa {count} parole", "FINE"),
    "pt": Words("Capítulo {number}", "Índice", "Capa", "Dedicatória", "Créditos", "Posfácio",
                "Sobre o autor", "por {author}", "cerca de {count} palavras", "FIM"),
    "ru": Words("Глава {number}", "Содержание", "Обложка", "Посвящение", "Выходные данные",
                "Послесловие", "Об авторе", "{author}", "около {count} слов", "КОНЕЦ"),
    "ar": Words("الفصل {number}", "المحتويات", "الغلاف", "إهداء", "حقوق النشر", "خاتمة",
                "عن المؤلف", "{author}", "نحو {count} كلمة", "النهاية"),
    "he": Words("פרק {number}", "תוכן", "כריכה", "הקדשה", "זכויות יוצרים", "אחרית דבר",
                "על המחבר", "{author}", "כ־{count} מילים", "סוף"),
}  # fmt: skip


def words_of(language: str) -> Words:
    """The words for a story in `language` (a BCP 47 tag); English where it has none."""
    return _WORDS.get(base_language(language), _WORDS["en"])


def is_right_to_left(language: str) -> bool:
    """Whether `language` is written from right to left."""
    return base_language(language) in _RIGHT_TO_LEFT | _RIGHT_TO_LEFT_TOO


def is_east_asian(language: str) -> bool:
    """Whether `language` is set as Japanese and Chinese are: paragraphs indented by one em."""
    return base_language(language) in ("ja", "zh")


def is_unnumbered(title: str) -> bool:
    """Whether a chapter of that title is none of the numbered ones: a prologue, 終章."""
    return _UNNUMBERED.fullmatch(title) is not None


def heading(template: str, number: str, title: str) -> str:
    """`template` with `{number}` and `{title}` filled in; other braces are text."""
    values = {"{number}": number, "{title}": title}
    return re.sub(r"\{(?:number|title)\}", lambda match: values[match[0]], template)


# Numbers.

_KANJI = "〇一二三四五六七八九"
_SMALL = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
    "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS = (
    "zero", "ten", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety",
)  # fmt: skip
_ROMAN = (
    (1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"),
    (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"),
)  # fmt: skip


def numeral(number: int, kind: str, language: str) -> str:
    """`number` (from 1) in the kind that `ExportSettings.numerals` names."""
    if kind == "auto":
        kind = "kanji" if is_east_asian(language) else "arabic"
    if kind == "kanji" and number < 10_000:
        return kanji(number)
    if kind == "roman" and number < 4000:
        return roman(number)
    if kind == "words" and number < 1000 and base_language(language) == "en":
        return in_words(number).capitalize()
    return str(number)


def kanji(number: int) -> str:
    """1 to 9999 in kanji: 二十三."""
    out = ""
    for place, sign in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, number = divmod(number, place)
        if digit:
            out += ("" if digit == 1 and sign else _KANJI[digit]) + sign
    return out


def roman(number: int) -> str:
    """1 to 3999 in Roman numerals."""
    out = ""
    for value, sign in _ROMAN:
        count, number = divmod(number, value)
        out += sign * count
    return out


def in_words(number: int) -> str:
    """1 to 999 in English words: twenty-three."""
    if number >= 100:
        rest = f" {in_words(number % 100)}" if number % 100 else ""
        return f"{_SMALL[number // 100]} hundred{rest}"
    if number < 20:
        return _SMALL[number]
    rest = f"-{_SMALL[number % 10]}" if number % 10 else ""
    return _TENS[number // 10] + rest


def length(count: int, language: str) -> str:
    """What a manuscript says of its length, rounded as editors expect.

    To the nearest hundred, above ten thousand to the nearest five hundred, above forty thousand (a
    novel) to the nearest thousand.
    """
    step = 1000 if count >= 40_000 else 500 if count >= 10_000 else 100
    rounded = max(step, round(count / step) * step)
    grouped = str(rounded) if counts_characters(language) else f"{rounded:,}"
    return words_of(language).words.format(count=grouped)
