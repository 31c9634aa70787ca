import pytest

from ingest import RawDocument, ingest
from ingest.settings import Settings
from qa import ask
from qa.question.person import SpeakerAsked, speaker_asked
from qa.reading.speakers import spoken, with_name


@pytest.mark.parametrize(
    ("question", "who", "wants"),
    [
        ("What did Marco Rubio say?", {"marco", "rubio"}, False),
        ("And what does the White House think about it?", {"white", "house"}, False),
        ("What does Ukraine demand?", {"ukraine"}, True),
        ("What do Ukrainian officials want?", {"ukraine"}, True),
        ("What did President Li propose?", {"li"}, True),
    ],
)
def test_a_question_for_what_somebody_says_tells_whom(question: str, who: set[str], wants: bool) -> None:
    speech = speaker_asked(question)
    assert speech
    assert (speech.who, speech.wants) == (who, wants)


def test_where_nobody_is_named_every_sentence_may_tell_it() -> None:
    speech = speaker_asked("What did he say?")
    assert speech == SpeakerAsked(frozenset(), wants=False)
    assert spoken(speech, "Li said that Roe had asked for a guarantee.", []) == 0


@pytest.mark.parametrize(
    ("question", "who", "role"),
    [
        ("What did the mayor say?", set(), "mayor"),
        ("what do the farmers think about it", set(), "farmers"),
        ("What did the neighbours' lawyer say?", set(), "lawyer"),
        ("What does the mayor of Lower Norrby say?", {"lower", "norrby"}, "mayor"),
        ("What did President Li of Ruon say?", {"li"}, ""),
        ("What does she say?", set(), ""),
    ],
)
def test_somebody_may_be_called_by_what_he_is(question: str, who: set[str], role: str) -> None:
    assert speaker_asked(question) == SpeakerAsked(frozenset(who), wants=False, role=role)


@pytest.mark.parametrize(
    ("sentence", "before", "told"),
    [
        ("The relatives said that nobody had called.", [], 1),
        ("“Nobody called,” the relatives of the drivers told the court.", [], 1),
        ("“Nobody called,” said the relatives.", [], 1),
        ("The union asked the relatives to wait.", [], 0),
        ("The relatives met in the church.", [], 0),
        ("The union said that the relatives were right.", [], 0),
    ],
)
def test_the_words_of_a_group_stand_where_it_says_them(sentence: str, before: list[str], told: int) -> None:
    assert spoken(SpeakerAsked(frozenset(), wants=False, role="relatives"), sentence, before) == told


DAM = [
    "The mayor, Karin Stoll, called a meeting in the gym.",
    "She said that nobody had told her.",
    "“I learned it from a fisherman,” she said.",
    "“There is no danger,” said the company's chief engineer, Tomas Reijer.",
]


@pytest.mark.parametrize(
    ("role", "told"), [("mayor", [0, 1, 1, -1]), ("engineer", [0, -1, -1, 1]), ("director", [0, 0, 0, 0])]
)
def test_one_who_is_called_by_what_he_is_has_the_name_that_the_article_gives(role: str, told: list[int]) -> None:
    asked = with_name(SpeakerAsked(frozenset(), wants=False, role=role), DAM)
    found = [spoken(asked, sentence, DAM[max(place - 3, 0) : place][::-1]) for place, sentence in enumerate(DAM)]
    assert found == told


@pytest.mark.parametrize(
    ("sentence", "told"),
    [
        ("Bruna Dorigo said no.", -1),
        ("Dorigo said no.", 1),
        ("Chief Inspector Matteo Dorigo said no.", 1),
        ("Captain Dorigo said no.", 1),
    ],
)
def test_one_of_the_same_surname_is_another(sentence: str, told: int) -> None:
    bishop = SpeakerAsked(frozenset({"matteo", "dorigo"}), wants=False)
    assert spoken(bishop, sentence, []) == told


def test_two_who_are_called_the_same_are_nobody_in_particular() -> None:
    asked = SpeakerAsked(frozenset(), wants=False, role="president")
    assert with_name(asked, ["President Ana Li met President Joe Roe.", "President Roe left."]).who in (
        {"joe", "roe"},
        set(),
    )
    assert not with_name(asked, ["President Ana Li spoke.", "President Joe Roe left."]).who


@pytest.mark.parametrize("question", ["What happened?", "", "What did ?", "Did Li say so?"])
def test_other_questions_ask_for_nobody_s_words(question: str) -> None:
    assert speaker_asked(question) is None


@pytest.mark.parametrize(
    ("sentence", "before", "li", "roe"),
    [
        ("Li said that Roe had left.", "", 1, -1),
        ("“Roe is afraid to tell anyone,” Li said.", "", 1, -1),
        ("“Nobody knows,” said Roe.", "", -1, 1),
        ("According to Li, Roe will leave.", "", 1, -1),
        ("She added that it rained.", "Roe denied it.", -1, 1),
        ("She added that it rained.", "Li was at home.", 1, -1),
        ("At the centre stood Li’s proposal for a truce.", "", 1, -1),
        ("Roe took Li’s call at ten.", "", 0, 0),
        ("It has sparked discussions in China.", "", 0, 0),
        ("“Li wants war.", "", 0, 0),
        ('They kept families away," said Li, the librarian.', "", 1, -1),
        ('Li said: "Roe left.', "", 1, -1),
        ('"Roe left.', "", 0, 0),
        ("Li called a meeting in the gym.", "", 0, 0),
        ("The office ordered Li to report on it.", "", 0, 0),
        ("", "", 0, 0),
    ],
)
def test_whose_words_a_sentence_tells(sentence: str, before: str, li: int, roe: int) -> None:
    told = [spoken(SpeakerAsked(frozenset({who}), wants=False), sentence, [before]) for who in ("li", "roe")]
    assert told == [li, roe]


def test_what_somebody_wants_is_told_with_a_word_for_wanting() -> None:
    li = SpeakerAsked(frozenset({"li"}), wants=True)
    assert spoken(li, "Li asked for a guarantee.", []) == 1
    assert spoken(li, "Li said that it rained.", []) == 0
    assert spoken(li, "Roe asked Li for a guarantee.", []) == -1


def test_nobody_is_given_the_words_of_others(settings: Settings) -> None:
    text = (
        "The mayors met on Monday. Mayor Ines Moreau called the harbour plan too expensive. “Moreau wants to delay the"
        " plan because she fears the voters. That is why she keeps asking for new studies,” Mayor Paul Okafor said."
        " Okafor demanded a vote before Friday. Moreau demanded a second study."
    )
    ingest(RawDocument(origin="mayors", text=text, title="Two mayors"), settings=settings)
    said = {name: ask(f"What did {name} say?", settings=settings) for name in ("Moreau", "Okafor")}
    assert "fears the voters" not in said["Moreau"].text
    assert "fears the voters" in said["Okafor"].text
    assert "too expensive" in said["Moreau"].text
    assert "too expensive" not in said["Okafor"].text
    wants = ask("What does Moreau want?", settings=settings)
    assert "second study" in wants.text
    assert "fears" not in wants.text
