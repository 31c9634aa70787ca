"""Whether a question is about somebody: who that is, who holds an office, or what somebody says or wants. Pure."""

import re
from dataclasses import dataclass

from qa.text.names import CALLINGS, ROLES, name_key

_ANYBODY = frozenset("he she they it we you i one people anybody anyone somebody someone everybody everyone".split())
"""What tells nothing of who it is."""

_WHO_IS = re.compile(
    r"(?i:\W*(?:and |so |but )?who(?:['’]s| is| was| are| were)(?: the)?) (?P<name>[^?!,;:]{2,60}?)\W*"
)
_SAY = "say said saying tell told state stated think thought believe believed claim claimed argue argued announce"
_WANT = "want wanted demand demanded propose proposed request requested insist insisted seek sought"
_WHAT_SAID = re.compile(
    rf"(?i)\bwhat (?:else )?(?:did|does|do|has|have|had) (?P<who>[^?,;:]{{2,60}}?)"
    rf" (?:also )?(?:(?P<says>{_SAY.replace(' ', '|')})|(?P<wants>{_WANT.replace(' ', '|')}))\b"
)


@dataclass(frozen=True)
class SpeakerAsked:
    """Whose words are asked for, by the keys of the name or by what they are called, and whether what they want.

    `role` is what they are where that is said: `"the mayor of Norrby"` → `"mayor"`.
    """

    who: frozenset[str]
    wants: bool
    role: str = ""


def speaker_asked(question: str) -> SpeakerAsked | None:
    """Whose words a question asks for: `"What did Marco Rubio say?"` → of marco, rubio. None for other questions."""
    match = _WHAT_SAID.search(question)
    if not match:
        return None
    own, _, place = match["who"].partition(" of ")
    capital = [word for word in own.split() if word[0].isupper()] or [
        word for word in place.split() if word[0].isupper()
    ]
    keys = frozenset(name_key(word) for word in capital if word.lower() not in ROLES) or frozenset(
        map(name_key, capital)
    )
    called = own.split()[-1:]
    role = called[0] if called and called[0].islower() and called[0] not in _ANYBODY else ""
    return SpeakerAsked(keys, bool(match["wants"]), role)


def person_asked(question: str) -> str:
    """The name of a question that asks who somebody is: `"Who is Mike Waltz?"` → `"Mike Waltz"`; of others empty."""
    match = _WHO_IS.fullmatch(question)
    words = match["name"].split() if match else []
    named = words and all(word[0].isupper() for word in words) and any(word.lower() not in ROLES for word in words)
    return " ".join(words) if named else ""


def office_asked(question: str) -> str:
    """The office of a question that asks who holds it: `"Who is the Secretary of State?"` → `"Secretary of State"`."""
    match = _WHO_IS.fullmatch(question)
    words = match["name"].split() if match else []
    last = [word.lower().removesuffix("'s").removesuffix("’s") for word in words]
    return " ".join(words) if set(last) & CALLINGS and not person_asked(question) else ""
