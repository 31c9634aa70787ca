"""A report as one self-contained page: figures, plots and every case with its article. Pure but for writing."""

import html
import json
from importlib.resources import files
from pathlib import Path
from typing import Any

from eval.comparing import Comparison
from eval.names import NAMES
from eval.plots import bars, histogram, reliability_plot, risk_plot
from eval.schema import Report, Row, Score

HEADLINES = (
    *("citation_precision", "citation_recall", "first_citation_right", "quotes_exact", "answer_recall"),
    *("not_found_precision", "not_found_recall", "choice_right", "attribution_right", "hit@1", "hit@5", "mrr"),
)
"""The scores shown large."""


def report_page(report: Report) -> str:
    """The page of a run: opens offline, asks nothing of any host, runs no script of what it shows."""
    data = {"articles": {a["id"]: a for a in report.articles}, "rows": [_row(row) for row in report.rows]}
    count = len(report.articles)
    about = f"{len(report.rows)} questions · {count} article{'' if count == 1 else 's'} · {report.made_at}"
    body = [
        f"<header><h1>{_(report.set_name)}</h1><p>{_(about)}</p></header>",
        f'<section class="figures">{"".join(_figure(name, report.scores[name]) for name in _shown(report))}</section>',
        f'<section class="plots">{"".join(_plots(report))}</section>',
        _CASES,
        f"<section><h2>All scores</h2>{_scores(report)}</section>",
        f"<section><h2>How it was made</h2><pre>{_(json.dumps(_made(report), indent=1))}</pre></section>",
    ]
    return _page(f"{report.set_name}: report", "\n".join(body), data)


def write_comparison(comparison: Comparison, path: Path) -> None:
    """Write the page of a comparison."""
    rows = "".join(
        f"<tr class='{_verdict(c.before, c.after, c.p)}'><th>{_(NAMES.get(c.score, c.score))}</th>"
        f"<td>{c.before:.3f}</td><td>{c.after:.3f}</td><td>{c.after - c.before:+.3f}</td>"
        f"<td>{c.p:.3f}</td><td>{c.count}</td><td>{len(c.won)}</td><td>{len(c.lost)}</td></tr>"
        for c in comparison.changes
    )
    head = "".join(f"<th>{word}</th>" for word in ("score", "before", "after", "change", "p", "cases", "won", "lost"))
    cases = "".join(
        f"<li><b>{_(NAMES.get(c.score, c.score))}</b> {word}: {_(case)} {_(comparison.questions[case])}</li>"
        for c in comparison.changes
        for word, ids in (("won", c.won), ("lost", c.lost))
        for case in ids
    )
    body = (
        f"<header><h1>{_(comparison.set_name)}</h1><p>{_(comparison.before)} → {_(comparison.after)}</p></header>"
        f"<section><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></section>"
        f"<section><h2>Cases won and lost</h2><ul>{cases or '<li>None.</li>'}</ul></section>"
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(_page(f"{comparison.set_name}: comparison", body, {}), encoding="utf-8")


def _verdict(before: float, after: float, p: float) -> str:
    return ("better" if after > before else "worse") if p < 0.05 and after != before else ""


def _(text: object) -> str:
    return html.escape(str(text))


def _page(title: str, body: str, data: dict[str, Any]) -> str:
    folder = files("eval") / "assets"
    style, script = (folder / "report.css").read_text("utf-8"), (folder / "report.js").read_text("utf-8")
    held = json.dumps(data, ensure_ascii=False).replace("<", "\\u003c").replace("\u2028", "\\u2028")
    policy = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:"
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{_(title)}</title>'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        f'<meta name="viewport" content="width=device-width"><style>{style}</style></head><body><main>{body}</main>'
        f'<script type="application/json" id="data">{held}</script><script>{script}</script></body></html>'
    )


def _shown(report: Report) -> list[str]:
    return [name for name in HEADLINES if name in report.scores and report.scores[name].value is not None]


def _figure(name: str, score: Score) -> str:
    value, low, high = score.value or 0.0, score.low or 0.0, score.high or 0.0
    return (
        f'<div class="figure"><span>{_(NAMES.get(name, name))}</span><b>{value:.3f}</b>'
        f'<i><em style="left:{100 * low:.1f}%;width:{max(100 * (high - low), 0.5):.1f}%"></em>'
        f'<u style="left:{100 * value:.1f}%"></u></i><small>{low:.2f}–{high:.2f} · of {score.count}</small></div>'
    )


def _plots(report: Report) -> list[str]:
    known = [(row.answer.confidence, row.right) for row in report.rows if row.answer and row.right is not None]
    confidence, right = [c for c, _right in known], [bool(r) for _c, r in known]
    found = []
    if known:
        said = [row for row in report.rows if row.answer and row.right is not None and row.answer.status == "answered"]
        wrong = sum(not row.right for row in said) / len(said) if said else 0.0
        found += [risk_plot(confidence, right, (len(said) / len(known), wrong)), reliability_plot(confidence, right)]
    seconds = [1000 * row.seconds for row in report.rows if row.answer]
    if seconds:
        found.append(histogram(seconds))
    tags = {
        tag: (scores["citation_recall"].value, scores["not_found_recall"].value, scores["errors"].count)
        for tag, scores in report.by_tag.items()
    }
    return [*found, bars(tags)]


def _row(row: Row) -> dict[str, Any]:
    answer = row.answer
    return {
        "id": row.case.id,
        "question": row.case.question,
        "history": row.case.history,
        "answers": row.case.answers,
        "answerable": row.case.answerable,
        "tags": row.case.tags,
        "text": answer.text if answer else "",
        "status": answer.status if answer else "failed",
        "error": row.error,
        "confidence": answer.confidence if answer else None,
        "cited": [(c.article_id, c.start, c.end) for c in answer.citations] if answer else [],
        "gold": row.gold,
        "scores": row.scores,
        "ms": round(1000 * row.seconds, 1),
        "good": good(row),
    }


def good(row: Row) -> bool:
    """Whether a case came out well: nothing that it was scored on is 0."""
    telling = ("first_citation_right", "not_found_recall", "not_found_precision", "choice_right", "attribution_right")
    return not row.error and all(row.scores.get(name, 1.0) > 0 for name in telling)


def _scores(report: Report) -> str:
    rows = "".join(
        f"<tr><th>{_(NAMES.get(name, name))}</th><td>{score.value:.3f}</td><td>"
        f"{'' if score.low is None else f'{score.low:.3f}–{score.high:.3f}'}</td><td>{score.count}</td></tr>"
        for name, score in report.scores.items()
        if score.value is not None
    )
    head = "<tr><th>score</th><th>value</th><th>95%</th><th>cases</th></tr>"
    return f"<table><thead>{head}</thead><tbody>{rows}</tbody></table>"


def _made(report: Report) -> dict[str, Any]:
    kept = report.model_dump(
        mode="json",
        include={"set_sha256", "corpus_sha256", "made_at", "seconds", "harness_seconds", "environment", "settings"},
    )
    return {**kept, "articles": {a["id"]: a["content_hash"] for a in report.articles[:50]}}


_CASES = """<section><h2>Cases</h2>
<form id="filter"><input type="search" id="words" placeholder="Search questions and answers" aria-label="Search">
<select id="tag" aria-label="Tag"><option value="">all tags</option></select>
<select id="kind" aria-label="Outcome"><option value="">all outcomes</option><option value="bad">went wrong</option>
<option value="answered">answered</option><option value="not_found">not found</option></select>
<output id="count"></output></form><div id="cases"></div><p class="legend"><mark class="cited">cited</mark>
<mark class="gold">gold</mark> <mark class="both">both</mark></p></section>"""
