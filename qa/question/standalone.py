"""A follow-up question and what came before it become a question that stands alone: by rules, or by a model. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from qa.question.answer_type import shape_of
from qa.question.antecedents import Antecedents, antecedents_of, is_chat
from qa.question.follow_up import OWNED, PERSONS, bare, is_follow_up, pointer
from qa.question.rewrite import Messages, rewrite_messages, rewritten
from qa.schema import Turn
from qa.text.names import name_phrases
from qa.text.words import content_words

LOOK_BACK = 8
"""How many earlier turns can still be what a follow-up is about."""

IN_REACH = 3
"""In how many turns back the sentences last cited are looked for: thanks or a "not found" may come after them."""

QUESTION = 2_000
"""Characters of an earlier question that are read, as of one that is asked."""

ANSWER = 12_000
"""Characters of an earlier answer that are read: more than any answer has."""

CITED = 50
"""Places that were cited last which count."""

MOST_CARRIED = 12
"""How many words the history adds at most, so that the question's own still count."""

_OVERVIEW = re.compile(
    r"(?i)\W{0,9}(?:(?:so|and|ok(?:ay)?|please|(?:can|could) you)\W{1,9})*"
    r"(?:what(?:['’]s| is| was) (?:it|this|that) (?:all )?about"
    r"|(?:summari[sz]e|sum up) (?:it|this|that)(?: (?:for me|up|briefly|shortly|please)){0,3})\W{0,9}"
)
_TELLING = frozenset(
    "bill book campaign case complaint contract dispute essay exhibition film law lawsuit lecture letter memoir message"
    " movie novel paper petition play podcast poem programme program referendum rule serie show song speech study"
    " trial vote".split()
)

Place = tuple[str, int, int]


@dataclass(frozen=True)
class StandaloneQuestion:
    """A question as it is searched for.

    `question` is what was asked, or what a model made of it; `topic` the words that the history adds, the likeliest
    first, and empty when the question stands alone; `cited` the places that were cited last, as (article id,
    start, end); `meant` what its first pronoun stands for; `dates` the wordings of its dates that it is missing.
    """

    question: str
    topic: tuple[str, ...] = ()
    cited: tuple[Place, ...] = ()
    meant: str = ""
    dates: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The question with what is added, for people and for the encoder: `why was it late? (call, Trump)`."""
        added = (*self.topic, *self.dates)
        return f"{self.question} ({', '.join(added)})" if added else self.question

    @property
    def wording(self) -> str:
        """The question in words that stand alone, for the reader: `And why was it late?` → `why was the call late?`.

        The first pronoun makes way for what it stands for; without one, what the history adds follows.
        """
        if not self.topic:
            return self.question
        core = bare(self.question)
        place = pointer(core)
        if place and self.meant:
            start, end = place
            owner = "'s" if core[start:end].lower() in OWNED and core[end : end + 2].strip(" ?.,") else ""
            meant = self.meant if self.meant[:1].isupper() else f"the {self.meant}"
            meant = f"in {meant}" if core[start:end].lower() == "there" else meant
            return f"{core[:start]}{meant}{owner}{core[end:]}"
        return f"{core.rstrip('?. ')} {' '.join(self.topic[:3])}?"


def make_standalone(question: str, history: Sequence[Turn], *, written: str = "") -> StandaloneQuestion:
    """The question, with what the last turns were about when it leans on them; one that stands alone passes untouched.

    A question leans on history when it opens like a follow-up ("and …", "what about …"), points with a pronoun
    at something that it does not name itself, is a fragment, or has no content words of its own.

    `written` is what a model replied to `rewrite_request`. It is taken only when `rewritten` lets it pass; otherwise
    the rules hold.
    """
    turns = _leaned_on(question, history)
    if not turns:
        return StandaloneQuestion(question)
    last = next((turn.citations for turn in reversed(turns[-IN_REACH:]) if turn.citations), ())
    cited = tuple((c.article_id, c.start, c.end) for c in last[:CITED])
    if written and (whole := rewritten(question, written, turns)):
        return StandaloneQuestion(whole, cited=cited)
    return replace(_by_rules(question, turns), cited=cited)


def rewrite_request(question: str, history: Sequence[Turn]) -> Messages | None:
    """What a model is to be asked to make the question stand alone, None where it does."""
    turns = _leaned_on(question, history)
    return rewrite_messages(question, turns) if turns else None


def _leaned_on(question: str, history: Sequence[Turn]) -> list[Turn]:
    """The turns that the question leans on, none when it stands alone."""
    turns = [_within_bounds(turn) for turn in history[-LOOK_BACK:]]
    alone = not is_follow_up(question) or (shape_of(question) == "summary" and not pointer(question))
    return [] if alone or (_OVERVIEW.fullmatch(question) and not _tells(antecedents_of(turns).thing)) else turns


def _tells(thing: str) -> bool:
    """Whether it is something that is about something, as a book is; else “What is it about?” asks of the article."""
    return bool(thing) and thing.rsplit(maxsplit=1)[-1].lower().removesuffix("s") in _TELLING


def _within_bounds(turn: Turn) -> Turn:
    """The turn as far as it is read: a conversation comes from outside, and may hold texts of any length."""
    if len(turn.question) <= QUESTION and len(turn.answer) <= ANSWER:
        return turn
    return turn.model_copy(update={"question": turn.question[:QUESTION], "answer": turn.answer[:ANSWER]})


def _by_rules(question: str, turns: Sequence[Turn]) -> StandaloneQuestion:
    """The question with what its pronoun stands for and the words of the questions that it goes on from."""
    focus, core = antecedents_of(turns), bare(question)
    place = pointer(core)
    meant = _meant(core[slice(*place)].lower(), focus) if place else ""
    own = {word.casefold() for word in content_words(question)}
    carried = [*content_words(meant), *_carried(turns)]
    if not place and name_phrases(core) and "about" in core.lower():
        others = {word for name in focus.people for word in name.split()}
        carried = [word for word in carried if word not in others] or carried
    topic: dict[str, str] = {}
    for word in carried:
        if word.casefold() not in own:
            topic.setdefault(word.casefold(), word)
    return StandaloneQuestion(question, tuple(topic.values())[:MOST_CARRIED], meant=meant)


def _meant(pronoun: str, focus: Antecedents) -> str:
    """What a pronoun stands for in this focus, or nothing: "he", Ada → Ada; "they", (Ada, Bo) → "Ada and Bo"."""
    if pronoun == "there":
        return focus.place or focus.thing
    if pronoun in {"they", "them", "their", "theirs", "themselves"}:
        plural = focus.thing.endswith("s") and not focus.thing.endswith("ss")
        if len(focus.people) < 2 and (plural or not focus.people):
            return focus.thing or "".join(focus.people)
        return " and ".join(focus.people[:2])
    if pronoun in PERSONS and focus.people:
        return focus.people[0]
    return focus.thing


def _carried(turns: Sequence[Turn]) -> list[str]:
    """The words of the last question and of the one that stood alone before it; those in between say little."""
    questions = [turn.question for turn in turns if not is_chat(turn.question)]
    found: list[str] = []
    for count, question in enumerate(reversed(questions)):
        root = not is_follow_up(question) or (len(content_words(question)) > 2 and not pointer(question))
        if root or count == 0:
            found += content_words(question)
        if root:
            break
    return found
