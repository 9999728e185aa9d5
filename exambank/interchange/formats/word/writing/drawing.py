"""PURE. Pictures within the text of a Word file."""

from lxml import etree

from exambank.interchange.formats.word.parts.names import WP, A, R
from exambank.interchange.formats.word.writing.xml import element

PIC = "{http://schemas.openxmlformats.org/drawingml/2006/picture}"
SUFFIXES = {"image/png": "png", "image/jpeg": "jpeg", "image/gif": "gif"}
_EMU_PER_PIXEL = 9525
_WIDEST = 17 * 360_000
_HIGHEST = 22 * 360_000
_NSMAP = {"wp": WP[1:-1], "a": A[1:-1], "pic": PIC[1:-1], "r": R[1:-1]}


def size_of(width: int, height: int, widest: int = _WIDEST) -> tuple[int, int]:
    """(width, height) in Word's units: as many pixels as it has, no larger than the page."""
    wide, high = max(width, 1) * _EMU_PER_PIXEL, max(height, 1) * _EMU_PER_PIXEL
    shrunk = min(1, widest / wide, _HIGHEST / high)
    return max(int(wide * shrunk), 1), max(int(high * shrunk), 1)


def drawing(number: int, relationship: str, alt: str, size: tuple[int, int]):
    """A run that shows a picture within the line."""
    made = etree.Element(WP + "inline", nsmap=_NSMAP, distT="0", distB="0", distL="0", distR="0")
    extent = {"cx": str(size[0]), "cy": str(size[1])}
    etree.SubElement(made, WP + "extent", extent)
    etree.SubElement(made, WP + "docPr", id=str(number), name=f"Picture {number}", descr=alt)
    frame = etree.SubElement(made, WP + "cNvGraphicFramePr")
    etree.SubElement(frame, A + "graphicFrameLocks", noChangeAspect="1")
    data = etree.SubElement(etree.SubElement(made, A + "graphic"), A + "graphicData", uri=PIC[1:-1])
    picture = etree.SubElement(data, PIC + "pic")
    names = etree.SubElement(picture, PIC + "nvPicPr")
    etree.SubElement(names, PIC + "cNvPr", id=str(number), name=f"Picture {number}")
    etree.SubElement(names, PIC + "cNvPicPr")
    fill = etree.SubElement(picture, PIC + "blipFill")
    etree.SubElement(fill, A + "blip").set(R + "embed", relationship)
    etree.SubElement(etree.SubElement(fill, A + "stretch"), A + "fillRect")
    shape = etree.SubElement(picture, PIC + "spPr")
    frame = etree.SubElement(shape, A + "xfrm")
    etree.SubElement(frame, A + "off", x="0", y="0")
    etree.SubElement(frame, A + "ext", extent)
    etree.SubElement(etree.SubElement(shape, A + "prstGeom", prst="rect"), A + "avLst")
    return element("r", element("drawing", made))
