"""PURE. What stands among the letters of a Word file: pictures, formulas, objects, text boxes."""

import re
from collections import Counter

from exambank.bank.rules import PictureProblem
from exambank.interchange.formats.word.parts.names import MC, WP, A, M, O, R, V, W
from exambank.interchange.formats.word.parts.package import Package
from exambank.interchange.formats.word.parts.rich import Thing
from exambank.interchange.math import MathProblem, latex_of_omml
from exambank.interchange.neutral import WARNING, Gallery, Place, Problem

_PICTURE_CODES = {
    "too_large": "picture_too_large", "too_many_pixels": "picture_too_large", "broken": "picture_broken",
    "unknown_type": "picture_kind", "svg": "picture_kind",
}  # fmt: skip
_FORMULA = re.compile(r"equation|mathtype", re.IGNORECASE)
_DIAGRAMS = ("/chart", "/diagram")
_MOST_TEX = 20_000


class Things:
    """Gives for each element what stands in the text instead, with its problem when a person has to help.

    ``place`` is the paragraph that is read now; ``told`` counts what is left out of the file as a whole.
    """

    def __init__(self, package: Package, gallery: Gallery, told: Counter):
        self._package, self._gallery, self._told = package, gallery, told
        self._formulas = self._pictures = self._objects = 0
        self.place = Place()

    def formula(self, element) -> Thing:
        """An OMML formula."""
        try:
            tex = latex_of_omml(element).strip()
        except MathProblem:
            tex = ""
        if tex and len(tex) <= _MOST_TEX:
            return Thing("formula", tex)
        letters = " ".join("".join(element.itertext(M + "t", W + "t")).split())
        return self._marker(f"[công thức: {letters}]" if letters else "[công thức]", "formula_unreadable")

    def old_formula(self, words: str) -> Thing:
        """A formula typed as a field."""
        return self._marker(f"[công thức: {' '.join(words.split())[:200]}]", "formula_field")

    def drawing(self, element) -> tuple[list[Thing], list]:
        """(what stands in the text, the paragraphs and tables of its text boxes)."""
        boxes = text_boxes(element)
        words = next(iter(element.iter(WP + "docPr")), None)
        alt = "" if words is None else " ".join((words.get("descr") or "").split())[:500]
        found = [self._blip(one, alt) for one in element.iter(A + "blip")]
        found += [
            self._picture(one.get(R + "id"), one.get(O + "title") or "") for one in _shown(element, V + "imagedata")
        ]
        if not found and any(
            kind in (one.get("uri") or "") for one in element.iter(A + "graphicData") for kind in _DIAGRAMS
        ):
            self._objects += 1
            found.append(self._marker(f"[hình vẽ {self._objects}]", "drawing_object"))
        if not found and not boxes:
            self._told["shapes_left_out"] += 1
        return found, boxes

    def embedded(self, element) -> list[Thing]:
        """A ``w:object``: a MathType formula, a sheet, anything with a preview."""
        program = next((one.get("ProgID") or "" for one in element.iter(O + "OLEObject")), "")
        if _FORMULA.search(program):
            self._formulas += 1
            return [self._marker(f"[công thức MathType {self._formulas}]", "formula_object")]
        shown = [self._picture(one.get(R + "id"), "") for one in element.iter(V + "imagedata")]
        if shown and all(one.kind == "picture" for one in shown):
            return shown
        self._objects += 1
        return [self._marker(f"[đối tượng {self._objects}]", "object_left_out", program or "?")]

    def _blip(self, blip, alt: str) -> Thing:
        if blip.get(R + "embed") is None and blip.get(R + "link"):
            target, _is_outside = self._package.target(blip.get(R + "link"))
            return self._missing(target.rpartition("/")[2] or "?", "picture_missing")
        return self._picture(blip.get(R + "embed"), alt)

    def _picture(self, relationship: str | None, alt: str) -> Thing:
        name, body = self._package.file(relationship)
        if body is None:
            return self._missing(name or "?", "picture_missing")
        try:
            return Thing("picture", self._gallery.add(name, body), alt)
        except PictureProblem as problem:
            return self._missing(name, _PICTURE_CODES.get(problem.code, "picture_broken"))

    def _missing(self, name: str, code: str) -> Thing:
        self._pictures += 1
        return self._marker(f"[hình {self._pictures}]", code, name[:120])

    def _marker(self, words: str, code: str, name: str = "") -> Thing:
        return Thing("marker", words, problem=Problem(code, WARNING, values={"name": name or words}, place=self.place))


def _shown(element, tag: str) -> list:
    """These elements, without those of a fallback for older programs beside a drawing."""
    return [one for one in element.iter(tag) if not any(up.tag == MC + "Fallback" for up in one.iterancestors())]


def text_boxes(element) -> list:
    """The paragraphs and tables within the text boxes of a drawing, each once."""
    found = []
    for box in element.iter(W + "txbxContent"):
        ancestors = [up.tag for up in box.iterancestors()]
        if MC + "Fallback" in ancestors or W + "txbxContent" in ancestors:
            continue
        found.extend(child for child in box if child.tag in (W + "p", W + "tbl", W + "sdt"))
    return found
