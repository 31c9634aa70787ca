"""Example questions: which fit an article."""

from ingest.schema import Article
from page.examples import LOOKED_AT, examples, frequent_name


def article(text: str) -> Article:
    return Article(id="0" * 16, title="T", text=text, content_hash="0" * 64)


def test_only_the_start_of_a_long_article_is_looked_at() -> None:
    late = " " * LOOKED_AT + "One day Ada Lovelace met Ada Lovelace, and then Ada Lovelace left."
    assert frequent_name(late) == "Ada Lovelace"
    assert examples(article(late)) == examples(article(" " * LOOKED_AT))


def test_what_was_found_is_kept_until_the_article_changes() -> None:
    told = "On Monday the engineer Ada Lovelace spoke. “The engine is ready now,” she said. Then Ada Lovelace left."
    first = examples(article(told))
    assert "Who is Ada Lovelace?" in first
    assert "What did Lovelace say?" in first
    assert examples(article(told)) is first
    assert "Who is Alan Turing?" in examples(article(told.replace("Ada Lovelace", "Alan Turing")))
