"""The door of the page: who may ask it, and what a browser may do with what it serves."""

import ipaddress
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; frame-src 'none'; object-src 'none'; "
        "base-uri 'self'; form-action 'self'; frame-ancestors 'self'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}

_OWN = frozenset({"", "none", "same-origin"})


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach the host: `"127.0.0.1"` → True, `"0.0.0.0"` → False."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def allowed_hosts(host: str) -> frozenset[str] | None:
    """The names by which a page bound to this host may be asked for; None is any, as it is open to others."""
    return frozenset({"localhost", "127.0.0.1", "::1", host.strip("[]").lower()}) if is_loopback(host) else None


def refusal(method: str, headers: Headers, hosts: frozenset[str] | None) -> str:
    """Why this request is refused, or an empty string.

    A name that this page does not go by is a sign of DNS rebinding. A request that another site's page makes is
    refused unless it only opens this page, as a link does.
    """
    asked = headers.get("host", "").lower()
    if hosts is not None and _hostname(asked) not in hosts:
        return "This page is not served under that name."
    origin = headers.get("origin", "").lower()
    if origin and urlsplit(origin).netloc not in {asked, headers.get("x-forwarded-host", asked).lower()}:
        return "Another site's page may not use this one."
    opens = (
        method == "GET" and headers.get("sec-fetch-mode") == "navigate" and headers.get("sec-fetch-dest") == "document"
    )
    if headers.get("sec-fetch-site", "") not in _OWN and not opens:
        return "Another site's page may not use this one."
    return ""


def _hostname(host: str) -> str:
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


class Guard:
    """An ASGI app around another: refuses what `refusal` refuses, and puts `HEADERS` on every response."""

    def __init__(self, app: ASGIApp, hosts: frozenset[str] | None) -> None:
        self.app = app
        self.hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer it with 403."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        reason = refusal(scope.get("method", ""), Headers(scope=scope), self.hosts)
        if not reason:
            await self.app(scope, receive, guarded)
        elif scope["type"] == "http":
            await PlainTextResponse(reason, status_code=403)(scope, receive, guarded)
        else:
            await send({"type": "websocket.close", "code": 1008})
