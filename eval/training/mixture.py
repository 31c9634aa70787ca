"""What the reader is trained on: published questions and claims with their passages, and ones made of them.

`examples(folder)` reads `shared/data/training` (its README names sets, licences and sources) and the paragraphs of
SQuAD 2.0, in shares that were chosen by measuring (docs/reader.md). Of each passage one in fifty is kept aside.
"""

import gzip
import json
import random
import re
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from eval.training.reader_data import Maker, Reading, Span, answer_spans, held_out, read_records
from qa.text.words import content_words, stem

Row = dict[str, Any]

SUPPORTED, REFUTED, NEITHER, NOT_SUPPORTED = range(4)
"""What a passage makes of a claim; the last says only that it is not the first."""

LABELS = {"supported": SUPPORTED, "refuted": REFUTED, "nei": NEITHER, "not_supported": NOT_SUPPORTED}

KEPT_ASIDE = 50
"""One passage in so many is never trained on."""

LONGEST = 1_900
"""Characters of the longest passage that is trained on."""


@dataclass(frozen=True)
class Example:
    """A question or a claim over a passage, and what is known of it; None is not known, and nothing is learned of it.

    `spans` are code points into the passage. `answers`: whether the passage answers, `yes`: whether the answer is yes,
    `claim`: one of the four above.
    """

    text: str
    passage: str
    source: str
    spans: tuple[Span, ...] | None = None
    answers: bool | None = None
    yes: bool | None = None
    claim: int | None = None


_BEFORE = re.compile(r" (?=[.,;:!?%)\]]|'(?:s|re|ve|ll|d|m)\b|n't\b)")
_AFTER = re.compile(r"(?<=[(\[$£€]) ")


def plain(text: str) -> str:
    """Text as it is written, of text that was cut into words: `"Mr. X 's plan -lrb- new -rrb- ."`."""
    for token, mark in (("-lrb-", "("), ("-rrb-", ")"), ("``", '"'), ("''", '"')):
        text = text.replace(token, mark)
    return _AFTER.sub("", _BEFORE.sub("", " ".join(text.split())))


def rows(folder: Path, name: str) -> list[Row]:
    """The rows of one set."""
    with gzip.open(folder / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def aside(example: Example) -> bool:
    """Whether an example is kept from training."""
    return zlib.crc32(example.passage[:200].encode()) % KEPT_ASIDE == 0


def spanned(found: Sequence[Row], *, clean: bool = False) -> Iterator[Example]:
    """Questions whose answer stands in the passage, and those that nothing answers."""
    for row in found:
        question, passage, answers = row["question"], row["context"], row["answers"]
        if clean:
            question, passage, answers = plain(question), plain(passage), [plain(answer) for answer in answers]
        if not row["unanswerable"] and len(passage) > LONGEST:
            passage = around(passage, answers)
        if not passage or len(passage) > LONGEST:
            continue
        if row["unanswerable"]:
            yield Example(question, passage, row["source"], (), answers=False)
        elif spans := answer_spans(question, passage, [answer for answer in answers if answer.strip()]):
            yield Example(question, passage, row["source"], spans, answers=True)


def around(passage: str, answers: Sequence[str]) -> str:
    """A piece of a long passage that holds the first answer; "" if none does."""
    place = next((passage.find(answer) for answer in answers if answer and answer in passage), -1)
    if place < 0:
        return ""
    start = max(0, place - LONGEST // 2)
    start = passage.find(" ", start) + 1 if start else 0
    return passage[start : start + LONGEST - 100].rsplit(" ", 1)[0]


def sentences(found: Sequence[Row]) -> Iterator[Example]:
    """Questions of which only is known whether one sentence answers."""
    for row in found:
        asked, text = plain(row["question"]), plain(row["context"])
        yield Example(asked, text, row["source"], None, answers=not row["unanswerable"])


def asked_yes_no(found: Sequence[Row]) -> Iterator[Example]:
    """Questions that yes or no answers, and those of them that the passage leaves open."""
    for row in found:
        question = row["question"].rstrip("? ") + "?"
        if len(row["context"]) > LONGEST or ("yesno" not in row and not row["unanswerable"]):
            continue
        if row["unanswerable"]:
            yield Example(question, row["context"], row["source"], None, answers=False)
        elif row["yesno"] is not None:
            yield Example(question, row["context"], row["source"], None, answers=True, yes=bool(row["yesno"]))


def claims(found: Sequence[Row]) -> Iterator[Example]:
    """Claims with what their evidence makes of them."""
    for row in found:
        if len(row["premise"]) <= LONGEST:
            yield Example(plain(row["claim"]), plain(row["premise"]), row["source"], claim=LABELS[row["label"]])


class Elsewhere:
    """Questions over another passage of their set, the one of a few that shares the most words: nothing answers."""

    def __init__(self, found: Sequence[Example], seed: int) -> None:
        self._rng = random.Random(seed)  # noqa: S311 - a sample, not a secret
        self._passages = sorted({e.passage for e in found})
        self._stems = {passage: {stem(word) for word in content_words(passage)} for passage in self._passages}

    def __call__(self, example: Example) -> Example | None:
        """The made example; None when no other passage is fit."""
        answers = [example.passage[start:end].lower() for start, end in example.spans or ()]
        asked = {stem(word) for word in content_words(example.text)}
        likely = [
            passage
            for passage in self._rng.sample(self._passages, min(40, len(self._passages)))
            if passage != example.passage and not any(answer in passage.lower() for answer in answers)
        ]
        best = max(likely, key=lambda passage: len(asked & self._stems[passage]), default=None)
        if best is None:
            return None
        claim = None if example.claim is None else NEITHER
        answered = None if example.answers is None else False
        spans = None if example.spans is None else ()
        return replace(example, passage=best, spans=spans, answers=answered, yes=None, claim=claim, source="elsewhere")


def _squad(folder: Path, seed: int) -> Iterator[Example]:
    """SQuAD 2.0's paragraphs, and what `Maker` makes of their questions."""
    records = [r for r in read_records(folder.parent / "squad_train" / "paragraphs.jsonl.gz") if not held_out(r)]
    shares = {"edited": 0.3, "removed": 0.08, "near": 0.18, "far": 0.02}
    for reading in Maker(records, seed, shares=shares, neighbour=0.25).readings():
        yield _example(reading)


def _example(reading: Reading) -> Example:
    return Example(reading.question, reading.passage, f"squad {reading.source}", reading.spans, bool(reading.spans))


SETS: tuple[tuple[str, Callable[[Sequence[Row]], Iterator[Example]], int, float], ...] = (
    ("qa_unansq_dev", lambda found: spanned(found, clean=True), 2200, 0.1),
    ("qa_unansq_test", lambda found: spanned(found, clean=True), 1800, 0.1),
    ("qa_unansq_train_sentence", sentences, 2200, 0.0),
    ("qa_squad2_train_beyonce", spanned, 600, 0.2),
    ("qa_squadshifts_new_wiki", spanned, 2000, 0.2),
    ("qa_squadshifts_reddit", spanned, 1200, 0.2),
    ("qa_squadshifts_amazon_reviews", spanned, 500, 0.2),
    ("qa_qamr_wiki_dev_test", lambda found: spanned(found, clean=True), 5000, 0.15),
    ("qa_qamr_invalid", lambda found: spanned(found, clean=True), 250, 0.0),
    ("qa_qed_dev", lambda found: spanned(found, clean=True), 700, 0.1),
    ("qa_fairytaleqa", spanned, 700, 0.2),
    ("qa_policyqa_dev_test", spanned, 150, 0.1),
    ("qa_halueval_hotpot", spanned, 300, 0.0),
    ("qa_boolq", asked_yes_no, 2500, 0.15),
    ("qa_condaqa", asked_yes_no, 1700, 0.0),
    ("qa_strategyqa_facts", asked_yes_no, 1400, 0.1),
    ("nli_mnli", claims, 6000, 0.03),
    ("nli_fm2_dev_test", claims, 2400, 0.1),
    ("nli_fever_symmetric", claims, 1300, 0.1),
    ("nli_wice", claims, 800, 0.05),
    ("nli_attributionbench_dev", claims, 700, 0.05),
    ("nli_halueval_qa", claims, 700, 0.0),
)
"""Name, how its rows are read, the most that are taken, and for each of them how many are asked elsewhere."""


def examples(folder: Path, seed: int) -> tuple[list[Example], list[Example]]:
    """What is learned of, in any order, and what is kept aside of the same sets."""
    rng = random.Random(seed)  # noqa: S311 - a sample, not a secret
    made = list(_squad(folder, seed))
    for name, read, most, share in SETS:
        found = list(read(rows(folder, name)))
        chosen = rng.sample(found, min(most, len(found)))
        elsewhere = Elsewhere(found, seed)
        asked = [e for e in chosen if e.answers is not False and rng.random() < share]
        made += [*chosen, *filter(None, map(elsewhere, asked))]
    rng.shuffle(made)
    return [e for e in made if not aside(e)], [e for e in made if aside(e)]
