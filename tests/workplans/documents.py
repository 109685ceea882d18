"""Small .docx packages, good and bad, made part by part."""

from __future__ import annotations

import io
import zipfile
from xml.sax.saxutils import escape

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
TYPES = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels"'
    ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/word/document.xml" ContentType="{MAIN}"/></Types>'
)
RELS = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    "{}</Relationships>"
)


def paragraph(text: str, properties: str = "") -> str:
    """One paragraph in one run."""
    inner = f"<w:pPr>{properties}</w:pPr>" if properties else ""
    return f"<w:p>{inner}<w:r><w:t xml:space='preserve'>{escape(text)}</w:t></w:r></w:p>"


def docx(*body: str, parts: dict[str, str | bytes] | None = None) -> bytes:
    """A document with this body (elements as text), and other parts beside it."""
    document = (
        f"<w:document xmlns:w='{W}' xmlns:r='{R}'><w:body>{''.join(body)}</w:body></w:document>"
    )
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", TYPES)
        package.writestr("word/document.xml", document)
        for name, content in (parts or {}).items():
            package.writestr(name, content)
    return target.getvalue()


def relation(kind: str, target: str, external: bool = True) -> str:
    """The relationships part of the document with one relation."""
    mode = ' TargetMode="External"' if external else ""
    return RELS.format(f'<Relationship Id="r1" Type="{R}/{kind}" Target="{target}"{mode}/>')


def numbered(depth: int, number: int = 1) -> str:
    """The properties of a paragraph in an automatic list."""
    return f"<w:numPr><w:ilvl w:val='{depth}'/><w:numId w:val='{number}'/></w:numPr>"


NUMBERING = (
    f"<w:numbering xmlns:w='{W}'><w:abstractNum w:abstractNumId='7'>"
    "<w:lvl w:ilvl='0'><w:start w:val='1'/><w:numFmt w:val='chineseCounting'/>"
    "<w:lvlText w:val='%1、'/></w:lvl>"
    "<w:lvl w:ilvl='1'><w:start w:val='1'/><w:numFmt w:val='chineseCountingThousand'/>"
    "<w:lvlText w:val='（%2）'/></w:lvl>"
    "<w:lvl w:ilvl='2'><w:start w:val='1'/><w:numFmt w:val='decimal'/>"
    "<w:lvlText w:val='%3.'/></w:lvl>"
    "<w:lvl w:ilvl='3'><w:start w:val='1'/><w:numFmt w:val='decimalEnclosedCircle'/>"
    "<w:lvlText w:val='%4'/></w:lvl>"
    "<w:lvl w:ilvl='4'><w:numFmt w:val='bullet'/><w:lvlText w:val='•'/></w:lvl>"
    "</w:abstractNum><w:num w:numId='1'><w:abstractNumId w:val='7'/></w:num></w:numbering>"
)
STYLES = (
    f"<w:styles xmlns:w='{W}'><w:style w:styleId='Top'>"
    "<w:pPr><w:numPr><w:numId w:val='1'/></w:numPr></w:pPr></w:style>"
    "<w:style w:styleId='Sub'><w:basedOn w:val='Top'/></w:style></w:styles>"
)
