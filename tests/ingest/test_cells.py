"""Tables whose cells reach over several rows or columns are read row by row, each number under its own heads."""

import pytest

from ingest.pages import lines_of, read_page

WORDS = (
    "<p>The council of Hallow published the results on Friday, and they were not what the mayor had hoped for.</p>"
    "<p>Nobody in the town hall wanted to comment on the figures, which were printed on two sheets of paper.</p>"
)


PARTIES = (
    "<table><tr><th rowspan=2>District<th colspan=2>Greens<th colspan=2>Liberals</tr><tr><th>Votes<th>Share"
    "<th>Votes<th>Share</tr><tr><td>North<td>1,204<td>31%<td>980<td>25%</tr></table>"
)
DAYS = (
    "<table><tr><th>Day<th>Place<th>Time</tr><tr><td rowspan=2>Thursday<td>Station<td>9:00</tr>"
    "<tr><td>School<td>10:00</tr><tr><td>Sunday<td>Harbour<td>12:00</tr></table>"
)


def rows(table: str) -> list[str]:
    page = f"<html><head><title>The vote</title></head><body><article><h1>The vote</h1>{WORDS}{table}{WORDS}</article></body></html>"
    return [line for line in read_page(page, "x")["text"].split("\n") if ": " in line or line == "Weekend"]


@pytest.mark.parametrize(
    ("table", "lines"),
    [
        (
            PARTIES,
            ["District: North; Greens Votes: 1,204; Greens Share: 31%; Liberals Votes: 980; Liberals Share: 25%"],
        ),
        (
            "<table><tr><th>District<th colspan=2>Total</tr><tr><td>North<td>412<td>31%</tr></table>",
            ["District: North; Total: 412; Total: 31%"],
        ),
        (
            "<table><tr><th>Area<td>330 km²</tr><tr><th>Depth<td>168 m</tr><tr><th>Name<td>Lake Ymer</tr></table>",
            ["Area: 330 km²", "Depth: 168 m", "Name: Lake Ymer"],
        ),
        (
            DAYS,
            [
                "Day: Thursday; Place: Station; Time: 9:00",
                "Day: Thursday; Place: School; Time: 10:00",
                "Day: Sunday; Place: Harbour; Time: 12:00",
            ],
        ),
        (
            "<table><tr><th>School<th>Pupils</tr><tr><td rowspan=x>Norra<td colspan=-3>412</tr></table>",
            ["School: Norra; Pupils: 412"],
        ),
    ],
)
def test_each_row_can_be_read_by_itself(table: str, lines: list[str]) -> None:
    assert rows(table) == lines


def test_a_table_of_cells_that_claim_everything_is_bounded() -> None:
    cells, more = f"<td colspan=9999 rowspan=9999>{'x ' * 50_000}</td>" * 20, "<tr><td>y</td></tr>" * 300
    found = lines_of(f"<html><body><table><tr>{cells}</tr>{more}</table></body></html>".encode())
    assert found
    assert sum(map(len, found)) < 10_000_000
