"""CLIP's own vocabulary: 49,408 tokens and the merges that lead to them, read from a file of ours.

It came with open_clip_torch (NOTICE has its licence). Only the merges are kept, all else follows.
"""

import gzip
from functools import cache
from pathlib import Path

START, END = "<|startoftext|>", "<|endoftext|>"
_MERGES = Path(__file__).with_name("data") / "clip_merges.txt.gz"
_WORD_END = "</w>"


@cache
def merges() -> tuple[tuple[str, str], ...]:
    """Pairs of tokens, the first to be joined first: 48,894."""
    lines = gzip.decompress(_MERGES.read_bytes()).decode("utf-8").splitlines()
    return tuple((left, right) for left, _, right in (line.partition(" ") for line in lines))


@cache
def letters() -> dict[int, str]:
    """Each byte's letter, as GPT-2 writes bytes, in the vocabulary's order."""
    plain = [*range(ord("!"), ord("~") + 1), *range(ord("¡"), ord("¬") + 1)]
    plain += range(ord("®"), ord("ÿ") + 1)
    others = [byte for byte in range(256) if byte not in plain]
    return {byte: chr(byte) for byte in plain} | {
        byte: chr(256 + at) for at, byte in enumerate(others)
    }


@cache
def numbers() -> dict[str, int]:
    """Each token's number."""
    signs = tuple(letters().values())
    joined = ("".join(pair) for pair in merges())
    tokens = [*signs, *(sign + _WORD_END for sign in signs), *joined, START, END]
    return {token: at for at, token in enumerate(tokens)}
