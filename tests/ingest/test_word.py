"""Word documents as people make them: changes, controls, notes, boxes, tables."""

import io

import pytest

from ingest.word import read_docx
from tests.ingest.documents import BODY, word, word_with

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def p(words: str) -> str:
    return f"<w:p><w:r><w:t xml:space='preserve'>{words}</w:t></w:r></w:p>"


def tc(words: str, more: str = "") -> str:
    return f"<w:tc><w:tcPr>{more}</w:tcPr>{p(words)}</w:tc>"


def table(*rows: str) -> str:
    return "<w:tbl>" + "".join(f"<w:tr>{row}</w:tr>" for row in rows) + "</w:tbl>"


def text_of(body: str) -> str:
    return str(read_docx(word_with(BODY[0] + body.encode() + BODY[1]), "a document")["text"]).strip()


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("<w:p><w:r><w:t xml:space='preserve'>It costs </w:t></w:r><w:del><w:r><w:delText>2.9</w:delText></w:r></w:del><w:ins><w:r><w:t>1.9</w:t></w:r></w:ins><w:r><w:t> million.</w:t></w:r></w:p>", "It costs 1.9 million."),
        ("<w:p><w:moveFrom><w:r><w:t>gone</w:t></w:r></w:moveFrom><w:moveTo><w:r><w:t>here</w:t></w:r></w:moveTo></w:p>", "here"),
        (f"<w:sdt><w:sdtPr/><w:sdtContent>{p('In a control.')}</w:sdtContent></w:sdt>", "In a control."),
        (f"<w:sdt><w:sdtContent><w:sdt><w:sdtContent>{p('Within.')}</w:sdtContent></w:sdt></w:sdtContent></w:sdt>", "Within."),
        ("<w:p><w:sdt><w:sdtContent><w:r><w:t>Inline control.</w:t></w:r></w:sdtContent></w:sdt></w:p>", "Inline control."),
        (f"<w:customXml>{p('In custom XML.')}</w:customXml>", "In custom XML."),
        (f"<w:p><w:r><w:t>Before.</w:t></w:r><w:r><w:pict><w:txbxContent>{p('In a box.')}</w:txbxContent></w:pict></w:r></w:p>", "Before.\nIn a box."),
        ("<w:p><w:r><w:fldChar/><w:instrText>PAGE 1</w:instrText><w:t>7 pages</w:t></w:r></w:p>", "7 pages"),
        (table(tc("School") + tc("Pupils") + tc("Kitchen"), tc("Norra") + tc("412") + tc("yes")), "School: Norra; Pupils: 412; Kitchen: yes"),
        (table(tc("School") + tc("Pupils") + tc("Area"), tc("Norra") + tc("412") + tc("East", "<w:vMerge w:val='restart'/>"),
               tc("Vest") + tc("97") + tc("", "<w:vMerge/>")), "School: Norra; Pupils: 412; Area: East\nSchool: Vest; Pupils: 97; Area: East"),
        (table(f"<w:tc>{p('Outer')}{table(tc('Inner words'))}{p('')}</w:tc>"), "Outer\nInner words"),
        (f"<w:sdt><w:sdtContent>{table(tc('In a controlled table'))}</w:sdtContent></w:sdt>", "In a controlled table"),
        ("<w:p><w:pPr><w:numPr/></w:pPr><w:r><w:t>An item.</w:t></w:r></w:p>", "- An item."),
        ("<w:p><w:hyperlink><w:r><w:t>A link</w:t></w:r></w:hyperlink></w:p>", "A link"),
    ],
)  # fmt: skip
def test_no_word_of_a_document_is_lost_and_none_is_there_twice(body: str, text: str) -> None:
    assert text_of(body) == text


def test_notes_come_after_the_text() -> None:
    note = f"<w:footnotes xmlns:w='{W}'><w:footnote w:type='separator' w:id='0'>{p('---')}</w:footnote><w:footnote w:id='1'>{p('A note.')}</w:footnote></w:footnotes>"
    made = io.BytesIO(word())
    import zipfile

    new = io.BytesIO()
    with zipfile.ZipFile(made) as old, zipfile.ZipFile(new, "w") as archive:
        for member in old.infolist():
            content = old.read(member)
            if member.filename == "word/_rels/document.xml.rels":
                kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"
                content = content.replace(
                    b"</Relationships>",
                    f"<Relationship Id='rIdF' Type='{kind}' Target='footnotes.xml'/></Relationships>".encode(),
                )
            if member.filename == "[Content_Types].xml":
                kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
                content = content.replace(
                    b"</Types>", f"<Override PartName='/word/footnotes.xml' ContentType='{kind}'/></Types>".encode()
                )
            archive.writestr(member.filename, content)
        archive.writestr("word/footnotes.xml", note)
    text = str(read_docx(new.getvalue(), "a document")["text"])
    assert text.endswith("\nA note.")
    assert "---" not in text


def test_a_dateline_dates_a_document_and_its_template_does_not() -> None:
    import docx

    for lines, day in (
        (("Market to close", "4 March 2025", "It closes."), "2025-03-04"),
        (("Market to close", "It closes."), ""),
    ):
        document = docx.Document()
        for line in lines:
            document.add_paragraph(line)
        document.core_properties.title, document.core_properties.author = "Microsoft Word - final.docx", "Windows User"
        made = io.BytesIO()
        document.save(made)
        found = read_docx(made.getvalue(), "a document")
        assert (found["published_at"], found["title"], found["authors"]) == (day, "", [])


@pytest.mark.parametrize(
    "unit", ["<w:sdt><w:sdtContent>", "<w:tbl><w:tr><w:tc>", "<w:p><w:r><w:txbxContent>", "<w:ins>"]
)
def test_what_is_nested_deeply_is_read_or_refused(unit: str) -> None:
    tags = [tag.strip("<>") for tag in unit.split("><")]
    close = "".join(f"</{tag}>" for tag in reversed(tags))
    assert "words" in text_of(unit * 12 + p("words") + close * 12)
