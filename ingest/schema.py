"""The values that flow from a source to the library. All offsets are code points into `Article.text`."""

import re
from collections.abc import Iterable
from typing import Literal

from pydantic import BaseModel, ConfigDict, field_validator

_HALVES = re.compile(r"[\ud800-\udfff]")


class Value(BaseModel):
    """A frozen record that takes no unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class RawDocument(Value):
    """What a source says before cleaning. `origin` is where it came from: a resolved path, a URL, or a label.

    Halves of characters, which JSON can name but nothing can store, are replaced by U+FFFD.
    """

    origin: str
    text: str
    url: str = ""
    title: str = ""
    source: str = ""
    published_at: str = ""
    authors: tuple[str, ...] = ()

    @field_validator("*")
    @classmethod
    def _whole(cls, value: str | tuple[str, ...]) -> str | tuple[str, ...]:
        if isinstance(value, str):
            return _HALVES.sub("\ufffd", value)
        return tuple(_HALVES.sub("\ufffd", one) for one in value)


class Upload(Value):
    """A file that somebody sent: read from `path`, and told of by `name` alone, as the path says nothing to them."""

    path: str
    name: str


class Skipped(Value):
    """A source, or one record of it, that could not become an article, and why."""

    origin: str
    reason: str
    hint: str = ""


class Sentence(Value):
    """The span of one sentence, `article.text[start:end]`, without surrounding white space.

    `heading` marks a line that titles what follows it. The first line of an article can be one.
    """

    start: int
    end: int
    heading: bool = False


class Article(Value):
    """One article. `text` is canonical: it never changes, and every offset points into it.

    `id` is 16 hexadecimal digits, from the normalised URL when there is one, otherwise from the text.
    `published_at` is an ISO 8601 date or date and time, or empty.
    """

    id: str
    title: str
    text: str
    url: str = ""
    source: str = ""
    published_at: str = ""
    authors: tuple[str, ...] = ()
    content_hash: str


class Details(Value):
    """What there is to tell of an article but its text, of which `characters` is the length."""

    id: str
    title: str
    url: str = ""
    source: str = ""
    published_at: str = ""
    authors: tuple[str, ...] = ()
    characters: int


class Chunk(Value):
    """A run of whole sentences: `article.text[start:end] == text`. An article's chunks tile it from 0 to its end."""

    id: str
    article_id: str
    start: int
    end: int
    text: str
    sentences: tuple[Sentence, ...]


Action = Literal["added", "unchanged", "replaced", "skipped"]


class IngestRow(Value):
    """What became of one source. `article_id` and `title` are empty when it was skipped, `reason` when it was not."""

    origin: str
    action: Action
    article_id: str = ""
    title: str = ""
    reason: str = ""
    hint: str = ""


class IngestReport(Value):
    """One row for every article or skipped source, in the order read, and the seconds it all took."""

    rows: tuple[IngestRow, ...]
    seconds: float = 0.0

    def count(self, action: Action) -> int:
        """The number of rows with this action."""
        return sum(row.action == action for row in self.rows)

    @property
    def article_ids(self) -> tuple[str, ...]:
        """The ids of all articles that are now in the library because of this call, without repeats."""
        return unique(row.article_id for row in self.rows if row.article_id)


class BackupReport(Value):
    """How many articles a backup holds, and what of the library could not be read for it."""

    articles: int
    unreadable: tuple[str, ...] = ()


class Finding(Value):
    """Something that is wrong with a library and what to do about it. A harmless one needs nothing done."""

    what: str
    remedy: str
    harmless: bool = False


class CheckReport(Value):
    """How much a library holds, and everything that was found wrong with it."""

    articles: int
    chunks: int
    findings: tuple[Finding, ...] = ()

    @property
    def sound(self) -> bool:
        """Whether nothing needs to be done."""
        return all(finding.harmless for finding in self.findings)


def unique(items: Iterable[str]) -> tuple[str, ...]:
    """The items without repeats, in order: `["b", "a", "b"]` → `("b", "a")`."""
    return tuple(dict.fromkeys(items))
