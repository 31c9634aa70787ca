"""Many libraries in one process: each is answered from its own articles, and what is dropped is given back."""

import threading
from pathlib import Path

import pytest

from ingest import RawDocument, articles, ingest
from ingest.library import open_library
from ingest.settings import Settings
from qa import ask
from qa.retrieval import search
from tests.effort import FULL

pytestmark = pytest.mark.slow


def story(number: int, thing: str = "bridge") -> RawDocument:
    text = f"The council of town {number} met on Monday. The {thing} of town {number} costs {number + 7} dollars."
    return RawDocument(origin="x", text=text, url=f"https://example.com/{number}")


MANY = 200 if FULL else 40
"""More than stay open at once."""


def test_each_of_many_libraries_opened_in_a_row_is_asked_for_its_own_article(tmp_path: Path) -> None:
    wrong = []
    for number in range(MANY):
        own = Settings(data_dir=tmp_path / str(number), reader="off")
        ingest(story(number), settings=own)
        answer = ask(f"What does the bridge of town {number} cost?", settings=own)
        if f"costs {number + 7} dollars" not in answer.text:
            wrong.append((number, answer.text))
    assert not wrong


def test_who_asks_an_article_does_not_wait_until_another_one_is_read(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    ingest(story(1), settings=settings)
    (first,) = articles(settings)
    assert "8 dollars" in ask("What does the bridge of town 1 cost?", articles=[first.id], settings=settings).text
    ingest(story(2), settings=settings)
    go, real = threading.Event(), search._read

    def slow(*given: object) -> object:
        go.wait(60)
        return real(*given)

    monkeypatch.setattr(search, "_read", slow)
    assert "8 dollars" in ask("What does the bridge of town 1 cost?", articles=[first.id], settings=settings).text
    go.set()
    assert "9 dollars" in ask("What does the bridge of town 2 cost?", settings=settings).text


def test_only_what_has_changed_is_read_again(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    ingest([story(n) for n in range(5)], settings=settings)
    library = open_library(settings)
    before = search.snapshot(library)
    read: list[list[str]] = []
    real = library.articles
    monkeypatch.setattr(library, "articles", lambda ids: read.append(ids) or real(ids))
    ingest([story(2, "tunnel"), story(9)], settings=settings)
    after = search.snapshot(library)
    assert [len(ids) for ids in read] == [2]
    assert [chunk.text for chunk in after.chunks] == [chunk.text for chunk in library.chunks()]
    assert after.articles == {article.id: article for article in real()}
    assert after.chunks[0] is before.chunks[0]
