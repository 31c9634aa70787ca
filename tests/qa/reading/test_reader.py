import json
from collections.abc import Callable, Sequence
from importlib import resources

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as given_settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from ingest import RawDocument, ingest
from ingest.clean import make_article
from ingest.embed import load_encoder
from ingest.errors import EncoderError, SourceError
from ingest.settings import Settings
from ingest.staging import chunks_of
from qa import ask
from qa.question.parse import parse_question, parts_of
from qa.question.standalone import StandaloneQuestion
from qa.reading.evidence import READ_QUESTION, READ_SENTENCE, SecondLook, calibrate, load_evidence_model, reader_share
from qa.reading.features import QUESTION_FEATURES, SENTENCE_FEATURES
from qa.reading.reader import (
    NEITHER,
    REFUTED,
    SPANS_A_SENTENCE,
    SUPPORTED,
    YES,
    Reader,
    Reading,
    ScoredSpan,
    load_reader,
    merge_readings,
)
from qa.render import render_answer
from qa.retrieval.passage import Passage
from qa.retrieval.query import make_query
from qa.text import negation

Floats = NDArray[np.float32]

FITTED = {"evidence": (SENTENCE_FEATURES, QUESTION_FEATURES), "reader": (READ_SENTENCE, READ_QUESTION)}

NEWS = (
    "The ferry left Kirkwall at noon on Saturday with 212 people on board. It was carrying 40 cars and a horse. "
    "Captain Moira Flett had sailed the route for nineteen years. She turned back after an hour because the bow door "
    "would not close. Nobody was hurt, the company said."
)


@pytest.fixture(scope="module")
def passages() -> Callable[[str], list[Passage]]:
    encoder = load_encoder()

    def made(text: str) -> list[Passage]:
        article = make_article(RawDocument(origin="t", text=text, title="A test"))
        chunks = chunks_of(article, encoder.count_tokens)
        encoded = encoder.encode([chunk.text for chunk in chunks])
        return [Passage(chunk, article, tokens) for chunk, tokens in zip(chunks, encoded.tokens, strict=True)]

    return made


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("At what time did the ferry leave?", "noon"),
        ("How many cars was it carrying?", "40"),
        ("Who was the captain?", "Moira Flett"),
        ("How long had she sailed the route?", "nineteen years"),
    ],
)
def test_the_reader_finds_the_exact_words(passages: Callable[[str], list[Passage]], question: str, words: str) -> None:
    held = passages(NEWS)
    (reading,) = load_reader().read(question, held)
    best = max((word for own in reading.words for word in own), key=lambda word: word.score)
    assert words in held[0].article.text[best.start : best.end]


def test_a_passage_that_answers_stands_above_one_that_does_not(passages: Callable[[str], list[Passage]]) -> None:
    other = "The museum opens a show of Dutch still lifes in May. Tickets cost nine euros, and children enter free."
    asked = "How many people were on board the ferry?"
    (right,), (wrong,) = (load_reader().read(asked, passages(text)) for text in (NEWS, other))
    assert right.answerable > wrong.answerable
    assert right.sentences.max() > wrong.sentences.max()


def test_a_statement_is_weighed_against_what_texts_tell() -> None:
    texts = [NEWS, "The museum opens a show of Dutch still lifes in May. Tickets cost nine euros."]
    told = load_reader().weigh("Captain Moira Flett had sailed the route for nineteen years.", texts)
    assert told.shape == (2, 5)
    assert told[0, SUPPORTED] > told[0, REFUTED]
    assert told[1, SUPPORTED] < told[1, NEITHER]
    other = load_reader().weigh("Captain Moira Flett crashed the ferry in Oslo.", texts[:1])
    assert told[0, SUPPORTED] - told[0, NEITHER] > other[0, SUPPORTED] - other[0, NEITHER]
    assert load_reader().weigh("Nothing.", []).shape == (0, 5)
    assert np.isfinite(load_reader().weigh("Why? " * 900, ["", "x" * 5_000])).all()


@pytest.mark.parametrize(
    ("asked", "yes"),
    [
        ("Did it leave on a Saturday?", True),
        ("Had she sailed it before?", True),
        ("Was the bow door working?", False),
        ("Did the ferry leave in the evening?", False),
    ],
)
def test_yes_and_no_are_told_apart(asked: str, yes: bool) -> None:
    (told,) = load_reader().weigh(asked, [NEWS])
    assert (told[YES] > 0) == yes
    assert (told[SUPPORTED] > told[REFUTED]) == yes


def test_a_chunk_is_read_with_the_sentences_before_it(passages: Callable[[str], list[Passage]]) -> None:
    held = passages("\n\n".join([NEWS] * 8))
    assert len(held) > 2
    for passage in held[1:]:
        starts = {sentence.start for other in held for sentence in other.chunk.sentences}
        assert passage.context_start < passage.chunk.start
        assert passage.context_start in starts
    assert held[0].context_start == held[0].chunk.start == 0


def test_the_best_sentences_are_read_again_in_one_pass_and_none_twice(
    passages: Callable[[str], list[Passage]], monkeypatch: pytest.MonkeyPatch
) -> None:
    held = passages(NEWS)
    asked = parse_question(StandaloneQuestion("Who was the captain?"))
    query = make_query(asked, load_encoder().encode([asked.text]).tokens[0])
    read: list[list[str]] = []
    weigh = Reader.weigh

    def counted(self: Reader, statement: str, texts: Sequence[str]) -> Floats:
        read.append(list(texts))
        return weigh(self, statement, texts)

    monkeypatch.setattr(Reader, "weigh", counted)
    look = SecondLook(query, held, load_reader(), {})
    captain, ferry = look.alone([(0, 2), (0, 0)])
    assert captain > ferry
    assert look.alone([(0, 2)]) == [captain]
    assert look.marks((0, 2)) == (0.0, 0.0, 0.0)
    look.alone([(0, 2), (0, 3)])
    assert read == [[held[0].texts[2], held[0].texts[0]], [held[0].texts[3]]]


def test_an_output_means_what_the_curve_says_and_more_means_more() -> None:
    curve = np.array([[-2.0, -4.0], [0.0, 1.0], [1.0, 2.0]], np.float32)
    assert [calibrate(output, curve) for output in (-3.0, -2.0, -1.0, 1.0, 1.5)] == [-5.0, -4.0, -1.5, 2.0, 2.5]
    kept = load_evidence_model().read_curve
    assert (np.diff(kept, axis=0) > 0).all()


@given_settings(max_examples=25)
@given(text=st.text(min_size=1, max_size=600), question=st.text(min_size=1, max_size=300))
def test_whatever_is_read_the_words_lie_in_their_sentence(
    passages: Callable[[str], list[Passage]], text: str, question: str
) -> None:
    try:
        held = passages(text)
    except SourceError:
        return  # there is nothing to read in it
    for passage, reading in zip(held, load_reader().read(question, held), strict=True):
        assert np.isfinite(reading.sentences).all()
        assert len(reading.words) == len(reading.sentences) == len(passage.chunk.sentences)
        for sentence, words in zip(passage.chunk.sentences, reading.words, strict=True):
            assert len(words) <= SPANS_A_SENTENCE
            assert all(sentence.start <= word.start < word.end <= sentence.end for word in words)


def test_batches_and_single_passages_are_read_alike(passages: Callable[[str], list[Passage]]) -> None:
    held = passages("\n\n".join([NEWS] * 8))
    together = load_reader().read("Who was the captain?", held)
    alone = [load_reader().read("Who was the captain?", [passage])[0] for passage in held]
    for one, other in zip(together, alone, strict=True):
        assert abs(one.answerable - other.answerable) < 1.5  # 8-bit activations move with their neighbours


@pytest.mark.parametrize(
    ("asked", "said", "twists"),
    [
        ("Why did the rate fall?", "The rate rose after the vote.", 1),
        ("Why did the rate rise?", "The rate rose after the vote.", 0),
        ("Who did not call Rubio?", "Vance called Rubio on Monday.", 1),
        ("Who did not call Rubio?", "Vance never called Rubio.", 0),
        ("Which language is unofficial?", "The official language is Danish.", 1),
        ("What fell first, and what rose?", "First the rate fell, then it rose.", 0),
        ("How long did the storm last?", "On the first day it rained.", 0),
        ("Why does Li distrust Ada?", "Li was skeptical of what Ada had offered.", 0),
        ("", "", 0),
    ],
)
def test_a_question_for_the_opposite_of_what_is_said_is_twisted(asked: str, said: str, twists: int) -> None:
    assert negation.twists(negation.tokenize(asked), negation.tokenize(said)) == twists


def test_the_opposite_of_what_is_said_is_no_answer_unless_that_is_the_question(settings: Settings) -> None:
    text = "The bank of Skara raised its interest rate on Tuesday because prices rose fast. It employs 90 people."
    ingest(RawDocument(origin="b", text=text, title="The bank"), settings=settings)
    asked = ("Why did the bank raise its interest rate?", "Why did the bank lower its interest rate?")
    for reader, said in (("on", "not_found"), ("off", "answered")):  # by words alone it is only less sure
        made = settings.model_copy(update={"reader": reader})
        right, twisted = (ask(question, settings=made) for question in asked)
        assert (right.status, twisted.status) == ("answered", said)
        assert twisted.confidence < right.confidence - 0.3
        assert ask("Did the bank lower its interest rate?", settings=made).status == "answered"


def test_every_feature_has_a_fitted_weight_and_no_other_is_kept() -> None:
    kept = {
        name: json.loads(resources.files("qa.reading").joinpath(f"{name}.json").read_text("utf-8")) for name in FITTED
    }
    for name, (sentence, question) in FITTED.items():
        assert set(kept[name]["sentence"]) == set(sentence)
        assert set(kept[name]["question"]) == set(question)


def test_readings_for_several_questions_become_one() -> None:
    one = Reading(
        np.array([1, 2, 0, 0, 0], np.float32), np.array([2.0, -3.0], np.float32), ((ScoredSpan(0, 4, 2.0),), ())
    )
    other = Reading(
        np.array([-1, 3, 0, 0, 0], np.float32), np.array([-5.0, 4.0], np.float32), ((), (ScoredSpan(6, 9, 4.0),))
    )
    both = merge_readings([one, other])
    assert both.answerable == 1.0
    assert both.sentences.tolist() == [2.0, 4.0]
    assert [[word.part for word in own] for own in both.words] == [[0], [1]]


def test_damaged_weights_are_told_in_one_sentence() -> None:
    with pytest.raises(EncoderError, match="damaged"):
        Reader(b"not a model")


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        ("How long did it last?", ("How long did it last?",)),
        ("Who started the call, and when?", ("Who started the call?", "when started the call?")),
        ("Who called and what did they agree on?", ("Who called?", "what did they agree on?")),
        ("What do Russia and Ukraine want?", ("What do Russia and Ukraine want?",)),
    ],
)
def test_questions_asked_in_one_breath_are_taken_apart(question: str, parts: tuple[str, ...]) -> None:
    assert parts_of(question) == parts


@pytest.fixture
def reading(settings: Settings) -> Settings:
    made = settings.model_copy(update={"reader": "on"})
    ingest(RawDocument(origin="n", text=NEWS, title="Ferry turns back"), settings=made)
    return made


def test_several_things_asked_are_several_spans_inside_their_citations(reading: Settings) -> None:
    answer = ask("Who was the captain, and how long had she sailed the route?", settings=reading)
    said = [span.text for span in answer.spans]
    assert any("Moira Flett" in text for text in said)
    assert any("nineteen years" in text for text in said)
    for span in answer.spans:
        cited = next(item for item in answer.citations if item.number == span.number)
        assert cited.quote[span.start - cited.start : span.end - cited.start] == span.text
    assert render_answer(answer).count("<strong>") == len(answer.spans)


def test_exact_words_are_said_of_what_is_no_number(reading: Settings) -> None:
    answer = ask("Who was the captain?", settings=reading)
    assert "Moira Flett" in answer.short
    assert answer.short in answer.citations[0].quote


@pytest.mark.parametrize(
    "question", ["Why was the call delayed?", "Was the call delayed?", "What did Zelenskyy say about Putin?"]
)
def test_a_sentence_that_answers_whole_has_no_words_picked_out(sample_settings: Settings, question: str) -> None:
    answer = ask(question, settings=sample_settings.model_copy(update={"reader": "on"}))
    assert answer.status == "answered"
    assert (answer.short, answer.spans) == ("", ())


def test_the_bold_words_are_those_meant_and_not_the_same_ones_earlier(settings: Settings) -> None:
    text = "The bridge has 12 arches and was closed for 12 days last winter. The town paid for the work."
    settings = settings.model_copy(update={"reader": "on"})
    ingest(RawDocument(origin="b", text=text, title="The bridge"), settings=settings)
    answer = ask("How many days was the bridge closed?", settings=settings)
    assert answer.spans
    before, _ = render_answer(answer).split("<strong>", 1)
    assert "arches" in before


@pytest.mark.parametrize(
    ("said", "question", "short"),
    [
        ("The storm lasted over two hours on Monday.", "How long did the storm last?", "over two hours"),
        (
            "The repair of the bridge cost at least $40 million.",
            "How much did the repair cost?",
            "at least $40 million",
        ),
        ("The town of Skara has 90 firefighters.", "How many firefighters does the town have?", "90"),
    ],
)
def test_what_bounds_a_number_is_part_of_the_answer(settings: Settings, said: str, question: str, short: str) -> None:
    settings = settings.model_copy(update={"reader": "on"})
    ingest(RawDocument(origin="s", text=said, title="News"), settings=settings)
    assert short in ask(question, settings=settings).short


def test_without_the_reader_answers_still_come(sample_settings: Settings) -> None:
    off = sample_settings.model_copy(update={"reader": "off"})
    answer = ask("How long did the call last?", settings=off)
    assert answer.status == "answered"
    assert answer.short == "more than two hours"


def test_a_long_question_is_told_by_its_words() -> None:
    """The reader has learned from short ones: of one that asks for many things it says yes to whatever is near."""
    shares = [
        reader_share(parse_question(StandaloneQuestion(f"What did {' '.join(f'Word{n}' for n in range(count))} say?")))
        for count in (3, 8, 14, 40)
    ]
    assert shares[:2] == [1, 1]
    assert 0 < shares[2] < 1
    assert shares[3] == 0
