"""Scores of one answer, each a small pure function. Spans are (article id, start, end) in code points."""

import re
import string
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from eval.schema import Case, Row, Score
from ingest.schema import Article
from qa.cite import MARKER
from qa.schema import Answer

Span = tuple[str, int, int]

DEPTHS = (1, 5)
"""The k of hit@k."""


def normalised(text: str) -> list[str]:
    """Words without case, punctuation and articles, as SQuAD's script (Rajpurkar et al. 2016) does."""
    plain = MARKER.sub(" ", text).lower().replace("’", "'")
    plain = "".join(" " if char in string.punctuation + "“”‘’–—" else char for char in plain)
    return [word for word in plain.split() if word not in {"a", "an", "the"}]


def token_f1(said: str, right: str) -> float:
    """The harmonic mean of token precision and recall: `"over two hours"`, `"two hours"` → 0.8."""
    one, other = normalised(said), normalised(right)
    if not one or not other:
        return float(one == other)
    common = sum((Counter(one) & Counter(other)).values())
    return 2 * common / (len(one) + len(other))


def answer_f1(answer: Answer, answers: Sequence[str]) -> float:
    """The best token F1 of the exact words that answer, or else of the text, against any right wording."""
    said = [answer.short] if answer.short else [answer.text]
    return max((token_f1(text, right) for text in said for right in answers), default=0.0)


def answer_recall(answer: Answer, answers: Sequence[str]) -> float:
    """The largest share of a right wording's words that the text holds: fair to an answerer that quotes sentences."""
    said = Counter(normalised(answer.text))
    shares = []
    for right in answers:
        words = Counter(normalised(right))
        shares.append(sum((words & said).values()) / max(sum(words.values()), 1))
    return max(shares, default=0.0)


def places(quotes: Iterable[str], articles: Mapping[str, Article]) -> tuple[list[list[Span]], list[str]]:
    """Where each quote stands in the articles (white space aside), and the quotes that stand nowhere."""
    found, lost = [], []
    for quote in quotes:
        pattern = re.compile(r"\s+".join(re.escape(part) for part in quote.split()) or r"(?!)")
        spans = [
            (article.id, match.start(), match.end())
            for article in articles.values()
            for match in pattern.finditer(article.text)
        ]
        if spans:
            found.append(spans)
        else:
            lost.append(quote)
    return found, lost


def overlap(one: Span, other: Span) -> bool:
    """Whether two spans share a character."""
    return one[0] == other[0] and one[1] < other[2] and other[1] < one[2]


def touches(span: Span, gold: Iterable[Sequence[Span]]) -> bool:
    """Whether the span overlaps any place of any gold quote."""
    return any(overlap(span, other) for spans in gold for other in spans)


def citation_precision(cited: Sequence[Span], gold: Sequence[Sequence[Span]]) -> float:
    """The share of cited sentences that overlap gold evidence (sentence level, as in ALCE, Gao et al. 2023)."""
    return sum(touches(span, gold) for span in cited) / len(cited)


def citation_recall(cited: Sequence[Span], gold: Sequence[Sequence[Span]]) -> float:
    """The share of gold quotes that some citation overlaps."""
    return sum(any(overlap(span, one) for span in cited for one in spans) for spans in gold) / len(gold)


def exactness(answer: Answer, articles: Mapping[str, Article]) -> float:
    """1 when every quote is the article's own characters and markers and citations match one to one, otherwise 0."""
    numbers = {int(number) for number in MARKER.findall(answer.text)}
    exact = all(
        item.article_id in articles and articles[item.article_id].text[item.start : item.end] == item.quote
        for item in answer.citations
    )
    return float(exact and numbers == {item.number for item in answer.citations})


def ranks(answer: Answer, gold: Sequence[Sequence[Span]]) -> int | None:
    """The rank, from 1, of the first hit that overlaps gold evidence; None when there is none."""
    for rank, hit in enumerate(answer.hits, start=1):
        if touches((hit.chunk.article_id, hit.chunk.start, hit.chunk.end), gold):
            return rank
    return None


def scores_of(case: Case, answer: Answer | None, articles: Mapping[str, Article]) -> dict[str, float]:
    """All scores that apply to a case. A case without an answer (an error) scores 0 where it counts."""
    gold, _ = places(case.evidence, articles)
    found: dict[str, float] = {}
    answered = answer is not None and answer.status == "answered"
    if case.answerable and case.answers:
        found["answer_f1"] = answer_f1(answer, case.answers) if answer and answered else 0.0
        found["answer_recall"] = answer_recall(answer, case.answers) if answer and answered else 0.0
    if answer:
        found["quotes_exact"] = exactness(answer, articles)
    cited = [(item.article_id, item.start, item.end) for item in answer.citations] if answer else []
    if case.answerable and gold:
        found["citation_recall"] = citation_recall(cited, gold)
        if cited:
            found["citation_precision"] = citation_precision(cited, gold)
            found["first_citation_right"] = float(touches(cited[0], gold))
        rank = ranks(answer, gold) if answer else None
        found |= {f"hit@{k}": float(rank is not None and rank <= k) for k in DEPTHS}
        found["mrr"] = 1 / rank if rank else 0.0
    if not case.answerable and cited:
        found["citation_precision"] = 0.0
    if answer and not answered:
        found["not_found_precision"] = float(not case.answerable)
    if not case.answerable:
        found["not_found_recall"] = float(answer is not None and not answered)
    return found


def mean_scores(rows: Sequence[Row]) -> dict[str, Score]:
    """The mean of every score over the rows that it applies to, with their number; latencies in seconds."""
    names = dict.fromkeys([*ORDER, *(name for row in rows for name in row.scores)])
    found = {}
    for name in names:
        values = [row.scores[name] for row in rows if name in row.scores]
        found[name] = Score(value=sum(values) / len(values) if values else None, count=len(values))
    seconds = sorted(row.seconds for row in rows if row.answer)
    for label, share in (("seconds_p50", 0.5), ("seconds_p95", 0.95)):
        value = seconds[min(int(share * len(seconds)), len(seconds) - 1)] if seconds else None
        found[label] = Score(value=value, count=len(seconds))
    errors = sum(bool(row.error) for row in rows)
    found["errors"] = Score(value=float(errors), count=len(rows))
    return found


ORDER = (
    "citation_precision",
    "citation_recall",
    "first_citation_right",
    "quotes_exact",
    "answer_f1",
    "answer_recall",
    "not_found_precision",
    "not_found_recall",
    *(f"hit@{k}" for k in DEPTHS),
    "mrr",
)
"""The order in which a report shows them."""
