"""Pages as they are: what is in them beside the article is left out, what belongs to it is kept."""

import json

import pytest

from ingest.errors import SourceError
from ingest.pages import read_html

STORY = (
    "The town council of Brennick voted on Tuesday to close its covered market for repairs from 2 May.",
    "Council leader Marta Ohlin said the roof had been leaking since the winter storms of 2021.",
    "The work will cost 1.9 million crowns and is expected to take nine weeks.",
    "Some 46 traders will move to a car park behind the railway station.",
)
TITLE = "Covered market in Brennick to close"
PARAGRAPHS = "".join(f"<p>{line}</p>" for line in STORY)

BESIDE = {
    "consent dialog": '<div class="modal" id="x-consent"><h2>We value your privacy</h2>{}</div>',
    "cookie wall": '<div class="onetrust-pc"><p>We use cookies.</p>{}</div>',
    "dialog without a name": "<div><p>We use cookies and process personal data.</p><p>Our partners store and access "
    "information, such as cookies, for personalised ads.</p><p>Change your preferences in our privacy policy.</p></div>",
    "dialog element": "<dialog open>{}</dialog>",
    "comments": '<section class="comments"><h3>3 comments</h3>{}</section>',
    "comment list": '<ol class="commentlist"><li>{}</li></ol>',
    "disqus": '<div id="disqus_thread">{}</div>',
    "related links": '<div class="related-articles"><h3>Related</h3><ul><li><a href="/1">Pike swallows a ring</a></li></ul>{}</div>',
    "newsletter": '<div class="newsletter-signup">{}</div>',
    "subscription": '<div class="c-subscribe">{}</div>',
    "caption": "<figure><img src='a.jpg'><figcaption>A stall in the old hall. Photo: Ada Li</figcaption></figure>",
    "share": '<div class="share-buttons"><p>Share this on all your networks now, please do.</p></div>',
    "aside": "<aside>{}</aside>",
    "hidden": '<div style="display: none">{}</div>',
    "promotion": '<div class="promo-box">{}</div>',
}
WORDS = "Nothing of this is in the article, whatever it says about stalls. " * 2


def page(body: str = "", *, head: str = "", after: str = "", title: str = TITLE) -> bytes:
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>{head}</head><body>'
        f"<main><article><h1>{TITLE}</h1>{body or PARAGRAPHS}</article></main>{after}</body></html>"
    ).encode()


@pytest.mark.parametrize("kind", BESIDE)
@pytest.mark.parametrize("length", [1, 4])
@pytest.mark.parametrize("place", ["before", "after", "inside"])
def test_what_stands_beside_an_article_is_left_out_also_around_a_short_one(kind: str, length: int, place: str) -> None:
    beside = BESIDE[kind].replace("{}", f"<p>{WORDS}</p>" * length * 2)
    if kind == "dialog without a name" and place == "inside":
        pytest.skip("within the article its words are the article's")
    body = f"<article><h1>{TITLE}</h1>{PARAGRAPHS}{beside if place == 'inside' else ''}</article>"
    parts = {"before": beside + body, "after": body + beside, "inside": body}[place]
    text = read_html(f"<html><head><title>{TITLE}</title></head><body>{parts}</body></html>".encode(), "a page")["text"]
    assert all(line in text for line in STORY)
    for words in ("Nothing of this", "cookies", "Pike", "Photo: Ada", "Share this"):
        assert words not in text


@pytest.mark.parametrize(
    "wrapper", ["{}", "<div>{}</div>", "<article>{}</article>", "<main><section>{}</section></main>"]
)
def test_lists_and_tables_among_the_paragraphs_are_kept(wrapper: str) -> None:
    body = (
        f"<h1>{TITLE}</h1><p>{STORY[0]}</p><p>Traders were told three things:</p>"
        "<ul><li>Stalls must be empty by 30 April.</li><li>Rent is waived until July.</li><li>Keys are at the hall.</li></ul>"
        f"<p>{STORY[1]}</p><table><tr><th>School</th><th>Pupils</th></tr><tr><td>Norra</td><td>412</td></tr>"
        f"<tr><td>Sjövik</td><td>97</td></tr></table><p>{STORY[2]}</p><dl><dt>Cost</dt><dd>1.9 million</dd></dl>"
    )
    lines = read_html(
        f"<html><head><title>x</title></head><body>{wrapper.replace('{}', body)}</body></html>".encode(), "a page"
    )["text"].split("\n")
    found = [
        lines.index(line)
        for line in (
            "- Stalls must be empty by 30 April.",
            "- Keys are at the hall.",
            STORY[1],
            "School: Sjövik; Pupils: 97",
            STORY[2],
        )
    ]
    assert found == sorted(found)


def test_the_page_says_title_authors_day_and_source() -> None:
    machine = {
        "@context": "https://schema.org",
        "@graph": [
            {"@type": "WebSite", "name": "Brennick Times", "author": {"@type": "Person", "name": "Web Master"}},
            {
                "@type": "NewsArticle",
                "headline": f"{TITLE} – Brennick Times",
                "datePublished": "2025-03-04T10:00:00Z",
                "dateModified": "2025-06-01",
                "author": [
                    {"@type": "Person", "name": "Lena Voss"},
                    {"@type": "Organization", "name": "Brennick Times"},
                ],
                "publisher": {"@type": "Organization", "name": "Brennick Times"},
            },
        ],
    }
    found = read_html(page(head=f'<script type="application/ld+json">{json.dumps(machine)}</script>'), "a page")
    assert found["authors"] == ["Lena Voss"]
    assert found["published_at"].startswith("2025-03-04")
    assert found["source"] == "Brennick Times"
    assert found["title"] == TITLE


@pytest.mark.parametrize(
    ("head", "top", "author", "day"),
    [
        ('<meta name="author" content="Lena Voss"><meta property="article:published_time" content="2025-03-04">', "", "Lena Voss", "2025-03-04"),
        ('<meta property="og:updated_time" content="2025-06-20T09:00:00Z">', '<p class="date">Published 4 March 2025</p>', "", "2025-03-04"),
        ("", '<span class="author">Username</span>', "", ""),
        ('<meta name="author" content="admin">', '<span class="byline">By Lena Voss</span>', "Lena Voss", ""),
        ("", '<a rel="author" href="/a">Lena Voss</a><time datetime="2025-03-04T10:00">4 March</time>', "Lena Voss", "2025-03-04"),
        ("", '<a href="/author/lena-voss">Lena Voss</a>', "Lena Voss", ""),
        ('<meta name="author" content="Brennick Times"><meta property="og:site_name" content="Brennick Times">', "", "", ""),
        ("", "<p>The hall will open on 2 May 2025 again.</p>", "", ""),
        ("", '<p class="byline">Von Lena Voss, 4. März 2025</p>', "Lena Voss", "2025-03-04"),
    ],
)  # fmt: skip
def test_the_first_place_that_tells_is_believed_and_placeholders_are_not(
    head: str, top: str, author: str, day: str
) -> None:
    found = read_html(page(top + PARAGRAPHS, head=head), "a page")
    assert found["authors"] == ([author] if author else [])
    assert found["published_at"][:10] == day


@pytest.mark.parametrize(
    "title", [f"{TITLE} | Brennick Times", f"{TITLE} - Brennick Times", f"Brennick Times: {TITLE}", "Home", "untitled"]
)
def test_the_title_is_the_articles_own(title: str) -> None:
    assert read_html(page(title=title), "a page")["title"] == TITLE


@pytest.mark.parametrize(
    "teaser",
    [
        '<div class="teaser"><h3><a href="/{0}">Market closes {0}</a></h3><p>The roof leaks and must be mended.</p></div>',
        '<a href="/{0}"><h2>Pike swallows ring {0}</h2><p>A fisherman had luck on Sunday.</p></a>',
        '<li><h4><a href="/{0}">Snow in May for the {0}th time</a></h4><p>Forecasters are baffled.</p></li>',
        '<article><h2><a href="/{0}">New bus line number {0}</a></h2><p>It goes to the lake.</p></article>',
    ],
)
def test_an_overview_is_told_with_one_of_its_articles(teaser: str) -> None:
    many = "".join(teaser.format(number) for number in range(6))
    with pytest.raises(SourceError, match="overview") as caught:
        read_html(
            f"<html><head><title>Brennick Times – Home</title></head><body><main>{many}</main></body></html>".encode(),
            "a page",
        )
    assert "“" in caught.value.hint


@pytest.mark.parametrize("count", [4, 12])
def test_an_article_before_many_teasers_is_no_overview(count: int) -> None:
    teasers = "".join(
        f'<div><h3><a href="/{n}">Pike swallows ring {n}</a></h3><p>Luck on Sunday.</p></div>' for n in range(count)
    )
    text = read_html(page(after=f"<section class='more-stories'>{teasers}</section>"), "a page")["text"]
    assert STORY[3] in text
    assert "Pike" not in text


LEAD_WORDS = (
    "For ninety years fish and flowers were sold under its glass roof; now the rain comes through, and nobody pays."
)


@pytest.mark.parametrize(
    "lead",
    [
        '<p class="lead">{}</p>',
        '<div class="teaser-text"><p>{}</p></div>',
        '<div class="article-intro">{}</div>',
        '<h2 class="subtitle">{}</h2>',
        '<header><p class="excerpt">{}</p></header>',
        '<p class="article-teaser"><strong>{}</strong></p>',
        '<div class="row"><div class="col-12"><p>{}</p></div></div>',
        '<section class="standfirst"><div>{}</div></section>',
        '<div class="entry-excerpt"><p>{}</p></div>',
        '<ul class="summary"><li>{}</li></ul>',
    ],
)
def test_the_lead_between_the_heading_and_the_article_is_the_articles(lead: str) -> None:
    top = f'<div class="head"><h1>{TITLE}</h1>{lead.format(LEAD_WORDS)}</div>'
    text = read_html(
        f"<html><head><title>{TITLE}</title></head><body>{top}<article>{PARAGRAPHS}</article></body>".encode(), "a page"
    )["text"]
    assert text.count(LEAD_WORDS) == 1
    assert text.index(LEAD_WORDS) < text.index(STORY[0])


@pytest.mark.parametrize(
    "beside",
    [
        '<p><a href="/other">{}</a></p>',
        '<div class="teaser"><p>{}</p><a href="/other">More</a></div>',
        '<div class="related"><p>{}</p></div>',
        '<p class="credit">Photo: Ada Li. {}</p>',
        '<div class="newsletter"><p>{}</p></div>',
    ],
)
def test_what_else_stands_under_a_heading_is_left_out(beside: str) -> None:
    top = f'<div class="head"><h1>{TITLE}</h1>{beside.format(LEAD_WORDS)}</div>'
    page_of = f"<html><head><title>{TITLE}</title></head><body>{top}<article>{PARAGRAPHS}</article></body>"
    assert LEAD_WORDS not in read_html(page_of.encode(), "a page")["text"]


HEADS = ("The roof", "The traders", "The money", "The council", "What comes next")


@pytest.mark.parametrize(
    "heading",
    [
        '<h2><a href="#{n}">{head}</a></h2>',
        '<h2><a name="{n}">{head}</a></h2>',
        '<h2>{head} in <a href="/place">Brennick</a> and in the whole county</h2>',
        '<h3>{head} <a class="anchor" href="#{n}">¶</a></h3>',
        '<h2>{head} <a href="/edit?section={n}">edit</a></h2>',
        '<h4><a href="#top">{head}</a></h4>',
        '<a id="{n}"><h2>{head}</h2></a>',
        '<h2><a href="">{head}</a></h2>',
        "<h2><a>{head}</a></h2>",
        '<h3><sup><a href="/note/{n}">{n}</a></sup> {head} of the old market hall</h3>',
    ],
)
def test_an_article_whose_headings_have_links_of_their_own_is_no_overview(heading: str) -> None:
    parts = "".join(f"{heading.format(n=n, head=head)}<p>{STORY[n % 4]} {n}</p>" for n, head in enumerate(HEADS))
    found = read_html(f"<html><head><title>Market</title></head><body>{parts}</body>".encode(), "a page")
    assert STORY[1] in found["text"]


@pytest.mark.parametrize("posts", [1, 3])
def test_a_live_blog_whose_posts_are_for_machines_alone_is_read(posts: int) -> None:
    update = [
        {
            "@type": "BlogPosting",
            "headline": f"Voting {n}",
            "articleBody": f"Vote {n} has closed &amp; the result is expected at three.",
        }
        for n in range(posts)
    ]
    live = {
        "@type": "LiveBlogPosting",
        "headline": "Council live",
        "liveBlogUpdate": update,
        "author": {"@type": "Person", "name": "Lena Voss"},
    }
    content = f'<html><head><title>x</title><script type="application/ld+json">{json.dumps(live)}</script></head><body><div id="app"></div></body></html>'
    found = read_html(content.encode(), "a page")
    assert f"Vote {posts - 1} has closed & the result is expected at three." in found["text"]
    assert found["title"] == "Council live"
    assert found["authors"] == ["Lena Voss"]


@pytest.mark.parametrize(
    "machine",
    ["", "{", "[]", "null", "1", '"a"', "[" * 100_000, '{"@type": "NewsArticle", "author": [[[]]], "headline": {"a": []}}',
     '{"@type": ["NewsArticle", 5], "author": {"name": {"name": 5}}, "datePublished": [[]], "articleBody": 7, "liveBlogUpdate": [5]}',
     '{"@type": "NewsArticle", "author": {"@id": []}, "publisher": [], "liveBlogUpdate": {"articleBody": []}}'],
)  # fmt: skip
def test_whatever_is_said_for_machines_the_article_is_read(machine: str) -> None:
    found = read_html(page(head=f'<script type="application/ld+json">{machine}</script>'), "a page")
    assert STORY[0] in found["text"]
    assert found["title"] == TITLE


@pytest.mark.parametrize(
    "unit",
    [
        "<div>",
        "<div class=comments>",
        "<p>",
        "<table><tr><td>",
        "<ul><li>",
        "<h2><a href=/>x</a></h2>",
        "<b>",
        "<a>",
        "<time>1",
        "<span class=author>A B",
    ],
)
def test_a_hostile_page_is_read_or_refused_to_the_end(unit: str) -> None:
    try:
        found = read_html((f"<html><body><h1>{TITLE}</h1>" + unit * 20_000 + PARAGRAPHS).encode(), "a page")
    except SourceError as error:
        found, told = {}, error.message
        assert "\n" not in told
    assert isinstance(found, dict)
