"""A claim and the words that it cites, each read once: numbers, names, stems and sentences. Pure."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from ingest.split import split_sentences
from qa import facts, naming, polarity
from qa.facts import Fact
from qa.naming import Known, Name
from qa.polarity import Word

MANY = 600
"""Sentences of the cited words that are read."""

READ = 40_000
"""Characters of cited words that are read: more than a long article has."""

SENTENCE = 2_000
"""Characters of a sentence that are read; what is longer is a table or hostile."""


@dataclass(frozen=True, eq=False)
class Side:
    """A claim or a sentence of the cited words, read once."""

    text: str

    @cached_property
    def folded(self) -> str:
        """In one notation, see `facts.fold`."""
        return naming.canonical(facts.fold(self.text))

    @cached_property
    def facts(self) -> list[Fact]:
        """Its numbers and dates."""
        return list(dict.fromkeys(facts.facts(self.folded)))

    @cached_property
    def names(self) -> list[Name]:
        """Its names."""
        return naming.name_list(self.folded)

    @cached_property
    def words(self) -> list[Word]:
        """Its words, with what is denied."""
        return polarity.read(self.folded)

    @cached_property
    def stems(self) -> tuple[str, ...]:
        """The stems of its words that carry meaning, hyphenated words in parts, in order."""
        return tuple(parts(self.words))

    @cached_property
    def pairs(self) -> frozenset[tuple[str, str]]:
        """Neighbours among the stems, in either order."""
        return frozenset((min(a, b), max(a, b)) for a, b in zip(self.stems, self.stems[1:], strict=False))


@dataclass(frozen=True, eq=False)
class Source:
    """The cited words as a whole and by sentence."""

    whole: Side
    sentences: tuple[Side, ...]

    @cached_property
    def known(self) -> Known:
        """What they offer a claim's names."""
        return naming.known(self.whole.folded)

    @cached_property
    def bare(self) -> str:
        """Without quotation marks and capitals, for quotations to be found in."""
        return " ".join(re.sub(r"[\"']", "", facts.fold(self.whole.text)).split()).casefold()

    @cached_property
    def small(self) -> frozenset[str]:
        """Their words in small letters."""
        return frozenset(word.text.lower() for word in self.whole.words)

    @cached_property
    def stems(self) -> frozenset[str]:
        """The stems of all their words."""
        return frozenset(self.whole.stems)


@lru_cache(maxsize=64)
def read_source(quotes: tuple[str, ...]) -> Source:
    """The cited words, read once for all the claims that cite them."""
    text = "\n".join(quotes)[:READ]
    sentences = [Side(text[s.start : min(s.end, s.start + SENTENCE)]) for s in split_sentences(text)[:MANY]]
    return Source(Side(text), tuple(sentences))


def share(wanted: Collection[object], held: Collection[object]) -> float:
    """The share of the wanted that is held; 0 when nothing is wanted."""
    return sum(item in held for item in wanted) / len(wanted) if wanted else 0.0


def parts(words: Sequence[Word]) -> Iterator[str]:
    """The stems of the words that carry meaning, hyphenated ones in parts: `"30-day"` → `"30"`, `"day"`."""
    for word in words:
        if word.meant:
            pieces = [piece for piece in word.text.lower().split("-") if piece]
            yield from (polarity.base(piece) for piece in pieces) if len(pieces) > 1 else (word.stem,)
