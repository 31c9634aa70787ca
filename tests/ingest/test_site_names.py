"""The name of a site is no part of a title, and what goes on in a title is no name of a site."""

import pytest

from ingest.pages import read_page

WORDS = (
    "<p>The council of Hallow published the results on Friday, and they were not what the mayor had hoped for.</p>" * 3
)


@pytest.mark.parametrize(
    ("page", "heading", "title", "source"),
    [
        ("青溪大桥昨日正式通车_青溪新闻网", "青溪大桥昨日正式通车", "青溪大桥昨日正式通车", ""),
        ("北東の港で新しい橋が開通：北東日報デジタル", "北東の港で新しい橋が開通", "北東の港で新しい橋が開通", ""),
        (
            "Rain again – and no end in sight",
            "Rain again – and no end in sight",
            "Rain again – and no end in sight",
            "",
        ),
        (
            "Council votes for a bridge - The Hallow Times",
            "Council votes for a bridge",
            "Council votes for a bridge",
            "The Hallow Times",
        ),
        ("Council votes: what comes next", "Council votes: what comes next", "Council votes: what comes next", ""),
    ],
)
def test_title_and_source_are_told_apart(page: str, heading: str, title: str, source: str) -> None:
    html = f"<html><head><title>{page}</title></head><body><article><h1>{heading}</h1>{WORDS}</article></body></html>"
    found = read_page(html, "x")
    assert (found["title"], found["source"]) == (title, source)
