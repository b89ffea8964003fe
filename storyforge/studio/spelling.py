"""Spelling: which words of a page its dictionary does not have, and what may have been meant.

It owns the process that holds the dictionary. It refuses to know the page and the author's own
words: the desk asks only about what is in question.
"""

import asyncio
import contextlib
import json
import logging
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from storyforge.domain.spellable import spelled_plainly
from storyforge.domain.text import one_line
from storyforge.errors import StoryforgeError
from storyforge.i18n import _
from storyforge.studio.dictionaries import Dictionary

log = logging.getLogger(__name__)

# -P: a story's folder may hold a file with a module's name. The root stands last, for checkouts.
_START = (
    "import sys; sys.path.append(sys.argv[1]); "
    "from storyforge.studio.spelling_child import main; main(sys.argv[2])"
)
_ROOT = str(Path(__file__).resolve().parents[2])
#: bytes of one answer: a page's words at once
_LIMIT = 1 << 20
#: seconds until an answer must be there; suggestions of a long German compound take half of one
PATIENCE = 20.0


class Speller:
    """One dictionary in a process of its own; `close` it.

    Attributes:
        dictionary: what it was opened with.
    """

    def __init__(self, dictionary: Dictionary) -> None:
        self.dictionary = dictionary
        self._process: asyncio.subprocess.Process | None = None
        self._one_at_a_time = asyncio.Lock()

    async def wrong(self, words: Iterable[str]) -> set[str]:
        """Those of `words` that the dictionary does not have.

        Raises:
            StoryforgeError: the dictionary cannot be used.
        """
        plain = {word: spelled_plainly(word) for word in words}
        told = await self._ask({"check": sorted(set(plain.values()))})
        wrong = set(told.get("wrong", ()))
        return {word for word, spelled in plain.items() if spelled in wrong}

    async def suggest(self, word: str) -> tuple[str, ...]:
        """What may have been meant, the likeliest first; with the word's own kind of apostrophe.

        Raises:
            StoryforgeError: the dictionary cannot be used.
        """
        told = await self._ask({"suggest": spelled_plainly(word)})
        found = [one_line(str(text)) for text in told.get("words", ())]
        return tuple(text.replace("'", "’") if "’" in word else text for text in found if text)

    async def close(self) -> None:
        """End the process; safe to call twice."""
        process, self._process = self._process, None
        if process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            process.kill()  # it holds nothing that could be lost
        await process.wait()

    async def _ask(self, request: dict[str, Any]) -> dict[str, Any]:
        async with self._one_at_a_time:
            try:
                async with asyncio.timeout(PATIENCE):
                    if self._process is None:
                        await self._open()
                    return await self._answered(json.dumps(request).encode() + b"\n")
            except (OSError, ValueError, TimeoutError) as error:
                log.warning("spelling: %r", error)
                await self.close()
                raise _unusable(self.dictionary) from error
            except asyncio.CancelledError:
                # An answer nobody read would be taken for the next one's.
                await self.close()
                raise

    async def _open(self) -> None:
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-P",
            "-X",
            "utf8",
            "-c",
            _START,
            _ROOT,
            str(self.dictionary.path),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            limit=_LIMIT,
            # Ctrl+C goes to the terminal's group.
            start_new_session=True,
        )
        told = await self._answered(b"")
        if "failed" in told:
            raise ValueError(told["failed"])

    async def _answered(self, line: bytes) -> dict[str, Any]:
        process = self._process
        assert process is not None
        assert process.stdin is not None
        assert process.stdout is not None
        if line:
            process.stdin.write(line)
            await process.stdin.drain()
        told = json.loads(await process.stdout.readline())
        if not isinstance(told, dict):
            raise ValueError(told)
        return told


def _unusable(dictionary: Dictionary) -> StoryforgeError:
    return StoryforgeError(
        _("The spelling dictionary {name} cannot be used.").format(name=dictionary.path),
        title=_("Spelling is off"),
        hint=_("Your text is not concerned. Another dictionary for the language may help."),
    )
