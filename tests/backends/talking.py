"""A scripted model that is talked to: it begins anew where it is asked to go on."""

from dataclasses import replace

from storyforge.backends.scripted import ScriptedBackend
from storyforge.domain.model import ModelCard


class Chats(ScriptedBackend):
    """Is talked to."""

    @property
    def card(self) -> ModelCard:
        card = super().card
        return replace(card, can=replace(card.can, continues=False))
