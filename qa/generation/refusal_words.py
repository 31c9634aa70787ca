"""The words in which models say that a text does not tell, language by language, and the forms that they fill.

Lists of our own. Held to the refusals and claims of tests/qa/generation/refusals.jsonl.
"""

from dataclasses import dataclass
from re import Pattern
from re import compile as pattern

APOLOGIES = (
    r"unfortunately|sorry|i'm sorry|i am sorry|apologies|regrettably|i'm afraid|no,|well|but"
    r"|leider|es tut mir leid|entschuldigung|aber|lo siento|lamentablemente|desafortunadamente|pero"
    r"|désolée?|je suis désolée?|malheureusement|mais|mi dispiace|purtroppo|ma|desculpe|lamento|infelizmente|mas"
    r"|на жаль|вибачте|але|к сожалению|извините|но|niestety|przepraszam|ale"
    r"|抱歉|很抱歉|对不起|遗憾的是|但|申し訳ありませんが|残念ながら|すみませんが|عذرا|للأسف|آسف|لكن"
)
"""What a refusal may open with."""


_NEVER = r"(?!)"


@dataclass(frozen=True)
class Grammar:
    """The forms of one language. `letters` finds a letter of it.

    `bare` is a whole refusal without a subject. `forms` are found anywhere, unless there is a word of `saying` before
    them, or `said` after: then it is somebody else who does not tell. `source` is “According to the article,”.
    """

    letters: Pattern[str]
    bare: Pattern[str]
    forms: tuple[Pattern[str], ...]
    saying: Pattern[str]
    said: Pattern[str]
    source: Pattern[str] = pattern("(?!x)x")


_LATIN, _CYRILLIC, _HAN, _KANA, _ARABIC = (
    r"[a-z]",
    r"[а-яіїєґ]",
    r"[\u4e00-\u9fff]",
    r"[\u3040-\u30ff]",
    r"[\u0621-\u064a]",
)


def _words(most: int, without: str = _NEVER) -> str:
    """Up to so many words of one clause, none of which is among those without."""
    return rf"(?:[^\w.,;:'-]+(?!(?:{without})\b)[\w'-]+){{0,{most}}}?[^\w.,;:'-]+"


# English -------------------------------------------------------------------------------------------------------------

_EN_NOUN = (
    r"(?:article|text|passages?|context|documents?|sentences?|material|excerpt|snippet|author|writer|piece|story|page"
    r"|news report"
    r"|report(?= (?:does|doesn't|do|is|stays|remains|keeps|has|gives|makes|contains|provides|offers|lacks)\b)"
    r"|information (?:provided|given)|provided information)"
)
_EN_S = (
    rf"(?<![\w'])(?:the|this|that|these|those|your|provided|given)\s+(?:[\w-]+\s+){{0,2}}?{_EN_NOUN}"
    r"(?!\s+(?:of|message|messages|through|\d)\b)(?!\s+(?:from|by)\s+(?!which))(?!')"
)
_EN_DOES = (
    r"(?:doesn't|does not|didn't|did not|do not|don't|isn't|is not|are not|has not|hasn't|cannot|can't|never|nor"
    r"|fails? to|failed to|neglects? to)"
)
_EN_TELL = (
    r"(?:says?|tells?|mentions?|states?|specify|specifies|provides?|contains?|gives?|includes?|answers?|indicates?"
    r"|explains?|discuss(?:es)?|describes?|address(?:es)?|covers?|reveals?|reports?|lists?|names?|touch|refers?"
    r"|go into"
    r"|clarify|clarifies|identify|identifies|details?|discloses?|offers?|talks?|elaborate|expand|speak"
    r"|makes? (?:any |a )?(?:mention"
    r"|reference)"
    r"|have|clear about|about)"
)
_EN_TOLD = (
    r"(?:mentioned|specified|stated|provided|given|included|answered|indicated|explained|discussed|described"
    r"|addressed"
    r"|covered|revealed|reported|listed|named|detailed|disclosed|said|told|available|found|present|contained|in"
    r"|part of"
    r"|something)"
)
_EN_PLAIN = r"(?:mentioned|specified|stated|provided|given|indicated|described|addressed|detailed|discussed|answered)"
_EN_INFO = (
    r"(?:information|info|details?|mention|data|reference|references|figures?|answer|answers|indication|explanation"
    r"|clue|account|statement|word|such information|evidence in)"
)
_EN_KNOW = (
    r"(?:determine[d]?|answer(?:ed)?|find|found|say|tell|told|inferred|infer|establish(?:ed)?|know|known|identif\w+)"
)
_EN_NO = r"(?:no|any|not any)(?:\s+[\w-]+){0,2}?"
_EN_SAYING = (
    r"\b(?:said|told|added|stressed|complained|ruled|insisted|asked|argued|claimed|warned|reporters"
    r"|according to (?!the (?:\w+ ){0,2}(?:article|text|passage))|says (?:that )?(?:the|it|he|she|they)"
    r"|declined|refused)\b"
)

ENGLISH = Grammar(
    letters=pattern(_LATIN),
    bare=pattern(
        rf"n/?a|idk|unknown|none|unanswerable|i don't know|i do not know|no idea"
        rf"|(?:it )?(?:is )?not (?:\w+ly )?(?:{_EN_TOLD}|applicable|known)"
        r"|(?:this |that |it )?(?:cannot|can't|unable to|impossible to|not possible to) (?:be )?(?:say|answer"
        r"|answered|determined|determine|tell)"
        r"|(?:there is )?(?:insufficient|not enough|too little) (?:information|context|details|data)\b[^.]*"
        r"|(?:the )?(?:information|answer|details?) (?:is |was )?(?:not|un) ?(?:available|provided|found|given"
        r"|mentioned|specified)"
        rf"|no (?:such |further |specific |more )?{_EN_INFO}(?: (?:is |was |are )?(?:available|provided|given"
        rf"|found))?"
    ),
    forms=(
        pattern(
            r"^(?:it|this|that) (?:(?:is|was) not|isn't|wasn't) (?:said|told|clear|known|made clear)"
            r" (?:who|what|when|where|why|how|which|whether)\b"
        ),
        pattern(
            r"\b(?:none|nobody|no one|neither|not one)(?: of (?:them|these|those|the [\w-]+))? (?:is|are) (?:\w+ly )?"
            r"(?:named|identified|mentioned|specified|listed)\b"
        ),
        pattern(r"^(?:\W*\w+,)?\s*(?:we|you|readers?) (?:are not|aren't|are never|is not|isn't) told\b"),
        pattern(rf"{_EN_S}{_words(7, 'that|says?|states?|reports?|said')}{_EN_DOES}{_words(4, 'that')}{_EN_TELL}\b"),
        pattern(
            rf"{_EN_S}{_words(5, 'that|says?')}(?:gives?|provides?|contains?|offers?|makes?|has|have|includes?"
            rf"|supplies)(?: us)? no\b(?:\s+[\w-]+){{0,2}}? {_EN_INFO}\b"
        ),
        pattern(
            r"^the (?:article|text|passage|context|document) (?:\w+ly )?(?:gives?|has|provides?|names?|lists?"
            r"|offers?) no\b"
        ),
        pattern(
            rf"{_EN_S}{_words(3)}(?:(?:is|are|stays?|remains?|keeps?) (?:\w+ )?(?:silent|mum|quiet)"
            rf"|says? nothing|tells? us nothing|lacks?|omits?"
            rf"|leaves? (?:\w+ )?(?:open|unanswered|unclear)|leaves? out)\b"
        ),
        pattern(
            rf"\b(?:not|never|nowhere)\b{_words(3, 'that')}{_EN_TOLD}\b[^.;]{{0,60}}?\b(?:in|by|from|within"
            rf"|on)\s+{_EN_S}"
        ),
        pattern(rf"n't\b{_words(2, 'that')}{_EN_TOLD}\b[^.;]{{0,60}}?\b(?:in|by|from|within|on)\s+{_EN_S}"),
        pattern(rf"\b(?:not|isn't)\s+(?:in|something|part of|available in)\s+{_EN_S}"),
        pattern(
            rf"\b(?:no|any|isn't|aren't|not)\b(?:\s+[\w-]+){{0,3}}? {_EN_INFO}\b[^.;]{{0,80}}?\b(?:in|from"
            rf"|within)\s+{_EN_S}"
        ),
        pattern(
            rf"\b(?:nothing (?:in|from|(?:about|on|regarding) [^.;]{{1,40}}? in)|none of|nowhere in"
            rf"|neither)\s+{_EN_S}"
        ),
        pattern(
            rf"\b(?:cannot|can't|could not|unable to|not possible to"
            rf"|impossible to)\b{_words(3)}{_EN_KNOW}\b[^.;]{{0,80}}?\b(?:from|in|on|by|with|using)\s+{_EN_S}"
        ),
        pattern(
            rf"{_EN_S}[^.;]{{0,40}}?\b(?:cannot|can't|not possible to"
            rf"|impossible to)\b{_words(2)}{_EN_KNOW}\b"
        ),
        pattern(
            rf"\b(?:unclear|not clear|isn't clear|unknown|uncertain|unmentioned|unstated|unspecified"
            rf"|unanswered)\s+(?:from|in|by)\s+{_EN_S}"
        ),
        pattern(rf"\bin\s+{_EN_S},?[^.;,]{{0,40}}?\b(?:is|are)\s+not\s+(?:\w+\s+)?{_EN_PLAIN}\b"),
        pattern(
            rf"^(?!.*\bby\b)[^,;:]{{0,120}}?\b(?:is|are|(?:has|have) been)(?: not|n't) (?:[\w-]+ly "
            rf"|further )?{_EN_PLAIN}(?: (?:when|whether|who|how|why|what|where|which|here|anywhere"
            rf"|explicitly)\b.*)?\W*$"
        ),
        pattern(rf"^(?:unfortunately, )?no(?: [\w-]+){{1,3}}? (?:is|are) {_EN_PLAIN}\b(?! by)"),
        pattern(r"^\W*(?:unfortunately,? )?nothing is (?:said|mentioned|stated)\b"),
        pattern(
            r"^no (?:such |further |specific )?(?:information|details|mention)(?: (?:is|are) (?:given|provided"
            r"|available)|\W*$| about| on| of| regarding)"
        ),
        pattern(
            r"\b(?:there is|there's|there are|there isn't|there aren't|i have|i find|i see) (?:no"
            rf"|any)(?:\s+[\w-]+){{0,2}}? {_EN_INFO}\b"
        ),
        pattern(
            rf"\bi(?:'m| am)?\b{_words(2)}?(?:can't|cannot|can not|could not|couldn't|unable|not able|do not"
            rf"|don't|did not|didn't|wasn't able|was unable|have no|was not able)\b{_words(3)}(?:find|answer"
            rf"|determine|tell|locate|see|know|have|say|information|identify|idea|enough|access|infer)\b"
        ),
        pattern(
            r"\bquestion (?:cannot|can't|could not|is not|isn't"
            r"|can not) (?:be )?answered(?! by (?!the (?:article|text|passage)))"
        ),
        pattern(r"\bnot (?:directly |fully )?answer (?:your|this) question\b(?! of)"),
        pattern(
            r"^(?:no, |unfortunately,? )?it (?:doesn't|does not)(?: \w+ly)? (?:say|mention|specify|state|tell"
            r"|indicate)\b"
        ),
    ),
    saying=pattern(_EN_SAYING),
    source=pattern(rf"^(?:based on|according to|as per|per|from|in)\s+{_EN_S}[^,]{{0,40}},\s*"),
    said=pattern(
        r",(?! (?:it|but it|the article|the text)\b)[^,]{0,50}\b(?:said|says|stressed|complained|ruled|insisted"
        r"|added|argued|warned|noted)\b[^,]{0,25}$"
        r"|, according to (?!the (?:\w+ ){0,2}(?:article|text|passage))"
    ),
)


DENYING = pattern(
    r"\b(?:no|not|none|nope|nothing|never|nowhere|neither|nor|nobody|cannot|without|unable|silent|quiet|zero|0"
    r"|omit(?:s|ted)?|lack(?:s|ing)?|absent|missing|beyond|outside|leaves?|left|fails?|insufficient|impossible"
    r"|guess|(?:remains?|is|are) open|un(?!it)\w{2,12}(?:ed|aid|own|old|ain|ear))\b|n't\b"
)
"""Words of English that deny, or say that something is left out."""

TELLING = pattern(
    rf"\b(?:{_EN_NOUN}s?|{_EN_TOLD.replace('|in|', '|in (?:there|here|it)|')}|i|questions?|unsaid|written"
    r"|to (?:tell|say|know)|determined|resolved|known|(?:remains?|is|are) (?:open|unclear|uncertain|un[kst]\w{2,9}))\b"
)
"""Words of English for a text, for what is told, and for one who answers."""


def _spaced(  # noqa: PLR0913 - the words that differ between languages
    *,
    letters: str,
    source: str,
    no: str,
    tell: str,
    more: tuple[str, ...],
    bare: str,
    saying: str,
    that: str,
) -> Grammar:
    """The forms of a language: the article with a negated word of telling within a clause, in any order, and more."""
    near = rf"(?:\b(?:{no}){_words(4, that)}(?:{tell})|\b(?:{tell})\w*{_words(2, that)}(?:{no})\b)"
    near_apostrophe = rf"(?:\b(?:n'|non |no |не |nie |لا |لم )(?:{tell}))"
    subject = rf"(?<!\w)(?:{source})(?!\w)"
    return Grammar(
        letters=pattern(letters),
        bare=pattern(bare),
        forms=(
            pattern(rf"{subject}{_words(5, that)}(?:{near}|{near_apostrophe})"),
            pattern(rf"(?:{near}|{near_apostrophe})\w*{_words(8, that)}(?:l'|dell'|nell'|all')?{subject}"),
            pattern(rf"\b(?:{tell})\w*{_words(4, that)}{subject}{_words(3, that)}(?:{no})\b"),
            *map(pattern, more),
        ),
        saying=pattern(saying),
        said=pattern(rf",\s*(?:{saying})|,[^,]{{0,60}}(?:{saying})[^,]{{0,40}}$"),
    )


GERMAN = _spaced(
    letters=_LATIN,
    source="artikels?|text(?:es|s)?|textes|abschnitt|passage|beitrag|bericht|autor|autorin|dokument|kontext"
    "|sätzen?|sätze|quelle",
    no="nicht|nichts|kein|keine|keinen|keinem|keiner|keinerlei|nirgends",
    tell="sag|erwähn|nenn|genannt|angegeben|angabe|gibt|gibt an|enth[aä]lt|information|hervor|steht|beschr|mach"
    "|beantwort|find|erkl|geh|liefer|beinhalt|entnehm|bestimm|verr[aä]t|spezifi|hinweis|auskunft"
    "|ersichtlich|erläuter",
    that="dass|sagte|sagten",
    more=(
        (
            r"^(?:das |dies |es |dazu |hierzu )?(?:wird|ist|sind|werden) (?:leider )?(?:nicht|nichts) (?:erwähnt"
            r"|genannt|angegeben|gesagt|beschrieben|enthalten)"
        ),
        r"^[^;:]{0,80}\b(?:wird|werden) (?:\w+ )?nicht (?:erwähnt|genannt|angegeben|spezifiziert|beschrieben)\W*$",
        r"\bich (?:kann|konnte|finde|habe|weiß)\b[^.;]{0,80}?\b(?:nicht|keine?n?)\b",
        r"\b(?:keine|zu wenig) (?:informationen|angaben?|hinweise)\b[^.;]{0,20}(?:vorhanden|verfügbar|\W*$)",
        r"\bfrage\b[^.;]{0,60}?\bnicht (?:beantwort|zu beantwort)",
    ),
    bare=r"(?:wird |ist )?nicht (?:erwähnt|genannt|angegeben|bekannt|spezifiziert|verfügbar|enthalten)"
    r"|keine (?:angaben?|informationen?|antwort)|k\. ?a|unbekannt|(?:das )?weiß ich nicht|ich weiß es nicht"
    r"|dazu keine angaben?",
    saying=r"\b(?:sagte|sagten|erklärte|berichtete|teilte mit|laut(?! (?:dem )?(?:artikel|text))|so der|zufolge"
    r"|bürgermeister\w*|polizei|sprecher\w*)\b",
)
SPANISH = _spaced(
    letters=_LATIN,
    source="artículo|texto|pasaje|contexto|documento|fragmento|autor|autora|oraciones|frases|noticia|fuente",
    no="no|nada|ningún|ninguna|ninguno|ni|tampoco|sin",
    tell="dic|mencion|indic|especific|proporcion|contien|hay|ofrec|aclar|inform|da|dan|menci|hac|explic|respond"
    "|respuesta|determin|encontr|encuentr|figur|consta|aparec|detall|revel|señal|referenc|incluy|aborda",
    that="que|dijo|dice que",
    more=(
        r"^[^;:]{0,60}\bno se (?:menciona|especifica|indica|dice|proporciona|detalla|aclara|da|informa)n?\b(?! por)",
        r"\b(?:no puedo|no pude|no he podido|no encuentro|no tengo|no dispongo|no sé|no logro)\b",
        (
            r"\bno (?:hay|existe|se ofrece|se da) (?:ninguna? |suficiente )?(?:información|datos|mención|detalles"
            r"|respuesta)\b"
        ),
        r"\bno (?:es posible|se puede) (?:determinar|responder|saber|decir)",
    ),
    bare=r"no (?:se )?(?:menciona|mencionado|especifica|especificado|indica|indicado|consta|disponible|dice)"
    r"|(?:no lo sé|desconocido|sin información|sin datos|ninguna?|no aplica|n/d)",
    saying=r"\b(?:dijo|dijeron|declaró|afirmó|informó|según (?!el (?:artículo|texto))|aseguró|alcaldesa|alcalde"
    r"|policía|ministr\w+|portavoz)\b",
)
FRENCH = _spaced(
    letters=_LATIN,
    source="article|l'article|texte|passage|contexte|document|extrait|auteur|l'auteur|phrases|source|reportage",
    no="ne|n'|pas|aucune?|rien|ni",
    tell="di[ts]|mention|précis|indiqu|spécifi|fourni|conti|donn|fait|inform|figur|explique|répon|réponse"
    "|détermin|trouv|y a|évoqu|aborde|détail|révèl|parle|offre|comporte|apport|cite|permet",
    that="que|a déclaré|a dit",
    more=(
        r"\bn'est (?:pas )?(?:mentionné|précisé|indiqué|spécifié|donné|fourni|dit)e?s?\b(?! par)",
        r"\bne sont pas (?:mentionné|précisé|indiqué|spécifié|donné|fourni)e?s?\b(?! par)",
        r"\bje (?:ne |n'ai )(?:\w+ ){0,3}?(?:pas|rien|aucune?)\b",
        r"\b(?:aucune information|aucun détail|aucune mention|pas d'informations?)\b(?! que)[^.;]{0,40}",
        r"\b(?:il est impossible|il n'est pas possible) de (?:déterminer|répondre|dire|savoir)",
    ),
    bare=r"(?:non|pas) (?:mentionné|précisé|indiqué|spécifié|disponible|communiqué|renseigné)e?"
    r"|(?:je ne sais pas|inconnue?|aucune information|aucune?|n/d)",
    saying=r"\b(?:a dit|ont dit|a déclaré|a affirmé|selon (?!l'article|le texte)|a annoncé|d'après (?!l'article"
    r"|le texte)|maire|police|ministre|porte-parole)\b",
)
ITALIAN = _spaced(
    letters=_LATIN,
    source="articolo|l'articolo|testo|brano|passaggio|contesto|documento|autore|l'autore|autrice|frasi|fonte"
    "|nell'articolo|dall'articolo|dell'articolo",
    no="non|nulla|niente|nessuna?|nessun|né|alcuna?",
    tell="dic|dett|menzion|specific|indic|forni|contien|contenut|ci sono|c'è|inform|rispon|risposta|determin"
    "|trova|present|riport|precis|fa|parla|spieg|rivel|accenn|riferiment|riguard|cita|chiaris|offre",
    that="che|ha detto",
    more=(
        (
            r"\bnon (?:è|viene|vengono|sono) (?:stat[oaie] )?(?:menzionat|specificat|indicat|dett|fornit|precisat"
            r"|riportat)[oaie]\b(?! da)"
        ),
        r"\b(?:non posso|non riesco|non ho trovato|non trovo|non so|non lo so|non ho informazioni|non dispongo)\b",
        r"\bnon (?:ci sono|c'è) (?:alcuna |nessuna )?(?:informazion\w|menzione|dettagli|dati|risposta)\b",
        r"\bnon è possibile (?:determinar|risponder|saper|dir)",
    ),
    bare=r"non (?:menzionat|specificat|indicat|disponibil|precisat|riportat|fornit)[oaie]|non (?:lo )?so"
    r"|(?:sconosciuto|nessuna informazione|nessuna risposta|n/d)",
    saying=r"\b(?:ha detto|hanno detto|ha dichiarato|secondo (?!l'articolo|il testo)|ha affermato|sindac[oa]"
    r"|polizia|ministro|portavoce)\b",
)
PORTUGUESE = _spaced(
    letters=_LATIN,
    source="artigo|texto|trecho|passagem|contexto|documento|autor|autora|frases|fonte|notícia|reportagem|matéria",
    no="não|nada|nenhuma?|nem|qualquer|sem",
    tell="di[zs]|dit[oa]|mencion|especific|indic|fornec|cont[ée]m|há|inform|dá|faz|explic|respond|resposta"
    "|determin|encontr|consta|aparec|detalh|revel|refer|inclu|abord|esclarec|cita|apresent|traz|fala",
    that="que|disse",
    more=(
        r"\bnão (?:é|são|foi|está|estão) (?:mencionad|especificad|informad|indicad|fornecid|dit)[oa]s?\b(?! pel)",
        r"\b(?:não consigo|não posso|não encontrei|não sei|não tenho|não consegui|não disponho)\b",
        r"\bnão (?:há|existe|existem) (?:nenhuma |qualquer )?(?:informaç\w+|menção|detalhes|dados|resposta)\b",
        r"\bnão é possível (?:determinar|responder|saber|dizer)",
    ),
    bare=r"não (?:mencionad|especificad|informad|indicad|disponíve|fornecid)[oal]?|não (?:sei|consta)"
    r"|(?:desconhecido|sem informaç\w+|nenhuma?|n/d)",
    saying=r"\b(?:disse|disseram|declarou|afirmou|segundo (?!o (?:artigo|texto))|informou|prefeit[oa]|polícia"
    r"|ministr[oa]|porta-voz)\b",
)
UKRAINIAN = _spaced(
    letters=_CYRILLIC,
    source="статт[іяюєї]\\w*|текст\\w*|урив\\w+|контекст\\w*|документ\\w*|автор\\w*|речен\\w+|матеріал\\w*|новин\\w+",
    no="не|немає|нема|жодн\\w+|нічого|ні",
    tell="йде|згад|вказ|зазнач|сказа|каж|говор|міст|інформац|повідом|відповід|знай|знайти|визнач|уточн|наве"
    "|пояс|розкри|опис|дан|нада|містит",
    that="що",
    more=(
        r"\b(?:я )?не (?:можу|знаю|знайшов|знайшла|вдалося знайти)\b",
        r"^[^,;:]{0,60}\bне (?:вказан|зазначен|згадан|наведен|уточнен)\w*\W*$",
        r"\bнеможливо (?:визначити|відповісти|сказати|встановити)",
        r"\b(?:немає|нема|бракує) (?:\w+ )?(?:інформації|даних|відповіді|згадки|відомостей)",
    ),
    bare=r"не (?:вказано|зазначено|згадується|згадано|відомо|йдеться|сказано|повідомляється)|невідомо"
    r"|немає (?:інформації|даних|відповіді)|(?:я )?не знаю",
    saying=r"\b(?:сказав|сказала|заявив|заявила|повідомив|за словами|мер\w*|поліція|міністр|речник)\b",
)
RUSSIAN = _spaced(
    letters=_CYRILLIC,
    source="стать[еяюи]\\w*|текст\\w*|отрыв\\w+|контекст\\w*|документ\\w*|автор\\w*|предложени\\w+|материал\\w*"
    "|новост\\w+",
    no="не|нет|ни|никак\\w+|ничего|отсутству\\w+",
    tell="говор|упомин|упомян|указ|сказа|содерж|информац|сообща|ответ|найти|наш|определ|уточн|привод|объясн"
    "|раскры|опис|дан|предостав|сведени|слов",
    that="что",
    more=(
        r"\b(?:я )?не (?:могу|знаю|нашел|нашёл|нашла|удалось найти)\b",
        r"^[^,;:]{0,60}\bне (?:указан|упомянут|назван|приведен|уточнен|уточняется|указывается)\w*\W*$",
        r"\bневозможно (?:определить|ответить|сказать|установить)",
        r"\b(?:нет|недостаточно) (?:\w+ )?(?:информации|данных|ответа|упоминаний|сведений)",
    ),
    bare=r"не (?:указано|упоминается|упомянуто|известно|сказано|сообщается|говорится)|неизвестно"
    r"|нет (?:информации|данных|ответа|сведений)|(?:я )?не знаю",
    saying=r"\b(?:сказал|сказала|заявил|заявила|сообщил|сообщила|по словам|мэр\w*|полиция|министр|представитель)\b",
)
POLISH = _spaced(
    letters=_LATIN,
    source="artykuł\\w*|artykule|tekst\\w*|tekście|fragmen\\w+|kontek\\w+|dokumen\\w+|autor\\w*|zda[nń]\\w*|źród\\w+",
    no="nie|brak|żad\\w+|nic|ani",
    tell="mówi|wspomin|wspomn|poda|podan|zawier|informac|ma|napisa|odpowia|odpowied|znale|ustali|określ|wynika"
    "|wyjaśn|wymien|precyz|dotyczy|porusza|opis|wskaz|ujawn",
    that="że",
    more=(
        r"\bnie (?:mogę|wiem|znalazłem|znalazłam|jestem w stanie|potrafię)\b",
        r"^[^,;:]{0,60}\bnie (?:zosta\w+ )?(?:podan|określon|wspomnian|wymienion|wskazan)\w*\W*$",
        r"\bnie można (?:\w+ )?(?:ustalić|odpowiedzieć|określić|stwierdzić)",
        r"\b(?:nie ma|brak) (?:\w+ )?(?:informacji|danych|odpowiedzi|wzmianki)",
    ),
    bare=r"nie (?:podano|wspomniano|określono|wiadomo|wiem|napisano|dotyczy)|brak (?:informacji|danych"
    r"|odpowiedzi)|nieznan[eay]|b\.?d",
    saying=r"\b(?:powiedział|powiedziała|oświadczył|oświadczyła|według (?!artykułu|tekstu)|burmistrz\w*|policja"
    r"|minister|rzecznik)\b",
)

_ZH_S = r"(?:文章|文中|本文|原文|文本|报道|新闻|段落|上下文|材料|作者|句子|文档|提供的(?:信息|内容|资料))"
_ZH_TELL = (
    r"(?:提到|提及|说明|指出|给出|提供|说|包含|涉及|透露|交代|回答|找到|记载|描述"
    r"|列出|明确|写|显示|关于|信息|答案|讨论)"
)
_ZH_NO = r"(?:没有|没|未|并未|未能|无|不)"
CHINESE = Grammar(
    letters=pattern(_HAN),
    bare=pattern(
        rf"(?:文中)?(?:未|没有)(?:被)?{_ZH_TELL}(?:此信息|相关信息|该信息)?|(?:我)?不(?:知道|清楚|详|明)|未知|无(?:法回答|法确定|答案|相关信息|信息)"
        rf"|暂无(?:信息|数据)"
    ),
    forms=(
        pattern(rf"{_ZH_S}(?:[^，,。；说称表示]{{0,10}}?){_ZH_NO}(?:[^，,。；]{{0,10}}?){_ZH_TELL}"),
        pattern(rf"{_ZH_NO}[^，,。；]{{0,14}}?{_ZH_S}[^，,。；]{{0,4}}?{_ZH_TELL}"),
        pattern(rf"(?:无法|不能|难以)(?:从|根据|通过)?[^，。；]{{0,12}}?{_ZH_S}"),
        pattern(rf"{_ZH_S}[^。；]{{0,10}}?(?:无法|不能|不足以)(?:确定|回答|得知|判断|看出)"),
        pattern(r"我(?:在[^。；]{0,12})?(?:找不到|无法|不能|不知道|没有找到|没找到)"),
        pattern(r"(?:没有|缺乏|无)(?:足够的?|任何|相关的?)?(?:信息|资料)(?:来)?(?:回答|说明|可)?"),
    ),
    saying=pattern(r"(?:市长|警方|发言人|公司|部长|他|她|总统)[^，。]{0,6}(?:说|表示|称)|据[^，。]{1,12}称"),
    said=pattern(r"[，,][^，,]{1,10}(?:说|表示|称)"),
)
_JA_S = r"(?:記事|本文|文章|テキスト|文中|この文|原文|著者|筆者|提供された(?:情報|文)|資料)"
_JA_TELL = (
    r"(?:書かれ|触れ|記載|言及|情報|記述|述べ|示され|説明|答え|見つか|見当た|判断|分か|わか"
    r"|明記|含まれ|特定|明らか|読み取)"
)
_JA_NO = r"(?:ません|ない|なし|ず|なかった|ございません|できません|不明)"
JAPANESE = Grammar(
    letters=pattern(_KANA),
    bare=pattern(
        r"(?:記載|情報|言及|回答)(?:が|は)?(?:なし|ありません|ない)|(?:わかり|分かり)ません(?:でした)?|不明(?:です)?|該当(?:する情報)?(?:なし|ありません)|知りません"
        r"|答えられません|回答できません"
    ),
    forms=(
        pattern(rf"{_JA_S}[^。と]{{0,25}}?{_JA_TELL}[^。、]{{0,12}}?{_JA_NO}"),
        pattern(rf"{_JA_TELL}[^。、]{{0,10}}?{_JA_S}[^。]{{0,10}}?{_JA_NO}"),
        pattern(rf"{_JA_S}から[^。]{{0,16}}?{_JA_NO}"),
        pattern(
            r"(?:述べられ|触れられ|書かれ|記載され|言及され|記載が|言及が|情報が|情報は|記載は)[^。、]{0,4}(?:ていません|ていない|ません|ありません|ない)"
        ),
        pattern(r"(?:お答えでき|答えられ|見つかり|見つけられ|判断でき|特定でき)ません"),
    ),
    saying=pattern(r"(?:市長|警察|報道官|大臣|会社|社長|大統領)[はが]"),
    said=pattern(r"と(?:[^。]{0,8})(?:述べ|話し|語っ|言っ|説明し)"),
)
_AR_S = r"(?:المقال(?:ة)?|النص|الفقرة|السياق|الوثيقة|الكاتب|الكاتبة|الخبر|المصدر|الجمل|التقرير الإخباري)"
_AR_TELL = (
    r"(?:يذكر|تذكر|ذكر|يرد|يحدد|يقدم|يوضح|يحتوي|يتضمن|يشير|يقل|يقول|يوفر|يتطرق|يكشف|يتحدث|معلومات|العثور"
    r"|تحديد|إجابة|يجيب|يمكن|يوجد|توجد|مذكور\w*|محدد\w*|يبين|يفصح|تفاصيل)"
)
_AR_NO = r"(?:لا|لم|لن|ليس|ليست|غير|دون)"
ARABIC = Grammar(
    letters=pattern(_ARABIC),
    bare=pattern(
        r"(?:هذا )?غير (?:مذكور|محدد|معروف|متوفر|متاح|موجود|واضح)ة?|(?:أنا )?لا أعرف|لا أعلم|لا أدري"
        r"|لا توجد (?:معلومات|إجابة|بيانات)|لا يوجد (?:جواب|ذكر)|لم (?:يذكر|يحدد|يرد)|مجهول"
    ),
    forms=(
        pattern(rf"\b{_AR_NO}{_words(2)}{_AR_TELL}{_words(6)}(?:(?:في|من|هذا|هذه) )?\w?{_AR_S}"),
        pattern(rf"\b{_AR_NO} {_AR_TELL} (?:(?:هذا|هذه) )?{_AR_S}"),
        pattern(rf"{_AR_S}{_words(3, 'أن|إن')}{_AR_NO}{_words(1)}?{_AR_TELL}"),
        pattern(rf"{_AR_S} {_AR_NO} {_AR_TELL}"),
        pattern(r"\bلا (?:أستطيع|يمكنني|أعرف|أعلم|أجد)|\bلم (?:أجد|أعثر|أتمكن)"),
        pattern(r"\bلا (?:توجد|يوجد) (?:أي )?(?:معلومات|تفاصيل|ذكر|إجابة|إشارة)"),
    ),
    saying=pattern(r"\b(?:قال|قالت|صرح|أعلن|أعلنت|ذكرت|وفقا ل(?!لمقال|لنص)|الشرطة|المتحدث)\b"),
    said=pattern(r"،[^،]{0,20}(?:قال|قالت|بحسب|وفقا ل(?!لمقال|لنص))"),
)
GRAMMARS = (
    *(ENGLISH, GERMAN, SPANISH, FRENCH, ITALIAN, PORTUGUESE, POLISH),
    *(UKRAINIAN, RUSSIAN, CHINESE, JAPANESE, ARABIC),
)
