"""Menus of all that a place can do: for the mouse, and where an input method swallows letters."""

from storyforge.i18n import N_
from storyforge.tui.action import Action, Where, at

_KEYS = ("right", "shift+f10")

#: the action that opens each place's menu
MENUS = {
    Where.BINDER: "binder_menu",
    Where.COMMENTS: "comments_menu",
    Where.LORE: "lore_menu",
    Where.LIBRARY: "library_menu",
    Where.MODELS: "models_menu",
    Where.PLANNER: "planner_menu",
    Where.PROMPTS: "prompts_menu",
    Where.GALLERY: "gallery_menu",
}

ACTIONS: tuple[Action, ...] = (
    at(
        Where.BINDER,
        MENUS[Where.BINDER],
        N_("Menu of the binder"),
        N_("Lists what can be done here; Enter on a chapter or on the open scene shows it too."),
        *_KEYS,
        footer=N_("menu"),
    ),
    at(
        Where.COMMENTS,
        MENUS[Where.COMMENTS],
        N_("Menu of the comments"),
        N_("Lists what can be done with the marked comment."),
        *_KEYS,
        footer=N_("menu"),
    ),
    at(
        Where.LORE,
        MENUS[Where.LORE],
        N_("Menu of the lorebook"),
        N_("Lists what can be done with the marked entries."),
        *_KEYS,
        footer=N_("menu"),
    ),
    at(
        Where.LIBRARY,
        MENUS[Where.LIBRARY],
        N_("Menu of the library"),
        N_("Lists what can be done here; Enter on the last row shows it too."),
        *_KEYS,
        footer=N_("menu"),
    ),
    at(
        Where.MODELS,
        MENUS[Where.MODELS],
        N_("Menu of the models"),
        N_("Lists what can be done with the marked profile."),
        *_KEYS,
        footer=N_("menu"),
    ),
    at(
        Where.PLANNER,
        MENUS[Where.PLANNER],
        N_("Menu of the plan"),
        N_("Lists what can be done here."),
        "shift+f10",
        footer=N_("menu"),
    ),
    at(
        Where.PROMPTS,
        MENUS[Where.PROMPTS],
        N_("Menu of the templates"),
        N_("Lists what can be done with the marked template."),
        *_KEYS,
        footer=N_("menu"),
    ),
    at(
        Where.GALLERY,
        MENUS[Where.GALLERY],
        N_("Menu of the pictures"),
        N_("Lists what can be done with the marked picture, and in its scene."),
        "shift+f10",
        footer=N_("menu"),
    ),
)
