"""The verb tidy: a story by the customs of its language, with a look at it before."""

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from storyforge.cli.opening import opened, refuse_if_read_only, scene_numbered
from storyforge.cli.talk import say, say_json, shortened
from storyforge.domain.tidying_rules import Rule, labels
from storyforge.errors import BadInput
from storyforge.i18n import _, ngettext

if TYPE_CHECKING:
    from storyforge.domain.story import SceneHead
    from storyforge.domain.tidying import TidyOptions
    from storyforge.domain.tidying_rules import Change
    from storyforge.studio.tidying import TidiedScene

# Characters shown on either side of a change.
_AROUND = 12


def add_to(app: typer.Typer) -> None:
    """Add this verb."""
    app.command("tidy", help=_help())(tidy)


def _help() -> str:
    return _(
        "Tidy a story up by the customs of its language.\n\n"
        "Japanese: paragraphs are indented by a full-width space, …… and ―― come in pairs, digits "
        "are half-width. Other languages: curly quotes, a dash for --, … for ..., single spaces. "
        "--dry-run shows every change and makes none; otherwise each scene is kept as a snapshot "
        "first. Readings and scene breaks stay as they are.\n\n"
        "\b\n"
        "  storyforge tidy kaze.forge --dry-run\n"
        "  storyforge tidy kaze.forge --scene 3 --with wide-digits\n"
        "  storyforge tidy light.forge --without spaces"
    )


def tidy(
    file: Annotated[Path, typer.Argument(metavar="FILE", help=_("The story."))],
    scene: Annotated[
        int | None,
        typer.Option(
            "--scene", "-s", min=1, metavar="N", help=_("Only this scene, by its number in “show”.")
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", "-n", help=_("Only show what would change."))
    ] = False,
    more: Annotated[
        list[Rule] | None,
        typer.Option(
            "--with",
            metavar="RULE",
            help=_("Switch a rule on: {names}.").format(names=", ".join(Rule)),
        ),
    ] = None,
    fewer: Annotated[
        list[Rule] | None, typer.Option("--without", metavar="RULE", help=_("Switch a rule off."))
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help=_("Answer in JSON, for programs."))
    ] = False,
) -> None:
    """Tidy a story up by the customs of its language."""
    from storyforge.studio import tidying

    with opened(file, to_write=not dry_run) as story:
        if not dry_run:
            refuse_if_read_only(story)
        outline = story.outline()
        options = _options(outline.language, more or [], fewer or [])
        chosen = outline.scenes if scene is None else (scene_numbered(story, scene),)
        found = list(tidying.preview(story, options, [head.id for head in chosen]))
        changed = [one for one in found if one.tidied.changes]
        numbers = {head.id: number for number, head in enumerate(outline.scenes, start=1)}
        if not dry_run and changed:
            tidying.carry_out(story, options, [one.scene_id for one in changed])
        if as_json:
            say_json(_json(changed, numbers, done=not dry_run))
            return
        for one in changed:
            head = outline.scene(one.scene_id)
            assert head is not None
            say(_scene_line(numbers[one.scene_id], head, one))
            for change in one.tidied.changes if dry_run else ():
                say(f"  {_change_line(one.text, change)}")
        _conclude(changed, dry_run)


def _options(language: str, more: list[Rule], fewer: list[Rule]) -> "TidyOptions":
    from storyforge.domain.tidying import TidyOptions, default_options

    known = labels(language)
    for rule in (*more, *fewer):
        if rule not in known:
            raise BadInput(
                _("The rule “{rule}” is not for a story in {language}.").format(
                    rule=rule.value, language=language
                ),
                title=_("No such rule"),
                hint=_("Known are: {names}.").format(names=", ".join(known)),
            )
    rules = default_options(language).rules | frozenset(more)
    return TidyOptions(language, rules - frozenset(fewer))


def _scene_line(number: int, head: "SceneHead", one: "TidiedScene") -> str:
    counts = Counter(change.rule.value for change in one.tidied.changes)
    told = ", ".join(f"{rule} {count:,}" for rule, count in sorted(counts.items()))
    name = shortened(head.title or one.text, 40)
    return _("Scene {number}  {name}: {changes}").format(number=number, name=name, changes=told)


def _change_line(text: str, change: "Change") -> str:
    """ "12: それは[…→……]と": the paragraph's number, and the change in what stands around it."""
    line = text.count("\n", 0, change.start) + 1
    start = max(text.rfind("\n", 0, change.start) + 1, change.start - _AROUND)
    end = min((text + "\n").index("\n", change.end), change.end + _AROUND)
    before, after = text[start : change.start], text[change.end : end]
    old = text[change.start : change.end]
    return f"{line}: {before}[{_seen(old)}→{_seen(change.text)}]{after}"


def _seen(text: str) -> str:
    """White space as signs."""
    return text.replace("\u3000", "□").replace(" ", "␣").replace("\t", "⇥")


def _conclude(changed: "list[TidiedScene]", dry_run: bool) -> None:
    total = sum(len(one.tidied.changes) for one in changed)
    if not total:
        say(_("Nothing to tidy up."))
        return
    if dry_run:
        told = ngettext("{count} change; none was made.", "{count} changes; none was made.", total)
    else:
        told = ngettext(
            "{count} change was made; the scenes as they were are among their snapshots.",
            "{count} changes were made; the scenes as they were are among their snapshots.",
            total,
        )
    say(told.format(count=f"{total:,}"))


def _json(changed: "list[TidiedScene]", numbers: dict[str, int], *, done: bool) -> dict[str, Any]:
    return {
        "done": done,
        "scenes": [
            {
                "number": numbers[one.scene_id],
                "id": one.scene_id,
                "changes": [
                    {
                        "rule": change.rule.value,
                        "start": change.start,
                        "end": change.end,
                        "old": one.text[change.start : change.end],
                        "new": change.text,
                    }
                    for change in one.tidied.changes
                ],
            }
            for one in changed
        ],
    }
