"""What an author should know of a profile and its model, gathered for the models screen.

Files, keys and fitting are the studio's to look at; here they become a few paragraphs. What cannot
be read is said where it would have stood.
"""

import asyncio
from collections.abc import Awaitable
from typing import TYPE_CHECKING

from storyforge.domain.model import ModelCard, Price
from storyforge.domain.money import money
from storyforge.domain.profile import LOCAL
from storyforge.errors import StoryforgeError
from storyforge.i18n import _, listed, sentences
from storyforge.tui.widgets.model_words import TASKS, goes_to
from storyforge.tui.work import explained, lazily

if TYPE_CHECKING:
    from storyforge.domain.model import ModelSpec
    from storyforge.domain.profile import Profile
    from storyforge.studio.profiles.overview import Seen
    from storyforge.tui.app import StoryforgeApp


def about(seen: "Seen", *, stays: bool = False) -> str:
    """What the settings alone say of a profile: its model, its place, its price, its tasks.

    Args:
        stays: the open story never leaves this machine.
    """
    card = seen.card
    if card is None:
        return sentences((_("It cannot be used as it is:"), seen.fault))
    lines = [_model(seen, card), goes_to(card, stays=stays)]
    if card.context_tokens:
        window = _("It sees up to {tokens:,} tokens of your story at once.")
        lines.append(window.format(tokens=card.context_tokens))
    if card.price is not None:
        lines.append(price_told(card.price))
    if seen.profile.preset:
        preset = _("Words are drawn by the preset “{name}”.")
        lines.append(preset.format(name=seen.profile.preset))
    if seen.writes:
        lines.append(_("It writes now."))
    if seen.tasks:
        tasks = listed(_(TASKS[task]) for task in seen.tasks)
        lines.append(_("Goes to it: {tasks}.").format(tasks=tasks))
    if card.note:
        lines.append(card.note)
    return "\n".join(lines)


def price_told(price: Price) -> str:
    """What a million tokens cost."""
    return _("A million tokens cost {read} to read and {written} to write.").format(
        read=money(price.reading, price.currency), written=money(price.writing, price.currency)
    )


def _model(seen: "Seen", card: ModelCard) -> str:
    profile = seen.profile
    if card.is_local and not profile.url:
        return _("{model}, run by {backend}.").format(model=card.name, backend=profile.backend)
    model = profile.model or card.name
    return _("{model}, asked by the API of {backend}.").format(model=model, backend=profile.backend)


async def all_about(house: "StoryforgeApp", seen: "Seen", *, stays: bool) -> str:
    """Everything there is to say of a profile, in paragraphs."""
    drawn = await _drawn(house) if seen.writes and not seen.profile.preset else ""
    told = [about(seen, stays=stays), drawn]
    if seen.card is not None:
        if seen.profile.backend == "llama.cpp":
            told += await _local(house, seen) if house.needs_engine else []
        elif seen.profile.backend == "transformers":
            told += [seen.profile.model, await _or_why(_takes(house, seen.profile))]
        elif not seen.card.is_local or seen.profile.url:
            told.append(await _or_why(_key(house, seen)))
        if seen.card.price is not None:
            told.append(await _or_why(_spent(house, seen.card.price.currency)))
    if seen.profile.name == LOCAL:
        told.append(
            _(
                "{key} chooses another GGUF file, as `storyforge models use PATH` does in a shell; "
                "`storyforge models recommended` names some that are worth their download."
            ).format(key=house.key_of("model_edit"))
        )
    return "\n\n".join(filter(None, told))


async def _drawn(house: "StoryforgeApp") -> str:
    """Which preset is in use; "" where that cannot be read."""
    from storyforge.tui.screens.desk import DeskScreen

    presets = await lazily("storyforge.studio.presets")
    desk = next((one for one in house.screen_stack if isinstance(one, DeskScreen)), None)
    story = desk.story if desk is not None else None
    used = await asyncio.to_thread(presets.in_use, await house.ready_settings(), story)
    if used.fault is not None:
        return ""
    if used.sampling != used.preset.sampling:
        told = _("Words are drawn by the preset “{name}”, with values of your own.")
    else:
        told = _("Words are drawn by the preset “{name}”.")
    return told.format(name=used.preset.title)


async def _local(house: "StoryforgeApp", seen: "Seen") -> list[str]:
    """The file, where it would lie, and what is kept of its reading."""
    choosing = await lazily("storyforge.studio.profiles.choosing")
    settings = await house.ready_settings()
    spec: ModelSpec = await asyncio.to_thread(choosing.local_spec, settings, seen.profile)
    # What a loaded model has of a GPU is not free: it says itself where it lies.
    layers = (await house.backend()).card.layers if seen.writes else ""
    takes = layers or await _or_why(_takes(house, seen.profile))
    told = [str(spec.path), takes, await _or_why(_speed(spec)), await _or_why(_kept(spec, seen))]
    return [*told, house.engine_note if seen.writes else ""]


async def _or_why(told: Awaitable[str]) -> str:
    try:
        return await told
    except (StoryforgeError, OSError) as error:
        return explained(error).message


async def _takes(house: "StoryforgeApp", profile: "Profile") -> str:
    """What the model takes of this machine, and whether that is there."""
    weighing = await lazily("storyforge.studio.profiles.weighing")
    told: tuple[str, ...] = await weighing.takes(await house.ready_settings(), profile)
    return "\n".join(told)


async def _speed(spec: "ModelSpec") -> str:
    """How fast it is here, where that was measured."""
    kept = await lazily("storyforge.studio.tuning.kept")
    telling = await lazily("storyforge.studio.tuning.telling")
    best = await asyncio.to_thread(kept.known, spec.path)
    if best is None:
        return _("`storyforge models tune` measures how many threads suit it here.")
    return str(telling.found(best))


async def _kept(spec: "ModelSpec", seen: "Seen") -> str:
    """What this model's reading of a scene weighs, and how much of all is kept."""
    states = await lazily("storyforge.studio.saved_states")
    sizes = await lazily("storyforge.studio.sizes")
    window = seen.card.context_tokens if seen.card is not None else 0

    def look() -> str:
        weight, held = states.weigh(spec), states.held(spec.keeping.disk_bytes)
        tokens = min(states.SCENE_TOKENS, window or spec.context_tokens)
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

    return await asyncio.to_thread(look)


async def _spent(house: "StoryforgeApp", currency: str) -> str:
    """What the day has cost, against the author's limit."""
    ledger = await lazily("storyforge.studio.ledger")
    limit = (await house.ready_settings()).spending.daily_limit
    spent = money((await asyncio.to_thread(ledger.spent)).get(currency, 0.0), currency)
    if limit is None:
        return _("Spent today: {amount}.").format(amount=spent)
    told = _("Spent today: {amount} of {limit} at most.")
    return told.format(amount=spent, limit=money(limit, currency))


async def _key(house: "StoryforgeApp", seen: "Seen") -> str:
    """Whose key it is called with, and where that lies; what it says, nothing tells."""
    keys = await lazily("storyforge.studio.keys")
    settings = await house.ready_settings()

    def look() -> str:
        name = keys.key_name(seen.profile)
        if not name:
            return ""
        known = {one.name: one for one in keys.listed(settings, (seen.profile,))}
        found = known.get(name)
        if found is None:
            return _("It is called without a key.")
        places = {
            keys.Place.ENVIRONMENT: _("Its key ({name}) is in the environment."),
            keys.Place.COMMAND: _("Its key ({name}) is printed by a command of yours."),
            keys.Place.KEYRING: _("Its key ({name}) is in the system's keyring."),
            keys.Place.FILE: _("Its key ({name}) is in a file that only you can read."),
            keys.Place.NOWHERE: _("There is no key for {name} yet: {key} sets it."),
        }
        return places[found.place].format(name=name, key=house.key_of("model_key"))

    return await asyncio.to_thread(look)
