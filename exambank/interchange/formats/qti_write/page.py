"""PURE. The bank's texts in an item's body, and back from a body that we wrote, to the last blank.

A formula is MathML that keeps its TeX as an annotation. QTI 2 knows neither ``u`` nor ``s``: both are an emphasis with
a class, which a player that does not know the class still shows as something.
"""

import html
import re
from collections.abc import Callable, Mapping

from lxml import etree

from exambank.bank import rules
from exambank.interchange.formats.qti_write.nodes import Markup, Node, Version, render
from exambank.interchange.formats.qti_write.walk import Foreign, attribute, name_of
from exambank.interchange.math import MathProblem, latex_of_mathml, mathml_of_latex
from exambank.interchange.neutral import NOTICE, WARNING, Problem
from exambank.interchange.texts import write_html

MATHML = "http://www.w3.org/1998/Math/MathML"
_TEX = "application/x-tex"
_EMPHASES = {"u": "qti-underline", "s": "eb-strike"}
_LINES = re.compile(r"<(/?)([us])>")
_VOID = {"br", "img"}
_AS_LINES = {word: tag for tag, word in _EMPHASES.items()}


class Page:
    """What the parts of one item share while it is written: the version, its pictures, and what was lost."""

    def __init__(self, version: Version, hrefs: Mapping[str, str]):
        self.version = version
        self.used: dict[str, None] = {}
        self.losses: list[Problem] = []
        self._hrefs = hrefs

    def lose(self, code: str, severity: str = NOTICE, **values) -> None:
        """Tell once what this item cannot take along."""
        problem = Problem(code, severity, values=values)
        if problem not in self.losses:
            self.losses.append(problem)

    def render(self, node: Node) -> Markup:
        """The element as this item's version spells it."""
        return render(node, self.version)

    def text(self, stored: str, gap: Callable[[str], str] | None = None) -> Markup:
        """A stored text as XHTML; ``gap`` gives the field of a gap."""
        if "<" not in stored and "&" not in stored:
            return Markup(html.escape(stored, quote=False))
        found = write_html(stored, formula=self._formula, picture=self._picture, gap=gap)
        return Markup(_LINES.sub(_emphasis, found))

    def picture(self, media: str, alt: str) -> Node | None:
        """The picture with this id, or None where it did not come along."""
        href = self._hrefs.get(media)
        if href is None:
            self.lose("picture_missing", WARNING, name=alt or media)
            return None
        self.used[media] = None
        return Node("img", src=href, alt=alt)

    def _picture(self, media: str, alt: str) -> str:
        node = self.picture(media, alt)
        return self.render(node) if node is not None else html.escape(f"[{alt}]" if alt else "", quote=False)

    def _formula(self, tex: str) -> str:
        try:
            return etree.tostring(mathml_of_latex(tex), encoding="unicode", with_tail=False)
        except MathProblem:
            self.lose("qti_formula_as_text", tex=tex[:200])
            return f'<span class="eb-tex">{html.escape(tex, quote=False)}</span>'


def _emphasis(found: re.Match) -> str:
    return "</em>" if found[1] else f'<em class="{_EMPHASES[found[2]]}">'


# --- back ---


class Body:
    """Reads the texts of an item that we wrote."""

    def __init__(self, picture: Callable[[str, str], str | None]):
        self._picture = picture
        self.problems: list[Problem] = []

    def text(self, element, gap: Callable | None = None) -> str:
        """The text of which an element was made (``draft_of`` sanitises it); ``gap`` gives the token of a field."""
        if element is None:
            return ""
        return self._content(element, gap)

    def media(self, element) -> tuple[str, str]:
        """The id and the other text of a picture that stands alone; both empty where it is missing."""
        src, alt = element.get("src") or "", element.get("alt") or ""
        found = self._find(src, alt)
        return (found, alt) if found else ("", "")

    def _find(self, src: str, alt: str) -> str | None:
        try:
            found = self._picture(src, alt)
        except rules.PictureProblem:
            found = None
        if found is None:
            self.problems.append(Problem("picture_missing", WARNING, values={"name": src.rpartition("/")[2] or alt}))
        return found

    def _element(self, element, gap) -> str:
        name = name_of(element)
        if not name:
            return ""
        if name == "math":
            return self._math(element)
        if name in ("textEntryInteraction", "inlineChoiceInteraction"):
            token = gap(attribute(element, "responseIdentifier")) if gap else None
            if not token:
                raise Foreign("gap")
            return f'<span data-gap="{token}"></span>'
        if name.endswith("Interaction") or name in ("rubricBlock", "feedbackBlock", "feedbackInline"):
            raise Foreign(name)
        if name == "img":
            return self._image(element)
        classes = element.get("class", "").split()
        if "eb-tex" in classes:
            return _tex_span("".join(element.itertext()))
        line = _AS_LINES.get(classes[0]) if name == "em" and classes else None
        return f"<{line}>{self._content(element, gap)}</{line}>" if line else self._plain(element, name, gap)

    def _content(self, element, gap) -> str:
        inner = (self._element(one, gap) + _words(one.tail) for one in element)
        return "".join([_words(element.text), *inner])

    def _plain(self, element, name: str, gap) -> str:
        given = "".join(
            f' {key}="{html.escape(value)}"' for key, value in element.attrib.items() if not key.startswith("{")
        )
        if name in _VOID:
            return f"<{name}{given}>"
        return f"<{name}{given}>{self._content(element, gap)}</{name}>"

    def _image(self, element) -> str:
        alt = element.get("alt") or ""
        found = self._find(element.get("src") or "", alt)
        return f'<img data-media="{found}" alt="{html.escape(alt)}">' if found else html.escape(alt, quote=False)

    def _math(self, element) -> str:
        for note in element.iter("{*}annotation"):
            if note.get("encoding") == _TEX:
                return _tex_span(note.text or "")
        try:
            return _tex_span(latex_of_mathml(element))
        except MathProblem:
            signs = " ".join("".join(element.itertext()).split())
            self.problems.append(Problem("formula_unread", WARNING, values={"formula": signs[:200]}))
            return _words(signs)


def _words(words: str | None) -> str:
    return html.escape(words or "", quote=False)


def _tex_span(tex: str) -> str:
    return f'<span data-tex="{html.escape(tex)}"></span>'
