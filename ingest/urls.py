"""URLs of servers: as they are shown to a person, and the login that they hold. Pure."""

import re
from urllib.parse import parse_qsl, unquote, urlsplit

_LOGIN = re.compile(r"^([a-z][a-z0-9+.-]*://)?[^/?#\s]*@", re.IGNORECASE)


def without_login(url: str) -> str:
    """The URL without the name and password before its host: `"http://qa:secret@host/v1"` → `"http://host/v1"`."""
    return _LOGIN.sub(lambda found: found[1] or "", url.strip())


def as_shown(url: str) -> str:
    """The URL as a person may see it, also one without a key: `"http://qa:x@host/v1?key=y"` → `"http://host/v1"`."""
    return re.split(r"[?#]", without_login(url), maxsplit=1)[0]


def login_of(url: str) -> tuple[str, str] | None:
    """The name and password before the host of a URL: `"http://qa:s%20t@host/v1"` → `("qa", "s t")`."""
    parts = urlsplit(url)
    return (unquote(parts.username), unquote(parts.password or "")) if parts.username else None


def is_http(url: str) -> bool:
    """Whether it is an http or https URL with a host and, if any, a port: `"http://[::1"` → False."""
    try:
        parts = urlsplit(url)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        return False


def endpoint(url: str) -> tuple[str, dict[str, str]]:
    """The base URL of an API and its query, of whatever somebody copied from a server's page.

    `"https://x.azure.com/openai/deployments/m/chat/completions?api-version=1"` →
    `("https://x.azure.com/openai/deployments/m", {"api-version": "1"})`
    """
    parts = urlsplit(without_login(url))
    path = parts.path.rstrip("/").removesuffix("/chat/completions").removesuffix("/embeddings")
    return parts._replace(path=path, query="", fragment="").geturl(), dict(parse_qsl(parts.query))
