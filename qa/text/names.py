"""The names in a text, and which of a claim's stand in a source under this or a related form. Pure."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from qa.text.calendar import MONTH_OF, WEEKDAYS
from qa.text.quantities import CURRENCIES
from qa.text.words import ASKING, AUXILIARY, STOP, stem, words

_WORD = re.compile(r"[^\W\d_][\w]*(?:['.-][^\W_][\w]*)*")
_AFTER = re.compile(r"(?:'s|[,:]| *[^\s,.:;]*)")
_OPENS = re.compile(r"(?:^|[.!?:;]\s|[.!?]\"\s|(?:^|\s)[\"'(\[]|[—–•*]\s|\s-\s)[\s\"'(\[]*$")
_PHRASE = re.compile(
    r"\b[A-Z][\w’'.-]*\w(?:(?: (?:of the|of|van|von|de|bin|al))? (?:(?<=of the )|(?<! the ))[A-Z][\w’'.-]*\w)*"
)
_CURRENCY = re.compile(r" (?:francs?|dollars?|pounds?|kron(?:a|e|or|er))\b")
"""What makes a word before it a part of a sum: “5 million Swiss francs”."""

_FORMS = (
    (re.compile(r"\b(?:the )?(?:United States(?: of America)?|U\.?S\.?A\b|USA?)\b(?!\$)"), "Usa"),
    (re.compile(r"\b(?:United Kingdom|Great Britain|Britain|British|Britons?|UK)\b"), "Uk"),
    (re.compile(r"\bEuropean Union\b"), "EU"),
    (re.compile(r"\bUnited Nations\b"), "UN"),
    (re.compile(r"\bNew York City\b"), "New York"),
)
_PEOPLE = {
    word: names.split()[0]
    for names in (
        "france french frenchman frenchmen|germany german germans|spain spanish spaniard|netherlands dutch"
        "|switzerland swiss|denmark danish dane danes|sweden swedish swede swedes|poland polish pole poles"
        "|finland finnish finn finns|ireland irish|scotland scottish scot scots|wales welsh|greece greek greeks"
        "|turkey turkish turk turks turkiye|norway norwegian|portugal portuguese|philippines filipino filipinos"
        "|thailand thai|afghanistan afghan afghans|kazakhstan kazakh|lebanon lebanese|belgium belgian"
        "|cyprus cypriot|congo congolese|iran iranian iranians|iraq iraqi iraqis|peru peruvian|cuba cuban"
        "|usa america american americans|england english|china chinese|italy italian italians|israel israeli"
        "|west western|east eastern|north northern|south southern|pakistan pakistani|kyiv kiev|ukraine ukrainian"
        "|england englishman|argentina argentine argentinian|zelenskyy zelensky zelenskiy|republican gop"
    ).split("|")
    for word in names.split()
}
_COUNTRIES = frozenset(_PEOPLE) | frozenset(_PEOPLE.values())
_SEATS = {
    "moscow": "russia",
    "kremlin": "russia moscow",
    "kyiv": "ukraine",
    "washington": "usa",
    "white": "usa washington",
    "beijing": "china",
    "tehran": "iran",
    "london": "uk",
    "paris": "france",
    "berlin": "germany",
    "brussels": "eu",
    "jerusalem": "israel",
    "tokyo": "japan",
    "pyongyang": "korea",
    "ankara": "turkey",
}
"""Who is meant by a seat of government: a claim may say Russia where its source says Moscow, not the other way."""

TITLES = frozenset(
    "president minister chancellor secretary senator king queen prince princess pope governor mayor judge justice"
    " general colonel captain sergeant professor doctor dr mr mrs ms sir lord lady director chairman chairwoman"
    " spokesman spokeswoman spokesperson adviser advisor attorney ambassador envoy congressman congresswoman"
    " representative".split()
)
"""Words that stand right before a person's name."""

ROLES = TITLES | frozenset(
    "prime former chief executive officer ceo chair national security state foreign defence defense interior treasury"
    " vice deputy coach manager leader department ministry government".split()
)
"""Words of titles and offices: a claim may add or leave out one without naming someone else."""

_VAGUE = frozenset("former state national foreign department ministry government security mr mrs ms".split())
"""Roles that alone do not say who somebody is."""

CALLINGS = ROLES - _VAGUE | frozenset(
    "actor actress athlete author boss chef composer editor engineer expert farmer founder goalkeeper lawmaker lawyer"
    " leader officer owner painter pilot player poet premier rapper reporter researcher resident singer star striker"
    " student teacher tycoon veteran writer commissioner commander analyst laureate winner champion"
    " gen sen rep gov lt col capt sgt prof".split()
)
"""Words that say who somebody is: titles, offices and trades."""

_OFFICES = frozenset(
    "president minister chancellor leader government prime premier king queen ambassador envoy".split()
)

_PLAIN = frozenset(
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
    " eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred hundreds thousands millions"
    " dozens half"
    " regular title text section thus according officials critics analysts diplomats leaders people police reports"
    " researchers scientists experts president peace talks fighting war news data sanctions troops soldiers residents"
    " workers students families negotiators authorities lawmakers investors prosecutors lawyers doctors voters"
    " supporters opponents witnesses former western eastern northern southern many several such although though"
    " whereas unless instead moreover furthermore however therefore hence nevertheless nonetheless besides despite"
    " amid given later earlier soon today yesterday tomorrow meanwhile still yet also even indeed finally initially"
    " eventually recently previously currently since like unlike among across along around near within without upon"
    " toward towards per via regarding concerning following based due because whether either neither every another"
    " certain various numerous monitoring prisoners humanitarian prior ahead rather overall together others everyone"
    " nobody someone anyone everything nothing something no yes not never often sometimes always perhaps maybe one two"
    " three four five six seven eight nine ten dozens hundreds thousands millions half additional further next last"
    " first second third both all most some few more less much little other same different new old young high low big"
    " small good bad great early late long short large major key main total global local national international public"
    " private federal economic political social military civil legal financial medical natural human modern ancient"
    " common general support aid help trade growth prices sales shares stocks markets money costs taxes rates energy"
    " oil gas power water food health education research science technology work labor labour business industry"
    " company companies women men children parents teachers patients users customers players fans teams owners members"
    " staff schools hospitals banks cities states countries nations governments courts laws rules plans efforts"
    " attempts questions doubts fears concerns hopes demands conditions terms details evidence studies figures numbers"
    " results trust doubt mistrust hope fear anger pressure tension progress success failure change history life death"
    " art music love faith freedom justice equality truth knowledge language culture society nature weather climate"
    " rain snow wind heat cold light sound time space part parts lack use loss rise fall start end".split()
)
"""Words that often open a sentence with a capital and name nobody."""

_PLAIN_ENDING = re.compile(
    r"(?:ing|ly|tion|tions|ment|ments|ness|ity|ities|ism|ship|ance|ence|ances|ences|ers|ors|ists|ive|ous|ful|able|ible|ed)$"
)


@dataclass(frozen=True)
class Name:
    """Capitalised words in a row. `opens` when the first begins a sentence, and so may be an ordinary word.

    `after` is the word or mark that follows.
    """

    words: tuple[str, ...]
    opens: bool
    place: int
    after: str = ""

    @property
    def text(self) -> str:
        """The name as it is written."""
        return " ".join(self.words)


@dataclass(frozen=True)
class NameIndex:
    """What a source offers a claim's names: all its words in one form, its names, acronyms and small words."""

    keys: frozenset[str]
    names: tuple[Name, ...]
    acronyms: frozenset[str]
    lower: frozenset[str]
    upper: frozenset[str]
    peoples: bool


def canonical(text: str) -> str:
    """Folded text with well-known names of several forms in one: `"the United States"` → `"Usa"`."""
    for pattern, form in _FORMS:
        text = pattern.sub(form, text)
    return text


def find_names(text: str) -> list[Name]:
    """The names of canonical text: `"On Tuesday Mike Waltz left"` → Mike Waltz; weekdays and months are dates."""
    found: list[tuple[list[str], bool, int]] = []
    last = -2
    for match in _WORD.finditer(text):
        word = match[0].removesuffix("'s").removesuffix("'").rstrip(".-")
        if not _capital(word) or name_key(word) in DATES or (word == "I" or word.startswith("I'")):
            continue
        if word.lower() in CURRENCIES or _CURRENCY.match(text, match.end()):
            continue
        opens = bool(_OPENS.search(text[max(match.start() - 6, 0) : match.start()])) or match.start() == 0
        if opens and word.lower() in STOP:
            continue
        if found and last + 1 == match.start() and text[last] in " -" and not opens:
            found[-1][0].append(word)
        elif word.lower() not in STOP:
            found.append(([word], opens, match.start()))
        last = match.end() if match[0] == word or match[0].endswith("-") else -2
    made: dict[tuple[object, ...], Name] = {}
    for parts, opens, place in reversed(found):
        after = _AFTER.match(text, place + len(" ".join(parts)))
        name = Name(tuple(parts), opens, place, after[0].strip() if after else "")
        made[name.words, name.opens, name.after] = name
    return list(made.values())[::-1]


DATES = (
    (MONTH_OF.keys() - {"mar", "jun", "jul", "sep"})
    | frozenset(day.lower() + plural for day in WEEKDAYS for plural in ("", "s"))
    | {"am", "pm"}
)
"""Words in capitals that name a time and nobody."""


def capitalised(text: str) -> list[str]:
    """The words that begin with a capital and do not open the text: `"Did Vance call?"` → `["Vance"]`."""
    found = words(text)
    return [
        word
        for index, word in enumerate(found)
        if word[0].isupper() and word.lower() not in STOP and (index > 0 or len(found) == 1)
    ]


def name_phrases(text: str) -> list[tuple[str, int]]:
    """The names of a text, of one word or more, with their places: `"Did Ada Li win?"` → `[("Ada Li", 4)]`.

    A word that only opens a sentence counts unless it is a common one.
    """
    found = []
    for match in _PHRASE.finditer(text):
        name, start = match[0], match.start()
        while (first := name.split(" ", 1))[0].lower() in STOP | ASKING | AUXILIARY and len(first) > 1:
            start, name = start + len(first[0]) + 1, first[1]
        if name.lower() not in STOP | ASKING | AUXILIARY and len(name) > 1:
            found.append((name.removesuffix("'s").removesuffix("’s"), start))
    return found


def index_names(text: str) -> NameIndex:
    """What canonical source text offers."""
    found = tuple(find_names(text))
    spelled = [match[0] for match in _WORD.finditer(text)]
    keys = {name_key(part) for word in spelled for part in (word, *re.split(r"[-.']", word)) if part}
    acronyms = {"".join(word[0] for word in name.words).lower() for name in found if len(name.words) > 1}
    return NameIndex(
        frozenset(keys),
        found,
        frozenset(acronyms),
        frozenset(word for word in spelled if word.islower()),
        frozenset(word.lower() for word in spelled if word.isupper()) | (keys & {"eu", "un"}),
        any(is_people(word) for name in found for word in name.words),
    )


@lru_cache(maxsize=50_000)
def name_key(word: str) -> str:
    """One form for a name's spellings: `"Russia’s"` → `"russia"`, `"Kiev"` → `"kyiv"`."""
    plain = unicodedata.normalize("NFKD", word.casefold().removesuffix("'s"))
    plain = "".join(char for char in plain if not unicodedata.combining(char)).replace(".", "")
    return _PEOPLE.get(plain, plain)


def absent_names(names: Iterable[Name], source: NameIndex) -> list[Name]:
    """The names of a claim that the source does not hold: a surname is enough, another first name is too much."""
    names = list(names)
    claim_keys = {name_key(word) for name in names for word in name.words}
    meant = {
        country
        for seat in (source.keys & set(_SEATS)) - (claim_keys & {"kremlin", "white"})
        for country in _SEATS[seat].split()
    }
    offered = replace(source, keys=source.keys | meant)
    return [replace(name, words=words) for name in names if (words := _unheld(name, offered))]


def unused_names(claim: Sequence[Name], source: NameIndex) -> list[Name]:
    """The names of the source of which the claim uses no word: what an exchanged name may have replaced."""
    claim_keys = {name_key(word) for name in claim for word in name.words}
    left = []
    for name in source.names:
        own = [
            word for word in name.words if name_key(word) not in ROLES and not (name.opens and _ordinary(word, source))
        ]
        if own and not any(
            name_key(word) in claim_keys or any(_akin(name_key(word), one) for one in claim_keys) for word in own
        ):
            left.append(Name(tuple(own), name.opens, name.place))
    return left


def same_name(one: str, other: str) -> bool:
    """Whether two words name the same, as a place and its people or its seat of government do."""
    a, b = name_key(one), name_key(other)
    return _akin(a, b) or b in _SEATS.get(a, "").split() or a in _SEATS.get(b, "").split()


def is_people(word: str) -> bool:
    """Whether a word is a country or a people: `"Russian"`."""
    return name_key(word) in _COUNTRIES or bool(_PEOPLE_ENDING.search(name_key(word)))


def is_ordinary(word: str) -> bool:
    """Whether a word that opens a sentence is an ordinary one, as far as it can be told by itself."""
    low = word.lower()
    if "-" in low:  # Thirty-one
        return all(part in _PLAIN for part in low.split("-"))
    return low in _PLAIN or low in STOP or low in ROLES or (len(low) > 5 and bool(_PLAIN_ENDING.search(low)))


def _unheld(name: Name, source: NameIndex) -> tuple[str, ...]:
    """The words of a name that the source lacks and that matter."""
    left = [word for word in name.words if not _held(word, source)]
    if not left:
        return _mixed(name, source)
    initials = "".join(word[0] for word in name.words).lower()
    if len(name.words) > 1 and initials in source.upper:
        return ()
    if name.opens and left[0] == name.words[0] and (len(name.words) == 1 or len(left) == 1):
        alone = len(name.words) == 1 and not (_ACTS.search(name.after) or is_people(left[0]) or not left[0].isalpha())
        left = left[1:] if alone or _ordinary(left[0], source) else left
    left = [
        word for word in left if name_key(word) not in ROLES and not (_describes(word, name) and not source.peoples)
    ]
    held = [word for word in name.words if word not in left and name_key(word) not in ROLES]
    if left and held and held[-1] == name.words[-1] and not _other_first(name, source):
        return ()
    if left and held and held[0] == name.words[0] and any(own.words == (held[0],) for own in source.names):
        return ()
    return tuple(left)


_ACTS = re.compile(
    r"^(?:'s|,|and|who|is|was|has|had|will|would|can|could|may|did|does|[a-z]{2,}(?:ed|ly|(?<!s)s)|[a-z]+(?:aid|old))$"
)
"""What follows a name that opens a sentence; an adjective or a command is followed by something else."""


def _mixed(name: Name, source: NameIndex) -> tuple[str, ...]:
    """The first name when the source has it only with another surname, and the surname with another first name."""
    own = [word for word in name.words if name_key(word) not in ROLES]
    if len(own) != 2 or not _other_first(name, source):
        return ()
    pair = {name_key(word) for word in own}
    together = any(pair <= {name_key(word) for word in other.words} for other in source.names)
    return () if together or (name.opens and _ordinary(own[0], source)) else (own[0],)


def _held(word: str, source: NameIndex) -> bool:
    one = name_key(word)
    if one in source.keys or (len(one) > 1 and one in source.acronyms and word.isupper()):
        return True
    parts = [part for part in re.split(r"[-.']", word) if part]
    if 1 < len(word) < 4 and word.isupper() and all(letter in source.upper for letter in one):
        return True
    if len(parts) > 1 and all(name_key(part) in source.keys or not part[0].isupper() for part in parts):
        return True
    return any(_akin(one, other) for other in source.keys if other[:3] == one[:3])


def _akin(one: str, other: str) -> bool:
    """Whether two words name a place and its people: `"ukraine"`, `"ukrainians"`; or one name with and without an s."""
    if one == other or stem(one) == stem(other):
        return True
    short, long = sorted((one, other), key=len)
    if long == f"{short}es":
        return True
    if len(short) < 4 or not _DEMONYM.search(long):
        return False
    return long.startswith(short[:-1] if len(short) > 4 else short) and len(long) - len(short) <= 5


_PEOPLE_ENDING = re.compile(r"[a-z]{3}(?:[aei]ans?|ese|ish)$")
_DEMONYM = re.compile(r"(?:ans?|ese|ish|is?|ers?|ites?|ic)$")


def _describes(word: str, name: Name) -> bool:
    """Whether a people's name only says whose president or minister is meant: `"Russian President Putin"`."""
    return is_people(word) and any(name_key(one) in _OFFICES for one in name.words[1:-1])


def _other_first(name: Name, source: NameIndex) -> bool:
    """Whether the source calls someone of this surname by another first name."""
    firsts = {name_key(word) for word in name.words[:-1]} - ROLES
    for other in source.names:
        given = {name_key(word) for word in other.words[:-1]} - ROLES
        if name_key(other.words[-1]) == name_key(name.words[-1]) and given and not given & firsts:
            return not (other.opens and len(given) == 1 and _ordinary(other.words[0], source))
    return False


def _ordinary(word: str, source: NameIndex) -> bool:
    """Whether a word that begins a sentence would be written small elsewhere."""
    low = word.lower()
    if low in _PLAIN or low in STOP or low in source.lower or low in ROLES:
        return True
    return is_ordinary(word) and not any(word in name.words for name in source.names)


def _capital(word: str) -> bool:
    return bool(word) and (word[0].isupper() or (len(word) > 3 and any(char.isupper() for char in word[1:])))
