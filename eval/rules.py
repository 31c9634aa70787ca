"""The rules and named constants of `qa`, each with what stands in its place when it is switched off.

One table, for `python -m eval.ablation`. A row names a thing by its module and its name there; the test of the table
looks that each is there. What only a language model is served by is left out: no shipped set sees it.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from qa.question.antecedents import Antecedents
from qa.reading.evidence import READ_QUESTION, READ_SENTENCE
from qa.reading.features import QUESTION_FEATURES, SENTENCE_FEATURES
from qa.verification.findings import LEXICAL, SEMANTIC

Change = Callable[[Any], Any]
"""Makes of a thing what stands in its place."""

_NEVER = re.compile(r"(?!)")
_ALWAYS = re.compile(r".?")
_UNBOUNDED = 10**6


@dataclass(frozen=True)
class Rule:
    """A thing of `qa`, by its module there and its name, and what is made of it to switch it, or a part of it, off."""

    module: str
    name: str
    without: Change
    part: str = ""

    @property
    def id(self) -> str:
        """How it is called: `reading.sentences.CLOSE`, `question.answer_type._KINDS[why 2]`."""
        return f"{self.module}.{self.name}" + (f"[{self.part}]" if self.part else "")


def value(other: object) -> Change:
    """Another value in its place."""
    return lambda _: other


def gives(result: Any) -> Change:
    """A function that always gives this."""
    return lambda _: lambda *_, **__: result


def first(_: Any) -> Any:
    """A function that gives back its first argument."""
    return lambda given, *_, **__: given


def listed(number: int) -> Change:
    """A function that gives back one of its arguments as a list."""
    return lambda _: lambda *given, **__: list(given[number])


def _rules(module: str, rows: Mapping[str, Change]) -> list[Rule]:
    return [Rule(module, name, without) for name, without in rows.items()]


def _without_row(number: int) -> Change:
    return lambda rows: (*rows[:number], *rows[number + 1 :])


def _without_key(key: str) -> Change:
    return lambda held: {name: _NEVER if name == key else kept for name, kept in held.items()}


def _dropped_key(key: str) -> Change:
    return lambda held: {name: kept for name, kept in held.items() if name != key}


def _weight(part: str, names: Sequence[str]) -> Iterator[Rule]:
    """A rule for every weight of the evidence model in one of its arrays."""

    def zeroed(number: int) -> Change:
        def without(load: Callable[[], Any]) -> Callable[[], Any]:
            def loaded() -> Any:
                model = load()
                weights = getattr(model, part).copy()
                weights[number] = 0.0
                return replace(model, **{part: weights})

            return loaded

        return without

    for number, name in enumerate(names):
        yield Rule("reading.evidence", "load_evidence_model", zeroed(number), f"{part}.{name}")


def _support_weight(kind: str, name: str) -> Rule:
    """The rule for a weight of the support model."""

    def without(load: Callable[[], Any]) -> Callable[[], Any]:
        return lambda: {**load(), kind: {**load()[kind], name: 0.0}}

    return Rule("verification.support", "load_support_model", without, f"{kind}.{name}")


_ANSWER_KINDS = (
    *("how long", "how many", "how many: which share", "how many: the price", "day", "when", "when: which year"),
    *("where", "where: which city", "why", "why: the reason", "who", "who: which person", "who: which team", "how"),
)
"""The rows of `answer_type._KINDS`."""

_HELD = ("who", "when", "day", "where", "how long", "how many", "why", "how")
_MEASURES = ("how long", "when", "day", "how many")

QUESTION = [
    *_rules(
        "question.answer_type",
        {
            "answer_type_of": gives("what"),
            "shape_of": gives("point"),
            "_asks": gives(result=True),
            "_LINKING": value(frozenset()),
            "_JOINING": value(frozenset()),
            "_TOLD": value(_NEVER),
            "_YES_NO": value(_NEVER),
            "_SUMMARY": value(_NEVER),
            "_COMPARE": value(_NEVER),
            "_LIST": value(_NEVER),
        },
    ),
    *_rules(
        "question.answer_form",
        {
            "can_be": gives(result=True),
            "_TIME": value(_ALWAYS),
            "_AMOUNT": value(_ALWAYS),
            "_FIGURE": value(_NEVER),
            "_MOMENT": value(_NEVER),
            "_TITLED": value(_NEVER),
        },
    ),
    *(Rule("question.answer_form", "_HELD", _without_key(kind), kind) for kind in _HELD),
    *(Rule("question.answer_form", "_EXACT", _dropped_key(kind), kind) for kind in _MEASURES),
    *(Rule("question.answer_type", "_KINDS", _without_row(n), part) for n, part in enumerate(_ANSWER_KINDS)),
    *_rules("question.parse", {"parts_of": lambda _: lambda question: (question,)}),
    *_rules("question.person", {"speaker_asked": gives(None), "person_asked": gives(""), "office_asked": gives("")}),
    *_rules(
        "question.dates",
        {
            "with_dates": first,
            "DAYS_AT_MOST": value(0),
            "NEAR_DAYS": value(0),
            "_RELATIVE": value(_NEVER),
            "_ABSOLUTE": value(_NEVER),
        },
    ),
    *_rules(
        "question.follow_up",
        {
            "is_follow_up": gives(result=False),
            "pointer": gives(None),
            "bare": first,
            "_POLITE": value(_NEVER),
            "_LEAD": value(_NEVER),
            "_OPENERS": value(_NEVER),
            "_ELSE": value(_NEVER),
            "_NOT_POINTING": value(_NEVER),
            "_fragment": gives(result=False),
            "_points_out": gives(result=True),
            "_breaks": gives(result=False),
            "_named": gives(result=False),
            "_AGENT": value(_NEVER),
            "_PEOPLE": value(frozenset()),
            "LONG": value(_UNBOUNDED),
        },
    ),
    *_rules(
        "question.standalone",
        {
            "LOOK_BACK": value(1),
            "IN_REACH": value(1),
            "CITED": value(0),
            "MOST_CARRIED": value(_UNBOUNDED),
            "_meant": gives(""),
            "_carried": gives([]),
        },
    ),
    *_rules(
        "question.antecedents",
        {
            "antecedents_of": lambda _: lambda _turns: Antecedents(),
            "is_chat": gives(result=False),
            "_people": gives(((), ())),
            "_thing": gives(""),
            "_answering": gives(""),
            "_PLACED": value(_NEVER),
            "_DETERMINERS": value(frozenset()),
            "_LEADS": value(frozenset()),
            "_ASKING_LEADS": value(frozenset()),
        },
    ),
]
"""What a question is taken for."""


RETRIEVAL = [
    *_rules(
        "retrieval.search",
        {
            "DEPTH": value(10),
            "RRF": value(60.0),
            "DENSE_SHARE": value((0.0, 0.0)),
            "_PARTS": value(_NEVER),
            "by_length": lambda _: lambda ends, _question: ends[0],
        },
    ),
    *_rules("retrieval.rerank", {"GRANTED": value(0.0), "FUSED_SHARE": value((1.0, 1.0))}),
    *_rules("retrieval.query", {"rarity": gives({})}),
    *_rules("retrieval.retrieve", {"PASSAGES_READ": value(3)}),
    *_rules("retrieval.passage", {"CONTEXT": value(0), "prefix": gives("")}),
]
"""How passages are found and ranked."""

READING = [
    *_rules(
        "reading.evidence",
        {
            "is_read": gives(result=False),
            "READ_TOGETHER": value((1,)),
            "LONG_QUESTION": value((1_000, 1_001)),
            "SURE": value(1.1),
            "UNREAD": value(0.0),
            "READER_BOUND": value(1e6),
            "SECOND_LOOK": value(0.0),
            "FOLLOW_UP": value(0.0),
            "UNLEARNED": value(0.0),
            "misfit": gives(0.0),
            "matches_answer_type": gives(result=True),
            "asks_opposite": gives(0.0),
            "calibrate": first,
        },
    ),
    *_weight("sentence", SENTENCE_FEATURES),
    *_weight("question", QUESTION_FEATURES),
    *_weight("read_sentence", READ_SENTENCE),
    *_weight("read_question", READ_QUESTION),
    *_rules(
        "reading.features",
        {"MANY_TERMS": value(_UNBOUNDED), "REASON": value(_NEVER), "_brings_new": gives(result=True)},
    ),
    *_rules(
        "reading.reader",
        {
            "LONGEST_SPAN": value(_UNBOUNDED),
            "SPANS_A_SENTENCE": value(1),
            "NEAR_BEST": value(0.0),
            "merge_readings": lambda _: lambda readings: readings[0],
        },
    ),
    *_rules(
        "reading.introductions",
        {
            "introduction": gives(None),
            "holder": gives(None),
            "TITLE": value(_UNBOUNDED),
            "_CALLED": value(_NEVER),
            "_APPOSED": value(_NEVER),
            "_DEFINED": value(_NEVER),
            "_NOBODY": value(_NEVER),
            "_TELLS": value(_NEVER),
            "_another": gives(result=False),
            "_title": gives(None),
        },
    ),
    *_rules(
        "reading.speakers",
        {
            "spoken": gives(0),
            "_VERBS": value(frozenset()),
            "_WANTING": value(frozenset()),
            "_OWNED": value(_NEVER),
            "_QUOTED": value(_NEVER),
            "_BEFORE": value(frozenset()),
            "_NOUNS": value(frozenset()),
        },
    ),
    *_rules(
        "reading.spans",
        {
            "CERTAIN": value(-1e6),
            "LIST_NEAR": value(0.0),
            "LABEL": value(_NEVER),
            "_ABOUT_BEFORE": value(_NEVER),
            "_A_BEFORE": value(_NEVER),
            "_labels": gives(()),
            "_joined": lambda _: lambda spans, _passages: tuple(spans),
            "_bounds_of": lambda _: lambda word, *_: (word.start, word.end),
            "_measured": gives(None),
            "introducing_span": gives(None),
        },
    ),
    *_rules(
        "reading.sentences",
        {
            "CLOSE": value(0.0),
            "PART": value(1e6),
            "LIST_CLOSE": value(0.0),
            "READ_LIST_CLOSE": value(0.0),
            "UNSAID": value(-1e6),
            "CITED_BOOST": value(0.0),
            "BEFORE": value(1),
            "SPOKEN": value((0.0, 0.0, 0.0)),
            "ITEMS": value(_UNBOUNDED),
            "QUOTED": value(_UNBOUNDED),
            "_BULLET": value(_NEVER),
            "_introducing": gives(None),
            "_parts": gives([]),
            "_compare": lambda _: lambda _question, places, _passages: list(places[:1]),
            "_summary": lambda _: lambda places, _passages: list(places[:5]),
            "_heard": lambda _: lambda texts, index: (texts[index], ()),
            "_news_first": lambda _: lambda _question, ranked, _passages: ranked,
            "BARE": value(0.0),
            "_list_block": gives([]),
            "_item": gives(result=True),
            "_whole_quotations": listed(0),
            "_tells": gives(result=True),
        },
    ),
    *(
        Rule("reading.sentences", "MOST_SENTENCES", lambda most, shape=shape: {**most, shape: 1}, shape)  # type: ignore[misc]
        for shape in ("point", "list", "compare", "summary")
    ),
]
"""Which sentences and which words answer, and whether any do."""

TEXT = [
    *_rules("text.words", {"STOP": value(frozenset()), "ASKING": value(frozenset())}),
    *_rules(
        "text.negation",
        {
            "REACH": value(_UNBOUNDED),
            "SCOPE": value(1),
            "OPPOSITES": value({}),
            "_IRREGULAR": value({}),
            "_AGAINST": value(frozenset()),
            "_WARY": value(frozenset()),
            "_LOOSE": value(frozenset()),
            "_PREFIXES": value(()),
            "denials": gives([]),
            "opposed": gives([]),
            "flips": gives((0, 0)),
            "twists": gives(0),
            "speakers": gives([]),
        },
    ),
    *_rules(
        "text.names",
        {
            "ROLES": value(frozenset()),
            "CALLINGS": value(frozenset()),
            "DATES": value(frozenset()),
            "_PEOPLE": value({}),
            "_SEATS": value({}),
            "_FORMS": value(()),
            "_PLAIN": value(frozenset()),
            "_PLAIN_ENDING": value(_NEVER),
            "_ACTS": value(_NEVER),
            "_mixed": gives(()),
            "_akin": lambda _: lambda one, other: one == other,
            "_describes": gives(result=False),
            "_other_first": gives(result=False),
            "is_ordinary": gives(result=False),
            "absent_names": gives([]),
            "unused_names": gives([]),
        },
    ),
    *_rules("text.quantities", {"missing_quantities": gives([])}),
]
"""What words, names and numbers are taken for."""

VERIFICATION = [
    *_rules(
        "verification.support",
        {
            "WEAKEST": value(-1e6),
            "FOREIGN": value(0.0),
            "astray": gives(result=False),
            "verbatim": gives(result=False),
            "main_fault": gives((False, "")),
        },
    ),
    *(_support_weight("lexical", name) for name in LEXICAL),
    *(_support_weight("semantic", name) for name in SEMANTIC),
    *_rules(
        "verification.findings",
        {
            "SHORT": value(1),
            "NEAREST": value(1),
            "CLAIM_WINDOW": value(_UNBOUNDED),
            "CLAIM_WINDOWS": value(1),
            "CLAIM_BOUND": value(1e6),
            "_near": lambda near: lambda wanted, ranked: near(wanted, ranked)[:1],
        },
    ),
    *_rules(
        "verification.contrast",
        {
            "COPIED": value(1e6),
            "BEFORE_QUOTE": value(1),
            "quotations": gives([]),
            "outside_titles": lambda _: lambda claim, _source: claim.names,
            "exchanged": gives(([], [], 0.0)),
            "differing": gives(()),
            "subjects": gives(0),
            "unresolved": listed(0),
            "replaceable": gives([]),
        },
    ),
]
"""Whether cited words support a sentence."""

RULES: tuple[Rule, ...] = (*QUESTION, *RETRIEVAL, *READING, *TEXT, *VERIFICATION)
"""All of them, in the order in which a question meets them."""
