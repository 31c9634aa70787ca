"""Two runs over the same questions and articles: what changed, and could it be chance? Pure."""

from collections.abc import Iterable

from eval.datasets import SetError
from eval.names import NAMES
from eval.schema import Report, Row
from eval.stats import paired_p
from ingest.schema import Value

NOT_GATED = frozenset({"seconds_p50", "seconds_p95", "tokens", "errors", "risk_area", "judge_right", "judge_agrees"})
"""What depends on the machine or on a model's opinion, or is no mean over cases: shown, never gated."""


class Change(Value):
    """One score before and after, over the cases that have it in both runs; `p` by a paired randomisation test."""

    score: str
    before: float
    after: float
    count: int
    p: float
    won: tuple[str, ...]
    lost: tuple[str, ...]


class Comparison(Value):
    """All scores of two runs, and how each case's question reads."""

    set_name: str
    before: str
    after: str
    changes: tuple[Change, ...]
    questions: dict[str, str]


def compare(before: Report, after: Report) -> Comparison:
    """What changed from one run to the other. Raises SetError when the set or the articles differ."""
    for what, one, other in (
        ("question sets", before.set_sha256, after.set_sha256),
        ("articles", before.corpus_sha256, after.corpus_sha256),
    ):
        if one != other:
            raise SetError(f"The two runs have different {what}.", "Compare runs over the same set and articles.")
    first = {row.case.id: row for row in before.rows}
    second = {row.case.id: row for row in after.rows}
    both = [name for name in first if name in second]
    if not both:
        raise SetError("The two runs have no question in common.", "Run both over the same questions.")
    return Comparison(
        set_name=after.set_name,
        before=before.made_at,
        after=after.made_at,
        changes=tuple(_changes(first, second, both)),
        questions={name: second[name].case.question for name in both},
    )


def _changes(first: dict[str, Row], second: dict[str, Row], both: list[str]) -> Iterable[Change]:
    names = dict.fromkeys(name for row in [*first.values(), *second.values()] for name in row.scores)
    for name in sorted(names, key=lambda n: list(NAMES).index(n) if n in NAMES else len(NAMES)):
        shared = [case for case in both if name in first[case].scores and name in second[case].scores]
        if shared:
            one = [first[case].scores[name] for case in shared]
            other = [second[case].scores[name] for case in shared]
            yield Change(
                score=name,
                before=sum(one) / len(one),
                after=sum(other) / len(other),
                count=len(shared),
                p=paired_p(one, other),
                won=tuple(case for case, a, b in zip(shared, one, other, strict=True) if b > a),
                lost=tuple(case for case, a, b in zip(shared, one, other, strict=True) if b < a),
            )


def told(comparison: Comparison) -> str:
    """The comparison for a terminal: every score, then the cases that were won and lost."""
    lines = [f"{comparison.set_name}: {comparison.before} → {comparison.after}", ""]
    lines.append(f"  {'score':<22} {'before':>7} {'after':>7} {'change':>8} {'p':>6}  won lost")
    for item in comparison.changes:
        star = " *" if item.p < 0.05 else ""
        lines.append(
            f"  {NAMES.get(item.score, item.score):<22} {item.before:>7.3f} {item.after:>7.3f}"
            f" {item.after - item.before:>+8.3f} {item.p:>6.3f}  {len(item.won):>3} {len(item.lost):>4}{star}"
        )
    for word, attribute in (("won", "won"), ("lost", "lost")):
        cases = dict.fromkeys(case for item in comparison.changes for case in getattr(item, attribute))
        lines += ["", f"  {word}:"] if cases else []
        lines += [f"    {case}  {comparison.questions[case][:90]}" for case in cases]
    return "\n".join(lines)
