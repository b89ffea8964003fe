"""Settings that came with a prompt: they go with it when it is undone, and come again with it."""

from dataclasses import dataclass
from typing import Any

from storyforge.tui.gallery.form_values import Values


@dataclass(frozen=True, slots=True)
class Together:
    """A prompt and the form that belongs to it: all of its values, and what of it was set."""

    texts: tuple[str, str]
    values: Values
    own: dict[str, Any]


class Coming:
    """Remembers the last prompt that came with settings, and what there was before."""

    def __init__(self) -> None:
        self._sides: tuple[()] | tuple[Together, Together] = ()

    def forget(self) -> None:
        """Another prompt is in the editor."""
        self._sides = ()

    def came(self, before: Together, after: Together) -> None:
        """One came with settings."""
        self._sides = (before, after) if before.texts != after.texts else ()

    def follows(self, texts: tuple[str, str], values: Values) -> Together | None:
        """What belongs to the prompt as it is now, where it was undone or made again.

        Args:
            values: the form's; where the author has set something since, it stays so.
        """
        if not self._sides:
            return None
        before, after = self._sides
        which = 0 if before.texts[0] != after.texts[0] else 1  # each is a step of its own
        for wanted, other in ((before, after), (after, before)):
            if texts[which] == wanted.texts[which] and values == other.values:
                return wanted
        return None
