"""What can be checked of a claim whose words are not English: its numbers, and the names in it. Pure.

The models that judge support have read English alone, and a claim may be in another language than its source.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from ingest.abbreviations import LANGUAGES, language_of
from qa.schema import Support
from qa.text import quantities

UNCHECKED = "It is not in the language of the cited words: only its numbers and names were checked."
SAME = "Only its numbers and names were checked: it is not in English."

ALIKE = 0.25
"""The share of its words that must stand in the cited words where both are in one language."""

_SCRIPTS = {
    "ja": re.compile("[\u3040-\u30ff]"),
    "zh": re.compile("[\u4e00-\u9fff]"),
    "ko": re.compile("[\uac00-\ud7af]"),
    "ar": re.compile("[\u0600-\u06ff]"),
    "he": re.compile("[\u0590-\u05ff]"),
    "el": re.compile("[\u0370-\u03ff]"),
    "hi": re.compile("[\u0900-\u097f]"),
    "th": re.compile("[\u0e00-\u0e7f]"),
}
_CYRILLIC = re.compile("[\u0400-\u04ff]")
_WORD = re.compile(r"[^\W\d_]+")
_NAME = re.compile(r"[A-ZÀ-ÖØ-ÞŁŚŻŹĆŃ][\w'’-]+(?:\s[A-ZÀ-ÖØ-ÞŁŚŻŹĆŃ][\w'’-]+)*")
_FIGURE = re.compile(r"\d+(?:[.,\u00a0\u202f’ ]\d{3}(?!\d))*(?:[.,]\d+)?")
_ENGLISH = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_SCALES = (
    (1e3, re.compile(r"(?i)\s?(?:thousand|tausend|tsd|mil(?!l)|mille|mila|тис|тыс|tys|千|ألف)")),
    (1e4, re.compile(r"\s?(?:万|萬)")),
    (1e6, re.compile(r"(?i)\s?(?:million|mio|mill|mln|m(?:\W|$)|милли|млн|мільйон|milh|milion|百万|مليون)")),
    (1e8, re.compile(r"\s?(?:亿|億)")),
    (1e9, re.compile(r"(?i)\s?(?:billion|milliard|mrd|bn|млрд|мільярд|mld|miliard|mil mill|bilh|十亿|مليار)")),
)
_COUNTED = (
    "zwei drei vier fünf sechs sieben acht neun zehn elf zwölf",
    "dos tres cuatro cinco seis siete ocho nueve diez once doce",
    "deux trois quatre cinq six sept huit neuf dix onze douze",
    "due tre quattro cinque sei sette otto nove dieci undici dodici",
    "dois três quatro cinco seis sete oito nove dez onze doze",
    "dwa trzy cztery pięć sześć siedem osiem dziewięć dziesięć jedenaście dwanaście",
    "два три чотири п'ять шість сім вісім дев'ять десять одинадцять дванадцять",
    "два три четыре пять шесть семь восемь девять десять одиннадцать двенадцать",
)
_TENS = (
    "zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig hundert",
    "veinte treinta cuarenta cincuenta sesenta setenta ochenta noventa cien",
    "vingt trente quarante cinquante soixante",
    "venti trenta quaranta cinquanta sessanta settanta ottanta novanta cento",
    "vinte trinta quarenta cinquenta sessenta setenta oitenta noventa cem",
    "dwadzieścia trzydzieści czterdzieści pięćdziesiąt sześćdziesiąt siedemdziesiąt osiemdziesiąt dziewięćdziesiąt sto",
    "двадцять тридцять сорок п'ятдесят шістдесят сімдесят вісімдесят дев'яносто сто",
    "двадцать тридцать сорок пятьдесят шестьдесят семьдесят восемьдесят девяносто сто",
)
_WORDED = {
    word: float(begin + step * place)
    for lines, begin, step in ((_COUNTED, 2, 1), (_TENS, 20, 10))
    for line in lines
    for place, word in enumerate(line.split())
}
"""Numbers as words of eight languages."""
_COUNTING = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")

SMALL = 12
"""Up to here a number may be a month, or a word in the other language."""

_STEM = 5


def tongue(text: str) -> str:
    """The language that a text seems to be in, by its letters or its small words: `"大桥将关闭"` → `"zh"`."""
    letters = sum(map(str.isalpha, text)) or 1
    for name, script in _SCRIPTS.items():
        if len(script.findall(text)) * (4 if name == "ja" else 3) > letters:
            return name
    known = language_of(text)
    slavic = len(_CYRILLIC.findall(text)) * 2 > letters
    return "ru" if slavic and known == "en" else known


@lru_cache(maxsize=256)
def tongue_of_article(text: str) -> str:
    """The language of an article, by its beginning."""
    return tongue(text[:3_000])


def checked_elsewise(claim: str, quotes: Sequence[str], before: Sequence[str], article: str) -> tuple[Support, str]:
    """What numbers and names tell of a claim that is not in English, or whose source is not.

    `"Die Brücke wurde 1976 gebaut."`, `["The bridge was built in 1967."]` → unsupported: 1976 is not there.
    """
    cited = "\n".join(quotes)
    same = tongue(claim) == tongue_of_article(article)
    for figure, values in figures(claim):
        if (same or not is_small(figure)) and not values & values_in(cited):
            return "unsupported", f"“{figure}” is not in the cited words."
    near = "\n".join((cited, *before))
    for name in names_of(claim, article):
        if not _named(name, near):
            return "partial", f"“{name[:80]}” is not in the cited words."
    if same and alike(claim, near) < ALIKE:
        return "unsupported", "The cited words do not say this."
    return "unchecked", SAME if same else UNCHECKED


def renotated(claim: str, source: str) -> str:
    """The claim with its numbers written as the source writes them: `"1140 km"`, `"1,140 km"` → `"1,140 km"`.

    A number that the source has as it stands, and one that it does not have, stay.
    """
    known = {text: _bare(text) for text in _FIGURE.findall(source)}

    def written(match: re.Match[str]) -> str:
        if match[0] in known or _ENGLISH.fullmatch(match[0]):
            return match[0]
        return next((text for text, values in known.items() if values & _bare(match[0])), match[0])

    return _FIGURE.sub(written, claim)


def _bare(figure: str) -> frozenset[float]:
    """What a number may be by its digits alone."""
    return next((values for _, values in figures(figure)), frozenset())


def is_small(figure: str) -> bool:
    """Whether a number may be a month, or a word in another language."""
    return figure.isdecimal() and int(figure) <= SMALL


def figures(text: str) -> Iterator[tuple[str, frozenset[float]]]:
    """Each number with what it may be: `"31.000"` → 31 or 31,000; `"8,4 Mio"` → 8.4 or 8,400,000."""
    for match in _FIGURE.finditer(text):
        plain = re.sub(r"[\u00a0\u202f’ ]", "", match[0])
        decimal = re.fullmatch(r"\d+[.,]\d+", plain)
        grouped = not decimal or re.search(r"[.,]\d{3}$", plain)
        values = {float(plain.replace(",", "."))} if decimal else set()
        values |= {float(re.sub(r"[.,]", "", plain))} if grouped else set()
        after = text[match.end() : match.end() + 12]
        scaled = {value * scale for scale, word in _SCALES if word.match(after) for value in values}
        yield match[0], frozenset(values | scaled)


def values_in(text: str) -> frozenset[float]:
    """All that the numbers of a text may be, those in English words and hours after noon among them."""
    found = {value for _, values in figures(text) for value in values}
    found |= {abs(fact.value) for fact in quantities.find_quantities(quantities.fold(text))}
    if tongue(text) != "en":
        found |= {_WORDED[word] for word in _COUNTING.findall(text.lower()) if word in _WORDED}
    if re.search(r"(?i)\bp\.?m\b", text):
        found |= {value + 12 for value in found if value < 12}
    return frozenset(found)


def names_of(claim: str, article: str) -> list[str]:
    """Names in the claim that the article has, and those of two words of which it has none: `["Peter Lund"]`."""
    words = _words_of(article)
    begun = {word[:4] for word in words}
    found = []
    for match in _NAME.finditer(claim):
        parts = match[0].split()
        parts = parts[1:] if match.start() == 0 and parts[0].lower() in _common() else parts
        known = [part for part in parts if part in words and part.lower() not in words]
        strange = len(parts) > 1 and not any(part[:4] in begun for part in parts)
        if known or strange:
            found.append(" ".join(known or parts))
    return found


@lru_cache(maxsize=1)
def _common() -> frozenset[str]:
    """Small words that open sentences."""
    return frozenset().union(*(one.common | one.starters for one in LANGUAGES.values()))


@lru_cache(maxsize=8)
def _words_of(article: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w[\w'’-]*", article))


def alike(claim: str, text: str) -> float:
    """The share of the claim's words that the text has, by their beginnings, or by pairs of signs in Chinese."""
    wanted, held = _stems(claim), _stems(text)
    return len(wanted & held) / len(wanted) if wanted else 0.0


def _stems(text: str) -> set[str]:
    words = [word.lower() for word in _WORD.findall(text)]
    found: set[str] = set()
    for word in words:
        if re.search("[\u3040-\u9fff\u0e00-\u0e7f]", word):
            found |= {word[place : place + 2] for place in range(len(word) - 1)}
        elif len(word) > 3:
            found.add(word[:_STEM])
    return found


def _named(name: str, text: str) -> bool:
    """Whether any word of the name stands in the text, or begins one there."""
    return any(word[: max(4, len(word) - 2)].casefold() in text.casefold() for word in name.split())
