"""Tables become lines that can be read by themselves: `School: Sjövik; Pupils: 97`. Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

CELLS = 200
"""Cells of a row that are read."""

_NUMBER = re.compile(r"[-+−(]?[$€£¥]?\s?\d[\d.,\s]*\s?(?:%|[a-zA-Z€$£]{1,4}[²³]?|km/h)?\)?")
_RULE = re.compile(r"\|?\s*:?-{2,}:?\s*(?:\|\s*:?-{2,}:?\s*)*\|?\s*")
_PIPED = re.compile(r"\s*\|.*\|\s*")

ROW = re.compile(r"[^\n]{0,200}?(?:; [^;\n]{1,200}: \S|[^:;\n]{1,100}: [^;\n]{1,300}; )|[^:\n]{1,60}: [^\n\d]{0,20}\d")
"""How a row of a table begins as `by_row` writes it."""


def by_row(rows: Sequence[Sequence[str]], *, headed: bool | None = None) -> list[str]:
    """A line for every row of a table, in which each cell follows the name of its column.

    `headed` says whether the first row names the columns; None leaves it to the cells. The name of a column without one
    is left out, so are empty cells. `[["School", "Pupils"], ["Sjövik", "97"]]` → `["School: Sjövik; Pupils: 97"]`
    """
    table = [[" ".join(cell.split()) for cell in row[:CELLS]] for row in rows]
    table = [row for row in table if any(row)]
    if not table:
        return []
    if headed is None:
        headed = _headed(table)
    if not headed or len(table) == 1:
        return [_pair(row) if len(row) == 2 and _named(row) else "; ".join(filter(None, row)) for row in table]
    head = table[0]
    return [_line(head, row) for row in table[1:]]


def _pair(row: Sequence[str]) -> str:
    return f"{row[0].rstrip(':')}: {row[1]}"


def _named(row: Sequence[str]) -> bool:
    return bool(row[0] and row[1]) and len(row[0]) <= 60


def _line(head: Sequence[str], row: Sequence[str]) -> str:
    names = [*head, *[""] * len(row)]
    said = [cell for cell in row if cell]
    if len(said) == 1 and (len(row) < len(head) or (row[0] and len(head) > 2)):
        return said[0]  # a heading across the table, or a note under it
    return "; ".join(
        f"{name.rstrip(':')}: {cell}" if name else cell for name, cell in zip(names, row, strict=False) if cell
    )


def _headed(table: Sequence[Sequence[str]]) -> bool:
    """Whether the first row names the columns: it is full, without numbers, and there are several columns."""
    first = table[0]
    if not first[0] and len(first) > 2 and all(first[1:]):
        return len(table) > 1
    return (
        len(table) > 1
        and len(first) > 1
        and len(set(first)) == len(first)
        and not any(_NUMBER.fullmatch(cell) for cell in first)
        and all(len(cell) <= 60 for cell in first)
        and sum(not cell for cell in first) <= 1
        and (len(first) > 2 or any(_NUMBER.fullmatch(row[1]) for row in table[1:] if len(row) > 1))
    )


def in_text(text: str) -> str:
    r"""The text with its tables of `| a | b |` or of tabs written row by row; what is no table stays as it is.

    `"| School | Pupils |\n| Sjövik | 97 |"` → `"School: Sjövik; Pupils: 97"`
    """
    if "|" not in text and "\t" not in text:
        return text
    return "\n".join(_rewritten(text.split("\n")))


def _rewritten(lines: Sequence[str]) -> Iterator[str]:
    for kind, group in groupby(lines, _kind):
        block = list(group)
        rows = [_cells(line, kind) for line in block if not _RULE.fullmatch(line)]
        if kind and len(rows) > 1 and len({len(row) for row in rows}) == 1 and len(rows[0]) > 1:
            yield from by_row(rows, headed=True if len(rows) < len(block) or kind == "|" else None)
        else:
            yield from block


def _kind(line: str) -> str:
    if line.count("|") > 1 and len(line) <= 5_000 and _PIPED.fullmatch(line):
        return "|"
    return "\t" if 0 < line.strip().count("\t") < CELLS and len(line) <= 5_000 else ""


def _cells(line: str, kind: str) -> list[str]:
    line = line.strip()
    if kind == "|":
        line = line[1:-1] if line.endswith("|") else line[1:]
        return [cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line)]
    return [cell.strip() for cell in line.split("\t")]


@dataclass(frozen=True)
class Cell:
    """A cell of a row as `by_row` wrote it: its column, and in the text where it and its words begin and it ends."""

    column: int
    start: int
    words: int
    end: int


@dataclass(frozen=True)
class Table:
    """Rows that stand one after the other in a text; no `names` when each row is a name and what belongs to it."""

    names: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


_NAME = re.compile(r"([^:;\n]{1,100}): (?=\S)")
_VALUE = 120
"""Characters of what belongs to a name in a table of two columns."""


def tables_of(text: str) -> list[Table]:
    r"""The tables in a text, told by two rows with the same names of columns.

    `"School: Norra; Pupils: 412\nSchool: Sjövik; Pupils: 97"` → names `("School", "Pupils")`, two rows of two cells.
    """
    tables: list[Table] = []
    names: list[str] = []
    rows: list[list[tuple[str, Cell]]] = []
    for row in [*_rows_of(text), []]:
        merged = _names_of(names, [name for name, _ in row]) if rows and row else None
        if merged is None:
            tables += _table(names, rows)
            names, rows = [name for name, _ in row], []
        else:
            names = merged
        rows += [row] if row else []
    return tables


def _rows_of(text: str) -> Iterator[list[tuple[str, Cell]]]:
    """The cells of every line with the names of their columns, none for a line that is no row."""
    start = 0
    for line in text.split("\n"):
        yield _row_of(line, start) if ROW.match(line) else []
        start += len(line) + 1


def _row_of(line: str, start: int) -> list[tuple[str, Cell]]:
    cells: list[tuple[str, Cell]] = []
    place = start
    for part in line.split("; ", CELLS):
        named = _NAME.match(part)
        if named or not cells:
            name = named[1] if named else ""
            cells.append((name, Cell(len(cells), place, place + (named.end() if named else 0), place + len(part))))
        else:
            name, last = cells[-1]
            cells[-1] = name, Cell(last.column, last.start, last.words, place + len(part))
        place += len(part) + 2
    return cells


def _names_of(names: list[str], more: list[str]) -> list[str] | None:
    """The names of the columns of rows of which each may lack some; None when they have others."""
    if len(names) == len(more) == 1:
        return names
    long, short = (names, more) if len(names) >= len(more) else (more, names)
    left = iter(long)
    return long if len(short) > 1 and all(name in left for name in short) else None


def _table(names: list[str], rows: list[list[tuple[str, Cell]]]) -> list[Table]:
    """The table of rows of one kind, if they are a table."""
    if len(rows) < 2:
        return []
    if len(names) == 1:
        pairs = [_halves(row[0][1]) for row in rows]
        short = all(name and cell.end - cell.words <= _VALUE for ((name, cell),) in rows)
        return [Table((), tuple(pairs))] if short else []
    return [Table(tuple(names), tuple(tuple(_placed(names, row)) for row in rows))]


def _halves(cell: Cell) -> tuple[Cell, Cell]:
    """The name and what belongs to it as two cells."""
    return Cell(0, cell.start, cell.start, cell.words - 2), Cell(1, cell.words, cell.words, cell.end)


def _placed(names: list[str], row: list[tuple[str, Cell]]) -> Iterator[Cell]:
    """The cells of a row in the columns of their names."""
    column = -1
    for name, cell in row:
        column = names.index(name, column + 1)
        yield Cell(column, cell.start, cell.words, cell.end)
