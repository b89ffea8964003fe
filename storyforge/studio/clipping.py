"""A chapter as text for the clipboard, and what may keep it from arriving there.

The clipboard is the terminal's: the program sends the text in a control sequence (OSC 52) and gets
no answer. So what is known of the way there is said, and nothing is promised.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date

from storyforge.export.blocks import draft_of
from storyforge.export.site_text import Site, to_site_text
from storyforge.i18n import _
from storyforge.store.story_file import StoryFile
from storyforge.studio.terminal_facts import ask_tmux

#: bytes in base64 above which some terminals drop the text: hterm and its kin end at 100,000 with
#: all that is around it, xterm and kitty take a megabyte and more
SAFE_BYTES = 74_994


def chapter_text(story: StoryFile, chapter_id: str, site: Site, *, readings: bool = True) -> str:
    """The chapter as `site` reads it; empty when it has no words.

    Args:
        readings: for "plain", whether readings follow in brackets or are left out.
    """
    outline = story.outline()
    chapters = tuple(chapter for chapter in outline.chapters if chapter.id == chapter_id)
    draft = draft_of(replace(outline, chapters=chapters), story.scenes.text, today=date.today())
    texts = to_site_text(draft, site, readings=readings)
    return texts[0][1] if texts else ""


def obstacle(text: str, environ: Mapping[str, str], ask: Callable[..., str] = ask_tmux) -> str:
    """A sentence about what keeps `text` from the clipboard, or may; "" when nothing is known.

    Asks tmux where it runs: call it in a thread.
    """
    if environ.get("TMUX"):
        if ask("show-options", "-s", "-v", "set-clipboard") != "on":
            return _("tmux keeps it to itself until you say: tmux set -s set-clipboard on")
    elif environ.get("STY"):
        return _("GNU screen does not hand it on to the terminal; export the chapter instead.")
    if (len(text.encode()) + 2) // 3 * 4 > SAFE_BYTES:
        return _("It is so long that some terminals drop it; if so, export the chapter instead.")
    return ""
