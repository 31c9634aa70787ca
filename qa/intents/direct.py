"""An answer that needs no reading: what it says, and the places that it rests on."""

from dataclasses import dataclass

from qa.schema import DraftSentence, Layout, Status


@dataclass(frozen=True)
class Direct:
    """What is to be said: a lead that nothing is cited for, sentences that are, and how they stand.

    `note` tells a person why there is nothing to say.
    """

    status: Status
    lead: str = ""
    sentences: tuple[DraftSentence, ...] = ()
    layout: Layout = "prose"
    note: str = ""
