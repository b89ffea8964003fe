"""What stands beside a scene: card, notes and comments."""

from storyforge.i18n import N_
from storyforge.tui.action import Action, Where, at, desk

ACTIONS: tuple[Action, ...] = (
    desk(
        "notes",
        N_("Notes of this scene"),
        N_("Goes to the notes, status, label and goal of the scene; again, back to the page."),
        "ctrl+n",
        footer=N_("notes"),
    ),
    desk(
        "scene_panel",
        N_("Notes beside the page: on or off"),
        N_("Shows the scene's panel below the takes where the screen is wide, or folds it away."),
    ),
    desk(
        "scene_status",
        N_("Status of the scene"),
        N_("Idea, draft, revised or done; in the binder, of the marked scene."),
    ),
    desk(
        "scene_label",
        N_("Label of the scene"),
        N_("A word of your own, such as whose view it is, in a colour."),
    ),
    desk(
        "scene_goal",
        N_("Goal of the scene"),
        N_("How many words or characters it is to have."),
    ),
    desk(
        "numbers",
        N_("Outline numbers: on or off"),
        N_("Numbers chapters and scenes in the binder: 1, 1.1, 1.2."),
    ),
    desk(
        "comment",
        N_("Comment on the selection"),
        N_("Keeps a comment with the selected text, or with the paragraph of the caret."),
        "ctrl+t",
    ),
    desk(
        "comments",
        N_("Comments of this scene"),
        N_("Goes to the list of comments."),
    ),
    at(
        Where.COMMENTS,
        "jump_to_comment",
        N_("Go to its text"),
        N_("Selects the text that the marked comment is about."),
        "enter",
        footer=N_("go to"),
    ),
    at(
        Where.COMMENTS,
        "edit_comment",
        N_("Change the comment"),
        N_("Other words for the marked comment."),
        "e",
        footer=N_("change"),
    ),
    at(
        Where.COMMENTS,
        "resolve_comment",
        N_("Done with, or open again"),
        N_("A comment that is done with is kept, but not underlined."),
        "r",
        footer=N_("done with"),
    ),
    at(
        Where.COMMENTS,
        "delete_comment",
        N_("Delete the comment"),
        N_("Takes the marked comment away; undo on the page brings it back."),
        "delete",
        "d",
        footer=N_("delete"),
    ),
)
