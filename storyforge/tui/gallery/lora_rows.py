"""LoRAs as lists show them: which are for the painter in use, what is told of one. Pure."""

from collections.abc import Iterable, Sequence
from enum import StrEnum

from storyforge.domain.picture.orders import Family
from storyforge.i18n import _, listed
from storyforge.images import few_steps, loras
from storyforge.images.loras import LoraFile
from storyforge.tui.widgets.rows import Row

#: tags of the captions that are offered
_TAGS = 12
_WORD, _TAG = "word:", "tag:"


class Wish(StrEnum):
    """What the author wants of a LoRA, as the rows are called."""

    PROMPT = "prompt"
    CHARACTER = "character"
    BOOK = "book"
    #: those for other bases too, or not
    BASES = "bases"


def fitting(every: Iterable[LoraFile], text: str, family: Family | None) -> tuple[LoraFile, ...]:
    """Those that are for `family` (None: for any) and mention `text`.

    One whose file does not say what it is for may be for it.
    """
    return tuple(
        each
        for each in every
        if (family is None or each.family in (None, family)) and loras.mentions(each, text)
    )


def rows(shown: Sequence[LoraFile], family: Family | None) -> list[Row]:
    """A row a LoRA; one for another base is quiet."""
    return [
        Row(
            each.name,
            each.name,
            _("cannot be read") if each.problem else each.family.value if each.family else "?",
            kind="muted" if each.problem or each.family not in (None, family) else "",
        )
        for each in shown
    ]


def told(lora: LoraFile) -> str:
    """What there is to know of it, in a few lines."""
    if lora.problem:
        return lora.problem
    about = [lora.family.value if lora.family else _("base unknown"), lora.kind.label]
    if lora.rank:
        about.append(_("rank {rank}").format(rank=lora.rank))
    lines = [" · ".join(about), lora.base if lora.base != about[0] else ""]
    if lora.weight is not None:
        lines.append(_("best at {weight}").format(weight=f"{lora.weight:g}"))
    habit = few_steps.of_lora(lora)
    if habit is not None:
        draws = _("draws in {steps} steps ({kind})")
        lines.append(draws.format(steps=habit.steps, kind=habit.quick.value))
    if lora.negative:
        lines.append(_("not: {words}").format(words=lora.negative))
    lines.append(lora.notes.split("\n")[0])
    return "\n".join(line for line in lines if line)


def words_of(ticked: Iterable[str]) -> tuple[str, ...]:
    """The words of ticked rows."""
    return tuple(each.removeprefix(_WORD).removeprefix(_TAG) for each in ticked)


def ticked_first(lora: LoraFile) -> set[str]:
    """The rows that are ticked before the author chose: the words its maker gave."""
    return {f"{_WORD}{word}" for word in lora.words}


def is_word(row_id: str) -> bool:
    """Whether the row is a word that can be ticked."""
    return row_id.startswith((_WORD, _TAG))


def more(lora: LoraFile, ticked: set[str], family: Family | None, only: bool) -> list[Row]:
    """Its words, and what can be done with it.

    Args:
        ticked: ids of rows.
        family: of the painter in use; None where it is not known.
        only: only LoRAs of that family are shown now.
    """
    found: list[Row] = []
    if lora.words:
        found.append(Row("\0words", _("Trigger words"), kind="head", fixed=True))
        found += [_tick(f"{_WORD}{word}", word, "", ticked) for word in lora.words]
    tags = [(tag, count) for tag, count in lora.tags if tag not in lora.words][:_TAGS]
    if tags:
        found.append(Row("\0tags", _("It was trained on"), kind="head", fixed=True))
        found += [_tick(f"{_TAG}{tag}", tag, str(count), ticked) for tag, count in tags]
    found.append(Row("\0use", _("Use it"), kind="head", fixed=True))
    found += [
        Row(Wish.PROMPT, _("In this prompt"), "↵"),
        Row(Wish.CHARACTER, _("For a character…"), "F2"),
        Row(Wish.BOOK, _("For the whole book"), "F3"),
    ]
    if family is not None:
        label = _("Show those for other bases too") if only else _("Show only those for {family}")
        found.append(Row(Wish.BASES, label.format(family=family.value), "F4"))
    return found


def _tick(row_id: str, text: str, note: str, ticked: set[str]) -> Row:
    return Row(row_id, text, note, mark="✓" if row_id in ticked else " ")


def counted(shown: int, whole: int, read: int) -> str:
    """How many are shown, and whether some are still to be looked at."""
    if read < whole:
        return _("{read} of {whole} looked at").format(read=read, whole=whole)
    return _("{shown} of {whole}").format(shown=shown, whole=whole)


def said_of_use(name: str, where: Sequence[str]) -> str:
    """What is said once a LoRA is in the plan."""
    return _("“{name}” is used for {who} from now on; undo takes it back.").format(
        name=name, who=listed(where)
    )
