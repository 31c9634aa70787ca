from pathlib import Path

import pytest

from ingest import articles, ingest
from ingest.schema import Article, IngestRow
from ingest.settings import Settings
from ingest.split import split_sentences
from tests.ingest.corpus import Case, write


def fault(case: Case, row: IngestRow | None, found: Article | None) -> str:
    """What is not as expected of a file, or nothing."""
    if case.refused:
        return (
            ""
            if row and row.action == "skipped" and row.reason and row.hint
            else "not refused with a reason and a hint"
        )
    if found is None:
        return f"refused: {row.reason if row else 'no row'}"
    have = [found.text[one.start : one.end] for one in split_sentences(found.text)]
    missing = [one for one in case.sentences if one not in have]
    if missing:
        return f"without the sentence {missing[0]!r} in {have[:12]}"
    told = {"title": found.title, "authors": found.authors, "published_at": found.published_at[:10]}
    wrong = [
        f"{name}: {value!r}"
        for name, value in told.items()
        if value != getattr(case, name) and (name != "title" or case.title)
    ]
    wrong += [f"with {one!r}" for one in case.absent if one in found.text]
    return ", ".join(wrong)


@pytest.fixture(scope="module")
def faults(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("corpus") / "files"
    cases = write(folder)
    settings = Settings(data_dir=tmp_path_factory.mktemp("library"))
    report = ingest(folder, settings=settings)
    rows = {Path(row.origin.partition("#")[0]).name: row for row in report.rows}
    have = {one.id: one for one in articles(settings)}
    made = {
        case.name: fault(case, rows.get(case.name), have.get(rows[case.name].article_id) if case.name in rows else None)
        for case in cases
    }
    return {name: told for name, told in made.items() if told}


def test_the_corpus_has_two_hundred_files_of_different_names(tmp_path: Path) -> None:
    names = [case.name for case in write(tmp_path / "files")]
    assert len(names) == len(set(names)) >= 200
    assert len((tmp_path / "expected.jsonl").read_text("utf-8").splitlines()) == len(names)


def test_every_file_becomes_what_it_should(faults: dict[str, str]) -> None:
    assert not faults, "\n".join(f"{name}: {told}" for name, told in faults.items())
