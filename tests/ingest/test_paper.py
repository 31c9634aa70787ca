"""PDF documents as they are printed: columns, running heads, hyphens, tables."""

from collections.abc import Callable
from itertools import pairwise

import pytest
from fpdf import FPDF

from ingest.errors import SourceError
from ingest.paper import read_pdf

STORY = (
    "The town council of Brennick voted on Tuesday to close its covered market for repairs from 2 May. "
    "Council leader Marta Ohlin said the roof had been leaking since the winter storms of 2021."
)


def printed(draw: Callable[[FPDF], None], **meta: str) -> dict[str, object]:
    pdf = FPDF()
    pdf.set_title(meta.get("title", ""))
    pdf.set_author(meta.get("author", ""))
    pdf.add_page()
    pdf.set_font("Helvetica", size=11)
    draw(pdf)
    return read_pdf(bytes(pdf.output()), "a paper")


@pytest.mark.parametrize("pages", [2, 3, 7])
@pytest.mark.parametrize("head", ["BRENNICK TIMES  Wednesday, 5 March 2025", "Annual report 2024", "{0} | Market news"])
@pytest.mark.parametrize("foot", ["Page {0} of 9", "{0}", "Seite {0}", "- {0} -", "brennick.example"])
def test_what_runs_along_the_pages_is_left_out_and_a_sentence_goes_on_over_it(pages: int, head: str, foot: str) -> None:
    def draw(pdf: FPDF) -> None:
        for number in range(1, pages + 1):
            if number > 1:
                pdf.add_page()
            pdf.text(20, 15, head.format(number))
            pdf.set_xy(20, 40)
            pdf.multi_cell(
                160,
                6,
                f"and so it goes on in part {chr(96 + number)} of the story, the longest of all that were ever told in it, which",
            )
            pdf.text(100, 285, foot.format(number))

    text = str(printed(draw)["text"])
    assert text.count("and so it goes on") == pages
    assert "\n" not in text
    for words in (head.split(maxsplit=1)[0], "brennick.example", "Page", "Seite"):
        assert words.format(1) not in text.split()


@pytest.mark.parametrize("columns", ["by row", "one after the other"])
def test_columns_are_read_one_after_the_other(columns: str) -> None:
    left = [
        "The town council of Brennick",
        "voted on Tuesday to close its",
        "covered market for repairs",
        "from the second of May.",
    ]
    right = [
        "Some 46 traders will move to",
        "a car park behind the railway",
        "station. The move was opposed",
        "by fishmongers and by others.",
    ]

    def draw(pdf: FPDF) -> None:
        pdf.text(20, 20, "Covered market in Brennick to close for nine weeks from May")
        places = [(x, 30 + 6 * n, line) for x, column in ((20, left), (110, right)) for n, line in enumerate(column)]
        for x, y, line in sorted(places, key=lambda place: place[1]) if columns == "by row" else places:
            pdf.text(x, y, line)

    text = " ".join(str(printed(draw)["text"]).split())
    assert " ".join(left) in text
    assert " ".join(right) in text


@pytest.mark.parametrize(
    ("cut", "whole"),
    [
        ("The coun-|cil met.", "The council met."),
        ("A state-|owned company.", "A state-owned company."),
        ("Some 2.5-|metre beams.", "Some 2.5-metre beams."),
        ("An Art-Nouveau-|inspired roof.", "An Art-Nouveau-inspired roof."),
        ("Nordrhein-|Westfalen wartet.", "Nordrhein-Westfalen wartet."),
        ("The mayor of Bren-|nick spoke.", "The mayor of Brennick spoke."),
        ("The gov-|ernment fell.", "The government fell."),
        ("A long-|term plan.", "A long-term plan."),
        ("Die Bürger-|meisterin sprach.", "Die Bürgermeisterin sprach."),
        ("A cease-fire and a cease-|fire line.", "A cease-fire and a cease-fire line."),
    ],
)
def test_a_hyphen_at_the_end_of_a_line_goes_only_where_the_word_is_one(cut: str, whole: str) -> None:
    def draw(pdf: FPDF) -> None:
        for number, line in enumerate(cut.split("|")):
            pdf.text(20, 20 + 6 * number, line)

    assert printed(draw)["text"] == whole


def test_a_table_is_read_row_by_row() -> None:
    def draw(pdf: FPDF) -> None:
        for row in (("School", "Pupils", "Kitchen"), ("Norra", "412", "yes"), ("Vest", "97", "no")):
            for cell in row:
                pdf.cell(50, 8, cell)
            pdf.ln()

    assert str(printed(draw)["text"]).split("\n") == [
        "School: Norra; Pupils: 412; Kitchen: yes",
        "School: Vest; Pupils: 97; Kitchen: no",
    ]


@pytest.mark.parametrize("title", ["Microsoft Word - market_final_v3.docx", "untitled", "", "final.indd"])
@pytest.mark.parametrize("author", ["Windows User", "anonymous", "", "admin"])
def test_the_first_heading_is_the_title_and_placeholders_are_no_authors(title: str, author: str) -> None:
    def draw(pdf: FPDF) -> None:
        pdf.set_font("Helvetica", size=22)
        pdf.multi_cell(
            0, 10, "Covered market to close for nine long weeks of repairs in spring", new_x="LMARGIN", new_y="NEXT"
        )
        pdf.set_font("Helvetica", size=11)
        pdf.multi_cell(0, 6, f"By Lena Voss\n4 March 2025\n{STORY}")

    found = printed(draw, title=title, author=author)
    assert found["title"] == "Covered market to close for nine long weeks of repairs in spring"
    assert found["published_at"] == "2025-03-04"
    assert found["authors"] == []
    assert STORY in str(found["text"])


def test_paragraphs_stay_apart() -> None:
    def draw(pdf: FPDF) -> None:
        for _ in range(3):
            pdf.multi_cell(0, 6, STORY, new_x="LMARGIN", new_y="NEXT")
            pdf.ln(6)

    assert str(printed(draw)["text"]).split("\n") == [STORY] * 3


def test_a_scanned_paper_says_what_to_do() -> None:
    with pytest.raises(SourceError, match="only pictures") as caught:
        printed(lambda pdf: pdf.rect(10, 10, 50, 50))
    assert "recognition" in caught.value.hint


def test_a_paper_of_many_short_lines_is_read_in_order() -> None:
    def draw(pdf: FPDF) -> None:
        for number in range(2_000):
            pdf.text(20 + number % 7 * 20, 10 + number // 7 * 0.9, f"w{number}")

    words = str(printed(draw)["text"])
    places = [words.index(f"w{number}") for number in (0, 700, 1_400, 1_999)]
    assert all(a < b for a, b in pairwise(places))
