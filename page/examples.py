"""Questions that a visitor may click: first ones, and after an answer some that go on from it."""

from collections.abc import Mapping, Sequence
from typing import Any

from ingest.library import Library
from ingest.schema import Article
from qa.schema import Turn
from qa.suggesting import OVERVIEW, suggestions

COUNT = 4

FURTHER = 3
"""Questions that are offered after an answer."""

SAMPLE = (
    "How long did the call last?",
    "What were Putin’s key concerns?",
    "Why was the call delayed?",
    "What does Zelenskyy think of it?",
)
"""For the bundled sample article, written by hand."""

OF_ALL = ("What is new?", "Who said what?", "Which numbers are given?")
"""For several articles at once."""

_SAMPLE_START = "Trump and Putin Talk for Over Two Hours"


def examples(article: Article | None) -> tuple[str, ...]:
    """What is offered at once, before anything was looked for; None stands for all articles."""
    if article is None:
        return OF_ALL
    return SAMPLE if article.text.startswith(_SAMPLE_START) else (OVERVIEW,)


def offered(article: Article, turns: Sequence[Mapping[str, Any]], library: Library) -> tuple[str, ...]:
    """What is offered once the article was asked silently: nothing that was asked before, or that was answered with.

    Takes some seconds for an article that is new to this process.
    """
    told = [Turn.model_validate(turn["turn"]) for turn in turns if turn["turn"]]
    if not told and article.text.startswith(_SAMPLE_START):
        return SAMPLE
    asked = {turn.question for turn in told}
    said = [(one.start, one.end) for turn in told for one in turn.citations if one.article_id == article.id]
    left = [
        one.question
        for one in suggestions(article, library.settings)
        if one.question not in asked and not any(start < one.end and one.start < end for start, end in said)
    ]
    if not told:
        return tuple(left[:COUNT])
    own = [question for question in SAMPLE if question not in asked] if article.text.startswith(_SAMPLE_START) else []
    further = [*own, *(question for question in left if question != OVERVIEW)][:FURTHER]
    return tuple(further) or tuple({OVERVIEW} - asked)
