"""Whether cited words support a sentence, and if not, why, in one sentence for a person. Pure."""

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

from ingest.integrity import shipped
from ingest.split import split_sentences
from qa.schema import Support
from qa.text.analysis import TextAnalysis
from qa.text.negation import flips
from qa.text.quantities import MEASURES, Quantity
from qa.verification.findings import Checker, Findings, examine
from qa.verification.languages import renotated
from qa.verification.source import analyse_cited

LONGEST_CLAIM = 4_000
"""Characters of a sentence that is checked; an answer's sentence of this length is none."""

WEAKEST = 0.25
"""How near the quarter of a claim's tokens that fits least must come. Of 110 true paraphrases one lies below; claims
that bring in something of their own ("The reading room was demolished") lie there mostly."""

FOREIGN = 0.8
"""The share of its words that must stand in the cited words where a claim is not in Latin letters."""

_AMOUNTS = frozenset({"number", "article", "percent", "money"})
"""Kinds of quantity that say the same number of different things: 30 percent, 30 days."""

_CLAUSES = re.compile(r",? (?:while|whereas|but) |; |, and ")
_CLAUSE = 3
"""Words of a clause that says something by itself."""

_SHOWN = {"Usa": "the United States", "Uk": "Britain"}


def supported(
    text: str, quotes: Sequence[str], checker: Checker | None = None, before: Sequence[str] = ()
) -> tuple[Support, str]:
    """Whether the quotes support the text, and why not, for a person. Never raises, whatever the words are.

    `before` are the words of the article before each quote, as many as there are, which tell who a “he” is.

    The quotes' own words are supported. Otherwise a logistic model (`support.json`, made by `eval/training`) weighs how
    much of the text they hold, with what the models of a checker make of it when one is given. What it accepts is
    unsupported when they have another number, date, name, speaker or quotation, or deny it; partly supported when they
    lack one.

    `"It took 40 days."`, `["It took 30 days."]` → `("unsupported", "The cited words say “30 days”, not “40 days”.")`
    """
    judged = _supported(text, quotes, checker, before)
    if judged[0] != "supported" and len(text) <= LONGEST_CLAIM and (parts := clauses(text)):
        each = [_supported(f"{part.rstrip('.')}.", quotes, checker, before)[0] for part in parts]
        if all(one == "supported" for one in each):
            return "supported", ""
    return judged


def _supported(text: str, quotes: Sequence[str], checker: Checker | None, before: Sequence[str]) -> tuple[Support, str]:
    if not _plain(text) or not any(map(_plain, quotes)):
        return "unsupported", "There are no words to check."
    if verbatim(text, quotes):
        said = TextAnalysis(text).words
        denied = all(flips(said, TextAnalysis(quote).words)[1] for quote in quotes)
        return ("unsupported", "The cited words deny it.") if denied else ("supported", "")
    if len(text) > LONGEST_CLAIM:
        return "unsupported", "The sentence is too long to be checked."
    source = analyse_cited(tuple(quotes))
    found = examine(renotated(text, source.whole.text), source, checker, before)
    kind = "lexical" if checker is None else "semantic"
    strange = found.new and not found.features["coverage"]
    if strange or probability(found.features, load_support_model()[kind]) < load_support_model()["thresholds"][kind]:
        return "unsupported", main_fault(found)[1] or doubt(found)
    fatal, reason = main_fault(found)
    if not reason and found.new and astray(text, found):
        reason = doubt(found)
    return ("unsupported" if fatal else "partial" if reason else "supported"), reason


def clauses(text: str) -> list[str]:
    """The parts of a sentence that say something each: `"Ada voted for it, while Bo abstained."` → two; else none."""
    found = [part.strip(" ,;") for part in _CLAUSES.split(text)]
    return found if len(found) > 1 and all(len(part.split()) >= _CLAUSE for part in found) else []


def astray(text: str, found: Findings) -> bool:
    """Whether what the claim says in other words is not even near the cited ones, and the reader does not see it there.

    The encoder has read English alone: other alphabets all look alike to it, so there the words themselves must stand.
    """
    letters = [letter for letter in text if letter.isalpha()]
    if 2 * sum(letter < "\u0250" for letter in letters) < len(letters):
        return found.features["coverage"] < FOREIGN
    return found.features.get("maxsim_weak", 1.0) < WEAKEST and found.features["borne_out"] < 0


def verbatim(text: str, quotes: Sequence[str]) -> bool:
    """Whether the text, or each of its sentences, stands in a quote word for word, white space aside."""
    bare = [_plain(quote) for quote in quotes]
    whole = _plain(text)
    if any(_inside(whole, quote) for quote in bare):
        return True
    parts = (
        [_plain(text[s.start : s.end]) for s in split_sentences(text[:LONGEST_CLAIM])]
        if len(text) <= LONGEST_CLAIM
        else []
    )
    return len(parts) > 1 and all(any(_inside(part, quote) for quote in bare) for part in parts)


def main_fault(found: Findings) -> tuple[bool, str]:
    """What the cited words do not hold or say otherwise, as a sentence; "" when there is nothing.

    Fatal when they hold something else in its place; otherwise the claim only says more than they do.
    """
    if found.unquoted:
        return True, f"The cited words do not hold the quotation {_shown(found.unquoted[0])}."
    rivals = [fact for side in found.near for fact in side.quantities]
    reasons = [_missing(fact, rivals) for fact in found.missing]
    reasons += [_not_named(found.spare[0].text if found.spare else "", name.text) for name in found.absent]
    reasons += [
        (True, f"The cited words say {_shown(cited)}, not {_shown(claimed)}.")
        if claimed[:1].isdigit()
        else _not_named(cited, claimed)
        for claimed, cited in found.exchanged
    ]
    reasons += [
        (True, f"Who said it differs: in the cited words it is {cited.title()}, not {claimed.title()}.")
        for claimed, cited in found.speakers
    ]
    reasons += [
        (True, f"The cited words say {_shown(cited)}, not {_shown(claimed)}.") for claimed, cited in found.opposed
    ]
    reasons += [(True, "The cited words deny it.")] * bool(found.dropped)
    reasons += [(True, "It denies what the cited words say.")] * bool(found.added)
    if found.subjects and found.features["short"]:
        reasons.append((True, "The cited words say it of someone else."))
    return max(reasons, key=lambda reason: reason[0], default=(False, ""))


def without_guess(found: Findings) -> Findings:
    """What was found but for who does or says a thing, which one sentence of two may tell otherwise."""
    return replace(found, speakers=[], subjects=0)


def doubt(found: Findings) -> str:
    """What tells most against a sentence that has no fault, as a sentence."""
    if found.new:
        return f"Not in the cited words: {', '.join(map(_shown, found.new[:3]))}."
    return "The cited words do not say this in full."


def probability(features: Mapping[str, float], fitted: Mapping[str, float]) -> float:
    """The logistic model's probability that the claim is supported."""
    total = fitted["bias"] + sum(weight * features[name] for name, weight in fitted.items() if name != "bias")
    return 1 / (1 + math.exp(-max(min(total, 50.0), -50.0)))


@lru_cache(maxsize=1)
def load_support_model() -> Any:
    """The fitted weights, with and without a checker, and from which probability a claim is supported."""
    return json.loads(shipped("qa/verification", "support.json"))


def _missing(fact: Quantity, near: Sequence[Quantity]) -> tuple[bool, str]:
    """What is wrong with a fact that is not in the cited words, beside those of the sentences that come nearest."""
    rivals = [one for one in near if one.kind == fact.kind and one.value != fact.value]
    rivals = rivals or [
        one
        for one in near
        if one.value == fact.value
        and {one.kind, fact.kind} <= _AMOUNTS
        and (one.kind != fact.kind or fact.kind == "money")
    ]
    rivals = rivals or [one for one in near if one.value == fact.value and {one.unit, fact.unit} <= MEASURES.keys()]
    counted = [one for one in rivals if one.unit == fact.unit] if fact.unit else []
    if len({one.value for one in counted or rivals}) == 1:
        return True, f"The cited words say {_shown((counted or rivals)[0].text)}, not {_shown(fact.text)}."
    return bool(rivals), f"{_shown(fact.text)} is not in the cited words."


def _not_named(other: str, name: str) -> tuple[bool, str]:
    claimed, cited = (" ".join(_SHOWN.get(word, word) for word in one.split())[:80] for one in (name, other))
    return (
        (True, f"The cited words name {cited}, not {claimed}.")
        if other
        else (False, f"{_shown(claimed)} is not in the cited words.")
    )


def _shown(text: str) -> str:
    return f"“{text if len(text) <= 80 else text[:79] + '…'}”"


def _plain(text: str) -> str:
    return " ".join(text.replace("\u2060", "").split())


def _inside(text: str, quote: str) -> bool:
    """Whether the quote holds the text, not cut within a word."""
    start = quote.find(text)
    for _ in range(100):  # a hostile quote repeats itself
        if start < 0:
            break
        end = start + len(text)
        before, after = quote[start - 1 : start], quote[end : end + 1]
        if not (before.isalnum() and text[0].isalnum()) and not (after.isalnum() and text[-1].isalnum()):
            return True
        start = quote.find(text, start + 1)
    return False
