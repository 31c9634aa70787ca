"""How the time of a piece of work grows with the length of a text.

`python -m tests.growth` reads (name, pattern, flags, how) as a JSON list a line, and tells of each pattern on what
texts its time grows faster than they do. It is a process of its own, so that a search that hangs can be ended and named.
"""

import json
import re
import signal
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise
from re import _constants as kind  # type: ignore[attr-defined] # the parser's own names
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

from tests.effort import FULL

SIZES = (10_000, 20_000, 40_000) if FULL else (1_250, 2_500, 5_000)
"""Characters; a quadratic search takes a tenth of a second for 5,000, a linear one a thousandth."""

LINEAR = 8.0
"""What four times the text may take at most: a linear search takes four times as long, a quadratic one sixteen."""

QUIET = 0.003
"""Seconds on the longest text below which growth cannot be told from noise."""

LIMIT = 2.0
"""Seconds of the processor after which a search is stopped; a linear one takes a hundredth of them."""

TRIES = 9
"""How often a time that seems too long is taken again: other processes may be in the way."""

MOST = 60
"""Parts of one pattern that are repeated when not all of them are."""

SHOWN = 2
"""Texts that are told of a pattern at most."""

NEVER = float("inf")

MARKS = (
    *(
        "“",
        "”",
        '"',
        "'",
        "’",
        "(",
        ")",
        "[",
        "]",
        "{",
        "<",
        "【",
        "-",
        "—",
        ".",
        ",",
        ":",
        "!",
        "?",
        "…",
        "#",
        "*",
        "_",
    ),
    *("`", "/", "\\", "|", "$", "%", "@", "•"),
)
UNITS = (
    *(" ", "\n", "\t", "\u2028", "a", "A", "é", "1", "0", "a\u0301", "\u0301", "\u200b", "م", "中", "\x00", "🙂"),
    *MARKS,
    *(
        "a ",
        "A ",
        "A. ",
        "a. ",
        "1 ",
        "1. ",
        "1, ",
        "1,",
        "1:",
        "1-",
        "a-",
        "a'",
        "A.",
        "a.",
        ", ",
        "\n\n",
        "\n ",
        " \n",
    ),
    *("Aa ", "Aa Bb, ", "of the ", "the ", "and ", "[1]", "[1] ", "(1", "“a ", "“A” ", "'a ", "[a](", "![a](b", "a: "),
    *("who ", "what ", "said ", "is ", "because ", "not ", "on ", "It is ", "http://", "//", "Mr. ", "U.S. ", "- a\n"),
)


def units(pattern: str, flags: int) -> list[str]:
    """What is repeated to attack a pattern: every mark and kind of letter, and what parts of the pattern match."""
    own = list(dict.fromkeys(unit[:60] for unit in derived(parser.parse(pattern, flags)) if unit))
    step = 1 if FULL else max(1, -(-len(own) // MOST))  # a pattern may have no part of its own
    return list(dict.fromkeys((*UNITS, *own[::step])))


def derived(tree: Any) -> Iterator[str]:
    """The shortest texts that the beginning, each part and two parts in a row of a pattern match, at every depth."""
    parts = list(tree)
    samples = [sample(part) for part in parts]
    for end in range(1, len(samples) + 1):
        yield "".join(samples[:end])
    yield from samples
    yield from map("".join, pairwise(samples))
    for before, part in zip(("".join(samples[:n]) for n in range(len(samples))), parts, strict=True):
        for inner in inside(part):
            for unit in derived(inner):
                yield unit
                yield before + unit


def inside(part: Any) -> list[Any]:
    """The patterns within one part of a parsed pattern."""
    name, value = part
    if name is kind.BRANCH:
        return list(value[1])
    if name in {kind.MAX_REPEAT, kind.MIN_REPEAT, kind.POSSESSIVE_REPEAT}:
        return [value[2]]
    if name is kind.SUBPATTERN:
        return [value[3]]
    if name is kind.ATOMIC_GROUP:
        return [value]
    if name in {kind.ASSERT, kind.ASSERT_NOT}:
        return [value[1]]
    return []


def sample(part: Any) -> str:  # noqa: PLR0911 - one return for each kind of part
    """A short text that one part of a parsed pattern matches: one turn of what may be repeated."""
    name, value = part
    if name is kind.LITERAL:
        return chr(value)
    if name is kind.NOT_LITERAL:
        return "x" if value != ord("x") else "y"
    if name is kind.ANY:
        return "x"
    if name is kind.IN:
        return member(value)
    if name in {kind.MAX_REPEAT, kind.MIN_REPEAT, kind.POSSESSIVE_REPEAT}:
        return "".join(map(sample, value[2])) * int(max(min(value[0], 50), 1))
    if name in {kind.ASSERT, kind.ASSERT_NOT, kind.AT, kind.GROUPREF}:
        return ""
    return "".join("".join(map(sample, inner)) for inner in inside(part)[:1])


def member(choices: Any) -> str:
    """A character of a class."""
    (name, value), *_ = choices
    if name is kind.NEGATE:
        pattern = re.compile(f"[{''.join(shown(choice) for choice in choices[1:])}]")
        return next(char for char in "x 1A.\n“" if not pattern.match(char))
    if name is kind.RANGE:
        return chr(value[0])
    if name is kind.CATEGORY:
        return _MEMBERS.get(value, "-")
    return chr(value)


_MEMBERS: dict[object, str] = {kind.CATEGORY_DIGIT: "1", kind.CATEGORY_SPACE: " ", kind.CATEGORY_WORD: "x"}

_CLASSES = {
    kind.CATEGORY_DIGIT: r"\d",
    kind.CATEGORY_SPACE: r"\s",
    kind.CATEGORY_WORD: r"\w",
    kind.CATEGORY_NOT_DIGIT: r"\D",
    kind.CATEGORY_NOT_SPACE: r"\S",
    kind.CATEGORY_NOT_WORD: r"\W",
}


def shown(choice: Any) -> str:
    """A member of a class as it is written."""
    name, value = choice
    if name is kind.RANGE:
        return f"{re.escape(chr(value[0]))}-{re.escape(chr(value[1]))}"
    return _CLASSES[value] if name is kind.CATEGORY else re.escape(chr(value))


def grown(
    work: Callable[[str], object], unit: str, *, tail: str = "", sizes: Sequence[int] = SIZES, limit: float = LIMIT
) -> float:
    """How many times longer the longest text takes than the shortest, a quarter of it; 0 when it is too quick to tell.

    It must show in the step from the half as well, so that something that ran beside it is not blamed on the work.
    """
    short, half, long = (unit * (size // len(unit)) + tail for size in sizes)
    most, least, middle = seconds(work, long, limit), NEVER, NEVER
    for _ in range(TRIES):
        if most < QUIET:
            return 0.0
        if most == NEVER:
            return NEVER
        least = min(least, seconds(work, short, limit))
        if most <= LINEAR * least:
            break
        most, middle = min(most, seconds(work, long, limit)), min(middle, seconds(work, half, limit))
    return min(most / least, (most / middle) ** 2)


def seconds(work: Callable[[str], object], text: str, limit: float = LIMIT) -> float:
    """The processor's time that the work takes, or infinity when it is stopped at the limit."""
    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, limit)
    begun = time.thread_time()
    try:
        work(text)
    except TimeoutError:
        return NEVER
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
    return time.thread_time() - begun


def stop(*_: object) -> None:
    """End what is running: the time is over."""
    raise TimeoutError


def search(pattern: str, flags: int, how: str) -> Callable[[str], object]:
    """A pattern as it is used: from the beginning of a text alone, or all over it."""
    made = re.compile(pattern, flags)
    if how == "finditer":
        return lambda text: sum(1 for _ in made.finditer(text))
    return {"match": made.match, "fullmatch": made.fullmatch}[how]


def faults(pattern: str, flags: int, how: str) -> list[tuple[str, float]]:
    """The texts on which a pattern's time grows faster than they do, as what is repeated in them, and by how much."""
    work = search(pattern, flags, how)
    found = []
    for unit in units(pattern, flags):
        ratio = grown(work, unit, tail="\x01")
        if ratio > LINEAR:
            found.append((unit, round(ratio, 1)))
        if len(found) == SHOWN:
            break
    return found


def main(lines: Iterable[str]) -> None:
    """Tell of each pattern, when it is done, what was found."""
    for line in lines:
        name, pattern, flags, how = json.loads(line)
        print(json.dumps({"name": name, "faults": faults(pattern, flags, how)}), flush=True)


if __name__ == "__main__":
    main(sys.stdin)
