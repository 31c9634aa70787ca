"""A text taken apart once: its quantities, names, words and stems. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from qa.text import names, negation, quantities
from qa.text.names import Name
from qa.text.negation import Token
from qa.text.quantities import Quantity

SENTENCE = 2_000
"""Characters of a sentence that are read; what is longer is a table or hostile."""


@dataclass(frozen=True, eq=False)
class TextAnalysis:
    """A sentence or a longer text, taken apart once."""

    text: str

    @cached_property
    def folded(self) -> str:
        """In one notation, see `facts.fold`."""
        return names.canonical(quantities.fold(self.text))

    @cached_property
    def quantities(self) -> list[Quantity]:
        """Its numbers and dates."""
        return list(dict.fromkeys(quantities.find_quantities(self.folded)))

    @cached_property
    def names(self) -> list[Name]:
        """Its names."""
        return names.find_names(self.folded)

    @cached_property
    def words(self) -> list[Token]:
        """Its words, with what is denied."""
        return negation.tokenize(self.folded)

    @cached_property
    def stems(self) -> tuple[str, ...]:
        """The stems of its words that carry meaning, hyphenated words in parts, in order."""
        return tuple(parts(self.words))

    @cached_property
    def pairs(self) -> frozenset[tuple[str, str]]:
        """Neighbours among the stems, in either order."""
        return frozenset((min(a, b), max(a, b)) for a, b in zip(self.stems, self.stems[1:], strict=False))


def parts(words: Sequence[Token]) -> Iterator[str]:
    """The stems of the words that carry meaning, hyphenated ones in parts: `"30-day"` → `"30"`, `"day"`."""
    for word in words:
        if word.meant:
            pieces = [piece for piece in word.text.lower().split("-") if piece]
            yield from (negation.base(piece) for piece in pieces) if len(pieces) > 1 else (word.stem,)
