"""What was planned or called off is not told as done."""

import pytest

from qa.text.analysis import TextAnalysis
from qa.verification.planned import done
from qa.verification.support import supported


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("The centre in Arden has shut.", "The centre in Arden, which had been expected to shut, will stay open."),
        ("Koller visited the valley on Tuesday.", "A visit by Koller, announced for Tuesday, was canceled."),
        ("The agency replaced the motors.", "The agency had planned to replace the motors, but the work was put off."),
        ("The union voted on Friday.", "A vote that the union had scheduled for Friday was called off on Wednesday."),
        ("Renner has asked the court to review it.", "Renner would probably ask the court to review it."),
        ("The bridge was closed in May.", "The bridge will be closed in May."),
        ("Lund sold the farm.", "Lund offered to sell the farm."),
        ("The board sold the plant.", "A fund urged the board to sell the plant."),
        ("The fares rose on Monday.", "The fares may rise on Monday."),
    ],
)
def test_what_is_planned_or_called_off_is_not_done(claim: str, source: str) -> None:
    assert list(done(TextAnalysis(claim), [TextAnalysis(source)]))
    assert supported(claim, [source])[0] == "unsupported"


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("The centre was expected to shut.", "The centre, which had been expected to shut, will stay open."),
        ("The centre will shut.", "The centre is expected to shut."),
        ("The visit on Tuesday was called off.", "The visit, announced for Tuesday, was canceled."),
        ("The work was put off.", "The work to replace the motors was put off."),
        ("The bridge was closed in May.", "The bridge was closed in May and will be opened in June."),
        ("Lund managed to sell it and left.", "Lund sold it and left."),
        ("Lund sold it.", "Lund managed to sell it."),
        ("The planned visit drew crowds.", "Crowds saw the visit, which they had planned."),
        ("They had to leave.", "They had to leave."),
    ],
)
def test_what_is_told_as_it_is_told_is_left_alone(claim: str, source: str) -> None:
    assert not list(done(TextAnalysis(claim), [TextAnalysis(source)]))
