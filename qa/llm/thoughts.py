"""What a model thinks before and between its words is left out, in whatever brackets it thinks."""

import re

TAKEN_BACK = "\x18"
"""A piece of its own that says: all of the text before it was a thought, of which only the end was marked."""

_NAMES = (
    "think thinking thought thoughts reasoning reason reflection analysis scratchpad seed:think inner_monologue "
    "begin_of_thought end_of_thought start_thinking end_thinking antthinking"
).split()
_HARMONY = "start channel message end return call".split()
_LONGEST = 160
"""Characters of the longest tag, with its attributes."""

_TAG = re.compile(
    rf"<\|?(?P<shut>/?)\s*(?P<name>{'|'.join(sorted(_NAMES, key=len, reverse=True))})(?:\s[^<>]{{0,120}})?\|?>"
    r"|\[(?P<shut2>/?)think(?:ing)?\]|◁(?P<shut3>/?)think▷"
    r'|<details\s[^<>]{0,60}type="reasoning"[^<>]{0,60}>|(?P<details></details>)'
    rf"|<\|(?P<harmony>{'|'.join(_HARMONY)})\|?>|<(?P<late>channel)\|>",
    re.IGNORECASE,
)
_BEGINNINGS = [f"<{bar}{shut}{name}" for bar in ("", "|") for shut in ("", "/") for name in _NAMES]
_BEGINNINGS += [
    "[think]",
    "[/think]",
    "[thinking]",
    "[/thinking]",
    "◁think▷",
    "◁/think▷",
    "<details",
    "</details>",
    "<channel|>",
]
_BEGINNINGS += [f"<|{name}" for name in _HARMONY]
_BARE = "analysis"
"""Harmony's channels when a server has stripped what stands around their names: `analysisThe user …`."""
_BARE_END = "assistantfinal"


_THOUGHT = 12_000
"""Characters of the end of a thought that are kept, in case it never ends."""
_OBJECT = re.compile(r'(?s)\{\s{0,20}"tells".*')


class ThoughtFilter:
    r"""Text without a model's thoughts, as it comes: `"<th", "ink>Hm.</think>", "\n\nYes."` → `"", "", "Yes."`.

    White space at the beginning is left out too. A thought that only ends, because its beginning stands in the prompt,
    is taken back with the piece `TAKEN_BACK`; with `held` nothing is said before that end, or that of the reply.
    `orphaned` tells afterwards that this happened. Linear in the text.
    """

    def __init__(self, *, held: bool = False) -> None:
        self.orphaned = False
        self._buffer = ""
        self._mode = "held" if held else "text"
        self._first = True
        self._begun = False
        self._kept: list[str] = []
        self._before: list[str] = []
        self._header = ""
        self._thought = ""

    def heard(self, piece: str) -> list[str]:
        """The texts that are known not to be thoughts, now that this piece has come."""
        self._buffer += piece.replace(TAKEN_BACK, "")
        if self._first and self._begins_bare():
            return []
        texts: list[str] = []
        at = 0
        for tag in _TAG.finditer(self._buffer):
            self._say(self._buffer[at : tag.start()], texts)
            self._turn(tag, texts)
            at = tag.end()
        kept = self._tail(at)
        self._say(self._buffer[at:kept], texts)
        self._buffer = self._buffer[kept:]
        return [text for text in texts if text]

    def rest(self) -> list[str]:
        """What was held back and is no thought after all."""
        texts: list[str] = []
        self._say("" if self._mode == "bare" else self._buffer, texts)
        if self._mode == "thought" and not self._begun and (answer := _OBJECT.search(self._thought)):
            self._mode = "text"  # a thought that never ended, and the answer in it
            self._say(answer[0], texts)
        if self._mode == "held":
            self._before, self._begun = self._kept, False
        if self._before and not self._begun:  # an end that ends nothing: what stood before it was the reply
            self._mode = "text"
            self._say("".join(self._before), texts)
        return [text for text in texts if text]

    def _begins_bare(self) -> bool:
        """Whether the reply may begin with a bare channel, which goes on until its last one begins."""
        begun = self._buffer.lstrip()
        if self._mode != "bare":
            if len(begun) <= len(_BARE) and _BARE.startswith(begun):
                return True
            self._first = begun.startswith(_BARE) and begun[len(_BARE)].isupper()
            if not self._first:
                return False
            self._mode = "bare"
        _, closed, after = self._buffer.partition(_BARE_END)
        self._first = not closed
        if closed:
            self._mode, self._buffer = "text", after
        else:
            self._buffer = self._buffer[-len(_BARE_END) :]
        return self._first

    def _say(self, text: str, texts: list[str]) -> None:
        """Tell the text, keep it or leave it out."""
        if self._mode == "header":
            self._header = (self._header + text)[-_LONGEST:]
        if self._mode == "thought":
            self._thought = (self._thought + text)[-_THOUGHT:]
        if self._mode not in {"text", "held"}:
            return
        text = text if self._begun else text.lstrip()
        self._begun = self._begun or bool(text)
        self._kept.append(text)
        if self._mode == "text":
            texts.append(text)

    def _turn(self, tag: re.Match[str], texts: list[str]) -> None:
        """Go on as the tag says."""
        if mark := (tag["harmony"] or "").lower():
            self._harmony(mark, texts)
        elif tag["late"]:
            self._mode = "text"
        elif tag["details"]:
            self._mode = "text" if self._mode == "thought" else self._mode
        elif tag["shut"] or tag["shut2"] or tag["shut3"] or (tag["name"] or "").lower().startswith("end_"):
            if self._mode in {"text", "held"}:
                self._take_back(texts)
            self._mode = "text"
        elif self._mode != "header":
            self._mode = "thought"

    def _harmony(self, mark: str, texts: list[str]) -> None:
        """Channels: `<|start|>assistant<|channel|>final<|message|>`; what is said on any but the last is a thought."""
        if mark in {"start", "channel"}:
            self._mode = "header"
        elif mark != "message":
            self._mode = "held" if self._mode == "held" else "text"
        elif self._mode == "header":
            header, self._header = self._header.strip().lower(), ""
            if header.endswith("final") and self._begun:
                self._take_back(texts)
            self._mode = "text" if header.endswith("final") or header == "assistant" else "thought"

    def _take_back(self, texts: list[str]) -> None:
        """What was said or held was a thought, of which only the end was marked."""
        self.orphaned = True
        if self._begun:
            texts += [TAKEN_BACK] if self._mode != "held" else []
            self._before, self._kept, self._begun = self._kept, [], False

    def _tail(self, at: int) -> int:
        """Where the buffer's end may be the beginning of a tag; its length where it is not."""
        start = max(self._buffer.rfind(mark, max(at, len(self._buffer) - _LONGEST)) for mark in "<[◁")
        if start < 0:
            return len(self._buffer)
        tail = self._buffer[start:].lower()
        grows = any(name.startswith(tail) for name in _BEGINNINGS) or (
            tail.startswith(tuple(_BEGINNINGS)) and tail.startswith("<") and ">" not in tail
        )
        return start if grows else len(self._buffer)
