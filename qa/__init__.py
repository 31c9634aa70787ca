"""Questions go in here and exactly cited answers come out.

>>> from qa import ask
>>> ask("How long did the call last?", articles=["report.txt"]).text
'The call lasted over two hours. [1]'
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qa.schema import NOT_FOUND, Answer, Citation, Claim, Evidence, Hit, Turn

if TYPE_CHECKING:
    from qa.answer import ask, retrieve, stream
    from qa.checking import CheckedClaim, check

__all__ = [
    "NOT_FOUND",
    "Answer",
    "CheckedClaim",
    "Citation",
    "Claim",
    "Evidence",
    "Hit",
    "Turn",
    "ask",
    "check",
    "retrieve",
    "stream",
]


def __getattr__(name: str) -> Any:
    """What asks and checks loads numpy and the rest only when it is first used."""
    if name in {"ask", "retrieve", "stream"}:
        from qa import answer  # noqa: PLC0415 - this is the point

        return getattr(answer, name)
    if name in {"check", "CheckedClaim"}:
        from qa import checking  # noqa: PLC0415 - the same

        return getattr(checking, name)
    raise AttributeError(f"module 'qa' has no attribute {name!r}")
