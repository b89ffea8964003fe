"""The entry point: opens the screen, or hands over to the verbs.

The screen opens without typer, which alone costs a fifth of a second. Errors become one sentence on
stderr here, and an exit status: 1 for a refused action, 2 for wrong use.
"""

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from storyforge import i18n, paths
from storyforge.errors import StoryforgeError
from storyforge.i18n import _

VERBS = (
    "new",
    "import",
    "show",
    "details",
    "context",
    "lore",
    "attachments",
    "summaries",
    "plan",
    "read-in",
    "stale",
    "draft",
    "illustrate",
    "continue",
    "rewrite",
    "takes",
    "history",
    "trash",
    "stats",
    "find",
    "replace",
    "undo-replace",
    "tidy",
    "export",
    "merge",
    "models",
    "profiles",
    "keys",
    "presets",
    "prompts",
    "painters",
    "pictures",
    "slim",
    "loras",
    "embeddings",
    "hypernetworks",
    "tags",
    "engine",
    "cache",
    "doctor",
)
_COMPLETING = "_STORYFORGE_COMPLETE"


def run() -> None:
    """The command `storyforge`; ends the process."""
    status = main(sys.argv[1:])
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        from storyforge.cli.talk import silence_stdout

        silence_stdout()
        status = status or 1
    sys.exit(status)


def main(arguments: Sequence[str]) -> int:
    """Do what the command line says; the exit status."""
    _speak_utf8()
    i18n.use_language(i18n.interface_language(paths.peek_setting("interface", i18n.AUTO)))
    wish = screen_wish(arguments)
    if wish is not None:
        return _open_screen(*wish)
    from storyforge.cli.verbs import call

    return call(arguments)


def screen_wish(arguments: Sequence[str]) -> tuple[Path | None, bool] | None:
    """The story to open on the screen and whether as a demo; None where a verb is meant.

    One name that is no verb is a story. A name that is neither a file nor looks like one is left
    to the verbs, which know what was probably meant.
    """
    if _COMPLETING in os.environ:
        return None
    rest = [argument for argument in arguments if argument != "--demo"]
    demo = len(rest) < len(arguments)
    if not rest:
        return None, demo
    if len(rest) > 1 or rest[0].startswith("-") or rest[0] in VERBS:
        return None
    from storyforge.cli.names import exists, story_path

    path = story_path(Path(rest[0]))
    if exists(path) or path.suffix or len(path.parts) > 1:
        return path, demo
    return None


def _open_screen(path: Path | None, demo: bool) -> int:
    from storyforge.cli.names import exists
    from storyforge.cli.talk import report

    try:
        if path is not None and not exists(path):
            raise _no_story(path)
        # The screen reads keys from stdin and draws on stderr, as Textual does.
        if not (sys.stdin.isatty() and sys.stderr.isatty()):
            raise StoryforgeError(
                _("The screen needs a terminal, and there is none here."),
                hint=_("The verbs work anywhere: storyforge --help"),
            )
        from storyforge.tui.app import run as open_app

        return open_app(path, demo)
    except StoryforgeError as error:
        report(error)
        return 1
    except KeyboardInterrupt:
        return 130


def _no_story(path: Path) -> StoryforgeError:
    from storyforge.cli.talk import quoted

    return StoryforgeError(
        _("There is no story at “{path}”.").format(path=path),
        hint=_("To make one: storyforge new {path}").format(path=quoted(path)),
    )


def _speak_utf8() -> None:
    """Whatever the console's own encoding, stories are UTF-8; a lone surrogate becomes a “?”."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="replace")
