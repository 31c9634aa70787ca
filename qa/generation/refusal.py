"""Whether a sentence that a model wrote says that the article does not tell. Pure.

A refusal has a form in every language: the article (or its text, its author) and a negated word of telling, or somebody
who answers and cannot. The words of each language fill the same forms (`refusal_words.py`). Who denies something else,
a mayor or a treaty, is no article, and what somebody said is a claim about them.
"""

import re
from collections.abc import Sequence
from functools import lru_cache

from qa.generation.refusal_words import APOLOGIES, DENYING, GRAMMARS, TELLING, Grammar

LONGEST = 300
"""Characters of a sentence that are read: a refusal is shorter."""

_QUOTES = str.maketrans({"’": "'", "‘": "'", "`": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"'})
_QUOTED = re.compile(r'"[^"]{0,300}"|「[^」]{0,300}」|『[^』]{0,300}』')
_WRAPPED = re.compile(r'^\W*"([^"]*)"\W*$')
_ARABIC_POINTS = re.compile("[\u064b-\u0652\u0640]")
BESIDES = r"(?:apart from|except(?: for)?|other than|besides|beyond) (?:the fact )?that "
_TURN = re.compile(
    r"(?i)\s?[;—]\s?|\s[–-]\s|,\s?only (?:that )?|[,.]?\s?\b(?:but|however|though|although|while|whereas|aber"
    r"|jedoch|allerdings|sondern"
    r"|obwohl|pero|sino|aunque|sin embargo|mais|cependant|toutefois|bien que|però|tuttavia|sebbene|anche se|mas|porém"
    r"|embora|але|проте|однак|хоча|но|однако|хотя|ale|jednak|choć|chociaż)\b,?\s*"
    rf"|,?\s?\b{BESIDES}"
    r"|[，,]?\s?(?:但是|但|不过|然而|只是|虽然|尽管)\s*|(?<=が)、|ただし、?|しかし、?|ものの、?|[،,]?\s(?:ولكن|لكن|رغم)\s(?:أن\s)?"
)
"""Where a sentence turns to something else: “It does not say why, but it names the day.”"""

_LEADING = re.compile(
    r"(?i)^\W*(?:although|though|while|whereas|obwohl|aunque|bien que|sebbene|anche se|embora|хоча|хотя|choć"
    rf"|chociaż|虽然|尽管|{BESIDES.rstrip()})\s?"
)
_COMMA = re.compile(r"[,，、،]\s*")
_PRONOUN = re.compile(r"(?i)^(?:it|this|that|they)\s+(?:\w+ly\s+)?(?:says?|states?|mentions?|tells?|notes?)\b")
_OPENER = re.compile(rf"(?i)^\W*(?:(?:{APOLOGIES})\b\W*)+")
_SHORTEST = 2


@lru_cache(maxsize=1_000)
def divide(sentence: str) -> tuple[str, str]:
    """What a sentence tells, and what it says that the article does not.

    `"It does not say why, but Salo named the day."` → `"Salo named the day."`, `"It does not say why."`
    """
    parts = _turns(sentence)
    claims = [part for part in parts if not denies(part)]
    if len(claims) == len(parts):
        return ("", sentence) if denies(sentence) else (sentence, "")
    claims = [_LEADING.sub("", part) for part in claims if _tells(part)]
    if not claims:
        return "", sentence
    return _whole(claims, sentence), _whole([part for part in parts if denies(part)], sentence)


def denies(text: str) -> bool:
    """Whether there is a refusal in the text, by the grammar of any language that is written with its letters."""
    plain = folded(text)
    return bool(plain) and any(grammar.letters.search(plain) and _matches(plain, grammar) for grammar in GRAMMARS)


def may_deny(text: str) -> bool:
    """Whether an English sentence has a word that denies and one of telling, in whatever order.

    So has many a claim. It tells a refusal in words that no form has from a claim only where the article lacks it:
    `"I went through it all and saw no photographer named."` → True
    """
    plain = folded(text)
    return bool(
        len(text) <= LONGEST
        and DENYING.search(plain)
        and TELLING.search(plain)
        and not GRAMMARS[0].saying.search(plain)
    )


def folded(text: str) -> str:
    """The text in lower case without what it quotes, unless that is all: `“Not “mine”, he said”` → `not , he said`."""
    plain = _ARABIC_POINTS.sub("", text[:LONGEST].translate(_QUOTES)).lower()
    wrapped = _WRAPPED.match(plain)
    return " ".join((wrapped[1] if wrapped else _QUOTED.sub(" ", plain)).split())


def _matches(plain: str, grammar: Grammar) -> bool:
    plain = _OPENER.sub("", plain).strip()
    if grammar.bare.fullmatch(plain.strip(" .!。…")):
        return True
    rest = grammar.source.sub("", plain)
    return _found(plain, grammar) or (rest != plain and _found(rest, grammar))


def _found(plain: str, grammar: Grammar) -> bool:
    """Whether a form of the language is in the text, and nobody is said to have said it."""
    found = next(filter(None, (form.search(plain) for form in grammar.forms)), None)
    return bool(
        found and not grammar.saying.search(plain, 0, found.start()) and not grammar.said.search(plain, found.end())
    )


def _turns(sentence: str) -> list[str]:
    """The parts of a sentence between its turns; the first comma ends one that opens with “although”."""
    if _LEADING.match(sentence):
        return [part for part in _COMMA.split(sentence, maxsplit=1) if part.strip()]
    return [part for part in _TURN.split(sentence) if part.strip()]


def _tells(part: str) -> bool:
    """Whether a part of a sentence can stand alone: an apology cannot."""
    rest = _OPENER.sub("", folded(part))
    return len(re.findall(r"\w+", rest)) > _SHORTEST or bool(re.search(r"[\u3040-\u9fff]{4}", rest))


def _whole(parts: Sequence[str], sentence: str) -> str:
    """The parts as a sentence: with a capital and the stop that theirs ended in."""
    text = ", ".join(part.strip(" ,;") for part in parts)
    stop = sentence.rstrip()[-1:]
    text = text[:1].upper() + text[1:]
    return (
        text if text[-1:] in '.!?。」”"' or stop.isalnum() else f"{text.rstrip('.')}{stop if stop in '.!?。' else '.'}"
    )
