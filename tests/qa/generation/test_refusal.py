"""Refusals are believed in any words and in twelve languages; claims that look like one are none.

refusals.jsonl holds both, written for this test. The grammar was made with half of them in view; the others are marked
`held_out`.
"""

import json
from pathlib import Path

import pytest

from qa.generation.refusal import divide

ROWS = [json.loads(line) for line in Path(__file__).with_name("refusals.jsonl").read_text("utf-8").splitlines()]
MISTAKEN = 0.02
"""The most of each kind that may be taken for the other."""


@pytest.mark.parametrize("held_out", [False, True], ids=["in view", "held out"])
@pytest.mark.parametrize("refusal", [True, False], ids=["refusals", "claims"])
def test_hardly_a_refusal_or_claim_is_taken_for_the_other(refusal: bool, held_out: bool) -> None:
    own = [row["text"] for row in ROWS if row["refusal"] == refusal and row["held_out"] == held_out]
    wrong = [text for text in own if (not divide(text)[0]) != refusal]
    assert len(own) >= 100
    assert len(wrong) <= MISTAKEN * len(own), wrong


@pytest.mark.parametrize("refusal", [True, False])
def test_there_are_two_hundred_of_each_in_twelve_languages(refusal: bool) -> None:
    own = [row for row in ROWS if row["refusal"] == refusal]
    assert len({row["text"] for row in own}) >= 200
    assert {row["language"] for row in own} >= set("en de es fr it pt uk ru pl zh ja ar".split())


@pytest.mark.parametrize(
    ("sentence", "told", "gap"),
    [
        ("It does not say why, but Salo named the day.", "Salo named the day.", "It does not say why."),
        (
            "The ferry is free, but the article does not say who pays.",
            "The ferry is free.",
            "The article does not say who pays.",
        ),
        (
            "Although the article does not give a price, the ferry is free.",
            "The ferry is free.",
            "Although the article does not give a price.",
        ),
        (
            "The article does not mention it; the ferry is free.",
            "The ferry is free.",
            "The article does not mention it.",
        ),
        (
            "Der Artikel nennt keinen Preis, aber die Fähre ist kostenlos.",
            "Die Fähre ist kostenlos.",
            "Der Artikel nennt keinen Preis.",
        ),
        ("文章没有提到票价，但渡轮是免费的。", "渡轮是免费的。", "文章没有提到票价。"),
        ("I'm sorry, but the article does not say.", "", "I'm sorry, but the article does not say."),
        ("The ferry is free.", "The ferry is free.", ""),
        ("She wanted to come, but could not say when.", "She wanted to come, but could not say when.", ""),
    ],
)
def test_what_a_sentence_tells_is_kept_beside_what_it_says_is_not_told(sentence: str, told: str, gap: str) -> None:
    assert divide(sentence) == (told, gap)
