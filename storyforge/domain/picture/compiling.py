"""From the plan to a prompt, by rule: who is there and how they look by now, what is seen. Pure.

Nothing that has not happened yet is in it, and nothing that no picture shows. Each part knows the
fact that it was made from.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from storyforge.domain.counting import counts_characters
from storyforge.domain.picture import casting, dialects, framing, people
from storyforge.domain.picture.casting import Casting
from storyforge.domain.picture.compiled import Compiled, LeftOut, Part, Role, Why
from storyforge.domain.picture.dialects import TagFinder
from storyforge.domain.picture.facts import SceneFacts, Telling, Told
from storyforge.domain.picture.painters import Dialect, PainterProfile
from storyforge.domain.picture.tag import Tag, Tags
from storyforge.domain.plan.fields import Kind
from storyforge.domain.plan.items import Item, Plan

_SHOWN = (Kind.SCENE, Kind.CHARACTER, Kind.LOOK, Kind.WORLD)
# What is seen around somebody who is drawn alone; the moment has the others in it.
_AROUND = frozenset({Role.PLACE, Role.TIME, Role.WEATHER, Role.STYLE})


class Compiler:
    """Compiles the scenes of one plan for one checkpoint: what they share is made once.

    Args:
        tags: the dictionary; without one no tag is known.
    """

    def __init__(self, plan: Plan, profile: PainterProfile, tags: Tags | None = None) -> None:
        self._plan = plan
        self._profile = profile
        self._dialect = profile.dialect
        self._telling = Telling(plan, by_look=not profile.dialect.is_tags)
        self._finder = TagFinder(tags)

    def item(self, item_id: str) -> Compiled:
        """The prompt of a scene, or of somebody or something alone; empty where there is none."""
        item = self._plan.item(item_id)
        if item is None or item.kind not in _SHOWN:
            return Compiled("")
        if item.kind is Kind.SCENE:
            return self._compiled(item, self._telling.scene(item))
        return self._compiled(item, self._telling.alone(item))

    def _compiled(self, scene: Item, facts: SceneFacts) -> Compiled:
        left = list(facts.left_out)
        told = [*self._given(Role.QUALITY), *self._parts(facts, scene, left)]
        parts = self._in_order(told)
        negative = [*self._given(Role.NEGATIVE), *self._avoided(facts, left)]
        cast = tuple(self._castings(facts, scene))
        every = (*parts, *(part for part, _tag in negative))
        compiled = Compiled(
            dialects.joined(parts, self._dialect),
            dialects.joined((part for part, _tag in negative), self._dialect),
            every,
            tuple(dict.fromkeys(left)),
            tuple(dict.fromkeys(facts.noted)),
            tuple(self._loras(cast)),
            cast=cast,
            alt=_alt(self._plan, scene),
        )
        return replace(compiled, hash=_hash(compiled))

    def _given(self, role: Role) -> Iterator[tuple[Part, Tag | None]]:
        """What the checkpoint's profile puts before."""
        profile = self._profile
        text = profile.quality if role is Role.QUALITY else profile.negative
        part = dialects.as_given(Part(role, text), self._dialect)
        if part.text:
            yield part, None

    def _parts(
        self, facts: SceneFacts, scene: Item, left: list[LeftOut]
    ) -> Iterator[tuple[Part, Tag | None]]:
        shown = [one for one in facts.told if one.role is not Role.NEGATIVE]
        if not self._dialect.is_tags:
            commas = self._dialect is Dialect.NATURAL
            for one in shown:
                if text := dialects.natural(one.text, commas=commas):
                    yield _part(one, text), None
            return
        seen = set[str]()
        for name in people.counted(facts.figures):
            tag = self._finder.named(name)
            if tag is not None and tag.name not in seen:
                seen.add(tag.name)
                field = "cast" if scene.kind is Kind.SCENE else "look"
                cast = Part(Role.CAST, "", scene.id, field, source=scene.fact(field))
                yield replace(cast, text=dialects.as_tag(tag, self._dialect)), tag
        for one in shown:
            yield from self._tags(one, left, seen)

    def _avoided(self, facts: SceneFacts, left: list[LeftOut]) -> Iterator[tuple[Part, Tag | None]]:
        avoided = [one for one in facts.told if one.role is Role.NEGATIVE]
        for one in avoided:
            if self._dialect.is_tags:
                yield from self._tags(one, left, set())
            elif text := dialects.natural(one.text, commas=self._dialect is Dialect.NATURAL):
                yield _part(one, text), None

    def _tags(
        self, told: Told, left: list[LeftOut], seen: set[str]
    ) -> Iterator[tuple[Part, Tag | None]]:
        """A fact as tags: each once in a prompt, and no count of people but the cast's."""
        text = framing.tag(told.source) if told.role is Role.FRAMING else told.text
        found = self._finder.of(text)
        # What a picture's file must not be is said with such tags, too: “watermark”.
        meta = found.meta if told.role is Role.NEGATIVE else ()
        for tag, weight in (*found.tags, *((one, "") for one in meta)):
            counts = told.role is Role.CAST and people.is_count(tag.name)
            if tag.name not in seen and not counts:
                seen.add(tag.name)
                yield _part(told, dialects.as_tag(tag, self._dialect, weight)), tag
        if not meta:
            left += (
                LeftOut(one.name, Why.META_TAG, told.item_id, told.field) for one in found.meta
            )
        left += (LeftOut(one, Why.NO_TAG, told.item_id, told.field) for one in found.left)

    def _in_order(self, told: Iterable[tuple[Part, Tag | None]]) -> tuple[Part, ...]:
        known = tuple(told)
        # A prompt that shows nothing is none.
        if self._dialect is Dialect.TAGS_SPACES and any(tag is not None for _part, tag in known):
            return dialects.ordered(known, self._finder.named(dialects.ORIGINAL))
        return tuple(part for part, _tag in known)

    def _castings(self, facts: SceneFacts, scene: Item) -> Iterator[Casting]:
        """The people who are seen; who is drawn by more than words has a prompt of their own."""
        around = [one for one in facts.told if one.role in _AROUND]
        for at, person in enumerate(facts.people):
            one = casting.casting(person, facts.dated[at])
            if one.has_own:
                alone = SceneFacts(
                    told=[*facts.looks[at], *around],
                    people=[person],
                    figures=[facts.figures[at]],
                )
                told = [*self._given(Role.QUALITY), *self._parts(alone, scene, [])]
                prompt = dialects.joined(self._in_order(told), self._dialect)
                one = replace(one, prompt=prompt)
            yield one

    def _loras(self, cast: Sequence[Casting]) -> Iterator[tuple[str, float]]:
        """Those of the people who are seen, then the style's; each once."""
        style = casting.loras_named(self._plan.premise.fact("style_loras"))
        found = dict[str, float]()
        for name, weight in (*(each for one in cast for each in one.loras), *style):
            found.setdefault(name, weight)
        yield from found.items()


def _part(told: Told, text: str) -> Part:
    return Part(told.role, text, told.item_id, told.field, told.since, told.source)


def _alt(plan: Plan, scene: Item) -> str:
    """What is seen, for who cannot see it, in the words of the plan."""
    if scene.kind is not Kind.SCENE:
        return ": ".join(filter(None, (scene.name, " ".join(scene.fact("look").split()))))
    between = "、" if counts_characters(plan.plan_language) else ", "
    names = between.join(plan.told(one) for one in scene.list("cast"))
    place = plan.told(scene.fact("place"))
    what = scene.fact("shown") or names or scene.name
    told = (what, place, scene.fact("time"), scene.fact("weather"))
    return between.join(" ".join(one.split()).rstrip(" .。") for one in told if one.strip())


def _hash(compiled: Compiled) -> str:
    """Of all that a prompt was made from."""
    facts = [(part.item_id, part.field, part.since, part.source) for part in compiled.parts]
    told = [compiled.prompt, compiled.negative, compiled.loras, facts]
    told += [compiled.embeddings] if compiled.embeddings else []
    return hashlib.sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()
