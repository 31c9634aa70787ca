"""What the embedded answerer says: the articles' own words, in the form that is asked for."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from ingest.settings import Settings
from qa.intents.across import compared
from qa.intents.claims import answer_yes_no, claim_asked, judge, says_no
from qa.intents.follow import Said, asks_for_others, names_another, said_in
from qa.intents.summary import PLAIN, dangles, summarised, summary_asked
from qa.intents.whole import WholeArticle
from qa.question.standalone import StandaloneQuestion
from qa.reading.evidence import ScoredSentences
from qa.reading.sentences import introduced, rank_sentences, select_sentences
from qa.retrieval.retrieve import Retrieval
from qa.schema import MODEL, DraftAnswer, DraftSentence, Span, Turn
from qa.text.dateline import dateline_of
from qa.verification.contrast import BEFORE_QUOTE
from qa.verification.findings import load_checker

HEAD = 12
"""Lines at the head of an article in which a dateline stands, blank ones among them."""

INTRODUCED = 0.9
"""How probable it is that the articles tell who somebody is where they introduce that name: “the envoy Ann Smith”."""

LIKELIEST = 3
"""Sentences that seem to tell most, to which a yes-or-no question is held beside those that share its words."""


def quoting(  # noqa: PLR0913, PLR0917 - what was asked and said, and what was found
    asked: str,
    turns: Sequence[Turn],
    standalone: StandaloneQuestion,
    found: Retrieval,
    weighed: ScoredSentences,
    wholes: Sequence[WholeArticle],
    settings: Settings,
) -> DraftAnswer:
    """What is said to a question that is not answered without reading; no sentences where the articles do not tell."""
    answer = unsaid(formed(asked, standalone, found, weighed, wholes, settings), asked, turns, found, weighed, wholes)
    asked_for = found.question.answer_type
    if asked_for == "where":
        return answer
    texts = {id_: article.text for id_, article in found.articles.items()}
    days = asked_for in {"when", "day"}
    said = tuple(without_dateline(one, texts, answer.short, days=days) for one in answer.sentences)
    return replace(answer, sentences=said)


def without_dateline(
    said: DraftSentence, texts: Mapping[str, str], needed: Sequence[Span] = (), *, days: bool = False
) -> DraftSentence:
    """A quoted sentence without the place and day that a news agency puts before it.

    Unless some of the words that are needed stand there; with `days`, unless there is a day.
    """
    if len(said.spans) != 1 or said.spans[0].article_id not in texts:
        return said
    (span,) = said.spans
    text = texts[span.article_id]
    line = text[span.start : span.end]
    opens = text.count("\n", 0, span.start) < HEAD and text[max(span.start - 1, 0)] in "\n\u2028"
    found = dateline_of(line) if opens or not span.start else None
    own = said.text.find(line[: found[1]]) if found else -1
    if not found or own < 0 or (days and any(map(str.isdigit, line[: found[1]]))):
        return said
    if any(one.start < span.start + found[1] and span.start < one.end for one in needed):
        return said
    words = said.text[:own] + said.text[own + found[1] :]
    return replace(said, text=words, spans=(span.model_copy(update={"start": span.start + found[1]}),))


def quoted(found: Retrieval, weighed: ScoredSentences, settings: Settings) -> DraftAnswer:
    """What the embedded answerer says: sentences of the article, or nothing when it is not sure enough."""
    probability = weighed.probability
    if found.question.person and introduced(found.question, weighed, found.passages):
        probability = max(probability, INTRODUCED)
    enough = found.question.shape == "summary" or probability >= settings.answer_threshold
    picked = select_sentences(found.question, weighed, found.passages) if enough else DraftAnswer()
    return DraftAnswer(picked.sentences, picked.short, MODEL, probability)


def formed(  # noqa: PLR0913, PLR0917 - all that a question can ask of the articles
    asked: str,
    standalone: StandaloneQuestion,
    found: Retrieval,
    weighed: ScoredSentences,
    wholes: Sequence[WholeArticle],
    settings: Settings,
) -> DraftAnswer:
    """What the embedded answerer says, in the form that is asked for: a summary, yes or no, or sentences."""
    side_by_side = compared(asked, wholes)
    if side_by_side:
        return side_by_side
    form = summary_asked(asked)
    said = quoted(found, weighed, settings)
    if form:
        plain = form == PLAIN and len(wholes) == 1 and not any(dangles(draft.text) for draft in said.sentences)
        return said if plain else summarised(form, wholes) or said
    claim = claim_asked(standalone.wording)
    if not claim or settings.reader != "on":
        return said
    likeliest = [weighed.places[row] for row in weighed.order[:LIKELIEST]]
    checker = load_checker()
    answer = answer_yes_no(judge(claim, found.passages, checker, standalone.wording, likeliest), said)
    if answer.lead or not answer.sentences:
        return answer
    span = answer.sentences[0].spans[0]
    text = found.articles[span.article_id].text
    quote, before = text[span.start : span.end], text[max(span.start - BEFORE_QUOTE, 0) : span.start]
    return replace(answer, lead="No.") if says_no(standalone.wording, quote, before, checker.reader) else answer


def unsaid(  # noqa: PLR0913, PLR0917 - what was asked and said, and what was found
    answer: DraftAnswer,
    asked: str,
    turns: Sequence[Turn],
    found: Retrieval,
    weighed: ScoredSentences,
    wholes: Sequence[WholeArticle],
) -> DraftAnswer:
    """What is said when somebody asks on: not again what was said, where others or further words are asked for."""
    further = asks_for_others(asked) or (found.question.speaker and asked != found.question.single)
    return without_said(answer, said_in(turns, wholes), found, weighed, wholes) if turns and further else answer


def without_said(
    answer: DraftAnswer, said: Said, found: Retrieval, weighed: ScoredSentences, wholes: Sequence[WholeArticle]
) -> DraftAnswer:
    """An answer without what was said already; the likeliest other sentence that names another, when that was all."""
    read = {passage.article.id for passage in found.passages}
    places = {
        (whole.article.id, sentence.start): (number, index)
        for number, whole in enumerate(wholes)
        if whole.article.id in read
        for index, sentence in enumerate(whole.sentences)
    }

    def new(spans: Sequence[Span], *, speaks: bool) -> bool:
        here = [places.get((span.article_id, span.start)) for span in spans]
        other = (
            speaks if found.question.speaker else any(place and names_another(place, said, wholes) for place in here)
        )
        return other and not set(here) & said.all

    left = tuple(draft for draft in answer.sentences if new(draft.spans, speaks=True))
    if left or not answer.sentences:
        return replace(answer, sentences=left, short=())
    for place in rank_sentences(found.question, weighed, found.passages):
        passage = found.passages[place.passage]
        sentence = passage.chunk.sentences[place.sentence]
        span = Span(article_id=passage.article.id, start=sentence.start, end=sentence.end)
        if not sentence.heading and new([span], speaks=place.spoken > 0):
            return replace(answer, sentences=(DraftSentence(passage.texts[place.sentence], (span,)),), short=())
    return answer if found.question.speaker else DraftAnswer(model=MODEL, probability=answer.probability)
