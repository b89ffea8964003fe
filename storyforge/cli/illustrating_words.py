"""What `illustrate --show` says: each scene's prompt, and which line of the plan it came from."""

import asyncio
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from storyforge.cli import illustrate_wishes
from storyforge.cli.illustrate_wishes import Asked
from storyforge.cli.staging_options import scenes_line
from storyforge.cli.talk import note, say, say_json
from storyforge.errors import StoryforgeError
from storyforge.i18n import _, in_quotes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from storyforge.domain.picture.compiled import Compiled
    from storyforge.domain.picture.painters import PainterProfile
    from storyforge.domain.story import SceneHead
    from storyforge.settings import Settings
    from storyforge.store.story_file import StoryFile
    from storyforge.studio.pictures.drawing import Planned


def show_prompts(story: "StoryFile", settings: "Settings", asked: Asked, as_json: bool) -> None:
    """Show what would be sent for each scene, and why; nothing is drawn.

    Raises:
        BadInput: there is no such painter, or no such scene.
    """
    from storyforge.studio.pictures.compiling import compile_for
    from storyforge.studio.pictures.telling import told

    profile = asyncio.run(_profile(settings, asked))
    heads = _scenes(story, asked)
    numbers = {head.id: n for n, head in enumerate(story.outline().scenes, start=1)}
    found = [(head, compile_for(story, head.id, profile)) for head in heads]
    if as_json:
        say_json([_json(numbers[head.id], head, one) for head, one in found])
        return
    plan = story.plan.read()
    for head, compiled in found:
        title = f" {in_quotes(head.title)}" if head.title else ""
        say(_("Scene {number}{title}").format(number=numbers[head.id], title=title))
        for line in told(plan, compiled):
            say(f"  {line}".rstrip())
        if kept := scenes_line(story, head.id):
            say(f"  {kept}")
        say()
    for line in _memory(story, settings, profile, asked, [head.id for head in heads]):
        note(line)


def _memory(
    story: "StoryFile",
    settings: "Settings",
    profile: "PainterProfile",
    asked: Asked,
    scene_ids: "Sequence[str]",
) -> tuple[str, ...]:
    """What drawing them takes of memory, as the first that can be drawn is ordered, and its notes.

    What keeps it from being drawn is said here, too.
    """
    from storyforge.domain.picture.orders import Order
    from storyforge.studio.pictures.looking import takes

    if asked.demo or profile.model == Path():
        return ()
    told = list[str]()
    order = Order("", width=profile.width, height=profile.height)
    try:
        planned = _first(story, settings, profile, asked, scene_ids)
    except StoryforgeError as error:
        told += filter(None, (error.message, error.hint))
    else:
        if planned is not None:
            order = planned.order
            told += planned.notes
    memory = takes(profile, order)
    if memory is not None:
        told += (_("A picture takes {what}.").format(what=memory.told), *memory.notes)
    return tuple(told)


def _first(
    story: "StoryFile",
    settings: "Settings",
    profile: "PainterProfile",
    asked: Asked,
    scene_ids: "Sequence[str]",
) -> "Planned | None":
    """What is ordered of the first scene that has anything to show; None where none has.

    Raises:
        BadInput: it cannot be drawn as it is asked for.
    """
    from storyforge.cli.illustrate_orders import wished, with_pictures
    from storyforge.studio.pictures import drawing, profiles, resolving

    found = profiles.found_in(settings)
    wish, _scene = wished(story, asked)
    wish = with_pictures(story, asked, wish, profile, resolving.Folders(settings, found))
    for scene_id in scene_ids:
        try:
            return drawing.order_for(story, scene_id, profile, settings, wish, found=found)
        except drawing.NothingToShow:
            continue
    return None


def _scenes(story: "StoryFile", asked: Asked) -> "tuple[SceneHead, ...]":
    """Those that are meant; to look, all of them where none are said."""
    if asked.scenes is None and not asked.stale:
        return story.outline().scenes
    return illustrate_wishes.scenes_of(story, asked)


async def _profile(settings: "Settings", asked: Asked) -> "PainterProfile":
    """Whose dialect the prompts are in; without any painter, plain words."""
    from storyforge.studio.pictures.painters import Painters, demo_painter

    async def now() -> "Settings":
        return settings

    demo = asked.demo or not (settings.painters or asked.painter)
    if demo and not asked.demo:
        note(_("No painter is set up yet: these are prompts in plain words."))
    painters = Painters(now, only=demo_painter if demo else None)
    return await painters.profile(asked.painter or "")


def _json(number: int, head: "SceneHead", compiled: "Compiled") -> dict[str, Any]:
    from storyforge.studio.pictures.cast_prompts import whole_prompt

    return {
        "scene": number,
        "scene_id": head.id,
        "title": head.title,
        "sent": whole_prompt(compiled),
        **asdict(compiled),
    }
