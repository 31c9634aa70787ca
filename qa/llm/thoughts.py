"""What a model thinks before it answers is left out."""

_OPEN, _CLOSE = "<think>", "</think>"


class ThoughtFilter:
    r"""Text without the thoughts that some local models say before it.

    `"<th", "ink>Hm.</think>", "\n\nYes."` → `"", "", "Yes."`. White space at the beginning is left out too.
    """

    def __init__(self) -> None:
        self._held = ""
        self._begun = False
        self._thinking = False

    def heard(self, piece: str) -> str:
        """The text of this piece that is known not to be a thought."""
        if self._begun:
            return piece
        self._held += piece
        if not self._thinking:
            self._held = self._held.lstrip()
            if len(self._held) < len(_OPEN) and _OPEN.startswith(self._held):
                return ""
            self._thinking = self._held.startswith(_OPEN)
        if self._thinking:
            _, closed, after = self._held.partition(_CLOSE)
            if not closed:
                return ""
            self._held, self._thinking = after, False
            return self.heard("")
        self._begun = True
        return self._held

    def rest(self) -> str:
        """What was held back and is no thought after all."""
        return "" if self._begun or self._thinking else self._held
