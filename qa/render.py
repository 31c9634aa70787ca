"""An Answer becomes markdown for the page and plain text for the terminal. Pure."""

import re
import unicodedata
from collections.abc import Sequence

from qa.schema import MODEL, NOT_FOUND, Answer, AnswerSpan, Citation, Claim, Evidence
from qa.verification.cite import unmarked

_ACTIVE = re.compile(r"[!-/:-@\[-`{-~]")
"""ASCII punctuation: all that can mean anything in markdown, HTML or a bare link."""

_ENTITY = r"&#(?:3[3-9]|4[0-7]|5[89]|6[0-4]|9[1-6]|12[3-6]);"
_MADE = re.compile(
    rf"</?(?:strong|em|small|details|summary)>|<br>|{_ENTITY}"
    r"|\[(?:&#91;\d{1,9}&#93;|see it)\]\(#cite-[0-9a-f]{16}-\d{1,9}-\d{1,9} "
    rf'"(?:[^!-/:-@\[-`{{-~]|{_ENTITY})*"\)'
)
"""All markup that `render_answer` makes: its tags, the entities of escaped characters, and links to citations."""

_BIDI = re.compile("[\u202a-\u202e\u2066-\u2069]")
"""Controls that reorder the line around them; right-to-left words need none of these."""

UNSURE = 0.35
"""How probable it must be that something answers for it not to be said flatly that nothing does. Of 14 refusals from
here to the threshold, over 150 questions about six reports, 11 were wrong, and in 9 the nearest passage answers."""

BOLD = 90
"""Characters of what is said first that is in bold."""


def render_answer(answer: Answer) -> str:
    """Markdown of the answer for the page. The only links in it are its own citations; all else is inert text.

    A link is `#cite-ARTICLE-START-END`, with the quote as its title.
    """
    if answer.status == "chat":
        return escape(answer.text)
    if answer.status == "not_found":
        parts = [f"<strong>{escape(_not_found(answer))}</strong>", *_nearest(answer.nearest)]
    else:
        citations = {citation.number: citation for citation in answer.citations}
        several = _of_several(answer)
        claims = [_claim(claim, citations, answer.spans, several=several) for claim in answer.claims]
        if answer.layout == "list":
            claims = [f"• {claim}" for claim in claims]
        parts = claims if is_quoted(answer) or answer.layout == "list" else [" ".join(claims)] * bool(claims)
        if answer.lead:
            lead = escape(answer.lead) if len(answer.lead) > BOLD else f"<strong>{escape(answer.lead)}</strong>"
            short = answer.layout == "prose" and bool(parts)
            parts = [f"{lead} {parts[0]}", *parts[1:]] if short else [lead, *parts]
    parts += [f"<small>{line}</small>" for line in ["<br>".join(_sources(answer))] if line]
    if answer.note:
        parts.append(f"<em>⚠ {escape(plain(answer.note))}</em>")
    parts.append(f"<small>{escape(about(answer))}</small>")
    if answer.rejected:
        lines = "<br>".join(escape(line) for line in _left_out(answer))
        parts.append(f"<details><summary>{escape('Left out:')} {len(answer.rejected)}</summary>{lines}</details>")
    if differs(answer):
        lines = "<br>".join(filter(None, map(escape, map(plain, answer.written.splitlines()))))
        parts.append(f"<details><summary>What the model wrote</summary>{lines}</details>")
    return "\n\n".join(parts)


def render_text(answer: Answer) -> str:
    """The answer as plain text for a terminal, then what each number stands for. Holds no control characters."""
    if answer.status == "chat":
        return plain(answer.text)
    if answer.status == "not_found":
        lines = [_not_found(answer)]
        if answer.nearest:
            lines += [
                "",
                f"The nearest passage: {_in_quotes(plain(answer.nearest.quote))}",
                f"    {plain(answer.nearest.title)}",
            ]
    else:
        quoted = is_quoted(answer)
        text = [plain(line) for line in answer.text.splitlines()] if answer.layout == "list" else [plain(answer.text)]
        lines = [*text, *(f"    {line}" for line in _doubts(answer)), *[""] * bool(answer.citations)]
        for citation in answer.citations:
            quote = "" if quoted else f"“{plain(citation.quote)}” "
            lines.append(f"[{citation.number}] {quote}{plain(citation.title)}".rstrip())
    note = [f"⚠ {plain(answer.note)}"] if answer.note else []
    note += [f"The model wrote: “{plain(answer.written)}”"] if differs(answer) else []
    return "\n".join([*lines, *_left_out(answer), *note, "", about(answer)])


def differs(answer: Answer) -> bool:
    """Whether a language model wrote other words than the answer shows, the numbers of sentences aside."""
    written, shown = ("".join(filter(str.isalpha, text)) for text in (answer.written, answer.text))
    return written not in {"", shown}


def escape(text: str) -> str:
    """The text as markdown that shows just these words: every active character becomes a numeric entity.

    `"<b> [1](x)"` → `"&#60;b&#62; &#91;1&#93;&#40;x&#41;"`. Line breaks stay, indentation goes.
    """
    lines = _BIDI.sub("", text).splitlines()
    return _words("\n".join(" ".join(line.split()) for line in lines))


def inert_markup(rendered: str) -> str:
    """A rendered answer that was kept elsewhere, with whatever `render_answer` never makes turned into mere words.

    `"<em>So</em> <img>"` → `"<em>So</em> &#60;img&#62;"`. What it did make stays as it is.
    """
    parts, done = [], 0
    for markup in _MADE.finditer(rendered):
        parts += [_words(rendered[done : markup.start()]), markup[0]]
        done = markup.end()
    return "".join([*parts, _words(rendered[done:])])


def plain(text: str) -> str:
    """The text on one line without control characters, which a terminal would obey."""
    kept = "".join(" " if char.isspace() else char for char in text)
    return " ".join(_BIDI.sub("", "".join(c for c in kept if unicodedata.category(c) != "Cc")).split())


def _not_found(answer: Answer) -> str:
    """That the articles do not say; that they may not, where the nearest passage may well tell."""
    unsure = answer.nearest is not None and answer.model == MODEL and answer.confidence >= UNSURE
    if _of_several(answer):
        return "The articles may not say." if unsure else "The articles do not say."
    return "The article may not say." if unsure else NOT_FOUND


def _of_several(answer: Answer) -> bool:
    """Whether an answer cites several articles, or was looked for in several."""
    return len({one.article_id for one in answer.citations} | {hit.chunk.article_id for hit in answer.hits}) > 1


def is_quoted(answer: Answer) -> bool:
    """Whether the answer says nothing but the words of its quotes, so that listing them again would repeat it."""
    quotes = {citation.number: unmarked(citation.quote) for citation in answer.citations}
    return bool(answer.claims) and all(
        claim.text in {quotes.get(number) for number in claim.citations} for claim in answer.claims
    )


def about(answer: Answer) -> str:
    """One line on how the answer came about: `0.04 s · quoted from 1 sentence`.

    After a language model's work also when its first word came, its tokens, and what they cost where that is known:
    `2.10 s · gpt-4.1-mini, citing 1 sentence · first word after 0.80 s · 1,240 tokens read, 31 written · $0.0006`.
    """
    parts = [_seconds(answer.timings.get("total", sum(answer.timings.values())))]
    count = len(answer.citations)
    sentences = f"{count} sentence{'' if count == 1 else 's'}"
    if answer.status == "details":
        parts.append("from the article’s details")
    elif is_quoted(answer) or (answer.model == MODEL and count):
        parts.append(f"quoted from {sentences}")
    elif answer.status == "answered":
        parts.append(f"{plain(answer.model)}, citing {sentences}")
    if "first_word" in answer.timings:
        parts.append(f"first word after {_seconds(answer.timings['first_word'])}")
    usage = answer.usage
    if usage.prompt_tokens:
        parts.append(f"{usage.prompt_tokens:,} tokens read, {usage.completion_tokens:,} written")
    if usage.cost:
        parts.append(f"${usage.cost:.4f}" if usage.cost >= 0.0001 else "under $0.0001")
    return " · ".join(parts)


def _seconds(spent: float) -> str:
    return f"{max(spent, 0.01):.2f} s" if spent < 10 else f"{spent:.0f} s"


def _words(text: str) -> str:
    return _ACTIVE.sub(lambda match: f"&#{ord(match[0])};", _BIDI.sub("", text))


def _claim(claim: Claim, citations: dict[int, Citation], spans: Sequence[AnswerSpan], *, several: bool) -> str:
    links = [
        _link(citations[number], f"[{number}]", citations[number].title if several else "")
        for number in claim.citations
        if number in citations
    ]
    doubt = f" <em>{escape(_doubt(claim))}</em>" if claim.support != "supported" else ""
    places = [
        _within(claim.text, citations[span.number], span)
        for span in spans
        if span.number in claim.citations and span.number in citations
    ]
    return " ".join([_emphasised(claim.text, [place for place in places if place]), *links]) + doubt


def _within(text: str, cited: Citation, span: AnswerSpan) -> tuple[int, int] | None:
    """Where the words of the span stand in the claim's text: the same of their repeats as in the quote."""
    words = unmarked(span.text)
    repeat = unmarked(cited.quote[: span.start - cited.start]).count(words)
    at = -1
    for _ in range(repeat + 1):
        at = text.find(words, at + 1)
    return (at, at + len(words)) if at >= 0 and words and len(words) <= 0.7 * len(text) else None


def _emphasised(text: str, places: Sequence[tuple[int, int]]) -> str:
    """The text with the words that answer in bold."""
    made, done = "", 0
    for start, end in sorted(places):
        if start >= done:
            before = text[done:start]
            made += f"{_spaced(before)}<strong>{escape(text[start:end])}</strong>"
            done = end
    return (made + _spaced(text[done:])).strip()


def _spaced(text: str) -> str:
    """Escaped, with the spaces at its ends that `escape` takes away."""
    lead, tail = _edges(text)
    return f"{lead}{escape(text)}{tail}" if text.strip() else lead


def _edges(text: str) -> tuple[str, str]:
    return " " if text[:1].isspace() else "", " " if text[-1:].isspace() else ""


def _link(place: Citation | Evidence, label: str, title: str = "") -> str:
    target = f"#cite-{re.sub('[^0-9a-f]', '', place.article_id)}-{place.start}-{place.end}"
    shown = f"{plain(title)}: {unmarked(place.quote)}" if title else unmarked(place.quote)
    return f'[{escape(label)}]({target} "{escape(shown)}")'


def _sources(answer: Answer) -> list[str]:
    """A line for each article where several were asked: its numbers and title, and its address where two share one."""
    by_article: dict[str, list[Citation]] = {}
    for citation in answer.citations:
        by_article.setdefault(citation.article_id, []).append(citation)
    if not _of_several(answer):
        return []
    titles = [own[0].title for own in by_article.values()]
    lines = []
    for place, own in enumerate(by_article.values(), start=1):
        links = " ".join(_link(citation, f"[{citation.number}]", citation.title) for citation in own)
        alike = titles.count(own[0].title) > 1
        lines.append(f"{links} {escape(plain(own[0].title) + (f' ({plain(own[0].url) or place})' if alike else ''))}")
    return lines


def _nearest(nearest: Evidence | None) -> list[str]:
    if nearest is None:
        return []
    return [
        f"{escape('The nearest passage:')} {escape(_in_quotes(unmarked(nearest.quote)))} {_link(nearest, 'see it')}"
    ]


def _in_quotes(words: str) -> str:
    """The words in quotation marks, unless they begin with some."""
    return words if words[:1] in {"“", '"', "„", "«", "‘"} else f"“{words}”"


def _doubt(claim: Claim) -> str:
    """What is wrong with a claim, as in `⚠ Not supported: the year is not there.`, for a person."""
    word = {"partial": "Partly supported", "unchecked": "Not checked in full"}.get(claim.support, "Not supported")
    return f"⚠ {word}: {plain(claim.reason)}" if claim.reason else f"⚠ {word}."


def _doubts(answer: Answer) -> list[str]:
    return [f"“{plain(claim.text)}” {_doubt(claim)}" for claim in answer.claims if claim.support != "supported"]


def _left_out(answer: Answer) -> list[str]:
    """A line for each citation or sentence that was turned down: nothing is hidden."""
    return [f"Left out: {plain(item.marker)} ({plain(item.reason)})" for item in answer.rejected]
