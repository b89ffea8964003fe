"""The prompt templates: what of each is the author's own, and how it is changed."""

from storyforge.i18n import N_
from storyforge.tui.action import Action, Where, at

#: what can be asked for on every screen
EVERYWHERE: tuple[Action, ...] = (
    Action(
        "prompts",
        N_("Prompt templates"),
        N_("Shows what models are told at each task, by this story's data; you can change it."),
        Where.EVERYWHERE,
        ("alt+r",),
    ),
)

_PROMPTS: tuple[Action, ...] = (
    at(
        Where.PROMPTS,
        "template_edit",
        N_("Change this template"),
        N_("Makes it your own and lets you write on it; what you type is kept at once."),
        "e",
        "enter",
        footer=N_("change"),
    ),
    at(
        Where.PROMPTS,
        "template_text",
        N_("Template"),
        N_("Shows the template as it is in its file."),
        "1",
        footer=N_("template"),
    ),
    at(
        Where.PROMPTS,
        "template_rendered",
        N_("Rendered with this story"),
        N_("Shows what the model would be told now, and its tokens."),
        "2",
        footer=N_("rendered"),
    ),
    at(
        Where.PROMPTS,
        "template_differences",
        N_("Differences to the packaged one"),
        N_("Compares your own template with the one that comes with the program."),
        "3",
        footer=N_("differences"),
    ),
    at(
        Where.PROMPTS,
        "template_back",
        N_("Back to the packaged one"),
        N_("Takes your own template away; Ctrl+Z brings it back."),
        "delete",
        "d",
        footer=N_("packaged one"),
    ),
    at(
        Where.PROMPTS,
        "template_outside",
        N_("Change it in $EDITOR"),
        N_("Hands the template to your own editor and takes it back when that is closed."),
        "o",
    ),
    at(
        Where.PROMPTS,
        "template_language",
        N_("Templates of another language"),
        N_("Prompts are written in each language apart; this shows the next one's."),
        "l",
        footer=N_("language"),
    ),
)

ACTIONS = (*EVERYWHERE, *_PROMPTS)
