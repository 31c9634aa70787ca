"""Documents of every format, made at random and damaged at random: each is read or refused in one sentence.

`TORTURE=full` tries 10,000; `TORTURE_SEED` tries others.
"""

import gzip
import io
import json
import os
import random
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ingest.clean import make_article
from ingest.errors import SourceError
from ingest.load import load
from ingest.schema import RawDocument
from tests.effort import FULL
from tests.ingest.documents import LOOP, STORY, page, paper, paper_with, word

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.slow

COUNT = 10_000 if FULL else 240
SEED = int(os.environ.get("TORTURE_SEED", "20261127"))
LIMIT = 2_000_000
SECONDS = 20.0
FORMATS = ("txt", "md", "html", "pdf", "docx", "jsonl", "json", "none")

_SIGNS = [
    *("word ", "Monday ", "\n", "\n\n", "\r\n", "\r", "\t", " ", "\xa0", "é", "e\u0301", "🙂", "👩‍👩‍👧", "שלום ", "\u202e", "\x00", "\ufeff"),
    *("\u0301\u0316", "\ud800", "\udfff", "\U0010ffff", "ﷺ", "ǆ", "─", "“", "”", "'", '"', "\\", "\\u0000", "\\ud800", "%00"),
    *("# ", "**", "[a](b)", "![", "](", "> ", "- ", "1. ", "`", "```\n", "|", "---\n", "<!--", "-->", "<![CDATA[", "&amp;"),
    *("&#0;", "&#x110000;", "&x;", "<p>", "</p>", "<div>", "<table><tr><td>", "<script>", "</", "<a href=", "<svg>", "<math>"),
    *("<meta charset=utf-7>", "<base href='http://['>", "<template>", "<plaintext>", "{", "}", "[", "]", ":", ",", "null", "1e999", "-0"),
    *('{"text": "', '"}', '"authors": ', '"published_at": "Mon, 32 Foo 99999"', "9999999-99-99", "obj", "endobj", "stream\n", "xref"),
    *("<</Length -1>>", "/Kids[1 0 R]", "/Filter[/FlateDecode/LZWDecode/ASCII85Decode]", "/Encrypt 1 0 R", "%PDF-1.4\n", "PK\x03\x04"),
]  # fmt: skip


def text(rng: random.Random, length: int = 40) -> str:
    return "".join(rng.choice(_SIGNS) * rng.choice((1, 1, 1, 1, 5, 200)) for _ in range(rng.randrange(length)))


def values(rng: random.Random, depth: int = 3) -> object:
    """Some JSON value, also of the kinds that nobody expects."""
    plain = [None, True, 0, -1, 10**30, 1.5, float("nan"), float("inf"), "", STORY, "9999999-99-99", text(rng, 6)]
    if not depth or rng.random() < 0.6:
        return rng.choice(plain)
    inner = [values(rng, depth - 1) for _ in range(rng.randrange(4))]
    return inner if rng.random() < 0.5 else {rng.choice(["a", "text", "name", ""]): one for one in inner}


def record(rng: random.Random) -> str:
    names = ["text", "body", "title", "url", "source", "published_at", "authors", "author", "more"]
    made = {name: values(rng) for name in rng.sample(names, rng.randrange(len(names)))}
    if rng.random() < 0.7:
        made["text"] = rng.choice([STORY, text(rng), STORY + text(rng)])
    return json.dumps(made, ensure_ascii=rng.random() < 0.5)


def packed(content: bytes, rng: random.Random) -> bytes:
    """The Word document with one of its files damaged inside the archive."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        members = old.infolist()
        chosen = rng.choice(members)
        for member in members:
            part = old.read(member)
            new.writestr(member.filename, damaged(part, rng) if member is chosen else part)
    return made.getvalue()


def damaged(content: bytes, rng: random.Random) -> bytes:
    """The content with some of it changed, cut, doubled, or put in."""
    made = bytearray(content)
    for _ in range(rng.choice((0, 1, 1, 2, 4, 30))):
        at, length = rng.randrange(len(made) + 1), rng.choice((1, 1, 2, 10, 500))
        kind = rng.randrange(6)
        if kind == 0:
            made[at : at + length] = rng.randbytes(length)
        elif kind == 1:
            del made[at : at + length]
        elif kind == 2:
            made[at:at] = made[at : at + length] * rng.choice((1, 2, 50))
        elif kind == 3:
            made[at:at] = text(rng, 4).encode(errors="surrogatepass")
        elif kind == 4:
            made[at : at + 1] = bytes([made[at] ^ (1 << rng.randrange(8))]) if at < len(made) else b""
        elif rng.random() < 0.2:
            del made[at:]
    return bytes(made)


def made(format_: str, rng: random.Random, whole: dict[str, bytes]) -> bytes:
    """A document of this format, before it is damaged."""
    words = STORY + text(rng)
    charset = rng.choice(("utf-8", "utf-8", "utf-16", "utf-8-sig", "utf-32"))
    makers: dict[str, Callable[[], bytes]] = {
        "txt": lambda: rng.choice((words, text(rng))).encode(charset, errors="replace"),
        "md": lambda: f"---\ntitle: {text(rng, 4)}\ndate: {text(rng, 4)}\n---\n{words}".encode(charset, errors="replace"),
        "html": lambda: page(rng.randrange(6), text(rng, 6)).replace(b"<p>", text(rng, 9).encode(errors="replace"), 2),
        "pdf": lambda: rng.choice((whole["pdf"], whole["pdf"], LOOP, paper_with(text(rng).encode(errors="replace")))),
        "docx": lambda: packed(whole["docx"], rng) if rng.random() < 0.7 else whole["docx"],
        "jsonl": lambda: "\n".join(record(rng) for _ in range(rng.randrange(1, 6))).encode(errors="surrogatepass"),
        "json": lambda: f"[{','.join(record(rng) for _ in range(rng.randrange(4)))}]".encode(errors="surrogatepass"),
        "none": lambda: rng.choice((rng.randbytes(rng.randrange(2000)), gzip.compress(words.encode(errors="replace")), b"%PDF-", b"PK\x03\x04word/")),
    }  # fmt: skip
    return makers[format_]()


@pytest.fixture(scope="module")
def whole() -> dict[str, bytes]:
    return {"pdf": paper(), "docx": word()}


def outcome(path: Path) -> str:
    """`read`, or the sentence in which the document is refused."""
    try:
        for item in load(str(path), max_bytes=LIMIT, timeout=5, read_timeout=SECONDS):
            item.model_dump_json()
            if isinstance(item, RawDocument):
                make_article(item).model_dump_json().encode()
    except SourceError as error:
        return str(error) if error.hint else "without a hint"
    return "read"


@pytest.mark.parametrize("format_", FORMATS)
def test_whatever_is_in_a_document_it_is_read_or_refused_in_one_sentence(
    tmp_path: Path, whole: dict[str, bytes], format_: str
) -> None:
    read = refused = 0
    for number in range(COUNT // len(FORMATS)):
        name = f"{SEED}-{format_}-{number}"
        rng = random.Random(name)
        path = tmp_path / (f"a.{format_}" if format_ != "none" else "a")
        path.write_bytes(damaged(made(format_, rng, whole), rng))
        try:
            said = outcome(path)
        except Exception as error:
            raise AssertionError(name) from error
        assert "\n" not in said, name
        assert said != "without a hint", name
        assert len(said) < 600, name
        assert "READ_TIMEOUT" not in said, name
        read += said == "read"
        refused += said != "read"
    assert read
    assert refused
