"""Markers of every form are read as numbers and never shown, wherever a stream cuts them; numbers of an article are none."""

import re

import pytest
from hypothesis import given
from hypothesis import settings as trying
from hypothesis import strategies as st

from qa.generation.markers import without_markers
from qa.generation.reply import parse_reply, read_reply
from tests.effort import FULL

FORMS = (
    "[N]|[ID:N]|[ID: N]|[Source N]|[Source: N]|[citation:N]|[Citation N]|[docN]|[^N^]|\\[N\\]|［N］|<sup>N</sup>|<N>|<cite>N</cite>"
    "|{N}|[Paragraph N]|[N.]|(see sentence N)|(pages N)|[source_id=N]|<source_id>N</source_id>|[[N]]|<sup>[N]</sup>|[Ref. N]|【N】"
    "|【N†source】|【N†L1-L3】|(N)|[#N]|[N](http://evil.example)|[[N]](http://evil.example)|^N^|^[N]|[^N]|[N:0†x]|(Source: N)|\\(N\\)"
    '|<ref id="N"/>|[第N句]|[来源N]|[Satz N]|[frase N]|[предложение N]|[Harbour Bridge, sentence N]|〔N〕|[p. N]|**[N]**|`[N]`'
    '|<a href="#N">[N]</a>|<a href="#N">N</a>|&#91;N&#93;|[sentence N]|[Source: sentence N]|<citation>N</citation>|(SN)|[ N ]|[no. N]'
    "|[footnote N]|[cite: N]|(cf. N)|[SN]|[line N]|(sentence N)|[Evidence N]|[passage N]|[context N]|{{N}}|*[N]*|[fuente N]|[źródło N]"
).split("|")
SENTENCES = (
    "It rained in Veldport",
    "About 31,000 vehicles cross it",
    "The cost is 8.4 million euros",
    "It opened in 1967",
    "Salo said “no”",
    "大桥将关闭",
    "Die Brücke schließt",
)
WHOLE = [form.replace("N", "7") for form in FORMS]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("layout", ["{0} {1}.", "{0}. {1}", "{0}{1}.", "{0}.{1}"])
def test_a_marker_is_read_and_leaves_nothing_behind(form: str, layout: str) -> None:
    if (layout == "{0}{1}." and form.startswith("^")) or (form == "(N)" and layout == "{0}{1}."):
        layout = "{0} {1}."
    reply = layout.format("The bridge closes in April", form.replace("N", "3"))
    assert [(said.text.rstrip("."), said.numbers) for said in parse_reply(reply)] == [
        ("The bridge closes in April", (3,))
    ]


@pytest.mark.parametrize("number", ["³", "¹²", "³˒⁴"])
def test_raised_numbers_are_markers_but_for_powers(number: str) -> None:
    assert parse_reply(f"The bridge closes in April{number}.")[0].text == "The bridge closes in April."
    assert parse_reply("It covers 40 km² and holds 10⁶ m³.")[0].text == "It covers 40 km² and holds 10⁶ m³."


@trying(max_examples=400 if FULL else 60, deadline=None)
@given(st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=3, unique=True), st.sampled_from(WHOLE), st.data())
def test_nothing_of_a_marker_is_shown_wherever_a_stream_is_cut(said: list[str], form: str, data: st.DataObject) -> None:
    reply = " ".join(f"{sentence} {form}." for sentence in said)
    place = data.draw(st.integers(0, len(reply)))
    words = " ".join(f"{sentence}." for sentence in said)
    shown = " ".join(sentence.text for sentence in read_reply(reply[:place], growing=True).sentences)
    bare = re.sub(r"\W+", "", words)
    assert bare.startswith(re.sub(r"\W+", "", shown)), shown
    assert not re.search(r"[\[\]【】{}<>†^]|evil|[Ss]ource|[Ss]entence", shown)


@pytest.mark.parametrize(
    "text",
    [
        "The truce of thirty (30) days began.",
        "He wrote “[sic]” below.",
        "The mayor [Ingrid Salo] closed it.",
        "It cost 8.4 million (about 9 million dollars).",
        "Open daily (from 9 to 5).",
        "Lund (aged 42) runs it.",
        "It covers 12 m² of H₂O.",
        "The score was 3-2.",
        "See section {a} of it.",
        "It is < 3 km long and > 2 km wide.",
        "Tram line 3 stops there.",
        "The Source Code 3 conference began.",
    ],
)
def test_an_article_s_own_numbers_and_brackets_are_no_markers(text: str) -> None:
    assert [(said.text, said.numbers) for said in parse_reply(text)] == [(text, ())]


@given(st.text(alphabet="[](){}<>0123456789³^ ,.sourcentda第", max_size=80))
def test_no_marker_breaks_the_reading(text: str) -> None:
    plain, markers = without_markers(text)
    assert len(plain) <= len(text)
    assert all(0 <= marker.place <= len(plain) for marker in markers)
