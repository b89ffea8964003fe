"""The one registry of actions, which feeds bindings, remapping, palette, help, footer and docs.

An action stands exactly once, in `action_list`. What it does stands in the screen that carries it
out: every screen answers to `do(id)`.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from textual.binding import Binding, BindingType

from storyforge.tui.action import WHERE_TITLES, Action, Where
from storyforge.tui.action_list import ACTIONS

__all__ = ["ACTIONS", "BY_ID", "WHERE_TITLES", "Action", "Keys", "Where", "bindings", "of"]

BY_ID = {action.id: action for action in ACTIONS}


def of(where: Where) -> Iterator[Action]:
    """The actions of one place, in the registry's order."""
    return (action for action in ACTIONS if action.where is where)


def bindings(where: Where) -> list[BindingType]:
    """Textual bindings for one place; each carries its action's id, so the keymap can move it."""
    target = "app" if where is Where.EVERYWHERE else "screen"
    return [
        Binding(
            ",".join(action.keys),
            f"{target}.do('{action.id}')",
            action.label,
            show=False,
            priority=action.priority,
            id=action.id,
        )
        for action in of(where)
        if action.keys
    ]


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys in force: the registry's, with the author's own over them.

    Attributes:
        moved: action id → keys, for the actions the author has remapped.
        unknown: ids in the settings that no action has.
    """

    moved: dict[str, tuple[str, ...]]
    unknown: tuple[str, ...] = ()

    @classmethod
    def from_settings(cls, keys: dict[str, str]) -> "Keys":
        """Read `settings.keys`; blanks around names and keys do not matter."""
        moved = {}
        for name, text in keys.items():
            wanted = tuple(key.strip().lower() for key in text.split(",") if key.strip())
            if name in BY_ID and wanted:
                moved[name] = wanted
        return cls(moved, tuple(name for name in keys if name not in BY_ID))

    def of(self, action_id: str) -> tuple[str, ...]:
        """The keys of one action."""
        return self.moved.get(action_id, BY_ID[action_id].keys)

    def keymap(self) -> dict[str, str]:
        """What `App.set_keymap` takes."""
        return {name: ",".join(keys) for name, keys in self.moved.items()}
