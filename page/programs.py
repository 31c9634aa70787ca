"""The page for programs: ask, check, search, list, add and remove over plain HTTP, and as an OpenAI-compatible model.

Everything that comes in is bounded by its form below and by the door (`page/admission.py`); what is answered is the
same that `qa` answers. GET `/api/openapi.json` describes it.
"""

import json
import re
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from fastapi import APIRouter, FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.responses import JSONResponse, StreamingResponse
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from ingest.beside import ingest_beside
from ingest.errors import ArticleQAError, ModelError, SourceError
from ingest.library import Library
from ingest.pipeline import delete
from ingest.schema import IngestReport, RawDocument
from page.adding import Turns
from page.explain import explained
from qa.answer import ask, retrieve, stream
from qa.checking import LONGEST_TEXT, check
from qa.feedback import Feedback, keep
from qa.schema import MAX_QUESTION, Answer, AnswerEvent, StageEvent, TextEvent, Turn

ID = "[0-9a-f]{16}"
Id = Annotated[str, StringConstraints(pattern=f"^{ID}$")]
MODEL_NAME = "article-qa"
"""The name of the model; `article-qa/ID` answers from one article."""

MOST_TURNS = 40
"""Earlier turns of a conversation that are read."""


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Earlier(_Body):
    """An earlier question with its answer's text."""

    question: str = Field(max_length=MAX_QUESTION)
    answer: str = Field(default="", max_length=20_000)


class Asked(_Body):
    """A question, what was said before, oldest first, and the articles to read; all of them without `articles`."""

    question: str = Field(max_length=MAX_QUESTION)
    history: list[Earlier] = Field(default=[], max_length=MOST_TURNS)
    articles: list[Id] | None = Field(default=None, min_length=1, max_length=1_000)
    stream: bool = Field(default=False, description="Server-sent events: stage, text, and the whole answer last.")


class Claimed(_Body):
    """A text whose sentences are held to the articles."""

    text: str = Field(max_length=LONGEST_TEXT)
    articles: list[Id] | None = Field(default=None, min_length=1, max_length=1_000)


class Searched(_Body):
    """What passages are looked for, and how many."""

    question: str = Field(max_length=MAX_QUESTION)
    k: int = Field(default=10, ge=1, le=50)
    articles: list[Id] | None = Field(default=None, min_length=1, max_length=1_000)


class Added(_Body):
    """A new article: the address of a web page, or a text with what is known of it."""

    url: str = Field(default="", max_length=2_000)
    text: str = ""
    title: str = Field(default="", max_length=500)


class Message(BaseModel):
    """A message of a chat, as OpenAI's API has it; of a content in parts the text is read."""

    role: Literal["system", "developer", "user", "assistant", "tool"]
    content: str | list[dict[str, Any]] | None = None

    @property
    def text(self) -> str:
        """What is said in it."""
        if isinstance(self.content, list):
            return " ".join(str(part.get("text", "")) for part in self.content if part.get("type") == "text")
        return self.content or ""


class ChatAsked(BaseModel):
    """A request for a chat completion; what else a client sends has no meaning here."""

    model: str = Field(default=MODEL_NAME, max_length=100)
    messages: list[Message] = Field(min_length=1, max_length=400)
    stream: bool = False


@dataclass(frozen=True)
class Programs:
    """What programs act on.

    `may_remove`: whether articles may be removed; `public_only`: whether only public pages are read; `turns` are those
    of the page's additions: programs wait in the same queue.
    """

    library: Callable[[], Library]
    turns: Turns
    may_remove: bool
    public_only: bool

    def add(self, given: Added) -> IngestReport:
        """Add what was given in a process of its own, as the page does; a URL is a web page's. Raises SourceError."""
        if given.url and not given.url.lower().startswith(("http://", "https://")):
            raise SourceError("This is no address of a web page.", "It begins with http:// or https://.")
        text = RawDocument(origin="sent by a program", text=given.text, title=given.title)
        settings = self.library().settings
        ticket = self.turns.join()
        try:
            while self.turns.before(ticket):
                pass  # each look takes half a second
            with closing(ingest_beside(given.url or text, settings=settings, public_only=self.public_only)) as steps:
                (report,) = (step for step in steps if isinstance(step, IngestReport))
        finally:
            self.turns.leave(ticket)
        if not report.article_ids:
            reasons = ((row.reason, row.hint) for row in report.rows)
            raise SourceError(*next(reasons, ("Nothing was found in it.", "")))
        return report

    def kept(self, name: str) -> tuple[str, int]:
        """Why an article cannot be removed, and the HTTP status that says so; ("", 200) when it can."""
        if not self.may_remove:
            return "Articles are not removed here: everybody is let in.", 403
        return ("", 200) if self.library().articles([name]) else ("There is no such article.", 404)

    def remove(self, name: str) -> None:
        """Remove an article. Raises SourceError."""
        reason, _ = self.kept(name)
        if reason:
            raise SourceError(reason)
        if not delete(self.library(), [name]):
            raise SourceError("There is no such article.")


def program_routes(programs: Programs) -> APIRouter:
    """The routes."""
    router = APIRouter()
    router.include_router(_asking(programs.library))
    router.include_router(_keeping(programs))
    router.include_router(_as_a_model(programs.library))
    return router


def _asking(library: Callable[[], Library]) -> APIRouter:
    router = APIRouter()

    @router.post("/api/ask", response_model=Answer, summary="Ask the articles")
    def asked(given: Asked) -> Any:
        history = [Turn(question=one.question, answer=one.answer) for one in given.history]
        more: dict[str, Any] = {"history": history, "articles": given.articles, "settings": library().settings}
        if given.stream:
            return StreamingResponse(_events(given.question, more), media_type="text/event-stream")
        return _answered(lambda: ask(given.question, **more))

    @router.post("/api/check", summary="Hold each sentence of a text to the articles")
    def checked(given: Claimed) -> Any:
        def found() -> Any:
            sentences = check(given.text, articles=given.articles, settings=library().settings)
            return {"sentences": [one.model_dump(mode="json") for one in sentences]}

        return _answered(found)

    @router.post("/api/search", summary="The passages that fit a question best")
    def searched(given: Searched) -> Any:
        def found() -> Any:
            hits = retrieve(given.question, k=given.k, articles=given.articles, settings=library().settings)
            return {"hits": [hit.model_dump(mode="json") for hit in hits]}

        return _answered(found)

    return router


def _keeping(programs: Programs) -> APIRouter:
    router, library = APIRouter(), programs.library

    @router.get("/api/articles", summary="The articles that there are")
    def listed() -> Any:
        return _answered(lambda: {"articles": [one.model_dump(mode="json") for one in library().details()]})

    @router.post("/api/articles", summary="Add an article, and wait until it can be asked")
    def added(given: Added) -> Any:
        return _answered(lambda: programs.add(given))

    @router.delete("/api/articles/{name}", summary="Remove an article")
    def removed(name: Id) -> Any:
        reason, status = programs.kept(name)
        if reason:
            return _failed(reason, status)

        def done() -> Any:
            programs.remove(name)
            return {"removed": name}

        return _answered(done)

    @router.post("/api/feedback", summary="Say whether an answer is right")
    def said(given: Feedback) -> Any:
        def done() -> Any:
            keep(given, library().settings.data_dir)
            return {"kept": True}

        return _answered(done)

    @router.get("/api/health", summary="Whether questions are answered, and of how many articles")
    def health() -> Any:
        return _answered(lambda: {"status": "ok", "articles": len(library().details())})

    return router


def _as_a_model(library: Callable[[], Library]) -> APIRouter:
    router = APIRouter()

    @router.get("/v1/models", summary="The models, as OpenAI's API lists them")
    def models() -> Any:
        def found() -> Any:
            names = [MODEL_NAME, *(f"{MODEL_NAME}/{one.id}" for one in library().details())]
            listed = [{"id": name, "object": "model", "created": 0, "owned_by": MODEL_NAME} for name in names]
            return {"object": "list", "data": listed}

        return _answered(found)

    @router.post("/v1/chat/completions", summary="A chat completion whose citations are annotations")
    def completed(given: ChatAsked) -> Any:
        return _completion(given, library())

    return router


def described(server: FastAPI, router: APIRouter) -> None:
    """Serve the description of these routes, and of nothing else of the page."""
    told = get_openapi(title="Article QA", version="1", routes=router.routes)

    @server.get("/api/openapi.json", include_in_schema=False)
    def openapi() -> JSONResponse:
        return JSONResponse(told)


async def misread(_: Any, error: Exception) -> JSONResponse:
    """Why a request does not have its form, in one sentence that repeats nothing of what was sent."""
    first: dict[str, Any] = next(iter(getattr(error, "errors", list)()), {})
    place = ".".join(str(part)[:40] for part in first.get("loc", ())[1:5])
    return _failed(f"{place or 'The request'}: {str(first.get('msg', 'it cannot be read'))[:200]}.", 422)


def _answered(work: Callable[[], Any]) -> Any:
    """What work gives, as JSON; where it fails, why in one sentence."""
    try:
        found = work()
    except Exception as error:  # noqa: BLE001 - whatever it is, the caller is told and it is logged
        return _failed(explained(error), _status(error))
    return JSONResponse(found.model_dump(mode="json") if isinstance(found, BaseModel) else found)


def _status(error: Exception) -> int:
    if isinstance(error, ModelError):
        return 502
    return 400 if isinstance(error, ArticleQAError) else 500


def _failed(reason: str, status: int) -> JSONResponse:
    return JSONResponse(
        {"error": {"message": reason, "type": "invalid_request_error" if status < 500 else "error"}}, status
    )


def _events(question: str, more: dict[str, Any]) -> Iterator[str]:
    """The events of an answer as server-sent events; a failure is one too."""
    try:
        with closing(stream(question, **more)) as events:
            for event in events:
                yield f"event: {event.kind}\ndata: {event.model_dump_json()}\n\n"
    except Exception as error:  # noqa: BLE001 - whatever it is, the caller is told and it is logged
        yield f"event: error\ndata: {json.dumps({'message': explained(error)})}\n\n"


def _completion(given: ChatAsked, library: Library) -> Any:
    """The last question of the messages, answered as a chat completion."""
    said = [one for one in given.messages if one.role in {"user", "assistant"}]
    if not said or said[-1].role != "user":
        return _failed("The last message is not a user's.", 400)
    turns: list[Turn] = []
    for one in said[:-1]:
        if one.role == "user":
            turns.append(Turn(question=one.text[:MAX_QUESTION]))
        elif turns:
            turns[-1] = turns[-1].model_copy(update={"answer": one.text[:20_000]})
    model, named, article = given.model.partition("/")
    if named and not (
        model == MODEL_NAME and re.fullmatch(ID, article)
    ):  # nothing else: a path or an address would be read
        return _failed("There is no such model: it is article-qa, or article-qa/ID.", 404)
    more: dict[str, Any] = {
        "history": turns[-MOST_TURNS:],
        "articles": [article] if article else None,
        "settings": library.settings,
    }
    made = {"id": f"chatcmpl-{uuid.uuid4().hex}", "created": int(time.time()), "model": given.model}
    if given.stream:
        return StreamingResponse(_chunks(said[-1].text, more, made), media_type="text/event-stream")
    return _answered(lambda: _whole(ask(said[-1].text, **more), made))


def _whole(answer: Answer, made: dict[str, Any]) -> dict[str, Any]:
    message = {"role": "assistant", "content": answer.text, "annotations": annotations(answer)}
    choice = {"index": 0, "message": message, "finish_reason": "stop", "logprobs": None}
    used = answer.usage
    usage = {
        "prompt_tokens": used.prompt_tokens,
        "completion_tokens": used.completion_tokens,
        "total_tokens": used.prompt_tokens + used.completion_tokens,
    }
    return {**made, "object": "chat.completion", "choices": [choice], "usage": usage}


def annotations(answer: Answer) -> list[dict[str, Any]]:
    """The citations as OpenAI's API has them: for every `[n]` of the text where it stands, and what it points at.

    Beside it, as `article_qa`, which words of which article.
    """
    found = []
    for citation in answer.citations:
        marker = f"[{citation.number}]"
        place = answer.text.find(marker)
        while place >= 0:
            cited = {
                "start_index": place,
                "end_index": place + len(marker),
                "title": citation.title,
                "url": citation.url or f"/article/{citation.article_id}",
            }
            told = citation.model_dump(include={"article_id", "start", "end", "quote"})
            found.append({"type": "url_citation", "url_citation": cited, "article_qa": told})
            place = answer.text.find(marker, place + 1)
    return found


def _chunks(question: str, more: dict[str, Any], made: dict[str, Any]) -> Iterator[str]:
    """The answer as chunks. What cannot be taken back is sent once the answer is sure of it."""

    def chunk(delta: dict[str, Any], finish: str | None = None) -> str:
        choice = {"index": 0, "delta": delta, "finish_reason": finish}
        return f"data: {json.dumps({**made, 'object': 'chat.completion.chunk', 'choices': [choice]})}\n\n"

    try:
        yield chunk({"role": "assistant", "content": ""})
        with closing(stream(question, **more)) as events:
            for event in events:
                if isinstance(event, StageEvent | TextEvent):
                    yield ": working\n\n"
                elif isinstance(event, AnswerEvent):
                    for word in event.answer.text.splitlines(keepends=True):
                        yield chunk({"content": word})
                    yield chunk({"annotations": annotations(event.answer)}, "stop")
        yield "data: [DONE]\n\n"
    except Exception as error:  # noqa: BLE001 - whatever it is, the caller is told and it is logged
        yield f"data: {json.dumps({'error': {'message': explained(error)}})}\n\n"
