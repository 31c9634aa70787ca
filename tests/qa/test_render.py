import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from ingest import RawDocument, ingest
from ingest.settings import Settings
from qa import ask
from qa.render import escape, inert_markup, plain, render_answer, render_text
from qa.schema import Answer, Citation, Claim, Evidence, Rejected

hostile = st.text(
    st.sampled_from("<>&[]()!#*_`~|\\\"':/\n\t\u202e ahtps.🙂1-+=") | st.characters(codec="utf-8"), max_size=200
)


@given(hostile)
def test_escaped_text_is_inert_in_markdown_and_html(text: str) -> None:
    shown = MarkdownIt("commonmark", {"html": True, "linkify": False}).render(escape(text))
    assert set(re.findall(r"<(/?\w+)", shown)) <= {"p", "/p"}


@given(st.lists(hostile | st.sampled_from(["<em>", "</strong>", "<details>", "&#60;", "[see it](#cite-"]), max_size=8))
def test_a_kept_answer_has_no_markup_but_what_is_made_here(texts: list[str]) -> None:
    kept = inert_markup("".join(texts))
    shown = MarkdownIt("commonmark", {"html": True, "linkify": False}).render(kept)
    ours = {"strong", "em", "small", "details", "summary", "br", "p", "pre", "code"}
    assert {tag.strip("/") for tag in re.findall(r"<(/?\w+)", shown)} <= ours
    assert inert_markup(kept) == kept


@given(hostile, hostile)
def test_an_answer_that_was_kept_is_shown_as_it_was(text: str, quote: str) -> None:
    place = Evidence(article_id="0123456789abcdef", title=text, start=0, end=9, quote=quote, score=0.5)
    told: dict[str, Any] = {"question": text, "standalone": text, "text": text, "model": text, "note": text}
    missed = Answer(status="not_found", nearest=place, **told)
    claim = Claim(text=text, citations=(), support="unsupported", reason=quote)
    wrote = Answer(status="answered", claims=(claim,), rejected=(Rejected(marker=text, reason=quote),), **told)
    for rendered in map(render_answer, (missed, wrote)):
        assert inert_markup(rendered) == rendered


def test_an_answer_with_citations_that_was_kept_is_shown_as_it_was(sample_settings: Settings) -> None:
    for question in ("What were Putin's key concerns?", "How long did the call last?"):
        rendered = render_answer(ask(question, settings=sample_settings))
        assert inert_markup(rendered) == rendered
        assert "#cite-" in rendered


@given(hostile)
def test_plain_text_holds_nothing_that_a_terminal_obeys(text: str) -> None:
    assert not re.search(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e]", plain(text))


def test_every_citation_is_one_link_with_its_quote(sample_settings: Settings) -> None:
    answer = ask("What were Putin's key concerns?", settings=sample_settings)
    links = re.findall(r"\(#cite-([0-9a-f]{16})-(\d+)-(\d+) ", render_answer(answer))
    assert links == [(c.article_id, str(c.start), str(c.end)) for c in answer.citations]


def test_the_words_that_answer_stand_in_bold(sample_settings: Settings) -> None:
    shown = render_answer(ask("How long did the call last?", settings=sample_settings))
    assert "<strong>more than two hours</strong>" in shown


def test_not_found_is_said_with_the_nearest_passage_to_see(sample_settings: Settings) -> None:
    answer = ask("What does China say?", settings=sample_settings)
    assert "The article does not say" in render_answer(answer)
    assert "see it" in render_answer(answer)
    assert "The nearest passage" in render_text(answer)
    unsure = answer.model_copy(update={"confidence": 0.4})
    assert "The article may not say" in render_answer(unsure)
    assert render_text(unsure).startswith("The article may not say.")
    by_model = unsure.model_copy(update={"model": "gpt"})
    assert "The article does not say" in render_answer(by_model)


def test_a_hostile_article_is_shown_as_its_own_words(settings: Settings) -> None:
    text = "The mayor said <img src=x onerror=alert(1)> and [1](javascript:alert(1)) ![x](http://evil.example/p.png) on Monday."
    ingest(RawDocument(origin="x", text=text, title="<script>alert(1)</script>"), settings=settings)
    shown = MarkdownIt("commonmark", {"html": True}).render(
        render_answer(ask("What did the mayor say?", settings=settings))
    )
    assert "<img" not in shown
    assert "<script" not in shown
    assert re.findall(r'href="([^"#]*)', shown) == [""]


def test_the_terminal_sees_the_number_of_each_quote_and_its_article(sample_settings: Settings) -> None:
    shown = render_text(ask("Why was the call delayed?", settings=sample_settings))
    assert "oligarchs" in shown
    assert "[1] Trump and Putin Talk" in shown


def cited(number: int, article: str, title: str, url: str = "") -> Citation:
    return Citation(number=number, article_id=article * 16, title=title, url=url, start=0, end=9, quote="Rain fell")


@pytest.mark.parametrize(
    ("second", "line"),
    [
        (cited(2, "b", "Snow"), '&#91;2&#93;](#cite-bbbbbbbbbbbbbbbb-0-9 "Snow&#58; Rain fell") Snow'),
        (cited(2, "b", "Rain"), "Rain &#40;2&#41;"),
        (cited(2, "b", "Rain", "https://b.example/x"), "Rain &#40;https&#58;&#47;&#47;b&#46;example&#47;x&#41;"),
    ],
)
def test_sources_have_names_where_several_are_cited(second: Citation, line: str) -> None:
    first = cited(1, "a", "Rain")
    claims = tuple(Claim(text="Rain fell", citations=(one.number,), support="supported") for one in (first, second))
    made: dict[str, Any] = {
        "question": "q",
        "standalone": "q",
        "text": "Rain fell [1] [2]",
        "status": "answered",
        "model": "quote",
    }
    shown = render_answer(Answer(**made, claims=claims, citations=(first, second)))
    assert line in shown
    assert inert_markup(shown) == shown
    alone = render_answer(Answer(**made, claims=claims[:1], citations=(first,)))
    assert "Rain&#58;" not in alone


def test_of_several_articles_even_one_that_is_cited_is_named(settings: Settings) -> None:
    ferry, tram = "The ferry of Norrby costs nine crowns.", "The tram of Selby costs four crowns."
    ingest(
        [RawDocument(origin="t", text=f"{name}\n\n{text}") for name, text in (("Ferry", ferry), ("Tram", tram))],
        settings=settings,
    )
    answer = ask("What does the ferry of Norrby cost?", settings=settings)
    assert [citation.title for citation in answer.citations] == ["Ferry"]
    assert " Ferry</small>" in render_answer(answer)  # the list below
    assert "<strong>The articles do not say" in render_answer(ask("Who painted the harbour?", settings=settings))
    alone = ask("What does the ferry of Norrby cost?", articles=[answer.citations[0].article_id], settings=settings)
    assert "Ferry" not in render_answer(alone)


def test_what_begins_with_a_quotation_mark_gets_no_second_one() -> None:
    nearest = Evidence(article_id="0123456789abcdef", title="t", start=0, end=9, quote='"No," he said.', score=0.5)
    missed = Answer(question="q", standalone="q", text="", status="not_found", nearest=nearest, model="m")
    assert 'passage: "No," he said.' in render_text(missed)
