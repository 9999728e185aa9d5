"""Word files typed by a program: paragraphs, runs with their looks, tables, automatic numbers, pictures, formulas."""

import io
import zipfile
from html import escape

_NAMES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture" '
    'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
)
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
LOOKS = {
    "bold": "<w:b/>",
    "italic": "<w:i/>",
    "underline": '<w:u w:val="single"/>',
    "red": '<w:color w:val="FF0000"/>',
    "blue": '<w:color w:val="0070C0"/>',
    "green": '<w:color w:val="00B050"/>',
    "black": '<w:color w:val="000000"/>',
    "highlight": '<w:highlight w:val="yellow"/>',
    "shade": '<w:shd w:val="clear" w:color="auto" w:fill="FFFF00"/>',
    "strike": "<w:strike/>",
    "sub": '<w:vertAlign w:val="subscript"/>',
    "sup": '<w:vertAlign w:val="superscript"/>',
    "hidden": "<w:vanish/>",
    "caps": "<w:caps/>",
    "plain": '<w:b w:val="0"/>',
}


def run(text: str, *looks: str, font: str = "", style: str = "") -> str:
    """A run; tabs and line breaks as in Word."""
    inner = "".join(
        "<w:tab/>" if one == "\t" else "<w:br/>" if one == "\n" else f'<w:t xml:space="preserve">{escape(one)}</w:t>'
        for one in _pieces(text)
    )
    head = f'<w:rStyle w:val="{style}"/>' if style else ""
    head += f'<w:rFonts w:ascii="{font}" w:hAnsi="{font}"/>' if font else ""
    head += "".join(LOOKS[look] for look in looks)
    return f"<w:r>{f'<w:rPr>{head}</w:rPr>' if head else ''}{inner}</w:r>"


def _pieces(text: str) -> list[str]:
    found, words = [], ""
    for letter in text:
        if letter in "\t\n":
            found += [words, letter] if words else [letter]
            words = ""
        else:
            words += letter
    return [*found, words] if words else found


def par(*runs: str, number: tuple[int, int] | None = None, style: str = "", mark: tuple[str, ...] = ()) -> str:
    """A paragraph; ``number`` is (list, level), ``mark`` the looks of its end mark."""
    head = f'<w:pStyle w:val="{style}"/>' if style else ""
    if number:
        head += f'<w:numPr><w:ilvl w:val="{number[1]}"/><w:numId w:val="{number[0]}"/></w:numPr>'
    if mark:
        head += f"<w:rPr>{''.join(LOOKS[look] for look in mark)}</w:rPr>"
    inner = "".join(one if one.startswith("<") else run(one) for one in runs)
    return f"<w:p>{f'<w:pPr>{head}</w:pPr>' if head else ''}{inner}</w:p>"


def table(*rows: list[str]) -> str:
    """A table; a cell is words or paragraphs."""
    cells = "".join(
        "<w:tr>" + "".join(f"<w:tc>{one if one.startswith('<w:') else par(one)}</w:tc>" for one in row) + "</w:tr>"
        for row in rows
    )
    return f"<w:tbl>{cells}</w:tbl>"


def level(at: int, style: str, text: str, start: int = 1, more: str = "") -> str:
    """One level of a list."""
    return (
        f'<w:lvl w:ilvl="{at}"><w:start w:val="{start}"/><w:numFmt w:val="{style}"/>{more}'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
    )


def numbering(abstract: dict[int, str], numbers: dict[int, tuple[int, str]]) -> str:
    """The lists of a file: abstract lists with their levels; numbers with their list and overrides."""
    body = "".join(
        f'<w:abstractNum w:abstractNumId="{one}">{levels}</w:abstractNum>' for one, levels in abstract.items()
    )
    body += "".join(
        f'<w:num w:numId="{one}"><w:abstractNumId w:val="{at}"/>{more}</w:num>' for one, (at, more) in numbers.items()
    )
    return f"<w:numbering {_NAMES}>{body}</w:numbering>"


def restart(at: int = 0, start: int = 1) -> str:
    return f'<w:lvlOverride w:ilvl="{at}"><w:startOverride w:val="{start}"/></w:lvlOverride>'


def styles(body: str) -> str:
    return f"<w:styles {_NAMES}>{body}</w:styles>"


def fraction(top: str, bottom: str) -> str:
    """A formula."""
    return (
        f"<m:oMath><m:f><m:num><m:r><m:t>{top}</m:t></m:r></m:num>"
        f"<m:den><m:r><m:t>{bottom}</m:t></m:r></m:den></m:f></m:oMath>"
    )


def picture(relationship: str, alt: str = "") -> str:
    return (
        f'<w:r><w:drawing><wp:inline><wp:docPr id="1" name="x" descr="{escape(alt)}"/><a:graphic><a:graphicData><pic:pic>'
        f'<pic:blipFill><a:blip r:embed="{relationship}"/></pic:blipFill></pic:pic></a:graphicData></a:graphic></wp:inline>'
        "</w:drawing></w:r>"
    )


def mathtype(relationship: str = "rIdOle", preview: str = "rIdWmf") -> str:
    return (
        f'<w:r><w:object><v:shape><v:imagedata r:id="{preview}"/></v:shape>'
        f'<o:OLEObject Type="Embed" ProgID="Equation.DSMT4" r:id="{relationship}"/></w:object></w:r>'
    )


def text_box(*paragraphs: str) -> str:
    """A text box as new programs write it, with the same again for older ones."""
    box = f"<w:txbxContent>{''.join(paragraphs)}</w:txbxContent>"
    return (
        f'<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wp:anchor><a:graphic><a:graphicData><wps:wsp>'
        f"<wps:txbx>{box}</wps:txbx></wps:wsp></a:graphicData></a:graphic></wp:anchor></w:drawing></mc:Choice>"
        f"<mc:Fallback><w:pict><v:textbox>{box}</v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )


def docx(
    *blocks: str, lists: str = "", look: str = "", files: dict[str, bytes] | None = None, links: str = ""
) -> bytes:
    """The bytes of a Word file. ``files`` are relationship -> (name, bytes) of pictures."""
    body = "".join(one if one.startswith("<") else par(one) for one in blocks)
    relations = "".join(
        f'<Relationship Id="{one}" Type="{_OFFICE}/image" Target="media/{name}"/>'
        for one, (name, _b) in (files or {}).items()
    )
    relations += links
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"/>',
        "_rels/.rels": (
            f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" Type="{_OFFICE}/officeDocument" '
            'Target="word/document.xml"/></Relationships>'
        ),
        "word/document.xml": f"<w:document {_NAMES}><w:body>{body}<w:sectPr/></w:body></w:document>",
        "word/_rels/document.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">{relations}</Relationships>',
    }
    if lists:
        parts["word/numbering.xml"] = lists
    if look:
        parts["word/styles.xml"] = look
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, text in parts.items():
            archive.writestr(path, text)
        for name, content in (files or {}).values():
            archive.writestr(f"word/media/{name}", content)
    return stream.getvalue()
