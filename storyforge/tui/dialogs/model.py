"""What an author should know of the model that writes."""

from storyforge.domain.model import ModelCard
from storyforge.i18n import _, listed
from storyforge.studio.languages import base_language, language_name


def where_it_runs(card: ModelCard) -> str:
    """ "on this machine", or the host it runs on."""
    return _("on this machine") if card.is_local else card.place


def about_model(card: ModelCard, engine_note: str = "") -> str:
    """A few honest sentences; `engine_note` is what there is to say of the engine."""
    lines = [_("{model}, {where}.").format(model=card.name, where=where_it_runs(card))]
    if card.is_local:
        lines.append(_("What you write does not leave it."))
    if card.context_tokens:
        lines.append(
            _("It sees up to {tokens:,} tokens of your story at once.").format(
                tokens=card.context_tokens
            )
        )
    lines += [note for note in (card.note, engine_note) if note]
    lines.append("")
    lines.append(
        _(
            "To write with another model, download one as a GGUF file and choose it in a shell:\n"
            "    storyforge models use PATH"
        )
    )
    return "\n".join(lines)


def language_warning(card: ModelCard, language: str) -> str:
    """A word of warning where the model does not know the story's language; else ""."""
    if not card.languages or base_language(language) in card.languages:
        return ""
    return _(
        "{model} writes {known} only, and this story is in {language}: what it adds will not be "
        "usable. `storyforge models use PATH` chooses a GGUF file that knows the language."
    ).format(
        model=card.name,
        known=listed(map(language_name, card.languages)),
        language=language_name(language),
    )
