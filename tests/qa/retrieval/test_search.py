"""The fusion is never worse than its better half, on questions about news that name their source and on plain ones."""

import json
from collections.abc import Callable, Sequence

import numpy as np
import pytest

from ingest import RawDocument, ingest
from ingest.library import open_library
from ingest.settings import Settings
from qa import retrieve
from qa.retrieval.search import DENSE_SHARE, by_length, fuse, lexical_ranking, search_words, snapshot
from tests.conftest import SHARED
from tests.effort import FULL

SOURCES = ("The Courier", "Daily Ledger", "Northern Post")
TOPICS = (
    (
        "harbour",
        "The city will deepen the harbour so that larger vessels can dock.",
        "Which plan lets bigger ships come in?",
    ),
    ("teachers", "Teachers began a strike over wages, and most schools stayed closed.", "Why were pupils sent home?"),
    ("drought", "Farmers lost half of the wheat because no rain fell since April.", "What ruined the harvest?"),
    (
        "museum",
        "Thieves stole three paintings from the museum during the night.",
        "Which artworks were taken by burglars?",
    ),
    (
        "tram",
        "A tram left the rails near the station and two passengers were hurt.",
        "What accident happened in public transport?",
    ),
    ("bank", "The central bank raised its interest rate to four percent.", "What did the monetary authority decide?"),
)


def corpus() -> list[RawDocument]:
    return [
        RawDocument(
            origin=f"{source}-{name}",
            url=f"https://example.com/{number}/{name}",
            title=f"Report on the {name}",
            source=source,
            published_at=f"2025-03-0{number + 1}",
            text=f"{told} The mayor gave a short statement to reporters. Further steps follow {('soon', 'later', 'next week')[number]}.",
        )
        for number, source in enumerate(SOURCES)
        for name, told, _ in TOPICS
    ]


def questions() -> list[tuple[str, str]]:
    plain = [(question, name) for name, _, question in TOPICS]
    named = [
        (f"What did the {source} article of March {n + 1} report about the {name}?", f"/{n}/{name}")
        for n, source in enumerate(SOURCES)
        for name, _, _ in TOPICS
    ]
    return plain + named


def mrr(rankings: Sequence[Sequence[str]], wanted: Sequence[str]) -> float:
    ranks = [
        next((n for n, url in enumerate(ranking, 1) if name in url), None)
        for ranking, name in zip(rankings, wanted, strict=True)
    ]
    return float(np.mean([1 / rank if rank else 0.0 for rank in ranks]))


def test_the_fusion_is_never_worse_than_its_better_half(settings: Settings) -> None:
    ingest(corpus(), settings=settings)
    library = open_library(settings)
    view = snapshot(library)
    places = view.places(None)
    url_of: Callable[[int], str] = lambda index: view.articles[view.chunks[index].article_id].url  # noqa: E731
    asked = questions()
    lexical = [lexical_ranking(view, question, places) for question, _ in asked]
    dense = [[view.place[name] for name, _ in library.search(library.embedder.embed_query(q), 60)] for q, _ in asked]
    fused = [
        [i for i, _ in fuse(a, b, by_length(DENSE_SHARE, q))]
        for a, b, (q, _) in zip(lexical, dense, asked, strict=True)
    ]
    reranked = [
        [view.articles[hit.chunk.article_id].url for hit in retrieve(q, k=18, settings=settings)] for q, _ in asked
    ]
    wanted = [name for _, name in asked]
    scores = {
        name: mrr([[url_of(i) for i in r] for r in rankings], wanted)
        for name, rankings in (("bm25", lexical), ("dense", dense), ("fused", fused))
    }
    scores["reranked"] = mrr(reranked, wanted)
    print(scores)
    assert scores["fused"] >= max(scores["bm25"], scores["dense"])
    assert scores["reranked"] >= max(scores["bm25"], scores["dense"])


def test_the_source_and_the_date_of_an_article_can_be_searched_for(settings: Settings) -> None:
    ingest(corpus(), settings=settings)
    hit = retrieve("What does the Northern Post say about the harbour?", k=1, settings=settings)[0]
    library = open_library(settings)
    assert library.articles([hit.chunk.article_id])[0].source == "Northern Post"


def test_hyphenated_words_are_found_by_their_parts() -> None:
    assert search_words("a 30-day truce") == ["30", "day", "truce"]


WRITTEN = {
    "ligatures": "ﬁsh fish|oﬃce office|ﬂood flood|aﬀair affair|ﬁre fire|eﬀort effort|waﬄe waffle|ﬁnance finance|conﬂict conflict|ﬆreet street",
    "soft hyphens": "coun\u00adcil council|har\u00adbour harbour|gov\u00adern\u00adment government|rail\u00adway railway|mar\u00adket market"
    "|teach\u00aders teachers|min\u00adis\u00adter minister|wa\u00adter water|trea\u00adty treaty|Bür\u00adger\u00admeister bürgermeister",
    "full-width signs": "１９ 19|２０２５ 2025|ＡＢＣ abc|４２ 42|７％ 7%|Ｇ７ G7|１２．５ 12.5|９９９ 999|Ｔｏｋｙｏ tokyo|３０ 30",
    "accents": "café cafe|São Sao|Zürich Zurich|Jiří Jiri|naïve naive|résumé resume|Đặng Đang|Åland Aland|Ёлкин Елкин|Málaga Malaga",
    "dashes": "state–owned state-owned|two‑year two-year|30−day 30-day|north‒south north-south|co‐op co-op|cease–fire cease-fire|vice‑mayor vice-mayor"
    "|U.S.–Russia U.S.-Russia|1939–1945 1939-1945|self―made self-made",
    "quotes": "mayor’s mayor's|O’Neil O'Neil|don’t don't|D‘Arcy D'Arcy|l’eau l'eau|Moe´s Moe's|Hawai‘i Hawai'i|rock’n’roll rock'n'roll|Xi’an Xi'an|Qur`an Qur'an",
    "thousands": "1,900 1900|12.500 12500|3 400 3400|1,900,000 1900000|7’250 7250|2\u00a0300 2300|45\u202f000 45000|10,000 10.000|1.234.567 1,234,567|8\u2009100 8,100",
}


@pytest.mark.parametrize(
    ("one", "other"), [pair.rsplit(" ", 1) for pairs in WRITTEN.values() for pair in pairs.split("|")]
)
def test_a_word_is_found_however_a_question_or_an_article_writes_it(one: str, other: str) -> None:
    assert search_words(f"the {one} rose") == search_words(f"the {other} rose")
    assert set(search_words(other)) & set(search_words(f"the {one} rose"))


def test_a_question_finds_what_an_article_writes_in_another_way(settings: Settings) -> None:
    told = "The oﬃce in Zürich spent １，９００ crowns on state–owned fish. It was cold and it rained for a long while."
    ingest([RawDocument(origin="a", title="Spending", text=told), *corpus()], settings=settings)
    for question in (
        "Which office spent 1900 crowns?",
        "What was spent in Zurich?",
        "What state-owned ﬁsh was bought?",
    ):
        assert "Zürich" in retrieve(question, k=1, settings=settings)[0].chunk.text


def test_equal_ranks_add_up() -> None:
    assert [index for index, _ in fuse([1, 2], [2], 0.5)] == [2, 1]
    assert fuse([], [], 0.5) == []


@pytest.mark.slow
@pytest.mark.skipif(not (SHARED / "data" / "multihoprag").exists(), reason="needs ../shared/data/multihoprag")
def test_on_published_news_questions_the_fusion_is_at_least_as_good_as_bm25(settings: Settings) -> None:
    folder = SHARED / "data" / "multihoprag"
    docs = [json.loads(line) for line in (folder / "corpus.jsonl").read_text("utf-8").splitlines()]
    longest = None if FULL else 2_000  # the lead of each, for the suite
    ids = {d["doc_id"]: d["url"] for d in docs}
    ingest(
        [
            RawDocument(
                origin=d["url"],
                text=d["body"][:longest],
                url=d["url"],
                title=d["title"],
                source=d["source"],
                published_at=d["published_at"],
            )
            for d in docs
        ],
        settings=settings,
    )
    library = open_library(settings)
    view = snapshot(library)
    rows = [json.loads(line) for line in (folder / "queries.jsonl").read_text("utf-8").splitlines()]
    rows = [row for row in rows if row["evidence"]]
    lexical, fused = [], []
    for row in rows:
        gold = {ids[item["doc_id"]] for item in row["evidence"]}
        ranking = lexical_ranking(view, row["query"], view.places(None))
        lexical.append(_rank([view.articles[view.chunks[i].article_id].url for i in ranking], gold))
        fused.append(
            _rank(
                [view.articles[h.chunk.article_id].url for h in retrieve(row["query"], k=60, settings=settings)], gold
            )
        )
    print(f"MRR: BM25 {np.mean(lexical):.3f}, fused and reranked {np.mean(fused):.3f} ({len(rows)} questions)")
    assert np.mean(fused) >= np.mean(lexical) - 0.005


def _rank(urls: Sequence[str], gold: set[str]) -> float:
    normal = [url.split("?")[0].rstrip("/") for url in urls]
    wanted = {url.split("?")[0].rstrip("/") for url in gold}
    return next((1 / n for n, url in enumerate(normal, 1) if url in wanted), 0.0)
