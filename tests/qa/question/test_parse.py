import pytest

from qa.question.answer_form import can_be
from qa.question.answer_type import AnswerType, answer_type_of, shape_of
from qa.question.follow_up import is_follow_up
from qa.question.parse import parse_question
from qa.question.standalone import StandaloneQuestion, make_standalone
from qa.schema import Citation, Turn
from qa.text.names import capitalised
from qa.text.words import content_words, stem

CALL = Turn(question="How long did the call last?", answer="The call lasted two hours. [1]")


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("How long did it last?", "how long"),
        ("At what time did it begin?", "when"),
        ("When did Vance call?", "when"),
        ("On which day was it?", "day"),
        ("Who called?", "who"),
        ("Where was he?", "where"),
        ("Why was it late?", "why"),
        ("How many people came?", "how many"),
        ("Did it rain?", "yes/no"),
        ("What did he say?", "what"),
        ("How did it end?", "how"),
        ("What did the man who called say?", "what"),
        ("What happened when the war ended?", "what"),
        ("What does water turn into when heated?", "what"),
        ("When the war ended, who ruled?", "who"),
        ("What is the town where he was born?", "what"),
        ("Where and when did it begin?", "where"),
        ("It was printed when?", "when"),
        ("Tell me when it began.", "when"),
        ("Who called, and when did he call?", "who"),
        ("When it began?", "when"),
    ],
)
def test_the_kind_of_answer_is_read_from_the_question(question: str, kind: str) -> None:
    assert answer_type_of(question) == kind


@pytest.mark.parametrize(
    ("kind", "words", "before", "right"),
    [
        ("where", "in Kursk", "", True),
        ("where", "10 a.m. Eastern Time", "", False),
        ("where", "Tuesday", "on ", False),
        ("where", "Vladimir Putin", "Russian President ", False),
        ("where", "Russian President Vladimir Putin", "", False),
        ("when", "at noon", "", True),
        ("when", "two weeks earlier", "", True),
        ("when", "the papacy", "", False),
        ("how many", "a dozen", "", True),
        ("how many", "the royal army", "", False),
        ("how long", "until Friday", "", True),
        ("how long", "New York Harbor", "", False),
        ("who", "$105 billion", "", False),
        ("who", "the bishops", "", True),
        ("what", "anything", "", True),
        ("how many", "", "", False),
    ],
)
def test_words_of_another_kind_answer_nothing(kind: AnswerType, words: str, before: str, right: bool) -> None:
    assert can_be(kind, words, before) is right


@pytest.mark.parametrize(
    ("question", "shape"),
    [
        ("What is the article about?", "summary"),
        ("Summarise it", "summary"),
        ("tl;dr", "summary"),
        ("List the officials", "list"),
        ("What were Putin's key concerns?", "list"),
        ("Which countries joined?", "list"),
        ("Which U.S. officials are named?", "list"),
        ("What did Zelenskyy say?", "list"),
        ("What did Zelenskyy say about Putin?", "point"),
        ("Compare the positions of both", "compare"),
        ("How do they differ?", "compare"),
        ("Who called?", "point"),
        ("What was the news?", "point"),
    ],
)
def test_the_size_of_the_answer_is_read_from_the_question(question: str, shape: str) -> None:
    assert shape_of(question) == shape


@pytest.mark.parametrize(
    "question",
    [
        "And why was it late?",
        "Why?",
        "What about China?",
        "What did he say about it?",
        "How so?",
        "Which ones?",
        "Where is it?",
    ],
)
def test_a_question_that_leans_on_history_is_a_follow_up(question: str) -> None:
    assert is_follow_up(question)


@pytest.mark.parametrize(
    "question",
    [
        "Why was the call late?",
        "What did Zelenskyy say about his army?",
        "Is there a truce?",
        "Is it true that Putin lied?",
        "Who is Steve Witkoff?",
    ],
)
def test_a_complete_question_passes_untouched(question: str) -> None:
    assert make_standalone(question, [CALL]) == StandaloneQuestion(question)


def test_a_follow_up_carries_what_the_last_turns_were_about() -> None:
    assert make_standalone("And why was it late?", [CALL]).topic == ("call", "last")
    chain = [CALL, Turn(question="And why was it late?", answer="…")]
    assert "call" in make_standalone("When did it begin?", chain).topic


def test_a_pronoun_for_a_person_carries_the_person_of_the_answer() -> None:
    turn = Turn(question="Who is the envoy?", answer="The envoy is Steve Witkoff. [1]")
    assert "Witkoff" in make_standalone("What did he carry?", [turn]).topic


def test_what_was_cited_stays_in_reach() -> None:
    cited = Citation(number=1, article_id="a" * 16, title="T", start=3, end=9, quote="q")
    turn = CALL.model_copy(update={"citations": (cited,)})
    assert make_standalone("And why?", [turn]).cited == (("a" * 16, 3, 9),)


def test_terms_know_their_place_and_nature() -> None:
    question = parse_question(StandaloneQuestion("When did Vance call in 2024?"))
    assert [question.text[term.start : term.end] for term in question.terms] == ["Vance", "call", "2024"]
    assert [term.name for term in question.terms] == [True, False, False]
    assert question.terms[2].number


def test_words_that_carry_meaning_are_told_from_the_rest() -> None:
    assert content_words("How long did the call last?") == ["call", "last"]
    assert capitalised("Did Vance call?") == ["Vance"]
    assert stem("ceasefires") == stem("Ceasefire")
