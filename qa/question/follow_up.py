"""Whether a question leans on what came before it, and with which word. Pure, by rules."""

import re
from collections.abc import Sequence

from qa.text.names import capitalised
from qa.text.words import ASKING, AUXILIARY, STOP, content_words

_POLITE = re.compile(
    r"""(?ix) ^\W*+ ((
        ok(ay)? | so | well | yes | yeah | no | hm+ | oh | great | nice | good | cool | right | sure | interesting
        | please | i\ see | got\ it | thanks(\ a\ lot)? | thank\ you((\ so|\ very)?\ much)?
    )\b \W+)+"""
)
_LEAD = re.compile(r"(?i)^\W*+(and|but|then|also|or)\b\W*")
_OPENERS = re.compile(
    r"""(?ix) \W*+ (
        (and | but | then | also | or | (what|how)\ about | any\ (else|others?) | (how|when)\ exactly | how\ so
        | (since|until)\ when | for\ how\ long | in\ what\ way | which\ ones? | which\ of\ (them|these|those)
        | tell\ me\ more | go\ on | more\ (about|on|details?))\b
        | (why(\ not)? | how | when | where | who | how\ (long|many|much|often|far) | (by|with|to|for)\ whom | and\ you
        | (in|at|to|from|by|for|with|on|of)\ (which|what)\ \w+ | really | more | which\ of\ the\ \w+
        | the\ (first|second|third|fourth|last|next|other|same)(\ one)?s?) \W*$
    )"""
)
"""How a question opens that goes on from another; the last ones only when nothing follows."""

_ELSE = re.compile(
    r"""(?ix) \b (what|who|where|anything|anyone)\ else\b (?!\ (except|but|than|besides))
        | \b which\ ones?\b (?!\ of\ the)
        | \b the\ (other|first|second|third|last|next)\ ones?\b | \b (this|that)\ one \W*$
        | \b the\ others\b | \b (any|the)\ (other|latter|former) \W*$
        | ^\W*+ ((what|which|who)\ (are|were|is|was)\ (the\ )? | (are|were)\ there\ (any\ )?) (other|more)\ \w+
            \W*$
        | ^\W*+ what\ (other|more|further)(\ \w+)? (\ (are|were|is|was|do(es)?|did)\ (there|given|named))? \W*$"""
)
"""Words that ask for others than were named before."""

_NOT_POINTING = re.compile(
    r"""(?ix) \b (
        (is|was|be|it)\b (\ (it|is|was))?
            \ ((true|said|known|likely|unlikely|possible|clear|expected|reported|important|necessary|common)
            \ (that|to|for) | (legal|illegal|safe|hard|easy)\ to) \b
        | it\ (\w+ly\ )?(cost|take)s?\ (\w+\ ){0,3}to\b | (does|did|will|would|has|could)\ it\ (\w+ly\ )?(rain|snow)\w*
        | it\ (came|comes|come)\ to | ma[kd]e\ it
        | there\ (is|was|are|were|be|been|being|any|an?|no)\b | (is|was|are|were|have|has|will|would|should)\ there\b
        | that\ (the|a|an|he|she|it|they|there)\b | (so|now)\ that\b
        | (this|these)\ (article|text|story|report|piece|news|page|day|week|weekend|month|year|season|century
            |morning|afternoon|evening|time|summer|winter|spring|autumn|fall)s?\b
        | those\ (who|whose|that|in|of|with|under|from|living|\w+ed)\b
    )"""
)
"""Where "it", "there", "that" and "this" point at nothing before the question."""

_TOKEN = re.compile(r"\w+(?:[-'’.]\w+)*|[,;:.?!]+")
PERSONS = frozenset("he him his himself she her hers herself they them their theirs themselves".split())
_THINGS = frozenset("it its itself this that these those".split())
OWNED = frozenset("his her its their".split())
_OBJECTS = frozenset("him them it this that these those there hers theirs".split())
_BREAKS = frozenset(
    "when after before if because that who which while as since until and but or where than what".split()
)
_DETERMINERS = frozenset("a an the his her its their my our your each every which what whose no any some both".split())
_BEFORE_THAT = frozenset("do say said mean know like think want than".split())
_TELLING = frozenset(
    "summarise summarize list explain describe compare name tell give show say quote find define".split()
)
_ASKED = frozenset("who whom whose what which when where why how".split())
_PREPOSITIONS = frozenset(
    "about after against at before by during for from in inside into near of on over to with".split()
)
_PEOPLE = frozenset(
    "who whom someone anyone everyone nobody people man woman men women president minister police official officials"
    " author king queen child children boy girl mother father wife husband son daughter chief general envoy company"
    " team government party group spokesman spokeswoman mayor senator judge victim suspect friend family".split()
)
_AGENT = re.compile(r"(?i)\w{3,}(er|or|ist|ian|man|men|ers|ors|ists|ians)$")

LONG = 8
"""After so many words that carry meaning, a pronoun stands for one of them: so do all in long questions about news."""


def is_follow_up(question: str) -> bool:
    """Whether the question needs what came before it: `"And why?"` → True, `"Who is Ada?"` → False.

    It does when it opens like a follow-up, asks for what else there is, points at something that it does not name
    itself, is a fragment, or has no content words of its own.
    """
    core = _POLITE.sub("", question) or question
    return bool(
        _OPENERS.match(core) or _ELSE.search(core) or pointer(core) or _fragment(core) or not content_words(core)
    )


def bare(question: str) -> str:
    """The question without what only ties it to the talk: `"Ok. And why was it late?"` → `"why was it late?"`."""
    plain = _LEAD.sub("", _POLITE.sub("", question))
    return plain if any(map(str.isalnum, plain)) else question


def pointer(question: str) -> tuple[int, int] | None:
    """Where the first word stands that points outside of the question, or None.

    `"Why was it late?"` → (8, 10); `"What did Ada say about her talk?"` → None, since "her" is Ada's.
    """
    hidden = [match.span() for match in _NOT_POINTING.finditer(question)]
    tokens = [(match[0].lower(), match.start(), match.end()) for match in _TOKEN.finditer(question)]
    words = [token[0] for token in tokens]
    proper = {name.lower() for name in capitalised(question)}
    for index, (word, start, end) in enumerate(tokens):
        if word not in PERSONS | _THINGS | {"there"} or any(a <= start < b for a, b in hidden):
            continue
        if _points_out(words, index, proper):
            return start, end
    return None


def _points_out(words: Sequence[str], index: int, proper: set[str]) -> bool:  # noqa: PLR0911 - one a kind
    """Whether the pronoun at `index` stands for something that the words before it do not name."""
    word = words[index]
    after = words[index + 1] if index + 1 < len(words) else "?"
    ends = not after[0].isalnum() or after in _BREAKS | _PREPOSITIONS or after in {"too", "happen", "now", "today"}
    if sum(other not in STOP for other in words[:index]) >= LONG:
        return False
    if word in {"this", "these", "those"}:
        return ends or not proper
    if word == "that":
        before = words[index - 1] if index else ""
        return before in AUXILIARY or (ends and before in _PREPOSITIONS | _BEFORE_THAT)
    if word == "there":
        return ends and not proper
    if (word in _OBJECTS - {"it"} and ends) or (word == "it" and ends and index and words[index - 1] not in AUXILIARY):
        if word in PERSONS and words[0] in {"who", "whom"} and words[1] in AUXILIARY and words[2] in proper:
            return False
        since = max((n for n in range(index) if _breaks(words[n])), default=-1)
        return since < 1 or not _named(words[:since], word, proper)
    return not _named(words[:index], word, proper)


def _breaks(word: str) -> bool:
    """Whether a new clause begins here, in which what came before may be meant by "it" or "them"."""
    return word in _BREAKS or not word[0].isalnum()


def _named(words: Sequence[str], pronoun: str, proper: set[str]) -> bool:
    """Whether these words name something that the pronoun can stand for."""
    person = pronoun in PERSONS - {"they", "them", "their", "theirs", "themselves"}
    for index, word in enumerate(words):
        if not word[0].isalnum() or word in AUXILIARY:
            continue
        if word in proper or (word in _PEOPLE and index > 0) or (word in {"who", "whom"} and pronoun in PERSONS):
            return True
        carries = word not in STOP and word not in ASKING and index > 0
        verb = words[index - 1] in {"who", "what", "that", "he", "she", "it", "they", "to", "not"} if index else False
        subject = words[index - 1] in AUXILIARY if index else False
        if carries and not verb and (not person or subject or _AGENT.match(word)):
            return True
    return False


def _fragment(question: str) -> bool:
    """Whether the question is no sentence: `"Regional differences"`, `"In Germany?"`, `"Zelenskyy?"`."""
    found = [word.lower() for word in re.findall(r"\w+(?:[-'’.]\w+)*", question)]
    if (
        not found
        or len(found) > 4
        or found[-1] in STOP - {"one", "ones"}
        or set(found) & (AUXILIARY | _ASKED | _TELLING | {"summary", "tl;dr", "tl"})
    ):
        return False
    if found[0] in _PREPOSITIONS:
        return len(found) <= 3
    return question.rstrip().endswith("?") or (not capitalised(question) and len(content_words(question)) <= 2)
