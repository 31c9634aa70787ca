"""An answer that a model was asked for as an object, also one that is still written, cut off or not quite JSON."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import jiter

SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "tells": {"type": "string", "enum": ["yes", "partly", "no"]},
        "sentences": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "text": {"type": "string"},
                    "numbers": {"type": "array", "items": {"type": "integer"}},
                },
                "required": ["text", "numbers"],
                "additionalProperties": False,
            },
        },
    },
    "required": ["tells", "sentences"],
    "additionalProperties": False,
}
"""What is asked for: whether the article tells, and sentences, each with the numbers of those that it rests on."""

MOST = 40
"""Sentences that are read of one answer."""

_START = re.compile(r"(?:\[\s{0,20})?\{\s{0,20}(?:[\"'](?=[A-Za-z_])|(?=[a-z_]{1,20}\s?:\s?[\"'\[]))")
_CURLY = str.maketrans("“”", '""')
_TRAILING = re.compile(r",(?=\s{0,50}[}\]])")
_CONTROL = re.compile(r"[\x00-\x1f]")
_PAIR = re.compile(
    r"\b(?:text|sentence|answer|response|content|claim|statement)[\"']?\s{0,9}:\s{0,9}"
    r"(?:\"([^\"]{1,1500})(?:\"|$)|'([^'\"]{1,1500})(?:'|$))"
    r"(?:\s{0,9},\s{0,9}[\"']?\w{1,20}[\"']?\s{0,9}:\s{0,9}\[([\d,\s]{0,80})\])?"
)
_TEXT = (
    "text",
    "sentence",
    "answer",
    "response",
    "content",
    "claim",
    "statement",
    "reply",
    "message",
    "result",
    "output",
    "final",
)
_TELLS = ("tells", "tell", "answerable", "answered", "found", "has_answer", "is_answerable", "status")
_NO = frozenset("no false none not_found notfound unanswerable unknown null n/a not found".split()) | {
    "not found",
    "no answer",
}


@dataclass(frozen=True)
class StructuredReply:
    """Whether the article tells (yes, partly, no or not said), sentences with their numbers, and whether it ended."""

    tells: str
    sentences: tuple[tuple[str, tuple[int, ...]], ...]
    ended: bool


def read_object(reply: str) -> StructuredReply | None:
    """The answer in a reply that is an object, or begins as one after a few words; None when it is prose.

    `'{"tells": "yes", "sentences": [{"text": "It rained.", "numbers": [2'` → yes, (("It rained.", (2,)),), not ended
    """
    reply = _plain_quotes(reply)
    start = _START.search(reply)
    if not start:
        return None
    text = _TRAILING.sub("", _CONTROL.sub(" ", reply[start.start() :]))
    try:
        found = jiter.from_json(text.encode("utf-8", "replace"), partial_mode="trailing-strings")
    except ValueError:
        return _salvaged(text)
    sentences = tuple(_sentences(found))[:MOST]
    tells = _tells(found)
    if not sentences and not tells and not _has_key(found):
        return None
    return StructuredReply(tells, sentences, _ended(text))


def _plain_quotes(reply: str) -> str:
    """The reply with straight quotes where it has an object in curly or escaped ones."""
    opened = re.search(r"\{\s{0,20}(?:(\\\")|[“”])", reply)
    if not opened:
        return reply
    return reply.replace('\\"', '"') if opened[1] else reply.translate(_CURLY)


def begins_object(reply: str) -> bool:
    """Whether a growing reply may become an object: `"``"` → True."""
    text = reply.lstrip("\ufeff \n\r\t")
    return text.startswith(("{", "[{", "```")) or "```".startswith(text) or bool(_START.search(reply))


def _ended(text: str) -> bool:
    """Whether brackets that are opened are closed: the object is whole."""
    depth, quoted, escaped = 0, False, False
    for char in text:
        if quoted:
            quoted, escaped = (char != '"') or escaped, char == "\\" and not escaped
        elif char == '"':
            quoted, escaped = True, False
        elif char in "{[":
            depth += 1
        elif char in "}]":
            depth -= 1
            if depth <= 0:
                return True
    return False


def _salvaged(text: str) -> StructuredReply | None:
    """What can be read of an object that is no JSON: with single quotes, or quotes within its strings."""
    found = [
        (match[1] or match[2], tuple(map(int, re.findall(r"\d{1,4}", match[3] or ""))))
        for match in _PAIR.finditer(text)
    ]
    tells = re.search(r"\btells[\"']?\s{0,9}:\s{0,9}[\"'](\w+)", text)
    return (
        StructuredReply(_said(tells[1]) if tells else "", tuple(found[:MOST]), ended=True) if found or tells else None
    )


def _has_key(found: object) -> bool:
    return isinstance(found, Mapping) and any(key in found for key in ("sentences", *_TEXT, *_TELLS))


def _tells(found: object) -> str:
    if not isinstance(found, Mapping):
        return ""
    return next((_said(found[key]) for key in _TELLS if key in found), "")


def _said(value: object) -> str:
    text = str(value).strip().lower()
    if text in _NO:
        return "no"
    return "partly" if text.startswith("part") else "yes" if text in {"yes", "true", "answered", "found", "ok"} else ""


def _sentences(found: object, depth: int = 0) -> list[tuple[str, tuple[int, ...]]]:
    """Each text with the numbers beside it, whatever the keys are called."""
    if isinstance(found, str):
        return [(found, ())] if found.strip() else []
    if isinstance(found, Mapping):
        return _of_mapping(found, depth)
    if isinstance(found, Sequence) and depth < 4:
        return [one for item in found[:MOST] for one in _sentences(item, depth + 1)]
    return []


def _of_mapping(found: Mapping[str, Any], depth: int) -> list[tuple[str, tuple[int, ...]]]:
    text = next((found[key] for key in _TEXT if isinstance(found.get(key), str)), "")
    nested = [value for value in found.values() if isinstance(value, Mapping) or _holds_texts(value)]
    if text.strip() and not any(
        _holds_texts(value, mappings=True) for key, value in found.items() if key == "sentences"
    ):
        return [(text, tuple(_integers(found)))]
    return [one for value in nested if depth < 4 for one in _sentences(value, depth + 1)]


def _holds_texts(value: object, *, mappings: bool = False) -> bool:
    kinds = (Mapping,) if mappings else (Mapping, str)
    return isinstance(value, list) and any(isinstance(item, kinds) for item in value)


def _integers(found: Mapping[str, Any]) -> list[int]:
    """Whole numbers among the values, in lists or alone, as numbers or in strings such as `"[3]"`."""
    numbers: list[int] = []
    for key, value in found.items():
        if key in _TEXT or key in _TELLS or key == "confidence":
            continue
        for item in value if isinstance(value, list) else [value]:
            item = next(iter(item.values()), None) if isinstance(item, Mapping) else item  # noqa: PLW2901 - {"id": 3}
            if isinstance(item, int) and not isinstance(item, bool):
                numbers.append(item)
            elif isinstance(item, str) and len(item) < 24 and (digits := re.findall(r"\d{1,4}", item)):
                numbers += map(int, digits)
    return [number for number in numbers if 0 <= number < 10_000][:12]
