r"""A prompt in ComfyUI's grammar. Pure.

Both have `(a:1.2)` and `\(`. ComfyUI has no `[a]`, no BREAK, and nothing that changes while it is
drawn; an embedding is called `embedding:name`, and a LoRA is a node of its own.
"""

import re
from collections.abc import Iterable

from storyforge.domain.picture.grammar import loras_of, schedule, weighted
from storyforge.domain.picture.orders import PainterNote
from storyforge.i18n import N_

_BRACKET = re.compile(r"[()]")


def told(prompt: str, steps: int, embeddings: Iterable[str]) -> tuple[str, tuple[PainterNote, ...]]:
    """`prompt` as ComfyUI reads it, and what of it cannot be told.

    Args:
        embeddings: names that are embeddings there.
    """
    notes = list[PainterNote]()
    plain, _tags = loras_of(prompt)
    turns = schedule(plain, steps)
    if len(turns) > 1:
        notes.append(
            PainterNote(
                N_("ComfyUI's prompts cannot change while it draws: the first words are sent.")
            )
        )
    chunks = weighted(turns[0][1])
    if len(chunks) > 1:
        notes.append(PainterNote(N_("ComfyUI knows no BREAK: it is left out of the prompt.")))
    words = " ".join("".join(_one(each.text, each.weight) for each in chunk) for chunk in chunks)
    for name in sorted(filter(None, embeddings), key=len, reverse=True):
        called = f"embedding:{name}".replace("\\", r"\\")
        words = re.sub(rf"(?<![\w:]){re.escape(name)}(?!\w)", called, words, flags=re.IGNORECASE)
    return words, tuple(notes)


def _one(text: str, weight: float) -> str:
    """Words that weigh the same; blanks around them weigh nothing."""
    escaped = _BRACKET.sub(r"\\\g<0>", text)
    inner = escaped.strip()
    if weight == 1.0 or not inner:
        return escaped
    before, after = (
        escaped[: len(escaped) - len(escaped.lstrip())],
        escaped[len(escaped.rstrip()) :],
    )
    return f"{before}({inner}:{round(weight, 3):g}){after}"
