"""What the page and the visitor's browser keep of a conversation. Pure."""

from typing import Any

from qa.render import escape, inert_markup
from qa.schema import Turn

KEPT_TURNS = 20
"""Turns that a browser keeps over a reload."""


def kept(asked: str, rendered: str, turn: dict[str, Any] | None) -> dict[str, Any]:
    """What a browser keeps of one turn: the question, the answer as markdown, and the Turn when there was an answer."""
    return {"asked": asked, "rendered": rendered, "turn": turn}


def turns_of(saved: object) -> list[dict[str, Any]]:
    """What the browser kept, as far as it is well formed: it comes from outside, so answers have no markup but ours."""
    found = []
    for item in saved if isinstance(saved, list) else []:
        try:
            turn = Turn.model_validate(item["turn"]).model_dump(mode="json") if item["turn"] else None
            found.append(kept(str(item["asked"]), inert_markup(str(item["rendered"])), turn))
        except (KeyError, TypeError, ValueError):
            continue
    return found[-KEPT_TURNS:]


def messages(turns: list[dict[str, Any]]) -> list[dict[str, str]]:
    """The turns as the chat shows them."""
    return [
        bubble
        for turn in turns
        for bubble in (message("user", escape(turn["asked"])), message("assistant", turn["rendered"]))
    ]


def message(role: str, content: str) -> dict[str, str]:
    """One bubble of the chat; the content is markdown."""
    return {"role": role, "content": content}
