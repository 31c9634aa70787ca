"""What kind of thing would answer a question, what can be of that kind, and how much of it is asked for. Pure."""

import re
from typing import Literal

AnswerType = Literal["who", "when", "day", "where", "how long", "how many", "why", "how", "yes/no", "what"]
Shape = Literal["point", "list", "summary", "compare"]

_ASKED_BY: tuple[tuple[AnswerType, str], ...] = (
    (
        "how long",
        r"\b(for )?how (long|many (minutes|hours|days|weeks|months|years))\b|\bwhat (was|is) the (length|duration)\b",
    ),
    ("how many", r"\bhow (many|much|often|far|old|tall|big|large|high|deep|fast|heavy)\b"),
    ("how many", r"\b(what|which) (percent\w*|share|number|amount|price)\b"),
    (
        "how many",
        r"\bwhat (is|was) the (price|cost|number|amount|total|percentage|population|rate|age|size|height|distance)\b",
    ),
    ("day", r"\b(what|which) (exact )?(date|day|weekday)\b"),
    ("when", r"\bwhen\b|\bat what (hour|time)\b"),
    ("when", r"\b(what|which) (exact )?(time|year|month|week|decade|century|hour|season)\b"),
    ("where", r"\bwhere\b"),
    ("where", r"\b(what|which) (place|city|country|region|town|state|location|village|street|county|area|continent)\b"),
    ("why", r"\bwhy\b|\bhow come\b|\bwhat (caused|led|made|prompted)\b"),
    ("why", r"\b(for )?what reasons?\b|\bwhat (is|was) the (reason|cause|purpose)\b"),
    ("who", r"\bwho(m|se)?\b|\bwhat (is|was) the name of\b|\bby whom\b"),
    ("who", r"\b(what|which) (person|man|woman|official|politician|leader|president|minister|author|player|company)\b"),
    ("who", r"\b(what|which) (team|group|organi[sz]ation|agency|actor|scientist|king|queen|general)\b"),
    ("how", r"\bhow\b"),
)
_KINDS = tuple((kind, re.compile(pattern)) for kind, pattern in _ASKED_BY)
_LINKING = frozenset({"who", "when", "where"})
"""Question words that also link a clause to what it is about."""

_AUXILIARY = re.compile(
    r"\W*+(?:\w+ly )?(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|may|might)\b"
)
_ASKING = re.compile(r"\b(?:who|whom|whose|what|which|why|how|where|when)\b")
_JOINING = frozenset({"and", "or", ","})
_TOLD = re.compile(
    r"(?:\b(?:and|or|but|so|since|until|till|from|to|by|with|for|of|on|in|at|about|exactly|me|us|know|tell|say|says|explain|state"
    r"|name|list|identify)|[,;:–—])\s*$"
)
"""What stands before a question word that asks, when it is not the first word."""

_YES_NO = re.compile(
    r"(?i)\W*+(is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|may|might|isn't|aren't|wasn't|weren't"
    r"|don't|doesn't|didn't|hasn't|haven't)\b"
)
_SUMMARY = re.compile(
    r"(?i)\b(summar\w+|tl;?dr|overview|gist|in (short|brief|a nutshell)|main (points?|ideas?|takeaways?|topics?)"
    r"|key (points?|takeaways?|facts)|what (is|was|'s) (this|the) (article|text|story|report|piece|news)( all)? about"
    r"|what happened\W*$|what (is|was|'s) (it|this|that) (all )?about|what's the story)\b"
)
_COMPARE = re.compile(
    r"(?i)\b(compare|comparison|differ\w*|versus|vs|contrast\w*|in common|disagree\w*|similarit\w+|both sides"
    r"|positions? of)\b"
)
_LIST = re.compile(
    r"(?i)\b(list|all( of)? the|every|each of|name (all|the|some|two|three|four|five)|enumerate)\b"
    r"|\bwho (all|are|were) the\b"
    r"|\bwhat (did|does|do|has|have) .{2,40} (say|said|tell|told|stated?|think|claim(ed)?|argue|want|demand)\W*$"
    r"|\b(what|which) ((were|are|is|was|the|some|any|other|key|main|several|specific) )*"
    r"(?!(is|was|does|has|this|his|its|us|news|business|process|basis|crisis|status|series|says|causes|makes|means)\b)"
    r"\w{3,}s (did|do|does|were|are|was|has|have|had|will|would|could|can|might|must|should|remain\w*|that|of|for|in|on"
    r"|about)\b"
    r"|\bwhich ([\w.'’-]+ ){1,2}(\w{3,}s|people|men|women|children) (are|were|have)\b"
    r"|\bwhich (?!(news|business|process|crisis|status|series)\b)\w{3,}(s|people) \w+\b"
    r"|\b(what|which|who) (were|are) (the|some|his|her|their|its|\w+['’]s?)( \w+){0,3}"
    r" (?!(news|status|basis|crisis)\b)\w{3,}s\b"
)


def answer_type_of(question: str) -> AnswerType:
    """What kind of thing would answer: `"At what time did it begin?"` → `"when"`."""
    lower = question.lower()
    if _YES_NO.match(question):
        return "yes/no"
    found = [
        (match.start(), kind)
        for kind, pattern in _KINDS
        for match in pattern.finditer(lower)
        if match[0] not in _LINKING or _asks(lower, match)
    ]
    return min(found, key=lambda pair: pair[0])[1] if found else "what"


def _asks(question: str, match: re.Match[str]) -> bool:
    """Whether a question word asks, or only links a clause: `"What did the man who called say?"`."""
    before, after = question[: match.start()], question[match.end() :]
    if not re.search(r"\w", before):
        return match[0] == "who" or bool(_AUXILIARY.match(after)) or not _ASKING.search(after.removeprefix(" and when"))
    if not re.search(r"\w", after):
        return True
    lead = _TOLD.search(before)
    return lead is not None and (lead[0].strip() not in _JOINING or match[0] == "who" or bool(_AUXILIARY.match(after)))


def shape_of(question: str) -> Shape:
    """How much would answer: one point, a list, a summary or a comparison."""
    if _SUMMARY.search(question):
        return "summary"
    if _COMPARE.search(question):
        return "compare"
    return "list" if _LIST.search(question) else "point"
