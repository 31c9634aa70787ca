"""Rules are switched off one at a time, and on again."""

import importlib
import json
from pathlib import Path

import pytest

from eval.ablation import STAGES, Memory, ablate, effect, forget, main, said, switched_off
from eval.asking import row_of
from eval.corpus import Corpus, open_corpus
from eval.datasets import read_set
from eval.rules import RULES, Rule, gives, value
from eval.schema import Case, Row
from ingest.settings import Settings

CASES = read_set("sample", max_bytes=1_000_000).cases
BY_ID = {rule.id: rule for rule in RULES}


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    settings = Settings(data_dir=tmp_path_factory.mktemp("ablation") / "data", answerer="quote")
    return open_corpus(list(read_set("sample", max_bytes=1_000_000).documents), settings)


def asked(corpus: Corpus, *ids: str) -> dict[tuple[str, str], Row]:
    wanted = [case for case in CASES if case.id in ids]
    return {("sample", case.id): row_of(case, corpus) for case in wanted}


def test_every_rule_of_the_table_is_there_once_and_something_else_stands_in_its_place() -> None:
    assert len(BY_ID) == len(RULES)
    for rule in RULES:
        found = getattr(importlib.import_module(f"qa.{rule.module}"), rule.name)
        other = rule.without(found)
        assert callable(other) == callable(found), rule.id
        assert other is not found, rule.id
        assert callable(found) or other != found, rule.id


def test_what_is_known_by_name_in_other_modules_is_switched_off_there_too_and_on_again() -> None:
    home, user = (importlib.import_module(f"qa.{name}") for name in ("question.answer_form", "reading.evidence"))
    was = home.can_be
    with pytest.raises(KeyError), switched_off(Rule("question.answer_form", "can_be", gives("off"))):
        assert home.can_be("where", "10 a.m.") == user.can_be("where", "10 a.m.") == "off"
        raise KeyError
    assert home.can_be is user.can_be is was


def test_a_rule_that_answers_a_question_is_told_with_the_scores_that_fall(corpus: Corpus) -> None:
    before = asked(corpus, "s01", "s36")
    with switched_off(BY_ID["reading.sentences._list_block"]):
        found = effect("lists", before, asked(corpus, "s01", "s36"))
    assert (found.changed, found.better, found.worse, found.failed) == (1, 0, 1, 0)
    assert found.scores["list_recall"] < 0
    assert list(found.kinds) == ["sample: list"]
    assert said(asked(corpus, "s36")["sample", "s36"]) == said(before["sample", "s36"])


@pytest.mark.parametrize(
    "name",
    [
        *("reading.sentences.CLOSE", "question.answer_type._LIST", "reading.evidence.SURE", "text.words.ASKING"),
        *("retrieval.query.rarity", "reading.reader.NEAR_BEST", "question.answer_form._TIME", "text.negation.twists"),
        "reading.evidence.load_evidence_model[sentence.overlap]",
    ],
)
def test_what_is_remembered_changes_no_answer(corpus: Corpus, name: str) -> None:
    ids = ("s01", "s31", "s36", "s45")
    with switched_off(BY_ID[name]):
        afresh = asked(corpus, *ids)
    with Memory().kept() as memory:
        asked(corpus, *ids)
        with memory.without(BY_ID[name]):
            again = asked(corpus, *ids)
    assert [said(row) for row in again.values()] == [said(row) for row in afresh.values()]
    assert [row.scores for row in again.values()] == [row.scores for row in afresh.values()]


def test_a_later_stage_is_passed_by_whenever_an_earlier_one_is() -> None:
    first, *others = STAGES
    assert all(set(first.touched) <= set(stage.touched) for stage in others)
    parts = {part for stage in STAGES for part in stage.touched}
    assert all(any(rule.id.startswith(part) for rule in RULES) for part in parts)


def test_the_command_writes_the_effect_of_each_rule_and_names_those_without_any(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    case = {
        "id": "1",
        "question": "Ada was born in 1902.",
        "references": ["Ada was born in 1903."],
        "answerable": False,
    }
    (tmp_path / "set.jsonl").write_text(json.dumps(case))
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))
    main(
        [
            str(tmp_path / "set.jsonl"),
            "--only",
            "verification.support.main_fault",
            "--out",
            str(tmp_path / "new" / "out"),
        ]
    )
    assert "Without these 0 of 1 no answer changes" in capsys.readouterr().out
    (told,) = map(json.loads, (tmp_path / "new" / "out").read_text().splitlines())
    assert (told["rule"], told["changed"], told["worse"]) == ("verification.support.main_fault", 1, 1)
    main(["--list"])
    assert "reading.evidence.combine" in capsys.readouterr().out


def test_claims_are_judged_without_a_rule_too(settings: Settings, tmp_path: Path) -> None:
    case = Case(id="1", question="“It rained”, Ada said.", references=("“It snowed”, Ada said.",), answerable=False)
    (tmp_path / "set.jsonl").write_text(case.model_dump_json())
    rules = [Rule("reading.sentences", "CLOSE", value(0.0))]
    (found,) = ablate([str(tmp_path / "set.jsonl")], rules, settings)
    assert (found.changed, found.kinds) == (0, {})
    forget()
