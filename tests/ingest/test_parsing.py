import os
import signal
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ingest import parsing
from ingest.errors import SourceError
from ingest.parsing import parse
from tests.ingest.documents import BODY, LOOP, STORY, page, paper, paper_with, word, word_with
from tests.web import Site

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
SLOW_PARTS = b"<html><body><article>", b"<p>a"
SLOW = SLOW_PARTS[0] + SLOW_PARTS[1] * 250_000


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    parsing.close()
    yield
    parsing.close()


def read(kind: str, content: bytes, **given: object) -> str:
    return str(parse(kind, content, "a document", **{"max_bytes": 20_000_000, **given})["text"])  # type: ignore[arg-type]


def refusal(kind: str, content: bytes, **given: object) -> str:
    with pytest.raises(SourceError) as caught:
        read(kind, content, **given)
    assert caught.value.hint
    assert "\n" not in str(caught.value)
    return caught.value.message


def numbers() -> list[int]:
    return [process._process.pid for process in parsing._idle]


def until(holds: Callable[[], bool]) -> bool:
    end = time.monotonic() + 30
    while not holds() and time.monotonic() < end:
        time.sleep(0.02)
    return holds()


def there(number: int) -> bool:
    """Whether a process runs, and is not only waiting to be reaped."""
    try:
        return "\nState:\tZ" not in Path(f"/proc/{number}/status").read_text("ascii")
    except OSError:
        return False


def test_one_process_takes_all_documents_apart_and_is_ended() -> None:
    assert STORY in read("html", page())
    (first,) = numbers()
    assert STORY in read("docx", word())
    assert "voted to build a bridge" in " ".join(read("pdf", paper()).split())
    assert read("markdown", b"# A\n\nB **c**").split() == ["A", "B", "c"]
    assert numbers() == [first]
    parsing.close()
    assert not there(first)
    assert STORY in read("html", page())


def test_a_document_that_takes_too_long_is_told_and_the_next_one_is_read() -> None:
    assert STORY in read("html", page())
    (before,) = numbers()
    assert "more than 1 seconds" in refusal("html", SLOW, seconds=1)
    assert not there(before)
    assert STORY in read("html", page())


MEASURED = """
import resource, sys
from ingest import parsing
from ingest.errors import SourceError
try:
    parsing.parse("docx", open(sys.argv[1], "rb").read(), "x", max_bytes=20_000_000)
except SourceError as error:
    print(error.message)
parsing.close()
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def test_a_document_that_takes_too_much_memory_is_told_and_the_next_one_is_read(tmp_path: Path) -> None:
    line = b"<w:p><w:r><w:t>" + b"a" * 8_000_000 + b"</w:t></w:r></w:p>"
    content = word_with(BODY[0] + line * 24 + BODY[1])
    assert "MB of memory" in refusal("docx", content)
    assert STORY in read("docx", word())
    (tmp_path / "big.docx").write_bytes(content)  # in a process that has no other children
    asked = [sys.executable, "-c", MEASURED, str(tmp_path / "big.docx")]
    said = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    assert "MB of memory" in said[0]
    assert int(said[1]) < 1_600_000


def test_a_process_that_is_killed_by_others_is_replaced() -> None:
    read("markdown", b"words")
    (before,) = numbers()
    os.kill(before, signal.SIGKILL)
    assert until(lambda: not there(before))
    assert read("markdown", b"words").strip() == "words"


def test_several_threads_share_a_bounded_number_of_processes() -> None:
    found: list[str] = []
    threads = [threading.Thread(target=lambda: found.append(read("html", page()))) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 12
    assert 1 <= len(numbers()) <= parsing.AT_ONCE


def test_a_process_that_has_nothing_to_do_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parsing, "IDLE", 0.1)
    read("markdown", b"words")
    assert until(lambda: not numbers())


def test_a_fork_does_not_take_the_processes_of_its_parent() -> None:
    read("markdown", b"words")
    (before,) = numbers()
    child = os.fork()
    if not child:
        alone = False
        try:
            alone = not numbers() and "other" in read("markdown", b"other words") and before not in numbers()
            parsing.close()
        finally:
            os._exit(0 if alone else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert read("markdown", b"words").strip() == "words"
    assert numbers() == [before]


def test_the_process_knows_no_secret_of_this_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "canary-of-the-environment")
    read("markdown", b"words")
    (number,) = numbers()
    assert b"canary" not in Path(f"/proc/{number}/environ").read_bytes()
    assert b"canary" not in Path(f"/proc/{number}/cmdline").read_bytes()


def test_the_text_obeys_the_limit_of_size() -> None:
    assert "more than 0.001 MB of text" in refusal("html", page(40), max_bytes=1000)
    assert "more than 0.001 MB of text" in refusal("docx", word("é" * 700), max_bytes=1000)


SCRIPT = """
import sys
sys.path.insert(0, {root!r})
from ingest import parsing
print(parsing.parse("markdown", b"some words", "x", max_bytes=1000)["text"].strip(), flush=True)
print(parsing._idle[0]._process.pid, flush=True)
parsing.parse("html", {slow}, "x", max_bytes=20_000_000, seconds=120)
"""


@pytest.fixture
def script(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """A script without a main guard, in a folder of its own, that reads a document which takes for ever."""
    path = tmp_path / "script.py"
    path.write_text(SCRIPT.format(root=str(ROOT), slow=f"{SLOW_PARTS[0]!r} + {SLOW_PARTS[1]!r} * 250_000"))
    with subprocess.Popen(
        [sys.executable, str(path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509 - it may be ignored here
    ) as running:
        yield running
        running.kill()


def test_the_process_ends_when_its_parent_is_killed(script: subprocess.Popen[str]) -> None:
    assert script.stdout
    assert script.stdout.readline() == "some words\n"
    number = int(script.stdout.readline())
    time.sleep(0.3)  # it is busy by now
    assert there(number)
    script.kill()
    assert until(lambda: not there(number))


def test_ctrl_c_stops_the_parent_alone_and_its_process_says_nothing(script: subprocess.Popen[str]) -> None:
    assert script.stdout
    script.stdout.readline()
    number = int(script.stdout.readline())
    time.sleep(0.3)
    os.killpg(script.pid, signal.SIGINT)
    _, said = script.communicate(timeout=60)
    assert "runpy" not in said  # by which its process is started
    assert said.rstrip().endswith("KeyboardInterrupt")
    assert not there(number)


def test_a_python_that_cannot_be_started_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("/none/python", "/bin/false"):
        monkeypatch.setattr(sys, "executable", name)
        assert "cannot be started" in refusal("markdown", b"words")


HUGE = b"<w:p/>" * 4_000_000
HOSTILE_WORD = {
    "4 million paragraphs": (lambda: word_with(BODY[0] + HUGE + BODY[1]), "more than 2,000,000 elements"),
    "a huge picture": (lambda: word_with(b"", more=(("word/media/a.png", bytes(250_000_000)),)), "more than 200 MB"),
    "entities": (lambda: word_with(b'<!DOCTYPE a [<!ENTITY x "y">]>' + b"".join(BODY)), "declares entities"),
    "entities in UTF-16": (
        lambda: word_with(f'<!DOCTYPE a [<!ENTITY x "y">]>{b"".join(BODY).decode()[21:]}'.encode("utf-16")),
        "declares entities",
    ),
    "entities in its properties": (
        lambda: word_with(b"<!DOCTYPE a><a/>", part="docProps/core.xml"),
        "declares entities",
    ),
    "another packing": (lambda: word_with(b"".join(BODY), packing=zipfile.ZIP_BZIP2), "packed in a way"),
    "6,000 files": (lambda: word_with(b"", more=tuple((f"{n}", b"") for n in range(6000))), "more than 5,000 files"),
    "deep": (
        lambda: word_with(BODY[0] + b"<w:p>" + b"<w:ins>" * 9999 + b"</w:ins>" * 9999 + b"</w:p>"),
        "not a readable",
    ),
    "cut": (lambda: word()[:-500], "not a readable"),
    "no archive": (lambda: b"PK\x03\x04 nonsense", "not a readable"),
    "a relationship to nowhere": (
        lambda: word_with(
            b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"/>', part="_rels/.rels"
        ),
        "not a readable",
    ),
}


@pytest.mark.parametrize("name", HOSTILE_WORD)
def test_a_hostile_word_document_is_told_in_one_sentence(name: str) -> None:
    make, said = HOSTILE_WORD[name]
    assert said in refusal("docx", make())


def test_a_cell_over_many_columns_is_one_cell_and_what_was_added_is_read() -> None:
    span = b'<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val="1000000000"/></w:tcPr><w:p><w:r><w:t>wide</w:t></w:r></w:p></w:tc></w:tr></w:tbl>'
    words = (
        b'<w:p><w:pPr><w:tabs><w:tab w:val="left"/></w:tabs></w:pPr><w:r><w:t>One</w:t><w:tab/><w:t>two</w:t></w:r>'
        b"<w:hyperlink><w:r><w:t> three</w:t></w:r></w:hyperlink><w:ins><w:r><w:t> four</w:t><w:br/></w:r></w:ins>"
        b'<w:del><w:r><w:delText>never</w:delText></w:r></w:del><w:r><w:br w:type="page"/><w:t>five</w:t></w:r></w:p>'
    )
    assert read("docx", word_with(BODY[0] + span + words + BODY[1])) == "wide\nOne\ttwo three four\nfive"


def test_items_of_lists_and_rows_of_tables_keep_their_shape() -> None:
    assert read("docx", word()).split("\n") == ["", "A Bridge", STORY, "- An item.", "A cell with words."]


def test_nothing_that_a_document_names_is_fetched(site: Site) -> None:
    relation = (
        b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId9" '
        b'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate" '
        b'Target="%s/t.dotm" TargetMode="External"/></Relationships>' % site.url.encode()
    )
    content = word_with(BODY[0] + BODY[1], more=(("word/_rels/settings.xml.rels", relation),))
    read("docx", content)
    url = site.url.encode()
    html = b'<!DOCTYPE html SYSTEM "%s/a.dtd">' % url + page().replace(
        b"<p>", b'<link rel="stylesheet" href="%s/a.css"><img src="%s/a.png"><p>' % (url, url), 1
    )
    assert STORY in read("html", html)
    assert not site.requests


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("pdf", LOOP),
        ("pdf", paper_with(b" " * 100_000_000)),
        ("pdf", paper_with(b"q " * 5_000_000)),
        ("pdf", paper()[:-300]),
        ("pdf", b"%PDF-1.4\n" + b"1 0 obj<<" * 10_000),
        ("pdf", b"%PDF-1.4\n" + b"[" * 100_000),
        ("html", b"<html><body>" + b"<div>" * 1_000_000 + STORY.encode()),
        ("html", b"<p " + b" ".join(b"a%d=1" % n for n in range(100_000)) + b">" + STORY.encode()),
        ("html", b'<a href="' + b"<" * 2_000_000),
        ("html", b"<!--" * 500_000),
        ("markdown", b">" * 100_000 + b"a"),
        ("markdown", b"*a " * 50_000),
        ("markdown", b"[" * 50_000),
        ("markdown", b"[a](b" * 20_000),
        ("markdown", b"a\n\n" * 3_000_000),
    ],
)
def test_a_hostile_document_is_read_or_told_within_its_limits(kind: str, content: bytes) -> None:
    said = "read"
    try:
        read(kind, content, seconds=1)
    except SourceError as error:
        said = str(error)
    assert "\n" not in said
    assert STORY in read("html", page())


def test_the_limit_of_time_is_a_setting(tmp_path: Path) -> None:
    from ingest import ingest
    from ingest.settings import Settings

    (tmp_path / "slow.html").write_bytes(SLOW)
    (tmp_path / "good.html").write_bytes(page())
    settings = Settings(data_dir=tmp_path / "data")
    (row,) = ingest(tmp_path / "slow.html", settings=settings.model_copy(update={"read_timeout": 1})).rows
    assert row.action == "skipped"
    assert "READ_TIMEOUT" in row.hint
    assert ingest(tmp_path / "good.html", settings=settings).count("added") == 1
