"""Small talk: what is no question about an article, told by its words alone. Pure.

A message is small talk when all its words belong to a few closed classes (greeting, thanks, assent, farewell, what
joins them, and what asks about the program itself) and one of them carries such a class. One other word, and it is a
question: a question about an article names something of it.
"""

import re
import unicodedata
from collections.abc import Sequence
from typing import Literal

from qa.text.words import word_set

Chat = Literal["greeting", "thanks", "assent", "farewell", "help", "name", "feeling"]

LONGEST_CHAT = 200
"""Characters of a message that can be small talk."""

_TOKEN = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_LONG_DRAWN = re.compile(r"(.)\1{2,}")


_GREETING = word_set(
    "hi hello hey heya hiya howdy yo sup greetings morning evening afternoon hallo servus moin hola buenos buenas tag"
    " morgen abend дня вечора salut bonjour bonsoir ciao buongiorno buonasera olá ola oi hej hei tere ahoj"
    " cześć dzień"
    " привіт вітаю добрий здравствуйте привет здравствуй merhaba selam namaste salam shalom aloha 你好 您好 早上好"
    " こんにちは 안녕하세요 안녕 مرحبا שלום welcome"
)
_THANKS = word_set(
    "thanks thank thx tx ty tysm thankyou cheers appreciated appreciate grateful danke dankeschön merci gracias"
    " grazie obrigado obrigada dziękuję dzięki tack takk tak bedankt dank дякую спасибо спасибі teşekkürler kiitos 谢谢"
    " 多谢 ありがとう 감사합니다 شكرا תודה"
)
_FAREWELL = word_set(
    "bye goodbye byebye cya farewell tschüss tschüß adiós adios adieu revoir arrivederci tchau пока бувай побачення"
    " goodnight 再见 さようなら later cu"
)
_ASSENT = word_set(
    "ok okay okey oki k kk yes yep yeah yup yea ya no nope nah sure fine alright allright right cool great nice good"
    " perfect awesome excellent wonderful amazing super brilliant lovely interesting fascinating impressive wow haha"
    " hahaha lol hm hmm mhm oh ah aha ooh understood gotcha got noted agreed well sorry oops pardon apologies please"
    " test testing oui non ja nein sí si genau gut klar claro vale bueno bien bon da так да ні нет добре хорошо 好 好的"
    " はい 네 neat sweet sense fantastic helpful useful clear enough fun funny nevermind mind"
)
_FILLER = word_set(
    "you u so very much many a an lot the your this that it is was were are it's its that's thats you're really all"
    " and my i i'm im me to of there again never helped done understand in everyone everybody folks friend friends"
    " buddy bot mate dear sir madam assistant then now just too also am see get guess for be been have had has nice"
    " day night help helping answer answers info information reply replies quick work job one indeed absolutely"
    " totally quite pretty do does will would know fast everything looks look sounds sound makes make sense as always"
    " advance viele vielen sehr schön für die hilfe guten tag abend morgen buenos días dias tardes noches muchas mucho"
    " muchísimas beaucoup bien au mille molte molto muito день доброго ранку вечора вечір велике дуже добрый вечер"
    " утро большое"
)
_ASKING = word_set(
    "who what how which where when why whom whose can could do does did are is was were has had will would should may"
    " whats what's"
)
_YOU = word_set("you your yours yourself u ya you're")
_META = word_set(
    "help name called work works working use using used app tool program bot robot chatbot human person machine"
    " computer ai model language languages speak understand made make built build created create developed trained"
    " able ask question questions example examples suggest suggestion suggestions tell something anything begin start"
    " started instructions guide features feature options capable abilities ability know real alive old feel feeling"
    " feelings going sing joke jokes think opinion like love site website page thing from get sort kind kinds type"
    " good best at with on i'm show give some doing today up new whatsup purpose meant supposed talk chat about assist"
    " trust else stuff things here need other"
)
_ASKABLE = word_set("ask question questions")
_PROGRAM = word_set("app tool program bot chatbot site website work works thing here")
_ARTICLE = word_set("article articles story text it")
_OTHERS = word_set(
    "du qué que puedes hacer quién quien eres tú ayuda ayúdame cómo como funciona esto was wer wie kannst bist machst"
    " hilfe hilf mir tun heißt geht funktioniert das qui es tu êtes vous peux faire aide comment aidez moi aiuto chi"
    " sei cosa puoi fare хто ти що вмієш можеш допомога допоможи робити кто ты что умеешь можешь помощь помоги делать"
    " ajuda pomoc"
)
_OTHERS_CORE = word_set(
    "tu tú du puedes eres ayuda ayúdame kannst bist hilfe hilf heißt aide peux êtes aidez aiuto sei puoi вмієш можеш"
    " допомога ти допоможи умеешь можешь помощь помоги ты ajuda pomoc"
)
_NAMING = word_set(
    "who name called human robot bot chatbot person machine computer real ai model made built created alive"
)
_FEELING = word_set("feel feeling going think opinion like love doing")
_COURTESIES: tuple[tuple[Chat, frozenset[str]], ...] = (
    ("thanks", _THANKS),
    ("farewell", _FAREWELL),
    ("greeting", _GREETING),
    ("assent", _ASSENT),
)


def chat_of(message: str, *, first: bool = True) -> Chat | None:
    """Which kind of small talk a message is, None when it asks something. `first`: nothing was asked before.

    `"Thanks, that was great!"` → thanks. `"What can you do?"` → help. `"Who said thanks?"` → None.
    """
    if len(message) > LONGEST_CHAT:
        return None
    words = [_short(word) for word in _TOKEN.findall(message.casefold().replace("’", "'"))]
    if not words:
        return _of_marks(message)
    known = set(words)
    asking = words[0] in _ASKING or message.rstrip().endswith("?")
    if asking and words[0] not in _GREETING | _THANKS | _FAREWELL:
        return _of_program(words, first=first)
    if known <= _OTHERS | _GREETING and known & _OTHERS_CORE:
        return "help"
    return _of_courtesy(words) or _of_program(words, first=first)


def _of_marks(message: str) -> Chat | None:
    """A message without words: an emoji is assent, question marks alone ask for help."""
    marks = "".join(message.split())
    if marks and len(marks) <= 3 and set(marks) == {"?"}:
        return "help"
    symbols = [char for char in marks if unicodedata.category(char) == "So"]
    return "assent" if symbols and ord(max(symbols)) >= 0x2600 else None


def _of_courtesy(words: list[str]) -> Chat | None:
    """Greeting, thanks, farewell or assent, when there is nothing else."""
    known = set(words)
    rest = known - _GREETING - _THANKS - _FAREWELL - _ASSENT - _FILLER
    if known & _GREETING and rest and rest <= _ASKING | _META:
        return "greeting" if known & _YOU or not known & _ASKING else None
    if rest:
        return None
    for kind, core in _COURTESIES:
        if known & core:
            return kind
    if known >= {"see", "you"}:
        return "farewell"
    return "assent" if words[0] in {"i", "i'm", "that's"} and len(words) > 1 else None


def _of_program(words: list[str], *, first: bool) -> Chat | None:
    """What asks about the program: only words of asking about it, and one that points at it."""
    known = set(words)
    if known <= _OTHERS | _FILLER and known & _OTHERS_CORE:
        return "help"
    asks = bool(known & _ASKABLE and known & {"i", "me", "we", "you", "some", "example", "suggest"})
    allowed = _ASKING | _FILLER | _META | _GREETING | _ASSENT | (_ARTICLE if asks else frozenset())
    if not known <= allowed or (known & {"about", "it", "its"} and not asks):
        return None
    if not known & (_ASKING | _META):
        return "assent" if known & {"ok", "okay"} else None
    return _program_kind(known, asks=asks) if asks or _points_here(known, first=first) else None


def _points_here(known: set[str], *, first: bool) -> bool:
    """Whether the words point at the program: at "you", at its use, or at "this" before anything was asked."""
    if known & _YOU:
        return not known & {"sure", "right"}
    uses = known & {"i", "we"} and known & {"use", "start", "begin"}
    here = first and "this" in known and (known & _PROGRAM or known - _ASSENT <= {"what", "is", "this"})
    return "help" in known or bool(uses or here)


def _program_kind(known: set[str], *, asks: bool) -> Chat:
    if known & _NAMING and "can" not in known and not asks:
        return "name"
    feels = known & _FEELING or known - _ASSENT - _GREETING <= {"how", "are", "you", "today"}
    return "feeling" if feels and not known & {"can", "could", "ask"} else "help"


def _short(word: str) -> str:
    """The word without letters that are drawn out: `"heyyyy"` → `"hey"`."""
    return _LONG_DRAWN.sub(r"\1", word)


def chat_reply(kind: Chat, titles: Sequence[str], examples: Sequence[str]) -> str:
    """A short, kind line, and what can be asked here."""
    if not titles:
        return f"{_OPENING[kind]}There is no article yet: add one by its link, as a file or as text, and ask about it."
    subject = f"“{titles[0]}”" if len(titles) == 1 else f"the {len(titles):,} articles here"
    asking = " or ".join(f"“{example}”" for example in examples[:2])
    return f"{_OPENING[kind]}{_OFFER[kind].format(subject)}{f' For example: {asking}' if asking else ''}"


_OPENING: dict[Chat, str] = {
    "greeting": "Hello! ",
    "thanks": "You are welcome. ",
    "assent": "All right. ",
    "farewell": "Goodbye! ",
    "help": "",
    "name": "I am Article QA, a program that answers from an article and shows the exact words. ",
    "feeling": "I am only a program without feelings or opinions, but I know the article. ",
}
_OFFER: dict[Chat, str] = dict.fromkeys(_OPENING, "Ask me anything about {}.") | {
    "thanks": "Ask on if you want to know more about {}.",
    "assent": "What else would you like to know about {}?",
    "farewell": "Come back when you have another question about {}.",
    "help": "I answer questions about {} in its own words and show where they stand. Ask who, what, when, where, why or"
    " how much; ask for a summary, for the people, places or numbers that are named, or whether a statement is true.",
}
