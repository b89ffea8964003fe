"""The verbs about one story: new, show, takes."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from storyforge.cli.beside import beside_json, beside_line
from storyforge.cli.lengths import extent_facts, extent_json, extents_of
from storyforge.cli.names import new_story_path
from storyforge.cli.opening import opened, scene_numbered
from storyforge.cli.talk import quoted, say, say_json, shortened, table
from storyforge.domain.counting import Counts, count, counts_characters
from storyforge.domain.extent import Extent
from storyforge.i18n import _, in_quotes, ngettext

if TYPE_CHECKING:
    from storyforge.domain.generation import Take
    from storyforge.domain.story import Outline, SceneHead
    from storyforge.store.story_file import StoryFile

_FILE = Annotated[Path, typer.Argument(metavar="FILE", help=_("The story."))]
_JSON = Annotated[bool, typer.Option("--json", help=_("Answer in JSON, for programs."))]


def add_to(app: typer.Typer) -> None:
    """Add these verbs."""
    app.command("new", help=_new_help())(new)
    app.command("show", help=_show_help())(show)
    app.command("takes", help=_takes_help())(takes)


def _new_help() -> str:
    return _(
        "Make a new, empty story.\n\n"
        "\b\n"
        "  storyforge new light.forge --title 'The Light at Skerry Point'\n"
        "  storyforge new kaze.forge --title 風 --language ja"
    )


def new(
    file: Annotated[Path, typer.Argument(metavar="FILE", help=_("Where the story will lie."))],
    title: Annotated[
        str | None,
        typer.Option("--title", "-t", metavar="TITLE", help=_("Its title; else the file's name.")),
    ] = None,
    author: Annotated[
        str | None,
        typer.Option("--author", "-a", metavar="NAME", help=_("Your name; else the settings'.")),
    ] = None,
    language: Annotated[
        str | None,
        typer.Option(
            "--language", "-l", metavar="TAG", help=_("A tag such as en or ja; else the settings'.")
        ),
    ] = None,
) -> None:
    """Make a new, empty story."""
    from storyforge import settings
    from storyforge.studio.shelf import create_story

    path = new_story_path(file)
    if author is None or language is None:
        own = settings.load()
        author = own.author if author is None else author
        language = own.language if language is None else language
    title = path.stem.replace("_", " ") if title is None else title
    create_story(path, title=title, author=author, language=language).close()
    say(_("Made {path}").format(path=path))
    say(_("To write in it: storyforge {path}").format(path=quoted(path)))


def _show_help() -> str:
    return _(
        "Show a story's chapters and scenes, and how much is in them.\n\n"
        "The number before a scene is the one that “continue” and “takes” ask for. ▸ marks the "
        "scene that was open last. Words that a model wrote are counted apart. Of a Japanese story "
        "you hear its length without readings and its pages of manuscript paper, 20 by 20.\n\n"
        "\b\n"
        "  storyforge show light.forge\n"
        "  storyforge show light.forge --json"
    )


def show(file: _FILE, as_json: _JSON = False) -> None:
    """Show a story's chapters and scenes."""
    with opened(file) as story:
        outline = story.outline()
        shares = {s.id: story.scenes.counts_by_author(s.id) for s in outline.scenes}
        extents = extents_of(story, outline)
        if as_json:
            say_json(_story_json(story, outline, shares, extents))
            return
        for line in _story_lines(story, outline, shares, extents):
            say(line)
        if along := beside_line(story):
            say()
            say(along)


_Shares = dict[str, tuple[Counts, Counts]]
_Extents = dict[str, Extent]


def _story_lines(
    story: "StoryFile", outline: "Outline", shares: _Shares, extents: _Extents
) -> list[str]:
    language = outline.language
    number = {scene.id: index for index, scene in enumerate(outline.scenes, start=1)}
    last = story.recall("open_scene")
    unit = _("characters") if counts_characters(language) else _("words")
    rows = [["", "", unit, _("own"), _("model")]]
    for index, chapter in enumerate(outline.chapters, start=1):
        title = chapter.title or _("Chapter {n}").format(n=index)
        rows.append(["", title, f"{chapter.counts.of(language):,}", "", ""])
        for scene in chapter.scenes:
            own, model = shares[scene.id]
            rows.append(
                [
                    f"{'▸' if scene.id == last else ' '} {number[scene.id]}",
                    f"  {_scene_name(story, scene)}",
                    f"{scene.counts.of(language):,}",
                    f"{own.of(language):,}",
                    f"{model.of(language):,}" if model.of(language) else "–",
                ]
            )
    return [*_head(outline, shares, extents), "", *table(rows, right=(0, 2, 3, 4))]


def _head(outline: "Outline", shares: _Shares, extents: _Extents) -> list[str]:
    language = outline.language
    model = sum((share[1] for share in shares.values()), Counts()).of(language)
    total = outline.counts.of(language)
    amount = (
        ngettext("{count} character", "{count} characters", total)
        if counts_characters(language)
        else ngettext("{count} word", "{count} words", total)
    ).format(count=f"{total:,}")
    facts = [
        outline.author,
        language,
        ngettext("{count} chapter", "{count} chapters", len(outline.chapters)).format(
            count=len(outline.chapters)
        ),
        ngettext("{count} scene", "{count} scenes", len(outline.scenes)).format(
            count=len(outline.scenes)
        ),
        amount,
    ]
    if model:
        facts.append(_("{count} of them by a model").format(count=f"{model:,}"))
    facts += extent_facts(sum(extents.values(), Extent()), language)
    return [outline.title or _("(no title)"), " · ".join(fact for fact in facts if fact)]


def _scene_name(story: "StoryFile", scene: "SceneHead") -> str:
    """A scene's title, or how it begins."""
    if scene.title:
        return shortened(scene.title, 48)
    if not scene.length:
        return _("(empty)")
    return in_quotes(shortened(story.scenes.load(scene.id).text, 40))


def _story_json(
    story: "StoryFile", outline: "Outline", shares: _Shares, extents: _Extents
) -> dict[str, Any]:
    language = outline.language
    numbers = {scene.id: index for index, scene in enumerate(outline.scenes, start=1)}
    own = sum((share[0] for share in shares.values()), Counts())
    model = sum((share[1] for share in shares.values()), Counts())
    return {
        "path": str(story.path),
        "id": outline.story_id,
        "title": outline.title,
        "author": outline.author,
        "language": language,
        "created": outline.created.isoformat(),
        "open_scene": numbers.get(story.recall("open_scene")),
        **_counts_json(outline.counts, own, model),
        **extent_json(sum(extents.values(), Extent()), language),
        **beside_json(story),
        "chapters": [
            {
                "id": chapter.id,
                "title": chapter.title,
                "scenes": [
                    {
                        "number": numbers[scene.id],
                        "id": scene.id,
                        "title": scene.title,
                        **_counts_json(scene.counts, *shares[scene.id]),
                        **extent_json(extents[scene.id], language),
                    }
                    for scene in chapter.scenes
                ],
            }
            for chapter in outline.chapters
        ],
    }


def _counts_json(total: Counts, own: Counts, model: Counts) -> dict[str, int]:
    return {
        "words": total.words,
        "characters": total.characters,
        "own_words": own.words,
        "own_characters": own.characters,
        "model_words": model.words,
        "model_characters": model.characters,
    }


def _takes_help() -> str:
    return _(
        "List what a model wrote in a scene: every take, also those not on the page.\n\n"
        "Takes are numbered within their place, so 2.3 is the third take of the second place. "
        "● marks what stands on the page now.\n\n"
        "\b\n"
        "  storyforge takes light.forge\n"
        "  storyforge takes light.forge --scene 3 --json"
    )


def takes(
    file: _FILE,
    scene: Annotated[
        int | None,
        typer.Option(
            "--scene", "-s", min=1, metavar="N", help=_("Only this scene, by its number in “show”.")
        ),
    ] = None,
    as_json: _JSON = False,
) -> None:
    """List the takes of a story or of one scene."""
    with opened(file) as story:
        scenes = story.outline().scenes
        numbered = list(enumerate(scenes, start=1))
        if scene is not None:
            numbered = [(scene, scene_numbered(story, scene))]
        found = [(n, head, _standing(story, head.id)) for n, head in numbered]
        if as_json:
            say_json([_take_json(n, p, t, on) for n, _head, kept in found for p, t, on in kept])
            return
        language = story.outline().language
        said = False
        for number, head, kept in found:
            if not kept:
                continue
            if said:
                say()
            say(_("Scene {number}  {name}").format(number=number, name=_scene_name(story, head)))
            for line in table([_take_row(p, t, on, language) for p, t, on in kept], right=(1, 5)):
                say(line)
            said = True
        if not said:
            say(_("No takes yet: nothing here was written by a model."))


def _standing(story: "StoryFile", scene_id: str) -> list[tuple[int, "Take", bool]]:
    """The takes of a scene by place, each with its place's number and whether it stands there."""
    all_takes = story.takes.of_scene(scene_id)
    if not all_takes:
        return []
    page = story.scenes.load(scene_id)
    places: dict[str, int] = {}
    for take in all_takes:
        places.setdefault(take.place_id, len(places) + 1)
    found = []
    for take in sorted(all_takes, key=lambda take: (places[take.place_id], take.number)):
        place = page.provenance.place(take.place_id)
        stands = place is not None and page.text[place.start : place.end] == take.standing != ""
        found.append((places[take.place_id], take, stands))
    return found


def _take_row(place: int, take: "Take", stands: bool, language: str) -> list[str]:
    # A moment is kept in UTC and shown in the author's own time.
    when = take.created.astimezone().strftime("%Y-%m-%d %H:%M")
    amount = count(take.text).of(language)
    return [
        "●" if stands else " ",
        f"{place}.{take.number}",
        when,
        _state_name(take.state.value),
        take.model,
        f"{amount:,}",
        shortened(take.text, 44),
    ]


def _state_name(state: str) -> str:
    return {
        "running": _("running"),
        "finished": _("finished"),
        "stopped": _("stopped"),
        "failed": _("failed"),
        "interrupted": _("interrupted"),
        "edited": _("edited"),
    }[state]


def _take_json(scene: int, place: int, take: "Take", stands: bool) -> dict[str, Any]:
    return {
        "id": take.id,
        "scene": scene,
        "scene_id": take.scene_id,
        "place": place,
        "place_id": take.place_id,
        "number": take.number,
        "created": take.created.isoformat(),
        "state": take.state.value,
        "reason": take.reason.value if take.reason else None,
        "model": take.model,
        "seed": take.usage.seed,
        "tokens": take.usage.written,
        "words": count(take.text).words,
        "characters": count(take.text).characters,
        "stands": stands,
        "kept": take.kept,
        "text": take.text,
    }
