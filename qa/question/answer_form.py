"""What an answer of each type looks like in an article: whether a sentence may hold one, which words are one. Pure."""

import re

from qa.question.answer_type import AnswerType
from qa.text.calendar import CLOCK, MONTH, SHORT_MONTH, STRETCH, WEEKDAY
from qa.text.names import TITLES
from qa.text.quantities import ABOUT, COUNT, COUNTED, NUMBER, SCALE

_DAY = rf"(?:{WEEKDAY})"
_DATED = rf"(?:{_DAY}|(?:{MONTH.replace('|May|', '|')})\b|(?:{SHORT_MONTH})\.|May \d)"
_YEAR = r"(?:1[5-9]|20)\d\d"
_OF_DAY = "today|yesterday|tomorrow|tonight"

_HELD: dict[AnswerType, re.Pattern[str]] = {
    "who": re.compile(r"(?<![.!?\"“]\s)(?<!^)\b(?!I\b|I')[A-Z][\w’'-]+"),
    "when": re.compile(
        rf"\b(?:{_DATED}|{_YEAR}|{_OF_DAY}|noon|midnight|ago|(?:last|next|this) (?:{STRETCH})|early|late|earlier|later"
        rf"|after|before|until|since|during|when)\b|\b{CLOCK}|\b\d{{1,2}}(?::\d\d)? ?(?:o’clock|GMT)"
    ),
    "day": re.compile(rf"\b(?:{_DATED}|yesterday|today|tomorrow)\b"),
    "where": re.compile(r"\b(?:in|at|near|from|to|outside|across|around|inside|of|on) (?:the )?[A-Z]"),
    "how long": re.compile(
        rf"(?i)(?:\b(?:a|an|several|few|many)\b|{NUMBER})[\w\s.,-]{{0,20}}(?:{STRETCH})"
        r"|\b(?:long|since|until|throughout)\b"
    ),
    "how many": re.compile(rf"(?i){NUMBER}|[$€£%]"),
    "why": re.compile(
        r"(?i)\b(?:because|since|as|due|so that|in order|to|for|after|over|amid|citing|caus\w+|reason\w*|led|result\w*"
        r"|therefore|that[’']s why|why|fears?|concerns?|aim\w*)\b"
    ),
    "how": re.compile(r"(?i)\b(?:by|through|with|via|using|as)\b"),
}
HELD: tuple[AnswerType, ...] = tuple(_HELD)
"""The types of which a sentence can be seen to hold an answer, in the order of `holds`."""

_EXACT: dict[AnswerType, re.Pattern[str]] = {
    "how long": re.compile(
        rf"(?i)(?:{ABOUT}\s+)?{COUNT}(?:[\s-](?:and|to|or|a|half|\d[\d,.]{{0,30}}+)){{0,3}}[\s-](?:{STRETCH})s?\b"
    ),
    "when": re.compile(
        rf"(?:\b{CLOCK}\.?(?:\s(?:Eastern|Central|Pacific|GMT|UTC|ET|local)\b(?:\s[Tt]ime)?)?"
        rf"|\b(?:(?:last|next|this|early|late)\s)?{_DAY}\b|\b(?:{MONTH})\b(?:\s\d{{1,2}})?(?:,?\s\d{{4}})?"
        rf"|\b{_YEAR}\b|\b(?:{_OF_DAY})\b)"
    ),
    "day": re.compile(rf"\b{_DAY}(?:,? (?:{MONTH}) \d{{1,2}})?\b|\b(?:{MONTH}) \d{{1,2}}(?:, \d{{4}})?\b"),
    "how many": re.compile(rf"(?:[$€£]\s?)?\d(?:[\d,.]*\d)?(?:\s?%|\s(?:percent|{SCALE})\b)?|(?i:\b(?:{COUNTED})\b)"),
}

_TIME = re.compile(
    rf"(?i)\d|\b{_DAY}|\b(?:{MONTH}|spring|summer|autumn|fall|winter|christmas|easter|morning|noon|afternoon|evening"
    rf"|night|midnight|{_OF_DAY}|now|after|before|during|since|until|when|while|once|as|early|earlier|late|later|first"
    rf"|last|next|ago|already|soon|never|always)\b|\b(?:{STRETCH}|season|era|age|period|time|term|reign)"
)
_AMOUNT = re.compile(
    rf"(?i){NUMBER}|\b(?:an?|no|none|zero|halves|third|quarter|single|double|triple|both|pair|couple|once|twice|thrice"
    r"|most|more|less|all|few|fewer|many|several|some|little|much|each|every|majority|minority|part|per|annual\w*|daily"
    r"|hourly|weekly|monthly|yearly|often|rarely|never|always|until|forever)\b"
    r"|\b(?:four|seven|eight|nine|twent|thirt|fort|fift|sixt)"
)
_FIGURE = re.compile(
    r"(?i)(?:\W*+(?:(?:in|on|the|about|over|some)\W++)*+\d[\d.,]*+\W*+(?:s|th|st|nd|rd|percent|million|billion)?\W*+"
    r"|[^\w.,]*+[.,]\W*+)"
)
_MOMENT = re.compile(
    rf"(?i)\W*+(?:(?:in|on|at|by|since|until|around|about|early|late|mid|the)\W+)*"
    rf"(?:{CLOCK}|{_DAY}\b|(?:{MONTH.replace('|May|', '|')})\b)"
)
_TITLED = re.compile(rf"\b(?i:{'|'.join(sorted(TITLES))})\.?\s+(?:$|[A-Z])")


def holds(text: str) -> list[bool]:
    """Whether a sentence may hold an answer of each type of HELD: a date, a name, a number, a reason."""
    return [bool(pattern.search(text)) for pattern in _HELD.values()]


def exact(answer_type: AnswerType, text: str) -> list[str]:
    """All words of a sentence that are a measure of this type: `("how long", "It took two hours.")` → `["two hours"]`.

    Empty for types that are no measure.
    """
    pattern = _EXACT.get(answer_type)
    return [match[0].strip() for match in pattern.finditer(text)] if pattern else []


def can_be(answer_type: AnswerType, words: str, before: str = "") -> bool:
    """Whether words can be what such a question asks for: `("where", "10 a.m.")` cannot. In doubt they can.

    `before` is what stands before them in their sentence: after "President" comes no place.
    """
    if answer_type in {"when", "day"}:
        return bool(_TIME.search(words))
    if answer_type in {"how many", "how long"}:
        return bool(_AMOUNT.search(words) or (answer_type == "how long" and _TIME.search(words)))
    if answer_type == "where":
        return not (_MOMENT.match(words) or _FIGURE.fullmatch(words) or _TITLED.search(words) or _TITLED.search(before))
    return answer_type != "who" or not _FIGURE.fullmatch(words)
