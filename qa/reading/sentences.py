"""The embedded answerer: picks the sentences that answer and says them in their own words. Pure."""

import re
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from qa.question.answer_form import exact
from qa.question.parse import Question
from qa.reading.evidence import ScoredSentences
from qa.reading.features import REASON
from qa.reading.spans import LABEL, Candidate, introducing_span, select_spans, sentence_of, span_of, words_of
from qa.reading.speakers import spoken, with_name
from qa.retrieval.passage import Passage
from qa.schema import DraftAnswer, DraftSentence, Span
from qa.text.words import plain_words, repeats, stems_of

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

BARE = 6.0
"""What the last cited sentence gains when a question word alone is asked and it holds what that asks for."""

SPOKEN = (0.0, 5.0, -6.0)
"""What a sentence gains that tells of nobody's words or wishes, of those that are asked for, and of somebody else's."""

MOST_SENTENCES = {"point": 2, "list": 6, "compare": 4, "summary": 5}
"""The most sentences of an answer by the shape of its question, items of a list that the article sets out aside."""

ITEMS = 8
"""The most items of a list that are taken along."""

BEFORE = 3
"""Sentences before in which the one is named whom "he said" means."""

QUOTED = 3
"""The most sentences by which a quotation is completed."""

_HAPPENED = re.compile(
    r"(?i)\W*(?:so |and )?what (?:has |had |have )?happened"
    r"(?: (?:to|with|at|in|on)(?: the)? (?P<what>[^?,;:]{2,60}?))?\W*"
)
_AFTER = re.compile(r"\b(?:after|since|as)\b")
_BULLET = re.compile(r"\s*([-*•–—▪◦]|\(?\d{1,2}[.)]|\(?[a-z]\))\s")


def select_sentences(question: Question, weighed: ScoredSentences, passages: Sequence[Passage]) -> DraftAnswer:
    """The sentences that answer, in article order (articles by their best sentence), each its own draft.

    A point takes one sentence, or two that are nearly as good; a list or a comparison more; a summary the opening
    and the most central sentences. A sentence that introduces a list ("… several concerns:") brings its items.
    """
    places = _once(rank_sentences(question, weighed, passages), passages)
    if not places:
        return DraftAnswer()
    if question.shape == "summary":
        chosen = _summary(places, passages)
    elif question.shape == "compare":
        chosen = _compare(question, places, passages)
    elif introducing := _introducing(question, places, passages):
        chosen = [introducing]
    else:
        chosen = _near_best(question, places, passages, weighed)
        chosen += [place for place in _parts(places, weighed) if place not in chosen]
    words = select_spans(question, chosen, weighed, passages)
    chosen = _whole_quotations(chosen, places, passages)
    spans = _in_order([span_of(place, passages) for place in chosen])
    drafts = tuple(DraftSentence(words_of(span, passages), (span,)) for span in spans)
    return DraftAnswer(drafts, words)


def _once(places: Sequence[Candidate], passages: Sequence[Passage]) -> list[Candidate]:
    """The sentences, best first, without those that repeat one of their article or a part of it, as a box does.

    What is left has the better score of both.
    """
    texts = {place: plain_words(_text(place, passages)) for place in places}
    whole = "\n".join(texts.values())
    kept: dict[str, dict[str, Candidate]] = {}
    for place in sorted(places, key=lambda place: (-len(texts[place]), sentence_of(place, passages).start)):
        own, text = kept.setdefault(passages[place.passage].chunk.article_id, {}), texts[place]
        known = next((one for one in own if repeats(text, one)), "") if whole.count(text) > 1 else ""
        if not known:
            own[text] = place
        elif place.score > own[known].score:
            own[known] = replace(own[known], score=place.score)
    return sorted((place for own in kept.values() for place in own.values()), key=lambda place: -place.score)


def _introducing(question: Question, places: Sequence[Candidate], passages: Sequence[Passage]) -> Candidate | None:
    """Where it is asked who somebody is, the first sentence of the best one's article that says so."""
    if not question.person and not question.office:
        return None
    line = _article_line(places[0], places, passages)
    return next((place for place in line if introducing_span(question, place, passages)), None)


def introduced(question: Question, weighed: ScoredSentences, passages: Sequence[Passage]) -> bool:
    """Whether a sentence says who the person or the holder of the office is that is asked for."""
    places = rank_sentences(question, weighed, passages)
    return bool(places) and _introducing(question, places, passages) is not None


def _parts(places: Sequence[Candidate], weighed: ScoredSentences) -> list[Candidate]:
    """For each question that was asked in one breath, the sentence with the words that answer it best."""
    best: dict[int, tuple[float, Candidate]] = {}
    for place in places:
        for word in weighed.words[place.row] if weighed.words else ():
            if word.score > best.get(word.part, (PART, place))[0]:
                best[word.part] = (word.score, place)
    return [place for _, place in best.values()] if len(best) > 1 else []


def rank_sentences(question: Question, weighed: ScoredSentences, passages: Sequence[Passage]) -> list[Candidate]:
    """The sentences from best to worst, headings last, those beside what was last cited a little higher.

    Where it is asked what somebody says or wants, those that tell it stand above what others say.
    """
    places = []
    texts = (text for passage in passages for text in passage.texts)
    speech = with_name(question.speaker, texts) if question.speaker else None
    for row, (p, s) in enumerate(weighed.places):
        sentence = passages[p].chunk.sentences[s]
        score = float(weighed.scores[row]) + CITED_BOOST * _beside(question, passages[p], s)
        score += BARE if _asks_of(question, passages[p], s) else 0.0
        speaks = spoken(speech, *_heard(passages[p].texts, s)) if speech else 0
        places.append((sentence.heading, Candidate(row, p, s, score + SPOKEN[speaks], speaks)))
    plain = [place for heading, place in places if not heading] or [place for _, place in places]
    return _news_first(question, sorted(plain, key=lambda place: -place.score), passages)


def _news_first(question: Question, ranked: list[Candidate], passages: Sequence[Passage]) -> list[Candidate]:
    """The same with the first sentence of the best one's article ahead, where it is asked what happened to its matter.

    A report begins with what happened. Its matter is what its title names; of all else it is read for.
    """
    match = _HAPPENED.fullmatch(question.single)
    if not match or not ranked:
        return ranked
    title = stems_of(passages[ranked[0].passage].article.title)
    if not stems_of(match["what"] or "") <= title:
        return ranked
    line = _article_line(ranked[0], ranked, passages)
    opens = next((place for place in line if _tells(place, passages)), line[0])
    ahead = replace(opens, score=max(opens.score, ranked[0].score + CLOSE * 2))
    return [ahead, *(place for place in ranked if place is not opens)]


def _heard(texts: Sequence[str], index: int) -> tuple[str, Sequence[str]]:
    """A sentence with what follows until its quotation ends, where it is told whose it is, and those before."""
    last = index
    while texts[index].count("“") > texts[index].count("”") and last - index < QUOTED and last + 1 < len(texts):
        last += 1
        if "”" in texts[last]:
            break
    return " ".join(texts[index : last + 1]), texts[max(index - BEFORE, 0) : index][::-1]


def _beside(question: Question, passage: Passage, index: int) -> float:
    """1 next to a sentence that the last answer cited, 0.5 a little further away, 0 for itself and elsewhere."""
    best = 0.0
    here = passage.chunk.sentences[index]
    for article_id, start, end in question.cited:
        if article_id == passage.chunk.article_id:
            gap = max(here.start - end, start - here.end, 0)
            itself = here.start < end and start < here.end
            best = max(best, 0.0 if itself else 1.0 if gap < 5 else 0.5 if gap < 250 else 0.0)
    return best


def _asks_of(question: Question, passage: Passage, index: int) -> bool:
    """Whether a mere "when?" or "why?" asks for what a sentence holds that the last answer cited."""
    if not question.cited or any(not term.carried for term in question.terms):
        return False
    here, text = passage.chunk.sentences[index], passage.texts[index]
    cited = any(
        id_ == passage.chunk.article_id and here.start < end and start < here.end for id_, start, end in question.cited
    )
    cause = question.answer_type == "why" and bool(REASON.search(text) or _AFTER.search(text))
    return cited and (cause or bool(exact(question.answer_type, text)))


def _near_best(
    question: Question, places: Sequence[Candidate], passages: Sequence[Passage], weighed: ScoredSentences
) -> list[Candidate]:
    several, read = question.shape == "list", any(weighed.words)
    close = (READ_LIST_CLOSE if read else LIST_CLOSE) if several else CLOSE
    chosen = [place for place in places if places[0].score - place.score <= close and place.spoken >= places[0].spoken]
    if read:
        chosen = [place for place in chosen if place is places[0] or place.spoken > 0 or _answers(weighed, place)]
    chosen = chosen[: MOST_SENTENCES[question.shape]]
    seen: set[str] = set()
    kept = []
    for place in chosen:
        words = words_of(span_of(place, passages), passages)
        if words not in seen:
            kept.append(place)
            seen.add(words)
    block = _list_block(kept[0], places, passages, whole=several and not question.speaker)
    if block and (several or question.answer_type == "what"):
        return block if several else [*kept, *(place for place in block if place not in kept)]
    return kept


def _answers(weighed: ScoredSentences, place: Candidate) -> bool:
    """Whether the reader, where it has read, leaves open that a sentence answers."""
    return max((word.score for word in weighed.words[place.row]), default=UNSAID) >= UNSAID


def _list_block(
    top: Candidate, places: Sequence[Candidate], passages: Sequence[Passage], *, whole: bool
) -> list[Candidate]:
    """The sentence that introduces a list with its items, when `top` is that sentence (or, if `whole`, one item)."""
    line = _article_line(top, places, passages)
    at = line.index(top)
    intro = at
    if whole and not _introduces(top, passages):
        while intro > 0 and at - intro <= 2 * ITEMS and not _introduces(line[intro], passages):
            intro -= 1
    if not _introduces(line[intro], passages):
        return []
    items: list[Candidate] = []
    for place in line[intro + 1 :]:
        if _opens_line(place, passages):
            if not _item(place, passages) or len(items) == ITEMS:
                break
            items.append(place)
    inside = items and line.index(items[-1]) >= at
    return [line[intro], *items] if inside and len(items) > 1 else []


def _article_line(top: Candidate, places: Sequence[Candidate], passages: Sequence[Passage]) -> list[Candidate]:
    own = passages[top.passage].chunk.article_id
    same = [place for place in places if passages[place.passage].chunk.article_id == own]
    return sorted(same, key=lambda place: sentence_of(place, passages).start)


def _introduces(place: Candidate, passages: Sequence[Passage]) -> bool:
    return words_of(span_of(place, passages), passages).endswith(":")


def _opens_line(place: Candidate, passages: Sequence[Passage]) -> bool:
    start = sentence_of(place, passages).start
    text = passages[place.passage].article.text
    return start == 0 or text[start - 1] in "\n\u2028"


def _item(place: Candidate, passages: Sequence[Passage]) -> bool:
    """Whether a line reads like an item of a list: a bullet, a number, a label with a colon, or a few words."""
    text = passages[place.passage].article.text
    start = sentence_of(place, passages).start
    end = text.find("\n", start)
    line = text[start : end if end >= 0 else len(text)]
    return bool(_BULLET.match(line) or LABEL.match(line)) or (len(line) < 90 and not line.rstrip().endswith("."))


def _whole_quotations(
    chosen: Sequence[Candidate], places: Sequence[Candidate], passages: Sequence[Passage]
) -> list[Candidate]:
    """The chosen sentences, and the rest of a quotation that one of them begins or ends, within its paragraph."""
    found: list[Candidate] = []
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


def _text(place: Candidate, passages: Sequence[Passage]) -> str:
    return words_of(span_of(place, passages), passages)


def _summary(places: Sequence[Candidate], passages: Sequence[Passage]) -> list[Candidate]:
    """The opening sentence of each article that was found (three at most), and its most central ones."""
    articles = list(dict.fromkeys(passages[place.passage].chunk.article_id for place in places))[:3]
    each = MOST_SENTENCES["summary"] if len(articles) == 1 else 2
    chosen: list[Candidate] = []
    for article_id in articles:
        own = [place for place in places if passages[place.passage].chunk.article_id == article_id]
        line = [place for place in _article_line(own[0], own, passages) if _tells(place, passages)]
        line = line or _article_line(own[0], own, passages)
        chosen += _central(line, passages, each)
    return chosen


def _tells(place: Candidate, passages: Sequence[Passage]) -> bool:
    words = words_of(span_of(place, passages), passages)
    return len(words) >= 40 and not words.endswith((":", "?")) and not words.startswith(("“", '"'))


def _central(line: Sequence[Candidate], passages: Sequence[Passage], count: int) -> list[Candidate]:
    """The first sentence and, of each stretch of the rest, the one nearest to the article's mean token vector."""
    mean = np.concatenate([passages[p].vectors for p in sorted({place.passage for place in line})]).mean(axis=0)

    def central(place: Candidate) -> float:
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


def _compare(question: Question, places: Sequence[Candidate], passages: Sequence[Passage]) -> list[Candidate]:
    """The best sentence, the best one for each name that is compared, and what is nearly as good."""
    names = dict.fromkeys(term.stem for term in question.terms if term.name and not term.carried)
    chosen = [places[0]]
    for name in names:
        found = next((place for place in places if name in passages[place.passage].stems[place.sentence]), None)
        if found and found not in chosen:
            chosen.append(found)
    chosen += [place for place in places[:3] if places[0].score - place.score <= LIST_CLOSE and place not in chosen]
    return chosen[: MOST_SENTENCES["compare"]]


def _in_order(spans: Sequence[Span]) -> list[Span]:
    """Without repeats; articles in the order of their best sentence, inside each by place."""
    order = {article_id: n for n, article_id in enumerate(dict.fromkeys(span.article_id for span in spans))}
    return sorted(dict.fromkeys(spans), key=lambda span: (order[span.article_id], span.start))
