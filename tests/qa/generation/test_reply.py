"""What models really write becomes sentences with numbers; nothing that they write can break it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.generation.reply import parse_reply, read_reply
from qa.schema import NOT_FOUND

RAIN_AND_SNOW = [("It rained.", (1,)), ("It snowed.", (2,))]


def settled(reply: str) -> str:
    """As much of a growing reply as can be shown."""
    return " ".join(sentence.text for sentence in read_reply(reply, growing=True).sentences)


def refuses(reply: str) -> bool:
    """Whether a reply says that the article does not tell, or nothing."""
    content = read_reply(reply)
    return content.refused or not content.sentences


def said(reply: str) -> list[tuple[str, tuple[int, ...]]]:
    return [(item.text, item.numbers) for item in parse_reply(reply)]


@pytest.mark.parametrize(
    "reply",
    [
        "It rained [1]. It snowed [2].",
        "It rained. [1] It snowed. [2]",
        "It rained.[1] It snowed.[2]",
        "[1] It rained. [2] It snowed.",
        "It rained 【1】. It snowed 【2†article】.",
        "It rained (1). It snowed (2).",
        "It rained [S1]. It snowed [s2].",
        "It rained [^1]. It snowed [^2].",
        "It rained [sentence 1]. It snowed [Sentence 2].",
        "- It rained. [1]\n- It snowed. [2]",
        "1. It rained [1].\n2. It snowed [2].",
        "**It rained** [1]. __It snowed__ [2].",
    ],
)
def test_a_marker_is_understood_however_it_is_written(reply: str) -> None:
    assert said(reply) == RAIN_AND_SNOW


@pytest.mark.parametrize(
    ("reply", "numbers"),
    [
        ("It rained [1, 2].", (1, 2)),
        ("It rained [1][2].", (1, 2)),
        ("It rained [1] [2].", (1, 2)),
        ("It rained [1; 2 and 3].", (1, 2, 3)),
        ("It rained [S1, S2].", (1, 2)),
        ("It rained [2-4].", (2, 3, 4)),
        ("It rained [2–4].", (2, 3, 4)),
        ("It rained [1-900].", (1, 900)),
        ("It rained [2] and the wind blew [1].", (2, 1)),
        ("It rained.", ()),
    ],
)
def test_several_numbers_belong_to_one_sentence(reply: str, numbers: tuple[int, ...]) -> None:
    ((_, found),) = said(reply)
    assert found == numbers


def test_a_number_in_round_brackets_is_part_of_the_sentence_where_it_does_not_end_one() -> None:
    assert said("The truce of thirty (30) days began.") == [("The truce of thirty (30) days began.", ())]
    assert said("The truce of thirty (30) days began [4].") == [("The truce of thirty (30) days began.", (4,))]


def test_links_and_images_leave_their_words_alone() -> None:
    assert said("See [the site](http://evil.example) ![x](http://evil.example/p.png) now. [3]") == [
        ("See the site now.", (3,))
    ]


@pytest.mark.parametrize(
    "reply",
    [
        *("", "  ", "[3]", "…", NOT_FOUND, NOT_FOUND.lower(), f"“{NOT_FOUND}”"),
        "The article doesn't mention China. [2]",
        "The text does not mention China. The article does not give a date.",
    ],
)
def test_a_refusal_is_recognised(reply: str) -> None:
    assert refuses(reply)


@pytest.mark.parametrize(
    "reply", ["Two hours.", "The article says two hours.", "The article does not say why. It rained."]
)
def test_an_answer_is_no_refusal(reply: str) -> None:
    assert not refuses(reply)


@given(st.text(max_size=300), st.integers(0, 300))
def test_what_is_shown_of_a_growing_reply_never_ends_in_a_marker(reply: str, length: int) -> None:
    shown = settled(reply[:length])
    assert shown.rstrip()[-1:] not in {"[", "【"}


@given(
    st.lists(
        st.sampled_from(["It rained", ". ", "[1]", "[", "]", "【2†", "】", "(3)", "\n- ", "**", "<b>", "🙂", "[1-"])
    ).map("".join)
)
def test_no_reply_breaks_the_reading(reply: str) -> None:
    for item in parse_reply(reply):
        assert item.text == " ".join(item.text.split())
        assert all(number >= 0 for number in item.numbers)
    refuses(reply)
