"""Runs can be resumed, compared, gated, drafted for and judged."""

import json
import math
from pathlib import Path

import pytest

from eval import compare, run
from eval.asking import Options
from eval.datasets import SetError
from eval.draft import fault, propose, read_article
from eval.gate import check, failures, save
from eval.judge import parse
from eval.page import report_page, write_comparison
from eval.plots import calibration_plot
from eval.report import read, table, write
from eval.schema import Case, Report
from eval.stats import calibration_error, interval, isotonic, paired_p, reliability, risk_coverage
from ingest.errors import ModelError
from ingest.settings import Settings
from tests.web import Site

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Report:
    """The run of all shipped questions, with a key set that nothing of it may tell."""
    folder = tmp_path_factory.mktemp("eval") / "data"
    return run("sample", settings=Settings(data_dir=folder, openai_api_key="sk-very-secret"))  # type: ignore[arg-type]


def test_a_run_holds_all_that_an_audit_needs_and_no_secret(report: Report) -> None:
    told = report.model_dump_json()
    assert "sk-very-secret" not in told
    assert report.set_sha256 in told
    assert report.environment["encoder"] == "all-MiniLM-L6-v2"
    scores = report.scores
    assert scores["quotes_exact"].value == 1.0
    assert (scores["citation_recall"].value or 0) > 0.75
    assert (scores["not_found_recall"].value or 0) > 0.7
    assert scores["errors"].value == 0


def worse(report: Report, *names: str) -> Report:
    rows = tuple(
        row.model_copy(update={"scores": {k: 0.0 if k in names else v for k, v in row.scores.items()}})
        for row in report.rows
    )
    return report.model_copy(update={"rows": rows})


def test_a_sample_is_the_same_for_a_seed_and_another_for_another(settings: Settings) -> None:
    asked = [
        [row.case.id for row in run("sample", settings=settings, options=Options(sample=5, seed=seed)).rows]
        for seed in (1, 1, 2)
    ]
    assert asked[0] == asked[1] != asked[2]
    assert len(asked[0]) == 5


def test_a_killed_run_goes_on_where_it_stopped(settings: Settings, tmp_path: Path) -> None:
    out = tmp_path / "out"
    whole = run("sample", settings=settings, options=Options(limit=10), out=out)
    lines = (out / "rows.jsonl").read_text().splitlines()
    (out / "rows.jsonl").write_text("\n".join(lines[:6]) + '\n{"case": cut o')
    asked: list[int] = []
    again = run(
        "sample",
        settings=settings,
        options=Options(limit=10),
        out=out,
        on_progress=lambda rows, _: asked.append(len(rows)),
    )
    assert len(asked) == 4
    assert {row.case.id for row in again.rows} == {row.case.id for row in whole.rows}
    assert [row.scores for row in again.rows] == [row.scores for row in whole.rows]
    with pytest.raises(SetError):
        run("sample", settings=settings, options=Options(limit=11), out=out)


def test_the_hit_rates_of_first_questions_and_of_follow_ups_are_told_apart(settings: Settings, tmp_path: Path) -> None:
    said = (
        (
            "harbour",
            "The harbour of Ostvik was built in 1902 from granite.",
            "What is the harbour of Ostvik built from?",
        ),
        ("bridge", "The bridge at Lunde collapsed in a storm on Friday.", "When did the bridge at Lunde collapse?"),
    )
    records = [
        {
            "task_id": name + then,
            "answerability": "ANSWERABLE",
            "turns": [
                {"role": role, "text": text}
                for role, text in (("user", asked), ("agent", "Yes."), ("user", then))
                if then
            ]
            or [{"role": "user", "text": asked}],
            "contexts": [{"doc_id": name, "text": text}],
            "target": text,
        }
        for name, text, asked in said
        for then in ("", "And why was that?")
    ]
    path = tmp_path / "tasks.jsonl"
    path.write_text("\n".join(map(json.dumps, records)), "utf-8")
    made = run(str(path), settings=settings)
    assert len(made.articles) == 2
    for tag in ("stand-alone", "follow-up"):
        scores = made.by_tag[tag]
        assert [(scores[name].value, scores[name].count) for name in ("hit@1", "hit@5", "mrr")] == [(1.0, 2)] * 3
        assert f"  {tag:<16} {2:>5}          –          –          –      1.000      1.000      1.000" in table(made)


def test_the_users_library_is_never_written_to(settings: Settings) -> None:
    run("sample", settings=settings, options=Options(limit=2))
    assert not (settings.data_dir / "catalog.db").exists()
    assert len(list((settings.data_dir / "corpora").iterdir())) == 1


def test_a_report_reads_back_as_it_was_and_its_page_opens_offline(report: Report, tmp_path: Path) -> None:
    page = write(report, tmp_path / "out").read_text()
    assert read(tmp_path / "out") == report
    assert "http://" not in page.replace("http://www.w3.org", "")
    assert "default-src 'none'" in page
    assert "citation precision" in page
    assert f"of {len(report.rows)}" in table(report)


def test_hostile_text_stays_text_in_the_page(report: Report) -> None:
    bad = "</script><script>alert(1)</script><img src=x onerror=alert(1)>"
    row = report.rows[0].model_copy(update={"case": report.rows[0].case.model_copy(update={"question": bad})})
    page = report_page(report.model_copy(update={"rows": (row,), "set_name": bad}))
    assert "<script>alert(1)" not in page
    assert "<img" not in page


def test_two_equal_runs_have_no_difference(report: Report) -> None:
    assert all(change.p == 1.0 and not change.won and not change.lost for change in compare(report, report).changes)


def test_a_drop_is_found_named_and_gated(report: Report, tmp_path: Path) -> None:
    bad = worse(report, "citation_recall")
    found = compare(report, bad)
    assert [item.split()[0] for item in failures(found)] == ["citation_recall"]
    assert next(change for change in found.changes if change.score == "citation_recall").lost
    write_comparison(found, tmp_path / "c.html")
    assert "class='worse'" in (tmp_path / "c.html").read_text()


def test_runs_over_other_questions_or_articles_are_not_compared(report: Report) -> None:
    for name in ("set_sha256", "corpus_sha256"):
        with pytest.raises(SetError):
            compare(report, report.model_copy(update={name: "other"}))


def test_the_gate_names_what_is_below_its_floor_or_its_baseline(report: Report, tmp_path: Path) -> None:
    save(report, tmp_path / "base.json")
    gate = tmp_path / "gates.toml"
    gate.write_text(
        '[floors]\nquotes_exact = 1.0\ncitation_recall = 0.999\nlist_recall = 2\n[baseline]\nfile = "base.json"\n'
    )
    assert [line.split()[0] for line in check(report, gate)] == ["citation_recall", "list_recall"]
    gate.write_text('[baseline]\nfile = "base.json"\n')
    assert check(report, gate) == []
    assert [line.split()[0] for line in check(worse(report, "answer_recall"), gate)] == ["answer_recall"]
    with pytest.raises(SetError):
        check(report.model_copy(update={"corpus_sha256": "other"}), gate)
    for text in ("[floors]\nseconds_p50 = 1", "broken", '[baseline]\nfile = "none"\n'):
        gate.write_text(text)
        with pytest.raises(SetError):
            check(report, gate)


def test_a_gate_for_several_sets_has_floors_for_each_and_for_its_tags(report: Report, tmp_path: Path) -> None:
    gate = tmp_path / "gates.toml"
    gate.write_text(
        "[sets.sample.floors]\nquotes_exact = 1.0\n[sets.sample.tags.list]\nlist_recall = 2\n"
        "[sets.sample.tags.none]\nlist_recall = 0\n[sets.other.floors]\nquotes_exact = 2\n"
    )
    assert [line.split()[:2] for line in check(report, gate)] == [["list:", "list_recall"], ["none:", "list_recall"]]
    with pytest.raises(SetError, match="unknown"):
        check(report.model_copy(update={"set_name": "unknown"}), gate)


def test_the_shipped_gate_fits_the_shipped_set(report: Report) -> None:
    assert check(report, ROOT / "eval" / "gates.toml") == []


def test_intervals_hold_their_mean_and_pairs_are_compared_as_pairs() -> None:
    low, high = interval([0.0, 1.0] * 50)
    assert low < 0.5 < high
    assert high - low < 0.25
    assert paired_p([0.0] * 20, [1.0] * 20) < 0.01
    assert paired_p([0.0, 1.0], [1.0, 0.0]) == 1.0


def test_risk_grows_with_coverage_when_the_surest_are_right() -> None:
    curve = risk_coverage([0.9, 0.8, 0.1], [True, True, False])
    assert [round(risk, 2) for _, risk in curve] == [0.0, 0.0, 0.33]
    assert reliability([0.9, 0.95, 0.1], [True, True, False]) == [(0.1, 0.0, 1), (pytest.approx(0.925), 1.0, 2)]
    assert calibration_error([(0.2, 0.2, 5), (0.8, 0.6, 5)]) == pytest.approx(0.1)
    drawn = calibration_plot({"<set>": [(0.2, 0.2, 5), (0.8, 0.6, 5)]})
    assert "&lt;set&gt; (off by 0.10)" in drawn


def test_a_curve_rises_from_score_to_odds_and_pools_what_falls() -> None:
    right = [False] * 4 + [True, False] * 2 + [False, True, False, False] + [True] * 4
    knots = isotonic(list(range(16)), right, steps=4)
    assert [score for score, _ in knots] == [1.5, 7.5, 13.5]
    assert [odds for _, odds in knots] == pytest.approx([-math.log(9), math.log(3.5 / 5.5), math.log(9)])
    assert isotonic([1.0, 1.0], [True, False], steps=4) == isotonic([1.0, 1.0], [False, True], steps=1) == [(1.0, 0.0)]


def test_drafted_questions_are_checked_whoever_wrote_them(settings: Settings) -> None:
    article = read_article("sample", settings)
    found = propose(article, 30)
    assert len(found) >= 8
    assert all(not fault(case, article) for case in found)
    assert any(case.question.startswith("Who or what") for case in found)
    assert any(not case.answerable for case in found)
    made_up = Case(id="x", question="Who sang at the call?", answers=("Ada",), evidence=("Ada sang.",))
    assert fault(made_up, article)


def chat(reply: str) -> tuple[int, dict[str, str], bytes]:
    message = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": reply}}
    value = {"id": "1", "object": "chat.completion", "created": 0, "model": "m", "choices": [message]}
    return 200, {"Content-Type": "application/json"}, json.dumps(value).encode()


def test_a_model_drafts_and_what_does_not_hold_is_left_out(settings: Settings, site: Site) -> None:
    article = read_article("sample", settings)
    good = {
        "question": "When did Trump place the call?",
        "answers": ["10 a.m."],
        "evidence": ["Trump placed the call at 10 a.m. Eastern Time."],
    }
    bad = {**good, "question": "When did it end?", "evidence": ["It ended at noon."]}
    site.pages["/v1/chat/completions"] = chat(
        "Here you are:\n" + json.dumps(good) + "\n" + json.dumps(bad) + "\n{broken"
    )
    own = settings.model_copy(update={"openai_model": "m", "openai_base_url": f"{site.url}/v1"})
    assert [case.question for case in propose(article, 5, own)] == [good["question"]]
    site.pages["/v1/chat/completions"] = chat("I cannot.")
    with pytest.raises(ModelError):
        propose(article, 5, own)


def test_a_judge_is_asked_apart_and_only_a_strict_verdict_counts(settings: Settings, site: Site) -> None:
    own = settings.model_copy(update={"judge_model": "j", "judge_base_url": f"{site.url}/v1"})
    site.pages["/v1/chat/completions"] = chat('{"correct": true, "reason": "same"}')
    scores = run("sample", settings=own, options=Options(limit=5, judge=True)).scores
    assert scores["judge_right"].value == 1.0
    assert scores["judge_agrees"].count == scores["judge_right"].count > 0
    site.pages["/v1/chat/completions"] = chat("Yes, correct!")
    assert "judge_right" not in run("sample", settings=own, options=Options(limit=5, judge=True)).scores
    with pytest.raises(ModelError):
        run("sample", settings=settings, options=Options(limit=1, judge=True))


@pytest.mark.parametrize(
    "reply", ["", "true", '{"correct": "yes"}', '{"correct": true} and more', '{"correct": true, "score": 5}']
)
def test_a_verdict_that_is_not_strict_is_refused(reply: str) -> None:
    with pytest.raises(ModelError):
        parse(reply)


@pytest.mark.parametrize(("status", "word"), [(401, "key"), (404, "model"), (500, "failed")])
def test_a_model_that_fails_is_told_in_one_sentence(settings: Settings, site: Site, status: int, word: str) -> None:
    site.pages["/v1/chat/completions"] = (status, {}, b"{}")
    own = settings.model_copy(update={"openai_model": "m", "openai_base_url": f"{site.url}/v1"})
    with pytest.raises(ModelError, match=word):
        propose(read_article("sample", settings), 3, own)
