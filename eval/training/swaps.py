"""Sentences with exactly one thing changed: a number, a date, a name, a “not” or who says it. Pure.

For measuring the support check: what was changed must not be called supported. The changes are made by rules of their
own, which know nothing of the rules that check.
"""

import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from eval.training.reader_data import OPPOSITES, name_runs
from ingest.split import split_sentences

KINDS = ("number", "date", "name", "negation", "speaker")

_DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
_MONTHS = "January February March April May June July August September October November December".split()
_WORDED = "two three four five six seven eight nine ten eleven twelve twenty thirty forty fifty sixty".split()
_YEAR = re.compile(r"(?<![\w.,$-])(1[5-9]\d\d|20[0-4]\d)(?![\w%]|[.,]\d)")
_DIGITS = re.compile(r"(?<![\w.,:-])\d{1,3}(?:,\d{3})*(?:\.\d+)?(?![\w:]|[.,]\d)")
_WORDS = re.compile(rf"\b({'|'.join(_WORDED)})\b")
_DATE = re.compile(rf"\b({'|'.join(_DAYS)}|{'|'.join(name for name in _MONTHS if name not in {'May', 'March'})})\b")
_SAID = r"(?:said|says|told|added|argued|warned|announced|insisted|claimed|replied|wrote|explained|admitted|called)"
_SPEAKER = re.compile(rf"\b((?:[A-Z][\w’'-]{{1,40}} ){{0,2}}[A-Z][\w’'-]{{1,40}})(?= {_SAID}\b)")
_ACCORDING = re.compile(r"(?<=[Aa]ccording to )((?:[A-Z][\w’'-]+ ){0,2}[A-Z][\w’'-]+)")
_SAID_BY = re.compile(rf"(?<=[,”\"] )({_SAID}) ((?:[A-Z][\w’'-]+ ){{0,2}}[A-Z][\w’'-]+)")
_AUXILIARY = re.compile(r"\b(was|were|is|are|has|have|had|can|could|will|would|should|must)\b(?! not\b|n[’']t)")
_NOT = re.compile(r"(?<=[a-z]) not\b(?! only)|\bnever ")
_PEOPLE = re.compile(r"(?:[aei]ans?|ese|ish|ern|’s)$")
"""Russian, Western and Trump’s are exchanged among each other only."""

_SEATS = (("mosc", "russ"), ("krem", "russ"), ("krem", "mosc"), ("kyiv", "ukra"), ("wash", "amer"), ("beij", "chin"))
"""How a seat of government and what it stands for begin: one for the other is no change."""

_OPENERS = frozenset("The A An In On At But And He She It They We I This That These Those His Her Their".split())


@dataclass(frozen=True)
class Swap:
    """A sentence with one thing changed, what it was changed from and to, and of what kind."""

    kind: str
    text: str
    old: str
    new: str


def swaps(text: str, names: Sequence[str], rng: random.Random) -> Iterator[Swap]:
    """One swap of each kind that the sentence offers. `names` are those of its article to choose from."""
    makers: dict[str, Callable[[], tuple[str, str, str] | None]] = {
        "number": lambda: _number(text, rng),
        "date": lambda: _date(text, rng),
        "name": lambda: _name(text, names, rng),
        "negation": lambda: _negation(text, rng),
        "speaker": lambda: _speaker(text, names, rng),
    }
    for kind, make in makers.items():
        made = make()
        if made and made[0] != text:
            yield Swap(kind, *made)


def article_names(text: str) -> list[str]:
    """The names that an article uses within its sentences, each once; headings have capitals for other reasons."""
    lines = (text[s.start : s.end] for s in split_sentences(text) if not s.heading)
    return list(dict.fromkeys(name for line in lines for name in name_runs(line) if not _DATE.search(name)))


def sentences(text: str, shortest: int = 40, longest: int = 300) -> list[str]:
    """The sentences of a text that state something: no headings, no questions."""
    found = [text[s.start : s.end] for s in split_sentences(text) if not s.heading]
    return [one for one in found if shortest <= len(one) <= longest and one.rstrip("”\"'’)")[-1:] == "."]


def _replaced(text: str, start: int, end: int, new: str) -> tuple[str, str, str]:
    return text[:start] + new + text[end:], text[start:end], new


def _number(text: str, rng: random.Random) -> tuple[str, str, str] | None:
    """Another number of a like size, in digits or in words."""
    years = {match.start() for match in _YEAR.finditer(text)}
    found = [match for match in _DIGITS.finditer(text) if match.start() not in years] + list(_WORDS.finditer(text))
    if not found:
        return None
    match = rng.choice(found)
    if match[0].isalpha():
        return _replaced(text, *match.span(), rng.choice([word for word in _WORDED if word not in text.lower()]))
    value = float(match[0].replace(",", ""))
    changed = value + rng.choice([1, 2, 5, 10, 20]) * (0.1 if "." in match[0] else 1) * 10 ** max(
        len(str(int(value))) - 2, 0
    )
    new = f"{changed:,.1f}" if "." in match[0] else f"{changed:,.0f}" if "," in match[0] else f"{changed:.0f}"
    return None if new in text else _replaced(text, *match.span(), new)


def _date(text: str, rng: random.Random) -> tuple[str, str, str] | None:
    """Another weekday, month or year."""
    found = [*_DATE.finditer(text), *_YEAR.finditer(text)]
    if not found:
        return None
    match = rng.choice(found)
    if match[0].isdigit():
        new = str(int(match[0]) + rng.choice([-11, -3, -2, -1, 1, 2, 4]))
    else:
        pool = _DAYS if match[0] in _DAYS else _MONTHS
        new = rng.choice([word for word in pool if word not in text])
    return None if new in text else _replaced(text, *match.span(), new)


def _name(text: str, names: Sequence[str], rng: random.Random) -> tuple[str, str, str] | None:
    """Another name of the article in place of one that stands in the sentence."""
    own = [name for name in name_runs(text) if not _DATE.search(name)]
    others = [name for name in names if name not in text and not _related(name, text)]
    if not own:
        return None
    old = rng.choice(own)
    others = [name for name in others if bool(_PEOPLE.search(name)) == bool(_PEOPLE.search(old))]
    if not others:
        return None
    place = re.search(rf"(?<=[a-z,;] ){re.escape(old)}(?!\w)", text)
    return _replaced(text, *place.span(), rng.choice(others)) if place else None


def _related(name: str, text: str) -> bool:
    """Whether the text has a word that begins like one of the name's, or stands for it: Russia and Russian, Moscow."""
    heads = {word[:4].lower() for word in re.findall(r"\w{3,}", text)}
    heads |= {meant for one, other in _SEATS for here, meant in ((one, other), (other, one)) if here in heads}
    return any(word[:4].lower() in heads for word in re.findall(r"\w{3,}", name))


def _negation(text: str, rng: random.Random) -> tuple[str, str, str] | None:
    """A “not” more or less, or a word's opposite."""
    ways: list[tuple[str, str, str]] = []
    if match := _NOT.search(text):
        return _replaced(text, *match.span(), "")
    if match := _AUXILIARY.search(text):
        ways.append(_replaced(text, *match.span(), f"{match[0]} not"))
    known = [match for match in re.finditer(r"\b[a-z]+\b", text) if match[0] in OPPOSITES]
    if known:
        match = rng.choice(known)
        new = rng.choice(OPPOSITES[match[0]])
        if new not in text:
            ways.append(_replaced(text, *match.span(), new))
    return rng.choice(ways) if ways else None


def _speaker(text: str, names: Sequence[str], rng: random.Random) -> tuple[str, str, str] | None:
    """Another name of the article in place of who says it."""
    others = [name for name in names if not _related(name, text)]
    present = [name for name in name_runs(text) if not _DATE.search(name)]
    for pattern, group in ((_SPEAKER, 1), (_ACCORDING, 1), (_SAID_BY, 2)):
        match = pattern.search(text)
        if match and match[group].split()[0] not in _OPENERS and not _DATE.search(match[group]):
            start, end = match.span(group)
            pool = [name for name in [*others, *present] if not set(name.split()) & set(match[group].split())]
            return _replaced(text, start, end, rng.choice(pool)) if pool else None
    return None
