"""A question set is asked and scored: in parallel, resumable after a kill, with everything that an audit needs."""

import hashlib
import json
import platform
import random
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from eval.corpus import Corpus, open_corpus
from eval.datasets import SetError, read_set
from eval.judge import Judge, judged, load_judge
from eval.schema import Case, QuestionSet, Report, Row
from eval.scorers import Span, attribution_scores, hit_scores, mean_scores, places, scores_of, would_be_right
from ingest.errors import ArticleQAError
from ingest.library import encoder_name
from ingest.settings import Settings, read_settings
from ingest.split import SPLITTER
from qa.answer import ask
from qa.schema import Answer

Progress = Callable[[Sequence[Row], int], None]
WORKERS = 2
"""Questions asked at once. The embedded answerer is bound by the processor: more than the cores gain nothing."""

_WEIGHTS = ("evidence.json", "reader.onnx", "reader.json")
_PACKAGES = ("article-qa", "llama-index-core", "chromadb", "onnxruntime", "bm25s")


@dataclass(frozen=True)
class Options:
    """How a run is made. `limit` takes the first cases, `sample` as many drawn with `seed`; 0 is all."""

    limit: int = 0
    sample: int = 0
    seed: int = 0
    workers: int = WORKERS
    judge: bool = False


def run(  # noqa: PLR0913 - each is an option of the command
    name: str,
    *,
    articles: str | Path | None = None,
    settings: Settings | None = None,
    options: Options | None = None,
    out: Path | None = None,
    on_progress: Progress | None = None,
) -> Report:
    """The report of a set asked of the articles in a folder (or file), of its own articles, or of the library.

    `out` is a folder in which every finished case is kept at once: the same call goes on where a killed one stopped.
    A question that fails is a row. Raises SetError, NoArticlesError and the errors of the library.
    """
    began = time.perf_counter()
    settings, options = settings or read_settings(), options or Options()
    held = read_set(name, max_bytes=settings.max_bytes * 10)
    corpus = _corpus(held, articles, settings)
    cases = chosen(held.cases, options)
    mark = fingerprint(held, corpus, options)
    done = _resumed(out, mark)
    rows = {row.case.id: row for row in done}
    if corpus.articles:
        _try(lambda: ask("Is everything loaded?", settings=corpus.settings))
    asking = time.perf_counter()
    judge = load_judge(settings) if options.judge else None
    for row in _rows([case for case in cases if case.id not in rows], corpus, options.workers, judge):
        rows[row.case.id] = row
        if out:
            _keep(out, row)
        if on_progress:
            on_progress(list(rows.values()), len(cases))
    asked = time.perf_counter() - asking
    ordered = [rows[case.id] for case in cases]
    made = _report(held, corpus, ordered)
    scored = time.perf_counter() - asking - asked
    harness = scored + max(asked - sum(row.seconds for row in ordered if row not in done) / options.workers, 0.0)
    return made.model_copy(update={"seconds": time.perf_counter() - began, "harness_seconds": harness})


def chosen(cases: Sequence[Case], options: Options) -> list[Case]:
    """The cases that are asked, in the set's order."""
    found = list(cases)
    if options.sample and options.sample < len(found):
        drawn = random.Random(options.seed).sample(range(len(found)), options.sample)  # noqa: S311 - a sample
        found = [found[index] for index in sorted(drawn)]
    return found[: options.limit] if options.limit else found


def fingerprint(held: QuestionSet, corpus: Corpus, options: Options) -> dict[str, Any]:
    """What must be the same for two halves of a run to be one run."""
    return {
        "set": held.sha256,
        "corpus": corpus.sha256,
        "settings": _told(corpus.settings),
        "options": [options.limit, options.sample, options.seed, options.judge],
        "evidence": _weights(),
    }


def _corpus(held: QuestionSet, articles: str | Path | None, settings: Settings) -> Corpus:
    if articles is not None:
        return open_corpus([articles], settings)
    if held.documents:
        return open_corpus(list(held.documents), settings)
    if all(case.references for case in held.cases):
        return Corpus(settings, {}, {}, "")
    return open_corpus(None, settings)


def _rows(cases: Sequence[Case], corpus: Corpus, workers: int, judge: Judge | None) -> Iterator[Row]:
    """The rows as they are done."""
    with ThreadPoolExecutor(max_workers=max(workers, 1)) as pool:
        tasks = [pool.submit(row_of, case, corpus, judge) for case in cases]
        try:
            for task in as_completed(tasks):
                yield task.result()
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def row_of(case: Case, corpus: Corpus, judge: Judge | None = None) -> Row:
    """One case asked and scored; whatever goes wrong is told in its row."""
    if case.references:
        return Row(case=case, answer=None, seconds=0.0, scores=attribution_scores(case))
    began = time.perf_counter()
    answer, error = _try(lambda: _asked(case, corpus))
    seconds = time.perf_counter() - began
    scope = {corpus.ids[name] for name in case.articles if name in corpus.ids} or set(corpus.articles)
    read = {name: corpus.articles[name] for name in scope}
    gold, lost = places(case.evidence, read)
    known = bool(gold) or not case.answerable
    scores = scores_of(case, answer, read, gold)
    if wanted := wholes(case.passages, corpus):
        scores |= hit_scores(answer, wanted)
    if judge and answer and answer.status == "answered" and case.answers and not case.options:
        scores |= judged(case, answer, scores, judge)
    return Row(
        case=case,
        answer=answer,
        error=error,
        seconds=seconds,
        scores=scores,
        right=would_be_right(case, answer, gold) if answer and known else None,
        gold=tuple(dict.fromkeys(span for spans in gold for span in spans)),
        not_in_articles=tuple(lost),
    )


def wholes(origins: Sequence[str], corpus: Corpus) -> list[list[Span]]:
    """The places of whole articles, so that a hit anywhere in one finds it; origins that were not read have none."""
    found = dict.fromkeys(corpus.ids[origin] for origin in origins if origin in corpus.ids)
    return [[(name, 0, len(corpus.articles[name].text))] for name in found]


def _asked(case: Case, corpus: Corpus) -> Answer:
    missing = [name for name in case.articles if name not in corpus.ids]
    if missing:
        raise SetError(f"The article {missing[0]!r} is not among those asked.", "Name articles by their file name.")
    scope = [corpus.ids[name] for name in case.articles] or None
    return ask(case.question, history=case.history, articles=scope, settings=corpus.settings)


def _try(work: Callable[[], Answer]) -> tuple[Answer | None, str]:
    try:
        return work(), ""
    except ArticleQAError as failure:
        return None, str(failure)
    except Exception as failure:  # noqa: BLE001 - whatever goes wrong is a counted row, and the rest goes on
        return None, f"{type(failure).__name__}: {failure}"


def _resumed(out: Path | None, mark: dict[str, Any]) -> list[Row]:
    """The rows that an earlier, killed call left in the folder. Raises SetError when it was another run."""
    if out is None:
        return []
    try:
        out.mkdir(parents=True, exist_ok=True)
        record = out / "run.json"
        if not record.exists():
            record.write_text(json.dumps(mark, indent=1), encoding="utf-8")
            (out / "rows.jsonl").unlink(missing_ok=True)
            return []
        if json.loads(record.read_text("utf-8")) != json.loads(json.dumps(mark)):
            raise SetError(f"{out} holds another run.", "Choose another --out, or remove that folder.")
        kept = out / "rows.jsonl"
        lines = kept.read_text("utf-8").split("\n") if kept.exists() else []
    except (OSError, ValueError) as error:
        raise SetError(f"{out} cannot be used: {error}.", "Choose another --out.") from None
    rows = []
    for line in lines:
        try:
            rows.append(Row.model_validate_json(line))
        except ValueError:
            continue  # the last line of a killed run is cut off
    return [row for row in rows if not row.error]


def _keep(out: Path, row: Row) -> None:
    with (out / "rows.jsonl").open("a", encoding="utf-8") as file:
        file.write(row.model_dump_json() + "\n")


def _report(held: QuestionSet, corpus: Corpus, rows: Sequence[Row]) -> Report:
    tags = sorted({tag for row in rows for tag in tags_of(row.case)})
    return Report(
        set_name=held.name,
        set_sha256=held.sha256,
        corpus_sha256=corpus.sha256,
        made_at=datetime.now(UTC).isoformat(timespec="seconds"),
        seconds=0.0,
        harness_seconds=0.0,
        environment=environment(corpus.settings),
        settings=_told(corpus.settings),
        articles=tuple(
            {"id": a.id, "title": a.title, "content_hash": a.content_hash, "text": a.text}
            for a in corpus.articles.values()
        ),
        scores=mean_scores(rows),
        by_tag={tag: mean_scores([r for r in rows if tag in tags_of(r.case)], intervals=False) for tag in tags},
        rows=tuple(rows),
    )


def tags_of(case: Case) -> set[str]:
    """The case's own tags, and whether it stands alone."""
    return {*case.tags, "follow-up" if case.history else "stand-alone"}


def environment(settings: Settings) -> dict[str, Any]:
    """What the run stood on: versions, machine, encoder, splitter, the fitted weights and the git revision."""
    root = Path(__file__).parent.parent
    return {
        "python": platform.python_version(),
        "machine": f"{platform.system()} {platform.machine()}",
        "packages": {name: _version(name) for name in _PACKAGES},
        "encoder": encoder_name(settings),
        "encoder_sha256": _hash(root / "ingest" / "weights" / "encoder.onnx"),
        "splitter": SPLITTER,
        "weights_sha256": _weights(),
        "git": _revision(root),
    }


def _weights() -> dict[str, str]:
    """The hash of each file of weights that the embedded answerer comes with."""
    folder = Path(__file__).parent.parent / "qa" / "reading"
    return {name: _hash(folder / name) for name in _WEIGHTS}


def _hash(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def _revision(folder: Path) -> str:
    """The commit that is checked out, read from git's files; empty outside a checkout."""
    try:
        head = (folder / ".git" / "HEAD").read_text("utf-8").strip()
        if not head.startswith("ref: "):
            return head
        return (folder / ".git" / head.removeprefix("ref: ")).read_text("utf-8").strip()
    except OSError:
        return ""


def _told(settings: Settings) -> dict[str, Any]:
    """The settings without secrets: keys are starred, and so is whatever a URL says before its host."""
    values = settings.model_dump(mode="json")
    return {
        name: value.split("://", 1)[0] + "://***@" + value.rsplit("@", 1)[1]
        if isinstance(value, str) and "://" in value and "@" in value
        else value
        for name, value in values.items()
    }
