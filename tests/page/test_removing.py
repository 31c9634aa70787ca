"""Who may take an article out of the library from the page, and what is said when it cannot be done."""

from collections.abc import Iterator

import pytest

from ingest.library import Library
from ingest.settings import Settings
from page.removing import bring_back, may_remove, remove


@pytest.fixture
def own(settings: Settings) -> Iterator[Library]:
    with Library(settings) as library:
        yield library


@pytest.mark.parametrize(
    ("auth", "loopback", "may"),
    [
        ("", True, True),
        ("off", True, True),
        ("off", False, False),
        ("me:secret", False, True),
        ("a-long-token", False, True),
    ],
)
def test_only_who_runs_the_page_or_was_let_in_removes(auth: str, loopback: bool, may: bool) -> None:
    assert may_remove(Settings(auth=auth), loopback=loopback) is may  # type: ignore[arg-type]


def test_what_was_removed_is_brought_back_under_its_id_with_all_that_was_known_of_it(own: Library) -> None:
    (article,) = own.articles()
    done = remove(own, article.id)
    assert not own.articles()
    assert done.article == article
    assert "was removed" in done.line
    assert bring_back(own, article).chosen == article.id
    assert own.articles() == [article]


def test_what_is_gone_or_cannot_be_written_is_told_in_a_sentence(own: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "already" in remove(own, "0" * 16).line
    (article,) = own.articles()
    monkeypatch.setattr("page.removing.delete", _fails)
    monkeypatch.setattr("page.removing.run", _fails)
    for done in (remove(own, article.id), bring_back(own, article)):
        assert 'class="trouble"' in done.line
        assert "/secret" not in done.line
    assert own.articles() == [article]


def _fails(*_: object) -> None:
    raise OSError(28, "No space left", "/secret/place")
