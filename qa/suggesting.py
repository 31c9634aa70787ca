"""Questions that an article answers: made of its own sentences, and kept only when asking them gives these sentences.

A visitor's first click decides. So nothing is offered that was not asked silently first.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock

from ingest.schema import Article
from ingest.settings import Settings
from qa.answer import ask
from qa.intents.entities import ORGANISATION, entities_of
from qa.intents.whole import WholeArticle
from qa.schema import Answer
from qa.text.calendar import MONTH, WEEKDAY
from qa.text.names import CALLINGS
from qa.text.quantities import COUNTED
from qa.text.words import word_set

OVERVIEW = "What is this article about?"
"""What any article answers."""

MOST = 10
"""Questions of an article that are found answered at most."""

MOST_TRIED = 36
"""Questions of an article that are asked at most."""

SENTENCES = 120
"""Sentences of an article of which questions are made."""

LONGEST = 90
"""Characters of a question that is offered."""

_SUBJECT = r"(?P<subject>(?:The|A|An|[A-Z][\w’'.-]*)(?: [\w’'-]+){0,5}?)"
_HELPING = r"(?P<verb>will|would|was|were|is|are|has|have|can|could|must|should)"
_CLAUSE = re.compile(rf"^{_SUBJECT} {_HELPING} (?P<rest>[^;:“”\"()?]{{6,200}})\.$")
_WEAK = word_set(
    "he she it they we you i this that these those there who what which one some many most nobody neither both but and"
    " or so yet if when while as after before in on at by for from with without not no all each every another other"
    " his her its their our my such if although because since until once"
)
"""What a subject that can stand alone does not begin with."""

_WITHIN = word_set("who which that he she it they and but say said says tell told think thinks show shows")
"""What a subject that can stand alone does not hold."""

_NUMBER = rf"(?:about |around |nearly |more than |over |some |at least )?(?:\d[\d,.]*|{COUNTED})"
_DAY = rf"(?:{WEEKDAY}|\d{{1,2}} (?:{MONTH})|(?:{MONTH})(?: \d{{1,2}}|\b)|\d{{4}}\b)"
_CLOCK = r"\d{1,2}(?:[:.]\d\d)? [ap]\.?m"
_COUNTED = r"(?P<what>(?:[a-z-]+ )?(?:[a-z]+s|people|women|men|children))"
_GOES_ON = r"(?!\w)(?! (?:whether|that|how|what|why|if|to|the|an?|its|his|her|their)\b)"
"""What must not come after the day, lest what is done is cut off from what it is done to."""

_ENDINGS = (
    ("why", "Why", re.compile(r"^(?P<said>[^,]{3,80}),? (?:because|due to|owing to)\s")),
    ("when", "When", re.compile(rf"^(?P<said>[^,]{{3,60}}?) (?:on|in|at|until|by) (?:{_DAY}|{_CLOCK}){_GOES_ON}")),
    (
        "how long",
        "For how long",
        re.compile(rf"^(?P<said>[^,\d]{{3,60}}?) for {_NUMBER} (?:hour|day|week|month|year)s?"),
    ),
    ("how much", "How much", re.compile(r"^(?P<said>cost) (?:about |around |nearly |more than )?(?:[$€£]|\d)")),
)
_COUNT = re.compile(
    rf"(?i)^{_NUMBER} {_COUNTED} (?P<verb>were|have been|had been|will be)"
    r" (?P<rest>[a-z]+(?:ed|en|lt|ught)\b[^,.;:“”]{0,50})"
)
_HAVING = re.compile(rf"^{_SUBJECT} (?P<verb>has|[a-z]{{3,}}s) {_NUMBER} {_COUNTED}\b(?P<rest>[^,.;:“”]{{0,40}})")
_DID = re.compile(
    rf"^{_SUBJECT} (?P<verb>[a-z]+[^e\W]ed|won|lost|built|bought|sold|wrote|led|found|made)"
    r" (?P<rest>(?:the|an?|two|three|[A-Z]|\d)[^,;:“”\"()?]{8,70})\.$"
)
_TIME = re.compile(rf",? (?:on|in|at|until|by|since) (?:{_DAY}|{_CLOCK})[^,]{{0,20}}$")
_SAID = re.compile(r"\b(?:said|says|told|added|warned|argued|wrote|insisted|replied)\b")
_UNCLEAR = re.compile(r"\b(?:it|its|he|him|his|she|her|they|them|their|this|these|those|that|there|one)\b")
"""What a question that stands alone does not hold: nobody could tell who or what is meant."""


_ONE_AT_A_TIME = Lock()


@dataclass(frozen=True)
class Suggestion:
    """A question, its kind, and the sentence of its article that answers it as code points; none for the whole."""

    question: str
    kind: str
    start: int = 0
    end: int = 0


def suggestions(article: Article, settings: Settings) -> tuple[Suggestion, ...]:
    """Questions that the article answers with the sentences that they were made of, by different parts and kinds.

    In the order in which they are best offered; found once an article, in a few seconds.
    """
    return _found(article, settings.model_copy(update={"answerer": "quote"}))


@lru_cache(maxsize=64)
def _found(article: Article, settings: Settings) -> tuple[Suggestion, ...]:
    with _ONE_AT_A_TIME:
        return tuple(_answered(article, settings))


def _answered(article: Article, settings: Settings) -> Iterator[Suggestion]:
    whole = WholeArticle(article)
    yield Suggestion(OVERVIEW, "about")
    left = MOST
    for tried in spread(list(candidates(whole)))[:MOST_TRIED]:
        if left and is_answered(ask(tried.question, articles=[article.id], settings=settings), tried):
            left -= 1
            yield tried


def is_answered(answer: Answer, made: Suggestion) -> bool:
    """Whether an answer rests on the sentence that the question was made of, and on few others."""
    on_it = any(one.start < made.end and made.start < one.end for one in answer.citations)
    return answer.status == "answered" and not answer.note and on_it and len(answer.citations) <= 3


def spread(found: Sequence[Suggestion]) -> list[Suggestion]:
    """One question a sentence, the kinds taking turns, each kind from all over the article."""
    lines: dict[str, list[Suggestion]] = {}
    for one in found:
        lines.setdefault(one.kind, []).append(one)
    mixed: list[Suggestion] = []
    while any(lines.values()):
        for line in lines.values():
            if line:
                used = [one.start for one in mixed]
                best = max(line, key=lambda one: min((abs(one.start - other) for other in used), default=0))
                line.remove(best)
                if best.start not in used:
                    mixed.append(best)
    return mixed


def candidates(whole: WholeArticle) -> Iterator[Suggestion]:
    """What may be asked of an article's sentences, by their form: why, when, how many, who did it, who somebody is."""
    people = [one for one in entities_of(whole) if one.kind == "person" and " " in one.name]
    names = {word for one in entities_of(whole) for word in one.name.split()}
    for index in range(min(len(whole.sentences), SENTENCES)):
        if not whole.sentences[index].heading:
            for kind, question in _asked(" ".join(whole.text(index).split()), names):
                if len(question) <= LONGEST and not _UNCLEAR.search(question):
                    yield _of(whole, index, kind, question)
    for person in people:
        if person.intro:
            yield _of(whole, person.intro[0], "who is", f"Who is {person.name}?")
        last = person.name.split()[-1]
        spoken = next((index for index in person.mentions if _speaks(last, whole.text(index))), None)
        if spoken is not None:
            yield _of(whole, spoken, "said", f"What did {person.name} say?")


def _speaks(name: str, text: str) -> bool:
    """Whether a sentence has a name beside a word of saying: `"Ada Li, who runs it, said so"`."""
    return any(name in text[max(said.start() - 70, 0) : said.end() + 45] for said in _SAID.finditer(text))


def _of(whole: WholeArticle, index: int, kind: str, question: str) -> Suggestion:
    sentence = whole.sentences[index]
    return Suggestion(question, kind, sentence.start, sentence.end)


def _asked(text: str, names: set[str]) -> Iterator[tuple[str, str]]:
    if (clause := _CLAUSE.match(text)) and _stands(clause["subject"]):
        for kind, word, ending in _ENDINGS:
            if found := ending.match(clause["rest"]):
                yield kind, f"{word} {clause['verb']} {_inside(clause['subject'], names)} {found['said']}?"
    if count := _COUNT.match(text):
        yield "how many", f"How many {count['what']} {count['verb']} {count['rest'].strip()}?"
    if (having := _HAVING.match(text)) and _stands(having["subject"]) and " and " not in having["rest"]:
        verb = "have" if having["verb"] == "has" else having["verb"][:-1]
        subject = _inside(having["subject"], names)
        yield "how many", f"How many {having['what']} does {subject} {verb}{having['rest'].rstrip()}?"
    if (did := _DID.match(text)) and _acts(did["subject"], names) and not _SAID.match(did["verb"]):
        yield "who", f"Who {did['verb']} {_TIME.sub('', did['rest'])}?"


def _stands(subject: str) -> bool:
    """Whether a subject says by itself who or what is meant."""
    found = subject.lower().split()
    return found[0] not in _WEAK and not set(found) & _WITHIN


def _acts(subject: str, names: set[str]) -> bool:
    """Whether a subject says by itself who is meant, and is somebody: a name, or what people or their groups are."""
    found = subject.split()
    called = found[-1].lower()
    return _stands(subject) and (
        bool(names & set(found)) or bool({called, called.removesuffix("s")} & (CALLINGS | ORGANISATION))
    )


def _inside(subject: str, names: set[str]) -> str:
    """A subject as it is written within a sentence."""
    first = subject.split(maxsplit=1)[0]
    return subject if first in names else first.lower() + subject[len(first) :]
