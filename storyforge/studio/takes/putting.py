"""A take onto its page where no screen shows it: what stood there is kept first."""

from typing import TYPE_CHECKING

from storyforge.domain.generation import Take, TakeState
from storyforge.errors import Refused
from storyforge.i18n import _
from storyforge.studio.takes.past import with_take
from storyforge.studio.takes.walking import keep_if_changed

if TYPE_CHECKING:
    from storyforge.store.story_file import StoryFile


def put(story: "StoryFile", take: Take) -> None:
    """Let `take` stand at its place: one commit, behind a snapshot of the scene.

    Raises:
        Refused: the page has no such place any more, or nothing of the take may stand.
    """
    if take.state is TakeState.RUNNING or not take.standing:
        raise Refused(
            _("Nothing of this take can stand on the page."), title=_("Not put on the page")
        )
    page = story.scenes.load(take.scene_id)
    place = page.provenance.place(take.place_id)
    if place is None:
        raise Refused(
            _("The place of this take is not on the page any more."),
            title=_("Not put on the page"),
            hint=_("The tree of takes leads back to it: Shift+F7 at the desk."),
        )
    with story.together():
        keep_if_changed(story, take.scene_id, place.id, page.text[place.start : place.end])
        story.revisions.keep(page, reason="before restore", exact=True)
        story.scenes.save(with_take(page, place, take))
