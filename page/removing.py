"""Taking a mistaken article out of the library from the page, and bringing it back."""

import html
from dataclasses import dataclass

from ingest.library import Library
from ingest.pipeline import delete, run
from ingest.schema import Article, RawDocument
from ingest.settings import Settings
from page.explain import explained

UNDO = "Undo"


@dataclass(frozen=True)
class Removal:
    """What came of it: the line to show as HTML, the article that can be brought back, the one to choose now."""

    line: str
    article: Article | None = None
    chosen: str | None = None


def may_remove(settings: Settings, *, loopback: bool) -> bool:
    """Whether visitors may: on this machine, or when they have given the password. Never where everybody is let in."""
    return loopback or settings.auth.get_secret_value().strip().lower() not in {"", "off"}


def remove(library: Library, article_id: str) -> Removal:
    """The article is removed, with the way back; where that fails, why."""
    try:
        found = library.articles([article_id])
        if found:
            delete(library, [article_id])
    except Exception as error:  # noqa: BLE001 - whatever it is, the visitor is told and it is logged
        return Removal(_trouble(error), chosen=article_id)
    if not found:
        return Removal('<p class="step">This article was removed already.</p>')
    return Removal(f'<p class="step">“{html.escape(found[0].title)}” was removed.</p>', found[0])


def bring_back(library: Library, article: Article) -> Removal:
    """The article is in the library again, under the same id, so that what cited it does so again."""
    fields = {name: getattr(article, name) for name in ("text", "url", "title", "source", "published_at", "authors")}
    try:
        (row,) = run(library, [RawDocument(origin=article.url or f"brought back {article.id}", **fields)]).rows
    except Exception as error:  # noqa: BLE001 - whatever it is, the visitor is told and it is logged
        return Removal(_trouble(error), article)
    return Removal("", chosen=row.article_id)


def _trouble(error: Exception) -> str:
    return f'<p class="trouble">{html.escape(explained(error))}</p>'
