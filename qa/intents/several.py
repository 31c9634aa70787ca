"""Several questions in one message: each is asked by itself, and the answers become one. Pure."""

import re
from collections.abc import Sequence

from ingest.split import split_sentences
from qa.intents.chat import chat_of
from qa.schema import MODEL, NOT_FOUND, Answer, AnswerSpan, Citation, Claim, Layout
from qa.text.words import AUXILIARY, WORD
from qa.verification.cite import laid_out

_ASKING = frozenset("who what which when where why how whom whose".split())
_AND = re.compile(r",? and (?=(?:who|what|which|when|where|why|how|whose)(?:[’']s)?\b)", re.IGNORECASE)

_TWO = r"(?P<one>(?:[\w'’-]{1,30} ){1,4})and (?P<other>(?:(?!(?:each|both) )[\w'’-]{1,30} ){1,4})(?:each |both )?"
_THINKS = "think|want|see|view|say|judge|feel|react|respond|explain|describe|demand|expect|propose|plan|argue"
_EACH = re.compile(
    rf"(?i)(?:compare )?(?P<asks>what|how) (?:(?P<verb>do|does|did) )?{_TWO}"
    rf"(?P<rest>(?:{_THINKS})\b[^?.]{{0,200}})[?.]?"
)

MOST = 5
"""Questions of a message that are asked one by one."""


def questions_in(message: str) -> list[str]:
    """The questions of a message that asks nothing but several: `"Who called? And why?"` → two; else none.

    Two that “and” joins are two as well where both could stand alone. A greeting before them is left out.
    """
    found = [part for s in split_sentences(message) for part in _parted(message[s.start : s.end].strip())]
    found = [one for one in found if any(map(str.isalnum, one))]
    while found and not found[0].endswith("?") and chat_of(found[0]):
        found = found[1:]
    found = _of_each(found[0]) or found if len(found) == 1 else found
    if not 2 <= len(found) <= MOST or not all(one.endswith("?") for one in found):
        return []
    return found


def _parted(question: str) -> list[str]:
    """The parts of a question that “and” joins: `"Who won and what was lost?"` → `["Who won?", "What was lost?"]`."""
    parts = _AND.split(question)
    if not question.endswith("?") or len(parts) < 2 or not all(map(_stands_alone, parts)):
        return [question]
    return [f"{part[:1].upper()}{part[1:].rstrip(' ,?')}?" for part in parts]


def _of_each(question: str) -> list[str]:
    """What each of two thinks or says, asked of each: “How do Ada and Bo see it?” asks of Ada and then of Bo."""
    match = _EACH.fullmatch(question)
    if not match:
        return []
    asks, verb = match["asks"].capitalize(), "did" if (match["verb"] or "").lower() == "did" else "does"
    return [f"{asks} {verb} {who.strip()} {match['rest']}?" for who in (match["one"], match["other"])]


def _stands_alone(part: str) -> bool:
    """Whether it asks by itself: `"when will it close"` → True, `"when"`, `"when it closed"` → False."""
    words = [word.lower() for word in WORD.findall(re.sub(r"^(\w{3,5})['’]s\b", r"\1 is", part))]
    if len(words) < 3 or words[-1] in _ASKING:
        return False
    if words[0] in {"when", "where", "why"}:
        return words[1] in AUXILIARY
    return words[0] in {"who", *AUXILIARY} or (words[0] in _ASKING and not AUXILIARY.isdisjoint(words[1:]))


def merged(asked: str, answers: Sequence[Answer]) -> Answer:
    """The answers to the questions of a message as one: what is told in their order, and first what is not."""
    told = [answer for answer in answers if answer.status != "not_found"]
    if not told:
        return answers[0].model_copy(update={"question": asked, "standalone": asked})
    missing = " ".join(f"“{answer.question}”" for answer in answers if answer.status == "not_found")
    leads = [f"“{answer.question}” {answer.lead}" for answer in told if answer.lead]
    lead = " ".join([*leads, *([f"{NOT_FOUND.rstrip('.')}: {missing}"] if missing else [])])
    citations: dict[tuple[str, int, int], Citation] = {}
    claims: list[Claim] = []
    spans: list[AnswerSpan] = []
    for answer in told:
        numbers = {}
        for one in answer.citations:
            place = (one.article_id, one.start, one.end)
            kept = citations.setdefault(place, one.model_copy(update={"number": len(citations) + 1}))
            numbers[one.number] = kept.number
        for claim in answer.claims:
            own = claim.model_copy(update={"citations": tuple(numbers[number] for number in claim.citations)})
            claims += [own] if own not in claims else []
        spans += [span.model_copy(update={"number": numbers[span.number]}) for span in answer.spans]
    layout: Layout = "list" if all(answer.layout == "list" for answer in told) else "prose"
    return Answer(
        question=asked,
        standalone=asked,
        text=laid_out(lead, claims, layout),
        status="answered" if claims else told[0].status,
        lead=lead,
        layout=layout,
        claims=tuple(claims),
        citations=tuple(citations.values()),
        spans=tuple(spans),
        confidence=min(answer.confidence for answer in told),
        hits=told[0].hits,
        model=MODEL,
    )
