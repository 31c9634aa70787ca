"""What the reader is trained on is true to its passages, whatever set it comes from."""

import gzip
import json
import random
from pathlib import Path
from typing import Any

import pytest

from eval.training.mixture import (
    KEPT_ASIDE,
    LONGEST,
    NEITHER,
    NOT_SUPPORTED,
    REFUTED,
    SETS,
    SUPPORTED,
    Elsewhere,
    Example,
    altered,
    answered,
    around,
    aside,
    asked_whether,
    asked_yes_no,
    claims,
    examples,
    exchanged,
    narrowed,
    plain,
    retold,
    sentences,
    spanned,
)
from tests.eval.training.test_reader_data import PARAGRAPHS


def row(question: str, context: str, *answers: str, **more: Any) -> dict[str, Any]:
    given = {"question": question, "context": context, "answers": list(answers), "unanswerable": False, "source": "s"}
    return given | more


@pytest.mark.parametrize(
    ("cut", "written"),
    [
        ("the bank 's plan -lrb- new -rrb- , he said .", "the bank's plan (new), he said."),
        ("`` It ca n't wait , '' she said ; 40 % agreed !", '" It can\'t wait, " she said; 40% agreed!'),
        ("As it is.", "As it is."),
        ("", ""),
    ],
)
def test_text_that_was_cut_into_words_is_put_together(cut: str, written: str) -> None:
    assert plain(cut) == written


def test_spans_are_the_answers_words_and_nothing_is_made_of_an_answer_that_is_not_there() -> None:
    found = list(
        spanned(
            [
                row("Who built it ?", "Anna Lind built it , they say .", "Anna Lind"),
                row("Who sold it?", "Anna Lind built it.", unanswerable=True),
                row("Who burnt it?", "Anna Lind built it.", "Karl"),
            ],
            clean=True,
        )
    )
    assert [(e.passage[e.spans[0][0] : e.spans[0][1]] if e.spans else "", e.answers) for e in found] == [
        ("Anna Lind", True),
        ("", False),
    ]
    assert found[0].passage == "Anna Lind built it, they say."


def test_a_long_passage_is_cut_to_a_piece_that_holds_the_answer() -> None:
    text = "word " * 2_000 + "Anna Lind built it. " + "word " * 2_000
    piece = around(text, ["Anna Lind"])
    assert "Anna Lind" in piece
    assert len(piece) <= LONGEST
    assert piece in text
    assert around(text, ["Karl"]) == ""


def test_yes_no_and_neither_are_told_apart() -> None:
    found = list(
        asked_yes_no(
            [
                row("is it old", "It is old.", yesno=True),
                row("Is it new?", "It is old.", yesno=False),
                row("Is it red?", "It is old.", yesno=None),
                row("Is it dear?", "It is old.", unanswerable=True),
            ]
        )
    )
    assert [(e.text, e.answers, e.yes, e.claim) for e in found] == [
        ("is it old?", True, True, SUPPORTED),
        ("Is it new?", True, False, REFUTED),
        ("Is it dear?", False, None, NEITHER),
    ]
    assert all(e.spans is None for e in found)


def test_claims_keep_their_label_and_sentences_only_whether_they_answer() -> None:
    labels = ("supported", "refuted", "nei", "not_supported")
    made = claims([{"claim": "It fell .", "premise": "It fell.", "label": label, "source": "s"} for label in labels])
    assert [e.claim for e in made] == [SUPPORTED, REFUTED, NEITHER, NOT_SUPPORTED]
    (one,) = sentences([row("who ?", "he .")])
    assert (one.answers, one.spans, one.claim) == (True, None, None)


@pytest.mark.parametrize(
    ("label", "answers", "yes"),
    [(SUPPORTED, True, True), (REFUTED, True, False), (NEITHER, False, None), (NOT_SUPPORTED, None, None)],
)
def test_a_claim_can_be_asked(label: int, answers: bool | None, yes: bool | None) -> None:
    made = asked_whether(Example("The bridge fell.", "It fell.", "s", claim=label))
    assert made == Example("Is it true that the bridge fell?", "It fell.", "s", None, answers, yes, label)
    assert asked_whether(Example("NATO met.", "It met.", "s", claim=label)).text == "Is it true that NATO met?"


def test_a_long_passage_is_cut_around_the_answer_or_a_word_of_the_question() -> None:
    lines = [f"The harbour of place {n} was built by mason {n} in the spring." for n in range(60)]
    text = " ".join(lines)
    start = text.index("mason 31")
    for seed in range(40):
        rng = random.Random(seed)
        made = narrowed(Example("Who built place 31?", text, "s", ((start, start + 8),), answers=True), rng)
        assert made.spans
        assert [made.passage[a:b] for a, b in made.spans] == ["mason 31"]
        assert made.passage in text
        assert made.passage[0] == "T"
        assert made.passage[-1] == "."
        assert len(made.passage) < 1_100
        absent = narrowed(Example("Who sold the harbour?", text, "s", (), answers=False), rng)
        assert absent.spans == ()
        assert absent.passage in text
    short = Example("Who?", "Anna.", "s", ((0, 4),))
    assert narrowed(short, random.Random(1)) == short


def test_who_did_it_to_whom_is_exchanged() -> None:
    (made,) = exchanged("In May the firm of Anna Lind sued Karl Berg.")
    assert made.text == "In May the firm of Karl Berg sued Anna Lind."
    assert not list(exchanged("The firm sued nobody."))


def test_sentences_and_answers_become_claims_that_know_their_label() -> None:
    rng = random.Random(3)
    made = [claim for _ in range(40) for claim in altered(PARAGRAPHS, rng)]
    assert {e.claim for e in made} >= {SUPPORTED, NOT_SUPPORTED}
    for example in made:
        assert (example.text in example.passage) == (example.claim == SUPPORTED)
    told = [claim for _ in range(40) for claim in answered(PARAGRAPHS, rng)]
    texts = {(e.text, e.claim) for e in told}
    assert ("When was the harbour built? 1902.", SUPPORTED) in texts
    assert ("When was the harbour built? Bergen.", NOT_SUPPORTED) in texts


def test_elsewhere_nothing_answers_and_the_words_are_as_like_as_can_be() -> None:
    passages = ["The harbour was built in 1902.", "The harbour was sold.", "Bread rises slowly.", "It rose in 1902."]
    found = [Example("When was the harbour built?", passage, "s", ((26, 30),), True) for passage in passages]
    made = Elsewhere(found, 1)(found[0])
    assert made == Example("When was the harbour built?", "The harbour was sold.", "elsewhere", (), False)
    claim = Elsewhere([Example("A.", "One.", "s", claim=REFUTED), Example("B.", "Two.", "s")], 1)
    assert claim(Example("A.", "One.", "s", claim=REFUTED)) == Example("A.", "Two.", "elsewhere", claim=NEITHER)
    assert Elsewhere(found[:1], 1)(found[0]) is None


def test_a_folder_of_sets_becomes_examples_and_some_passages_are_kept_aside(tmp_path: Path) -> None:
    folder = tmp_path / "training"
    folder.mkdir()
    for name, *_ in SETS:
        some = [
            {"claim": f"Claim {n}.", "premise": f"Premise {n}.", "label": "nei", "source": name}
            if name.startswith("nli")
            else row(f"Who is {n}?", f"Anna {n} of {name} is a judge.", f"Anna {n}", source=name, yesno=True)
            for n in range(30)
        ]
        with gzip.open(folder / f"{name}.jsonl.gz", "wt", encoding="utf-8") as out:
            out.write("\n".join(map(json.dumps, some)))
    (tmp_path / "squad_train").mkdir()
    with gzip.open(tmp_path / "squad_train" / "paragraphs.jsonl.gz", "wt", encoding="utf-8") as out:
        out.write("\n".join(map(json.dumps, PARAGRAPHS)))
    learned, kept = examples(folder, 1)
    assert examples(folder, 1) == (learned, kept)
    assert {e.source for e in learned} >= {name for name, *_ in SETS} | {"elsewhere", "squad answerable"}
    assert not {e.passage for e in learned} & {e.passage for e in kept}
    assert all(aside(e) for e in kept)
    assert 0 < len(kept) < 3 * len(learned) / KEPT_ASIDE
    assert all(e.passage[a:b] for e in learned for a, b in e.spans or ())


def test_an_answer_in_other_words_is_the_sentence_that_holds_most_of_them() -> None:
    passage = "The storm blew in. Nobody sailed because the sea was too dangerous for boats. They slept."
    row = {"question": "Why did nobody sail?", "context": passage, "source": "x", "unanswerable": False}
    (near,) = retold([row | {"answers": ["It was too dangerous a sea."]}])
    assert near.spans is not None
    assert [passage[a:b] for a, b in near.spans] == ["Nobody sailed because the sea was too dangerous for boats."]
    (free,) = retold([row | {"answers": ["They feared for their lives."]}])
    assert (free.spans, free.answers) == (None, True)
    assert not list(retold([row | {"answers": [" "]}]))
