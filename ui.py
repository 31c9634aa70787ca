"""The chat page: `python ui.py`. Asking on the left, the article on the right; what answers is in `qa`."""

import os
import re
import sys
import threading
import webbrowser
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from functools import partial
from typing import Any

from starlette.routing import Route

from ingest.beside import make_ready
from ingest.errors import ArticleQAError
from ingest.kinds import OFFERED
from ingest.library import Library, open_library
from ingest.pipeline import run
from ingest.sample import sample
from ingest.schema import Article
from ingest.settings import Settings, read_settings
from page import head
from page.adding import STOPPED, WAITING, Given, Moment, Turns, adding, as_html, sources_as_html
from page.answering import answering
from page.articles import article_routes
from page.auth import auth_of, fetches_only_public
from page.calls import TOOLS, Queue
from page.conversation import messages, turns_of
from page.editing import editing
from page.examples import COUNT, examples, offered
from page.guard import SERVING, Guard, allowed_hosts, is_loopback
from page.language import in_language
from page.programs import Programs, described, misread, program_routes
from page.removing import UNDO, Removal, bring_back, may_remove, remove
from page.serving import check_port, read_opened, warm
from page.stubs import stubs_left_alone
from page.tools import Tools
from page.uploads import private_folder, removed_at_the_end, sent_by, upload_routes
from page.visitors import visitor_of
from qa.llm.choice import local_offer

os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
with stubs_left_alone():
    import gradio as gr

ALL = "all"
"""The choice that stands for every article."""

SEVERAL = ","
"""What parts the ids in a choice of several."""

MOST_PICKED = 200
"""Articles in a choice of several."""

PRIVATE: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
OFFERING: dict[str, Any] = {"concurrency_limit": 2, "concurrency_id": "offering", **PRIVATE}
"""How questions are looked for: a few visitors at once, beside what is being answered."""

_DETAILS = (
    ("title", "Title"),
    ("from", "Source"),
    ("date", "Published (2025-02-18)"),
    ("authors", "Authors, parted by commas"),
)
"""What is known of an article and can be changed: the id of the line on the page, and its label."""

_EMPTY = "Ask anything about the article. Every sentence of an answer links to the words that it rests on."

_READY: dict[str, Any] = gr.update(submit_btn="Ask", stop_btn=False)


def build_app(settings: Settings) -> Guard:
    """The whole page as an ASGI app: chat, articles as JSON, security headers. An empty library gets the sample."""
    from fastapi import FastAPI  # noqa: PLC0415 - gradio brings it
    from fastapi.exceptions import RequestValidationError  # noqa: PLC0415 - the same

    auth = auth_of(settings, loopback=is_loopback(settings.host))
    private_folder()
    library = open_library(settings)
    if not library.details():
        run(library, [sample()])
    turns = Turns()
    page = build_page(library, turns)
    at_home = is_loopback(settings.host)
    removing, public_only = may_remove(settings, loopback=at_home), fetches_only_public(settings, loopback=at_home)
    programs = Programs(lambda: library, turns, may_remove=removing, public_only=public_only)
    tools = Tools(programs)
    undocumented: dict[str, Any] = {"docs_url": None, "redoc_url": None, "openapi_url": None}
    server = FastAPI(title="Article QA", lifespan=partial(_serving, tools), **undocumented)
    server.include_router(article_routes(lambda: library))
    server.include_router(upload_routes())
    routes = program_routes(programs)
    server.include_router(routes)
    server.router.routes.append(Route(TOOLS, tools, methods=["GET", "POST", "DELETE"]))
    described(server, routes)
    server.add_exception_handler(RequestValidationError, misread)
    app = gr.mount_gradio_app(
        server,
        page,
        path="/",
        head=head(),
        theme=gr.themes.Base(font=["system-ui", "sans-serif"], font_mono=["monospace"]),
        max_file_size=settings.max_bytes,
        footer_links=[],
        show_error=False,
        app_kwargs=undocumented,
        run_history=False,
        ssr_mode=False,
        mcp_server=False,
    )
    page.has_launched = True  # only then does gradio check that a path in a request is that of an upload
    return Guard(app, allowed_hosts(settings.host), Queue(page), settings.max_bytes, auth)


@dataclass(frozen=True)
class Parts:
    """The parts of the page that act on one another."""

    kept: gr.BrowserState
    wish: gr.Textbox
    export: gr.Button
    clear: gr.Button
    reopen: gr.Button
    chat: gr.Chatbot
    examples: list[gr.Button]
    question: gr.Textbox
    article: gr.Dropdown
    several: gr.Button
    editing: gr.Button
    removing: gr.Button
    adding: gr.Button
    undo_row: gr.Row
    undo_line: gr.HTML
    undo: gr.Button
    removed: gr.State
    details: gr.Column
    lines: list[gr.Textbox]
    save: gr.Button
    leave: gr.Button
    told: gr.HTML
    form: gr.Column
    source: gr.Textbox
    upload: gr.File
    add: gr.Button
    cancel: gr.Button
    note: gr.HTML
    sources: gr.HTML
    skip: gr.Button
    busy: gr.State


@asynccontextmanager
async def _serving(tools: Tools, app: object) -> AsyncIterator[None]:
    async with tools.serving(), removed_at_the_end(app):
        yield


def build_page(library: Library, turns: Turns) -> gr.Blocks:
    """The chat and the reader, wired. Nothing of a visitor is kept on the server beyond the session."""
    page: gr.Blocks
    with gr.Blocks(title="Article QA", analytics_enabled=False, delete_cache=(3600, 3600)) as page:
        kept = gr.BrowserState([], storage_key="article-qa", secret="article-qa")  # noqa: S106 - the visitor's own data
        wish = gr.Textbox(visible=False)  # the article that the page's address names
        with gr.Row(elem_id="bar"):
            gr.HTML('<div id="name"><h1>Article QA</h1><span>Every sentence points at its source</span></div>')
            gr.Button("Article", elem_id="read", size="sm")
            export = gr.Button("Export", elem_id="export", size="sm")
            gr.Button("Conversations", elem_id="conversations", size="sm")
            reopen = gr.Button("Open", elem_id="reopen", visible="hidden")  # pressed by the list of conversations
            clear = gr.Button("New conversation", elem_id="new", size="sm")
        with gr.Row(elem_id="sides"):
            with gr.Column(elem_id="chat-side"):
                chat, buttons, question = _chat_side(library.settings)
            with gr.Column(elem_id="read-side"):
                reader = _reader_side()
        parts = Parts(kept, wish, export, clear, reopen, chat, buttons, question, *reader)
        _wire_asking(page, parts, library)
        _wire_choosing(parts, library)
        _wire_editing(parts, library, turns)
        _wire_adding(parts, library, turns)
    page.queue(default_concurrency_limit=16)
    return page


def _chat_side(settings: Settings) -> tuple[gr.Chatbot, list[gr.Button], gr.Textbox]:
    """The chat, the example questions under it, and the box for the question."""
    chat = gr.Chatbot(
        elem_id="chat",
        show_label=False,
        buttons=[],
        placeholder=f"{_EMPTY}\n\n{local_offer(settings) if is_loopback(settings.host) else ''}".strip(),
        layout="bubble",
        height="100%",
        latex_delimiters=[],
    )
    with gr.Row(elem_id="examples"):
        buttons = [gr.Button("", size="sm") for _ in range(COUNT)]
    question = gr.Textbox(
        elem_id="question",
        show_label=False,
        label="Question",
        placeholder="Ask the article …",
        submit_btn="Ask",
        lines=1,
        max_lines=4,
        max_length=2_000,
        autofocus=True,
    )
    return chat, buttons, question


def _reader_side() -> tuple[Any, ...]:
    """The article's side: what `Parts` holds from `article` on."""
    with gr.Row(elem_id="tools"):
        gr.Button("‹ Chat", elem_id="back", size="sm")
        article = gr.Dropdown(show_label=False, label="Article", elem_id="article", filterable=True)
        several = gr.Button("Several", elem_id="several", visible="hidden")  # pressed by the list of all articles
        editing = gr.Button("Edit", elem_id="editing", size="sm", visible=False)
        removing = gr.Button("Remove", elem_id="removing", size="sm", visible=False)
        adding = gr.Button("Add article", elem_id="adding", size="sm")
    with gr.Row(visible=False, elem_id="removed") as undo_row:
        undo_line = gr.HTML()
        undo = gr.Button(UNDO, elem_id="undo", size="sm")
        removed = gr.State(None)
    with gr.Column(visible=False, elem_id="details") as details:
        lines = [gr.Textbox(label=name, lines=1, max_lines=1, max_length=500, elem_id=id_) for id_, name in _DETAILS]
        with gr.Row():
            save = gr.Button("Save", variant="primary", size="sm", elem_id="save")
            leave = gr.Button("Cancel", size="sm", elem_id="leave")
        told = gr.HTML(elem_id="told")
    with gr.Column(visible=False, elem_id="add") as form:
        source = gr.Textbox(
            show_label=False,
            label="URL or text",
            placeholder="Paste the text of an article, or its URL; several URLs one a line",
            lines=3,
            max_lines=8,
            elem_id="source",
        )
        upload = gr.File(
            label=f"Files: {' '.join(OFFERED)}", file_count="multiple", type="filepath", height=130, elem_id="file"
        )
        with gr.Row():
            add = gr.Button("Add", variant="primary", size="sm", elem_id="add-now")
            cancel = gr.Button("Cancel", size="sm", elem_id="cancel")
        note = gr.HTML(elem_id="note")
        sources = gr.HTML(elem_id="sources")  # how it stands with each of several
        skip = gr.Button("Skip", elem_id="skip", visible="hidden")  # pressed by the line of one of them
        busy = gr.State(None)  # while something is added: the numbers of the sources to be left out
    gr.HTML(
        '<div id="paper" role="region" aria-label="Article" tabindex="0"></div>'
        '<p id="said" class="unseen" role="status" aria-live="polite"></p>',
        elem_id="reader",
    )
    choosing = (article, several, editing, removing, adding, undo_row, undo_line, undo, removed)
    return *choosing, details, lines, save, leave, told, form, source, upload, add, cancel, note, sources, skip, busy


def _wire_asking(page: gr.Blocks, p: Parts, library: Library) -> None:
    """What happens on loading, asking and stopping."""

    def restore(saved: object, wish: object, request: gr.Request) -> tuple[Any, ...]:
        chosen = _wished(library, wish) or _newest(library)
        return messages(turns_of(saved)), _choices(library, request, chosen), *_example_buttons(library, chosen)

    def reopened(saved: object, wish: object, request: gr.Request) -> tuple[Any, ...]:
        turns = turns_of(saved)
        wished = _wished(library, wish)
        return messages(turns), turns, _choices(library, request, wished) if wished else gr.skip()

    def answer(asked: str, saved: object, chosen: str) -> Iterator[tuple[Any, ...]]:
        yield from _answer(asked, turns_of(saved), chosen, library.settings)

    def stop(saved: object) -> tuple[Any, ...]:
        return messages(turns_of(saved)), _READY

    in_address = "(kept) => [kept, window.articleQA.chosen()]"
    view = {"js": "(kept) => { window.articleQA.inView(kept); }", **PRIVATE}
    loaded = page.load(restore, [p.kept, p.wish], [p.chat, p.article, *p.examples], js=in_address, **PRIVATE)
    loaded.then(None, [p.kept], None, **view)
    asking: dict[str, Any] = {"outputs": [p.question, p.chat, p.kept], "concurrency_limit": 8, **PRIVATE}
    taken = "(asked, kept, id) => [window.articleQA.sent(asked, %s), kept, id]"
    started = [p.question.submit(answer, [p.question, p.kept, p.article], js=taken % "true", **asking)]
    offer = {"js": taken % "false", **asking}
    started += [button.click(answer, [button, p.kept, p.article], **offer) for button in p.examples]
    keep = "(kept, id) => { const own = window.articleQA; own.keep(kept, id); own.inView(kept); own.answered(); }"
    back = {"js": "() => { window.articleQA.back(); }", **PRIVATE}
    for event in started:
        event.failure(None, None, None, **back)
        event.then(None, [p.kept, p.article], None, js=keep, **PRIVATE)
        event.then(partial(_going_on, library), [p.kept, p.article], p.examples, **OFFERING)
    stopped = p.question.stop(None, cancels=list[Any](started), **PRIVATE)
    stopped.then(stop, [p.kept], [p.chat, p.question], **PRIVATE).then(None, None, None, **back)
    p.export.click(None, [p.kept], None, js="(kept) => { window.articleQA.exported(kept); }", **PRIVATE)
    begun = "() => { window.articleQA.begun(); window.articleQA.inView([]); }"
    p.clear.click(lambda: ([], []), None, [p.chat, p.kept], js=begun, **PRIVATE)
    opened = {"js": "() => window.articleQA.reopened()", **PRIVATE}
    again = p.reopen.click(reopened, [p.kept, p.wish], [p.chat, p.kept, p.article], **opened)
    again.then(None, [p.kept], None, **view)


def _wire_choosing(p: Parts, library: Library) -> None:
    """What happens on choosing an article and on removing it."""
    removable = may_remove(library.settings, loopback=is_loopback(library.settings.host))

    def show_examples(chosen: str | None) -> list[Any]:
        threading.Thread(target=read_opened, args=(library.settings, _ids(chosen)), daemon=True).start()
        one = removable and _article(library, chosen) is not None
        closed = gr.update(visible=False)
        return [*[gr.update(visible=one)] * 2, closed, *_example_buttons(library, chosen)]

    def take_away(chosen: str, request: gr.Request) -> tuple[Any, ...]:
        return _removal(library, request, remove(library, chosen if removable else ""))

    def undo(article: Article | None, request: gr.Request) -> tuple[Any, ...]:
        return _removal(library, request, bring_back(library, article) if article else Removal(""))

    def pick(wish: object, request: gr.Request) -> Any:
        """What was picked is chosen; the newest where somebody has removed it meanwhile."""
        return _choices(library, request, _wished(library, wish))

    picked = "() => [window.articleQA.picked()]"
    p.several.click(pick, [p.wish], [p.article], js=picked, **PRIVATE)
    show = "(id) => { window.articleQA.choose(id); return [id]; }"
    chosen = p.article.change(
        show_examples, [p.article], [p.editing, p.removing, p.details, *p.examples], js=show, **PRIVATE
    )
    chosen.then(partial(_going_on, library), [p.kept, p.article], p.examples, **OFFERING)
    taken = [p.article, p.undo_row, p.undo_line, p.undo, p.removed]
    p.removing.click(take_away, [p.article], taken, **PRIVATE)
    p.undo.click(undo, [p.removed], taken, **PRIVATE)


def _wire_editing(p: Parts, library: Library, turns: Turns) -> None:
    """What happens on changing what is known of an article."""
    removable = may_remove(library.settings, loopback=is_loopback(library.settings.host))

    def open_details(chosen: str) -> list[Any]:
        found = _article(library, chosen) if removable else None
        known = (found.title, found.source, found.published_at[:10], ", ".join(found.authors)) if found else ("",) * 4
        return [gr.update(visible=bool(found)), "", *known]

    def save(request: gr.Request, chosen: str, *lines: str) -> Iterator[tuple[Any, ...]]:
        title, source, date, authors = lines
        shown = Moment("Saving …")
        if removable:
            yield as_html(shown), gr.skip(), gr.skip()
            with closing(editing(library, chosen, (title, source, date, authors), turns)) as moments:
                for shown in moments:
                    yield as_html(shown), gr.skip(), gr.skip()
        if shown.article_id:
            yield "", gr.update(visible=False), _choices(library, request, shown.article_id)

    opened = p.editing.click(open_details, [p.article], [p.details, p.told, *p.lines], **PRIVATE)
    opened.then(None, None, None, js="() => { window.articleQA.focused('#details input'); }", **PRIVATE)
    left = p.leave.click(lambda: gr.update(visible=False), None, p.details, **PRIVATE)
    left.then(None, None, None, js="() => { window.articleQA.focused('#editing'); }", **PRIVATE)
    again = "(id) => { window.articleQA.choose(id); }"
    saved = p.save.click(save, [p.article, *p.lines], [p.told, p.details, p.article], concurrency_limit=4, **PRIVATE)
    saved.then(None, [p.article], None, js=again, **PRIVATE)


def _wire_adding(p: Parts, library: Library, turns: Turns) -> None:
    """What happens on adding an article."""

    def take(text: str, given: list[str] | None, request: gr.Request) -> Iterator[dict[Any, Any]]:
        paths = given or []
        if not all(sent_by(visitor_of(request), path) for path in paths):
            yield {p.note: as_html(Moment(trouble="This file is no longer here: choose it again."))}
            return
        yield from _add(p, library, turns, Given(text, paths), request)

    def open_form() -> Any:
        threading.Thread(target=make_ready, daemon=True).start()
        return gr.update(visible=True)

    def stop_adding(busy: object) -> dict[Any, Any]:
        """Ends an addition, or closes the form when there is none; what was typed stays in it."""
        if busy is not None:
            return _unlocked(p) | {p.note: STOPPED, p.sources: ""}
        return {p.form: gr.update(visible=False), p.upload: gr.update(value=None), p.note: "", p.sources: ""}

    def leave_out(number: object, busy: set[int] | None) -> None:
        if busy is not None and re.fullmatch("[0-9]{1,2}", str(number)):
            busy.add(int(str(number)))

    opened = p.adding.click(open_form, None, p.form, **PRIVATE)
    opened.then(None, None, None, js="() => { window.articleQA.focused('#source textarea'); }", **PRIVATE)
    skipped = "(_, busy) => [window.articleQA.skipped(), busy]"
    p.skip.click(leave_out, [p.wish, p.busy], None, js=skipped, **PRIVATE)
    changed = [p.article, p.form, p.source, p.upload, p.add, p.note, p.sources, p.busy]
    refocus = {"js": "() => { window.articleQA.refocus(); }", **PRIVATE}
    added = p.add.click(take, [p.source, p.upload], changed, concurrency_limit=WAITING + 4, **PRIVATE)
    added.then(None, None, None, **refocus)
    cancelled = p.cancel.click(None, cancels=[added], **PRIVATE)
    cancelled.then(stop_adding, [p.busy], changed, **PRIVATE).then(None, None, None, **refocus)


def _answer(asked: str, turns: list[dict[str, Any]], chosen: str, settings: Settings) -> Iterator[tuple[Any, ...]]:
    """What the page shows while a question is answered: (question box, chat, what the browser keeps)."""
    sent: dict[str, Any] = {}
    with closing(answering(asked, turns, _ids(chosen), settings)) as moments:
        for shown in moments:
            made = gr.update(submit_btn=False, stop_btn="Stop") if shown.working else _READY
            yield (gr.skip() if made == sent else made), shown.bubbles, shown.turns
            sent = made


def _add(p: Parts, library: Library, turns: Turns, given: Given, request: gr.Request) -> Iterator[dict[Any, Any]]:
    """What changes in the form while an article is added. On failure nothing typed is lost."""
    held, skipped = gr.update(interactive=False), set[int]()
    yield {p.source: held, p.add: held, p.busy: skipped, p.note: as_html(Moment("Starting …")), p.sources: ""}
    public_only = fetches_only_public(library.settings, loopback=is_loopback(library.settings.host))
    shown = Moment()
    with closing(adding(given, library.settings, turns, public_only=public_only, skipped=skipped)) as moments:
        for moment in moments:
            if moment.line:
                same, same_sources = moment == shown, moment.sources == shown.sources
                yield {
                    p.note: gr.skip() if same else as_html(moment),
                    p.sources: gr.skip() if same_sources else sources_as_html(moment),
                }
            shown = moment
    ended = _unlocked(p) | {p.note: as_html(shown), p.sources: sources_as_html(shown)}
    if shown.article_id:
        ended |= {p.article: _choices(library, request, shown.article_id)}
        ended |= {p.form: gr.update(visible=bool(shown.trouble))}
        ended |= {p.source: gr.update(value="", interactive=True), p.upload: gr.update(value=None)}
    yield ended


def _removal(library: Library, request: gr.Request, done: Removal) -> tuple[Any, ...]:
    """What the page shows after an article was removed or brought back: choices, line, undo, what undo brings back."""
    choices = _choices(library, request, done.chosen)
    return choices, gr.update(visible=bool(done.line)), done.line, gr.update(visible=bool(done.article)), done.article


def _unlocked(p: Parts) -> dict[Any, Any]:
    """The form as it is when nothing is being added."""
    return {part: gr.update(interactive=True) for part in (p.source, p.add)} | {p.busy: None}


def _newest(library: Library) -> str | None:
    """The article that was added last; None when there is none."""
    articles = library.details()
    return articles[-1].id if articles else None


def _wished(library: Library, wish: object) -> str | None:
    """The choice that a browser wishes, where it names an article, several or all; those that are gone are left out."""
    known = {article.id for article in library.details()}
    if not isinstance(wish, str) or not known:
        return None
    ids = [name for name in dict.fromkeys(wish.split(SEVERAL, MOST_PICKED)) if name in known]
    return ALL if wish == ALL else SEVERAL.join(ids) or None


def _choices(library: Library, request: gr.Request, chosen: str | None = None) -> Any:
    """What can be asked, the newest first; all and several are called so in the visitor's language."""
    articles, accepted = library.details(), request.headers.get("accept-language", "")
    choices = [(article.title, article.id) for article in reversed(articles)]
    if len(articles) > 1:
        choices.append((in_language("All {count} articles", accepted, count=len(articles)), ALL))
    if chosen and SEVERAL in chosen:
        told = {"count": chosen.count(SEVERAL) + 1, "all": len(articles)}
        choices.append((in_language("{count} of {all} articles", accepted, **told), chosen))
    return gr.update(choices=choices, value=chosen or _newest(library))


def _example_buttons(library: Library, chosen: str | None) -> list[Any]:
    """The buttons at once, with what any article answers; none when nothing can be asked."""
    found = _article(library, chosen)
    return _buttons(examples(found) if chosen else ())


def _going_on(library: Library, saved: object, chosen: str | None) -> list[Any]:
    """The buttons once the article was asked silently what it answers; after an answer, what goes on from it."""
    if not chosen:
        return _buttons(())
    found = _article(library, chosen)
    return _buttons(offered(found, turns_of(saved), library) if found else examples(None))


def _ids(chosen: str | None) -> list[str] | None:
    """The articles that are asked; None for all."""
    return None if not chosen or chosen == ALL else chosen.split(SEVERAL)


def _article(library: Library, chosen: str | None) -> Article | None:
    """The one that is chosen; None when several are."""
    found = library.articles([chosen]) if chosen and chosen != ALL else []
    return found[0] if found else None


def _buttons(questions: Sequence[str]) -> list[Any]:
    return [
        gr.update(value=questions[n], visible=True) if n < len(questions) else gr.update(visible=False)
        for n in range(COUNT)
    ]


def main() -> int:
    """Serve the page until it is stopped; the exit code."""
    import uvicorn  # noqa: PLC0415 - gradio brings it

    try:
        settings = read_settings()
        check_port(settings.host, settings.port)
        app = build_app(settings)
    except ArticleQAError as error:
        print(f"Error: {error}", file=sys.stderr)  # noqa: T201 - the command's own output
        return 1
    threading.Thread(target=warm, args=(settings,), daemon=True).start()
    name = f"[{settings.host}]" if ":" in settings.host else settings.host
    print(f"Article QA is at http://{name}:{settings.port} (stop with Ctrl+C)", flush=True)  # noqa: T201 - the same
    if sys.stdout.isatty():
        threading.Timer(0.5, webbrowser.open, [f"http://{name}:{settings.port}"]).start()
    uvicorn.run(app, host=settings.host, port=settings.port, **SERVING)
    return 0


if __name__ == "__main__":
    sys.exit(main())
