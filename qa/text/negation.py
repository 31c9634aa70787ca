"""What a text says and what it denies: negated words, opposites, and who says so. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from qa.text.calendar import WEEKDAYS
from qa.text.names import ROLES, name_key
from qa.text.words import STOP, stem

_WORD = re.compile(r"[^\W_]+(?:['-][^\W_]+)*|[,;:.!?()]")

_NOT = frozenset(
    "not never no nor neither none nobody nothing cannot hardly barely unable impossible unlikely lack without".split()
)
_AGAINST = frozenset(
    stem(word)
    for word in "refuse refused refusal deny denied denies denial reject rejected rejection doubt fail failed oppose"
    " opposed dispute dismiss disagree mistrust distrust lacked lacking".split()
)
"""Verbs that deny what follows them."""

_HOLLOW = frozenset(
    stem(word)
    for word in "idea notion claim suggestion allegation accusation charge report rumour rumor theory assertion thought"
    " possibility impression ideas claims suggestions allegations accusations charges reports rumours true correct"
    " case certain clear".split()
)
"""Words for what is said or thought; what is denied stands after their “that”: `"He denied claims that it rained."`."""

_WARY = frozenset(
    stem(word)
    for word in "skeptical skepticism sceptical scepticism suspicious suspicion wary doubtful doubts concerns concerned"
    " critical criticism criticized criticised afraid fears".split()
)
"""Words of those who neither affirm nor deny."""

_ENDS = frozenset(",;:.!?()") | {"but", "although", "though", "because", "while", "whereas", "unless", "until"}
REACH = 20
"""Words and marks after a “not” among which those that it denies are looked for."""

SCOPE = 3
"""Words with meaning after a “not” that it is taken to deny."""

_OPPOSITES = (
    "accept reject|accept refuse|agree disagree|agree refuse|allow forbid|allow ban|allow prevent|allow prohibit"
    "|support oppose|back oppose|confirm deny|admit deny|acknowledge deny|rise fall|increase decrease|increase reduce"
    "|grow shrink|gain lose|win lose|begin end|start end|start stop|begin stop|continue stop|open close|enter leave"
    "|arrive leave|join leave|buy sell|import export|succeed fail|pass fail|attack defend|praise criticize"
    "|praise criticise|praise condemn|welcome condemn|approve reject|raise lower|raise cut|strengthen weaken"
    "|improve worsen|include exclude|remember forget|love hate|trust distrust|trust mistrust|trust doubt"
    "|believe doubt|build destroy|create destroy|protect threaten|help harm|hire fire|guilty innocent|legal illegal"
    "|possible impossible|likely unlikely|able unable|clear unclear|known unknown|safe dangerous|easy hard"
    "|easy difficult|simple complicated|simple complex|optimistic pessimistic|constructive unproductive"
    "|willing unwilling|afraid unafraid|sincere insincere|peaceful violent|effective ineffective|common rare"
    "|rich poor|strong weak|large small|big small|high low|higher lower|highest lowest|largest smallest"
    "|biggest smallest|best worst|better worse|good bad|more less|more fewer|most least|majority minority"
    "|often rarely|before after|earlier later|early late|first last|oldest youngest|older younger"
    "|longer shorter|long short|longest shortest|north south|east west|northern southern|eastern western|male female"
    "|man woman|men women|boy girl|father mother|son daughter|brother sister|husband wife|alive dead|public private"
    "|positive negative|maximum minimum|inside outside|above below|over under|true false|voluntary forced|fair unfair"
    "|fairly unfairly|respect ignore|respect violate|keep break|permanent temporary|lasting temporary"
    "|occupied liberated|speed delay|futile worthwhile|overestimate underestimate|ally enemy|friend enemy"
    "|privately publicly|openly secretly|hot cold|warm cold|fast slow|quickly slowly|domestic foreign|full empty"
    "|maximum minimum|loose tighten|ease tighten|profit loss|surplus deficit|victory defeat|war peace"
)
OPPOSITES: dict[str, frozenset[str]] = {}
for _pair in _OPPOSITES.split("|"):
    _one, _other = (stem(_word) for _word in _pair.split())
    OPPOSITES[_one] = OPPOSITES.get(_one, frozenset()) | {_other}
    OPPOSITES[_other] = OPPOSITES.get(_other, frozenset()) | {_one}
_IRREGULAR = {
    stem(form): stem(base)
    for forms in (
        "rise rose risen|fall fell fallen|grow grew grown|win won|lose lost|begin began begun|leave left|buy bought"
        "|sell sold|build built|forget forgot forgotten|keep kept|break broke broken|deny denied denies denial"
        "|refuse refusal|reject rejection|accept acceptance|forbid forbade forbidden|say said says|tell told"
        "|think thought|speak spoke spoken|write wrote written|shrink shrank|drop dropped|cut cut|rule ruled"
        "|rely relied|man men"
    ).split("|")
    for base, *others in [forms.split()]
    for form in (base, *others)
}

_PREFIXES = ("un", "in", "im", "ir", "il", "dis", "non", "mis")

_VERBS = (
    "say tell add insist claim argue warn announce declare state note explain reply answer describe call promise admit"
    " acknowledge confirm deny report suggest believe think write ask complain stress emphasize repeat reiterate demand"
    " accuse maintain concede remark comment tweet predict estimate"
)
SAYING = frozenset(stem(word) for word in _VERBS.split()) | {stem("said"), stem("told"), stem("says"), stem("wrote")}
_DETERMINERS = frozenset("a an the this that his her its their my our your each every no any some".split())
_NOUNS = frozenset("answer call claim demand offer order promise reply report request tweet warning".split())
"""Forms of what says something that are things as well."""

PRONOUNS = frozenset("he she they it his her their its him them i we who which".split())


@dataclass(frozen=True)
class Token:
    """A word or mark. `stem` is empty for a mark; `meant` is false for marks and stop words."""

    text: str
    stem: str
    meant: bool


_LOOSE = frozenset({"first", "last"})
"""Asked for, these are mostly not meant as opposites, as in "How long did it last?"."""

_EMPTY = STOP | frozenset("whether yet still already even just really so".split())
Denial = tuple[str, ...]
"""The stems that a “not” or a verb like it denies."""


def tokenize(text: str) -> list[Token]:
    """The words and marks of folded text: `"He left."` → `he` (not meant), `left`, `.`, in order."""
    found = []
    for token in _WORD.findall(text):
        mark = not token[0].isalnum()
        found.append(Token(token, "" if mark else base(token.lower()), not mark and token.lower() not in _EMPTY))
    return found


def base(word: str) -> str:
    """The stem, with irregular forms brought home: `"fell"` → `"fall"`."""
    root = stem(word)
    return _IRREGULAR.get(root, root)


def denials(words: Sequence[Token]) -> list[Denial]:
    """The stems that follow each “not” in its clause: `"He did not call Rubio."` → `[("call", "rubio")]`."""
    found: list[Denial] = []
    for place in range(len(words)):
        if not _denies(words, place) or _taken_back(words, place):
            continue
        verb = _against_after(words, place)
        scope: list[str] = [verb] if verb else []
        for number in () if verb else range(place + 1, min(place + 1 + REACH, len(words))):
            after = words[number]
            if after.text.lower() in _ENDS or (after.text == "and" and words[place].text.lower() in _PARTICLES):
                break
            scope += [after.stem] if after.meant and not _denies(words, number) and not _hollow(words, number) else []
        found.append(tuple(scope))
    return found


def _against_after(words: Sequence[Token], place: int) -> str:
    """The verb that denies and is itself denied by the “not” before it: `"Nobody doubted that it rained."` → doubt."""
    if not _is_not(words[place]):
        return ""
    for word in words[place + 1 : place + 4]:
        if word.text.lower() in _ENDS:
            break
        if word.stem in _AGAINST:
            return word.stem
    return ""


def _taken_back(words: Sequence[Token], place: int) -> bool:
    """Whether a verb that denies is denied itself, and so denies nothing."""
    if words[place].stem not in _AGAINST:
        return False
    near = words[max(place - 3, 0) : place + 1]
    return any(_against_after(near, before) for before in range(len(near) - 1))


def _denies(words: Sequence[Token], place: int) -> bool:
    word, low = words[place], words[place].text.lower()
    before = {one.stem for one in words[max(place - 3, 0) : place]}
    if low in _PARTICLES:
        return bool(before & _PARTICLES[low])
    return _is_not(word) or word.stem in _AGAINST


_PARTICLES = {
    "down": frozenset({"turn"}),
    "against": frozenset({"vote", "decid", "argu", "rule"}),
    "out": frozenset({"rule"}),
}
"""What denies with a verb before it: turned it down, voted against it, ruled it out."""


def _is_not(word: Token) -> bool:
    low = word.text.lower()
    return low in _NOT or low.endswith("n't")


def _hollow(words: Sequence[Token], place: int) -> bool:
    opens = any(word.text.lower() in {"that", "whether", "if"} for word in words[place + 1 : place + 2])
    return opens and words[place].stem in _HOLLOW


def flips(claim: Sequence[Token], source: Sequence[Token]) -> tuple[int, int]:
    """How many denials the claim adds to what the source says, and how many of the source's it drops.

    A denial of one is answered by one of the other that shares a word. Else it counts when the other side holds at
    least half of the first three words that it denies; and the first of them when the claim drops it, since a claim may
    say the same by another verb: never missed, always met. Nor does it count when it denies the opposite of what the
    other side says: none was positive, all were negative.
    """
    ours, theirs = denials(claim), denials(source)
    return _unanswered(ours, theirs, source, first=False), _unanswered(theirs, ours, claim, first=True)


def _unanswered(ours: Sequence[Denial], theirs: Sequence[Denial], other: Sequence[Token], *, first: bool) -> int:
    held = {word.stem for word in other}
    answering = {stem for two in theirs for stem in two}
    bare = any(not two for two in theirs)
    lone = [one[:SCOPE] for one in ours if one and not bare and not answering & set(one) and not _turned(one, held)]
    return sum((one[0] in held or not first) and 2 * len(held & set(one)) >= len(one) for one in lone)


def _turned(scope: Denial, held: set[str]) -> bool:
    """Whether an opposite of what is denied is held, and not that itself."""
    return any(stem not in held and OPPOSITES.get(stem, frozenset()) & held for stem in scope)


def opposed(claim: Sequence[Token], source: Sequence[Token]) -> list[tuple[str, str]]:
    """Words of the claim whose opposite, and not they, stand in the source: `"accepted"`, source `"rejected"`."""
    stems = {word.stem: word for word in source if word.stem}
    own = {word.stem for word in claim}
    ours, theirs = ({stem for one in denials(side) for stem in one} for side in (claim, source))
    found = []
    for word in claim:
        for other in (
            OPPOSITES.get(word.stem, frozenset()) - _AGAINST if word.meant and word.stem not in _AGAINST else ()
        ):
            new = word.stem not in stems and other in stems and other not in own
            if new and (word.stem in ours) == (other in theirs):
                found.append((word.text, stems[other].text))
    return found


def opposite(one: str, other: str) -> bool:
    """Whether two stems are opposites: in a list, or by a prefix such as un- and in-."""
    short, long = sorted((one, other), key=len)
    if {one, other} & _AGAINST:  # a denial, see `flips`
        return False
    return other in OPPOSITES.get(one, frozenset()) or (len(short) > 3 and long in {p + short for p in _PREFIXES})


def twists(question: Sequence[Token], source: Sequence[Token]) -> int:
    """How many words of a question are the opposite of what a source says, or deny what it affirms without a doubt.

    `"Why did the rate fall?"`, source `"The rate rose."` → 1: the source does not answer, however alike they are.
    """
    ours, theirs = ({word.stem for word in side if word.stem} for side in (question, source))
    new = [word.stem for word in question if word.meant and word.stem not in theirs | _LOOSE]
    denied = 0 if theirs & _WARY else flips(question, source)[0]
    return sum(any(opposite(stem, other) for other in theirs - ours) for stem in new) + denied


def speakers(words: Sequence[Token], verbs: frozenset[str] = SAYING) -> list[tuple[tuple[str, ...], str, int]]:
    """Who says something: the keys of the names before (or just after) a saying verb, the verb, and its place.

    `"Rubio said that it rained"` → `[(("rubio",), "said", 1)]`; a pronoun or “officials” gives its own word.
    """
    found = []
    for place, word in enumerate(words):
        if word.stem == "accord" and place + 1 < len(words) and words[place + 1].text == "to":
            if who := _subject(words, range(place + 2, min(place + 8, len(words)))):
                found.append((who, word.text, place))
        elif word.stem in verbs and word.text.islower() and not _is_noun(words, place):
            who = _subject(words, range(place - 1, max(place - 9, -1), -1))
            if not who and place and words[place - 1].text in {",", '"', "?", "!"}:
                who = _subject(words, range(place + 1, min(place + 7, len(words))))
            if who:
                found.append((who, word.text, place))
    return found


def _is_noun(words: Sequence[Token], place: int) -> bool:
    """Whether a word that may say something is a thing here: “the call”, “a telephone call”, “his first report”."""
    before = [words[n].text.lower() for n in range(max(place - 2, 0), place)]
    if before and before[-1] in _DETERMINERS:
        return True
    named = len(before) == 2 and before[0] in _DETERMINERS and before[1].isalpha() and not before[1].endswith("s")
    return named and words[place].text in _NOUNS


def _subject(words: Sequence[Token], places: Sequence[int] | range) -> tuple[str, ...]:
    """The nearest capitalised words or pronoun in these places, up to a mark; what they own does not speak."""
    taken: list[str] = []
    for place in places:
        word = words[place]
        low = word.text.lower()
        if (not word.stem and (taken or word.text != ",")) or (low in {"and", "but", "that"} and not taken):
            break
        if word.text in WEEKDAYS:
            continue
        if word.text[0].isupper() and low not in STOP and not low.endswith(("'s", "s'")):
            taken.append(name_key(word.text))
        elif low in PRONOUNS and not taken:
            return (low,)
        elif taken and low not in {"of", "the", "and", "for"} | ROLES:
            break
    return tuple(one for one in taken if one not in ROLES)
