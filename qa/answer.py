"""From a question to its answer: condense, retrieve, rerank, evidence, answer, cite."""

import threading
import time
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ingest.embed import Encoded
from ingest.errors import LibraryError, NoArticlesError, QuestionError, SourceError
from ingest.library import Library, open_library
from ingest.load import is_url
from ingest.pipeline import run
from ingest.schema import Chunk, unique
from ingest.settings import Settings, read_settings
from qa.cite import Span, answer_spans, citation, cite, marked
from qa.condense import Standalone, condense
from qa.evidence import Weighed, gather
from qa.extract import Picked, extract, ranked
from qa.features import Query, make_query, rarity
from qa.passage import Passage
from qa.question import Question, read_question
from qa.reader import load_reader
from qa.rerank import FUSED_SHARE, TOP, rerank
from qa.schema import NOT_FOUND, Answer, AnswerEvent, Event, Evidence, Hit, StageEvent, TextEvent, Turn
from qa.search import Snapshot, between, search, snapshot

MAX_QUESTION = 2_000
"""Characters of a question. The encoder reads about 1,000 of them."""

READ = 12
"""Of the reranked chunks, how many are read sentence by sentence: an article of 8,000 characters whole."""

KEPT = 4_000
"""Passages kept in memory for the next question, about 60 KB each at most."""

RETRIES = 5
"""How often a search begins again when the library changes under it."""

MODEL = "quote"
"""The name of the embedded answerer."""

Floats = NDArray[np.float32]
Names = str | Path | Sequence[str | Path]
History = Sequence[Turn | Answer | tuple[str, str]]


def ask(
    question: str, *, history: History = (), articles: Names | None = None, settings: Settings | None = None
) -> Answer:
    """The answer to a question from the articles, each sentence with its verified citation.

    `history` holds the earlier turns, oldest first, as Turns, Answers or (question, answer) pairs. `articles` names
    those to read by id, URL or path; what is not in the library is ingested. Without it all articles are searched.
    Raises QuestionError, NoArticlesError, SourceError and the errors of the library.
    """
    for event in stream(question, history=history, articles=articles, settings=settings):
        if isinstance(event, AnswerEvent):
            return event.answer
    raise AssertionError("stream() always ends with its answer")


def stream(
    question: str, *, history: History = (), articles: Names | None = None, settings: Settings | None = None
) -> Iterator[Event]:
    """The same as events: each stage as it begins, the text as it grows, and the whole answer last."""
    asked, turns = checked(question), tuple(turn_of(item) for item in history)
    settings = settings or read_settings()
    clock = Clock()
    yield StageEvent(stage="condense")
    with clock.of("condense"):
        standalone = condense(asked, turns)
    yield StageEvent(stage="retrieve")
    found = find(standalone, articles, settings, clock)
    yield StageEvent(stage="evidence")
    with clock.of("evidence"):
        weighed = gather(found.query, found.passages, load_reader() if settings.reader == "on" else None)
    yield StageEvent(stage="answer")
    with clock.of("answer"):
        enough = found.question.shape == "summary" or weighed.probability >= settings.answer_threshold
        picked = extract(found.question, weighed, found.passages) if enough else Picked(())
    with clock.of("cite"):
        answer = assemble(asked, standalone, found, weighed, picked)
    said = ""
    for number in range(len(answer.claims)):
        text = marked(answer.claims[: number + 1])
        yield TextEvent(text=text[len(said) :])
        said = text
    if not answer.claims:
        yield TextEvent(text=answer.text)
    yield AnswerEvent(answer=answer.model_copy(update={"timings": clock.timings()}))


def retrieve(
    question: str, *, k: int = 10, articles: Names | None = None, settings: Settings | None = None
) -> list[Hit]:
    """The k chunks that fit the question best, reranked, best first. Raises what `ask` raises."""
    if k < 1:
        raise QuestionError(f"{k} hits cannot be given.", "Ask for one or more.")
    found = find(Standalone(checked(question)), articles, settings or read_settings(), Clock())
    return list(found.hits[:k])


def checked(question: str) -> str:
    """The question on one line. Raises QuestionError for one that is empty, too long or not text."""
    if not isinstance(question, str):
        raise QuestionError(f"A question is text, not {type(question).__name__}.", "Give it as a string.")
    line = " ".join(question.split())
    if not any(map(str.isalnum, line)):
        raise QuestionError("The question is empty.", "Ask something about the article, such as “What happened?”.")
    if len(line) > MAX_QUESTION:
        raise QuestionError(
            f"The question has {len(line):,} characters; {MAX_QUESTION:,} are the most.", "Ask one thing at a time."
        )
    return line.encode("utf-8", "replace").decode("utf-8")


def turn_of(item: Turn | Answer | tuple[str, str]) -> Turn:
    """An earlier turn, whatever form it was given in. Raises QuestionError for anything else."""
    if isinstance(item, Turn):
        return item
    if isinstance(item, Answer):
        return Turn(question=item.question, answer=item.text, citations=item.citations)
    if isinstance(item, tuple | list) and len(item) == 2 and all(isinstance(part, str) for part in item):
        return Turn(question=item[0], answer=item[1])
    raise QuestionError("The history holds something that is no turn.", "Give (question, answer) pairs or Answers.")


@dataclass(frozen=True, eq=False)
class Found:
    """What a question has led to: its passages, best first, as far as they are read, and all its hits."""

    question: Question
    query: Query
    passages: tuple[Passage, ...]
    hits: tuple[Hit, ...]


@dataclass
class Clock:
    """The seconds that each stage took."""

    spent: dict[str, float] = field(default_factory=dict)
    began: float = field(default_factory=time.perf_counter)

    def of(self, stage: str) -> "_Lap":
        """A context that counts for this stage."""
        return _Lap(self, stage)

    def timings(self) -> dict[str, float]:
        """All stages, and all of the time as `total`."""
        return {**self.spent, "total": time.perf_counter() - self.began}


@dataclass
class _Lap:
    clock: Clock
    stage: str
    began: float = 0.0

    def __enter__(self) -> None:
        self.began = time.perf_counter()

    def __exit__(self, *_: object) -> None:
        spent = self.clock.spent
        spent[self.stage] = spent.get(self.stage, 0.0) + time.perf_counter() - self.began


def find(standalone: Standalone, articles: Names | None, settings: Settings, clock: Clock) -> Found:
    """The passages to read for a question. Raises NoArticlesError when there is nothing to search.

    When another process replaces an article in between, the search begins again with what is there now.
    """
    library = open_library(settings)
    with clock.of("retrieve"):
        ids = None if articles is None else article_ids(library, articles)
        question = read_question(standalone)
        encoded = library.encoder.encode([question.text])
        vector = encoded.vectors[0]
        if library.embedder is not library.encoder:
            library.generation()
            vector = library.embedder.embed_query(question.text)
    for _ in range(RETRIES):
        with clock.of("retrieve"):
            view = snapshot(library)
        try:
            return _found(library, view, question, encoded, vector, ids, clock)
        except LibraryError:
            if library.generation() == view.generation:
                raise
    raise LibraryError("The library changes faster than it can be read.", "Ask again in a moment.")


def _found(  # noqa: PLR0913, PLR0917 - all that one search needs
    library: Library,
    view: Snapshot,
    question: Question,
    encoded: Encoded,
    vector: Floats,
    ids: Sequence[str] | None,
    clock: Clock,
) -> Found:
    with clock.of("retrieve"):
        if not view.chunks:
            raise NoArticlesError("There is no article yet.", "Add one with `python -m ingest PATH-OR-URL`.")
        ranking = search(library, view, question.text, vector, ids)
    with clock.of("rerank"):
        passages = passages_of(library, view, [index for index, _ in ranking[:TOP]])
        query = make_query(question, encoded.tokens[0], rarity(passages))
        share = between(FUSED_SHARE, question.text)
        order = rerank(query, passages, [score for _, score in ranking[:TOP]], share)
    chunks = [view.chunks[index] for index, _ in ranking]
    hits = [Hit(chunk=chunks[index], score=score) for index, score in order]
    low = min((hit.score for hit in hits), default=0.0)
    rest = [Hit(chunk=chunk, score=low * score) for chunk, (_, score) in zip(chunks[TOP:], ranking[TOP:], strict=True)]
    return Found(question, query, tuple(passages[index] for index, _ in order[:READ]), (*hits, *rest))


def article_ids(library: Library, names: Names) -> list[str]:
    """The ids of the articles that these ids, URLs or paths name; what is not in the library is ingested.

    A path is read again each time, so that a changed file is answered from as it is now.
    """
    found: list[str] = []
    for name in [names] if isinstance(names, str | Path) else names:
        text = str(name)
        is_file = not is_url(text) and Path(text).expanduser().exists()
        known = None if is_file else library.resolve(text)
        if known is None and not is_file and not is_url(text):
            raise NoArticlesError(f"There is no article {text[:200]!r}.", "Give an id, a URL or the path of a file.")
        if known is None:
            report = run(library, [text])
            for row in report.rows:
                if row.action == "skipped" and not report.article_ids:
                    raise SourceError(row.reason, row.hint)
            found += report.article_ids
        else:
            found.append(known)
    if not found:
        raise NoArticlesError("No article was named.", "Give an id, a URL or a path, or leave `articles` out.")
    return list(unique(found))


_passages: OrderedDict[tuple[int, str], Passage] = OrderedDict()
_passages_lock = threading.Lock()


def passages_of(library: Library, view: Snapshot, indices: Sequence[int]) -> list[Passage]:
    """The chunks at these places of the snapshot as passages; the last ones read stay in memory."""
    chunks = [view.chunks[index] for index in indices]
    keys = [(id(library), _version(view, chunk)) for chunk in chunks]
    with _passages_lock:
        known = {key: _passages[key] for key in keys if key in _passages}
    missing = [chunk.id for chunk, key in zip(chunks, keys, strict=True) if key not in known]
    tokens = library.token_vectors(missing) if missing else {}
    if len(tokens) < len(missing):
        raise LibraryError("The library has lost token vectors.", "Run `python -m ingest --rebuild`.")
    found = []
    with _passages_lock:
        for chunk, key in zip(chunks, keys, strict=True):
            _passages.pop(key, None)
            passage = known.get(key)
            if passage is None:
                passage = Passage(chunk, view.articles[chunk.article_id], tokens[chunk.id])
            _passages[key] = passage
            found.append(passage)
        while len(_passages) > KEPT:
            _passages.popitem(last=False)
    return found


def _version(view: Snapshot, chunk: Chunk) -> str:
    return f"{chunk.id}:{view.articles[chunk.article_id].content_hash}"


def assemble(asked: str, standalone: Standalone, found: Found, weighed: Weighed, picked: Picked) -> Answer:
    """The answer of what was picked; "not found" with the nearest sentence when nothing was, or nothing holds."""
    articles = {passage.article.id: passage.article for passage in found.passages}
    cited = cite(picked.drafts, articles)
    common: dict[str, Any] = {
        "question": asked,
        "standalone": standalone.text,
        "rejected": cited.rejected,
        "confidence": weighed.probability,
        "hits": found.hits[:10],
        "model": MODEL,
    }
    if not cited.claims:
        nearest = nearest_of(found, weighed)
        return Answer(text=NOT_FOUND, status="not_found", nearest=nearest, **common)
    spans = answer_spans(picked.words, cited.citations)
    return Answer(
        text=cited.text,
        short=spans[0].text if spans else "",
        status="answered",
        claims=cited.claims,
        citations=cited.citations,
        spans=spans,
        **common,
    )


def nearest_of(found: Found, weighed: Weighed) -> Evidence | None:
    """The sentence that comes closest, with the probability that it answers."""
    places = ranked(found.question, weighed, found.passages)
    if not places:
        return None
    passage = found.passages[places[0].passage]
    sentence = passage.chunk.sentences[places[0].sentence]
    span = Span(article_id=passage.article.id, start=sentence.start, end=sentence.end)
    quoted = citation(1, span, passage.article)
    return Evidence(score=weighed.probability, **quoted.model_dump(exclude={"number"}))
