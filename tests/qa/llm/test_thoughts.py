"""What a model thinks is neither shown nor judged, in whatever brackets and however the server cuts it."""

import pytest

from qa.llm.thoughts import TAKEN_BACK, ThoughtFilter

ANSWER = "Over <two> hours [1]."
THOUGHT = "Is it [2]? No, 1 < 2."
MARKED = [
    f"{begin}{THOUGHT}{end}{between}"
    for begin, end in [
        ("<think>", "</think>"),
        ("<THINK>", "</THINK>"),
        ("<thinking>", "</thinking>"),
        ("<thought>", "</thought>"),
        ("<reasoning>", "</reasoning>"),
        ("<reflection>", "</reflection>"),
        ("<seed:think>", "</seed:think>"),
        ('<think duration="3">', "</think>"),
        ('<details type="reasoning" done="true"><summary>Thought for 3 seconds</summary>', "</details>"),
        ("[THINK]", "[/THINK]"),
        ("◁think▷", "◁/think▷"),
        ("<|begin_of_thought|>", "<|end_of_thought|>"),
        ("<|START_THINKING|>", "<|END_THINKING|>"),
        ("<|channel|>analysis<|message|>", "<|end|><|start|>assistant<|channel|>final<|message|>"),
        ("<|start|>assistant<|channel|>analysis<|message|>", "<|end|><|start|>assistant<|message|>"),
        ("<|channel|>commentary to=none<|message|>", "<|end|><|channel|>final<|message|>"),
        ("<|channel>thought", "<channel|>"),
        ("analysisThe user asks. ", "assistantfinal"),
    ]
    for between in ("\n\n", "")
]
ORPHANS = [
    f"Let me look. {THOUGHT}{end}\n\n"
    for end in ("</think>", "</thinking>", "[/THINK]", "◁/think▷", "</THOUGHT>", "<|END_THINKING|>", "</reasoning>")
]
KEPT = [
    "<",
    "<th",
    "<thin ice",
    "1 < 2",
    "<thinner> [think about it]",
    "An analysis of the call.",
    "analysis",
    "[thinking",
    "<details>",
    "a <|b|> ◁ c",
]


def filtered(text: str, size: int, *, held: bool = False) -> tuple[str, ThoughtFilter]:
    thoughts = ThoughtFilter(held=held)
    pieces = [text[at : at + size] for at in range(0, len(text), size)]
    return "".join([said for piece in pieces for said in thoughts.heard(piece)] + thoughts.rest()), thoughts


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
@pytest.mark.parametrize("before", MARKED)
def test_a_marked_thought_is_left_out_however_it_is_cut(before: str, size: int) -> None:
    said, thoughts = filtered(before + ANSWER, size)
    assert said == ANSWER
    assert not thoughts.orphaned


@pytest.mark.parametrize("size", [1, 3, 1000])
def test_a_thought_between_two_sentences_is_left_out_too(size: int) -> None:
    assert filtered(f"One. <think>Hm.</think>{ANSWER}", size)[0] == f"One. {ANSWER}"


@pytest.mark.parametrize("size", [1, 2, 7, 1000])
@pytest.mark.parametrize("before", ORPHANS)
def test_a_thought_that_only_ends_is_taken_back_and_the_next_time_held(before: str, size: int) -> None:
    said, thoughts = filtered(before + ANSWER, size)
    assert said.rpartition(TAKEN_BACK)[2] == ANSWER
    assert thoughts.orphaned
    assert filtered(before + ANSWER, size, held=True)[0] == ANSWER


@pytest.mark.parametrize("size", [1, 1000])
@pytest.mark.parametrize("held", [True, False])
def test_an_end_after_which_nothing_comes_ends_no_thought(size: int, held: bool) -> None:
    said, _ = filtered(f"{ANSWER}</think>\n", size, held=held)
    assert said.rpartition(TAKEN_BACK)[2].strip() == ANSWER


@pytest.mark.parametrize("held", [True, False])
@pytest.mark.parametrize("text", KEPT)
def test_text_that_only_looks_like_a_thought_is_kept(text: str, held: bool) -> None:
    assert filtered(text, 1, held=held)[0] == text


@pytest.mark.parametrize("text", ["<think>Hm, hm.", "<|channel|>analysis<|message|>Hm", "analysisThe user", "[THINK]"])
def test_a_thought_without_an_end_is_no_answer(text: str) -> None:
    assert filtered(text, 1)[0] == ""


def test_an_answer_in_a_thought_that_never_ends_is_heard() -> None:
    answer = '{"tells": "yes", "sentences": []}'
    known = ThoughtFilter()
    assert "".join([*known.heard(f"<think>\nIt fell, I think. Let me write.\n\n{answer}"), *known.rest()]) == answer
    known = ThoughtFilter()
    assert not "".join([*known.heard("<think>\nIt fell {not} an object"), *known.rest()])
