"""What an author should know of the model that writes."""

import asyncio
from typing import TYPE_CHECKING

from storyforge.domain.model import ModelCard
from storyforge.errors import StoryforgeError
from storyforge.i18n import _, listed, sentences
from storyforge.studio.languages import base_language, language_name
from storyforge.tui.work import lazily

if TYPE_CHECKING:
    from storyforge.tui.app import StoryforgeApp


def where_it_runs(card: ModelCard) -> str:
    """ "on this machine", or the host it runs on."""
    return _("on this machine") if card.is_local else card.place


async def all_about_model(house: "StoryforgeApp") -> str:
    """Everything there is to say of the model in use."""
    card = (await house.backend()).card
    kept = await _what_is_kept(house, card) if house.needs_engine and card.is_local else ""
    return about_model(card, house.engine_note, kept, await _how_it_draws(house))


async def _how_it_draws(house: "StoryforgeApp") -> str:
    """Which preset is in use; "" where that cannot be read."""
    from storyforge.tui.screens.desk import DeskScreen

    presets = await lazily("storyforge.studio.presets")
    story = house.screen.story if isinstance(house.screen, DeskScreen) else None
    used = await asyncio.to_thread(presets.in_use, await house.ready_settings(), story)
    if used.fault is not None:
        return ""
    if used.sampling != used.preset.sampling:
        told = _("Words are drawn by the preset “{name}”, with values of your own.")
    else:
        told = _("Words are drawn by the preset “{name}”.")
    return told.format(name=used.preset.title)


async def _what_is_kept(house: "StoryforgeApp", card: ModelCard) -> str:
    """What this model's reading of a scene weighs, and how much of all is kept."""
    models = await lazily("storyforge.studio.models")
    states = await lazily("storyforge.studio.saved_states")
    sizes = await lazily("storyforge.studio.sizes")
    settings = await house.ready_settings()

    def look() -> str:
        spec = models.model_spec(settings)
        weight, held = states.weigh(spec), states.held(spec.keeping.disk_bytes)
        tokens = min(states.SCENE_TOKENS, card.context_tokens or spec.context_tokens)
        weighs = _("What it has read of a scene of {tokens:,} tokens weighs {size}.")
        if not weight.measured:
            weighs = _("What it has read of a scene of {tokens:,} tokens weighs about {size}.")
        told = []
        if weight.per_token:
            told.append(weighs.format(tokens=tokens, size=sizes.size(weight.per_token * tokens)))
        if spec.keeping.folder is not None:
            kept = _("The disk holds {size} of such readings, and {limit} at most.")
            told.append(kept.format(size=sizes.size(held.size), limit=sizes.size(held.limit)))
        return sentences(told)

    try:
        return await asyncio.to_thread(look)
    except StoryforgeError as error:
        return error.message  # of the model's file; who asks it for text hears more


def about_model(card: ModelCard, engine_note: str = "", kept: str = "", drawn: str = "") -> str:
    """A few honest sentences.

    Args:
        engine_note: what there is to say of the engine.
        kept: what there is to say of what the model has read.
        drawn: which preset is in use.
    """
    lines = [_("{model}, {where}.").format(model=card.name, where=where_it_runs(card))]
    if card.is_local:
        lines.append(_("What you write does not leave it."))
    if card.context_tokens:
        lines.append(
            _("It sees up to {tokens:,} tokens of your story at once.").format(
                tokens=card.context_tokens
            )
        )
    lines += [note for note in (card.note, engine_note, kept, drawn) if note]
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
