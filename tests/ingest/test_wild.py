"""Pages, mails and texts in the manner of many newsrooms: title, authors, day, and nothing but the article."""

import json

import pytest

from ingest.clean import make_article
from ingest.formats import read_markdown
from ingest.packed import read_mail
from ingest.pages import read_page
from ingest.schema import RawDocument

PROSE = [
    "The old swing bridge over the estuary will close in the autumn whatever the voters of the two towns decide.",
    "The council has asked three engineers for a plan, and the cheapest of them keeps the piers of 1903.",
    "“A ship does not care how pretty a bridge is,” said a pilot who has brought timber up the channel since 1986.",
    "Traders on the east bank fear that six years of detours would finish what the internet began in their shops.",
]
BODY = "".join(f"<p>{line}</p>" for line in PROSE)
TITLE = "Old swing bridge to close in the autumn"


def page(head: str = "", before: str = "", body: str = BODY, after: str = "") -> dict[str, object]:
    return read_page(
        f"<html><head>{head}</head><body>{before}<div class='story'>{body}</div>{after}</body></html>", "x"
    )


@pytest.mark.parametrize(
    ("head", "before"),
    [
        (f"<title>{TITLE} | Estuary Echo</title>", f"<h1 class=logo>Estuary Echo</h1><h2>{TITLE}</h2>"),
        (f"<title>{TITLE} | Estuary Echo</title>", f"<h1 id=site-title>Estuary Echo</h1><h1>{TITLE}</h1>"),
        (f"<title>{TITLE} - Estuary Echo - News</title>", "<a href='/'><h1>Estuary Echo</h1></a>"),
        (f"<title>{TITLE} | University News | University of Brill</title>", f"<h2 class=page-title>{TITLE}</h2>"),
        (f"<title>Port of Selwick - Local News - {TITLE}</title>", f"<font size=5><b>{TITLE}</b></font>"),
        (f"<title>Estuary Echo | {TITLE}</title>", ""),
        (f"<title>{TITLE} | Estuary Echo</title>", ""),
    ],
)
def test_the_title_is_the_articles_and_not_the_sites(head: str, before: str) -> None:
    assert page(head, before)["title"] == TITLE


@pytest.mark.parametrize(
    ("shown", "authors"),
    [
        ("<p class=credit>Helen Marsh, political editor</p>", ["Helen Marsh"]),
        ("<div class=meta>Text: Ingrid Solheim / Photos: Mads Bruun</div>", ["Ingrid Solheim"]),
        ("<div>Autor: <strong>Agnieszka Wrona</strong>, fot. Marek Zych<br>Opublikowano: 7 maja 2024</div>",) * 1
        + (["Agnieszka Wrona"],),
        ("<font size=1>by Alan Prowse, Fishing Correspondent<br>Thursday, 22 December 2005</font>", ["Alan Prowse"]),
        ("<div>Submitted by <span>Phoebe Castle</span> on Tue, 10/08/2013 - 14:22</div>", ["Phoebe Castle"]),
        ("<p class=byline>Von Katrin Lohmeyer und Jens Adler, Bad Wiesenau</p>", ["Katrin Lohmeyer", "Jens Adler"]),
        (
            "<div>Written by <a href='/authors/dana'>Dana Quill</a> • <i>Edited by</i> <a href='/authors/sam'>Sam Reyes</a></div>",
            ["Dana Quill"],
        ),
        ("<p>The council met on Friday</p>", []),
        ("<p>Photo: Ann Ruiz</p>", []),
    ],
)
def test_who_wrote_is_told_by_a_line_under_the_title(shown: str, authors: list[str]) -> None:
    assert page(f"<title>{TITLE}</title>", f"<h1>{TITLE}</h1>{shown}")["authors"] == authors


def test_all_whom_machines_are_told_of_wrote_it_where_the_page_names_them() -> None:
    told = {
        "@type": "NewsArticle",
        "headline": TITLE,
        "author": [{"@type": "Person", "name": n} for n in ("Ada Li", "Bo Ek")],
    }
    head = f"<script type='application/ld+json'>{json.dumps(told)}</script>"
    shown = "<p>By <span class=byline>Ada Li</span> and <span>Bo Ek</span></p>"
    assert page(head, f"<h1>{TITLE}</h1>{shown}")["authors"] == ["Ada Li", "Bo Ek"]
    assert page(head, f"<h1>{TITLE}</h1><p class=byline>Ada Li</p>")["authors"] == ["Ada Li"]


@pytest.mark.parametrize(
    ("shown", "day"),
    [
        ("<p>26 April 2019 | 6 min read</p>", "2019-04-26"),
        ("<font>by Alan Prowse<br>Thursday, 22 December 2005</font>", "2005-12-22"),
        ("<div>Autor: Ada Wrona<br>Opublikowano: 7 maja 2024, godz. 15:05</div>", "2024-05-07"),
        (
            "<span property='dc:date dc:created' content='2013-10-08T14:22:00-04:00'>Tue</span>",
            "2013-10-08T14:22:00-04:00",
        ),
        ("<p>Words by Ada Li | Edited by Bo Ek | Published 21 Nov 2024</p>", "2024-11-21"),
    ],
)
def test_the_day_is_told_by_a_line_under_the_title(shown: str, day: str) -> None:
    assert page(f"<title>{TITLE}</title>", f"<h1>{TITLE}</h1>{shown}")["published_at"] == day


def test_a_live_blog_is_of_the_day_on_which_it_began() -> None:
    told = {"@type": "LiveBlogPosting", "headline": TITLE, "datePublished": "2025-05-01T20:45:00+01:00"}
    head = f"<script type='application/ld+json'>{json.dumps(told)}</script>"
    found = page(head, f"<h1>{TITLE}</h1><time datetime='2025-05-02T02:14:00+01:00'>02.14</time>")
    assert found["published_at"] == "2025-05-01T20:45:00+01:00"


def test_a_newsletters_name_for_its_own_article_hides_no_byline() -> None:
    body = f"<h1>{TITLE}</h1><div><a rel=author href='/@n'>Nadia Okafor</a><div>Feb 06, 2025</div></div>{BODY}"
    found = read_page(f"<html><body><article class='newsletter-post'>{body}</article></body></html>", "x")
    assert (found["authors"], found["published_at"]) == (["Nadia Okafor"], "2025-02-06")


@pytest.mark.parametrize(
    "offer",
    [
        "<p>RELATED: The cheese that needs a cave</p>",
        "<p>Lire aussi : <a href='/x'>Le dernier allumeur de fours</a></p>",
        "<p><b>Czytaj także:</b> Most, którego nikt nie zamawiał</p>",
        "<p>【関連記事】雪を売る八百屋の夏</p>",
        "<p>Join 12,000 readers who get the Echo every morning</p>",
        "<p>Download the Echo app for news on the go.</p>",
        "<p>We may earn a commission when you buy through links on our site.</p>",
        "<p>Suscríbete a nuestro boletín semanal</p>",
        "<p>La suite est réservée aux abonnés.</p>",
        "<section class='plus-lus'><p>Un sanglier dans la piscine du maire de la ville</p></section>",
        "<blockquote class='pull-quote'>“A ship does not care how pretty a bridge is,” said a pilot</blockquote>",
    ],
)
def test_what_is_offered_between_the_paragraphs_is_no_part_of_the_article(offer: str) -> None:
    text = str(
        page(f"<title>{TITLE}</title>", f"<h1>{TITLE}</h1>", BODY.replace("<p>Traders", f"{offer}<p>Traders"))["text"]
    )
    assert [line for line in text.split("\n") if line and line != TITLE] == PROSE


def test_paragraphs_that_only_begin_like_an_offer_stay() -> None:
    said = [
        "Related companies of the group paid the fine in March, and the regulator has closed its file since then.",
        "Subscribe or leave, the editor had told them, and most of the readers in the two towns left the paper.",
        "More news came on Monday, when the second engineer said that the piers had been surveyed only once, in 1961.",
    ]
    text = str(
        page(f"<title>{TITLE}</title>", f"<h1>{TITLE}</h1>", BODY + "".join(f"<p>{one}</p>" for one in said))["text"]
    )
    assert all(one in text for one in said)


def test_tables_that_lay_a_page_out_are_no_tables() -> None:
    said = [*PROSE, *(line.replace("bridge", "tunnel").replace("bank", "shore") for line in PROSE)]
    lines = "<br><br>".join(dict.fromkeys(said))
    text = str(
        read_page(
            f"<html><head><title>{TITLE}</title></head><body><table><tr><td>Births<br>Deaths</td><td><table><tr><td>"
            f"<b>{TITLE}</b><br>By ADA LI<br><br>{lines}</td></tr></table></td><td>Poll: yes or no?</td></tr></table></body></html>",
            "x",
        )["text"]
    )
    assert [line for line in text.split("\n") if line in said] == list(dict.fromkeys(said))
    assert "Poll" not in text
    assert "Deaths" not in text


def test_a_table_with_a_caption_comes_once() -> None:
    rows = "".join(
        f"<tr><td>{name}</td><td>{n}</td><td>{n + 9}</td></tr>" for name, n in (("North", 112), ("South", 131))
    )
    head = "<thead><tr><th>Region</th><th>2022</th><th>2023</th></tr></thead>"
    table = f"<table><caption>Price of a loaf</caption>{head}<tbody>{rows}</tbody></table>"
    text = str(
        page(f"<title>{TITLE}</title>", f"<h1>{TITLE}</h1>", BODY.replace("<p>Traders", f"{table}<p>Traders"))["text"]
    )
    assert text.count("North") == 1
    assert "Price of a loaf\nRegion: North; 2022: 112; 2023: 121" in text


@pytest.mark.parametrize(
    "script",
    [
        '<script id="__NEXT_DATA__" type="application/json">{}</script>',
        "<script>window.__STATE__ = {};</script>",
    ],
)
def test_the_article_of_a_page_that_a_script_draws_is_in_its_data(script: str) -> None:
    article = {
        "headline": TITLE,
        "authors": [{"name": "Anneke de Wit"}],
        "publishedAt": "2025-11-05T08:10:00Z",
        "body": [{"type": "paragraph", "text": line} for line in PROSE],
    }
    data = json.dumps({"props": {"article": article, "other": [{"title": "Short", "text": "No."}]}})
    found = read_page(f"<html><body><div id=root></div>{script.replace('{}', data)}</body></html>", "x")
    assert (found["title"], found["authors"]) == (TITLE, ["Anneke de Wit"])
    assert found["published_at"] == "2025-11-05T08:10:00+00:00"
    assert [line for line in str(found["text"]).split("\n") if line] == PROSE


# ---- Markdown


@pytest.mark.parametrize(
    ("front", "authors", "day"),
    [
        ("---\ntitle: Roofs\nauthors:\n  - Philippa Grey\n  - Bo Ek\npublished: 2024-05-04\n---\n",) * 1
        + (["Philippa Grey", "Bo Ek"], "2024-05-04"),
        (
            '---\ntitle: "Roofs"\nauthor:\n  - name: Théo Lacaze\ndate: 2024-05-04T08:00:00\n---\n',
            ["Théo Lacaze"],
            "2024-05-04T08:00:00",
        ),
        (
            '+++\ntitle = "Roofs"\nauthors = ["Lim Wei Jun"]\ndate = 2022-07-15T18:30:00+08:00\n+++\n',
            ["Lim Wei Jun"],
            "2022-07-15T18:30:00+08:00",
        ),
        (
            "---\ntitle: Roofs: a story\nauthor: Ada Li and Bo Ek\ndate: 4 May 2024\n---\n",
            ["Ada Li", "Bo Ek"],
            "4 May 2024",
        ),
        ('---\ntitle: Roofs\nbyline: "By Enid Marlow"\n---\n', ["Enid Marlow"], "2024-05-07"),
        ("---\n- a list\n---\n", [], "2024-05-07"),
        ("---\n" + "a: &a [*a, *a]\n" * 3 + "---\n", [], "2024-05-07"),
        ("", [], "2024-05-07"),
    ],
)
def test_what_a_markdown_text_says_of_itself(front: str, authors: list[str], day: str) -> None:
    found = read_markdown(f"{front}The roof was mended.".encode(), "posts/2024-05-07-roofs.md")
    assert (found["authors"], found["published_at"]) == (authors, day)
    assert found["text"].strip().endswith("The roof was mended.")
    if front.startswith(("---\ntitle", "+++")):
        assert found["title"].startswith("Roofs")
        assert "title" not in found["text"]


# ---- mails and texts


def mail(body: str, **heads: str) -> dict[str, object]:
    told = {"From": "Ada Li <a@x.example>", "Date": "Mon, 10 Jun 2024 09:12:00 +0200", "Subject": "Roofs", **heads}
    return read_mail("".join(f"{name}: {value}\n" for name, value in told.items()).encode() + f"\n{body}".encode(), "x")


def test_a_mail_that_was_sent_on_is_by_the_one_who_wrote_it() -> None:
    above = "---------- Forwarded message ---------\nFrom: Beatrix Lund <b@x.example>\nDate: Fri, 7 Jun 2024 at 18:40\nTo: Ada Li\n"
    found = mail(f"One for the archive.\n\n{above}\n\nThe players gave a concert.\n", Subject="Fwd: Roofs")
    assert (found["authors"], found["title"]) == (["Beatrix Lund"], "Roofs")
    assert str(found["published_at"]).startswith("2024-06-07")
    assert found["text"] == "The players gave a concert."


def test_a_mail_to_a_list_is_what_its_sender_wrote() -> None:
    body = (
        "The island votes.\n\nOn Monday, Bo Ek wrote:\n> Does anyone know?\n> I do not.\n\nHe wrote in 1911:\nNothing.\n"
        + "_" * 40
        + "\nA list\n"
    )
    found = mail(body, Subject="[Harbour-News] Re: Island votes", From='"Okoro, Chidi" <c@x.example>')
    assert (found["title"], found["authors"]) == ("Island votes", ["Chidi Okoro"])
    assert "Does anyone" not in str(found["text"])
    assert "A list" not in str(found["text"])
    assert "He wrote in 1911:\nNothing." in str(found["text"])


@pytest.mark.parametrize(
    "opening",
    [
        "FOR IMMEDIATE RELEASE",
        "Home > News > Local",
        "BC-EU--Alpine Glacier Clock,330",
        "Media contact: press@rail.example",
        "Embargoed until 6 p.m. on Friday",
    ],
)
def test_what_stands_above_a_title_is_none(opening: str) -> None:
    assert make_article(RawDocument(origin="x", text=f"{opening}\n\n{TITLE}\n\n{PROSE[0]}")).title == TITLE
