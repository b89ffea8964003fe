"""How models refuse, by language: how such a reply begins, and what its sentences speak of. Pure.

All is lower case, with straight apostrophes. What is certain speaks of requests, contents or rules,
as nobody does in a story; what is only possible could be told by somebody, too.
"""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Manner:
    """How it is done in one language.

    Attributes:
        openings: how a refusal begins.
        certain: what a first sentence has that is a refusal whatever follows.
        possible: what it has where it is one if nothing follows, or an offer does.
        offer: what the second sentence of such a refusal has.
    """

    openings: tuple[str, ...]
    certain: re.Pattern[str]
    possible: re.Pattern[str]
    offer: re.Pattern[str]


def _manner(openings: str, certain: str, possible: str, offer: str) -> Manner:
    return Manner(
        tuple(each.strip() for each in openings.split("|")),
        re.compile(certain, re.VERBOSE),
        re.compile(possible, re.VERBOSE),
        re.compile(offer, re.VERBOSE),
    )


_CANNOT = r"""(?:\b(?:can't|cannot|can\ not|won't|will\ not|unable|not\ (?:be\ )?able|decline
    |not\ (?:going|comfortable|willing)|(?:don't|do\ not)\ feel\ comfortable
    |not\ something\ i\ can)\b)"""
_COULD = r"""\b(?:i\ (?:can|could|would|am\ happy|am\ glad)|i'd|i'm\ (?:happy|glad)
    |(?:happy|glad)\ to|would\ you\ like\ (?:me|to)
    |if\ you(?:'d|\ would)?\ (?:like|want|prefer))\b"""
_CHARGED = r"""(?:sexual\w*|explicit\w*|graphic|erotic\w*|nsfw|non-?consensual|minors?|underage
    |copyright\w*|harmful|hateful|self-harm|illegal|lyrics|guidelines?|polic(?:y|ies))"""

_ENGLISH = _manner(
    "i'm sorry|i am sorry|i'm very sorry|i'm really sorry|i'm so sorry|i'm truly sorry|sorry"
    "|i'm afraid|i am afraid|i apologize|i apologise|my apologies|unfortunately|i regret|i can't"
    "|i cannot|i can not|i'm unable|i am unable|i'm not able|i am not able|i'm not comfortable"
    "|i am not comfortable|i'm not going to|i won't|i will not|i'd rather not|i must decline"
    "|i have to decline|i need to decline|i don't feel comfortable|i do not feel comfortable"
    "|as an ai|as a language model|as a large language model|as an artificial|i appreciate"
    "|i understand|thank you for|this request|this content|this prompt|your request",
    rf"""as\ an?\ (?:\w+\ ){{0,2}}language\ model\b
    | {_CANNOT}[^.]{{0,30}}\b(?:assist|help|comply|fulfill?|complet\w+|continu\w+|generat\w+|writ\w+
        |creat\w+|produc\w+|provid\w+|engag\w+|proceed)\b[^.]{{0,30}}
        \b(?:this|that|your|the|such|these|those)\ (?:\w+\ ){{0,3}}(?:request|prompt|content)s?\b
    | {_CANNOT}[^.]{{0,30}}\b(?:continu\w+|generat\w+|writ\w+|creat\w+|produc\w+|provid\w+|engag\w+
        |depict\w*|assist|help)\b[^.]{{0,80}}\b{_CHARGED}\b
    | \b(?:violat\w+|against|conflicts?\ with|outside)\ (?:of\ )?(?:my|our|the|\w+'s)[ ]
        (?:\w+\ ){{0,2}}(?:guidelines|polic(?:y|ies))\b""",
    rf"""{_CANNOT}[^.]{{0,40}}
        \b(?: (?:assist|help)(?:ing)?(?:\ you)?(?:\ with\ (?:that|this|it|the|your|\w+ing)|[.!]|\Z)
            | (?:continu\w+|writ\w+|creat\w+|generat\w+|produc\w+|provid\w+|complet\w+
                |summari[sz]\w+|rewrit\w+|translat\w+|discuss\w*|fulfill?)\ (?:with\ )?(?:on\ )?
              (?:this|that|the|these|such|your|it|a|an|any|more|about)\b
            | (?:comply|proceed|engage|participate)\b )
    | \b(?:sorry|afraid|unfortunately|apologi[sz]e)\b.{{0,30}}{_CANNOT}\ (?:to\ )?do\ th(?:is|at)\b
    | as\ an?\ (?:ai|artificial\ intelligence)\b.{{0,60}}{_CANNOT}""",
    rf"""\b(?:this|that|your)\ request\b | \b(?:this|that|such)\ (?:\w+\ ){{0,2}}content\b
    | \b(?:content\ (?:that|which|polic)|guidelines?|polic(?:y|ies)|explicit\w*|sexual\w*)\b
    | {_COULD}.{{0,60}}\b(?:help\ (?:you|with)|assist|write|offer|suggest|continue|provide|create
        |explore|focus|rewrite|revise|discuss)\b.{{0,60}}
        \b(?:instead|another|other|else|different\w*|alternative\w*|without|version|scene|story
          |stories|ideas?|direction|approach|topics?|themes?|tasks?|your)\b
    | \blet\ me\ know\ (?:if|how|what|whether|which)\b.{{0,60}}
        \b(?:like|want|prefer|else|works|help|adjust|change|different)\b
    | \b(?:would\ you\ like\ (?:me|to)|is\ there\ anything\ else|feel\ free\ to)\b""",
)
_DEKINAI = "(?:できません|できかね|いたしかね|致しかね|出来ません)"

_JAPANESE = _manner(
    "申し訳|すみません|すいません|ごめんなさい|恐れ入りますが|恐縮ですが|残念ながら|大変申し訳|誠に申し訳"
    "|私はai|aiとして|aiアシスタント|ご要望|ご依頼|ご希望|その内容|この内容|そのような内容|このような内容"
    "|性的な|露骨な|この続き|お手伝い",
    rf"""(?:ai|人工知能|言語モデル)[^。]{{0,12}}(?:として|なので|ですので|であるため)[^。]{{0,60}}
      {_DEKINAI}
    | (?:要望|依頼|リクエスト|内容|コンテンツ|ガイドライン|ポリシー|規約|性的|露骨|暴力的)
      [^。]{{0,40}}(?:{_DEKINAI}|お断り|控えさせ|応じ(?:られ|かね))""",
    rf"""(?:手伝い|お応え|対応|続き|執筆|作成|生成|提供|書くこと|協力|お答え|要約)[^。]{{0,16}}
      {_DEKINAI}
    | (?:申し訳|恐れ入り|残念ながら)[^。]{{0,40}}(?:かねます|しかねます)""",
    r"""代わりに|別の|他の|ほかの|お気軽|ご希望|いかがでしょう|お手伝いできます|ご相談|ガイドライン|内容
    |コンテンツ|もし(?:よろしければ|ご)|お知らせください|修正""",
)
_GERMAN = _manner(
    "es tut mir leid|tut mir leid|entschuldigung|leider|ich kann|ich darf|ich bin nicht in der lage"
    "|als ki|als sprachmodell|als künstliche|diese anfrage|dieser anfrage",
    r"""als\ (?:\w+\ )?(?:sprachmodell|ki-(?:modell|sprachmodell|assistent))\b
    | \bnicht\b[^.]{0,60}\b(?:anfrage|richtlinien|sexuell\w*|explizit\w*)
    | \b(?:anfrage|richtlinien|sexuell\w*|explizit\w*)\b[^.]{0,60}\bnicht\b""",
    r"""\b(?:kann|darf|werde|möchte|lage)\b[^.]{0,60}\b(?:nicht|keine?n?)\b[^.]{0,40}
      \b(?:helfen|fortsetzen|fortzusetzen|(?:weiter)?schreiben|erfüllen|erstellen|nachkommen
        |unterstützen|behilflich|weiterhelfen|zusammenfassen)""",
    r"\b(?:gerne?|stattdessen|falls|alternativ|anfrage|inhalte?|richtlinien|möchtest\ du"
    r"|möchten\ sie|wenn\ (?:du|sie)\ (?:möchte|willst|wollen))",
)
_FRENCH = _manner(
    "je suis désolé|désolé|je regrette|je ne peux|je ne suis pas en mesure|malheureusement"
    "|en tant qu'ia|en tant que modèle|en tant qu'intelligence|je m'excuse|navré|je suis navré",
    r"""en\ tant\ que\ modèle\ de\ langage
    | \bne\ (?:peux|suis)\b[^.]{0,70}
      \b(?:demande|requête|contenus?|directives|explicites?|sexuels?)\b""",
    r"""\bne\ (?:peux|suis)\b[^.]{0,40}
      \b(?:aider|continuer|écrire|poursuivre|générer|créer|produire|répondre|rédiger|fournir
        |résumer)\b""",
    r"\b(?:si\ (?:vous|tu)\ (?:le\ )?(?:souhait|voul|veux|préf|avez)|n'hésite|souhaitez-vous"
    r"|voulez-vous|en\ revanche|à\ la\ place|contenu|directives|autre\ (?:demande|scène|sujet))",
)
_SPANISH = _manner(
    "lo siento|lo lamento|lamento|disculpa|perdón|no puedo|como modelo|como ia|como inteligencia"
    "|desafortunadamente|lamentablemente|me temo",
    r"""como\ (?:un\ )?modelo\ de\ lenguaje
    | \bno\ puedo\b[^.]{0,70}
      \b(?:solicitud|petición|contenidos?|directrices|políticas|explícit|sexual)""",
    r"""\bno\ puedo\b[^.]{0,30}\b(?:ayudar|continuar|escribir|generar|crear|cumplir|asistir
        |proporcionar|completar|resumir|seguir\ con)""",
    r"si\ (?:quieres|lo\ deseas|necesitas|prefieres|desea|gusta)|¿te\ gustaría|¿hay|en\ su\ lugar"
    r"|contenido|directrices|otra\ (?:cosa|escena|dirección)|encantad",
)
_ITALIAN = _manner(
    "mi dispiace|spiacente|mi scuso|purtroppo|non posso|come modello|come ia|come intelligenza",
    r"""come\ modello\ (?:di\ linguaggio|linguistico)
    | \bnon\ posso\b[^.]{0,70}\b(?:richiest|contenut|linee\ guida|esplicit|sessual)""",
    r"""\bnon\ posso\b[^.]{0,30}\b(?:aiutar|continuare|scrivere|generare|creare|soddisfare|assister
        |fornire|completare|riassumere)""",
    r"se\ (?:vuoi|desideri|preferisci|hai\ bisogno|lo)|posso\ (?:aiutarti|invece)|invece|contenut"
    r"|linee\ guida|fammi\ sapere",
)
_PORTUGUESE = _manner(
    "desculpe|me desculpe|sinto muito|lamento|infelizmente|não posso|como modelo|como ia"
    "|como uma ia|como inteligência",
    r"""como\ (?:um\ )?modelo\ de\ linguagem
    | \bnão\ posso\b[^.]{0,70}
      \b(?:solicitação|pedido|conteúdo|diretrizes|políticas|explícit|sexua)""",
    r"""\bnão\ posso\b[^.]{0,30}\b(?:ajud|continuar|escrever|gerar|criar|atender|fornecer|completar
        |resumir)""",
    r"se\ (?:quiser|desejar|preferir|precisar)|posso\ ajudar|gostaria|em\ vez|conteúdo|diretrizes",
)
_CHINESE = _manner(
    "抱歉|很抱歉|非常抱歉|对不起|對不起|不好意思|我无法|我無法|我不能|作为ai|作为一个|作为一名|作为人工智能"
    "|作為ai|作為一個",
    r"""作[为為][^。，]{0,10}(?:ai|人工智能|人工智慧|语言模型|語言模型)[^。]{0,40}(?:无法|無法|不能)
    | (?:无法|無法|不能)[^。]{0,30}(?:请求|請求|内容|內容|色情|露骨|违反|違反|政策|准则)""",
    r"(?:无法|無法|不能)[^。]{0,20}(?:帮助|幫助|协助|協助|继续|繼續|提供|创作|創作|生成|续写|續寫|满足"
    r"|滿足|撰写|总结)",
    r"如果(?:你|您)|我可以(?:帮|幫|为|為)|是否需要|其他|内容|內容|政策|换一|換一",
)
_KOREAN = _manner(
    "죄송|미안하지만|안타깝지만|유감스럽게도|저는 ai|ai로서|인공지능|요청하신|해당 요청|해당 내용",
    r"""(?:요청|내용|콘텐츠|정책|가이드라인|선정적)[^.]{0,40}
      (?:수\ 없습니다|어렵습니다|불가|못합니다)
    | (?:ai|언어\ 모델)[^.]{0,10}(?:로서|이기|이므로)[^.]{0,40}(?:수\ 없|어렵|못)""",
    r"""(?:도와|도움|작성|계속|생성|제공|이어|요약)[^.]{0,24}
      (?:수\ 없습니다|어렵습니다|없어요|없네요)""",
    r"대신|다른|원하시|도와드|말씀해|필요하시|내용|요청",
)
_RUSSIAN = _manner(
    "извините|извини|к сожалению|прошу прощения|простите|я не могу|как ии|как языковая|мне жаль"
    "|мне очень жаль|сожалею",
    r"""как\ языковая\ модель
    | \bне\ (?:могу|буду)\b[^.]{0,70}\b(?:запрос|контент|содержани|правил|откровенн|сексуальн)""",
    r"\bне\ могу\b[^.]{0,40}\b(?:помочь|продолжить|написать|выполнить|создать|сгенерировать)",
    r"\bесли\ (?:хотите|вы|вам)|могу\ предложить|вместо\ этого|контент|запрос|друг(?:ой|ую|ое)\ "
    r"(?:сцен|тем|вариант)",
)

MANNERS = (
    _ENGLISH,
    _JAPANESE,
    _GERMAN,
    _FRENCH,
    _SPANISH,
    _ITALIAN,
    _PORTUGUESE,
    _CHINESE,
    _KOREAN,
    _RUSSIAN,
)
#: a sentence that only regrets
APOLOGY = re.compile(
    r"(?:i'm (?:very |really |so |truly )?sorry|i am sorry|sorry|i apologi[sz]e|my apologies"
    r"|(?:大変|誠に)?申し訳(?:あり|ござい)ません|すみません|ごめんなさい|(?:es )?tut mir leid"
    r"|(?:je suis )?désolée?|lo siento|mi dispiace|desculpe|(?:很|非常)?抱歉|对不起|죄송합니다"
    r"|извините|простите)[.!。！]\s*"
)
#: somebody said it, or thought it: then it is told
TOLD = re.compile(
    r"\b(?:said|says|told|tells|replied|answered|whispered|murmured|muttered|thought|wrote|added"
    r"|explained|repeated|sagte|dachte|flüsterte|dit|pensa|répondit|dijo|pensó|disse|rispose"
    r"|сказал\w*|подумал\w*|ответил\w*)\b|と[^。]{0,6}(?:言|思|答|呟|囁|つぶや)|[说說]道?|말했|생각했"
)
