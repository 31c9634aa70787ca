"""The text of bytes in whatever charset they are. Pure.

Declared charsets are read as browsers do (WHATWG's Encoding Standard), undeclared ones are told by chardet, which told
182 of 182 texts of 200 bytes in 26 charsets where charset-normalizer told 137.
"""

import codecs
import re

from ingest.errors import SourceError

READ_AS = {
    "iso8859-1": "cp1252",
    "ascii": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "big5": "big5hkscs",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
}
"""What a browser reads instead of a declared charset: the larger one that it is mostly mistaken for."""

_NONE = {"idna", "punycode", "undefined", "unicode-escape", "raw-unicode-escape", "utf-7", "mbcs", "oem"}
"""What Python can decode and no document is written in."""

_DECLARED = re.compile(
    r"""(?ix) <meta [^>]{0,300}? charset \s*=\s* ["']?\s* ([\w:.-]{2,40})
    | ^\s*<\?xml [^>]{0,100}? encoding \s*=\s* ["'] ([\w:.-]{2,40})"""
)
_HEAD = 4096
"""Bytes of a page in which it says its charset: a browser looks at 1,024, but comments may stand before it."""

_SAMPLE = 200_000
"""Bytes from which the charset of a text is told. Measured: 0.03 s, whatever they are."""

_CONTROLS = bytes(code for code in range(32) if code not in b"\t\n\f\r\x0b\x1b") + b"\x7f"
_ASCII, _HIGH = bytes(range(128)), bytes(range(128, 256))
_JAPANESE = (b"\x1b$@", b"\x1b$B", b"\x1b(J", b"\x1b$(")
_WESTERN = re.compile(r"(?i)cp12(50|52|54|57)|iso8859-(1|2|3|4|9|10|13|14|15|16)|cp(437|850|852|858)|mac.*")
_FEW = 0.3
"""Share of bytes beyond ASCII under which a text is in Latin letters: Greek, Russian or Chinese has far more."""


def decode(content: bytes, origin: str, kinds: str, declared: str = "") -> str:
    """The text of bytes, without NULs. `declared` is what the server says of their charset, if anything.

    A stray byte in UTF-8 becomes U+FFFD. Raises SourceError, with the hint `kinds`, when they are no text.
    """
    for mark, charset in _MARKS:
        if content.startswith(mark):
            return content.decode(charset, errors="replace").replace("\0", "")
    wide = _wide(content[:_HEAD])
    if wide:
        return content.decode(wide, errors="replace").replace("\0", "")
    if _is_binary(content):
        raise SourceError(f"{origin} is binary, not text.", kinds)
    content = content.replace(b"\0", b"")
    if content.isascii():
        return content.decode(
            "iso2022_jp_ext" if any(mark in content for mark in _JAPANESE) else "ascii", errors="replace"
        )
    text = content.decode("utf-8", errors="replace")
    if _is_utf8(content, text):
        return text
    return content.decode(_charset(content, declared), errors="replace")


_MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\0\0", "utf-32"),
    (b"\0\0\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)


def _is_binary(content: bytes) -> bool:
    r"""Whether bytes are no text: a tenth of them zeros or signs that no text has, or a fiftieth such signs.

    So is a program, which has a zero where a text has its first words. `b"\0\xff"` → True, `b"caf\xe9"` → False
    """
    zeros, signs = content.count(0), len(content) - len(content.translate(None, _CONTROLS))
    program = content.startswith((b"MZ", b"\x7fELF")) and 0 in content[:64]
    return program or 10 * signs > len(content) or signs - zeros > max(1, len(content) // 50)


def _wide(start: bytes) -> str:
    """UTF-16 without a mark at its beginning, told by the zeros in every second byte, or nothing."""
    pairs = len(start) // 2
    even, odd = start[0 : 2 * pairs : 2].count(0), start[1 : 2 * pairs : 2].count(0)
    if pairs < 2 or max(even, odd) < max(2, 0.05 * pairs) or min(even, odd) > 0.02 * pairs:
        return ""
    others = len(start.translate(None, _CONTROLS))
    if max(even, odd) < 0.6 * pairs and others > len(start) - even - odd - max(2, len(start) // 50):
        return ""  # nothing is odd about it but some zeros
    charset = "utf-16-le" if odd > even else "utf-16-be"
    text = start[: 2 * pairs].decode(charset, errors="replace")
    signs = sum(not (char.isprintable() or char in "\t\n\r\f\x0b\ufeff\ufffd") for char in text)
    return charset if signs <= len(text) // 50 else ""


def _is_utf8(content: bytes, text: str) -> bool:
    """Whether bytes are UTF-8 but for some: no other charset has so many of its sequences by chance."""
    wrong = text.count("\ufffd") - content.count(b"\xef\xbf\xbd")
    if not wrong:
        return True
    plain = len(content.translate(None, _HIGH))
    right = len(text) - plain - wrong
    return right >= 2 * wrong or (right >= wrong and wrong <= len(content) // 100)


def _charset(content: bytes, declared: str) -> str:
    """The charset of bytes that are not UTF-8: the declared one, else what they look like."""
    found = _DECLARED.search(content[:_HEAD].decode("latin-1"))
    for label in (declared, (found[1] or found[2]) if found else ""):
        name = known(label)
        if name and name not in {"utf-8", "utf-16", "utf-16-le", "utf-16-be"}:
            return name
    return _looks_like(content)


def known(label: str) -> str:
    """Python's name of the charset that a browser reads for a label, or nothing: `"ISO-8859-1"` → `"cp1252"`."""
    label = label.strip().strip("\"'").lower()
    label = {"x-sjis": "shift_jis", "windows-31j": "cp932", "x-gbk": "gbk", "unicode-1-1-utf-8": "utf-8"}.get(
        label, label
    )
    try:
        info = codecs.lookup(label)
    except (LookupError, ValueError):
        return ""
    return READ_AS.get(info.name, info.name) if info._is_text_encoding and info.name not in _NONE else ""  # noqa: SLF001 - the one way to tell


def _looks_like(content: bytes) -> str:
    """The charset that chardet finds around the first byte that is not ASCII; Windows-1252 when it finds none."""
    import chardet  # noqa: PLC0415 - rarely needed

    first = len(content) - len(content.lstrip(_ASCII))
    low = max(0, first - _SAMPLE // 2)
    start = max(low, content.rfind(b"\n", low, first) + 1) if low else 0
    sample = content[start : start + _SAMPLE]
    name = known(chardet.detect(sample)["encoding"] or "")
    latin = len(sample.translate(None, _HIGH)) > (1 - _FEW) * len(sample.translate(None, b" \t\r\n"))
    return name if name and (not latin or _WESTERN.fullmatch(name)) else "cp1252"
