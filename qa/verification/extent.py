"""How much a claim says beside its source: of all or of some, for which time, upwards or downwards. Pure."""

import re
from collections.abc import Iterator, Sequence

from qa.text import negation, quantities
from qa.text.analysis import TextAnalysis
from qa.text.quantities import Quantity
from qa.verification.source import CitedText

_WORDS = re.compile(r"[^\W_]+")
_ALL = frozenset("all every everyone everybody each entire whole both".split())
_NONE = frozenset("none nobody nothing no neither".split())
_WHOLE = re.compile(rf"(?i)\b({'|'.join(sorted(_ALL - {'both'} | {'none', 'nobody'}))})\b")
_PART = re.compile(
    r"(?i)\b(some|most|many|several|half|part|few|(?:a |one |the |two |three )?(?:majority|minority|thirds?|quarters?)"
    rf"|\d+|(?:{quantities.COUNTED}))(?: of\b|(?<=some)|(?<=most)|(?<=many)|(?<=several)|(?<=half))"
)
_THEM = frozenset({"them", "these", "those", "whom", "which"})
_LINKING = frozenset(
    negation.base(word) for word in "of the a an its his her their this that is are was were has have".split()
)
_PERIODS = "second|minute|hour|day|night|week|month|quarter|year"
_RATE = re.compile(rf"(?i)\b(?:a|an|per|each|every) ({_PERIODS})\b")
_UP = frozenset(
    negation.base(word)
    for word in "rise rose increase grow grew climb gain more higher up jump surge soar double expand exceed".split()
)
_DOWN = frozenset(
    negation.base(word)
    for word in "fall fell drop decline decrease shrink shrank fewer less lower down reduce halve plunge slump".split()
)
_WAYS = {"up": _UP, "down": _DOWN}
_BESIDE = 25
"""Characters before and after a number in which it is told which way something goes."""


def bounds(claim: TextAnalysis, source: CitedText) -> Iterator[tuple[str, str]]:
    """Where the claim says it of all or of none, and the source of some of the same, or of “most of them”.

    `"All ferries"`, source `"seven of the ferries"` → `("All", "seven")`
    """
    held = {word for side in source.sentences for word in _WORDS.findall(side.folded.lower())}
    for whole in _WHOLE.finditer(claim.folded):
        group = _NONE if whole[1].lower() in _NONE else _ALL
        if held & group:
            continue
        counted = _after(claim.folded, whole.end())
        for side in source.sentences:
            for part in _PART.finditer(side.folded):
                after = _after(side.folded, part.end())
                if after & counted or after & _THEM:
                    yield whole[1], part[1]


def _after(text: str, place: int) -> set[str]:
    """The stems of the next few words."""
    return {negation.base(word.lower()) for word in _WORDS.findall(text[place : place + 60])[:4]} - _LINKING


def rates(claim: TextAnalysis, best: TextAnalysis) -> Iterator[tuple[str, str]]:
    """Where both give the same number for another time: `"$310,000 a year"`, source `"$310,000 a month"`."""
    ours, theirs = ({one.lower(): text for text, one in _rated(side)} for side in (claim, best))
    values = {one.value for one in best.quantities}
    if ours and theirs and not ours.keys() & theirs.keys() and any(one.value in values for one in claim.quantities):
        yield next(iter(ours.values())), next(iter(theirs.values()))


def _rated(side: TextAnalysis) -> list[tuple[str, str]]:
    return [(match[0], match[1]) for match in _RATE.finditer(side.folded)]


def turned(claim: TextAnalysis, best: TextAnalysis) -> Iterator[tuple[str, str]]:
    """Where the claim has something go up and the source down by the same number, or the other way round.

    `"It rose by 6 percent."`, source `"6 percent fewer came."` → `("rose", "fewer")`
    """
    for fact in claim.quantities:
        for other in best.quantities:
            if (fact.kind, fact.value) == (other.kind, other.value):
                ours, theirs = _directions(claim, fact), _directions(best, other)
                if len(ours) == len(theirs) == 1 and not ours.keys() & theirs.keys():
                    yield next(iter(ours.values())), next(iter(theirs.values()))


def _directions(side: TextAnalysis, fact: Quantity) -> dict[str, str]:
    """Which ways something goes in the words beside a number, and by which word."""
    place = side.folded.find(fact.text.split()[0])
    near = side.folded[max(place - _BESIDE, 0) : place + len(fact.text) + _BESIDE] if place >= 0 else ""
    stems = [(negation.base(word.lower()), word) for word in _WORDS.findall(near)]
    return {way: word for way, words in _WAYS.items() for root, word in stems if root in words}


def explained(pair: tuple[str, str], claim: TextAnalysis, near: Sequence[TextAnalysis]) -> bool:
    """Whether an opposite is none: the source goes the claim's way as often, by other words.

    `"They used 42 percent less."`, source `"It fell by 42 percent, more than hoped."` → "less" is "fell"
    """
    for words in _WAYS.values():
        ours = [word for word in claim.words if word.stem in words]
        theirs = [word for side in near for word in side.words if word.stem in words]
        if any(word.text == pair[0] for word in ours):
            return len(ours) <= len(theirs)
    return False
