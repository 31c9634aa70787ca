"""Example questions: which fit an article, and how long it takes to find them."""

import time
from collections.abc import Callable

import pytest

from ingest.schema import Article
from page import examples as module
from page.examples import LOOKED_AT, examples, frequent_name

HOSTILE = {
    "opening quotes": "“",
    "opening quotes with words": "“so it is ",
    "straight quotes": '"',
    "a quote that never ends": '"' + "a",
    "closing quotes": "”",
    "one long name": "Aa ",
    "one long word": "A" + "a" * 9,
    "a capital and apostrophes": "A'",
    "a capital and hyphens": "A-a",
    "digits": "1",
    "digits, commas and points": "1,.",
    "currency signs": "$",
    "dots and capitals": ". A",
    "lines with a capital": "\nA",
    "said": "said",
    "a name and a quote": "Ada Lovelace said “",
}


def article(text: str) -> Article:
    return Article(id="0" * 16, title="T", text=text, content_hash="0" * 64)


def seconds(work: Callable[[], object]) -> float:
    """Processor time, the least of five: others on this machine do not count."""
    found = []
    for _ in range(5):
        began = time.thread_time()
        work()
        found.append(time.thread_time() - began)
    return min(found)


@pytest.mark.parametrize("unit", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("name", ["_SAYS", "_NAME", "_NUMBER"])
def test_every_pattern_takes_four_times_as_long_on_four_times_the_text(name: str, unit: str) -> None:
    pattern = getattr(module, name)
    short, long = ((unit * size)[:size] for size in (10_000, 40_000))
    assert seconds(lambda: pattern.findall(long)) < 10 * seconds(lambda: pattern.findall(short)) + 0.005


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
