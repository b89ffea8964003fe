"""Reads a manuscript in: what a model says of its scenes, chapters, cast, places and premise.

It says which questions there are and what becomes of the answers; each is asked by `asking`, and
put together by `gathering`. Nothing of the plan is changed: everything is proposed.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from storyforge.backends.sharing import Shared
from storyforge.backends.stopping import unless_stopped
from storyforge.domain.degenerate import Flaw, flaw_of
from storyforge.domain.plan.forms import Kind
from storyforge.domain.plan.items import PREMISE_ID, Item, Plan
from storyforge.domain.summary import SummaryOf, SummaryState
from storyforge.i18n import _
from storyforge.studio.permission import check
from storyforge.studio.reading_in import gathering
from storyforge.studio.reading_in.asking import Asking, Question, Value
from storyforge.studio.reading_in.framing import Framing
from storyforge.studio.reading_in.manner import manner_of
from storyforge.studio.reading_in.naming import folded, is_same, names_like, spoken_of
from storyforge.studio.summaries import listing as summaries

if TYPE_CHECKING:
    from storyforge.store.story_file import StoryFile

# Of the story's beginning, in characters.
_OPENING = 400


class Reader:
    """Reads one story. `begin` it first.

    Attributes:
        flaws: what came of the last thing that was read and is no good, in sentences.

    Args:
        anew: read what was read before, too.
    """

    def __init__(self, story: "StoryFile", shared: Shared, *, anew: bool = False) -> None:
        self._story = story
        self._shared = shared
        self._anew = anew
        self._stop = asyncio.Event()
        self._plan = Plan()
        self._texts: dict[str, str] = {}
        self._scenes: dict[str, Value] = {}
        self._things: list[Value] = []
        self._chapters: dict[str, Value] = {}
        self.flaws: list[str] = []

    async def begin(self, stop: asyncio.Event) -> None:
        """Make the model and the story's text ready.

        Raises:
            NotAllowed: the story's text may not go to that model.
            Stopped: the stop came first.
            ModelError: the model cannot be loaded.
        """
        await check(self._story, self._shared.card)
        await unless_stopped(self._load(), stop)
        await check(self._story, self._shared.card)
        self._plan = await asyncio.to_thread(self._story.plan.read)
        language = self._plan.plan_language
        self._asking = await asyncio.to_thread(
            partial(Asking, self._story, self._shared, language, anew=self._anew)
        )
        self._framing = Framing(self._story, self._shared, self._plan)
        self._texts = await asyncio.to_thread(self._read_texts)
        for key, text in self._texts.items():
            known = self._asking.known(Question("read_in/scene", text, key))
            if known is not None:
                self._scenes[key] = known.value

    async def scene(self, scene_id: str, stop: asyncio.Event) -> None:
        """What happens in a scene, and its places and things.

        Raises:
            Stopped: the stop came first; what was read stays.
            BadInput: a template is at fault.
            ModelError: the model failed.
        """
        self._begin(stop)
        # It may have been written on, or deleted, since the reading began.
        text = await asyncio.to_thread(self._read_text, scene_id)
        if not text:
            self._texts.pop(scene_id, None)
            self._scenes.pop(scene_id, None)
            return
        self._texts[scene_id] = text
        whole = Question("read_in/scene", text, scene_id)
        names = self._names_in(text)
        frame = {"text": "", "title": self._title, "part": 1, "parts": 2, "names": names}
        parts = await self._framing.parts("read_in/scene", text, frame, stop)
        told: list[Value] = []
        for at, part in enumerate(parts, start=1):
            names = self._names_in(part)
            values = {"text": part, "title": self._title, "part": at, "parts": len(parts)}
            question = Question(
                "read_in/scene",
                part,
                scene_id,
                passing=len(parts) > 1,
                clean=partial(gathering.borne_out, text=part),
                check=self._is_of(part),
            )
            told.append(await self._asked(question, {**values, "names": names}))
            things = Question("read_in/world", part, passing=True, clean=self._plain(part))
            self._things.append(await self._asked(things, values))
        scene = told[0] if len(told) == 1 else gathering.one_scene(told)
        if len(told) > 1:
            await asyncio.to_thread(self._asking.propose, whole, scene)
        self._scenes[scene_id] = scene

    async def chapter(self, chapter_id: str, stop: asyncio.Event) -> None:
        """A chapter's goal, conflict, turn and outcome, from what happens in its scenes.

        Raises:
            As for `scene`.
        """
        self._begin(stop)
        chapter = self._plan.item(chapter_id)
        ids = [scene.id for scene in self._plan.scenes_of(chapter_id) if scene.id in self._texts]
        told = await asyncio.to_thread(self._summaries, SummaryOf.SCENE)
        lines = [told.get(key) or gathering.told_of(self._scenes.get(key, {})) for key in ids]
        lines = [line for line in lines if line]
        if chapter is None or not lines:
            return
        values: dict[str, object] = {"title": self._title, "chapter": chapter.name}
        text = "\n".join(self._texts[key] for key in ids)
        source = "\n".join(lines)
        question = Question("read_in/chapter", source, chapter_id, clean=self._plain(text))
        self._chapters[chapter_id] = await self._asked(question, values, "scenes", lines)

    async def cast(self, stop: asyncio.Event) -> None:
        """A line for each of the cast; and the places and things, which are all read by then.

        Raises:
            As for `scene`.
        """
        self._begin(stop)
        known = _names(self._plan.characters)
        people = gathering.people(self._scenes.values(), known)
        lines = []
        for names in people:
            one = self._plan.named(Kind.CHARACTER, names[0])
            if one is not None and one.fact("role"):
                continue
            texts = self._told_with(names)
            passages = await asyncio.to_thread(
                gathering.passages_of, names, texts, self._plan.language
            )
            values: dict[str, object] = {"title": self._title, "name": names[0]}
            source = "\n".join((names[0], *texts))
            clean = self._plain("\n".join(texts))
            question = Question("read_in/cast", source, passing=True, clean=clean)
            answer = await self._asked(question, values, "passages", passages)
            lines.append(gathering.line_of(names[0], answer))
        await asyncio.to_thread(self._propose_cast, lines)
        things = await asyncio.to_thread(self._propose_things, [names[0] for names in people])
        await asyncio.to_thread(self._rename, people, things)

    async def premise(self, stop: asyncio.Event) -> None:
        """The premise, from what happens in the chapters.

        Raises:
            As for `scene`.
        """
        self._begin(stop)
        told = await asyncio.to_thread(self._summaries, SummaryOf.CHAPTER)
        lines = []
        for chapter in self._plan.chapters:
            value = self._chapters.get(chapter.id, {})
            read = " ".join(
                str(value[name]) for name in ("goal", "turn", "outcome") if name in value
            )
            lines.append(told.get(chapter.id) or read)
        lines = [line for line in lines if line]
        text = "\n\n".join(self._texts.values())
        if not lines:
            return
        opening = " ".join(text[: 2 * _OPENING].split())[:_OPENING]
        values: dict[str, object] = {"title": self._title, "opening": opening}
        plain = self._plain(text)
        manner = await asyncio.to_thread(manner_of, text, self._plan.language)
        question = Question(
            "read_in/premise",
            "\n".join((opening, *lines)),
            PREMISE_ID,
            clean=lambda value: {**plain(value), **manner},
        )
        await self._asked(question, values, "chapters", lines)

    # What the answers are made of.

    async def _asked(
        self,
        question: Question,
        values: Mapping[str, object],
        name: str = "",
        lines: Sequence[str] = (),
    ) -> Value:
        """The answer to a question; `lines`, as many as there is room for, are its `name`."""
        if name:
            frame = {**values, name: []}
            fitted = await self._framing.fitted(question.task, lines, frame, self._stop)
            values = {**values, name: fitted}
        template = await self._framing.template(question.task)
        found = await self._asking.ask(question, template, template.render(**values), self._stop)
        if found.flaw:
            # It stands among the proposals; nothing is made from it.
            self.flaws.append(found.flaw)
            return {}
        return found.value

    def _is_of(self, text: str) -> Callable[[Value], str] | None:
        """Says of an answer that it tells of another text; nothing where languages differ."""
        if self._plan.plan_language != self._plan.language:
            return None

        def judged(value: Value) -> str:
            flaw = flaw_of(gathering.told_of(value), text)
            return _("The model wrote of something else.") if flaw is Flaw.FOREIGN else ""

        return judged

    def _plain(self, text: str) -> Callable[[Value], Value]:
        """Takes out of an answer who is not in the text; where languages differ, nobody."""
        if self._plan.plan_language != self._plan.language:
            return dict
        return partial(gathering.plain, text=text)

    def _names_in(self, text: str) -> tuple[str, ...]:
        """The cast of the plan that stands in a text, and what looks like a name there."""
        known = spoken_of(text, _names(self._plan.characters))
        likely = (name for name in names_like(text) if not any(is_same(name, one) for one in known))
        return (*known, *likely)

    def _told_with(self, names: Sequence[str]) -> tuple[str, ...]:
        """The texts of the scenes that somebody is in."""
        return tuple(
            text
            for key, text in self._texts.items()
            if any(name in self._scenes.get(key, {}).get("cast", ()) for name in names)
        )

    def _propose_cast(self, lines: list[dict[str, str]]) -> None:
        lines = [line for line in lines if line["role"]]
        if lines:
            source = "\n".join(f"{line['name']}: {line['role']}" for line in lines)
            self._asking.propose(Question("read_in/cast", source), {"items": lines})

    def _propose_things(self, cast: Sequence[str]) -> tuple[str, ...]:
        """Propose places and things; the names of all that there are, the plan's included."""
        text = folded("\n".join(self._texts.values()))
        known = _names(self._plan.of(Kind.WORLD))
        scenes = tuple(self._scenes.values())
        items = gathering.things(self._things, scenes, text, cast, known)
        if items:
            source = "\n".join(f"{one['title']}: {one['content']}" for one in items)
            self._asking.propose(Question("read_in/world", source), {"items": items})
        return (*(item["title"] for item in items), *known)

    def _rename(self, people: Sequence[Sequence[str]], things: Sequence[str]) -> None:
        """Let the scenes' proposals call everybody and everything by one name."""
        for key, scene in self._scenes.items():
            if scene and not scene.get("cast"):
                # Nobody whom the model named stands in it, but some of the cast may.
                scene = {**scene, "cast": gathering.names_in(self._texts[key], people)}
            question = Question("read_in/scene", self._texts[key], key)
            self._scenes[key] = named = gathering.renamed(scene, people, things)
            self._asking.amend(question, named)

    def _read_texts(self) -> dict[str, str]:
        """The text of each scene that has one."""
        ids = (head.id for head in self._story.outline().scenes)
        texts = {key: self._read_text(key) for key in ids}
        return {key: text for key, text in texts.items() if text}

    def _read_text(self, scene_id: str) -> str:
        """The text of a scene; none where it has none, or is not in the story any more."""
        head = self._story.outline().scene(scene_id)
        return summaries.scene_text(self._story, scene_id) if head and head.length else ""

    def _summaries(self, of: SummaryOf) -> dict[str, str]:
        """The summaries that are up to date."""
        return {
            one.id: one.text
            for one in summaries.entries(self._story)
            if one.of is of and one.state is SummaryState.THERE
        }

    async def _load(self) -> None:
        async for _loading in self._shared.beneath.load():
            continue

    def _begin(self, stop: asyncio.Event) -> None:
        self._stop = stop
        self.flaws = []

    @property
    def _title(self) -> str:
        return self._plan.title.strip()


def _names(items: Sequence[Item]) -> tuple[str, ...]:
    """What items are called, in the plan and in the prose."""
    names = (name for item in items for name in (item.name, item.fact("prose_name")))
    return tuple(dict.fromkeys(name for name in names if name))
