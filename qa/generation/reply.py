"""What a language model wrote becomes sentences with the numbers it cites. Pure; no reply can break it.

Models are asked for `[n]` and write `[1, 2]`, `[1][2]`, `【1†source】`, `(1)`, `[S1]`, `[^1]`, `[2-4]`, before the full
stop, after it, or not at all.
"""

import re
from bisect import bisect_left

from ingest.split import split_sentences
from qa.schema import NOT_FOUND, DraftSentence

LONGEST_REPLY = 12_000
"""Characters of a reply that are read."""

WIDEST = 8
"""The most sentences that a range such as `[2-9]` cites."""

_ONE = r"(?:(?:S|s|sentences?|Sentences?|lines?|no\.?|#|\^)\s*)?\d{1,4}"
_MANY = rf"{_ONE}(?:\s*(?:,|;|&|and|[-–—])\s*{_ONE})*"
_MARKER = re.compile(rf"(?<!\s)\s*(?:\[\s*(?P<a>{_MANY})\s*\](?!\()|【\s*(?P<b>{_MANY})\s*(?:[†:|][^】\n]{{0,60}})?】)")
_ROUND = re.compile(rf"(?<!\s)\s*\(\s*(?P<a>{_MANY})\s*\)(?=\s*(?:[.!?,;:]|[(\[]|$|\n))")
_OPEN = re.compile(r"(?:[\[【][^\]】\n]{0,80}|\([^)\n]{0,24})$")
_LOOK_BACK = 100
"""Characters at the end of a reply that are looked through for an open marker: more than one has."""

_NUMBER = re.compile(r"\d{1,4}")
_RANGE = re.compile(r"(\d{1,4})\s*[-–—]\s*(?:[Ss#^]\s*)?(\d{1,4})")
_IMAGE = re.compile(r"!\[[^\]\n]{0,300}\]\([^)\n]{0,500}\)")
_LINK = re.compile(r"\[([^\]\n]{1,300})\]\([^)\n]{0,500}\)")
_DECORATION = re.compile(r"\*\*|__|(?m:^\s{0,6}(?:#{1,6}|[-*•]|\d{1,2}[.)])\s+)|(?m:^[^\S\n]*```.*$)")
_CLAIM = re.compile(r"\w")
_SENTINEL = re.sub(r"\W", "", NOT_FOUND).lower()
_REFUSAL = re.compile(
    r"(?i)^\W*+(the|this) (article|text|passage|report)s? (does|do|did)(n[’']t| not) "
    r"(say|tell|mention|state|specify|provide|contain|give|include|answer|indicate|explain|discuss|describe)\b"
)
_THOUGHT = re.compile(r"(?s)^\s*<think>.*?(?:</think>|$)")


def parse_reply(reply: str) -> list[DraftSentence]:
    """The sentences of a reply: `"It rained [2]. It snowed. [1, 3]"` → (It rained., 2), (It snowed., 1 and 3).

    A marker belongs to the sentence that it stands in or right after; in a reply whose every sentence opens with one,
    to the sentence that follows.
    """
    text = undecorated(reply)
    plain, markers = _unmarked(text)
    sentences = _sentences(plain)
    cited: list[list[int]] = [[] for _ in sentences]
    leading = bool(markers) and markers[0][0] == 0 and not _MARKER.search(text, len(text.rstrip()) - 1)
    starts = [start for start, _ in sentences]
    for place, numbers in markers if sentences else ():
        after = bisect_left(starts, place)
        inside = after > 0 and place < sentences[after - 1][1]
        ahead = after == 0 or (leading and not inside and after < len(sentences))
        cited[after if ahead else after - 1] += numbers
    return [
        DraftSentence(" ".join(plain[start:end].split()).rstrip("[【( "), numbers=tuple(dict.fromkeys(own)))
        for (start, end), own in zip(sentences, cited, strict=True)
    ]


def _sentences(plain: str) -> list[tuple[int, int]]:
    """Where the sentences are, line by line. A line that has not ended yet is read as if it had: it is no heading."""
    found, start = [], 0
    for line in plain.split("\n"):
        bare = line.rstrip()
        ended = bare if bare.endswith((".", "!", "?", "”", '"', ":")) else f"{bare}."
        places = ((start + s.start, start + min(s.end, len(bare))) for s in split_sentences(ended))
        found += [(first, last) for first, last in places if _CLAIM.search(plain[first:last])]
        start += len(line) + 1
    return found


def settled(reply: str) -> str:
    """As much of a growing reply as can be shown: an unfinished marker at its end is held back, and so is a refusal."""
    text = _THOUGHT.sub("", reply[:LONGEST_REPLY]).rstrip()
    while opened := _OPEN.search(text, max(0, len(text) - _LOOK_BACK)):
        text = text[: opened.start()].rstrip()
    said = re.sub(r"\W", "", text).lower()
    return "" if _SENTINEL.startswith(said) or refuses(text) else text


def refuses(reply: str) -> bool:
    """Whether the reply says first of all that the article does not tell, or nothing: `"The article doesn't say."`."""
    plain = _unmarked(undecorated(reply))[0]
    said = [plain[start:end] for start, end in _sentences(plain)]
    if not said or re.sub(r"\W", "", said[0]).lower() == _SENTINEL:
        return True
    return all(map(is_gap, said))


def is_gap(sentence: str) -> bool:
    """Whether a sentence says what the article does not tell: it is no claim, and nothing can support it."""
    return bool(_REFUSAL.match(sentence))


def undecorated(reply: str) -> str:
    """The reply without markdown, images, link targets and thoughts: `"**Yes** ([x](http://y))"` → `"Yes (x)"`."""
    text = _THOUGHT.sub("", reply[:LONGEST_REPLY])
    text = _LINK.sub(_label, _IMAGE.sub("", text))
    return _DECORATION.sub("", text)


def _label(link: re.Match[str]) -> str:
    """What a link is called; the number of a sentence stays a marker: `[4](http://x)` → `[4]`."""
    return f"[{link[1]}]" if re.fullmatch(_MANY, link[1].strip()) else link[1]


def _unmarked(text: str) -> tuple[str, list[tuple[int, list[int]]]]:
    """The text without its markers, and each marker as (place in that text, numbers).

    Round brackets count only where there are no square ones: "(30)" may as well be a number.
    """
    pattern = _MARKER if _MARKER.search(text) else _ROUND
    kept, markers, last, length = [], [], 0, 0
    for match in pattern.finditer(text):
        kept.append(text[last : match.start()])
        length += match.start() - last
        markers.append((length, _numbers(next(filter(None, match.groups()), ""))))
        last = match.end()
    kept.append(text[last:])
    return "".join(kept), markers


def _numbers(inside: str) -> list[int]:
    """`"S1, 3-5"` → 1, 3, 4, 5; a range that is too wide cites its ends."""
    found: list[int] = []
    for part in re.split(r",|;|&|and", inside):
        span = _RANGE.search(part)
        if span:
            first, last = int(span[1]), int(span[2])
            found += range(first, last + 1) if 0 <= last - first < WIDEST else (first, last)
        else:
            found += [int(number) for number in _NUMBER.findall(part)]
    return found
