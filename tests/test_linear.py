"""What reads articles, questions, conversations and replies takes time in proportion to them, whatever they hold.

Short texts in the suite; `TORTURE=full` takes texts of 100, 200 and 400 kB.
"""

import json
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest

from eval.datasets import read_set
from eval.draft import propose
from eval.scorers import places
from ingest.clean import clean_text, make_article
from ingest.embed import TokenVectors, load_encoder
from ingest.errors import SourceError
from ingest.schema import Article, RawDocument
from ingest.split import split_chunks, split_sentences
from ingest.staging import chunks_of
from ingest.tables import tables_of
from qa.generation.prompt import defuse
from qa.generation.reply import parse_reply, read_reply
from qa.llm.protocol import ReplyReader
from qa.llm.thoughts import ThoughtFilter
from qa.question.answer_form import can_be
from qa.question.answer_type import answer_type_of, shape_of
from qa.question.dates import date_spans
from qa.question.parse import parse_question
from qa.question.person import SpeakerAsked, person_asked, speaker_asked
from qa.question.rewrite import rewrite_messages
from qa.question.standalone import StandaloneQuestion, make_standalone
from qa.reading.introductions import holder, introduction
from qa.reading.spans import short_of
from qa.reading.speakers import spoken
from qa.render import escape
from qa.retrieval.passage import Passage
from qa.retrieval.search import search_words
from qa.schema import DraftSentence, Span, Turn
from qa.text.names import canonical, find_names, index_names
from qa.text.negation import tokenize
from qa.text.quantities import find_quantities, fold
from qa.text.words import stems_of
from qa.verification.cite import cite, unmarked
from qa.verification.contrast import quotations, stands
from qa.verification.support import supported
from tests.effort import FULL
from tests.growth import LINEAR, grown

SIZES = (100_000, 200_000, 400_000) if FULL else (2_500, 5_000, 10_000)

UNITS = {
    "opening quotes": "“",
    "quotes": '"',
    "initials": "A. B. C. ",
    "digits": "1",
    "numbers": "1,2.3 ",
    "names": "Ada Li ",
    "titles": "The ",
    "one word": "a",
    "one line": "the call was late and ",
    "sentences": "Ada Li called Bo on March 18. He said no. ",
    "lines": "a b\n",
    "headings": "The Call\n\n",
    "bullets": "- the call\n",
    "brackets": "[",
    "markers": "It rained [1]. ",
    "right to left": "שלום עולם. ",
    "accents": "\u0301",
    "Chinese": "中",
}

DAY = "2025-03-19"


def article(text: str) -> Article:
    """The article of a text, be it of words or not."""
    return Article(id="a" * 16, title="Ada", text=clean_text("Ada " + text), published_at=DAY, content_hash="h")


def made(text: str) -> None:
    with suppress(SourceError):  # one run of signs is no article, which takes time to tell as well
        make_article(RawDocument(text="Ada " + text, title="Ada", origin="x", published_at=DAY))


def passages(text: str) -> None:
    """All that is known of the chunks of an article."""
    whole = article(text)
    for chunk in chunks_of(whole, load_encoder().count_tokens):
        tokens = TokenVectors(np.zeros((1, 2), np.int32), np.zeros((1, 384), np.int8))
        passage = Passage(chunk, whole, tokens)
        assert passage.texts
        for name in ("context_start", "stems", "heading_stems", "article_stems", "traits", "sentence_of_token"):
            getattr(passage, name)


def chunks(text: str) -> None:
    split_chunks(text, split_sentences(text), count_tokens=load_encoder().count_tokens, max_tokens=100)


def cited(text: str) -> None:
    whole = article(text)
    found = [
        DraftSentence(whole.text[s.start : s.end], (Span(article_id=whole.id, start=s.start, end=s.end),))
        for s in split_sentences(whole.text)
    ]
    verdicts = [DraftSentence(draft.text, draft.spans, verdict=("supported", "")) for draft in found]
    cite(verdicts, {whole.id: whole})


def conversation(text: str) -> list[Turn]:
    return [Turn(question=f"Who is {text}?", answer=text), Turn(question=text, answer=f"Ada {text}")] * 6


def question_set(text: str) -> None:
    """A set of one question with a long answer and many short ones."""
    asked = [
        {"question": "Is it?", "answers": [text], "evidence": [text]},
        *({"question": f"Is {part[:1000]}?", "answers": ["a"]} for part in text.split()),
    ]
    lines = [json.dumps({"id": str(number), **case}) for number, case in enumerate(asked)]
    path = Path("set.jsonl")
    path.write_text("\n".join(lines), "utf-8")
    read_set(str(path), max_bytes=100_000_000)


def in_pieces(text: str) -> None:
    """A reply that comes seven characters at a time, with thoughts to leave out."""
    reader, thoughts = ReplyReader(), ThoughtFilter()
    for at in range(0, len(text), 7):
        list(reader.read(text[at : at + 7].encode()))
        thoughts.heard(text[at : at + 7])


WORK: dict[str, Callable[[str], object]] = {
    "clean": clean_text,
    "article": made,
    "sentences": split_sentences,
    "chunks": chunks,
    "passages": passages,
    "search words": search_words,
    "stems": stems_of,
    "citations": cited,
    "one line": unmarked,
    "tables": lambda text: tables_of(f"{text}: 1; {text}: 2\n" + "A: 1; B: 2\n" * (len(text) // 10)),
    "markdown": escape,
    "prompt": defuse,
    "claim": lambda text: supported(text, ["Ada Li called Bo on March 18, and he was late."]),
    "source": lambda text: supported("Ada Li did not call Bo on March 19.", [text], None, [text]),
    "names": lambda text: (find_names(canonical(text)), index_names(text)),
    "facts": lambda text: find_quantities(fold(text)),
    "words": tokenize,
    "quotations": lambda text: [stands(said, text) for said in (*quotations(text), text)],
    "reply": lambda text: (parse_reply(text), read_reply(text, growing=True), read_reply(text)),
    "thoughts": lambda text: [ThoughtFilter().heard(text), ThoughtFilter(held=True).heard(f"{text}</think>{text}")],
    "protocol": lambda text: [list(ReplyReader().read(text.encode())), in_pieces(text)],
    "history": lambda text: make_standalone("And why did he?", conversation(text)),
    "long history": lambda text: make_standalone(
        "And why?", [Turn(question="Who is Ada?", answer="Bo.")] * (len(text) // 10)
    ),
    "rewriting": lambda text: rewrite_messages("And why?", conversation(text)),
    "question": lambda text: (
        answer_type_of(text),
        shape_of(text),
        person_asked(text),
        speaker_asked(text),
        can_be("where", text, text),
    ),
    "speech": lambda text: spoken(SpeakerAsked(frozenset({"ada"}), wants=False), text, [text, text, text]),
    "identity": lambda text: (introduction("Ada Li", text), holder("President", text)),
    "exact words": lambda text: [
        short_of(parse_question(StandaloneQuestion(asked)), text) for asked in ("How long?", "How many?")
    ],
    "dates": date_spans,
    "proposed questions": lambda text: propose(article(text), 10),
    "question set": question_set,
    "quotes of a set": lambda text: places([text, text[1:] + "x", text + " x"], {"x": article(text)}),
}


@pytest.mark.parametrize("work", WORK)
def test_the_time_grows_with_the_text(work: str) -> None:
    WORK[work]("Ada Li called. ")  # what is loaded once is no part of it
    ratios = {name: grown(WORK[work], unit, sizes=SIZES, limit=600) for name, unit in UNITS.items()}
    assert {name: round(ratio, 1) for name, ratio in ratios.items() if ratio > LINEAR} == {}
