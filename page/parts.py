"""The parts of the chat page: the chat on the left, the article on the right. What they do is in `ui.py`."""

from dataclasses import dataclass
from typing import Any

from ingest.kinds import OFFERED
from ingest.settings import Settings
from page.examples import COUNT
from page.removing import UNDO
from page.stubs import stubs_left_alone
from qa.llm.choice import local_offer

with stubs_left_alone():
    import gradio as gr

DETAILS = (
    ("title", "Title"),
    ("from", "Source"),
    ("date", "Published (2025-02-18)"),
    ("authors", "Authors, parted by commas"),
)
"""What is known of an article and can be changed: the id of the line on the page, and its label."""

_EMPTY = "Ask anything about the article. Every sentence of an answer links to the words that it rests on."


@dataclass(frozen=True)
class Parts:
    """The parts of the page that act on one another."""

    kept: gr.BrowserState
    wish: gr.Textbox
    asked: gr.State
    export: gr.Button
    clear: gr.Button
    reopen: gr.Button
    chat: gr.Chatbot
    examples: list[gr.Button]
    question: gr.Textbox
    article: gr.Dropdown
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
    busy: gr.State


def chat_side(settings: Settings) -> tuple[gr.Chatbot, list[gr.Button], gr.Textbox]:
    """The chat, the example questions under it, and the box for the question."""
    chat = gr.Chatbot(
        elem_id="chat",
        show_label=False,
        buttons=[],
        placeholder=f"{_EMPTY}\n\n{local_offer(settings)}".strip(),
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


def reader_side() -> tuple[Any, ...]:
    """The article's side: what `Parts` holds from `article` on."""
    with gr.Row(elem_id="tools"):
        gr.Button("‹ Chat", elem_id="back", size="sm")
        article = gr.Dropdown(show_label=False, label="Article", elem_id="article", filterable=True)
        editing = gr.Button("Edit", elem_id="editing", size="sm", visible=False)
        removing = gr.Button("Remove", elem_id="removing", size="sm", visible=False)
        adding = gr.Button("Add article", elem_id="adding", size="sm")
    with gr.Row(visible=False, elem_id="removed") as undo_row:
        undo_line = gr.HTML()
        undo = gr.Button(UNDO, elem_id="undo", size="sm")
        removed = gr.State(None)
    with gr.Column(visible=False, elem_id="details") as details:
        lines = [gr.Textbox(label=name, lines=1, max_lines=1, max_length=500, elem_id=id_) for id_, name in DETAILS]
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
        busy = gr.State(value=False)
    gr.HTML(
        '<div id="paper" role="region" aria-label="Article" tabindex="0"></div>'
        '<p id="said" class="unseen" role="status" aria-live="polite"></p>',
        elem_id="reader",
    )
    choosing = (article, editing, removing, adding, undo_row, undo_line, undo, removed)
    return *choosing, details, lines, save, leave, told, form, source, upload, add, cancel, note, busy
