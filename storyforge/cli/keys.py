"""The verbs about keys: keys set, list, remove. A key is never an argument."""

import getpass
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from storyforge.cli.options import JSON
from storyforge.cli.talk import note, say, say_json, table
from storyforge.cli.wording import Verbs
from storyforge.errors import BadInput, Refused
from storyforge.i18n import _

if TYPE_CHECKING:
    from storyforge.studio.keys import Listed, Place

_PROVIDER = Annotated[
    str,
    typer.Argument(
        metavar="PROVIDER", help=_("A provider such as openai, a host, or a profile's name.")
    ),
]
_REST = Annotated[list[str] | None, typer.Argument(hidden=True)]
_FILE = Annotated[
    bool, typer.Option("--file", help=_("Keep it in a file that only you can read, not encrypted."))
]

# Characters of a line that could still be a key.
_LONGEST = 8192


def add_to(app: typer.Typer) -> None:
    """Add these verbs."""
    keys = Verbs(
        help=_(
            "The keys of models on other machines.\n\n"
            "A key is looked for in the environment (OPENAI_API_KEY and its like, or "
            "STORYFORGE_KEY_NAME), then a command of [key_commands] is asked, then the system's "
            "keyring, then a file that only you can read. It is never in a story, an export or a "
            "log, and one provider's key never goes to another's address.\n\n"
            "\b\n"
            "  storyforge keys set openai\n"
            "  pass show openai | storyforge keys set openai\n"
            "  storyforge keys list\n"
            "  storyforge keys remove openai"
        ),
        rich_markup_mode=None,
        no_args_is_help=True,
    )
    keys.command(
        "set", help=_("Keep a key; it is asked for without showing it, or read from stdin.")
    )(set_key)
    keys.command("list", help=_("List whose keys there are, and where each lies."))(list_keys)
    keys.command("remove", help=_("Remove a key."))(remove)
    app.add_typer(keys, name="keys")


def set_key(provider: _PROVIDER, rest: _REST = None, in_file: _FILE = False) -> None:
    """Keep a key."""
    from storyforge.studio import keys

    if rest:
        raise Refused(
            _("A key is not given on the command line: it would stay in the shell's history."),
            title=_("Key not kept"),
            hint=_("Take it out there. Without it you are asked for the key, and it is not shown."),
        )
    name = _named(provider)
    key = _read_key(name)
    if not key.strip():
        raise Refused(
            _("No key was given."),
            title=_("Key not kept"),
            hint=_(
                "Type it when it is asked for, or let a program print it: pass show {name} | "
                "storyforge keys set {name}"
            ).format(name=name),
        )
    place = keys.Place.FILE if in_file else keys.Place.KEYRING
    try:
        keys.set_key(name, key, place)
    except keys.NoKeyring as error:
        if not (sys.stdin.isatty() and sys.stderr.isatty()):
            raise Refused(
                error.message,
                title=error.title,
                hint=_("To keep it in a file that only you can read, say --file."),
            ) from error
        note(error.message)
        question = _("Keep it in a file that only you can read? It is not encrypted.")
        if not typer.confirm(question, default=False, err=True):
            raise Refused(_("The key was not kept."), hint=error.hint) from error
        place = keys.Place.FILE
        keys.set_key(name, key, place)
    say(_("The key of {name} is kept: {where}.").format(name=name, where=_where(place)))
    for one in _listed():
        if one.name == name and one.place in (keys.Place.ENVIRONMENT, keys.Place.COMMAND):
            note(_("Another one goes before it: {where}.").format(where=_where(one.place, one)))


def list_keys(as_json: JSON = False) -> None:
    """List whose keys there are, and where each lies."""
    found = _listed()
    if as_json:
        say_json([{"name": one.name, "place": one.place.value} for one in found])
        return
    if not found:
        note(_("There are no keys. To set one: storyforge keys set PROVIDER"))
        return
    for line in table([[one.name, _where(one.place, one)] for one in found]):
        say(line)


def remove(provider: _PROVIDER) -> None:
    """Remove a key from the keyring and the file."""
    from storyforge.studio import keys

    name = _named(provider)
    removed = keys.remove_key(name)
    left = next((one for one in _listed() if one.name == name), None)
    if removed:
        say(_("The key of {name} was removed.").format(name=name))
    if left is not None and left.place is not keys.Place.NOWHERE:
        where = _where(left.place, left)
        note(_("There still is one that only you can remove: {where}.").format(where=where))
    elif not removed:
        raise BadInput(
            _("There is no key of {name}.").format(name=name),
            hint=_("“storyforge keys list” shows what there is."),
        )


def _read_key(name: str) -> str:
    if sys.stdin.isatty():
        return getpass.getpass(_("The key of {name} (it is not shown): ").format(name=name))
    return sys.stdin.readline(_LONGEST)


def _named(provider: str) -> str:
    from storyforge import settings
    from storyforge.studio.key_names import named
    from storyforge.studio.key_users import users

    return named(provider, users(settings.load()))


def _listed() -> "tuple[Listed, ...]":
    from storyforge import settings
    from storyforge.studio import keys
    from storyforge.studio.key_users import users

    own = settings.load()
    return keys.listed(own, users(own))


def _where(place: "Place", one: "Listed | None" = None) -> str:
    from storyforge.studio.key_file import key_file
    from storyforge.studio.keys import Place

    return {
        Place.ENVIRONMENT: _("in the environment, {variable}"),
        Place.COMMAND: _("a command of [key_commands]"),
        Place.KEYRING: _("in the keyring"),
        Place.FILE: _("in the file {file}"),
        Place.NOWHERE: _("nowhere yet"),
    }[place].format(variable=one.variable if one is not None else "", file=key_file())
