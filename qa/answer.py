"""From a question to its answer: condense, find, evidence, answer, cite."""

from collections.abc import Generator, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ingest.errors import ModelError, QuestionError
from ingest.library import open_library
from ingest.schema import Article
from ingest.settings import Settings, read_settings
from qa.checking import checked
from qa.generation.generate import Generation, standalone_events, warm_up
from qa.generation.reply import LONGEST_REPLY
from qa.intents.chat import chat_of
from qa.intents.direct import Direct
from qa.intents.foreign import needed_for
from qa.intents.route import direct_answer, without_chat
from qa.intents.several import merged, questions_in
from qa.intents.whole import whole_articles
from qa.llm.any_llm import any_model
from qa.llm.choice import check_model, chosen_model
from qa.llm.client import Model
from qa.llm.usage import UsageMeter
from qa.question.spelling import corrected
from qa.question.standalone import StandaloneQuestion
from qa.quoting import quoting, without_dateline
from qa.reading.evidence import ScoredSentences, score_sentences
from qa.reading.reader import load_reader
from qa.reading.sentences import rank_sentences
from qa.retrieval.retrieve import ArticleNames, Retrieval, article_ids, retrieve_passages
from qa.retrieval.search import snapshot
from qa.schema import (
    MAX_QUESTION,
    MODEL,
    NOT_FOUND,
    Answer,
    AnswerEvent,
    DraftAnswer,
    Event,
    Evidence,
    Hit,
    Span,
    StageEvent,
    TextEvent,
    Turn,
    Usage,
)
from qa.timing import Stopwatch
from qa.verification.cite import answer_spans, citation, cite, laid_out

if TYPE_CHECKING:
    from llama_index.core.llms import LLM

_INSTEAD = "The article is quoted instead."
_DOES_NOT_HOLD = "The article does not support what the model wrote."
_REFUSED = "The model says that the article does not tell."

SURE = 0.95
"""How probable it must be by the reader that the articles answer for them to be quoted beside a model's refusal. Of 71
questions without an answer (sample and news) none reaches this, of 240 with one 42 do."""

History = Sequence[Turn | Answer | tuple[str, str]]


def ask(
    question: str,
    *,
    history: History = (),
    articles: ArticleNames | None = None,
    llm: "LLM | None" = None,
    settings: Settings | None = None,
) -> Answer:
    """The answer to a question from the articles, each sentence with its verified citation.

    `history` holds the earlier turns, oldest first, as Turns, Answers or (question, answer) pairs. `articles` names
    those to read by id, URL or path; what is not in the library is ingested. Without it all articles are searched.
    `llm` is a LlamaIndex LLM that answers in place of what the settings name. Raises QuestionError, NoArticlesError,
    SourceError and the errors of the library.
    """
    for event in stream(question, history=history, articles=articles, llm=llm, settings=settings):
        if isinstance(event, AnswerEvent):
            return event.answer
    raise AssertionError("stream() always ends with its answer")


def stream(
    question: str,
    *,
    history: History = (),
    articles: ArticleNames | None = None,
    llm: "LLM | None" = None,
    settings: Settings | None = None,
) -> Generator[Event, None, None]:
    """The same as events: each stage as it begins, the text as it grows, and the whole answer last.

    A language model's text may be taken back: the next TextEvent then says so. Closing the iterator ends its work.
    """
    asked, turns = checked_question(question), without_chat([turn_of(item) for item in history])
    settings = settings or read_settings()
    clock, meter = Stopwatch(), UsageMeter()
    if llm is None and (parts := questions_in(asked)) and not _model(settings)[0]:
        yield from _one_by_one(asked, parts, history, articles, settings)
        return
    model, note = _model(settings) if llm is None else (any_model(llm, settings), "")
    yield StageEvent(stage="condense")
    with clock.of("retrieve"):
        library = open_library(settings)
        ids = None if articles is None else article_ids(library, articles)
        view = snapshot(library, ids)
        wholes = whole_articles(view, ids)
        spelled = corrected(asked, (whole.article.text for whole in wholes))
        direct = direct_answer(spelled, turns, wholes)
    if direct:
        answer = assemble_direct(asked, direct, view.articles)
        yield from _text_events(answer, "")
        yield AnswerEvent(answer=answer.model_copy(update={"timings": clock.timings()}))
        return
    with clock.of("condense"):
        standalone = yield from standalone_events(model, spelled, turns, meter)
    yield StageEvent(stage="retrieve")
    found = retrieve_passages(standalone, ids, settings, clock)
    yield StageEvent(stage="evidence")
    with clock.of("evidence"):
        weighed = score_sentences(found.query, found.passages, load_reader() if settings.reader == "on" else None)
    shown, written = "", ""
    draft = checked(asked, found, settings, others=model is not None)
    if draft:
        model, note = None, ""
    if model:
        writing = Generation(model, found, weighed, settings, meter)
        try:
            draft = yield from writing.events(standalone.wording, clock)
            note = draft.gaps if draft else _DOES_NOT_HOLD
        except ModelError as error:
            note = error.message
        shown, written = writing.shown, writing.reply.text
        if draft and not draft.sentences and written and weighed.probability >= SURE:
            draft, note = None, _REFUSED
    if draft is None:
        yield StageEvent(stage="answer")
        with clock.of("answer"):
            draft = quoting(spelled, turns, standalone, found, weighed, wholes, settings)
    with clock.of("cite"):
        answer = assemble_answer(asked, standalone, found, weighed, draft, strict=settings.strict == "on")
    yield from _text_events(answer, shown)
    used = meter.usage(model.price) if model else Usage()
    more = {
        "timings": clock.timings(),
        "note": noted(note, answer, found, model) or draft.gaps,
        "usage": used,
        "written": written[:LONGEST_REPLY],
    }
    yield AnswerEvent(answer=answer.model_copy(update=more))


def _one_by_one(
    asked: str, parts: Sequence[str], history: History, articles: ArticleNames | None, settings: Settings
) -> Generator[Event, None, None]:
    """Several questions of one message, each with those before it as its history; their answers as one."""
    clock, answers = Stopwatch(), list[Answer]()
    with clock.of("answer"):
        for part in parts:
            for event in stream(part, history=[*history, *answers], articles=articles, settings=settings):
                if isinstance(event, AnswerEvent):
                    answers.append(event.answer)
                elif isinstance(event, StageEvent):
                    yield event
        answer = merged(asked, answers)
    yield from _text_events(answer, "")
    yield AnswerEvent(answer=answer.model_copy(update={"timings": clock.timings()}))


def noted(note: str, answer: Answer, found: Retrieval, model: Model | None) -> str:
    """What is said beside an answer: why no model's is shown, and what a question in another language needs."""
    if note and answer.model == MODEL and answer.status == "answered":
        return f"{note} {_INSTEAD}"
    if note or model or answer.status != "not_found":
        return note
    return needed_for(answer.question, [article.text for article in found.articles.values()])


def prepare(settings: Settings | None = None) -> None:
    """Load all that answers before the first question comes, and look whether the language model is there.

    Raises ModelError when it is not, and what `ask` raises.
    """
    settings = settings or read_settings()
    ask("What is it about?", settings=settings.model_copy(update={"answerer": "quote"}))
    model = chosen_model(settings)
    if model:
        check_model(model)


def read_ahead(articles: ArticleNames | None = None, settings: Settings | None = None) -> None:
    """Let a local model, if one answers, read these articles while a visitor does. Raises what `ask` raises."""
    settings = settings or read_settings()
    model = chosen_model(settings)
    if model and model.local:
        library = open_library(settings)
        warm_up(model, library, None if articles is None else article_ids(library, articles), settings)


def _model(settings: Settings) -> tuple[Model | None, str]:
    """The language model that is to answer, if any, and otherwise why the one that was chosen cannot."""
    try:
        return chosen_model(settings), ""
    except ModelError as error:
        return None, str(error)


def _text_events(answer: Answer, shown: str) -> Iterator[TextEvent]:
    """What is still to be told of the answer's text; all of it anew when what was shown has been taken back."""
    if shown and answer.text.startswith(shown):
        if len(answer.text) > len(shown):
            yield TextEvent(text=answer.text[len(shown) :])
        return
    sent = ""
    for number in range(len(answer.claims)):
        text = laid_out(answer.lead, answer.claims[: number + 1], answer.layout)
        yield TextEvent(text=text[len(sent) :], anew=bool(shown) and not sent)
        sent = text
    if not answer.claims:
        yield TextEvent(text=answer.text, anew=bool(shown))


def retrieve(
    question: str, *, k: int = 10, articles: ArticleNames | None = None, settings: Settings | None = None
) -> list[Hit]:
    """The k chunks that fit the question best, reranked, best first. Raises what `ask` raises."""
    if k < 1:
        raise QuestionError(f"{k} hits cannot be given.", "Ask for one or more.")
    found = retrieve_passages(
        StandaloneQuestion(checked_question(question)), articles, settings or read_settings(), Stopwatch()
    )
    return list(found.hits[:k])


def checked_question(question: str) -> str:
    """The question on one line. Raises QuestionError for one that is empty, too long or not text."""
    if not isinstance(question, str):
        raise QuestionError(f"A question is text, not {type(question).__name__}.", "Give it as a string.")
    line = " ".join(question.split())
    if not any(map(str.isalnum, line)) and chat_of(line) is None:
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


def assemble_answer(  # noqa: PLR0913 - all that an answer is made of
    asked: str,
    standalone: StandaloneQuestion,
    found: Retrieval,
    weighed: ScoredSentences,
    draft: DraftAnswer,
    *,
    strict: bool = False,
) -> Answer:
    """The answer of what was said; "not found" with the nearest sentence when nothing was, or nothing holds."""
    cited = cite(draft.sentences, found.articles, strict=strict)
    common: dict[str, Any] = {
        "question": asked,
        "standalone": standalone.text,
        "rejected": (*draft.rejected, *cited.rejected),
        "confidence": draft.probability,
        "hits": found.hits[:10],
        "model": draft.model or MODEL,
    }
    if not cited.claims:
        nearest = nearest_of(found, weighed)
        return Answer(text=NOT_FOUND, status="not_found", nearest=nearest, **common)
    spans = answer_spans(draft.short, cited.citations)
    return Answer(
        text=laid_out(draft.lead, cited.claims, draft.layout),
        lead=draft.lead,
        layout=draft.layout,
        short=spans[0].text if spans else "",
        status="answered",
        claims=cited.claims,
        citations=cited.citations,
        spans=spans,
        **common,
    )


def assemble_direct(asked: str, direct: Direct, articles: Mapping[str, Article]) -> Answer:
    """The answer of what was said without reading, its citations verified."""
    texts = {id_: article.text for id_, article in articles.items()}
    said = direct.sentences
    if direct.status == "answered":
        said = tuple(without_dateline(one, texts) for one in said)
    cited = cite(said, articles)
    absent = direct.status == "not_found"
    return Answer(
        question=asked,
        standalone=asked,
        text=NOT_FOUND if absent else laid_out(direct.lead, cited.claims, direct.layout),
        status=direct.status,
        lead=direct.lead,
        layout=direct.layout,
        claims=cited.claims,
        citations=cited.citations,
        rejected=cited.rejected,
        confidence=float(not absent),
        model=MODEL,
        note=direct.note,
    )


def nearest_of(found: Retrieval, weighed: ScoredSentences) -> Evidence | None:
    """The sentence that comes closest, with the probability that it answers."""
    places = rank_sentences(found.question, weighed, found.passages)
    if not places:
        return None
    passage = found.passages[places[0].passage]
    sentence = passage.chunk.sentences[places[0].sentence]
    span = Span(article_id=passage.article.id, start=sentence.start, end=sentence.end)
    quoted = citation(1, span, passage.article)
    return Evidence(score=weighed.probability, **quoted.model_dump(exclude={"number"}))
