"""What a prompt calls by name, found in the author's folders before anything is drawn."""

import re
from collections.abc import Iterable

from storyforge.domain.picture.adapters import Embedding, Hypernetwork, LoraUse
from storyforge.domain.picture.grammar import LoraTag, hypernets_of, loras_of
from storyforge.domain.picture.orders import Family
from storyforge.domain.picture.painters import PainterProfile
from storyforge.errors import BadInput
from storyforge.i18n import _, listed
from storyforge.images import embeddings, hypernetworks, loras
from storyforge.images.folders import Found
from storyforge.settings import Settings
from storyforge.studio.pictures.profiles import family_of, found_in


class Folders:
    """The author's folders, looked through when the first name is asked for.

    Args:
        found: what lies in them, where that is known already.
    """

    def __init__(self, settings: Settings, found: Found | None = None) -> None:
        self._settings = settings
        self._found = found

    @property
    def found(self) -> Found:
        """What lies in them."""
        if self._found is None:
            self._found = found_in(self._settings)
        return self._found

    def loras(self, prompt: str, profile: PainterProfile) -> tuple[LoraUse, ...]:
        """The LoRAs that `prompt` calls, each once: the last weight counts.

        Raises:
            BadInput: one is not there, or it was made for another family.
        """
        return self.uses(loras_of(prompt)[1], profile)

    def uses(self, tags: Iterable[LoraTag], profile: PainterProfile) -> tuple[LoraUse, ...]:
        """The same for what was read of a prompt. A server looks for those of its own.

        Raises:
            BadInput: as `loras` does.
        """
        if profile.remote is not None:
            return ()
        family, uses = family_of(profile), dict[str, LoraUse]()
        for tag in tags:
            file = loras.find(self.found, tag.name)
            known = loras.read(file)
            if family is not None and known.family not in (None, family):
                raise _other_base(tag.name, known.family, profile.name, family)
            uses[str(file.path)] = LoraUse(tag.name, file.path, tag.weight, tag.text_weight)
        return tuple(uses.values())

    def hypernetworks(self, prompt: str, profile: PainterProfile) -> tuple[Hypernetwork, ...]:
        """The hypernetworks that `prompt` calls, each once: the last strength counts.

        A server looks for those of its own.

        Raises:
            BadInput: one is not there, cannot be used, or was made for another family.
        """
        if profile.remote is not None:
            return ()
        family, uses = family_of(profile), dict[str, Hypernetwork]()
        for tag in hypernets_of(prompt):
            file = hypernetworks.find(self.found, tag.name)
            known = hypernetworks.read(file)
            if known.problem:
                raise _no_hypernetwork(tag.name, known.problem)
            if family is not None and known.families and family not in known.families:
                raise _other_hypernetwork(tag.name, known.families, profile.name, family)
            uses[str(file.path)] = Hypernetwork(tag.name, file.path, tag.strength)
        return tuple(uses.values())

    def embeddings(self, prompts: str) -> tuple[Embedding, ...]:
        """The embeddings whose names stand in the prompts."""
        words = prompts.casefold()
        return tuple(
            Embedding(file.name, file.path)
            for file in self.found.embeddings
            if file.name.casefold() in words and stands_alone(file.name, prompts)
        )

    def vectors(self, prompt: str) -> dict[str, int]:
        """How many of CLIP's tokens each embedding counts as, by the word of `prompt` for it."""
        called = {one.name: embeddings.vectors_of(one.path) for one in self.embeddings(prompt)}
        return {name: count for name, count in called.items() if count}


def stands_alone(name: str, text: str) -> bool:
    """Whether a name stands in a text, and in no longer word."""
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text, re.IGNORECASE) is not None


def _other_base(name: str, made_for: Family | None, painter: str, family: Family) -> BadInput:
    return BadInput(
        _("The LoRA “{name}” was made for {base}, but the painter “{painter}” is {family}.").format(
            name=name, base=made_for, painter=painter, family=family
        ),
        title=_("LoRA for another base"),
        hint=_("Take it out of the prompt, or choose a painter of its base; nothing was drawn."),
    )


def _other_hypernetwork(
    name: str, made_for: Iterable[Family], painter: str, family: Family
) -> BadInput:
    said = _(
        "The hypernetwork “{name}” was made for {base}, but the painter “{painter}” is {family}."
    )
    base = listed(sorted(each.value for each in made_for))
    return BadInput(
        said.format(name=name, base=base, painter=painter, family=family),
        title=_("Hypernetwork for another base"),
        hint=_("Take it out of the prompt, or choose a painter of its base; nothing was drawn."),
    )


def _no_hypernetwork(name: str, problem: str) -> BadInput:
    return BadInput(
        _("The hypernetwork “{name}” cannot be used. {why}").format(name=name, why=problem),
        title=_("Hypernetwork not usable"),
        hint=_("Get it again, or take it out of the prompt; nothing was drawn."),
    )
