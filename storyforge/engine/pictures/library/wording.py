"""What of a prompt reaches painters that read plain words, and the notes on what does not."""

from storyforge.domain.picture.grammar import loras_of, schedule, weighted
from storyforge.domain.picture.orders import Ability, Order, PainterNote
from storyforge.domain.picture.plain_words import plain
from storyforge.domain.picture.wanted import WORDS, wanted
from storyforge.engine.faults import EngineFault, Fault, FaultKind
from storyforge.engine.pictures.library.kinds import lacks_of
from storyforge.engine.pictures.loaded import Loaded
from storyforge.engine.pictures.painter import Say
from storyforge.i18n import N_

_WEIGHTS = N_("This painter reads plain words: weights, and changes between steps, are left out.")
_NEGATIVE = N_("This painter reads no negative prompt: it is left out.")


def refuse(order: Order, loaded: Loaded) -> None:
    """Let nothing be drawn without what was asked for by hand.

    Raises:
        EngineFault: the painter lacks it.
    """
    lacks = lacks_of(loaded.family)
    asked = [*wanted(order), *([Ability.LORA] if order.loras else [])]
    for ability in asked:
        if ability in lacks:
            raise EngineFault(
                Fault(FaultKind.PAINTER_LACKS, loaded.family.value, more=WORDS[ability])
            )


def words_of(order: Order, loaded: Loaded, say: Say) -> tuple[str, str]:
    """(prompt, negative prompt) as the painter reads them; what is left out is said."""
    prompt, changed = _plain(order.prompt, order.steps)
    negative, changed_too = _plain(order.negative, order.steps)
    if changed or changed_too:
        say(PainterNote(_WEIGHTS))
    if negative and Ability.NEGATIVE in lacks_of(loaded.family):
        say(PainterNote(_NEGATIVE))
        negative = ""
    return prompt, negative


def _plain(text: str, steps: int) -> tuple[str, bool]:
    """The words alone, as they are at the first step, and whether there was more to them."""
    parts = schedule(loras_of(text)[0], steps)
    weights = (piece.weight for chunk in weighted(parts[0][1]) for piece in chunk)
    return plain(text, steps), len(parts) > 1 or any(weight != 1 for weight in weights)
