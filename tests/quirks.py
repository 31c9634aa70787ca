"""What servers have been seen to send where the protocol has something else, and what a person must get of it.

Each has a name, a reply and the text that must be shown, or the sentence that must be told. The table of them is in
docs/models.md.
"""

import json
from dataclasses import dataclass, field
from typing import Any

from tests.openai_server import Failure, Raw, Reply

RIGHT = "The bridge closes for eleven weeks from 14 April [3]."
HALVES = (RIGHT[:20], RIGHT[20:])


@dataclass(frozen=True)
class Quirk:
    """A reply, and what a person must see of it: a text, or the sentence of an error.

    `server` are attributes of the scripted server, `settings` those of the client, `seconds` its OPENAI_TIMEOUT.
    """

    reply: Reply
    sees: str = RIGHT
    fails: bool = False
    server: dict[str, Any] = field(default_factory=dict)
    seconds: float = 20.0


def delta(content: object, **more: object) -> dict[str, Any]:
    return {"choices": [{"index": 0, "delta": {"content": content, **more}, "finish_reason": None}]}


def message(content: object, **more: object) -> dict[str, Any]:
    return {
        "choices": [{"index": 0, "message": {"role": "assistant", "content": content, **more}, "finish_reason": "stop"}]
    }


END: dict[str, Any] = {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}
TEXT = [delta(half) for half in HALVES]
DONE = b"data: [DONE]\n\n"


def stream(*items: object, done: bool = True, end: str = "\n", space: str = " ", **raw: Any) -> Raw:
    """Events, each an object or the bytes of its own."""
    sent = [item if isinstance(item, bytes) else f"data:{space}{json.dumps(item)}{end}{end}".encode() for item in items]
    return Raw(b"".join(sent) + (DONE if done else b""), **raw)


def whole(item: object, **raw: Any) -> Raw:
    return Raw(json.dumps(item).encode(), "application/json", **raw)


def status(code: int, body: object) -> Failure:
    return Failure(code, body=body if isinstance(body, str) else json.dumps(body))


FILTER: dict[str, Any] = {"index": 0, "finish_reason": None, "content_filter_results": {}}
USAGE = {"prompt_tokens": 7, "completion_tokens": 3, "total_tokens": 10}

STREAMS = {
    "a chunk whose choice has no delta": Quirk(stream(TEXT[0], {"choices": [FILTER]}, TEXT[1], END)),
    "a chunk whose delta is null": Quirk(stream(TEXT[0], {"choices": [{**FILTER, "delta": None}]}, TEXT[1], END)),
    "a chunk with empty choices first": Quirk(stream({"choices": [], "prompt_filter_results": []}, *TEXT, END)),
    "a chunk whose choices are null": Quirk(stream({"choices": None}, *TEXT, END)),
    "a chunk that is no object": Quirk(stream(*TEXT, b"data: null\n\ndata: []\n\n", END)),
    "usage is null in every chunk": Quirk(stream(*[{**item, "usage": None} for item in TEXT], END)),
    "usage has no completion_tokens": Quirk(stream(*TEXT, END, {"choices": [], "usage": {"prompt_tokens": 7}})),
    "usage is a word": Quirk(stream(*TEXT, END, {"choices": [], "usage": "many"})),
    "usage counts in every chunk": Quirk(stream(*[{**item, "usage": USAGE} for item in TEXT], END)),
    "content comes in parts": Quirk(stream(*[delta([{"type": "text", "text": half}]) for half in HALVES], END)),
    "content is one part": Quirk(stream(delta({"type": "text", "text": RIGHT}), END)),
    "a part of thinking before the text": Quirk(
        stream(
            delta([{"type": "thinking", "thinking": [{"type": "text", "text": "Hm."}]}]),
            delta([{"type": "text", "text": RIGHT}]),
            END,
        )
    ),
    "content is null in the first chunk": Quirk(stream(delta(None, role="assistant"), *TEXT, END)),
    "thoughts in reasoning_content": Quirk(stream(delta(None, reasoning_content="Hm."), *TEXT, END)),
    "thoughts in reasoning": Quirk(stream(delta("", reasoning="Hm."), *TEXT, END)),
    "a refusal in a field of its own": Quirk(stream(delta(None, refusal="I cannot tell."), END), "I cannot tell."),
    "tool_calls is an empty list": Quirk(stream(*[delta(half, tool_calls=[]) for half in HALVES], END)),
    "text where a delta should be": Quirk(stream(*[{"choices": [{"index": 0, "text": half}]} for half in HALVES], END)),
    "messages where deltas should be": Quirk(stream({"choices": [{"index": 0, "message": {"content": RIGHT}}]}, END)),
    "the whole message again at the end": Quirk(stream(*TEXT, message(RIGHT))),
    "no finish_reason before [DONE]": Quirk(stream(*TEXT)),
    "finish_reason is empty throughout": Quirk(
        stream(*[{"choices": [{**item["choices"][0], "finish_reason": ""}]} for item in TEXT])
    ),
    "no finish_reason, but the tokens at the end": Quirk(stream(*TEXT, {"choices": [], "usage": USAGE}, done=False)),
    "no [DONE]": Quirk(stream(*TEXT, END, done=False)),
    "the text in the chunk that finishes": Quirk(
        stream({"choices": [{"index": 0, "delta": {"content": RIGHT}, "finish_reason": "stop"}]})
    ),
    "finish_reason is eos": Quirk(stream(*TEXT, {"choices": [{"index": 0, "delta": {}, "finish_reason": "eos"}]})),
    "the line stays open after [DONE]": Quirk(stream(*TEXT, END, stays=True)),
    "the line stays open after the end": Quirk(stream(*TEXT, END, done=False, stays=True), seconds=60.0),
    "an error after the end": Quirk(stream(*TEXT, END, {"error": {"message": "No usage."}})),
    "garbage after the end": Quirk(stream(*TEXT, END, b"data: {not json\n\n", done=False)),
    "comments and keep-alives": Quirk(
        stream(b": OPENROUTER PROCESSING\n\n", TEXT[0], b": keep-alive\n\n:\n\n", TEXT[1], END)
    ),
    "events with names and ids": Quirk(stream(b"event: message\nid: 1\nretry: 3000\n", *TEXT, END)),
    "events that are pings": Quirk(stream(b"event: ping\ndata: {}\n\n", *TEXT, END)),
    "a byte order mark": Quirk(stream(b"\xef\xbb\xbf", *TEXT, END)),
    "lines that end in CRLF": Quirk(stream(*TEXT, END, end="\r\n")),
    "lines that end in CR": Quirk(stream(*TEXT, END, end="\r")),
    "no space after data:": Quirk(stream(*TEXT, END, space="")),
    "another content type": Quirk(stream(*TEXT, END, kind="text/plain")),
    "line separators inside a text": Quirk(
        stream(b'data: {"choices": [{"delta": {"content": "One\xe2\x80\xa8two\xc2\x85."}}]}\n\n', END),
        "One\u2028two\x85.",
    ),
    "half of a character": Quirk(
        stream(b'data: {"choices": [{"delta": {"content": "Caf\xc3."}}]}\n\n', END), "Caf\ufffd."
    ),
    "a whole reply where a stream was asked": Quirk(whole(message(RIGHT))),
    "a whole reply on several lines": Quirk(Raw(json.dumps(message(RIGHT), indent=2).encode(), "application/json")),
    "a whole reply in parts": Quirk(whole(message([{"type": "text", "text": half} for half in HALVES]))),
    "a whole reply as an event": Quirk(stream(message(RIGHT))),
    "Ollama's own form": Quirk(
        whole({"message": {"role": "assistant", "content": RIGHT}, "done": True, "done_reason": "stop"})
    ),
    "objects on lines of their own": Quirk(
        Raw(b"\n".join(json.dumps(item).encode() for item in (*TEXT, END)), "application/x-ndjson")
    ),
}

ERRORS = {
    "an error in the stream": Quirk(
        stream(TEXT[0], {"error": {"message": "Out of memory"}}),
        "failed in the middle of its reply: Out of memory.",
        fails=True,
    ),
    "an error in the stream that is a string": Quirk(
        stream({"error": "Out of memory"}), "reply: Out of memory.", fails=True
    ),
    "an error by its event's name": Quirk(
        stream(b'event: error\ndata: {"message": "Out of memory", "type": "error"}\n\n'),
        "reply: Out of memory.",
        fails=True,
    ),
    "an error object in place of a chunk": Quirk(
        stream({"object": "error", "message": "Out of memory"}), "reply: Out of memory.", fails=True
    ),
    "finish_reason is error": Quirk(
        stream(TEXT[0], {"choices": [{"delta": {}, "finish_reason": "error"}]}),
        "failed in the middle of its reply",
        fails=True,
    ),
    "a whole error with status 200": Quirk(
        whole({"error": {"message": "Out of memory"}}), "reply: Out of memory.", fails=True
    ),
    "a detail with status 200": Quirk(whole({"detail": "Out of memory"}), "reply: Out of memory.", fails=True),
    "the line breaks": Quirk(Failure(how="cut", said=HALVES[0]), "broke off in the middle", fails=True),
    "the stream ends before its end": Quirk(stream(*TEXT, done=False), "broke off in the middle", fails=True),
    "nothing but [DONE]": Quirk(stream(), "did not answer like a language model", fails=True),
    "an empty body": Quirk(Raw(b""), "did not answer like a language model", fails=True),
    "a page of HTML": Quirk(
        Raw(b"<!doctype html><p>Welcome", "text/html"), "did not answer like a language model", fails=True
    ),
    "JSON of another kind": Quirk(whole({"hello": "world"}), "did not answer like a language model", fails=True),
    "a reply that was filtered": Quirk(
        stream({"choices": [{"delta": {}, "finish_reason": "content_filter"}]}), "filtered the reply out", fails=True
    ),
    "only thoughts until the tokens are used up": Quirk(
        stream(delta(None, reasoning_content="Hm."), {"choices": [{"delta": {}, "finish_reason": "length"}]}),
        "used up its tokens before it said a word",
        fails=True,
    ),
    "a reply without an end": Quirk(
        Raw(b'data: {"x": "' + b"a" * 4_100_000), "The reply has no end", fails=True, server={"pieces": 65_536}
    ),
    "404 with an error that is a string": Quirk(
        status(404, {"error": 'model "x" not found, try pulling it first'}), "try pulling it first", fails=True
    ),
    "404 without a reason": Quirk(status(404, ""), "Check OPENAI_BASE_URL; it often ends in /v1", fails=True),
    "404 of a deployment": Quirk(
        status(404, {"error": {"code": "DeploymentNotFound", "message": "The API deployment does not exist."}}),
        "has no model test-model: The API deployment does not exist.",
        fails=True,
    ),
    "404 of a path": Quirk(
        status(404, {"detail": "Not Found"}), "at this address: Not Found. Check OPENAI_BASE_URL", fails=True
    ),
    "402": Quirk(status(402, {"error": {"message": "Insufficient Balance"}}), "no credit left", fails=True),
    "429 without credit": Quirk(
        status(429, {"error": {"code": "insufficient_quota", "message": "You exceeded it."}}),
        "no credit left",
        fails=True,
    ),
    "503 while the model loads": Quirk(
        status(503, {"error": {"message": "Loading model"}}), "failed with status 503: Loading model.", fails=True
    ),
    "500 with a page": Quirk(status(500, "<html>oops</html>"), "failed with status 500. Try again later.", fails=True),
    "400 with a list of errors": Quirk(status(400, [{"message": "bad"}]), "refuses the request", fails=True),
    "403 with a reason": Quirk(
        status(403, {"error": {"message": "Country not supported"}}), "does not accept the key", fails=True
    ),
    "422 with a detail in parts": Quirk(
        status(422, {"detail": [{"loc": ["body"], "msg": "field required"}]}),
        "refuses the request: field required.",
        fails=True,
    ),
    "a wait of an hour": Quirk(Failure(429, retry_after="3600"), "asks to wait 3,600 seconds", fails=True),
    "a wait longer than the time that is left": Quirk(
        Failure(503, retry_after="40"), "asks to wait 40 seconds", fails=True
    ),
    "silence": Quirk(Failure(how="hang"), "did not answer within 1 s", fails=True, seconds=1.0),
    "a byte now and then": Quirk(Failure(how="drip"), "did not answer within 1 s", fails=True, seconds=1.0),
}

REFUSALS = {
    "no stream_options": Quirk(RIGHT, server={"refuses": {"stream_options"}}),
    "no temperature": Quirk(RIGHT, server={"refuses": {"temperature"}}),
    "max_completion_tokens for max_tokens": Quirk(RIGHT, server={"refuses": {"max_tokens"}}),
    "at least 16 tokens": Quirk(RIGHT, server={"least": 16}),
    "at least 100 tokens": Quirk(RIGHT, server={"least": 100}),
}

QUIRKS = STREAMS | ERRORS | REFUSALS
