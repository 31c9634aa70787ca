"""`python -m tests.torture.fuzz SECONDS`: coverage-guided fuzzing of every target, for so long in all.

What breaks a target is kept as a small file in tests/torture/findings/, which test_fuzz.py replays from then on.
Needs atheris, which `make fuzz` installs beside the project.
"""

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
FINDINGS = ROOT / "tests" / "torture" / "findings"
CORPUS = ROOT / "build" / "fuzz"
NAMES = ("clean", "split", "draft", "reply", "sets")

HANG = 60
"""Seconds for one input; most take a thousandth of one."""

MEMORY = 800
"""Megabytes for the whole process, of which the libraries take 200."""

LONGEST = 2_048
"""Bytes of an input, before its parts are repeated."""

WORDS = (
    "[1] [2-4] 【1†x】 (3) [S1] <think> </think> ** __ ``` ![x](y) [x](y) \u2028 \u202e \ufeff \x85 \r\n e\u0301 \u200d 🙂 “ ” ‘ ’"
    ' … ?! .” Mr. U.S. a.m. No. e.g. http:// https:// utm_ xn-- %20 D:2025 2025-03-18 published "id": "question":'
    ' "answers": [] {} null true 1e999 "data": "paragraphs": "qas": "context": "turns":'
).split(" ")
"""What an input of ours is made of and chance would not find."""

ENOUGH = 3
"""Findings after which a target is left: the first ones are to be mended first."""


def main(seconds: int) -> int:
    """Fuzz every target for its share of the time; 1 when something was found."""
    from tests.torture.conftest import keep

    if find_spec("atheris") is None:
        print("atheris is not installed: `make fuzz` does it, on Linux with Python 3.11 to 3.13.", file=sys.stderr)
        return 2
    before = set(FINDINGS.iterdir())
    told, began = [], time.time()
    for name in NAMES:
        inputs, found = fuzz(name, max(seconds // len(NAMES), 1))
        told.append(f"{name} {inputs:,} inputs")
        print(f"{name}: {inputs:,} inputs, {found} findings", flush=True)
    new = sorted(path.name for path in set(FINDINGS.iterdir()) - before)
    outcome = f"{len(new)} findings" if new else f"no crash, none beyond {HANG} s or {MEMORY} MB"
    keep("Fuzzing", [", ".join(told), outcome, "full", "—", f"{time.time() - began:.0f}", time.strftime("%Y-%m-%d")])
    print(*new, sep="\n")
    return 1 if new else 0


def fuzz(name: str, seconds: int) -> tuple[int, int]:
    """How many inputs a target took in so many seconds, and how many of them broke it."""
    until, inputs, found = time.time() + seconds, 0, 0
    while (left := int(until - time.time())) > 0 and found < ENOUGH:
        command = [sys.executable, "-m", "tests.torture.fuzz", name, str(left)]
        process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True, errors="replace")
        heard = list(shown(process))
        inputs += sum(int(count) for line in heard for count in re.findall(r"number_of_executed_units: (\d+)", line))
        if process.wait() == 0:
            break
        if not any("Test unit written" in line for line in heard):
            raise SystemExit("".join(heard[-30:]))
        found += 1
        print("".join(heard[-60:]), file=sys.stderr)
    return inputs, found


def shown(process: subprocess.Popen[str]) -> Iterator[str]:
    """The lines that a target tells, of which the last are kept."""
    assert process.stderr
    for line in process.stderr:
        if not line.startswith("#"):
            yield line


def run(name: str, seconds: int) -> None:
    """Fuzz one target in this process, which ends with it."""
    import atheris

    with atheris.instrument_imports(include=["ingest", "qa", "eval"], enable_loader_override=False):
        from tests.torture.fuzz.targets import TARGETS, seeds
    folder = CORPUS / name
    folder.mkdir(parents=True, exist_ok=True)
    words = CORPUS / f"{name}.dict"
    words.write_text("".join(map(quoted, WORDS)), "ascii")
    for number, seed in enumerate(seeds(name)):
        (folder / f"seed-{number}").write_bytes(seed[:LONGEST])
    options = {
        "dict": words,
        "max_total_time": seconds,
        "max_len": LONGEST,
        "timeout": HANG,
        "rss_limit_mb": MEMORY,
        "artifact_prefix": f"{FINDINGS}{os.sep}{name}-",
        "print_final_stats": 1,
        "report_slow_units": HANG,
        "verbosity": 1,
    }
    given = [f"-{option}={value}" for option, value in options.items()]
    atheris.Setup([sys.argv[0], *given, str(folder)], TARGETS[name])
    atheris.Fuzz()


def quoted(word: str) -> str:
    """A word as a line of a fuzzer's dictionary."""
    return '"' + "".join(f"\\x{byte:02x}" for byte in word.encode()) + '"\n'


if __name__ == "__main__":
    if len(sys.argv) == 3:
        run(sys.argv[1], int(sys.argv[2]))
    else:
        sys.exit(main(int(sys.argv[1])))
