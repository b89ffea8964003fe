"""What authors set on a line of its own between two scenes. Pure."""

import re

# A line of nothing but these is a scene break, however they are spaced.
_SYMBOLS = "*＊◇◆○●□■△▲▽▼☆★※❖⁂♦◊❦☙§"
_SYMBOL_BREAK = re.compile(rf"[{_SYMBOLS}](?:[ \t　]*[{_SYMBOLS}])*")
_DRAWN_BREAK = re.compile(
    r"""(?: -[ ]*){3,} | (?:_[ ]*){3,} | (?:~[ ]*){3,} | (?:=[ ]*){3,} | (?:[－＿～＝][ 　]*){3,}
      | [—–─━]{3,} | \#(?:[ 　]*\#)* | ＃ | [oO]0[oO] | oOo""",
    re.VERBOSE,
)


def is_scene_break(line: str) -> bool:
    """Whether a line of nothing but signs parts two scenes; a single `#`, `*` or ◇ does too."""
    bare = line.strip(" \t　")
    return bool(bare) and bool(_SYMBOL_BREAK.fullmatch(bare) or _DRAWN_BREAK.fullmatch(bare))
