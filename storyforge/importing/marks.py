"""What authors set above chapters (and between scenes) where they use no Markdown. Pure."""

import re

from storyforge.domain.scene_breaks import is_scene_break as is_scene_break

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


def is_chapter_line(line: str) -> bool:
    """Whether a line that stands alone is a chapter's heading in plain words."""
    bare = line.strip(" \t　")
    match = _CHAPTER_LINE.fullmatch(bare)
    # "Chapter One. He woke." is a sentence about a chapter.
    return match is not None and not (match["rest"] or "").endswith((".", ",", ";", "”", '"'))
