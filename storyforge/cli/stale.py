"""The verb that tells what of a plan is out of date, and why."""

from typing import TYPE_CHECKING, Any

import typer

from storyforge.cli.opening import opened
from storyforge.cli.options import FILE, JSON
from storyforge.cli.talk import say, say_json
from storyforge.i18n import _, listed, ngettext

if TYPE_CHECKING:
    from storyforge.domain.plan.items import Item, Plan
    from storyforge.domain.plan.staleness import Stale


def add_to(app: typer.Typer) -> None:
    """Add this verb."""
    app.command("stale", help=_help())(stale)


def _help() -> str:
    return _(
        "Say what of the plan is out of date, and why.\n\n"
        "What was made from something that has changed since is out of date: characters from the "
        "premise, a chapter from the outcome of the one before it, a text from the plan of its "
        "scene. A corrected spelling counts as no change. Nothing is changed by asking.\n\n"
        "\b\n"
        "  storyforge stale light.forge\n"
        "  storyforge stale light.forge --json"
    )


def stale(file: FILE, as_json: JSON = False) -> None:
    """Say what is out of date."""
    from storyforge.studio import staleness

    with opened(file) as story:
        plan, found = story.plan.read(), staleness.stale(story)
    told = [(item, one) for one in found if (item := plan.item(one.item_id)) is not None]
    if as_json:
        say_json([_json(plan, item, one) for item, one in told])
        return
    for item, one in told:
        _tell(plan, item, one)
    say(
        ngettext(
            "{count} part of the plan is out of date.",
            "{count} parts of the plan are out of date.",
            len(told),
        ).format(count=len(told))
        if told
        else _("Nothing in the plan is out of date.")
    )


def _tell(plan: "Plan", item: "Item", one: "Stale") -> None:
    from storyforge.studio.planning.telling import field_label, name_of, reason_told

    fields = listed([field_label(item, field) for field in one.fields])
    say(_("{name}: {fields}").format(name=name_of(plan, item), fields=fields))
    for reason in one.reasons:
        say("  " + reason_told(plan, reason))


def _json(plan: "Plan", item: "Item", one: "Stale") -> dict[str, Any]:
    return {
        "id": item.id,
        "kind": item.kind.value,
        "stage": item.form.stage.value,
        "name": item.name,
        "fields": list(one.fields),
        "reasons": [
            {
                "item": reason.source[0],
                "name": _called(plan, reason.source[0]),
                "field": reason.source[1],
                "was": reason.was,
                "now": reason.now,
            }
            for reason in one.reasons
        ],
    }


def _called(plan: "Plan", item_id: str) -> str:
    """The name of what something was made from; empty where it has none."""
    item = plan.item(item_id) or plan.gone.get(item_id)
    return "" if item is None else item.name
