import pytest

from ingest import RawDocument, ingest
from ingest.settings import Settings
from qa import ask
from qa.question.person import office_asked, person_asked
from qa.reading.introductions import holder, introduction
from qa.text.analysis import SENTENCE


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("Who is Mike Waltz?", "Mike Waltz"),
        ("who was Rubio", "Rubio"),
        ("And who's Zelenskyy?", "Zelenskyy"),
        ("Who are the Greens?", "Greens"),
        ("Who is the president?", ""),
        ("Who is Prime Minister?", ""),
        ("Who is President of France?", ""),
        ("Who was the first man?", ""),
        ("Who called?", ""),
        ("Who is ?", ""),
    ],
)
def test_a_question_for_who_somebody_is_gives_the_name(question: str, name: str) -> None:
    assert person_asked(question) == name


@pytest.mark.parametrize(
    ("name", "sentence", "told"),
    [
        ("Steve Witkoff", "They sent word through the U.S. envoy Steve Witkoff.", "U.S. envoy Steve Witkoff"),
        ("Rubio", "On Monday Secretary of State Marco Rubio spoke.", "Secretary of State Marco Rubio"),
        (
            "Mike Waltz",
            "Secretary of State Marco Rubio and National Security Adviser Mike Waltz agreed.",
            "National Security Adviser Mike Waltz",
        ),
        ("Zelensky", "Ukraine’s President Volodymyr Zelenskyy was there.", "Ukraine’s President Volodymyr Zelenskyy"),
        ("Kim", "It was the North Korean leader Kim Jong Un who spoke.", "North Korean leader Kim Jong Un"),
        ("Bo Xi", "Meanwhile Prime Minister Bo Xi left.", "Prime Minister Bo Xi"),
        ("Ann Lee", "Ann Lee, a spokeswoman for the ministry, said so.", "a spokeswoman for the ministry"),
        ("Jane Roe", "Jane Roe, 42, chief executive of Acme, resigned.", "chief executive of Acme"),
        ("John Smith", "After Smith left, John Smith was the first man to do so.", "the first man to do so"),
        ("Putin", "Trump met Putin, a week later, in Oslo.", None),
        ("Putin", "Trump called Putin, the mayor said, at noon.", None),
        ("Kim", "The leader Kim, in Seoul, spoke.", "leader Kim"),
        ("Ada Li", "On Tuesday Ada Li, who won, met President Xi.", None),
        ("Steve Witkoff", "Trump, Putin and Steve Witkoff met.", None),
        ("Putin", "Former President Trump told Putin.", None),
        ("Nobody", "", None),
    ],
)
def test_who_somebody_is_stands_before_or_after_the_name(name: str, sentence: str, told: str | None) -> None:
    found = introduction(name, sentence)
    assert (sentence[slice(*found)] if found else None) == told


def test_somebody_is_introduced_by_the_sentence_that_does_so(settings: Settings) -> None:
    text = (
        "The harbour reopened on Monday after a storm. The work was led by Harbour Director Ines Moreau. Moreau told"
        " Paul Okafor that three piers were lost. Moreau said that ferries would run again by Friday. Paul Okafor, the"
        " mayor of Saint-Brieuc, thanked Moreau."
    )
    ingest(RawDocument(origin="harbour", text=text, title="Harbour reopens"), settings=settings)
    director, mayor = (ask(f"Who is {name}?", settings=settings) for name in ("Moreau", "Paul Okafor"))
    assert director.short == "Harbour Director Ines Moreau"
    assert mayor.short == "the mayor of Saint-Brieuc"
    assert [len(answer.citations) for answer in (director, mayor)] == [1, 1]
    assert director.short in director.citations[0].quote


@pytest.mark.parametrize(
    ("question", "sentence", "told"),
    [
        ("Who is the Secretary of State?", "Secretary of State Marco Rubio and Mike Waltz agreed.", "Marco Rubio"),
        ("Who is the U.S. envoy?", "It came through U.S. envoy Steve Witkoff, reports say.", "Steve Witkoff"),
        ("Who was the captain?", "Captain Moira Flett turned back.", "Moira Flett"),
        ("Who is the captain?", "The captain turned back.", None),
        ("Who is Moira Flett?", "Captain Moira Flett turned back.", None),
        ("Who was the first man?", "The first man Bo left.", None),
        ("Who is the mayor?", "The mayor, Karin Stoll, called a meeting.", "Karin Stoll"),
        ("Who is the chief engineer?", "“No,” said Vattra's chief engineer, Tomas Reijer.", "Tomas Reijer"),
        ("Who is the mayor?", "Paul Okafor, the mayor of Saint-Brieuc, thanked Moreau.", "Paul Okafor"),
        ("Who is the director?", "On Monday Henrik Malm, its new director, spoke.", "Henrik Malm"),
        ("Who is the mayor?", "The minister and the mayor of Castelmora, Matteo Dorigo, signed.", "Matteo Dorigo"),
        ("Who is the mayor?", "In Norrby, the mayor spoke.", None),
        ("Who is the mayor?", "After the storm on Monday, the mayor spoke.", None),
        ("Who is the mayor?", "The mayor, Paris said, had left.", None),
    ],
)
def test_who_holds_an_office_stands_beside_it(question: str, sentence: str, told: str | None) -> None:
    office = office_asked(question)
    found = holder(office, sentence) if office else None
    assert (sentence[slice(*found)] if found else None) == told


def test_a_sentence_without_end_is_looked_through_to_a_bound() -> None:
    said = "Secretary of State Marco Rubio spoke. "
    assert introduction("Rubio", said + "x " * SENTENCE) is not None
    assert introduction("Rubio", "x " * SENTENCE + said) is None
    assert holder("Secretary of State", "x " * SENTENCE + said) is None
