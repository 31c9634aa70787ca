"""Misspelt words of a question are mended, and nothing else is."""

import pytest

from qa.question.spelling import corrected

TEXT = (
    "The Moor Bridge will close on 14 April, the mayor, Ingrid Salo, said. Repairs will cost 8 million euros."
    " President Zelenskyy called the ceasefire proposal a gesture. A free ferry will run, and Kristoffersen agreed."
    " The ferry takes passengers to Norlig."
)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("When will the brige close?", "When will the Bridge close?"),
        ("How much do reparis cost?", "How much do Repairs cost?"),
        ("what did zelensky say", "what did Zelenskyy say"),
        ("What did Kristofersen say?", "What did Kristoffersen say?"),
        ("Is the fery free?", "Is the ferry free?"),
        ("What is the ceasfire propsal?", "What is the ceasefire proposal?"),
        ("Whta did the mayor say?", "What did the mayor say?"),
        ("how mcuh does it cost", "how much does it cost"),
        ("Where do pasengers go?", "Where do passengers go?"),
        ("Becuase of what is it closed?", "Because of what is it closed?"),
    ],
)
def test_what_is_misspelt_is_mended(typed: str, meant: str) -> None:
    assert corrected(typed, [TEXT]) == meant


@pytest.mark.parametrize(
    "question",
    [
        "When will the bridge close?",
        "What did Macron say about tolls?",
        "Who is Okafor?",
        "What did Kristensen say?",
        "What does the WHO say about H5N1?",
        "Is Norlig's ferry free?",
        "¿Cuándo cierran el puente del pueblo?",
        "Коли закриють міст?",
        "Wie viel kostet die Reparatur der Brücke?",
        "teh",
        "",
        "???",
        "https://example.org/brige-closd?x=1",
        "What about the re-opening?",
    ],
)
def test_what_is_right_or_unknown_or_in_another_language_is_left_alone(question: str) -> None:
    assert corrected(question, [TEXT]) == question


def test_without_articles_common_words_are_mended() -> None:
    assert corrected("Whta is new about polititians?", []) == "What is new about politicians?"
