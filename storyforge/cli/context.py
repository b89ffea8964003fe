"""The verb context: what a model is told of the story, and what it would see at a scene's end."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple, cast

import typer

from storyforge.cli.opening import opened, scene_numbered
from storyforge.cli.options import DEMO, FILE, JSON, MODEL
from storyforge.cli.profile_names import PROFILE, say_complaints
from storyforge.cli.talk import note, say, say_json, table
from storyforge.domain.lore import AUTHOR_NOTE, MEMORY, STYLE
from storyforge.domain.sections import SectionKind, SectionState
from storyforge.i18n import _, in_quotes, listed, ngettext

if TYPE_CHECKING:
    from storyforge.backends.base import Backend
    from storyforge.domain.lore import ContextRules, LoreEntry
    from storyforge.domain.sections import Section
    from storyforge.domain.story import Passage
    from storyforge.store.story_file import StoryFile
    from storyforge.studio.continuing import Wish
    from storyforge.studio.prompt.looking import Look

_SCENE = Annotated[
    int | None,
    typer.Option(
        "--scene",
        "-s",
        min=1,
        metavar="N",
        help=_("Show the prompt at the end of this scene, by its number in “show”."),
    ),
]

_SIGNS = {SectionState.WHOLE: "✓", SectionState.TRIMMED: "~", SectionState.LEFT_OUT: "–"}


def add_to(app: typer.Typer) -> None:
    """Add this verb."""
    app.command("context", help=_help())(context)


def _help() -> str:
    return _(
        "Show what a model is told about the story: memory, author's note, style, lore.\n\n"
        "An entry of lore is told when one of its keys is named, or always. With --scene, what "
        "“continue” would send at the end of that scene: each part with its tokens and why it is "
        "there or not, then the prompt itself. The tokens are the model's own.\n\n"
        "\b\n"
        "  storyforge context light.forge\n"
        "  storyforge context light.forge --scene 3\n"
        "  storyforge context light.forge --scene 3 --json"
    )


def context(
    file: FILE,
    scene: _SCENE = None,
    model: MODEL = None,
    profile: PROFILE = None,
    demo: DEMO = False,
    as_json: JSON = False,
) -> None:
    """Show memory, author's note, style and the book of lore, or the prompt of one scene."""
    with opened(file) as story:
        if scene is None:
            _show_all(story, as_json)
        else:
            _show_prompt(story, scene, _Writer(model, profile, demo), as_json)


def _show_all(story: "StoryFile", as_json: bool) -> None:
    texts, lore, rules = story.context.texts(), story.context.lore(), story.context.rules()
    scenes = enumerate(story.outline().scenes, start=1)
    names = {head.id: head.title or str(number) for number, head in scenes}
    if as_json:
        entries = [_lore_json(entry) for entry in lore]
        say_json({"texts": texts, "lore": entries, "rules": asdict(rules)})
        return
    kinds = {MEMORY: _("Memory"), AUTHOR_NOTE: _("Author's note"), STYLE: _("Style")}
    for kind in (*kinds, *(kind for kind in texts if kind not in kinds)):
        if texts.get(kind):
            say(kinds.get(kind, kind))
            say(_indented(texts[kind]))
            say()
    if lore:
        say(_("Lore"))
    for entry in lore:
        say(f"  {_lore_head(entry, names)}")
        say(_indented(entry.content, "    "))
    if lore or texts:
        say()
        for line in _rule_lines(rules):
            say(line)
    else:
        say(_("Nothing yet: no memory, no author's note, no lore."))


def _rule_lines(rules: "ContextRules") -> list[str]:
    return [
        ngettext(
            "The author's note stands {count} line above the caret.",
            "The author's note stands {count} lines above the caret.",
            rules.note_lines,
        ).format(count=rules.note_lines),
        ngettext(
            "The last {count:,} character is searched for keys.",
            "The last {count:,} characters are searched for keys.",
            rules.scan,
        ).format(count=rules.scan),
        ngettext(
            "Entries call others {count} step deep.",
            "Entries call others {count} steps deep.",
            rules.recursion,
        ).format(count=rules.recursion),
        _(
            "At most {memory:.0%} of a prompt is memory, {lore:.0%} lore, {retold:.0%} summaries, "
            "{plan:.0%} plan."
        ).format(
            memory=rules.memory_share,
            lore=rules.lore_share,
            retold=rules.summary_share,
            plan=rules.plan_share,
        ),
    ]


def _lore_head(entry: "LoreEntry", scenes: Mapping[str, str]) -> str:
    marks = []
    if entry.always:
        marks.append(_("always"))
    elif entry.keys:
        marks.append(_("keys: {keys}").format(keys=listed(entry.keys)))
    if entry.from_scene:
        name = scenes.get(entry.from_scene, _("one that is gone"))
        marks.append(_("from scene {scene} on").format(scene=in_quotes(name)))
    if entry.category:
        marks.append(entry.category)
    if not entry.enabled:
        marks.append(_("off"))
    return " · ".join([entry.title or _("(no title)"), *marks])


def _indented(text: str, by: str = "  ") -> str:
    return "\n".join(f"{by}{line}" if line else "" for line in text.split("\n"))


def _lore_json(entry: "LoreEntry") -> dict[str, Any]:
    told = {name: getattr(entry, name) for name in entry.__dataclass_fields__}
    return told | {"extra": dict(entry.extra)}


class _Writer(NamedTuple):
    """Whose prompt is shown."""

    model: str | None
    profile: str | None
    demo: bool


def _show_prompt(story: "StoryFile", number: int, writer: _Writer, as_json: bool) -> None:
    from storyforge import settings
    from storyforge.domain.story import Passage
    from storyforge.studio.continuing import Wish
    from storyforge.studio.profiles.choosing import chosen, meant

    head = scene_numbered(story, number)
    own = settings.load()
    passage = Passage(head.id, story.scenes.text(head.id), "")
    say_complaints()
    named = meant(own, profile=writer.profile, model=writer.model)
    backend = chosen(own, named, demo=writer.demo)
    wish = Wish.from_settings(own, story=story, profile=None if writer.demo else named)
    window = named.context_tokens or own.model.context_tokens
    look = asyncio.run(_look(story, passage, backend, wish, window))
    if as_json:
        say_json(_look_json(look, number, backend.card.name))
        return
    for told in (look.problem, *look.notes):
        if told:
            note(told)
    for line in _look_lines(look, backend.card.name):
        say(line)
    say()
    for section in look.request.sections:
        if section.kind is SectionKind.CHAT:
            say(section.text)
            say()
    say(look.request.prompt)


async def _look(
    story: "StoryFile", passage: "Passage", backend: "Backend", wish: "Wish", window: int
) -> "Look":
    from storyforge.studio.prompt.looking import Look, look

    found: Look | None = None
    try:
        steps = cast("AsyncGenerator[object, None]", look(story, passage, backend, wish, window))
        async with aclosing(steps) as stream:
            async for step in stream:
                found = step if isinstance(step, Look) else found
    finally:
        await backend.close()
    if found is None:
        raise RuntimeError("a look ends with what was seen")
    return found


def _tokens(look: "Look") -> int:
    """The prompt's; without a model, those of its sections."""
    if look.cached is not None:
        return look.cached.total
    return sum(section.given for section in look.request.sections)


def _look_lines(look: "Look", model: str) -> list[str]:
    from storyforge.studio.prompt.looking import gathered

    rows = [
        [
            _SIGNS[section.state],
            section.name,
            f"{section.given:,}",
            _("of {tokens:,}").format(tokens=section.wanted)
            if section.wanted > section.given
            else "",
            section.why,
        ]
        for section in gathered(look.request.sections)
    ]
    said = _("{tokens:,} of {window:,} tokens of {model} · {answer:,} kept for the answer").format(
        tokens=_tokens(look), window=look.window, model=model, answer=look.request.max_tokens
    )
    lines = [said, *table(rows, right=(2,))]
    if look.cached is not None and look.cached.reused:
        lines.append(
            _("{tokens:,} of them need not be read again").format(tokens=look.cached.reused)
        )
    return lines


def _look_json(look: "Look", number: int, model: str) -> dict[str, Any]:
    request = look.request
    return {
        "scene": number,
        "model": model,
        "window": look.window,
        "tokens": _tokens(look),
        "answer": request.max_tokens,
        "cached": None if look.cached is None else look.cached.reused,
        "estimated": bool(look.problem),
        "notes": [*look.notes],
        "template": request.template_hash,
        "sections": [_section_json(section) for section in request.sections],
        "prompt": request.prompt,
    }


def _section_json(section: "Section") -> dict[str, Any]:
    return {
        "kind": section.kind.value,
        "name": section.name,
        "source": section.source,
        "state": section.state.value,
        "why": section.why,
        "wanted": section.wanted,
        "given": section.given,
        "reserved": section.reserved,
        "start": section.start,
        "text": section.text,
    }
