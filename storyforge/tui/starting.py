"""The first second of the program: what makes it short, and the language it speaks."""

import gc
import os


def hold_garbage() -> None:
    """Collect no garbage while modules are imported.

    They make some 150,000 objects; walking them again and again took a fifth of the start.
    """
    gc.disable()


def settled() -> None:
    """The first screen shows what it is for: collect garbage from here on.

    What was imported never becomes garbage; frozen, it costs no pauses of 30 ms while typing.
    """
    if not gc.isenabled():
        gc.collect()
        gc.freeze()
        gc.enable()


def languages() -> list[str]:
    """The languages of the words on the screen, as the system asks for them."""
    for variable in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(variable, "")
        if value:
            return [tag.split(".")[0] for tag in value.split(":")]
    return []
