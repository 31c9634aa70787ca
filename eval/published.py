"""Published question sets become cases and documents, recognised by their fields. Pure."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from eval.schema import Case
from ingest.clean import clean_text
from ingest.schema import RawDocument
from ingest.split import split_sentences

Record = dict[str, Any]
Read = tuple[list[Case], list[RawDocument]]


def recognise(parts: Mapping[str, Sequence[Record]]) -> Read | None:
    """The cases and documents of a published set, or None when the records have another shape.

    MultiHop-RAG (Tang and Yang 2024), SQuAD 2.0 (Rajpurkar et al. 2018) and XQuAD as paragraphs, QuAIL (Rogers et al.
    2020), CLAPnq (Rosenthal et al. 2024), MTRAG-UN (IBM 2025), AttributionBench (Li et al. 2024).
    """
    if "corpus.jsonl" in parts and "queries.jsonl" in parts:
        return multihop(parts["corpus.jsonl"], parts["queries.jsonl"])
    records = [record for rows in parts.values() for record in rows]
    first = records[0] if records else {}
    readers: tuple[tuple[set[str], Callable[[Sequence[Record]], Read]], ...] = (
        ({"context", "questions"}, squad_paragraphs),
        ({"body", "questions"}, quail),
        ({"sentences", "unanswerable"}, clapnq),
        ({"turns", "contexts"}, mtrag),
        ({"claim", "references", "label"}, attribution),
    )
    return next((read(records) for fields, read in readers if fields <= set(first)), None)


def multihop(corpus: Sequence[Record], queries: Sequence[Record]) -> Read:
    """News articles, and questions over all of them; a fact is verbatim evidence."""
    documents = [
        RawDocument(
            origin=str(item["doc_id"]),
            text=item["body"],
            url=item.get("url") or "",
            title=item.get("title") or "",
            source=item.get("source") or "",
            published_at=item.get("published_at") or "",
            authors=(item["author"],) if item.get("author") else (),
        )
        for item in corpus
    ]
    cases = [
        Case(
            id=str(item["id"]),
            question=item["query"],
            answers=(item["answer"],) if item["evidence"] else (),
            evidence=tuple(fact["fact"] for fact in item["evidence"]),
            answerable=bool(item["evidence"]),
            tags=(item["question_type"],),
        )
        for item in queries
    ]
    return cases, documents


def squad_paragraphs(records: Iterable[Record]) -> Read:
    """One document for each article, its paragraphs in order; each question is asked of its own article.

    The evidence is the sentence of the paragraph that holds an answer and shares most words with the question.
    """
    texts: dict[str, list[str]] = {}
    cases: list[Case] = []
    for record in records:
        name = f"{record.get('doc_id') or record.get('title')}{':' + record['lang'] if 'lang' in record else ''}"
        context = " ".join(str(record["context"]).split())
        texts.setdefault(name, []).append(context)
        for number, item in enumerate(record["questions"]):
            absent = bool(item.get("unanswerable"))
            evidence = () if absent else _holding(context, item["question"], item["answers"])
            cases.append(
                Case(
                    id=str(item.get("id") or f"{name}-{record.get('para', len(cases))}-{number}"),
                    question=item["question"].strip(),
                    answers=() if absent else tuple(dict.fromkeys(item["answers"])),
                    evidence=evidence,
                    answerable=not absent,
                    articles=(name,),
                    tags=("unanswerable" if absent else "answerable", *((record["lang"],) if "lang" in record else ())),
                )
            )
    documents = [
        RawDocument(origin=name, text="\n".join(paragraphs), title=name.split(":")[0].replace("_", " "))
        for name, paragraphs in texts.items()
    ]
    return cases, documents


def _holding(context: str, question: str, answers: Sequence[str]) -> tuple[str, ...]:
    text = clean_text(context)
    wanted = set(question.lower().split())
    found = [text[sentence.start : sentence.end] for sentence in split_sentences(text)]
    holding = [sentence for sentence in found if any(answer in sentence for answer in answers)]
    return (max(holding, key=lambda sentence: len(wanted & set(sentence.lower().split()))),) if holding else ()


def quail(records: Sequence[Record]) -> Read:
    """News articles with four-option questions; "not enough information" is unanswerable."""
    documents = [
        RawDocument(origin=item["doc_id"], text=item["body"], url=item.get("url") or "", title=item.get("title") or "")
        for item in records
    ]
    cases = [
        Case(
            id=str(item["id"]),
            question=item["question"],
            answers=() if item["unanswerable"] else (_right(item),),
            options=tuple(str(option) for option in item["options"]),
            answerable=not item["unanswerable"],
            articles=(record["doc_id"],),
            tags=(str(item.get("type", "question")),),
        )
        for record in records
        for item in record["questions"]
    ]
    return cases, documents


def _right(item: Record) -> str:
    correct = item["correct"]
    return str(item["options"][correct] if isinstance(correct, int) else correct)


def clapnq(records: Sequence[Record]) -> Read:
    """One passage for each question, with the sentences that a person selected as evidence."""
    documents = [RawDocument(origin=str(r["id"]), text="\n".join(r["sentences"]), title=r["title"]) for r in records]
    cases = [
        Case(
            id=str(item["id"]),
            question=item["question"],
            answers=() if item["unanswerable"] else tuple(a["answer"] for a in item["answers"] if a.get("answer")),
            evidence=() if item["unanswerable"] else _selected(item),
            answerable=not item["unanswerable"],
            articles=(str(item["id"]),),
            tags=("unanswerable" if item["unanswerable"] else "answerable",),
        )
        for item in records
    ]
    return cases, documents


def _selected(item: Record) -> tuple[str, ...]:
    chosen = [sentence for answer in item["answers"] for sentence in answer.get("selected_sentences") or ()]
    return tuple(dict.fromkeys(item["sentences"][one] if isinstance(one, int) else str(one).strip() for one in chosen))


def mtrag(records: Sequence[Record]) -> Read:
    """Conversations: the last turn is the question, asked of the contexts of all; its own are the passages to find.

    An underspecified question has no passages: which ones answer depends on what its reader takes it for.
    """
    documents: dict[str, RawDocument] = {}
    cases: list[Case] = []
    for item in records:
        names = []
        for context in item["contexts"]:
            if str(context["text"]).strip():
                name = str(context["doc_id"])
                documents.setdefault(name, RawDocument(origin=name, text=context["text"]))
                names.append(name)
        turns = item["turns"]
        history = [
            (turns[n]["text"], turns[n + 1]["text"])
            for n in range(len(turns) - 2)
            if turns[n]["role"] == "user" and turns[n + 1]["role"] != "user"
        ]
        kind = str(item["answerability"]).lower()
        cases.append(
            Case(
                id=str(item["task_id"]),
                question=turns[-1]["text"][:2_000],
                history=tuple(history),
                answers=(item["target"],) if kind in {"answerable", "partial"} and item.get("target") else (),
                answerable=kind in {"answerable", "partial"},
                passages=tuple(dict.fromkeys(names)) if kind in {"answerable", "partial"} else (),
                tags=(kind, str(item.get("multi_turn") or "first question").lower()),
            )
        )
    return cases, list(documents.values())


def attribution(records: Sequence[Record]) -> Read:
    """Claims with references: does the text support the claim? No document is searched."""
    cases = [
        Case(
            id=str(item["id"]),
            question=item["claim"][:2_000],
            references=tuple(item["references"]),
            answers=(item["label"],),
            answerable=item["label"] == "attributable",
            tags=(str(item.get("src", "claim")), item["label"]),
        )
        for item in records
    ]
    return cases, []
