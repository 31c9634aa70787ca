"""Who is let in: nobody is asked on this machine alone; beyond it, or where AUTH is set, a password or a token."""

import base64
import hashlib
import hmac
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from math import ceil
from urllib.parse import parse_qs

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from ingest.errors import SettingsError
from ingest.settings import Settings
from page.limits import Buckets

WRONG_A_MINUTE = 10
"""Wrong passwords or tokens that one address may try; after them it waits, whatever it shows."""

_MEANT_OFF = frozenset({"on", "yes", "no", "none", "false", "true", "0", "1"})


@dataclass(frozen=True)
class Shown:
    """What a request shows of itself that lets it in or not."""

    headers: Headers
    query: str
    cookie: str
    address: str
    opens: bool
    """Whether it opens the page itself, which a link with the token does."""
    secure: bool


def auth_of(settings: Settings, *, loopback: bool) -> "Auth | None":
    """What AUTH asks of visitors; None when nothing is asked.

    Raises SettingsError for a page that is open to others without it, and for a value that is neither a name with its
    password nor a token.
    """
    wanted = settings.auth.get_secret_value().strip()
    if not wanted and not loopback:
        raise SettingsError(
            f"HOST={settings.host} opens the page to others, and AUTH does not say who is let in.",
            "Set AUTH=name:password, or AUTH=off if something in front of the page checks its visitors.",
        )
    if not wanted or wanted.lower() == "off":
        return None
    name, colon, password = wanted.partition(":")
    if wanted.lower() in _MEANT_OFF or (colon and not (name and password)):
        raise SettingsError(
            "The setting AUTH is neither name:password, nor a token, nor off.",
            "Set AUTH=name:password, or to a long random token, or to off.",
        )
    return Auth(wanted)


def fetches_only_public(settings: Settings, *, loopback: bool) -> bool:
    """Whether addresses inside the network are kept from visitors: unless they are of this machine."""
    return not loopback or bool(settings.auth.get_secret_value().strip())


class Auth:
    """Asks for `name:password` by HTTP Basic, or for a token by Bearer, by the link `/?token=…` or by its cookie."""

    def __init__(self, wanted: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._basic = ":" in wanted
        self._wanted = _digest(wanted.encode())
        self._pass = hmac.new(wanted.encode(), b"Article QA lets this browser in", "sha256").hexdigest()
        self._wrong = Buckets(WRONG_A_MINUTE, WRONG_A_MINUTE, clock=clock)

    def refusal(self, shown: Shown, cookie: str) -> Response | None:
        """None when the visitor is let in; otherwise what is answered. `cookie` is the name of the token's cookie."""
        wait = self._wrong.wait(shown.address)
        if wait:
            return _too_many(wait)
        given = self._given(shown)
        token = parse_qs(shown.query).get("token", [""])[0] if shown.opens and not self._basic else ""
        if token and self._is_right(token.encode()):
            return self._inside(cookie, secure=shown.secure)
        if not token and given is not None and self._is_right(given):
            return None
        if not token and given is None and shown.cookie:
            if secrets.compare_digest(_digest(shown.cookie.encode()), _digest(self._pass.encode())):
                return None
            given = b""
        if token or given is not None:
            self._wrong.take(shown.address)
        return self._ask()

    def _given(self, shown: Shown) -> bytes | None:
        """The password or token of the Authorization header; None when there is no such header."""
        scheme, _, value = shown.headers.get("authorization", "").partition(" ")
        if not scheme:
            return None
        if scheme.lower() != ("basic" if self._basic else "bearer"):
            return b""
        if not self._basic:
            return value.strip().encode()
        try:
            return base64.b64decode(value.strip(), validate=True)
        except ValueError:
            return b""

    def _is_right(self, given: bytes) -> bool:
        return secrets.compare_digest(_digest(given), self._wanted)

    def _inside(self, cookie: str, *, secure: bool) -> Response:
        """The page without the token in its address; the browser keeps what stands for it, not the token."""
        response = RedirectResponse("/", status_code=303, headers={"Cache-Control": "no-store"})
        response.set_cookie(cookie, self._pass, httponly=True, samesite="strict", secure=secure, path="/")
        return response

    def _ask(self) -> Response:
        way = 'Basic realm="Article QA", charset="UTF-8"' if self._basic else 'Bearer realm="Article QA"'
        words = (
            "This page asks for its name and password."
            if self._basic
            else "This page asks for its token: open it with /?token= and the token at the end of its address."
        )
        return PlainTextResponse(words, status_code=401, headers={"WWW-Authenticate": way, "Cache-Control": "no-store"})


def _digest(value: bytes) -> bytes:
    """Of one length for any value, so that comparing tells nothing of the length either."""
    return hashlib.sha256(value).digest()


def _too_many(wait: float) -> Response:
    seconds = max(1, ceil(wait))
    return PlainTextResponse(
        f"Too many wrong tries from this address: wait {seconds} second{'s' * (seconds > 1)}.",
        status_code=429,
        headers={"Retry-After": str(seconds), "Cache-Control": "no-store"},
    )
