"""What a source only plans, expects or calls off, and a claim tells as done. Pure."""

from collections.abc import Iterator, Sequence

from qa.text import negation
from qa.text.analysis import TextAnalysis
from qa.text.negation import Token

_PLANNING = frozenset(
    negation.base(word)
    for word in "expect plan schedule propose intend hope want wish threaten promise pledge vow offer ask urge demand"
    " request due set suppose aim prepare consider try seek agree decide allow order call likely ready".split()
)
"""Words whose “to …” is not done yet: expected to shut, a plan to sell."""

_MODAL = frozenset("will would may might could should can shall cannot won't wouldn't".split())
_CALLED_OFF = frozenset(
    negation.base(word) for word in "cancel cancelled canceled scrap scrapped shelve abandon postpone delay".split()
)
_OFF = frozenset({"call", "put"})
"""With “off”."""

_DETERMINERS = frozenset("a an the this that his her its their my our your each every no any some by".split())
_HAVING = frozenset("has have had was were been is are be being got".split())
_IRREGULAR = frozenset(
    "began broke brought built bought caught chose came cut drew drove fell flew fought found gave went grew held hit"
    " kept knew laid led left lent lost made met paid put quit ran rose said sold sent set shot shut spoke spent split"
    " spread stood stole struck swam took taught told thought threw understood won wore wrote".split()
)
_BACK = 3
"""Words before a verb among which what makes it a plan is looked for."""


def done(claim: TextAnalysis, sentences: Sequence[TextAnalysis]) -> Iterator[tuple[str, str]]:
    """What the claim tells as done where the sentences hold it as a plan, or as called off, alone.

    `"The centre has shut."`, source `"It had been expected to shut."` → `("has shut", "expected to shut")`
    """
    words = claim.words
    wanted = {one.stem: _shown(words, place) for place, one in enumerate(words) if _is_done(words, place)}
    off = any(word.stem in _CALLED_OFF or _is_off(words, place) for place, word in enumerate(words))
    for stem, told in wanted.items():
        held = [(side.words, place) for side in sentences for place, one in enumerate(side.words) if one.stem == stem]
        found = [_unreal(own, place, off=off) for own, place in held]
        if found and all(found):
            yield told, found[0]


def _is_off(words: Sequence[Token], place: int) -> bool:
    """Whether it is the verb of “called off” or “put off”."""
    return words[place].stem in _OFF and any(one.text.lower() == "off" for one in words[place + 1 : place + 2])


def _is_done(words: Sequence[Token], place: int) -> bool:
    """Whether a word is a verb that tells of what was done: “visited”, “has shut”, not “the planned visit”."""
    word = words[place]
    before = [one.text.lower() for one in words[max(place - _BACK, 0) : place]]
    if not word.meant or not word.text.islower() or _is_off(words, place) or _unreal(words, place, off=True):
        return False
    having = bool(_HAVING.intersection(before[-2:]))
    past = word.text.endswith("ed") or word.text in _IRREGULAR
    return past and (having or not before or before[-1] not in _DETERMINERS)


def _unreal(words: Sequence[Token], place: int, *, off: bool) -> str:
    """The words by which what stands there is only planned or, unless `off`, called off; "" where it is told of so."""
    start = max(place - _BACK, 0)
    for at in range(place - 1, start - 1, -1):
        low = words[at].text.lower()
        if not words[at].stem:
            break
        if low in _MODAL:
            return _between(words, at, place)
        if low == "to":
            for plan in range(at - 1, max(at - 1 - 2 * _BACK, -1), -1):
                if words[plan].stem in _PLANNING:
                    return _between(words, plan, place)
            break
    return "" if off else _called_off(words, place)


def _called_off(words: Sequence[Token], place: int) -> str:
    """“visit … was canceled”: what stands before, in the same sentence, what was called off."""
    for at in range(place + 1, len(words)):
        if words[at].text.lower() in {".", ";", "!", "?", "but"}:
            break
        passive = words[at - 1].text.lower() in {"was", "were", "been", "is", "are", "be"}
        if words[at].stem in _CALLED_OFF and passive:
            return f"{words[place].text} … {words[at - 1].text} {words[at].text}"
        if _is_off(words, at) and words[at - 1].text.lower() in _HAVING:
            return f"{words[place].text} … {words[at].text} off"
    return ""


def _between(words: Sequence[Token], start: int, end: int) -> str:
    return " ".join(word.text for word in words[start : end + 1])


def _shown(words: Sequence[Token], place: int) -> str:
    before = words[place - 1].text if place and words[place - 1].text.lower() in _HAVING else ""
    return f"{before} {words[place].text}".strip()
