"""Question sets are asked here, and the answers, citations and refusals scored.

>>> from eval import compare, run
>>> run("sample").scores["quotes_exact"].value
1.0
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from eval.asking import run
    from eval.comparing import compare

__all__ = ["compare", "run"]


def __getattr__(name: str) -> Any:
    """`run` and `compare` load numpy and the rest only when they are first used."""
    if name == "run":
        from eval.asking import run  # noqa: PLC0415 - this is the point

        return run
    if name == "compare":
        import eval.comparing as module  # noqa: PLC0415 - the same

        return module.compare
    raise AttributeError(f"module 'eval' has no attribute {name!r}")
