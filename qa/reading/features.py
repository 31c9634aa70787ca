"""What can be counted of a question and a sentence: the features by which evidence is weighed. Pure."""

import re
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from qa.question.answer_form import HELD
from qa.question.parse import Term, distinct
from qa.retrieval.passage import Passage, sentence_maxima
from qa.retrieval.query import Query
from qa.text import negation
from qa.text.names import capitalised
from qa.text.words import stem

Floats = NDArray[np.float32]

SENTENCE_FEATURES = (
    *("maxsim", "maxsim_terms", "overlap", "overlap_context", "weakest", "weaker_half", "names_missing"),
    *("kind_fits", "kind_new", "kind_new_overlap", "heading", "asks", "length", "short", "dense", "early"),
    *("yes_no_overlap", "after_heading", "reason"),
)
QUESTION_FEATURES = (
    *("top", "margin", "maxsim", "overlap", "covered", "weakest", "absent", "names_absent", "names_missing"),
    *("kind_fits", "kind_new", "yes_no", "terms", "margin_overlap", "dense", "who", "when", "how_many", "where"),
    *("number_missing", "time_missing", "long", "long_covered", "long_weakest", "long_maxsim", "twisted"),
)

MANY_TERMS = 12
"""Words that carry meaning in a question about one thing at most."""

REASON = re.compile(
    r"(?i)\b(because|due to|owing to|so that|in order to|caused by|reasons?|result of|thanks to|citing)\b"
)


def sentence_features(query: Query, passage: Passage, idf: Mapping[str, float]) -> Floats:
    """How each sentence of a passage relates to the question, (sentences, len(SENTENCE_FEATURES))."""
    question = query.question
    terms = distinct(question.terms)
    weights = np.array([_term_weight(term, idf) for term in terms], dtype=np.float32)
    total = max(float(weights.sum()), 1e-6)
    best = sentence_maxima(query.vectors @ passage.vectors.T, passage) if len(query.vectors) else np.zeros((0, 0))
    rows = []
    kind = HELD.index(question.answer_type) if question.answer_type in HELD else -1
    own = {term.stem for term in question.terms}
    strong = [term for term in terms if (term.name or term.number) and not term.carried]
    for index, stems in enumerate(passage.stems):
        sentence = passage.chunk.sentences[index]
        before = passage.stems[index - 1] if index else frozenset[str]()
        context = before | passage.heading_stems[index] | passage.article_stems
        inside = np.array([term.stem in stems for term in terms], dtype=np.float32)
        nearby = np.array([term.stem in context and term.stem not in stems for term in terms], dtype=np.float32)
        soft = _by_term(best[index], query) if len(query.vectors) else np.zeros(0, dtype=np.float32)
        maxsim = float(best[index] @ query.weights / max(float(query.weights.sum()), 1e-6)) if len(best) else 0.0
        overlap = float(inside @ weights) / total
        fits = bool(kind >= 0 and passage.traits[index, kind])
        new = fits and _brings_new(question.answer_type, passage.texts[index], own, stems)
        missing = sum(term.stem not in stems and term.stem not in context for term in strong)
        rows.append(
            [
                maxsim,
                float(soft.mean()) if len(soft) else maxsim,
                overlap,
                float(nearby @ weights) / total,
                float(soft.min()) if len(soft) else maxsim,
                float(np.sort(soft)[: max(1, len(soft) // 2)].mean()) if len(soft) else maxsim,
                missing / max(len(strong), 1),
                float(fits),
                float(new),
                float(new) * overlap,
                float(sentence.heading),
                float(passage.texts[index].rstrip().endswith("?")),
                min(len(passage.texts[index]), 400) / 400,
                float(len(stems) < 4),
                _dense(query, passage, index),
                1 / (1 + sentence.start / 1000),
                overlap if question.answer_type == "yes/no" else 0.0,
                float(bool(passage.heading_stems[index])),
                float(question.answer_type == "why" and bool(REASON.search(passage.texts[index]))),
            ]
        )
    return np.array(rows, dtype=np.float32).reshape(-1, len(SENTENCE_FEATURES))


def question_features(
    query: Query, passages: Sequence[Passage], idf: Mapping[str, float], features: Floats, scores: Floats
) -> Floats:
    """What tells whether anything answers at all, (len(QUESTION_FEATURES),)."""
    order = np.argsort(-scores, kind="stable")
    top = features[order[0]]
    column = {name: float(top[number]) for number, name in enumerate(SENTENCE_FEATURES)}
    terms = [term for term in distinct(query.question.terms) if not term.carried and not term.asking]
    everywhere = frozenset[str]().union(*(stems | p.article_stems for p in passages for stems in p.stems))
    weight = {term.stem: _term_weight(term, idf) for term in terms}
    total = max(sum(weight.values()), 1e-6)
    absent = [term for term in terms if term.stem not in everywhere]
    strong = [term for term in terms if term.name or term.number]
    runner_up = float(scores[order[1]]) if len(order) > 1 else float(scores[order[0]]) - 3
    margin = float(scores[order[0]]) - runner_up
    kind = query.question.answer_type
    long = min(max((len(terms) - 6) / 8, 0.0), 1.0)
    return np.array(
        [
            float(scores[order[0]]),
            margin,
            column["maxsim"],
            column["overlap"],
            column["overlap"] + column["overlap_context"],
            column["weakest"],
            sum(weight[term.stem] for term in absent) / total,
            sum(term.name or term.number for term in absent) / max(len(strong), 1),
            column["names_missing"],
            column["kind_fits"],
            column["kind_new"],
            float(kind == "yes/no"),
            min(len(terms), 10) / 10,
            margin * column["overlap"],
            column["dense"],
            float(kind == "who"),
            float(kind in {"when", "day"}),
            float(kind in {"how many", "how long"}),
            float(kind == "where"),
            float(kind in {"how many", "how long"}) * (1 - column["kind_fits"]),
            float(kind in {"when", "day"}) * (1 - column["kind_fits"]),
            long,
            long * (column["overlap"] + column["overlap_context"]),
            long * column["weakest"],
            long * column["maxsim"],
            asks_opposite(query, [text for p in passages for text in p.texts][order[0]]),
        ],
        dtype=np.float32,
    )


def asks_opposite(query: Query, text: str) -> float:
    """Whether the question asks for the opposite of what a sentence says. "Did he refuse?" it may well answer.

    A question that says many things says some of other sentences.
    """
    if query.question.answer_type == "yes/no" or len(query.question.terms) > MANY_TERMS:
        return 0.0
    return float(negation.twists(negation.tokenize(" ".join(query.question.parts)), negation.tokenize(text)) > 0)


def _term_weight(term: Term, idf: Mapping[str, float]) -> float:
    return (0.4 if term.carried else 1.0) * (0.3 if term.asking else 1.0) * (0.3 + 0.7 * idf.get(term.stem, 1.0))


def _by_term(best: Floats, query: Query) -> Floats:
    """The similarity of each term that is the question's own: the mean over its word pieces."""
    found = [
        float(best[query.term_of_token == number].mean())
        for number, term in enumerate(query.question.terms)
        if not term.carried and not term.asking and (query.term_of_token == number).any()
    ]
    return np.array(found, dtype=np.float32)


def _brings_new(kind: str, text: str, own: set[str], stems: frozenset[str]) -> bool:
    """Whether the sentence holds a name or a number that the question does not already say."""
    if kind == "who":
        return any(stem(name) not in own for name in capitalised(text))
    if kind in {"when", "day", "how many", "how long"}:
        return any(found[0].isdigit() and found not in own for found in stems) or kind != "how many"
    return True


def _dense(query: Query, passage: Passage, index: int) -> float:
    rows = passage.vectors[passage.sentence_of_token == index]
    if not len(rows) or not len(query.vectors):
        return 0.0
    sentence, question = rows.mean(axis=0), query.vectors.mean(axis=0)
    return float(sentence @ question / max(float(np.linalg.norm(sentence) * np.linalg.norm(question)), 1e-6))
