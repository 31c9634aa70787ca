"""Where the sentences of one paragraph end. Pure, and linear in the paragraph.

Rules of our own with a table for each language (`ingest/abbreviations.py`): of the libraries, pysbd takes the square of
the text's length, and blingfire and sentencex were right less often on the lists in tests/ingest/sentences.
"""

import re
from dataclasses import dataclass

from ingest.abbreviations import Language

_CLOCK = frozenset(
    "eastern pacific central mountain et est edt pt pst pdt ct cst cdt gmt utc bst cet cest ist jst monday tuesday"
    " wednesday thursday friday saturday sunday january february march april may june july august september october"
    " november december local moscow london".split()
)
_LABELS = frozenset(
    "team plan group class grade vitamin section part type hepatitis block gate option room exhibit level line phase"
    " category division unit party category option an a".split()
)
"""After these a single capital is a name of its own, not an initial."""

_SAYING = (
    r"(?:said|says|asked|asks|added|adds|told|wrote|writes|replied|answered|shouted|cried|tweeted|posted|declared)"
)
_ATTRIBUTION = re.compile(rf"(?:[A-Z][\w.’'-]*\s){{1,4}}{_SAYING}\b")

_EMOJI = "\U0001f1e6-\U0001f1ff\U0001f300-\U0001faff\u2600-\u26ff\u2728\u2764\ufe0f\u200d"
_TERMINAL = re.compile(
    rf"""(?x)
    (?: (?P<wide> [。！？｡]+ | …{{2,}} (?=[^\x00-\xff]) ) (?P<shut>[”’」』）】》〉]*+)
      | (?P<mark> [.!?…؟।۔⁇⁈⁉‼]++ (?:\ \.(?=[\s”’\"'»)\]]|$))*+ )
        (?P<close> (?:[”’\"'»)\]*“‘«] | \ »(?=[\s,.;:!?)]|$) )*+ ) (?P<notes> (?:\[\d{{1,3}}\])*+ ) )
    (?: \ ?[{_EMOJI}] )*+
    """
)
_LAST_WORD = re.compile(r"[^\s(\[{“\"‘'«„»’—–/-]{1,40}$")
_BEFORE = re.compile(r"(\S{1,30})\s+$")
_NEXT = re.compile(r"\s*([“‘\"'«(\[*„‚‹¿¡「『]*)(\S{0,30})")
_DASHED = re.compile(r"\s*[–—-]\s*[“\"«¿¡]*(\w)")
BULLET = re.compile(
    r"\s*(?:[•⁃–—▪◦‣·●○■*-]\s+(?:\d{1,3}[.)]{1,2}\s)?|[•⁃]\d{1,3}[.)]{1,2}\s|\(?(?:\d{1,3}|[a-zA-Z]|[ivx]{1,4})(?:\.\)|[.)])\s)"
)
_ITEM = re.compile(r"(?:^|(?<=\s))([•⁃]?\ ?\(?)(\d{1,3}|[a-z])(\.\)|[.)])\s+(?=[^\sa-zа-я])")
_DOT = re.compile(r"(?:^|(?<=\s))[•●▪‣⁃]\s?(?:\d{1,3}[.)]{1,2}\s)?(?=\S)")
_INTRODUCED = re.compile(r"(?:^|[:;.!?])\s*$")
_MONTHS = frozenset(
    "januar jänner februar märz april mai juni juli august september oktober november dezember"
    " jan feb mär apr jun jul aug sep sept okt nov dez marts maj januari februari mars augusti".split()
)
_COUNTED = frozenset(
    "jahrhundert jahrhunderts jahrhunderten mal platz runde klasse liga weltkrieg weltkriegs bundesliga etage stock"
    " geburtstag minute tag jahr stelle auflage spieltag legislaturperiode wahlperiode jahrestag lebensjahr".split()
)
_BEFORE_ORDINAL = frozenset(
    "der die das den dem des am im zum zur vom beim ab bis seit jede jeder jedes jeden ein eine einen einer einem"
    " seinem seiner seinen ihrem ihrer ihren unser unserem und oder den det på af ved til".split()
)
_TITLES = (("《", "》"), ("『", "』"), ("〈", "〉"))
_REPORTED = re.compile(
    r"[，、,：:；]|と|って|など|の|が|は|を|に|で|も|や|という|的|(?![没沒不无無]).{0,8}?(?:说|說|表示|道|称|稱|問|问|喊|答|指出|補充|补充)[，。：,、]"
)


@dataclass(frozen=True)
class _Mark:
    """A mark that may end a sentence: the paragraph, the match of `_TERMINAL`, and the word after it."""

    block: str
    match: re.Match[str]
    opening: str
    word: str
    known: Language

    @property
    def following(self) -> str:
        """The word after it without what clings to it."""
        return re.split(r"[^\w’'-]", self.word, maxsplit=1)[0].replace("’", "'")

    @property
    def opens(self) -> bool:
        """Whether the next word is one that opens sentences."""
        if re.match(r"[^\W\d_]\.", self.word):
            return False
        quoted = bool(self.opening) and not self.following[:1].islower() and not self.following[:1].isdigit()
        lower = self.following.lower()
        return quoted or (not self.word[:1].islower() and lower.removesuffix("'") in self.known.starters)


def cuts(block: str, known: Language) -> list[int]:
    """The places in a paragraph after which a new sentence begins."""
    items = _items(block)
    bullet = BULLET.match(block)
    first = bullet.end() if bullet else 0
    labels = {end for _, end in items}
    places = {start for start, _ in items if start}
    for match in _TERMINAL.finditer(block, first):
        if match.end() < len(block) and not any(match.end() + gap in labels for gap in (1, 2)):
            wide = match["wide"]
            if _wide_ends(block, match) if wide else _ends(block, match, known):
                places.add(match.end())
    return sorted(places)


def _items(block: str) -> list[tuple[int, int]]:
    """Spans of the labels of a list that stands in one line, as `1. Rent is due. 2. Keys are not.` has two."""
    dots = [match.span() for match in _DOT.finditer(block)]
    if len(dots) > 1 and not block[: dots[0][0]].strip():
        return dots
    found: list[re.Match[str]] = []
    for match in _ITEM.finditer(block):
        begins = match[2] in {"1", "a"} and _INTRODUCED.search(block, max(0, match.start() - 10), match.start())
        if found and (match[1], match[3]) == (found[-1][1], found[-1][3]) and match[2] == _after(found[-1][2]):
            found.append(match)
        elif len(found) < 2 and (begins or (not found and not block[: match.start()].strip())):
            found = [match]
    return [match.span() for match in found] if len(found) > 1 else []


def _after(label: str) -> str:
    return str(int(label) + 1) if label.isdecimal() else chr(ord(label) + 1)


def _wide_ends(block: str, match: re.Match[str]) -> bool:
    """Whether a Chinese or Japanese stop ends a sentence: not in a title, nor in what somebody is quoted to say."""
    start = max(0, match.start() - 60)
    titled = any(block.rfind(a, start, match.start()) > block.rfind(b, start, match.start()) for a, b in _TITLES)
    if titled and not match["shut"]:
        return False
    return not (match["shut"] and _REPORTED.match(block, match.end(), match.end() + 12))


def _ends(block: str, match: re.Match[str], known: Language) -> bool:
    """Whether this punctuation ends a sentence, judged by the word before it and the word after it."""
    end = match.end()
    after = _NEXT.match(block, end)
    opening, word = (after[1], after[2]) if after else ("", "")
    if not word and not opening:
        return False
    if not block[end].isspace():
        return _glued(block, match)
    mark = _Mark(block, match, opening, word, known)
    if _goes_on(mark):
        return False
    if " " in match["mark"]:
        return _spaced_ends(mark)
    if match["mark"].strip("!"):
        return match["mark"] != "." or _dot_ends(mark)
    return mark.following.lower() not in {"inc", "corp", "ltd", "co"}


def _goes_on(mark: _Mark) -> bool:
    """Whether the next word is of the same sentence, whatever the mark: it is small, or says who spoke."""
    word, match = mark.word, mark.match
    if word[:1].islower() and not word[1:2].isupper():
        return True
    if not mark.opening and word[:1] in "–—-":
        return not _speaks(mark)
    if not mark.opening and word[:1] in ",;:&%)/»”":
        return True
    if match["mark"] in {"...", "…"} and mark.block[match.start() - 1 : match.start()] in {"[", "("}:
        return True
    speech = match["close"] and _ATTRIBUTION.match(mark.block, match.end() + 1, match.end() + 80)
    return bool(speech)


def _speaks(mark: _Mark) -> bool:
    """Whether a dash after the mark opens what somebody says, as in `— Нет. — Да.` and never in English."""
    end = mark.match.end()
    dashed = _DASHED.match(mark.block, end)
    start = max(0, end - 200)
    quoted = mark.block.rfind("«", start, end) > mark.block.rfind("»", start, end)
    return dashed is not None and dashed[1].isupper() and mark.known.dashes and not quoted


def _spaced_ends(mark: _Mark) -> bool:
    """Whether `. . .` ends a sentence: four dots do, three leave something out."""
    dots = mark.match["mark"].count(".")
    return dots > 3 or (mark.following.lower() in mark.known.starters and mark.following.lower() != "i")


def _dot_ends(mark: _Mark) -> bool:
    """Whether one full stop ends a sentence rather than an abbreviation, an initial or an ordinal."""
    start = mark.match.start()
    found = _LAST_WORD.search(mark.block, max(0, start - 40), start)
    word = found[0] if found else ""
    lower, known, following = word.lower(), mark.known, mark.following
    if lower in known.titles and not _is_unit(mark, lower):
        return False
    if re.fullmatch(r"[ap]\.?m", lower):
        return mark.opens or not (following.lower() in _CLOCK or following.isdigit() or following[:1] in "([")
    if lower in known.numbered and following[:1].isdigit():
        return False
    if word.isdecimal():
        return not (known.ordinals and _is_ordinal(mark, word))
    if _is_final(mark, lower):
        return True
    return mark.opens if _is_short(mark, word, found.start() if found else start) else True


def _is_final(mark: _Mark, lower: str) -> bool:
    """Whether an abbreviation before a capital mostly ends a sentence: "and so on", or a unit after its number."""
    if not mark.following[:1].isupper() or len(mark.following) < 2:
        return False
    before = _before(mark, len(lower))
    if lower in mark.known.final or f"{before}{lower}" in mark.known.final:
        return True
    counted = before[-1:].isdigit() or bool(_COUNTING.fullmatch(before))
    return counted and lower in mark.known.units and _says_something(mark)


def _says_something(mark: _Mark) -> bool:
    """Whether there are enough words before the mark for a sentence: "In the 19th c." goes on."""
    start = mark.match.start()
    said = re.split(r"[.!?…]\s", mark.block[max(0, start - 200) : start])[-1]
    return len(said.split()) > FEWEST


FEWEST = 4
"""Words of a sentence, its last abbreviation among them, that may not yet be one."""

_COUNTING = re.compile(r"(?i)[ivxlcdm]+|[іх]+|млн|млрд|тыс|тис|mln|mld|tys")


def _is_unit(mark: _Mark, lower: str) -> bool:
    """Whether a letter that is also a title stands for a unit, as in `в 2021 г.` after a number."""
    return lower in mark.known.short and _before(mark, len(lower))[-1:].isdigit()


def _before(mark: _Mark, length: int) -> str:
    """The word before the last one, which has this length."""
    start = mark.match.start() - length
    found = _BEFORE.search(mark.block, max(0, start - 40), start)
    return found[1] if found else ""


def _is_short(mark: _Mark, word: str, at: int) -> bool:
    """Whether a word is an abbreviation or an initial, so that only a word that opens sentences begins one after it."""
    lower, following = word.lower(), mark.word
    if re.fullmatch(r"(?:[^\W\d_]\.)+[^\W\d_]{1,2}", word):
        return True
    if re.fullmatch(r"(\w)\1", word) and re.match(r"(\w)\1\.", following) and word.isupper():
        return True
    if len(word) == 1 and word.isalpha():
        return _is_initial(mark, word)
    if lower == "al":
        return mark.block[max(0, at - 3) : at] == "et "
    if re.fullmatch(r"(\w)\1", word) and word.isupper():
        return re.search(r"(\w)\1\. $", mark.block[max(0, at - 4) : at]) is not None
    plain = lower in {"etc", "bn", "mn", "approx", "min", "max", "p", "pp"}
    return lower in mark.known.short and (word[0].isupper() or plain or mark.known.small)


def _is_initial(mark: _Mark, word: str) -> bool:
    """Whether one letter stands for a name, or for a word of an abbreviation as `z. B.`, and not for itself."""
    before = _before(mark, 1)
    if re.match(r"[^\W\d_]{1,2}\.", mark.word) or re.fullmatch(r"(?:[^\W\d_]\.)+", before):
        return True
    if word.islower():
        return word in mark.known.short
    if word == "I":
        return before[:1].isupper()
    return before.lower() not in _LABELS


def _is_ordinal(mark: _Mark, number: str) -> bool:
    """Whether a number with a full stop counts what follows, as in `am 3. Juli`."""
    lower = mark.following.lower()
    if len(number) > 2 or mark.opening:
        return False
    if lower in _MONTHS or lower in _COUNTED or mark.word[:1] == "-":
        return True
    return _before(mark, len(number)).lower() in _BEFORE_ORDINAL and lower not in mark.known.starters


def _glued(block: str, match: re.Match[str]) -> bool:
    """Whether a sentence ends although no space follows, as in `the war.He said`."""
    start, end = match.start(), match.end()
    return (
        match["mark"] in {".", "!", "?"}
        and start >= 3
        and block[start - 3 : start].isalpha()
        and block[start - 3 : start].islower()
        and (word := re.match(r"([^\W\d_])([^\W\d_]|[’'])*\s", block[end : end + 30])) is not None
        and word[1].isupper()
        and (word[0][1:].islower() or len(word[0]) == 2)
    )
