"""What a model that is talked to says around a continuation ("Sure! Here's how it goes on:"). Pure.

`chatter` knows it for summaries and rewritings, from the whole answer; here an answer is a stream,
so each question is asked of a beginning: could this still become one? In doubt it is story.
"""

import re

from storyforge.domain.chatter import without_closing, without_opening

# Longer is no preface.
_LONGEST = 200
_LONGEST_JA = 60
_MARKS = " \t\n\u3000*_#>[(【（¡"
_AFTER_YES = " 、。，,.!！:：—-"
# Beginnings, in small letters. What agrees with one of them is held back.
_YES = (
    "certainly", "sure", "of course", "absolutely", "okay", "ok", "alright", "all right", "great",
    "understood", "got it", "gladly", "yes", "no problem",
    "bien sûr", "natürlich", "gerne", "klar", "claro", "por supuesto", "certo", "com certeza",
    "もちろんです", "もちろん", "はい", "承知しました", "承知いたしました", "かしこまりました",
    "了解しました", "了解です", "わかりました", "分かりました", "当然", "好的", "물론",
)  # fmt: skip
# Behind a word of agreement, and without one.
_HERE = (
    "here's", "here’s", "here is", "here are", "here it is", "here you go", "here goes", "below is",
    "the following is", "this is the", "i'll", "i’ll", "i will", "i've", "i’ve", "i have written",
    "let me", "let's", "let’s", "continuing", "picking up",
    "the story continues", "voici", "hier ist", "hier kommt", "aquí", "aqui", "ecco", "これが",
    "続き", "以下", "こちら", "それでは", "では", "下記", "物語の続き", "这是", "接下来", "이어",
)  # fmt: skip
_ALONE = (
    *(
        f"{shows} {what}"
        for shows in ("here's", "here’s", "here is", "below is", "the following is", "this is")
        for what in (
            "the continu", "a continu", "your continu", "one possible continu",
            "a possible continu", "the next part", "the next section", "the next scene",
            "the next passage", "the next paragraph", "the next chapter", "how the", "how your",
        )
    ),
    *(
        f"{who} {now}{does}"
        for who in ("i'll", "i’ll", "i will", "let me", "let's", "let’s")
        for now in ("", "now ")
        for does in ("continue", "carry on", "pick up", "go on with", "write the continu")
    ),
    "the story continues", "continuing the", "continuing from", "continuing where",
    "continuing your", "picking up from", "picking up where",
    "voici la suite", "hier ist die fortsetzung", "hier kommt die fortsetzung", "aquí tienes la",
    "aquí está la continu", "aqui está a continu", "ecco il seguito", "以下", "こちらが続き",
    "続きを", "続きは", "それでは、", "では、続き", "下記", "物語の続き", "这是续写",
    "接下来是续写",
)  # fmt: skip
_LABELS = (
    "continuation", "continued", "the continuation", "story continuation", "story continued",
    "scene continuation", "continued story", "response", "answer", "output", "continuing",
    "suite", "fortsetzung", "continuación", "continuação", "seguito", "続き", "续写",
)  # fmt: skip
# What may come between a label and its colon.
_BEHIND_LABEL = re.compile(r"[\s*_\])】）:：]*|\s+of(?:\s+the?(?:\s+\w*)?)?[\s*]*")
# A sentence that is over, and one more on its line.
_SENTENCE = re.compile(r"[.!?…]\s+\S|[。！？]\s*[^\s。！？]")

_AGREES = (
    r"(?:certainly|sure(?:\ thing)?|of\ course|absolutely|okay|ok|alright|all\ right|great"
    r"|understood|got\ it|gladly|yes|no\ problem)"
)
_SHOWS = r"(?:here(?:['’]s|\ is|\ are)|below\ is|the\ following\ is|this\ is)"
_GOING_ON = (
    r"(?:continuation|continued\s+\w+|next\s+(?:part|section|scene|passage|paragraph|chapter)\s+of"
    r"|how\s+(?:the|your)\s+\w+\s+(?:continues|goes\s+on|might\s+(?:continue|go\s+on)))"
)
_ABOUT = rf"(?:{_GOING_ON}|continu\w*|story|passage|text|scene|excerpt|next\s+part|rest)"
_LINE = r"""[^\n"“”]"""
_PREFACE = re.compile(
    rf"""\A\s*[*_(]*
    (?: {_AGREES}[!.,:]+\s+{_SHOWS}\b{_LINE}{{0,80}}?\b{_ABOUT}\b{_LINE}{{0,120}}?(?::|\n)
      | {_AGREES}[!.,:]+\s+here\s+(?:it\s+is|(?:you|we)\s+go|goes)\b{_LINE}{{0,20}}?
        (?::|[.!]?\s*\n)
      | {_SHOWS}\b(?![^\n:]*\b(?:he|she|they|me|us|his)\b)[^\n"“”.!?]{{0,60}}?\b{_GOING_ON}\b
        [^\n"“”.!?]{{0,100}}?(?::|\n)
      | (?P<yes>{_AGREES}[!.,:]+\s+)?(?:i(?:['’]ll|\ will)|let(?:\ me|['’]s))\ (?:now\ )?
        (?:continue|carry\ on|pick\ up|go\ on|write)\b{_LINE}{{0,60}}?
        \b(?:story|scene|text|passage|narrative|continuation|left\ off)\b{_LINE}{{0,60}}?
        (?(yes)(?::|[.!]\s*\n)|:)
    )[*_)\s]*""",
    re.IGNORECASE | re.VERBOSE,
)
_LABEL = re.compile(
    r"""\A\s*(?P<mark>[#>*_\[(【（]*)\s*
    (?: (?:the\s+)?(?:(?:story|scene)\s+)?continu(?:ation|ed)(?:\s+of\s+the\s+\w+)?
      | (?:the\s+)?story\s+continues
      | (?:continuing|picking\s+up)(?:\s+(?:the|from|where|your)\b[^\n:"“”.!?]{0,60})?
      | (?:la\s+)?suite | (?:die\s+)?fortsetzung | (?:la\s+)?continuación | (?:a\s+)?continuação
      | (?:il\s+)?seguito | (?:物語の|本文の)?続き | 续写
    )
    (?: [\])】）*_]*\s*[:：]+[*_]*\s* | (?(mark)[\])】）*_]*\s*\n\s*|\n\s*\n\s*) )""",
    re.IGNORECASE | re.VERBOSE,
)
_ELSEWHERE = re.compile(
    r"""\A\s*(?:
      (?:(?:bien\ sûr|natürlich|gerne|klar|¡?claro|por\ supuesto|certo|com\ certeza)\s*[!.,]+\s*)?
      (?:voici|hier\ (?:ist|kommt)|aquí\ (?:tienes|está|va)|aqui\ está|ecco)\b[^\n"“”«».!?]{0,40}?
      \b(?:suite|fortsetzung|continuación|continuação|seguito)\b[^\n"“”«».!?]{0,60}?\s*(?::|\n)
    | (?:もちろん(?:です)?|はい|承知(?:いた)?しました|かしこまりました|了解(?:しました|です)
      |[分わ]かりました)[、。！!]\s*[^\n「」。：:]{0,40}?続き[^\n「」。：:]{0,30}
      (?:[：:]|[。！!]\s*\n|\n)
    | (?:もちろんです|承知(?:いた)?しました|かしこまりました|了解(?:しました|です)
      |[分わ]かりました)[。！!]\s*\n
    | (?:それでは|では)?、?(?:以下|こちら|下記)[^\n「」。：:]{0,30}?続き[^\n「」。：:]{0,20}
      (?:[：:]|[。！!]?\s*\n)
    | (?:当然|好的)[^\n“”「」：:]{0,40}?(?:续写|后续|接下来)[^\n“”「」：:]{0,20}
      (?:[：:]|[。！]\s*\n)
    | (?:물론(?:입니다|이죠)[.!,]\s*)[^\n“”:]{0,40}?이어[^\n“”:]{0,30}(?::|[.!]\s*\n)
    )\s*""",
    re.IGNORECASE | re.VERBOSE,
)
_FENCE = re.compile(r"\A\s*```\w*[^\S\n]*\n")
_MAY_FENCE = re.compile(r"\A\s*(?:`{1,2}|```\w*[^\S\n]*)\Z")
# What may stand alone on a line: a rule, or the end of a block of code.
_RULE = re.compile(r"\A\s*(?:-{3,}|\*{3,}|\* \* \*|```)[^\S\n]*(?=\n|\Z)")
# What is left of a preface in bold, or stands between it and the text.
_LEFT = re.compile(r"\A\s*(?:[*_)\]】]{1,3}|-{3,}|\*{3,})[^\S\n]*\n\s*")
# How a last paragraph begins in which a model turns to the author.
_ENDS = (
    "please feel", "please let", "feel free", "let me know", "don't hesitate", "don’t hesitate",
    "i hope this", "i hope that", "i hope it", "hope this", "would you like", "do you want",
    "if you'd like", "if you’d like", "if you would like", "if you want", "if you need",
    "is there anything", "以上が", "上記", "ご不明", "ご質問", "ご要望", "ご希望", "他に", "ほかに",
    "何か", "さらに", "修正", "変更", "続きが", "続きを", "いかがでしょうか", "お役に立て",
)  # fmt: skip
_MORE = re.compile(
    r"\n[^\S\n]*続き[がを][^\n「」。]{0,30}(?:必要|ご希望|ご所望)[^\n「」。]{0,40}"
    r"(?:ください|下さい|ますか|でしょうか)[。！？]?\s*\Z"
)
_STOP = re.compile(r"[.!?]\s|[。！？]|[\"“”「」]")


def may_open(text: str) -> bool:
    """Whether an answer that begins with `text` may begin with a preface; more of it will tell."""
    said = text.lstrip(_MARKS).casefold()
    if not said or _MAY_FENCE.match(text):
        return True
    line, ended, rest = said.partition("\n")
    if ended:
        return not rest.strip() and line.rstrip(_AFTER_YES) in _YES
    longest = _LONGEST if line.isascii() else _LONGEST_JA
    if len(line) > longest or re.search('["“”「」]', line):
        return False
    return _may_agree(said) or _may_stand_alone(said)


def _may_agree(said: str) -> bool:
    """Whether it says yes, or begins to, and so far nothing but what comes behind that."""
    for yes in _YES:
        if yes.startswith(said):
            return True
        if said.startswith(yes):
            more = said[len(yes) :]
            told = more.lstrip(_AFTER_YES)
            if not told or (told != more and _agrees(told, _HERE)):
                return True
    return False


def _may_stand_alone(said: str) -> bool:
    if _agrees(said, _ALONE) and not _SENTENCE.search(said):
        return True
    return any(
        label.startswith(said)
        or (said.startswith(label) and _BEHIND_LABEL.fullmatch(said, len(label)))
        for label in _LABELS
    )


def without_preface(text: str) -> str:
    """`text` without one round of what a model says before a continuation."""
    for pattern in (_FENCE, _PREFACE, _ELSEWHERE, _LABEL):
        text = pattern.sub("", text, count=1)
    return without_opening(text)


def may_be_left(text: str) -> bool:
    """Whether `text` behind a preface may still belong to it."""
    return not text.strip(" \t\n*_-)]】")


def without_left(text: str) -> str:
    """`text` behind a preface, without what is left of that."""
    return _LEFT.sub("", text, count=1).lstrip()


def opens_fence(text: str) -> bool:
    """Whether a block of code begins, as models wrap a text in."""
    return _FENCE.match(text) is not None


def may_close(text: str) -> bool:
    """Whether an answer's last lines, from a line end on, may be the model's words to the author.

    Args:
        text: what has come of them; a rule or the end of a block of code may stand before.
    """
    rest = _RULE.sub("", text, count=1)
    said = rest.lstrip(_MARKS).casefold()
    if not said or said in ("-", "--", "`", "``", "```"):
        return True
    if not _agrees(said, _ENDS):
        return False
    ended = _STOP.search(rest) is not None or "\n" in said.rstrip()
    return len(said) < _LONGEST and (not ended or without_ending(text) != text)


def without_ending(text: str) -> str:
    """`text`, from a line end on, without the model's last words to the author."""
    told = _MORE.sub("", without_closing(text))
    return _RULE.sub("", told, count=1).rstrip() if told != text else text


def _agrees(said: str, beginnings: tuple[str, ...]) -> bool:
    return any(said.startswith(each) or each.startswith(said) for each in beginnings)
