"""Rows of tables as they stand in a text are found again with their columns."""

from itertools import pairwise

import pytest

from ingest.clean import clean_text
from ingest.tables import by_row, tables_of


def shown(text: str) -> list[tuple[tuple[str, ...], list[list[str]]]]:
    """The names of each table and the words of its cells, an empty one where a column has none."""
    found = []
    for table in tables_of(text):
        width = len(table.names) or 2
        rows = [[""] * width for _ in table.rows]
        for row, cells in zip(rows, table.rows, strict=True):
            for cell in cells:
                row[cell.column] = text[cell.words : cell.end]
        found.append((table.names, rows))
    return found


@pytest.mark.parametrize(
    "rows",
    [
        [["School", "Pupils"], ["Norra", "412"], ["Sjövik", "97"]],
        [["", "2024", "2025"], ["Norra", "412", "420"], ["Sjövik", "97", "91"]],
        [["Line", "From", "To"], ["7", "Harbour", "Hall"], ["9", "Hall", "Hill"], ["12", "Hill", "Harbour"]],
        [["Team", "Won", "Lost"], ["Vest", "3", "0"], ["Øst", "1", "2"]],
        [["Tag", "Uhrzeit", "Ort"], ["Montag", "9 Uhr", "Rathaus"], ["Freitag", "20 Uhr", "Alte Halle"]],
        [["Товар", "Цена"], ["Хлеб", "45"], ["Сыр", "310"]],
        [["城市", "人口"], ["北岸", "412"], ["南岸", "97"]],
        [["Name", "Note"], ["Ada <b>Li</b>", "5"], ["Bo & Ek", "7"]],
        [["Year", "Votes", "Share"], ["2020", "1,900", "12%"], ["2024", "2,300", "15%"]],
        [["Dish", "Price", "Of it"], ["Soup 🙂", "€4", "half"], ["Fish", "€9", "all"]],
    ],
)
def test_a_table_is_found_again_in_the_text_that_was_made_of_it(rows: list[list[str]]) -> None:
    text = clean_text("\n".join(["The heading", *by_row(rows, headed=True), "Rain fell on Tuesday: it was cold."]))
    assert shown(text) == [(tuple(rows[0]), rows[1:])]


def test_empty_cells_stay_empty_in_their_columns() -> None:
    rows = [["Line", "From", "To"], ["7", "", "Hall"], ["9", "Hall", "Hill"]]
    assert shown("\n".join(by_row(rows, headed=True))) == [(("Line", "From", "To"), rows[1:])]


def test_names_with_what_belongs_to_them_are_a_table_without_names_of_columns() -> None:
    assert shown("Price: 12 euros\nAge: 3 years\nIt rained.") == [((), [["Price", "12 euros"], ["Age", "3 years"]])]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "It rained; it snowed.\nIt was cold; nobody came.",
        "He said: it rains; she said: it snows.\nThe mayor laughed.",
        "School: Norra; Pupils: 412",
        "Monday: the council met, and the mayor spoke for an hour.\nTuesday: nobody came.",
        "A: 1; B: 2\n\nC: 1; D: 2",
    ],
)
def test_what_is_no_table_stays_lines(text: str) -> None:
    assert tables_of(text) == []


def test_cells_lie_in_their_rows_one_after_the_other() -> None:
    text = "x\n" + "A: 1; B: 2; and more; C: 3\n" * 3
    (table,) = tables_of(text)
    spans = [(cell.start, cell.words, cell.end) for row in table.rows for cell in row]
    assert all(start <= words <= end for start, words, end in spans)
    assert all(one[2] < other[0] for one, other in pairwise(spans))
    assert "".join(text[start:end] for start, _, end in spans) == "A: 1B: 2; and moreC: 3" * 3
