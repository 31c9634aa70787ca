import io
import json
from pathlib import Path

import pytest

from ingest.errors import SourceError
from ingest.load import expand, load
from ingest.schema import RawDocument, Skipped
from tests.web import Site

STORY = "The council met on Monday. It voted to build a bridge over the river, which will cost $4.5 million. Work starts in May."


def read(path: Path | str, **given: object) -> list[RawDocument | Skipped]:
    return list(load(str(path), **{"max_bytes": 1_000_000, "timeout": 5, **given}))  # type: ignore[arg-type]


def test_plain_text_of_any_common_charset_is_read(tmp_path: Path) -> None:
    for charset in ("utf-8", "utf-8-sig", "utf-16", "cp1252"):
        path = tmp_path / f"{charset}.txt"
        path.write_bytes(
            ("Das Café öffnet um zehn Uhr. „Schön“, sagte der Bürgermeister über die Größe. " * 5).encode(charset)
        )
        assert "Café öffnet" in read(path)[0].text


def test_markdown_loses_its_marks_and_keeps_its_words(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text("# A Bridge\n\nThe **council** [met](https://example.com) on Monday.\n\n- One\n- Two\n")
    text = read(path)[0].text
    assert "The council met on Monday." in text
    assert "**" not in text
    assert "https" not in text


def test_a_page_gives_its_article_and_metadata_without_menus(tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    body = "".join(f"<p>{STORY} Paragraph {n}.</p>" for n in range(5))
    path.write_text(
        "<html><head><title>A Bridge</title><meta property='og:site_name' content='The Post'>"
        "<meta name='author' content='Ada Lovelace'><meta property='article:published_time' content='2025-03-18'></head>"
        f"<body><nav><a href='/'>Home</a></nav><article><h1>A Bridge</h1>{body}</article><script>alert(1)</script></body></html>"
    )
    page = read(path)[0]
    assert isinstance(page, RawDocument)
    assert STORY in page.text
    assert "alert" not in page.text
    assert page.title == "A Bridge"
    assert page.authors == ("Ada Lovelace",)
    assert page.published_at.startswith("2025-03-18")


def test_a_pdf_gives_its_text(tmp_path: Path) -> None:
    from fpdf import FPDF

    pdf = FPDF()
    pdf.add_page()
    pdf.set_font("Helvetica", size=12)
    pdf.multi_cell(0, 8, STORY)
    path = tmp_path / "a.pdf"
    pdf.output(str(path))
    assert "voted to build a bridge over the river" in " ".join(read(path)[0].text.split())


def test_a_word_file_gives_its_text_and_tables(tmp_path: Path) -> None:
    import docx

    document = docx.Document()
    document.add_heading("A Bridge")
    document.add_paragraph(STORY)
    document.add_table(1, 1).cell(0, 0).text = "A cell with words."
    path = tmp_path / "a.docx"
    document.save(str(path))
    text = read(path)[0].text
    assert STORY in text
    assert "A cell with words." in text


def test_json_lines_give_an_article_each_and_a_bad_line_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    record = {
        "title": "T",
        "text": STORY,
        "url": "https://example.com/1",
        "source": "S",
        "published_at": "2025-03-18",
        "authors": ["A"],
    }
    path.write_text(json.dumps(record) + "\n{broken\n" + json.dumps({"title": "no text"}) + "\n[1]\n")
    first, *rest = read(path)
    assert isinstance(first, RawDocument)
    assert first.url == "https://example.com/1"
    assert first.authors == ("A",)
    assert [type(item) for item in rest] == [Skipped] * 3


def test_standard_input_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(STORY.encode())))
    assert read("-")[0].text == STORY


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("empty.txt", b"", "empty"),
        ("blank.txt", b" \n ", "empty"),
        ("binary.txt", b"\x7fELF\x00\x00\x01", "binary"),
        ("big.txt", b"a" * 1_000_001, "larger than 1 MB"),
        ("bad.pdf", b"%PDF-1.4 nonsense", "PDF"),
        ("bad.docx", b"PK\x03\x04 nonsense", ""),
        ("bad.json", b"{", "JSON"),
        ("menu.html", b"<html><body><nav></nav></body></html>", "No article"),
    ],
)
def test_what_cannot_be_read_is_told_in_one_sentence_with_a_hint(
    tmp_path: Path, name: str, content: bytes, said: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(SourceError) as caught:
        read(path)
    assert said in caught.value.message
    assert caught.value.hint
    assert "\n" not in str(caught.value)


def test_a_missing_file_a_folder_and_a_pipe_are_told(tmp_path: Path) -> None:
    for path in (tmp_path / "none.txt", tmp_path, Path("/dev/null"), Path("a" * 5_000), Path("nul\0")):
        with pytest.raises(SourceError):
            read(path)


def test_a_folder_is_its_readable_files_without_hidden_ones(tmp_path: Path) -> None:
    for name in ("b.txt", "a.md", ".hidden.txt", "x.png"):
        (tmp_path / name).write_text("words")
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "c.txt").write_text("words")
    assert [Path(name).name for name in expand(tmp_path)] == ["a.md", "b.txt"]
    (tmp_path / "empty").mkdir()
    with pytest.raises(SourceError):
        expand(tmp_path / "empty")


def test_a_page_is_fetched_and_its_redirects_followed(site: Site) -> None:
    page = f"<html><body><article><h1>A Bridge</h1>{''.join(f'<p>{STORY} {n}</p>' for n in range(5))}</article></body></html>"
    site.pages["/a"] = (302, {"Location": "/b"}, b"")
    site.pages["/b"] = (200, {"Content-Type": "text/html; charset=utf-8"}, page.encode())
    found = read(f"{site.url}/a")[0]
    assert isinstance(found, RawDocument)
    assert STORY in found.text
    assert found.url == f"{site.url}/b"


@pytest.mark.parametrize("path", ["/none", "/loop", "/big", "/empty", "/broken"])
def test_a_page_that_cannot_be_had_is_told_in_one_sentence(site: Site, path: str) -> None:
    site.pages["/loop"] = (302, {"Location": "/loop"}, b"")
    site.pages["/big"] = (200, {"Content-Type": "text/plain"}, (b"a" * 100_000 for _ in range(50)))
    site.pages["/empty"] = (200, {"Content-Type": "text/plain"}, b"")
    site.pages["/broken"] = (200, {"Content-Type": "text/html", "Content-Length": "10000"}, b"<html>")
    with pytest.raises(SourceError) as caught:
        read(site.url + path)
    assert caught.value.hint


def test_a_dead_server_and_other_schemes_are_told() -> None:
    for url in ("http://127.0.0.1:9/x", "ftp://example.com/x", "file:///etc/passwd", "http://", "http://[bad"):
        with pytest.raises(SourceError):
            read(url)


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "[::1]", "0.0.0.0", "169.254.169.254", "10.0.0.1", "2130706433"]
)
def test_a_page_open_to_strangers_fetches_nothing_from_inside(site: Site, host: str) -> None:
    port = site.url.rsplit(":", 1)[1]
    with pytest.raises(SourceError):
        read(f"http://{host}:{port}/a", public_only=True)
    assert not site.requests
