"""What an order names and a server has not, told before anything is drawn; the nearest is named."""

import difflib
from collections.abc import Callable, Sequence
from typing import TypeVar

from storyforge.domain.picture.grammar import loras_of
from storyforge.domain.picture.orders import Order, PainterCard, PainterNote
from storyforge.domain.picture.remote import RemotePainterSpec, ServerHas
from storyforge.domain.picture.samplers import AUTOMATIC
from storyforge.domain.picture.wanted import WORDS, wanted
from storyforge.errors import ModelError
from storyforge.i18n import N_, _, in_quotes, listed

_Named = TypeVar("_Named")
# As many are named where none is near.
_FEW = 5


def refuse(order: Order, card: PainterCard) -> None:
    """Let nothing be sent that the painter would leave out without a word.

    Raises:
        ModelError: it lacks something that is wanted.
    """
    lacking = [ability for ability in wanted(order) if ability in card.lacks]
    if lacking:
        raise ModelError(
            _("The painter “{name}” cannot do this: {what}.").format(
                name=card.name, what=listed(_(WORDS[ability]) for ability in lacking)
            ),
            title=_("Not with this painter"),
            hint=_("Leave it out, or draw with another painter; nothing was sent."),
        )


def model(spec: RemotePainterSpec, models: Sequence[str]) -> str:
    """The server's own name for the checkpoint that is set; "" where none is.

    Raises:
        ModelError: it has none of that name.
    """
    wanted_, found = spec.model.casefold(), ""
    for name in models:
        if wanted_ in _forms(name):
            found = name
            break
    if not wanted_ or found or not models:
        return found or spec.model
    raise ModelError(
        _("The server of “{painter}” has no checkpoint called “{name}”.").format(
            painter=spec.profile, name=spec.model
        ),
        title=_("No such model"),
        hint=_near(spec.model, [_bare(name) for name in models]),
    )


def loras(order: Order, known: Sequence[str], spec: RemotePainterSpec) -> None:
    """Look whether the server has the LoRAs that a prompt calls; where it lists none, it decides.

    Raises:
        ModelError: it has not.
    """
    names = {name.casefold() for name in known}
    for tag in loras_of(order.prompt)[1] if known else ():
        if tag.name.casefold() not in names:
            raise ModelError(
                _("The server of “{painter}” has no LoRA called “{name}”.").format(
                    painter=spec.profile, name=tag.name
                ),
                title=_("No such LoRA"),
                hint=_near(tag.name, known),
            )


def sampler(
    order: Order,
    has: ServerHas,
    spec: RemotePainterSpec,
    find: Callable[[Order, tuple[str, ...], tuple[str, ...]], _Named | None],
) -> _Named:
    """The order's sampler in the server's words.

    Raises:
        ModelError: it has none of that name.
    """
    found = find(order, has.samplers, has.schedules)
    if found is None:
        raise ModelError(
            _("The server of “{painter}” has no sampler called “{name}”.").format(
                painter=spec.profile, name=order.sampler
            ),
            title=_("No such sampler"),
            hint=_near(order.sampler, has.samplers),
        )
    return found


def schedule(order: Order, known: Sequence[str], spec: RemotePainterSpec) -> None:
    """Look whether the server has the order's schedule; where it lists none, it decides.

    Raises:
        ModelError: it has not.
    """
    names = {name.casefold() for name in (AUTOMATIC, *known)}
    if known and order.schedule.casefold() not in names:
        raise ModelError(
            _("The server of “{painter}” has no schedule called “{name}”.").format(
                painter=spec.profile, name=order.schedule
            ),
            title=_("No such schedule"),
            hint=_near(order.schedule, known),
        )


def other_size(
    size: tuple[int, int], asked: tuple[int, int], card: PainterCard
) -> tuple[PainterNote, ...]:
    """What to say where a picture came in another size than was asked for."""
    # A server rounds to what its model can draw.
    if all(abs(one - other) < 8 for one, other in zip(size, asked, strict=True)):
        return ()
    values = {
        "name": card.name,
        "was": "×".join(map(str, size)),
        "asked": "×".join(map(str, asked)),
    }
    return (PainterNote(N_("{name} drew {was} pixels where {asked} were asked for."), values),)


def _forms(name: str) -> set[str]:
    """What an author may call a checkpoint: "folder/ink.safetensors [1a2b3c4d5e]" or "ink"."""
    bare = name.rpartition(" [")[0] if name.endswith("]") else name
    last = bare.replace("\\", "/").rpartition("/")[2]
    return {each.casefold() for each in (name, bare, last, last.rpartition(".")[0])}


def _bare(name: str) -> str:
    return name.rpartition(" [")[0] if name.endswith("]") else name


def _near(name: str, known: Sequence[str]) -> str:
    folded = {each.casefold(): each for each in known}
    near = difflib.get_close_matches(name.casefold(), list(folded), n=1, cutoff=0.5)
    if near:
        return _("The nearest one is {name}.").format(name=in_quotes(folded[near[0]]))
    return _("It has, among others: {names}.").format(names=listed(known[:_FEW]))
