"""Who says, thinks or wants something: what tells the sentences that answer "What did Trump say?". Pure."""

import re
from dataclasses import dataclass

from qa.naming import ROLES, key, name_list, plain, same
from qa.polarity import PRONOUNS, SAYING, Word, speakers
from qa.sides import SENTENCE, Side
from qa.words import stem

_SAY = "say said saying tell told state stated think thought believe believed claim claimed argue argued announce"
_WANT = "want wanted demand demanded propose proposed request requested insist insisted seek sought"
_ASKED = re.compile(
    rf"(?i)\bwhat (?:else )?(?:did|does|do|has|have|had) (?P<who>[^?,;:]{{2,60}}?)"
    rf" (?:also )?(?:(?P<says>{_SAY.replace(' ', '|')})|(?P<wants>{_WANT.replace(' ', '|')}))\b"
)

_VERBS = SAYING | frozenset(
    stem(word)
    for word in "express assure outline discuss raise want propose favor favour vow pledge voice convey signal indicate"
    " praise thank urge seek sought expressed seeks request reject refuse doubt agree disagree".split()
)
_WANTING = frozenset(
    stem(word)
    for word in "want demand propose proposal request insist seek sought ask require urge condition wish plan favor"
    " favour must expect hope concern".split()
)
_OWNED = re.compile(
    r"(?P<who>[A-Z][\w.-]{0,60})(?:'s|s') (?:[\w-]+ ){0,2}"
    r"(?:proposals?|demands?|conditions?|concerns?|requests?|wish(?:es)?|plans?|views?|statements?|words|message|position)\b"
)
_QUOTED = re.compile(r"“[^”]*”|^[^“”]*”|“[^”]*$|\"[^\"]*\"")
_BEFORE_NOUN = frozenset("the a an this that his her its their phone telephone every each no".split())
_NOUNS = frozenset({"call", "reports", "state", "talk"})


@dataclass(frozen=True)
class Speech:
    """Whose words are asked for, by the keys of the name (none when nobody is named), and whether what they want."""

    who: frozenset[str]
    wants: bool


def asked_of(question: str) -> Speech | None:
    """Whose words a question asks for: `"What did Marco Rubio say?"` → of marco, rubio. None for other questions."""
    match = _ASKED.search(question)
    if not match:
        return None
    capital = [word for word in match["who"].split() if word[0].isupper()]
    keys = frozenset(key(word) for word in capital if word.lower() not in ROLES) or frozenset(map(key, capital))
    return Speech(keys, bool(match["wants"]))


def spoken(speech: Speech, sentence: str, before: str) -> int:
    """1 when a sentence tells what they say or want, -1 when it is somebody else who does, 0 when that is not told.

    What stands in quotation marks is not told by who is named in it. `before` is the sentence before.
    """
    if not speech.who:
        return 0
    side = Side(_QUOTED.sub(" , ", sentence[:SENTENCE]))
    who = _who(side.words, before) | {key(match["who"]) for match in _OWNED.finditer(side.folded)}
    if any(same(one, other) for one in who for other in speech.who):
        return int(not speech.wants or bool(_WANTING & {word.stem for word in side.words}))
    return -1 if who else 0


def _who(words: list[Word], before: str) -> set[str]:
    """The keys of all who say something; for a pronoun of those who did in the sentence before, or its first name."""
    found: set[str] = set()
    for who, verb, place in speakers(words, _VERBS):
        noun = verb.lower() in _NOUNS or verb.lower().endswith(("ion", "ions"))
        if noun or words[place - 1].text.lower() in _BEFORE_NOUN:
            continue
        if not set(who) & PRONOUNS:
            found |= {one for one in who if not plain(one)}
        elif before and not found and who[0] in {"he", "she", "they"}:
            side = Side(_QUOTED.sub(" , ", before[-SENTENCE:]))
            named = [name.words for name in name_list(side.folded) if not (name.opens and plain(name.words[0]))]
            found |= _who(side.words, "") or {key(word) for name in named[:1] for word in name}
    return found
