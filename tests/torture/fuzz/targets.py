"""What is fuzzed: any bytes become an input, and what must hold of every outcome is asserted.

Only the errors that a person is told in a sentence may be raised. The first byte says how often the rest is said again,
so that what takes more than linear time or memory on a repetition is noticed.
"""

import json
import re
import tempfile
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np

from eval.datasets import SetError, read_set
from ingest.clean import LINE_LIMIT, clean_text, content_hash, make_article, normalise_url
from ingest.dates import clean_date
from ingest.embed import TokenVectors
from ingest.errors import SourceError
from ingest.sample import sample
from ingest.schema import RawDocument
from ingest.split import split_chunks, split_sentences
from qa.generation.attribution import Reply
from qa.generation.prompt import make_context
from qa.generation.reply import LONGEST_REPLY, parse_reply, read_reply
from qa.schema import MARKER
from qa.verification.cite import cite
from qa.verification.findings import Checker

ROOT = Path(__file__).resolve().parents[3]
SEPARATOR = b"\xff"
"""Between the parts of an input: a byte that UTF-8 does not use."""

LONGEST = 10_000
"""Characters of a text, however often its parts are repeated."""

MOST_TOKENS = 40
REPEATS = {13: 10, 14: 100, 15: 1000}
"""How often the parts of an input are said, by what its first byte leaves of 16; once by most, as that is quicker."""

_TOKEN = re.compile(r"\w{1,4}|[^\w\s]")
_BROKEN_MARKER = re.compile(r"[\[【]\s*\d*$")


def parts_of(data: bytes, count: int) -> list[str]:
    """So many texts of an input; bytes that are no UTF-8 become lone surrogates, as in JSON that was cut."""
    times = REPEATS.get(data[0] % 16, 1) if data else 1
    found = [part.decode("utf-8", "surrogateescape") for part in data[1:].split(SEPARATOR, count - 1)]
    return [(part * times)[:LONGEST] for part in [*found, *[""] * (count - len(found))]]


def clean(data: bytes) -> None:
    """The cleaner: a document becomes an article or is refused; doing it twice is doing it once."""
    text, title, url, source, published, author = parts_of(data, 6)
    given = {"text": text, "title": title, "url": url, "source": source, "published_at": published}
    refused, article = "", None
    try:
        article = make_article(RawDocument(origin="fuzzing", authors=(author,), **given))
    except SourceError as error:
        refused = str(error)
    if article is None:
        assert "without a blank" in refused or not any(map(str.isalnum, clean_text(text)))
        return
    assert clean_text(article.text) == article.text == article.text.strip()
    assert not re.search(r"[\r\x00-\x08\u2028\u202e\ufeff\ud800-\udfff]|\n{3}|  | \n|\n ", article.text)
    for line in (article.title, article.source, *article.authors):
        assert len(line) <= LINE_LIMIT
        assert "\n" not in line
    assert article.title
    assert normalise_url(article.url) == article.url
    assert clean_date(article.published_at) == article.published_at
    assert re.fullmatch(r"[0-9a-f]{16}", article.id)
    assert content_hash(article) == article.content_hash
    article.model_dump_json().encode()
    told = article.model_dump(include=set(given))
    assert make_article(RawDocument(origin="again", authors=article.authors, **told)) == article


def split(data: bytes) -> None:
    """The splitter: sentences in order with only white space between them, and chunks that tile the text."""
    text = clean_text(parts_of(data, 1)[0])
    sentences, last = split_sentences(text), 0
    for sentence in sentences:
        assert last <= sentence.start < sentence.end <= len(text)
        assert not text[last : sentence.start].strip()
        assert text[sentence.start : sentence.end].strip() == text[sentence.start : sentence.end]
        last = sentence.end
    assert not text[last:].strip()
    pieces = split_chunks(text, sentences, count_tokens=count_tokens, max_tokens=MOST_TOKENS)
    assert [0, *(piece.end for piece in pieces)] == [*(piece.start for piece in pieces), len(text)] or not sentences
    for piece in pieces:
        assert piece.sentences
        assert sum(count_tokens(text[s.start : s.end]) for s in piece.sentences) <= MOST_TOKENS
        ends = [piece.start, *(place for s in piece.sentences for place in (s.start, s.end)), piece.end]
        assert ends == sorted(ends)
    inside = "".join(text[s.start : s.end] for piece in pieces for s in piece.sentences)
    assert "".join(inside.split()) == "".join(text.split())


def count_tokens(text: str) -> int:
    """About what a tokenizer counts, without one."""
    return len(_TOKEN.findall(text))


def draft(data: bytes) -> None:
    """The parser of a model's reply: sentences with numbers, and nothing of a marker left half open."""
    reply = parts_of(data, 1)[0]
    said = parse_reply(reply)
    assert len(said) <= LONGEST_REPLY
    for item in said:
        assert item.text == " ".join(item.text.split())
        assert all(0 <= number <= 9999 for number in item.numbers)
        assert len(item.numbers) == len(set(item.numbers))
    read_reply(reply)
    shown = " ".join(sentence.text for sentence in read_reply(reply, growing=True).sentences)
    assert not _BROKEN_MARKER.search(shown)


def reply(data: bytes) -> None:
    """A reply that grows: whatever a model writes, every citation that is left is cut from the article."""
    parts = parts_of(data, 4)
    growing = Reply(_SHEET, _CHECKER, strict=bool(data) and data[0] > 127)
    for part in parts:
        growing.add(part[: LONGEST_REPLY // 2])
    cited = cite(growing.drafts(), {_ARTICLE.id: _ARTICLE}, strict=growing.strict)
    numbers = {int(number) for number in MARKER.findall(cited.text)}
    assert numbers == {citation.number for citation in cited.citations}
    for citation in cited.citations:
        assert _ARTICLE.text[citation.start : citation.end] == citation.quote
    for item in growing.rejected():
        assert item.reason
    assert isinstance(growing.refused, bool)
    assert all(growing.gaps)


def sets(data: bytes) -> None:
    """The reader of question sets: a set with an id for each question, or the error that names the line."""
    suffix = (".jsonl", ".csv", ".json")[data[0] % 3 if data else 0]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / f"set{suffix}"
        file.write_bytes(data[1:])
        try:
            found = read_set(str(file), max_bytes=1_000_000)
        except SetError:
            return
    assert found.cases
    assert len({case.id for case in found.cases}) == len(found.cases)


class _Encoder:
    """Vectors of words by their checksum: as good as any where only the outcome's form matters."""

    def encode(self, texts: Sequence[str]) -> Any:
        return SimpleNamespace(tokens=[self._tokens(text) for text in texts])

    @staticmethod
    def _tokens(text: str) -> TokenVectors:
        words = list(re.finditer(r"\w+", text[:2_000]))
        sums = np.array([zlib.crc32(word[0].encode("utf-8", "replace")) for word in words], dtype=np.uint32)
        spans = np.array([word.span() for word in words], dtype=np.int32).reshape(-1, 2)
        return TokenVectors(spans, (sums[:, None] >> np.arange(24, dtype=np.uint32) & 1).astype(np.int8) * 26)


class _Reader:
    """Weighs by length: sometimes for, sometimes against."""

    def weigh(self, statement: str, texts: Sequence[str]) -> Any:
        said = len(statement)
        rows = [[(said + len(text) * side) % 9 - 4.0 for side in range(5)] for text in texts]
        return np.array(rows, np.float32).reshape(-1, 5)


_ARTICLE = make_article(sample())
_SENTENCES = [(sentence.start, sentence.end) for sentence in split_sentences(_ARTICLE.text)]
_SHEET = make_context([(_ARTICLE, _SENTENCES)], whole=True)
_CHECKER = Checker(_Encoder(), _Reader())  # type: ignore[arg-type]

TARGETS: dict[str, Callable[[bytes], None]] = {
    "clean": clean,
    "split": split,
    "draft": draft,
    "reply": reply,
    "sets": sets,
}


def seeds(target: str) -> list[bytes]:
    """What the fuzzer starts from: real texts, replies and sets."""
    lines = (ROOT / "tests" / "ingest" / "hard_sentences.txt").read_text("utf-8").splitlines()
    texts = [_ARTICLE.text, *(line for line in lines if line.strip())]
    if target == "clean":
        rest = ["Title", "HTTP://News.example:80/a/?utm_source=x&b=1#top", "Times", "Wed, 19 Mar 2025 09:00 GMT", "Ada"]
        found = [SEPARATOR.join(part.encode() for part in (text[:1_500], *rest)) for text in texts[:40]]
    elif target == "split":
        found = [text[:1_000].encode() for text in texts]
    elif target in {"draft", "reply"}:
        found = [*(word.encode() for word in _REPLIES), *(text[:400].encode() + b" [2]" for text in texts[:40])]
    else:
        lines = (ROOT / "eval" / "sets" / "sample.jsonl").read_text("utf-8").splitlines()
        found = ["\n".join(lines[:2]).encode(), *map(_dumped, _SETS)]
        found += [b"id,question,answers,answerable\n1,Who?,Ada|Bob,yes\n"]
    return [bytes([number % 256]) + item for number, item in enumerate(found)]


def _dumped(value: Any) -> bytes:
    return json.dumps(value).encode()


_REPLIES = (
    "The call lasted more than two hours [2]. It began at 10 a.m. Eastern Time. [6]",
    "[1] It rained. [2] It snowed.",
    "It rained 【1†source】. It snowed (2).",
    "<think>Sentence [7] is odd.</think>**Yes** ([x](http://y)) ![z](w) [S1], [^2], [2-4], [3; 4 and 5]",
    "- It rained [1, 2].\n1. It snowed. [3]\n```\ncode [4\n",
    "The article does not say.",
    "The article doesn't mention the cost. It says “two hours” [2][6].",
)
_SETS = (
    {"id": 1, "question": "Who?", "answers": ["Ada"], "evidence": ["Ada."], "answerable": True, "tags": ["a"]},
    {"data": [{"title": "A", "paragraphs": [{"context": "Ada came.", "qas": [{"id": "1", "question": "Who?", "answers": [{"text": "Ada"}]}]}]}]},
    {"context": "Ada came.", "doc_id": "d", "questions": [{"id": 1, "question": "Who?", "answers": ["Ada"]}]},
    {"body": "Ada came.", "doc_id": "d", "questions": [{"id": 1, "question": "Who?", "unanswerable": False, "options": ["a", "b"], "correct": 0}]},
    {"id": 1, "title": "T", "sentences": ["Ada came."], "unanswerable": False, "question": "Who?", "answers": [{"answer": "Ada", "selected_sentences": [0]}]},
    {"task_id": 1, "answerability": "ANSWERABLE", "turns": [{"role": "user", "text": "Who?"}], "contexts": [{"doc_id": "d", "text": "Ada came."}], "target": "Ada"},
    {"id": 1, "claim": "Ada came.", "references": ["Ada came."], "label": "attributable"},
)  # fmt: skip
