"""The content of a URL, bounded in size, time and redirects. The only place that opens an outside connection."""

from __future__ import annotations

import asyncio
import socket
import threading
import zlib
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from ingest.addresses import is_public
from ingest.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Coroutine

    import httpx

REDIRECTS = 5

LONGEST_URL = 4_000
"""Characters of a URL that is followed."""

_ADDRESSES = 3
"""Of a name's addresses, how many are tried."""

_GRACE = 1.0
"""Seconds after the deadline in which the connection is closed before it is left to itself."""

_AGENT = "Mozilla/5.0 (compatible; article-qa; reads one article for one person)"
_PASTE = "Check the URL, or paste the text."


@dataclass(frozen=True)
class Page:
    """What a URL gave. `url` is where the redirects ended, `content_type` is lower case and without parameters.

    `charset` is what the server says of it, in lower case, or empty.
    """

    url: str
    content_type: str
    content: bytes
    charset: str = ""

    @property
    def path(self) -> str:
        """The path of the URL: `https://a.example/b.pdf?c` → `/b.pdf`."""
        return urlsplit(self.url).path


def fetch(url: str, *, max_bytes: int, timeout: float, public_only: bool = False) -> Page:
    """The page at an http or https URL.

    `timeout` is for everything together: looking up names, connecting, headers, redirects, content. Raises SourceError
    with one sentence for every way in which this can fail. With `public_only` each hop must lead to public addresses
    only, and the connection goes to the very address that was checked.
    """
    allowed = is_public if public_only else None
    done: Future[Page] = Future()
    work = _page(url, max_bytes, timeout / 2, allowed)
    threading.Thread(target=_run, args=(work, timeout, done), daemon=True, name="fetch").start()
    try:
        return done.result(timeout + _GRACE)
    except TimeoutError:
        raise SourceError(
            f"{url[:200]} did not answer in time.", "Try again, raise FETCH_TIMEOUT, or paste the text."
        ) from None


class _Loop(asyncio.SelectorEventLoop):
    """An event loop whose look-ups of names can be left: those of asyncio are waited for when the loop is closed."""

    async def getaddrinfo(self, host: Any, port: Any, **how: Any) -> Any:
        """What `socket.getaddrinfo` finds, by a thread that nobody waits for when the deadline has passed."""
        found = self.create_future()

        def settle(result: Any, error: Exception | None) -> None:
            if not found.done():
                found.set_exception(error) if error else found.set_result(result)

        def look_up() -> None:
            result, error = None, None
            try:
                result = socket.getaddrinfo(host, port, **how)
            except (OSError, UnicodeError) as caught:
                error = caught
            with suppress(RuntimeError):  # the loop is closed: nobody waits any more
                self.call_soon_threadsafe(settle, result, error)

        threading.Thread(target=look_up, daemon=True, name="look-up").start()
        return await found


def _run(work: Coroutine[Any, Any, Page], seconds: float, done: Future[Page]) -> None:
    """Do the work in an event loop of this thread, so that it can be left at the deadline wherever it stands."""

    async def limited() -> Page:
        async with asyncio.timeout(seconds):
            return await work

    try:
        with asyncio.Runner(loop_factory=_Loop) as runner:
            page = runner.run(limited())
    except BaseException as error:  # noqa: BLE001 - raised where the result is waited for
        done.set_exception(error)
    else:
        done.set_result(page)


def _typed(header: str) -> tuple[str, str]:
    """The type and the charset that a header names: `"Text/HTML; charset=X"` → `("text/html", "x")`."""
    kind, _, parameters = header[:500].partition(";")
    pairs = (one.partition("=") for one in parameters.split(";"))
    charset = next((value for name, _, value in pairs if name.strip().lower() == "charset"), "")
    return kind.strip().lower(), charset.strip(" \"'").lower()


async def _page(url: str, max_bytes: int, connecting: float, allowed: Callable[[str], bool] | None) -> Page:
    """The page at the end of the redirects. `allowed` judges each address that is connected to; None allows all.

    `connecting` is how many seconds one address may take to be connected to, so that another can be tried.
    """
    import httpx  # noqa: PLC0415 - only for URLs

    limits = httpx.Timeout(None, connect=connecting)
    headers = {"User-Agent": _AGENT, "Accept-Encoding": "gzip"}
    try:
        async with httpx.AsyncClient(timeout=limits, headers=headers, trust_env=allowed is None) as client:
            for _ in range(REDIRECTS + 1):
                response = await _response(client, url, allowed)
                try:
                    if not response.has_redirect_location:
                        content_type, charset = _typed(response.headers.get("content-type", ""))
                        return Page(url, content_type, await _body(response, url, max_bytes), charset)
                    url = _checked(urljoin(url, response.headers["location"]))
                finally:
                    await response.aclose()
    except httpx.TimeoutException:
        raise TimeoutError from None
    except httpx.ConnectError:
        raise SourceError(f"{url[:200]} cannot be reached.", "Check the URL and the network.") from None
    except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, ValueError, OSError, ImportError) as error:
        if isinstance(error, TimeoutError):
            raise
        reason = " ".join(str(error).split())[:200] or type(error).__name__
        raise SourceError(f"{url[:200]} cannot be read: {reason}.", _PASTE) from None
    raise SourceError(f"{url[:200]} redirects more than {REDIRECTS} times.", "Paste the text instead.")


async def _response(client: httpx.AsyncClient, url: str, allowed: Callable[[str], bool] | None) -> httpx.Response:
    """The answer of a URL, its content still to be read; by an address that is allowed, if it matters which."""
    import httpx  # noqa: PLC0415 - only for URLs

    target = httpx.URL(_checked(url))
    if allowed is None:
        return await client.send(client.build_request("GET", target), stream=True)
    failure: Exception | None = None
    for address in (await _addresses(target, allowed))[:_ADDRESSES]:
        place = target.copy_with(host=address, username="", password="", fragment=None)
        host = {"Host": target.netloc.decode("ascii")}
        name = {"sni_hostname": target.raw_host.decode("ascii")}
        try:
            return await client.send(client.build_request("GET", place, headers=host, extensions=name), stream=True)
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            failure = error
    raise failure or httpx.ConnectError("no address")


def _checked(url: str) -> str:
    """The URL, when it is one that can be followed."""
    if len(url) > LONGEST_URL:
        raise SourceError(f"{url[:200]}… is a URL of more than {LONGEST_URL:,} characters.", _PASTE)
    try:
        parts = urlsplit(url)
        sound = bool(parts.hostname) and parts.scheme in {"http", "https"} and parts.port != 0
    except ValueError:
        sound = False
    if not sound:
        raise SourceError(f"{url[:200]} is not an http or https URL.", "Give a URL that begins with https://.")
    return url


async def _addresses(target: httpx.URL, allowed: Callable[[str], bool]) -> list[str]:
    """The addresses of a URL's name, the best first. Raises SourceError when one of them is not allowed."""
    port = target.port or {"http": 80, "https": 443}[target.scheme]
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(target.raw_host.decode("ascii"), port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise SourceError(f"{target} cannot be reached: its name is not known.", "Check the URL.") from None
    addresses = [str(place[0]) for *_, place in found]
    if not addresses or not all(allowed(address) for address in addresses):
        raise SourceError(f"{target} is inside a private network.", "Give a public URL, or paste the text.")
    return list(dict.fromkeys(addresses))


async def _body(response: httpx.Response, url: str, max_bytes: int) -> bytes:
    """The unpacked content; refused when the status is an error, or as soon as it is too large."""
    if response.status_code >= 400:
        raise SourceError(f"{url[:200]} answered with status {response.status_code}.", _PASTE)
    written = response.headers.get("content-encoding", "").lower().split(",")
    packings = [name for name in map(str.strip, written) if name not in {"", "identity"}]
    if packings and packings not in (["gzip"], ["x-gzip"]):
        names = ", ".join(packings)[:100]
        raise SourceError(f"{url[:200]} is sent packed as {names}, but only gzip is read.", "Paste the text instead.")
    too_large = SourceError(
        f"{url[:200]} is larger than {max_bytes / 1e6:g} MB.", "Raise the limit with MAX_SIZE_MB, or paste the text."
    )
    parts = response.aiter_raw()
    return await (_unpacked(parts, url, max_bytes, too_large) if packings else _joined(parts, max_bytes, too_large))


async def _joined(parts: AsyncIterator[bytes], max_bytes: int, too_large: SourceError) -> bytes:
    content = bytearray()
    async for part in parts:
        content += part
        if len(content) > max_bytes:
            raise too_large
    return bytes(content)


async def _unpacked(parts: AsyncIterator[bytes], url: str, max_bytes: int, too_large: SourceError) -> bytes:
    """One layer of gzip unpacked piece by piece, never more than a byte beyond the limit. Padding is left out."""
    content, received, ended = bytearray(), 0, False
    unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        async for part in parts:
            received += len(part)
            if received > max_bytes:
                raise too_large
            while part and (not ended or part.startswith(b"\x1f")):
                if ended:
                    unpacker, ended = zlib.decompressobj(zlib.MAX_WBITS | 16), False
                content += unpacker.decompress(part, max_bytes + 1 - len(content))
                if len(content) > max_bytes:
                    raise too_large
                part, ended = unpacker.unused_data, unpacker.eof  # noqa: PLW2901 - the rest of it
    except zlib.error:
        raise SourceError(f"{url[:200]} is not packed as it says.", "Try again, or paste the text.") from None
    if received and not ended:
        raise SourceError(f"{url[:200]} breaks off before its end.", "Try again, or paste the text.")
    return bytes(content)
