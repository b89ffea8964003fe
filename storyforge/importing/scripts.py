"""Tells a text's language by its script, as far as that goes. Pure."""

import re

_KANA = re.compile(r"[ぁ-ヿ]")
_HAN = re.compile(r"[一-鿿]")
_HANGUL = re.compile(r"[가-힣]")


def guess_language(sample: str) -> str:
    """The language of a text as far as its script tells; empty for a Latin one."""
    letters = sum(character.isalpha() for character in sample) or 1
    if len(_KANA.findall(sample)) > letters / 20:
        return "ja"
    if len(_HANGUL.findall(sample)) > letters / 3:
        return "ko"
    return "zh" if len(_HAN.findall(sample)) > letters / 3 else ""
