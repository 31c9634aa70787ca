"""The content of a URL, bounded in size, time and redirects. The only place that opens an outside connection."""

from __future__ import annotations

import ipaddress
import socket
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit, urlunsplit

from ingest.errors import SourceError

if TYPE_CHECKING:
    import httpx

REDIRECTS = 5
_AGENT = "Mozilla/5.0 (compatible; article-qa; reads one article for one person)"


@dataclass(frozen=True)
class Page:
    """What a URL gave. `url` is where the redirects ended, `content_type` is lower case and without parameters."""

    url: str
    content_type: str
    content: bytes

    @property
    def path(self) -> str:
        """The path of the URL: `https://a.example/b.pdf?c` → `/b.pdf`."""
        return urlsplit(self.url).path


def fetch(url: str, *, max_bytes: int, timeout: float, public_only: bool = False) -> Page:
    """The page at an http or https URL, `timeout` seconds in all.

    Raises SourceError with one sentence for every way in which this can fail. With `public_only` each hop must lead to
    public addresses only, and the connection goes to the very address that was checked.
    """
    import httpx  # noqa: PLC0415 - only for URLs

    deadline = time.monotonic() + timeout
    try:
        with httpx.Client(timeout=timeout, headers={"User-Agent": _AGENT}, trust_env=not public_only) as client:
            for _ in range(REDIRECTS + 1):
                target, host = _target(url, public_only=public_only)
                headers, extensions = ({"Host": host[0]}, {"sni_hostname": host[1]}) if host else ({}, {})
                with client.stream("GET", target, headers=headers, extensions=extensions) as response:
                    if not response.is_redirect:
                        content_type = response.headers.get("content-type", "").split(";")[0].strip().lower()
                        return Page(url, content_type, _body(response, url, max_bytes, deadline))
                    url = urljoin(url, response.headers["location"])
    except httpx.TimeoutException:
        raise _slow(url) from None
    except httpx.ConnectError:
        raise SourceError(f"{url} cannot be reached.", "Check the URL and the network.") from None
    except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:
        raise SourceError(f"{url[:200]} cannot be read: {error}.", "Check the URL, or paste the text.") from None
    raise SourceError(f"{url} redirects more than {REDIRECTS} times.", "Paste the text instead.")


def _slow(url: str) -> SourceError:
    return SourceError(f"{url} did not answer in time.", "Try again, raise FETCH_TIMEOUT, or paste the text.")


def _body(response: httpx.Response, url: str, max_bytes: int, deadline: float) -> bytes:
    """The unpacked body; refused when the status is an error, or as soon as it is too large or too slow."""
    if response.status_code >= 400:
        raise SourceError(f"{url} answered with status {response.status_code}.", "Check the URL, or paste the text.")
    content = bytearray()
    for part in response.iter_bytes():
        content += part
        if len(content) > max_bytes:
            raise SourceError(f"{url} is larger than {max_bytes / 1e6:g} MB.", "Raise the limit with MAX_SIZE_MB.")
        if time.monotonic() > deadline:
            raise _slow(url)
    return bytes(content)


def _target(url: str, *, public_only: bool) -> tuple[str, tuple[str, str] | None]:
    """The URL to connect to and, when its name was replaced by a checked address, the Host header and the TLS name."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    if not host or parts.scheme not in {"http", "https"}:
        raise SourceError(f"{url[:200]} is not an http or https URL.", "Give a URL that begins with https://.")
    if not public_only:
        return url, None
    try:
        found = socket.getaddrinfo(host, port or parts.scheme, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise SourceError(f"{url} cannot be reached: its name is not known.", "Check the URL.") from None
    addresses = [ipaddress.ip_address(str(item[4][0]).split("%")[0]) for item in found]
    if not addresses or not all(address.is_global and not address.is_multicast for address in addresses):
        raise SourceError(f"{url} is inside a private network.", "Give a public URL, or paste the text.")
    literal = f"[{addresses[0]}]" if addresses[0].version == 6 else str(addresses[0])
    place = f"{literal}:{port}" if port else literal
    name = f"{host}:{port}" if port else host
    return urlunsplit((parts.scheme, place, parts.path, parts.query, "")), (name, host)
