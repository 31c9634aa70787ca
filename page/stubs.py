"""Importing gradio without the type stubs that it writes anew at every start, which take half of the time."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from sys import meta_path
from types import ModuleType
from typing import Any

_HOME = "gradio.component_meta"
_WRITES = "create_or_modify_pyi"
"""What gradio 5 and 6 call for each class of component; where it is called otherwise, nothing is left out."""


class _WithoutStubs(MetaPathFinder):
    def find_spec(self, name: str, _path: object, _target: ModuleType | None = None) -> ModuleSpec | None:
        if name != _HOME:
            return None
        meta_path.remove(self)
        found = find_spec(name)
        if found and found.loader:
            _quieten(found.loader)
        return found


@contextmanager
def stubs_left_alone() -> Iterator[None]:
    """While gradio is first imported here, no file is written into its folder. Nothing but the stubs is other."""
    finder = _WithoutStubs()
    meta_path.insert(0, finder)
    try:
        yield
    finally:
        with suppress(ValueError):
            meta_path.remove(finder)


def _quieten(loader: Any) -> None:
    execute = loader.exec_module

    def exec_module(module: ModuleType) -> None:
        execute(module)
        if hasattr(module, _WRITES):
            setattr(module, _WRITES, lambda *_: None)

    loader.exec_module = exec_module
