"""What goes on from the last answer: more of it, where it stands, who or what else, the same in short. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from qa.intents.direct import Direct
from qa.intents.entities import entities_of
from qa.intents.overview import mentioning
from qa.intents.summary import summary_asked
from qa.intents.whole import WholeArticle
from qa.schema import MARKER, Turn
from qa.text.dateline import after_dateline
from qa.text.words import STOP, content_words, stem, word_set, words

Follow = Literal["more", "where", "short"]
Place = tuple[int, int]
"""The index of an article among those that are asked, and of a sentence in it."""

MORE = 3
"""Sentences that are told on at once."""

SHOWN = 3
"""Sentences of the last answer whose surroundings are shown."""

LONGEST_FOLLOW = 120
"""Characters of a message that goes on from the last answer by its form alone."""

LOOKED_IN = 20
"""Articles in which the words of an answer without citations are looked for."""

TURNS = 8
"""Turns in which what was said already is looked for."""


_SMALL = STOP | word_set("please tell give show go can want like know need ok okay yes thing things something anything")
_MORE = word_set("more else further continue on detail details elaborate expand additional")
_MORE_CORE = word_set("more else further continue elaborate expand details additional")
_WHERE = word_set(
    "where source sources quote quotes passage passages sentence sentences sure prove proof evidence say says"
    " said written write stand stands exactly find show text article story reference really come comes get got"
    " original words part place context cite citation read"
)
_WHERE_CORE = word_set(
    "where source sources quote passage passages sentence sure prove proof evidence reference original context"
    " cite show citation"
)
_ASKED = word_set("who whom where when why how which whose")
_ELSE = re.compile(r"(?i)\b(?:else|others?|another)\b")
_PERSONS = word_set("he she him her his hers them they their")


@dataclass(frozen=True)
class Said:
    """The sentences that the conversation has given so far, and those of the last answer, in order."""

    all: frozenset[Place]
    last: tuple[Place, ...]


def said_in(turns: Sequence[Turn], articles: Sequence[WholeArticle]) -> Said:
    """What was said already: the sentences that were cited, or that stand in an answer word for word."""
    found: list[list[Place]] = [_said_by(turn, articles) for turn in turns[-TURNS:]]
    last = next((places for places in reversed(found) if places), [])
    return Said(frozenset(place for places in found for place in places), tuple(last))


def _said_by(turn: Turn, articles: Sequence[WholeArticle]) -> list[Place]:
    cited = [(one.article_id, one.start, one.end) for one in turn.citations]
    text = " ".join(MARKER.sub(" ", turn.answer[:12_000]).split())
    found = []
    named = {id_ for id_, _, _ in cited}
    for number, whole in enumerate(articles):
        if (named and whole.article.id not in named) or (not named and number >= LOOKED_IN):
            continue
        own = [(start, end) for id_, start, end in cited if id_ == whole.article.id]
        for index, sentence in enumerate(whole.sentences):
            stands = any(start < sentence.end and sentence.start < end for start, end in own)
            words_ = "" if cited else " ".join(after_dateline(whole.text(index)).split())
            if stands or (len(words_) > 15 and words_ in text):
                found.append((number, index))
    return found


def follow_asked(question: str) -> Follow | None:
    """How a message goes on from the last answer by its form alone: `"tell me more"` → more, `"source?"` → where."""
    if len(question) > LONGEST_FOLLOW:
        return None
    found = [word.lower().replace("’", "'") for word in words(question)]
    known = set(found)
    if not known:
        return None
    if (
        known & _MORE_CORE
        and known <= _SMALL | _MORE
        and not known & {"who", "whom", "where", "when", "why", "how", "which"}
    ):
        return "more"
    if found == ["go", "on"]:
        return "more"
    if known & _WHERE_CORE and known <= (_SMALL - _ASKED) | _WHERE and known != {"where"}:
        return "where"
    form = summary_asked(question)
    return "short" if form and form.of_last and not form.topic else None


def followed(question: str, turns: Sequence[Turn], articles: Sequence[WholeArticle]) -> Direct | None:
    """What goes on from the last answer; None when the question has to be read for, or nothing was said yet."""
    kind = follow_asked(question) if turns else None
    about = _more_about(question) if turns and not kind else None
    if not kind and not about:
        return None
    said = said_in(turns, articles)
    if about:
        return _more_of(about, said, articles)
    if not said.last:
        return None
    if kind == "more":
        person = _person(question, said, articles)
        return _more_of(person, said, articles) if person else _more(said, articles)
    return _where(said, articles) if kind == "where" else _short(question, said, articles)


def _more(said: Said, articles: Sequence[WholeArticle]) -> Direct:
    """What follows the last answer in its article and was not said yet."""
    number, index = said.last[-1]
    whole = articles[number]
    first = next((n for n in range(index, -1, -1) if whole.opens_paragraph(n)), 0)
    last = next((n for n in range(index + 1, len(whole.sentences)) if whole.opens_paragraph(n)), len(whole.sentences))
    order = [*range(index + 1, last), *range(first, index), *range(last, len(whole.sentences)), *range(first)]
    fresh = [n for n in order if (number, n) not in said.all and _tellable(n, whole)]
    return _told(number, fresh[:MORE], articles)


def _more_of(wanted: Sequence[str], said: Said, articles: Sequence[WholeArticle]) -> Direct | None:
    """What else is said about something."""
    for number, whole in enumerate(articles[:LOOKED_IN]):
        mentioned = mentioning(wanted, whole)
        fresh = [n for n in mentioned if (number, n) not in said.all]
        if mentioned:
            return _told(number, fresh[:MORE], articles)
    return None


def _told(number: int, chosen: Sequence[int], articles: Sequence[WholeArticle]) -> Direct:
    if not chosen:
        return Direct("not_found", note="Everything that the article says about it was said already.")
    return Direct("answered", "", tuple(articles[number].draft(n) for n in sorted(chosen)))


def _more_about(question: str) -> list[str] | None:
    """The stems of what more is asked about: `"tell me more about the tunnel"` → ["tunnel"]."""
    match = re.search(r"(?i)\bmore (?:details? |information )?(?:about|on) (?P<what>.{2,80})$", question)
    wanted = [stem(word.lower()) for word in content_words(match["what"])] if match else []
    return wanted or None


def _person(question: str, said: Said, articles: Sequence[WholeArticle]) -> list[str]:
    """The last name of the person whom "him" or "her" means, as stems: who is named last in the last answer."""
    if not {word.lower() for word in words(question)} & _PERSONS:
        return []
    number, index = said.last[-1]
    people = [one for one in entities_of(articles[number]) if one.kind == "person" and index in one.mentions]
    return [stem(people[-1].name.split()[-1].lower())] if people else []


def _where(said: Said, articles: Sequence[WholeArticle]) -> Direct:
    """The sentences of the last answer with those before and after them."""
    places: dict[Place, None] = {}
    for number, index in said.last[:SHOWN]:
        whole = articles[number]
        for near in (index - 1, index, index + 1):
            if 0 <= near < len(whole.sentences) and (near == index or _tellable(near, whole)):
                places[number, near] = None
    drafts = tuple(articles[number].draft(index) for number, index in sorted(places))
    return Direct("answered", "It stands here:", drafts)


def _short(question: str, said: Said, articles: Sequence[WholeArticle]) -> Direct | None:
    """The last answer again in the form that is asked for; None when it is not longer than that."""
    form = summary_asked(question)
    if not form or len(said.last) < 2:
        return None
    chosen = said.last[: form.count or len(said.last)]
    return Direct("answered", "", tuple(articles[n].draft(i) for n, i in chosen), form.layout)


def _tellable(index: int, whole: WholeArticle) -> bool:
    """Whether a sentence is worth telling: no heading, title or byline."""
    return not whole.sentences[index].heading and whole.text(index) != whole.article.title and index > 0


def asks_for_others(question: str) -> bool:
    """Whether others are asked for than were named: `"who else?"`."""
    return bool(_ELSE.search(question)) and len(content_words(question)) <= 1


def names_another(place: Place, said: Said, articles: Sequence[WholeArticle]) -> bool:
    """Whether a sentence names somebody whom the last answer does not name."""
    number, index = place
    spoken = {one for one_number, one in said.last if one_number == number}
    named = [one for one in entities_of(articles[number]) if one.kind in {"person", "organisation"}]
    return any(index in one.mentions and not spoken & set(one.mentions) for one in named)
