"""Tables of a page whose cells reach over rows or columns, made into tables where each cell is one. In place."""

from itertools import takewhile
from typing import Any

MOST = 20_000
"""Cells of a table in all."""

LONGEST = 300
"""Characters of a cell that are repeated."""

WIDEST, TALLEST = 60, 500
"""Columns and rows that one cell reaches over at most."""


def plain_tables(tree: Any) -> None:
    """Make every table of a tree one in which each cell is one, with its caption before it; the others are blocks."""
    unlay(tree)
    for caption in list(tree.iter("caption")):
        table = next(caption.iterancestors("table"), None)
        if table is not None and table.getparent() is not None:
            caption.tag, caption.tail = "p", None
            table.addprevious(caption)  # it moves there
    unmerge(tree)


PROSE = 600
"""Characters of a cell that holds an article, where paragraphs part them."""

MOST_LAID = 200
"""Cells around an article, each in the next, beside which things are taken out."""

_PARAGRAPHS = ("p", "div", "h1", "h2", "h3", "h4", "ul", "ol", "blockquote")


def unlay(tree: Any) -> None:
    """Make blocks of the tables that only lay a page out, as pages of the 2000s and mails are, and of their cells.

    Such a table holds others, or a cell of it holds paragraphs. Two line breaks in it part paragraphs too.
    """
    own: dict[Any, list[Any]] = {table: [] for table in tree.iter("table")}
    for part in tree.iter("thead", "tbody", "tfoot", "tr", "td", "th"):
        table = next(part.iterancestors("table"), None)
        if table is not None:
            own[table].append(part)
    sizes = _sizes(tree)
    laying = [table for table, parts in own.items() if _lays_out(table, parts, sizes)]
    _alone([part for table in laying for part in own[table] if part.tag == "td"], sizes[tree], sizes)
    for table in laying:
        for part in (table, *own[table]):
            part.tag = "div"
            if any(True for _ in part.iterchildren("br")):
                _part(part)


def _sizes(tree: Any) -> dict[Any, int]:
    """The characters of the text in each element, counted once."""
    sizes: dict[Any, int] = {}
    for element in reversed(list(tree.iter())):  # children before their parents
        own = len(element.text or "") if isinstance(element.tag, str) else 0
        sizes[element] = own + sum(sizes[child] + len(child.tail or "") for child in element)
    return sizes


def _alone(cells: list[Any], whole: int, sizes: dict[Any, int]) -> None:
    """Take out what stands beside the cell that holds most of a page, left and right of it and of those around it."""
    around = [cell for cell in cells if 2 * sizes[cell] > whole][:MOST_LAID]
    for cell in around:
        for other in list(cell.itersiblings("td", preceding=True)) + list(cell.itersiblings("td")):
            if sizes[other] <= PROSE and not any(True for _ in other.iter("h1")):
                other.getparent().remove(other)


def _lays_out(table: Any, parts: list[Any], sizes: dict[Any, int]) -> bool:
    if any(part.tag == "th" for part in parts):
        return False
    cells = [part for part in parts if part.tag == "td"]
    if len(cells) > MOST:
        return False
    if any(True for one in table.iter("table") if one is not table):
        return True
    return any(
        (len(list(cell.iter(*_PARAGRAPHS))) > 1 or len(list(cell.iter("br"))) > 3) and sizes[cell] > PROSE
        for cell in cells
    )


def _part(block: Any) -> None:
    """Make paragraphs of what two line breaks part in a block."""
    inner, children = block.makeelement("p"), list(block)
    inner.text, block.text = block.text, None
    made = [inner]
    for child in children:
        breaks = child.tag == "br" and not (child.tail or "").strip()
        following = child.getnext()
        block.remove(child)
        if breaks and following is not None and following.tag == "br":
            made.append(block.makeelement("p"))
        elif child.tag in {"table", "div", *_PARAGRAPHS}:
            rest = block.makeelement("p")
            rest.text, child.tail = child.tail, None
            made += [child, rest]
        else:
            made[-1].append(child)
    for one in made:
        block.append(one)


def unmerge(tree: Any) -> None:
    """Put the words of a cell that reaches over several rows or columns into each of them, in every table of a tree.

    Several rows of heads become one: “Greens” over “Votes” and “Share” gives “Greens Votes” and “Greens Share”. A cell
    that reaches over the whole table heads what follows, and stays as it is.
    """
    tables: dict[Any, list[Any]] = {}
    for row in tree.iter("tr"):
        table = next(row.iterancestors("table"), None)
        if table is not None:
            tables.setdefault(table, []).append(row)
    for rows in tables.values():
        if any(_span(cell, name) > 1 for row in rows for cell in _cells(row) for name in ("colspan", "rowspan")):
            _spread(rows)
            _one_head(rows)


def _cells(row: Any) -> list[Any]:
    return list(row.iterchildren("td", "th"))


def _span(cell: Any, name: str) -> int:
    """Over how many rows or columns a cell reaches: 1 for what is no number of them."""
    value = (cell.get(name) or "").strip()
    most = WIDEST if name == "colspan" else TALLEST
    return max(1, min(int(value), most)) if value.isascii() and value.isdigit() and len(value) < 6 else 1


def _spread(rows: list[Any]) -> None:
    """Give each row a cell for each column."""
    width = max((sum(_span(cell, "colspan") for cell in _cells(row)) for row in rows), default=0)
    below: dict[int, tuple[Any, int]] = {}
    made = 0
    for row in rows:
        line = _line(row, below, width) if made <= MOST else _cells(row)
        made += len(line)
        for cell in line:
            row.append(cell)  # in this order; one that is there already moves
    for cell in (cell for row in rows for cell in _cells(row)):
        for name in ("colspan", "rowspan"):
            cell.attrib.pop(name, None)


def _line(row: Any, below: dict[int, tuple[Any, int]], width: int) -> list[Any]:
    """The cells of a row, one for each column.

    `below` has for a column the cell that reaches down to this row, and over how many rows from here.
    """
    line: list[Any] = []
    for cell in [*_cells(row), None]:
        while len(line) in below:
            above, more = below.pop(len(line))
            if more > 1:
                below[len(line)] = (above, more - 1)
            line.append(_like(above))
        if cell is None:
            break
        across, down = _span(cell, "colspan"), _span(cell, "rowspan")
        like = _like(cell, _words(cell)[:LONGEST]) if across > 1 or down > 1 else cell
        for number in range(1 if across >= width else across):
            if down > 1:
                below[len(line)] = (like, down - 1)
            line.append(_like(like) if number else cell)
    return line


def _like(cell: Any, words: str | None = None) -> Any:
    """A cell of the same kind with these words, or with the same."""
    made = cell.makeelement(cell.tag)
    made.text = cell.text if words is None else words
    return made


def _one_head(rows: list[Any]) -> None:
    """Join the rows of heads that a table begins with."""
    heads = list(takewhile(lambda row: all(cell.tag == "th" for cell in _cells(row)) and len(row), rows))
    if len(heads) < 2 or len(heads) == len(rows) or len({len(_cells(row)) for row in heads}) > 1:
        return
    for column, first in enumerate(_cells(heads[0])):
        names = dict.fromkeys(filter(None, (_words(_cells(row)[column]) for row in heads)))
        for child in list(first):
            first.remove(child)
        first.text = " ".join(names)
    for row in heads[1:]:
        row.getparent().remove(row)


def _words(cell: Any) -> str:
    return " ".join(" ".join(map(str, cell.itertext())).split())
