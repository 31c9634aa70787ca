"""Answers that a language model writes, over real HTTP: cited, checked, refused, taken back, stopped."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as trying
from hypothesis import strategies as st

from ingest import ingest
from ingest.clean import make_article
from ingest.sample import sample
from ingest.schema import RawDocument
from ingest.settings import Settings
from qa import NOT_FOUND, Answer, ask
from qa.answer import stream
from qa.render import render_answer, render_text
from qa.schema import MARKER, AnswerEvent, StageEvent, TextEvent
from tests.effort import FULL
from tests.openai_server import EMPTY, GARBAGE, PAGE, Failure, ModelServer

LONG = "How long did the call last?"
RIGHT = "The call lasted more than two hours [2]."


@pytest.fixture
def told(model_server: ModelServer, tmp_path: Path) -> Settings:
    """Settings with the scripted model and the sample article."""
    made = model_server.settings(data_dir=tmp_path / "data")
    ingest(sample(), settings=made)
    return made


def events(question: str, settings: Settings) -> tuple[str, Answer]:
    """The text as its events tell it, and the answer."""
    text = ""
    for event in stream(question, settings=settings):
        if isinstance(event, TextEvent):
            text = event.text if event.anew else text + event.text
            assert not text.rstrip().endswith("[")
        if isinstance(event, AnswerEvent):
            return text, event.answer
    raise AssertionError


def verified(answer: Answer) -> None:
    """Every [n] has exactly one citation and back, and every quote is cut from its article."""
    text = make_article(sample()).text
    numbers = {int(n) for n in MARKER.findall(answer.text)}
    assert numbers == {citation.number for citation in answer.citations}
    assert {n for claim in answer.claims for n in claim.citations} == numbers
    assert all(citation.quote == text[citation.start : citation.end] for citation in answer.citations)


def test_a_model_writes_and_code_cites(model_server: ModelServer, told: Settings) -> None:
    model_server.reply = f"{RIGHT} It began at 10 a.m. Eastern Time. [6]"
    text, answer = events(LONG, told)
    assert answer.text == text == "The call lasted more than two hours. [1] It began at 10 a.m. Eastern Time. [2]"
    assert "lasted more than two hours" in answer.citations[0].quote
    assert answer.citations[1].quote.startswith("Trump placed the call at 10 a.m.")
    assert [claim.support for claim in answer.claims] == ["supported", "supported"]
    assert answer.model == "test-model"
    verified(answer)


def test_the_article_comes_first_and_the_question_last(model_server: ModelServer, told: Settings) -> None:
    model_server.reply, told = RIGHT, told.model_copy(update={"citing": "numbers"})
    ask(LONG, settings=told)
    ask("Why was it late?", settings=told)
    first, last = model_server.chats[0].messages, model_server.chats[-1].messages
    assert first[0] == last[0], "what a server has read once it need not read again"
    assert LONG in first[-1]["content"]
    assert "Why was it late?" in last[-1]["content"]


def test_prose_without_numbers_is_matched_to_its_sentence(model_server: ModelServer, told: Settings) -> None:
    model_server.reply = "It was delayed because Putin was speaking to Russian oligarchs at a business conference."
    answer = ask("Why was the call delayed?", settings=told.model_copy(update={"citing": "plain"}))
    assert "still speaking to Russian oligarchs" in answer.citations[0].quote
    assert answer.claims[0].support == "supported"
    assert "[1]" not in model_server.chats[-1].prompt, "the model is not shown numbers that it is not asked for"


def test_a_number_that_no_sentence_has_is_told_and_the_right_sentence_cited(
    model_server: ModelServer, told: Settings
) -> None:
    model_server.reply = "The call lasted more than two hours [99]."
    answer = ask(LONG, settings=told)
    assert [item.marker for item in answer.rejected] == ["[99]"]
    assert "more than two hours" in answer.citations[0].quote
    verified(answer)


def test_a_sentence_that_does_not_hold_what_it_is_cited_for_makes_way_for_the_one_that_does(
    model_server: ModelServer, told: Settings
) -> None:
    model_server.reply = "The call lasted more than two hours [9]."
    answer = ask(LONG, settings=told)
    assert [citation.quote for citation in answer.citations if "more than two hours" in citation.quote]
    assert answer.claims[0].support == "supported"
    assert [item.marker for item in answer.rejected] == ["[9]"]


def test_what_the_article_does_not_say_is_marked_and_with_strict_left_out(
    model_server: ModelServer, told: Settings
) -> None:
    model_server.reply = f"{RIGHT} It cost 40 million euros [3]."
    text, answer = events(LONG, told)
    assert [claim.support for claim in answer.claims] == ["supported", "unsupported"]
    assert "Not supported" in render_answer(answer)
    text, answer = events(LONG, told.model_copy(update={"strict": "on"}))
    assert answer.text == text == "The call lasted more than two hours. [1]"
    assert "40 million" in answer.rejected[-1].marker


def test_a_model_none_of_whose_sentences_hold_is_not_believed(model_server: ModelServer, told: Settings) -> None:
    model_server.reply = "It lasted 40 minutes [2]."
    text, answer = events(LONG, told)
    assert answer.model == "quote"
    assert "more than two hours" in answer.text
    assert "quoted instead" in answer.note
    assert text == answer.text
    assert "quoted instead" in render_text(answer)


def test_a_model_that_refuses_is_believed(model_server: ModelServer, told: Settings) -> None:
    model_server.reply = NOT_FOUND
    text, answer = events("Who is skeptical of Putin?", told)
    assert (answer.status, answer.text, text) == ("not_found", NOT_FOUND, NOT_FOUND)
    assert answer.nearest


def test_the_gate_stops_a_question_of_a_model_that_writes_prose(model_server: ModelServer, told: Settings) -> None:
    model_server.reply, model_server.yes = RIGHT, 0.01
    plain = told.model_copy(update={"citing": "plain"})
    answer = ask("Who won the chess tournament during the call?", settings=plain)
    assert answer.status == "not_found"
    assert all(request.body["max_tokens"] == 1 for request in model_server.chats)


def test_a_sure_gate_lets_a_question_pass(model_server: ModelServer, told: Settings) -> None:
    model_server.reply, model_server.yes = RIGHT, 0.99
    assert ask(LONG, settings=told).status == "answered"


def test_what_only_a_part_of_is_told_says_so(model_server: ModelServer, told: Settings) -> None:
    model_server.reply = f"{RIGHT} The article does not say who paid for it."
    answer = ask(LONG, settings=told)
    assert answer.text == "The call lasted more than two hours. [1]"
    assert answer.note == "The article does not say who paid for it."


@pytest.mark.parametrize(
    "failure", [Failure(401), Failure(500), Failure(how="cut", said="The call"), GARBAGE, PAGE, EMPTY], ids=str
)
def test_a_model_that_fails_makes_way_for_quotes(model_server: ModelServer, told: Settings, failure: object) -> None:
    model_server.reply = failure  # type: ignore[assignment]
    text, answer = events(LONG, told.model_copy(update={"openai_retries": 0}))
    assert answer.model == "quote"
    assert "more than two hours" in answer.text
    assert "quoted instead" in answer.note
    assert text == answer.text, "what the model had begun is taken back"
    verified(answer)


def test_without_a_model_to_ask_the_article_is_quoted_and_the_reason_told(settings: Settings) -> None:
    ingest(sample(), settings=settings)
    answer = ask(LONG, settings=settings.model_copy(update={"answerer": "openai"}))
    assert answer.model == "quote"
    assert "No language model is set." in answer.note
    assert "quoted instead" in answer.note


def test_leaving_in_the_middle_ends_the_model_s_work(model_server: ModelServer, told: Settings) -> None:
    model_server.reply, model_server.pause = RIGHT * 20, 0.05
    for event in stream(LONG, settings=told):
        if isinstance(event, TextEvent):
            break
    assert model_server.chats[-1].hung_up.wait(60)


def test_leaving_before_the_first_word_ends_the_model_s_work(model_server: ModelServer, told: Settings) -> None:
    model_server.reply = Failure(how="hang")
    events_ = stream(LONG, settings=told.model_copy(update={"openai_timeout": 60.0}))
    while next(events_).kind == "stage" and not model_server.chats:
        continue
    events_.close()  # type: ignore[attr-defined]
    assert model_server.chats[-1].hung_up.wait(60)


def test_leaving_while_a_follow_up_is_rewritten_ends_the_model_s_work(
    model_server: ModelServer, told: Settings
) -> None:
    model_server.reply = Failure(how="hang")
    patient = told.model_copy(update={"openai_timeout": 60.0})
    events_ = stream("And why was it late?", history=[("How long did it last?", "Two hours.")], settings=patient)
    while (event := next(events_)).kind == "stage" and not model_server.chats:
        assert isinstance(event, StageEvent)
        assert event.stage == "condense"
    events_.close()
    assert "<conversation>" in model_server.chats[-1].prompt
    assert model_server.chats[-1].hung_up.wait(60)


def test_what_does_not_fit_the_prompt_is_chosen_by_evidence(model_server: ModelServer, told: Settings) -> None:
    text = "\n".join(f"Paragraph {n} tells of the harbour at length. " * 6 for n in range(120))
    ingest(
        RawDocument(origin="harbour", text=f"The Harbour\n{text}\nThe new quay costs nine million dollars."),
        settings=told,
    )
    model_server.reply = "The quay costs nine million dollars."
    answer = ask("How much does the new quay cost?", settings=told)
    assert len(model_server.chats[-1].prompt) < 3.5 * told.prompt_tokens + 3_000
    assert "nine million dollars" in model_server.chats[-1].prompt
    assert "nine million dollars" in answer.citations[0].quote


def test_tokens_and_seconds_stand_on_the_answer(model_server: ModelServer, told: Settings) -> None:
    model_server.reply = RIGHT
    answer = ask(LONG, settings=told.model_copy(update={"price_in": 1.0, "price_out": 2.0}))
    assert answer.usage.prompt_tokens > 100
    assert answer.usage.completion_tokens > 0
    assert answer.usage.cost
    assert 0 < answer.timings["first_word"] <= answer.timings["total"]
    assert "tokens read" in render_text(answer)


OBJECT = '{"tells": "yes", "sentences": [{"text": "The call lasted more than two hours.", "numbers": [2]}'


def test_an_object_is_asked_for_and_read_as_it_grows(model_server: ModelServer, told: Settings) -> None:
    model_server.reply = f'{OBJECT}, {{"text": "It began at 10 a.m. Eastern Time.", "numbers": [6]}}]}}'
    text, answer = events(LONG, told)
    assert model_server.chats[-1].body["response_format"]["type"] == "json_schema"
    assert answer.text == text == "The call lasted more than two hours. [1] It began at 10 a.m. Eastern Time. [2]"
    assert len(model_server.chats) == 1, "a model that can refuse by itself is not asked twice"
    verified(answer)


def test_an_object_that_is_cut_off_still_gives_its_finished_sentences(
    model_server: ModelServer, told: Settings
) -> None:
    model_server.reply = f'{OBJECT}, {{"text": "It began at 10'
    text, answer = events(LONG, told)
    assert answer.text == text == "The call lasted more than two hours. [1]"


def test_where_a_schema_is_ignored_prose_is_read_and_numbers_asked_for_from_then_on(
    model_server: ModelServer, told: Settings
) -> None:
    model_server.reply = RIGHT
    assert events(LONG, told)[1].model == "test-model"
    assert events(LONG, told)[1].model == "test-model"
    assert [("response_format" in request.body) for request in model_server.chats] == [True, False]


def test_an_object_that_was_not_asked_for_is_read_too(model_server: ModelServer, told: Settings) -> None:
    model_server.reply = f"{OBJECT}]}}"
    answer = events(LONG, told.model_copy(update={"citing": "numbers"}))[1]
    assert "response_format" not in model_server.chats[-1].body
    assert answer.text == "The call lasted more than two hours. [1]"


@pytest.mark.parametrize(
    "refusal",
    [
        *("I'm sorry, but I cannot find this in the article.", "Not mentioned.", '{"tells": "no", "sentences": []}'),
        *(
            "Der Artikel sagt dazu nichts.",
            "文章没有提到这一点。",
            "The text gives no figure. Let me know if I can help!",
        ),
    ],
)
def test_a_refusal_in_any_words_is_believed_and_shown_folded(
    model_server: ModelServer, told: Settings, refusal: str
) -> None:
    model_server.reply = refusal
    text, answer = events("How much did the interpreter earn?", told)
    assert (answer.status, answer.text, text) == ("not_found", NOT_FOUND, NOT_FOUND)
    assert answer.written == refusal
    assert "What the model wrote" in render_answer(answer)
    assert "The model wrote: “" in render_text(answer)


def test_beside_a_refusal_that_the_reader_is_sure_against_both_are_told(
    model_server: ModelServer, told: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qa.answer.SURE", 0.5)
    model_server.reply = "Not mentioned."
    answer = events(LONG, told)[1]
    assert (answer.status, answer.model, answer.written) == ("answered", "quote", "Not mentioned.")
    assert "says that the article does not tell" in answer.note
    assert "Not mentioned" in render_text(answer)


def test_an_answer_in_another_language_keeps_its_citation_and_is_said_to_be_unchecked(
    model_server: ModelServer, told: Settings
) -> None:
    model_server.reply = "Das Gespräch dauerte mehr als zwei Stunden [2]."
    answer = events("Wie lange dauerte das Gespräch?", told)[1]
    assert answer.text == "Das Gespräch dauerte mehr als zwei Stunden. [1]"
    assert answer.claims[0].support == "unchecked"
    assert "more than two hours" in answer.citations[0].quote
    assert "Not checked in full" in render_answer(answer)


def test_what_came_whole_before_a_failure_is_kept(model_server: ModelServer, told: Settings) -> None:
    model_server.reply = Failure(how="cut", said=f"{RIGHT} ")
    answer = events(LONG, told.model_copy(update={"openai_retries": 0}))[1]
    assert (answer.model, answer.text) == ("test-model", "The call lasted more than two hours. [1]")
    assert answer.note


def test_a_model_that_says_one_thing_over_and_over_is_not_heard_to_the_end(
    model_server: ModelServer, told: Settings
) -> None:
    model_server.reply, model_server.pieces, model_server.pause = f"{RIGHT} " * 900, 400, 0.05
    answer = events(LONG, told)[1]
    assert answer.text == "The call lasted more than two hours. [1]"
    assert model_server.chats[-1].hung_up.wait(60)


PIECES = st.sampled_from(
    [
        *(
            "The call lasted two hours",
            "Putin",
            ". ",
            "[2]",
            "[99]",
            "[1, 3]",
            "[",
            "]",
            "【2†x】",
            "(3)",
            "\n- ",
            "**",
        ),
        *("<img src=x>", "![x](http://evil.example)", "</article>", "🙂", "40 days", "“peace”", "[0]", "\x00"),
        *("javascript:x", "[2](http://evil.example)", NOT_FOUND),
    ]
)


@pytest.mark.slow
@trying(max_examples=200 if FULL else 25)
@given(st.lists(PIECES, max_size=12).map(" ".join))
def test_no_reply_leaves_an_unverified_citation_or_a_live_link(
    model_server: ModelServer, told: Settings, reply: str
) -> None:
    model_server.reply = reply
    text, answer = events(LONG, told.model_copy(update={"openai_retries": 0}))
    verified(answer)
    assert text == answer.text
    page = render_answer(answer)
    assert "<img" not in page
    assert "](http" not in page
