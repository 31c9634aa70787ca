"""What is asked of the text as a whole: which people, places, numbers it names, how often, what it says of something.

All of it is found by looking the whole article over, so that it is complete, and each item is cited. Pure.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Literal

from qa.intents.direct import Direct
from qa.intents.entities import Entity, Kind, entities_of
from qa.intents.whole import WholeArticle
from qa.schema import DraftSentence
from qa.text.calendar import CLOCK, MONTH, WEEKDAY
from qa.text.countries import COUNTRIES
from qa.text.names import DATES, name_key
from qa.text.words import STOP, WORD, content_words, stem, word_set, words

Listing = Literal["person", "place", "organisation", "country", "number", "date", "quotation"]

LONGEST_LOOK = 300
"""Characters of a question that can ask for the whole text."""

MOST_ITEMS = 40
"""Items of a list at most, and sentences about one thing."""

MOST_ARTICLES = 10
"""Articles that are looked over for one question."""


_THINGS: dict[Listing, frozenset[str]] = {
    "person": word_set("people persons person individuals men women names who whom speakers politicians officials"),
    "place": word_set("places place towns town cities city locations location villages regions"),
    "country": word_set("countries country nations nation"),
    "organisation": word_set(
        "organisations organizations organisation organization companies company groups group parties party"
        " institutions bodies agencies firms businesses institution associations authorities unions"
    ),
    "number": word_set("numbers number figures figure statistics amounts sums quantities percentages prices"),
    "date": word_set("dates date days times years deadlines timeline"),
    "quotation": word_set("quotations quotation quotes quote citations statements"),
}
_ASKING_FOR_ALL = STOP | word_set(
    "named name names mentioned mention mentions appear appears appearing occur occurs quoted quote listed list"
    " article text story report piece news show give tell get extract find found included contain contains please"
    " given cited used involved come came make every main key important different various all real exact full featured"
    " feature speak speaks interviewed page"
)
_MODIFIERS = word_set("political important main key different various")
_NAMING = word_set(
    "named name names mentioned mention mentions appear appears occur occurs quoted listed list article text story"
    " report give given gives show there any all extract cited used contain contains every involved featured speak"
    " speaks page"
)
_OFTEN = re.compile(
    r"(?i)^\W*(?:and |so )?(?:how (?:often|many times|frequently)|count) "
    r"(?:(?:does|do|is|are|was|were|did|has|have)\b ?)?(?P<rest>.{2,120})$"
)
_COUNTED = re.compile(
    r"(?i)\W{0,3}\b(?:(?:been )?(?:mentioned|named|used|cited|referred to|occurs?|appears?|found|written|comes? up"
    r"|there)|(?:in|by) (?:the|this) (?:article|text|story|report|piece)"
    r"|(?:the|this|it) (?:article|text|story|report|piece)? ?(?:mentions?|names?|uses?|says?)|mentions? of"
    r"|does)\b\W{0,3}"
)
_COUNTING = re.compile(r"(?i)\b(?:mention\w*|named|occurs?|appears?|comes? up|word|cited)\b")
_ABOUT = re.compile(
    r"""(?ix) ^\W*(?:and\ |so\ |ok\ )? (?:please\ )?(?:
      what\ (?:is|was|'s|are|else\ is)\ (?:\w+ly\ )?(?:said|written|told|mentioned|reported|stated)\ about
    | what\ (?:does|do|did)\ (?:the\ |this\ )?(?:it|they|articles?|texts?|stories|story|reports?|piece|author)\ (?:say
      |tell(?:\ us)?|write|mention|report|state)\ (?:about|on|of)
    | where\ (?:does|is)\ (?:(?:the\ |this\ )?(?:it|article|text|story|report|piece)\ )?(?:mention(?:ed)?|talk\ about
      |say\ something\ about)
    | (?:show|find|give|list|quote|tell)\ (?:me\ )?(?:all\ |everything\ |every\ |anything\ )?(?:the\ )?
      (?:(?:sentences?|passages?|parts?|lines?|mentions?|places?)\ )?(?:that\ (?:mentions?|(?:is|are)\ said)\ ?|about|of
      |on|with|mentioning)(?:\ about)?
    | (?:everything|anything|all)\ (?:that\ is\ said\ )?(?:about|on)
    ) \ (?P<what>.{2,100}?) (?:\ (?:in|by)\ (?:the|this)\ (?:article|text|story|report))? [\s?.!]*$"""
)
_SELECTED = re.compile(r"\s*[“\"„«](?P<what>[^“”\"„«»]{1,300}[^“”\"„«».!?…])[”\"“»]\s*")
"""Words in quotation marks and no more, as one selects them to be asked about; a whole sentence is a claim."""

_PRONOUN = re.compile(r"^[“\"]?(?:He|She|They|It|His|Her|Their|Its)\b")
_QUOTE = re.compile(r"“[^“”]{2,1500}”|\"[^\"]{2,1500}\"")
_NUMBER_WORD = (
    r"one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen"
    r"|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundreds?|thousands?|dozens?|half|third|quarter|twice"
)
_FIGURE = re.compile(
    r"(?:[$€£¥]\s?)?(?<![\w.])\d[\d,.]{0,20}(?<=\d)(?:st|nd|rd|th)?"
    r"(?:\s?%|\s(?:per ?cent|million|billion|trillion|thousand|hundred))*(?![\w])"
    rf"|(?i:\b(?:a )?(?:{_NUMBER_WORD})(?:[\s-](?:{_NUMBER_WORD}|million|billion|one|a|and))*\b)"
)
_COUNTED_NOUN = re.compile(r"[\s-](?:of (?:the |an? )?)?(?P<word>[a-z][\w-]*)")
_DATE = re.compile(
    rf"\b(?:(?:{WEEKDAY}),?\s)?(?:\d{{1,2}}(?:st|nd|rd|th)?\s(?:of\s)?(?:{MONTH})\b(?:,?\s\d{{4}})?"
    rf"|(?:{MONTH})\b(?:\s\d{{1,2}}(?!\d)(?:st|nd|rd|th)?)?(?:,?\s\d{{4}})?)"
    rf"|\b(?:{WEEKDAY})\b(?:\s(?:morning|afternoon|evening|night|noon))?|\b(?:1[5-9]|20)\d\d\b(?!\s?(?:people|euros|dollars))"
    rf"|\b{CLOCK}\.?|\b(?:yesterday|today|tomorrow)\b"
)


def listing_asked(question: str) -> Listing | None:
    """What is to be listed of the whole text: `"Which people are named?"` → person, `"List all numbers"` → number.

    None when the question says anything more: `"Which people were hurt?"`.
    """
    if len(question) > LONGEST_LOOK:
        return None
    known = {word.lower() for word in words(question)}
    if _ELSEWHERE.search(question):
        return None
    for thing, names in _THINGS.items():
        asked = known & names
        if thing == "person" and asked <= {"who", "whom"} and not known & _PEOPLE_NAMED:
            continue
        plain = known <= _ASKING_FOR_ALL | names | _MODIFIERS
        if asked and plain and (known & _NAMING or len(known) <= 2):
            return thing
    return None


_ELSEWHERE = re.compile(
    r"(?i)\b(?:in|by|of|for|on|at|with|to) (?:the|an?|that|those|his|her|their) (?!(?:article|text|story|report|piece"
    r"|news|page|people|persons|places|towns|names|numbers|dates|quotes|quotations)\b)\w"
)
"""Words that ask of something else than the whole text: `"Who is named in the will?"`."""

_PEOPLE_NAMED = word_set("named mentioned quoted appears appear featured involved speaks speak cited interviewed")


def overview(question: str, articles: Sequence[WholeArticle]) -> Direct | None:
    """What a look over the whole text answers; None for a question of another kind, or when nothing is there."""
    thing = listing_asked(question)
    if thing:
        return _listed(thing, articles)
    counted = counted_words(question)
    if counted:
        return _counted(counted, articles)
    about = _ABOUT.match(question[:LONGEST_LOOK]) or _SELECTED.fullmatch(question)
    return _about(about["what"], articles) if about else None


def counted_words(question: str) -> str:
    """The words whose mentions are to be counted: `"How often is Vester mentioned?"` → "Vester"; else empty."""
    match = _OFTEN.match(question[:LONGEST_LOOK])
    if not match or not _COUNTING.search(match["rest"]):
        return ""
    rest = _COUNTED.sub(" ", match["rest"].rstrip(" ?.!")).strip(" “”\"'?.")
    rest = re.sub(r"(?i)^(?:the word|the name|the)\s+", "", rest).strip(" “”\"'")
    return rest if rest and content_words(rest) else ""


def _listed(thing: Listing, articles: Sequence[WholeArticle]) -> Direct:
    items = [item for whole in articles[:MOST_ARTICLES] for item in _ITEMS[thing](whole)]
    if not items:
        return Direct("not_found", note=f"No {_PLURAL[thing]} were found in the text.")
    lead = f"{len(items)} {_PLURAL[thing] if len(items) > 1 else _SINGULAR[thing]} in the text:"
    if len(items) > MOST_ITEMS:
        lead = f"The first {MOST_ITEMS} of {len(items)} {_PLURAL[thing]} in the text:"
    return Direct("answered", lead, tuple(items[:MOST_ITEMS]), "list")


_PLURAL: dict[Listing, str] = {
    "person": "people",
    "place": "places",
    "organisation": "organisations",
    "country": "countries",
    "number": "sentences with numbers",
    "date": "sentences with dates",
    "quotation": "quotations",
}
_SINGULAR: dict[Listing, str] = {
    **_PLURAL,
    "person": "person",
    "place": "place",
    "organisation": "organisation",
    "country": "country",
    "quotation": "quotation",
}


def _of_kind(kind: Kind) -> Callable[[WholeArticle], Iterator[DraftSentence]]:
    def items(whole: WholeArticle) -> Iterator[DraftSentence]:
        for entity in entities_of(whole):
            if entity.kind == kind:
                yield named(entity, whole)

    return items


def named(entity: Entity, whole: WholeArticle) -> DraftSentence:
    """A name with who or what it is, where the article says so: `"Tom Weir, a retired fisherman"`."""
    if not entity.intro:
        sentence = whole.sentences[entity.mentions[0]]
        return whole.quoted(sentence.start, sentence.end, entity.name)
    index, start, end = entity.intro
    sentence, words_ = whole.sentences[index], " ".join(whole.article.text[start:end].split())
    inside = entity.name.split()[-1] in words_
    text = words_[0].upper() + words_[1:] if inside else f"{entity.name}, {words_}"
    return whole.quoted(sentence.start, sentence.end, text)


def _countries(whole: WholeArticle) -> Iterator[DraftSentence]:
    for entity in entities_of(whole):
        if entity.name in COUNTRIES:
            yield named(entity, whole)


def _numbers(whole: WholeArticle) -> Iterator[DraftSentence]:
    for index in _plain_sentences(whole):
        text = whole.text(index)
        dates = [match.span() for match in _DATE.finditer(text)]
        found = []
        for match in _FIGURE.finditer(text):
            if any(start < match.end() and match.start() < end for start, end in dates):
                continue
            found.append(text[match.start() : _noun_end(text, match.end())])
        if found:
            sentence = whole.sentences[index]
            yield whole.quoted(sentence.start, sentence.end, "; ".join(dict.fromkeys(found)))


def _noun_end(text: str, end: int) -> int:
    """Where what a number counts ends: of "44 hives with" after "hives", of "18 freight trains" after "trains"."""
    first = _COUNTED_NOUN.match(text, end)
    if not first or first["word"] in STOP:
        return end
    second = _COUNTED_NOUN.match(text, first.end())
    plural = second and not first["word"].endswith("s") and second["word"].endswith("s") and second["word"] not in STOP
    return second.end() if second and plural else first.end()


def is_dated(text: str) -> bool:
    """Whether a day, a month, a year or a clock time stands in a text."""
    return bool(_DATE.search(text))


def _dates(whole: WholeArticle) -> Iterator[DraftSentence]:
    for index in _plain_sentences(whole):
        found = [match[0] for match in _DATE.finditer(whole.text(index))]
        if found:
            sentence = whole.sentences[index]
            yield whole.quoted(sentence.start, sentence.end, "; ".join(dict.fromkeys(found)))


def _quotations(whole: WholeArticle) -> Iterator[DraftSentence]:
    """Each quotation of some words, with the rest of the sentence that it ends in, which says whose it is."""
    text = whole.article.text
    ends = [sentence.end for sentence in whole.sentences]
    place = 0
    for match in _QUOTE.finditer(text):
        if len(match[0].split()) < 3 or "\n\n" in match[0] or match.start() < place:
            continue
        end = next((end for end in ends if end >= match.end()), len(text))
        if end - match.end() > 300:
            end = match.end()
        place = end
        yield whole.quoted(match.start(), end)


_ITEMS: dict[Listing, Callable[[WholeArticle], Iterator[DraftSentence]]] = {
    "person": _of_kind("person"),
    "place": _of_kind("place"),
    "organisation": _of_kind("organisation"),
    "country": _countries,
    "number": _numbers,
    "date": _dates,
    "quotation": _quotations,
}


def _plain_sentences(whole: WholeArticle) -> Iterator[int]:
    return (index for index, sentence in enumerate(whole.sentences) if not sentence.heading)


def _stems(text: str) -> list[str]:
    return [_form(word) for word in WORD.findall(text)]


def _form(word: str) -> str:
    return name_key(word) if word[:1].isupper() and name_key(word) in DATES else stem(word.lower())


def _counted(what: str, articles: Sequence[WholeArticle]) -> Direct:
    """How often words are mentioned, with the sentences that do."""
    wanted = [_form(word) for word in words(what) if word.lower() not in {"the", "a", "an"}]
    count, items = 0, []
    for whole in articles[:MOST_ARTICLES]:
        for index in _plain_sentences(whole):
            found = _occurrences(wanted, _stems(whole.text(index)))
            count += found
            items += [whole.draft(index)] if found else []
    if not count:
        return Direct("not_found", note=f"“{what}” is not mentioned.")
    times = {1: "once", 2: "twice"}.get(count, f"{count} times")
    return Direct(
        "answered", f"“{what}” is mentioned {times}, not counting headings:", tuple(items[:MOST_ITEMS]), "list"
    )


def _occurrences(wanted: Sequence[str], found: Sequence[str]) -> int:
    size = len(wanted)
    return sum(list(found[place : place + size]) == list(wanted) for place in range(len(found) - size + 1))


def _about(what: str, articles: Sequence[WholeArticle]) -> Direct | None:
    """All sentences that mention something, and those that go on about it by a pronoun; None when none does."""
    wanted = [stem(word.lower()) for word in content_words(what)]
    if not wanted:
        return None
    items: list[DraftSentence] = []
    for whole in articles[:MOST_ARTICLES]:
        items += [whole.draft(index) for index in mentioning(wanted, whole)]
    return Direct("answered", "", tuple(items[:MOST_ITEMS]), "list" if len(items) > 1 else "prose") if items else None


def mentioning(wanted: Sequence[str], whole: WholeArticle) -> list[int]:
    """The sentences that hold all these stems, or a person's last name alone, and those that go on with a pronoun."""
    people = [set(_stems(entity.name)[-1:]) for entity in entities_of(whole) if entity.kind == "person"]
    person = set(wanted[-1:]) in people
    needed = set(wanted[-1:]) if person else set(wanted)
    others = [name for name in people if name != needed]
    chosen: list[int] = []
    for index in _plain_sentences(whole):
        found = _stems(whole.text(index))
        if needed <= set(found) or (chosen and chosen[-1] == index - 1 and _goes_on(index, needed, others, whole)):
            chosen.append(index)
    return chosen


def _goes_on(index: int, needed: set[str], others: Sequence[set[str]], whole: WholeArticle) -> bool:
    """Whether a sentence goes on about what the one before says, by a pronoun that can mean nothing else."""
    match = _PRONOUN.match(whole.text(index))
    if not match or whole.opens_paragraph(index):
        return False
    before = _stems(whole.text(index - 1))
    if match[0].strip('“"') in {"He", "She", "His", "Her"}:
        return needed <= set(before) and not any(name <= set(before) for name in others)
    return bool(needed & set(before[:6]))
