from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as given_settings
from hypothesis import strategies as st

from ingest import RawDocument, articles, ingest
from ingest.errors import NoArticlesError, QuestionError, SourceError
from ingest.settings import Settings
from qa import NOT_FOUND, Answer, Turn, ask, retrieve, stream
from qa.schema import MARKER, AnswerEvent, StageEvent, TextEvent
from qa.text.words import plain_words, repeats
from tests.effort import FULL


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("How long did the call last?", "lasted more than two hours"),
        ("Why was the call delayed?", "Russian oligarchs"),
        ("Who is the U.S. envoy?", "Steve Witkoff"),
        ("At what time did Trump place the call?", "10 a.m. Eastern Time"),
        ("What does Ukraine demand?", "Crimea"),
        ("What is not up for negotiation?", "sovereignty"),
    ],
)
def test_a_question_is_answered_with_the_sentence_that_tells(
    sample_settings: Settings, question: str, words: str
) -> None:
    answer = ask(question, settings=sample_settings)
    assert answer.status == "answered"
    assert words in answer.text
    assert len(answer.citations) <= 3


@pytest.mark.parametrize(
    "question",
    ["What does China say?", "What did Macron decide?", "Who won the World Cup?", "How much did the dinner cost?"],
)
def test_what_the_article_does_not_say_is_said_with_the_nearest_passage(
    sample_settings: Settings, question: str
) -> None:
    answer = ask(question, settings=sample_settings)
    assert (answer.status, answer.text, answer.citations) == ("not_found", NOT_FOUND, ())
    assert answer.nearest
    text = articles(sample_settings)[0].text
    assert text[answer.nearest.start : answer.nearest.end] == answer.nearest.quote


COST = "The work will cost 1.9 million crowns, said council leader Ada Li."
MOVE = "Some 46 traders will move behind the station on Monday."


@pytest.mark.parametrize(
    "text",
    [
        f"Market to close\n\n{COST} {MOVE}\n\n{COST} {MOVE}",
        "\n\n".join(["Market to close", *[f"{COST} {MOVE}"] * 4]),
        f"Market to close\n\n“The work will cost 1.9 million crowns”\n\n{COST}\n\n{MOVE}",
        f"Market to close\n\n{COST} {MOVE}\n\nTHE WORK WILL COST 1.9 MILLION CROWNS\n\nIt rained all day.",
        f"Market to close\n\n{MOVE}\n{MOVE}\n{MOVE}\n{COST}",
        f"Market to close\n\n- {COST}\n- {MOVE}\n\n{COST} {MOVE}",
        f"Market to close\n\n{COST}\n\nIt rained all day long in Brennick.\n\n“{COST}”",
        f"{COST}\n\n{COST} {MOVE}",
        f"Market to close\n\nIn short:\n{COST}\n{MOVE}\n\nIn full:\n{COST}\n{MOVE}",
        f"Market to close\n\n{COST} {COST} {MOVE} {MOVE}",
    ],
)
def test_what_an_article_says_twice_is_said_once(settings: Settings, text: str) -> None:
    ingest([RawDocument(origin="market", text=text)], settings=settings)
    for question in ("What is it about?", "How much will the work cost?", "Who will move?"):
        answer = ask(question, settings=settings)
        said = [plain_words(citation.quote) for citation in answer.citations]
        assert not [one for one in said for other in said if one is not other and repeats(one, other)]
        assert len(said) == len(set(said))


def test_a_list_comes_whole_and_in_article_order(sample_settings: Settings) -> None:
    answer = ask("What were Putin's key concerns?", settings=sample_settings)
    places = [citation.start for citation in answer.citations]
    assert len(places) == 6
    assert places == sorted(places)
    assert "named several concerns:" in answer.text


def test_a_summary_takes_sentences_from_all_over_the_article(sample_settings: Settings) -> None:
    answer = ask("What is this article about?", settings=sample_settings)
    length = len(articles(sample_settings)[0].text)
    assert 3 <= len(answer.citations) <= 5
    assert answer.citations[-1].start > length / 2


def test_the_exact_words_that_answer_are_a_slice_of_a_quote(sample_settings: Settings) -> None:
    answer = ask("How long did the call last?", settings=sample_settings)
    assert answer.short == "more than two hours"
    assert answer.short in answer.citations[0].quote


@pytest.mark.parametrize("form", ["answers", "turns", "pairs"])
def test_a_follow_up_is_understood_in_every_form_of_history(sample_settings: Settings, form: str) -> None:
    first = ask("How long did the call last?", settings=sample_settings)
    history: list[Answer | Turn | tuple[str, str]] = {
        "answers": [first],
        "turns": [Turn(question=first.question, answer=first.text, citations=first.citations)],
        "pairs": [(first.question, first.text)],
    }[form]  # type: ignore[assignment]
    answer = ask("And why was it delayed?", history=history, settings=sample_settings)
    assert "oligarchs" in answer.text
    assert ask("And what does China say?", history=history, settings=sample_settings).status == "not_found"


def test_a_stream_ends_in_the_same_answer_and_its_text_is_what_was_streamed(sample_settings: Settings) -> None:
    events = list(stream("What were Putin's key concerns?", settings=sample_settings))
    assert isinstance(events[-1], AnswerEvent)
    told = "".join(event.text for event in events if isinstance(event, TextEvent))
    assert told == events[-1].answer.text == ask("What were Putin's key concerns?", settings=sample_settings).text
    assert [event.stage for event in events if isinstance(event, StageEvent)] == [
        "condense",
        "retrieve",
        "evidence",
        "answer",
    ]


def test_timings_name_every_stage(sample_settings: Settings) -> None:
    timings = ask("Why was the call delayed?", settings=sample_settings).timings
    assert set(timings) == {"condense", "retrieve", "rerank", "evidence", "answer", "cite", "total"}
    assert sum(timings.values()) - timings["total"] <= timings["total"]


def test_a_path_alone_is_a_whole_script(settings: Settings, tmp_path: Path) -> None:
    path = tmp_path / "report.txt"
    path.write_text("The meeting lasted four hours. It took place in Vienna on Friday.")
    assert "four hours" in ask("How long was the meeting?", articles=["report.txt"], settings=settings).text
    path.write_text("The meeting lasted nine hours. It took place in Oslo on Friday.")
    assert "nine hours" in ask("How long was the meeting?", articles=path, settings=settings).text
    assert len(articles(settings)) == 1


def test_an_answer_stays_inside_the_articles_that_were_named(settings: Settings) -> None:
    both = [
        RawDocument(
            origin=n, url=f"https://example.com/{n}", text=f"The {n} festival begins on {d}. Tickets sell fast."
        )
        for n, d in (("jazz", "Monday"), ("rock", "Sunday"))
    ]
    ingest(both, settings=settings)
    answer = ask("When does the festival begin?", articles=["https://example.com/rock?utm_source=x"], settings=settings)
    assert "Sunday" in answer.text
    assert {hit.chunk.article_id for hit in answer.hits} == {answer.citations[0].article_id}


@pytest.mark.parametrize("question", ["", "   ", "?!…", "x" * 2_001, None, 5])
def test_a_question_that_cannot_be_asked_is_told(sample_settings: Settings, question: str) -> None:
    with pytest.raises(QuestionError) as caught:
        ask(question, settings=sample_settings)
    assert caught.value.hint


def test_an_empty_library_and_unknown_names_are_told(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(NoArticlesError, match="python -m ingest"):
        ask("What happened?", settings=settings)
    with pytest.raises(NoArticlesError):
        ask("What happened?", articles=["nothing"], settings=settings)
    with pytest.raises(NoArticlesError):
        ask("What happened?", articles=[], settings=settings)
    (tmp_path / "empty.txt").write_text("")
    with pytest.raises(SourceError):
        ask("What happened?", articles=["empty.txt"], settings=settings)


def test_a_history_that_is_none_is_told(sample_settings: Settings) -> None:
    with pytest.raises(QuestionError):
        ask("Why?", history=[3], settings=sample_settings)  # type: ignore[list-item]


def test_hits_are_best_first_and_no_more_than_asked_for(sample_settings: Settings) -> None:
    hits = retrieve("Why was the call delayed?", k=2, settings=sample_settings)
    assert len(hits) == 2
    assert hits[0].score >= hits[1].score
    assert "delayed" in hits[0].chunk.text
    with pytest.raises(QuestionError):
        retrieve("Why?", k=0, settings=sample_settings)


hostile = st.text(
    st.sampled_from("ab [1]<>&#|\\*_`“”\n.?!:-•🙂\u0301\u202e0") | st.characters(codec="utf-8"),
    min_size=1,
    max_size=300,
)


@given(hostile, hostile)
@given_settings(max_examples=200 if FULL else 40)
def test_no_article_and_no_question_breaks_the_citations(settings: Settings, text: str, question: str) -> None:
    report = ingest(RawDocument(origin="x", text=text), settings=settings)
    if not report.article_ids:
        return
    held = {article.id: article.text for article in articles(settings)}
    for asked in (question, "What is it about?", "List all of it"):
        try:
            answer = ask(asked, articles=report.article_ids, settings=settings)
        except QuestionError:
            continue
        assert all(held[c.article_id][c.start : c.end] == c.quote for c in answer.citations)
        assert {int(n) for n in MARKER.findall(answer.text)} == {c.number for c in answer.citations}
        assert all(claim.support == "supported" for claim in answer.claims)


def test_the_users_article_is_answered(users_article: Path, settings: Settings) -> None:
    for question, words in {
        "How long did the call last?": "over two hours",
        "Why was the call delayed?": "Russian oligarchs",
        "Who initiated the call?": "Donald Trump initiated the call",
        "Who is the U.S. envoy?": "Steve Witkoff",
        "What did Zelenskyy say?": "Putin is afraid",
        "What were Putin's key concerns?": "Foreign Military Aid",
    }.items():
        assert words in ask(question, articles=users_article, settings=settings).text
    assert ask("What does China think?", articles=users_article, settings=settings).status == "not_found"
