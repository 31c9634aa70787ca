import asyncio
import gzip
import itertools
import socket
import subprocess
import sys
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ingest.addresses import is_public
from ingest.errors import SourceError
from ingest.fetch import LONGEST_URL, Page, _page, _run, fetch
from tests.web import Site, Wire

ROOT = Path(__file__).resolve().parents[2]
WORDS = b"The council met on Monday. It voted to build a bridge over the river. " * 200
LIMIT = 0.5
"""Seconds that a server is given."""

ENDLESS = 600
"""Seconds that it goes on for, unless it is left before."""


def zeros(megabytes: int, layers: int = 1) -> bytes:
    """So many megabytes of nothing, packed so many times."""
    packer = zlib.compressobj(1, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    content = b"".join(packer.compress(bytes(1_000_000)) for _ in range(megabytes)) + packer.flush()
    for _ in range(layers - 1):
        content = gzip.compress(content)
    return content


def packed(site: Site, encoding: str, content: bytes) -> str:
    site.pages["/packed"] = (200, {"Content-Type": "text/plain", "Content-Encoding": encoding}, content)
    return f"{site.url}/packed"


def get(url: str, **given: object) -> Page:
    return fetch(url, **{"max_bytes": 1_000_000, "timeout": 20.0, **given})  # type: ignore[arg-type]


def refusal(url: str, **given: object) -> str:
    with pytest.raises(SourceError) as caught:
        get(url, **given)
    assert caught.value.hint
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 600
    return caught.value.message


def test_a_page_in_gzip_is_unpacked_and_only_gzip_is_asked_for(site: Site) -> None:
    for name in ("gzip", "GZIP", "x-gzip", "identity, gzip"):
        assert get(packed(site, name, gzip.compress(WORDS))).content == WORDS
    assert get(packed(site, "identity", WORDS)).content == WORDS
    assert {headers["Accept-Encoding"] for _, headers, _ in site.requests} == {"gzip"}


def test_gzip_in_several_members_or_with_padding_is_read_whole(site: Site) -> None:
    halves = gzip.compress(WORDS[:500]) + gzip.compress(WORDS[500:])
    assert get(packed(site, "gzip", halves + bytes(100))).content == WORDS


@pytest.mark.parametrize(
    ("encoding", "content"),
    [
        ("br", b"\xcb\xff\x07" * 1000),
        ("zstd", b"\x28\xb5\x2f\xfd" * 10),
        ("deflate", zlib.compress(WORDS)),
        ("deflate", zlib.compress(WORDS)[2:-4]),
        ("gzip, gzip", gzip.compress(gzip.compress(WORDS))),
        ("br, gzip", gzip.compress(WORDS)),
        ("gzip, br", b"x"),
        ("compress", b"\x1f\x9d"),
        ("nonsense" * 500, b"x"),
    ],
)
def test_other_packings_and_several_layers_are_refused(site: Site, encoding: str, content: bytes) -> None:
    assert "only gzip is read" in refusal(packed(site, encoding, content))


@pytest.mark.parametrize("content", [WORDS, b"\x1f\x8b\x08nonsense", gzip.compress(WORDS)[:-10], b"\x1f"])
def test_what_is_not_packed_as_it_says_is_told(site: Site, content: bytes) -> None:
    said = refusal(packed(site, "gzip", content))
    assert "not packed as it says" in said or "breaks off" in said


def test_a_page_packed_twice_under_one_name_is_unpacked_once(site: Site) -> None:
    assert get(packed(site, "gzip", zeros(5, layers=2))).content == zeros(5)


@pytest.mark.slow
def test_a_bomb_takes_no_more_memory_than_the_limit(site: Site) -> None:
    urls = {}
    for name, encoding, content in (
        ("gzip", "gzip", zeros(300)),
        ("twice", "gzip, gzip", zeros(300, layers=2)),
        ("members", "gzip", gzip.compress(b"") * 45_000),
    ):
        site.pages[f"/{name}"] = (200, {"Content-Encoding": encoding}, content)
        urls[name] = f"{site.url}/{name}"
    code = """
import json, resource, sys
from ingest.errors import SourceError
from ingest.fetch import fetch
import httpx
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
for url in sys.argv[1:]:
    try:
        fetch(url, max_bytes=1_000_000, timeout=60)
    except SourceError as error:
        print(error.message)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""
    done = subprocess.run(
        [sys.executable, "-c", code, *urls.values()], capture_output=True, text=True, check=True, cwd=ROOT, timeout=300
    )
    *said, kilobytes = done.stdout.splitlines()
    assert "larger than 1 MB" in said[0]
    assert "only gzip" in said[1]
    assert int(kilobytes) < 50_000


def drip(start: bytes, piece: bytes) -> Callable[[socket.socket], None]:
    def answer(connection: socket.socket) -> None:
        connection.sendall(start)
        for _ in range(int(ENDLESS / 0.05)):
            connection.sendall(piece)
            time.sleep(0.05)

    return answer


def chunks(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    for _ in range(int(ENDLESS / 0.05)):
        connection.sendall(b"1\r\na\r\n")
        time.sleep(0.05)


def hop(connection: socket.socket) -> None:
    time.sleep(LIMIT * 0.4)
    connection.sendall(b"HTTP/1.1 302 Found\r\nLocation: /again\r\nContent-Length: 0\r\n\r\n")


SLOW = {
    "headers": drip(b"HTTP/1.1 200 OK\r\nX-A: ", b"a"),
    "many headers": drip(b"HTTP/1.1 200 OK\r\n", b"X-A: a\r\n"),
    "status": drip(b"HTTP/1.1 ", b"2"),
    "early hints": drip(b"", b"HTTP/1.1 103 Early Hints\r\n\r\n"),
    "content": drip(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n", b"a"),
    "content of a redirect": drip(b"HTTP/1.1 200 OK\r\n\r\n", b"a"),
    "packed content": drip(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n", gzip.compress(b"a")),
    "chunks": chunks,
    "redirects": hop,
    "nothing": lambda _: time.sleep(ENDLESS),
}


@pytest.fixture
def wires() -> Iterator[Callable[..., Wire]]:
    made: list[Wire] = []

    def make(answer: Callable[[socket.socket], None], address: str = "127.0.0.1") -> Wire:
        made.append(Wire(answer, address))
        return made[-1]

    yield make
    for wire in made:
        wire.close()


@pytest.mark.parametrize("kind", SLOW)
def test_a_server_that_drips_is_left_at_the_limit(wires: Callable[..., Wire], kind: str) -> None:
    wire = wires(SLOW[kind])
    said = refusal(f"{wire.url}/slow", timeout=LIMIT)
    assert "did not answer in time" in said
    if kind not in {"nothing", "redirects"}:
        assert wire.left.wait(ENDLESS / 2)


def test_a_server_that_takes_the_connection_and_no_request_is_left() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        assert "in time" in refusal(f"http://127.0.0.1:{server.getsockname()[1]}/", timeout=LIMIT)
        assert "in time" in refusal(f"https://127.0.0.1:{server.getsockname()[1]}/", timeout=LIMIT)


@pytest.mark.parametrize("public_only", [False, True])
def test_a_name_that_is_looked_up_for_ever_is_left(monkeypatch: pytest.MonkeyPatch, public_only: bool) -> None:
    over = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: over.wait(ENDLESS))
    assert "in time" in refusal("http://slow.example/", timeout=LIMIT, public_only=public_only)
    over.set()


def test_a_process_ends_although_a_name_is_still_looked_up() -> None:
    code = """
import socket, time
socket.getaddrinfo = lambda *_, **__: time.sleep(100)
from ingest.fetch import fetch
try:
    fetch("http://slow.example/", max_bytes=10, timeout=0.5)
except Exception as error:
    print(error)
"""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, timeout=60, check=True
    )
    assert "did not answer in time" in done.stdout
    assert not done.stderr


def test_it_can_be_called_from_a_running_event_loop_and_from_threads(site: Site) -> None:
    site.pages["/a"] = (200, {"Content-Type": "text/plain; charset=utf-8"}, WORDS)

    async def inside() -> Page:
        return get(f"{site.url}/a")

    assert asyncio.run(inside()) == Page(f"{site.url}/a", "text/plain", WORDS, "utf-8")
    found: list[Page] = []
    threads = [threading.Thread(target=lambda: found.append(get(f"{site.url}/a"))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [page.content for page in found] == [WORDS] * 8


def test_headers_and_urls_are_bounded(site: Site, wires: Callable[..., Wire]) -> None:
    endless = wires(drip(b"HTTP/1.1 200 OK\r\n", b"X-A: " + b"a" * 10_000 + b"\r\n"))
    assert "cannot be read" in refusal(endless.url)
    site.pages["/far"] = (302, {"Location": "/" + "a" * LONGEST_URL}, b"")
    assert "more than 4,000 characters" in refusal(f"{site.url}/far")
    assert "more than 4,000 characters" in refusal(f"{site.url}/{'a' * LONGEST_URL}")


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"nonsense\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\nContent-Length: 20\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 10000\r\n\r\nshort",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        b"HTTP/1.1 302 Found\r\nLocation: http://[bad\r\n\r\n",
        b"HTTP/1.1 302 Found\r\nLocation: //\r\n\r\n",
        b"HTTP/1.1 302 Found\r\nLocation: file:///etc/passwd\r\n\r\n",
        b"HTTP/1.1 302 Found\r\nLocation: http://\xff\xfe/\r\n\r\n",
        b"HTTP/1.1 302 Found\r\nLocation: http://a:99999/\r\n\r\n",
        b"HTTP/1.1 302 Found\r\nLocation: http://a:0/\r\n\r\n",
        b"HTTP/1.1 999 \xff\r\n\r\n",
    ],
)
def test_an_answer_that_is_none_is_told(wires: Callable[..., Wire], answer: bytes) -> None:
    def say(connection: socket.socket) -> None:
        connection.sendall(answer)

    refusal(wires(say).url)


def test_an_answer_that_redirects_to_nowhere_is_read_as_it_is(site: Site) -> None:
    site.pages["/304"] = (304, {}, b"")
    site.pages["/300"] = (300, {}, WORDS)
    assert get(f"{site.url}/304").content == b""
    assert get(f"{site.url}/300").content == WORDS


INSIDE = """
127.0.0.1 127.0.0.2 127.1 127.0.1 2130706433 0x7f000001 0x7f.1 0x7f.0.0.1 017700000001 0177.0.0.1 0177.1 127.0.0.1. localhost
localhost. LOCALHOST 0.0.0.0 0 0x0 00 10.0.0.1 10.1 012.0.0.1 0xa000001 167772161 172.16.0.1 172.31.255.255 192.168.0.1
192.168.1 3232235521 0xc0a80001 169.254.169.254 2852039166 0xa9fea9fe 0251.0376.0251.0376 100.64.0.1 100.127.255.255
192.0.0.1 192.0.0.170 192.0.2.1 192.88.99.1 198.18.0.1 198.19.255.255 198.51.100.7 203.0.113.9 224.0.0.1 239.255.255.255
240.0.0.1 255.255.255.255 [::1] [::] [0:0:0:0:0:0:0:1] [0000::0001] [::127.0.0.1] [::7f00:1] [::ffff:127.0.0.1]
[::ffff:7f00:1] [::ffff:0:7f00:1] [::ffff:10.0.0.1] [::ffff:169.254.169.254] [64:ff9b::127.0.0.1] [64:ff9b::8.8.8.8]
[64:ff9b:1::1] [2002:7f00:1::] [2002:808:808::1] [2001::1] [2001:0:4136:e378:8000:63bf:3fff:fdd2] [2001:20::1] [2001:db8::1]
[3fff::1] [5f00::1] [100::1] [fc00::1] [fd12:3456:789a::1] [fe80::1] [fe80::1%25lo] [fec0::1] [ff02::1] [ff0e::1] [4000::1]
[::8.8.8.8] user:pw@127.0.0.1 public.example@127.0.0.1 127.0.0.1%23@127.0.0.1 ①②⑦.⓪.⓪.① １２７.０.０.１ 127。0。0。1
""".split()


@pytest.mark.slow
def test_no_spelling_of_an_address_inside_is_connected_to(site: Site) -> None:
    port = site.url.rsplit(":", 1)[1]
    assert len(INSIDE) > 60
    for host in INSIDE:
        refusal(f"http://{host}:{port}/a", public_only=True, timeout=5)
    assert not site.requests


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True),
        ("1.1.1.1", True),
        ("100.63.255.255", True),
        ("100.128.0.1", True),
        ("172.32.0.1", True),
        ("198.20.0.1", True),
        ("223.255.255.255", True),
        ("2606:4700:4700::1111", True),
        ("2a00:1450:4001::1", True),
        ("2001:4860:4860::8888", True),
        ("2001:200::1", True),
        ("::ffff:8.8.8.8", True),
        ("::ffff:192.168.0.1", False),
        ("2001:1ff::1", False),
        ("64:ff9b::808:808", False),
        ("fe80::1%eth0", False),
        ("2606:4700::1%eth0", False),
        ("", False),
        ("localhost", False),
        ("127.1", False),
    ],
)
def test_what_is_not_known_to_be_public_is_not(address: str, public: bool) -> None:
    assert is_public(address) is public


def names(monkeypatch: pytest.MonkeyPatch, *answers: list[str]) -> list[str]:
    """The names that are looked up; each look-up gives the next of these answers, the last one again and again."""
    asked: list[str] = []
    turns = itertools.chain(answers, itertools.repeat(answers[-1]))

    def look_up(host: str, port: int, *_: object, **__: object) -> list[object]:
        asked.append(host)
        families = {True: socket.AF_INET6, False: socket.AF_INET}
        return [(families[":" in one], socket.SOCK_STREAM, 6, "", (one, port)) for one in next(turns)]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return asked


@pytest.mark.parametrize(
    "addresses", [["127.0.0.1"], ["8.8.8.8", "127.0.0.1"], ["2606:4700::1", "::1"], ["10.0.0.1", "8.8.8.8"], []]
)
def test_a_name_of_which_one_address_is_inside_is_refused(
    site: Site, monkeypatch: pytest.MonkeyPatch, addresses: list[str]
) -> None:
    names(monkeypatch, addresses)
    said = refusal(f"http://news.example:{site.url.rsplit(':', 1)[1]}/a", public_only=True, timeout=5)
    assert "inside a private network" in said
    assert not site.requests


def only(allowed: str, url: str) -> Page:
    """The page when this one address is the only public one of the world."""
    from concurrent.futures import Future

    done: Future[Page] = Future()
    _run(_page(url, 1_000_000, 5, lambda address: address == allowed), 20, done)
    return done.result()


def hello(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello")


def test_the_address_that_was_checked_is_the_one_connected_to(
    wires: Callable[..., Wire], site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    outside = wires(hello, "127.0.0.2")
    asked = names(monkeypatch, ["127.0.0.2"], ["127.0.0.1"])  # a name that changes after it was checked
    page = only("127.0.0.2", f"http://user:pw@bücher.example:{outside.port}/a?b=c")
    assert page.content == b"hello"
    assert asked == ["xn--bcher-kva.example"]
    assert outside.hosts == [f"xn--bcher-kva.example:{outside.port}"]
    with pytest.raises(SourceError, match="private network"):
        only("127.0.0.2", f"{site.url}/a")
    assert not site.requests


def test_a_redirect_is_judged_by_its_own_address(
    wires: Callable[..., Wire], site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(connection: socket.socket) -> None:
        to = f"http://same.example:{site.url.rsplit(':', 1)[1]}/secret"
        connection.sendall(f"HTTP/1.1 302 Found\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n".encode())

    outside = wires(away, "127.0.0.2")
    asked = names(monkeypatch, ["127.0.0.2"], ["127.0.0.1"])
    with pytest.raises(SourceError, match="private network"):
        only("127.0.0.2", f"http://same.example:{outside.port}/")
    assert asked == ["same.example", "same.example"]
    assert not site.requests


def test_another_address_is_tried_when_the_first_does_not_answer(
    wires: Callable[..., Wire], monkeypatch: pytest.MonkeyPatch
) -> None:
    outside = wires(hello, "127.0.0.2")
    names(monkeypatch, ["127.0.0.3", "127.0.0.2"])
    monkeypatch.setattr("ingest.fetch.is_public", lambda _: True)
    assert get(f"http://two.example:{outside.port}/", public_only=True).content == b"hello"
