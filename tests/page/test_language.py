"""What the page's server says in the visitor's language."""

import pytest

from page.language import in_language


@pytest.mark.parametrize(
    ("accepted", "said"),
    [
        ("de-AT,de;q=0.9,en;q=0.8", "Alle 3 Artikel"),
        ("fr, uk-UA;q=0.8", "Усі статті (3)"),
        ("en-GB,de", "All 3 articles"),
        ("", "All 3 articles"),
        ("zz," * 100_000 + "de", "All 3 articles"),
    ],
)
def test_the_first_language_that_browser_and_page_share_is_spoken(accepted: str, said: str) -> None:
    assert in_language("All {count} articles", accepted, count=3) == said


def test_what_is_not_translated_stays_english() -> None:
    assert in_language("{one} of a kind", "de", one="One") == "One of a kind"
