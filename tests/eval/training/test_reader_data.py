import random
from typing import Any

from eval.training.reader_data import HELD_OUT, OPPOSITES, Maker, answer_spans, held_out, name_runs, plain_readings

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
