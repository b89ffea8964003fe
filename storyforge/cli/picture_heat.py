"""The verb pictures heat: where a picture listened to which word."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from storyforge.borrowed import reason
from storyforge.cli.opening import opened
from storyforge.cli.options import FILE, JSON
from storyforge.cli.picture_names import PICTURE, SHOWN, picture_named
from storyforge.cli.talk import note, quoted, say, say_json, table
from storyforge.domain.picture.heat import area
from storyforge.errors import BadInput
from storyforge.i18n import _, listed

if TYPE_CHECKING:
    from storyforge.studio.pictures.heat import Read

_INTO = Annotated[
    Path | None,
    typer.Option(
        "--out", metavar="FOLDER", help=_("Write the picture with each word's heat over it there.")
    ),
]


def heat(file: FILE, picture: PICTURE, out: _INTO = None, as_json: JSON = False) -> None:
    """Tell where a picture listened to which word."""
    from storyforge.studio.pictures.heat import read

    with opened(file) as story:
        one = picture_named(story, picture)
        found = read(story, one)
        if out is not None:
            _write(story.pictures.read(one.id), found, out)
        if as_json:
            say_json(_json(found))
            return
        _tell(found)
        if found.unheard:
            note(
                _("To draw it with more weight on that: {command}").format(
                    command=f"storyforge illustrate {quoted(file)} --heavier {one.id[:SHOWN]}"
                )
            )
        if out is not None:
            say(_("Wrote {path}").format(path=out))


def _tell(found: "Read") -> None:
    rows = [[_("word"), _("share"), _("of the picture")]]
    for one in sorted(found.heats, key=lambda one: -one.share):
        rows.append([one.word, f"{one.share:.1%}", f"{area([one]):.1%}"])
    for line in table(rows, right=(1, 2)):
        say(line)
    if found.unheard:
        say(_("Got no area in the picture: {what}.").format(what=listed(found.unheard)))


def _json(found: "Read") -> dict[str, object]:
    words = [
        {
            "word": one.word,
            "start": one.start,
            "end": one.end,
            "share": round(one.share, 6),
            "area": round(area([one]), 6),
        }
        for one in found.heats
    ]
    return {"words": words, "no_area": list(found.unheard)}


def _write(data: bytes, found: "Read", folder: Path) -> None:
    """A PNG file a word, in their order.

    Raises:
        BadInput: the folder cannot be written.
    """
    from storyforge.studio.pictures.heat import laid_over

    try:
        folder.mkdir(parents=True, exist_ok=True)
        for number, one in enumerate(found.heats, start=1):
            word = "".join(sign for sign in one.word if sign.isalnum())
            laid_over(data, [one]).save(folder / f"{number:02} {word}.png")
    except OSError as error:
        raise BadInput(
            _("The pictures cannot be written to {path}: {reason}.").format(
                path=folder, reason=reason(error)
            ),
            title=_("Not written"),
            hint=_("Name another folder; the story is as it was."),
        ) from error
