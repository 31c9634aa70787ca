"""What the scores are called and the order in which a report shows them."""

DEPTHS = (1, 5)
"""The k of hit@k."""

ORDER = (
    *("citation_precision", "citation_recall", "citation_f1", "first_citation_right", "quotes_exact", "supported"),
    *("answer_f1", "answer_recall", "not_found_precision", "not_found_recall"),
    *(*(f"hit@{k}" for k in DEPTHS), "mrr", "ndcg@10", "all_evidence@10"),
)
"""The order in which a report shows them; others follow when they apply."""

NAMES = {
    "citation_precision": "citation precision",
    "citation_recall": "citation recall",
    "first_citation_right": "first citation right",
    "quotes_exact": "quotes exact",
    "answer_f1": "answer F1",
    "answer_recall": "answer recall",
    "not_found_precision": "not-found precision",
    "not_found_recall": "not-found recall",
    "mrr": "MRR",
    "citation_f1": "citation F1",
    "exact_match": "exact match",
    "numbers_right": "numbers right",
    "list_recall": "list recall",
    "yes_no_right": "yes or no right",
    "choice_right": "choice right",
    "article_precision": "article precision",
    "article_recall": "article recall",
    "article_f1": "article F1",
    "risk_area": "risk area (low is good)",
    "ndcg@10": "nDCG@10",
    "all_evidence@10": "all evidence@10",
    "attribution_right": "attribution right",
    "as_asked": "as asked",
    "judge_right": "judged right",
    "judge_agrees": "judge agrees with scores",
    "seconds_p50": "seconds p50",
    "seconds_p95": "seconds p95",
    "first_word_p50": "first word p50, seconds",
    "first_word_p95": "first word p95, seconds",
    "told_why_not": "answers with a note",
}
"""What people call the scores."""
