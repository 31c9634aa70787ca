"""Page, evaluation, script, ingest, delete and rebuild on one library at once: nothing lost, no question failed."""

import json
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

from ingest import articles, check, ingest
from ingest.library import open_library
from ingest.settings import Settings
from tests.torture.conftest import Promising
from tests.torture.towns import article, price, question, story, versions
from tests.torture.visitor import Served, Visitor, served

LASTING = range(5)
"""Towns that stay in the library; all questions are about them."""

QUESTIONS = 20
"""Questions of a page's visitor and of a script in one trial."""

STUCK = 600.0
"""Seconds after which a program is taken to hang; LOCK_WAIT is the same, so that a slow machine fails nothing."""


def test_any_combination_of_programs_works_on_one_library(
    tmp_path: Path, environment: dict[str, str], promising: Promising
) -> None:
    own = Settings(data_dir=tmp_path / "data", reader="off")
    ingest([story(town) for town in LASTING], settings=own)
    at_work: Counter[str] = Counter()
    waits = questions = 0
    with (
        promising("Together") as promise,
        served(own.data_dir, environment, READER="off", LOCK_WAIT=str(STUCK)) as page,
        closing(Place(own, tmp_path, environment, page)) as place,
    ):
        chance, trials = random.Random(promise.seed), promise.amount(2, 50)
        for trial, chosen in enumerate(combinations(chance, trials, promise.amount(3, 5))):
            done = [PARTIES[party](place, trial) for party in chosen]
            waits += sum(place.ended(program).count("Waiting for process") for program in place.programs)
            questions += sum(asked() for asked in done)
            place.programs.clear()
            assert versions(articles(own)).keys() == place.towns
            assert check(own).sound, check(own).findings
            at_work.update(chosen)
            promise.tried = (
                f"{trial + 1} trials ({', '.join(f'{n} × {party}' for party, n in sorted(at_work.items()))})"
            )
            promise.found = (
                f"nothing lost, the check found all sound after each; {questions} questions meanwhile, none failed; "
                f"{waits} times one waited for another and said for whom"
            )
        assert place.told_who_holds_it().startswith("Waiting for process")


def combinations(chance: random.Random, count: int, most: int) -> Iterator[list[str]]:
    """Different parties for each trial, drawn from a pack that holds each of them once and is shuffled anew."""
    pack: list[str] = []
    for _ in range(count):
        chosen: list[str] = []
        for _ in range(chance.randint(2, most)):
            if not set(pack) - set(chosen):
                pack += chance.sample(sorted(PARTIES), len(PARTIES))
            chosen.append(next(party for party in pack if party not in chosen))
            pack.remove(chosen[-1])
        yield chosen


class Place:
    """The library with the page over it, and the programs that are at work on it in a trial."""

    def __init__(self, own: Settings, folder: Path, environment: Mapping[str, str], page: Served) -> None:
        self.own, self.folder, self.page = own, folder, page
        self.environment = {**environment, "DATA_DIR": str(own.data_dir), "READER": "off", "LOCK_WAIT": str(STUCK)}
        self.programs: list[subprocess.Popen[str]] = []
        self.pool = ThreadPoolExecutor(2)
        self.towns = set(LASTING)
        self.highest = max(LASTING)

    def close(self) -> None:
        """End what is still at work when a trial has failed."""
        for program in self.programs:
            program.kill()
        self.pool.shutdown()

    def begin(self, *words: str) -> subprocess.Popen[str]:
        program = subprocess.Popen(
            [sys.executable, "-m", *words],
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.programs.append(program)
        return program

    def ended(self, program: subprocess.Popen[str]) -> str:
        """What a program told of its work on standard error. Raises AssertionError unless it succeeded."""
        out, told = program.communicate(timeout=STUCK)
        assert program.returncode == 0, f"{program.args!r}: {out}{told}"
        return told

    def file_of(self, towns: Sequence[int]) -> str:
        """A file that holds the articles of these towns."""
        file = self.folder / f"towns-{towns[0]}.jsonl"
        known = [story(town).model_dump(include={"url", "title", "text"}) for town in towns]
        file.write_text("\n".join(map(json.dumps, known)), "utf-8")
        return str(file)

    def told_who_holds_it(self) -> str:
        """What a program says that finds the library held by this one, which lets go when that is said."""
        library = open_library(self.own)
        with library.writing("counting sheep"):
            program = self.begin("ingest", self.file_of([self.highest + 1]))
            assert program.stderr
            said = program.stderr.readline()
        self.ended(program)
        assert "counting sheep" in said
        assert article(self.highest + 1) in articles(self.own)
        return said


def visit(place: Place, _: int) -> Callable[[], int]:
    """Somebody asks the page."""

    def ask_all() -> int:
        visitor = Visitor(place.page.url)
        for number in range(QUESTIONS):
            town = LASTING[number % len(LASTING)]
            visitor.ask(question(town), article(town).id)
            assert price(town, 0) in visitor.kept[-1]["turn"]["answer"], visitor.kept[-1]
        visitor.close()
        return QUESTIONS

    return place.pool.submit(ask_all).result


def script(place: Place, _: int) -> Callable[[], int]:
    place.begin("tests.torture.asker", str(place.own.data_dir), str(QUESTIONS), *map(str, LASTING))
    return lambda: QUESTIONS


def evaluate(place: Place, trial: int) -> Callable[[], int]:
    """An evaluation over the library's own articles."""
    out, cases = place.folder / f"run-{trial}", place.folder / "cases.jsonl"
    asked = [{"id": str(town), "question": question(town), "answers": [price(town, 0)]} for town in LASTING]
    cases.write_text("\n".join(map(json.dumps, asked)), "utf-8")
    place.begin("eval", "run", str(cases), "--out", str(out))

    def look() -> int:
        rows = json.loads((out / "report.json").read_text("utf-8"))["rows"]
        assert [row["error"] for row in rows] == [""] * len(LASTING)
        assert all(row["case"]["answers"][0] in row["answer"]["text"] for row in rows)
        return len(rows)

    return look


def add(place: Place, _: int) -> Callable[[], int]:
    """A program ingests three articles."""
    new = [place.highest + number for number in (1, 2, 3)]
    place.highest += 3
    place.towns.update(new)
    place.begin("ingest", place.file_of(new))
    return lambda: 0


def remove(place: Place, _: int) -> Callable[[], int]:
    """A program deletes an article that is there."""
    there = sorted(versions(articles(place.own)).keys() - set(LASTING))
    if there:
        place.towns.remove(there[0])
        place.begin("ingest", "--delete", story(there[0]).url)
    return lambda: 0


def rebuild(place: Place, _: int) -> Callable[[], int]:
    place.begin("ingest", "--rebuild")
    return lambda: 0


PARTIES = {
    "page": visit,
    "script": script,
    "evaluation": evaluate,
    "ingest": add,
    "another ingest": add,
    "delete": remove,
    "rebuild": rebuild,
}
