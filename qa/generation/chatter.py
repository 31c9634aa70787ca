"""What models say around an answer: greetings, labels, offers of help, turns of a talk that nobody had. Pure."""

import re

from qa.generation.markers import cited, without_markers

_ASKED = (
    r"(?:question|q|user|human|customer|instruction|prompt|frage|pregunta|domanda|pergunta|запитання|питання"
    r"|вопрос|pytanie"
    r"|nutzer|usuario|utilisateur|utente|usuário|користувач|пользователь|użytkownik|问题|問題|用户|用戶|質問|ユーザー|السؤال"
    r"|المستخدم)"
)
_ANSWERED = (
    r"(?:(?:final |short |direct )?answer|a|response|reply|assistant|ai|bot|model|chatbot|antwort|respuesta"
    r"|réponse|risposta|resposta"
    r"|відповідь|ответ|odpowiedź|答案|回答|答|助手|回复|アシスタント|الإجابة|الجواب|المساعد)"
)
_ASKING = re.compile(rf"(?i)^\W*{_ASKED}\s*\d{{0,3}}\s*[:：]\s*")
_ANSWERING = re.compile(rf"(?i)^\W*{_ANSWERED}\s*\d{{0,3}}\s*[:：]\s*")
_ROLE = re.compile(r"(?i)^\W*(?:assistant|ai|bot|model|chatbot|助手|アシスタント|المساعد|system)\s*[:：]")
_INLINE = re.compile(
    rf"(?<=[.!?\])”\"。！？])\s{{1,3}}(?=(?i:{_ASKED}|assistant|ai|answer)\s?[:：]\s)"
    rf"|(?<=\?)\s{{1,3}}(?=(?i:{_ANSWERED})\s?[:：])"
)

_SOURCES = re.compile(
    r"(?i)^\W*(?:(?:all |the )?(?:sources?|references?|citations?|cited|footnotes?|bibliography|evidence"
    r"|quellen?|fuentes?|fonti"
    r"|fontes?|références?|источники|джерела|źródła|来源|來源|参考(?:文献|资料)?|出典|参照|المصادر|المراجع"
    r"|(?:supporting |relevant |source |cited )?sentences?|numbers?)(?: (?:sentences?|numbers?|used|cited"
    r"|list))*)\s*[:：]?\s*(?P<rest>.*)$"
)
_LISTED = re.compile(r"^\W*(?:(?:\w{1,10} )?\d{1,4}\b|\[)")
_DEFINED = re.compile(r"^\s*\[\^?\d{1,4}\]\s?[:：]")

_OPENING = (
    r"(?:sure(?: thing)?|certainly|of course|absolutely|ok(?:ay)?|hello(?: there)?|hi(?: there)?|hey"
    r"|thanks(?: for asking)?|thank you"
    r"|you're welcome|gladly|understood|got it|alright|all right|great|right|greetings|good day|happy to help"
    r"|natürlich|gerne?|klar|sicher|selbstverständlich|hallo|guten tag|claro(?: que sí)?|por supuesto|hola"
    r"|desde luego|bien sûr|bonjour|certainement"
    r"|certamente|certo|ciao|salve|olá|oi|com certeza|звичайно|вітаю|привіт|конечно|здравствуйте|привет"
    r"|oczywiście|cześć|dzień dobry"
    r"|当然(?:可以)?|好的|你好|您好|もちろん(?:です)?|こんにちは|承知しました|بالطبع|مرحبا|أهلا|بالتأكيد)"
)
_GREETING = re.compile(rf"(?i)^\W*{_OPENING}(?:\W+{_OPENING})*\W*$")
_OPENS = re.compile(rf"(?i)^\W*{_OPENING}[,!.，。！、–—-]+\s*(?=\w)")
_LEADS = re.compile(r"[:：]\W*$")
_ASKS = re.compile(r"[?？؟]\W*$")
_QUOTED = re.compile(r"[“\"„«「][^”\"“»」]*[”\"“»」]")
_PERSONS = re.compile(
    r"(?i)(?<![\w'’])(?:i|i['’](?:m|ve|ll|d)|me|my|you|your|yours|you['’]\w+|let['’]s|ich|mir|mich|ihnen|dir"
    r"|dich|deine?|yo|usted|ustedes|espero"
    r"|avísame|dime|je|j['’]\w+|vous|votre|n['’]hésitez|spero|fammi|você|vocês|я|ви|вам|вас|ваше?|мені|вы|мне"
    r"|mogę|daj|twoje|państwa)(?![\w])"
    r"|[您你我]|希望这|请告诉|ください|ございましたら|でしょうか|お役に立|ご質問|お手伝い|لديك|سؤالك|يمكنني|أخبرني|آمل"
)
_CLOSING = re.compile(
    r"(?i)^\W*(?:hope (?:this|that) helps|feel free|please note|note:|disclaimer|good|great question"
    r"|excellent question|interesting question"
    r"|anything else|as an ai|end of (?:answer|response)|have a (?:nice|great|good) day|cheers|best regards"
    r"|is there anything|to answer (?:your|the) question"
    r"|(?:based on|according to) (?:the )?(?:provided |given )?(?:article|text|context|passage|information)\W*$"
    r"|(?:the )?answer(?: to (?:your|the) question)?(?: is)?\W*$|summary\W*$|explanation\W*$|tells?\W+(?:yes"
    r"|partly)\W*$)"
)
_AFFIRMED = re.compile(
    r"(?i)\W*(?:yes|no|ja|nein|sí|oui|non|sì|sim|não|так|ні|да|нет|tak|nie|是的?|不是?|はい|いいえ|نعم|لا|correct|true"
    r"|false|yes and no)\W*"
)


def answered_lines(text: str) -> str:
    r"""The lines of an answer without labels, the question said again, and turns that follow it.

    `"Question: Why?\nAnswer: It rained.\nUser: And then?"` → `"It rained."`
    """
    kept: list[str] = []
    for line in _INLINE.sub("\n", text).split("\n"):
        begun = any(any(map(str.isalnum, one)) for one in kept)
        if _ASKING.match(line) or (_ROLE.match(line) and begun):
            if begun:
                break
            continue
        kept.append(_ANSWERING.sub("", line, count=1))
    return "\n".join(kept)


def without_sources(text: str) -> tuple[str, tuple[int, ...]]:
    r"""The text without a list of sources at its end, and their numbers: `"Yes.\nSources: 3"` → `"Yes."`, (3,)."""
    lines = text.split("\n")
    for place, line in enumerate(lines):
        found = _SOURCES.match(line)
        after = [one for one in lines[place + 1 :] if one.strip()]
        if place and _DEFINED.match(line) and all(map(_DEFINED.match, after)):
            return "\n".join(lines[:place]), ()
        if not found or not any(map(str.isalnum, "".join(lines[:place]))):
            continue
        rest = found["rest"].strip()
        bare = not any(map(str.isalnum, without_markers(rest)[0])) or cited(rest.strip("[]() .")) is not None
        if bare and all(map(_LISTED.match, after)) and (rest or after):
            numbers = (
                [number for marker in without_markers(rest)[1] for number in marker.numbers]
                or cited(rest.strip("[]() ."))
                or []
            )
            return "\n".join(lines[:place]), tuple(numbers)
    return text, ()


def without_opening(sentence: str) -> str:
    """`"Sure, the bridge closes."` → `"The bridge closes."`"""  # noqa: D415
    rest = _OPENS.sub("", sentence, count=1)
    return sentence if rest == sentence else rest[:1].upper() + rest[1:]


def is_chatter(sentence: str) -> bool:
    """Whether a sentence that cites nothing speaks to the reader, asks, or only leads to what follows."""
    words = _QUOTED.sub(" ", sentence)
    return bool(
        _GREETING.match(sentence)
        or _LEADS.search(sentence)
        or _ASKS.search(words)
        or _CLOSING.match(sentence)
        or _PERSONS.search(words)
    )


def is_affirmation(sentence: str) -> bool:
    """Whether a sentence is a bare yes or no."""
    return bool(_AFFIRMED.fullmatch(sentence))


def key(sentence: str) -> str:
    """What is the same for a sentence that is said again."""
    return "".join(char for char in sentence.casefold() if char.isalnum())


def unlooped(text: str, longest: int = 40) -> str:
    """The text without words that are said over and over at its end: `"on and on and on and on and"` → `"on and"`."""
    words = list(re.finditer(r"\S+", text))
    said = [match[0] for match in words]
    for width in range(1, min(longest, len(said) // 4) + 1):
        run = 0
        place = len(said) - 1
        while place >= width and said[place] == said[place - width]:
            run, place = run + 1, place - 1
        if run >= max(3 * width, 6):
            return text[: words[place].end()] if place >= 0 else text
    return text


def loops(text: str) -> bool:
    """Whether the end of a growing reply repeats itself."""
    tail = text[-2_000:]
    return len(unlooped(tail)) < len(tail.rstrip())
