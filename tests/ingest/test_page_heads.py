"""Heads of pages of our own writing: who wrote the article and when, or nobody and nothing where that is not sure."""

import pytest

from ingest.pages import read_page

BODY = "".join(
    f"<p>The council of Brennick met for the {word} time this month and spoke about the market, the hall and the harbour"
    " until late at night, while traders waited at the door and asked what would become of their stalls.</p>"
    for word in ("first", "second", "third", "fourth")
)
TITLE = "Market to close after ninety years"


def ld(fields: str) -> str:
    return f'<script type="application/ld+json">{{"@type": "NewsArticle", "headline": "{TITLE}", {fields}}}</script>'


def named(names: str) -> str:
    return ld(f'"author": {names}')


def dated(day: str, changed: str = "") -> str:
    more = f', "dateModified": "{changed}"' if changed else ""
    return ld(f'"datePublished": "{day}"{more}')


def meta(**names: str) -> str:
    return "".join(f'<meta name="{name.replace("__", ":")}" content="{value}">' for name, value in names.items())


def found(head: str, top: str, end: str, url: str = "") -> dict[str, object]:
    page = f"<html><head><title>{TITLE}</title>{head}</head><body><article><h1>{TITLE}</h1>{top}{BODY}{end}</article></body>"
    return read_page(page, "a page", url)


LENA, TOM = "Lena Voss", "Tom Reed"
PERSON = '{"@type": "Person", "name": "%s"}'
ACCOUNT = '{"@id": "https://a.example/#/person/7", "name": "%s"}'


@pytest.mark.parametrize(
    ("head", "top", "end", "authors"),
    [
        (named(PERSON % LENA), "", "", [LENA]),
        (named(f"[{PERSON % LENA}, {PERSON % TOM}]"), "", "", [LENA, TOM]),
        (named(f'"{LENA}"'), "", "", [LENA]),
        (named('{"@type": "Organization", "name": "Brennick Courier"}'), "", "", []),
        (named(PERSON % "admin"), "", "", []),
        (named(PERSON % "Brennick Newsroom"), '<p class="byline">By Lena Voss</p>', "", [LENA]),
        (named(ACCOUNT % TOM), '<p class="byline">By Lena Voss</p>', "", [LENA]),
        (named(ACCOUNT % TOM), "", "", []),
        (named(ACCOUNT % TOM) + meta(author=TOM), "", "", [TOM]),
        (named(ACCOUNT % TOM), "", "<p>Tom Reed writes about towns.</p>", [TOM]),
        (named(PERSON % LENA), '<span class="author">Lena Voss</span><span class="author">Bo Ek</span>', "", [LENA]),
        (named(PERSON % "Lena"), '<span class="author">Lena Voss</span>', "", [LENA]),
        (meta(author=LENA), "", "", [LENA]),
        (meta(author="Lena Voss, Tom Reed"), "", "", [LENA, TOM]),
        (meta(author="Lena Voss und Partner designed"), "", "", []),
        (meta(author="El Diario"), "", "", []),
        (meta(author="The Brennick"), "", "", []),
        (meta(author="CMS GmbH"), '<div class="by-line"><a href="/authors/lena">Lena Voss</a></div>', "", [LENA]),
        (meta(citation_author=LENA) + meta(citation_author=TOM), "", "", [LENA, TOM]),
        (meta(author="Lena"), "", "", []),
        (meta(author=TOM), '<p class="byline">By Lena Voss</p>', "", [LENA]),
        ("", '<p class="byline">By Lena Voss and Tom Reed</p>', "", [LENA, TOM]),
        ("", '<a rel="author" href="/1">Lena Voss</a>, <a rel="author" href="/2">Tom Reed</a>', "", [LENA, TOM]),
        ("", '<div class="author"><b>Author</b><span>Lena Voss</span></div>', "", [LENA]),
        ("", '<div class="author-name">Lena Voss</div><div class="author-role">Editor</div>', "", [LENA]),
        ("", '<p class="byline">Text: Lena Voss, Fotos: Tom Reed</p>', "", [LENA]),
        ("", '<p class="byline">Lena Voss, Illustration von Tom Reed</p>', "", [LENA]),
        ("", '<p class="byline">Autorin: Lena Voss · Übersetzung: Tom Reed</p>', "", [LENA]),
        ("", '<p class="byline">Words and photos by Lena Voss</p>', "", [LENA]),
        ("", '<p class="byline">By Lena Voss | Reviewed by Tom Reed</p>', "", [LENA]),
        (
            "",
            '<figure><span class="author-name">Tom Reed</span></figure><p class="byline">By Lena Voss</p>',
            "",
            [LENA],
        ),
        ("", '<div class="image-credit"><span class="author">Tom Reed</span></div>', "", []),
        ("", '<div class="license"><a class="author" href="#">Tom Reed</a></div>', "", []),
        ("", "", '<p class="author">Von Lena Voss</p>', [LENA]),
        ("", "", '<a href="/autor/lena-voss">Alle Artikel von Lena Voss</a>', [LENA]),
        ("", "", '<a href="/autor/1">Alle Beiträge</a>', []),
        ("", "", '<div class="teaser"><a href="/x">Ice</a><span class="author">Tom Reed</span></div>', []),
        ("", '<span class="author">FOCUS-Expertin Vera</span>', "", []),
        ("", '<span class="author">Redaktion</span>', "", []),
        ("", '<span class="author">LENA VOSS</span>', "", [LENA]),
        ("", '<p class="firma">Escribe Lena Voss en Economía</p>', "", [LENA]),
        ("", '<p class="byline">Par Lena Voss avec Tom Reed</p>', "", [LENA, TOM]),
        ("", '<p class="byline">By Lena Voss March 4, 2025</p>', "", [LENA]),
        ("", '<p class="byline">Lena Voss Chefredakteurin</p>', "", [LENA]),
        (named(PERSON % LENA), '<p class="byline">Column By Lena Voss Fr</p>', "", [LENA]),
        (named(PERSON % LENA), '<p class="byline"><b>Lena Vos</b><i>s</i></p>', "", [LENA]),
        ("", '<a href="/profile/out">Sign Out</a><p class="byline">By Lena Voss</p>', "", [LENA]),
    ],
)
def test_who_wrote_it_is_who_is_shown_beside_the_heading_or_else_who_is_told_for_sure(
    head: str, top: str, end: str, authors: list[str]
) -> None:
    assert found(head, top, end)["authors"] == authors


@pytest.mark.parametrize(
    ("head", "top", "end", "url", "day"),
    [
        (dated("2025-03-04T10:00:00+01:00"), "", "", "", "2025-03-04"),
        (dated("2025-03-04", "2025-06-20"), "<p>Updated 20 June 2025</p>", "", "", "2025-03-04"),
        (dated("2025-03-04", "2025-06-20"), '<p class="date">20 June 2025</p>', "", "", "2025-03-04"),
        (dated("2025-03-04T23:30:00Z"), '<p class="date">5 March 2025</p>', "", "", "2025-03-05"),
        (dated("2025-03-05T04:30:00Z"), "", "", "https://a.example/2025/03/04/market", "2025-03-04"),
        (dated("2025-03-05T04:30:00Z"), '<time datetime="2025-03-05">4 March 2025</time>', "", "", "2025-03-04"),
        (dated("2025-11-17T10:00:00Z"), "<time>9 March 2025</time>", "", "", "2025-03-09"),
        (dated("2025-03-04") + meta(date="2025-04-01"), '<p class="date">4 March 2025</p>', "", "", "2025-03-04"),
        (dated("2025-03-02") + meta(article__published_time="2025-03-06"), "<time>6 March 2025</time>", "", "", "2025-03-06"),
        (meta(article__published_time="2025-03-04T10:00:00Z"), "", "", "", "2025-03-04"),
        (meta(date="2025-03-12"), '<p class="date">05.03.2025</p>', "", "", "2025-03-05"),
        (meta(date="2025-03-12"), "", "", "", "2025-03-12"),
        (meta(og__updated_time="2025-03-12"), "", "", "", ""),
        ("", '<time datetime="2025-03-04T10:00">Tuesday</time>', "", "", "2025-03-04"),
        ("", "<p>Brennick, 4. März 2025</p>", "", "", "2025-03-04"),
        ("", '<p class="byline">By Lena Voss | March 4, 2025</p>', "", "", "2025-03-04"),
        ("", '<p class="updated">4 March 2025</p>', "", "", ""),
        ("", '<p class="event-date">Termin: 4. März 2025</p>', "", "", ""),
        ("", "", '<div class="related"><time>1 March 2025</time></div>', "", ""),
        ("", "", '<p class="date">4 March 2025</p>', "", "2025-03-04"),
        ("", "<time>4 March 2025</time>", '<div class="latest"><time>9 March 2025</time></div>', "", "2025-03-04"),
        ("", "", "", "https://a.example/news/20250304-market", "2025-03-04"),
        ("", "", "", "https://a.example/2025/03/market", ""),
        ("", '<p class="date">4/3/2025</p>', "", "", ""),
        (dated("2025-03-04"), "<time>1 January 2024</time>", "", "https://a.example/2025/03/market", "2025-03-04"),
        (dated("soon"), "<time>4 March 2025</time>", "", "", "2025-03-04"),
        (dated("2025-03-04") + meta(article__published_time="2025-03-04T08:00:00Z"), "<time>1 May 2024</time>", "", "", "2025-03-04"),
    ],
)  # fmt: skip
def test_the_day_is_the_one_that_most_places_tell_and_no_day_of_something_else(
    head: str, top: str, end: str, url: str, day: str
) -> None:
    assert str(found(head, top, end, url)["published_at"])[:10] == day
