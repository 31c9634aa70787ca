"""A follow-up question and what came before it become a question that stands alone. Pure, by rules."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from qa.kinds import kind_of, shape_of
from qa.schema import Turn
from qa.words import content_words, names, words

LOOK_BACK = 4
"""How many earlier turns can still be what a follow-up is about."""

_OPENERS = re.compile(
    r"(?i)\W*(and|but|so|then|also|or|ok(ay)?|what about|how about|why( not)?\W*$|how( so| exactly)?\W*$|when exactly"
    r"|since when|until when|(who|what|where|anything) else|any others?|for how long|how (long|many|much)\W*$"
    r"|in what way|which (ones?|of)|the (first|second|third|last|same|other)s?\b|tell me more|go on|more|really)\b"
)
_LEAD = re.compile(r"(?i)^\W*(and|but|so|then|also|or|ok(ay)?)\b\W*")
_ABOUT_IT = re.compile(r"(?i)\b(it|that) (all )?about\b")
_POINTERS = frozenset(
    "he him his himself she her hers herself it its itself they them their theirs themselves"
    " this that these those there then former latter".split()
)
_PEOPLE = frozenset("he him his himself she her hers herself they them their theirs themselves".split())
_NOT_POINTING = re.compile(
    r"(?i)\b(it (true|said|known|likely|possible|clear|expected|reported|important)( that)?"
    r"|there (is|was|are|were|be|been|any|an?)|(is|was|are|were) there|that (the|a|an|he|she|it|they)\b"
    r"|this (article|text|story|report|piece|news|page))"
)


@dataclass(frozen=True)
class Standalone:
    """A question as it is searched for.

    `question` is what was asked; `topic` the words that the history adds, most recent first, and empty when the
    question stands alone; `cited` the places that the last answer cited, as (article id, start, end).
    """

    question: str
    topic: tuple[str, ...] = ()
    cited: tuple[tuple[str, int, int], ...] = ()

    @property
    def text(self) -> str:
        """The question with its topic, for people and for the encoder: `why was it late? (call, Trump)`."""
        return f"{self.question} ({', '.join(self.topic)})" if self.topic else self.question

    @property
    def wording(self) -> str:
        """The question in words that stand alone, for the reader: `And why was it late?` → `why was the call late?`.

        The first pronoun makes way for what it stands for; without one, what the history adds follows.
        """
        if not self.topic:
            return self.question
        people = " and ".join([word for word in self.topic if word[:1].isupper()][:2])
        asked = _LEAD.sub("", self.question)
        for match in re.finditer(r"\w+", asked):
            word = match[0].lower()
            if word in _POINTERS and word not in {"there", "then"}:
                meant = people if word in _PEOPLE and people else f"the {self.topic[0]}"
                owner = "'s" if word in {"his", "her", "its", "their"} else ""
                return f"{asked[: match.start()]}{meant}{owner}{asked[match.end() :]}"
        return f"{asked.rstrip('?. ')} {' '.join(self.topic[:3])}?"


def condense(question: str, history: Sequence[Turn]) -> Standalone:
    """The question, with what the last turns were about when it leans on them.

    A question leans on history when it opens like a follow-up ("and …", "what about …"), points with a pronoun
    at something that it does not name itself, or has no content words of its own.
    """
    turns = list(history)[-LOOK_BACK:]
    if not turns or not is_follow_up(question) or (shape_of(question) == "summary" and not _ABOUT_IT.search(question)):
        return Standalone(question)
    own = {word.casefold() for word in content_words(question)}
    topic = [word for word in _topic(question, turns) if word.casefold() not in own]
    cited = tuple((c.article_id, c.start, c.end) for c in turns[-1].citations)
    return Standalone(question, tuple(dict.fromkeys(topic)), cited)


def is_follow_up(question: str) -> bool:
    """Whether the question needs what came before it: `"And why?"` → True, `"Who is Ada?"` → False."""
    if _OPENERS.match(question):
        return True
    plain = _NOT_POINTING.sub(" ", question)
    seen_noun = False
    for word in words(plain):
        if word.lower() in _POINTERS and not seen_noun:
            return True
        seen_noun = seen_noun or bool(names(word)) or word.lower() in _NOUN_LIKE
    return not content_words(question)


_NOUN_LIKE = frozenset("who someone anyone everyone nobody people man woman president minister police official".split())


def _topic(question: str, turns: Sequence[Turn]) -> list[str]:
    """The words that a follow-up is about: of the last question that stood alone, and the people last spoken of."""
    topic: list[str] = []
    for turn in reversed(turns):
        topic += content_words(turn.question)
        if not is_follow_up(turn.question):
            break
    asks_person = any(word.lower() in _PEOPLE for word in words(question))
    if asks_person and (kind_of(turns[-1].question) == "who" or not any(names(word) for word in topic)):
        topic += names(turns[-1].answer)[:3]
    return topic
