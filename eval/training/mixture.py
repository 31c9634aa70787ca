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
from itertools import pairwise
from pathlib import Path
from typing import Any

from eval.training.reader_data import Maker, Reading, Record, Span, answer_spans, held_out, name_runs, read_records
from eval.training.swaps import Swap, article_names, swaps
from eval.training.swaps import sentences as stated
from ingest.split import split_sentences
from qa.text.words import content_words, stem

Row = dict[str, Any]

SUPPORTED, REFUTED, NEITHER, NOT_SUPPORTED = range(4)
"""What a passage makes of a claim; the last says only that it is not the first."""

LABELS = {"supported": SUPPORTED, "refuted": REFUTED, "nei": NEITHER, "not_supported": NOT_SUPPORTED}

KEPT_ASIDE = 50
"""One passage in so many is never trained on."""

LONGEST = 1_900
"""Characters of the longest passage that is trained on."""

NARROWED = 0.6
"""How many of the long passages are cut around what is asked: more questions are read in the same time."""

ALTERED = 0.6
"""How many sentences of a paragraph that are made claims have one thing changed."""

NARROW = (350, 900)
"""Characters of those, sentences whole."""

HELD = 0.6
"""The share of an answer's words that a sentence must hold to be taken for what answers."""

ASKED = 0.25
"""How many claims are asked as questions: "Is it true that …?"."""


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


def retold(found: Sequence[Row]) -> Iterator[Example]:
    """Questions that the passage answers, often in other words than the answers': the sentence that holds most of them.

    Where no sentence holds enough of an answer's words only is known that the passage answers.
    """
    for row in found:
        passage, answers = row["context"], [answer for answer in row["answers"] if answer.strip()]
        if len(passage) > LONGEST or not answers or row["unanswerable"]:
            continue
        spans = answer_spans(row["question"], passage, answers) or _nearest(passage, answers)
        yield Example(row["question"], passage, row["source"], spans or None, answers=True)


def _nearest(passage: str, answers: Sequence[str]) -> tuple[Span, ...]:
    """The sentence that holds the most of an answer's words, where it holds `HELD` of them."""
    wanted = [{stem(word) for word in content_words(answer)} for answer in answers]
    best, place = HELD, tuple[Span, ...]()
    for sentence in split_sentences(passage):
        own = {stem(word) for word in content_words(passage[sentence.start : sentence.end])}
        share = max((len(own & words) / len(words) for words in wanted if len(words) > 1), default=0.0)
        if share > best:
            best, place = share, ((sentence.start, sentence.end),)
    return place


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
            yield Example(question, row["context"], row["source"], None, answers=False, claim=NEITHER)
        elif row["yesno"] is not None:
            yes = row["yesno"] is True or row["yesno"] == "yes"
            claim = SUPPORTED if yes else REFUTED
            yield Example(question, row["context"], row["source"], None, answers=True, yes=yes, claim=claim)


def claims(found: Sequence[Row]) -> Iterator[Example]:
    """Claims with what their evidence makes of them."""
    for row in found:
        if len(row["premise"]) <= LONGEST:
            yield Example(plain(row["claim"]), plain(row["premise"]), row["source"], claim=LABELS[row["label"]])


def asked_whether(example: Example) -> Example:
    """A claim as a question that yes or no answers."""
    claim = example.text[0].lower() + example.text[1:] if example.text[1:2].islower() else example.text
    known = example.claim in {SUPPORTED, REFUTED}
    answers = True if known else False if example.claim == NEITHER else None
    yes = example.claim == SUPPORTED if known else None
    return replace(example, text=f"Is it true that {claim.rstrip('. ')}?", answers=answers, yes=yes)


def altered(records: Sequence[Record], rng: random.Random) -> Iterator[Example]:
    """Sentences of a paragraph as claims about it: as they are, or with one thing changed."""
    for record in records:
        passage = record["context"]
        lines = stated(passage)
        if len(passage) > LONGEST or not lines:
            continue
        text = rng.choice(lines)
        if rng.random() < ALTERED:
            found: list[Swap] = [*swaps(text, article_names(passage), rng), *exchanged(text)]
            if found:
                swap = rng.choice(found)
                label = REFUTED if swap.kind == "negation" else NOT_SUPPORTED
                yield Example(swap.text, passage, f"altered {swap.kind}", claim=label)
        else:
            yield Example(text, passage, "unaltered", claim=SUPPORTED)


def exchanged(text: str) -> Iterator[Swap]:
    """The sentence with two of its names exchanged: who did it to whom."""
    names = [name for name in dict.fromkeys(name_runs(text)) if text.count(name) == 1]
    for one, other in pairwise(names):
        if one not in other and other not in one:
            made = text.replace(one, "\0").replace(other, one).replace("\0", other)
            yield Swap("exchanged", made, one, other)


def answered(records: Sequence[Record], rng: random.Random) -> Iterator[Example]:
    """Questions with an answer after them, the right one or that of another question: claims in two parts."""
    for record in records:
        held = [(q["question"], q["answers"][0]) for q in record["questions"] if q["answers"] and not q["unanswerable"]]
        if not held or len(record["context"]) > LONGEST:
            continue
        question, answer = rng.choice(held)
        others = [other for _, other in held if other not in answer and answer not in other]
        right = not others or rng.random() < 0.5
        said = answer if right else rng.choice(others)
        label = SUPPORTED if right else NOT_SUPPORTED
        yield Example(f"{question} {said[0].upper() + said[1:]}.", record["context"], "answered", claim=label)


def narrowed(example: Example, rng: random.Random) -> Example:
    """The example over a piece of its passage: around the answer, or around a word of the question."""
    text, width = example.passage, rng.randint(*NARROW)
    if len(text) < width + 200:
        return example
    if example.spans:
        centre = rng.choice(example.spans)[0]
    else:
        asked = {word.lower() for word in content_words(example.text)}
        places = [match.start() for match in _WORD.finditer(text) if match[0].lower() in asked]
        centre = rng.choice(places) if places else rng.randrange(len(text))
    first = max(0, centre - rng.randint(0, width))
    start = text.rfind(". ", 0, first) + 2 if ". " in text[:first] else 0
    end = text.find(". ", max(centre, start + width)) + 1 or len(text)
    spans = example.spans and tuple((a - start, b - start) for a, b in example.spans if start <= a and b <= end)
    return replace(example, passage=text[start:end], spans=spans)


_WORD = re.compile(r"\w+")


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


def _squad(folder: Path, seed: int, rng: random.Random) -> Iterator[Example]:
    """SQuAD 2.0's paragraphs, what `Maker` makes of their questions, and claims made of them."""
    records = [r for r in read_records(folder.parent / "squad_train" / "paragraphs.jsonl.gz") if not held_out(r)]
    shares = {"edited": 0.3, "removed": 0.2, "near": 0.2, "far": 0.02}
    for reading in Maker(records, seed, shares=shares, neighbour=0.25).readings():
        yield _example(reading)
    for _ in range(2):
        yield from altered(records, rng)
        yield from answered(records, rng)


def _example(reading: Reading) -> Example:
    return Example(reading.question, reading.passage, f"squad {reading.source}", reading.spans, bool(reading.spans))


SETS: tuple[tuple[str, Callable[[Sequence[Row]], Iterator[Example]], int, float], ...] = (
    ("qa_unansq_dev", lambda found: spanned(found, clean=True), 3400, 0.1),
    ("qa_unansq_test", lambda found: spanned(found, clean=True), 2600, 0.1),
    ("qa_unansq_train_sentence", sentences, 2200, 0.0),
    ("qa_squad2_train_beyonce", spanned, 600, 0.2),
    ("qa_squadshifts_new_wiki", spanned, 3000, 0.2),
    ("qa_squadshifts_reddit", spanned, 2000, 0.2),
    ("qa_squadshifts_amazon_reviews", spanned, 1000, 0.2),
    ("qa_qamr_wiki_dev_test", lambda found: spanned(found, clean=True), 5000, 0.15),
    ("qa_qamr_invalid", lambda found: spanned(found, clean=True), 250, 0.0),
    ("qa_qed_dev", lambda found: spanned(found, clean=True), 700, 0.1),
    ("qa_fairytaleqa", retold, 4000, 0.2),
    ("qa_policyqa_dev_test", spanned, 150, 0.1),
    ("qa_halueval_hotpot", spanned, 300, 0.0),
    ("qa_boolq", asked_yes_no, 3500, 0.1),
    ("qa_condaqa", asked_yes_no, 4000, 0.0),
    ("qa_strategyqa_facts", asked_yes_no, 1200, 0.1),
    ("nli_mnli", claims, 10500, 0.0),
    ("nli_fm2_dev_test", claims, 2600, 0.1),
    ("nli_fever_symmetric", claims, 1450, 0.1),
    ("nli_wice", claims, 800, 0.05),
    ("nli_attributionbench_dev", claims, 700, 0.05),
    ("nli_halueval_qa", claims, 700, 0.0),
)
"""Name, how its rows are read, the most that are taken, and for each of them how many are asked elsewhere."""


def examples(folder: Path, seed: int) -> tuple[list[Example], list[Example]]:
    """What is learned of, in any order, and what is kept aside of the same sets."""
    rng = random.Random(seed)  # noqa: S311 - a sample, not a secret
    made = list(_squad(folder, seed, rng))
    for name, read, most, share in SETS:
        found = list(read(rows(folder, name)))
        chosen = rng.sample(found, min(most, len(found)))
        elsewhere = Elsewhere(found, seed)
        asked = [e for e in chosen if e.answers is not False and rng.random() < share]
        made += [*chosen, *filter(None, map(elsewhere, asked))]
    rng.shuffle(made)
    learned = [_varied(example, rng) for example in made if not aside(example)]
    return learned, [example for example in made if aside(example)]


def _varied(example: Example, rng: random.Random) -> Example:
    """The example with its passage cut at times, and a claim asked at times."""
    if example.claim is None and example.yes is None:
        return narrowed(example, rng) if rng.random() < NARROWED else example
    if example.yes is None and example.source != "answered" and rng.random() < ASKED:
        return asked_whether(example)
    return example
