"""Two hundred hostile and odd files of our own making, each with what is to come of it.

`python -m tests.ingest.corpus FOLDER` (`make corpus`) writes them, with `expected.jsonl` beside them.
"""

import io
import json
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from email.message import EmailMessage
from html import escape
from pathlib import Path

SENTENCES = Path(__file__).with_name("sentences")

LANGUAGES = {  # byline, day as it is written, charset of its own
    "en": ("By Lena Voss", "4 March 2025", "cp1252"),
    "es": ("Por Lena Voss", "4 de marzo de 2025", "cp1252"),
    "de": ("Von Lena Voss", "4. März 2025", "cp1252"),
    "fr": ("Par Lena Voss", "4 mars 2025", "cp1252"),
    "it": ("Di Lena Voss", "4 marzo 2025", "cp1252"),
    "pt": ("Por Lena Voss", "4 de março de 2025", "cp1252"),
    "ru": ("Автор: Лена Восс", "4 марта 2025", "cp1251"),
    "uk": ("Автор: Лена Восс", "4 березня 2025", "koi8-u"),
    "pl": ("Autor: Lena Voss", "4 marca 2025", "cp1250"),
    "zh": ("作者：林安", "2025年3月4日", "gb18030"),
    "ja": ("文：大林真理子", "2025年3月4日", "cp932"),
    "ar": ("بقلم: سامي خالد", "4 مارس 2025", "cp1256"),
    "he": ("מאת: דנה לוי", "4 במרץ 2025", "cp1255"),
}
TITLE = "Covered market in Brennick to close"
STORY = (
    "The town council of Brennick voted on Tuesday to close its covered market for repairs from 2 May.",
    "Council leader Marta Ohlin said the roof had been leaking since the winter storms of 2021.",
    "The work will cost 1.9 million crowns and is expected to take nine weeks.",
    "Some 46 traders will move to a car park behind the railway station.",
)
NOISE = "Nothing of this is in the article, whatever it says about stalls."
DAY = "2025-03-04"


@dataclass(frozen=True)
class Case:
    """A file: its name and bytes, and what is to come of it: `refused` alone, or the rest."""

    name: str
    content: bytes
    title: str = TITLE
    authors: tuple[str, ...] = ()
    published_at: str = ""
    sentences: tuple[str, ...] = STORY
    absent: tuple[str, ...] = ()
    refused: bool = False


def html(body: str, *, head: str = "", title: str = TITLE, charset: str = "utf-8") -> bytes:
    return f'<!doctype html><html><head><meta charset="{charset}"><title>{title}</title>{head}</head><body>{body}</body></html>'.encode(
        charset, "xmlcharrefreplace"
    )


def article(more: str = "", *, top: str = "") -> str:
    return f"<article><h1>{TITLE}</h1>{top}{''.join(f'<p>{line}</p>' for line in STORY)}{more}</article>"


def word(*lines: str, rows: tuple[tuple[str, ...], ...] = (), author: str = "") -> bytes:
    import docx

    document = docx.Document()
    document.core_properties.author = author
    for line in lines:
        document.add_paragraph(line)
    if rows:
        table = document.add_table(len(rows), len(rows[0]))
        for r, row in enumerate(rows):
            for c, cell in enumerate(row):
                table.cell(r, c).text = cell
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()


def packed(files: dict[str, str | bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return made.getvalue()


def languages() -> Iterator[Case]:
    for name, (byline, day, charset) in LANGUAGES.items():
        lines = [line.split("¦") for line in (SENTENCES / f"{name}.txt").read_text("utf-8").splitlines()][1:7]
        sentences = tuple(one for line in lines for one in line)
        joint = "" if name in {"zh", "ja"} else " "
        head, body = sentences[0].strip(".。!?"), [joint.join(line) for line in lines]
        who = (
            byline.removeprefix("By ")
            .removeprefix("Por ")
            .removeprefix("Von ")
            .removeprefix("Par ")
            .removeprefix("Di ")
            .split(": ")[-1]
            .split("：")[-1]
        )
        told = {"title": head, "authors": (who,), "published_at": DAY, "sentences": sentences}
        text = "\n".join([head, byline, day, *body, f"({name})"])
        yield Case(f"{name}-plain.txt", text.encode(), **told)
        yield Case(
            f"{name}-charset.txt",
            text.replace(f"({name})", "").encode(charset, "ignore"),
            **{
                **told,
                "sentences": tuple(" ".join(s.encode(charset, "ignore").decode(charset).split()) for s in sentences),
                "title": head.encode(charset, "ignore").decode(charset),
            },
        )
        page = f'<article><h1>{escape(head)}</h1><p class="byline">{byline}</p><time>{day}</time>{"".join(f"<p>{escape(line)}</p>" for line in body)}<p>[{name}]</p></article>'
        yield Case(f"{name}-page.html", html(page, title=escape(head), charset=charset), **told)
        yield Case(f"{name}-word.docx", word(head, byline, day, *body, f"<{name}>"), **told)


def boxes() -> Iterator[Case]:
    wrappers = {
        "consent": '<div class="modal" id="x-consent"><h2>We value your privacy</h2>{}</div>',
        "onetrust": '<div id="onetrust-banner"><p>We use cookies.</p>{}</div>',
        "dialog": "<dialog open>{}</dialog>",
        "talk": "<div><p>We use cookies and personal data. {0}</p><p>Our partners store and access information for personalised ads. {0}</p></div>",
        "comments": '<section class="comments">{}</section>',
        "commentlist": '<ol class="commentlist"><li>{}</li></ol>',
        "disqus": '<div id="disqus_thread">{}</div>',
        "related": '<div class="related-articles"><a href="/1">Pike</a>{}</div>',
        "newsletter": '<div class="newsletterSignup">{}</div>',
        "subscribe": '<div class="c-subscribe__box">{}</div>',
        "caption": "<figure><figcaption>{}</figcaption></figure>",
        "share": '<div class="share-bar">{}</div>',
        "aside": "<aside>{}</aside>",
        "hidden": '<div style="display:none">{}</div>',
        "nav": "<nav>{}</nav>",
        "footer": "<footer>{}</footer>",
        "role": '<div role="complementary">{}</div>',
    }
    for name, wrapper in wrappers.items():
        box = wrapper.replace("{}", f"<p>{NOISE}</p>").replace("{0}", NOISE)
        yield Case(
            f"box-before-{name}.html",
            html(box + f"<main>{article(f'<p>File {name} one.</p>')}</main>"),
            absent=(NOISE,),
        )
        yield Case(
            f"box-after-{name}.html", html(f"<main>{article(f'<p>File {name} two.</p>')}</main>" + box), absent=(NOISE,)
        )


def heads() -> Iterator[Case]:
    machine = {
        "@type": "NewsArticle",
        "headline": TITLE,
        "author": {"@type": "Person", "name": "Lena Voss"},
        "datePublished": DAY,
    }
    ld = f'<script type="application/ld+json">{json.dumps(machine)}</script>'
    told = {"authors": ("Lena Voss",), "published_at": DAY}
    many = {
        "jsonld": (ld, "", told),
        "jsonld-graph": (ld.replace("{", '{"@graph": [{', 1).replace("}</script>", "}]}</script>"), "", told),
        "meta": (
            '<meta name="author" content="Lena Voss"><meta property="article:published_time" content="2025-03-04T10:00:00Z">',
            "",
            told,
        ),
        "parsely": (
            '<meta name="parsely-author" content="Lena Voss"><meta name="parsely-pub-date" content="2025-03-04">',
            "",
            told,
        ),
        "rel": ("", '<a rel="author" href="/x">Lena Voss</a> <time datetime="2025-03-04">4 March</time>', told),
        "byline": ("", '<p class="byline">By Lena Voss</p><p class="date">4 March 2025</p>', told),
        "modified": (
            '<meta property="og:updated_time" content="2025-06-20">',
            '<p class="date">Published 4 March 2025</p>',
            {"published_at": DAY},
        ),
        "future": ('<meta property="article:published_time" content="2199-01-01">', "", {}),
        "event": ("", "<p>It opens on 2 May 2025 again.</p>", {}),
        "site": (
            '<meta name="author" content="Brennick Times"><meta property="og:site_name" content="Brennick Times">',
            "",
            {},
        ),
    }
    for name, (head, top, expected) in many.items():
        yield Case(f"head-{name}.html", html(article(f"<p>File head {name}.</p>", top=top), head=head), **expected)
    for number, nobody in enumerate(
        "Username|admin|Staff|Editor|Redaktion|作者|Condé Nast|Facebook Com|Windows User|webmaster|Reuters|Guest Author|root|null|Anonymous".split(
            "|"
        )
    ):
        yield Case(
            f"nobody-{number}.html",
            html(
                article(f"<p>File nobody {number}.</p>", top=f'<span class="author">{nobody}</span>'),
                head=f'<meta name="author" content="{nobody}">',
            ),
        )
    for number, title in enumerate(
        f"{TITLE} | Brennick Times;{TITLE} - Brennick Times;Home;untitled;index;{TITLE} – News – Brennick Times;Brennick Times: {TITLE}".split(
            ";"
        )
    ):
        yield Case(f"title-{number}.html", html(article(f"<p>File title {number}.</p>"), title=title))


def leads() -> Iterator[Case]:
    """Pages whose lead stands between the heading and the article, and pages that name several writers and days."""
    lead = "For ninety years fish and flowers were sold under its glass roof; now the rain comes through."
    wrappers = {
        "p": '<p class="lead">{}</p>',
        "teaser": '<div class="teaser-text"><p>{}</p></div>',
        "div": '<div class="article-intro">{}</div>',
        "h2": "<h2>{}</h2>",
        "excerpt": '<header><p class="excerpt">{}</p></header>',
    }
    for name, wrapper in wrappers.items():
        top = f"<div><h1>{TITLE}</h1>{wrapper.format(lead)}</div>"
        body = "".join(f"<p>{line}</p>" for line in (*STORY, f"File lead {name}."))
        yield Case(f"lead-{name}.html", html(f"{top}<article>{body}</article>"), sentences=(lead, *STORY))
    account = '{"@id": "https://a.example/7", "name": "Tom Reed"}'
    machine = '<script type="application/ld+json">{"@type": "NewsArticle", "headline": "%s", %s}</script>'
    tops = {
        "account": (f'"author": {account}', '<p class="byline">By Lena Voss</p>', ("Lena Voss",), ""),
        "account-alone": (f'"author": {account}', "", (), ""),
        "photos": ('"x": 1', '<p class="byline">Text: Lena Voss, Fotos: Tom Reed</p>', ("Lena Voss",), ""),
        "glued": ('"x": 1', '<div class="author"><b>Author</b><i>Lena Voss</i></div>', ("Lena Voss",), ""),
        "zone": ('"datePublished": "2025-03-03T23:30:00Z"', '<p class="date">4 March 2025</p>', (), DAY),
        "changed": (
            '"datePublished": "2025-03-04", "dateModified": "2025-06-20"',
            "<time>20 June 2025</time>",
            (),
            DAY,
        ),
        "republished": ('"datePublished": "2025-11-17"', "<time>4 March 2025</time>", (), DAY),
    }
    for name, (fields, top, authors, day) in tops.items():
        page = html(article(f"<p>File sure {name}.</p>", top=top), head=machine % (TITLE, fields))
        yield Case(f"sure-{name}.html", page, authors=authors, published_at=day)


def charsets() -> Iterator[Case]:
    plain = "\n".join([TITLE, *STORY, "Das Café heißt „Größe“."])
    for number, stray in enumerate((b"\x92", b"\xff", b"\xc3", b"\x80\x80", b"\0", b"\0\0\0")):
        yield Case(f"stray-{number}.txt", plain.encode() + b" " + stray + f" File stray {number}.".encode())
        yield Case(
            f"stray-{number}.html",
            html(article(f"<p>Das Café heißt Größe. File stray {number}.</p>")).replace(
                b"File stray", stray + b"File stray"
            ),
        )
    for charset in ("utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"):
        yield Case(f"wide-{charset}.txt", f"{plain}\nFile {charset}.".encode(charset))
    for label, charset in (
        ("iso-8859-1", "cp1252"),
        ("latin1", "cp1252"),
        ("us-ascii", "cp1252"),
        ("gb2312", "gb18030"),
        ("shift_jis", "cp932"),
    ):
        yield Case(
            f"label-{label}.html",
            html(article(f"<p>File label {label}.</p>"), charset=charset).replace(
                f'charset="{charset}"'.encode(), f'charset="{label}"'.encode()
            ),
        )


def tables() -> Iterator[Case]:
    rows = (("School", "Pupils", "Kitchen"), ("Norra", "412", "yes"), ("Vest", "97", "no"))
    lines = ("School: Norra; Pupils: 412; Kitchen: yes", "School: Vest; Pupils: 97; Kitchen: no")
    cells = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    piped = "\n".join("| " + " | ".join(row) + " |" for row in rows)
    told = {"sentences": (STORY[0], *lines, STORY[1])}
    body = f"<article><h1>{TITLE}</h1><p>{STORY[0]}</p><table>{cells}</table><p>{STORY[1]}</p><p>{STORY[2]}</p>"
    yield Case("table.html", html(f"{body}<p>One.</p></article>"), **told)
    yield Case(
        "table-head.html",
        html(
            f"{body}<p>Two.</p></article>".replace(
                "<td>School</td><td>Pupils</td><td>Kitchen</td>", "<th>School</th><th>Pupils</th><th>Kitchen</th>"
            )
        ),
        **told,
    )
    yield Case("table.txt", f"{TITLE}\n\n{STORY[0]}\n\n{piped}\n\n{STORY[1]}".encode(), **told)
    yield Case(
        "table-tabs.txt",
        f"{TITLE}\n\n{STORY[0]}\n\n{chr(10).join(chr(9).join(row) for row in rows)}\n\n{STORY[1]}\n\nThree.".encode(),
        **told,
    )
    yield Case("table.docx", word(TITLE, STORY[0], STORY[1], rows=rows), sentences=(*STORY[:2], *lines))
    ruled = piped.replace("\n", "\n|---|---|---|\n", 1)
    yield Case("table.md", f"# {TITLE}\n\n{STORY[0]}\n\n{ruled}\n\n{STORY[1]}\n".encode(), **told)


def others() -> Iterator[Case]:
    message = EmailMessage()
    message["Subject"], message["From"], message["Date"] = (
        TITLE,
        "Lena Voss <l@news.example>",
        "Tue, 04 Mar 2025 10:00:00 GMT",
    )
    message.set_content(" ".join(STORY) + "\n-- \nSent from my phone")
    told = {"authors": ("Lena Voss",), "published_at": DAY}
    yield Case("message.eml", message.as_bytes(), absent=("Sent from",), **told)
    rtf = rf"{{\rtf1\ansi{{\info{{\title {TITLE}}}{{\author Lena Voss}}}} {' '.join(STORY)} RTF.\par}}"
    yield Case("rich.rtf", rtf.encode(), authors=("Lena Voss",))
    yield Case(
        "saved.mhtml",
        b"Snapshot-Content-Location: https://news.example/m\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=b\r\n\r\n--b\r\nContent-Type: text/html\r\n\r\n"
        + html(article("<p>Saved.</p>"))
        + b"\r\n--b--",
    )
    yield Case(
        "page.txt",
        html(article("<p>A page called a text.</p>")).replace(b"<!doctype", b"<p>x</p><!doctype"),
        title="",
        sentences=(),
    )
    live = {
        "@type": "LiveBlogPosting",
        "headline": TITLE,
        "liveBlogUpdate": [{"headline": f"Post {n}", "articleBody": line} for n, line in enumerate(STORY)],
    }
    yield Case(
        "live.html",
        html('<div id="app"></div>', head=f'<script type="application/ld+json">{json.dumps(live)}</script>'),
    )
    yield Case(
        "body.html",
        html(
            '<div id="app"></div>',
            head=f'<script type="application/ld+json">{json.dumps({"@type": "NewsArticle", "headline": TITLE, "articleBody": " ".join(STORY) + " Body."})}</script>',
        ),
    )
    yield Case(
        "front.md",
        f"---\ntitle: {TITLE}\nauthor: Lena Voss\ndate: 2025-03-04\n---\n{' '.join(STORY)} Front.".encode(),
        **told,
    )
    record = {"title": TITLE, "text": " ".join(STORY) + " Record.", "authors": ["Lena Voss"], "published_at": DAY}
    yield Case("records.jsonl", json.dumps(record).encode(), **told)
    yield Case(
        "soft.txt",
        f"{TITLE}\n{STORY[0].replace('council', 'coun' + chr(173) + 'cil')} Soft ﬁsh.".encode(),
        sentences=(STORY[0], "Soft fish."),
    )


def papers() -> Iterator[Case]:
    from fpdf import FPDF

    for number, (head, foot, title) in enumerate(
        (
            ("BRENNICK TIMES", "Page {} of 3", "untitled"),
            ("", "{}", "Microsoft Word - a.docx"),
            ("News {}", "", TITLE),
            ("Wednesday, 5 March 2025", "- {} -", ""),
        )
    ):
        pdf = FPDF()
        pdf.set_title(title)
        pdf.set_author("Windows User")
        for n, line in enumerate(STORY[:3]):
            pdf.add_page()
            pdf.set_font("Helvetica", size=9)
            pdf.text(20, 12, head.format(n))
            pdf.set_font("Helvetica", size=20 if n == 0 else 11)
            pdf.set_xy(20, 25)
            if n == 0:
                pdf.multi_cell(0, 9, TITLE, new_x="LMARGIN", new_y="NEXT")
                pdf.set_font("Helvetica", size=11)
                pdf.multi_cell(0, 6, f"By Lena Voss\n4 March 2025\nPaper {number}.", new_x="LMARGIN", new_y="NEXT")
            pdf.multi_cell(150, 6, line)
            pdf.text(100, 290, foot.format(n + 1))
        day = "2025-03-05" if number == 3 else DAY
        yield Case(
            f"paper-{number}.pdf",
            bytes(pdf.output()),
            authors=("Lena Voss",),
            published_at=day,
            sentences=STORY[:3],
            absent=("BRENNICK TIMES", "Page 2"),
        )


def refused() -> Iterator[Case]:
    teaser = '<div class="teaser"><h3><a href="/{0}">Market closes {0}</a></h3><p>The roof leaks.</p></div>'
    bomb = "<!DOCTYPE a [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;'><!ENTITY c '&b;&b;&b;&b;'>]><a>&c;</a>"
    many: dict[str, bytes] = {
        "overview.html": html("<main>" + "".join(teaser.format(n) for n in range(6)) + "</main>"),
        "overview-list.html": html(
            "<ul>" + "".join(f'<li><h4><a href="/{n}">Snow in May again {n}</a></h4></li>' for n in range(9)) + "</ul>"
        ),
        "menu.html": html("<nav><a href='/'>Home</a></nav>"),
        "nothing.html": b"<html></html>",
        "empty.txt": b"",
        "blank.txt": b" \n\t\n",
        "marks.txt": b"--- *** ---",
        "elf.txt": b"\x7fELF\x02\x01\x01" + bytes(64),
        "program.txt": b"MZ\x90\0\3" + b"This program cannot be run in DOS mode. " * 40,
        "zero.txt": b"\0\xff",
        "zero-after.txt": b"a\0",
        "run-of-letters.txt": b"a" * 300_000,
        "key.txt": b"-----BEGIN KEY-----\n" + b"MIIBIjANBgkqhkiG9w0B" * 200,
        "picture.txt": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256)),
        "old-word.txt": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512),
        "cut.pdf": b"%PDF-1.4\n1 0 obj<<",
        "deep.pdf": b"%PDF-1.4\n" + b"[" * 50_000,
        "cut.docx": word(*STORY)[:400],
        "entities.docx": packed({"word/document.xml": bomb, "[Content_Types].xml": "<a/>"}),
        "entities.odt": packed({"content.xml": bomb}),
        "cut.epub": packed({"META-INF/container.xml": "<a>"})[:60],
        "cut.zip": b"PK\x03\x04" + bytes(30),
        "none.zip": packed({"a.png": b"x"}),
        "empty.rtf": rb"{\rtf1 }",
        "empty.eml": b"Subject: x\r\n\r\n",
        "broken.json": b"{",
        "deep.json": b"[" * 50_000,
        "empty.rss": b"<rss><channel/></rss>",
    }
    for name, content in many.items():
        yield Case(f"refused-{name}", content, refused=True)


def deep() -> Iterator[Case]:
    for number, unit in enumerate(
        (
            "<div>",
            "<b>",
            "<ul><li>",
            "<table><tr><td>",
            "<span class=author>",
            "<p>",
            "<section class=comments>",
            "<a href=/>",
            "<font>",
            "<blockquote>",
            "<i>",
            "<em>",
        )
    ):
        yield Case(f"deep-{number}.html", html(article(f"<p>File deep {number}.</p>") + unit * 1_000), sentences=STORY)
    for number, unit in enumerate(
        ("“", "[", "a ", "\u0301", ". ", "A. ", "1. ", "…", "- x\n", "|a|b|\n", "🎉", "z. B. ", "« ", "(")
    ):
        yield Case(f"run-{number}.txt", f"{TITLE}\n{STORY[0]}\n\n{unit * 500}".encode(), sentences=STORY[:1])


def cases() -> list[Case]:
    """All of them, each name once."""
    made = (languages, boxes, heads, leads, charsets, tables, others, papers, refused, deep)
    return [case for part in made for case in part()]


def write(folder: Path) -> list[Case]:
    """Write the files and what is expected of them."""
    folder.mkdir(parents=True, exist_ok=True)
    found = cases()
    for case in found:
        (folder / case.name).write_bytes(case.content)
    lines = [
        json.dumps({key: value for key, value in asdict(case).items() if key != "content"}, ensure_ascii=False)
        for case in found
    ]
    (folder.parent / "expected.jsonl").write_text("\n".join(lines) + "\n", "utf-8")
    return found


if __name__ == "__main__":
    print(
        f"{len(write(Path(sys.argv[1])))} files are in {sys.argv[1]}, what is to come of them in expected.jsonl beside it."
    )
