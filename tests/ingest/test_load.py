import io
import json
import os
import socket
import tempfile
import threading
from pathlib import Path

import pytest

from ingest import parsing
from ingest.clean import make_article
from ingest.errors import SourceError
from ingest.load import exists, expand, load, resolved
from ingest.schema import RawDocument, Skipped
from tests.growth import LINEAR, grown
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


RECORDS = [
    "{" * 100_000,
    "[" * 100_000,
    '{"text": ' * 5_000,
    '{"text": NaN}',
    '{"text": Infinity, "body": "a"}',
    '{"text": 1%s}' % ("0" * 10_000),
    '{"text": null}',
    '{"text": ["a"]}',
    '{"title": "\\ud800"}',
    "\ud800",
    "nonsense",
    '"text"',
    "1e999",
    "\x01",
    '{"text": "a" "b"}',
]
ODD = (
    [
        {"published_at": date}
        for date in (
            "9999999-99-99",
            "Mon, 32 Foo 99999 99:99:99 +9999",
            "9999-12-31T23:59:59-23:59",
            "-1",
            "٢٠٢٥",
            "∞",
            5,
            {},
            [],
        )
    ]
    + [
        {"authors": authors}
        for authors in (
            None,
            1,
            "Ada",
            {"name": "Ada"},
            [["Ada"]],
            [{"name": 1}],
            ["\ud800"],
            [10**400],
            ["a"] * 100_000,
            {"a": [1]},
        )
    ]
    + [
        {"url": url}
        for url in (
            "\ud800",
            "http://[",
            "http://a:b/",
            "http://\ud800/",
            "http://a/\ud800?\ud800",
            7,
            ["http://a"],
            "http://" + "a" * 300,
        )
    ]
    + [{"title": title, "source": title} for title in ("\ud800", "a" * 1_000_000, 1.5, True, {"a": 1}, "\u202e\x00\n")]
    + [
        {"text": STORY + "\ud800"},
        {"text": "\u0301\u0316" * 100_000 + STORY},
        {"x" * 100_000: [[]] * 1_000},
    ]
)


def test_no_record_loses_those_before_and_after_it(tmp_path: Path) -> None:
    good = json.dumps({"title": "Good", "text": STORY})
    odd = [json.dumps({"text": STORY, **record}) for record in ODD]
    lines = [line for bad in RECORDS + odd for line in (bad, good)]
    path = tmp_path / "a.jsonl"
    path.write_bytes("\n".join(lines).encode(errors="surrogatepass"))
    found = read(path, max_bytes=50_000_000)
    assert len(found) == len(lines)
    assert sum(isinstance(item, Skipped) for item in found) == len(RECORDS)
    for item in found:
        if isinstance(item, RawDocument):
            article = make_article(item)
            article.model_dump_json().encode()  # can be stored
            assert STORY in article.text


def test_a_record_may_be_large_and_name_a_thing_twice(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"text": "first", "text": "%s"}\n' % ("words " * 1_600_000) + json.dumps({"text": STORY}))
    first, second = read(path, max_bytes=20_000_000)
    assert isinstance(first, RawDocument)
    assert len(first.text) == 9_600_000
    assert isinstance(second, RawDocument)


def test_bad_records_without_end_are_counted_and_good_ones_kept(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text("1\n" * 5_000 + json.dumps({"text": STORY}))
    found = read(path)
    assert len(found) == 1_002
    assert isinstance(found[-2], RawDocument)
    assert isinstance(found[-1], Skipped)
    assert "4,000 more" in found[-1].reason


@pytest.mark.parametrize(
    ("after", "good", "said"),
    [
        ("]", 2, ""),
        (" ] \n ", 2, ""),
        (", {broken]", 2, "From here on"),
        (",]", 2, "From here on"),
        (",", 2, "is missing"),
        ("", 2, "is missing"),
        ("] and more", 2, "is missing"),
        (' {"text": "a"}]', 2, "is missing"),
        (', 5, {"text": "last"}]', 3, 'no "text"'),
    ],
)
def test_a_json_list_is_read_up_to_where_it_breaks(tmp_path: Path, after: str, good: int, said: str) -> None:
    path = tmp_path / "a.json"
    path.write_text(f" [ {json.dumps({'text': STORY})}\n, {json.dumps({'text': STORY})}{after}")
    found = read(path)
    assert sum(isinstance(item, RawDocument) for item in found) == good
    assert [said in item.reason for item in found if isinstance(item, Skipped)] == ([True] if said else [])


@pytest.mark.parametrize("content", ["[]", "[ ", "{", "[1", "[nonsense]", "[" * 100_000, "\x00", "nonsense"])
def test_json_without_a_record_is_told(tmp_path: Path, content: str) -> None:
    path = tmp_path / "a.json"
    path.write_text(content)
    try:
        found = read(path)
    except SourceError as error:
        found, said = [], str(error)
        assert "\n" not in said
    assert not any(isinstance(item, RawDocument) for item in found)


def test_the_charset_of_a_long_text_is_told_from_where_it_matters(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    line = "Das Café öffnet um zehn Uhr, sagte der Bürgermeister über die Größe der Straße.\n"
    path.write_bytes(b"A plain line of words.\n" * 800_000 + line.encode("cp1252") * 100)
    (document,) = read(path, max_bytes=20_000_000)
    assert document.text.endswith(line)


def test_plain_text_and_json_lines_start_no_process(tmp_path: Path) -> None:
    parsing.close()
    (tmp_path / "a.txt").write_text(STORY)
    (tmp_path / "a.jsonl").write_text(json.dumps({"text": STORY}))
    assert read(tmp_path / "a.txt")
    assert read(tmp_path / "a.jsonl")
    assert not parsing._idle
    (tmp_path / "a.md").write_text(STORY)
    assert read(tmp_path / "a.md")
    assert parsing._idle


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


def test_what_is_no_file_is_told_in_one_sentence_and_not_waited_for(tmp_path: Path) -> None:
    (tmp_path / "loop.txt").symlink_to(tmp_path / "loop.txt")
    os.mkfifo(tmp_path / "pipe.txt")
    (tmp_path / "device.txt").symlink_to("/dev/zero")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tmp_path / "s.txt"))
    names = ["none.txt", "", "loop.txt", "pipe.txt", "device.txt", "s.txt", "nul\0", "a" * 5_000, "\udcff.txt"]
    for name in [
        *(f"{tmp_path}/{name}" for name in names),
        "/dev/null",
        "~nosuchuser/x",
        "nul\0.txt",
        "\ud800",
        "a" * 5_000,
    ]:
        with pytest.raises(SourceError) as caught:
            (same,) = expand(name) if name[-1] != "/" else [name]
            read(same)
        assert caught.value.hint
        assert "\n" not in str(caught.value)
        assert len(str(caught.value)) < 500
        str(caught.value).encode()  # can be printed and stored


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody who may not")
def test_what_may_not_be_read_is_told() -> None:
    with tempfile.TemporaryDirectory() as name:
        top = Path(name)
        (top / "inner").mkdir()
        (top / "inner" / "a.txt").write_text(STORY)
        (top / "b.txt").write_text(STORY)
        (top / "c.txt").write_text(STORY)
        top.chmod(0o755)
        (top / "inner").chmod(0o700)
        (top / "c.txt").chmod(0o600)
        os.seteuid(65534)
        try:
            assert expand(top) == [f"{top}/b.txt", f"{top}/c.txt", f"{top}/inner"]
            assert len(read(top / "b.txt")) == 1
            for path in (top / "c.txt", top / "inner", top / "inner" / "a.txt"):
                with pytest.raises(SourceError, match="may not be read"):
                    read(path)
        finally:
            os.seteuid(0)


def test_a_file_that_grows_while_it_is_read_is_read_to_the_limit(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"a" * 1_000_000)
    assert len(read(path)[0].text) == 1_000_000
    over = threading.Event()

    def grow() -> None:
        with path.open("ab") as file:
            while not over.is_set():
                file.write(b"a" * 100_000)

    thread = threading.Thread(target=grow)
    thread.start()
    try:
        for _ in range(20):
            try:
                assert len(read(path)[0].text) <= 1_000_000
            except SourceError as error:
                said = error.message
    finally:
        over.set()
        thread.join()
    assert "larger than 1 MB" in said


def test_a_file_whose_size_is_not_known_is_read(tmp_path: Path) -> None:
    status = read("/proc/self/status")[0]
    assert isinstance(status, RawDocument)
    assert "Name:" in status.text
    (tmp_path / "link.txt").symlink_to("/proc/self/status")
    assert read(tmp_path / "link.txt")


def test_the_name_of_a_file_is_found_again_however_it_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    odd = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff\xfe.txt"))
    for path in (tmp_path / "a.txt", odd):
        path.write_text(STORY)
        (document,) = read(path)
        assert document.origin == resolved(str(path))
        assert document.origin.encode()
    assert resolved("~/a.txt") == resolved(f"{tmp_path}/../{tmp_path.name}/a.txt") == f"{tmp_path}/a.txt"
    assert resolved(str(odd)) == f"{tmp_path}/\\xff\\xfe.txt"
    for name in ("~nosuchuser/x", "nul\0"):
        assert not exists(name)
        with pytest.raises(SourceError):
            resolved(name)
    (tmp_path / "b").symlink_to(tmp_path / "b")
    assert not exists(f"{tmp_path}/b")
    assert not exists("a" * 5_000)
    assert exists("~/a.txt")


@pytest.mark.parametrize("name", ["", " ", "\n"])
def test_an_empty_name_does_not_mean_this_folder(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.txt").write_text(STORY)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SourceError, match="An empty name is no source"):
        expand(name)


def test_a_link_out_of_a_folder_is_not_read_with_it(tmp_path: Path) -> None:
    (tmp_path / "own.txt").write_text(STORY)
    folder = tmp_path / "given"
    folder.mkdir()
    (folder / "a.txt").write_text(STORY)
    (folder / "out.txt").symlink_to(tmp_path / "own.txt")
    (folder / "in.txt").symlink_to(folder / "a.txt")
    assert expand(folder) == [f"{folder}/a.txt", f"{folder}/in.txt"]


def test_a_folder_with_links_in_a_circle_and_very_deep_is_walked_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "back").symlink_to(tmp_path)
    (tmp_path / "in" / "a.txt").write_text(STORY)
    (tmp_path / "loop.txt").symlink_to(tmp_path / "loop.txt")
    assert expand(tmp_path) == [f"{tmp_path}/loop.txt", f"{tmp_path}/in/a.txt"]
    monkeypatch.chdir(tmp_path)
    for _ in range(1_500):
        Path("d").mkdir()
        os.chdir("d")
    Path("a.txt").write_text(STORY)
    found = expand(tmp_path)
    Path("a.txt").unlink()
    for _ in range(1_500):
        os.chdir("..")
        Path("d").rmdir()
    assert [name.count("/d/") for name in found] == [0, 750, 0]
    assert found[1].endswith("/d/d/a.txt")


def test_a_folder_of_very_many_files_is_listed_in_linear_time(tmp_path: Path) -> None:
    sizes = (1_000, 2_000, 4_000)
    for count in sizes:
        folder = tmp_path / str(count)
        folder.mkdir()
        for number in range(count):
            path = folder / f"{number}.txt"
            path.with_suffix("").mkdir() if number % 2 else path.touch()
        assert len(expand(folder)) == count / 2
    assert grown(lambda text: expand(tmp_path / str(len(text))), "x", sizes=sizes, limit=60) <= LINEAR


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
