"""Prompts of a story's scenes, and which of its pictures the plan or the text have left behind.

Calls block: from asynchronous code they belong into a thread. What was found of a plan is kept by
that very plan.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from storyforge.domain.kept_json import read_json
from storyforge.domain.picture import framing
from storyforge.domain.picture.casting import REFERENCE, casting
from storyforge.domain.picture.compiled import Compiled, Role
from storyforge.domain.picture.compiling import Compiler
from storyforge.domain.picture.painters import PainterProfile
from storyforge.domain.picture.pictures import Picture
from storyforge.domain.picture.tag import Tags
from storyforge.domain.plan.corrections import is_correction
from storyforge.domain.plan.fields import Kind
from storyforge.domain.plan.items import Item, Plan
from storyforge.domain.plan.looks import Looks, on_stage
from storyforge.domain.plan.resting import told as fact_told
from storyforge.domain.plan.staleness import Reason
from storyforge.i18n import _, in_quotes
from storyforge.studio.planning.telling import name_of, reason_told

if TYPE_CHECKING:
    from storyforge.store.story_file import StoryFile


@dataclass(frozen=True, slots=True)
class StalePicture:
    """A picture that shows what is no longer so.

    Attributes:
        reasons: what has changed since, a sentence each.
    """

    picture: Picture
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Made:
    """A part that a picture was made from."""

    role: str
    item_id: str
    field: str
    source: str


@dataclass(slots=True)
class _Known:
    """What was found of a story, and of what: the very values that the store gave."""

    plan: Plan = field(default_factory=Plan)
    compiler: tuple[PainterProfile, Tags | None, Compiler] | None = None
    hashes: dict[str, tuple[tuple[str, int], str]] = field(default_factory=dict)
    stale: tuple[tuple[Picture, ...], Mapping[str, str], tuple[StalePicture, ...]] | None = None


_known: WeakKeyDictionary["StoryFile", _Known] = WeakKeyDictionary()


def compile_for(story: "StoryFile", item_id: str, profile: PainterProfile) -> Compiled:
    """The prompt of a scene, or of somebody or something alone, as the plan gives it now.

    Raises:
        BadInput: the checkpoint wants tags, and the author's list of them cannot be read.
    """
    from storyforge.studio.pictures.tag_books import book

    known = _of(story)
    tags = book() if profile.dialect.is_tags else None
    made = known.compiler
    if made is None or made[0] != profile or made[1] is not tags:
        made = known.compiler = (profile, tags, Compiler(known.plan, profile, tags))
    return made[2].item(item_id)


def text_hash(story: "StoryFile", scene_id: str) -> str:
    """Of a scene's text, white space left aside; empty where there is none."""
    return _text_hashes(story, {scene_id}).get(scene_id, "")


def stale(story: "StoryFile") -> tuple[StalePicture, ...]:
    """The pictures that plan or text have left behind since they were drawn, the oldest first.

    What was empty then and is filled in leaves none behind, but who came to the scene does, and how
    somebody looks by now. A corrected spelling changes no picture.
    """
    known, pictures = _of(story), story.pictures.all()
    hashes = _text_hashes(story, {one.scene_id for one in pictures if one.text_hash})
    if known.stale is None or known.stale[:2] != (pictures, hashes):
        judging = _Judging(known.plan, hashes)
        found = ((one, tuple(judging.reasons(one))) for one in pictures)
        behind = tuple(StalePicture(one, reasons) for one, reasons in found if reasons)
        known.stale = (pictures, hashes, behind)
    return known.stale[2]


def scenes_behind(story: "StoryFile") -> tuple[str, ...]:
    """The scenes whose latest picture is left behind: the others were drawn anew already."""
    latest = {one.scene_id: one.id for one in story.pictures.all() if one.scene_id}
    found = (one.picture for one in stale(story))
    return tuple(one.scene_id for one in found if latest.get(one.scene_id) == one.id)


def _of(story: "StoryFile") -> _Known:
    plan, known = story.plan.read(), _known.setdefault(story, _Known())
    if known.plan is not plan:
        known.plan, known.compiler, known.stale = plan, None, None
    return known


def _text_hashes(story: "StoryFile", scenes: set[str]) -> dict[str, str]:
    """Each text is read once, until it is saved again."""
    kept, stamps = _of(story).hashes, story.scenes.stamps()
    found = {}
    for key in scenes & stamps.keys():
        if key not in kept or kept[key][0] != stamps[key]:
            bare = "".join(story.scenes.text(key).split())
            digest = hashlib.sha256(bare.encode()).hexdigest() if bare else ""
            kept[key] = (stamps[key], digest)
        found[key] = kept[key][1]
    return found


class _Judging:
    """Holds pictures against one plan."""

    def __init__(self, plan: Plan, hashes: Mapping[str, str]) -> None:
        self._plan = plan
        self._hashes = hashes
        self._looks = Looks(plan)
        self._compared: dict[tuple[str, str, str], str] = {}

    def reasons(self, picture: Picture) -> Iterator[str]:
        """Why it is left behind; nothing where it is not."""
        scene = self._plan.item(picture.scene_id)
        if picture.scene_id and scene is None:
            return
        parts = _parts(picture.parts)
        yield from dict.fromkeys(filter(None, map(self._changed, parts)))
        if scene is not None:
            # What came from elsewhere, or was drawn by hand, knows nothing of the plan.
            if parts:
                yield from self._moved(scene, parts)
                yield from self._cast(scene, parts)
            was, now = picture.text_hash, self._hashes.get(picture.scene_id, "")
            if was and was != now:
                yield _("The text of the scene has changed.")

    def _changed(self, part: _Made) -> str:
        """What a fact says now that said something else then; empty where it says the same."""
        if part.field in ("", "cast"):
            return ""
        key = (part.item_id, part.field, part.source)
        if key not in self._compared:
            self._compared[key] = self._compare(part)
        return self._compared[key]

    def _compare(self, part: _Made) -> str:
        source, item = (part.item_id, part.field), self._plan.known(part.item_id)
        if item is None:
            return reason_told(self._plan, Reason(source, part.source, ""))
        now = item.fact(part.field)
        if now == part.source:
            return ""
        # A reference to what had only a name says the same.
        told = [fact_told(self._plan, item.kind, part.field, one) for one in (part.source, now)]
        if is_correction(*told):
            return ""
        return reason_told(self._plan, Reason(source, part.source, now))

    def _moved(self, scene: Item, parts: tuple[_Made, ...]) -> Iterator[str]:
        then = next((one for one in parts if one.role == Role.PLACE), None)
        now = next(self._plan.referred(scene, "place"), None)
        if then is None or then.item_id in (scene.id, now.id if now is not None else ""):
            return
        was, is_now = self._plan.told(then.item_id), self._plan.told(scene.fact("place"))
        yield reason_told(self._plan, Reason((scene.id, "place"), was, is_now))

    def _cast(self, scene: Item, parts: tuple[_Made, ...]) -> Iterator[str]:
        """Who came and went, and how they look by now."""
        looked = (one for one in parts if one.role == Role.CAST and one.field != REFERENCE)
        told = {one.item_id for one in looked} - {scene.id}
        after = {self._who(one.item_id): one.item_id for one in parts if one.field == REFERENCE}
        then = {key: self._who(key) for key in told}
        unseen = scene.list("point_of_view") if scene.fact("framing") == framing.EYES else ()
        now = {one.id: one for one in on_stage(self._plan, scene) if one.id not in unseen}
        for person in now.values():
            by_now = casting(person, self._looks.until(person.id, scene.id)).reference_of
            if by_now and after.get(person.id, by_now) != by_now:
                yield _("{name} has another reference picture by now.").format(
                    name=_quoted(self._plan, person)
                )
            looks = [one for one in self._looks.at(person, scene.id) if _shows(one)]
            if person.id not in then.values():
                if looks:
                    yield _("{name} is in the scene now.").format(name=_quoted(self._plan, person))
                continue
            for look in looks:
                if look.id not in then and look.kind is Kind.LOOK:
                    yield _("{name} has another look by now: {look}.").format(
                        name=_quoted(self._plan, person), look=_quoted(self._plan, look)
                    )
        here = {look.id for person in now.values() for look in self._looks.at(person, scene.id)}
        yield from self._gone(then, now, here)

    def _gone(
        self, then: Mapping[str, str], now: Mapping[str, Item], here: set[str]
    ) -> Iterator[str]:
        for key in dict.fromkeys(then.values()):
            person = self._plan.item(key)
            if person is not None and key not in now:
                yield _("{name} is not in the scene now.").format(name=_quoted(self._plan, person))
        for key, who in then.items():
            look = self._plan.item(key)
            if look is not None and who in now and key not in here:
                yield _("{name} does not look like this there: {look}.").format(
                    name=_quoted(self._plan, now[who]), look=_quoted(self._plan, look)
                )

    def _who(self, item_id: str) -> str:
        """Whose look it is."""
        item = self._plan.item(item_id)
        if item is None or item.kind is not Kind.LOOK:
            return item_id
        return next((one.id for one in self._plan.referred(item, "who")), item_id)


@lru_cache(maxsize=4096)
def _parts(told: str) -> tuple[_Made, ...]:
    """The parts of a picture; what a stranger wrote is none."""
    read = read_json(told)
    rows = [one for one in read if isinstance(one, dict)] if isinstance(read, list) else []
    names = ("role", "item_id", "field", "source")
    made = (_Made(*(str(one.get(name, "")) for name in names)) for one in rows)
    return tuple(one for one in made if one.item_id)


def _shows(look: Item) -> bool:
    """Whether a picture shows anything of it."""
    picture = "picture" if look.kind is Kind.LOOK else "look_picture"
    return bool(look.fact("look") or look.fact(picture))


def _quoted(plan: Plan, item: Item) -> str:
    return in_quotes(name_of(plan, item))
