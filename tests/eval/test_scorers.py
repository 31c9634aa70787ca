import json
from importlib.resources import files

import pytest

from eval.datasets import read_set
from eval.schema import Case
from eval.scorers import answer_recall, citation_precision, citation_recall, mean_scores, places, scores_of, token_f1
from ingest.clean import clean_text
from ingest.sample import sample
from ingest.schema import Article
from qa.schema import Answer, Citation

TEXT = "It rained on Monday. It snowed on Tuesday. The sun shone on Friday."
HELD = {"a" * 16: Article(id="a" * 16, title="T", text=TEXT, content_hash="0")}


def answer(*quotes: str, **more: object) -> Answer:
    citations = tuple(
        Citation(number=n, article_id="a" * 16, title="T", start=TEXT.index(q), end=TEXT.index(q) + len(q), quote=q)
        for n, q in enumerate(quotes, 1)
    )
    text = " ".join(f"{q} [{n}]" for n, q in enumerate(quotes, 1)) or "The article does not say."
    given = {
        "question": "q",
        "standalone": "q",
        "text": text,
        "status": "answered" if quotes else "not_found",
        "citations": citations,
        "model": "m",
    }
    return Answer.model_validate({**given, **more})


def test_token_f1_ignores_case_punctuation_articles_and_markers() -> None:
    assert token_f1("The Rain! [1]", "rain") == 1.0
    assert token_f1("over two hours", "two hours") == pytest.approx(0.8)
    assert token_f1("sun", "rain") == 0.0
    assert token_f1("", "") == 1.0


def test_citations_are_right_when_they_overlap_gold_evidence() -> None:
    gold, lost = places(["snowed on Tuesday", "Nowhere to be found"], HELD)
    assert lost == ["Nowhere to be found"]
    cited = [("a" * 16, 0, 20), ("a" * 16, 21, 42)]
    assert citation_precision(cited, gold) == 0.5
    assert citation_recall(cited, gold) == 1.0


def test_what_may_be_cited_beside_the_evidence_counts_neither_way() -> None:
    case = Case(id="1", question="q", answers=("x",), evidence=("It snowed on Tuesday.",), also=("It rained",))
    both = scores_of(case, answer("It rained on Monday.", "It snowed on Tuesday."), HELD)
    assert both["citation_precision"] == both["citation_recall"] == both["first_citation_right"] == 1.0
    beside = scores_of(case, answer("It rained on Monday."), HELD)
    assert (beside["citation_precision"], beside["citation_recall"]) == (1.0, 0.0)
    assert scores_of(case, answer("The sun shone on Friday."), HELD)["citation_precision"] == 0.0


def test_what_answers_as_well_counts_as_the_evidence() -> None:
    case = Case(id="1", question="q", answers=("x",), evidence=("It snowed on Tuesday.",), instead=("It rained",))
    other = scores_of(case, answer("It rained on Monday."), HELD)
    assert other["citation_precision"] == other["citation_recall"] == other["first_citation_right"] == 1.0
    assert scores_of(case, answer("It snowed on Tuesday."), HELD)["citation_recall"] == 1.0
    assert scores_of(case, answer("The sun shone on Friday."), HELD)["citation_recall"] == 0.0


def test_yes_or_no_must_come_first_and_be_the_right_one() -> None:
    case = Case(id="1", question="Did it snow?", answers=("yes",), evidence=("It snowed",), tags=("yes-no",))
    for text, right in (("Yes. It snowed.", 1.0), ("No. It snowed.", 0.0), ("It snowed. Yes.", 0.0)):
        said = answer("It snowed on Tuesday.").model_copy(update={"text": text})
        assert scores_of(case, said, HELD)["yes_no_right"] == right
    assert scores_of(case, None, HELD)["yes_no_right"] == 0.0
    told = case.model_copy(update={"answers": ("It snowed",)})
    assert "yes_no_right" not in scores_of(told, answer("It snowed on Tuesday."), HELD)


def test_an_answerable_case_is_scored_on_what_it_cites() -> None:
    case = Case(id="1", question="When did it snow?", answers=("Tuesday",), evidence=("It snowed on Tuesday.",))
    right = scores_of(case, answer("It snowed on Tuesday."), HELD)
    assert (
        right["citation_precision"]
        == right["citation_recall"]
        == right["first_citation_right"]
        == right["answer_recall"]
        == 1.0
    )
    assert "not_found_recall" not in right
    wrong = scores_of(case, answer("It rained on Monday."), HELD)
    assert wrong["citation_precision"] == wrong["citation_recall"] == 0.0


def test_refusing_is_right_only_when_the_article_does_not_say() -> None:
    absent, present = (
        Case(id="1", question="q", answerable=False),
        Case(id="2", question="q", answers=("Monday",), evidence=("It rained",)),
    )
    assert scores_of(absent, answer(), HELD)["not_found_recall"] == 1.0
    assert scores_of(absent, answer("It rained on Monday."), HELD)["not_found_recall"] == 0.0
    assert scores_of(present, answer(), HELD) | {} == scores_of(present, answer(), HELD)
    assert scores_of(present, answer(), HELD)["not_found_precision"] == 0.0
    assert scores_of(present, answer(), HELD)["citation_recall"] == 0.0


def test_a_wrong_quote_or_a_dangling_marker_is_seen() -> None:
    good = answer("It rained on Monday.")
    case = Case(id="1", question="q")
    assert scores_of(case, good, HELD)["quotes_exact"] == 1.0
    bent = good.citations[0].model_copy(update={"quote": "It poured on Monday."})
    assert scores_of(case, good.model_copy(update={"citations": (bent,)}), HELD)["quotes_exact"] == 0.0
    assert scores_of(case, good.model_copy(update={"text": "Rain. [1] [2]"}), HELD)["quotes_exact"] == 0.0


def test_a_crashed_case_counts_and_what_does_not_apply_is_not_zero() -> None:
    case = Case(id="1", question="q", answers=("x",), evidence=("It rained",))
    assert scores_of(case, None, HELD)["citation_recall"] == 0.0
    assert mean_scores([])["citation_recall"].value is None


def test_recall_of_the_answer_is_fair_to_a_quoted_sentence() -> None:
    assert answer_recall(answer("It snowed on Tuesday."), ["on Tuesday"]) == 1.0


def test_the_shipped_set_is_large_and_every_evidence_is_verbatim() -> None:
    cases = read_set("sample", max_bytes=1_000_000).cases
    text = clean_text(sample().text)
    assert len(cases) >= 60
    tags = {tag for case in cases for tag in case.tags}
    assert {"fact", "list", "summary", "follow-up", "unanswerable", "false-premise"} <= tags
    assert all(quote in text for case in cases for quote in case.evidence)
    assert all(bool(case.evidence) == case.answerable for case in cases)
    raw = (files("eval") / "sets" / "sample.jsonl").read_text("utf-8").splitlines()
    assert all(json.loads(line)["id"] for line in raw)
