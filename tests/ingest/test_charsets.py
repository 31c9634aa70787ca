from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.charsets import decode, known
from ingest.errors import SourceError
from ingest.load import load
from ingest.schema import RawDocument
from tests.web import Site

SENTENCES = Path(__file__).with_name("sentences")
CHARSETS = {
    "de": ["cp1252", "iso8859-15"],
    "es": ["cp1252"],
    "fr": ["cp1252", "iso8859-15"],
    "it": ["cp1252"],
    "pt": ["cp1252"],
    "pl": ["cp1250", "iso8859-2"],
    "ru": ["cp1251", "koi8-r", "iso8859-5", "cp866"],
    "uk": ["cp1251", "koi8-u"],
    "zh": ["gb18030", "big5hkscs"],
    "ja": ["cp932", "euc_jp", "iso2022_jp"],
    "ar": ["cp1256"],
    "he": ["cp1255"],
}


def read(content: bytes, declared: str = "") -> str:
    return decode(content, "a text", "", declared)


@pytest.mark.parametrize(("language", "charset"), [(name, one) for name, some in CHARSETS.items() for one in some])
def test_a_text_in_a_charset_that_nothing_tells_is_read(language: str, charset: str) -> None:
    lines = (SENTENCES / f"{language}.txt").read_text("utf-8").replace("¦", " ").splitlines()
    for first in range(0, len(lines) - 6, 3):
        content = " ".join(lines[first : first + 6]).encode(charset, "ignore")
        assert read(content) == content.decode(charset)


@pytest.mark.parametrize("stray", [b"\x92", b"\xff", b"\xc3", b"\xe2\x80", b"\x80\x80"])
@pytest.mark.parametrize(
    "text", ["Veldport’s café closes", "Die Brücke schließt für „immer“", "Рынок закроют", "市场关闭", "السوق مغلق"]
)
def test_a_stray_byte_in_utf_8_is_one_sign_and_changes_no_other(text: str, stray: bytes) -> None:
    found = read(text.encode() + b" " + stray + b" " + text.encode())
    assert found.startswith(f"{text} ")
    assert found.endswith(f" {text}")
    assert set(found[len(text) + 1 : -len(text) - 1]) == {"\ufffd"}


@given(st.lists(st.binary(min_size=1, max_size=2), max_size=2))
def test_a_long_text_in_utf_8_stays_what_it_is_whatever_bytes_are_in_it(strays: list[bytes]) -> None:
    text = "Größe über alles, sagte Jiří Novák. " * 20
    content = text.encode()
    for stray in strays:
        content = content[: len(content) // 2] + stray.replace(b"\x1b", b"a") + content[len(content) // 2 :]
    assert read(content).startswith("Größe über alles, sagte Jiří Novák. " * 9)


@pytest.mark.parametrize(
    ("label", "text", "charset"),
    [
        ("iso-8859-1", "“Café” – 5 €", "cp1252"),
        ("ISO-8859-1", "“Café” – 5 €", "cp1252"),
        ("us-ascii", "it’s", "cp1252"),
        ("latin1", "naïve — “yes”", "cp1252"),
        ("gb2312", "市场€镕", "gb18030"),
        ("shift_jis", "市場①は閉まる", "cp932"),
        ("windows-1251", "Рынок", "cp1251"),
        ("koi8-r", "Рынок", "koi8-r"),
        ("iso-8859-2", "Łódź", "iso8859-2"),
        ("euc-kr", "똠방", "cp949"),
    ],
)
def test_a_page_is_read_in_the_charset_that_a_browser_reads_for_what_it_declares(
    label: str, text: str, charset: str
) -> None:
    body = text.encode(charset)
    assert read(f'<html><head><meta charset="{label}">'.encode() + body).endswith(text)
    assert read(f"<meta http-equiv=Content-Type content='text/html; charset={label}'>".encode() + body).endswith(text)
    assert read(f'<?xml version="1.0" encoding="{label}"?>'.encode() + body).endswith(text)
    assert read(body, label) == text


@pytest.mark.parametrize("charset", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
@pytest.mark.parametrize("text", ["The council met on Monday. It voted.", "Der Rat tagt über die Größe. Привет, мир."])
def test_wide_charsets_are_read_with_a_mark_and_without(text: str, charset: str) -> None:
    assert read(text.encode(charset)).removeprefix("\ufeff") == text


@pytest.mark.parametrize(
    "declared", ["", "utf-8", "utf-16", "nonsense", "hex", "idna", "undefined", "\x00", "x" * 1000]
)
def test_a_declared_charset_that_is_wrong_or_none_hurts_nothing(declared: str) -> None:
    assert read("Café „zu“".encode(), declared) == "Café „zu“"
    assert known(declared) in {"", "utf-8", "utf-16"}


def test_zeros_are_left_out_of_a_text_and_a_binary_file_is_refused() -> None:
    assert read(b"<html><p>The council\0 met.</p>") == "<html><p>The council met.</p>"
    assert read("Größe\0 über alles".encode() * 9) == "Größe über alles" * 9
    for content in (b"\x7fELF\0\0\x01", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\1\0", bytes(range(32)) * 50):
        with pytest.raises(SourceError, match="binary"):
            read(content)


PROGRAM = b"MZ\x90\0\3\0" + b"This program cannot be run in DOS mode. " * 40


@pytest.mark.parametrize(
    "content",
    [
        b"\0\xff",
        b"\xff\0",
        b"a\0",
        b"\0\0\0",
        b"\1\xff",
        b"\0asm\1",
        b"\0\0\1\0",
        b"ID3\4\0\0",
        PROGRAM,
        b"\x7fELF\2\1\1\0" + b"needed words " * 90,
        b"Rain fell. " + b"\x02" * 9,
    ],
)
def test_few_bytes_or_the_words_in_a_program_are_no_text(content: bytes) -> None:
    with pytest.raises(SourceError, match="binary, not text") as refused:
        decode(content, "a.txt", "Use a .txt file.")
    assert refused.value.hint == "Use a .txt file."


@pytest.mark.parametrize(
    "text",
    ["a", "Hi", "No.", "市", "雨が降った", "Дождь", "مطر", "MZ Wallace closes", "MZ", "é", "Rain fell.\0 It stopped."],
)
def test_files_of_few_bytes_are_read(text: str) -> None:
    assert read(text.encode()) == text.replace("\0", "")


def test_what_the_server_says_of_a_charset_is_believed(site: Site) -> None:
    site.pages["/a"] = (200, {"Content-Type": "text/plain; Charset='windows-1251'"}, "Рынок".encode("cp1251"))
    (found,) = load(f"{site.url}/a", max_bytes=1_000, timeout=5)
    assert isinstance(found, RawDocument)
    assert found.text == "Рынок"
