"""What a painter is told, asked for on the command line: of one thing, or all that is missing."""

from collections.abc import Sequence

from storyforge.cli.plan_items import item_named
from storyforge.cli.talk import note
from storyforge.domain.plan.forms import Kind
from storyforge.domain.plan.items import Plan
from storyforge.domain.plan.proposals import Target
from storyforge.domain.plan.tasks import PlanTask
from storyforge.errors import BadInput
from storyforge.i18n import _

# The field that is meant where none was named.
_USUAL = {Kind.SCENE: "shown", Kind.PREMISE: "style"}


def missing_painted(plan: Plan, task: PlanTask, *, told: bool) -> Sequence[Target]:
    """All picture texts, or all moments, that are missing.

    Args:
        told: where none is, that is said.

    Raises:
        BadInput: it is not asked for here.
    """
    from storyforge import settings
    from storyforge.studio.planning import picturing

    _refuse_sharpening(task)
    if task.name == picturing.SHOWN:
        every = picturing.missing_moments(plan)
    else:
        every = picturing.missing_texts(plan, tags=picturing.wants_tags(settings.load()))
    if told and not every:
        note(_("Nothing of it is missing. Name one thing with --item to ask for it anew."))
    return every


def painted(plan: Plan, task: PlanTask, item: str, field: str) -> Sequence[Target]:
    """The picture text or the moment of one thing.

    Raises:
        BadInput: it is not asked for here, or nothing in the plan is called so.
    """
    from storyforge.studio.planning import picturing

    _refuse_sharpening(task)
    about = item_named(plan, None, item)
    name = field or _USUAL.get(about.kind, "look")
    if task.name == picturing.SHOWN:
        target = picturing.shown_target(about)
    else:
        target = picturing.text_target(about, name)
    return (target or Target(about.form.stage, task.name, about.id, name),)


def _refuse_sharpening(task: PlanTask) -> None:
    from storyforge.studio.planning.picturing import SHARPENED

    if task.name == SHARPENED:
        raise BadInput(
            _("A prompt is sharpened where it is edited: in the gallery."),
            title=_("No prompt"),
            hint=_("Ask for picture texts here: --task picture/text"),
        )
