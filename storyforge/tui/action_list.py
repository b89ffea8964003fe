"""The actions, all of them: the data behind bindings, palette, help, footer and docs/keys.md.

Each area of `action_lists` says its own. What an action does stands in the screen that carries it
out.
"""

from storyforge.tui.action import Action
from storyforge.tui.action_lists import (
    binder,
    context,
    every_day,
    everywhere,
    gallery,
    gallery_more,
    library,
    loras,
    menus,
    models,
    page,
    plan_reading,
    planned,
    planner,
    prompts,
    sampling,
    scene,
    search,
    spelling,
    story,
    syncing,
    takes,
    text,
    writing,
)

#: in the order in which the footer, the help and the palette show them
ACTIONS: tuple[Action, ...] = (
    *writing.ACTIONS,
    *sampling.ACTIONS,
    *takes.ACTIONS,
    *context.ACTIONS,
    *page.ACTIONS,
    *search.ACTIONS,
    *scene.ACTIONS,
    *planned.ACTIONS,
    *every_day.ACTIONS,
    *spelling.ACTIONS,
    *text.ACTIONS,
    *story.ACTIONS,
    *syncing.ACTIONS,
    *binder.ACTIONS,
    *library.ACTIONS,
    *models.ACTIONS,
    *planner.ACTIONS,
    *plan_reading.ACTIONS,
    *gallery.ACTIONS,
    *gallery_more.ACTIONS,
    *loras.ACTIONS,
    *prompts.ACTIONS,
    *menus.ACTIONS,
    *everywhere.ACTIONS,
)
