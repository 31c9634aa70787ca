from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import pytest

from ingest.clean import make_article
from ingest.embed import load_encoder
from ingest.schema import RawDocument
from ingest.staging import chunks_of
from qa.question.parse import parse_question
from qa.question.standalone import StandaloneQuestion
from qa.reading.evidence import ScoredSentences
from qa.reading.reader import ScoredSpan
from qa.reading.sentences import select_sentences
from qa.reading.spans import words_of
from qa.retrieval.passage import Passage
from qa.schema import DraftAnswer

NEWS = (
    "The dock reopened on Friday (May 9) after a storm. Mayor Ines Moreau and Harbour Director Paul Okafor cut a ribbon."
    " The repair took an hour less than planned. A ferry was lost at 6:40 a.m. on Monday."
)


@lru_cache(maxsize=1)
def passages() -> list[Passage]:
    article = make_article(RawDocument(origin="t", text=NEWS, title="The dock"))
    encoder = load_encoder()
    chunks = chunks_of(article, encoder.count_tokens)
    encoded = encoder.encode([chunk.text for chunk in chunks])
    return [Passage(chunk, article, tokens) for chunk, tokens in zip(chunks, encoded.tokens, strict=True)]


def picked(question: str, told: Sequence[Sequence[tuple[str, float]]], scores: Sequence[float]) -> DraftAnswer:
    """What is picked of `NEWS` when the reader found these words in its sentences, which have these scores."""
    held = passages()
    places = tuple((0, number) for number in range(len(held[0].texts)))
    words = tuple(
        tuple(ScoredSpan(NEWS.index(said), NEWS.index(said) + len(said), score) for said, score in own) for own in told
    )
    features = np.zeros((len(places), 1), np.float32)
    weighed = ScoredSentences(places, features, np.array(scores, np.float32), 0.9, words)
    return select_sentences(parse_question(StandaloneQuestion(question)), weighed, held)


def shown(found: DraftAnswer) -> list[str]:
    return [words_of(span, passages()) for span in found.short]


@pytest.mark.parametrize(
    ("question", "told", "best", "words"),
    [
        ("When did the dock reopen?", [("Friday (May 9", 3.0)], 0, ["Friday (May 9)"]),
        ("Where was the ribbon cut?", [("Friday", 3.0)], 0, []),
        ("Where did it happen?", [("Friday", 3.0), ("The dock", 1.0)], 0, ["The dock"]),
        ("How much less time did it take?", [("hour less", 2.0)], 2, ["an hour less"]),
        ("Which local people were named?", [("Paul Okafor", 2.0), ("Ines Moreau", 1.0)], 1, ["Ines Moreau and Harbour Director Paul Okafor"]),
        ("Who cut a ribbon?", [("Paul Okafor", 2.0), ("Ines Moreau", 1.0)], 1, ["Paul Okafor"]),
        ("At what time was the ferry lost?", [("6:40 a.m", 3.0)], 3, ["6:40 a.m."]),
    ],
)  # fmt: skip
def test_the_words_shown_are_whole_and_of_the_kind_that_is_asked_for(
    question: str, told: Sequence[tuple[str, float]], best: int, words: list[str]
) -> None:
    every = [told if number == best else () for number in range(4)]
    assert shown(picked(question, every, [5.0 * (number == best) for number in range(4)])) == words


def test_a_further_sentence_of_which_the_reader_holds_nothing_is_not_said() -> None:
    told = [[("The dock", 1.0)], [("ribbon", -12.0)], [("The repair", -2.0)], []]
    found = picked("Which things were mentioned?", told, [5.0, 4.0, 4.0, 0.0])
    assert [draft.text.split()[1] for draft in found.sentences] == ["dock", "repair"]


def test_a_list_whose_best_sentence_holds_no_words_has_none_picked_out() -> None:
    told = [[("The dock", -9.0)], [("ribbon", 3.0)], [], []]
    assert shown(picked("Which things were mentioned?", told, [5.0, 4.0, 0.0, 0.0])) == []
