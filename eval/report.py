"""A report becomes a file for audits and a table for people."""

import json
from pathlib import Path

from eval.schema import Report, Score

NAMES = {
    "citation_precision": "citation precision",
    "citation_recall": "citation recall",
    "first_citation_right": "first citation right",
    "quotes_exact": "quotes exact",
    "answer_f1": "answer F1",
    "answer_recall": "answer recall",
    "not_found_precision": "not-found precision",
    "not_found_recall": "not-found recall",
    "mrr": "MRR",
    "seconds_p50": "seconds p50",
    "seconds_p95": "seconds p95",
}


def write(report: Report, folder: Path) -> Path:
    """The path of `report.json`, written whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    path, draft = folder / "report.json", folder / "report.json.part"
    draft.write_text(report.model_dump_json(indent=1) + "\n", encoding="utf-8")
    draft.replace(path)
    return path


def table(report: Report) -> str:
    """The headline scores, each with its count, then the citation and not-found scores of every tag."""
    titles = len(report.articles)
    lines = [f"{report.set_name}: {len(report.rows)} questions, {titles} article{'s' if titles != 1 else ''}", ""]
    lines += [
        f"  {NAMES.get(name, name):<22} {_shown(name, score):>8}   of {score.count}"
        for name, score in report.scores.items()
    ]
    if report.by_tag:
        lines += ["", f"  {'by tag':<16} {'count':>5} {'precision':>10} {'recall':>8} {'not found':>10}"]
        for tag, scores in report.by_tag.items():
            wanted = [scores.get(name, Score(value=None, count=0)) for name in _TAGGED]
            shown = [_shown(name, score) for name, score in zip(_TAGGED, wanted, strict=True)]
            lines.append(f"  {tag:<16} {scores['errors'].count:>5} {shown[0]:>10} {shown[1]:>8} {shown[2]:>10}")
    lost = [(row.case.id, quote) for row in report.rows for quote in row.not_in_articles]
    lines += [f"  Not in the articles: {name}: {json.dumps(quote[:80], ensure_ascii=False)}" for name, quote in lost]
    lines += [f"  Failed: {row.case.id}: {row.error}" for row in report.rows if row.error]
    return "\n".join(lines)


_TAGGED = ("citation_precision", "citation_recall", "not_found_recall")


def _shown(name: str, score: Score) -> str:
    if score.value is None:
        return "–"
    return f"{score.value:.0f}" if name == "errors" else f"{score.value:.3f}"
