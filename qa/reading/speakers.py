"""Who says, thinks or wants something: what tells the sentences that answer "What did Trump say?". Pure."""

import re

from qa.question.person import SpeakerAsked
from qa.text.analysis import SENTENCE, TextAnalysis
from qa.text.names import find_names, is_ordinary, name_key, same_name
from qa.text.negation import PRONOUNS, SAYING, Token, speakers
from qa.text.words import stem

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


def spoken(speaker: SpeakerAsked, sentence: str, before: str) -> int:
    """1 when a sentence tells what they say or want, -1 when it is somebody else who does, 0 when that is not told.

    What stands in quotation marks is not told by who is named in it. `before` is the sentence before.
    """
    if not speaker.who:
        return 0
    side = TextAnalysis(_QUOTED.sub(" , ", sentence[:SENTENCE]))
    who = _who(side.words, before) | {name_key(match["who"]) for match in _OWNED.finditer(side.folded)}
    if any(same_name(one, other) for one in who for other in speaker.who):
        return int(not speaker.wants or bool(_WANTING & {word.stem for word in side.words}))
    return -1 if who else 0


def _who(words: list[Token], before: str) -> set[str]:
    """The keys of all who say something; for a pronoun of those who did in the sentence before, or its first name."""
    found: set[str] = set()
    for who, verb, place in speakers(words, _VERBS):
        noun = verb.lower() in _NOUNS or verb.lower().endswith(("ion", "ions"))
        if noun or words[place - 1].text.lower() in _BEFORE_NOUN:
            continue
        if not set(who) & PRONOUNS:
            found |= {one for one in who if not is_ordinary(one)}
        elif before and not found and who[0] in {"he", "she", "they"}:
            side = TextAnalysis(_QUOTED.sub(" , ", before[-SENTENCE:]))
            named = [name.words for name in find_names(side.folded) if not (name.opens and is_ordinary(name.words[0]))]
            found |= _who(side.words, "") or {name_key(word) for name in named[:1] for word in name}
    return found
