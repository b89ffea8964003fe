"""What authors set between scenes and above chapters where they use no Markdown. Pure."""

import re

# A line of nothing but these is a scene break, however they are spaced.
_SYMBOLS = "*＊◇◆○●□■△▲▽▼☆★※❖⁂♦◊❦☙§"
_SYMBOL_BREAK = re.compile(rf"[{_SYMBOLS}](?:[ \t　]*[{_SYMBOLS}])*")
_DRAWN_BREAK = re.compile(
    r"""(?: -[ ]*){3,} | (?:_[ ]*){3,} | (?:~[ ]*){3,} | (?:=[ ]*){3,} | (?:[－＿～＝][ 　]*){3,}
      | [—–─━]{3,} | \#(?:[ 　]*\#)* | ＃ | [oO]0[oO] | oOo""",
    re.VERBOSE,
)
_NUMBER_WORDS = (
    "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|"
    "sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty"
)
_CHAPTER_LINE = re.compile(
    rf"""(?:chapter|kapitel|chapitre|cap[íi]tulo) [ ]
         (?:\d+ | [ivxlc]+ | (?:{_NUMBER_WORDS})(?:[ -](?:{_NUMBER_WORDS}))?)
         [.:]?(?P<rest>[ ]+[-–—:]?[ ]*.{{1,60}})?
      | (?:prologue|epilogue)\.?
      | 第[0-9０-９一二三四五六七八九十百〇零]+[章話部節回幕](?:[ 　：:].{{0,40}})?
      | (?:序章|終章|プロローグ|エピローグ)(?:[ 　：:].{{0,40}})?""",
    re.VERBOSE | re.IGNORECASE,
)


def is_scene_break(line: str) -> bool:
    """Whether a line of a foreign text parts two scenes; a single `#`, `*` or ◇ does too."""
    bare = line.strip(" \t　")
    return bool(bare) and bool(_SYMBOL_BREAK.fullmatch(bare) or _DRAWN_BREAK.fullmatch(bare))


def is_chapter_line(line: str) -> bool:
    """Whether a line that stands alone is a chapter's heading in plain words."""
    bare = line.strip(" \t　")
    match = _CHAPTER_LINE.fullmatch(bare)
    # "Chapter One. He woke." is a sentence about a chapter.
    return match is not None and not (match["rest"] or "").endswith((".", ",", ";", "”", '"'))
