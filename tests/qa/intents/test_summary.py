"""A summary has the form that was asked for, and each of its sentences is understood by itself."""

import pytest

from ingest.settings import Settings
from qa import ask
from qa.intents.summary import SummaryForm, central, dangles, summarised, summary_asked
from tests.qa.intents.test_overview import whole_of

TEXT = """Ferry to Sail Again
The ferry between Moss and Brand will sail again from 2 June, the county said on Monday. It had lain idle since a fire in
March. Repairs cost 4 million crowns.
The ferry workers' union welcomed the decision. Its leader, Olav Berg, said that 60 jobs had been in danger. “We want two
more boats,” he said. Berg demands that the county buy them by 2027.
The mayor of Brand, Lise Dahl, is less happy. She fears that the old ship will break down again. Shops in Brand lost a
fifth of their customers while the ferry lay idle.
A tunnel would be dearer than new boats, an expert, Kari Moe, told the council. The council will vote on a tunnel in May."""


@pytest.mark.parametrize(
    ("question", "form"),
    [
        ("What is it about?", SummaryForm(0, "prose")),
        ("Sum it up in one sentence", SummaryForm(1, "prose", of_last=True)),
        ("summary in two sentences please", SummaryForm(2, "prose", of_last=True)),
        ("tl;dr", SummaryForm(2, "prose")),
        ("in a nutshell?", SummaryForm(2, "prose")),
        ("Give me three bullet points", SummaryForm(3, "list", of_last=True)),
        ("What are the key points?", SummaryForm(0, "list")),
        ("5 key takeaways", SummaryForm(5, "list")),
        ("main points in 4 bullets", SummaryForm(4, "list")),
        ("Summarise what Berg demands", SummaryForm(0, "prose", "Berg", speaker=True, wants=True)),
        ("Summarize what the mayor of Brand fears.", SummaryForm(0, "prose", "the mayor of Brand", speaker=True)),
        ("three bullet points about the tunnel", SummaryForm(3, "list", "the tunnel")),
    ],
)
def test_the_form_is_known(question: str, form: SummaryForm) -> None:
    assert summary_asked(question) == form


@pytest.mark.parametrize(
    "question",
    [
        "In short, why was the ferry idle?",
        "How many points did the team score?",
        "Who wrote the summary of the report?",
    ],
)
def test_what_asks_something_else_is_no_summary(question: str) -> None:
    assert summary_asked(question) is None


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5])
def test_a_summary_begins_with_the_lead_and_has_so_many_sentences(count: int) -> None:
    whole = whole_of(TEXT)
    chosen = central(whole, count)
    assert len(chosen) == count
    assert whole.text(chosen[0]).startswith("The ferry between")
    assert all(not dangles(whole.text(index)) or index - 1 in chosen for index in chosen)


def test_a_sentence_that_points_back_dangles() -> None:
    assert all(
        map(dangles, ["It had lain idle.", "But he did not come.", "After that she left.", "Its leader said so."])
    )
    assert not any(map(dangles, ["The ferry said it would.", "Berg demands two boats.", "There are two boats."]))


def test_a_summary_of_what_somebody_wants_keeps_to_that() -> None:
    form = summary_asked("Summarise what Berg demands")
    told = summarised(form, [whole_of(TEXT)]) if form else None
    assert told
    assert any("buy them by 2027" in draft.text for draft in told.sentences)
    assert not any("mayor" in draft.text for draft in told.sentences)


def test_the_same_paragraph_is_told_once() -> None:
    text = "Market to Close\n" + "\n".join(
        ["The market will close for repairs. Some 46 traders will move to the station."] * 4
    )
    whole = whole_of(text)
    texts = [whole.text(index) for index in central(whole, 5)]
    assert len(texts) == len(set(texts)) == 2


def test_bullet_points_come_as_a_list_and_are_cited(sample_settings: Settings) -> None:
    answer = ask("Give me three bullet points", settings=sample_settings)
    assert (answer.status, answer.layout, len(answer.claims)) == ("answered", "list", 3)
    assert answer.text.startswith("- ")
    assert len(ask("Sum it up in one sentence.", settings=sample_settings).claims) == 1
