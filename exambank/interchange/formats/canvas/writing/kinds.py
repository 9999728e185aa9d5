"""PURE. One draft as ``item`` elements of QTI 1.2, and what they cannot hold of it."""

import html
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from exambank.bank import rules as bank_rules
from exambank.interchange.formats.canvas.choosing import share_text
from exambank.interchange.formats.canvas.typed import decimal_text
from exambank.interchange.formats.canvas.writing import parts
from exambank.interchange.formats.canvas.writing.parts import Texts, element, equals, material
from exambank.interchange.neutral import NOTICE, WARNING, Problem

ONE = "response1"


@dataclass
class Writing:
    """An item while it is written: ``type`` as Canvas calls it, further fields, the elements, and the losses."""

    texts: Texts
    kind: str
    content: Mapping[str, Any]
    stem: str
    type: str = ""
    markup: str = ""  # the stem as it is written, where it is not simply the text of ``stem``
    fields: dict[str, str] = field(default_factory=dict)
    responses: list = field(default_factory=list)
    rules: list = field(default_factory=list)
    feedback: list = field(default_factory=list)
    losses: list[Problem] = field(default_factory=list)

    def lose(self, code: str, severity: str = WARNING, **values) -> None:
        problem = Problem(code, severity, values=values)
        if problem not in self.losses:
            self.losses.append(problem)

    def html(self, stored: str) -> str:
        return self.texts.html(stored)


def write_kind(writing: Writing) -> bool:
    """Fill in type, responses and rules; False where QTI 1.2 has nothing for this kind."""
    writer = _WRITERS.get(writing.kind)
    if writer is None:
        return False
    writer(writing)
    return True


# --- choices ---


def _single(writing: Writing) -> None:
    writing.type = "multiple_choice_question"
    _options(writing, "Single")
    writing.rules = [parts.rule(equals(ONE, ident)) for ident in _keys(writing)]
    if bank_rules.read_number(writing.content["scoring"].get("wrong", "0")):
        writing.lose("canvas_penalty_lost")


def _true_false(writing: Writing) -> None:
    _single(writing)
    writing.type = "true_false_question"


def _multiple(writing: Writing) -> None:
    writing.type = "multiple_answers_question"
    _options(writing, "Multiple")
    keys = set(_keys(writing))
    conditions = [
        equals(ONE, ident) if ident in keys else element("not", equals(ONE, ident)) for ident, _row in _rows(writing)
    ]
    writing.rules = [parts.rule(element("and", *conditions))] if keys else []
    rule, bound = writing.content["scoring"]["rule"], writing.content["scoring"]["lower_bound"]
    if rule == "true":
        writing.fields["scoring_algorithm"] = "PartialScore"
    elif rule != "all_or_nothing":
        writing.lose("canvas_rule_lost")
    if bank_rules.read_number(bound):
        writing.lose("canvas_penalty_lost")


def _options(writing: Writing, cardinality: str) -> None:
    labels = [(ident, material(writing.html(row["html"]))) for ident, row in _rows(writing)]
    writing.responses.append(parts.choices(ONE, labels, cardinality=cardinality))


def _rows(writing: Writing) -> list[tuple[str, dict]]:
    return [(str(1000 + place), row) for place, row in enumerate(writing.content["options"], start=1)]


def _keys(writing: Writing) -> list[str]:
    return [ident for ident, row in _rows(writing) if row["is_key"]]


# --- typed ---


def _short_text(writing: Writing) -> None:
    writing.type = "short_answer_question"
    scoring = writing.content["scoring"]
    width = writing.content["width"]
    writing.responses.append(parts.typed(ONE, {"columns": str(width)} if width != 20 else None))
    accepted = _full(writing, writing.content["accepted"])
    case = {} if scoring["ignore_case"] else {"case": "Yes"}
    if accepted:
        writing.rules.append(parts.rule(*(_text_condition(row["text"], scoring, case) for row in accepted)))
    _lose_comparison(writing, scoring)


def _text_condition(words: str, scoring: Mapping, case: Mapping[str, str]):
    is_part = scoring["wildcards"] and len(words) > 2 and words[0] == words[-1] == "*" and "*" not in words[1:-1]
    if is_part:
        return element("varsubstring", words=words[1:-1], respident=ONE, **case)
    return equals(ONE, words, **case)


def _lose_comparison(writing: Writing, scoring: Mapping) -> None:
    if not scoring["ignore_case"]:
        writing.lose("canvas_capitals", NOTICE)
    if scoring["ignore_diacritics"] or scoring["wildcards"]:
        writing.lose("canvas_comparison_lost")


def _full(writing: Writing, rows: list[dict]) -> list[dict]:
    """The answers that earn everything: one that earns a part would count as right in Canvas."""
    full = [row for row in rows if bank_rules.read_number(row["share"]) == 1]
    if len(full) < len(rows):
        writing.lose("canvas_shares_lost")
    return full


def _numeric(writing: Writing) -> None:
    writing.type = "numerical_question"
    writing.responses.append(parts.typed(ONE, {"fibtype": "Decimal"}))
    for row in _full(writing, writing.content["answers"]):
        writing.rules.append(parts.rule(*_number_conditions(row)))
    if writing.content["units"]:
        writing.lose("canvas_units_lost")


def _number_conditions(row: Mapping) -> list:
    value, tolerance = bank_rules.read_number(row["value"]), bank_rules.read_number(row["tolerance"])
    if value is None or tolerance is None:
        return [equals(ONE, row["value"])]
    exact = Fraction(value)
    margin = abs(exact) * Fraction(tolerance) if row["is_relative"] else Fraction(tolerance)
    said = {}
    if row["is_relative"]:
        said = {"margintype": "percent", "margin": decimal_text(Fraction(tolerance) * 100)}
    low = element("vargte", words=decimal_text(exact - margin), respident=ONE)
    high = element("varlte", words=decimal_text(exact + margin), respident=ONE)
    return [element("or", equals(ONE, decimal_text(exact), **said), element("and", low, high))]


def _essay(writing: Writing) -> None:
    writing.type = "essay_question"
    content = writing.content
    words = content["hints"]["words"]
    limits = {"word_limit_enabled": "Yes", "word_limit_max": str(words)} if words else {}
    writing.responses.append(parts.typed(ONE, **limits))
    writing.rules.append(parts.rule(element("other"), score=None))
    if content["prompts"]:
        listed = "".join(f"<li>{row['html']}</li>" for row in content["prompts"])
        writing.stem = f"{writing.stem}<ol>{listed}</ol>"
        writing.lose("canvas_prompts_joined", NOTICE)
    if content["model_answer"]:
        writing.feedback.append(parts.solution("solution", writing.html(content["model_answer"])))
    if content["rubric"]:
        writing.lose("canvas_rubric_lost")
    if content["hints"]["minutes"]:
        writing.lose("canvas_minutes_lost", NOTICE)


# --- pairs and orders ---


def _matching(writing: Writing) -> None:
    writing.type = "matching_question"
    targets = [(f"m{place}", row) for place, row in enumerate(writing.content["targets"], start=1)]
    pairs = writing.content["pairs"]
    idents = {row["token"]: ident for ident, row in targets}
    keys = [idents.get(pairs.get(row["token"], "")) for row in writing.content["options"]]
    _lines(writing, writing.content["options"], targets, keys)
    if writing.content["scoring"]["rule"] == "all_or_nothing":
        writing.fields["scoring_algorithm"] = "AllOrNothing"
        writing.lose("canvas_all_or_nothing", NOTICE)


def _cluster(writing: Writing) -> None:
    """A table of statements is a matching with true and false; read back here, it is what it was."""
    writing.type = "matching_question"
    rows, targets = writing.content["options"], [("m1", {"html": "Đúng"}), ("m2", {"html": "Sai"})]
    _lines(writing, rows, targets, ["m1" if row["is_key"] else "m2" for row in rows])
    writing.lose("canvas_cluster_matching", NOTICE)


def _lines(writing: Writing, prompts: list[dict], targets: list[tuple[str, dict]], keys: list[str | None]) -> None:
    share = share_text(Fraction(100, len(prompts) or 1))
    for place, (row, key) in enumerate(zip(prompts, keys, strict=True), start=1):
        response = f"response_{2000 + place}"
        labels = [(ident, material(writing.html(target["html"]))) for ident, target in targets]
        prompt = material(writing.html(row["html"]))
        writing.responses.append(parts.choices(response, labels, cardinality="", prompt=prompt))
        if key:
            writing.rules.append(parts.rule(equals(response, key), score=share, action="Add", goes_on=True))


def _ordering(writing: Writing) -> None:
    writing.type = "ordering_question"
    rows = [(f"o{row['token']}", row) for row in writing.content["options"]]
    shown = sorted(rows, key=lambda one: one[0])  # by their random names: the order in the file is not the key
    labels = [element("response_label", material(writing.html(row["html"])), ident=ident) for ident, row in shown]
    lines = element("ims_render_object", element("flow_label", *labels), shuffle="Yes")
    extension = element("render_extension", lines)
    writing.responses.append(element("response_lid", extension, ident=ONE, rcardinality="Ordered"))
    writing.rules.append(parts.rule(*(equals(ONE, ident) for ident, _row in rows)))
    writing.lose("canvas_new_quizzes", NOTICE)
    if writing.content["scoring"]["rule"] != "all_or_nothing":
        writing.lose("canvas_rule_lost")


# --- gaps ---


def _fill_in(writing: Writing) -> None:
    gaps = writing.content["gaps"]
    kinds = {gap["kind"] for gap in gaps}
    writing.type = "multiple_dropdowns_question" if kinds == {"choice"} else "fill_in_multiple_blanks_question"
    names = _gap_names(gaps, writing.stem)
    weights = [Fraction(bank_rules.read_number(gap["weight"]) or 1) for gap in gaps]
    whole = sum(weights, Fraction(0)) or Fraction(1)
    for gap, weight in zip(gaps, weights, strict=True):
        _gap(writing, gap, names[gap["token"]], share_text(100 * weight / whole), len(kinds) > 1)
    if len(set(weights)) > 1:
        writing.lose("canvas_weights", NOTICE)
    if len(kinds) > 1:
        writing.lose("canvas_new_quizzes", NOTICE)
    scoring = writing.content["scoring"]
    if not scoring["ignore_case"] or scoring["ignore_diacritics"] or scoring["wildcards"]:
        writing.lose("canvas_comparison_lost")
    writing.markup = writing.texts.html(writing.stem, gap=lambda token: html.escape(f"[{names.get(token, '')}]"))


def _gap_names(gaps: list[dict], stem: str) -> dict[str, str]:
    """blank1, blank2 ...: none that stands in the text already."""
    root = next(name for name in ("blank", "gap", "chotrong", "exambankgap") if f"[{name}" not in stem)
    return {gap["token"]: f"{root}{number}" for number, gap in enumerate(gaps, start=1)}


def _gap(writing: Writing, gap: dict, name: str, share: str, is_mixed: bool) -> None:
    response = f"response_{name}"
    is_choice = gap["kind"] == "choice"
    rows = gap["choices"] if is_choice else _full(writing, gap["accepted"])
    said = {"answer_type": "dropdown" if is_choice else "openEntry"} if is_mixed else {}
    labels = [
        element("response_label", material(row["text"], "text/plain"), ident=f"{name}{place}", **said)
        for place, row in enumerate(rows, start=1)
    ]
    rendered = element("render_choice", *labels)
    writing.responses.append(element("response_lid", material(name, "text/plain"), rendered, ident=response))
    right = next((place for place, row in enumerate(rows, start=1) if not is_choice or row["is_key"]), None)
    if right:
        condition = equals(response, f"{name}{right}")
        writing.rules.append(parts.rule(condition, score=share, action="Add", goes_on=True))


_WRITERS: dict[str, Callable[[Writing], None]] = {
    "single_choice": _single, "multiple_choice": _multiple, "true_false": _true_false, "true_false_cluster": _cluster,
    "short_text": _short_text, "numeric": _numeric, "essay": _essay, "matching": _matching, "ordering": _ordering,
    "fill_in": _fill_in,
}  # fmt: skip
