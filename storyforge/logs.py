"""Where the program's log goes: a file that turns over, never the terminal."""

import logging
import logging.handlers

from storyforge import paths

_BYTES = 1_000_000
_OLDER_FILES = 3


def log_to_file() -> None:
    """Send everything under the logger "storyforge" to `paths.log_file()`, once.

    The file is made with its first line. Where it cannot be, the log is dropped: a full disk must
    not stop a command that only reads.
    """
    logger = logging.getLogger("storyforge")
    logger.propagate = False
    logger.setLevel(logging.INFO)
    if logger.handlers:
        return
    file = paths.log_file()
    handler: logging.Handler
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        handler = logging.handlers.RotatingFileHandler(
            file, maxBytes=_BYTES, backupCount=_OLDER_FILES, encoding="utf-8", delay=True
        )
    except OSError:
        handler = logging.NullHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(process)d %(name)s: %(message)s"))
    # A log that cannot be written says nothing on the terminal either.
    handler.handleError = lambda record: None  # type: ignore[method-assign]
    logger.addHandler(handler)
