"""The articles of a question set, in a library of their own that is kept by content, never in the user's."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from eval.datasets import SetError
from ingest.errors import NoArticlesError
from ingest.library import encoder_name, open_library
from ingest.pipeline import Source, run
from ingest.schema import Article
from ingest.settings import Settings
from ingest.split import SPLITTER


@dataclass(frozen=True)
class Corpus:
    """What is asked: settings that open the library, its articles by id, and the id of each origin."""

    settings: Settings
    articles: Mapping[str, Article]
    ids: Mapping[str, str]
    sha256: str


def open_corpus(sources: Sequence[Source] | None, settings: Settings) -> Corpus:
    """The library of these sources, under DATA_DIR/corpora; for None the user's own, which is only read.

    Ingested once: the same articles, encoder and splitter give the same folder. Raises SetError when nothing of the
    sources can be read, NoArticlesError when the user's library is empty.
    """
    if sources is None:
        articles = {article.id: article for article in open_library(settings).articles()}
        if not articles:
            raise NoArticlesError("There is no article to ask.", "Give --articles DIR, or ingest some first.")
        return Corpus(settings, articles, {}, _digest(articles))
    folder = settings.data_dir / "corpora" / _key(sources, settings)
    own = settings.model_copy(update={"data_dir": folder, "database_url": "", "chroma_url": ""})
    report = run(open_library(own), sources)
    if not report.article_ids:
        reason = f"{report.rows[0].reason} {report.rows[0].hint}" if report.rows else "It is empty."
        raise SetError(f"No article of the set could be read: {reason}", "Give a folder with articles.")
    wanted = set(report.article_ids)
    articles = {article.id: article for article in open_library(own).articles() if article.id in wanted}
    ids = {row.origin: row.article_id for row in report.rows if row.article_id}
    ids |= {Path(origin).name: name for origin, name in ids.items() if "/" in origin}
    return Corpus(own, articles, ids, _digest(articles))


def _key(sources: Sequence[Source], settings: Settings) -> str:
    named = [str(Path(item).resolve()) if isinstance(item, str | Path) else item.model_dump_json() for item in sources]
    text = "\n".join([encoder_name(settings), SPLITTER, *named])
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _digest(articles: Mapping[str, Article]) -> str:
    """The hash of all articles' contents, whatever their order."""
    return hashlib.sha256("\n".join(sorted(a.content_hash for a in articles.values())).encode()).hexdigest()
