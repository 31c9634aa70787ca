"""What each rule of `qa` is worth: `python -m eval.ablation [SET…] [--only TEXT] [--out FILE] [--list]`.

Every question of the sets, all shipped ones if none is named, is asked with one rule switched off after the other
(`eval/rules.py`), of the embedded answerer. Of each is told how many answers change, how many of them for better and
for worse, and how much every score; last, what changes nothing.
"""

import argparse
import importlib
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from eval.asking import row_of
from eval.corpus import Corpus, open_corpus
from eval.datasets import SETS, read_set
from eval.rules import RULES, Rule
from eval.schema import Case, Row
from eval.scorers import mean_scores
from ingest.embed import Encoder
from ingest.settings import Settings, read_settings
from qa.reading.reader import Reader, load_reader
from qa.retrieval import retrieve, search
from qa.verification.findings import load_checker

SCORES = (
    *("citation_precision", "citation_recall", "answer_recall", "answer_f1", "not_found_recall"),
    *("yes_no_right", "list_recall", "attribution_right"),
)
"""The scores that are told."""

_LOADED = (load_reader, load_checker)
"""What is loaded once, whatever is switched off."""

Rows = dict[tuple[str, str], Row]
"""The rows by the names of the set and of the case."""


@dataclass(frozen=True)
class Effect:
    """What changes without a rule.

    `changed` counts the answers that become others, `better` and `worse` those of them by their quality, `failed` those
    that end in an error; `scores` is by how much each mean score rises over all sets, `kinds` by how much the mean
    quality of each set's kinds does.
    """

    rule: str
    changed: int
    better: int
    worse: int
    failed: int
    scores: dict[str, float]
    kinds: dict[str, float]


@contextmanager
def switched_off(rule: Rule) -> Iterator[None]:
    """`qa` without a rule, in every module that knows it by its name; what was remembered of before is forgotten."""
    was = getattr(importlib.import_module(f"qa.{rule.module}"), rule.name)
    held = [module for module in list(sys.modules.values()) if vars(module).get(rule.name) is was]
    held = [module for module in held if module.__name__.startswith(("qa.", "eval.scorers"))]
    new = rule.without(was)
    try:
        for module in held:
            setattr(module, rule.name, new)
        forget()
        yield
    finally:
        for module in held:
            setattr(module, rule.name, was)
        forget()


def forget() -> None:
    """Empty what `qa` remembers of texts and articles, which the rules had a part in."""
    retrieve._passages.clear()  # noqa: SLF001 - no visitor needs to empty them
    search._snapshots.clear()  # noqa: SLF001 - the same
    for name, module in list(sys.modules.items()):
        for item in list(vars(module).values()) if name.startswith("qa.") else ():
            if hasattr(item, "cache_clear") and getattr(item, "__module__", "") == name and item not in _LOADED:
                item.cache_clear()


@dataclass(frozen=True)
class Stage:
    """A step of answering whose results are kept by their key, while no rule that has a part in it is switched off.

    `touched` is how the ids of those rules begin; a later stage names all that an earlier one does.
    """

    module: str
    name: str
    key: Callable[..., object]
    touched: tuple[str, ...]


_FOUND = ("retrieval.", "text.words.", "question.answer_form._HELD")
_READ = ("reading.evidence.", "reading.features.", "reading.reader.", "text.negation.")
_FITS = tuple(
    f"question.answer_form.{name}" for name in ("can_be", "_TIME", "_AMOUNT", "_FIGURE", "_MOMENT", "_TITLED")
)

STAGES = (
    Stage(
        "retrieval.retrieve",
        "_found",
        lambda library, _view, asked, *more: (id(library), asked, tuple(more[2] or ())),
        _FOUND,
    ),
    Stage(
        "reading.evidence",
        "sentence_features",
        lambda query, passage, _: (id(query), passage.chunk.id),
        (*_FOUND, "reading.features."),
    ),
    Stage("answer", "score_sentences", lambda query, *_: id(query), (*_FOUND, *_READ, *_FITS)),
)
"""The slow steps of answering, where they are called."""


class Memory:
    """What encoder and reader make of the same batch, and what the stages make of the same question, is kept."""

    def __init__(self) -> None:
        self._rule = ""
        self._held: list[dict[object, Any]] = []

    @contextmanager
    def kept(self) -> Iterator["Memory"]:
        """The memory at work. No rule changes a forward pass; a stage is passed by when the rule has a part in it."""
        with ExitStack() as stack:
            for owner, key in ((Encoder, _ids), (Reader, _pieces)):
                stack.enter_context(self._replaced(owner, "_forward", key, ()))
            for stage in STAGES:
                home = importlib.import_module(f"qa.{stage.module}")
                stack.enter_context(self._replaced(home, stage.name, stage.key, stage.touched))
            yield self

    @contextmanager
    def without(self, rule: Rule) -> Iterator[None]:
        """`qa` without a rule; what is remembered meanwhile is forgotten again, so that it does not add up."""
        self._rule, sizes = rule.id, [len(held) for held in self._held]
        try:
            with switched_off(rule):
                yield
        finally:
            self._rule = ""
            for held, size in zip(self._held, sizes, strict=True):
                while len(held) > size:
                    held.popitem()

    @contextmanager
    def _replaced(
        self, owner: object, name: str, key: Callable[..., object], touched: tuple[str, ...]
    ) -> Iterator[None]:
        work, held = getattr(owner, name), dict[object, Any]()
        self._held.append(held)

        def kept(*given: Any) -> Any:
            if touched and self._rule.startswith(touched):
                return work(*given)
            place = key(*given)
            if place not in held:
                held[place] = work(*given)
            return held[place]

        setattr(owner, name, kept)
        try:
            yield
        finally:
            setattr(owner, name, work)


def _ids(encoder: object, rows: Sequence[Sequence[int]]) -> object:
    return id(encoder), tuple(map(tuple, rows))


def _pieces(reader: object, encodings: Sequence[Any]) -> object:
    return id(reader), tuple((tuple(one.ids), tuple(one.type_ids)) for one in encodings)


def ablate(names: Sequence[str], rules: Sequence[Rule], settings: Settings) -> Iterator[Effect]:
    """The effect of each rule on the questions of these sets, as they are found. Raises SetError."""
    corpora = [(name, *_opened(name, settings)) for name in names]
    with Memory().kept() as memory:
        before = _asked(corpora)
        for rule in rules:
            with memory.without(rule):
                after = _asked(corpora)
            yield effect(rule.id, before, after)


def _opened(name: str, settings: Settings) -> tuple[Sequence[Case], Corpus]:
    held = read_set(name, max_bytes=settings.max_bytes * 10)
    bare = all(case.references for case in held.cases)
    return held.cases, Corpus(settings, {}, {}, "") if bare else open_corpus(list(held.documents) or None, settings)


def _asked(corpora: Sequence[tuple[str, Sequence[Case], Corpus]]) -> Rows:
    return {(name, case.id): row_of(case, corpus) for name, cases, corpus in corpora for case in cases}


def effect(rule: str, before: Rows, after: Rows) -> Effect:
    """What is other after than before, of the same cases."""
    gains = {key: quality(after[key]) - quality(row) for key, row in before.items()}
    means = [mean_scores(list(rows.values()), intervals=False) for rows in (before, after)]
    scores = {
        name: round((two.value or 0.0) - (one.value or 0.0), 4)
        for name in SCORES
        if (one := means[0].get(name)) and (two := means[1].get(name)) and (one.count or two.count)
    }
    kinds: dict[str, list[float]] = {}
    for (name, _), (gain, row) in zip(gains, zip(gains.values(), before.values(), strict=True), strict=True):
        kinds.setdefault(f"{name}: {(*row.case.tags, 'question')[0]}", []).append(gain)
    return Effect(
        rule=rule,
        changed=sum(said(after[key]) != said(row) for key, row in before.items()),
        better=sum(gain > 1e-9 for gain in gains.values()),
        worse=sum(gain < -1e-9 for gain in gains.values()),
        failed=sum(bool(row.error) for row in after.values()) - sum(bool(row.error) for row in before.values()),
        scores=scores,
        kinds={kind: round(sum(own) / len(own), 4) for kind, own in kinds.items() if any(own)},
    )


def said(row: Row) -> object:
    """What a visitor is told: the text with its citations and the exact words; of a claim, what is said of it."""
    if row.answer is None:
        return row.error or tuple(row.scores.items())
    return row.answer.text, row.answer.short, tuple(claim.support for claim in row.answer.claims)


def quality(row: Row) -> float:
    """How good a case's answer is, 0 to 1: refused where it should be, else the mean of citation F1 and answer F1."""
    scores = row.scores
    if row.case.references:
        return scores.get("attribution_right", 0.0)
    if not row.case.answerable:
        return scores.get("not_found_recall", 0.0)
    return (scores.get("citation_f1", 0.0) + scores.get("answer_f1", 0.0)) / 2


def line(found: Effect) -> str:
    """An effect on one line: the counts and the scores that change."""
    text = "  ".join(f"{name} {change:+.3f}" for name, change in found.scores.items() if abs(change) >= 0.0005)
    text = f"{found.failed} failed  {text}" if found.failed else text
    return f"{found.rule:<58} {found.changed:>4} {found.better:>4} {found.worse:>4}   {text}"


def unlisted() -> list[str]:
    """The constants and functions of `qa`'s rooms that no rule of the table switches off."""
    rooms = {rule.module.split(".")[0] for rule in RULES}
    listed = {(rule.module, rule.name) for rule in RULES}
    found = []
    for name, module in sorted(sys.modules.items()):
        short = name.removeprefix("qa.")
        if name.startswith("qa.") and short.split(".")[0] in rooms:
            own = [key for key, item in vars(module).items() if _is_of(item, key, name)]
            found += [f"{short}.{key}" for key in own if (short, key) not in listed]
    return found


def _is_of(item: object, key: str, module: str) -> bool:
    """Whether a name of a module is a function of its own, or a constant."""
    own = getattr(item, "__module__", "") == module and callable(item) and not isinstance(item, type)
    return own or key.lstrip("_").isupper()


def main(arguments: Sequence[str] | None = None) -> None:
    """The command: a line for each rule as it is found, and last the rules without which nothing changes."""
    parser = argparse.ArgumentParser(description="What answers and scores change without each rule.")
    parser.add_argument("sets", nargs="*", default=list(SETS), help="shipped sets or files; all shipped ones if none")
    parser.add_argument("--only", default="", help="only the rules whose name holds this")
    parser.add_argument("--out", type=Path, help="write every effect to this file, as JSON Lines")
    parser.add_argument("--list", action="store_true", help="only name what the table leaves out")
    given = parser.parse_args(arguments)
    if given.list:
        print("\n".join(unlisted()))  # noqa: T201 - the command's result
        return
    settings = read_settings().model_copy(update={"answerer": "quote"})
    rules = [rule for rule in RULES if given.only in rule.id]
    print(f"{'without':<58} {'other':>4} {'good':>4} {'bad':>4}")  # noqa: T201 - the same
    nothing = []
    if given.out:
        given.out.parent.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        file = stack.enter_context(given.out.open("w", encoding="utf-8")) if given.out else None
        for found in ablate(given.sets, rules, settings):
            print(line(found), flush=True)  # noqa: T201 - the same
            nothing += [found.rule] if not found.changed else []
            if file:
                file.write(json.dumps(asdict(found), ensure_ascii=False) + "\n")
                file.flush()
    print(f"\nWithout these {len(nothing)} of {len(rules)} no answer changes:")  # noqa: T201 - the same
    print("\n".join(f"  {name}" for name in nothing))  # noqa: T201 - the same


if __name__ == "__main__":
    main()
