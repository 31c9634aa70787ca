"""Articles as the page's reader asks for them: JSON over HTTP."""

import re
from collections.abc import Callable
from dataclasses import astuple
from typing import Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from ingest.bylines import byline
from ingest.dates import line_day
from ingest.library import Library
from ingest.schema import Article, Details
from ingest.tables import tables_of

_ID = re.compile(r"[0-9a-f]{16}")


def article_routes(library: Callable[[], Library]) -> APIRouter:
    """The routes `/articles` (what there is) and `/article/{id}` (one with its text and sentences)."""
    router = APIRouter()

    @router.get("/articles")
    def listed() -> JSONResponse:
        return _json([listing(details) for details in library().details()])

    @router.get("/article/{name}")
    def one(name: str) -> JSONResponse:
        found = library().articles([name]) if _ID.fullmatch(name) else []
        return _json(whole(library(), found[0])) if found else _json({"error": "There is no such article."}, 404)

    return router


def listing(details: Details) -> dict[str, Any]:
    """What a list of articles shows of one."""
    return details.model_dump(include={"id", "title", "source", "published_at"})


def whole(library: Library, article: Article) -> dict[str, Any]:
    """The article with its sentences as `[start, end, heading]`, in code points of its text, and its tables.

    A table is the names of its columns and rows of cells `[column, start, words, end]`.
    """
    sentences = [
        [sentence.start, sentence.end, sentence.heading and not _is_byline(article.text[sentence.start : sentence.end])]
        for chunk in library.chunks([article.id])
        for sentence in chunk.sentences
    ]
    tables = [
        {"names": table.names, "rows": [[astuple(cell) for cell in row] for row in table.rows]}
        for table in tables_of(article.text)
    ]
    return {**article.model_dump(exclude={"content_hash"}), "sentences": sentences, "tables": tables}


def _is_byline(line: str) -> bool:
    """Whether a short line says who wrote the article or when, and titles nothing."""
    return bool(byline(line) or line_day(line))


def _json(value: object, status: int = 200) -> JSONResponse:
    return JSONResponse(value, status_code=status, headers={"Cache-Control": "no-store"})
