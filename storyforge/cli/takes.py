"""The verb about what a model wrote: every take of a story, as a tree."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from storyforge.cli.opening import opened, refuse_if_read_only, scene_numbered
from storyforge.cli.options import FILE, JSON
from storyforge.cli.story import scene_name
from storyforge.cli.talk import say, say_json, shortened, table
from storyforge.domain.counting import count
from storyforge.errors import BadInput
from storyforge.i18n import _, in_quotes

if TYPE_CHECKING:
    from storyforge.domain.generation import Take
    from storyforge.domain.take_tree import Node
    from storyforge.store.story_file import StoryFile

_SCENE = Annotated[
    int | None,
    typer.Option(
        "--scene", "-s", min=1, metavar="N", help=_("Only this scene, by its number in “show”.")
    ),
]
_BOOKMARKS = Annotated[bool, typer.Option("--bookmarks", help=_("Only those with a bookmark."))]


_PUT = Annotated[
    str | None,
    typer.Option(
        "--put", metavar="NUMBER", help=_("Let this take stand on the page, by its number: 2.3.")
    ),
]


def add_to(app: typer.Typer) -> None:
    """Add this verb."""
    app.command("takes", help=_help())(takes)


def _help() -> str:
    return _(
        "List what a model wrote in a scene: every take, also those not on the page.\n\n"
        "Takes are numbered within their place, so 2.3 is the third take of the second place. "
        "● marks what stands on the page now, ★ a bookmark; a take that is set in with ╰ is "
        "another one in the place of the take above. A wish stands in quotes before the text.\n\n"
        "With --put a take of a scene comes to the page, and what stood in its place is kept; "
        "without --scene the scene is meant that was open last.\n\n"
        "\b\n"
        "  storyforge takes light.forge\n"
        "  storyforge takes light.forge --bookmarks\n"
        "  storyforge takes light.forge --scene 3 --json\n"
        "  storyforge takes light.forge --scene 3 --put 2.3"
    )


def takes(
    file: FILE,
    scene: _SCENE = None,
    bookmarks: _BOOKMARKS = False,
    put: _PUT = None,
    as_json: JSON = False,
) -> None:
    """List the takes of a story or of one scene, or let one stand."""
    with opened(file, to_write=put is not None) as story:
        if put is not None:
            head = scene_numbered(story, scene)
            _put(story, head.id, put)
            scene = [one.id for one in story.outline().scenes].index(head.id) + 1
        scenes = story.outline().scenes
        numbered = list(enumerate(scenes, start=1))
        if scene is not None:
            numbered = [(scene, scene_numbered(story, scene))]
        found = [(number, head, _Scene(story, head.id)) for number, head in numbered]
        if as_json:
            say_json([told for number, _head, one in found for told in one.json(number, bookmarks)])
            return
        said = False
        for number, head, one in found:
            rows = one.rows(story.outline().language, bookmarks)
            if not rows:
                continue
            if said:
                say()
            say(_("Scene {number}  {name}").format(number=number, name=scene_name(story, head)))
            for line in table(rows, right=(1, 5)):
                say(line)
            said = True
        if not said:
            none = _("No take has a bookmark yet.")
            say(none if bookmarks else _("No takes yet: nothing here was written by a model."))


def _put(story: "StoryFile", scene_id: str, number: str) -> None:
    from storyforge import settings
    from storyforge.studio.takes.putting import put
    from storyforge.studio.writing_clock import reckoned
    from storyforge.studio.writing_days import goals_of

    refuse_if_read_only(story)
    take = _Scene(story, scene_id).numbered(number)
    if take is None:
        raise BadInput(
            _("There is no take {number} in this scene.").format(number=number),
            title=_("No such take"),
            hint=_("“storyforge takes” lists them with their numbers."),
        )
    with reckoned(story, scene_id, goals_of(story, settings.load())):
        put(story, take)


class _Scene:
    """The takes of one scene, each with its place's number and whether its words stand there."""

    def __init__(self, story: "StoryFile", scene_id: str) -> None:
        self._takes = story.takes.of_scene(scene_id)
        self._nodes: tuple[Node, ...] = ()
        self._places: dict[str, int] = {}
        self._standing: frozenset[str] = frozenset()
        if not self._takes:
            return
        from storyforge.domain.take_tree import laid_out
        from storyforge.studio.takes.past import standing_takes

        for take in self._takes:
            self._places.setdefault(take.place_id, len(self._places) + 1)
        heads = story.takes.heads(scene_id)
        self._standing = standing_takes(story.scenes.load(scene_id), heads)
        self._nodes = laid_out(heads, self._standing)

    def numbered(self, number: str) -> "Take | None":
        """The take that the list calls so."""
        called = (take for take in self._takes if self._number(take) == number.strip())
        return next(called, None)

    def rows(self, language: str, bookmarks: bool) -> list[Sequence[str]]:
        """One row a take, as the tree lays them out."""
        takes = {take.id: take for take in self._takes}
        return [
            self._row(takes[node.head.id], node, language)
            for node in self._nodes
            if node.head.bookmark or not bookmarks
        ]

    def json(self, scene: int, bookmarks: bool) -> list[dict[str, Any]]:
        """One object a take, by place and number."""
        order = sorted(self._takes, key=lambda take: (self._places[take.place_id], take.number))
        return [self._json(scene, take) for take in order if take.bookmark or not bookmarks]

    def _number(self, take: "Take") -> str:
        return f"{self._places[take.place_id]}.{take.number}"

    def _row(self, take: "Take", node: "Node", language: str) -> list[str]:
        # A moment is kept in UTC and shown in the author's own time.
        when = take.created.astimezone().strftime("%Y-%m-%d %H:%M")
        marks = [f"★ {take.bookmark}"] if take.bookmark else []
        marks += [in_quotes(shortened(take.wish, 30))] if take.wish else []
        branch = "  " * max(node.depth - 1, 0) + ("╰ " if node.branch else "")
        return [
            "●" if take.id in self._standing else " ",
            self._number(take),
            when,
            _state_name(take.state.value),
            f"{take.model} · {take.place}" if take.place else take.model,
            f"{count(take.text).of(language):,}",
            branch + "  ".join((*marks, shortened(take.text, 44))),
        ]

    def _json(self, scene: int, take: "Take") -> dict[str, Any]:
        return {
            "id": take.id,
            "scene": scene,
            "scene_id": take.scene_id,
            "place": self._places[take.place_id],
            "place_id": take.place_id,
            "number": take.number,
            "created": take.created.isoformat(),
            "kind": take.kind.value,
            "state": take.state.value,
            "reason": take.reason.value if take.reason else None,
            "model": take.model,
            "host": take.place,
            "seed": take.usage.seed,
            "tokens": take.usage.written,
            "tokens_thought": take.usage.thought,
            "estimated": take.usage.estimated,
            "cost": take.usage.cost,
            "currency": take.usage.currency,
            "words": count(take.text).words,
            "characters": count(take.text).characters,
            "parent": take.parent_id or None,
            "wish": take.wish,
            "bookmark": take.bookmark,
            "snapshot": take.revision_id or None,
            "prompt": take.prompt,
            "stands": take.id in self._standing,
            "kept": take.kept,
            "text": take.text,
            "thinking": take.thinking,
        }


def _state_name(state: str) -> str:
    return {
        "running": _("running"),
        "finished": _("finished"),
        "stopped": _("stopped"),
        "failed": _("failed"),
        "interrupted": _("interrupted"),
        "edited": _("edited"),
    }[state]
