"""What a failed request means, in one sentence for a person. Knows the client's errors by name, without loading it."""

import re
from typing import Any

from ingest.errors import ModelError

URL_HINT = "Check OPENAI_BASE_URL; it often ends in /v1."
OPTIONAL = frozenset(
    {"stream_options", "temperature", "max_tokens", "logprobs", "top_logprobs", "stop", "response_format"}
)
"""What a request can do without when a server refuses it."""

_SCHEMA = re.compile(
    r"(?:response[ _]?format|json[ _-]?(?:schema|mode|object)|structured[ _]outputs?|grammar)\w*", re.IGNORECASE
)
_THINKING = 2_000  # more tokens for models that count their thoughts; they are those that refuse max_tokens
_TOO_LONG = re.compile(r"context.?(?:length|size|window)|too many tokens|too long", re.IGNORECASE)


def explain(error: Exception, *, where: str, model: str, key: str) -> ModelError:
    """The one sentence for a failure of the server `where`, with what to do. It never holds the key."""
    if isinstance(error, ModelError):
        return error
    told = _told(error, key)
    status = getattr(error, "status_code", None)
    if isinstance(status, int):
        said, hint = _of_status(status, error, told, model)
    elif _is(error, "APIConnectionError"):
        said, hint = "cannot be reached.", "Start it, or change its URL."
    elif _is(error, "APIError") and not _is(error, "APIResponseValidationError"):
        said, hint = f"failed in the middle of its reply: {told}", "Ask again."
    elif type(error).__module__.startswith("http"):
        said, hint = "broke off in the middle of its reply.", "Ask again."
    else:
        said, hint = "did not answer like a language model.", URL_HINT
    return ModelError(f"{where} {said}", hint)


def is_transient(error: Exception) -> bool:
    """Whether the same request may succeed in a moment."""
    status = getattr(error, "status_code", None)
    if status is None:
        return _is(error, "APIConnectionError") and not _is(error, "APITimeoutError")
    return (status in {408, 409, 429} and not _spent(error)) or status >= 500


def timed_out(error: Exception) -> bool:
    """Whether the server was silent for too long."""
    return _is(error, "APITimeoutError") or type(error).__name__ in {"ReadTimeout", "ConnectTimeout", "WriteTimeout"}


def refused_parameters(error: Exception, sent: set[str]) -> set[str]:
    """The parameters of those sent that the server refuses, so that they can be left out; none when it is not that.

    A server that names none of them with its 400 is asked once more without all but the cap on tokens.
    """
    status = getattr(error, "status_code", None)
    told = _told(error, "")
    named = set(re.findall(r"\w+", _SCHEMA.sub("response_format", told))) & sent & OPTIONAL
    if status not in {400, 403, 422} or _TOO_LONG.search(told):
        return set()
    if named & {"logprobs", "top_logprobs"}:
        named |= {"logprobs", "top_logprobs"}
    if named or status == 403:
        return named
    return (sent & OPTIONAL) - {"max_tokens"}


def without(asked: dict[str, Any], refused: set[str]) -> dict[str, Any]:
    """The request without what the server refuses; a model that refuses max_tokens has another name for it."""
    sent = {name: value for name, value in asked.items() if name not in refused}
    if "max_tokens" in refused:
        sent["max_completion_tokens"] = asked["max_tokens"] + _THINKING
    return sent


def _of_status(status: int, error: Exception, told: str, model: str) -> tuple[str, str]:
    cases = (
        (status in {401, 403}, "does not accept the key.", "Set a valid key."),
        (status == 404 and "model" in told.lower(), f"has no model {model}.", "Choose another model."),
        (status in {404, 405}, "has no language model at this address.", URL_HINT),
        (_spent(error), "says that the key has no credit left.", "Add credit, or set another key."),
        (status == 429, "refuses more requests for now.", "Wait a minute and try again."),
        (_too_long(status, told), f"finds the text too long for {model}.", "Lower PROMPT_TOKENS, or change the model."),
        (status in {400, 422}, f"refuses the request: {told}", "Choose another model."),
        (True, f"failed with status {status}.", "Try again later."),
    )
    return next((said, hint) for holds, said, hint in cases if holds)


def _too_long(status: int, told: str) -> bool:
    return status == 413 or (status in {400, 422} and bool(_TOO_LONG.search(told)))


def _told(error: Exception, key: str) -> str:
    """What the server itself says, as one short line that ends in a stop, without the key."""
    body = getattr(error, "body", None)
    said = body.get("message") or body.get("detail") if isinstance(body, dict) else None
    line = re.sub(r"\s+", " ", said if isinstance(said, str) else str(said or "it does not say why")).strip()
    line = line.replace(key, "…") if key else line
    return line[:200].rstrip(".") + "."


def _spent(error: Exception) -> bool:
    return getattr(error, "code", None) == "insufficient_quota"


def _is(error: Exception, name: str) -> bool:
    return any(kind.__name__ == name for kind in type(error).__mro__)
