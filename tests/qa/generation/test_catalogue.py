"""A catalogue of what models reply about one article, in forms that people have reported, and what a reader must get.

Each line of replies.jsonl is a reply of our own writing: its `kind`, and whether it is `refused`, or its `claims` as
(text, the sentence of the article that it rests on), with how many `gaps` it names and the `support` that it may have.
"""

import json
import re
from collections.abc import Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import pytest

from ingest.clean import make_article
from ingest.schema import RawDocument
from ingest.split import split_sentences
from qa.generation.attribution import Reply
from qa.generation.prompt import PromptContext, make_context
from qa.schema import DraftSentence
from qa.verification.findings import load_checker

TITLE = "Harbour Bridge in Veldport to Close for Eleven Weeks"
BRIDGE = """\
The city of Veldport will close its Harbour Bridge for eleven weeks from 14 April, the mayor, Ingrid Salo, said on \
Monday. Engineers found cracks in four of the bridge's 62 steel hangers during an inspection in January.

Repairs will cost 8.4 million euros, of which the state pays two thirds. "We would rather close it now than be sorry \
later," Salo told reporters. About 31,000 vehicles cross the bridge every day.

A free ferry will run every 20 minutes between 6 a.m. and 10 p.m. Shop owners on the north bank fear losing customers. \
Peter Lund, who runs a bakery there, said he expected his sales to halve.

The bridge was built in 1967 by the firm Halvorsen & Sons. It was last repaired in 1998. The work is to be finished on \
30 June."""
REPLIES = [json.loads(line) for line in Path(__file__).with_name("replies.jsonl").read_text("utf-8").splitlines()]
KINDS = sorted({reply["kind"] for reply in REPLIES})
RIGHT = 0.98
"""The share of the catalogue in which a reader must get what the model meant."""

BROKEN = re.compile(r"[【】†［］]|\[(?!\d+\]|\u2060)|(?<!\d)\](?!\()|</?[a-z]+>|<\||\*\*|```|\{\"")


@lru_cache(maxsize=1)
def sheet() -> PromptContext:
    article = make_article(RawDocument(text=f"{TITLE}\n\n{BRIDGE}", title=TITLE, origin="bridge"))
    return make_context([(article, [(s.start, s.end) for s in split_sentences(article.text)])], whole=True)


def played(text: str, pieces: int) -> tuple[Reply, list[str]]:
    """The reply after it came in pieces, and what was shown after each."""
    reply = Reply(sheet(), load_checker())
    shown = [reply.add(text[at : at + pieces]) for at in range(0, len(text), pieces) if not reply.full]
    return reply, shown


def faults(case: dict[str, Any]) -> list[str]:
    """What a reader gets otherwise than he should."""
    reply, shown = played(case["reply"], 7)
    found = [f"shown: {text[-60:]}" for text in shown if BROKEN.search(text)][:1]
    if case.get("refused"):
        return found + ([] if reply.refused else [f"no refusal: {[draft.text for draft in reply.drafts()]}"])
    if reply.refused:
        return [*found, "taken for a refusal"]
    return [*found, *different(case["claims"], reply.drafts(), case), *counted(case, reply)]


@cache
def faults_of(number: int) -> tuple[str, ...]:
    """The faults of the reply of this number, played once."""
    return tuple(faults(REPLIES[number]))


def different(wanted: Sequence[tuple[str, int]], drafts: Sequence[DraftSentence], case: dict[str, Any]) -> list[str]:
    """What of the claims is missing, too much, rests on another sentence, or is judged otherwise."""
    if [draft.text for draft in drafts] != [text for text, _ in wanted]:
        return [f"said: {[draft.text for draft in drafts]}"]
    places = sheet().spans
    found = [
        f"“{text}” rests on {[places.index(span) + 1 for span in draft.spans]}"
        for (text, number), draft in zip(wanted, drafts, strict=True)
        if places[number - 1] not in draft.spans
    ]
    support = drafts[0].verdict[0] if drafts and drafts[0].verdict else ""
    allowed = case.get("support") or ["supported", "partial", "unchecked"]
    return found + ([] if support in allowed else [f"judged {support}"])


def counted(case: dict[str, Any], reply: Reply) -> list[str]:
    wanted = case.get("gaps", 0)
    return [] if len(reply.gaps) == wanted else [f"gaps: {reply.gaps}"]


def test_the_catalogue_is_large() -> None:
    assert len(REPLIES) >= 300
    assert len({reply["reply"] for reply in REPLIES}) == len(REPLIES)


def test_a_reader_gets_what_the_model_meant() -> None:
    wrong = {case["reply"]: found for number, case in enumerate(REPLIES) if (found := faults_of(number))}
    assert len(wrong) <= (1 - RIGHT) * len(REPLIES), wrong


@pytest.mark.parametrize("kind", KINDS)
def test_no_kind_is_lost(kind: str) -> None:
    own = [number for number, case in enumerate(REPLIES) if case["kind"] == kind]
    assert sum(map(bool, map(faults_of, own))) <= max(1, 0.1 * len(own))
