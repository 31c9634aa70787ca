"""The local model is joined once, whole or not at all, and answers through the same client as any other."""

import hashlib
import importlib
import os
import sys
import time
from pathlib import Path

import pytest

from ingest.errors import ModelError
from ingest.settings import Settings
from qa.llm import local_weights
from qa.llm.choice import check_model, chosen_model, local_offer
from qa.llm.client import Model
from qa.llm.local import is_set_up, load_local
from qa.llm.local_weights import WeightFile
from qa.llm.usage import Message, UsageMeter
from tests.conftest import CACHE

PARTS = [b"GGUF" + b"a" * 3_000_000, b"b" * 10, "ć🕑".encode()]


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> WeightFile:
    """Weights in three packages that lie on the path, as installed ones do."""
    for n, part in enumerate(PARTS, 1):
        data = tmp_path / "site" / f"small_part{n}" / "data"
        data.mkdir(parents=True)
        (data.parent / "__init__.py").write_text("raise SystemExit('a part was imported')")
        (data / f"part0{n}.bin").write_bytes(part)
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    importlib.invalidate_caches()
    whole = b"".join(PARTS)
    names = tuple(f"small_part{n}" for n in (1, 2, 3))
    return WeightFile("small.gguf", len(whole), hashlib.sha256(whole).hexdigest(), names)


def left(made: WeightFile) -> list[str]:
    folder = local_weights.weights_path(made).parent
    return sorted(path.name for path in folder.iterdir() if path.suffix != ".lock") if folder.exists() else []


def test_parts_are_joined_with_the_licence_beside_them(small: WeightFile) -> None:
    path = local_weights.assemble(small)
    assert path.read_bytes() == b"".join(PARTS)
    assert left(small) == ["small.LICENSE.txt", "small.gguf"]
    assert "Apache License" in path.with_suffix(".LICENSE.txt").read_text("utf-8")
    assert path.parent == Path(os.environ["XDG_CACHE_HOME"]) / "article-qa"


def test_joining_again_needs_no_packages(small: WeightFile, tmp_path: Path) -> None:
    local_weights.assemble(small)
    sys.path.remove(str(tmp_path / "site"))
    assert local_weights.assembled(small)
    assert local_weights.assemble(small).is_file()


def test_a_file_of_another_size_is_not_taken_for_the_model(small: WeightFile) -> None:
    path = local_weights.assemble(small)
    path.write_bytes(b"GGUF")
    assert not local_weights.assembled(small)
    assert local_weights.assemble(small).read_bytes() == b"".join(PARTS)


def test_a_damaged_part_leaves_nothing(small: WeightFile, tmp_path: Path) -> None:
    (tmp_path / "site/small_part2/data/part02.bin").write_bytes(b"c" * 10)
    with pytest.raises(ModelError, match=r"have the sha256 .* A package is damaged: run make local-model again\."):
        local_weights.assemble(small)
    assert left(small) == []


def test_a_part_that_cannot_be_read_leaves_nothing(small: WeightFile, tmp_path: Path) -> None:
    part = tmp_path / "site/small_part3/data/part03.bin"
    part.unlink()
    part.mkdir()
    with pytest.raises(ModelError, match="cannot be written"):
        local_weights.assemble(small)
    assert left(small) == []


def test_packages_that_are_missing_are_named(small: WeightFile) -> None:
    more = WeightFile(small.name, small.size, small.sha256, (*small.packages, "small_part4"))
    with pytest.raises(
        ModelError, match=r"1 of the 4 packages .* not installed \(small-part4\)\. Run make local-model"
    ):
        local_weights.assemble(more)


def test_too_little_room_is_said_before_anything_is_written(small: WeightFile) -> None:
    huge = WeightFile(small.name, 10**18, small.sha256, small.packages)
    with pytest.raises(ModelError, match=r"needs 1000000000\.0 GB .* Make room"):
        local_weights.assemble(huge)
    assert left(small) == []


def test_a_folder_that_cannot_be_made_is_said(
    small: WeightFile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    with pytest.raises(ModelError, match="XDG_CACHE_HOME"):
        local_weights.assemble(small)


def test_a_model_that_is_not_set_up_says_how_to() -> None:
    assert not is_set_up(Settings())
    with pytest.raises(ModelError, match="make local-model"):
        load_local(Settings())


def test_a_file_that_is_no_model_is_said_with_the_first_question(tmp_path: Path) -> None:
    pytest.importorskip("xllamacpp", reason="run make local-model")
    (tmp_path / "text.gguf").write_text("Not a model.")
    model = load_local(Settings(local_model=str(tmp_path / "text.gguf")))
    with pytest.raises(ModelError, match=r"text\.gguf is no GGUF file"):
        model.yes([{"role": "user", "content": "Hi"}], UsageMeter())


@pytest.fixture
def real(monkeypatch: pytest.MonkeyPatch) -> Model:
    """The model that `make local-model` set up."""
    monkeypatch.setenv("XDG_CACHE_HOME", CACHE)
    if not is_set_up(Settings()):
        pytest.skip("the local model is not set up: run make local-model")
    found = chosen_model(Settings())
    assert found is not None
    return found


def test_the_local_model_answers_stops_and_is_quick_the_second_time(real: Model) -> None:
    article = (
        "The call between the two presidents lasted over two hours. It was delayed because one was still speaking. "
        "Both agreed to exchange 175 prisoners on Wednesday, and mediators will meet in Jeddah on Sunday. "
    )

    def asked(question: str) -> list[Message]:
        return [{"role": "user", "content": f"Article: {article * 2}\n\n{question}"}]

    assert real.local
    check_model(real)
    meter = UsageMeter()
    began = time.monotonic()
    real.warm(asked(""))
    first = time.monotonic() - began
    began = time.monotonic()
    sure = real.yes(asked("Does the article say how long the call lasted? Reply Yes or No."), meter)
    second = time.monotonic() - began
    assert sure is not None
    assert sure > 0.5
    assert second < first, "the prefix was not kept"
    stream = real.stream(asked("Write a very long poem about the call."), max_tokens=400, usage=meter)
    assert next(filter(None, stream))
    stream.close()
    answer = "".join(real.stream(asked("How long did the call last? Be brief."), max_tokens=16, usage=meter))
    assert "two hours" in answer.lower()
    assert meter.prompt_tokens > 150
    assert meter.usage(real.price).cost == 0.0


def test_the_local_model_is_offered_with_its_size_where_quotes_answer_and_nothing_else_is_set() -> None:
    assert "1.1 GB" in local_offer(Settings())
    for settings in (
        Settings(answerer="quote"),
        Settings(openai_api_key="sk-x"),  # type: ignore[arg-type]
        Settings(openai_base_url="http://127.0.0.1:9/v1"),
    ):
        assert not local_offer(settings)
