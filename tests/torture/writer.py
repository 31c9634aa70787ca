"""Changes a library until it is killed: what the processes of the crash test do.

A writer says that it is ready when all is loaded, then waits for the version of every town. From then on it tells each
deed twice: before it begins, and once the library has acknowledged it.
"""

import random
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

from ingest import delete, ingest, rebuild
from ingest.embed import load_encoder
from ingest.settings import Settings
from tests.torture.towns import article, story

FEW, MANY = 4, 16
"""Articles between which the library is kept, so that a deed takes as long in the last trial as in the first."""

DEEDS = ("ingest", "replace", "delete", "rebuild")
Versions = dict[int, int | None]
"""The version of each town's article; None for one that is absent."""

PROCESSES = get_context("forkserver")
"""Writers are forked from a process that has imported everything and opened nothing: it saves two seconds each."""
PROCESSES.set_forkserver_preload(["chromadb", "onnxruntime", "ingest.pipeline", "ingest.minilm", __name__])


@dataclass(frozen=True)
class Told:
    """What a writer says: "ready", "begin" or "done", which deed it is, and what that changes."""

    moment: str
    deed: str = ""
    changes: Versions = field(default_factory=dict)


def write(folder: Path, seed: int, favourite: str, talk: Connection) -> None:
    """Do one deed after another, mostly the favourite one, until somebody ends this process."""
    own = Settings(data_dir=folder, reader="off")
    chance = random.Random(seed)
    load_encoder().encode(["Everything is loaded."])
    talk.send(Told("ready"))
    known: Versions = talk.recv()
    highest = max(known, default=-1)
    while True:
        deed = chosen(favourite, len(known), chance)
        few = chance.sample(sorted(known), min(len(known), chance.randint(1, 4)))
        changes: Versions = {}
        if deed == "ingest":
            changes = {highest + n: 0 for n in range(1, chance.randint(2, 5))}
            highest += len(changes)
        elif deed == "replace":
            changes = {town: (known[town] or 0) + 1 for town in few}
        elif deed == "delete":
            changes = dict.fromkeys(few)
        talk.send(Told("begin", deed, changes))
        carry_out(deed, changes, own)
        talk.send(Told("done", deed, changes))
        known = {town: version for town, version in {**known, **changes}.items() if version is not None}


def chosen(favourite: str, count: int, chance: random.Random) -> str:
    """The next deed: nearly always the favourite, as far as the size of the library allows it."""
    deed = favourite if chance.random() < 0.8 else chance.choice(DEEDS)
    if count < FEW:
        return "ingest"
    return "delete" if deed == "ingest" and count > MANY else deed


def carry_out(deed: str, changes: Versions, own: Settings) -> None:
    if deed == "rebuild":
        rebuild(settings=own)
    elif deed == "delete":
        delete([article(town).id for town in changes], settings=own)
    else:
        report = ingest([story(town, version or 0) for town, version in changes.items()], settings=own)
        assert len(report.article_ids) == len(changes), report
