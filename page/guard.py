"""The door of the page: who may ask it, and what a browser may do with what it serves."""

import asyncio
import ipaddress
import logging
import os
from math import ceil
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from page.admission import Admission, Request
from page.auth import Auth, Shown
from page.calls import TOOLS, Queue, Refused, is_route
from page.limits import OPEN, SHARED, Holding
from page.visitors import Cookies, Owner, network

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

SERVING: dict[str, Any] = {
    "log_level": "warning",
    "server_header": False,
    "ws": "none",
    "limit_concurrency": 1_000,
    "timeout_graceful_shutdown": 3,
    "proxy_headers": "FORWARDED_ALLOW_IPS" in os.environ,
}
"""How uvicorn serves the page. What a server in front tells of a visitor's address is believed only when uvicorn's own
variable names that server: otherwise every visitor could name an address, and with it have an allowance of his own."""

_OWN = frozenset({"", "none", "same-origin"})
_METHODS = ("GET", "HEAD", "POST", "DELETE")
_NOT_PASSED_ON = frozenset({b"cookie", b"authorization", b"forwarded", b"x-gradio-server"})
_AGAIN = (
    '<!doctype html><html lang="en"><meta charset="utf-8"><meta http-equiv="refresh" content="0; url=/{}">'
    '<title>Article QA</title><a href="/{}">Article QA</a></html>'
)
"""What a link from another site opens first: the browser then comes from this site, and sends this site's cookies."""

_WISHES = ("article", "url")
"""What a link may ask the page to open: an article that there is, or an address that the visitor may then add."""


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
    refused unless it only opens this page, as a link does. What is forwarded is not looked at, as anybody can write it:
    a server in front of the page passes the Host on.
    """
    host = headers.get("host", "").lower()
    if hosts is not None and _hostname(host) not in hosts:
        return "This page is not served under that name."
    origin = headers.get("origin", "").lower()
    if origin and (not host or _netloc(origin) != host):
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


def _netloc(origin: str) -> str:
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return ""


class Guard:
    """An ASGI app around another: lets in whom it should, passes on what `Admission` admits, puts `HEADERS` on all."""

    def __init__(
        self, app: ASGIApp, hosts: frozenset[str] | None, queue: Queue, max_bytes: int, auth: Auth | None = None
    ) -> None:
        self.app = app
        self.hosts = hosts
        self.auth = auth
        self.admission = Admission(app, queue, max_bytes)
        self._cookies = Cookies()
        self._holding = Holding()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer it with why not."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1008})
            return
        reply = _Reply(send)
        try:
            response = await self._answered(scope, receive, reply)
        except Refused as refused:
            response = _answer(scope, refused)
        except asyncio.CancelledError:
            return  # the page is being stopped
        except Exception:
            if reply.begun and not reply.ended:
                raise
            logging.getLogger(__name__).exception("A request failed")
            response = _answer(scope, Refused(500, "Something went wrong."))
        if response and not reply.begun:
            await response(scope, receive, reply)

    async def _answered(self, scope: Scope, receive: Receive, reply: "_Reply") -> Response | None:
        """None once the app has answered; otherwise the answer of the door itself. Raises Refused."""
        visitor, address = self._visitor(scope), network((scope.get("client") or ("",))[0])
        response = self._kept_out(scope, visitor, address)
        if response:
            return response
        if not visitor and not _is_static(scope):
            value = self._cookies.new()
            visitor, reply.cookie = self._cookies.visitor(value), _set_cookie(scope, value)
        await self._let_in(scope, receive, reply, Owner(visitor, address))
        return None

    def _visitor(self, scope: Scope) -> str:
        return self._cookies.visitor(HTTPConnection(scope).cookies.get(_cookie_name(scope, "visitor"), ""))

    def _kept_out(self, scope: Scope, visitor: str, address: str) -> Response | None:
        """What is answered to one who is not let in, or to what the page has no use for; None for the others."""
        headers, method = Headers(scope=scope), scope["method"]
        reason = refusal(method, headers, self.hosts)
        if reason:
            raise Refused(403, reason)
        if method not in _METHODS:
            return PlainTextResponse("Only GET, HEAD, POST and DELETE.", 405, {"Allow": ", ".join(_METHODS)})
        opens = method == "GET" and scope["path"] == "/"
        query = scope.get("query_string", b"").decode("latin-1")
        elsewhere = headers.get("sec-fetch-site", "") not in _OWN
        if opens and elsewhere and not visitor and "token" not in parse_qs(query):
            wishes = _wishes(query)
            return HTMLResponse(_AGAIN.format(wishes, wishes), headers={"Cache-Control": "no-store"})
        if self.auth:
            name = _cookie_name(scope, "pass")
            cookie = HTTPConnection(scope).cookies.get(name, "")
            shown = Shown(headers, query, cookie, address, opens, secure=scope["scheme"] == "https")
            response = self.auth.refusal(shown, name)
            if response:
                return response
        if not is_route(method, scope["path"]):
            raise Refused(404, "There is nothing here.")
        return None

    async def _let_in(self, scope: Scope, receive: Receive, send: Send, owner: Owner) -> None:
        passed = {
            **scope,
            "headers": [pair for pair in scope["headers"] if not _is_ours(pair[0])],
            "state": {**scope.get("state", {}), "visitor": owner.visitor},
        }
        names = [(owner.address, OPEN * SHARED), *([(owner.visitor, OPEN)] if owner.visitor else [])]
        with self._holding.one_more(*names) as held:
            if not held:
                raise Refused(429, "Too many connections to this page are open: try again in a moment.", retry=5)
            if _is_static(scope):
                await self.app(passed, receive, send)
            else:
                await self.admission.admit(Request(passed, receive, send, owner))


class _Reply:
    """Sends with `HEADERS`, and with a new visitor's cookie; knows how far the answer has come."""

    def __init__(self, send: Send) -> None:
        self.cookie = ""
        self.begun = self.ended = False
        self._send = send

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.begun = True
            headers = MutableHeaders(scope=message)
            headers.update(HEADERS)
            if self.cookie:
                headers.append("Set-Cookie", self.cookie)
                headers["Cache-Control"] = "no-store"
        await self._send(message)
        self.ended = message["type"] == "http.response.body" and not message.get("more_body", False)


def _wishes(query: str) -> str:
    """What of a query the page knows, written anew: it goes into HTML."""
    known = {name: values[0] for name, values in parse_qs(query).items() if name in _WISHES}
    return f"?{urlencode(known)}".replace("&", "&amp;") if known else ""


def _is_static(scope: Scope) -> bool:
    return str(scope["path"]).startswith(("/assets/", "/static/"))


def _is_ours(name: bytes) -> bool:
    """Whether a header is for the door alone, or says of the request what only a server in front could know."""
    return name in _NOT_PASSED_ON or name.startswith(b"x-forwarded-")


def _cookie_name(scope: Scope, what: str) -> str:
    """Of its own for every port, as browsers keep one set of cookies for all ports of a host."""
    return f"article_qa_{what}_{(scope.get('server') or ('', 0))[1] or 0}"


def _set_cookie(scope: Scope, value: str) -> str:
    secure = "; Secure" if scope["scheme"] == "https" else ""
    return f"{_cookie_name(scope, 'visitor')}={value}; HttpOnly; Path=/; SameSite=Strict{secure}"


def _answer(scope: Scope, refused: Refused) -> Response:
    """The refusal, as a sentence: gradio's page shows what `detail` says."""
    headers: dict[str, Any] = {"Cache-Control": "no-store"}
    if refused.retry:
        headers["Retry-After"] = str(ceil(refused.retry))
    if scope["path"].startswith("/gradio_api/"):
        return JSONResponse({"detail": refused.reason}, refused.status, headers)
    if scope["path"].startswith(("/api/", "/v1/", TOOLS)):
        kind = "invalid_request_error" if refused.status < 500 else "error"
        return JSONResponse({"error": {"message": refused.reason, "type": kind}}, refused.status, headers)
    return PlainTextResponse(refused.reason, refused.status, headers)
