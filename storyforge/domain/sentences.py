"""Where sentences end. Pure; good enough to trim a continuation in European and CJK writing."""

import re

_ABBREVIATIONS = r"(?<!\bMr)(?<!\bMrs)(?<!\bMs)(?<!\bDr)(?<!\bSt)(?<!\bJr)(?<!\bSr)(?<!\bvs)"
_END = re.compile(
    rf"""
      {_ABBREVIATIONS}\.(?:\.\.)?["'”’)\]»]*(?=\s|$)   # a full stop before white space
    | [!?]+["'”’)\]»]*(?=\s|$)
    | …+["'”’)\]»]*(?=\s+["'“‘«A-ZÀ-Þ]|\s*\n|$)       # an ellipsis, unless the sentence goes on
    | [。！？]+[」』）”’]*                               # CJK stops need no space behind them
    | (?:……|――|[」』])(?=\n|$)                          # and these close a paragraph
    """,
    re.VERBOSE,
)


def last_sentence_end(text: str) -> int | None:
    """The offset behind the last whole sentence of `text`, closing quotes included; or None."""
    end = None
    for match in _END.finditer(text):
        end = match.end()
    return end


def first_sentence_end(text: str) -> int | None:
    """The offset behind the first sentence of `text` that something follows, or None.

    A full stop at the very end may still grow into an ellipsis or gain a quote, so a stream waits
    for one more character.
    """
    match = _END.search(text)
    return match.end() if match and match.end() < len(text) else None
