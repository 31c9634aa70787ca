"""Canonical text becomes sentences, and sentences become chunks, all with true offsets. Pure.

Rules for news rather than a library: see tests/ingest/hard_sentences.txt for what they are held to.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from ingest.abbreviations import language, language_of
from ingest.endings import BULLET, cuts
from ingest.schema import Sentence
from ingest.tables import ROW

SPLITTER = "news-2"
"""Goes into the manifest. Raise it when the rules change."""

SPARSE = 20
"""Characters that a token stands for at most: a word of any length, and any number of accents, are one token or none,
and what is read together must be bounded in characters too. English news has between four and five a token."""

CLUSTER = 16
"""Characters that belong together at most, as a letter with its accents does."""

_LINE_END = re.compile(r"[.!?…؟।。！？:;][”’\"'»)\]]*$")
_BLANK = re.compile(r"\n[^\S\n]*\n")


@dataclass(frozen=True)
class Piece:
    """A chunk in the making: `text[start:end]` and its sentences."""

    start: int
    end: int
    sentences: tuple[Sentence, ...]


def split_sentences(text: str) -> list[Sentence]:
    """The sentences of canonical text, in order, with only white space between them.

    `"Mr. Smith left the U.S. today. Why?"` → spans of `Mr. Smith left the U.S. today.` and `Why?`
    """
    found = []
    known = language(language_of(text))
    for start, end in _paragraphs(text):
        block = text[start:end]
        heading = _is_heading(block)
        places = [0] if heading else [0, *cuts(block, known)]
        for first, last in zip(places, [*places[1:], len(block)], strict=True):
            words = block[first:last]
            left = len(words) - len(words.lstrip())
            if words.strip():
                place = start + first + left
                found.append(Sentence(start=place, end=place + len(words.strip()), heading=heading))
    return found


def _paragraphs(text: str) -> Iterator[tuple[int, int]]:
    """Spans of lines that belong together: one line each, unless the text is hard-wrapped."""
    lines = [(match.start(), match.end()) for match in re.finditer(r"[^\n]+", text)]
    wrapped = 2 * sum(not _LINE_END.search(text, start, end) for start, end in lines) >= len(lines)
    width = _wrap_width([end - start for start, end in lines]) if wrapped else 0
    index = 0
    while index < len(lines):
        start, end = lines[index]
        while index + 1 < len(lines) and _continues(text, lines[index], lines[index + 1], width):
            index += 1
            end = lines[index][1]
        yield start, end
        index += 1


def _wrap_width(lengths: Sequence[int]) -> int:
    """The width at which the text was wrapped, or 0: most lines of wrapped text are nearly as long as the longest."""
    width = max(lengths, default=0)
    if len(lengths) < 3 or not 40 <= width <= 110:
        return 0
    return width if median(lengths) >= 0.75 * width else 0


def _continues(text: str, line: tuple[int, int], following: tuple[int, int], width: int) -> bool:
    """Whether the following line goes on with the sentence of this one."""
    if following[0] - line[1] != 1:
        return False
    this, after = text[slice(*line)], text[slice(*following)]
    full = bool(width) and len(this) >= 0.7 * width
    if BULLET.match(after) or (_LINE_END.search(this) and (not full or this[-1] == ":")):
        return False
    first = after.lstrip()[:1]
    if first.islower() and (this[-1:].isalnum() or this[-1:] in ",-–—’'\""):
        return True
    return full


def _is_heading(line: str) -> bool:
    """Whether a line titles what follows: short, not an item of a list, and not ended like a sentence."""
    if len(line) > 150 or "\n" in line or BULLET.match(line) or ROW.match(line):
        return False
    words = line.split()
    if len(words) > 20:
        return False
    if not _LINE_END.search(line):
        return not line.endswith(",")
    long = [word for word in words if len(word) > 3]
    title_case = bool(long) and all(word.lstrip("“\"'‘")[:1].isupper() for word in long)
    return line.endswith("?") and title_case and 2 <= len(words) <= 12


def split_chunks(
    text: str, sentences: Sequence[Sentence], *, count_tokens: Callable[[str], int], max_tokens: int
) -> list[Piece]:
    """Runs of whole sentences of at most `max_tokens` each, about equally long, that tile the text.

    A sentence that alone is longer is cut between words into sentences of its own. Headings stay with what follows.
    """

    def size_of(words: str) -> int:
        return max(count_tokens(words), -(-len(words) // SPARSE))

    fitting: list[Sentence] = []
    sizes: list[int] = []
    for sentence in sentences:
        size = size_of(text[sentence.start : sentence.end])
        parts = [sentence] if size <= max_tokens else _cut(text, sentence, size_of, max_tokens)
        fitting += parts
        sizes += [size] if len(parts) == 1 else [size_of(text[part.start : part.end]) for part in parts]
    groups = _groups(text, fitting, sizes, max_tokens)
    starts = [0, *(fitting[group[0]].start for group in groups[1:])]
    ends = [*starts[1:], len(text)]
    return [
        Piece(start, end, tuple(fitting[index] for index in group))
        for start, end, group in zip(starts, ends, groups, strict=False)
    ]


def _groups(text: str, sentences: Sequence[Sentence], sizes: Sequence[int], limit: int) -> list[list[int]]:
    """Indices of sentences by chunk. A chunk closes when full, or at a heading or blank line once it is well filled."""
    chunks = max(1, -(-sum(sizes) // limit))
    target = sum(sizes) / chunks
    groups: list[list[int]] = []
    filled = 0
    for index, size in enumerate(sizes):
        fresh = not groups or filled + size > limit
        if not fresh:
            gap = text[sentences[index - 1].end : sentences[index].start]
            natural = (sentences[index].heading or _BLANK.search(gap)) and not sentences[index - 1].heading
            fresh = filled + size / 2 > target or (bool(natural) and filled >= 0.7 * target)
        if fresh and groups and _ends_with_headings(sentences, groups[-1]) and filled + size <= limit:
            fresh = False
        if not fresh:
            groups[-1].append(index)
            filled += size
            continue
        carried = _trailing_headings(sentences, groups[-1]) if groups else []
        if carried and len(carried) < len(groups[-1]) and sum(sizes[i] for i in carried) + size <= limit:
            del groups[-1][-len(carried) :]
        else:
            carried = []
        groups.append([*carried, index])
        filled = sum(sizes[i] for i in groups[-1])
    return groups


def _ends_with_headings(sentences: Sequence[Sentence], group: Sequence[int]) -> bool:
    return all(sentences[index].heading for index in group)


def _trailing_headings(sentences: Sequence[Sentence], group: Sequence[int]) -> list[int]:
    found: list[int] = []
    for index in reversed(group):
        if not sentences[index].heading:
            break
        found.append(index)
    return found[::-1]


def _cut(text: str, sentence: Sentence, count_tokens: Callable[[str], int], limit: int) -> list[Sentence]:
    """A sentence that exceeds the limit, in parts that fit, cut after spaces where there are any."""
    parts = []
    start = sentence.start
    while start < sentence.end:
        end = _reach(text, start, sentence.end, count_tokens, limit)
        stop = end - (len(text[start:end]) - len(text[start:end].rstrip()))
        if stop > start:
            parts.append(Sentence(start=start, end=stop, heading=sentence.heading))
        start = end
        while start < sentence.end and text[start].isspace():
            start += 1
    return parts


def _reach(text: str, start: int, end: int, count_tokens: Callable[[str], int], limit: int) -> int:
    """The furthest place up to which the text fits, found by halving a generous guess."""
    step = min(end - start, limit * 6)
    while step > 1 and count_tokens(text[start : start + step]) > limit:
        step //= 2
    stop = start + step
    if stop >= end:
        return end
    space = max(text.rfind(" ", start + step // 2, stop), text.rfind("\n", start + step // 2, stop))
    if space > start:
        return space + 1
    while stop > max(start + 1, start + step - CLUSTER) and (
        unicodedata.combining(text[stop]) or text[stop] == "\u200d" or text[stop - 1] == "\u200d"
    ):
        stop -= 1
    return stop
