"""Who says, thinks or wants something: what tells the sentences that answer "What did Trump say?". Pure."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import takewhile

from qa.question.person import SpeakerAsked
from qa.reading.introductions import holder
from qa.text.analysis import SENTENCE, TextAnalysis
from qa.text.names import CALLINGS, ROLES, find_names, is_ordinary, name_key, same_name
from qa.text.negation import PRONOUNS, SAYING, Token, speakers
from qa.text.words import stem

_VERBS = SAYING | frozenset(
    stem(word)
    for word in "express assure outline discuss raise want propose favor favour vow pledge voice convey signal indicate"
    " praise thank urge seek sought expressed seeks request reject refuse doubt agree disagree welcome condemn"
    " criticise criticize oppose regret lament defend deplore hail".split()
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
_CLOSES = re.compile(r"^[^\"]*[,.!?]\"(?=\s|$)")

CALLED = 8
"""Words before a verb of saying in which the one who says it is looked for."""

_QUOTED = re.compile(r"“[^”]*”|^[^“”]*”|“[^”]*$|\"[^\"]*\"")
_BEFORE = frozenset("the a an this that his her its their phone telephone every each no to".split())
"""What stands before a noun, or before what is to be said."""
_NOUNS = frozenset({"call", "reports", "state", "talk"})


def with_name(speaker: SpeakerAsked, sentences: Iterable[str]) -> SpeakerAsked:
    """The same with the name of one who is called by what he is, where the sentences name one alone who is that."""
    if not speaker.role:
        return speaker
    found = {sentence[slice(*place)] for sentence in sentences if (place := holder(speaker.role, sentence))}
    keys = [{name_key(word.strip(".,")) for word in name.split() if word.lower() not in ROLES} for name in found]
    if keys and all(one & other for one in keys for other in keys):
        return replace(speaker, who=frozenset().union(*keys))
    return speaker


def spoken(speaker: SpeakerAsked, sentence: str, before: Sequence[str]) -> int:
    """1 when a sentence tells what they say or want, -1 when it is somebody else who does, 0 when that is not told.

    What stands in quotation marks is not told by who is named in it. `before` are the sentences before, nearest first.
    """
    if not speaker.who and not speaker.role:
        return 0
    side = _unquoted(sentence[:SENTENCE])
    who = [*_who(side.words, before), *((name_key(match["who"]),) for match in _OWNED.finditer(side.folded))]
    if any(_is_one(speaker.who, one) for one in who) or _called(speaker.role, side.words):
        return int(not speaker.wants or bool(_WANTING & {word.stem for word in side.words}))
    return -1 if who and speaker.who else 0


def _is_one(asked: frozenset[str], name: Sequence[str]) -> bool:
    """Whether a name is of the one who is asked for: Bruna Dorigo is not Matteo Dorigo, and Dorigo may be either."""
    own = [part for part in name if not is_ordinary(part) and part not in CALLINGS]
    alike = sum(any(same_name(part, other) for other in asked) for part in own)
    return alike > 1 or (alike == 1 and (len(asked) < 2 or len(own) < 2))


def _unquoted(sentence: str) -> TextAnalysis:
    """What is said around quotations; a single straight mark ends one that began before, or begins one that goes on."""
    if sentence.count('"') % 2:
        before, _, after = sentence.partition('"') if _CLOSES.search(sentence) else ("", "", sentence)
        sentence = f" , {after}" if before else sentence.rpartition('"')[0]
    return TextAnalysis(_QUOTED.sub(" , ", sentence))


def _called(role: str, words: Sequence[Token]) -> bool:
    """Whether one who is called so says something: `"relatives"`, "The relatives said …", "“…,” said the relatives"."""
    wanted = stem(role)
    if not role or all(word.stem != wanted for word in words):
        return False
    for place, word in enumerate(words):
        if word.stem in _VERBS and word.text.islower() and not _is_deed(words, place):
            before = words[max(place - CALLED, 0) : place][::-1]
            quoted = not place or words[place - 1].text in {",", '"'}
            if _stands(wanted, before) or (quoted and _stands(wanted, words[place + 1 : place + 1 + CALLED])):
                return True
    return False


def _stands(wanted: str, words: Sequence[Token]) -> bool:
    """Whether a word stands in these, before a mark other than a comma."""
    clause = takewhile(lambda word: word.stem or word.text == ",", words)
    return any(word.stem == wanted for word in clause)


def _is_deed(words: Sequence[Token], place: int) -> bool:
    """Whether what looks like a verb of saying is a noun, or a call for others to come: "called a meeting"."""
    verb = words[place].text.lower()
    noun = verb in _NOUNS or verb.endswith(("ion", "ions")) or words[place - 1].text.lower() in _BEFORE
    after = words[place + 1].text.lower() if place + 1 < len(words) else ""
    return noun or (verb in {"call", "called", "calls"} and after in {"a", "an", "in", "off"})


def _who(words: Sequence[Token], before: Sequence[str]) -> list[tuple[str, ...]]:
    """The names of all who say something, as keys; for a pronoun of those whom it means."""
    found: list[tuple[str, ...]] = []
    for who, _, place in speakers(words, _VERBS):
        if _is_deed(words, place):
            continue
        if not set(who) & PRONOUNS:
            found += [name] if (name := tuple(one for one in who if not is_ordinary(one))) else []
        elif not found and who[0] in {"he", "she", "they"}:
            found += _meant(before)
    return found


def _meant(before: Sequence[str]) -> list[tuple[str, ...]]:
    """Whom a pronoun means: who says something in the nearest sentence that names somebody, or its first name."""
    for sentence in before:
        side = _unquoted(sentence[-SENTENCE:])
        names = [name.words for name in find_names(side.folded) if not (name.opens and is_ordinary(name.words[0]))]
        found = _who(side.words, ()) or [tuple(map(name_key, name)) for name in names[:1]]
        if found:
            return found
    return []
