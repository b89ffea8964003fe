"""Texts and stories in Japanese of as many bytes as the English ones, the same in every run.

Owns the words, which say what the English ones of `stories` say, about as often. Owns no measure.
"""

import random
from pathlib import Path

from benchmarks.stories import scene_text
from storyforge.domain.origin import Origin, Provenance
from storyforge.domain.story import Page

_WHO = (
    "マラ",
    "灯台守",
    "検査官",
    "彼女の兄",
    "その子ども",
    "老いたタムシン",
    "水先案内人",
    "桟橋の誰も",
    "港長",
    "灰色の外套の女",
    "料理番の息子",
)
_DID = (
    "鐘の音をひとつずつ数えていた",
    "嵐のランタンを石垣の上に置いた",
    "日誌の最後の頁をもう一度読んだ",
    "小舟を海藻の線の上まで引きあげた",
    "パイプに煙草を詰めるあいだ黙っていた",
    "鎧戸のはずれる音を聞いた",
    "時刻と天気を書き、天気のほうを線で消した",
    "風の下に櫂の音を探した",
    "袖でレンズの塩をぬぐった",
    "防波堤の端まで歩いて戻ってきた",
    "扉の掛け金がはずれ、暖炉がまだ温かいのを見つけた",
)
_WHEN = (
    "夜が明けるまえに",
    "潮が変わるころ",
    "三日目の晩",
    "霧が岩礁を越えてくると",
    "補給船が去ったあとで",
    "晴雨計が下がりはじめたとき",
    "ふたつの突風のあいだに",
    "ほかの者がみな眠ったのちに",
)
_AND = (
    "ふりかえりもしなかった",
    "綱は乾いていたのに",
    "誰かにたずねられたかのように",
    "海は二度と返してくれないから",
    "秋にそこで眠るアザラシのことを思った",
    "だが音は二度と聞こえなかった",
    "灯が油をほしがるまで",
)
_SAID = (
    "「今夜はだめだ」と{who}は言った。",
    "「見えたはずだよ」と{who}は言った。「誰にだってね」",
    "「十一年だ」と{who}は言った。「鐘は一度も鳴らなかった」",
    "「じゃあ、誰が灯をつけたんだ？」と{who}がたずねた。",
    "「ほうっておけ」と{who}は言った。",
)


def _sentence(draw: random.Random) -> str:
    if draw.random() < 0.18:
        return draw.choice(_SAID).format(who=draw.choice(_WHO))
    who, did, when = draw.choice(_WHO), draw.choice(_DID), draw.choice(_WHEN)
    if draw.random() < 0.5:
        return f"{when}、{who}は{did}、{draw.choice(_AND)}。"
    return f"{who}は{when}{did}。"


def opening(seed: int) -> str:
    """The first paragraph of the scene of that seed."""
    return f"　これは日誌の第{seed:05d}頁で、たしかに彼女の手だった。"


def japanese_text(seed: int, size: int) -> str:
    """A scene of about `size` bytes of UTF-8, a paragraph a line."""
    draw = random.Random(seed)
    lines = [opening(seed)]
    have = len(lines[0].encode())
    while have < size:
        line = "　" + "".join(_sentence(draw) for _ in range(draw.randint(2, 9)))
        lines.append(line)
        have += len(line.encode()) + 1
    return "\n".join(lines)


def two_stories(english: Path, japanese: Path, *, words: int, scene_words: int) -> None:
    """A story of so many English words, and a Japanese one of as many scenes and bytes."""
    from storyforge.store.story_file import StoryFile

    scenes = max(2, words // scene_words)
    sides = ((english, "en"), (japanese, "ja"))
    for path, language in sides:
        with StoryFile.create(path, title=language, language=language) as story, story.together():
            chapter = story.outline().chapters[0]
            for number in range(1, scenes + 1):
                text = scene_text(number, words=scene_words)
                if language == "ja":
                    text = japanese_text(number, len(text.encode()))
                scene = chapter.scenes[0].id
                if number > 1:
                    scene = story.binder.add_scene(chapter.id, f"{number}")
                whole = Provenance.whole(len(text), Origin.IMPORTED)
                story.scenes.save(Page(scene, text, whole, 0))
