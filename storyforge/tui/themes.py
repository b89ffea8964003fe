"""The two themes of the house, dark and light: a calm page, one accent colour.

Widgets name Textual's `$` tokens only, so a third theme needs nothing but a third value here.
"""

from textual.theme import Theme

#: by the name that `settings.theme` uses
THEMES = {
    "dark": Theme(
        name="storyforge-dark",
        primary="#d9a066",
        secondary="#b08d6a",
        accent="#d9a066",
        warning="#d8a657",
        error="#e0787a",
        success="#8fb573",
        foreground="#d8d4cb",
        background="#16171a",
        surface="#1b1d21",
        panel="#24262b",
        dark=True,
        variables={
            "block-cursor-background": "#3a3329",
            "block-cursor-foreground": "#f0e4d2",
            "block-cursor-text-style": "none",
            "block-cursor-blurred-background": "#24262b",
            "block-cursor-blurred-foreground": "#d8d4cb",
            "border": "#d9a066",
            "border-blurred": "#2c2e34",
            "input-selection-background": "#d9a066 30%",
            "footer-key-foreground": "#d9a066",
            "scrollbar": "#34373d",
            "scrollbar-hover": "#4a4d54",
            "scrollbar-active": "#d9a066",
            "scrollbar-background": "#16171a",
            "scrollbar-background-hover": "#16171a",
            "scrollbar-background-active": "#16171a",
            "scrollbar-corner-color": "#16171a",
        },
    ),
    "light": Theme(
        name="storyforge-light",
        primary="#8a4b12",
        secondary="#7a5c3e",
        accent="#8a4b12",
        warning="#8a5a00",
        error="#a8322f",
        success="#3f6b2a",
        foreground="#2b2a27",
        background="#faf7f1",
        surface="#f3efe6",
        panel="#e9e3d7",
        dark=False,
        variables={
            "block-cursor-background": "#ead9c2",
            "block-cursor-foreground": "#2b2a27",
            "block-cursor-text-style": "none",
            "block-cursor-blurred-background": "#ece6da",
            "block-cursor-blurred-foreground": "#2b2a27",
            "border": "#8a4b12",
            "border-blurred": "#ddd5c6",
            "input-selection-background": "#8a4b12 25%",
            "footer-key-foreground": "#8a4b12",
            "scrollbar": "#d3cab9",
            "scrollbar-hover": "#b9ae99",
            "scrollbar-active": "#8a4b12",
            "scrollbar-background": "#faf7f1",
            "scrollbar-background-hover": "#faf7f1",
            "scrollbar-background-active": "#faf7f1",
            "scrollbar-corner-color": "#faf7f1",
        },
    ),
}


def theme_name(setting: str) -> str:
    """The name Textual knows the theme by; anything odd gives the dark one."""
    return THEMES.get(setting, THEMES["dark"]).name
