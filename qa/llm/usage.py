"""What the calls of a language model took: tokens, seconds, dollars."""

from collections.abc import Sequence
from dataclasses import dataclass

from qa.schema import Usage

Message = dict[str, str]
"""One message: its `role` (system, user or assistant) and its `content`."""


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

    def add(self, messages: Sequence[Message], characters: int, tokens: tuple[int | None, int | None]) -> None:
        """Count one call: the tokens read and written that the server tells of, else an estimate by the characters."""
        self.calls += 1
        read, wrote = tokens
        self.estimates += None in tokens
        self.prompt_tokens += estimated(sum(len(m["content"]) + 1 for m in messages) - 1) if read is None else read
        self.completion_tokens += estimated(characters) if wrote is None else wrote

    def usage(self, price: tuple[float, float] | None) -> Usage:
        """The tokens and their cost in dollars by the price of a million read and written, None where it is unknown."""
        price = price if self.calls else (0.0, 0.0)
        cost = (
            None if price is None else (price[0] * self.prompt_tokens + price[1] * self.completion_tokens) / 1_000_000
        )
        return Usage(prompt_tokens=self.prompt_tokens, completion_tokens=self.completion_tokens, cost=cost)


def known_price(name: str, server: str) -> tuple[float, float] | None:
    """The list price of a million tokens, read and written, of a model at this URL; None where genai-prices knows none.

    >>> known_price("gpt-4.1-mini-2025-04-14", "https://api.openai.com/v1")
    (0.4, 1.6)
    """
    from genai_prices import Usage as Tokens  # noqa: PLC0415 - its tables are only for who has such a model
    from genai_prices import calc_price  # noqa: PLC0415 - the same

    try:
        price = calc_price(Tokens(input_tokens=1000, output_tokens=1000), name, provider_api_url=server)
    except LookupError:
        return None
    return float(price.input_price * 1000), float(price.output_price * 1000)


def estimated(characters: int) -> int:
    """About how many tokens a text has, where the server does not tell: four characters each."""
    return (characters + 3) // 4
