"""What the calls of a language model took: tokens, seconds, dollars."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from qa.schema import Usage

Message = dict[str, str]
"""One message: its `role` (system, user or assistant) and its `content`."""

# Dollars for a million tokens, read and written: OpenAI's list prices of August 2025.
_PRICES = {
    "gpt-4.1": (2.00, 8.00),
    "gpt-4.1-mini": (0.40, 1.60),
    "gpt-4.1-nano": (0.10, 0.40),
    "gpt-4o": (2.50, 10.00),
    "gpt-4o-mini": (0.15, 0.60),
    "gpt-5": (1.25, 10.00),
    "gpt-5-mini": (0.25, 2.00),
    "gpt-5-nano": (0.05, 0.40),
    "o3": (2.00, 8.00),
    "o4-mini": (1.10, 4.40),
}


@dataclass
class UsageMeter:
    """Adds up the calls of one answer, of which so many had tokens that the server did not tell.

    `first_word` is the seconds from a stream's request to its first text.
    """

    prompt_tokens: int = 0
    completion_tokens: int = 0
    calls: int = 0
    estimates: int = 0
    first_word: float | None = None

    def add(self, messages: Sequence[Message], said: int, told: tuple[int | None, int | None]) -> None:
        """Count one call: the tokens read and written that the server tells of, else an estimate by the characters."""
        self.calls += 1
        read, wrote = told
        self.estimates += None in told
        self.prompt_tokens += estimated(sum(len(m["content"]) + 1 for m in messages) - 1) if read is None else read
        self.completion_tokens += estimated(said) if wrote is None else wrote

    def usage(self, price: tuple[float, float] | None) -> Usage:
        """The tokens and their cost in dollars by the price of a million read and written, None where it is unknown."""
        price = price if self.calls else (0.0, 0.0)
        cost = (
            None if price is None else (price[0] * self.prompt_tokens + price[1] * self.completion_tokens) / 1_000_000
        )
        return Usage(prompt_tokens=self.prompt_tokens, completion_tokens=self.completion_tokens, cost=cost)


def known_price(name: str) -> tuple[float, float] | None:
    """OpenAI's price of a million tokens, read and written: `gpt-4.1-mini-2025-04-14` → (0.4, 1.6)."""
    return _PRICES.get(re.sub(r"-\d{4}-\d{2}-\d{2}$", "", name))


def estimated(characters: int) -> int:
    """About how many tokens a text has, where the server does not tell: four characters each."""
    return (characters + 3) // 4
