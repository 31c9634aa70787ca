"""Who somebody is: the words by which an article introduces a name. Pure."""

import re
from collections.abc import Sequence

from qa.text.analysis import SENTENCE
from qa.text.names import CALLINGS, DATES, ROLES, is_ordinary, name_key

_TOKEN = re.compile(r"[^\s“”\"()]+")

TITLE = 12
"""Words of a title at most."""

NAME = 5
"""Words of a name at most."""

_DETERMINERS = "the|an?|its|their|his|her|whose"
_OF = r"(?: (?:of|for|at|in) [^,.;:“”\"]{1,80})"
_CLOSED = rf"{_OF}?[,.;]"
"""How an office ends that stands between commas."""

_CALLED = re.compile(r"[a-z]{3,}(?:ist|man|men|woman|person|ian|aire|aut)")

_WHAT = rf"(?:an?|the|one of|(?:[a-z-]+ )?(?:{'|'.join(sorted(CALLINGS))}))\b[^,.;:()“”\"]{{2,120}}"
_APPOSED = re.compile(rf",(?:\s\d{{1,3}},)?\s(?P<what>{_WHAT})(?=[,;)]|\.(?!\w))")
_DEFINED = re.compile(
    r"\s(?:is|was|has been|became)\s(?P<what>(?:an?|the|one of)\s[^,.;:()“”\"]{2,120})(?=[,;:)]|\.(?!\w))"
)
_NOBODY = re.compile(
    r"(?:an?|the|one)\s(?:[\w-]+\s){0,2}?(?:minute|hour|day|week|month|year|decade|time|move|step|sign|result|fact"
    r"|decision|reminder|claim|deal|figure|price)s?\b"
)
"""What stands between commas and is no person: "Trump met Putin, a week later, …"."""

_TELLS = re.compile(r"\b(?:is|are|was|were|has|have|had|will|would|might|may|can|could|tells?|told|says?|said)\b")
"""What makes a clause of what stands between commas, and so no apposition, unless "who" or "which" is before it."""


def holder(office: str, sentence: str) -> tuple[int, int] | None:
    """Where the name of an office's holder stands: `"Secretary of State Marco Rubio spoke."` → of "Marco Rubio".

    The name may also stand between commas after the office, or before the commas between which that stands.
    """
    sentence = sentence[:SENTENCE]
    for match in re.finditer(rf"(?i)(?<!\w){re.escape(office)}(?P<comma>{_OF}?,)? ", sentence):
        end = _whole_name(list(_TOKEN.finditer(sentence, match.end())), match.end() - 1)
        if end > match.end() and (not match["comma"] or sentence[end : end + 1] in {",", ".", ";", ""}):
            return match.end(), end
    for match in re.finditer(
        rf"(?i), (?:{_DETERMINERS}) (?:[\w-]{{1,40}} ){{0,3}}{re.escape(office)}{_CLOSED}", sentence
    ):
        if name := _name_before(sentence, match.start()):
            return name
    return None


def _name_before(sentence: str, end: int) -> tuple[int, int] | None:
    """Where the name stands that ends there: `"… and Ann Smith, the mayor"` → of "Ann Smith"."""
    start = end
    for token in reversed(list(_TOKEN.finditer(sentence, 0, end))[-NAME:]):
        word = token[0]
        ends = word[-1] in ",;:!?" and token.end() < end
        opens = token.start() == 0 and is_ordinary(word)
        if ends or opens or not word[0].isupper() or name_key(word) in DATES or token.end() + (start < end) != start:
            break
        start = token.start()
    return (start, end) if start < end else None


def introduction(name: str, sentence: str) -> tuple[int, int] | None:
    """Where a sentence says who that is: `"… by U.S. envoy Steve Witkoff"` → the place of the last four words.

    What stands after the name between commas, what it is said to be, or the name with its title; None without any.
    """
    sentence = sentence[:SENTENCE]
    tokens = list(_TOKEN.finditer(sentence))
    keys = [_key(token[0]) for token in tokens]
    wanted = [_key(word) for word in name.split()]
    for own in (wanted, wanted[-1:]):
        for first in range(len(tokens) - len(own) + 1):
            last = first + len(own) - 1
            if keys[first : last + 1] != own or (own != wanted and _another(tokens, first)):
                continue
            end = tokens[last].start() + len(tokens[last][0].rstrip(".,;:!?'’").removesuffix("'s").removesuffix("’s"))
            clause = _APPOSED.match(sentence, end)
            clause = clause if clause and _names_somebody(clause["what"]) else _DEFINED.match(sentence, end)
            if clause:
                return clause.start("what"), clause.end("what")
            title = _title(tokens[: first + 1])
            if title is not None and title < first and keys[title : last + 1] != wanted:
                return tokens[title].start(), _whole_name(tokens[last + 1 :], end)
    return None


def _names_somebody(words: str) -> bool:
    """Whether what stands between commas after a name says who that is."""
    return not _NOBODY.match(words) and not _TELLS.search(re.split(r"\b(?:who|which|that|whose)\b", words)[0])


def _another(tokens: Sequence[re.Match[str]], place: int) -> bool:
    """Whether the last word of a name stands in another name: "Kim" in "Kim Jong Un", "Smith" in "Ann Smith"."""
    ends = tokens[place][0][-1] in ",;:.!?"
    beside = [*tokens[max(place - 1, 0) : place], *([] if ends else tokens[place + 1 : place + 2])]
    words = [token[0] for token in beside]
    return any(word[0].isupper() and word.lower().rstrip(".") not in ROLES and not is_ordinary(word) for word in words)


def _key(word: str) -> str:
    return name_key(word.strip(".,;:!?'‘’").removesuffix("’s"))


def _whole_name(after: Sequence[re.Match[str]], end: int) -> int:
    """Where a name ends of which `end` is the end of a part: "Kim" of "Kim Jong Un"."""
    for token in after:
        word = token[0].rstrip(".,;:!?'’")
        if token.start() != end + 1 or not word or not word[0].isupper() or name_key(word) in DATES:
            break
        end += 1 + len(word)
    return end


def _title(words: Sequence[re.Match[str]]) -> int | None:
    """At which word the title of the last one begins: `"told by Secretary of State Rubio"` → at "Secretary"."""
    found, calls = len(words) - 1, False
    for index in range(len(words) - 2, max(len(words) - 2 - TITLE, -1), -1):
        word, low = words[index][0], words[index][0].lower().rstrip(".")
        called = low in CALLINGS or bool(_CALLED.fullmatch(word))
        ends = word[-1] in ",;:!?" or (word[-1] == "." and low not in CALLINGS and "." not in word[:-1])
        if ends or words[index].end() + 1 != words[index + 1].start():
            break
        if called or low in ROLES or (word[0].isupper() and name_key(low) not in DATES):
            if index == 0 and is_ordinary(word) and low not in ROLES and not called:
                break
            found, calls = index, calls or called
        elif low not in {"of", "for", "the"}:
            break
    return found if calls else None
