"""PURE. Texts of OLX: HTML in the midst of what asks and what explains."""

import copy
from collections.abc import Callable, Mapping
from itertools import islice

from lxml import etree

from exambank.interchange.formats.canvas.materials import LONGEST_TEXT, MOST_PROBLEMS, MOST_SIGNS, SIGNS
from exambank.interchange.neutral import Problem
from exambank.interchange.safety.xml import local_name
from exambank.interchange.texts import read_html, read_plain

# what belongs to a problem but not to its text
ASIDE = {
    "solution", "explanation", "demandhint", "hint", "choicehint", "optionhint", "compoundhint", "stringequalhint",
    "correcthint", "regexphint", "booleanhint", "hintgroup", "hintpart", "stringhint", "numericalhint", "formulahint",
    "optioncompoundhint", "responseparam", "additional_answer", "targetedfeedbackset", "targetedfeedback", "script",
    "solutionset", "text_input_hint",
}  # fmt: skip
INPUTS = {"choicegroup", "radiogroup", "checkboxgroup", "textline", "optioninput", "formulaequationinput",
          "numericalinput", "textbox", "chemicalequationinput"}  # fmt: skip
_PARAGRAPHS = {"label", "description", "startouttext", "endouttext"}


class Texts:
    """Reads the texts of one problem; ``problems`` collects what was lost, each once."""

    def __init__(self, picture: Callable[[str, str], str | None]):
        self._picture = picture
        self.problems: list[Problem] = []

    def html(self, pieces: list, gaps: Mapping | None = None) -> str:
        """The HTML of elements and words; inputs fall away, those in ``gaps`` (by element) become gaps."""
        body = etree.Element("body")
        for piece in pieces:
            if isinstance(piece, str):
                self._add_words(body, piece)
            else:
                body.append(_prepared(piece, gaps or {}))
        return self._read(body)

    def inner(self, element) -> str:
        """The HTML of what an element holds."""
        body = etree.Element("body")
        body.append(_prepared(element, {}, is_own=True))
        return self._read(body)

    def plain(self, words: str) -> str:
        """The HTML of plain words."""
        return read_plain(words).html

    def _read(self, body) -> str:
        words = "".join(body.itertext())
        has_signs = len(words) < LONGEST_TEXT and max(words.count(sign) for sign in SIGNS) < MOST_SIGNS
        found = read_html(body, picture=self._picture, tex_delimiters=has_signs)
        fresh = (one for one in found.problems if one not in self.problems)
        self.problems.extend(islice(fresh, max(MOST_PROBLEMS - len(self.problems), 0)))
        return found.html

    @staticmethod
    def _add_words(body, words: str) -> None:
        if len(body):
            body[-1].tail = (body[-1].tail or "") + words
        else:
            body.text = (body.text or "") + words


def _prepared(element, gaps: Mapping, is_own: bool = False):
    """A copy of an element that holds only its text; the copy's own name does not matter to a reader of HTML."""
    numbered = {id(one): gap for one, gap in gaps.items()}
    made = copy.deepcopy(element)
    pairs = list(zip(element.iter(), made.iter(), strict=True))
    made.tail = None
    for original, twin in pairs:
        name = local_name(original)
        if id(original) in numbered:
            _become_gap(twin, numbered[id(original)])
        elif (name in ASIDE and not (is_own and twin is made)) or name in INPUTS:
            _remove(twin)
        elif name in _PARAGRAPHS:
            twin.tag = "p"
        elif twin is made and (is_own or name.endswith("response")):
            made.tag = "div"
    return made


def _become_gap(element, token: str) -> None:
    for child in list(element):
        element.remove(child)
    tail = element.tail
    element.clear()
    element.tag, element.tail = "span", tail
    element.set("data-gap", token)


def _remove(element) -> None:
    """Take an element out and leave the words behind it."""
    parent = element.getparent()
    if parent is None:
        return
    before, words = element.getprevious(), element.tail or ""
    parent.remove(element)
    if before is not None:
        before.tail = (before.tail or "") + words
    else:
        parent.text = (parent.text or "") + words
