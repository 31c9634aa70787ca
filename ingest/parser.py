"""The process that takes documents apart: `python -m ingest.parser`, started by `ingest/parsing.py` alone.

A request is JSON and then the document, an answer is JSON, each after its length in eight bytes. The process ends when
its input does, and so with the one that started it, whatever happens to that.
"""

import contextlib
import json
import logging
import os
import queue
import signal
import sys
import threading
from collections.abc import Iterator
from typing import IO, Any, NoReturn

from ingest.documents import read
from ingest.errors import SourceError

try:
    import resource
except ImportError:  # Windows, where only the time is bounded
    resource = None  # type: ignore[assignment]

MEMORY = 700_000_000
MEMORY_PER_BYTE = 40
"""Bytes of memory that a document may take, in all and more for each of its own. Measured: 650 MB for a page of 20 MB
that is all prose, 220 MB for a PDF of 500 pages, 100 MB for a Word document of 300."""

_GRACE = 5.0
"""Seconds after the limit in which the process is stopped by the one that asked before it stops itself."""


def memory(size: int) -> int:
    """The bytes of memory that a document of this size may take."""
    return MEMORY + MEMORY_PER_BYTE * size


def send(pipe: IO[bytes], content: bytes) -> None:
    """Write one message."""
    pipe.write(len(content).to_bytes(8, "big"))
    pipe.write(content)
    pipe.flush()


def receive(pipe: IO[bytes], most: int) -> bytes:
    """The next message of at most so many bytes. Raises EOFError when there is none."""
    size = int.from_bytes(_exactly(pipe, 8), "big")
    if size > most:
        raise EOFError
    return _exactly(pipe, size)


def _exactly(pipe: IO[bytes], size: int) -> bytes:
    content = pipe.read(size)
    if len(content) < size:
        raise EOFError
    return content


def serve() -> NoReturn:
    """Take apart what comes on standard input until it ends. This is what runs in the process of its own."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    logging.disable(logging.CRITICAL)
    sys.addaudithook(_refuse)
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what a library prints is no answer
    requests: queue.SimpleQueue[tuple[bytes, bytes]] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(sys.stdin.buffer, requests), daemon=True).start()
    send(answers, b"")
    while True:
        send(answers, _answer(*requests.get()))


def _refuse(event: str, _: tuple[object, ...]) -> None:
    """Nothing in a document has this process connect anywhere or start anything."""
    if event in {"socket.connect", "socket.getaddrinfo", "subprocess.Popen", "os.system", "os.exec", "os.fork"}:
        raise PermissionError(event)


def _listen(pipe: IO[bytes], requests: queue.SimpleQueue[tuple[bytes, bytes]]) -> NoReturn:
    """Hand the requests on, and end the process with its input, whatever it is doing."""
    try:
        while True:
            requests.put((receive(pipe, sys.maxsize), receive(pipe, sys.maxsize)))
    finally:
        os._exit(0)


def _answer(request: bytes, content: bytes) -> bytes:
    """The fields of the document as JSON, or why there are none."""
    job = json.loads(request)
    origin, most = job["origin"], job["max_bytes"]
    answer: dict[str, Any]
    with _bounded(len(content), job["seconds"]):
        try:
            answer = read(job["kind"], content, origin, job["url"], job["charset"])
            if _size(answer) > most:
                reason = f"{origin} has more than {most / 1e6:g} MB of text."
                answer = {"refused": [reason, "Split it, or raise the limit with MAX_SIZE_MB."]}
        except MemoryError:
            os._exit(1)
        except SourceError as error:
            answer = {"refused": [error.message, error.hint]}
        except Exception as error:  # noqa: BLE001 - whatever a parser throws at a hostile document is told in a sentence
            answer = {
                "refused": [f"{origin} cannot be read: {type(error).__name__}.", "Save it again, or give its text."]
            }
        return json.dumps(answer, ensure_ascii=False).encode("utf-8", errors="replace")


def _size(answer: dict[str, Any]) -> int:
    """The bytes of all text in an answer."""
    texts = [answer["text"], *(one["text"] for one in answer.get("documents", ()))]
    return sum(len(text.encode("utf-8", errors="replace")) for text in texts)


@contextlib.contextmanager
def _bounded(size: int, seconds: float) -> Iterator[None]:
    """The memory that this process may take, and a clock for when the one that asked is no longer there to stop it."""
    if resource is None:
        yield
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    bounds = [bound for bound in (memory(size), soft, hard) if bound != resource.RLIM_INFINITY]
    resource.setrlimit(resource.RLIMIT_AS, (min(bounds), hard))
    signal.setitimer(signal.ITIMER_REAL, seconds + _GRACE)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


if __name__ == "__main__":
    serve()
