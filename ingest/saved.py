"""What browsers save beside a page. Pure."""

import re
from collections.abc import Iterable
from pathlib import PurePosixPath

_BESIDE = re.compile(r"(?:_files|\.files|-Dateien|_fichiers|_archivos|_file|_ficheiros|_pliki)$")


def pages_of(names: Iterable[str]) -> set[str]:
    """The names of the pages among files, without their folders and endings: `["a/Market.html"]` → `{"Market"}`."""
    paths = map(PurePosixPath, names)
    return {path.stem for path in paths if path.suffix.lower() in {".html", ".htm", ".xhtml"}}


def is_beside(folder: str, pages: set[str]) -> bool:
    """Whether a folder is what a browser saves beside one of these pages: `Market_files` beside `Market`."""
    stem = _BESIDE.sub("", folder)
    return stem != folder and stem in pages
