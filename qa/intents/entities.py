"""The people, organisations and places that an article names, each with where it first says who or what that is. Pure.

What a name stands for is voted on by all its mentions: what stands before and after it, the words in it, and whether
the article goes on with its last word alone, as it does with a person's.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

from ingest.schema import Article
from qa.intents.whole import WholeArticle
from qa.reading.introductions import introduction
from qa.text.analysis import SENTENCE
from qa.text.countries import COUNTRIES
from qa.text.names import CALLINGS, DATES, ROLES, is_ordinary, is_people, name_key, name_phrases
from qa.text.words import STOP

Kind = Literal["person", "organisation", "place"]

MOST_NAMES = 500
"""Names of one article that are told apart."""

ORGANISATION = frozenset(
    "university institute council ministry department committee agency association union party federation league"
    " guild society trust alliance bank company corporation corp inc ltd llc gmbh plc co sons group holdings club"
    " church court police army navy commission authority office bureau board congress parliament senate house"
    " government assembly foundation fund museum hospital school college academy library service services force guard"
    " network news times post gazette herald tribune press radio airlines airways railways railway tramways stays"
    " hotels industries systems watch minerals water energy motors foods steel mining orchestra theatre opera team"
    " united fc workers growers list movement front organisation organization nations eu un nato partners ventures"
    " studios records friends chamber centre center".split()
)
_PLACE = frozenset(
    "street road avenue square lane river lake mount mountain valley island islands bay bridge tunnel sea ocean"
    " county canton province city town village hill hills forest park harbour harbor port beach cape point head"
    " peninsula desert coast station airport vale pass north south east west northern southern eastern western".split()
)
_PLACED_BY = re.compile(
    r"(?i)(?:\b(?:in|at|near|from|to|outside|across|around|above|below|into|via|between|off|towards?|through)"
    r"|\b(?:city|town|village|parish|county|canton|province|state|council|region|district|island|port|capital|harbour"
    r"|mayor|people|plains?|coast|north|south|east|west) of)(?: the)?"
    r"(?: (?:nearby|central|northern|southern|eastern|western))?\s$"
)
_GROUP_BEFORE = re.compile(
    r"(?i)\b(?:company|firm|group|union|party|agency|bank|club|charity|newspaper|operator|chain|maker|giant|start-?up"
    r"|retailer|team|station|called the|neighbours|list)s? (?:the )?$"
)
_THE = re.compile(r"(?i)\bthe $")
_AGE = re.compile(r",\s\d{1,3},|,?\swho\s")
_SPEAKS = re.compile(
    r"(?:,?\s(?:who\s)?)?\b(?:said|says|told|added|argued|explained|warned|promised|claimed|answered|asked|replied|joked"
    r"|insisted|denied|admitted|called|fears?|wants?|thinks?|believes?)\b"
)
_SAID_BEFORE = re.compile(r"(?i)\b(?:said|says|told|asked|added|according to|by)\s$")
_PERSON_NOUN = re.compile(r"[a-z]{2,}(?:ist|man|men|woman|women|person|ian|aire|er|or|ant|aut)")
_REGION_AFTER = re.compile(r"\s(?:region|province|city|river|valley|area|county|district|coast|peninsula)\b")
_BESIDE = re.compile(r"(?:['’]s?|(?<=\bSt)\.|(?<=\bMt)\.)?\s(?P<word>[A-Z][\w-]*\w)")
_DETERMINER = re.compile(r"(?i)\b(?:the|an?|its|his|her|their|one)\s")
_CALLED = frozenset(
    "head neighbours neighbour captain chief fisherman farmer nurse victim survivor pilot wife husband son daughter"
    " brother sister father mother widow cousin friend colleague councillor inspector commander bishop priest"
    " archbishop".split()
)
_TITLES = ROLES | CALLINGS | _CALLED
_LABEL = re.compile(r"([^.:!?]{2,60}):\s")
_SPEAKER = re.compile(r"(?:[A-Z][\w.-]{0,30}\s?){1,3}")
"""A label that is a name says who speaks ("Ada Li: We agree."); any other titles what follows, and names nobody."""


@dataclass(eq=False)
class Entity:
    """A name with its kind, all the sentences that mention it, and where it is said who or what that is.

    `intro` is the place of these words in the article, None when nothing says it; `votes` are for each kind.
    """

    name: str
    mentions: list[int] = field(default_factory=list)
    intro: tuple[int, int, int] | None = None
    votes: dict[Kind, float] = field(default_factory=lambda: defaultdict(float))

    @property
    def kind(self) -> Kind | None:
        """What it is, None when nothing tells."""
        best: tuple[float, Kind] = max(
            ((self.votes[kind], kind) for kind in ("person", "organisation", "place")), key=lambda pair: pair[0]
        )
        return best[1] if best[0] > 0 else None


@dataclass(frozen=True)
class _Mention:
    words: tuple[str, ...]
    title: bool
    sentence: int
    start: int
    opens: bool
    definite: bool


def entities_of(whole: WholeArticle) -> tuple[Entity, ...]:
    """The people, organisations and places that an article names, in the order of their first mention."""
    return _entities(whole.article)


@lru_cache(maxsize=64)
def _entities(article: Article) -> tuple[Entity, ...]:
    whole = WholeArticle(article)
    mentions = list(_mentions(whole))
    inside = {word for mention in mentions if not mention.opens for word in mention.words}
    lower = {word for index in range(len(whole.sentences)) for word in re.findall(r"\b[a-z]{2,}\b", whole.text(index))}
    found = _Found()
    for mention in sorted(mentions, key=lambda one: -len(one.words)):
        if len(found.entities) < MOST_NAMES and (not mention.opens or _names(mention, inside, lower)):
            found.add(mention, whole)
    _beside_persons(found.entities, whole)
    for entity in found.entities.values():
        entity.mentions = sorted(set(entity.mentions))
        entity.intro = _intro(entity, whole)
    return tuple(sorted(found.entities.values(), key=lambda entity: entity.mentions[0]))


class _Found:
    """The names found so far, with their last words, by which people are called again, and their first ones."""

    def __init__(self) -> None:
        self.entities: dict[str, Entity] = {}
        self.lasts: dict[str, str] = {}
        self.firsts: dict[str, str] = {}

    def add(self, mention: _Mention, whole: WholeArticle) -> None:
        """Count a mention; longer names come first."""
        capitals = all(word.isupper() for word in mention.words) and len(" ".join(mention.words)) > 4
        name = " ".join(mention.words)
        name = name.title() if capitals else name
        single = len(mention.words) == 1
        known = self.lasts.get(name_key(name)) if single and name not in COUNTRIES and not mention.definite else None
        entity = self.entities.setdefault(known or name, Entity(known or name))
        entity.mentions.append(mention.sentence)
        self._vote_by_words(entity, mention, name, known=bool(known))
        entity.votes["place"] += 3.0 if capitals and mention.start == 0 else 0.0
        if name in COUNTRIES:
            entity.votes["place"] += 5
        elif known or not is_people(name):
            _vote(entity, mention, whole)

    def _vote_by_words(self, entity: Entity, mention: _Mention, name: str, *, known: bool) -> None:
        """What it tells that a longer name goes on by its last word, as people do, or by its first, as companies do."""
        lowered = {word.lower() for word in mention.words}
        if len(mention.words) > 1:
            self.firsts.setdefault(mention.words[0], name)
            if not lowered & (ORGANISATION | _PLACE | {"of"}):
                self.lasts.setdefault(name_key(mention.words[-1]), name)
        elif known:
            entity.votes["person"] += 1.5
        elif longer := self.firsts.get(mention.words[0]):
            self.entities[longer].votes["organisation"] += 2


def _mentions(whole: WholeArticle) -> Iterator[_Mention]:
    """Every name in the sentences that are no headings, without the titles before it."""
    for index, sentence in enumerate(whole.sentences):
        text = whole.text(index)[:SENTENCE]
        if sentence.heading or (index == 0 and text == whole.article.title):
            continue
        label = _LABEL.match(text)
        for phrase, place in _joined(text):
            found = _without_title(phrase, place, index, text)
            if found and label and found.start < label.end() and not _SPEAKER.fullmatch(label[1]):
                continue
            if found and not re.search(r"(?i)\b(?:an?|no|any|every)\s$", text[: found.start]):
                yield found


def _joined(text: str) -> Iterator[tuple[str, int]]:
    """The name phrases of a sentence: "Growers' Union" is one, "Ada Li of the Green League" are two."""
    done = 0
    for phrase, place in name_phrases(text):
        if place < done:
            continue
        end = place + len(phrase)
        while (after := _BESIDE.match(text, end)) and after["word"].lower() in ORGANISATION | _PLACE:
            end = after.end()
        done = end
        left, joint, right = text[place:end].partition(" of the ")
        if joint and len(left.split()) > 1 and not {word.lower() for word in left.split()} & ORGANISATION:
            yield left, place
            yield right, place + len(left) + len(joint)
        else:
            yield text[place:end], place


def _without_title(phrase: str, start: int, index: int, text: str) -> _Mention | None:
    """The name in a phrase without titles, peoples before titles, and days; None when nothing is left."""
    words, title = phrase.split(), False
    while words and (
        (low := words[0].lower().strip(".")) in _TITLES | DATES
        or (len(words) > 1 and is_people(words[0]) and words[1].lower() in _TITLES)
    ):
        title = title or low not in DATES
        start += len(words[0]) + 1
        words = words[1:]
    if title and len(words) > 3 and words[0] in {"of", "for"}:  # "Secretary of State Marco Rubio"
        start += len(" ".join(words[:-2])) + 1
        words = words[-2:]
    while words and (words[-1].lower() in DATES or words[-1].lower() in STOP):
        words = words[:-1]
    if not words or not words[0][0].isupper() or not any(map(str.isalpha, words[0])) or words[0] == "I":
        return None
    before = text[:start]
    opens = not before.strip(" “\"'(‘—–-•*") or bool(re.search(r"[.!?:“\"(—–]\s?$", before))
    return _Mention(tuple(words), title, index, start, opens, bool(_THE.search(before)))


def _names(mention: _Mention, inside: set[str], lower: set[str]) -> bool:
    """Whether a phrase that opens a sentence is a name: its words are written large elsewhere, or never small."""
    first = mention.words[0]
    if len(mention.words) > 1 or first in inside or mention.title:
        return first in inside or mention.title or not (first.lower() in lower or is_ordinary(first))
    return first in COUNTRIES or (is_people(first) and first.lower() not in lower)


def _vote(entity: Entity, mention: _Mention, whole: WholeArticle) -> None:
    """Add what one mention tells of what the name is."""
    text = whole.text(mention.sentence)[:SENTENCE]
    before = text[max(mention.start - 60, 0) : mention.start]
    after = text[mention.start + len(" ".join(mention.words)) :][:60]
    lowered = {word.lower().strip(".,") for word in mention.words}
    single, first = len(mention.words) == 1, mention.words[0]
    the, grouped = bool(_THE.search(before)), bool(_GROUP_BEFORE.search(before))
    speaks = bool(_SPEAKS.match(after) or _SAID_BEFORE.search(before)) and not the
    unit = bool(lowered & (ORGANISATION | _PLACE))
    said: tuple[tuple[bool, Kind, float], ...] = (
        (mention.title or _called(before), "person", 3),
        (bool(lowered & ORGANISATION) or (single and first.isupper() and len(first) > 1), "organisation", 4),
        (bool(lowered & _PLACE), "place", 2),
        (bool(_REGION_AFTER.match(after)), "place", 2),
        (grouped, "organisation", 3),
        (the and not grouped and not single, "organisation", 1.5),
        (the and not grouped and single and not re.match(r"\s[a-z]", after), "organisation", 0.5),
        (not the and not grouped and bool(_PLACED_BY.search(before)), "place", 1.5),
        ((bool(_AGE.match(after)) or _trade(after)) and not the, "person", 1),
        (speaks, "person", 1 if single else 1.5),
        (2 <= len(mention.words) <= 4 and not the and not unit, "person", 0.6),
    )
    for holds, kind, weight in said:
        entity.votes[kind] += weight if holds else 0.0


def _called(before: str) -> bool:
    """Whether a person's title or trade stands right before: `"the mayor, "`, `"retired fisherman "`."""
    match = re.search(r"([\w-]{1,40}),?\s(?:(?:a|an|the)\s)?$", before)
    word = match[1].lower() if match else ""
    return word in _TITLES or (
        bool(match) and bool(_PERSON_NOUN.fullmatch(word)) and word not in STOP and len(word) > 4
    )


def _is_trade(word: str) -> bool:
    return word in _TITLES or bool(_PERSON_NOUN.fullmatch(word))


def _trade(after: str) -> bool:
    """Whether a trade follows between commas: `", a retired fisherman who"`."""
    match = re.match(r",\s(?:an?|the|one of)\s((?:[\w-]+\s?){1,4})", after)
    return match is not None and any(map(_is_trade, match[1].lower().split()))


def _beside_persons(found: dict[str, Entity], whole: WholeArticle) -> None:
    """A first name joined to a person by "and" is a person too: "Ann and Marco Reyes"."""
    persons = [entity.name for entity in found.values() if entity.kind == "person" and " " in entity.name]
    for entity in found.values():
        if " " not in entity.name and entity.mentions:
            text = whole.text(entity.mentions[0])
            if any(f"{entity.name} and {person}" in text for person in persons[:100]):
                entity.votes["person"] += 3


def _intro(entity: Entity, whole: WholeArticle) -> tuple[int, int, int] | None:
    """Where the first sentence that says who or what it is says so: (sentence, start, end) in the article."""
    for index in entity.mentions[:20]:
        text = whole.text(index)[:SENTENCE]
        found = introduction(entity.name, text) or _described(entity.name, text)
        if found:
            first = whole.sentences[index].start
            return index, first + found[0], first + found[1]
    return None


def _described(name: str, text: str) -> tuple[int, int] | None:
    """What stands before a name and a comma and says who that is: `"Its leader, Oskar Dahl"`."""
    place = text.find(name)
    if place < 2 or text[place - 2 : place] != ", ":
        return None
    first = max(place - 90, text.rfind(",", 0, place - 2) + 1)
    for match in reversed(list(_DETERMINER.finditer(text, first, place))):
        words = [word.lower() for word in re.findall(r"[\w-]+", text[match.end() : place])]
        if any(word in _TITLES or _PERSON_NOUN.fullmatch(word) for word in words):
            return match.start(), place + len(name)
    return None
