import pytest

from ingest import RawDocument, ingest
from ingest.settings import Settings
from qa import ask
from qa.question.person import SpeakerAsked, speaker_asked
from qa.reading.speakers import spoken


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
    assert speaker_asked(question) == SpeakerAsked(frozenset(who), wants)


@pytest.mark.parametrize(("question", "wants"), [("What did he say?", False), ("What did the company want?", True)])
def test_where_nobody_is_named_every_sentence_may_tell_it(question: str, wants: bool) -> None:
    speech = speaker_asked(question)
    assert speech == SpeakerAsked(frozenset(), wants)
    assert spoken(speech, "Li said that Roe had asked for a guarantee.", "") == 0


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
        ("", "", 0, 0),
    ],
)
def test_whose_words_a_sentence_tells(sentence: str, before: str, li: int, roe: int) -> None:
    told = [spoken(SpeakerAsked(frozenset({who}), wants=False), sentence, before) for who in ("li", "roe")]
    assert told == [li, roe]


def test_what_somebody_wants_is_told_with_a_word_for_wanting() -> None:
    li = SpeakerAsked(frozenset({"li"}), wants=True)
    assert spoken(li, "Li asked for a guarantee.", "") == 1
    assert spoken(li, "Li said that it rained.", "") == 0
    assert spoken(li, "Roe asked Li for a guarantee.", "") == -1


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
