"""What a site or a program shows in place of an article is no article."""

from email.message import EmailMessage

import pytest

from ingest.errors import SourceError
from ingest.packed import read_mail
from ingest.pages import read_page

NOTICES = [
    "You need to enable JavaScript to run this app.",
    "Just a moment… Verifying you are human. This may take a few seconds.",
    "Access denied. You don't have permission to see this page on this server.",
    "404 – Not found. The link may be old.",
    "Sorry, the page you are looking for has been moved or deleted from our site.",
    "Our systems have detected unusual traffic from your network.",
]


@pytest.mark.parametrize("notice", NOTICES)
def test_a_notice_is_refused_with_what_to_do(notice: str) -> None:
    page = f"<html><head><title>The Harbour</title></head><body><main><p>{notice}</p></main></body></html>"
    with pytest.raises(SourceError) as caught:
        read_page(page, "x")
    assert "save" in str(caught.value)


def test_an_article_about_notices_is_an_article() -> None:
    story = "The ministry's site told visitors to enable JavaScript for a week before anybody noticed. " * 8
    page = f"<html><head><title>The Site</title></head><body><article><h1>The Site</h1><p>{story}</p></article></body>"
    assert "enable JavaScript" in read_page(page, "x")["text"]


def test_a_message_whose_plain_part_says_only_where_its_page_is_has_the_page() -> None:
    mail = EmailMessage()
    mail["Subject"], mail["From"] = "The ferry is late", "Ann Lee <ann@paper.example>"
    mail.set_content("View this in your browser: https://paper.example/1")
    story = "The ferry of Norrby was late on Friday because its captain had overslept, the company said. " * 6
    mail.add_alternative(f"<html><body><h1>The ferry is late</h1><p>{story}</p></body></html>", subtype="html")
    assert "overslept" in read_mail(mail.as_bytes(), "x")["text"]
