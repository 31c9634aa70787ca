import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.schema import Article
from qa.schema import MARKER, DraftSentence, Span
from qa.verification.cite import cite, unmarked

hostile = st.text(
    st.sampled_from("ab [1]{}()<>|\\\"'“”#*_`~\n\t\u202e\u2060🙂e\u0301שلا0129.!?") | st.characters(codec="utf-8"),
    max_size=120,
)


def article(text: str, name: str = "a" * 16) -> Article:
    return Article(id=name, title="T", text=text, content_hash="0" * 64)


@st.composite
def cases(draw: st.DrawFn) -> tuple[dict[str, Article], list[DraftSentence]]:
    articles = {name * 16: article(draw(hostile), name * 16) for name in "ab"}
    spans = st.builds(
        Span,
        article_id=st.sampled_from(["a" * 16, "b" * 16, "c" * 16]),
        start=st.integers(-3, 130),
        end=st.integers(-3, 130),
    )
    drafts = st.lists(st.builds(DraftSentence, text=hostile, spans=st.lists(spans, max_size=4).map(tuple)), max_size=5)
    return articles, draw(drafts)


@given(cases())
def test_every_quote_is_the_articles_own_characters(case: tuple[dict[str, Article], list[DraftSentence]]) -> None:
    articles, drafts = case
    for citation in cite(drafts, articles).citations:
        assert articles[citation.article_id].text[citation.start : citation.end] == citation.quote
        assert citation.quote.strip()


@given(cases())
def test_every_marker_has_one_citation_and_back(case: tuple[dict[str, Article], list[DraftSentence]]) -> None:
    articles, drafts = case
    cited = cite(drafts, articles)
    numbers = [citation.number for citation in cited.citations]
    assert numbers == list(range(1, len(numbers) + 1))
    assert {int(number) for number in MARKER.findall(cited.text)} == set(numbers)
    assert {number for claim in cited.claims for number in claim.citations} == set(numbers)
    assert all(claim.citations for claim in cited.claims)


@given(cases())
def test_nothing_is_dropped_without_being_told(case: tuple[dict[str, Article], list[DraftSentence]]) -> None:
    articles, drafts = case
    cited = cite(drafts, articles)
    bad = sum(not _good(span, articles) for draft in drafts for span in dict.fromkeys(draft.spans))
    unsaid = len(drafts) - len(cited.claims)
    assert len(cited.rejected) == bad + unsaid
    assert all(item.reason for item in cited.rejected)


def _good(span: Span, articles: dict[str, Article]) -> bool:
    held = articles.get(span.article_id)
    inside = held is not None and 0 <= span.start < span.end <= len(held.text)
    return inside and bool(held and held.text[span.start : span.end].strip())


@given(hostile)
def test_words_of_an_article_never_read_as_a_marker(text: str) -> None:
    assert not MARKER.search(unmarked(text))
    assert re.sub(r"\s+", " ", text).strip().replace("\u2060", "") == unmarked(text).replace("\u2060", "")


SAID = "The work will cost 1.9 million crowns in all."


@pytest.mark.parametrize(
    "again",
    [
        SAID,
        SAID.upper(),
        SAID.replace(" ", "  "),
        f"“{SAID}”",
        f"- {SAID}",
        SAID.replace("work", "wo\u00adrk"),
        SAID.removesuffix("."),
        SAID.replace("1.9", "１.９"),
        SAID.replace("crowns", "crowns,"),
        f"» {SAID} «",
    ],
)
def test_what_an_article_says_twice_is_cited_once(again: str) -> None:
    text = f"{SAID}\n{again}\nIt rained."
    articles = {"a" * 16: article(text)}
    first = Span(article_id="a" * 16, start=0, end=len(SAID))
    second = Span(article_id="a" * 16, start=len(SAID) + 1, end=len(SAID) + 1 + len(again))
    rain = Span(article_id="a" * 16, start=len(text) - 10, end=len(text))
    cited = cite([DraftSentence(SAID, (first, second)), DraftSentence("It rained.", (second, rain))], articles)
    assert [item.start for item in cited.citations] == [0, rain.start]
    assert [claim.citations for claim in cited.claims] == [(1,), (1, 2)]


def test_a_quote_in_a_box_is_not_cited_beside_the_sentence_that_holds_it() -> None:
    text = (
        "“We will not be moved from here”\n“We will not be moved from here,” said Ada Li on Monday.\nShe said no.\nNo."
    )
    articles = {"a" * 16: article(text)}
    lines = [(text.index(line), text.index(line) + len(line)) for line in text.split("\n")]
    spans = [Span(article_id="a" * 16, start=start, end=end) for start, end in [lines[0], (33, lines[1][1]), lines[2]]]
    cited = cite([DraftSentence("They will not be moved.", tuple(spans))], articles)
    assert [item.start for item in cited.citations] == [33, lines[2][0]]


def test_the_same_words_in_two_articles_are_cited_from_both() -> None:
    articles = {name * 16: article(SAID, name * 16) for name in "ab"}
    spans = tuple(Span(article_id=name * 16, start=0, end=len(SAID)) for name in "ab")
    assert len(cite([DraftSentence(SAID, spans)], articles).citations) == 2


def test_a_claim_is_supported_only_by_its_own_words() -> None:
    articles = {"a" * 16: article("It rained. It snowed.")}
    span = Span(article_id="a" * 16, start=0, end=10)
    assert cite([DraftSentence("It rained.", (span,))], articles).claims[0].support == "supported"
    assert cite([DraftSentence("It hailed.", (span,))], articles).claims[0].support == "unsupported"


def test_a_span_cited_twice_has_one_number() -> None:
    articles = {"a" * 16: article("It rained. It snowed.")}
    span = Span(article_id="a" * 16, start=0, end=10)
    assert (
        cite([DraftSentence("It rained.", (span,)), DraftSentence("It rained.", (span,))], articles).text
        == "It rained. [1] It rained. [1]"
    )
