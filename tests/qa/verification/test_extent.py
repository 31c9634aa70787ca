"""Claims that say more, less or something else by the same words: all for some, upwards for downwards, another unit."""

import pytest

from qa.verification.support import clauses, supported

FERRIES = "She said that seven of the company's eleven ferries had been given new thrusters since the accident."
FINES = "Seventeen businesses were fined for using too much; most of them were car washes."
PAID = "Its spokesman said that some of the injured had still not been paid."
CARRIED = "Nordsund carried 1.9 million passengers last year, 6 percent fewer than before, while its rival grew by 11 percent."
FELL = "Consumption fell by 42 percent during the rationing, more than the 30 percent that the city had hoped for."
RENT = "A temporary station, rented for $310,000 a month, supplies the city."
FIRE = "The fire was caused by a faulty transformer, according to the report, which ruled out arson."
TULLY = "Ben Tully said he lost half of his customers and let three employees go."
VOTE = "Rafael Pinto voted against the plan. Two other members abstained, and it passed by 6 votes to 1."


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        ("All eleven ferries have been given new thrusters.", FERRIES),
        ("Every ferry of the company has been given new thrusters.", FERRIES),
        ("All of the seventeen businesses that were fined were car washes.", FINES),
        ("None of the injured has been paid.", PAID),
        ("All the pupils passed the test.", "Most of the pupils passed the test."),
        ("All flights left on time.", "Half of the flights left on time."),
        ("Passenger numbers rose by 6 percent.", CARRIED),
        ("They rose by 6 percent to 1.9 million.", CARRIED),
        ("Profits fell by 8 percent.", "Profits climbed by 8 percent last year."),
        ("Consumption fell less than the city had hoped.", FELL),
        ("The rent is $310,000 a year.", RENT),
        ("The rent is $310,000 per week.", RENT),
        ("Each person had 90 gallons.", "Each person had 90 liters."),
        ("The ground is 4 feet above the flood.", "The ground is 4 meters above the flood."),
        ("The works last 14 months.", "The works last 14 years."),
        ("According to the report, the fire was arson.", FIRE),
        ("The fire was caused by arson.", FIRE),
        ("He let half of his employees go and lost three customers.", TULLY),
    ],
)
def test_what_says_something_else_by_the_same_words_is_not_supported(claim: str, quote: str) -> None:
    assert supported(claim, [quote])[0] != "supported"


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        ("All 47 residents got out alive.", "All 47 residents got out alive, most of them by boat."),
        ("Nobody died.", "Nobody died, but some of the injured are in hospital."),
        ("Seven of the eleven ferries have new thrusters.", FERRIES.replace("had been given", "have")),
        ("Most of the fined businesses were car washes.", FINES),
        ("Nordsund carried 6 percent fewer passengers.", CARRIED),
        ("Consumption fell by 42 percent.", FELL),
        ("The rent is $310,000 per month.", RENT),
        ("The report ruled out arson.", FIRE),
        ("He lost half of his customers.", TULLY),
        ("He let three employees go.", TULLY),
        ("Rafael Pinto voted against the plan and two other members abstained.", VOTE),
        ("It passed 6-1.", VOTE),
        ("A third of the city gets its water by pipe.", "The remaining third of the city gets its water by pipe."),
        ("One third of the members left.", "A third of the members left."),
        ("It struck the pier at seven in the morning.", "It struck the pier at 7 a.m."),
        ("It struck the pier at six o'clock in the evening.", "It struck the pier at 6 p.m."),
        ("Thirty-one passengers were injured.", "The collision injured 31 passengers."),
        ("The station is due in March.", "The station is to open in March."),
        ("Okafor praised the plan, while Pinto called it a risk.", "Okafor praised the plan. Pinto called it a risk."),
    ],
)
def test_what_says_the_same_is_not_taken_for_something_else(claim: str, quote: str) -> None:
    assert supported(claim, [quote]) == ("supported", "")


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Ada voted for it, while Bo did not.", ["Ada voted for it", "Bo did not."]),
        ("It rained; the game went on.", []),
        ("Ada and Bo voted.", []),
        ("It rained, but not much.", []),
    ],
)
def test_a_sentence_is_parted_where_each_part_says_something(text: str, parts: list[str]) -> None:
    assert clauses(text) == parts
