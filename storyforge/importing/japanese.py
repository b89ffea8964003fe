"""Tells Shift-JIS from EUC-JP, and both from anything else. Pure.

Strict decoding decides nearly always: hiragana and common kanji of Shift-JIS have lead bytes that
no EUC-JP text holds. What is left is judged by how Japanese the reading looks. charset-normalizer
is not asked: it takes 日本語 in Shift-JIS for Big5, and こんにちは in EUC-JP for Korean.
"""

import re

# Windows' own table (cp932) holds ①, ㈱ and ～, which authors use; the plain one does not.
_CODECS = {"cp932": "Shift-JIS", "euc_jp": "EUC-JP"}

_KANA = re.compile(r"[ぁ-ゖァ-ヺー]")
_KANJI = re.compile(r"[一-鿿々]")
_HALF_WIDTH = re.compile(r"[｡-ﾟ]")
_OTHER = re.compile(r"[^\x00-\x7f　-〟ぁ-ヿ一-鿿々〆！-～｡-ﾟ‐-…※◆◇○●□■△▲☆★♪→←↑↓々〇]")
# A voiced mark stands only behind a kana that can be voiced; half-width text is full of them.
_LOOSE_MARK = re.compile(r"(?<![ｳｶ-ﾄﾊ-ﾎ])ﾞ|(?<![ﾊ-ﾎ])ﾟ")
# What a Japanese child reads after two years at school, and what names and titles are made of.
_COMMON = frozenset(
    "一右雨円王音下火花貝学気九休玉金空月犬見五口校左三山子四糸字耳七車手十出女小上森人水正生青夕"
    "石赤千川先早草足村大男竹中虫町天田土二日入年白八百文木本名目立力林六引羽雲園遠何科夏家歌画回"
    "会海絵外角楽活間丸岩顔汽記帰弓牛魚京強教近兄形計元言原戸古午後語工公広交光考行高黄合谷国黒今"
    "才細作算止市矢姉思紙寺自時室社弱首秋週春書少場色食心新親図数西声星晴切雪船線前組走多太体台地"
    "池知茶昼長鳥朝直通弟店点電刀冬当東答頭同道読内南肉馬売買麦半番父風分聞米歩母方北毎妹万明鳴毛"
    "門夜野友用曜来里理話章第序終部編灯物世界事所私僕彼君的無力動者戦開死身神命始島港旅夢庭橋"
)


def japanese_encoding(data: bytes) -> tuple[str, str] | None:
    """The codec of `data` and its common name, if it is Shift-JIS or EUC-JP; None if neither."""
    readings = {}
    for codec in _CODECS:
        try:
            readings[codec] = data.decode(codec)
        except UnicodeDecodeError:
            continue
    scores = {codec: likeness(text) for codec, text in readings.items()}
    best = max(scores, key=lambda codec: scores[codec], default=None)
    if best is None:
        return None
    # Without kana the kanji may be Chinese or Hangul misread; half of them must be common ones.
    enough = 0.3 if _KANA.search(readings[best]) or _HALF_WIDTH.search(readings[best]) else 0.5
    if scores[best] < enough:
        return None
    return best, _CODECS[best]


def broken_japanese(data: bytes) -> tuple[str, int] | None:
    """The codec and the first bad byte of a text that is Japanese but for a few bytes, or None."""
    for codec in _CODECS:
        try:
            data.decode(codec)
        except UnicodeDecodeError as error:
            text = data.decode(codec, "replace")
            kana = len(_KANA.findall(text))
            # Kana are a good third of any Japanese prose, and of nothing else that is misread.
            if kana >= 8 and kana > len(re.findall(r"[^\x00-\x7f]", text)) / 3:
                return codec, error.start
    return None


def likeness(text: str) -> float:
    """How much the characters beyond ASCII look like Japanese: below 0.3 hardly, at 1 fully."""
    total = len(re.findall(r"[^\x00-\x7f]", text))
    if not total:
        return 0.0
    kana = len(_KANA.findall(text))
    kanji = _KANJI.findall(text)
    common = sum(character in _COMMON for character in kanji)
    half = len(_HALF_WIDTH.findall(text))
    odd = len(_OTHER.findall(text))
    fullwidth_stops = len(re.findall(r"[、。「」『』…―　！？（）]", text))
    # Kana vouch for the kanji around them; kanji alone must be ones that people use.
    vouched = len(kanji) if kana else common
    score = kana + vouched + fullwidth_stops + _half_width_weight(text, half)
    # Misread Latin letters give lone kanji and half-width kana in the midst of words.
    glued = len(re.findall(r"[A-Za-z][一-鿿｡-ﾟ]+[A-Za-z]", text))
    return (score - 2 * odd - 2 * glued) / total


def _half_width_weight(text: str, half: int) -> float:
    if not half:
        return 0.0
    pauses = len(re.findall(r"[｡-･]", text))
    loose = len(_LOOSE_MARK.findall(text))
    # EUC-JP kana read as Shift-JIS are half-width with a ､ or a ･ at every second place.
    if pauses > half / 4 or loose > half / 20:
        return -float(half)
    # A little below full-width text, so that three common kanji win over six half-width kana.
    return half * 0.7
