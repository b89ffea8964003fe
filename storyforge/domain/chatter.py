"""What a model says beside what it was asked for ("Certainly! Here is a summary:"). Pure.

Only what stands at the very beginning or the very end of an answer is taken away, and only where it
speaks of the task itself: "Sure," she said, and a letter that ends with "Let me know when you
arrive." are story. In doubt it stays.
"""

import re

# What the task was about: words of the trade, and with a "Certainly!" before them wider ones.
_TRADE = (
    r"(?:summar(?:y|ies|i[sz]e|i[sz]ed|i[sz]ing|i[sz]ation)|synopsis|rewrit(?:e|ten|ing)|rephras\w+"
    r"|paraphras\w+|(?:revised|reworked|shortened|condensed|expanded|edited|shorter|longer)\s+"
    r"(?:version|passage|text|scene|paragraph|excerpt|draft|one)|continuation\s+of)"
)
_WIDE = (
    rf"(?:{_TRADE}|version|passage|excerpt|scene|text|paragraph|description|shorten\w*|expand\w*"
    r"|condens\w*|revis\w*|edit\w*|continu\w*|translat\w*|tense|person|request\w*|recap)"
)
_YES = (
    r"(?:certainly|sure(?:\ thing)?|of\ course|absolutely|definitely|okay|ok|alright|all\ right"
    r"|great|got\ it|understood|no\ problem|gladly|yes)"
)
_HERE = r"(?:here(?:['’]s|\ is|\ are)|below\ (?:is|are)|the\ following\ is)"
_I_DID = r"(?:i(?:['’]ve|\ have|['’]ll|\ will|\ can)|let\ me)"
_OF_IT = (
    r"(?:\s+(?:of|the|this|that|your|given|provided|above|scene|chapter|passage|text|story|excerpt"
    r"|paragraph|section|version|events|in|a|few|short|sentences?|words|\d+[-–\d]*|third|past"
    r"|present|person|tense|and|what|happens))*"
)
# A narrator who sums up speaks of somebody: "Here is a summary of what I knew: nothing."
_NOBODY = r"(?![^\n:]*\b(?:i|we|he|she|they|me|us|my|our|his)\b)"
_OPENING = re.compile(
    rf"""\A\s*[*_]*
    (?: {_YES}[!.,:]+\s+{_HERE}\b[^\n"“”]{{0,60}}?\b{_WIDE}\b[^\n"“”]{{0,160}}?(?::[*_]*\s*|\s*\n)
      | (?:{_YES}[!.,:]+\s+)?{_I_DID}\b[^\n"“”]{{0,30}}?\b{_TRADE}\b[^\n"“”]{{0,80}}?
        (?::[*_]*(?:\s+|\Z)|[.!]\s*(?:\n|\Z))
      | {_HERE}\b{_NOBODY}[^\n"“”]{{0,40}}?\b{_TRADE}\b[^\n.!?]{{0,120}}?
        (?::[*_]*\s*|[.!]?\s*\n\s*\n)
      | (?:this\ is|the)\ (?:a\ |the\ |brief\ |short\ )*{_TRADE}\b{_OF_IT}\s*:[*_]*\s*
      | (?:certainly|sure(?:\ thing)?|of\ course|absolutely|got\ it)!\s*\n\s*\n
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_TRADE_JA = r"(?:要約|あらすじ|書き直し|書き直した|リライト|書き換え|短縮|言い換え|加筆|修正)"
_YES_JA = (
    r"(?:はい|承知(?:いた)?しました|かしこまりました|もちろんです?"
    r"|了解(?:いた)?しました|わかりました)"
)
_OPENING_JA = re.compile(
    rf"""\A\s*[*_]*
    (?: (?:{_YES_JA}[、。！!]\s*)?
        (?: (?:以下|こちら|下記|次)(?:に|は|が|の)[^\n「」。：:]{{0,60}}?{_TRADE_JA}
            [^\n「」。：:]{{0,40}}
          | [^\n「」。：:]{{0,30}}?{_TRADE_JA}[^\n「」。：:]{{0,20}}?
            (?:以下|次|こちら|下記)(?:の通り|のとおり|に|です)[^\n「」。：:]{{0,12}}
          | [^\n「」。：:、]{{0,24}}?{_TRADE_JA}(?:し|いたし|させていただき)ます
        )(?:[。：:][*_]*\s*|\s*\n)
      | (?:承知(?:いた)?しました|かしこまりました|了解(?:いた)?しました)[。！!]\s*\n\s*
    )""",
    re.VERBOSE,
)
_LABEL = re.compile(
    r"""\A\s*
    (?: \#\#\#\ (?:response|answer|output)\s*:?\s*\n\s*
      | [#>*_【\[]*\s*
        (?: (?:(?:scene|chapter|brief|short)\s+)?(?:summary|synopsis)
          | (?:rewritten|revised|expanded|shortened|condensed|edited)\s+
            (?:passage|text|scene|version|paragraph|excerpt)
          | (?:シーンの?|章の?|場面の?|本文の?)?(?:要約|あらすじ)
          | 書き直し(?:た文章|後)?|リライト(?:後)? )
        (?: \s*[:：][*_]*\s* | [】\]*_]+\s*[:：]?[*_]*\s* )
    )""",
    re.IGNORECASE | re.VERBOSE,
)
# Where no story is asked for: any heading, role or label, and a sentence that opens with the task.
_HEADING = re.compile(
    rf"""\A\s*
    (?: \#{{1,6}}[^\S\n]+[^\n]{{1,80}}\n\s*
      | [^\n.!?…。！？]{{1,60}}\n\s*\n
      | (?:assistant|model|ai|response|answer|output|recap|title)\s*[:：]\s*
      | [*_]*(?:(?:scene|chapter|story)\s+)?(?:summary|synopsis|recap)(?:\s+of\s+[^\n:]{{1,60}})?
        [*_]*\s*(?::[*_]*\s*|\n\s*)
      | (?:シーンの?|章の?|場面の?|物語の?)?(?:要約|あらすじ|まとめ)\s*(?:[：:]|\n)\s*
      | {_YES}[!.]\s+(?={_HERE}|{_I_DID}|this\b|the\b)
      | (?:{_HERE}|this\ is)\b[^\n"“”]{{0,60}}?\b(?:{_TRADE}|recap)\b[^\n]{{0,160}}?:\s*
      | (?:in\ summary|to\ summari[sz]e|in\ short|要するに|まとめると)[,、:：]\s*
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_THOUGHT = re.compile(
    r"\A\s*<(think|thinking|reasoning)>.*?(?:</\1>|\Z)\s*", re.IGNORECASE | re.DOTALL
)
_SIGNS = re.compile(
    r"<\|[^|<>\n]{1,40}\|>|</?s>|\[/?INST\]|<(?:start|end)_of_turn>|<<?/?SYS>>?|<eos>|<bos>"
)
_FENCE = re.compile(r"\A\s*```\w*[^\S\n]*\n(.*?)\n?\s*```\s*\Z", re.DOTALL)
_CLOSING = re.compile(
    r"""\n[^\S\n]*[*_(\[]*
    (?: (?:please\s+)?(?:feel\ free\ to|let\ me\ know|don['’]t\ hesitate\ to)\b
        [^\n"“”.!?]*\b(?:change|changes|adjust\w*|revis\w+|edit\w*|help|assist\w*|further|else|version
          |questions?|ask|summar\w+|rewrit\w+|like\ me\ to|would\ you|you['’]d\ like|different)\b
      | (?:i\ )?hope\ (?:this|that|it)\ (?:helps|meets|captures|works|is\ what)\b
      | (?:would|do)\ you\ (?:like|want)\ me\ to\b
      | if\ you(?:['’]d|\ would)?\ (?:like|need|want|have)\b[^\n"“”.!?]*
        \b(?:let\ me\ know|i\ can|i['’]d\ be|feel\ free|please\ ask|i['’]ll)\b
      | is\ there\ anything\ else\ (?:i|you)\b
      | (?:this|the\ above|the)\ (?:summary|synopsis|rewrite|revision|rewritten\ \w+|revised\ \w+
          |version)\b [^\n"“”.!?]*\b(?:captures?|covers?|highlights?|retains?|maintains?|preserves?
          |conveys?|focuses|provides?|keeps)\b
      | (?:word|character)\ count\s*: | end\ of\ (?:the\ )?(?:summary|synopsis|rewrite)\b
      | note\s*:[^\n]*\b(?:i|summary|rewrit\w+|version|original|text|passage)\b
    )[^\n]{0,200}\s*\Z""",
    re.IGNORECASE | re.VERBOSE,
)
_CLOSING_JA = re.compile(
    r"""\n[^\S\n]*
    (?: (?:以上|上記)(?:が|は|の)[^\n「」]{0,40}(?:要約|あらすじ|まとめ|書き直|修正)
      | (?:ご不明|ご質問|ご要望|他に|ほかに|何か|さらに|修正|変更)[^\n「」。]{0,40}
        (?:あれば|ましたら|でしたら|必要)[^\n「」。]{0,40}(?:ください|下さい)
      | いかがでしょうか | お役に立て
    )[^\n。]*[。！？]?\s*\Z""",
    re.VERBOSE,
)
_QUOTES = {'"': '"', "“": "”", "「": "」", "『": "』", "'": "'", "‘": "’", "«": "»"}
# More rounds than any answer has layers: think, yes, here is, heading.
_ROUNDS = 6


def without_chatter(answer: str) -> str:
    """`answer` without what is not story or summary; white space at its ends goes too.

    Good for text of the story as for a summary: quotes around the whole stay (they may be speech),
    and so does any line that could be told by a narrator.
    """
    text = _SIGNS.sub("", answer).strip()
    for _round in range(_ROUNDS):
        before = text
        text = without_opening(_THOUGHT.sub("", text, count=1))
        if fenced := _FENCE.match(text):
            text = fenced[1]
        text = without_closing(text).strip()
        if text == before:
            break
    return text


def without_opening(text: str) -> str:
    """`text` without one round of what the model says before it."""
    for pattern in (_OPENING, _OPENING_JA, _LABEL):
        text = pattern.sub("", text, count=1)
    return text


def without_closing(text: str) -> str:
    """`text` without a last paragraph in which the model speaks to the author."""
    for pattern in (_CLOSING, _CLOSING_JA):
        text = pattern.sub("", text, count=1)
    return text


def as_summary(answer: str) -> str:
    """`answer` as the text of a summary: its first paragraph, without quotes or list marks."""
    text = _alone(answer).partition("\n\n")[0]
    lines = (re.sub(r"^\s*(?:[-*•・]\s+|\d{1,2}[.)]\s+)", "", line) for line in text.split("\n"))
    text = "\n".join(line.rstrip() for line in lines if line.strip())
    close = _QUOTES.get(text[:1])
    if close and text.endswith(close) and len(text) > 1:
        inside = text[1:-1]
        if text[0] not in inside and close not in inside:
            text = inside
    return re.sub(r"(?<![*\w])(\*\*|__)(?=\S)(.+?)(?<=\S)\1", r"\2", text).strip()


def is_whole_summary(answer: str) -> bool:
    """Whether a stream that is to be a summary has gone on behind its first paragraph."""
    return "\n\n" in answer.lstrip() and "\n\n" in _alone(answer + "|")


def _alone(answer: str) -> str:
    """`answer` without any word of the model's own, headings included."""
    text = without_chatter(answer)
    for _round in range(_ROUNDS):
        text = without_chatter(_HEADING.sub("", text, count=1))
    return re.sub(r"\n[^\S\n]*(?=\n)", "\n", text)
