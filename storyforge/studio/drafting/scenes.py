"""How far the draft of each scene is, looked up in the story as it is now."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from storyforge.domain.counting import count
from storyforge.domain.generation import TakeKind, TakeState
from storyforge.domain.plan.forms import Kind
from storyforge.domain.plan.items import Item, Plan
from storyforge.domain.plan.lengths import scene_length
from storyforge.domain.story import Outline, SceneHead
from storyforge.prompting.scene_plan import cast_names
from storyforge.store.plan.drafted import Drafted
from storyforge.studio.drafting.beats import beats_of, told_already

if TYPE_CHECKING:
    from storyforge.store.story_file import StoryFile


@dataclass(frozen=True, slots=True)
class Scene:
    """A scene that is drafted, or to be.

    Attributes:
        number: in the story, from 1. title: may be empty.
        beats: what happens in it; empty where its plan does not tell.
        told: how many of them are drafted.
        aim, written: its length, and what of it was drafted.
        cast: the names of those who have to come in it; who tells it need not be named.
        change: what is different at its end; may be empty.
        has_text: something stands in it, whoever wrote it.
    """

    scene_id: str
    number: int
    title: str
    beats: tuple[str, ...]
    told: int
    aim: int
    written: int
    cast: tuple[str, ...] = ()
    change: str = ""
    has_text: bool = False

    @property
    def done(self) -> bool:
        """Whether every beat is drafted."""
        return bool(self.beats) and self.told >= len(self.beats)

    @property
    def begun(self) -> bool:
        """Whether a beat is drafted."""
        return self.told > 0

    @property
    def lacks(self) -> int:
        """Words, or characters, that are still to be drafted."""
        return 0 if self.done or not self.beats else max(self.aim - self.written, 1)


def scene_now(story: "StoryFile", scene_id: str, words: int = 0) -> Scene | None:
    """A scene as it is now; None where it is not in the story any more.

    Args:
        words: its length, in the place of what its plan says; 0 leaves it.
    """
    outline = story.outline()
    head = outline.scene(scene_id)
    if head is None:
        return None
    drafted = story.drafted.of_scene(scene_id)
    return _scene(story, story.plan.read(), outline, head, drafted, words)


def scenes_left(
    story: "StoryFile", scene_ids: Sequence[str], words: int = 0, *, written: bool = False
) -> tuple[Scene, ...]:
    """Those of the scenes that are not drafted yet, in the story's order.

    Args:
        written: also those that have text which was not drafted.
    """
    wanted, drafted = set(scene_ids), story.drafted.all()
    plan, outline = story.plan.read(), story.outline()
    found = []
    for head in outline.scenes:
        if head.id in wanted:
            one = _scene(story, plan, outline, head, drafted.get(head.id, ()), words)
            if not one.done and (written or one.begun or not one.has_text):
                found.append(one)
    return tuple(found)


def mend(story: "StoryFile", scene: Scene) -> bool:
    """Note the next beat as drafted where it stands on the page; whether it does.

    The program died between the two.
    """
    if scene.done or not scene.beats or not scene.has_text:
        return False
    beat = scene.beats[scene.told]
    standing = {span.take for span in story.scenes.load(scene.scene_id).provenance.spans}
    known = {one.take_id for one in story.drafted.of_scene(scene.scene_id)}
    for head in story.takes.heads(scene.scene_id):
        whole = head.kind is TakeKind.DRAFT and head.state is TakeState.FINISHED
        if whole and head.wish == beat and head.id in standing - known:
            note_drafted(story, scene, head.id)
            return True
    return False


def note_drafted(
    story: "StoryFile", scene: Scene, take_id: str, ranking: tuple[dict[str, object], ...] = ()
) -> None:
    """The next beat of the scene is drafted: by this take."""
    numbers = [one.number for one in story.drafted.of_scene(scene.scene_id)]
    number = max((scene.told, *numbers)) + 1
    beat = scene.beats[scene.told]
    story.drafted.put(Drafted(scene.scene_id, number, beat, take_id, ranking))


def _scene(
    story: "StoryFile",
    plan: Plan,
    outline: Outline,
    head: SceneHead,
    drafted: Sequence[Drafted],
    words: int,
) -> Scene:
    item = plan.item(head.id)
    assert item is not None  # the binder's scenes are the plan's
    beats = beats_of(plan, item)
    takes = {take.id: take.standing for take in story.takes.of_scene(head.id)} if drafted else {}
    texts = [takes.get(one.take_id, "") for one in drafted]
    return Scene(
        head.id,
        outline.scenes.index(head) + 1,
        head.title,
        beats,
        told_already(beats, drafted),
        words or scene_length(plan, item),
        sum(count(text).of(outline.language) for text in texts),
        _to_be_named(plan, item),
        item.fact("change"),
        head.length > 0,
    )


def _to_be_named(plan: Plan, scene: Item) -> tuple[str, ...]:
    names = cast_names(plan, scene)
    if plan.premise.fact("point_of_view") != "first person":
        return names
    teller = plan.told_in_prose(scene.fact("point_of_view"), Kind.CHARACTER)
    return tuple(name for name in names if name != teller)
