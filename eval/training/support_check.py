"""How often the support check is right: `python -m eval.training.support_check CLAIMS… [--of ARTICLE] [--set SET]`.

CLAIMS hold one object a line: claim, quotes and, where the claim is not true of them, kind. The true ones are also
swapped by rule, as are the sentences of a set's articles. ARTICLE is the text that the quotes are from, so that it can
be told who a "he" of theirs is.
"""

import argparse
import random
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from eval.datasets import read_set
from eval.training.reader_data import read_records
from eval.training.swaps import article_names, sentences, swaps
from ingest.clean import clean_text
from qa.verification.contrast import BEFORE_QUOTE
from qa.verification.findings import Checker, load_checker
from qa.verification.support import supported

Claim = tuple[str, str, tuple[str, ...], tuple[str, ...]]
"""Its kind ("true" when it holds), its text, the words that it cites and the article's words before each of them."""

PER_ARTICLE = 30
"""Sentences of an article that are swapped."""


DRAWS = 8
"""How often a claim is swapped at random; what comes out twice counts once."""


def before(quote: str, text: str) -> str:
    """The words of a text before a quote; "" when it is not in it."""
    place = text.find(quote)
    return text[max(place - BEFORE_QUOTE, 0) : place] if place > 0 else ""


def written(paths: Iterable[Path], text: str, rng: random.Random) -> Iterator[Claim]:
    """The claims of the files, whose quotes are of this text, and the true ones with one thing exchanged."""
    for path in paths:
        rows = [(row.get("kind", "true"), row["claim"], tuple(row["quotes"])) for row in read_records(path)]
        names = article_names("\n".join(dict.fromkeys(quote for _, _, quotes in rows for quote in quotes)))
        for kind, claim, quotes in rows:
            context = tuple(before(quote, text) for quote in quotes)
            yield (kind if kind == "true" else f"{kind}, by hand"), claim, quotes, context
            if kind == "true":
                made = {(swap.kind, swap.text): None for _ in range(DRAWS) for swap in swaps(claim, names, rng)}
                yield from ((f"{kind}, by rule", swapped, quotes, context) for kind, swapped in made)


def articles(texts: Iterable[str], rng: random.Random) -> Iterator[Claim]:
    """Sentences of the articles with one thing exchanged, over themselves and their neighbours."""
    for text in map(clean_text, texts):
        names, found = article_names(text), sentences(text)
        for number in rng.sample(range(len(found)), min(PER_ARTICLE, len(found))):
            near = tuple(found[max(number - 1, 0) : number + 2])
            context = tuple(before(quote, text) for quote in near)
            for swap in swaps(found[number], names, rng):
                yield f"{swap.kind}, in an article", swap.text, near, context


def measure(claims: Iterable[Claim], checker: Checker | None) -> dict[str, tuple[int, int]]:
    """For each kind how many are called what they are, and how many there are."""
    seen: Counter[str] = Counter()
    right: Counter[str] = Counter()
    for kind, text, quotes, context in claims:
        seen[kind] += 1
        right[kind] += (supported(text, quotes, checker, context)[0] == "supported") == (kind == "true")
    return {kind: (right[kind], seen[kind]) for kind in sorted(seen)}


def main(arguments: Sequence[str] | None = None) -> None:
    """The command: one line for each kind."""
    parser = argparse.ArgumentParser(description="How often the support check is right.")
    parser.add_argument("claims", type=Path, nargs="*")
    parser.add_argument("--of", type=Path, help="the article that the claims are about")
    parser.add_argument("--set", action="append", default=[])
    parser.add_argument("--models", action="store_true")
    parser.add_argument("--seed", type=int, default=11)
    given = parser.parse_args(arguments)
    rng = random.Random(given.seed)  # noqa: S311 - a sample, not a secret
    texts = [str(document.text) for name in given.set for document in read_set(name, max_bytes=10**9).documents]
    about = clean_text(given.of.read_text(encoding="utf-8")) if given.of else ""
    claims = [*written(given.claims, about, rng), *articles(texts, rng)]
    found = measure(claims, load_checker() if given.models else None)
    for kind, (right, count) in found.items():
        print(f"{kind:28} {right / count:.3f}  of {count}")  # noqa: T201 - the command's result


if __name__ == "__main__":
    main()
