"""The words of a question or a sentence: which carry meaning, which are names, what their stems are. Pure."""

import re
from functools import lru_cache
from typing import Any

from ingest.normal import normalised

WORD = re.compile(r"\d+(?:[.,:]\d+)*%?|\w+(?:[-'’.]\w+)*", re.UNICODE)
"""A word, a number or a hyphenated or dotted word such as "U.S" or "30-day"."""

_PLAIN = re.compile(r"[^\W_]+")


def word_set(words: str) -> frozenset[str]:
    """The words of a list that is written as one string: `"is are"` → {"is", "are"}."""
    return frozenset(words.split())


STOP = frozenset(
    "a about above after again against all also am an and any are aren't as at be because been before being below"
    " between both but by can can't could couldn't did didn't do does doesn't doing don't down during each else few for"
    " from further had hadn't has hasn't have haven't having he her here hers herself him himself his how i if in into"
    " is isn't it it's its itself just let's may me might more most much must my myself no nor not now of off on once"
    " only or other ought our ours ourselves out over own same shall she should shouldn't so some such than that that's"
    " the their theirs them themselves then there there's these they this those through to too under until up upon us"
    " very was wasn't we were weren't what what's when where which while who who's whom whose why will with won't would"
    " wouldn't yes yet you your yours yourself yourselves".split()
)
ASKING = frozenset(
    "article text story report piece news page author according say says said tell mention mentioned describe"
    " described explain please give list listed name named quoted cited exactly actually really happen happened"
    " kind type many long else"
    " anything something someone anyone everything question answer know ok okay thing things way".split()
)
"""Words that ask rather than name what is asked about. They count for little when they do not occur."""

AUXILIARY = frozenset(
    "is are was were be been do does did has have had can could will would shall should may might must isn't aren't"
    " wasn't weren't don't doesn't didn't hasn't haven't can't couldn't won't wouldn't".split()
)
"""Verbs that help another one, or ask by standing first."""


def words(text: str) -> list[str]:
    """The words as written: `"Don't, U.S. envoy!"` → `["Don't", "U.S", "envoy"]`."""
    return WORD.findall(text)


def content_words(text: str) -> list[str]:
    """The words that say what a question is about: `"How long did the call last?"` → `["call", "last"]`."""
    found = (word for word in words(text) if word.lower() not in STOP and word.lower() not in ASKING)
    return [word for word in found if len(word) > 1 or word.isdigit()]


REPEATED = 4
"""Words that are too few for a part of a sentence to repeat another one."""


@lru_cache(maxsize=200_000)
def stem(word: str) -> str:
    """The stem of a word however it is written, by Snowball's English algorithm: `"Ceasefires"` → `"ceasefir"`."""
    folded = normalised(word).removesuffix("'s").strip(".")
    return str(_stemmer().stemWord(folded))


def stems_of(text: str) -> frozenset[str]:
    """The stems of the words that carry meaning: `"The talks began."` → `{"talk", "began"}`.

    A hyphenated word counts whole and in parts.
    """
    found = set()
    for word in WORD.findall(text):
        for part in {word, *re.split(r"[-'’]", word)}:
            if part and part.lower() not in STOP:
                found.add(stem(part))
    return frozenset(found)


def plain_words(text: str) -> str:
    """A text as it is compared with another one, with blanks around: `"“Rain,” she said."` → `" rain she said "`."""
    return f" {' '.join(_PLAIN.findall(normalised(text)))} "


def repeats(text: str, other: str) -> bool:
    """Whether a text says what another one says already, word by word, or a part of it. Both are `plain_words`."""
    return bool(text.strip()) and (text == other or (text.count(" ") > REPEATED and text in other))


@lru_cache(maxsize=1)
def _stemmer() -> Any:
    import Stemmer  # noqa: PLC0415 - only when the first question comes

    return Stemmer.Stemmer("english")
