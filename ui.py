"""The chat page: `python ui.py`. Asking on the left, the article on the right; what answers is in `qa`."""

import os
import socket
import sys
import threading
import webbrowser
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from functools import partial
from typing import Any

from ingest.beside import make_ready
from ingest.errors import ArticleQAError, SettingsError
from ingest.library import Library, open_library
from ingest.pipeline import run
from ingest.sample import sample
from ingest.schema import Article
from ingest.settings import Settings, read_settings
from page import head
from page.adding import STOPPED, WAITING, Moment, Turns, adding, as_html
from page.answering import answering
from page.articles import article_routes
from page.auth import auth_of, fetches_only_public
from page.calls import Queue
from page.conversation import messages, turns_of
from page.editing import editing
from page.examples import COUNT, examples, offered
from page.guard import SERVING, Guard, allowed_hosts, is_loopback
from page.parts import Parts, chat_side, reader_side
from page.programs import described, program_routes
from page.removing import Removal, bring_back, may_remove, remove
from page.stubs import stubs_left_alone
from page.uploads import private_folder, removed_at_the_end, sent_by, upload_routes
from page.visitors import visitor_of
from qa.answer import prepare, read_ahead

os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
with stubs_left_alone():
    import gradio as gr

ALL = "all"
"""The choice that stands for every article."""

PRIVATE: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
OFFERING: dict[str, Any] = {"concurrency_limit": 2, "concurrency_id": "offering", **PRIVATE}
"""How questions are looked for: a few visitors at once, beside what is being answered."""

_READY: dict[str, Any] = gr.update(submit_btn="Ask", stop_btn=False)


def build_app(settings: Settings) -> Guard:
    """The whole page as an ASGI app: chat, articles as JSON, security headers. An empty library gets the sample."""
    from fastapi import FastAPI  # noqa: PLC0415 - gradio brings it

    auth = auth_of(settings, loopback=is_loopback(settings.host))
    private_folder()
    library = open_library(settings)
    if not library.details():
        run(library, [sample()])
    turns = Turns()
    page = build_page(library, turns)
    undocumented: dict[str, Any] = {"docs_url": None, "redoc_url": None, "openapi_url": None}
    server = FastAPI(title="Article QA", lifespan=removed_at_the_end, **undocumented)
    server.include_router(article_routes(lambda: library))
    server.include_router(upload_routes())
    at_home = is_loopback(settings.host)
    programs = program_routes(
        lambda: library,
        turns,
        may_remove=may_remove(settings, loopback=at_home),
        public_only=fetches_only_public(settings, loopback=at_home),
    )
    server.include_router(programs)
    described(server, programs)
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


def build_page(library: Library, turns: Turns) -> gr.Blocks:
    """The chat and the reader, wired. Nothing of a visitor is kept on the server beyond the session."""
    page: gr.Blocks
    with gr.Blocks(title="Article QA", analytics_enabled=False, delete_cache=(3600, 3600)) as page:
        kept = gr.BrowserState([], storage_key="article-qa", secret="article-qa")  # noqa: S106 - the visitor's own data
        wish = gr.Textbox(visible=False)  # the article that the page's address names
        asked = gr.State("")
        with gr.Row(elem_id="bar"):
            gr.HTML('<div id="name"><h1>Article QA</h1><span>Every sentence points at its source</span></div>')
            gr.Button("Article", elem_id="read", size="sm")
            export = gr.Button("Export", elem_id="export", size="sm")
            gr.Button("Conversations", elem_id="conversations", size="sm")
            reopen = gr.Button("Open", elem_id="reopen", visible="hidden")  # pressed by the list of conversations
            clear = gr.Button("New conversation", elem_id="new", size="sm")
        with gr.Row(elem_id="sides"):
            with gr.Column(elem_id="chat-side"):
                chat, buttons, question = chat_side(library.settings)
            with gr.Column(elem_id="read-side"):
                reader = reader_side()
        parts = Parts(kept, wish, asked, export, clear, reopen, chat, buttons, question, *reader)
        _wire_asking(page, parts, library)
        _wire_choosing(parts, library)
        _wire_editing(parts, library, turns)
        _wire_adding(parts, library, turns)
    page.queue(default_concurrency_limit=16)
    return page


def _wire_asking(page: gr.Blocks, p: Parts, library: Library) -> None:
    """What happens on loading, asking and stopping."""

    def restore(saved: object, wish: object) -> tuple[Any, ...]:
        known = {ALL, *(article.id for article in library.details())}
        chosen = wish if isinstance(wish, str) and wish in known else _newest(library)
        return messages(turns_of(saved)), _choices(library, chosen), *_example_buttons(library, chosen)

    def reopened(saved: object, wish: object) -> tuple[Any, ...]:
        turns = turns_of(saved)
        known = isinstance(wish, str) and wish in {ALL, *(article.id for article in library.details())}
        return messages(turns), turns, _choices(library, str(wish)) if known else gr.skip()

    def answer(asked: str, saved: object, chosen: str) -> Iterator[tuple[Any, ...]]:
        yield from _answer(asked, turns_of(saved), chosen, library.settings)

    def stop(saved: object, asked: str) -> tuple[Any, ...]:
        return messages(turns_of(saved)), {**_READY, "value": asked}

    in_address = "(kept) => [kept, window.articleQA.chosen()]"
    page.load(restore, [p.kept, p.wish], [p.chat, p.article, *p.examples], js=in_address, **PRIVATE)
    asking: dict[str, Any] = {"outputs": [p.question, p.chat, p.kept, p.asked], "concurrency_limit": 8, **PRIVATE}
    started = [p.question.submit(answer, [p.question, p.kept, p.article], **asking)]
    started += [button.click(answer, [button, p.kept, p.article], **asking) for button in p.examples]
    keep = "(kept, id) => { window.articleQA.keep(kept, id); }"
    for event in started:
        event.then(None, [p.kept, p.article], None, js=keep, **PRIVATE)
        event.then(partial(_going_on, library), [p.kept, p.article], p.examples, **OFFERING)
    stopped = p.question.stop(None, cancels=list[Any](started), **PRIVATE)
    stopped.then(stop, [p.kept, p.asked], [p.chat, p.question], **PRIVATE)
    p.export.click(None, [p.kept], None, js="(kept) => { window.articleQA.exported(kept); }", **PRIVATE)
    p.clear.click(lambda: ([], []), None, [p.chat, p.kept], js="() => { window.articleQA.begun(); }", **PRIVATE)
    opened = {"js": "() => window.articleQA.reopened()", **PRIVATE}
    p.reopen.click(reopened, [p.kept, p.wish], [p.chat, p.kept, p.article], **opened)


def _wire_choosing(p: Parts, library: Library) -> None:
    """What happens on choosing an article and on removing it."""
    removable = may_remove(library.settings, loopback=is_loopback(library.settings.host))

    def show_examples(chosen: str) -> list[Any]:
        threading.Thread(target=_read_ahead, args=(library.settings, chosen), daemon=True).start()
        one = removable and chosen not in {ALL, "", None}
        closed = gr.update(visible=False)
        return [*[gr.update(visible=one)] * 2, closed, *_example_buttons(library, chosen)]

    def take_away(chosen: str) -> tuple[Any, ...]:
        return _removal(library, remove(library, chosen if removable else ""))

    def undo(article: Article | None) -> tuple[Any, ...]:
        return _removal(library, bring_back(library, article) if article else Removal(""))

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

    def save(chosen: str, *lines: str) -> Iterator[tuple[Any, ...]]:
        title, source, date, authors = lines
        shown = Moment("Saving …")
        if removable:
            yield as_html(shown), gr.skip(), gr.skip()
            with closing(editing(library, chosen, (title, source, date, authors), turns)) as moments:
                for shown in moments:
                    yield as_html(shown), gr.skip(), gr.skip()
        if shown.article_id:
            yield "", gr.update(visible=False), _choices(library, shown.article_id)

    p.editing.click(open_details, [p.article], [p.details, p.told, *p.lines], **PRIVATE)
    p.leave.click(lambda: gr.update(visible=False), None, p.details, **PRIVATE)
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
        yield from _add(p, library, turns, text, paths)

    def open_form() -> Any:
        threading.Thread(target=make_ready, daemon=True).start()
        return gr.update(visible=True)

    def stop_adding(busy: object) -> dict[Any, Any]:
        """Ends an addition, or closes the form when there is none; what was given stays in it."""
        if busy:
            return _unlocked(p) | {p.note: STOPPED}
        return {p.form: gr.update(visible=False), p.note: ""}

    p.adding.click(open_form, None, p.form, **PRIVATE)
    changed = [p.article, p.form, p.source, p.upload, p.add, p.note, p.busy]
    added = p.add.click(take, [p.source, p.upload], changed, concurrency_limit=WAITING + 4, **PRIVATE)
    cancelled = p.cancel.click(None, cancels=[added], **PRIVATE)
    cancelled.then(stop_adding, [p.busy], changed, **PRIVATE)


def _answer(asked: str, turns: list[dict[str, Any]], chosen: str, settings: Settings) -> Iterator[tuple[Any, ...]]:
    """What the page shows while a question is answered: (question box, chat, what the browser keeps, the question)."""
    articles = None if chosen in {ALL, "", None} else [chosen]
    sent: dict[str, Any] = {}
    with closing(answering(asked, turns, articles, settings)) as moments:
        for number, shown in enumerate(moments):
            box = gr.update(submit_btn=False, stop_btn="Stop") if shown.working else _READY
            # The browser takes a value only when it is another than the last: so the box is emptied by way of a blank.
            value = " " if not number and asked and asked.strip() else ""
            made = {**box, "value": value}
            # Only what is new: a late moment must not empty the box into which Stop has put the question back.
            yield (gr.skip() if made == sent else made), shown.bubbles, shown.turns, asked
            sent = made


def _add(p: Parts, library: Library, turns: Turns, text: str, paths: list[str]) -> Iterator[dict[Any, Any]]:
    """What changes in the form while an article is added. On failure nothing typed is lost."""
    held = gr.update(interactive=False)
    yield {p.source: held, p.add: held, p.busy: True, p.note: as_html(Moment("Starting …"))}
    public_only = fetches_only_public(library.settings, loopback=is_loopback(library.settings.host))
    shown = Moment()
    with closing(adding(text, paths, library.settings, turns, public_only=public_only)) as moments:
        for moment in moments:
            if moment.line:
                yield {p.note: gr.skip() if moment == shown else as_html(moment)}
            shown = moment
    ended = _unlocked(p) | {p.note: as_html(shown)}
    if shown.article_id:
        ended |= {p.article: _choices(library, shown.article_id), p.form: gr.update(visible=bool(shown.trouble))}
        ended |= {p.source: gr.update(value="", interactive=True), p.upload: gr.update(value=None)}
    yield ended


def _removal(library: Library, done: Removal) -> tuple[Any, ...]:
    """What the page shows after an article was removed or brought back: choices, line, undo, what undo brings back."""
    choices = _choices(library, done.chosen)
    return choices, gr.update(visible=bool(done.line)), done.line, gr.update(visible=bool(done.article)), done.article


def _unlocked(p: Parts) -> dict[Any, Any]:
    """The form as it is when nothing is being added."""
    return {part: gr.update(interactive=True) for part in (p.source, p.add)} | {p.busy: False}


def _newest(library: Library) -> str:
    articles = library.details()
    return articles[-1].id if articles else ALL


def _choices(library: Library, chosen: str | None = None) -> Any:
    articles = library.details()
    choices = [(article.title, article.id) for article in reversed(articles)]
    if len(articles) > 1:
        choices.append((f"All {len(articles)} articles", ALL))
    return gr.update(choices=choices, value=chosen or _newest(library))


def _example_buttons(library: Library, chosen: str) -> list[Any]:
    """The buttons at once, with what any article answers."""
    found = _article(library, chosen)
    return _buttons(examples(found))


def _going_on(library: Library, saved: object, chosen: str) -> list[Any]:
    """The buttons once the article was asked silently what it answers; after an answer, what goes on from it."""
    found = _article(library, chosen)
    return _buttons(offered(found, turns_of(saved), library) if found else examples(None))


def _article(library: Library, chosen: str) -> Article | None:
    found = library.articles([chosen]) if chosen and chosen != ALL else []
    return found[0] if found else None


def _buttons(questions: Sequence[str]) -> list[Any]:
    return [
        gr.update(value=questions[n], visible=True) if n < len(questions) else gr.update(visible=False)
        for n in range(COUNT)
    ]


def check_port(host: str, port: int) -> None:
    """Raise SettingsError when the page cannot be served there."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise SettingsError(
                f"The page cannot be served on {host} port {port}: {error.strerror}.",
                f"Choose another, for example PORT={port + 1}.",
            ) from None


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
    threading.Thread(target=_warm, args=(settings,), daemon=True).start()
    name = f"[{settings.host}]" if ":" in settings.host else settings.host
    print(f"Article QA is at http://{name}:{settings.port} (stop with Ctrl+C)", flush=True)  # noqa: T201 - the same
    if sys.stdout.isatty():
        threading.Timer(0.5, webbrowser.open, [f"http://{name}:{settings.port}"]).start()
    uvicorn.run(app, host=settings.host, port=settings.port, **SERVING)
    return 0


def _read_ahead(settings: Settings, chosen: str) -> None:
    """Let a local model read the article that a visitor has opened."""
    with suppress(ArticleQAError):
        read_ahead(None if chosen in {ALL, "", None} else [chosen], settings)


def _warm(settings: Settings) -> None:
    """Load what answers before a visitor asks, and say in one sentence what is missing; quotes are given without it."""
    try:
        prepare(settings)
    except ArticleQAError as error:
        print(f"Note: {error}", file=sys.stderr)  # noqa: T201 - the command's own output


if __name__ == "__main__":
    sys.exit(main())
