"""Adding in a process of its own: what it tells, how it ends, what it leaves."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from ingest import IngestReport, RawDocument, Upload, articles, beside, ingest
from ingest.beside import ingest_beside
from ingest.errors import AddingError, EncoderMismatchError, LibraryError
from ingest.library import open_library
from ingest.lock import writing
from ingest.settings import Settings
from ingest.worker import Step
from qa import ask

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
SHORT = RawDocument(origin="pasted text", text="Zoo Opens\nThe zoo opened on Friday. A ticket costs twelve euros.")
LONG = RawDocument(
    origin="pasted text",
    text=" ".join(f"The council of town {n} voted for a bridge that costs {n} million dollars." for n in range(3_000)),
)


def workers(of: int | None = None) -> set[int]:
    """The additions among the processes that descend from this one, or from another, by their ids."""
    found = subprocess.run(["ps", "-eo", "pid,ppid,stat,args"], capture_output=True, text=True, check=True).stdout
    rows = [line.split(None, 3) for line in found.splitlines()[1:]]
    mine = {str(of or os.getpid())}
    for _ in range(4):
        mine |= {pid for pid, parent, _, _ in rows if parent in mine}
    return {int(pid) for pid, _, state, args in rows if pid in mine and "ingest.worker" in args and state[0] != "Z"}


def soon(holds: Callable[[], bool], seconds: float = 60) -> bool:
    end = time.monotonic() + seconds
    while not holds() and time.monotonic() < end:
        time.sleep(0.05)
    return holds()


def until_embedding(steps: Iterator[Step | IngestReport]) -> Step:
    return next(step for step in steps if isinstance(step, Step) and step.stage == "embedding")


def test_an_addition_tells_what_it_does_and_ends_with_its_report(settings: Settings) -> None:
    *steps, report = ingest_beside(SHORT, settings=settings)
    assert isinstance(report, IngestReport)
    assert report.count("added") == 1
    assert [step.stage for step in steps if isinstance(step, Step)][-1] == "embedding"
    assert ask("How much is a ticket?", settings=settings).short == "twelve euros"
    assert not soon(lambda: bool(workers()), 0)


def test_what_is_added_beside_is_what_would_be_added_here(settings: Settings, tmp_path: Path) -> None:
    here = settings.model_copy(update={"data_dir": tmp_path / "here"})
    path = tmp_path / "x1f3"
    path.write_bytes(SHORT.text.encode())
    *_, report = ingest_beside(Upload(path=str(path), name="zoo.txt"), settings=settings)
    assert isinstance(report, IngestReport)
    assert report.rows == ingest(Upload(path=str(path), name="zoo.txt"), settings=here).rows
    assert articles(settings) == articles(here)


def test_half_a_character_and_any_other_text_arrives_as_it_was(settings: Settings) -> None:
    text = 'Zoo 🙂 "quoted" \\ \u2028 {"report": 1}\nThe cafe\u0301 opened on Friday. It costs twelve euros.'
    *_, report = ingest_beside(RawDocument(origin="pasted text", text=text), settings=settings)
    assert isinstance(report, IngestReport)
    assert "{" in articles(settings)[0].text


def test_a_source_that_cannot_be_read_is_a_row_of_the_report(settings: Settings, tmp_path: Path) -> None:
    *_, report = ingest_beside(Upload(path=str(tmp_path / "none"), name="zoo.pdf"), settings=settings)
    assert isinstance(report, IngestReport)
    assert report.rows[0].reason == "There is no file zoo.pdf."


def test_a_url_of_this_machine_is_refused_when_only_public_ones_are_asked_for(settings: Settings) -> None:
    *_, report = ingest_beside("http://127.0.0.1:9/x", settings=settings, public_only=True)
    assert isinstance(report, IngestReport)
    assert report.count("skipped") == 1
    assert "cannot be reached" not in report.rows[0].reason


def test_an_error_of_the_library_is_raised_here(settings: Settings) -> None:
    ingest(SHORT, settings=settings)
    other = settings.model_copy(update={"openai_embed_model": "other"})
    with pytest.raises(EncoderMismatchError, match="all-MiniLM"):
        list(ingest_beside(SHORT, settings=other))
    with pytest.raises(LibraryError):
        list(ingest_beside(SHORT, settings=settings.model_copy(update={"database_url": "nonsense://x"})))


def test_closing_the_iterator_ends_the_process_and_nothing_is_half_there(settings: Settings) -> None:
    ingest(SHORT, settings=settings)
    steps = ingest_beside(LONG, settings=settings)
    step = until_embedding(steps)
    assert 0 < step.done < step.total
    assert workers()
    steps.close()
    assert soon(lambda: not workers())
    assert len(articles(settings)) == 1
    library = open_library(settings)
    assert library.store.ids() == library.catalog.chunk_ids()
    *_, report = ingest_beside(RawDocument(origin="x", text="A second one. It rained on Monday."), settings=settings)
    assert isinstance(report, IngestReport)
    assert report.count("added") == 1


def test_an_iterator_that_nobody_has_begun_starts_no_process(settings: Settings) -> None:
    before = workers()  # one that has just been killed may still be there
    ingest_beside(SHORT, settings=settings).close()
    assert workers() <= before


def test_an_addition_that_takes_too_long_is_stopped_with_the_setting_that_allows_more(settings: Settings) -> None:
    hurried = settings.model_copy(update={"add_timeout": 0.2})
    with pytest.raises(AddingError, match=r"stopped after 0.2 seconds\. .*ADD_TIMEOUT"):
        list(ingest_beside(LONG, settings=hurried))
    assert soon(lambda: not workers())


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits addresses")
@pytest.mark.parametrize("megabytes", [150, 300])
def test_an_addition_that_takes_too_much_memory_ends_alone(settings: Settings, megabytes: int) -> None:
    with pytest.raises(AddingError, match=r"takes more memory than|Memory may have run out"):
        list(ingest_beside(SHORT, settings=settings, memory=megabytes * 1_000_000))


def test_a_process_that_dies_is_told_in_a_sentence(settings: Settings) -> None:
    steps = ingest_beside(LONG, settings=settings)
    until_embedding(steps)
    (worker,) = workers()
    os.kill(worker, signal.SIGSEGV)
    with pytest.raises(AddingError, match=r"has died \(signal 11\)\. Memory may have run out"):
        list(steps)


def test_a_library_that_somebody_else_writes_to_is_waited_for(settings: Settings) -> None:
    ingest(SHORT, settings=settings)
    steps = ingest_beside(RawDocument(origin="x", text="Second. It rained on Monday."), settings=settings)
    with writing(settings.data_dir, wait=60):
        assert next(step for step in steps if isinstance(step, Step) and step.stage == "waiting")
    *_, report = steps
    assert isinstance(report, IngestReport)
    assert report.count("added") == 1


def test_a_process_whose_parent_is_killed_ends(settings: Settings, tmp_path: Path) -> None:
    script = tmp_path / "adds.py"
    script.write_text(
        "import sys, json\nfrom pathlib import Path\nfrom ingest import RawDocument\n"
        "from ingest.beside import ingest_beside\nfrom ingest.settings import Settings\n"
        "text = ' '.join(f'The council of town {n} voted for a bridge of {n} dollars.' for n in range(9000))\n"
        "source = RawDocument(origin='x', text=text)\n"
        f"for step in ingest_beside(source, settings=Settings(data_dir=Path({str(settings.data_dir)!r}))):\n"
        "    print(step.stage, flush=True)\n"
    )
    with subprocess.Popen(
        [sys.executable, str(script)], env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        next(line for line in parent.stdout if line == "embedding\n")
        (worker,) = workers()
        parent.kill()
    assert soon(lambda: not Path(f"/proc/{worker}").exists() if Path("/proc").exists() else not alive(worker))


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="only Linux shows a process's environment")
def test_settings_and_secrets_go_neither_into_arguments_nor_into_the_environment(settings: Settings) -> None:
    secret = "canary-of-the-key"
    steps = ingest_beside(LONG, settings=settings.model_copy(update={"openai_api_key": SecretStr(secret)}))
    until_embedding(steps)
    (worker,) = workers()
    shown = [Path(f"/proc/{worker}/{name}").read_bytes().decode() for name in ("cmdline", "environ")]
    steps.close()
    assert not any(secret in text or str(settings.data_dir) in text for text in shown)


def test_settings_arrive_whole_whatever_the_environment_says(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "elsewhere"))
    (tmp_path / ".env").write_text("MAX_SIZE_MB=nonsense\n")
    (tmp_path / "json.py").write_text("raise SystemExit('the folder is not to be imported from')")
    *_, report = ingest_beside(SHORT, settings=settings)
    assert isinstance(report, IngestReport)
    assert report.count("added") == 1
    assert not (tmp_path / "elsewhere").exists()


def test_the_worker_imports_nothing_heavy_before_it_has_read_its_request() -> None:
    code = "import ingest.worker, sys; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT).stdout
    assert not {"numpy", "chromadb", "onnxruntime", "sqlalchemy", "trafilatura"} & set(loaded.split())


def test_what_a_library_prints_does_not_disturb_what_the_worker_tells() -> None:
    code = (
        "import os, ingest.worker as w; tell = w._channel(); print('noise'); os.write(1, b'more noise');"
        "tell(w.Message(step=w.Step(stage='reading')))"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert json.loads(told.stdout)["step"]["stage"] == "reading"
    assert "noise" in told.stderr


def test_a_process_that_was_made_ready_does_the_next_addition_and_only_that(settings: Settings) -> None:
    beside.make_ready()
    spare = beside._spare._addition
    beside.make_ready()
    assert beside._spare._addition is spare
    for number in range(2):
        source = RawDocument(origin="x", text=f"The ferry number {number} sank on Sunday.")
        *_, report = beside.ingest_beside(source, settings=settings)
        assert isinstance(report, IngestReport)
        assert report.count("added") == 1
    assert beside._spare._addition is None
    assert not spare.waits()


def test_a_process_that_was_made_ready_and_has_died_is_not_asked(settings: Settings) -> None:
    beside.make_ready()
    beside._spare._addition._process.kill()
    beside._spare._addition._process.wait()
    *_, report = beside.ingest_beside(RawDocument(origin="x", text="A ferry sank on Sunday."), settings=settings)
    assert report.count("added") == 1
