"""The cited words of a claim, taken apart once as a whole and by sentence. Pure."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property, lru_cache

from ingest.split import split_sentences
from qa.text import names, quantities
from qa.text.analysis import SENTENCE, TextAnalysis
from qa.text.names import NameIndex

SENTENCES_READ = 600
"""Sentences of the cited words that are read."""

CHARACTERS_READ = 40_000
"""Characters of cited words that are read: more than a long article has."""


@dataclass(frozen=True, eq=False)
class CitedText:
    """The cited words as a whole and by sentence."""

    whole: TextAnalysis
    sentences: tuple[TextAnalysis, ...]

    @cached_property
    def known(self) -> NameIndex:
        """What they offer a claim's names."""
        return names.index_names(self.whole.folded)

    @cached_property
    def bare(self) -> str:
        """Without quotation marks and capitals, for quotations to be found in."""
        return " ".join(re.sub(r"[\"']", "", quantities.fold(self.whole.text)).split()).casefold()

    @cached_property
    def small(self) -> frozenset[str]:
        """Their words in small letters."""
        return frozenset(word.text.lower() for word in self.whole.words)

    @cached_property
    def stems(self) -> frozenset[str]:
        """The stems of all their words."""
        return frozenset(self.whole.stems)


@lru_cache(maxsize=64)
def analyse_cited(quotes: tuple[str, ...]) -> CitedText:
    """The cited words, read once for all the claims that cite them."""
    text = "\n".join(quotes)[:CHARACTERS_READ]
    sentences = [
        TextAnalysis(text[s.start : min(s.end, s.start + SENTENCE)]) for s in split_sentences(text)[:SENTENCES_READ]
    ]
    return CitedText(TextAnalysis(text), tuple(sentences))


def share(wanted: Collection[object], held: Collection[object]) -> float:
    """The share of the wanted that is held; 0 when nothing is wanted."""
    return sum(item in held for item in wanted) / len(wanted) if wanted else 0.0
