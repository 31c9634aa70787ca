"""What a browser may send to the page's functions: which one, in whose session, and of what each value is made."""

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import isfinite
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, Field, ValidationError

from page.limits import Kind

SMALL = 2_000_000
"""The largest body of any call but that which adds an article."""

Value = Literal["file", "text", "unused", "kept"]
_VALUES: dict[str, Value] = {
    "file": "file",
    "state": "unused",
    "textbox": "text",
    "dropdown": "text",
    "button": "text",
}
_ADDS = frozenset({"file", "source"})
_TEXT = (str, int, float, bool, type(None))


class Refused(Exception):  # noqa: N818 - it is an answer
    """A request that is not passed on: the status, why in one sentence, and when it may be tried again."""

    def __init__(self, status: int, reason: str, *, retry: int = 0) -> None:
        super().__init__(reason)
        self.status, self.reason, self.retry = status, reason, retry


class Call(BaseModel):
    """A call of one of the page's functions, as far as it is believed. What else a browser sends is dropped."""

    data: list[Any]
    fn_index: int
    trigger_id: int | None = None
    session_hash: str = Field(max_length=64)


class Cancel(BaseModel):
    """A browser's wish to stop one of its own calls."""

    session_hash: str = Field(max_length=64)
    fn_index: int
    event_id: str = Field(max_length=64)


@dataclass(frozen=True)
class Function:
    """One of the page's functions: what calling it counts as, and what its values are made of."""

    kind: Kind
    values: tuple[Value, ...]


Body = TypeVar("Body", bound=BaseModel)


def read(form: type[Body], body: bytes) -> Body:
    """The body of a call. Raises Refused."""
    try:
        return form.model_validate_json(body)
    except ValidationError:
        raise Refused(400, "This request cannot be read.") from None


def checked(call: Call, function: Function, is_sent: Callable[[str], bool]) -> Call:
    """The call as the page's function may see it. Raises Refused for a value that no page of ours would send.

    A file is a path that the upload was answered with, to the same visitor; nothing else may look like a file, as
    gradio opens, downloads and copies whatever does, before any function of ours is called.
    """
    if len(call.data) != len(function.values):
        raise Refused(400, "This request does not fit the page: reload it.")
    values = [_value(kind, value, is_sent) for kind, value in zip(function.values, call.data, strict=True)]
    return call.model_copy(update={"data": values})


def _value(kind: Value, value: Any, is_sent: Callable[[str], bool]) -> Any:
    if kind == "unused":
        return None
    if kind == "file":
        files = value if isinstance(value, list) else [value]
        checked_files = [None if file is None else _file(file, is_sent) for file in files]
        return checked_files if isinstance(value, list) else checked_files[0]
    if kind == "text" and not all(isinstance(part, _TEXT) for part in (value if isinstance(value, list) else [value])):
        raise Refused(400, "This request does not fit the page: reload it.")
    if names_a_file(value):
        raise Refused(403, "Only a file that was sent to this page can be read.")
    return value


def _file(value: Any, is_sent: Callable[[str], bool]) -> dict[str, Any]:
    path = value.get("path") if isinstance(value, dict) else None
    if not isinstance(path, str) or not is_sent(path):
        raise Refused(403, "Only a file that you have sent to this page can be read: choose it again.")
    return {"path": path, "orig_name": str(value.get("orig_name") or ""), "meta": {"_type": "gradio.FileData"}}


def names_a_file(value: Any) -> bool:
    """Whether something in the value could be taken for a file: `[{"path": "/etc/hosts", "meta": …}]` → True."""
    waiting = [value]
    while waiting:
        at = waiting.pop()
        if isinstance(at, dict):
            if "path" in at or "meta" in at:
                return True
            waiting += at.values()
        elif isinstance(at, list):
            waiting += at
    return False


class Queue:
    """gradio's queue, as far as the door needs it: the page's functions, what is at work, and forgetting a session."""

    def __init__(self, page: Any) -> None:
        self._page = page
        self.functions = {number: _function(found) for number, found in page.fns.items()}

    def unfinished(self) -> list[tuple[str, Kind]]:
        """The session of every call that waits or is at work, with its kind."""
        events = list(self._page._queue.event_ids_to_events.values())  # noqa: SLF001 - it has no other door
        return [(str(event.session_hash), self.functions[event.fn._id].kind) for event in events]  # noqa: SLF001

    def session_of(self, event: str) -> str | None:
        """The session of a call that waits or is at work, by its number; None for a number that is not known."""
        found = self._page._queue.event_ids_to_events.get(event)  # noqa: SLF001 - the same
        return str(found.session_hash) if found else None

    def unread(self, session: str) -> int:
        """How many messages wait for a session that does not fetch them."""
        waiting = self._page._queue.pending_messages_per_session.get(session)  # noqa: SLF001 - the same
        return int(waiting.qsize()) if waiting else 0

    def forget(self, session: str) -> None:
        """Let go of what is kept for a session that will not be heard of again."""
        queue, states = self._page._queue, self._page.state_holder  # noqa: SLF001 - the same
        for kept in (queue.pending_messages_per_session, queue.pending_event_ids_session):
            kept.pop(session, None)
        for kept in (states.session_data, states.time_last_used):
            kept.pop(session, None)


def _function(found: Any) -> Function:
    blocks: Iterable[Any] = found.inputs
    adds = any(getattr(block, "elem_id", None) in _ADDS for block in blocks)
    kind: Kind = "add" if adds else "ask" if found.types_generator else "other"
    return Function(kind, tuple(_VALUES.get(block.get_block_name(), "kept") for block in blocks))


ROUTES: dict[str, tuple[re.Pattern[str], ...]] = {
    "GET": tuple(
        re.compile(pattern)
        for pattern in (
            r"/",
            r"/articles|/article/[^/]{1,64}",
            r"/theme\.css|/favicon\.ico|/manifest\.json",
            r"/(assets|static/(js|img|fonts))/(\w[\w.-]*/)*\w[\w.-]*",
            r"/gradio_api/(app_id|startup-events|queue/data|upload_progress)",
            r"/gradio_api/heartbeat/\w{1,64}",
            r"/api/(articles|health|openapi\.json)|/v1/models|/mcp",
        )
    ),
    "POST": (
        re.compile(r"/gradio_api/(queue/join|upload|cancel|reset)"),
        re.compile(r"/api/(ask|check|search|articles|feedback)|/v1/chat/completions|/mcp"),
    ),
    "DELETE": (re.compile(r"/api/articles/[0-9a-f]{16}"),),
}
"""What the page itself asks for, found by watching a browser use all of it, and what is there for programs.

Nothing else of gradio's is answered."""

TOOLS = "/mcp"
"""Where language models use the page as tools."""

_CALLS: dict[str, Kind] = {"add_article": "add", "remove_article": "add", "list_articles": "other"}
"""What calling a tool counts as; the other tools ask."""

_TOOL = re.compile(r"[\w./-]{1,64}")
_NO_CALL = re.compile(
    r"initialize|ping|logging/setLevel|completion/complete|(?:tools|prompts|resources|resources/templates)/list"
    r"|notifications/(?:initialized|cancelled|progress|roots/list_changed)"
)
"""What else a client says to tools; the methods of the Model Context Protocol, 2025-06-18."""

MOST_VALUES = 5_000
"""Values of a program's request in all: a thousand ids, forty turns or four hundred messages are fewer by far."""

LONGEST_SAID = 400_000
"""Bytes of what is said to the tools but an article: the longest text that is checked, written as JSON."""

PROGRAMS: dict[str, Kind] = {
    "/api/ask": "ask",
    "/api/check": "ask",
    "/api/search": "ask",
    "/v1/chat/completions": "ask",
    "/api/articles": "add",
    TOOLS: "ask",
    "/api/feedback": "other",
}
"""What a program's request with a body counts as; of `/mcp` `kind_of_message` tells more."""

FEEDBACK = "/api/feedback"
"""Where it is said whether an answer is right: little at a time, as all of it is kept."""


def values_of(body: bytes) -> Any:
    """What a program sends as JSON. Raises Refused for what is no JSON, has too many parts, or cannot be written again.

    NaN and half a character (a lone surrogate) are read by Python, but no reply could tell of them.
    """
    try:
        found = json.loads(body, parse_constant=_no_number)
        _counted(found)
    except (ValueError, RecursionError):
        raise Refused(400, "This request is no JSON that can be read.") from None
    return found


def _counted(found: Any) -> None:
    """Raise Refused for too many parts, ValueError for one that cannot be written again."""
    waiting, seen = [found], 0
    while waiting:
        at = waiting.pop()
        seen += 1
        if seen > MOST_VALUES:
            raise Refused(413, "This request has too many parts.")
        if isinstance(at, str):
            at.encode()
        elif isinstance(at, float) and not isfinite(at):
            raise ValueError(at)
        elif isinstance(at, dict):
            waiting += [*at, *at.values()]
        elif isinstance(at, list):
            waiting += at


def _no_number(name: str) -> None:
    raise ValueError(name)


def kind_of_message(message: Any, size: int) -> Kind:
    """What a message to the page's tools counts as: a call that adds or removes, one that asks, or neither.

    Raises Refused for what no client says to a server, and for what is too long for anything but an article.
    """
    method = message.get("method") if isinstance(message, dict) else None
    params = message.get("params", {}) if isinstance(message, dict) else None
    if not isinstance(method, str) or not isinstance(params, dict):
        raise Refused(400, "This is no message to a server of tools.")
    name = params.get("name")
    if method == "tools/call" and isinstance(name, str) and _TOOL.fullmatch(name):
        kind = _CALLS.get(name, "ask")
    elif _NO_CALL.fullmatch(method):
        kind, name = "other", ""
    else:
        raise Refused(400, "There is no such tool." if method == "tools/call" else "This method is not known here.")
    if size > LONGEST_SAID and name != "add_article":
        raise Refused(413, "This request is longer than the page takes.")
    return kind


def is_route(method: str, path: str) -> bool:
    """Whether the page has any use for this request."""
    return any(pattern.fullmatch(path) for pattern in ROUTES.get("GET" if method == "HEAD" else method, ()))
