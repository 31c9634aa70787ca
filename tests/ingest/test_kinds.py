"""Other kinds that people have: messages, books, archives, feeds, saved pages. Each is bounded as the others are."""

import io
import zipfile
from contextlib import suppress
from email.message import EmailMessage
from pathlib import Path

import pytest

from ingest.clean import make_article
from ingest.errors import SourceError
from ingest.load import expand, load
from ingest.schema import RawDocument, Skipped
from tests.ingest.documents import STORY, page, paper, word
from tests.web import Site

ODT = (
    '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0">'
    "<office:body><office:text>{}</office:text></office:body></office:document-content>"
)
META = (
    '<office:document-meta xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:dc="http://purl.org/dc/elements/1.1/">'
    "<office:meta><dc:title>Market to close</dc:title><dc:creator>Lena Voss</dc:creator></office:meta></office:document-meta>"
)
BOMB = (
    b"<!DOCTYPE a [<!ENTITY a 'aaaaaaaaaa'>"
    + b"".join(b"<!ENTITY %c '&%c;&%c;&%c;&%c;'>" % (c + 1, c, c, c, c) for c in range(97, 115))
    + b"]>"
)


def packed(files: dict[str, str | bytes], packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", packing) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return made.getvalue()


def odt(body: str) -> bytes:
    return packed(
        {"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": ODT.format(body), "meta.xml": META}
    )


def epub(chapters: int = 2, opf: bytes = b"") -> bytes:
    items = "".join(f'<item id="c{n}" href="c%20{n}.xhtml"/>' for n in range(chapters))
    book = (
        f'{{}}<package xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/"><metadata><dc:title>Market to close</dc:title>'
        f"<dc:creator>Lena Voss</dc:creator><dc:date>2025-03-04</dc:date></metadata><manifest>{items}</manifest><spine>"
        + "".join(f'<itemref idref="c{n}"/>' for n in reversed(range(chapters)))
        + "</spine></package>"
    ).format(opf.decode())
    container = '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles><rootfile full-path="book/a.opf"/></rootfiles></container>'
    texts = {f"book/c {n}.xhtml": f"<html><body><h1>Part {n}</h1><p>{STORY}</p></body></html>" for n in range(chapters)}
    return packed(
        {"mimetype": "application/epub+zip", "META-INF/container.xml": container, "book/a.opf": book, **texts}
    )


def mail(*, html: bool = False, plain: bool = True) -> bytes:
    message = EmailMessage()
    message["Subject"], message["From"] = "Fwd: Market to close", "Lena Voss <lena@news.example>"
    message["Date"] = "Tue, 04 Mar 2025 10:00:00 +0100"
    message.set_content(f"{STORY} Café.\n-- \nSent from my phone" if plain else "", charset="iso-8859-1")
    if html:
        message.add_alternative(
            f"<html><body><p>{STORY} Café.</p><table><tr><td>x</td></tr></table></body></html>", subtype="html"
        )
    return message.as_bytes()


MHTML = (
    b"From: <Saved by Blink>\r\nSnapshot-Content-Location: https://news.example/market\r\nSubject: A Bridge\r\nMIME-Version: 1.0\r\n"
    b'Content-Type: multipart/related; type="text/html"; boundary="--x"\r\n\r\n----x\r\nContent-Type: text/html\r\n'
    b"Content-Location: https://news.example/market\r\n\r\n"
    + page()
    + b"\r\n----x\r\nContent-Type: text/css\r\n\r\np {}\r\n----x--\r\n"
)
RTF = (
    r"{\rtf1\ansi\ansicpg1252{\fonttbl{\f0 Arial;}}{\info{\title Market to close}{\author Lena Voss}}\f0 "
    + STORY
    + r" Caf\'e9 \u8220?open\u8221?.\par Second {\b bold} paragraph.\par}"
).encode()


def read(path: Path, content: bytes) -> list[RawDocument | Skipped]:
    path.write_bytes(content)
    return list(load(str(path), max_bytes=10_000_000, timeout=5))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.odt", odt(f"<text:h>Market to close</text:h><text:p>{STORY} Caf<text:span>é</text:span>.</text:p>")),
        ("a.epub", epub()),
        ("a.eml", mail()),
        ("b.eml", mail(html=True)),
        ("c.eml", mail(html=True, plain=False)),
        ("a.mhtml", MHTML),
        ("a.rtf", RTF),
        ("odt", odt(f"<text:p>{STORY}</text:p>")),
        ("epub", epub()),
        ("rtf", RTF),
        ("mhtml", MHTML),
    ],
)
def test_a_document_of_another_kind_is_read_by_its_name_or_its_first_bytes(
    tmp_path: Path, name: str, content: bytes
) -> None:
    (found,) = read(tmp_path / name, content)
    assert isinstance(found, RawDocument)
    article = make_article(found)
    assert STORY in article.text
    assert article.title in {"Market to close", "A Bridge"}
    assert article.authors in {("Lena Voss",), ()}
    assert "<" not in article.text
    assert "Sent from" not in article.text


def test_what_these_kinds_tell_of_themselves_is_kept(tmp_path: Path) -> None:
    (letter,), (book,), (saved,) = (
        read(tmp_path / name, content) for name, content in (("a.eml", mail()), ("a.epub", epub()), ("a.mhtml", MHTML))
    )
    assert isinstance(letter, RawDocument)
    assert isinstance(book, RawDocument)
    assert isinstance(saved, RawDocument)
    assert (letter.title, letter.authors, letter.published_at[:10]) == ("Market to close", ("Lena Voss",), "2025-03-04")
    assert (book.title, book.authors, book.published_at) == ("Market to close", ("Lena Voss",), "2025-03-04")
    assert book.text.index("Part 1") < book.text.index("Part 0")
    assert saved.url == "https://news.example/market"


def test_tables_and_lists_of_an_open_document_are_kept(tmp_path: Path) -> None:
    cells = [
        "".join(f"<table:table-cell><text:p>{cell}</text:p></table:table-cell>" for cell in row)
        for row in (("School", "Pupils"), ("Vest", "97"))
    ]
    table = "<table:table>" + "".join(f"<table:table-row>{row}</table:table-row>" for row in cells) + "</table:table>"
    items = "<text:list><text:list-item><text:p>One thing</text:p></text:list-item></text:list>"
    gone = "<text:tracked-changes><text:p>deleted</text:p></text:tracked-changes>"
    (found,) = read(tmp_path / "a.odt", odt(f"{gone}<text:p>{STORY}</text:p>{table}{items}"))
    assert isinstance(found, RawDocument)
    assert found.text.split("\n")[1:] == ["School: Vest; Pupils: 97", "- One thing"]
    assert "deleted" not in found.text


def test_an_archive_gives_its_articles_and_tells_what_it_could_not_read(tmp_path: Path) -> None:
    inside = {
        "b/page.html": page(),
        "a.txt": STORY,
        "c.pdf": paper(),
        "d.docx": word(),
        "e.jsonl": '{"text": "One."}\n{"text": "Two."}',
        "f.pdf": b"%PDF-broken",
        "page_files/menu.html": page(),
        "page.html": page(),
        "__MACOSX/a.txt": "nothing",
        ".hidden.txt": "nothing",
        "inner.zip": packed({"x.txt": STORY}),
        "picture.png": b"\x89PNG",
        "../../up.txt": STORY,
    }
    found = read(tmp_path / "a.zip", packed(inside))
    names = [one.origin.rpartition("a.zip#")[2] for one in found]
    assert names == [
        "a.txt",
        "b/page.html",
        "c.pdf",
        "d.docx",
        "e.jsonl#1",
        "e.jsonl#2",
        "page.html",
        "f.pdf",
    ]
    assert [type(one) for one in found] == [RawDocument] * 7 + [Skipped]
    assert not (tmp_path.parent / "up.txt").exists()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("bomb.zip", packed({"a.txt": b"a" * 210_000_000})),
        ("bomb.odt", packed({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": b"<a>" + b" " * 210_000_000})),
        ("many.zip", packed({f"{n}.txt": "" for n in range(2_100)}, zipfile.ZIP_STORED)),
        ("empty.zip", packed({})),
        ("none.zip", packed({"a.png": b"x"})),
        ("broken.zip", packed({"a.txt": STORY})[:-40]),
        ("broken.epub", packed({"META-INF/container.xml": "<a>"})),
        ("broken.odt", packed({"content.xml": "<a>"})),
        ("old.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)),
        ("empty.eml", b"Subject: x\r\n\r\n"),
        ("empty.rtf", rb"{\rtf1 }"),
        ("a.rss", b"<rss><channel/></rss>"),
        ("broken.rss", b"\x01\x02"),
    ],
)  # fmt: skip
def test_what_cannot_be_unpacked_is_told_in_one_sentence(tmp_path: Path, name: str, content: bytes) -> None:
    with pytest.raises(SourceError) as caught:
        read(tmp_path / name, content)
    assert caught.value.hint
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.odt", packed({"content.xml": BOMB + ODT.format(f"<text:p>{STORY}&s;</text:p>").encode()})),
        ("a.epub", epub(opf=BOMB)),
        ("a.rss", BOMB + f"<rss><channel><item><title>&s;</title><description>{STORY}</description></item></channel></rss>".encode()),
        ("deep.odt", odt("<text:section>" * 200 + f"<text:p>{STORY}</text:p>" + "</text:section>" * 200)),
        ("deep.eml", b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(3_000)) + STORY.encode()),
        ("deep.rtf", rb"{\rtf1 " + b"{" * 100_000 + STORY.encode()),
        ("xxe.odt", packed({"content.xml": b"<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>" + ODT.format(f"<text:p>{STORY}&x;</text:p>").encode()})),
    ],
)  # fmt: skip
def test_entities_and_depth_cost_nothing(tmp_path: Path, name: str, content: bytes) -> None:
    found: list[RawDocument | Skipped] = []
    with suppress(SourceError):
        found = read(tmp_path / name, content)
    assert all(len(one.text) < 5_000 and "root:" not in one.text for one in found if isinstance(one, RawDocument))


def test_the_folder_that_a_browser_saves_beside_a_page_holds_no_articles(tmp_path: Path) -> None:
    for name in ("Market.html", "Market_files/frame.html", "Market-Dateien/frame.html", "other_files/a.html"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(page())
    assert [name.removeprefix(f"{tmp_path}/") for name in expand(tmp_path)] == ["Market.html", "other_files/a.html"]


@pytest.mark.parametrize("kind", ["rss", "atom", "rdf"])
def test_the_items_of_a_feed_are_articles_and_short_ones_are_fetched(site: Site, kind: str) -> None:
    whole = "&lt;p&gt;" + (STORY + " ") * 6 + "&lt;/p&gt;"
    made = {
        "rss": f"<rss><channel><title>Brennick Times</title><item><title>One</title><link>{site.url}/1</link><pubDate>Tue, 04 Mar 2025 10:00:00 GMT</pubDate>"
        f"<author>Lena Voss</author><description>{whole}</description></item><item><title>Two</title><link>{site.url}/2</link><description>Short.</description></item>"
        f"<item><title>Three</title><link>{site.url}/3</link></item></channel></rss>",
        "atom": f'<feed xmlns="http://www.w3.org/2005/Atom"><title>Brennick Times</title><entry><title>One</title><link href="{site.url}/1"/>'
        f"<updated>2025-06-01</updated><published>2025-03-04</published><author><name>Lena Voss</name></author><content type='html'>{whole}</content></entry>"
        f'<entry><title>Two</title><link rel="self" href="x"/><link href="{site.url}/2"/></entry><entry><link href="{site.url}/3"/></entry></feed>',
        "rdf": f'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>Brennick Times</title></channel>'
        f"<item><title>One</title><link>{site.url}/1</link><dc:date>2025-03-04</dc:date><dc:creator>Lena Voss</dc:creator><description>{whole}</description></item>"
        f"<item><link>{site.url}/2</link></item><item><link>{site.url}/3</link></item></rdf:RDF>",
    }[kind]
    site.pages["/feed"] = (200, {"Content-Type": "text/xml"}, b'<?xml version="1.0"?>' + made.encode())
    site.pages["/2"] = (200, {"Content-Type": "text/html"}, page())
    one, two, three = load(f"{site.url}/feed", max_bytes=1_000_000, timeout=5)
    assert isinstance(one, RawDocument)
    assert isinstance(two, RawDocument)
    assert isinstance(three, Skipped)
    assert (one.title, one.authors, one.published_at[:10], one.source, one.url) == (
        "One",
        ("Lena Voss",),
        "2025-03-04",
        "Brennick Times",
        f"{site.url}/1",
    )
    assert one.text.count(STORY) == 6
    assert STORY in two.text
    assert two.url == f"{site.url}/2"
