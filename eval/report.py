"""A report becomes a file for audits and a table for people."""

import json
from collections.abc import Sequence
from pathlib import Path

from eval.datasets import SetError
from eval.names import NAMES
from eval.page import report_page
from eval.schema import Report, Row, Score


def write(report: Report, folder: Path) -> Path:
    """The path of `report.html`, beside `report.json`, which is written whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    path, draft = folder / "report.json", folder / "report.json.part"
    draft.write_text(report.model_dump_json(indent=1) + "\n", encoding="utf-8")
    draft.replace(path)
    page = folder / "report.html"
    page.write_text(report_page(report), encoding="utf-8")
    return page


def read(folder: Path) -> Report:
    """The report in a run's folder, or in a report.json itself. Raises SetError."""
    path = folder / "report.json" if folder.is_dir() else folder
    try:
        return Report.model_validate_json(path.read_text("utf-8"))
    except OSError as error:
        raise SetError(f"{path} cannot be read: {error.strerror or error}.", "Give the folder of a run.") from None
    except ValueError:
        raise SetError(f"{path} is not a report of this version.", "Make the run again.") from None


def running(rows: Sequence[Row]) -> str:
    """A few scores over the rows so far, for a progress line: `citations .83 · recall .80 · not found .79`."""
    parts = []
    for name, label in (
        ("citation_precision", "citations"),
        ("citation_recall", "recall"),
        ("not_found_recall", "not found"),
    ):
        values = [row.scores[name] for row in rows if name in row.scores]
        if values:
            parts.append(f"{label} {sum(values) / len(values):.2f}")
    return " · ".join(parts)


def table(report: Report) -> str:
    """The headline scores, each with its count, then the citation, not-found and hit scores of every tag."""
    titles = len(report.articles)
    lines = [f"{report.set_name}: {len(report.rows)} questions, {titles} article{'s' if titles != 1 else ''}", ""]
    for name, score in report.scores.items():
        if score.value is not None:
            band = f"{score.low:.3f}–{score.high:.3f}" if score.low is not None and score.high is not None else ""
            lines.append(f"  {NAMES.get(name, name):<24} {_shown(name, score):>8}   {band:<12} of {score.count}")
    share = report.harness_seconds / report.seconds if report.seconds else 0.0
    lines += ["", f"  {report.seconds:.1f} s in all, of which the harness took {share:.1%}"]
    if report.by_tag:
        lines += ["", f"  {'by tag':<16} {'count':>5}" + "".join(f"{label:>11}" for label in _TAGGED.values())]
        for tag, scores in report.by_tag.items():
            wanted = [scores.get(name, Score(value=None, count=0)) for name in _TAGGED]
            shown = [_shown(name, score) for name, score in zip(_TAGGED, wanted, strict=True)]
            lines.append(f"  {tag:<16} {scores['errors'].count:>5}" + "".join(f"{value:>11}" for value in shown))
    lost = [(row.case.id, quote) for row in report.rows for quote in row.not_in_articles]
    lines += [f"  Not in the articles: {name}: {json.dumps(quote[:80], ensure_ascii=False)}" for name, quote in lost]
    lines += [f"  Failed: {row.case.id}: {row.error}" for row in report.rows if row.error]
    return "\n".join(lines)


_TAGGED = {
    "citation_precision": "precision",
    "citation_recall": "recall",
    "not_found_recall": "not found",
    "hit@1": "hit@1",
    "hit@5": "hit@5",
    "mrr": "MRR",
}
"""The scores that are told for every tag, and what they are called there."""


def _shown(name: str, score: Score) -> str:
    if score.value is None:
        return "–"
    return f"{score.value:.0f}" if name in {"errors", "tokens"} else f"{score.value:.3f}"
