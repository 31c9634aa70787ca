"""Documents that are archives or messages: .zip, .epub, .odt, .eml, .mhtml. Bytes in, fields out, nothing written.

Archives are unpacked in memory to a bound, as they unpack and not as they say; XML is read without entities and without
a network.
"""

import email
import email.policy
import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from email.message import EmailMessage
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote

from ingest.bylines import persons
from ingest.dates import clean_date
from ingest.errors import SourceError
from ingest.pages import lines_of, read_page
from ingest.tables import by_row

MEMBERS = 2_000
"""Files of an archive that are looked at."""

UNPACKED = 200_000_000
"""Bytes that they may have together."""

STUB = 500
"""Characters of the plain words of a message that may only say where its page is."""

_FORWARDED = re.compile(
    r"(?im)^[ >]{0,9}(?:-{2,20} ?(?:(?:forwarded|original) message|(?:weitergeleitete|ursprüngliche) nachricht)"
    r"[ -]{0,20}|begin forwarded message:?)[ \r]{0,9}\n(?:[ \r]{0,9}\n)?(?:[ >]{0,9}[\w-]{2,12}: [^\n]{0,500}\n){1,12}"
)
"""What a program writes above a message that it sends on."""
_HEADER = re.compile(r"(?m)^[ >]{0,9}(From|Date|Sent): ([^\n]{1,300})")
_ANSWERED = re.compile(
    r"(?m)^[^\n]{0,200}\b(?:wrote|schrieb|a écrit|escribió|ha scritto)\b[^\n]{0,80}:[ \r]{0,9}\n(?=>)"
)
"""The line above a message that is answered."""
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_SKIPPED = {
    _TEXT + name for name in ("tracked-changes", "sequence-decls", "note-citation", "bookmark-ref", "table-of-content")
}


class Archive:
    """The files of an archive by name, each unpacked when it is read, all of them together to the bound."""

    def __init__(self, content: bytes, origin: str) -> None:
        """Raise SourceError when it is none, is locked, or holds too many files."""
        self._origin = origin
        self._left = UNPACKED
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(content))
            members = self._archive.infolist()
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
            raise SourceError(f"{origin} is no readable archive.", "Pack it again, or give its files.") from None
        if len(members) > MEMBERS:
            raise SourceError(f"{origin} is made of more than {MEMBERS:,} files.", "Split it, or unpack it first.")
        self.names = [member.filename for member in members if not member.is_dir()]

    def read(self, name: str) -> bytes:
        """What is in one of its files. Raises SourceError when it cannot be unpacked or would be too large."""
        try:
            with self._archive.open(name) as file:
                content = file.read(self._left + 1)
        except (
            KeyError,
            RuntimeError,
            ValueError,
            OSError,
            EOFError,
            NotImplementedError,
            zipfile.BadZipFile,
        ) as error:
            raise SourceError(f"{self._origin} cannot be unpacked.", "Pack it again, without a password.") from error
        except Exception as error:  # zlib, lzma and bz2 have errors of their own
            raise SourceError(f"{self._origin} is damaged.", "Pack it again, or give its files.") from error
        self._left -= len(content)
        if self._left < 0:
            raise SourceError(f"{self._origin} unpacks to more than {UNPACKED / 1e6:g} MB.", "Split it first.")
        return content


def xml(content: bytes) -> Any:
    """The root of an XML document, mended where it is broken; no entity is expanded and nothing is loaded."""
    from lxml import etree  # noqa: PLC0415 - only for these

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=True, huge_tree=False)
    root = etree.fromstring(content, parser)
    if root is None:
        raise ValueError
    return root


def _local(element: Any) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def read_epub(content: bytes, origin: str) -> dict[str, Any]:
    """The chapters of a book in order, with its title, authors, day and publisher."""
    archive = Archive(content, origin)
    broken = SourceError(f"{origin} is not a readable EPUB.", "Save it again, or give its text.")
    try:
        container = xml(archive.read("META-INF/container.xml"))
        path = next(one.get("full-path", "") for one in container.iter() if _local(one) == "rootfile")
        book = xml(archive.read(path))
    except (SourceError, StopIteration, ValueError, SyntaxError):
        raise broken from None
    names = {one.get("id"): one.get("href", "") for one in book.iter() if _local(one) == "item"}
    spine = [names.get(one.get("idref"), "") for one in book.iter() if _local(one) == "itemref"]
    lines: list[str] = []
    for name in dict.fromkeys(spine):
        full = str(PurePosixPath(path).parent / unquote(name.partition("#")[0]))
        if full in archive.names:
            lines += ["", *lines_of(archive.read(full))]
    meta = {key: [one.text or "" for one in book.iter(_DC + key)] for key in ("title", "creator", "date", "publisher")}
    return {
        "text": _some("\n".join(lines), origin),
        "title": next(iter(meta["title"]), ""),
        "authors": [name for said in meta["creator"][:20] for name in persons(said)],
        "published_at": next((day for day in map(clean_date, meta["date"]) if day), ""),
        "source": next(iter(meta["publisher"]), ""),
    }


def _some(text: str, origin: str) -> str:
    if not text.strip():
        raise SourceError(f"{origin} has no text to read.", "Give an article with words in it.")
    return text


def read_odt(content: bytes, origin: str) -> dict[str, Any]:
    """The paragraphs, list items and table rows of an OpenDocument text, and what it says of itself."""
    archive = Archive(content, origin)
    try:
        body = next(xml(archive.read("content.xml")).iter(_OFFICE + "text"))
        meta = xml(archive.read("meta.xml")) if "meta.xml" in archive.names else None
    except (SourceError, StopIteration, ValueError, SyntaxError):
        raise SourceError(
            f"{origin} is not a readable OpenDocument text.", "Save it again, or give its text."
        ) from None
    said = {_local(one): one.text or "" for one in (meta.iter() if meta is not None else ())}
    return {
        "text": _some("\n".join(_odt_lines(body)), origin),
        "title": said.get("title", ""),
        "authors": persons(said.get("initial-creator", "") or said.get("creator", "")),
    }


def _odt_lines(parent: Any) -> Iterator[str]:
    for block in parent.iterchildren():
        if block.tag in _SKIPPED or not isinstance(block.tag, str):
            continue
        if block.tag == _TEXT + "h":
            yield from ("", _odt_words(block))
        elif block.tag == _TEXT + "p":
            yield _odt_words(block)
        elif block.tag == _TEXT + "list":
            yield from (f"- {line}" for item in block.iterchildren() for line in _odt_lines(item) if line.strip())
        elif block.tag == _TABLE + "table":
            rows = [
                [" ".join(_odt_lines(cell)) for cell in row.iter(_TABLE + "table-cell")]
                for row in block.iter(_TABLE + "table-row")
            ]
            yield from by_row(rows)
        else:
            yield from _odt_lines(block)


def _odt_words(paragraph: Any) -> str:
    """The words of a paragraph; tabs, breaks and runs of spaces are elements of their own."""
    parts = [paragraph.text or ""]
    for part in paragraph.iterdescendants():
        sign = {"tab": "\t", "line-break": "\n", "s": " "}.get(_local(part), "")
        within = any(one.tag in _SKIPPED for one in (part, *part.iterancestors()))
        parts += [sign, "" if within else part.text or "", part.tail or ""]
    return "".join(parts)


def read_mail(content: bytes, origin: str) -> dict[str, Any]:
    """The words of a message, its subject, sender and day; of a saved page (.mhtml) its article."""
    message = email.message_from_bytes(content, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    place = _header(message, "snapshot-content-location")
    kinds = ("html", "plain") if place or message.get_content_type() == "multipart/related" else ("plain", "html")
    parts = [part for kind in kinds if (part := message.get_body((kind,))) is not None]
    parts += [part for part in message.walk() if part.get_content_maintype() == "text"]
    full = [(part, words) for part in parts if (words := _content(part)).strip()]
    body, text = next((pair for pair in full if not _is_stub(pair, full)), full[0] if full else (None, ""))
    if body is None:
        raise SourceError(f"{origin} has no text to read.", "Save the text of the message.")
    if body.get_content_subtype() == "html":
        fields = _page_or_lines(text, origin, place)
    else:
        fields = {"text": _some(_unquoted(text), origin), "title": "", "authors": [], "published_at": "", "source": ""}
    sender, day = _header(message, "from"), _header(message, "date")
    forwarded = _FORWARDED.search(fields["text"])
    if forwarded and not place and fields["text"][forwarded.end() :].strip():
        heads = {name.lower(): value for name, value in _HEADER.findall(forwarded[0])}
        fields["text"] = fields["text"][forwarded.end() :].strip()
        sender, day = heads.get("from", sender), heads.get("date", heads.get("sent", "")).replace(" at ", " ")
    told = {
        "title": re.sub(
            r"(?i)^(?:(?:re|fwd?|aw|wg|tr|rv)\s*:\s*|\[[^\[\]]{1,60}\]\s*)+", "", _header(message, "subject")
        ),
        "authors": [] if place else persons(_in_order(re.sub(r"<[^<>]*>", "", sender))),
        "published_at": "" if place else clean_date(day),  # a saved page has the day of saving
        "url": place if place.startswith(("http://", "https://")) else "",
    }
    return {**fields, **{key: fields.get(key) or value for key, value in told.items()}}


def _in_order(named: str) -> str:
    """A sender's name with the first name first: `"Okoro, Chidi"` → `Chidi Okoro`."""
    surname, comma, first = named.strip(" \"'").partition(", ")
    return f"{first} {surname}" if comma and "," not in first and len(surname.split()) == 1 else named


def _is_stub(pair: tuple[Any, str], others: Sequence[tuple[Any, str]]) -> bool:
    """Whether a plain part has little and a link, and another part has far more: "View this in your browser: …"."""
    part, words = pair
    if part.get_content_subtype() == "html" or len(words) > STUB or "http" not in words:
        return False
    return any(
        len(re.sub(r"<[^<>]{0,2000}>", "", more)) > 4 * len(words) for other, more in others if other is not part
    )


def _header(message: EmailMessage, name: str) -> str:
    """A header as it reads, or nothing where it is broken."""
    try:
        return " ".join(str(message.get(name, "")).split())[:1_000]
    except Exception:  # noqa: BLE001 - whatever the library throws at a broken header, it is none
        return ""


def _content(part: Any) -> str:
    """The text of a part, in whatever charset it is."""
    from ingest.charsets import decode  # noqa: PLC0415 - beside its use
    from ingest.kinds import KINDS  # noqa: PLC0415 - beside its use

    payload = part.get_payload(decode=True)
    return decode(
        payload if isinstance(payload, bytes) else b"", "the message", KINDS, part.get_content_charset() or ""
    )


def _page_or_lines(text: str, origin: str, url: str) -> dict[str, Any]:
    """The article of a page in a message, or all of its lines where there is none to be told apart."""
    try:
        return read_page(text, origin, url)
    except SourceError:
        return {"text": _some("\n".join(lines_of(text.encode("utf-8", "replace"))), origin)}


def _unquoted(text: str) -> str:
    """A message without its signature, a list's footer and the message that it answers, unless it is nothing else.

    Lines that were wrapped to be sent (format=flowed) are whole again.
    """
    text = re.split(r"(?m)^(?:-- ?|_{20,99})\r?$", text, maxsplit=1)[0]
    own = "\n".join(line for line in _ANSWERED.sub("", text).split("\n") if not line.startswith(">"))
    text = own if own.strip() else text
    return re.sub(r" \r?\n(?=\S)", " ", text)
