"""PURE. SVG drawings made safe: an allow-list of shapes; scripts, links, foreign parts and all that loads are dropped.

A drawing is shown as a picture (``<img>``), where browsers run nothing of it; what is cleaned here is for whoever opens
the file itself, and for the printer. ``use`` may repeat a shape, but not explode: repetitions are counted.
"""

import base64
import binascii
import re
from collections.abc import Callable

from lxml import etree

DRAWING_LIMIT = 2 * 1024 * 1024
MOST_SHAPES = 50_000
MOST_ATTRIBUTES = 300  # of one element: each is looked up from the first
_DROPPED = "{exambank}dropped"
_LONGEST_SIDE = 1e6
SVG = "http://www.w3.org/2000/svg"
_XLINK = "{http://www.w3.org/1999/xlink}href"

_SHAPES = {"path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "text", "image", "use"}
_KEPT = _SHAPES | {
    "svg", "g", "defs", "symbol", "title", "desc", "tspan", "textPath", "clipPath", "mask", "pattern", "marker",
    "style", "linearGradient", "radialGradient", "stop", "switch",
}  # fmt: skip
_UNWRAPPED = {"a"}
_DROPPED_ATTRIBUTE = re.compile(
    r"^(on|xml:base|base|href$|src|data|formaction|action|begin|from|to|values)", re.IGNORECASE
)
_LOADS = re.compile(r"@|\\|expression|javascript:|url\s*\(\s*['\"]?\s*(?!#)", re.IGNORECASE)
_INLINE = re.compile(r"data:image/(?:png|jpeg|gif|webp);base64,([A-Za-z0-9+/=\s]+)$")
_NUMBER = re.compile(r"\s*([0-9.]+(?:e[0-9]+)?)\s*(px|pt|mm|cm|in|em|ex|%)?\s*$", re.IGNORECASE)
_UNITS = {"": 1, "px": 1, "pt": 4 / 3, "mm": 3.7795, "cm": 37.795, "in": 96, "em": 16, "ex": 8}


class UnsafeDrawing(ValueError):
    """Nothing that can be shown safely is left of it."""


def is_drawing(body: bytes) -> bool:
    """Whether these bytes are an SVG, or say so."""
    return re.search(rb"<(?:\w+:)?svg[\s>/]", body[:8192], re.IGNORECASE) is not None


def clean_drawing(body: bytes, is_picture: Callable[[bytes], bool]) -> tuple[bytes, int, int]:
    """The drawing made safe, with its width and height in pixels; UnsafeDrawing when nothing can be shown.

    ``is_picture`` says whether the bytes of a picture within it are one.
    """
    root = _parse(body)
    _clean(root, is_picture)
    etree.cleanup_namespaces(root, top_nsmap={None: SVG})
    if not any(_name(one) in _SHAPES for one in root.iter()) or _drawn(root) > MOST_SHAPES:
        raise UnsafeDrawing()
    width, height = _size(root)
    root.set("width", f"{width}")
    root.set("height", f"{height}")
    return etree.tostring(root, encoding="utf-8"), width, height


def _parse(body: bytes):
    if len(body) > DRAWING_LIMIT or re.search(rb"<!ENTITY", body.replace(b"\0", b""), re.IGNORECASE):
        raise UnsafeDrawing()
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError):
        raise UnsafeDrawing() from None
    if root is None or root.tag != f"{{{SVG}}}svg":
        raise UnsafeDrawing()
    return root


def _name(element) -> str:
    is_ours = isinstance(element.tag, str) and element.tag.startswith(f"{{{SVG}}}")
    return element.tag[len(SVG) + 2 :] if is_ours else ""


def _clean(root, is_picture) -> None:
    for element in list(root.iter()):
        name = _name(element)
        if element is root or name in _KEPT:
            _clean_attributes(element, name, is_picture)
            if name == "style" and _LOADS.search(element.text or ""):
                element.tag = _DROPPED
        elif name in _UNWRAPPED:
            element.tag = f"{{{SVG}}}g"
            _clean_attributes(element, "g", is_picture)
        elif isinstance(element.tag, str):
            element.tag = _DROPPED
    etree.strip_elements(root, _DROPPED, etree.Entity, with_tail=False)  # the text behind them stays


def _clean_attributes(element, name: str, is_picture) -> None:
    if len(element.attrib) > MOST_ATTRIBUTES:
        raise UnsafeDrawing()
    target = element.get(_XLINK) or element.get("href") or ""
    for attribute in list(element.attrib):
        is_foreign = attribute.startswith("{") and attribute != "{http://www.w3.org/XML/1998/namespace}space"
        if is_foreign or _DROPPED_ATTRIBUTE.match(attribute) or _LOADS.search(element.attrib[attribute]):
            del element.attrib[attribute]
    is_inner = re.fullmatch(r"#[\w.:-]{1,200}", target) is not None
    if is_inner and name in ("use", "textPath", "linearGradient", "radialGradient", "pattern"):
        element.set("href", target)
    if name == "image" and _is_inline_picture(target, is_picture):
        element.set("href", target)


def _is_inline_picture(target: str, is_picture) -> bool:
    found = _INLINE.match(target)
    try:
        return found is not None and is_picture(base64.b64decode(found[1], validate=False))
    except (binascii.Error, ValueError):
        return False


def _drawn(root) -> int:
    """How many shapes are drawn in the end, repetitions counted; more than allowed where ``use`` runs in circles."""
    by_id = {one.get("id"): one for one in root.iter() if one.get("id")}
    counted: dict = {}

    def count(element, above: frozenset) -> int:
        if element in counted:
            return counted[element]
        if element in above or len(above) > 40:
            return MOST_SHAPES + 1
        inside = above | {element}
        total = 1
        for child in element:
            total += count(child, inside)
            if total > MOST_SHAPES:
                break
        repeated = by_id.get((element.get("href") or "#")[1:]) if _name(element) == "use" else None
        if repeated is not None and total <= MOST_SHAPES:
            total += count(repeated, inside)
        counted[element] = min(total, MOST_SHAPES + 1)
        return counted[element]

    return count(root, frozenset())


def _size(root) -> tuple[int, int]:
    box = [_figure(one) for one in re.findall(r"-?[0-9.]+(?:e-?[0-9]+)?", root.get("viewBox") or "") if one.strip(".-")]
    boxed = box[2:4] if len(box) == 4 else [300.0, 150.0]
    sides = [_pixels(root.get(name) or "") or side for name, side in zip(("width", "height"), boxed, strict=True)]
    if not root.get("viewBox"):
        root.set("viewBox", f"0 0 {sides[0]:g} {sides[1]:g}")
    return tuple(min(max(round(side), 1), 8000) for side in sides)


def _figure(written: str) -> float:
    """A length; 0 for what is none ("1.2.3") and for what no paper has."""
    try:
        found = float(written[:40])
    except ValueError:
        return 0.0
    return found if abs(found) <= _LONGEST_SIDE else 0.0


def _pixels(length: str) -> float:
    found = _NUMBER.match(length)
    if not found or (found[2] or "").lower() == "%":
        return 0.0
    return _figure(found[1]) * _UNITS[(found[2] or "").lower()]
