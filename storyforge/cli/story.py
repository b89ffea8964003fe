"""The verbs about one story: new, show and details."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from storyforge.cli.beside import beside_json, beside_line, pictures_line
from storyforge.cli.lengths import extent_facts, extent_json, extents_of
from storyforge.cli.names import new_story_path
from storyforge.cli.opening import opened, refuse_if_read_only
from storyforge.cli.options import FILE, JSON
from storyforge.cli.talk import quoted, say, say_json, shortened, table
from storyforge.domain.counting import Counts, counts_characters
from storyforge.domain.extent import Extent
from storyforge.i18n import _, in_quotes, listed, ngettext

if TYPE_CHECKING:
    from storyforge.domain.story import Outline, SceneHead
    from storyforge.store.story_file import StoryFile


def add_to(app: typer.Typer) -> None:
    """Add these verbs."""
    app.command("new", help=_new_help())(new)
    app.command("show", help=_show_help())(show)
    app.command("details", help=_details_help())(details)


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
    local_only: Annotated[
        bool, typer.Option("--local-only", help=_("Its text never leaves this machine."))
    ] = False,
) -> None:
    """Make a new, empty story."""
    from storyforge import settings
    from storyforge.studio.permission import set_local_only
    from storyforge.studio.shelf import create_story

    path = new_story_path(file)
    if author is None or language is None:
        own = settings.load()
        author = own.author if author is None else author
        language = own.language if language is None else language
    title = path.stem.replace("_", " ") if title is None else title
    with create_story(path, title=title, author=author, language=language) as story:
        set_local_only(story, local_only)
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


def show(file: FILE, as_json: JSON = False) -> None:
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
        for line in _beyond(story):
            say(line)
        if along := beside_line(story):
            say()
            say(along)
        if pictures := pictures_line(story):
            say(pictures)


def _details_help() -> str:
    return _(
        "Change a story's title, author or language, or whether its text may leave this "
        "machine.\n\n"
        "A story that is marked --local-only is never sent to a model on another machine, whatever "
        "is set or said yes to. The mark goes along with the file. Without options you hear how "
        "things are.\n\n"
        "\b\n"
        "  storyforge details light.forge --title 'The Light at Skerry Point'\n"
        "  storyforge details light.forge --local-only"
    )


def details(
    file: FILE,
    title: Annotated[
        str | None, typer.Option("--title", "-t", metavar="TITLE", help=_("Its title."))
    ] = None,
    author: Annotated[
        str | None, typer.Option("--author", "-a", metavar="NAME", help=_("Who writes it."))
    ] = None,
    language: Annotated[
        str | None,
        typer.Option("--language", "-l", metavar="TAG", help=_("A tag such as en or ja.")),
    ] = None,
    local_only: Annotated[
        bool | None,
        typer.Option(
            "--local-only/--may-leave", help=_("Whether its text never leaves this machine.")
        ),
    ] = None,
    as_json: JSON = False,
) -> None:
    """Change the facts of a story, or hear them."""
    from storyforge.studio.permission import is_local_only, set_local_only

    changes = any(value is not None for value in (title, author, language, local_only))
    with opened(file, to_write=changes) as story:
        if changes:
            refuse_if_read_only(story)
            story.rename(title=title, author=author, language=language)
        if local_only is not None:
            set_local_only(story, local_only)
        outline, here = story.outline(), is_local_only(story)
        if as_json:
            facts = {"title": outline.title, "author": outline.author}
            say_json(facts | {"language": outline.language, "local_only": here})
            return
        leaves = _("it stays on this machine") if here else _("a model elsewhere may get it")
        rows = [
            [_("title"), outline.title or "–"],
            [_("author"), outline.author or "–"],
            [_("language"), outline.language],
            [_("its text"), leaves],
        ]
        for line in table(rows):
            say(line)


def _beyond(story: "StoryFile") -> list[str]:
    """What concerns other machines: whether the text may leave, and what it has cost."""
    from storyforge.domain.money import money
    from storyforge.studio.permission import is_local_only
    from storyforge.studio.spending import spent_on

    told = [_("Its text never leaves this machine.")] if is_local_only(story) else []
    costs = [money(cost, currency) for currency, cost in sorted(spent_on(story).items())]
    if costs:
        told.append(_("Spent on this story: {amounts}").format(amounts=listed(costs)))
    return ["", *told] if told else []


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
                    f"  {scene_name(story, scene)}",
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


def scene_name(story: "StoryFile", scene: "SceneHead") -> str:
    """A scene's title, or how it begins."""
    if scene.title:
        return shortened(scene.title, 48)
    if not scene.length:
        return _("(empty)")
    return in_quotes(shortened(story.scenes.load(scene.id).text, 40))


def _story_json(
    story: "StoryFile", outline: "Outline", shares: _Shares, extents: _Extents
) -> dict[str, Any]:
    from storyforge.studio.permission import is_local_only
    from storyforge.studio.spending import spent_on

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
        "local_only": is_local_only(story),
        "costs": spent_on(story),
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
