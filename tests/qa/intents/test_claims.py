"""Claims and yes-or-no questions are held to the words of the article."""

import pytest

from ingest import RawDocument, ingest
from ingest.errors import QuestionError
from ingest.sample import sample
from ingest.settings import Settings
from qa import ask, check
from qa.intents.claims import claim_asked, statements

TEXT = """Bridge to Close
The Moor Bridge will close on 14 April for eleven weeks, the mayor, Ingrid Salo, said on Monday.
Repairs will cost 8 million euros. The bridge is 210 metres long. Nobody was hurt when a cable broke in January.
A free ferry will run every 20 minutes. The council voted against a toll."""


@pytest.fixture(scope="module")
def bridge(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    made = Settings(data_dir=tmp_path_factory.mktemp("claims") / "data")
    ingest(RawDocument(origin="bridge", text=TEXT, title="Bridge to Close"), settings=made)
    return made


@pytest.mark.parametrize(
    ("question", "claim"),
    [
        ("Is the bridge closed?", "the bridge is closed."),
        ("Did Ingrid Salo resign?", "Ingrid Salo resign."),
        ("Is it true that a toll was refused?", "a toll was refused."),
        ("Is that true: repairs cost 8 million?", "repairs cost 8 million."),
        ("The ferry is free, right?", "The ferry is free."),
        ("The ferry is free, isn't it?", "The ferry is free."),
        ("Who is the mayor?", ""),
        ("Is it 8 or 9 million?", ""),
        ("Who was hurt, right?", ""),
    ],
)
def test_the_statement_in_a_question_is_known(question: str, claim: str) -> None:
    assert claim_asked(question) == claim


@pytest.mark.parametrize(
    ("message", "count"),
    [
        ("Repairs cost 8 million euros.", 1),
        ("“Repairs cost 8 million euros. It is free.”", 2),
        ("Repairs cost 8 million. A ferry runs. It is free.", 3),
        ("Who pays for it.", 0),
        ("List the names.", 0),
        ("Tell me who pays.", 0),
        ("bridge length", 0),
        ("Is it closed?", 0),
    ],
)
def test_what_states_something_is_told_from_what_asks(message: str, count: int) -> None:
    assert len(statements(message)) == count


@pytest.mark.parametrize(
    ("question", "lead", "words"),
    [
        ("Is the bridge 210 metres long?", "Yes.", "210 metres"),
        ("Is the bridge 300 metres long?", "No.", "210 metres"),
        ("Was anybody hurt when a cable broke?", "No.", "Nobody was hurt"),
        ("Did the council vote for a toll?", "No.", "against a toll"),
        ("Is it true that repairs will cost 9 million euros?", "No.", "8 million"),
    ],
)
def test_yes_or_no_comes_first_and_then_the_words(bridge: Settings, question: str, lead: str, words: str) -> None:
    answer = ask(question, settings=bridge)
    assert answer.lead == lead
    assert answer.text.startswith(f"{lead} ")
    assert words in answer.citations[0].quote


def test_what_the_words_do_not_decide_is_answered_without_yes_or_no(bridge: Settings) -> None:
    assert not ask("Is Ingrid Salo popular?", settings=bridge).lead
    assert not ask("Will the bridge ever be replaced?", settings=bridge).lead


def test_a_sentence_that_shares_no_word_is_no_yes(call: Settings) -> None:
    assert not ask("Did they agree on a ceasefire?", settings=call).lead
    assert ask("Is Zelenskyy sceptical?", settings=call).lead == "Yes."
    assert ask("Was the call short?", settings=call).lead == "No."


def test_each_sentence_of_a_text_is_checked(bridge: Settings) -> None:
    found = check(
        "Repairs will cost 9 million euros. The bridge is 210 metres long. The paint is red.", settings=bridge
    )
    assert [one.verdict for one in found] == ["contradicted", "supported", "not mentioned"]
    assert "8" in found[0].reason
    assert [len(one.citations) for one in found] == [1, 1, 0]
    answer = ask("Repairs will cost 9 million euros. The bridge is 210 metres long. The paint is red.", settings=bridge)
    assert answer.note == "Not mentioned: “The paint is red.”"
    assert len(answer.claims) == 2


@pytest.mark.parametrize(
    ("claim", "said"),
    [
        ("The call lasted less than an hour.", "Tuesday"),
        ("The call took one minute.", "Tuesday"),
        ("The ceasefire is to last a month less two days.", "Tuesday"),
    ],
)
def test_a_number_is_not_held_against_the_day_of_the_same_index(call: Settings, claim: str, said: str) -> None:
    (found,) = check(claim, settings=call)
    assert said not in found.reason


def test_a_claim_alone_is_answered_with_its_verdict(bridge: Settings) -> None:
    assert ask("The bridge is 210 metres long.", settings=bridge).lead == "Supported."
    assert ask("The bridge is 300 metres long.", settings=bridge).lead.startswith("Contradicted.")
    assert ask("The king has opened a school.", settings=bridge).status == "not_found"
    assert ask("The bridge was painted red in May.", settings=bridge).status == "not_found"  # a quote would seem a yes


def test_a_number_in_words_at_the_beginning_is_a_number(settings: Settings) -> None:
    ingest(
        RawDocument(origin="t", text="Fire on the Quay\n\nThirty firefighters worked until dawn."), settings=settings
    )
    assert ask("Fifty firefighters worked until dawn.", settings=settings).lead.startswith("Contradicted.")
    assert ask("Thirty firefighters worked until dawn.", settings=settings).lead == "Supported."


@pytest.mark.parametrize("text", ["", " ", "?!", "word. " * 5_000, None])
def test_what_cannot_be_checked_is_said(bridge: Settings, text: str) -> None:
    with pytest.raises(QuestionError):
        check(text, settings=bridge)


@pytest.fixture(scope="module")
def call(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    made = Settings(data_dir=tmp_path_factory.mktemp("call") / "data")
    ingest(sample(), settings=made)
    return made


@pytest.mark.parametrize(
    "question",
    [
        "Is it true that Trump wants a 30-day ceasefire?",
        "Did Biden call Putin?",
        "Did Trump thank Zelenskyy?",
        "Is it true that Rubio spoke with Putin?",
        "Did Macron propose the ceasefire?",
    ],
)
def test_what_is_told_of_others_or_in_other_words_is_no_contradiction(call: Settings, question: str) -> None:
    assert not ask(question, settings=call).text.startswith("No.")


def test_another_number_or_day_is_a_contradiction(call: Settings) -> None:
    assert ask("Did the call last three hours?", settings=call).text.startswith("No.")


@pytest.fixture(scope="module")
def ferry(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    settings = Settings(data_dir=tmp_path_factory.mktemp("ferry"), answerer="quote")
    text = (
        "Ferry Strikes Boat\nNobody was killed, but four passengers were taken to the hospital in Kestral.\n"
        "The company's chief executive, Oskar Blom, rejected the idea that the crew had been tired."
    )
    ingest(RawDocument(origin="ferry", text=text), settings=settings)
    return settings


@pytest.mark.parametrize(
    "question", ["Is it true that four people died?", "Did four people die?", "Was anybody killed?"]
)
def test_a_sentence_that_denies_is_no_yes(ferry: Settings, question: str) -> None:
    assert ask(question, settings=ferry).lead != "Yes."


def test_what_somebody_rejects_is_no_yes(ferry: Settings) -> None:
    answer = ask("Had the crew been tired?", settings=ferry)
    assert (answer.lead, "rejected the idea" in answer.text) == ("No.", True)


COURT = """Court Frees Harbor Chief
Ann Reed, 61, was the director of the Portwell harbor. She was sentenced to six years in prison and has served 17 months.
Minister Pavel Dorn visited the harbor on Monday and promised 40 million crowns. The opposition called the sum too small.
Bo Lund called the ruling a complete vindication. Karin Holt said her office disagreed with the ruling."""


@pytest.mark.parametrize(
    ("claim", "verdict"),
    [
        ("Minister Pavel Dorn visited the harbor on Monday and the opposition called the sum too small.", "supported"),
        ("Karin Holt called the ruling a complete vindication.", "not mentioned"),
        ("Pavel Dorn called the sum too small.", "not mentioned"),
        ("The sum was too small because Pavel Dorn visited the harbor on Monday.", "not mentioned"),
    ],
)
def test_two_sentences_support_a_claim_together_but_lend_nobody_words(
    tmp_path_factory: pytest.TempPathFactory, claim: str, verdict: str
) -> None:
    settings = Settings(data_dir=tmp_path_factory.mktemp("court") / "data")
    ingest(RawDocument(origin="court", text=COURT), settings=settings)
    (found,) = check(claim, settings=settings)
    assert (found.verdict == "supported") == (verdict == "supported")
    assert len(found.citations) == (2 if verdict == "supported" else len(found.citations))
