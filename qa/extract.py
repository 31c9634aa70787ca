"""The embedded answerer: picks the sentences that answer and says them in their own words. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from qa.cite import Draft, Span
from qa.evidence import Weighed
from qa.exact import LABEL, Place, exact_words, sentence_of, span_of, told_who, words_of
from qa.identity import asked_for, office_of
from qa.passage import Passage
from qa.question import Question
from qa.speech import asked_of, spoken

CLOSE = 0.35
"""A second sentence is said when its score is this near to the best one's (scores are log odds)."""

PART = 0.0
"""The log odds against no answer by which a sentence answers one of several questions asked in one breath."""

LIST_CLOSE = 1.2
"""The same for questions that ask for several things."""

READ_LIST_CLOSE = 2.0
"""The same where the reader has read, by which what says nothing of it is left out."""

UNSAID = -8.0
"""The log odds against no answer below which a further sentence says nothing of what was asked for."""

CITED_BOOST = 0.5
"""What a sentence gains, in a follow-up, for standing next to what the last answer cited."""

SPOKEN = (0.0, 2.0, -6.0)
"""What a sentence gains that tells of nobody's words or wishes, of those that are asked for, and of somebody else's."""

MOST = {"point": 2, "list": 6, "compare": 4, "summary": 5}
"""The most sentences of an answer by the shape of its question, items of a list that the article sets out aside."""

ITEMS = 8
"""The most items of a list that are taken along."""

QUOTED = 3
"""The most sentences by which a quotation is completed."""

_BULLET = re.compile(r"\s*([-*•–—▪◦]|\(?\d{1,2}[.)]|\(?[a-z]\))\s")


@dataclass(frozen=True)
class Picked:
    """What is to be said, sentence by sentence, and the exact words in it that answer, best first, if known."""

    drafts: tuple[Draft, ...]
    words: tuple[Span, ...] = ()


def extract(question: Question, weighed: Weighed, passages: Sequence[Passage]) -> Picked:
    """The sentences that answer, in article order (articles by their best sentence), each its own draft.

    A point takes one sentence, or two that are nearly as good; a list or a comparison more; a summary the opening
    and the most central sentences. A sentence that introduces a list ("… several concerns:") brings its items.
    """
    places = ranked(question, weighed, passages)
    if not places:
        return Picked(())
    if question.shape == "summary":
        chosen = _summary(places, passages)
    elif question.shape == "compare":
        chosen = _compare(question, places, passages)
    elif introducing := _introducing(question, places, passages):
        chosen = [introducing]
    else:
        chosen = _near_best(question, places, passages, weighed)
        chosen += [place for place in _parts(places, weighed) if place not in chosen]
    words = exact_words(question, chosen, weighed, passages)
    chosen = _whole_quotations(chosen, places, passages)
    spans = _in_order([span_of(place, passages) for place in chosen])
    drafts = tuple(Draft(words_of(span, passages), (span,)) for span in spans)
    return Picked(drafts, words)


def _introducing(question: Question, places: Sequence[Place], passages: Sequence[Passage]) -> Place | None:
    """Where it is asked who somebody is, the first sentence of the best one's article that says so."""
    if not asked_for(question.single) and not office_of(question.single):
        return None
    line = _article_line(places[0], places, passages)
    return next((place for place in line if told_who(question, place, passages)), None)


def _parts(places: Sequence[Place], weighed: Weighed) -> list[Place]:
    """For each question that was asked in one breath, the sentence with the words that answer it best."""
    best: dict[int, tuple[float, Place]] = {}
    for place in places:
        for word in weighed.words[place.row] if weighed.words else ():
            if word.score > best.get(word.part, (PART, place))[0]:
                best[word.part] = (word.score, place)
    return [place for _, place in best.values()] if len(best) > 1 else []


def ranked(question: Question, weighed: Weighed, passages: Sequence[Passage]) -> list[Place]:
    """The sentences from best to worst, headings last, those beside what was last cited a little higher.

    Where it is asked what somebody says or wants, those that tell it stand above what others say.
    """
    places = []
    speech = asked_of(question.single)
    for row, (p, s) in enumerate(weighed.places):
        sentence = passages[p].chunk.sentences[s]
        score = float(weighed.scores[row]) + CITED_BOOST * _beside(question, passages[p], s)
        told = spoken(speech, *_heard(passages[p].texts, s)) if speech else 0
        places.append((sentence.heading, Place(row, p, s, score + SPOKEN[told], told)))
    plain = [place for heading, place in places if not heading] or [place for _, place in places]
    return sorted(plain, key=lambda place: -place.score)


def _heard(texts: Sequence[str], index: int) -> tuple[str, str]:
    """A sentence with what follows until its quotation ends, where it is told whose it is, and the sentence before."""
    last = index
    while texts[index].count("“") > texts[index].count("”") and last - index < QUOTED and last + 1 < len(texts):
        last += 1
        if "”" in texts[last]:
            break
    return " ".join(texts[index : last + 1]), texts[index - 1] if index else ""


def _beside(question: Question, passage: Passage, index: int) -> float:
    """1 next to a sentence that the last answer cited, 0.5 a little further away, 0 for itself and elsewhere."""
    best = 0.0
    here = passage.chunk.sentences[index]
    for article_id, start, end in question.cited:
        if article_id == passage.chunk.article_id:
            gap = max(here.start - end, start - here.end, 0)
            best = max(best, 0.0 if here.start == start else 1.0 if gap < 5 else 0.5 if gap < 250 else 0.0)
    return best


def _near_best(
    question: Question, places: Sequence[Place], passages: Sequence[Passage], weighed: Weighed
) -> list[Place]:
    several, read = question.shape == "list", any(weighed.words)
    close = (READ_LIST_CLOSE if read else LIST_CLOSE) if several else CLOSE
    chosen = [place for place in places if places[0].score - place.score <= close and place.spoken >= places[0].spoken]
    if read:
        chosen = [place for place in chosen if place is places[0] or place.spoken > 0 or _answers(weighed, place)]
    chosen = chosen[: MOST[question.shape]]
    seen: set[str] = set()
    kept = []
    for place in chosen:
        words = words_of(span_of(place, passages), passages)
        if words not in seen:
            kept.append(place)
            seen.add(words)
    block = _list_block(kept[0], places, passages, whole=several and not asked_of(question.single))
    if block and (several or question.kind == "what"):
        return block if several else [*kept, *(place for place in block if place not in kept)]
    return kept


def _answers(weighed: Weighed, place: Place) -> bool:
    """Whether the reader, where it has read, leaves open that a sentence answers."""
    return max((word.score for word in weighed.words[place.row]), default=UNSAID) >= UNSAID


def _list_block(top: Place, places: Sequence[Place], passages: Sequence[Passage], *, whole: bool) -> list[Place]:
    """The sentence that introduces a list with its items, when `top` is that sentence (or, if `whole`, one item)."""
    line = _article_line(top, places, passages)
    at = line.index(top)
    intro = at
    if whole and not _introduces(top, passages):
        while intro > 0 and at - intro <= 2 * ITEMS and not _introduces(line[intro], passages):
            intro -= 1
    if not _introduces(line[intro], passages):
        return []
    items: list[Place] = []
    for place in line[intro + 1 :]:
        if _opens_line(place, passages):
            if not _item(place, passages) or len(items) == ITEMS:
                break
            items.append(place)
    inside = items and line.index(items[-1]) >= at
    return [line[intro], *items] if inside and len(items) > 1 else []


def _article_line(top: Place, places: Sequence[Place], passages: Sequence[Passage]) -> list[Place]:
    own = passages[top.passage].chunk.article_id
    same = [place for place in places if passages[place.passage].chunk.article_id == own]
    return sorted(same, key=lambda place: sentence_of(place, passages).start)


def _introduces(place: Place, passages: Sequence[Passage]) -> bool:
    return words_of(span_of(place, passages), passages).endswith(":")


def _opens_line(place: Place, passages: Sequence[Passage]) -> bool:
    start = sentence_of(place, passages).start
    text = passages[place.passage].article.text
    return start == 0 or text[start - 1] in "\n\u2028"


def _item(place: Place, passages: Sequence[Passage]) -> bool:
    """Whether a line reads like an item of a list: a bullet, a number, a label with a colon, or a few words."""
    text = passages[place.passage].article.text
    start = sentence_of(place, passages).start
    end = text.find("\n", start)
    line = text[start : end if end >= 0 else len(text)]
    return bool(_BULLET.match(line) or LABEL.match(line)) or (len(line) < 90 and not line.rstrip().endswith("."))


def _whole_quotations(chosen: Sequence[Place], places: Sequence[Place], passages: Sequence[Passage]) -> list[Place]:
    """The chosen sentences, and the rest of a quotation that one of them begins or ends, within its paragraph."""
    found: list[Place] = []
    for place in chosen:
        line = _article_line(place, places, passages)
        at = line.index(place)
        first = last = at
        words = words_of(span_of(place, passages), passages)
        if words.count("”") > words.count("“"):
            while first > 0 and not _opens_line(line[first], passages) and "“" not in _text(line[first], passages):
                first -= 1
        elif words.count("“") > words.count("”"):
            while last + 1 < len(line) and not _opens_line(line[last + 1], passages):
                last += 1
                if "”" in _text(line[last], passages):
                    break
        found += [place] if last - first > QUOTED else line[first : last + 1]
    return list(dict.fromkeys(found))


def _text(place: Place, passages: Sequence[Passage]) -> str:
    return words_of(span_of(place, passages), passages)


def _summary(places: Sequence[Place], passages: Sequence[Passage]) -> list[Place]:
    """The opening sentence of each article that was found (three at most), and its most central ones."""
    articles = list(dict.fromkeys(passages[place.passage].chunk.article_id for place in places))[:3]
    each = MOST["summary"] if len(articles) == 1 else 2
    chosen: list[Place] = []
    for article_id in articles:
        own = [place for place in places if passages[place.passage].chunk.article_id == article_id]
        line = [place for place in _article_line(own[0], own, passages) if _tells(place, passages)]
        line = line or _article_line(own[0], own, passages)
        chosen += _central(line, passages, each)
    return chosen


def _tells(place: Place, passages: Sequence[Passage]) -> bool:
    words = words_of(span_of(place, passages), passages)
    return len(words) >= 40 and not words.endswith((":", "?")) and not words.startswith(("“", '"'))


def _central(line: Sequence[Place], passages: Sequence[Passage], count: int) -> list[Place]:
    """The first sentence and, of each stretch of the rest, the one nearest to the article's mean token vector."""
    mean = np.concatenate([passages[p].vectors for p in sorted({place.passage for place in line})]).mean(axis=0)

    def central(place: Place) -> float:
        passage = passages[place.passage]
        rows = passage.vectors[passage.sentence_of_token == place.sentence]
        if not len(rows):
            return 0.0
        own = rows.mean(axis=0)
        return float(own @ mean / max(float(np.linalg.norm(own)), 1e-6))

    rest = line[1:]
    stretches = [
        rest[round(n * len(rest) / (count - 1)) : round((n + 1) * len(rest) / (count - 1))] for n in range(count - 1)
    ]
    return [line[0], *(max(stretch, key=central) for stretch in stretches if stretch)]


def _compare(question: Question, places: Sequence[Place], passages: Sequence[Passage]) -> list[Place]:
    """The best sentence, the best one for each name that is compared, and what is nearly as good."""
    names = dict.fromkeys(term.stem for term in question.terms if term.name and not term.carried)
    chosen = [places[0]]
    for name in names:
        found = next((place for place in places if name in passages[place.passage].stems[place.sentence]), None)
        if found and found not in chosen:
            chosen.append(found)
    chosen += [place for place in places[:3] if places[0].score - place.score <= LIST_CLOSE and place not in chosen]
    return chosen[: MOST["compare"]]


def _in_order(spans: Sequence[Span]) -> list[Span]:
    """Without repeats; articles in the order of their best sentence, inside each by place."""
    order = {article_id: n for n, article_id in enumerate(dict.fromkeys(span.article_id for span in spans))}
    return sorted(dict.fromkeys(spans), key=lambda span: (order[span.article_id], span.start))
