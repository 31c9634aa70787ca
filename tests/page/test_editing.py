"""What is known of an article is changed from the page: it keeps its id, and a wrong line changes nothing."""

from collections.abc import Iterator

import pytest

from ingest.library import Library
from ingest.pipeline import delete
from ingest.settings import Settings
from page.adding import Turns
from page.editing import editing


@pytest.fixture
def own(settings: Settings) -> Iterator[Library]:
    with Library(settings) as library:
        yield library


def test_an_article_gets_other_details_and_keeps_its_id_and_words(own: Library) -> None:
    (before,) = own.articles()
    details = ("A <b>new</b>  title", "The Courier", "18 March 2025", "Ada Li; Bo Ek, Cy")
    *_, last = editing(own, before.id, details, Turns())
    (after,) = own.articles()
    assert last.article_id == after.id == before.id
    assert (after.title, after.source, after.published_at) == ("A <b>new</b> title", "The Courier", "2025-03-18")
    assert after.authors == ("Ada Li", "Bo Ek", "Cy")
    assert (after.text, after.url) == (before.text, before.url)
    assert own.chunks([after.id])


@pytest.mark.parametrize(
    ("details", "said"),
    [
        ((" ", "", "", ""), "An article needs a title."),
        (("T", "", "next week or so", ""), "“next week or so” is no date."),
        (("T" * 501, "", "", ""), "A line is longer than 500 characters."),
        (("T", "", "2025-13-45", ""), "“2025-13-45” is no date."),
    ],
)
def test_what_cannot_be_a_detail_is_said_and_nothing_changes(
    own: Library, details: tuple[str, str, str, str], said: str
) -> None:
    before = own.articles()
    *_, last = editing(own, before[0].id, details, Turns())
    assert last.trouble.startswith(said)
    assert own.articles() == before


def test_an_article_that_was_removed_is_not_edited(own: Library) -> None:
    *_, last = editing(own, "0123456789abcdef", ("T", "", "", ""), Turns())
    assert "was removed" in last.trouble


def test_an_article_that_is_removed_meanwhile_is_not_brought_back(own: Library) -> None:
    (before,) = own.articles()
    moments = editing(own, before.id, ("T", "", "", ""), Turns())
    assert next(moments).line == "Saving …"
    delete(own, [before.id])
    assert [moment for moment in moments if moment.trouble][-1].trouble.startswith("This article was removed")
    assert own.articles() == []
