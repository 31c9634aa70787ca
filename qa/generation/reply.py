"""What a language model wrote becomes sentences with the numbers it cites. Pure; no reply can break it.

Models are asked for an object, or for `[n]` after each sentence, or for prose, and whatever of these comes is read.
"""

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.split import split_sentences
from qa.generation import chatter
from qa.generation.markers import Marker, Stands, opened_at, usual_forms, without_markers
from qa.generation.markup import undecorated
from qa.generation.refusal import divide
from qa.generation.structured import MOST, begins_object, read_object
from qa.schema import DraftSentence

LONGEST_REPLY = 12_000
"""Characters of a reply that are read."""

_CLAIM = re.compile(r"\w")
_ENDED = re.compile(r"[.!?…。！？؟।:][”’\"'»)\]」』]*\s*$")
_QUOTED = re.compile(
    r"""(?s)(?P<before>\s*)(?:"(?=[^"]*"[^"]*$)|[“„](?=[^“”]*[“”][^“”]*$)|«(?=[^«»]*»[^«»]*$)|'(?=(?:[^']|\b'\b)*'[^']*$))"""
    r"""(?P<text>.*)["”“»'](?P<after>[\s.,]*)"""
)
"""A text that stands between quotation marks as a whole, with none of them inside."""

_HALF_OPEN = re.compile(r"[\[【]\s?\d{0,4}$")
_BEFORE, _AFTER = " ,;:.])}>|", " [【({<|"
"""What is left of broken brackets and lists around a sentence."""

_WARY = re.compile(
    r"(?i)^\W*(?:\w[\w'’]*[^\w'’]+){0,8}?\b(?:(?:article|text|passage|context|not|no|n/a|cannot|can['’]t|unable|sorry"
    r"|unfortunately|i|there|nothing"
    r"|none|doesn['’]t|isn['’]t|leider|lo|texto|désolé)\b|artikel|artícul|artic|artig|стат|текст|artyku)"
)
"""How a sentence may begin that will say that the article does not tell."""


@dataclass(frozen=True)
class ReplyContent:
    """A reply as it is understood: what it tells, and what it says that the article does not.

    `tells` is yes, partly or no where the model said so itself. `ended` is whether the last sentence has.
    """

    tells: str = ""
    sentences: tuple[DraftSentence, ...] = ()
    gaps: tuple[str, ...] = ()
    ended: bool = True

    @property
    def refused(self) -> bool:
        """Whether the model said that the article does not tell, and nothing besides."""
        return self.tells == "no" or (not self.sentences and bool(self.gaps))


def read_reply(reply: str, stands: Stands | None = None, *, growing: bool = False) -> ReplyContent:
    """What a reply says: `"It rained [2]. It does not say where."` → (It rained., 2), and what it does not say.

    Sentences that are said again are left out, and so is the last of several when it was cut off. Of a `growing` reply
    the last sentence is kept as far as it goes, without what may become a marker. `stands` tells weak markers apart
    from an article's own numbers.
    """
    text = reply[:LONGEST_REPLY]
    found = read_object(text)
    if found:
        texts = list(found.sentences)
        if growing and not found.ended and texts:
            texts[-1] = (texts[-1][0][: opened_at(texts[-1][0])], texts[-1][1])
        sentences = [one for words, numbers in texts for one in _with(numbers, parse_reply(words, stands))]
        ended = found.ended or not sentences or bool(_ENDED.search(sentences[-1].text))
        return _reading(found.tells, sentences, ended=ended, growing=growing)
    if growing and begins_object(text):
        return ReplyContent(ended=False)
    text = text[: opened_at(text)] if growing else text
    sentences = parse_reply(text, stands)
    return _reading("", sentences, ended=_whole(text, sentences), growing=growing)


def parse_reply(reply: str, stands: Stands | None = None) -> list[DraftSentence]:
    """The sentences of prose: `"It rained [2]. It snowed. [1, 3]"` → (It rained., 2), (It snowed., 1 and 3).

    A marker belongs to the sentence that it stands in or right after; in a reply whose every sentence opens with one,
    to the sentence that follows.
    """
    text = usual_forms(undecorated(reply[:LONGEST_REPLY]))
    text, listed = chatter.without_sources(chatter.answered_lines(chatter.unlooped(text)))
    plain, markers = without_markers(text, stands)
    plain = _unquoted(plain, stands)
    sentences = _sentences(plain)
    cited = _attached(sentences, markers)
    opened = {_word_at(plain, marker.place) for marker in markers}
    drafts = [
        DraftSentence(_trimmed(plain[start:end], opened=start in opened), numbers=tuple(dict.fromkeys(own)))
        for (start, end), own in zip(sentences, cited, strict=True)
    ]
    drafts = [draft for draft in drafts if draft.text]
    return _with(listed, drafts) if not any(cited) else drafts


def _unquoted(text: str, stands: Stands | None) -> str:
    """The text with spaces for quotation marks around it all, unless the article has it all: then it is a quotation."""
    found = _QUOTED.fullmatch(text)
    if not found or (stands and stands("", found["text"])):
        return text
    return f"{found['before']} {found['text']} {found['after']}"


def _word_at(text: str, place: int) -> int:
    """The next place at which no white space stands."""
    while place < len(text) and text[place].isspace():
        place += 1
    return place


def _trimmed(words: str, *, opened: bool) -> str:
    """A sentence on one line without what is left of broken brackets, or a greeting; with a capital after a marker."""
    words = words[:1].upper() + words[1:] if opened else words
    return chatter.without_opening(
        _HALF_OPEN.sub("", " ".join(words.split()).replace(" .", ".").replace(" ,", ",")).lstrip(_BEFORE).rstrip(_AFTER)
    )


def may_refuse(sentence: str) -> bool:
    """Whether a sentence that has only begun may end as a refusal."""
    return bool(_WARY.match(sentence))


def ends(sentence: str) -> bool:
    """Whether a sentence has its full stop, or another mark that ends it."""
    return bool(_ENDED.search(sentence))


def _reading(tells: str, sentences: Sequence[DraftSentence], *, ended: bool, growing: bool) -> ReplyContent:
    """The sentences once each, in their order, without what was cut off; refusals apart."""
    kept = list(sentences) if ended or growing or len(sentences) < 2 else list(sentences[:-1])
    distinct, gaps = dict[str, DraftSentence](), []
    for draft in _joined(kept)[:MOST]:
        claim, gap = divide(draft.text)
        if gap:
            gaps.append(gap)
        if claim and _CLAIM.search(claim):
            before = distinct.get(chatter.key(claim), DraftSentence(claim))
            distinct[chatter.key(claim)] = _with(draft.numbers, [before])[0]
    return ReplyContent(tells, tuple(distinct.values()), tuple(dict.fromkeys(gaps)), ended)


def _joined(sentences: Sequence[DraftSentence]) -> list[DraftSentence]:
    """A bare yes or no goes with the sentence after it."""
    made: list[DraftSentence] = []
    for draft in sentences:
        if made and chatter.is_affirmation(made[-1].text) and not chatter.is_affirmation(draft.text):
            before = made.pop()
            draft = DraftSentence(  # noqa: PLW2901 - the two are one
                f"{before.text} {draft.text}", numbers=tuple(dict.fromkeys((*before.numbers, *draft.numbers)))
            )
        made.append(draft)
    return made


def _with(numbers: Sequence[int], sentences: Sequence[DraftSentence]) -> list[DraftSentence]:
    """The sentences, those without numbers of their own with these."""
    return [DraftSentence(draft.text, numbers=draft.numbers or tuple(numbers)) for draft in sentences]


def _whole(text: str, sentences: Sequence[DraftSentence]) -> bool:
    """Whether prose did not break off: its last sentence ends, or cites, or none of the others ends either."""
    if not sentences or sentences[-1].numbers or _ENDED.search(sentences[-1].text):
        return True
    return (
        not any(_ENDED.search(draft.text) for draft in sentences[:-1])
        or "\n" in text.strip()[-len(sentences[-1].text) - 4 :]
    )


def _attached(sentences: Sequence[tuple[int, int]], markers: Sequence[Marker]) -> list[list[int]]:
    """The numbers of each sentence."""
    cited: list[list[int]] = [[] for _ in sentences]
    starts = [start for start, _ in sentences]
    ends = sentences[-1][1] if sentences else 0
    leading = bool(markers) and bool(starts) and markers[0].place <= starts[0] and markers[-1].place < ends
    for marker in markers if sentences else ():
        after = bisect_left(starts, marker.place)
        inside = after > 0 and marker.place < sentences[after - 1][1]
        ahead = after == 0 or (leading and not inside and after < len(sentences))
        cited[after if ahead else after - 1] += marker.numbers
    return cited


def _sentences(plain: str) -> list[tuple[int, int]]:
    """Where the sentences are, line by line. A line that has not ended yet is read as if it had: it is no heading."""
    found, start = [], 0
    for line in plain.split("\n"):
        bare = line.rstrip()
        ended = bare if _ENDED.search(bare) else f"{bare}."
        places = ((start + s.start, start + min(s.end, len(bare))) for s in split_sentences(ended))
        found += [(first, last) for first, last in places if _CLAIM.search(plain[first:last])]
        start += len(line) + 1
    return found
