"""Scores of one answer, each a small pure function. Spans are (article id, start, end) in code points."""

import math
import re
import string
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate

from eval.names import DEPTHS, ORDER
from eval.schema import Case, Row, Score
from eval.stats import interval, risk_coverage
from ingest.schema import Article
from qa.schema import MARKER, Answer
from qa.verification.support import supported

Span = tuple[str, int, int]

_NUMBERS = re.compile(r"\d+(?:[.,]\d+)*")


def normalised(text: str) -> list[str]:
    """Words without case, punctuation and articles, as SQuAD's script (Rajpurkar et al. 2016) does."""
    plain = MARKER.sub(" ", text).lower().replace("’", "'")
    plain = "".join(" " if char in string.punctuation + "“”‘’–—" else char for char in plain)
    return [word for word in plain.split() if word not in {"a", "an", "the"}]


def token_f1(answer: str, right: str) -> float:
    """The harmonic mean of token precision and recall: `"over two hours"`, `"two hours"` → 0.8."""
    one, other = normalised(answer), normalised(right)
    if not one or not other:
        return float(one == other)
    common = sum((Counter(one) & Counter(other)).values())
    return 2 * common / (len(one) + len(other))


def answer_f1(answer: Answer, answers: Sequence[str]) -> float:
    """The best token F1 of the exact words that answer, or else of the text, against any right wording."""
    texts = [answer.short] if answer.short else [answer.text]
    return max((token_f1(text, right) for text in texts for right in answers), default=0.0)


def answer_recall(answer: Answer, answers: Sequence[str]) -> float:
    """The largest share of a right wording's words that the text holds: fair to an answerer that quotes sentences."""
    answered = Counter(normalised(answer.text))
    shares = []
    for right in answers:
        words = Counter(normalised(right))
        shares.append(sum((words & answered).values()) / max(sum(words.values()), 1))
    return max(shares, default=0.0)


def exact_match(answer: Answer, answers: Sequence[str]) -> float:
    """1 when the exact words that answer, or else the text, are a right wording once both are normalised."""
    answered = normalised(answer.short or answer.text)
    return float(any(answered == normalised(right) for right in answers))


def numbers_right(answer: Answer, answers: Sequence[str]) -> float | None:
    """1 when all numbers of some right wording stand in the text; None when no right wording holds a number."""
    wanted = [set(_NUMBERS.findall(right)) for right in answers]
    wanted = [numbers for numbers in wanted if numbers]
    answered = set(_NUMBERS.findall(MARKER.sub(" ", answer.text)))
    return float(any(numbers <= answered for numbers in wanted)) if wanted else None


def yes_no_right(answer: Answer, answers: Sequence[str]) -> float:
    """1 when the text begins with the yes or no that is a right wording: `"No. It snowed."`, `["no"]` → 1."""
    first = normalised(answer.text)[:1]
    return float(first in (["yes"], ["no"]) and first[0] in answers)


def list_recall(answer: Answer, items: Sequence[str]) -> float:
    """The share of a list's items whose words all stand in the text."""
    answered = set(normalised(answer.text))
    return sum(set(normalised(item)) <= answered for item in items) / max(len(items), 1)


def choice(answer: Answer, options: Sequence[str]) -> str:
    """The option whose words the text, with the hits around it, covers best: multiple choice by the answer's words."""
    answered = Counter(normalised(answer.text))
    near = set(normalised(" ".join(hit.chunk.text for hit in answer.hits[:1])))

    def fit(option: str) -> tuple[float, float]:
        words = Counter(normalised(option))
        total = max(sum(words.values()), 1)
        return sum((words & answered).values()) / total, sum(word in near for word in words) / max(len(words), 1)

    return max(options, key=fit)


def places(quotes: Iterable[str], articles: Mapping[str, Article]) -> tuple[list[list[Span]], list[str]]:
    """Where each quote stands in the articles (white space aside), and the quotes that stand nowhere."""
    found, lost = [], []
    for quote in quotes:
        spans = [(a.id, *span) for a in articles.values() for span in _exact(quote.strip(), a.text)]
        spans = spans or [(a.id, *span) for a in articles.values() for span in _loose(quote, a.text)]
        if spans:
            found.append(spans)
        else:
            lost.append(quote)
    return found, lost


def _exact(quote: str, text: str) -> Iterator[tuple[int, int]]:
    start = text.find(quote) if quote else -1
    while start >= 0:
        yield start, start + len(quote)
        start = text.find(quote, start + len(quote))


def _loose(quote: str, text: str) -> Iterator[tuple[int, int]]:
    """Where the words of the quote stand, whatever white space is between them."""
    words = [match.span() for match in re.finditer(r"\S+", text)]
    flat = " ".join(text[start:end] for start, end in words)
    places = [0, *accumulate(end - start + 1 for start, end in words)]

    def place(at: int) -> int:
        word = bisect_right(places, at) - 1
        return words[word][0] + at - places[word]

    for start, end in _exact(" ".join(quote.split()), flat):
        yield place(start), place(end - 1) + 1


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


def ndcg(answer: Answer, gold: Sequence[Sequence[Span]], depth: int = 10) -> float:
    """nDCG@10 of the hits, each relevant when it holds gold evidence that no hit above it held (Järvelin 2002)."""
    left, gain = list(range(len(gold))), 0.0
    for rank, hit in enumerate(answer.hits[:depth]):
        here = (hit.chunk.article_id, hit.chunk.start, hit.chunk.end)
        new = [n for n in left if any(overlap(here, span) for span in gold[n])]
        if new:
            gain += 1 / math.log2(rank + 2)
            left = [n for n in left if n not in new]
    ideal = sum(1 / math.log2(rank + 2) for rank in range(min(len(gold), depth)))
    return min(gain / ideal, 1.0) if ideal else 0.0


def all_evidence(answer: Answer, gold: Sequence[Sequence[Span]], depth: int = 10) -> float:
    """1 when the first hits together hold every gold quote."""
    held = [(hit.chunk.article_id, hit.chunk.start, hit.chunk.end) for hit in answer.hits[:depth]]
    return float(all(any(overlap(here, span) for here in held for span in spans) for spans in gold))


def scores_of(
    case: Case, answer: Answer | None, articles: Mapping[str, Article], gold: Sequence[Sequence[Span]] | None = None
) -> dict[str, float]:
    """All scores that apply to a case. A case without an answer (an error) scores 0 where it counts.

    `gold` is where the evidence stands, found anew when it is left out.
    """
    gold = places(case.evidence, articles)[0] if gold is None else gold
    found: dict[str, float] = {}
    answered = answer is not None and answer.status == "answered"
    if answer:
        found["quotes_exact"] = exactness(answer, articles)
        if answer.claims:
            found["supported"] = sum(claim.support == "supported" for claim in answer.claims) / len(answer.claims)
    if case.status:
        found["as_asked"] = as_asked(case, answer)
    if case.answerable and case.answers:
        found |= _words(case, answer if answered else None)
    cited = [(item.article_id, item.start, item.end) for item in answer.citations] if answer else []
    if case.answerable and gold:
        enough = places(case.instead, articles)[0]
        right = [*gold, *places(case.also, articles)[0], *enough]
        other = [spans for spans in enough if any(overlap(here, span) for here in cited for span in spans)]
        found |= _citations(cited, other[:1] or gold, right) | hit_scores(answer, gold)
    if not case.answerable and cited:
        found["citation_precision"] = 0.0
    if answer and not answered:
        found["not_found_precision"] = float(not case.answerable)
    if not case.answerable:
        found["not_found_recall"] = float(answer is not None and not answered)
    return found


def as_asked(case: Case, answer: Answer | None) -> float:
    """1 when an answer is what the visitor expects in every way that the case names, otherwise 0."""
    if answer is None or (answer.status if answer.status != "details" else "answered") != case.status:
        return 0.0
    text = _plain(answer.text)
    holds = all(any(_plain(one) in text for one in wording.split("|")) for wording in case.says)
    silent = not any(_plain(one) in text for one in case.never)
    counted = not case.sentences or len(answer.claims) == case.sentences
    return float(holds and silent and counted and text.startswith(_plain(case.lead)))


def _plain(text: str) -> str:
    """The text in small letters on one line, with straight quotes and without markers."""
    return " ".join(MARKER.sub("", text).lower().replace("’", "'").split())


def _words(case: Case, answer: Answer | None) -> dict[str, float]:
    """How well the words of the answer fit the right ones."""
    if case.options:
        return {"choice_right": float(answer is not None and choice(answer, case.options) == case.answers[0])}
    many = "list" in case.tags and len(case.answers) > 1
    bare = "yes-no" in case.tags and not {"yes", "no"}.isdisjoint(case.answers)
    more = ("list_recall",) if many else ("yes_no_right",) if bare else ()
    names = ("exact_match", "answer_f1", "answer_recall", *more)
    numbers = numbers_right(answer, case.answers) if answer else None
    if answer is None:
        return dict.fromkeys(names, 0.0)
    found = {
        "exact_match": exact_match(answer, case.answers),
        "answer_f1": answer_f1(answer, case.answers),
        "answer_recall": answer_recall(answer, case.answers),
    }
    if bare:
        found["yes_no_right"] = yes_no_right(answer, case.answers)
    if many:
        found["list_recall"] = list_recall(answer, case.answers)
    if numbers is not None:
        found["numbers_right"] = numbers
    return found


def _citations(
    cited: Sequence[Span], gold: Sequence[Sequence[Span]], right: Sequence[Sequence[Span]]
) -> dict[str, float]:
    """Citation scores at the level of sentences and of articles; `gold` must be cited, `right` may be."""
    recall = citation_recall(cited, gold)
    wanted, used = {span[0] for spans in gold for span in spans}, {span[0] for span in cited}
    found = {"citation_recall": recall, "article_recall": len(wanted & used) / len(wanted)}
    found |= {"citation_f1": 0.0, "article_f1": 0.0}
    if cited:
        precision = citation_precision(cited, right)
        found["citation_precision"] = precision
        found["article_precision"] = len(wanted & used) / len(used)
        found["article_f1"] = 2 * len(wanted & used) / (len(wanted) + len(used))
        found["first_citation_right"] = float(touches(cited[0], right))
        found["citation_f1"] = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    return found


def hit_scores(answer: Answer | None, gold: Sequence[Sequence[Span]]) -> dict[str, float]:
    """How well the hits hold what is to be found; all 0 without an answer."""
    rank = ranks(answer, gold) if answer else None
    return {
        **{f"hit@{k}": float(rank is not None and rank <= k) for k in DEPTHS},
        "mrr": 1 / rank if rank else 0.0,
        "ndcg@10": ndcg(answer, gold) if answer else 0.0,
        "all_evidence@10": all_evidence(answer, gold) if answer else 0.0,
    }


def attribution_scores(case: Case) -> dict[str, float]:
    """For a claim with references: whether the support check says what people said; partly supported counts as such."""
    from qa.verification.findings import load_checker  # noqa: PLC0415 - loads the models, which only such cases need

    supports = supported(case.question, case.references, load_checker())[0] != "unsupported"
    right = float(supports == case.answerable)
    return {"attribution_right": right, f"attribution_recall_{'yes' if case.answerable else 'no'}": right}


def would_be_right(case: Case, answer: Answer, gold: Sequence[Sequence[Span]]) -> bool:
    """Whether what was cited first, or would have been, is gold evidence: the risk of answering at all."""
    cited = [(item.article_id, item.start, item.end) for item in answer.citations[:1]]
    if not cited and answer.nearest:
        cited = [(answer.nearest.article_id, answer.nearest.start, answer.nearest.end)]
    return case.answerable and bool(cited) and touches(cited[0], gold)


def mean_scores(rows: Sequence[Row], *, intervals: bool = True) -> dict[str, Score]:
    """The mean of every score over the rows that it applies to, with count and interval; latencies in seconds."""
    names = dict.fromkeys([*ORDER, *(name for row in rows for name in row.scores)])
    found = {}
    for name in names:
        values = [row.scores[name] for row in rows if name in row.scores]
        if values:
            low, high = interval(values) if intervals else (None, None)
            found[name] = Score(value=sum(values) / len(values), count=len(values), low=low, high=high)
        else:
            found[name] = Score(value=None, count=0)
    seconds = sorted(row.seconds for row in rows if row.answer)
    for label, share in (("seconds_p50", 0.5), ("seconds_p95", 0.95)):
        value = seconds[min(int(share * len(seconds)), len(seconds) - 1)] if seconds else None
        found[label] = Score(value=value, count=len(seconds))
    spoken = sorted(
        row.answer.timings["first_word"] for row in rows if row.answer and "first_word" in row.answer.timings
    )
    for label, share in (("first_word_p50", 0.5), ("first_word_p95", 0.95)) if spoken else ():
        found[label] = Score(value=spoken[min(int(share * len(spoken)), len(spoken) - 1)], count=len(spoken))
    known = [(row.answer.confidence, row.right) for row in rows if row.answer and row.right is not None]
    if any(right for _, right in known):
        risks = [risk for _, risk in risk_coverage([c for c, _ in known], [r for _, r in known])]
        found["risk_area"] = Score(value=sum(risks) / len(risks), count=len(known))
    usage = [row.answer.usage for row in rows if row.answer]
    tokens = sum(item.prompt_tokens + item.completion_tokens for item in usage)
    found["tokens"] = Score(value=float(tokens), count=len(usage))
    costs = [item.cost for item in usage if item.cost]
    if costs:
        found["dollars"] = Score(value=sum(costs), count=len(costs))
    found["told_why_not"] = Score(
        value=float(sum(bool(row.answer and row.answer.note) for row in rows)), count=len(rows)
    )
    found["errors"] = Score(value=float(sum(bool(row.error) for row in rows)), count=len(rows))
    return found
