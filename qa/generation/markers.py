"""The numbers of sentences that a model cites, in every form that models give them. Pure, and linear in the reply.

Square and lenticular brackets are always a model's: the prompt shows an article's own as round ones. Whatever else may
be a marker is one unless the article has the same words.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass

WIDEST = 8
"""The most sentences that a range such as `[2-9]` cites."""

MOST = 12
"""The most numbers of one marker."""

MOST_OPEN = 12
"""Markers that may stand open at the end of a growing reply; of one with more nothing is shown yet."""

Stands = Callable[[str, str], bool]
"""Whether the article may have these words itself: what stands before, and what looks like a marker."""

_LABELS = frozenset(
    "sentence sentences sent satz sätze source sources src quelle quellen sourceid doc docs document documents id ids"
    " ref refs reference references citation citations cite cites line lines para paragraph paragraphs page pages p pp"
    " passage passages context contexts chunk chunks note notes footnote footnotes fn no nos nr number numbers num"
    " art article n evidence l frase frases oración oraciones phrase phrases fuente fuentes fonte fonti fontes zdanie"
    " zdania źródło źródła предложение предложения источник источники джерело джерела речення 第 句 句子 文 来源 來源"
    " 出典 資料 资料 引用 番 番目 الجملة جملة المصدر مصدر s z".split()
)
_JOINS = frozenset(
    "see cf vgl siehe voir véase vea ver vedi por per from in according to based on laut"
    " см див zob 参见 見 انظر the and"
    " und y et e и та i 和 と و".split()
)
_POINTING = frozenset("see cf vgl siehe voir véase vea vedi см див zob 参见 見 انظر".split())
_MARKS = frozenset("[],;&/+-–—:.=#^*_§№、，·~ ")
_TOKEN = re.compile(r"\d+|[^\W\d_]+|[^\w\s]|_")
_NUMBER = r"\d{1,4}"
_LIST = rf"\[?{_NUMBER}\]?(?:\s*(?:,|and|&|und|y|et|e|-|–)\s*\[?{_NUMBER}\]?){{0,8}}"
_OF_SENTENCE = r"(?:the\s+)?(?:sentences?|sources?|passages?|lines?|satz|sätze|frases?|phrases?)"

_FORMS = re.compile(
    r"\^?(?:\[{1,3}|【{1,2}|〔)\s*(?P<square>[^\[\]【】〔〕\n]{0,120}?)\s*(?:\]{1,3}|】{1,2}|〕)\^?"
    r"|[⟨〈「«](?P<quoted>\d{1,4}(?:\s?,\s?\d{1,4}){0,8})[⟩〉」»]"
    r"|\((?P<round>[^()\n]{1,60})\)"
    r"|\{{1,2}(?P<curly>[^{}\n]{1,40})\}{1,2}"
    r"|(?P<power>[⁰¹²³⁴⁵⁶⁷⁸⁹]+(?:[ ,⁻˒]{1,2}[⁰¹²³⁴⁵⁶⁷⁸⁹]+){0,8})"
    r"|(?P<circled>[①-⑳❶-❿](?:[ ,]{0,2}[①-⑳❶-❿]){0,8})"
    rf"|\^(?P<caret>{_NUMBER}(?:,{_NUMBER}){{0,8}})\^?(?!\w)"
)
_PROSE = re.compile(
    rf"(?i)(?:,?\s?\b(?:as\s+)?(?:according to|stated in|mentioned in|noted in|reported in|described in"
    rf"|based on|as per|per|laut"
    rf"|según|selon|d'après|secondo|segundo)\s+){_OF_SENTENCE}\s+{_LIST},?"
    rf"|(?<![\w'])(?:as\s+)?(?:the\s+)?(?:sentences?|sources?|passages?)\s+{_LIST}\s+(?:says?|states?|mentions?"
    rf"|tells? us"
    r"|notes?|reports?|explains?|indicates?|confirms?)(?:\s+that\b)?,?\s*"
)
_POINTED = re.compile(
    r"(?i)(?:(?:,?\s?\b(?:as\s+)?(?:see(?: also)?|cf\.?|according to|(?:stated|mentioned|noted|reported|described) in"
    r"|based on|as per|laut|siehe|vgl\.?|según|véase|selon|d'après|voir|secondo|vedi|segundo)"
    rf"|(?:(?<=[.!?,;:]\s)|(?<![\s\S]))(?:in|per|from))\s+(?:{_OF_SENTENCE}\s+)?|\bsentences?\s+)"
    rf"\[{_NUMBER}\](?:(?:\s*,)?\s*(?:and\s+)?\[{_NUMBER}\]){{0,8}}(?:\s+(?:above|below)\b)?[,:]?"
)
"""Words that do nothing but lead to a number in square brackets."""

_SEE = re.compile(rf"(?i)(?:see|cf\.?|siehe|vgl\.?)\s+{_OF_SENTENCE}\s+{_NUMBER}\b")
_OPENED = re.compile(
    r"(?:[\[【〔][^\]】〕\n]{0,120}[\]】〕]{0,2}(?:\([^()\s]{0,100})?|\([^()\n]{0,60}|\{[^{}\n]{0,40}\}?"
    r"|<[^<>\n]{0,60}(?:>[^<>\n]{0,40}(?:</?[^<>\n]{0,40})?)?|\\|\^\d*|[⁰¹²³⁴⁵⁶⁷⁸⁹][⁰¹²³⁴⁵⁶⁷⁸⁹ ,⁻]*"
    r"|[①-⑳❶-❿]|&[#\w]{0,8}"
    r"|[*_`!]{1,3}"
    r"|(?i:,?\s?\b(?:as|according(?: to(?: the)?)?|stated|based on|as (?:stated|per|noted|mentioned)(?: in)?))"
    r"|(?i:\b(?:sentences?|sources?|passages?)(?:\s+\[?\d*\]?)?(?:\s+\w{0,9})?))$"
)
"""The end of a growing reply that may yet become a marker or markup."""

_LOOK_BACK = 180
_WIDE = str.maketrans("［］（）｛｝＜＞＃：０１２３４５６７８９", "[](){}<>#:0123456789")
_POWERS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_UNITS = frozenset(
    "m km cm mm dm ft in yd mi ha nm µm μm x r n a c e h metre metres meter meters kilometre kilometres kilometer"
    " kilometers feet foot mile miles centimetres centimeters inch inches yard yards м км см мм".split()
)
"""What a small ² or ³ belongs to."""


_EMPTY = frozenset(
    "source sources ref reference citation citations quelle fuente fonte источник source: 来源 出典".split()
)
_SHORTEST_YEAR = 3


@dataclass(frozen=True)
class Marker:
    """The numbers of a marker, and the place in the text without markers at which it stood."""

    place: int
    numbers: tuple[int, ...]


def usual_forms(text: str) -> str:
    """Full-width brackets and digits as the usual ones, one for one: `"［３］"` → `"[3]"`."""
    return text.translate(_WIDE)


def without_markers(text: str, stands: Stands | None = None) -> tuple[str, list[Marker]]:
    """The text without its markers, and these: `"It rained [1, S2]."` → `"It rained."`, `[Marker(9, (1, 2))]`."""
    kept: list[str] = []
    markers: list[Marker] = []
    last = length = 0
    for start, end, numbers in _places(text, stands):
        before = text[last:start]
        after = text[end : end + 3].lstrip(" \t")[:1]
        if not after or after in ".!?。\n":
            before = before.rstrip(" \t,;:–—")
        elif not text[end : end + 1].isalnum():
            before = before.rstrip(" \t")
        kept.append(before)
        length += len(before)
        markers.append(Marker(length, numbers))
        last = end
    kept.append(text[last:])
    return "".join(kept), markers


def opened_at(text: str) -> int:
    """Where the end of a growing reply begins that may yet be a marker: `"It rained [1"` → 9; its length if none."""
    end = len(text.rstrip())
    for _ in range(MOST_OPEN):
        found = _OPENED.search(text, max(0, end - _LOOK_BACK), end)
        if not found:
            return end
        end = len(text[: found.start()].rstrip())
    return 0


def cited(inside: str) -> list[int] | None:
    """The numbers between brackets, or None when other words stand there: `"see Source: 3, S5"` → 3, 5."""
    tokens = _TOKEN.findall(inside.lower())
    known = all(
        (len(token) <= 4 if token.isdecimal() else token in _LABELS or token in _JOINS or token in _MARKS)
        for token in tokens
    )
    return _numbers(inside) if known and any(map(str.isdecimal, tokens)) else None


def _places(text: str, stands: Stands | None) -> Iterator[tuple[int, int, tuple[int, ...]]]:
    """Where markers are, with their numbers."""
    found = [*_POINTED.finditer(text), *_PROSE.finditer(text), *_FORMS.finditer(text)]
    found = sorted(found, key=lambda match: match.start())
    square = any(match.re is _FORMS and match["square"] and _bracketed(match["square"]) for match in found)
    done = 0
    for match in found:
        if match.start() < done:
            continue
        numbers = _of(match, text, square=square, stands=stands)
        if numbers is not None:
            done = match.end()
            yield match.start(), done, tuple(dict.fromkeys(numbers))[:MOST]


def _of(match: re.Match[str], text: str, *, square: bool, stands: Stands | None) -> list[int] | None:
    """The numbers that a form cites; none for a source without numbers, None for what is no marker."""
    if match.re is _FORMS and match["square"] is not None:
        return _bracketed(match["square"])
    if match.re is _FORMS and match["quoted"]:
        return _numbers(match["quoted"])
    before = text[max(0, match.start() - 200) : match.start()]
    if match.re is not _POINTED and stands and stands(before, match[0]):
        return None
    if match.re is not _FORMS:
        return _numbers(match[0])
    if match["round"]:
        after = "" if stands else text[match.end() : match.end() + 2]
        return _rounded(match["round"], after, square=square)
    return _small(match, before)


def _small(match: re.Match[str], before: str) -> list[int] | None:
    """What a raised number or a curly bracket cites: not the power of a unit."""
    if match["power"]:
        word = re.split(r"\W", before.rstrip())[-1].lower()
        power = word in _UNITS or (word.isdecimal() and len(word) < _SHORTEST_YEAR)
        return None if power else _numbers(match["power"].translate(_POWERS))
    if match["circled"]:
        return [int(unicodedata.numeric(sign)) for sign in match["circled"] if sign not in " ,"]
    if match["caret"]:
        return _numbers(match["caret"]) if not before[-1:].isdigit() else None
    return cited(match["curly"])


def _bracketed(inside: str) -> list[int] | None:
    """`"3"`, `"3†article"` and `"Harbour Bridge, sentence 3"` cite; `"Source: Veldport Times"` cites nothing."""
    numbers = cited(inside)
    if numbers is not None:
        return numbers
    head = re.split(r"[†|:,]", inside, maxsplit=1)[0]
    if head != inside and any(map(str.isdecimal, head)) and (numbers := cited(head)) is not None:
        return numbers
    tail = re.search(r"([^\W\d_]{1,12})\W{0,2}(\d{1,4})$", inside)
    if tail and tail[1].lower() in _LABELS:
        return [int(tail[2])]
    word = re.match(r"\s*([^\W\d_]+)(?:\s*:|$)", inside)
    empty = not any(map(str.isalnum, inside)) or re.fullmatch(r"(?i)citation needed|n/?a|none|\d{5,}", inside)
    return [] if empty or (word and word[1].lower() in _LABELS) else None


def _rounded(inside: str, after: str, *, square: bool) -> list[int] | None:
    """`(see sentence 3)` is a marker anywhere, `(3)` only before a stop, where none stands in square brackets."""
    if inside.strip(" .:").lower() in _EMPTY:
        return []
    numbers = _numbers(inside) if _SEE.match(inside) else cited(inside)
    if (
        numbers is None
        or "[" in inside
        or any(token in _LABELS | _POINTING for token in _TOKEN.findall(inside.lower()))
    ):
        return numbers
    bare = re.fullmatch(r"[\d\s,;&^#–-]+|[\d\s,;&^#–-]+ and \d+", inside)
    ends = not after.strip() or after.lstrip()[:1] in ".!?,;:[(。、，"
    return numbers if bare and ends and not square else None


def _numbers(inside: str) -> list[int]:
    """`"S1, 3-5"` → 1, 3, 4, 5; a range that is too wide cites its ends."""
    found: list[int] = []
    for span in re.finditer(r"(\d{1,4})(?:\s{0,3}(?:[-–—]|\.\.|\bto\b)\s{0,3}(?:[Ss#^]\s?)?(\d{1,4}))?", inside):
        first, last = int(span[1]), int(span[2] or span[1])
        found += range(first, last + 1) if 0 <= last - first < WIDEST else (first, last)
    return found
