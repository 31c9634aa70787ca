"""Examples to train the reader on: questions with the exact words that answer them, and questions nothing answers.

The file holds one object a line: title, context, questions [{question, answers, unanswerable}], as SQuAD does. What
SQuAD lacks is made of it: the same question over another paragraph of the article, over its own paragraph without the
sentence that answers, and asked about another name, number or opposite than the paragraph tells of.
"""

import gzip
import json
import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ingest.split import split_sentences
from qa.text.words import STOP, content_words, stem, words

Record = dict[str, Any]
Span = tuple[int, int]

HELD_OUT = frozenset({"Economic_inequality", "Oxygen", "United_Methodist_Church"})
"""Articles that are never trained on; what the reader says of them calibrates it."""

SHARES = {"edited": 0.8, "removed": 0.15, "near": 0.3, "far": 0.05}
"""For each question that its paragraph answers, how many of each made kind nothing answers."""

NEIGHBOUR = 0.4
"""How many passages are read with sentences of the paragraph before or after them, as chunks of an article are."""

CARELESS = 0.15
"""How many questions lose their capitals and question mark, as people type them."""

_OPPOSITES = (
    "first last|before after|most least|more fewer|more less|highest lowest|largest smallest|biggest smallest"
    "|greatest least|higher lower|larger smaller|increase decrease|increased decreased|began ended|begin end"
    "|start stop|started stopped|started ended|north south|east west|northern southern|eastern western"
    "|early late|earliest latest|oldest youngest|old new|older newer|longest shortest|long short|win lose"
    "|won lost|won refused|accept reject|accepted rejected|allow forbid|allowed forbade|support oppose"
    "|supported opposed|open close|opened closed|born buried|buy sell|bought sold|gain lose|gained lost"
    "|male female|men women|man woman|boy girl|father mother|son daughter|brother sister|husband wife"
    "|public private|good bad|best worst|strong weak|strongest weakest|major minor|majority minority"
    "|maximum minimum|positive negative|above below|inside outside|internal external|upper lower|left right"
    "|arrive leave|arrived left|enter leave|entered left|common rare|cause prevent|caused prevented"
    "|create destroy|created destroyed|built destroyed|join leave|joined left|agree disagree|agreed disagreed"
    "|include exclude|includes excludes|included excluded|always never|often rarely|true false|success failure"
    "|succeed fail|rich poor|light heavy|fast slow|hot cold|wet dry|day night|morning evening|summer winter"
    "|spring autumn|offer refuse|offered refused|help harm|helped harmed|legal illegal|possible impossible"
    "|known unknown|urban rural|domestic foreign|future past|import export|imported exported|dead alive"
    "|died lived|easy difficult|easiest hardest|full empty|safe dangerous|start finish|friend enemy"
    "|attack defend|attacked defended"
)
OPPOSITES: dict[str, tuple[str, ...]] = {}
for _pair in _OPPOSITES.split("|"):
    _one, _other = _pair.split()
    OPPOSITES[_one] = (*OPPOSITES.get(_one, ()), _other)
    OPPOSITES[_other] = (*OPPOSITES.get(_other, ()), _one)

_NAME = re.compile(r"(?<=[a-z,;] )[A-Z][\w’'-]*[a-z](?: (?:of |the )?[A-Z][\w’'-]*[a-z])*")
_NUMBER = re.compile(r"(?<![\w.,])\d[\d,]*(?![\w%])")
_AUXILIARY = re.compile(r"\b(did|does|do|was|were|is|are|has|have|had|can|could|will|would)\b(?! not)")


@dataclass(frozen=True)
class Reading:
    """A question over a passage. `spans` are the words that answer, as code points into it; () when nothing does."""

    question: str
    passage: str
    spans: tuple[Span, ...]
    source: str
    title: str


def read_records(path: Path) -> list[Record]:
    """The paragraphs of a JSON Lines file, gzipped or not."""
    content = path.read_bytes()
    text = (gzip.decompress(content) if path.suffix == ".gz" else content).decode("utf-8")
    return [json.loads(line) for line in text.splitlines() if line.strip()]


def title_of(record: Record) -> str:
    """The article that a paragraph is of."""
    return str(record.get("title") or record.get("doc_id", ""))


def held_out(record: Record) -> bool:
    """Whether the paragraph's article is kept from training, for calibration."""
    return title_of(record) in HELD_OUT


def answer_spans(question: str, passage: str, answers: Sequence[str]) -> tuple[Span, ...]:
    """Where the answers stand in the passage: only in the sentences that share the most words with the question."""
    question_stems = {stem(word) for word in content_words(question)}
    found: list[tuple[int, Span]] = []
    for sentence in split_sentences(passage):
        text = passage[sentence.start : sentence.end]
        shared = len(question_stems & {stem(word) for word in content_words(text)})
        for answer in dict.fromkeys(answers):
            matches = re.finditer(rf"(?<!\w){re.escape(answer.strip())}(?!\w)", text)
            found += [(shared, (sentence.start + m.start(), sentence.start + m.end())) for m in matches]
    top = max((shared for shared, _ in found), default=0)
    return tuple(dict.fromkeys(span for shared, span in found if shared == top))


def plain_readings(records: Sequence[Record]) -> Iterator[Reading]:
    """The questions as they were published, each over its own paragraph."""
    for record in records:
        for question in record["questions"]:
            text, passage = " ".join(question["question"].split()), record["context"]
            if question["unanswerable"]:
                yield Reading(text, passage, (), "adversarial", title_of(record))
            elif spans := answer_spans(text, passage, question["answers"]):
                yield Reading(text, passage, spans, "answerable", title_of(record))


class Maker:
    """Makes one epoch's examples. Another seed makes other ones of the same questions."""

    def __init__(
        self,
        records: Sequence[Record],
        seed: int,
        *,
        shares: Mapping[str, float] = SHARES,
        neighbour: float = NEIGHBOUR,
    ) -> None:
        self._shares, self._neighbour = shares, neighbour
        self._rng = random.Random(seed)  # noqa: S311 - a sample, not a secret
        self._records = records
        self._by_title: dict[str, list[Record]] = {}
        for record in records:
            self._by_title.setdefault(title_of(record), []).append(record)
        self._stems = {id(r): frozenset(stem(word) for word in content_words(r["context"])) for r in records}
        self._names = {title: _names_in(rows) for title, rows in self._by_title.items()}

    def readings(self) -> list[Reading]:
        """The published questions, and what is made of them, in any order."""
        found = []
        for record in self._records:
            for reading in plain_readings([record]):
                found.append(self._varied(reading, record))
                if reading.spans:
                    found += [self._varied(made, record) for made in self._made(reading, record)]
        self._rng.shuffle(found)
        return found

    def _made(self, reading: Reading, record: Record) -> Iterator[Reading]:
        answers = [reading.passage[start:end] for start, end in reading.spans]
        if self._drawn("edited") and (question := self.edited(reading, record)):
            yield Reading(question, reading.passage, (), "edited", reading.title)
        if self._drawn("removed") and (passage := self._removed(reading, answers)):
            yield Reading(reading.question, passage, (), "removed", reading.title)
        for source in ("near", "far"):
            if self._drawn(source) and (other := self._other(source, reading, record, answers)):
                yield Reading(reading.question, other["context"], (), source, reading.title)

    def _drawn(self, source: str) -> bool:
        return self._rng.random() < self._shares[source]

    def edited(self, reading: Reading, record: Record) -> str:
        """The question about something else than its passage tells of; "" when no word of it can be exchanged."""
        ways = [self._opposite, self._number, self._name, self._topic, self._negated]
        for way in self._rng.sample(ways, len(ways)):
            found = way(reading, record)
            if found and found != reading.question:
                return found
        return ""

    def _opposite(self, reading: Reading, _: Record) -> str:
        known = [word for word in words(reading.question) if word.lower() in OPPOSITES]
        if not known:
            return ""
        word = self._rng.choice(known)
        return exchange(reading.question, word, self._rng.choice(OPPOSITES[word.lower()]))

    def _number(self, reading: Reading, _: Record) -> str:
        found = _NUMBER.search(reading.question)
        if not found:
            return ""
        value = int(found[0].replace(",", ""))
        step = (
            self._rng.choice([-30, -12, -5, -2, -1, 1, 2, 3, 10, 24]) if value > 40 else self._rng.choice([1, 2, 3, 7])
        )
        changed = str(max(value + step, 1))
        return "" if changed in reading.passage else exchange(reading.question, found[0], changed)

    def _name(self, reading: Reading, _: Record) -> str:
        own = name_runs(reading.question)
        others = [name for name in self._names[reading.title] if name not in reading.question]
        return exchange(reading.question, self._rng.choice(own), self._rng.choice(others)) if own and others else ""

    def _topic(self, reading: Reading, record: Record) -> str:
        """Another word of the article that ends alike, in place of one that the passage holds."""
        own = [
            word for word in content_words(reading.question) if word.islower() and stem(word) in self._stems[id(record)]
        ]
        if not own:
            return ""
        word = self._rng.choice(own)
        row = self._rng.choice(self._by_title[reading.title])
        likely = [
            other
            for other in content_words(row["context"])
            if other.islower()
            and other[-2:] == word[-2:]
            and len(other) > 3
            and stem(other) not in self._stems[id(record)]
        ]
        return exchange(reading.question, word, self._rng.choice(likely)) if likely else ""

    def _negated(self, reading: Reading, _: Record) -> str:
        if self._rng.random() < 0.7:
            return ""
        return (
            _AUXILIARY.sub(
                lambda match: f"{match[0]} not" if match.start() == 0 else f"{match[0]}n't", reading.question, 1
            )
            .replace("cann't", "can't")
            .replace("willn't", "won't")
        )

    def _removed(self, reading: Reading, answers: Sequence[str]) -> str:
        """The passage without the sentences that hold an answer; "" when too little is left."""
        kept = [
            reading.passage[s.start : s.end]
            for s in split_sentences(reading.passage)
            if not any(answer in reading.passage[s.start : s.end] for answer in answers)
        ]
        text = " ".join(kept)
        return text if len(kept) > 1 and len(text) > 150 else ""

    def _other(self, source: str, reading: Reading, record: Record, answers: Sequence[str]) -> Record | None:
        """A paragraph without the answer: of the same article, the more words it shares the likelier, or of another."""
        pool = self._by_title[reading.title] if source == "near" else self._records
        question_stems = {stem(word) for word in content_words(reading.question)}
        rows = [r for r in self._rng.sample(list(pool), min(len(pool), 12)) if r is not record]
        rows = [r for r in rows if not any(answer.lower() in r["context"].lower() for answer in answers)]
        if source == "far":
            rows = [r for r in rows if title_of(r) != reading.title]
        return max(rows, key=lambda r: len(question_stems & self._stems[id(r)]), default=None)

    def _varied(self, reading: Reading, record: Record) -> Reading:
        """The reading with neighbouring sentences around it at times, and its question carelessly typed at times."""
        question, passage, spans = reading.question, reading.passage, reading.spans
        if self._rng.random() < CARELESS:
            question = question.rstrip("?. ").lower()
        if self._rng.random() < self._neighbour and reading.source in {"answerable", "adversarial", "edited"}:
            rows = self._by_title[reading.title]
            place = next(number for number, row in enumerate(rows) if row is record)
            answers = [passage[start:end].lower() for start, end in spans]
            if place and not any(answer in rows[place - 1]["context"].lower() for answer in answers):
                before = rows[place - 1]["context"]
                opening = (
                    " ".join(before[s.start : s.end] for s in split_sentences(before)[-self._rng.randint(1, 3) :])
                    + "\n"
                )
                passage = opening + passage
                spans = tuple((start + len(opening), end + len(opening)) for start, end in spans)
        return Reading(question, passage, spans, reading.source, reading.title)


def _names_in(rows: Sequence[Record]) -> list[str]:
    found: dict[str, int] = {}
    for row in rows:
        for name in name_runs(row["context"]):
            found[name] = found.get(name, 0) + 1
    return [name for name, count in found.items() if count > 1]


def name_runs(text: str) -> list[str]:
    """Names whole: `"Was Steve Witkoff sent to Moscow?"` → `["Steve Witkoff", "Moscow"]`. Openers are left out."""
    return [run for run in _NAME.findall(text) if run.lower() not in STOP]


def exchange(text: str, old: str, new: str) -> str:
    """The text with one word, or name, in place of another, its capital kept."""
    new = new.capitalize() if old[:1].isupper() and new.islower() else new
    return re.sub(rf"(?<!\w){re.escape(old)}(?!\w)", lambda _: new, text, count=1)
