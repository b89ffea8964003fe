"""The models: which one writes, and what is set for each."""

from storyforge.i18n import N_
from storyforge.tui.action import Action, Where, at

#: what can be asked for on every screen
EVERYWHERE: tuple[Action, ...] = (
    Action(
        "model",
        N_("Models"),
        N_("Lists the models by their profiles: where each runs, what it costs, what it is for."),
        Where.EVERYWHERE,
        ("alt+o",),
    ),
    Action(
        "profile",
        N_("Write with another model"),
        N_("Chooses the profile that writes, and says where the text goes."),
        Where.EVERYWHERE,
        ("alt+p",),
    ),
    Action(
        "local_model",
        N_("The local model, and back"),
        N_("Lets the local model write for now; again, the profile that wrote before."),
        Where.EVERYWHERE,
        ("alt+x",),
    ),
)

_MODELS: tuple[Action, ...] = (
    at(
        Where.MODELS,
        "model_use",
        N_("Write with this model"),
        N_("Makes the marked profile the one that writes, from now on."),
        "enter",
        footer=N_("use"),
    ),
    at(
        Where.MODELS,
        "model_test",
        N_("Test this model"),
        N_("Lets it write a few words that are not of your story, and measures its speed."),
        "t",
        footer=N_("test"),
    ),
    at(
        Where.MODELS,
        "model_edit",
        N_("Change this profile"),
        N_("Model, address, window, preset, prices and the like."),
        "e",
        footer=N_("change"),
    ),
    at(
        Where.MODELS,
        "model_new",
        N_("New profile"),
        N_("Asks for a name and what runs the model."),
        "n",
        footer=N_("new"),
    ),
    at(
        Where.MODELS,
        "model_tasks",
        N_("Tasks of this profile"),
        N_("Says which tasks go to the marked profile; all others go to the one that writes."),
        "r",
        footer=N_("tasks"),
    ),
    at(
        Where.MODELS,
        "model_key",
        N_("Key of this profile"),
        N_("Asks for the provider's key and keeps it outside of settings and stories."),
        "k",
        footer=N_("key"),
    ),
    at(
        Where.MODELS,
        "model_remove",
        N_("Remove this profile"),
        N_("Takes the marked profile out of the settings; Ctrl+Z brings it back."),
        "delete",
        "d",
    ),
)

ACTIONS = (*EVERYWHERE, *_MODELS)
