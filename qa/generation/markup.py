"""A reply without what its form is made of: stop tokens, HTML, markdown. Its words stay, and markers as `[n]`. Pure."""

import html
import re

_STOP = re.compile(
    r"<[|｜][^|｜<>\n]{1,40}[|｜]>|</?s>|</?(?:start|end)_of_(?:turn|text)>|<(?:eos|bos|pad|unk)>|\[/?INST\]|<</?SYS>>"
    r"|<\|(?:im_end|im_start|eot_id|endoftext|end)(?=\W|$)"
)
"""Tokens by which models tell turns apart."""

_HEADER = re.compile(
    r"\A\s{0,20}(?:<[|｜](?:start_header_id|im_start)[|｜]>)?\s{0,5}(?:assistant|model)\s{0,5}(?:<[|｜]end_header_id[|｜]>)?[^\S\n]{0,5}\n"
)
_SILENT = re.compile(
    r"(?is)<(script|style|template|iframe)\b[^<>]{0,300}>(?:(?!<\1).){0,4000}?</\1\s{0,3}>"
    r"|<!--(?:(?!<!--).){0,2000}?-->|<!\[CDATA\[|\]\]>"
)
_CITING_TAG = re.compile(
    r"(?i)<(?:sup|sub|cite|ref|source|source_id|sourceid|citation|doc|sentence|id|a)\b[^<>\n]{0,120}>"
    r"\s{0,3}\[?\^?((?:[a-z]{1,9}[ :_.#-]{0,2})?\d{1,4}(?:\s?[,;–-]\s?\d{1,4}){0,8})\^?\]?\s{0,3}</[^<>\n]{1,20}>"
)
_NUMBER_TAG = re.compile(
    r"(?i)<\s?(\d{1,4}(?:\s?,\s?\d{1,4}){0,8})\s?/?>"
    r"|</?(?:ref|cite|citation|source|doc|sentence|sup"
    r"|co)\b[ :=_\"'a-z-]{0,30}[=: ][\"']?(\d{1,4}(?:,\d{1,4}){0,8})[\"']?\s?/?>"
)
_BLOCK = re.compile(
    r"(?i)</?(?:p|div|br|li|ul|ol|h[1-6]|tr|table|section|article|answer|response|final|output|blockquote"
    r"|pre)\b[^<>]{0,300}>"
)
_TAG = re.compile(r"</?[a-zA-Z][\w:.-]{0,40}(?:\s[^<>]{0,300})?/?>")
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_IMAGE = re.compile(r"!\[[^\]\n]{0,300}\]\([^)\n]{0,500}\)")
_LINK = re.compile(r"\[{1,2}([^\[\]\n]{1,300})\]{1,2}\([^)\n]{0,500}\)")
_FENCE = re.compile(r"(?m)^[^\S\n]{0,8}(?:`{3,}|~{3,})[^\n`]{0,40}$")
_RULE = re.compile(r"(?m)^[^\S\n]{0,8}(?:[-*_=][^\S\n]?){3,}$")
_LINE_START = re.compile(
    r"(?m)^[^\S\n]{0,8}(?:>[^\S\n]?){0,4}(?:#{1,6}[^\S\n]+|[-*•+–‣▪][^\S\n]+"
    r"|(?:\d{1,2}[.)]|[a-hA-H]\))[^\S\n]+)?(?:\[[ xX]\][^\S\n]+)?"
)
_ROW = re.compile(r"(?m)^[^\S\n]{0,8}\|(?P<cells>[^\n]{1,1000})\|[^\S\n]*$")
_TABLE = re.compile(
    rf"{_ROW.pattern.replace('cells', 'head')}\n[^\S\n]{{0,8}}\|[\s:|-]{{1,300}}\|"
    r"(?P<rows>(?:\n[^\S\n]{0,8}\|[^\n]*)*)"
)
_HEADING = re.compile(r"(?m)^[^\S\n]{0,3}#{1,6}[^\S\n][^\n\[\]]{0,80}[^\n.:!?\[\]]\n(?=\s{0,20}[^\s#])")
"""A title over other lines, without a marker."""

_EMPHASIS = re.compile(
    r"\*{1,3}(?=\S)|(?<=\S)\*{1,3}|(?<!\w)_{1,3}(?=\w)|(?<=[\w.!?\])])_{1,3}(?!\w)|`+|~~|==(?=\w)|(?<=\w)=="
)
_UNESCAPED = 3


def undecorated(reply: str) -> str:
    r"""The words of a reply line by line: `"**Yes** ([x](http://y))<br>No<sup>3</sup>"` → `"Yes (x)\nNo[3]"`."""
    text = _HEADER.sub("", before_stop(reply))
    for _ in range(_UNESCAPED):
        text = html.unescape(text)
    text = _SILENT.sub("", _ESCAPED.sub(r"\1", text))
    text = _CITING_TAG.sub(r"[\1]", text)
    text = _NUMBER_TAG.sub(_numbered, text)
    text = _TAG.sub("", _BLOCK.sub("\n", text))
    text = _LINK.sub(_label, _IMAGE.sub("", text))
    text = _HEADING.sub("", _TABLE.sub(_rows, _RULE.sub("", _FENCE.sub("", text))))
    return _EMPHASIS.sub("", _LINE_START.sub("", text))


def before_stop(reply: str) -> str:
    """The reply up to the first token that ends it; those that open it are left out."""
    text = reply
    for match in _STOP.finditer(reply):
        if any(map(str.isalnum, _STOP.sub("", reply[: match.start()]))):
            text = reply[: match.start()]
            if text.strip().lower() not in {"assistant", "model"}:
                break
            text = reply
    return _STOP.sub("", text)


def _numbered(tag: re.Match[str]) -> str:
    return "" if tag[2] and not tag[0].startswith("</") and "co" in tag[0][:4].lower() else f"[{tag[1] or tag[2]}]"


def _rows(table: re.Match[str]) -> str:
    """The rows of a table as lines, each with its first cell as a label: `"Sales: Berghof 720; Lactona 6,400"`."""
    head = [cell.strip() for cell in table["head"].split("|")]
    lines = []
    for row in _ROW.finditer(table["rows"]):
        cells = [cell.strip() for cell in row["cells"].split("|")]
        named = (
            [f"{name} {cell}" for name, cell in zip(head[1:], cells[1:], strict=False)] if len(cells) > 2 else cells[1:]
        )
        lines.append(f"{cells[0]}: {'; '.join(named)}")
    return "\n".join(lines)


def _label(link: re.Match[str]) -> str:
    """What a link is called; the number of a sentence stays a marker: `[4](http://x)` → `[4]`."""
    return f"[{link[1]}]" if link[1].strip(" ^#").isdecimal() else link[1]
