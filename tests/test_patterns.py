"""Every regular expression of the project takes time in proportion to the text, whatever the text is.

All are found: those that a module holds, and those that are written where they are used. Each is timed on repeated
marks, letters and words, and on repeated parts of itself, in a process of its own. `TORTURE=full` leaves none out.
"""

import ast
import importlib
import json
import re
import selectors
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from tests.growth import LINEAR, grown, search
from tests.test_project import ROOT, SOURCES

PROCESSES = 2

SILENT = 120
"""Seconds after which a pattern that says nothing hangs; the slowest takes one."""

FUNCTIONS = {"compile", "match", "search", "findall", "finditer", "split", "sub", "subn", "fullmatch"}
ANCHORED = {"match", "fullmatch"}

BOUNDED = {
    "qa/text/names.py:_OPENS": 6,  # find_names looks at the six characters before a word
}
"""Patterns that are only ever given so many characters, by the code that calls them."""

TRAINING = {"torch", "onnx", "safetensors"}
"""What is not installed to use the project."""

WORDED: dict[tuple[str, str], str] = {
    ("eval/training/fit.py", "f'(?<!\\\\w){re.escape(answer)}(?!\\\\w)'"): r"(?<!\w)Ada\ Ada(?!\w)",
    ("eval/training/reader_check.py", "f'(?<!\\\\w){re.escape(answer)}(?!\\\\w)'"): r"(?<!\w)Ada\ Ada(?!\w)",
    ("eval/training/reader_data.py", "f'(?<!\\\\w){re.escape(old)}(?!\\\\w)'"): r"(?<!\w)Ada\ Ada(?!\w)",
    ("eval/training/reader_data.py", "f'(?<!\\\\w){re.escape(answer.strip())}(?!\\\\w)'"): r"(?<!\w)Ada\ Ada(?!\w)",
    ("eval/training/swaps.py", "f'(?<=[a-z,;] ){re.escape(old)}(?!\\\\w)'"): r"(?<=[a-z,;] )Ada\ Ada(?!\w)",
    ("qa/question/dates.py", "f'(?i)\\\\b{re.escape(word)}\\\\b'"): r"(?i)\bMarch\ 18\b",
    (
        "qa/reading/introductions.py",
        "f'(?i)(?<!\\\\w){re.escape(office)}(?P<comma>{_OF}?,)? '",
    ): r"(?i)(?<!\w)President\ President(?P<comma>(?: (?:of|for|at|in) [^,.;:“”\"]{1,80})?,)? ",
    (
        "qa/reading/introductions.py",
        "f'(?i), (?:{_DETERMINERS}) (?:[\\\\w-]{{1,40}} ){{0,3}}{re.escape(office)}{_CLOSED}'",
    ): r"(?i), (?:the|an?|its) (?:[\w-]{1,40} ){0,3}President(?: (?:of|for|at|in) [^,.;:“”\"]{1,80})?[,.;]",
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
        if error.name not in TRAINING:
            raise
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


def scoped(name: str, path: Path) -> str:
    """A name as it is known in the whole project: a private one is that of its file."""
    return f"{path}:{name}" if name.startswith("_") else name


def uses() -> dict[str, set[str]]:
    """By which methods each name is used in the project; a name that is handed on is used in any way."""
    found: dict[str, set[str]] = {}
    for path in SOURCES:
        tree = ast.parse(path.read_text("utf-8"))
        called = {id(node.value): node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
                found.setdefault(scoped(node.id, path), set()).add(called.get(id(node), "any"))
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
            how = methods.get(scoped(key, path), {"any"})
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


def walk(found: list[Found]) -> list[str]:
    """What is wrong with these patterns: on which texts they take too long, or that they hang."""
    told: list[str] = []
    while found:
        done, faults = child(found)
        told += faults
        if done < len(found):
            told.append(f"{found[done].name} hangs")
        found = found[done + 1 :]
    return told


def child(found: list[Found]) -> tuple[int, list[str]]:
    """How many of these patterns a process of its own got done with, and what it found."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.growth"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT
    ) as process:
        assert process.stdin
        assert process.stdout
        lines = process.stdout
        ended: list[dict[str, Any]] = []
        process.stdin.write("".join(json.dumps([f.name, f.pattern, f.flags, f.how]) + "\n" for f in found))
        process.stdin.close()
        try:
            with selectors.DefaultSelector() as waiting:
                waiting.register(lines, selectors.EVENT_READ)
                while line := lines.readline() if waiting.select(SILENT) else "":
                    ended.append(json.loads(line))
        finally:
            process.kill()
    return len(ended), [f"{item['name']} on {item['faults']}" for item in ended if item["faults"]]


def test_a_quadratic_pattern_is_seen_and_a_linear_one_passes() -> None:
    short = {"sizes": (250, 500, 1_000), "limit": 0.2}
    assert grown(search(r"“.{10,}?”", re.DOTALL, "finditer"), "“", **short) > LINEAR
    assert grown(search(r"^\s*\w+ (a|b|c)", re.MULTILINE, "finditer"), "\n", **short) > LINEAR
    assert grown(search(r"(a+)+b", 0, "match"), "a", **short) > LINEAR
    assert grown(search(r"\w+(?:[-'’.]\w+)*", 0, "finditer"), "a'") <= LINEAR


def test_every_pattern_takes_time_in_proportion_to_the_text() -> None:
    found = patterns()
    assert set(BOUNDED) <= {item.name for item in found}
    found = [item for item in found if item.name not in BOUNDED]
    assert len(found) > 100
    with ThreadPoolExecutor(PROCESSES) as pool:
        faults = list(pool.map(walk, [found[number::PROCESSES] for number in range(PROCESSES)]))
    assert [fault for some in faults for fault in some] == []
