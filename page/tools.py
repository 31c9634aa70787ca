"""The page as tools of a language model: an MCP server at `/mcp` (Model Context Protocol, streamable HTTP, stateless).

The tools are those of `page/programs.py`, with schemas of what they take and give. They need the package `mcp`, the
extra of the same name; it is imported when the first client comes.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from functools import partial
from importlib.util import find_spec
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, Field
from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send

from ingest.schema import Details
from page.explain import explained
from page.programs import Added, Id, Programs
from qa.answer import ask, retrieve
from qa.checking import LONGEST_TEXT, CheckedClaim, check
from qa.schema import MAX_QUESTION, Answer, Hit

_Made = TypeVar("_Made")

_INSTRUCTIONS = (
    "Questions about news articles. Every sentence of an answer cites the exact words of an article that it rests on;"
    " where the articles do not tell, the answer's status is not_found. Cite what you use."
)

Question = Annotated[str, Field(max_length=MAX_QUESTION)]
Articles = Annotated[list[Id] | None, Field(min_length=1, max_length=1_000, description="Ids; all without it.")]


class Checked(BaseModel):
    """The sentences of a text, each with what the articles say to it."""

    sentences: list[CheckedClaim]


class Hits(BaseModel):
    """Passages, best first."""

    hits: list[Hit]


class Listed(BaseModel):
    """What is known of each article."""

    articles: list[Details]


class Done(BaseModel):
    """The articles that were added or removed."""

    articles: list[str]


class Tools:
    """An ASGI app of one path. `serving` is to be entered while the page is served."""

    def __init__(self, programs: Programs) -> None:
        self._programs = programs
        self._wanted = asyncio.Event()
        self._ready = asyncio.Event()
        self._manager: Any = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one message of a client."""
        if find_spec("mcp") is None:
            refused = JSONResponse({"error": "The package mcp is not installed here."}, 501)
            await refused(scope, receive, send)
            return
        self._wanted.set()
        await self._ready.wait()
        if self._manager is None:
            refused = JSONResponse({"error": "The tools cannot be used just now."}, 503)
            await refused(scope, receive, send)
            return
        await self._manager.handle_request(scope, receive, send)

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[None]:
        """Until the block ends, clients are served."""
        server = asyncio.create_task(self._serve())
        try:
            yield
        finally:
            server.cancel()
            with suppress(asyncio.CancelledError):
                await server

    async def _serve(self) -> None:
        await self._wanted.wait()
        try:
            server = await asyncio.to_thread(_server, self._programs)
            server.streamable_http_app()
        except Exception as error:  # noqa: BLE001 - a package that does not fit: clients are told, and it is logged
            explained(error)
            self._ready.set()
            return
        async with server.session_manager.run():
            self._manager = server.session_manager
            self._ready.set()
            await asyncio.Event().wait()


@contextmanager
def _logging_left_alone() -> Iterator[None]:
    """The package would log what everybody sends, with all colours, in the server's own loop: it logs nothing here."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.getLogger("mcp").setLevel(logging.CRITICAL + 1)


def _server(programs: Programs) -> Any:
    """The tools. What goes wrong with one is told in the same words as on the page."""
    from mcp.server.fastmcp import FastMCP  # noqa: PLC0415 - half a second, for those who use it
    from mcp.server.fastmcp.exceptions import ToolError  # noqa: PLC0415 - the same
    from mcp.server.transport_security import TransportSecuritySettings  # noqa: PLC0415 - the same

    security = TransportSecuritySettings(enable_dns_rebinding_protection=False)  # the door has seen to it
    with _logging_left_alone():
        made: dict[str, Any] = {"stateless_http": True, "json_response": True, "transport_security": security}
        server = FastMCP("Article QA", _INSTRUCTIONS, **made)
    settings = programs.library().settings

    async def aside(work: Callable[[], _Made]) -> _Made:
        """What work gives, made in a thread."""
        try:
            return await asyncio.to_thread(work)
        except Exception as error:  # noqa: BLE001 - whatever it is, the caller is told and it is logged
            raise ToolError(explained(error)) from None

    @server.tool(title="Ask the articles")
    async def ask_articles(question: Question, articles: Articles = None) -> Answer:
        """Answer a question from the articles, with citations of their exact words."""
        return await aside(partial(ask, question, articles=articles, settings=settings))

    @server.tool(title="Check a text")
    async def check_text(text: Annotated[str, Field(max_length=LONGEST_TEXT)], articles: Articles = None) -> Checked:
        """Hold each sentence of a text to the articles: supported, contradicted or not mentioned."""
        found = await aside(partial(check, text, articles=articles, settings=settings))
        return Checked(sentences=list(found))

    @server.tool(title="Search the articles")
    async def search_articles(
        question: Question, k: Annotated[int, Field(ge=1, le=50)] = 10, articles: Articles = None
    ) -> Hits:
        """The passages of the articles that fit a question best."""
        found = await aside(partial(retrieve, question, k=k, articles=articles, settings=settings))
        return Hits(hits=list(found))

    @server.tool(title="List the articles")
    async def list_articles() -> Listed:
        """The articles that there are, with their ids."""
        return Listed(articles=await aside(lambda: programs.library().details()))

    @server.tool(title="Add an article")
    async def add_article(
        url: Annotated[str, Field(max_length=2_000)] = "",
        text: str = "",
        title: Annotated[str, Field(max_length=500)] = "",
    ) -> Done:
        """Add a web page by its address, or a text with its title, and wait until it can be asked."""
        report = await aside(partial(programs.add, Added(url=url, text=text, title=title)))
        return Done(articles=list(report.article_ids))

    @server.tool(title="Remove an article")
    async def remove_article(article: Id) -> Done:
        """Remove an article from the library."""
        await aside(partial(programs.remove, article))
        return Done(articles=[article])

    return server
