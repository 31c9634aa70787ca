"""What a conversation is about when its next question comes: the people and the thing last spoken of. Pure."""

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from qa.question.answer_type import answer_type_of
from qa.question.follow_up import bare, is_follow_up, pointer
from qa.question.person import person_asked
from qa.schema import Turn
from qa.text.names import DATES, name_phrases
from qa.text.words import ASKING, AUXILIARY, STOP, content_words

_PLACED = re.compile(r"(?i)\b(in|at|near|from|to|inside|outside|across|around|on)( the)? $")
_WORD = re.compile(r"\w+(?:[-'’.]\w+)*")
_MARK = re.compile(r"\[\d{1,3}\]")
_CHAT = re.compile(
    r"(?i)^\W*+(i (wish|see|think|understand|agree|love|like|feel)|thanks?|thank you|that('s| is|’s) \w+\W*$"
    r"|ok(ay)?\W*$|hello|hi|hey|wow)\b"
)
_DETERMINERS = frozenset({"the", "a", "an"})
_LEADS = frozenset({"of", "for", "about", "which", "what", "many", "on", "in"})
_ASKING_LEADS = frozenset({"which", "what", "many"})


@dataclass(frozen=True)
class Antecedents:
    """The people last spoken of, the first the likeliest, the thing last spoken of, and a place; all may be missing."""

    people: tuple[str, ...] = ()
    thing: str = ""
    place: str = ""


def antecedents_of(turns: Sequence[Turn]) -> Antecedents:
    """The focus after these turns, oldest first.

    A question that stands alone sets it, one that points back keeps it, and the answer to "who" brings a person in.
    """
    focus = Antecedents()
    for turn in turns:
        question = bare(turn.question)
        people, places = _people(question)
        thing = _thing(question)
        keeps = pointer(question) is not None or not content_words(question)
        if keeps and is_follow_up(turn.question):
            focus = Antecedents(focus.people or people, focus.thing or thing, (*places, focus.place)[0])
        elif not is_chat(turn.question):
            focus = Antecedents(people, thing or focus.thing, (*places, "")[0])
        brings = answer_type_of(question) == "who" and not person_asked(question)
        if brings and (person := _answering(question, turn.answer)):
            focus = Antecedents((person, *focus.people), focus.thing, focus.place)
        elif not focus.people:
            focus = Antecedents(_people(_MARK.sub("", turn.answer))[0][:2], focus.thing, focus.place)
    return focus


def is_chat(text: str) -> bool:
    """Whether a turn asks nothing: `"Thank you!"`, `"I wish he had paid me."`."""
    return "?" not in text and bool(_CHAT.match(text))


def _people(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names that can be people's, and those that stand where a place stands."""
    found = _named(text)
    places = [name for name, start in found if _PLACED.search(text[max(start - 14, 0) : start])]
    placed = set(places)
    people = [name for name, _ in found if name not in placed]
    return tuple(dict.fromkeys(people)), tuple(dict.fromkeys(places))


def _named(text: str) -> list[tuple[str, int]]:
    """The names of a text with their places, days and months aside."""
    return [pair for pair in name_phrases(text) if not {word.lower() for word in pair[0].split()} <= DATES]


def _thing(question: str) -> str:
    """What a question is about, without its determiner: `"How long did the call last?"` → `"call"`.

    What follows "the" or "a" is preferred to a name: `"Did Ada back the truce?"` → `"truce"`.
    """
    runs = _runs(question)
    chosen = next((run for run in runs if run[0] in _DETERMINERS), None) or next(iter(runs), None)
    return chosen[1] if chosen else ""


def _runs(question: str) -> list[tuple[str, str]]:
    """The runs of content words that a determiner, preposition or auxiliary leads in, each with that word.

    After "did" and its like the last word of a run is taken for the verb, except in "what is the peace plan?".
    """
    found = list(_WORD.finditer(question))
    words = [match[0].lower() for match in found]
    defines = bool(set(words[:2]) & {"what", "who"} and set(words[:3]) & {"is", "are", "was", "were"})
    runs: list[list[int]] = []
    for index, word in enumerate(words):
        if word in STOP or word in ASKING:
            continue
        joined = bool(runs) and runs[-1][-1] == index - 1
        if joined and question[found[index - 1].end() : found[index].start()] == " ":
            runs[-1].append(index)
        else:
            runs.append([index])
    led = []
    for run in runs:
        before = words[max(run[0] - 2, 0) : run[0]]
        lead = before[-1] if before else ""
        verb = len(run) > 1 and bool(set(before) & AUXILIARY) and not defines
        kept = run[:-1] if verb else run
        if lead in _ASKING_LEADS and not set(words[run[-1] + 1 : run[-1] + 2]) & AUXILIARY:
            kept = run[:1]
        if lead in _DETERMINERS | AUXILIARY | _LEADS:
            led.append((lead, question[found[kept[0]].start() : found[kept[-1]].end()]))
    return led


def _answering(question: str, answer: str) -> str:
    """The name in an answer to "who" that stands nearest to the words of the question, and is none of them."""
    question_words = {word.lower() for word in content_words(question)}
    reply = _MARK.sub("", answer)
    spots = [match.start() for match in _WORD.finditer(reply) if match[0].lower() in question_words]
    best: list[tuple[int, str]] = []
    for name, start in _named(reply):
        rest = _without(name, question_words)
        if rest:
            place = start + name.index(rest)
            gaps = (abs(edge - spot) for edge in (place, place + len(rest)) for spot in _around(edge, spots))
            best.append((min(gaps, default=place), rest))
    return min(best)[1] if best else ""


def _around(place: int, spots: Sequence[int]) -> Sequence[int]:
    """The spots next to a place, before and after it; the spots are in order."""
    after = bisect_left(spots, place)
    return spots[max(after - 1, 0) : after + 1]


def _without(name: str, question_words: set[str]) -> str:
    """The last part of a name that the question does not say: "President Ada Li", {"president"} → "Ada Li"."""
    parts = name.split(" ")
    cut = max((n + 1 for n, part in enumerate(parts) if part.lower() in question_words), default=0)
    return " ".join(parts[cut:])
