"""What is between a model's server and its text: a deadline on the line, thoughts left out, the first token read."""

import math
import socket
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from email.utils import parsedate_to_datetime
from typing import Any, Self

_calling: "ContextVar[Deadline | None]" = ContextVar("calling", default=None)


class Deadline:
    """The connections of one call. When the time is up they are cut, whatever the server drips meanwhile.

    A read timeout alone does not bound a call: it begins anew with every byte.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._until = math.inf
        self._sockets: list[socket.socket] = []
        self._timer = threading.Timer(seconds, self.cut)
        self._timer.daemon = True
        self.late = False

    def __enter__(self) -> Self:
        self._until = time.monotonic() + self.seconds
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()

    @property
    def left(self) -> float:
        """The seconds that are left, at least a little, so that they can be a timeout."""
        return max(self._until - time.monotonic(), 0.001)

    @contextmanager
    def calling(self) -> Iterator[None]:
        """Requests that are sent meanwhile are on this line."""
        token = _calling.set(self)
        try:
            yield
        finally:
            _calling.reset(token)

    def cut(self) -> None:
        """End the call, from whichever thread."""
        self.late = True
        for connection in self._sockets:
            with suppress(OSError, ValueError):
                connection.shutdown(socket.SHUT_RDWR)

    def traced(self, event: str, info: Mapping[str, Any]) -> None:
        """Called by httpx for each step of a request; a new connection is one to be cut."""
        if event.endswith(("connect_tcp.complete", "start_tls.complete")):
            self._sockets.append(info["return_value"].get_extra_info("socket"))
            if self.late:
                self.cut()


def hook(request: Any) -> None:
    """Called by httpx before it sends: puts the request on the line of the call that makes it.

    Only a new connection is told to a line, so the client must keep none.
    """
    if line := _calling.get():
        request.extensions["trace"] = line.traced


def share_of_yes(tokens: Iterable[tuple[str, float]]) -> float | None:
    """How probable yes is, of yes and no, given tokens with their log probabilities. None when neither is among them.

    `[("Yes", -0.1), (" no", -2.4)]` → 0.91
    """
    shares = {"yes": 0.0, "no": 0.0}
    for token, logprob in tokens:
        word = "".join(letter for letter in token if letter.isalpha()).casefold()
        if word in shares:
            shares[word] += math.exp(logprob)
    told = sum(shares.values())
    return shares["yes"] / told if told else None


def retry_after(headers: Mapping[str, str]) -> float | None:
    """The seconds that a server asks to wait, from a number or a date; None when it does not say."""
    said = headers.get("retry-after", "")
    with suppress(ValueError):
        seconds = float(said)
        return seconds if seconds >= 0 and math.isfinite(seconds) else None
    with suppress(ValueError, TypeError):
        return max(parsedate_to_datetime(said).timestamp() - time.time(), 0.0)
    return None
