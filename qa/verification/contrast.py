"""What stands in the place of what: quotations, names exchanged for others, and who says or does a thing. Pure."""

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from ingest.split import split_sentences
from qa.text import names, negation, quantities
from qa.text.analysis import TextAnalysis
from qa.text.calendar import MONTHS, WEEKDAYS
from qa.text.names import Name
from qa.text.negation import Token
from qa.verification.source import CitedText, share

COPIED = 0.75
"""The share of a claim's words that a sentence must hold in their order before what differs counts as exchanged."""

BEFORE_QUOTE = 700
"""Characters before a quote in which the one that its “he” means is looked for: more than a paragraph of news has."""

Pairs = list[tuple[str, str]]

_QUOTED = re.compile(r'"([^"]{2,600})"|(?<![^\s(\[])\'([^\'\s][^\']{0,300}[^\'\s])\'(?!\w)')
_BARE = re.compile(r"[\"']")
_BREAKS = frozenset("by he she it they".split())
"""After these and after a number the next word tells nothing of the name before."""

_BEING = frozenset("is are was were be been being".split())
_BOTH_WAYS = frozenset(
    negation.base(word)
    for word in "close open reopen begin start end stop finish continue resume move change grow shrink"
    " increase decrease double halve improve worsen expand break burst sink capsize crash"
    " collapse burn melt freeze merge split".split()
)
"""Verbs that tell of what something does as they tell of what is done to it: “the bridge closes”, “closes it”."""

_PARTICIPLES = frozenset(
    "bought brought built caught cut done drawn fed felt fought found gone held hit hung hurt kept known laid led left"
    " lent lit lost made meant met paid put read run sent set shot shown shut sold spent split spread stuck struck sung"
    " sunk sworn taught thought thrown told torn understood won worn wound".split()
)
"""Forms that tell of what is done to somebody, where they end in neither -ed nor -en."""

_LEADING = frozenset("about against among and at between by for from in of on or to with".split())
_DAYS = frozenset({*WEEKDAYS, *MONTHS})

_ONE = frozenset("he she his her him it its".split())
_MANY = frozenset("they their them both these two".split())


def quotations(text: str) -> list[str]:
    """What the text puts between quotation marks: `"He called it “futile”."` → `["futile"]`. Titles are names."""
    found = (match[1] or match[2] for match in _QUOTED.finditer(quantities.fold(text)))
    return [quotation for quotation in found if not _titled(quotation)]


def stands(quotation: str, source: str) -> bool:
    """Whether a quotation is in the folded source word for word; case, outer marks and “…” aside."""
    pieces = re.split(r"\.\.\.|…|\[[^\[\]]*\]", _BARE.sub("", quotation).casefold())
    return all(" ".join(piece.split()).strip(" .,;:!?") in source for piece in pieces)


def outside_titles(claim: TextAnalysis, source: CitedText) -> list[Name]:
    """The names of the claim without those in a title between quotation marks that the source has for the most part."""
    titles = [m.span() for m in _QUOTED.finditer(claim.folded) if _titled(m[1] or m[2])]
    known = [(a, b) for a, b in titles if share(TextAnalysis(claim.folded[a:b]).stems, source.stems) >= 0.6]
    return [name for name in claim.names if not any(a <= name.place < b for a, b in known)]


def _titled(quotation: str) -> bool:
    words = [word for word in re.findall(r"[^\W\d_]+", quotation) if len(word) > 3]
    return len(quotation.split()) > 1 and bool(words) and all(word[0].isupper() for word in words)


def exchanged(claim: Sequence[Token], source: Sequence[Token], limit: int = 120) -> tuple[Pairs, Pairs, float]:
    """What the claim has in place of names, numbers or opposites of a sentence that it copies, and how much it does.

    `"Waltz left early"`, source `"Rubio left early"` → `[("Waltz", "Rubio")]`, `[]`, 2/3
    """
    one = [word for word in claim if word.stem][:limit]
    two = [word for word in source if word.stem][:limit]
    if not one or not two:
        return [], [], 0.0
    match = SequenceMatcher(None, [word.stem for word in one], [word.stem for word in two], autojunk=False)
    share = sum(block.size for block in match.get_matching_blocks()) / max(len(one), len(two) / 2)
    found, turned = [], []
    ours_denied, theirs_denied = (
        {stem for scope in negation.denials(side) for stem in scope} for side in (claim, source)
    )
    for tag, a, b, c, d in match.get_opcodes():
        if tag == "replace" and share >= COPIED and max(b - a, d - c) <= 5:
            ours, theirs = _named(one[a:b], a == 0), _named(two[c:d], c == 0)
            alike = ours[:1].isdigit() == theirs[:1].isdigit() and not _same_figures(ours, theirs)
            alike = alike and not _day_held(ours, two)
            forms = ours.startswith(theirs) or theirs.startswith(ours)  # Bus, Buses
            if (
                ours
                and theirs
                and alike
                and not forms
                and not any(names.same_name(x, y) for x in ours.split() for y in theirs.split())
            ):
                found.append((ours, theirs))
            turned += [
                (x.text, y.text)
                for x in one[a:b]
                for y in two[c:d]
                if negation.opposite(x.stem, y.stem) and (x.stem in ours_denied) == (y.stem in theirs_denied)
            ]
    return found, turned, share


def _day_held(ours: str, source: Sequence[Token]) -> bool:
    """Whether it is only a weekday or a month that the source names as well, in another place."""
    words = set(ours.split())
    return words <= _DAYS and words <= {word.text for word in source}


def _same_figures(ours: str, theirs: str) -> bool:
    """Whether both have the same numbers, however they are joined: 6-1, 6 1."""
    return re.findall(r"\d+", ours) == re.findall(r"\d+", theirs) != []


def _named(words: Sequence[Token], opens: bool) -> str:
    """The names and numbers among the words."""
    kept = [
        word.text
        for place, word in enumerate(words)
        if (word.text[0].isupper() and word.meant and not (opens and place == 0 and len(words) > 1))
        or word.text[0].isdigit()
    ]
    return " ".join(kept)


def differing(claim: TextAnalysis, close: Sequence[Token]) -> Iterator[tuple[str, str]]:
    """Speakers of the claim where the cited sentences have only others."""
    theirs = [who for who, _, _ in negation.speakers(close)]
    if not theirs or any(who[0] in negation.PRONOUNS for who in theirs):
        return
    for who, _, _ in negation.speakers(claim.words):
        if all(map(names.is_people, who)) and not any(names.is_people(one) for other in theirs for one in other):
            continue  # "the Russian president" may be anyone
        if who[0] not in negation.PRONOUNS and not any(
            names.same_name(a, b) for a in who for other in theirs for b in other
        ):
            yield " ".join(reversed(who)), " ".join(reversed(theirs[-1]))


def subjects(claim: TextAnalysis, source: CitedText) -> int:
    """Names of the claim that stand before a word before which the source has only other names."""
    theirs: dict[str, set[str]] = {}
    for side in source.sentences:
        for name, stem in _before(side):
            theirs.setdefault(stem, set()).add(name)
    held = {one.text.lower() for one in source.whole.words}
    return sum(
        stem in theirs
        and not any(names.same_name(name, other) for other in theirs[stem])
        and not (stem in _BOTH_WAYS and name in held)
        for name, stem in _before(claim, led=False)
    )


def _before(side: TextAnalysis, *, led: bool = True) -> Iterator[tuple[str, str]]:
    """Each name with the next small word that carries meaning: `"Trump thanked Putin"` → `("trump", "thank")`.

    Without `led` no name that a preposition leads in: “the call with Putin lasted” says of the call that it lasted.
    """
    name, passive, leads = "", False, False
    for place, word in enumerate(side.words):
        leads = word.text.lower() in _LEADING if word.stem and not word.text[0].isupper() else leads and bool(word.stem)
        if word.text[0].isupper() and word.meant and names.name_key(word.text) not in names.ROLES:
            name = names.name_key(word.text) if place or not names.is_ordinary(word.text) else ""
            name = "" if (leads and not led) or word.text in WEEKDAYS else name
            passive = False
        elif not word.stem or word.text[0].isdigit() or word.text.lower() in _BREAKS:
            name = ""
        elif word.text.lower() in _BEING:
            passive = True
        elif name and word.meant:
            if not (passive and (word.text.endswith(("ed", "en")) or word.text in _PARTICIPLES)):
                yield name, word.stem
            name = ""


def unresolved(
    absent: Sequence[Name], claim: TextAnalysis, source: CitedText, before: Sequence[str] = ()
) -> list[Name]:
    """The absent names less those that may stand for a “he”, “she” or “they” of the source.

    A sentence that opens with a pronoun leaves it to the words before it who is meant; a claim that names that person
    may be right. Not so when the source has a name that the claim leaves out of words it keeps: then one was exchanged
    for the other. When the words before name nobody, the claim is believed.
    """
    if not absent or replaceable(claim, source.sentences, source):
        return list(absent)
    free = 0
    for side in source.sentences:
        named = [name.place for name in side.names if not (name.opens and names.is_ordinary(name.words[0]))]
        opening = {word.lower() for word in re.findall(r"\w+", side.folded[: min(named, default=len(side.folded))])}
        free = max(free, 2 if opening & _MANY else int(bool(opening & _ONE)))
    early = all(claim.folded[: name.place].count(" ") <= 8 for name in absent)
    if len(absent) > free or not early:
        return list(absent)
    meant = " ".join(antecedents(text, free) for text in before)
    return names.absent_names(absent, names.index_names(meant)) if meant.strip() else []


def antecedents(before: str, wanted: int) -> str:
    """The last sentences of the words before a quote that name this many people, folded; "" when none names any."""
    found: list[str] = []
    people: set[str] = set()
    text = before[-BEFORE_QUOTE:].strip()
    for part in reversed(split_sentences(text)):
        side = TextAnalysis(text[part.start : part.end])
        own = {name.words[-1] for name in side.names if not (name.opens and names.is_ordinary(name.words[0]))}
        people |= {names.name_key(word) for word in own if not names.is_people(word)}
        found = [side.folded, *found]
        if len(people) >= wanted:
            break
    return " ; ".join(found) if people else ""


def replaceable(claim: TextAnalysis, sentences: Sequence[TextAnalysis], source: CitedText) -> list[Name]:
    """Names of these sentences that the claim leaves out of words that it keeps: another may stand in their place."""
    claim_stems = set(claim.stems)
    found = []
    for name in names.unused_names(claim.names, source.known):
        own = {negation.base(word.lower()) for word in name.words}
        beside = {
            stem
            for side in sentences
            for place, one in enumerate(side.stems)
            if one in own
            for stem in side.stems[max(place - 2, 0) : place + 3]
        }
        if (beside - own) & claim_stems:
            found.append(name)
    return sorted(found, key=lambda name: name.opens)
