"""What a request can do without, where a server refuses it. Pure."""

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from ingest.failures import TOO_LONG, reason_of

OPTIONAL = frozenset(
    {"stream_options", "temperature", "max_tokens", "logprobs", "top_logprobs", "stop", "response_format"}
)

_SCHEMA = re.compile(
    r"(?:response[ _]?format|json[ _-]?(?:schema|mode|object)|structured[ _]outputs?|grammar)\w*", re.IGNORECASE
)
_LEAST = re.compile(
    r"(?:max_\w{0,30}tokens|tokens).{0,80}?"
    r"(?:>=?|at least|greater than(?: or equal to)?|minimum(?: value)?(?: of| is)?)"
    r"\D{0,20}(\d{1,4})\b",
    re.IGNORECASE | re.DOTALL,
)
_THINKING = 2_000
"""More tokens for models that count their thoughts; they are those that refuse max_tokens."""


@dataclass
class Traits:
    """What has been learned of a server.

    `refused` are the parameters that it refuses, `least` the fewest tokens that may be asked for, and `thinks` says
    that its model's replies begin in the middle of a thought.
    """

    refused: set[str] = field(default_factory=set)
    least: int = 0
    thinks: bool = False

    def request(self, given: dict[str, Any], dropped: set[str]) -> dict[str, Any]:
        """The request without what is refused; a model that refuses max_tokens has another name for it."""
        gone = self.refused | dropped
        sent = {name: value for name, value in given.items() if name not in gone}
        most = max(given["max_tokens"], self.least)
        return sent | ({"max_completion_tokens": most + _THINKING} if "max_tokens" in gone else {"max_tokens": most})

    def least_tokens(self, error: Exception, sent: dict[str, Any]) -> bool:
        """Whether the server wants more tokens asked for than were: `must be >= 16` → 16 from now on."""
        found = _LEAST.search(reason_of(error)) if getattr(error, "status_code", None) in {400, 422} else None
        if not found or int(found[1]) <= sent.get("max_tokens", math.inf):
            return False
        self.least = int(found[1]) + (">=" not in found[0] and (">" in found[0] or "greater than" in found[0].lower()))
        return True


def refused_parameters(error: Exception, sent: set[str]) -> set[str]:
    """The parameters of those sent that the server refuses, so that they can be left out; none when it is not that.

    A server that names none of them with its 400 is asked once more without all but the cap on tokens.
    """
    status = getattr(error, "status_code", None)
    reason = reason_of(error)
    if status not in {400, 403, 422} or TOO_LONG.search(reason):
        return set()
    named = set(re.findall(r"\w+", _SCHEMA.sub("response_format", reason))) & sent & OPTIONAL
    if named & {"logprobs", "top_logprobs"}:
        named |= {"logprobs", "top_logprobs"}
    if named or status == 403:
        return named
    return (sent & OPTIONAL) - {"max_tokens"}


def share_of_yes(tokens: Iterable[tuple[str, float]]) -> float | None:
    """How probable yes is, of yes and no, given tokens with their log probabilities. None when neither is among them.

    `[("Yes", -0.1), (" no", -2.4)]` → 0.91
    """
    shares = {"yes": 0.0, "no": 0.0}
    for token, logprob in tokens:
        word = "".join(letter for letter in token if letter.isalpha()).casefold()
        if word in shares:
            shares[word] += math.exp(min(logprob, 0.0))
    total = sum(shares.values())
    return shares["yes"] / total if total else None
