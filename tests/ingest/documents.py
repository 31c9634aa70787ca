"""Documents of every format for tests, made whole or hostile."""

import io
import zipfile
import zlib

STORY = "The council met on Monday. It voted to build a bridge over the river, which will cost $4.5 million. Work starts in May."

_W = b'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
BODY = (b'<?xml version="1.0"?><w:document ' + _W + b"><w:body>", b"</w:body></w:document>")


def page(paragraphs: int = 5, head: str = "") -> bytes:
    """An HTML page with an article."""
    body = "".join(f"<p>{STORY} Paragraph {n}.</p>" for n in range(paragraphs))
    return f"<html><head><title>A Bridge</title>{head}</head><body><article><h1>A Bridge</h1>{body}</article></body></html>".encode(
        errors="replace"
    )


def word(text: str = STORY) -> bytes:
    """A Word document with a paragraph and a table."""
    import docx

    document = docx.Document()
    document.add_heading("A Bridge")
    document.add_paragraph(text)
    document.add_paragraph("An item.", style="List Bullet")
    document.add_table(1, 2).cell(0, 0).text = "A cell with words."
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()


def word_with(
    body: bytes, *, part: str = "word/document.xml", more: tuple[tuple[str, bytes], ...] = (), packing: int = 8
) -> bytes:
    """A Word document of which one part is this, with more files in its archive."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(word())) as old, zipfile.ZipFile(made, "w", packing) as new:
        for member in old.infolist():
            new.writestr(member.filename, body if member.filename == part else old.read(member))
        for name, content in more:
            new.writestr(name, content)
    return made.getvalue()


def paper(text: str = STORY) -> bytes:
    """A PDF with one page."""
    from fpdf import FPDF

    pdf = FPDF()
    pdf.add_page()
    pdf.set_font("Helvetica", size=12)
    pdf.multi_cell(0, 8, text)
    return bytes(pdf.output())


def paper_with(stream: bytes) -> bytes:
    """A PDF whose one page is drawn by this stream."""
    packed = zlib.compress(stream, 9)
    parts = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>",
        b"<</Filter/FlateDecode/Length %d>>stream\n" % len(packed) + packed + b"\nendstream",
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    made, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, start=1):
        places.append(b"%010d 00000 n \n" % len(made))
        made += b"%d 0 obj" % number + part + b"endobj\n"
    table = b"xref\n0 6\n0000000000 65535 f \n" + b"".join(places)
    return made + table + b"trailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % len(made)


LOOP = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[2 0 R 2 0 R]/Count 2>>endobj\n"
    b"xref\n0 3\n0000000000 65535 f \n0000000009 00000 n \n0000000054 00000 n \n"
    b"trailer<</Size 3/Root 1 0 R/Prev 105>>\nstartxref\n105\n%%EOF"
)
"""A PDF whose pages contain themselves and whose table of objects is before itself."""
