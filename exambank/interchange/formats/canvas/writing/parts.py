"""PURE. The elements that QTI 1.2 items are made of."""

import html
import re
from collections.abc import Mapping
from urllib.parse import quote

from lxml import etree

from exambank import text
from exambank.interchange.neutral import MediaFile
from exambank.interchange.texts import write_html

NAMESPACE = "http://www.imsglobal.org/xsd/ims_qtiasiv1p2"
FILE_BASE = "$IMS-CC-FILEBASE$"
FOLDER = "exambank"
_ENDINGS = {"image/png": ".png", "image/jpeg": ".jpg", "image/gif": ".gif", "image/webp": ".webp",
            "image/svg+xml": ".svg"}  # fmt: skip


class Texts:
    """Writes texts as Canvas has them and remembers which pictures they need."""

    def __init__(self, media: Mapping[str, MediaFile]):
        self._media = media
        self.used: dict[str, MediaFile] = {}
        self.missing: list[str] = []

    def html(self, stored: str, gap=None) -> str:
        """The bank's HTML as Canvas's: formulas as its equation pictures, pictures under its file base."""
        return write_html(stored, formula=_formula, picture=self._picture, gap=gap)

    def _picture(self, media_id: str, alt: str) -> str:
        file = self._media.get(media_id)
        if file is None:
            self.missing.append(alt or media_id)
            return html.escape(f"[{alt}]" if alt else "", quote=False)
        self.used[media_id] = file
        address = f"{FILE_BASE}/{FOLDER}/{file_name(media_id, file)}"
        return f'<img src="{html.escape(address)}" alt="{html.escape(alt)}"/>'


def file_name(media_id: str, file: MediaFile) -> str:
    """What the picture is called in the package: its own bytes name it."""
    return media_id.replace("-", "")[:20] + _ENDINGS.get(file.media_type, ".png")


def _formula(tex: str) -> str:
    spelled = html.escape(tex)
    address = quote(quote(tex, safe=""), safe="")
    return (
        f'<img class="equation_image" title="{spelled}" src="/equation_images/{address}" alt="LaTeX: {spelled}" '
        f'data-equation-content="{spelled}"/>'
    )


def element(name: str, *children, words: str | None = None, **attributes: str):
    """An element of the QTI namespace; a trailing underscore frees a name that Python keeps for itself."""
    made = etree.Element(f"{{{NAMESPACE}}}{name}", {key.rstrip("_"): value for key, value in attributes.items()})
    made.text = writable(words) if words is not None else None
    made.extend(child for child in children if child is not None)
    return made


def writable(words: str) -> str:
    """The words without what XML cannot hold."""
    return re.sub("[\ufffe\uffff\x7f]", "", text.strip_control(words))


def material(source: str, kind: str = "text/html"):
    """A text."""
    return element("material", element("mattext", words=source, texttype=kind))


def metadata(fields: Mapping[str, str]):
    """What an item says of itself; empty fields are left out."""
    rows = [
        element("qtimetadatafield", element("fieldlabel", words=name), element("fieldentry", words=value))
        for name, value in fields.items()
        if value
    ]
    return element("itemmetadata", element("qtimetadata", *rows))


def choices(response: str, labels: list[tuple[str, object]], *, cardinality: str = "Single", prompt=None, **attributes):
    """A place to choose: labels are (ident, material)."""
    rendered = element("render_choice", *(element("response_label", one, ident=ident) for ident, one in labels))
    given = {"ident": response, **({"rcardinality": cardinality} if cardinality else {}), **attributes}
    return element("response_lid", prompt, rendered, **given)


def typed(response: str, render: Mapping[str, str] | None = None, **attributes: str):
    """A place to type."""
    label = element("response_label", ident="answer1", rshuffle="No")
    rendered = element("render_fib", label, **dict(render or {}))
    return element("response_str", rendered, ident=response, rcardinality="Single", **attributes)


def equals(response: str, value: str, **attributes: str):
    """The condition that a response is this value."""
    return element("varequal", words=value, respident=response, **attributes)


def rule(*conditions, score: str | None = "100", action: str = "Set", show: str = "", goes_on: bool = False):
    """A condition and what it earns or shows."""
    parts = [element("conditionvar", *conditions)]
    if score is not None:
        parts.append(element("setvar", words=score, action=action, varname="SCORE"))
    if show:
        parts.append(element("displayfeedback", feedbacktype="Response", linkrefid=show))
    return element("respcondition", *parts, **{"continue": "Yes" if goes_on else "No"})


def processing(*rules):
    """What earns points."""
    score = element("decvar", maxvalue="100", minvalue="0", varname="SCORE", vartype="Decimal")
    return element("resprocessing", element("outcomes", score), *rules)


def feedback(ident: str, source: str):
    """A text shown after the answer."""
    return element("itemfeedback", element("flow_mat", material(source)), ident=ident)


def solution(ident: str, source: str):
    """A model answer."""
    shown = element("solutionmaterial", element("flow_mat", material(source)))
    return element("itemfeedback", element("solution", shown), ident=ident)
