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
class Asked:
    """Who was asked: the server as a person knows it, the model, its kind, the setting that names it, the key."""

    where: str
    model: str
    kind: str = "language model"
    setting: str = "OPENAI_MODEL"
    key: str = field(default="", repr=False)


def explain(error: Exception, asked: Asked) -> tuple[str, str]:
    """What happened, and what to do. It never holds the key, also where the server repeats it."""
    told = told_by(error, asked.key)
    status = getattr(error, "status_code", None)
    if isinstance(status, int):
        said, hint = _of_status(status, error, told, asked)
    elif timed_out(error):
        said, hint = "did not answer in time.", "Try again, or raise OPENAI_TIMEOUT."
    elif is_called(error, "APIConnectionError", "ConnectError"):
        said, hint = "cannot be reached.", "Start it, or change OPENAI_BASE_URL."
    elif is_called(error, "ServerError", "APIError") and not is_called(error, "APIResponseValidationError"):
        said, hint = f"failed in the middle of its reply: {told}", "Ask again."
    elif type(error).__module__.startswith("http"):
        said, hint = "broke off in the middle of its reply.", "Ask again."
    else:
        said, hint = f"did not answer like {_article(asked.kind)}.", URL_HINT
    return f"{asked.where} {said}", hint


def explain_own(error: Exception, asked: Asked) -> tuple[str, str]:
    """The same for a model that somebody made and handed over: what is in no table is told in the error's own words."""
    known = timed_out(error) or is_called(error, "APIConnectionError", "ConnectError") or hasattr(error, "status_code")
    if known or told_by(error):
        return explain(error, asked)
    line = " ".join(f"{type(error).__name__}: {error}".split())
    line = line.replace(asked.key, "…") if asked.key else line
    return f"{asked.where} failed: {line[:200].rstrip('.: ')}.", "Look at how it is set up."


def timed_out(error: Exception) -> bool:
    """Whether the server was silent for too long."""
    return isinstance(error, TimeoutError) or is_called(error, "APITimeoutError", "TimeoutException")


def is_called(error: Exception, *names: str) -> bool:
    """Whether the error is of a class of one of these names."""
    return any(kind.__name__ in names for kind in type(error).__mro__)


def told_by(error: Exception, key: str = "") -> str:
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
    said = headers.get("retry-after", "")
    with suppress(ValueError):
        seconds = float(said)
        return seconds if seconds >= 0 and math.isfinite(seconds) else None
    with suppress(ValueError, TypeError):
        return max(parsedate_to_datetime(said).timestamp() - time.time(), 0.0)
    return None


def _of_status(status: int, error: Exception, told: str, asked: Asked) -> tuple[str, str]:
    why = f": {told}" if told else "."
    change = f"Change {asked.setting}."
    cases = (
        (
            status == 402 or _spent(error, told),
            "says that the key has no credit left.",
            "Add credit, or set another key.",
        ),
        (status in {401, 403}, "does not accept the key.", "Set OPENAI_API_KEY to a valid key."),
        (_no_model(status, told, asked), f"has no {_short(asked.kind)} {asked.model}{why}", change),
        (status in {404, 405}, f"has no {asked.kind} at this address{why}", URL_HINT),
        (status == 429, "refuses more requests for now.", "Wait a minute and try again."),
        (
            _too_long(status, told),
            f"finds the text too long for {asked.model}.",
            "Lower PROMPT_TOKENS, or change the model.",
        ),
        (status in {400, 422}, f"refuses the request{why}", f"Change {asked.setting}, if it is not that."),
        (True, f"failed with status {status}{why}", "Try again later."),
    )
    return next((said, hint) for holds, said, hint in cases if holds)


def _no_model(status: int, told: str, asked: Asked) -> bool:
    return status == 404 and (bool(_NO_MODEL.search(told)) or asked.model.lower() in told.lower() != "")


def _too_long(status: int, told: str) -> bool:
    return status == 413 or (status in {400, 422} and bool(TOO_LONG.search(told)))


def _spent(error: Exception, told: str) -> bool:
    return getattr(error, "code", None) == "insufficient_quota" or bool(_NO_CREDIT.search(told))


def _short(kind: str) -> str:
    return kind.removeprefix("language ")


def _article(kind: str) -> str:
    return f"{'an' if kind[:1] in 'aeiou' else 'a'} {kind}"
