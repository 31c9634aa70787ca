"""What a server sends becomes pieces of a reply, whatever form it has: events of a stream, or one object. Pure.

The protocol is OpenAI's chat completions. Servers that speak it send, beside what it says: comments, byte order marks,
events without choices, choices without a delta, content in parts, a whole reply where a stream was asked for and a
stream where a whole reply was, errors with status 200, and no reason for the end but `[DONE]`.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

MOST = 4_000_000
"""Bytes of one reply with all that is around its text: more than any model says."""


@dataclass(frozen=True)
class Piece:
    """A piece of a reply: its `text`, the reason why it `ended`, the tokens read and written, the first word's odds.

    `logprobs` are the likeliest first tokens with their log probabilities, where they were asked for and are given.
    """

    text: str = ""
    ended: str = ""
    tokens: tuple[int | None, int | None] = (None, None)
    logprobs: tuple[tuple[str, float], ...] = ()


class ServerError(Exception):
    """An error that a server tells of in a reply that began well. Its sentence is the server's own."""

    def __init__(self, body: object) -> None:
        super().__init__(body)
        self.body = body


class ReplyReader:
    r"""The pieces of one reply: `b'data: {"choices": [{"delta": {"content": "Hi"}}]}\n'` → `Piece("Hi")`.

    `begun` says whether anything of a reply came, `ended` whether it came to an orderly end, `closed` whether the
    server has said that nothing more follows. Linear in what comes, of which at most MOST bytes are read.
    """

    def __init__(self) -> None:
        self.begun = self.ended = self.closed = False
        self._line: list[bytes] = []
        self._whole: list[str] = []
        self._streamed = False
        self._size = 0

    def read(self, data: bytes) -> Iterator[Piece]:
        """The pieces that have come. Raises ServerError for an error in an unfinished reply, ValueError for no JSON."""
        self._size += len(data)
        if self._size > MOST:
            raise ServerError("The reply has no end.")
        *lines, last = data.replace(b"\r", b"\n").split(b"\n")
        for line in lines:
            yield from self._read(b"".join((*self._line, line)))
            self._line = []
        self._line.append(last)

    def _read(self, line: bytes) -> Iterator[Piece]:
        text = line.decode("utf-8", "replace").removeprefix("\ufeff")
        if not text.startswith("data:"):
            if text.strip() and not text.startswith(("event:", "id:", "retry:", ":")):
                self._whole.append(text)
            return
        data = text.removeprefix("data:").strip()
        if data == "[DONE]":
            self.ended, self.closed = self.ended or self.begun, True
        elif data and not self.closed:
            yield from self._object(json.loads(data))

    def rest(self) -> Iterator[Piece]:
        """The reply that came in one piece, or in lines of objects alone. Raises ValueError when it is neither."""
        yield from self._read(b"".join(self._line))
        text = "\n".join(self._whole)
        if not text or self.begun or self.closed:
            return
        try:
            objects = [json.loads(text)]
        except ValueError:
            objects = [json.loads(line) for line in text.splitlines() if line.strip()]
        for item in objects:
            yield from self._object(item)

    def _object(self, item: object) -> Iterator[Piece]:
        if not isinstance(item, dict):
            return
        if (error := _error_of(item)) is not None:
            if self.ended:
                return
            raise ServerError(error)
        usage, choice = _tokens(item.get("usage")), _first(item.get("choices"))
        whole = isinstance(item.get("message"), dict) and "choices" not in item  # as Ollama's own protocol has it
        self.begun = self.begun or bool(choice) or "choices" in item or whole
        text = _text_of(item["message"]) if whole else self._text(choice)
        ended = str(choice.get("finish_reason") or (item.get("done_reason") if whole else "") or "")
        complete = isinstance(choice.get("message"), dict) and "delta" not in choice and not self._streamed
        self._streamed = self._streamed or bool(text)
        self.ended = self.ended or bool(ended) or complete or (self.begun and usage[1] is not None and not choice)
        yield Piece(text, ended, usage, _logprobs(choice.get("logprobs")))

    def _text(self, choice: Mapping[str, Any]) -> str:
        """The text of a choice. A message that sums up what was streamed before is not said twice."""
        if isinstance(choice.get("delta"), dict):
            return _text_of(choice["delta"])
        if self._streamed and isinstance(choice.get("message"), dict):
            return ""
        return _text_of(choice.get("message") or choice)


def _text_of(message: object) -> str:
    """What a message says: its content, the texts of its parts, the words of its refusal, never its thoughts."""
    if not isinstance(message, dict):
        return ""
    content = message.get("content")
    if isinstance(content, str) and content:
        return content
    if isinstance(content, dict):
        content = [content]
    if isinstance(content, list) and content:
        return "".join(map(_part, content))
    return next((message[name] for name in ("text", "refusal") if isinstance(message.get(name), str)), "")


def _part(part: object) -> str:
    if isinstance(part, str):
        return part
    if not isinstance(part, dict) or part.get("type", "text") not in {"text", "output_text", "refusal"}:
        return ""
    text = part.get("text", part.get("refusal", ""))
    text = text.get("value", "") if isinstance(text, dict) else text
    return text if isinstance(text, str) else ""


def _error_of(item: Mapping[str, Any]) -> object:
    """The error that an object tells of, None when it tells of none."""
    if item.get("error"):
        return item["error"]
    if "error" in (item.get("object"), item.get("type")):
        return item
    if "choices" not in item:
        return item if isinstance(item.get("message", item.get("detail")), str) else None
    first = _first(item["choices"])
    return (first.get("error") or "The model failed.") if first.get("finish_reason") == "error" else None


def _first(items: object) -> dict[str, Any]:
    """The first of a list of objects, an empty one where it is none."""
    return items[0] if isinstance(items, list) and items and isinstance(items[0], dict) else {}


def _tokens(usage: object) -> tuple[int | None, int | None]:
    """The tokens read and written, None where the server does not tell: `{"prompt_tokens": 7}` → (7, None)."""
    if not isinstance(usage, dict):
        return None, None
    read, wrote = (usage.get(name) for name in ("prompt_tokens", "completion_tokens"))
    return _count(read), _count(wrote)


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def _logprobs(logprobs: object) -> tuple[tuple[str, float], ...]:
    first = _first(logprobs.get("content") if isinstance(logprobs, dict) else None)
    top: Sequence[object] = first.get("top_logprobs") or [first]
    return tuple(
        (str(item["token"]), float(item["logprob"]))
        for item in top
        if isinstance(item, dict) and isinstance(item.get("logprob"), int | float) and "token" in item
    )
