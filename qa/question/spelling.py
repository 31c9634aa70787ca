"""Words of a question that nobody wrote so, in the spelling of the article or of common English. Pure.

SymSpell (Garbe 2012) finds what is an edit or two away. Nothing is touched that the article or an English word list
knows, nor a question of which most words are unknown: that is another language.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import lru_cache
from importlib.resources import files
from typing import Any

_LIST = "frequency_dictionary_en_82_765.txt"
"""Of symspellpy: 82,765 English words with how often they are used, the commonest first."""

COMMON = 8_000
"""The commonest of them, into which a misspelt word may be mended."""

SHORTEST = 4
"""Letters of the shortest word that is mended: of three letters every second word is near to another."""

LONG = 7
"""Letters from which a word may be two edits away, and not only one; a name may not: it would be another's."""

LOOKED_AT = 200_000
"""Characters of an article whose words are known."""

ARTICLES = 50
"""Articles whose words are known."""

KNOWN = 0.6
"""The share of a question's words that must be known for it to be taken for English."""

_WORD = re.compile(r"(?<![\w’'-])[A-Za-z]+(?![\w-])")


def corrected(question: str, texts: Iterable[str]) -> str:
    """The question with its misspelt words mended: `"How mcuh is teh ferrry?"` → `"How much is teh ferry?"`.

    `texts` are those of the articles that are asked; their spelling goes before that of common English.
    """
    found = list(_WORD.finditer(question))
    strange = [match for match in found if len(match[0]) >= SHORTEST and match[0].lower() not in _english()]
    if not strange:
        return question
    words = dict[str, str]()
    for text, _ in zip(texts, range(ARTICLES), strict=False):
        words |= _vocabulary(text[:LOOKED_AT])
    strange = [match for match in strange if match[0].lower() not in words]
    if not strange or len(found) - len(strange) < KNOWN * len(found):
        return question
    speller = _speller(frozenset(words))
    for match in reversed(strange):
        reach = 2 if len(match[0]) >= LONG and match[0].islower() else 1
        mended = _nearest(match[0].lower(), speller, reach)
        if mended:
            word = words.get(mended) or (mended.capitalize() if match[0][0].isupper() else mended)
            question = question[: match.start()] + word + question[match.end() :]
    return question


def _nearest(word: str, own: Any, reach: int) -> str:
    """The article's word that is nearest, else the common one; "" when none is so many edits away."""
    for speller in (own, _common()):
        near = [one for one in _lookup(speller, word, reach) if one.term[0] == word[0] or one.distance == 1]
        if near:
            best = min(near, key=lambda one: (one.distance, one.term[0] != word[0], -one.count))
            return str(best.term)
    return ""


def _lookup(speller: Any, word: str, reach: int) -> list[Any]:
    from symspellpy import Verbosity  # noqa: PLC0415 - only for a question with a strange word

    return list(speller.lookup(word, Verbosity.CLOSEST, max_edit_distance=reach))


@lru_cache(maxsize=128)
def _vocabulary(text: str) -> dict[str, str]:
    """The words of a text by their small letters, each as it is mostly written."""
    forms: dict[str, Counter[str]] = {}
    for word, count in Counter(re.findall(r"[A-Za-z]{4,30}", text)).items():
        forms.setdefault(word.lower(), Counter())[word] += count
    return {small: written.most_common(1)[0][0] for small, written in forms.items()}


@lru_cache(maxsize=16)
def _speller(words: frozenset[str]) -> Any:
    return _made((word, 1) for word in sorted(words))


@lru_cache(maxsize=1)
def _common() -> Any:
    listed = sorted(_english().items(), key=lambda pair: -pair[1])
    return _made((word, count) for word, count in listed[:COMMON] if len(word) >= SHORTEST)


def _made(words: Iterable[tuple[str, int]]) -> Any:
    from symspellpy import SymSpell  # noqa: PLC0415 - only for a question with a strange word

    speller = SymSpell(max_dictionary_edit_distance=2, prefix_length=7)
    for word, count in words:
        speller.create_dictionary_entry(word, count)
    return speller


@lru_cache(maxsize=1)
def _english() -> dict[str, int]:
    """Every listed English word with how often it is used."""
    return dict(_entries(files("symspellpy").joinpath(_LIST).read_text("utf-8-sig")))


def _entries(listed: str) -> Iterator[tuple[str, int]]:
    for line in listed.splitlines():
        word, _, count = line.partition(" ")
        yield word, int(count)
