"""A raw document becomes an article with its one canonical text. Pure."""

import hashlib
import json
import re
import unicodedata
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit, urlunsplit

from ingest.bylines import byline, nobody
from ingest.dates import LONGEST, clean_date, dateline
from ingest.errors import SourceError
from ingest.schema import Article, RawDocument
from ingest.tables import in_text
from ingest.titles import no_title

LINE_LIMIT = 300
"""Characters of a title or source that are kept."""

_NEWLINES = re.compile(r"\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_HIDDEN = re.compile(
    r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u200b\u2060\ufeff\u202a-\u202e\u2066-\u2069\ufff9-\ufffb\U000e0000-\U000e007f]"
)
_SPACES = re.compile(r"[ \t\xa0\u1680\u2000-\u200a\u202f\u205f\u3000]+")
_MARKS = 30
"""Combining marks on one letter, as in the stream-safe format of UAX 15: putting them in order takes the square."""
_STACKED = re.compile(r"[^\w\s\x00-\u02ff]{31,}")
_LIGATURES = {0xFB00: "ff", 0xFB01: "fi", 0xFB02: "fl", 0xFB03: "ffi", 0xFB04: "ffl", 0xFB05: "st", 0xFB06: "st"}
_SURROGATES = re.compile(r"[\ud800-\udfff]")
_RUN = re.compile(r"(?<!\S)\S{1000,}")
_UNSPACED = re.compile(
    r"[\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff\u1950-\u19ff\u3040-\u30ff\u3400-\u9fff\ua980-\uaadf\uf900-\ufaff\U00020000-\U0003ffff]"
)
"""Letters of Thai, Lao, Tibetan, Burmese, Khmer, Chinese, Japanese and others that part no words."""
_TRACKING = re.compile(
    r"(?i)utm_\w*|fbclid|gclid|dclid|gbraid|wbraid|msclkid|yclid|twclid|igsh(id)?|mc_[ce]id|_hs\w+|mkt_tok|oly_\w+"
    r"|ref|ref_?src|ref_url|referrer|cmp|cmpid|ocid|smid|s_cid|ito|ns_\w+|at_\w+|xtor|spm|ncid|taid"
)
_LONGEST_URL = 2000
_OPENING = 8
"""Lines of a text among which its title is looked for."""
_CONTACT = re.compile(
    r"(?i)\w@\w|^(?:media |press |for )?(?:contact|enquiries|inquiries|tel|phone|e-?mail)\b.{0,60}:"
    r"|\+?\d[\d ()/-]{8,30}\d$"
)


def make_article(document: RawDocument) -> Article:
    """The article of a document. Raises SourceError when no words are left of its text."""
    text = clean_text(in_text(document.text))
    if not any(map(str.isalnum, text)):
        raise SourceError(f"{clean_line(document.origin)} has no text to read.", "Give an article with words in it.")
    if _without_blanks(text) > len(text) / 2:
        raise SourceError(
            f"{clean_line(document.origin)} is mostly signs without a blank between them, not words.",
            "Give the article's own text: keys and encoded files cannot be read.",
        )
    url = normalise_url(document.url)
    title, source = clean_line(document.title), clean_line(document.source)
    authors = tuple(name for author in document.authors[:50] if (name := clean_line(author)) and not nobody(name))
    article = Article(
        id=article_id(url, text),
        title=title_of(text) if no_title(title, source) else title,
        text=text,
        url=url,
        source=source,
        published_at=_past(clean_date(clean_line(document.published_at, LONGEST))) or _past(dateline(text)),
        authors=authors or tuple(byline(text)),
        content_hash="",
    )
    return article.model_copy(update={"content_hash": content_hash(article)})


def _without_blanks(text: str) -> int:
    """The characters in runs that no word is as long as, but for those of scripts that are written without blanks."""
    runs = (match[0] for match in _RUN.finditer(text))
    return sum(len(run) for run in runs if 3 * len(_UNSPACED.findall(run)) < len(run))


def _past(day: str) -> str:
    """The day unless it is yet to come everywhere on earth."""
    return day if day[:10] <= (datetime.now(UTC) + timedelta(days=1)).date().isoformat() else ""


def content_hash(article: Article) -> str:
    """The SHA-256 of what an article says and who says it where and when: 64 hexadecimal digits."""
    fields = [article.text, article.title, article.source, article.published_at, article.authors]
    return _digest(json.dumps(fields, ensure_ascii=False))


def article_id(url: str, text: str = "") -> str:
    """The id of the article at a normalised URL, be it http or https, or of a canonical text without one."""
    return _digest(f"url:{url.split(':', 1)[1]}" if url else f"text:{text}")[:16]


def clean_text(text: str) -> str:
    r"""The canonical text: NFC, line feeds, single spaces, nothing invisible, at most one empty line in a row.

    Cleaning twice changes nothing. `"A\r\n\r\n\r\nB\xa0 C "` → `"A\n\nB C"`
    """
    text = _SURROGATES.sub("\ufffd", _NEWLINES.sub("\n", text)).translate(_LIGATURES)
    text = _STACKED.sub(_unstacked, _HIDDEN.sub("", text))
    text = _SPACES.sub(" ", unicodedata.normalize("NFC", text))
    text = re.sub(r" ?\n ?", "\n", text)
    return re.sub(r"\n{3,}", "\n\n", text).strip()


def _unstacked(run: re.Match[str]) -> str:
    """The signs of a run with at most so many marks on one letter."""
    kept, marks = [], 0
    for char in run[0]:
        marks = marks + 1 if unicodedata.combining(char) else 0
        if marks <= _MARKS:
            kept.append(char)
    return "".join(kept)


def clean_line(text: str, limit: int = LINE_LIMIT) -> str:
    r"""The text on one line, at most `limit` characters: `" A\nB "` → `"A B"`."""
    line = " ".join(clean_text(text[: limit * 20]).split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def title_of(text: str) -> str:
    r"""A title for a text without one: its first line when that reads like a heading, else its first words.

    Lines that say who wrote it or when are passed over. `"Ice melts\nThe ice …"` → `"Ice melts"`
    """
    lines = [line.strip() for line in text.split("\n", _OPENING)[:_OPENING] if line.strip()]
    first = next((line for line in lines if not _says_of_itself(line)), lines[0])
    if len(first) <= 120 and first[-1:] not in ".!?;:,":
        return first
    cut = first[:81]
    return first if len(first) <= 80 else cut[: cut.rfind(" ") if " " in cut[40:] else 80].rstrip(" ,;:") + "…"


def _says_of_itself(line: str) -> bool:
    """Whether a line says who wrote a text, when, or where one can ask, and so is no title of it."""
    return bool(byline(line) or dateline(line) or no_title(line) or _CONTACT.search(line[:200]))


def normalise_url(url: str) -> str:
    """The same URL for the same article, whatever the tracking; empty unless it is a sound http or https URL.

    Doing it twice changes nothing; a URL of which another one would be made the second time is not sound.
    `"HTTP://News.example:80/a/?utm_source=x&b=1#top"` → `"http://news.example/a?b=1"`
    """
    normal = _normalised(url)
    return normal if _normalised(normal) == normal else ""


def _normalised(url: str) -> str:
    url = url.strip()
    if len(url) > _LONGEST_URL or re.search(r"[\s<>\"\x00-\x1f\ud800-\udfff]", url):
        return ""
    try:
        parts = urlsplit(url)
        port, host = parts.port, (parts.hostname or "").encode("idna").decode("ascii").rstrip(".")
    except (ValueError, UnicodeError):
        return ""
    if parts.scheme.lower() not in {"http", "https"} or not host:
        return ""
    host = f"[{host}]" if ":" in host else host
    scheme = parts.scheme.lower()
    standard = {"http": 80, "https": 443}[scheme]
    place = host if port in {None, standard} else f"{host}:{port}"
    kept = sorted(pair for pair in parse_qsl(parts.query, keep_blank_values=True) if not _TRACKING.fullmatch(pair[0]))
    path = quote(unquote(parts.path, errors="surrogateescape"), safe="/:@!$&'()*+,;=~-._", errors="surrogateescape")
    return urlunsplit((scheme, place, path.rstrip("/"), urlencode(kept), ""))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", errors="replace")).hexdigest()
