"""The shipped sets of news questions hold what they say they hold."""

import re
from collections import Counter
from importlib.resources import files

import pytest

from eval.datasets import read_set
from eval.schema import Case
from ingest.clean import clean_text, make_article
from ingest.split import split_sentences

NAMES = ("news", "news-held-out")
KINDS = set("who-is who-said dated two-part list compare conversation why number yes-no fact".split())
SETS = {name: read_set(name, max_bytes=1_000_000) for name in NAMES}
TEXTS = {document.origin: clean_text(document.text) for held in SETS.values() for document in held.documents}
CASES = [case for held in SETS.values() for case in held.cases]
ANSWERED = [case for case in CASES if case.answerable]


def evidence(case: Case) -> str:
    return " ".join(case.evidence)


def slices(case: Case, answer: str) -> bool:
    """Whether every part of the answer, separated by "; ", stands in the evidence."""
    return all(part in evidence(case) for part in answer.split("; "))


@pytest.mark.parametrize("name", NAMES)
def test_each_kind_is_asked_twenty_times_and_a_fifth_of_all_is_not_told(name: str) -> None:
    cases = SETS[name].cases
    assert all(len(KINDS & set(case.tags)) == 1 for case in cases)
    counts = Counter(tag for case in cases for tag in case.tags)
    assert min(counts[kind] for kind in KINDS) >= 20
    assert counts["unanswerable"] >= len(cases) / 5
    assert min(counts[kind] for kind in ("not-told", "near-miss", "false-premise")) >= 8


def test_tuned_and_held_out_questions_share_no_article_and_every_article_is_asked() -> None:
    tuned, held_out = ({name for case in SETS[which].cases for name in case.articles} for which in NAMES)
    assert not tuned & held_out
    assert tuned | held_out == {item.name for item in (files("eval") / "sets" / "articles").iterdir()}
    assert len(tuned) == len(held_out) == 4


def test_articles_are_as_long_as_news_and_say_their_day_at_the_top() -> None:
    for text in TEXTS.values():
        assert 2_500 <= len(text) <= 5_000
        assert re.search(r"\b[A-Z][a-z]{2,8}\.? (?:\d\d?, )?202[45]\b", "\n".join(text.split("\n")[:3])[:300])


@pytest.mark.parametrize("name", NAMES)
def test_half_of_a_sets_articles_have_a_day_that_is_known(name: str) -> None:
    days = [make_article(document).published_at for document in SETS[name].documents]
    assert sum(bool(day) for day in days) >= 2


def test_quotes_are_sentences_of_the_one_article_that_is_asked() -> None:
    sentences = {name: {text[one.start : one.end] for one in split_sentences(text)} for name, text in TEXTS.items()}
    for case in CASES:
        (name,) = case.articles
        quotes = {*case.evidence, *case.also, *(said for _, said in case.history)}
        assert quotes <= sentences[name], case.id
        assert not set(case.evidence) & set(case.also), case.id


def test_what_is_told_has_answer_and_evidence_and_what_is_not_has_neither() -> None:
    for case in CASES:
        assert bool(case.answers) == bool(case.evidence) == case.answerable, case.id
        assert ("unanswerable" in case.tags) == (not case.answerable), case.id
        assert ("conversation" in case.tags) == bool(case.history), case.id


def test_the_words_that_answer_stand_in_the_evidence() -> None:
    for case in ANSWERED:
        found = [slices(case, answer) for answer in case.answers]
        bare = bool({"yes", "no"} & set(case.answers))
        assert all(found) if "list" in case.tags else any(found) or bare, case.id
        assert bare or "yes-no" not in case.tags, case.id


@pytest.mark.parametrize("name", ["claims", "claims-held-out"])
def test_claims_are_held_to_sentences_of_the_articles_of_their_half(name: str) -> None:
    own = {case.articles[0] for case in SETS[name.replace("claims", "news")].cases}
    sentences = {TEXTS[of][one.start : one.end] for of in own for one in split_sentences(TEXTS[of])}
    cases = read_set(name, max_bytes=1_000_000).cases
    assert all(case.references and set(case.references) <= sentences for case in cases)
    assert all(case.answerable == ("true" in case.tags) for case in cases)
    assert 0.35 < sum(case.answerable for case in cases) / len(cases) < 0.65
    changed = {"number", "date", "name", "speaker", "negation", "opposite", "quotation"}
    assert {tag for case in cases for tag in case.tags} == {"true", *changed}


def test_most_questions_are_asked_in_other_words_than_the_articles() -> None:
    assert sum(in_other_words(case) for case in ANSWERED) > len(ANSWERED) / 2


def in_other_words(case: Case) -> bool:
    """Whether at most half of the question's longer words, names aside, stand in the evidence."""
    names = set(re.findall(r"\b[A-Z]\w+", evidence(case).replace("“", "")))
    asked = [word for word in re.findall(r"\w{4,}", case.question) if word not in names]
    held = {word[:5].lower() for word in re.findall(r"\w{4,}", evidence(case))}
    return sum(word[:5].lower() in held for word in asked) <= len(asked) / 2
