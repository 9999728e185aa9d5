"""PURE. From an ``item`` of QTI 1.2 to an entry: played, or kept as it is with the reason."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from exambank.interchange.formats.canvas.choosing import build_choice, build_cluster, is_truth_pair
from exambank.interchange.formats.canvas.gaps import build_gaps, names_in_stem
from exambank.interchange.formats.canvas.materials import Materials, as_paragraph, plain
from exambank.interchange.formats.canvas.pairs import build_matching, build_ordering
from exambank.interchange.formats.canvas.presentation import Response
from exambank.interchange.formats.canvas.question import (
    Built,
    Question,
    Unplayable,
    explanation_of,
    take_apart,
    tell_cuts,
)
from exambank.interchange.formats.canvas.scoring import number_in
from exambank.interchange.formats.canvas.typed import (
    build_essay,
    build_number,
    build_text,
    decimal_text,
    is_essay,
    is_number,
)
from exambank.interchange.neutral import Entry, Place, Problem, Raw, draft_of

_NOT_PLAYED = {
    "calculated": "formula_question", "upload": "upload_question", "words": "no_question",
    "hotspot": "hotspot_question", "quiz_bowl": "other_interaction", "opinion": "opinion_question",
}  # fmt: skip
_RENDERS_NOT_PLAYED = {"hotspot": "hotspot_question", "slider": "other_interaction", "other": "other_interaction"}
_LONGEST_SHOWN = 2_000


@dataclass(frozen=True)
class Surroundings:
    """What is known of an item from where it stands."""

    place: Place
    bytes_of: Callable[[], bytes]
    files_of: Callable[[Any], tuple[tuple[tuple[str, bytes], ...], tuple[Problem, ...]]]
    picture: Callable[[str, str], str | None]
    topic_names: tuple[str, ...] = ()
    points: str = ""  # the points that this quiz gives for it, whatever the item says
    stimulus: str = ""  # a text on which it is asked
    format: str = "qti12"
    problems: tuple[Problem, ...] = field(default=())


def read_item(element, around: Surroundings) -> Entry:
    """The entry of an ``item`` element."""
    materials = Materials(around.picture)
    question = take_apart(element, materials)
    try:
        built = build(question)
    except Unplayable as reason:
        return _raw_entry(question, around, Problem(reason.code, "raw", values=reason.values))
    return _draft_entry(question, built, around)


def build(question: Question) -> Built:
    """What the item asks, as one of our kinds; Unplayable with the reason otherwise."""
    if question.rules.is_calculated and question.type not in ("choice", "choices", "truth", "matching", "gaps"):
        raise Unplayable("formula_question")
    if question.type in _NOT_PLAYED:
        raise Unplayable(_NOT_PLAYED[question.type])
    responses = question.presentation.responses
    if not responses:
        if question.type == "essay":
            return build_essay(question, None)
        raise Unplayable("no_question")
    for response in responses:
        code = "hotspot_question" if response.form == "point" else _RENDERS_NOT_PLAYED.get(response.render)
        if code:
            raise Unplayable(code)
    if len({response.ident for response in responses}) < len(responses):
        raise Unplayable("several_interactions")
    return _single(question, responses[0]) if len(responses) == 1 else _several(question, responses)


def _single(question: Question, response: Response) -> Built:
    if response.cardinality == "ordered" or response.render == "ordering" or question.type == "ordering":
        return build_ordering(question, response)
    if response.render == "choice":
        if question.type == "matching":
            return build_matching(question, [response])
        is_gap = question.type in ("gaps", "dropdowns") or (not question.type and names_in_stem(question))
        if is_gap and response.cardinality == "single":
            return build_gaps(question)
        if not question.type and response.prompt and question.stem and response.cardinality == "single":
            return _prompted(question, response)
        return build_choice(_with_prompt(question), response)
    if is_number(question, response):
        return build_number(_with_prompt(question), response)
    if is_essay(question, response):
        return build_essay(_with_prompt(question), response)
    is_inline = question.type == "gaps" or names_in_stem(question) or _has_text_behind(question)
    return build_gaps(question) if is_inline else build_text(_with_prompt(question), response)


def _prompted(question: Question, response: Response) -> Built:
    """One response with a text of its own beside the stem and no type: a matching of one line, or a choice."""
    is_canvas = response.ident.startswith("response_")
    return build_matching(question, [response]) if is_canvas else build_choice(_with_prompt(question), response)


def _has_text_behind(question: Question) -> bool:
    last = question.presentation.pieces[-1]
    return isinstance(last, str) and bool(plain(last).strip(" .?!,;:"))


def _with_prompt(question: Question) -> Question:
    """The question with the text of its only response as part of the stem."""
    response = question.presentation.responses[0]
    if not response.prompt:
        return question
    texts = [one for one in question.presentation.pieces if isinstance(one, str)]
    if plain(response.prompt) in {plain(one) for one in texts}:
        return question
    pieces = [one if isinstance(one, str) else response.prompt for one in question.presentation.pieces]
    pieces.append(replace(response, prompt=""))
    return replace(question, presentation=replace(question.presentation, pieces=tuple(pieces)))


def _several(question: Question, responses: list[Response]) -> Built:
    are_choices = all(response.render == "choice" for response in responses)
    are_typed = all(response.render == "typed" for response in responses)
    if are_typed and question.type == "essay":
        raise Unplayable("several_interactions")
    if question.type in ("gaps", "dropdowns") or are_typed:
        return build_gaps(question)
    if question.type != "matching" and len(names_in_stem(question)) == len(responses):
        return build_gaps(question)
    if not are_choices or any(response.cardinality == "ordered" for response in responses):
        raise Unplayable("several_interactions")
    if all(response.prompt and is_truth_pair(response.labels) for response in responses):
        return build_cluster(question, responses)
    if question.type == "matching" or _share_labels(responses):
        return build_matching(question, responses)
    raise Unplayable("several_interactions")


def _share_labels(responses: list[Response]) -> bool:
    """Whether the lines choose among the same things; Canvas writes out the empty lines of its form too."""
    sets = {tuple(sorted(label.words for label in response.labels)) for response in responses}
    return len(sets) == 1 and any(response.prompt for response in responses)


# --- entries ---


def _draft_entry(question: Question, built: Built, around: Surroundings) -> Entry:
    explanation = explanation_of(question, built)
    stem = built.stem
    if around.stimulus:
        stem = as_paragraph(around.stimulus) + (as_paragraph(stem) if stem else "")
        built.note("stimulus_joined")
    if not plain(stem) and "<img" not in stem:
        built.warn("question_text_empty")
    tell_cuts(built)
    content = {**built.content, "explanation": explanation} if explanation else built.content
    bank = question.fields.get("question_bank", "")
    draft = draft_of(
        built.kind, stem, content, name=question.title, identifier=question.ident,
        topic_names=(bank,) if bank else around.topic_names, points=_points(question, around),
    )  # fmt: skip
    problems = (*around.problems, *built.problems, *question.materials.problems)
    return Entry(around.place, question.title, draft, None, tuple(problems), _shown(question))


def _raw_entry(question: Question, around: Surroundings, problem: Problem) -> Entry:
    files, left_out = around.files_of(question.element)
    raw = Raw(around.format, around.bytes_of(), ".xml", question.title, question.ident, files)
    return Entry(around.place, question.title, None, raw, (problem, *around.problems, *left_out), _shown(question))


def _points(question: Question, around: Surroundings) -> str:
    names = ("points_possible", "qmd_absolutescore_max", "qmd_weighting", "max_score")
    for words in (around.points, *(question.fields.get(name, "") for name in names)):
        number = number_in(words)
        if number is not None and number > 0:
            return decimal_text(number)
    return ""


def _shown(question: Question) -> tuple[tuple[str, str], ...]:
    """How the file has it: texts, labels with their names, and the rules."""
    rows = [("presentation", plain(question.stem))]
    for response in question.presentation.responses:
        if response.prompt or len(question.presentation.responses) > 1:
            rows.append((response.ident, response.name))
        rows.extend((label.ident, label.words) for label in response.labels)
    rows.append(("resprocessing", question.rules.text()))
    rows.extend((ident, plain(html)) for ident, html in question.feedback.items())
    return tuple((label[:60], words[:_LONGEST_SHOWN]) for label, words in rows[:60] if words)
