"""The numbers, dates and times of a text in one notation, and which of a claim's stand in a source. Pure."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from qa.text.calendar import MONTH_OF, WEEKDAY_OF
from qa.text.words import STOP, stem

TOKEN = re.compile(r"\d+(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|[^\W\d_]+(?:'[^\W\d_]+)*|[%$€£¥]")

_COUNTING = "two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
SCALE = "million|billion|trillion"
COUNTED = rf"{_COUNTING}|dozens?|hundreds?|thousands?"
NUMBER = rf"(?:\d|\b(?:half|one|{COUNTED}|millions?|billions?)\b)"
COUNT = rf"(?:(?<!\d)\d[\d,.]{{0,30}}+|\b(?:half|an?(?! \d)|one|{_COUNTING}|several|few)\b)"
ABOUT = (
    r"\b(?:over|under|about|around|nearly|almost|more than|less than|fewer than|at least|at most|up to|some|roughly"
    r"|approximately|well over)"
)
"""Parts of patterns: a number however it is written, one that counts, and what says that it is not exact."""

_UNITS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
    " eighteen nineteen"
).split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_SMALL = {word: value for value, word in enumerate(_UNITS)} | {
    word: 10 * value for value, word in enumerate(_TENS, start=2)
}
_SCALES = {"hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12}
_SHORT_SCALES = {"k": 1e3, "m": 1e6, "mn": 1e6, "mln": 1e6, "bn": 1e9, "bln": 1e9, "tn": 1e12}
_ORDINALS = {
    word: value
    for value, word in enumerate(
        "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth"
        " fifteenth sixteenth seventeenth eighteenth nineteenth twentieth".split(),
        start=1,
    )
} | {"thirtieth": 30}
_CURRENCIES = (
    "dollar usd $|euro eur €|pound sterling gbp £|yen jpy ¥|yuan cny rmb|ruble rouble rub|franc chf|peso|rupee inr"
    "|hryvnia uah|zloty pln|crown krona krone kronor kroner koruna sek nok dkk czk|lira|shekel|dirham|baht|forint"
)
CURRENCIES = {form: names[0] for names in map(str.split, _CURRENCIES.split("|")) for form in names}
"""Stems, codes and signs of currencies, each with the one that it stands for."""

_SIGNS = frozenset("$€£¥")
_WHOSE = frozenset("swiss us american canadian australian hong british swedish norwegian danish".split())
"""What may stand between a sum and its currency."""
_VAGUE = {"dozens": 12.0, "hundreds": 1e2, "thousands": 1e3, "millions": 1e6, "billions": 1e9, "trillions": 1e12}
_FRACTIONS = {"half": 0.5, "third": 1 / 3, "quarter": 0.25, "fifth": 0.2, "tenth": 0.1}
_MINUTES = {"second": 1 / 60, "minute": 1.0, "hour": 60.0, "day": 1440.0, "week": 10080.0}
_SPANS = frozenset({*_MINUTES, "month", "year", "decade", "century"})
_MEASURED = (
    "meter metre|kilometer kilometre km|centimeter centimetre cm|foot feet|yard|mile|inch inches"
    "|liter litre|gallon|pint|barrel|kilogram kilo kg|gram|pound|ounce|ton tonne|acre|hectare|month|year|decade|century"
)
MEASURES = {stem(form): names[0] for names in map(str.split, _MEASURED.split("|")) for form in names}
"""Stems of units of measure, each with the one that it stands for: the same number of two of them is not the same."""
_ABOUT = frozenset("about around roughly nearly almost approximately some circa close".split())
_ABOVE = frozenset({"over", "than", "least", "above"})
_PAIRED = frozenset("leader men women side countri presid offici nation peopl team compani parti".split())
_BOTH = frozenset("both pair couple two twice duo bilateral twin".split())

_CLOCK = re.compile(r"(?i)\b(\d{1,2})(?:[:.](\d\d))? ?(am|pm)\b|\b(\d{1,2}):(\d\d)\b|\b(noon|midday|midnight)\b")
_SPOKEN = re.compile(
    rf"(?i)\b(\d{{1,2}}|one|{_COUNTING})(?: o'clock)?"
    r"(?: in the (morning|afternoon|evening)\b| at (night)\b|(?<=o'clock)\b)"
)
_ISO = re.compile(r"\b([12]\d{3})-(\d\d)-(\d\d)\b")
_DECADE = re.compile(r"\b((?:1[5-9]|20)\d0)'?s\b")
_DOTTED = re.compile(r"\b(?:[^\W\d_]\.){2,}|\b([ap])\.m\b")
_NTH = re.compile(r"\b(\d+)(?:st|nd|rd|th)\b")
_QUOTES = str.maketrans({"’": "'", "‘": "'", "`": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "\u2060": ""})


@dataclass(frozen=True)
class Quantity:
    """One number or date. `kind`: number, percent, money, ordinal, time, weekday, month, day, decade or vague.

    `value` is the number, the index of the weekday or month, month * 100 + day, or minutes since midnight (a time
    without a.m. or p.m. is negative). `unit` is the stem of the word that it counts, or a currency; `text` is how it
    is written.
    """

    kind: str
    value: float
    text: str
    unit: str = ""
    bound: str = ""


def fold(text: str) -> str:
    """The text on one line with straight quotes and without dots in abbreviations: `"10 a.m."` → `"10 am"`.

    A line break becomes a semicolon: a heading does not run on.
    """
    plain = unicodedata.normalize("NFKC", text.strip()).translate(_QUOTES).replace("\n", " ; ")
    return " ".join(_DOTTED.sub(lambda match: match[0].replace(".", ""), plain).split())


def find_quantities(text: str) -> list[Quantity]:
    """The facts of folded text: `"30 days from March 18"` → number 30 of days, day 318 (and month 3)."""
    found: list[Quantity] = []
    for match in _ISO.finditer(text):
        year, month, day = map(int, match.groups())
        found += [Quantity("number", year, match[0]), *_day(month, day, match[0])]
    text = _SPOKEN.sub(_written_time, text)
    for match in _CLOCK.finditer(text):
        found += _time(match)
    found += [Quantity("decade", float(match[1]), match[0]) for match in _DECADE.finditer(text)]
    rest = _NTH.sub(lambda match: f"{match[1]} nth", text)
    for pattern in (_ISO, _CLOCK, _DECADE):
        rest = pattern.sub(" ; ", rest)
    return found + list(_counted(TOKEN.findall(rest)))


def _written_time(match: re.Match[str]) -> str:
    """A time of the day as a clock shows it: `"seven in the morning"` → `7 am`, `"six o'clock"` → `6:00`."""
    hour = int(match[1]) if match[1].isdecimal() else _SMALL[match[1].lower()]
    part = (match[2] or match[3] or "").lower()
    if not 1 <= hour <= 12 or not part:
        return f"{hour}:00" if 1 <= hour <= 24 else match[0]
    night = part == "night" and (hour == 12 or hour < 6)
    return f"{hour} {'am' if part == 'morning' or night else 'pm'}"


def missing_quantities(
    claim: Sequence[Quantity], source: Sequence[Quantity], source_words: frozenset[str], names: int = 0
) -> list[Quantity]:
    """The facts of the claim that do not stand in the source, whose words and names help with “two leaders”."""
    return [fact for fact in claim if not _stands(fact, source, source_words, names)]


def _stands(fact: Quantity, source: Sequence[Quantity], words: frozenset[str], names: int) -> bool:
    if fact.kind == "article":
        others = [one for one in source if one.unit == fact.unit and one.kind == "number" and one.value != 1]
        return not others or any(one.unit == fact.unit and one.value == 1 for one in source)
    same = [one for one in source if _agree(fact, one) and not _other_currency(fact, one)]
    if same:
        return not _bound_elsewhere(fact, same, source)
    if fact.kind == "number" and fact.value == 2 and (words & _BOTH or (fact.unit in _PAIRED and names >= 2)):
        return True
    if fact.kind == "vague":
        return any(one.value >= fact.value and one.value < fact.value * 1000 for one in source if one.kind == "number")
    return fact.kind == "number" and fact.value == 1 and bool({"a", "an", "single", "sole", "one"} & words)


def _agree(fact: Quantity, other: Quantity) -> bool:
    """Whether a fact of the source says what the claim's says, up to rounding that the claim announces."""
    one, two = _plain(fact), _plain(other)
    if fact.kind == "time" and other.kind == "time":
        exact = (fact.value >= 0 and other.value >= 0) or fact.value < -1440
        return fact.value == other.value if exact else abs(fact.value) % 720 == abs(other.value) % 720
    if {fact.kind, other.kind} <= {"number", "article"} and fact.unit in _MINUTES and other.unit in _MINUTES:
        return abs(one * _MINUTES[fact.unit] - two * _MINUTES[other.unit]) < 1e-6
    if (fact.kind != other.kind and not _alike(fact, other)) or _other_measure(fact, other):
        return False
    thirds = fact.kind != other.kind and "ordinal" in {fact.kind, other.kind}
    if thirds or abs(one - two) <= 1e-9 * max(abs(one), 1):
        return True
    if fact.kind not in {"number", "percent", "money"} or 1900 <= two <= 2100 or two <= 12:
        return False
    return (fact.bound == "about" and abs(one - two) <= 0.06 * two) or (fact.bound == "above" and one < two < 1.1 * one)


def _alike(fact: Quantity, other: Quantity) -> bool:
    """Whether two kinds may be one: a sum in a row of sums goes without its currency, as in “€5 million, from 4”.

    “The remaining third” is a third of something, though nothing says so after it.
    """
    kinds = {fact.kind, other.kind}
    if kinds == {"fraction", "ordinal"}:
        return fact.text.split()[-1].rstrip("s") == other.text.split()[-1].rstrip("s")
    bare = not any(one.unit for one in (fact, other) if one.kind == "number")
    return kinds in ({"number", "article"}, {"percent", "fraction"}) or (kinds == {"number", "money"} and bare)


def _other_measure(fact: Quantity, other: Quantity) -> bool:
    """Whether two numbers are of different units of measure: 90 liters, 90 gallons."""
    units = {MEASURES.get(fact.unit, ""), MEASURES.get(other.unit, "")}
    return len(units) == 2 and "" not in units


def _other_currency(fact: Quantity, other: Quantity) -> bool:
    return fact.kind == other.kind == "money" and bool(fact.unit and other.unit) and fact.unit != other.unit


def _plain(fact: Quantity) -> float:
    return fact.value * 100 if fact.kind == "fraction" else fact.value


def _bound_elsewhere(fact: Quantity, same: Sequence[Quantity], source: Sequence[Quantity]) -> bool:
    """Whether the source counts something else by this number, and what the claim counts by another one."""
    if fact.kind not in _COUNTS or not fact.unit or any(one.unit == fact.unit or not one.unit for one in same):
        return False
    return any(one.unit == fact.unit and one.kind in _COUNTS for one in source) and not any(
        _agree(fact, one) and one.unit in _MINUTES and fact.unit in _MINUTES for one in same
    )


_COUNTS = frozenset({"number", "fraction"})


def _day(month: int, day: int, text: str) -> list[Quantity]:
    return [Quantity("month", month, text), Quantity("day", month * 100 + day, text)]


def _time(match: re.Match[str]) -> Iterator[Quantity]:
    if match[6]:
        yield Quantity("time", 0.0 if match[6].lower() == "midnight" else 720.0, match[0])
    elif match[3] and int(match[1]) <= 12:
        minutes = int(match[1]) % 12 * 60 + int(match[2] or 0) + 720 * (match[3].lower() == "pm")
        yield Quantity("time", float(minutes), match[0])
    elif match[3]:
        yield Quantity("time", -1e9, match[0])  # 30 a.m. is no time, and stands nowhere
    elif match[4] and int(match[4]) < 24:
        minutes = int(match[4]) * 60 + int(match[5])
        yield Quantity("time", float(minutes) if int(match[4]) > 12 else -float(minutes or 1440), match[0])


def _counted(tokens: Sequence[str]) -> Iterator[Quantity]:
    """Numbers in digits and words, weekdays and months, from left to right."""
    place = 0
    while place < len(tokens):
        word = tokens[place].lower()
        made, width = _read(tokens, place, word)
        yield from made
        place += width


def _read(  # noqa: PLR0911 - one return for each kind of fact
    tokens: Sequence[str], place: int, word: str
) -> tuple[Iterable[Quantity], int]:
    """The facts that begin at this token, and how many tokens they take."""
    value, width = _number(tokens, place)
    after = _at(tokens, place + width)
    if value is not None:
        return _number_facts(tokens, place, value, width)
    if word in MONTH_OF and tokens[place][0].isupper():
        day, wide = _number(tokens, place + 1)
        if day is not None and 1 <= day <= 31 and day == int(day):
            wide += _at(tokens, place + 1 + wide) == "nth"
            return _day(MONTH_OF[word], int(day), " ".join(tokens[place : place + 2])), 1 + wide
        sure = word not in {"may", "march", "mar"} or day is not None or _at(tokens, place - 1) in _DATING
        return ([Quantity("month", MONTH_OF[word], tokens[place])] if sure else []), 1
    if (
        word.removesuffix("s") in WEEKDAY_OF
        and tokens[place][0].isupper()
        and word not in {"sun", "sat", "wed", "suns"}
    ):
        return [Quantity("weekday", WEEKDAY_OF[word.removesuffix("s")], tokens[place])], 1
    if word in _VAGUE and _at(tokens, place - 1) not in _SMALL:
        return [Quantity("vague", _VAGUE[word], word)], 1
    if word in _ORDINALS and not (word == "second" and _at(tokens, place - 1) in {"a", "per", "every"}):
        fraction = word in _FRACTIONS and after == "of"
        part = Quantity("fraction", _FRACTIONS.get(word, 0.0), word, _parted(tokens, place + 1))
        return ([part] if fraction else [Quantity("ordinal", _ORDINALS[word], word)]), 1
    if word in {"half", "quarter"} and (word == "half" or _at(tokens, place + 1) == "of"):
        return [Quantity("fraction", _FRACTIONS[word], word, _parted(tokens, place + 1))], 1
    if word in {"a", "an"} and stem(after) in _SPANS:
        return [Quantity("article", 1.0, f"{word} {after}", stem(after))], 2
    return [], 1


_DATING = frozenset(
    "the a an in of last since until by next this early late mid during from before after through".split()
)


def _number_facts(  # noqa: PLR0911 - one return for each kind of fact
    tokens: Sequence[str], place: int, value: float, width: int
) -> tuple[Iterable[Quantity], int]:
    """What a number counts, by the words around it."""
    before, end = _at(tokens, place - 1), place + width
    after = _at(tokens, end)
    text = " ".join(tokens[place:end])
    bound = "about" if before in _ABOUT else "above" if before in _ABOVE else ""
    if after == "nth":
        month = MONTH_OF.get(_at(tokens, end + 1 + (_at(tokens, end + 1) == "of")))
        return (
            _day(month, int(value), text) if month else [Quantity("ordinal", value, text + _ending(int(value)))]
        ), width + 1
    month_at = end + (after == "of")
    if _at(tokens, month_at) in MONTH_OF and tokens[month_at][0].isupper() and 1 <= value <= 31 and text.isdigit():
        return _day(MONTH_OF[_at(tokens, month_at)], int(value), f"{text} {tokens[month_at]}"), month_at - place + 1
    if after in {"am", "pm"} and value <= 12:
        return [Quantity("time", value % 12 * 60 + 720 * (after == "pm"), f"{text} {after}")], width + 1
    if after in {"%", "percent", "pc"} or (after == "per" and _at(tokens, end + 1) == "cent"):
        return [Quantity("percent", value, f"{text}%" if after == "%" else f"{text} percent", bound=bound)], width + 1
    named = _currency(tokens, end)
    if named or before in CURRENCIES:
        shown = f"{before}{text}" if before in _SIGNS else f"{text} {named}" if named else f"{tokens[place - 1]} {text}"
        currency = CURRENCIES.get(before) or CURRENCIES[stem(named.split()[-1])]
        return [Quantity("money", value, shown, currency, bound)], width
    if after.removesuffix("s") in _FRACTIONS and after.endswith("s") and value < 10:
        part = value * _FRACTIONS[after.removesuffix("s")]
        return [Quantity("fraction", part, f"{text} {after}", _parted(tokens, end + 1))], width + 1
    if value == 1 and text.lower() == "one" and stem(after) not in _SPANS:
        return [], width
    unit = stem(after) if after.isalpha() and after not in STOP else ""
    shown = f"{text} {after}" if unit in _SPANS or unit in MEASURES else text
    return [Quantity("number", value, shown, unit, bound)], width


def _parted(tokens: Sequence[str], place: int) -> str:
    """The stem of what a fraction is a part of: `"half of his customers"` → customer; empty where nothing follows."""
    while _at(tokens, place) in _BEFORE_PARTED:
        place += 1
    word = _at(tokens, place)
    return stem(word) if word.isalpha() and word not in STOP else ""


_BEFORE_PARTED = frozenset("of the a an his her its their our my your all these those".split())


def _currency(tokens: Sequence[str], place: int) -> str:
    """The words at this place that name a currency: `"Swiss francs"`; else empty."""
    first, second = _at(tokens, place), _at(tokens, place + 1)
    if stem(first) in CURRENCIES and first not in _SIGNS:
        return first
    return f"{first} {second}" if first in _WHOSE and stem(second) in CURRENCIES else ""


def _ending(value: int) -> str:
    return "th" if value % 100 in {11, 12, 13} else {1: "st", 2: "nd", 3: "rd"}.get(value % 10, "th")


def _number(tokens: Sequence[str], place: int) -> tuple[float | None, int]:
    """The number that begins at this token and its length in tokens: `two hundred and five` → 205, 4."""
    word = _at(tokens, place)
    if word[:1].isdecimal():
        value = _decimal(word)
        after = _at(tokens, place + 1)
        money = _at(tokens, place - 1) in CURRENCIES or bool(_currency(tokens, place + 2))
        sure = money or after in {"bn", "mn", "mln", "tn", "k"}
        scale = _SCALES.get(after) or (_SHORT_SCALES.get(after) if sure else None)
        return (value * scale, 2) if scale else (value, 1)
    if word == "dozen" or (word in {"a", "an"} and _at(tokens, place + 1) in {"dozen", *_SCALES}):
        second = _at(tokens, place + 1)
        return (12.0, 1) if word == "dozen" else (12.0 if second == "dozen" else _SCALES[second], 2)
    return _worded(tokens, place) if word in _SMALL else (None, 1)


def _worded(tokens: Sequence[str], place: int) -> tuple[float, int]:
    """A number in words: `two hundred and five` → 205, 4."""
    total, current, width = 0.0, 0.0, 0
    while True:
        word = _at(tokens, place + width)
        if word in _SMALL and (width == 0 or _SMALL[word] < (100 if current % 100 == 0 else 10)):
            if current % 10 and current % 100:
                break
            current += _SMALL[word]
        elif word in _SCALES:
            current = max(current, 1) * _SCALES[word]
            if _SCALES[word] > 100:
                total, current = total + current, 0.0
        elif word == "dozen":
            current = max(current, 1) * 12
        elif not (word == "and" and (current >= 100 or total) and _at(tokens, place + width + 1) in _SMALL):
            break
        width += 1
    return total + current, width


def _decimal(word: str) -> float:
    digits = word.replace(",", "")
    return float(digits) if len(digits) <= 30 else float("1e30")


def _at(tokens: Sequence[str], place: int) -> str:
    return tokens[place].lower() if 0 <= place < len(tokens) else ""
