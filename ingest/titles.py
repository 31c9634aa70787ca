"""What is no title: placeholders of programs, names of files, the name of the site. Pure."""

import re

_NO_TITLE = re.compile(
    r"""(?ix) untitled(?:[-\s]?\d*) | (?:no|without)\ title | unbenannt | sans\ titre | sin\ título
    | senza\ titolo | sem\ título
    | без\ названия | untitled\ document | (?:new\ )?document\s?\d* | dokument\s?\d* | documento?\s?\d*
    | home(?:page)? | index | start(?:seite)? | page\ \d+
    | powerpoint\ presentation | presentation\d* | word\ document | title | titel | article | \(?none\)?
    | null | undefined
    | (?:for\ immediate\ release|embargoed?\b.{0,60}|press\ release|news\ release|media\ release|pressemitteilung
      |communiqué\ de\ presse|nota\ de\ prensa|comunicato\ stampa)[:.!]?
    | [A-Z]{2,6}-[^\s]{1,20}--?[^\n]{1,60},\ ?\d{2,5}
    | [\w\ &-]{1,30}(?:\ [>›»]\ [\w\ &-]{1,30}){1,6}
    | default | layout\ \d+ | slide\ \d+ | template | normal(?:\.dotm?)? | scan\S* | img\S* | print | microsoft\ \w+
    | \w*\.(?:docx?|pdf|indd|qxd|rtf|odt|html?|txt|tmp|pmd|fm|tex|dvi|ps|cdr|ai|xlsx?|pptx?)"""
)


def plain_name(text: str) -> str:
    """A name by which it is compared with others: `"The Brennick Times"` → `"thebrennicktimes"`."""
    return re.sub(r"[\W_]+", "", text.lower())


def no_title(title: str, source: str = "") -> bool:
    """Whether a title is a placeholder or the name of the site: `"Microsoft Word - final_v3.docx"`, `"untitled"`."""
    said = title.strip()
    made = re.match(
        r"(?i)(?:microsoft (?:word|powerpoint|excel|office \w+)|pages|openoffice|libreoffice|print)\s*-\s", said
    )
    return bool(made or not said or _NO_TITLE.fullmatch(said) or (source and plain_name(said) == plain_name(source)))
