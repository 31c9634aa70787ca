"""A gate that fails when quality drops: floors for scores, and a stored baseline to be no worse than.

[floors]
citation_precision = 0.75

[baseline]
file = "sets/sample-baseline.json"   # beside this file; made by `python -m eval run SET --save-baseline FILE`
p = 0.05                             # how sure a drop must be

A file for several sets has the same tables for each, under its name, and floors for the questions of one tag:

[sets.news.floors]
citation_recall = 0.5

[sets.news.tags.who-is]
citation_recall = 0.6
"""

import json
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from eval.comparing import NOT_GATED, Comparison
from eval.datasets import SetError
from eval.schema import Report, Score
from eval.stats import paired_p


def check(report: Report, gate: Path) -> list[str]:
    """A sentence for every score that is below its floor or significantly below the baseline; empty when all hold.

    Raises SetError when the gate cannot be read or has nothing for this set, or its baseline is of another set or
    other articles.
    """
    rules = _rules(gate, report.set_name)
    failed = _below(report.scores, rules.get("floors", {}), gate)
    for tag, floors in rules.get("tags", {}).items():
        failed += [f"{tag}: {line}" for line in _below(report.by_tag.get(tag, {}), floors, gate)]
    baseline = rules.get("baseline", {})
    if baseline:
        failed += _drops(report, gate.parent / str(baseline.get("file", "")), float(baseline.get("p", 0.05)))
    return failed


def _below(scores: Mapping[str, Score], floors: Mapping[str, Any], gate: Path) -> list[str]:
    """A sentence for every score that is below its floor."""
    failed = []
    for name, floor in floors.items():
        score = scores.get(name)
        if name in NOT_GATED or not isinstance(floor, int | float):
            raise SetError(f"{gate} has a floor for {name}, which cannot be gated.", "Gate scores of answers only.")
        if score is None or score.value is None:
            failed.append(f"{name} was not measured, but has a floor of {floor:g}.")
        elif score.value < floor:
            failed.append(f"{name} is {score.value:.3f}, below its floor of {floor:g}.")
    return failed


def failures(comparison: Comparison, p: float = 0.05) -> list[str]:
    """A sentence for every score that dropped significantly between two runs."""
    return [
        f"{item.score} fell from {item.before:.3f} to {item.after:.3f} (p = {item.p:.3f})."
        for item in comparison.changes
        if item.after < item.before and item.p < p and item.score not in NOT_GATED
    ]


def save(report: Report, path: Path) -> None:
    """Write the scores of every case, for `check` to compare with later."""
    kept = {
        "set_sha256": report.set_sha256,
        "corpus_sha256": report.corpus_sha256,
        "made_at": report.made_at,
        "scores": {row.case.id: {name: round(value, 4) for name, value in row.scores.items()} for row in report.rows},
    }
    path.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")


def _drops(report: Report, path: Path, p: float) -> list[str]:
    try:
        kept: dict[str, Any] = json.loads(path.read_text("utf-8"))
        before: dict[str, dict[str, float]] = kept["scores"]
        same = (kept["set_sha256"], kept["corpus_sha256"]) == (report.set_sha256, report.corpus_sha256)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SetError(f"The baseline {path} cannot be read: {error}.", "Make it with --save-baseline.") from None
    if not same:
        raise SetError(f"The baseline {path} is of another set or other articles.", "Make it again: --save-baseline.")
    after = {row.case.id: row.scores for row in report.rows}
    failed = []
    for name in dict.fromkeys(name for scores in before.values() for name in scores):
        pairs = [(b[name], after[c][name]) for c, b in before.items() if name in b and name in after.get(c, {})]
        if pairs and name not in NOT_GATED:
            one, other = [a for a, _ in pairs], [b for _, b in pairs]
            chance = paired_p(one, other)
            if sum(other) < sum(one) and chance < p:
                means = f"{sum(one) / len(one):.3f} to {sum(other) / len(other):.3f}"
                failed.append(f"{name} fell from {means} against the baseline (p = {chance:.3f}).")
    return failed


def _rules(gate: Path, name: str) -> dict[str, Any]:
    """What the gate demands of the set of this name."""
    rules = _read(gate)
    if "sets" not in rules:
        return rules
    try:
        found: dict[str, Any] = rules["sets"][name]
    except (KeyError, TypeError):
        raise SetError(f"{gate} has nothing for the set {name}.", f"Add [sets.{name}.floors].") from None
    return found


def _read(gate: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(gate.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise SetError(f"The gate {gate} cannot be read: {error}.", "See eval/gates.toml for an example.") from None
