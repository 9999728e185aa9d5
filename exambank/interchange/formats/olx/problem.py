"""PURE. One ``<problem>``: what it asks, as one of our kinds, or why it is kept as it is."""

import copy
import re
from collections.abc import Callable
from dataclasses import dataclass

from lxml import etree

from exambank.interchange.formats.canvas.materials import as_paragraph, plain
from exambank.interchange.formats.canvas.question import Built, Unplayable, tell_cuts
from exambank.interchange.formats.canvas.scoring import number_in
from exambank.interchange.formats.canvas.typed import decimal_text
from exambank.interchange.formats.olx.responses import BUILDERS, Hints, build_dropdowns
from exambank.interchange.formats.olx.texts import ASIDE, Texts
from exambank.interchange.neutral import Entry, Place, Problem, Raw, draft_of
from exambank.interchange.safety.xml import local_name

_NOT_PLAYED = {
    "formularesponse": "formula_answer", "symbolicresponse": "formula_answer", "imageresponse": "hotspot_question",
    "customresponse": "script_question", "coderesponse": "script_question", "externalresponse": "script_question",
    "javascriptresponse": "script_question", "jsmeresponse": "script_question", "jsinput": "script_question",
    "annotationresponse": "opinion_question", "choicetextresponse": "several_interactions",
    "truefalseresponse": "other_interaction", "chemicalequationresponse": "formula_answer",
    "schematicresponse": "other_interaction",
    "designprotein2dinput": "other_interaction", "drag_and_drop_input": "other_interaction",
    "vsepr_input": "other_interaction", "crystallography": "other_interaction",
}  # fmt: skip
LONGEST_PROBLEM = 4_000_000  # letters of its markup; what is larger is no question
MOST_PARTS = 5_000
_SETTINGS = (
    "max_attempts",
    "showanswer",
    "rerandomize",
    "submission_wait_seconds",
    "attempts_before_showanswer_button",
)
_DEFAULTS = ("", "null", "0", "never", "finished", "closed", "attempted")


@dataclass(frozen=True)
class Around:
    """What is known of a problem from where it stands; ``exact`` gives its own bytes."""

    place: Place
    ident: str
    topic_names: tuple[str, ...]
    exact: Callable[[], bytes]
    picture: Callable[[str, str], str | None]


def read_problem(element, around: Around) -> Entry:
    """The entry of a ``problem`` element."""
    name = " ".join((element.get("display_name") or element.get("name") or "").split())
    texts = Texts(around.picture)
    source = etree.tostring(element, encoding="unicode", with_tail=False)
    shown = (("OLX", re.sub(r'\smarkdown="[^"]*"', "", source)[:2000]),)
    try:
        if len(source) > LONGEST_PROBLEM or len(element) > MOST_PARTS:
            raise Unplayable("problem_too_large")
        built = _build(element, texts)
    except Unplayable as reason:
        raw = Raw("olx", around.exact(), ".xml", name, around.ident)
        problem = Problem(reason.code, "raw", values=reason.values)
        return Entry(around.place, name or around.ident, None, raw, (problem,), shown)
    if not plain(built.stem) and "<img" not in built.stem:
        built.warn("question_text_empty")
    tell_cuts(built)
    _note_settings(element, built)
    weight = number_in(element.get("weight"))
    draft = draft_of(
        built.kind, built.stem, built.content, name=name, identifier=around.ident, topic_names=around.topic_names,
        points=decimal_text(weight) if weight is not None and weight > 0 else "",
    )  # fmt: skip
    return Entry(around.place, name or around.ident, draft, None, (*built.problems, *texts.problems), shown)


def _note_settings(element, built: Built) -> None:
    names = [name for name in _SETTINGS if (element.get(name) or "").strip('"').lower() not in _DEFAULTS]
    if names:
        built.note("attempts_ignored", names=", ".join(names))


# --- what it asks ---


@dataclass
class _Asked:
    """One response with the texts that stand before it."""

    response: object
    before: list


def _build(element, texts: Texts) -> Built:
    for one in element.iter():
        if local_name(one) == "script" and not (one.get("type") or "").startswith("math/"):
            raise Unplayable("script_question")
    for one in element.iter():
        if local_name(one) in _NOT_PLAYED:
            raise Unplayable(_NOT_PLAYED[local_name(one)])
        if local_name(one).endswith("response") and local_name(one) not in BUILDERS and one is not element:
            raise Unplayable("other_interaction")
    asked, after = _split(element)
    if not asked:
        raise Unplayable("no_question")
    hints = Hints()
    built = _single(asked[0], after, texts, hints) if len(asked) == 1 else _case(element, asked, after, texts, hints)
    explanation = _explanation(element, texts, hints, built)
    if explanation:
        built.content["explanation"] = explanation
    return built


def _split(element) -> tuple[list[_Asked], list]:
    """The responses with the texts before each, and the texts behind the last."""
    asked: list[_Asked] = []
    waiting: list = []

    def walk(parent) -> None:
        if (parent.text or "").strip():
            waiting.append(parent.text)
        for child in parent:
            name = local_name(child)
            if name in BUILDERS:
                asked.append(_Asked(child, list(waiting)))
                waiting.clear()
            elif name and name not in ASIDE:
                if any(local_name(one) in BUILDERS for one in child.iter()):
                    walk(child)
                else:
                    waiting.append(child)
            if (child.tail or "").strip():
                waiting.append(child.tail)

    walk(element)
    return asked, waiting


def _single(asked: _Asked, after: list, texts: Texts, hints: Hints) -> Built:
    response = asked.response
    inputs = [one for one in response.iter() if local_name(one) == "optioninput"]
    if local_name(response) == "optionresponse" and (len(inputs) > 1 or _is_inline(inputs)):
        return build_dropdowns(response, [*asked.before, response, *after], texts, hints)
    stem = texts.html([*asked.before, response, *after])
    return BUILDERS[local_name(response)](response, stem, texts, hints)


def _is_inline(inputs: list) -> bool:
    """Whether the text goes on around a drop-down: then it is a gap of that text."""
    if not inputs:
        return False
    one = inputs[0]
    words = (one.tail or "").strip(" \n\t.?!:;,")
    return bool(words) and local_name(one.getparent()) in ("p", "span", "div", "li", "td")


def _case(element, asked: list[_Asked], after: list, texts: Texts, hints: Hints) -> Built:
    """Several responses are the questions of a case; what stands before the first is what they share."""
    has_labels = all(any(local_name(one) == "label" for one in item.response.iter()) for item in asked)
    shared = asked[0].before if has_labels else asked[0].before[:-1]
    first = [] if has_labels else asked[0].before[-1:]
    stem = texts.html(shared)
    questions, problems = [], []
    for number, item in enumerate(asked):
        one = _Asked(item.response, first if number == 0 else item.before)
        built = _single(one, [], texts, hints)
        problems += built.problems
        questions.append({"kind": built.kind, "stem": built.stem, "content": built.content, "weight": "1"})
    behind = texts.html(after)
    name = " ".join((element.get("display_name") or "").split())
    whole = stem or (texts.plain(name) if name else "")
    if behind:
        whole = as_paragraph(whole) + as_paragraph(behind) if whole else behind
    return Built("case", whole, {"questions": questions}, problems)


# --- the explanation ---


def _explanation(element, texts: Texts, hints: Hints, built: Built) -> str:
    general = [found for one in _outermost(element, ("solution", "explanation")) if (found := _solution(one, texts))]
    lines = [f"<li>{line}</li>" for line in dict.fromkeys(hints.lines)]
    if lines:
        built.note("feedback_joined")
    asides = [texts.html([one]) for one in element.iter() if local_name(one) in ("hint", "targetedfeedback")]
    asides = [f"<li>{line}</li>" for line in asides if line]
    if asides:
        built.note("hints_joined")
    whole = general[0] if len(general) == 1 else "".join(as_paragraph(one) for one in general)
    return whole + (f"<ul>{''.join(lines + asides)}</ul>" if lines or asides else "")


def _outermost(element, names: tuple[str, ...]) -> list:
    found = [one for one in element.iter() if local_name(one) in names]
    return [one for one in found if not any(parent in found for parent in one.iterancestors())]


def _solution(element, texts: Texts) -> str:
    """The text of a solution, without the word that Studio writes over it."""
    made = copy.deepcopy(element)
    for one in made.iter("p", "h2", "h3", "h4", "b", "strong"):
        words = " ".join("".join(one.itertext()).split()).strip(": ").lower()
        if words in ("explanation", "solution", "giải thích", "lời giải"):
            one.text = ""
            for child in list(one):
                one.remove(child)
        break
    return texts.inner(made)
