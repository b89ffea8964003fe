"""What is said when a model on this machine was chosen, by whichever verb."""

from typing import TYPE_CHECKING

from storyforge.cli.talk import note, say
from storyforge.i18n import _

if TYPE_CHECKING:
    from storyforge.domain.model import ModelFile


def tell_use(model: "ModelFile") -> None:
    """Say that it writes, or which profile does."""
    from storyforge import settings
    from storyforge.domain.profile import LOCAL, Task
    from storyforge.studio.profiles import routing

    writer = routing.for_task(settings.load(), Task.CONTINUE)
    if writer.name == LOCAL:
        said = _("From now on {name} writes ({file}).")
    else:
        said = _("{name} is the local model now ({file}).")
        note(
            _("“{profile}” writes; to write with this one: storyforge profiles use local").format(
                profile=writer.name
            )
        )
    say(said.format(name=model.name, file=model.path))
