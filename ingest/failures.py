"""What a failed request to a model's server means, in one sentence for a person: one table for all kinds of models.

Knows the errors of the clients by name, without loading them.
"""

import math
import re
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime

URL_HINT = "Check OPENAI_BASE_URL; it often ends in /v1."
TOO_LONG = re.compile(r"context.?(?:length|size|window)|too many tokens|too long", re.IGNORECASE)
_NO_CREDIT = re.compile(r"insufficient.(?:quota|balance|credit|funds)|no credit|billing", re.IGNORECASE)
_NO_MODEL = re.compile(r"model|deployment", re.IGNORECASE)


@dataclass(frozen=True)
class ModelAddress:
    """Whose failure it is: the server as a person knows it, the model, its kind, the setting that names it, the key."""

    where: str
    model: str
    kind: str = "language model"
    setting: str = "OPENAI_MODEL"
    key: str = field(default="", repr=False)


def explain(error: Exception, address: ModelAddress) -> tuple[str, str]:
    """What happened, and what to do. It never holds the key, also where the server repeats it."""
    reason = reason_of(error, address.key)
    status = getattr(error, "status_code", None)
    if isinstance(status, int):
        message, hint = _of_status(status, error, reason, address)
    elif timed_out(error):
        message, hint = "did not answer in time.", "Try again, or raise OPENAI_TIMEOUT."
    elif is_called(error, "APIConnectionError", "ConnectError"):
        message, hint = "cannot be reached.", "Start it, or change OPENAI_BASE_URL."
    elif is_called(error, "ServerError", "APIError") and not is_called(error, "APIResponseValidationError"):
        message, hint = f"failed in the middle of its reply: {reason}", "Ask again."
    elif type(error).__module__.startswith("http"):
        message, hint = "broke off in the middle of its reply.", "Ask again."
    else:
        message, hint = f"did not answer like {_article(address.kind)}.", URL_HINT
    return f"{address.where} {message}", hint


def explain_own(error: Exception, address: ModelAddress) -> tuple[str, str]:
    """The same for a model that somebody made and handed over: what is in no table is told in the error's own words."""
    known = timed_out(error) or is_called(error, "APIConnectionError", "ConnectError") or hasattr(error, "status_code")
    if known or reason_of(error):
        return explain(error, address)
    line = " ".join(f"{type(error).__name__}: {error}".split())
    line = line.replace(address.key, "…") if address.key else line
    return f"{address.where} failed: {line[:200].rstrip('.: ')}.", "Look at how it is set up."


def timed_out(error: Exception) -> bool:
    """Whether the server was silent for too long."""
    return isinstance(error, TimeoutError) or is_called(error, "APITimeoutError", "TimeoutException")


def is_called(error: Exception, *names: str) -> bool:
    """Whether the error is of a class of one of these names."""
    return any(kind.__name__ in names for kind in type(error).__mro__)


def reason_of(error: Exception, key: str = "") -> str:
    """What the server itself says, as one short line that ends in a stop, without the key."""
    body = getattr(error, "body", None)
    while isinstance(body, dict | list):
        inner = body if isinstance(body, list) else [body.get(name) for name in ("message", "detail", "error", "msg")]
        body = next((item for item in inner if item), None)
    page = isinstance(body, str) and body.lstrip().startswith("<")
    line = " ".join(body.split()) if isinstance(body, str) and not page else ""
    line = line.replace(key, "…") if key else line
    return line[:200].rstrip(".") + "." if line else ""


def retry_after(headers: Mapping[str, str]) -> float | None:
    """The seconds that a server asks to wait, from a number or a date; None when it does not say."""
    message = headers.get("retry-after", "")
    with suppress(ValueError):
        seconds = float(message)
        return seconds if seconds >= 0 and math.isfinite(seconds) else None
    with suppress(ValueError, TypeError):
        return max(parsedate_to_datetime(message).timestamp() - time.time(), 0.0)
    return None


def _of_status(status: int, error: Exception, reason: str, address: ModelAddress) -> tuple[str, str]:
    why = f": {reason}" if reason else "."
    change = f"Change {address.setting}."
    cases = (
        (
            status == 402 or _spent(error, reason),
            "says that the key has no credit left.",
            "Add credit, or set another key.",
        ),
        (status in {401, 403}, "does not accept the key.", "Set OPENAI_API_KEY to a valid key."),
        (_no_model(status, reason, address), f"has no {_short(address.kind)} {address.model}{why}", change),
        (status in {404, 405}, f"has no {address.kind} at this address{why}", URL_HINT),
        (status == 429, "refuses more requests for now.", "Wait a minute and try again."),
        (
            _too_long(status, reason),
            f"finds the text too long for {address.model}.",
            "Lower PROMPT_TOKENS, or change the model.",
        ),
        (status in {400, 422}, f"refuses the request{why}", f"Change {address.setting}, if it is not that."),
        (True, f"failed with status {status}{why}", "Try again later."),
    )
    return next((message, hint) for holds, message, hint in cases if holds)


def _no_model(status: int, reason: str, address: ModelAddress) -> bool:
    return status == 404 and (bool(_NO_MODEL.search(reason)) or address.model.lower() in reason.lower() != "")


def _too_long(status: int, reason: str) -> bool:
    return status == 413 or (status in {400, 422} and bool(TOO_LONG.search(reason)))


def _spent(error: Exception, reason: str) -> bool:
    return getattr(error, "code", None) == "insufficient_quota" or bool(_NO_CREDIT.search(reason))


def _short(kind: str) -> str:
    return kind.removeprefix("language ")


def _article(kind: str) -> str:
    return f"{'an' if kind[:1] in 'aeiou' else 'a'} {kind}"
