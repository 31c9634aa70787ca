"""What of a visitor's requests is passed on: in sessions of his own, as much as he may, and only what was checked."""

import asyncio
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil
from urllib.parse import parse_qs

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from page.calls import (
    FEEDBACK,
    PROGRAMS,
    SMALL,
    TOOLS,
    Call,
    Cancel,
    Queue,
    Refused,
    checked,
    kind_of_message,
    read,
    values_of,
)
from page.limits import ALLOWANCES, UNFINISHED_OF_ADDRESS, UNFINISHED_OF_ALL, Buckets, Kind, Limits
from page.uploads import ROUTE as UPLOAD
from page.uploads import sent_by
from page.visitors import Owner, Sessions

JOIN = "/gradio_api/queue/join"
CANCEL = "/gradio_api/cancel"
RESET = "/gradio_api/reset"
"""It does nothing in gradio any more; its page still asks for it."""
DATA = "/gradio_api/queue/data"
HEARTBEAT = "/gradio_api/heartbeat/"

IDLE = 30.0
"""Seconds for which the sender of a body may be silent."""

SLOWEST = 20_000
"""Bytes of a body that have to come in a second, once `IDLE` seconds are over."""

UNREAD = 400
"""Messages that may wait for a browser; one that fetches them, as the page does, leaves none for long."""

_STRANGE = "This session is another visitor's: reload the page."
_UNFINISHED: dict[Kind, str] = {
    "ask": "Your questions before this one are still being answered: ask again when they are.",
    "add": "The article before this one is still being added: wait until it is.",
    "other": "The page is still busy with what you did before: try again in a moment.",
}
_OFTEN: dict[Kind, str] = {
    "ask": "These are many questions in one minute",
    "add": "These are many articles in one minute",
    "other": "These are many requests in one minute",
}


@dataclass(frozen=True)
class Request:
    """One request with where it comes from, and how it is answered when it is passed on."""

    scope: Scope
    receive: Receive
    send: Send
    owner: Owner

    @property
    def path(self) -> str:
        """Its path, without the query."""
        return str(self.scope["path"])

    @property
    def size(self) -> int:
        """How many bytes its body says that it has; 0 when it does not say."""
        length = Headers(scope=self.scope).get("content-length", "0")
        return int(length) if length.isascii() and length.isdigit() and len(length) < 16 else 0


class Admission:
    """Passes requests on to the app, or raises Refused."""

    def __init__(self, app: ASGIApp, queue: Queue, max_bytes: int) -> None:
        self.app = app
        self.queue = queue
        self.limits = Limits()
        self._said = Buckets(burst=60, minute=6)
        self.sessions = Sessions(queue.forget)
        self._upload_bytes = max_bytes + 1_000_000
        self._text_bytes = 2 * max_bytes + SMALL  # a text twice as long once it is written as JSON
        self._passing: Counter[tuple[Kind, str]] = Counter()

    async def admit(self, request: Request) -> None:
        """Pass one request on. Raises Refused."""
        if request.path == JOIN:
            await self._join(request)
        elif request.path == CANCEL:
            await self._cancel(request)
        elif request.path == RESET:
            await JSONResponse({"success": True})(request.scope, request.receive, request.send)
        elif request.path in PROGRAMS and request.scope["method"] == "POST":
            await self._of_program(request, PROGRAMS[request.path])
        elif request.scope["method"] == "DELETE":
            self._may_begin("add", request.owner)
            self._take("add", request.owner)
            with self._begun("add", request.owner):
                await self.app(request.scope, request.receive, request.send)
        elif request.path == UPLOAD:
            self._take("add", request.owner)
            if request.size > self._upload_bytes:
                raise Refused(413, "This file is larger than the page takes.")
            await self.app(request.scope, _bounded(request.receive, self._upload_bytes), request.send)
        else:
            self._take("other", request.owner)
            self._own_session(request)
            await self.app(request.scope, request.receive, request.send)

    async def _of_program(self, request: Request, kind: Kind) -> None:
        """A program's request, which is answered while it waits: as much at once as a visitor of the page may."""
        large = request.size > SMALL
        if request.size > (self._text_bytes if kind == "add" or request.path == TOOLS else SMALL):
            raise Refused(413, "This request is longer than the page takes.")
        first: Kind = "add" if large else "other"
        self._may_begin(first, request.owner)
        with self._begun(first, request.owner):
            body = await _body(request.receive, self._text_bytes if large else SMALL)
            values = await asyncio.to_thread(values_of, body)
        if request.path == TOOLS:
            kind = kind_of_message(values, len(body))
        if request.path == FEEDBACK and self._said.take(request.owner.address):
            raise Refused(429, "This is much to say of answers: try again in a minute.", retry=60)
        self._may_begin(kind, request.owner)
        self._take(kind, request.owner)
        with self._begun(kind, request.owner):
            await self._pass_on(request, body)

    def _own_session(self, request: Request) -> None:
        """Raise Refused for what is told of another visitor's session."""
        if request.path == DATA:
            named = parse_qs(request.scope["query_string"].decode("latin-1")).get("session_hash", [])
        elif request.path.startswith(HEARTBEAT):
            named = [request.path.removeprefix(HEARTBEAT)]
        else:
            return
        if len(named) != 1 or not self._belongs(named[0], request.owner):
            raise Refused(403, _STRANGE)

    def _belongs(self, session: str, owner: Owner) -> bool:
        return self.sessions.belongs(session, owner, {busy for busy, _ in self.queue.unfinished()})

    async def _cancel(self, request: Request) -> None:
        self._take("other", request.owner)
        wish = read(Cancel, await _body(request.receive, SMALL))
        of = self.queue.session_of(wish.event_id) or wish.session_hash
        if of != wish.session_hash or not self._belongs(of, request.owner):
            raise Refused(403, _STRANGE)
        await self._pass_on(request, wish.model_dump_json().encode())

    async def _join(self, request: Request) -> None:
        """A call of a function: what is long is read only from a visitor who may add an article now."""
        large = request.size > SMALL
        if request.size > self._text_bytes:
            raise Refused(413, "This text is longer than the page takes.")
        first: Kind = "add" if large else "other"
        self._may_begin(first, request.owner)
        with self._begun(first, request.owner):
            body = await _body(request.receive, self._text_bytes if large else SMALL)
        call = read(Call, body)
        function = self.queue.functions.get(call.fn_index)
        if function is None:
            raise Refused(400, "This request does not fit the page: reload it.")
        if large and function.kind != "add":
            raise Refused(413, "This request is longer than the page takes.")
        if not self._belongs(call.session_hash, request.owner):
            raise Refused(403, _STRANGE)
        if self.queue.unread(call.session_hash) > UNREAD:
            raise Refused(429, "What the page answered before has not been fetched: reload the page.")
        call = checked(call, function, lambda path: sent_by(request.owner.visitor, path))
        self._may_begin(function.kind, request.owner)
        self._take(function.kind, request.owner)
        with self._begun(function.kind, request.owner):
            await self._pass_on(request, call.model_dump_json().encode())

    def _take(self, kind: Kind, owner: Owner) -> None:
        wait = ceil(self.limits.take(kind, owner.visitor, owner.address))
        if wait:
            raise Refused(429, f"{_OFTEN[kind]}: wait {wait} second{'s' * (wait > 1)}, then try again.", retry=wait)

    def _may_begin(self, kind: Kind, owner: Owner) -> None:
        """Raise Refused when the visitor, his address or the page has as much unfinished as it may."""
        owners = [self.sessions.owner(session) for session, of in self.queue.unfinished() if of == kind]
        known = [found for found in owners if found]
        mine = sum(found.visitor == owner.visitor for found in known) + self._passing[kind, owner.visitor]
        shared = sum(found.address == owner.address for found in known) + self._passing[kind, owner.address]
        every = len(owners) + self._passing[kind, ""]
        if mine >= ALLOWANCES[kind].unfinished or shared >= UNFINISHED_OF_ADDRESS[kind]:
            raise Refused(429, _UNFINISHED[kind], retry=5)
        if every >= UNFINISHED_OF_ALL[kind]:
            raise Refused(429, "The page is busy with other visitors: try again in a moment.", retry=5)

    def _begun(self, kind: Kind, owner: Owner) -> "_Begun":
        return _Begun(self._passing, [(kind, name) for name in (owner.visitor, owner.address, "")])

    async def _pass_on(self, request: Request, body: bytes) -> None:
        """The app reads the body that was checked, not the one that was sent."""
        headers = [
            pair for pair in request.scope["headers"] if pair[0] not in {b"content-length", b"transfer-encoding"}
        ]
        scope = {**request.scope, "headers": [*headers, (b"content-length", str(len(body)).encode())]}
        messages: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

        async def receive() -> Message:
            return messages.pop() if messages else await request.receive()

        await self.app(scope, receive, request.send)


class _Begun:
    """While the block runs, one more of each of these is under way that the queue does not know of yet."""

    def __init__(self, passing: Counter[tuple[Kind, str]], names: Iterable[tuple[Kind, str]]) -> None:
        self._passing, self._names = passing, list(names)

    def __enter__(self) -> None:
        self._passing.update(self._names)

    def __exit__(self, *_: object) -> None:
        self._passing.subtract(self._names)
        for name in self._names:
            if self._passing[name] <= 0:
                del self._passing[name]


async def _body(receive: Receive, limit: int) -> bytes:
    """The whole body. Raises Refused for one that is longer, breaks off, is too slow or does not come."""
    parts, size = [], 0
    pace = _Pace()
    while True:
        try:
            message = await asyncio.wait_for(receive(), pace.left(size))
        except TimeoutError:
            raise Refused(408, "This request did not arrive in time.") from None
        if message["type"] == "http.disconnect":
            raise Refused(400, "This request broke off.")
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > limit:
            raise Refused(413, "This request is longer than the page takes.")
        if not message.get("more_body", False):
            return b"".join(parts)


class _Pace:
    """How long a sender may take: `IDLE` seconds at first and at a time, and never slower than `SLOWEST` after that."""

    def __init__(self) -> None:
        self._began = asyncio.get_running_loop().time()

    def left(self, size: int) -> float:
        """Seconds that the next piece may take, once so many bytes have come."""
        spent = asyncio.get_running_loop().time() - self._began
        return max(0.01, min(IDLE, IDLE + size / SLOWEST - spent))


def _bounded(receive: Receive, limit: int) -> Receive:
    """Receives as before, but no more than this: the app's own reading ends with an answer that says so."""
    left, ended, pace = limit, False, _Pace()

    async def bounded() -> Message:
        nonlocal left, ended
        if ended:
            return await receive()
        try:
            message = await asyncio.wait_for(receive(), pace.left(limit - left))
        except TimeoutError:
            raise HTTPException(408, "This file did not arrive in time.") from None
        left -= len(message.get("body", b""))
        ended = not message.get("more_body", False)
        if left < 0:
            raise HTTPException(413, "This file is larger than the page takes.")
        return message

    return bounded
