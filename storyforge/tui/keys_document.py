"""docs/keys.md from the registry: `python -m storyforge.tui.keys_document > docs/keys.md`."""

from storyforge.tui.actions import WHERE_TITLES, of
from storyforge.tui.terminal import key_name

_HEAD = """\
# Keys

Made from the registry of actions (`storyforge/tui/action_lists/`) by
`python -m storyforge.tui.keys_document > docs/keys.md`; F1 shows the same inside the program, with
the keys that arrive in your terminal.

Shift+Enter only arrives in terminals with the kitty keyboard protocol (kitty, Ghostty, WezTerm,
foot, Alacritty, iTerm2 and others) and in xterm and tmux with extended keys on. Where it does not,
the keys line names Ctrl+J; F5 does the same.

On a Mac, Alt is the Option key, and the terminal has to be told to send it: in Terminal the
profile's “Use Option as Meta key”, in iTerm2 “Left Option key: Esc+”. Else Option+M types a “µ”.
Whatever has an Alt key is in the palette (Ctrl+P), too. In tmux, Ctrl+B is tmux's own key: pressed
twice it arrives.

Every key can be moved: put its action under `[keys]` in the settings file, several keys parted by
commas. `storyforge doctor` says where that file is.

```toml
[keys]
continue = "f9,ctrl+j"
```
"""


def keys_document() -> str:
    """The whole document."""
    parts = [_HEAD]
    for where, title in WHERE_TITLES.items():
        parts.append(f"\n## {title}\n\n| key | action | name | what it does |\n|---|---|---|---|\n")
        for action in of(where):
            keys = ", ".join(key_name(key) for key in action.keys) or "–"
            parts.append(f"| {keys} | {action.label} | `{action.id}` | {action.help} |\n")
    return "".join(parts)


if __name__ == "__main__":
    print(keys_document(), end="")
