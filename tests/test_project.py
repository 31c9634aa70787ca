"""What holds for the project as a whole: layers, light imports, documented settings, no secrets of the house."""

import ast
import re
import subprocess
import sys
import tomllib
from fnmatch import fnmatch
from pathlib import Path

import pytest

from ingest.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
SOURCES = [path for name in ("ingest", "qa", "eval", "page") for path in sorted((ROOT / name).rglob("*.py"))] + [
    ROOT / "ui.py"
]
MAY_IMPORT = {
    "ingest": {"ingest"},
    "qa": {"qa", "ingest"},
    "eval": {"eval", "qa", "ingest"},
    "page": {"page", "qa", "ingest"},
    "ui": {"page", "qa", "ingest"},
}


def imported(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
    return names


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_only_point_upstream(path: Path) -> None:
    layer = path.relative_to(ROOT).parts[0].removesuffix(".py")
    ours = {name.split(".")[0] for name in imported(path)} & set(MAY_IMPORT)
    assert ours <= MAY_IMPORT[layer]


ROOMS = (
    *("schema", "timing", "text", "llm", "question", "retrieval", "reading", "verification", "generation", "intents"),
    *("checking", "quoting", "answer", "suggesting"),
)
"""The rooms of qa/ from the lowest to the highest; what is not named, such as the command line, may import them all."""


@pytest.mark.parametrize("path", [path for path in SOURCES if path.is_relative_to(ROOT / "qa")], ids=lambda p: p.stem)
def test_a_room_imports_only_those_below_it(path: Path) -> None:
    room = path.relative_to(ROOT / "qa").parts[0].removesuffix(".py")
    below = ROOMS[: ROOMS.index(room) + 1] if room in ROOMS else (*ROOMS, "render")
    used = {name.split(".")[1] for name in imported(path) if name.startswith("qa.")}
    assert used <= set(below)


def modules() -> dict[str, set[str]]:
    """Every module of ours with those of ours that it imports, also inside its functions."""
    names = {path: ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__") for path in SOURCES}
    ours = set(names.values())
    found = {}
    for path, name in names.items():
        own = set()
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module:
                own |= {f"{node.module}.{alias.name}" for alias in node.names} | {node.module}
        found[name] = (own & ours) - {name}
    return found


def test_no_module_imports_itself_by_way_of_others() -> None:
    left = {name: {used for used in own if used not in {"qa", "ingest", "eval"}} for name, own in modules().items()}
    while free := {name for name, own in left.items() if not own & set(left)}:
        left = {name: own for name, own in left.items() if name not in free}
    assert not left


def test_nothing_but_what_trains_imports_what_trains() -> None:
    users = {name for name, own in modules().items() if any(used.startswith("eval.training") for used in own)}
    assert all(name.startswith("eval.training.") for name in users)


def test_a_name_means_one_thing_in_all_rooms() -> None:
    seen: dict[str, str] = {}
    for path in (path for path in SOURCES if path.is_relative_to(ROOT / "qa")):
        for node in ast.parse(path.read_text("utf-8")).body:
            if (
                isinstance(node, ast.FunctionDef | ast.ClassDef)
                and not node.name.startswith("_")
                and node.name != "main"
            ):
                assert node.name not in seen, f"{node.name} stands in {seen[node.name]} and in {path.relative_to(ROOT)}"
                seen[node.name] = str(path.relative_to(ROOT))
    assert seen


@pytest.mark.parametrize(
    ("package", "owner"), [("gradio", "ui.py"), ("chromadb", "ingest/store.py"), ("xllamacpp", "qa/llm/local.py")]
)
def test_a_heavy_library_has_one_owner(package: str, owner: str) -> None:
    users = [str(p.relative_to(ROOT)) for p in SOURCES if package in {name.split(".")[0] for name in imported(p)}]
    assert [user for user in users if user != "eval/bench.py"] == [owner]


@pytest.mark.parametrize("module", ["ingest", "qa", "ingest.__main__", "qa.__main__", "eval.__main__"])
def test_an_entry_point_loads_nothing_heavy(module: str) -> None:
    code = f"import {module}, sys; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT).stdout
    heavy = {"numpy", "chromadb", "gradio", "llama_index", "openai", "onnxruntime", "sqlalchemy", "trafilatura"}
    assert not heavy & set(loaded.split())


def test_every_setting_is_explained_in_the_example_file_with_its_default() -> None:
    told = {}
    for line in (ROOT / ".env.example").read_text("utf-8").splitlines():
        name, sign, value = line.removeprefix("# ").partition("=")
        if sign and name.isupper():
            told[name.lower()] = value
    fields = Settings.model_fields
    assert set(told) == set(fields)
    for name, value in told.items():
        default = fields[name].default
        written = default.get_secret_value() if hasattr(default, "get_secret_value") else default
        assert str(written) == value or float(value) == written


@pytest.mark.parametrize("name", ["dev", "local", "weights"])
def test_the_lock_names_no_index_and_hashes_every_package(name: str) -> None:
    lock = (ROOT / f"requirements-{name}.lock").read_text("utf-8")
    assert "--index-url" not in lock
    assert "://" not in lock
    packages = [line for line in lock.splitlines() if "==" in line and not line.startswith("#")]
    assert packages
    assert lock.count("--hash=sha256:") >= len(packages)


def test_the_packages_of_the_project_are_named() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    named = " ".join(project["project"]["dependencies"] + project["dependency-groups"]["dev"])
    assert all(name in named for name in ("llama-index", "openai>=2,<3", "chromadb", "gradio", "pytest"))


def test_what_only_training_needs_is_no_part_of_what_is_installed_to_use_the_project() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    training = {re.split(r"[=<>]", name)[0] for name in project["dependency-groups"]["training"]}
    lock = (ROOT / "requirements-dev.lock").read_text("utf-8")
    assert not {name for name in [*training, "duckdb"] if re.search(rf"^{name}==", lock, re.MULTILINE)}
    assert not training & {re.split(r"[=<>]", name)[0] for name in project["project"]["dependencies"]}
    loaded = {name.split(".")[0] for path in SOURCES if "training" not in path.parts for name in imported(path)}
    assert not loaded & {"onnx", "safetensors", "torch"}


def test_every_file_of_a_package_is_in_what_is_built_of_it() -> None:
    shipped = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["setuptools"]["package-data"]
    for package in ("ingest", "qa", "eval", "page"):
        files = [path for path in (ROOT / package).rglob("*") if path.is_file() and path.suffix not in {".py", ".pyc"}]
        names = [path.relative_to(ROOT / package).as_posix() for path in files]
        assert not [name for name in names if not any(fnmatch(name, pattern) for pattern in shipped.get(package, []))]


def test_every_command_that_is_named_is_there() -> None:
    targets = set(re.findall(r"(?m)^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8")))
    for path in (*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), ROOT / ".ci" / "run"):
        named = set(re.findall(r"(?:`|^|&& )make ([a-z-]+)", path.read_text("utf-8"), re.MULTILINE))
        assert named <= targets, path


def test_the_hooks_fetch_nothing_and_run_what_is_installed() -> None:
    hooks = (ROOT / ".pre-commit-config.yaml").read_text("utf-8")
    assert re.findall(r"repo: (\S+)", hooks) == ["local"]
    assert re.findall(r"entry: (\S+)", hooks) == [".venv/bin/ruff", ".venv/bin/ruff", ".venv/bin/mypy"]
