"""What `ingest` offers to a script can be called at any time and as often as one likes."""

import subprocess
import sys
from pathlib import Path

import pytest

from ingest.settings import Settings

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = """
import sys
from pathlib import Path
import ingest
from ingest import RawDocument
from ingest.settings import Settings
own = Settings(data_dir=Path(sys.argv[1]))
ingest.ingest(RawDocument(origin="x", text="Ada came."), settings=own)
for number in range(2):
    assert ingest.check(own).sound
    assert ingest.backup(Path(sys.argv[1]) / f"{number}.jsonl", settings=own).articles == 1
    assert ingest.rebuild(settings=own) == 1
    assert ingest.restore(Path(sys.argv[1]) / f"{number}.jsonl", settings=own) == 1
assert ingest.delete([ingest.articles(own)[0].id], settings=own)
"""


def test_every_function_of_the_package_can_be_called_again_and_after_the_others(settings: Settings) -> None:
    command = [sys.executable, "-c", SCRIPT, str(settings.data_dir)]
    done = subprocess.run(command, check=False, capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stderr
