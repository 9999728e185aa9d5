"""PURE. The parts of the file and the package around them; equal input gives equal bytes."""

import io
import zipfile
from collections.abc import Mapping
from xml.sax.saxutils import escape

from lxml import etree

from exambank.interchange.formats.word.parts.names import R, W
from exambank.interchange.formats.word.writing.sheet import relationship_of
from exambank.interchange.formats.word.writing.stylesheet import styles_xml
from exambank.interchange.formats.word.writing.xml import element, valued
from exambank.interchange.neutral import MediaFile

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_MOMENT = (1980, 1, 1, 0, 0, 0)
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_CONTENT_TYPES = (
    f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/><Default Extension="png" ContentType="image/png"/>'
    '<Default Extension="jpeg" ContentType="image/jpeg"/><Default Extension="gif" ContentType="image/gif"/>'
    f'<Override PartName="/word/document.xml" ContentType="{_MAIN}.document.main+xml"/>'
    f'<Override PartName="/word/styles.xml" ContentType="{_MAIN}.styles+xml"/>'
    f'<Override PartName="/word/numbering.xml" ContentType="{_MAIN}.numbering+xml"/>'
    f'<Override PartName="/word/settings.xml" ContentType="{_MAIN}.settings+xml"/>'
    f'<Override PartName="/word/footer1.xml" ContentType="{_MAIN}.footer+xml"/>'
    '<Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>'
    "</Types>"
)
_ROOT = (
    f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/relationships/officeDocument" Target="word/document.xml"/>'
    f'<Relationship Id="rId2" Type="{_PACKAGE}/relationships/metadata/core-properties" Target="docProps/core.xml"/>'
    "</Relationships>"
)
_CORE = (
    f'{_HEAD}<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
    "<dc:title>%s</dc:title><dc:language>vi-VN</dc:language></cp:coreProperties>"
)
_SETTINGS = (
    f'{_HEAD}<w:settings xmlns:w="{W[1:-1]}" xmlns:m="{_OFFICE}/math"><w:defaultTabStop w:val="720"/>'
    '<w:compat><w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" '
    'w:val="15"/></w:compat>'
    '<m:mathPr><m:mathFont m:val="Cambria Math"/><m:defJc m:val="left"/></m:mathPr></w:settings>'
)
_FOOTER = (
    f'{_HEAD}<w:ftr xmlns:w="{W[1:-1]}"><w:p><w:pPr><w:pStyle w:val="EbFooter"/></w:pPr>'
    '%s<w:fldSimple w:instr=" PAGE "><w:r><w:t>1</w:t></w:r></w:fldSimple>%s</w:p></w:ftr>'
)
_OF_PAGES = '<w:r><w:t>/</w:t></w:r><w:fldSimple w:instr=" NUMPAGES "><w:r><w:t>1</w:t></w:r></w:fldSimple>'
_LONG, _SHORT = 16838, 11906  # A4 in twentieths of a point


def pack(
    title: str, blocks: list, files: Mapping[str, tuple[str, MediaFile]], lists: int, *, footer: str = "",
    is_wide: bool = False,
) -> bytes:  # fmt: skip
    """The bytes of the .docx. ``footer``: words before the page's number, which then says of how many pages it is
    ("Mã đề 104 - Trang 2/4"); ``is_wide``: A4 lying.
    """
    parts: dict[str, bytes] = {
        "[Content_Types].xml": _CONTENT_TYPES.encode(),
        "_rels/.rels": _ROOT.encode(),
        "docProps/core.xml": (_CORE % escape(title)).encode(),
        "word/document.xml": _document(blocks, is_wide),
        "word/_rels/document.xml.rels": _relationships([name for name, _file in files.values()]).encode(),
        "word/styles.xml": styles_xml(),
        "word/numbering.xml": _numbering(lists),
        "word/settings.xml": _SETTINGS.encode(),
        "word/footer1.xml": _footer(footer).encode(),
    }
    for name, file in files.values():
        parts[f"word/media/{name}"] = file.body
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for path, body in parts.items():
            entry = zipfile.ZipInfo(path, _MOMENT)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, body)
    return stream.getvalue()


def _footer(words: str) -> str:
    before = f'<w:r><w:t xml:space="preserve">{escape(words)}</w:t></w:r>' if words else ""
    return _FOOTER % (before, _OF_PAGES if words else "")


def _document(blocks: list, is_wide: bool) -> bytes:
    size = element("pgSz", w=_LONG, h=_SHORT, orient="landscape") if is_wide else element("pgSz", w=_SHORT, h=_LONG)
    page = element(
        "sectPr",
        element("footerReference", type="default"),
        size,
        element("pgMar", top=1134, right=1134, bottom=1134, left=1134, header=567, footer=567, gutter=0),
    )
    page[0].set(R + "id", "rIdFooter")
    names = {"w": W[1:-1], "r": R[1:-1], "m": f"{_OFFICE}/math"}
    root = etree.Element(W + "document", nsmap=names)
    body = etree.SubElement(root, W + "body")
    body.extend(_parted(blocks))
    body.append(page)
    etree.cleanup_namespaces(root, keep_ns_prefixes=["w", "r", "m"])
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _parted(blocks: list) -> list:
    """Two tables side by side would become one, and Word wants a paragraph after the last: one stands between."""
    found: list = []
    for block in blocks:
        if found and block.tag == found[-1].tag == W + "tbl":
            found.append(element("p", element("pPr", valued("pStyle", "EbGap1"))))
        found.append(block)
    if found and found[-1].tag == W + "tbl":
        found.append(element("p", element("pPr", valued("pStyle", "EbGap1"))))
    return found


def _relationships(pictures: list[str]) -> str:
    fixed = (("rIdStyles", "styles", "styles.xml"), ("rIdNumbering", "numbering", "numbering.xml"),
             ("rIdSettings", "settings", "settings.xml"), ("rIdFooter", "footer", "footer1.xml"))  # fmt: skip
    rows = [*fixed, *((relationship_of(name), "image", f"media/{name}") for name in pictures)]
    inner = "".join(
        f'<Relationship Id="{key}" Type="{_OFFICE}/relationships/{kind}" Target="{target}"/>'
        for key, kind, target in rows
    )
    return f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{inner}</Relationships>'


def _numbering(lists: int) -> bytes:
    """One list of bullets, and a numbered one for each list of its own: each begins at 1."""
    root = element("numbering", _kind_of_list(0, "bullet", "•"), _kind_of_list(1, "decimal", "%1."))
    root.append(element("num", valued("abstractNumId", 0), numId=1))
    for number in range(2, lists + 2):
        restart = element("lvlOverride", valued("startOverride", 1), ilvl=0)
        root.append(element("num", valued("abstractNumId", 1), restart, numId=number))
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _kind_of_list(number: int, form: str, sign: str):
    place = element("pPr", element("ind", left=720, hanging=360))
    level = element(
        "lvl",
        valued("start", 1),
        valued("numFmt", form),
        valued("lvlText", sign),
        valued("lvlJc", "left"),
        place,
        ilvl=0,
    )
    return element("abstractNum", valued("multiLevelType", "singleLevel"), level, abstractNumId=number)
