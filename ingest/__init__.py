"""Articles go in here: from a file, a page or a text to the library that `qa` answers from.

>>> from ingest import ingest, articles
>>> ingest("report.txt").count("added")
1
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ingest.schema import (
    Article,
    BackupReport,
    CheckReport,
    Chunk,
    Finding,
    IngestReport,
    IngestRow,
    RawDocument,
    Sentence,
    Skipped,
    Upload,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from llama_index.core.embeddings import BaseEmbedding

    from ingest.library import Library
    from ingest.pipeline import Progress, Source
    from ingest.settings import Settings

__all__ = [
    "Article",
    "BackupReport",
    "CheckReport",
    "Chunk",
    "Finding",
    "IngestReport",
    "IngestRow",
    "RawDocument",
    "Sentence",
    "Skipped",
    "Upload",
    "articles",
    "backup",
    "check",
    "delete",
    "ingest",
    "rebuild",
    "restore",
]


def ingest(
    sources: Source | Iterable[Source],
    *,
    embed_model: BaseEmbedding | None = None,
    settings: Settings | None = None,
    on_progress: Progress | None = None,
    public_only: bool = False,
) -> IngestReport:
    """A report of what became of each source: added, unchanged, replaced or skipped.

    A source is a path, a folder, an http(s) URL, `-` for standard input, a RawDocument, or an Upload. A source that
    cannot be read is a row of the report, not an error. `embed_model`, any of LlamaIndex, makes the vectors of the
    index in place of the encoder; the library is then asked with `read_settings().using(embed_model)`. Raises
    LibraryError when the library itself cannot be written, EncoderMismatchError when another model made its index.
    """
    from ingest.pipeline import run  # noqa: PLC0415 - numpy and the rest load only when used

    many = [sources] if isinstance(sources, str | Path | RawDocument | Upload) else list(sources)
    return run(_library(settings, embed_model), many, on_progress=on_progress, public_only=public_only)


def articles(settings: Settings | None = None) -> list[Article]:
    """All articles of the library, oldest first."""
    return _library(settings).articles()


def delete(names: Sequence[str], *, settings: Settings | None = None) -> list[str]:
    """Remove the articles that these ids, URLs or paths name; their ids. Raises NoArticlesError for an unknown one."""
    from ingest.errors import NoArticlesError  # noqa: PLC0415 - beside the others
    from ingest.pipeline import delete as remove  # noqa: PLC0415 - numpy and the rest load only when used

    library = _library(settings)
    found = {name: library.resolve(name) for name in names}
    for name, article_id in found.items():
        if article_id is None:
            raise NoArticlesError(f"There is no article {name}.", "`python -m ingest --list` shows what there is.")
    ids = [article_id for article_id in found.values() if article_id is not None]
    remove(library, ids)
    return ids


def rebuild(*, settings: Settings | None = None, on_progress: Progress | None = None) -> int:
    """Make the index again from the catalog with the encoder in use; the number of articles.

    Asking goes on meanwhile: the new index is made beside the old one and then takes its place.
    """
    from ingest.pipeline import rebuild as make  # noqa: PLC0415 - numpy and the rest load only when used

    return make(_library(settings), on_progress)


def check(settings: Settings | None = None) -> CheckReport:
    """What the library holds and what is wrong with it. Raises LibraryError when the catalog cannot be read at all."""
    from ingest.soundness import check as look  # noqa: PLC0415 - numpy and the rest load only when used

    return look(_library(settings))


def backup(file: str | Path, *, settings: Settings | None = None) -> BackupReport:
    """Save every article to a file that must not be there yet, also from a damaged catalog as far as it can be read.

    Raises SourceError when the file cannot be written, LibraryError when nothing can be read.
    """
    from ingest.rescue import save  # noqa: PLC0415 - sqlalchemy and the rest load only when used
    from ingest.settings import read_settings  # noqa: PLC0415 - pydantic-settings costs 0.1 s

    return save(settings or read_settings(), Path(file))


def restore(file: str | Path, *, settings: Settings | None = None, on_progress: Progress | None = None) -> int:
    """Make the articles of a backup those of the library; their number. What there was before is kept beside it.

    Raises SourceError when the backup cannot be read, before anything is changed.
    """
    from ingest.rescue import restore as bring_back  # noqa: PLC0415 - numpy and the rest load only when used
    from ingest.settings import read_settings  # noqa: PLC0415 - pydantic-settings costs 0.1 s

    return bring_back(settings or read_settings(), Path(file), on_progress)


def _library(settings: Settings | None, embed_model: BaseEmbedding | None = None) -> Library:
    from ingest.library import open_library  # noqa: PLC0415 - numpy and the rest load only when used
    from ingest.settings import read_settings  # noqa: PLC0415 - pydantic-settings costs 0.1 s

    settings = settings or read_settings()
    return open_library(settings if embed_model is None else settings.using(embed_model))
