"""A language model on loopback: a real HTTP server that speaks the OpenAI chat protocol and says what a test tells it.

    with ModelServer("Over two hours [1].") as server:
        settings = server.settings(data_dir=tmp_path)

`server.reply` may also be a Failure, a list (one a request, the last one again and again) or a function of the messages
that returns text or a Failure. Every request is kept in `server.requests`, with whether the client hung up on it.
"""

import json
import math
import select
import socket
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal, Self
from urllib.parse import urlsplit

from ingest.settings import Settings

Messages = list[dict[str, str]]


@dataclass(frozen=True)
class Failure:
    """A way to fail: with a status and body, by hanging, by cutting the line after `said`, by talking nonsense.

    drip sends a byte of white space now and then for ever; silent ends the stream properly but before the model is done.
    """

    status: int = 200
    how: Literal["status", "hang", "cut", "silent", "garbage", "drip", "drip_headers", "error"] = "status"
    said: str = ""
    body: str = ""
    retry_after: str = ""


@dataclass(frozen=True)
class Raw:
    """A reply byte by byte as it is sent, with status 200. `stays` leaves the line open after it."""

    body: bytes
    kind: str = "text/event-stream"
    stays: bool = False


HANG = Failure(how="hang")
GARBAGE = Failure(how="garbage")
DRIP = Failure(how="drip")
PAGE = Failure(200, body="<!doctype html><title>Welcome</title><p>It works!")
EMPTY = ""

Reply = str | Failure | Raw


@dataclass
class Request:
    """One request that the server got. `hung_up` is set once the client closed the line before the reply's end."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]
    hung_up: threading.Event = field(default_factory=threading.Event)
    sent: int = 0

    @property
    def messages(self) -> Messages:
        found: Messages = self.body.get("messages", [])
        return found

    @property
    def prompt(self) -> str:
        """Everything that the messages say."""
        return "\n".join(message["content"] for message in self.messages)


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        return  # clients hang up on it: that is what some tests are about


class ModelServer:
    """The server. It runs while its `with` block does, or until `close()`."""

    def __init__(
        self, reply: Reply | Sequence[Reply] | Callable[[Messages], Reply] = "Yes.", *, model: str = "test-model"
    ) -> None:
        self.reply = reply
        self.schema_reply: Reply | Sequence[Reply] | Callable[[Messages], Reply] | None = None
        """What is replied where an object by a JSON schema is asked for; None ignores the wish."""
        self.models = [model]
        self.pieces: int | Callable[[str], list[str]] = 4
        """The characters of each piece of a stream, or what cuts a text into pieces."""
        self.pause = 0.0
        """Seconds before each piece."""
        self.yes: float | Callable[[Messages], float | None] | None = None
        """How probable "Yes" is as the first token when log probabilities are asked for; None ignores the wish."""
        self.refuses: set[str] = set()
        """The parameters that it answers with 400."""
        self.least = 0
        """The fewest tokens that a request may ask for."""
        self.tells_usage = True
        self.key = ""
        """The key that a request must bring, if any."""
        self.requests: list[Request] = []
        self._turn = 0
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._server = _Server(("127.0.0.1", 0), type("Handler", (_Handler,), {"told": self}))
        self.url = f"http://127.0.0.1:{self._server.server_port}/v1"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._stopped.set()
        self._server.shutdown()
        self._server.server_close()

    @property
    def chats(self) -> list[Request]:
        """The requests for a reply, without those for the list of models."""
        return [request for request in self.requests if urlsplit(request.path).path.endswith("/chat/completions")]

    def settings(self, **changed: Any) -> Settings:
        """Settings that make this server the answerer."""
        known = {
            "answerer": "openai",
            "openai_base_url": self.url,
            "openai_model": self.models[0],
            "openai_timeout": 20,
        }
        return Settings(**{**known, **changed})

    def next_reply(self, request: "Request") -> Reply:
        schema = self.schema_reply if "response_format" in request.body else None
        reply = self.reply if schema is None else schema
        with self._lock:
            if callable(reply):
                return reply(request.messages)
            if isinstance(reply, str | Failure | Raw):
                return reply
            self._turn += 1
            return reply[min(self._turn, len(reply)) - 1]

    def cut(self, text: str) -> list[str]:
        if callable(self.pieces):
            return self.pieces(text)
        return [text[at : at + self.pieces] for at in range(0, len(text), self.pieces)]


class _Handler(BaseHTTPRequestHandler):
    told: ModelServer
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        return

    def do_GET(self) -> None:
        request = self._request({})
        if self._stranger():
            return
        if request.path.endswith("/v1/models"):
            reply = self.told.reply
            if isinstance(reply, Failure) and reply.how in {"status", "hang"}:
                self._fail(reply, request)
                return
            self._json(200, {"object": "list", "data": [{"id": name, "object": "model"} for name in self.told.models]})
        else:
            self._json(404, {"detail": "Not Found"})

    def do_POST(self) -> None:
        text = self.rfile.read(int(self.headers.get("content-length") or 0))
        request = self._request(json.loads(text))
        body = request.body
        if not urlsplit(request.path).path.endswith(("/v1/chat/completions", "/deployments/m/chat/completions")):
            self._json(404, {"detail": "Not Found"})
        elif self._stranger():
            return
        elif refused := self.told.refuses & set(body):
            self._error(400, f"Unsupported parameter: '{min(refused)}' is not supported with this model.")
        elif body.get("max_tokens", body.get("max_completion_tokens", math.inf)) < self.told.least:
            self._error(
                400,
                f"Invalid 'max_output_tokens': integer below minimum value. Expected a value >= {self.told.least}, "
                f"but got {body.get('max_tokens')} instead.",
            )
        elif body.get("model") not in self.told.models:
            self._error(404, f"The model '{body.get('model')}' does not exist.")
        else:
            self._answer(request)

    def _answer(self, request: Request) -> None:
        reply = self.told.next_reply(request)
        if isinstance(reply, Raw):
            self._raw(reply, request)
        elif isinstance(reply, Failure) and reply.how not in {"cut", "silent", "error"}:
            self._fail(reply, request)
        elif request.body.get("stream"):
            self._stream(reply, request)
        elif isinstance(reply, Failure):
            self._cut()
        else:
            message = {"role": "assistant", "content": reply}
            choice = {"index": 0, "message": message, "finish_reason": "stop", **self._logprobs(request)}
            self._json(200, {**self._head("chat.completion"), "choices": [choice], **self._usage(request, reply)})

    def _raw(self, reply: Raw, request: Request) -> None:
        self._begin(reply.kind)
        size = self.told.pieces if isinstance(self.told.pieces, int) else len(reply.body)
        for at in range(0, len(reply.body), size):
            self._chunk(reply.body[at : at + size])
        if reply.stays:
            self._left(request, 60.0)
        self._chunk(b"")

    def _stream(self, reply: str | Failure, request: Request) -> None:
        """The reply in server-sent events, each in a chunk of its own."""
        self._begin("text/event-stream")
        text = reply.said if isinstance(reply, Failure) else reply
        head = self._head("chat.completion.chunk")
        for piece in self.told.cut(text):
            if self._left(request, self.told.pause):
                return
            choice = {"index": 0, "delta": {"role": "assistant", "content": piece}, "finish_reason": None}
            self._event({**head, "choices": [choice]}, request)
        if isinstance(reply, Failure) and reply.how == "error":
            self._event({"error": {"message": reply.body or "The model crashed.", "type": "server_error"}}, request)
        elif isinstance(reply, Failure) and reply.how == "cut":
            self._cut()
            return
        elif not isinstance(reply, Failure):
            self._event({**head, "choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}, request)
            if (request.body.get("stream_options") or {}).get("include_usage") and self.told.tells_usage:
                self._event({**head, "choices": [], **self._usage(request, text)}, request)
            self._chunk(b"data: [DONE]\n\n")
        self._chunk(b"")

    def _fail(self, failure: Failure, request: Request) -> None:
        if failure.how == "hang":
            self._left(request, 60.0)
        elif failure.how == "drip_headers":
            while not self._left(request, 0.1):
                self._write(b"H")
        elif failure.how == "drip":
            self._begin("text/event-stream")
            while not self._left(request, 0.1):
                self._chunk(b": ")
        elif failure.how == "garbage":
            self._begin("text/event-stream" if request.body.get("stream") else "application/json")
            self._chunk(b"data: {not json at all\n\n" if request.body.get("stream") else b"{not json at all")
            self._chunk(b"")
        else:
            error = json.dumps({"error": {"message": "The server says no.", "type": "test", "code": None}})
            kind = "text/html" if failure.body.startswith("<") else "application/json"
            self._whole(failure.status, kind, failure.body or error, failure.retry_after)

    def _left(self, request: Request, seconds: float) -> bool:
        """Whether the client hangs up, or the test ends, within these seconds."""
        until = time.monotonic() + seconds
        while not self.told._stopped.is_set():
            readable, _, _ = select.select([self.connection], [], [], min(max(until - time.monotonic(), 0), 0.02))
            if readable and not self._peek():
                request.hung_up.set()
                self.close_connection = True
                return True
            if time.monotonic() >= until:
                return False
        self.close_connection = True
        return True

    def _peek(self) -> bytes:
        try:
            found: bytes = self.connection.recv(1, socket.MSG_PEEK)
        except OSError:
            return b""
        return found

    def _request(self, body: dict[str, Any]) -> Request:
        request = Request(self.path, {name.lower(): value for name, value in self.headers.items()}, body)
        self.told.requests.append(request)
        return request

    def _stranger(self) -> bool:
        if not self.told.key or self.headers.get("authorization") == f"Bearer {self.told.key}":
            return False
        self._error(401, f"Incorrect API key provided: {self.headers.get('authorization')}.")
        return True

    def _logprobs(self, request: Request) -> dict[str, Any]:
        yes = self.told.yes(request.messages) if callable(self.told.yes) else self.told.yes
        if not request.body.get("logprobs") or yes is None:
            return {}
        shares = {"Yes": yes * 0.8, " yes": yes * 0.1, "No": (1 - yes) * 0.9, "The": 0.1}
        told = [{"token": t, "logprob": math.log(p), "bytes": None} for t, p in shares.items() if p > 0]
        return {"logprobs": {"content": [{**told[0], "top_logprobs": told}]}}

    def _usage(self, request: Request, text: str) -> dict[str, Any]:
        if not self.told.tells_usage:
            return {}
        read, wrote = len(request.prompt.split()), len(text.split())
        return {"usage": {"prompt_tokens": read, "completion_tokens": wrote, "total_tokens": read + wrote}}

    def _head(self, kind: str) -> dict[str, Any]:
        return {"id": "chatcmpl-1", "object": kind, "created": 1, "model": self.told.models[0]}

    def _error(self, status: int, message: str) -> None:
        self._whole(status, "application/json", json.dumps({"error": {"message": message, "type": "test"}}))

    def _json(self, status: int, value: object) -> None:
        self._whole(status, "application/json", json.dumps(value))

    def _whole(self, status: int, kind: str, text: str, retry_after: str = "") -> None:
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(text.encode())))
        if retry_after:
            self.send_header("retry-after", retry_after)
        self.end_headers()
        self._write(text.encode())

    def _begin(self, kind: str) -> None:
        self.send_response(200)
        self.send_header("content-type", kind)
        self.send_header("transfer-encoding", "chunked")
        self.end_headers()

    def _event(self, value: object, request: Request) -> None:
        if self._chunk(f"data: {json.dumps(value)}\n\n".encode()):
            request.sent += 1
        else:
            request.hung_up.set()

    def _chunk(self, content: bytes) -> bool:
        return self._write(b"%x\r\n%s\r\n" % (len(content), content))

    def _write(self, content: bytes) -> bool:
        try:
            self.wfile.write(content)
            self.wfile.flush()
        except OSError:
            self.close_connection = True
            return False
        return True

    def _cut(self) -> None:
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)
