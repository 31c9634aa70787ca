"""Every regular expression of the project takes time in proportion to the text, whatever the text is.

All are found: those that a module holds, and those that are written where they are used. Each is timed on repeated
marks, letters and words, and on repeated parts of itself, in a process of its own. `TORTURE_FULL=1` leaves none out.
"""

import ast
import importlib
import json

import re
import selectors
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.growth import grown, search
from tests.test_project import ROOT, SOURCES

SILENT = 120
"""Seconds after which a pattern that says nothing hangs; the slowest takes one."""

FUNCTIONS = {"compile", "match", "search", "findall", "finditer", "split", "sub", "subn", "fullmatch"}
ANCHORED = {"match", "fullmatch"}

BOUNDED = {
    "qa/naming.py:_OPENS": 6,  # name_list looks at the six characters before a word
}
"""Patterns that are only ever given so many characters, by the code that calls them."""

WORDED: dict[tuple[str, str], str] = {
    ("eval/fit.py", "f'(?<!\\\\w){re.escape(answer)}(?!\\\\w)'"): r"(?<!\w)Ada\ Ada(?!\w)",
    ("eval/reader_check.py", "f'(?<!\\\\w){re.escape(answer)}(?!\\\\w)'"): r"(?<!\w)Ada\ Ada(?!\w)",
    ("eval/reader_data.py", "f'(?<!\\\\w){re.escape(old)}(?!\\\\w)'"): r"(?<!\w)Ada\ Ada(?!\w)",
    ("eval/reader_data.py", "f'(?<!\\\\w){re.escape(answer.strip())}(?!\\\\w)'"): r"(?<!\w)Ada\ Ada(?!\w)",
    ("eval/swaps.py", "f'(?<=[a-z,;] ){re.escape(old)}(?!\\\\w)'"): r"(?<=[a-z,;] )Ada\ Ada(?!\w)",
    ("qa/dates.py", "f'(?i)\\\\b{re.escape(word)}\\\\b'"): r"(?i)\bMarch\ 18\b",
    ("qa/identity.py", "f'(?i)(?<!\\\\w){re.escape(office)} '"): r"(?i)(?<!\w)President\ President ",
}
"""Patterns that are made of words as they come, with an example: escaped words match themselves and nothing else."""


@dataclass(frozen=True)
class Found:
    """A pattern, where it stands, and how it is used: `finditer` for all over a text."""

    name: str
    pattern: str
    flags: int
    how: str


def module_of(path: Path) -> ModuleType | None:
    """The module of a file, or None when it needs what is only installed for training."""
    try:
        return importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
    except ModuleNotFoundError as error:
        assert error.name == "torch", error
        return None


def held(value: Any, name: str, owner: str) -> Iterator[tuple[str, re.Pattern[str]]]:
    """The patterns in a value of the module `owner`: itself, in collections, in its classes, as its functions' defaults."""
    if isinstance(value, re.Pattern) and isinstance(value.pattern, str):
        yield name, value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from held(item, f"{name}[{key!r}]", owner)
    elif isinstance(value, tuple | list):
        for number, item in enumerate(value):
            yield from held(item, f"{name}[{number}]", owner)
    elif getattr(value, "__module__", None) == owner and not name.count("."):
        own = {key: item for key, item in getattr(value, "__dict__", {}).items() if not key.startswith("__")}
        defaults = [getattr(value, "__defaults__", None) or (), getattr(value, "__kwdefaults__", None) or {}]
        for key, item in [*own.items(), *(("()", item) for item in defaults)]:
            yield from held(item, f"{name}.{key}", owner)


def uses() -> dict[str, set[str]]:
    """By which methods each name is used in the project; a name that is handed on is used in any way."""
    found: dict[str, set[str]] = {}
    for path in SOURCES:
        tree = ast.parse(path.read_text("utf-8"))
        called = {id(node.value): node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
                found.setdefault(node.id, set()).add(called.get(id(node), "any"))
    return found


def written(path: Path, module: ModuleType | None) -> Iterator[tuple[Found | None, str]]:
    """The calls of `re` in a file with what they are given; None for what can only be told when it runs."""
    tree = ast.parse(path.read_text("utf-8"))
    inside = {id(node) for made in ast.walk(tree) if isinstance(made, ast.FunctionDef) for node in ast.walk(made)}
    for node in ast.walk(tree):
        function = node.func if isinstance(node, ast.Call) else None
        if not (isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name)):
            continue
        if function.value.id != "re" or function.attr not in FUNCTIONS:
            continue
        names = vars(module) if module else {}
        code = ast.unparse(node.args[0])
        how = function.attr if function.attr in ANCHORED else "finditer"
        flags = next((word.value for word in node.keywords if word.arg == "flags"), None)
        places = {"compile": 1, "sub": 4, "subn": 4, "split": 3}.get(function.attr, 2)
        flags = flags or next(iter(node.args[places : places + 1]), None)
        try:
            pattern = eval(compile(ast.Expression(node.args[0]), str(path), "eval"), {**names})
            made = re.compile(pattern, eval(ast.unparse(flags), {**names}) if flags else 0)
        except NameError:
            if id(node) in inside:  # of what a module makes when it is loaded, the patterns themselves are found
                yield None, code
        else:
            yield Found(f"{path.relative_to(ROOT)}:{node.lineno}", made.pattern, made.flags, how), code


def patterns() -> list[Found]:
    """Every pattern of the project, once."""
    methods = uses()
    found: dict[tuple[str, int], Found] = {}
    for path in SOURCES:
        module = module_of(path)
        for key, value in vars(module).items() if module else ():
            how = methods.get(key, {"any"})
            own = next(iter(how)) if len(how) == 1 and how <= ANCHORED else "finditer"
            for name, made in held(value, key, module.__name__) if module else ():
                place = f"{path.relative_to(ROOT)}:{name}"
                found.setdefault((made.pattern, made.flags), Found(place, made.pattern, made.flags, own))
        for item, code in written(path, module):
            if item:
                found.setdefault((item.pattern, item.flags), item)
            else:
                worded = WORDED[str(path.relative_to(ROOT)), code]  # a new one is to be listed there
                found.setdefault((worded, 0), Found(f"{path.relative_to(ROOT)}: {code}", worded, 0, "finditer"))
    return list(found.values())


def walk(found: list[Found]) -> Iterator[str]:
    """What is wrong with these patterns: on which texts they take too long, or that they hang."""
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.growth"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    assert child.stdin
    assert child.stdout
    child.stdin.write("".join(json.dumps([f.name, f.pattern, f.flags, f.how]) + "\n" for f in found))
    child.stdin.close()
    waiting = selectors.DefaultSelector()
    waiting.register(child.stdout, selectors.EVENT_READ)
    told: list[dict[str, Any]] = []
    begun = time.monotonic()
    try:
        while line := child.stdout.readline() if waiting.select(SILENT) else "":
            told.append(json.loads(line))
        print(time.monotonic() - begun)
        done = [item for item in told if "faults" in item]
        yield from (f"{item['name']} on {item['faults']}" for item in done if item["faults"])
        if len(done) < len(found):
            yield f"{told[-1]['name']} hangs"
    finally:
        child.kill()
        child.wait()


def test_a_quadratic_pattern_is_seen_and_a_linear_one_passes() -> None:
    assert grown(search(r"“.{10,}?”", re.DOTALL, "finditer"), "“") > 8
    assert grown(search(r"\w+(?:[-'’.]\w+)*", 0, "finditer"), "a'") < 8


HALVES = 2


@pytest.mark.parametrize("half", range(HALVES))
def test_every_pattern_takes_time_in_proportion_to_the_text(half: int) -> None:
    found = [item for item in patterns() if item.name not in BOUNDED]
    assert len(found) > 100
    assert list(walk(found[half::HALVES])) == []
