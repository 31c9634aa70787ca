"""A language model answers, and what it writes is shown as it comes; one that cannot refuse is asked a gate first."""

from collections.abc import Generator, Iterable, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np

from ingest.errors import ModelError
from ingest.library import Library
from ingest.schema import Article, Chunk
from ingest.settings import Settings
from qa.generation.attribution import Reply
from qa.generation.prompt import Form, PromptContext, answer_messages, gate_messages, make_context, tokens_in
from qa.generation.structured import SCHEMA
from qa.llm.client import Model
from qa.llm.thoughts import TAKEN_BACK
from qa.llm.usage import UsageMeter
from qa.question.standalone import StandaloneQuestion, make_standalone, rewrite_request
from qa.reading.evidence import ScoredSentences
from qa.reading.sentences import select_sentences
from qa.retrieval.retrieve import Retrieval
from qa.schema import DraftAnswer, Event, StageEvent, TextEvent, Turn
from qa.timing import Stopwatch
from qa.verification.findings import load_checker

T = TypeVar("T")

HOPELESS = 0.02
"""How improbable an answer must be by the evidence alone for the local model not to be asked at all."""

GATE = {"evidence": 0.4, "model": 1.5, "bias": 1.0}
"""What the log odds of the evidence and those of the model's yes count for whether the article tells. Chosen with the
local model on four sets together (docs/models.md): of the sample article's questions 93 of 100 that are answered pass
(the others ask for a summary, which is never gated), and 96 of 100 others are stopped."""

SAID = {"yes": 0.95, "partly": 0.85, "no": 0.05}
"""What the word of a model that was not asked beforehand counts for, as the probability of its yes."""

LENIENT = 1.25
"""Log odds that the evidence gains where a model gives no probabilities: it can still refuse in its own words. Of the
same questions 93 of 100 that are answered pass, and 61 of 100 others are stopped before the model is asked."""

LOCAL_WHOLE = 3_000
LOCAL_PASSAGES = 800
"""The most tokens that a local model reads of whole articles, once for all questions about them, and of passages, which
differ from question to question. Two cores read about 75 a second."""

REWRITTEN = 100
"""Tokens of a question that stands alone."""

NUMBER_TOKENS = 4
"""Tokens that the number of a sentence takes."""


_PARTLY = "The model says that the article tells only a part of it."


@dataclass(eq=False)
class Generation:
    """One answer in the making. `shown` is the text that has been told so far."""

    model: Model
    found: Retrieval
    weighed: ScoredSentences
    settings: Settings
    meter: UsageMeter
    shown: str = ""
    _sheet: PromptContext = field(init=False)

    def __post_init__(self) -> None:
        self._sheet = context_for(self.found, *budgets(self.model, self.settings))
        self._form = form_for(self.model, self.settings)
        self.reply = self._fresh_reply()

    def events(self, question: str, clock: Stopwatch) -> Generator[Event, None, DraftAnswer | None]:
        """The events of the model's work; returns what it has to say, or None when nothing that it wrote holds.

        Raises ModelError when the model fails. Closing the iterator ends the request.
        """
        summary = self.found.question.shape == "summary"
        probability = yield from self._probability(question, clock, gated=self._form == "plain" and not summary)
        if probability < self.settings.answer_threshold:
            return DraftAnswer((), (), self.model.name, probability)
        yield StageEvent(stage="write")
        failed = ""
        with clock.of("answer"):
            try:
                yield from self._write(question, clock, summary=summary)
            except ModelError as error:
                if not self.reply.whole:
                    raise
                failed = error.message
        return self._drafted(1.0 if summary else probability, failed)

    def _drafted(self, probability: float, failed: str) -> DraftAnswer | None:
        """What the whole reply comes to; None when nothing in it holds and nothing was refused."""
        reply = self.reply
        gated = self._form == "plain"
        if reply.refused:
            probability = probability if gated else gate_probability(self.weighed.probability, SAID["no"])
            return DraftAnswer((), (), self.model.name, probability)
        drafts = reply.drafts()
        if not any(draft.stands for draft in drafts):
            return None
        words = select_sentences(self.found.question, self.weighed, self.found.passages).short
        tells = "partly" if reply.gaps else "yes"
        probability = probability if gated else gate_probability(self.weighed.probability, SAID[tells])
        only = () if reply.gaps or not reply.partly else (_PARTLY,)
        gaps = " ".join(filter(None, (*reply.gaps, *only, failed)))
        return DraftAnswer(drafts, words, self.model.name, probability, reply.rejected(), gaps)

    def _probability(self, question: str, clock: Stopwatch, *, gated: bool) -> Generator[Event, None, float]:
        """How probable it is that the article answers, as far as that is asked before the model writes."""
        if not gated:
            return 1.0
        yield StageEvent(stage="gate")
        with clock.of("gate"):
            return (yield from self._gate(question))

    def _gate(self, question: str) -> Generator[Event, None, float]:
        """How probable it is that the article answers, by the evidence and by the model's own yes or no."""
        evidence = self.weighed.probability
        if self.model.local and evidence < HOPELESS:
            return evidence
        messages = gate_messages(self._sheet, question, self._form)
        with closing(self.model.ask_yes(messages, self.meter)) as asking:
            share = yield from _as_events(asking, StageEvent(stage="gate"))
        return 1.0 if share is None and not self.model.local else gate_probability(evidence, share)

    def _write(self, question: str, clock: Stopwatch, *, summary: bool) -> Generator[Event]:
        """The model's reply, told as it comes. What came before a failure is kept where it holds. Raises ModelError."""
        messages = answer_messages(self._sheet, question, self._form, summary=summary)
        schema = SCHEMA if self._form == "schema" else None

        pieces = self.model.stream(messages, max_tokens=self.settings.max_tokens, usage=self.meter, schema=schema)
        with closing(pieces):
            for piece in pieces:
                if piece == TAKEN_BACK:
                    self.reply = self._fresh_reply()
                    continue
                shown = self.reply.add(piece) if piece else self.shown
                if shown and not self.shown:
                    clock.mark("first_word")
                if shown == self.shown:
                    yield StageEvent(stage="write")
                elif shown.startswith(self.shown):
                    yield TextEvent(text=shown[len(self.shown) :])
                else:
                    yield TextEvent(text=shown, anew=True)
                self.shown = shown
                if self.reply.full:
                    break

    def _fresh_reply(self) -> Reply:
        return Reply(self._sheet, load_checker(), strict=self.settings.strict == "on")


def _as_events(asking: Generator[str, None, T], event: Event) -> Generator[Event, None, T]:
    """The event at every beat, and what is returned in the end."""
    while True:
        try:
            next(asking)
        except StopIteration as done:
            result: T = done.value
            return result
        yield event


def gate_probability(evidence: float, share: float | None) -> float:
    """The probability that the article answers, from that of the evidence and of the model's yes, if it gave one."""
    if share is None:
        logit = LENIENT + _log_odds(evidence)
    else:
        logit = GATE["bias"] + GATE["evidence"] * _log_odds(evidence) + GATE["model"] * _log_odds(share)
    return float(1 / (1 + np.exp(-logit)))


def _log_odds(probability: float) -> float:
    kept = min(max(probability, 1e-4), 1 - 1e-4)
    return float(np.log(kept / (1 - kept)))


def budgets(model: Model, settings: Settings) -> tuple[int, int]:
    """The most tokens of whole articles, and of passages where these do not fit."""
    most = settings.prompt_tokens
    return (min(most, LOCAL_WHOLE), min(most, LOCAL_PASSAGES)) if model.local else (most, most)


def context_for(found: Retrieval, budget: int, passages: int) -> PromptContext:
    """The sentences to show a model: all of the searched articles when they fit the budget, else the best passages.

    Whole articles come in the library's order, whatever the question: a server that has read them once reads on.
    """
    whole = whole_context(found.articles, found.view.chunks, budget)
    if whole:
        return whole
    kept: dict[str, tuple[Article, list[tuple[int, int]]]] = {}
    left = passages
    for passage in found.passages:
        left -= tokens_in(passage.texts) + NUMBER_TOKENS * len(passage.texts)
        if left < 0 and kept:
            break
        own = kept.setdefault(passage.article.id, (passage.article, []))[1]
        own += [(sentence.start, sentence.end) for sentence in passage.chunk.sentences]
    return make_context([(article, sorted(own)) for article, own in kept.values()], whole=False)


def whole_context(articles: Mapping[str, Article], chunks: Iterable[Chunk], budget: int) -> PromptContext | None:
    """Every sentence of these articles, or None when they do not fit the budget of tokens."""
    size = tokens_in(article.text for article in articles.values())
    if size > budget:
        return None
    places: dict[str, list[tuple[int, int]]] = {id_: [] for id_ in articles}
    for chunk in chunks:
        if chunk.article_id in places:
            places[chunk.article_id] += [(sentence.start, sentence.end) for sentence in chunk.sentences]
    if size + NUMBER_TOKENS * sum(map(len, places.values())) > budget:
        return None
    return make_context([(article, places[id_]) for id_, article in articles.items()], whole=True)


def form_for(model: Model, settings: Settings) -> Form:
    """How the model is asked to cite: a local one not at all, another in an object if its server takes a schema."""
    if settings.citing != "auto":
        return settings.citing
    if model.local:
        return "plain"
    return "schema" if model.takes_schema else "numbers"


def standalone_events(
    model: Model | None, question: str, turns: Sequence[Turn], meter: UsageMeter
) -> Generator[Event, None, StandaloneQuestion]:
    """The question made to stand alone, by the model where one is there; closing the iterator ends its work.

    A local model is not asked: it would forget the article.
    """
    request = None if model is None or model.local else rewrite_request(question, turns)
    if model is None or request is None:
        return make_standalone(question, turns)
    written: list[str] = []
    with suppress(ModelError), closing(model.stream(request, max_tokens=REWRITTEN, usage=meter)) as pieces:
        for piece in pieces:
            written.append(piece)
            yield StageEvent(stage="condense")
    return make_standalone(question, turns, written="".join(written).rpartition(TAKEN_BACK)[2])


def warm_up(model: Model, library: Library, ids: Sequence[str] | None, settings: Settings) -> None:
    """Let a local model read the articles before the first question comes, if they fit. Raises ModelError."""
    articles = {article.id: article for article in library.articles(ids)}
    sheet = whole_context(articles, library.chunks(ids), budgets(model, settings)[0]) if articles else None
    if sheet:
        model.warm(gate_messages(sheet, "What is it about?", form_for(model, settings)))
