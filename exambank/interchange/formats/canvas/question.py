"""PURE. One ``item`` of QTI 1.2 taken apart, and what is made of it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from exambank.bank.interactions.contents import MOST_ROWS
from exambank.bank.interactions.short_text import LONGEST_ACCEPTED
from exambank.interchange.formats.canvas.materials import Materials, plain
from exambank.interchange.formats.canvas.presentation import Presentation, read_presentation
from exambank.interchange.formats.canvas.scoring import Rules
from exambank.interchange.neutral import NOTICE, WARNING, Problem
from exambank.interchange.safety.xml import local_name

# how people and programs call the types, whatever the dialect, and what they are
_TYPES = {
    "multiple choice": "choice", "multiplechoice": "choice", "multiple dropdowns": "dropdowns", "true false": "truth",
    "multiple answers": "choices", "multiple answer": "choices", "multiple response": "choices",
    "multi select": "choices", "multiple select": "choices", "either or": "choice", "short answer": "text",
    "fill in multiple blanks": "gaps", "fill in the blank": "text", "fill in the blanks": "gaps", "fib": "text",
    "fill in the blank plus": "gaps", "fill in blank": "text", "pattern match": "text", "fib string": "text",
    "matching": "matching", "match": "matching", "numerical": "number", "numeric": "number", "calculated": "calculated",
    "formula": "calculated", "essay": "essay", "short response": "essay", "long answer": "essay",
    "written response": "essay", "file upload": "upload", "text only": "words", "text": "words",
    "categorization": "matching", "ordering": "ordering", "order": "ordering", "hot spot": "hotspot",
    "hotspot": "hotspot", "jumbled sentence": "dropdowns", "quiz bowl": "quiz_bowl", "opinion scale": "opinion",
    "likert": "opinion", "arithmetic": "calculated", "significant figures": "calculated",
    "multi short answer": "gaps", "survey": "opinion",
}  # fmt: skip
_TYPE_FIELDS = ("question_type", "bbmd_questiontype", "cc_profile", "qmd_questiontype", "qmd_itemtype")


class Unplayable(ValueError):
    """The item is kept as it is; ``code`` (of the problems) says why."""

    def __init__(self, code: str, **values):
        super().__init__(code)
        self.code, self.values = code, values


@dataclass
class Built:
    """A question in the making: what the draft will hold, and what has to be told of it."""

    kind: str
    stem: str
    content: dict[str, Any]
    problems: list[Problem] = field(default_factory=list)
    feedback_names: list[tuple[str, str]] = field(default_factory=list)  # (own id of a part, how people call it)

    def warn(self, code: str, **values) -> None:
        self.problems.append(Problem(code, WARNING, values=values))

    def note(self, code: str, **values) -> None:
        self.problems.append(Problem(code, NOTICE, values=values))


@dataclass(frozen=True)
class Question:
    """An ``item`` taken apart. ``type`` is one of the values of ``_TYPES`` or "" where the file says nothing."""

    element: Any
    fields: Mapping[str, str]
    type: str
    presentation: Presentation
    rules: Rules
    feedback: Mapping[str, str]
    solution: str
    materials: Materials

    @property
    def ident(self) -> str:
        return self.element.get("ident") or self.fields.get("bbmd_asi_object_id", "")

    @property
    def title(self) -> str:
        return " ".join((self.element.get("title") or "").split())

    @property
    def stem(self) -> str:
        return self.presentation.stem

    @property
    def scoring_algorithm(self) -> str:
        if self.fields.get("bbmd_partialcredit", "").lower() == "true":
            return "partial_blackboard"
        return self.fields.get("scoring_algorithm", "").lower()


def take_apart(element, materials: Materials) -> Question:
    """The item as a ``Question``."""
    fields: dict[str, str] = {}
    for name, words in _fields(element):
        fields.setdefault(name, words)
    feedback, solutions = {}, []
    for one in element.iterchildren():
        if local_name(one) == "itemfeedback":
            _read_feedback(one, materials, feedback, solutions)
    presentation = read_presentation(element, materials)
    solution = "".join(dict.fromkeys(solutions))
    return Question(
        element, fields, _type(fields), presentation, Rules(element), feedback, solution, materials
    )  # fmt: skip


def _fields(element) -> Iterator[tuple[str, str]]:
    """What the item says of itself: labelled fields, and elements that hold only a word."""
    for metadata in element.iterchildren():
        if local_name(metadata) in ("itemmetadata", "qtimetadata"):
            for one in metadata.iter():
                parts = [(local_name(child), " ".join((child.text or "").split())) for child in one.iterchildren()]
                if local_name(one) == "qtimetadatafield":
                    named = dict(parts)
                    yield named.get("fieldlabel", "").lower(), named.get("fieldentry", "")
                elif local_name(one) and not parts and (one.text or "").strip():
                    yield local_name(one).lower(), " ".join(one.text.split())


def _type(fields: Mapping[str, str]) -> str:
    for name in _TYPE_FIELDS:
        words = fields.get(name, "").lower()
        words = re.sub(r"^cc\.|\.v\dp\d$|_question$|^wct_", "", words)
        found = _TYPES.get(" ".join(re.split(r"[\s_/.-]+", words)))
        if found:
            return found
    return ""


def _read_feedback(element, materials: Materials, feedback: dict[str, str], solutions: list[str]) -> None:
    name = element.get("ident") or ""
    inner = [one for one in element.iter() if local_name(one) == "solution"]
    if inner:
        solutions.extend(found for one in inner if (found := materials.html_of(one)))
        return
    found = materials.html_of(element)
    if found:
        feedback[name] = found


def tell_cuts(built: Built) -> None:
    """Tell what the bank's limits will cut off: rows beyond its most, letters beyond a line's length."""
    rows = [value for value in built.content.values() if isinstance(value, list)]
    inner = [row.get(name) or [] for value in rows for row in value for name in ("accepted", "choices")]
    if any(len(value) > MOST_ROWS for value in rows + inner):
        built.warn("answers_cut", count=MOST_ROWS)
    typed = [one for value in rows + inner for one in value if "text" in one]
    if any(len(one["text"]) > LONGEST_ACCEPTED for one in typed):
        built.warn("text_too_long")


# --- the explanation ---


def explanation_of(question: Question, built: Built) -> str:
    """All feedback as one text: what is said in general, then what is said to right and wrong, then by answer."""
    general, marked, own = [], [], []
    names = dict(built.feedback_names)
    for ident, html in question.feedback.items():
        role = _role(ident)
        if role == "general":
            general.append(html)
        elif role:
            marked.append(f"{'✓' if role == 'correct' else '✗'} {_inline(html)}")
        else:
            called = names.get(ident) or names.get(ident.removesuffix("_fb")) or _called(question, names, ident)
            own.append(f"{called}: {_inline(html)}" if called else _inline(html))
    if question.solution and built.kind != "essay":
        general.append(question.solution)
    listed = [f"<li>{line}</li>" for line in dict.fromkeys(marked + own)]
    if listed:
        built.note("feedback_joined")
    whole = general[0] if len(general) == 1 else "".join(f"<p>{_inline(one)}</p>" for one in dict.fromkeys(general))
    return whole + (f"<ul>{''.join(listed)}</ul>" if listed else "")


def _role(ident: str) -> str:
    name = ident.lower()
    if name in ("general_fb", "general", "general_all", "solution"):
        return "general"
    if "incorrect" in name or name in ("wrong", "wrong_fb"):
        return "incorrect"
    return "correct" if name in ("correct_fb", "correct", "right") or name.startswith("correct_") else ""


def _called(question: Question, names: Mapping[str, str], ident: str) -> str:
    """The answer after which a rule shows this feedback."""
    for rule in question.rules:
        if ident in rule.links and len(rule.claims) == 1:
            claim = rule.claims[0]
            return names.get(claim.value) or names.get(claim.response) or plain(claim.value)
    return ""


def _inline(html: str) -> str:
    """A text within a line of a list: its only paragraph falls away."""
    return re.sub(r"^<p>((?:(?!</?p>).)*)</p>$", r"\1", html, flags=re.DOTALL)
