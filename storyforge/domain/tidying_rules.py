"""The rules by which a page is tidied, and a change. Values only."""

from dataclasses import dataclass
from enum import StrEnum

from storyforge.domain.tags import base_language
from storyforge.i18n import N_


class Rule(StrEnum):
    """One custom; its value is its name in the settings and on the command line."""

    INDENT = "indent"
    ELLIPSES = "ellipses"
    DASHES = "dashes"
    DIGITS = "digits"
    WIDE_DIGITS = "wide-digits"
    SPACE_AFTER = "space-after"
    QUOTES = "quotes"
    SPACES = "spaces"


@dataclass(frozen=True, slots=True)
class Change:
    """One change.

    Attributes:
        start, end: what gives way, as offsets in the text as it was; equal where nothing does.
        text: what comes in its place.
    """

    start: int
    end: int
    text: str
    rule: Rule


_JAPANESE_LABELS = {
    Rule.INDENT: N_("Indent paragraphs by a full-width space; lines of 「 stay"),
    Rule.ELLIPSES: N_("… in pairs: ……, for ・・・ and ... too"),
    Rule.DASHES: N_("― in pairs: ――, for — and ─ too"),
    Rule.DIGITS: N_("Half-width digits: 2026 for ２０２６"),
    Rule.WIDE_DIGITS: N_("A lone digit full-width, as in vertical text"),
    Rule.SPACE_AFTER: N_("A full-width space behind ！ and ？ where a sentence follows"),
}
_LABELS = {
    Rule.QUOTES: N_("Curly quotes and apostrophes"),
    Rule.DASHES: N_("A dash for --"),
    Rule.ELLIPSES: N_("… for ..."),
    Rule.SPACES: N_("One space for several between words"),
}


def is_japanese(language: str) -> bool:
    """Whether the customs of Japanese manuscripts are meant."""
    return base_language(language) == "ja"


def labels(language: str) -> dict[Rule, str]:
    """The rules that `language` has, with a few words about each (not translated yet)."""
    return _JAPANESE_LABELS if is_japanese(language) else _LABELS
