import json
import random
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.training.support_check import before
from eval.training.swaps import article_names, sentences, swaps
from ingest.sample import sample
from qa.schema import Support
from qa.verification.findings import examine, load_checker
from qa.verification.source import analyse_cited
from qa.verification.support import supported
from tests.growth import LINEAR, grown

WRITTEN = Path(__file__).resolve().parents[2] / "eval"
hostile = st.text(
    st.sampled_from("ab AB [1]{}()<>|\\\"'“”‘’#*\n\t\u202e\u2060🙂e\u0301שלا01,29.%$:-!? not said U.S. two May ")
    | st.characters(codec="utf-8"),
    max_size=200,
)


def written(name: str) -> list[dict]:
    return [json.loads(line) for line in (WRITTEN / name).read_text("utf-8").splitlines()]


def says(text: str, *quotes: str) -> Support:
    return supported(text, quotes)[0]


SAID = [
    ("The truce would last thirty days.", "It is a 30-day truce."),
    ("1.5 million people fled.", "Some 1,500,000 people fled."),
    ("Twelve people were hurt.", "A dozen people were hurt."),
    ("It happened on 18 March.", "It happened on March 18th, 2025."),
    ("The call began at 10:00 AM.", "The call began at 10 a.m. Eastern Time."),
    ("It was the 21st attack.", "This was the twenty-first attack, or the 21st by another count."),
    ("Rubio left.", "Marco Rubio, the secretary of state, left."),
    ("Russia’s troops left.", "The Russian troops left."),
    ("The United States left.", "The U.S. left the talks."),
    ("The UN left.", "The United Nations left the talks."),
    ("The US envoy left the talks.", "The American envoy left the talks."),
    ("He called it 'futile'.", "He called it “futile”."),
    ("Moscow does not trust Kyiv to keep its word.", "Moscow doubts that Kyiv would keep its word."),
    ("The talks failed.", "The talks failed. Nobody said why."),
]


@pytest.mark.parametrize(("claim", "quote"), SAID)
def test_the_same_in_another_notation_is_supported(claim: str, quote: str) -> None:
    assert says(claim, quote) == "supported"


FALSE = [
    ("It lasted 40 days.", "It lasted 30 days.", "The cited words say “30 days”, not “40 days”."),
    ("It rose by 30.", "It rose by 30%.", "The cited words say “30%”, not “30”."),
    ("He left on Monday.", "He left on Tuesday.", "The cited words say “Tuesday”, not “Monday”."),
    (
        "The call began at 10 p.m. on Tuesday.",
        "The call began at 10 a.m. on Tuesday.",
        "The cited words say “10 am”, not “10 pm”.",
    ),
    ("It sent 30 tanks and 5 planes.", "It sent 5 tanks and 30 planes.", "The cited words say “5”, not “30”."),
    (
        "Mike Waltz left the talks early.",
        "Marco Rubio left the talks early.",
        "The cited words name Marco Rubio, not Mike Waltz.",
    ),
    ("Melania Trump left early.", "Donald Trump left early.", "The cited words name Donald, not Melania."),
    (
        "He called it “a great success”.",
        "He called it “a success”.",
        "The cited words do not hold the quotation “a great success”.",
    ),
    (
        "Russia will not leave the occupied territory.",
        "Russia will leave the occupied territory.",
        "It denies what the cited words say.",
    ),
    (
        "Zelenskyy believes that Putin is sincere.",
        "Zelenskyy does not believe that Putin is sincere.",
        "The cited words deny it.",
    ),
    ("Ministers accepted the offer of talks.", "Ministers rejected the offer of talks.", "The cited words deny it."),
    (
        "“Putin is afraid,” Trump said.",
        "“Putin is afraid to tell President Trump,” Zelenskyy said.",
        "Who said it differs: in the cited words it is Zelenskyy, not Trump.",
    ),
]


@pytest.mark.parametrize(("claim", "quote", "reason"), FALSE)
def test_one_thing_wrong_is_not_supported_and_the_reason_names_it(claim: str, quote: str, reason: str) -> None:
    assert supported(claim, [quote]) == ("unsupported", reason)


def test_a_detail_that_the_cited_words_neither_hold_nor_contradict_is_partly_supported() -> None:
    support, reason = supported(
        "The song by Milira was released in 1990 on the Orpheus label.",
        ["A song by Milira, it was released in 1990 on her label."],
    )
    assert (support, reason) == ("partial", "“Orpheus” is not in the cited words.")


def test_the_words_of_the_quotes_are_supported_at_once_but_not_cut_within_a_word() -> None:
    assert supported("It rained.", ["It rained. It snowed."]) == ("supported", "")
    assert supported("It snowed.\nIt rained.", ["It rained.", "It snowed."]) == ("supported", "")
    assert says("He can", "He cannot swim.") == "unsupported"


def test_nothing_supports_nothing() -> None:
    assert says("", "It rained.") == "unsupported"
    assert supported("It rained.", []) == ("unsupported", "There are no words to check.")


def test_a_name_may_stand_for_the_pronoun_of_the_quote_but_not_for_another_name() -> None:
    assert (
        says("Putin told them that sanctions isolate the economy.", "He told them that sanctions isolate the economy.")
        == "supported"
    )
    assert (
        says("Trump told them that sanctions isolate it.", "Putin told them that sanctions isolate it.")
        == "unsupported"
    )


@pytest.mark.parametrize(
    ("who", "support"), [("Ana", "supported"), ("Ben", "partial"), ("Ana Ruiz", "supported"), ("Spain", "partial")]
)
def test_the_words_before_a_quote_tell_who_its_pronoun_is(who: str, support: str) -> None:
    before = "Ben Ito runs the port. Ana Ruiz owns the ferry. The pier is closed. "
    said = supported(f"{who} says the ferry is late.", ["She says the ferry is late."], None, [before])
    assert said[0] == support
    assert says(f"{who} says the ferry is late.", "She says the ferry is late.") == "supported", "it is not known who"


@pytest.mark.parametrize("models", [False, True], ids=["words", "models"])
def test_what_is_true_passes_in_other_words(models: bool) -> None:
    checker = load_checker() if models else None
    rows, text = written("paraphrases.jsonl"), sample().text or ""
    flagged = []
    for row in rows:
        context = [before(quote, text) for quote in row["quotes"]]
        if supported(row["claim"], row["quotes"], checker, context)[0] != "supported":
            flagged.append(row["claim"])
    assert len(rows) >= 60
    assert len(flagged) <= 0.05 * len(rows), flagged


@pytest.mark.parametrize("models", [False, True], ids=["words", "models"])
def test_swaps_by_hand_are_caught(models: bool) -> None:
    checker = load_checker() if models else None
    seen, caught = Counter(), Counter()
    for row in written("swapped_by_hand.jsonl"):
        kind = "fact" if row["kind"] in {"number", "date", "name", "quotation"} else row["kind"]
        seen[kind] += 1
        caught[kind] += supported(row["claim"], row["quotes"], checker)[0] != "supported"
    assert caught["fact"] >= 0.95 * seen["fact"], (seen, caught)
    assert caught["speaker"] >= 0.8 * seen["speaker"], (seen, caught)
    assert caught["negation"] >= 0.5 * seen["negation"], (seen, caught)


@pytest.mark.parametrize("models", [False, True], ids=["words", "models"])
def test_claims_about_another_article_are_told_apart(models: bool) -> None:
    checker = load_checker() if models else None
    right, seen = Counter(), Counter()
    for row in written("support_check.jsonl"):
        kind = "fact" if row["kind"] in {"number", "date", "name", "quotation"} else row["kind"]
        said = supported(row["claim"], row["quotes"], checker)[0] == "supported"
        right[kind] += said == (kind == "true")
        seen[kind] += 1
    assert right["true"] >= 0.95 * seen["true"], (seen, right)
    assert right["fact"] >= 0.95 * seen["fact"], (seen, right)
    assert right["speaker"] + right["negation"] >= 0.85 * (seen["speaker"] + seen["negation"]), (seen, right)


def test_swaps_by_rule_are_caught_in_the_articles_own_sentences_and_in_paraphrases() -> None:
    text = sample().text or ""
    names, rng = article_names(text), random.Random(3)
    pairs = [(one, [one]) for one in sentences(text)]
    pairs += [(row["claim"], row["quotes"]) for row in written("paraphrases.jsonl")]
    seen, caught = Counter(), Counter()
    for _ in range(5):
        for claim, quotes in pairs:
            context = [before(quote, text) for quote in quotes]
            for swap in swaps(claim, names, rng):
                seen[swap.kind] += 1
                caught[swap.kind] += supported(swap.text, quotes, None, context)[0] != "supported"
    for kind, floor in (("number", 0.95), ("date", 0.95), ("name", 0.95), ("speaker", 0.9), ("negation", 0.6)):
        assert caught[kind] >= floor * seen[kind], (seen, caught)


@given(hostile, st.lists(hostile, max_size=3))
def test_no_text_makes_it_raise_or_hang(text: str, quotes: list[str]) -> None:
    support, reason = supported(text, quotes)
    assert support == "supported" or (reason.endswith((".", "…")) and "\n" not in reason)
    assert (support == "supported") == (not reason)


@pytest.mark.parametrize(
    "piece",
    [
        "(" * 40,
        "a" * 50,
        "'",
        '"',
        "not ",
        "no, ",
        "A ",
        "A. ",
        "1,",
        "9" * 60,
        "one hundred ",
        "and ",
        "Said Rubio, ",
        "\u202e",
        "🙂",
        "U.S.",
        "5-",
        "\n",
    ],
)
def test_a_claim_and_a_quote_of_one_piece_take_time_in_proportion(piece: str) -> None:
    sizes = (4_000, 8_000, 16_000)
    assert grown(lambda text: supported(text, ["It rained."]), piece, sizes=sizes, limit=60) <= LINEAR
    assert grown(lambda text: supported("It rained 5 times.", [text]), piece, sizes=sizes, limit=60) <= LINEAR
    assert grown(lambda text: supported(text[:3_900] + "x", [text]), piece, sizes=sizes, limit=60) <= LINEAR


@pytest.mark.parametrize(
    ("claim", "quote", "support"),
    [
        ("The crew had been tired.", "Blom rejected the idea that the crew had been tired.", "unsupported"),
        ("The bridge is unsafe.", "The mayor denied claims that the bridge is unsafe.", "unsupported"),
        ("The bridge is unsafe.", "Experts dismissed the rumour that the bridge is unsafe, he said.", "unsupported"),
        ("The ferry was late.", "She rejected reports that the ferry was late.", "unsupported"),
        ("Rain fell.", "It is not true that rain fell.", "unsupported"),
        ("The deal was signed.", "Nobody doubted that the deal was signed.", "supported"),
        ("It rained.", "No one denied that it rained.", "supported"),
        ("He accepted the offer.", "He did not refuse the offer.", "supported"),
        ("He refused the offer.", "He did not refuse the offer.", "unsupported"),
        ("The bridge is safe.", "The mayor said that the bridge is safe.", "supported"),
        ("Four passengers were hurt.", "Nobody was killed, but four passengers were hurt.", "supported"),
        ("He left early.", "He left early because he did not feel well.", "supported"),
    ],
)
def test_words_that_stand_in_what_somebody_denies_are_not_supported(claim: str, quote: str, support: str) -> None:
    assert supported(claim, [quote])[0] == support


CALL = "Former President Ann Reed and Premier Bo Lund held a telephone call on Tuesday that lasted more than two hours."


@pytest.mark.parametrize(
    ("claim", "quote", "faulty"),
    [
        ("The call between Reed and Lund lasted more than two hours.", CALL, False),
        ("The call with Lund lasted more than two hours.", CALL, False),
        ("The call of Reed to Lund lasted more than two hours on Tuesday.", CALL, False),
        ("Reed called Lund.", CALL, False),
        ("Reed called Lund on Tuesday.", CALL, False),
        ("Reed demanded more.", "Lund met a demand that Reed made, for more.", False),
        ("The talks in Oslo ended early.", "The talks ended early on Monday in Oslo.", False),
        ("Lund thanked Reed.", "Reed thanked Lund in the call.", True),
        ("Lund said that it rained.", "Reed said that it rained.", True),
        ("Lund called the plan hasty.", "Reed called the plan hasty.", True),
    ],
)
def test_a_name_that_a_preposition_leads_in_does_nothing_and_a_call_says_nothing(
    claim: str, quote: str, faulty: bool
) -> None:
    found = examine(claim, analyse_cited((quote,)))
    assert bool(found.subjects or found.speakers or found.exchanged) == faulty
