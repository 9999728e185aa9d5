"""PURE. One question of a Moodle file while it is read: its texts, its pictures, what was noticed of it."""

import base64
import binascii
import html
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any
from urllib.parse import unquote

from exambank.bank import rules
from exambank.interchange.formats.moodle.markup import as_html
from exambank.interchange.formats.moodle.weights import read_percent, share_figure
from exambank.interchange.neutral import NOTICE, RAW, WARNING, Gallery, Problem
from exambank.interchange.texts import embedded_picture, read_html

_PLUGIN_FILE = re.compile(r"^.*?@@PLUGINFILE@@/", re.DOTALL)
_MOST_SOURCE = 2_000
_LONGEST = 150_000
_EMBEDDED = re.compile(r"data:image/[\w.+-]{1,40};base64,[A-Za-z0-9+/=%\s]+")
MOST_ROWS = 50
MOST_PROBLEMS = 200  # of one question: what nobody reads to its end
OWN = "exambank"  # the element that carries what Moodle has no place for; Moodle passes over elements it does not know


class NotPlayable(ValueError):
    """This question is of no kind that we can play; ``code`` says why it is kept raw."""

    def __init__(self, code: str, **values):
        super().__init__(code)
        self.code, self.values = code, values


@dataclass(frozen=True)
class Found:
    """What a question says, as our kinds have it; ``feedback`` belongs to single answers: (answer, HTML)."""

    kind: str
    stem: str
    content: dict
    feedback: tuple[tuple[str, str], ...] = ()
    picture: str = ""
    picture_alt: str = ""


@dataclass
class Question:
    """A ``<question>`` element with everything its readers need."""

    element: Any
    gallery: Gallery
    unwraps: bool = True  # a text that is one paragraph stands without it; what we wrote comes back to the letter
    problems: list[Problem] = field(default_factory=list)

    def __post_init__(self):
        self._files = {path: body for node in self.element.iter("file") for path, body in _file(node)}
        self._used: set[str] = set()
        self._embedded: list[str] = []
        self.own = _own(self.element)
        for kind in ("oral", "true_false_cluster"):
            if any("".join(node.itertext()).strip() == f"exambank:{kind}" for node in self.element.findall("tags/tag")):
                self.own = {"kind": kind, **self.own}
        self.shared, self.case_explanation = "", ""  # what belongs to the case that this question is part of
        self.picture, self.picture_alt = "", ""  # a picture that stands beside the text

    @property
    def type(self) -> str:
        return (self.element.get("type") or "").strip().lower()

    def tell(self, code: str, severity: str = NOTICE, **values) -> None:
        """Note a problem, the same one only once."""
        problem = Problem(code, severity, values=values)
        if problem not in self.problems and len(self.problems) < MOST_PROBLEMS:
            self.problems.append(problem)

    # --- plain values ---

    def value(self, name: str, default: str = "") -> str:
        """The words of a child, with or without ``<text>`` around them."""
        node = self.element.find(name)
        return words_of(node) if node is not None else default

    def value_in(self, node, name: str) -> str:
        """The words of a child of this node."""
        child = node.find(name)
        return words_of(child) if child is not None else ""

    def number_in(self, node, name: str) -> Decimal:
        """The number in a child of this node; 0 where there is none."""
        return rules.read_number(self.value_in(node, name)) or Decimal(0)

    def source(self, name: str) -> str:
        """The text of a child as HTML, before anything was read of it."""
        node = self.element.find(name)
        return as_html(raw_of(node), node.get("format") or "html") if node is not None else ""

    def flag(self, name: str, default: bool) -> bool:
        """A child that says yes or no, however its program spells that; an empty one says yes."""
        node = self.element.find(name)
        if node is None:
            return default
        written = words_of(node).lower()
        return written not in ("0", "false", "no", "off")

    def rows(self, name: str) -> list:
        """The children of this name, as many as an item can hold; more are told."""
        found = self.element.findall(name)
        if len(found) > MOST_ROWS:
            self.tell("moodle_rows_cut", WARNING, limit=MOST_ROWS)
        return found[:MOST_ROWS]

    def share(self, node) -> Fraction:
        """The share that an answer's ``fraction`` means; nothing where it is no number."""
        found = read_percent(node.get("fraction") or "0")
        if found is None:
            self.tell("moodle_fraction_unreadable", WARNING, fraction=(node.get("fraction") or "")[:40])
        return found or Fraction(0)

    # --- texts ---

    def html(self, node) -> str:
        """The text of a node ("<x format=...><text>...</text></x>") as the bank keeps it."""
        if node is None:
            return ""
        return self.html_of(raw_of(node), node.get("format") or "html")

    def html_of(self, source: str, form: str = "html") -> str:
        """A text of this format as the bank keeps it."""
        if not source.strip():
            return ""
        if len(source) > _LONGEST:
            source = self._shortened(source)
        found = read_html(as_html(source, form), picture=self._picture, unwrap=self.unwraps)
        for problem in found.problems:
            self.tell(problem.code, problem.severity, **problem.values)
        return found.html

    def _shortened(self, source: str) -> str:
        """A text as long as a question can be; pictures within it are put aside before, since they are long."""

        def put_aside(found: re.Match) -> str:
            self._embedded.append(found[0])
            return f"exambank-embedded:{len(self._embedded) - 1}"

        short = _EMBEDDED.sub(put_aside, source)
        if len(short) > _LONGEST:
            self.tell("text_too_long", WARNING)
        return short[:_LONGEST]

    def stem(self) -> str:
        """The question text; where there is none its name has to do."""
        found = self.html(self.element.find("questiontext"))
        if not found and self.type != "category":
            self.tell("moodle_stem_from_name", WARNING)
            return html.escape(self.value("name"), quote=False)
        return found

    def words(self, node) -> str:
        """The text of a node on one line, without markup."""
        return rules.plain_text(self.html(node))

    def words_lenient(self, node) -> str:
        """The words of a node that may hold markup or plain signs ("#include <iostream>")."""
        return rules.plain_text(self.html_of(raw_of(node), "moodle_auto_format"))

    def _picture(self, address: str, alt: str) -> str | None:
        """The id of a picture that stands in this question; nothing is fetched."""
        if address.startswith("exambank-embedded:"):
            number = address.partition(":")[2]
            address = self._embedded[int(number)] if len(number) < 6 and number.isascii() and number.isdigit() else ""
        embedded = embedded_picture(address) if address.startswith("data:") else None
        if embedded is not None:
            return self.gallery.add(alt or "picture", embedded)
        path = unquote(_PLUGIN_FILE.sub("", address)).split("?")[0]
        body = self._files.get(path) or self._files.get(path.rpartition("/")[2])
        if body is None:
            return None
        self._used.add(path.rpartition("/")[2])
        return self.gallery.add(path, body)

    def unused_files(self) -> list[str]:
        """Files that came along and that no text shows."""
        names = dict.fromkeys(path.rpartition("/")[2] for path in self._files)
        return [name for name in names if name not in self._used]


def raw_of(node) -> str:
    """The text of a node as it was written: of its ``<text>``, or its own."""
    text = node.find("text")
    if text is None:
        text = node
    inner = "".join(text.itertext()) if not len(text) else inner_markup(text)
    return inner


def inner_markup(node) -> str:
    """Markup that somebody forgot to escape: the children are the text."""
    parts = [html.escape(node.text or "", quote=False)]
    for child in node:
        name = child.tag if isinstance(child.tag, str) else ""
        if name:
            attributes = "".join(f' {key}="{html.escape(value)}"' for key, value in child.attrib.items())
            parts.append(f"<{name}{attributes}>{inner_markup(child)}</{name}>")
        parts.append(html.escape(child.tail or "", quote=False))
    return "".join(parts)


def words_of(node) -> str:
    """The words of a node on one line."""
    return " ".join(raw_of(node).split())


def _file(node) -> Iterable[tuple[str, bytes]]:
    """(path, bytes) of an embedded file; a path with and without its folder."""
    name = (node.get("name") or "").strip()
    try:
        body = base64.b64decode("".join((node.text or "").split()) + "==")
    except (binascii.Error, ValueError):
        body = b""
    folder = (node.get("path") or "/").strip("/")
    if name:
        yield name, body
        if folder:
            yield f"{folder}/{name}", body


def _own(element) -> Mapping:
    """What our own writer left there; empty when it is not sound."""
    node = element.find(OWN)
    try:
        found = json.loads(node.text or "") if node is not None else {}
    except (ValueError, RecursionError):
        found = {}
    return found if isinstance(found, dict) else {}


def accepted_share(share: Fraction) -> str:
    """A share above nothing as a content keeps it, at most all."""
    return share_figure(min(share, Fraction(1)))


def shown(text: str) -> str:
    """How the file has it, for the preview."""
    return " ".join(html.unescape(re.sub(r"<[^<>]*>", " ", text[:20_000])).split())[:_MOST_SOURCE]


def raw_problem(error: NotPlayable) -> Problem:
    """Why it is kept as it came."""
    return Problem(error.code, RAW, values=error.values)
