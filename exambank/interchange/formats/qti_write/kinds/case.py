"""PURE. A case: one text, several questions on it, each with its own responses; their scores make the item's."""

from dataclasses import replace
from fractions import Fraction

from exambank.bank.interactions.contents import fraction_of
from exambank.interchange.formats.qti_write.kinds import choices, pairs, typed, written
from exambank.interchange.formats.qti_write.kinds.parts import Given, stem_block
from exambank.interchange.formats.qti_write.nodes import Node
from exambank.interchange.formats.qti_write.page import Page
from exambank.interchange.formats.qti_write.scoring import (
    Names,
    Piece,
    base,
    decimals,
    outcome,
    set_to,
    variable,
)
from exambank.interchange.formats.qti_write.walk import Foreign, classed

SIMPLE = {
    "single_choice": (choices.write_single, choices.read_single),
    "multiple_choice": (choices.write_multiple, choices.read_multiple),
    "true_false": (choices.write_true_false, choices.read_true_false),
    "true_false_cluster": (choices.write_cluster, choices.read_cluster),
    "short_text": (typed.write_short_text, typed.read_short_text),
    "numeric": (typed.write_numeric, typed.read_numeric),
    "fill_in": (typed.write_fill_in, typed.read_fill_in),
    "matching": (pairs.write_matching, pairs.read_matching),
    "ordering": (pairs.write_ordering, pairs.read_ordering),
    "essay": (written.write_essay, written.read_essay),
    "oral": (written.write_oral, written.read_oral),
}


def write_case(page: Page, names: Names, stem: str, content: dict) -> Piece:
    """Each question in a block of its own; what a person scores counts once it has a score."""
    questions = content["questions"]
    weights = [max(fraction_of(row["weight"]), Fraction(0)) for row in questions]
    total = sum(weights, Fraction(0)) or Fraction(1)
    whole = Piece(stem_block(page, stem), [])
    shares, marks, least = [], [], Fraction(0)
    for number, (row, weight) in enumerate(zip(questions, weights, strict=True), start=1):
        inner = Names(f"Q{number}_")
        piece = SIMPLE[row["kind"]][0](page, inner, row["stem"], row["content"])
        explanation = explanation_block(page, row["content"])
        whole.body.append(Node("div", *piece.body, explanation, class_="eb-question"))
        whole.responses += piece.responses
        whole.outcomes += [_score(page, inner, piece), *piece.outcomes]
        whole.rules += piece.rules
        worth = decimals(weight / total / (fraction_of(piece.largest) or 1))
        shares.append(Node("product", variable(inner.score), base(worth)))
        least += weight / total * fraction_of(piece.least)
        marks.append({"kind": row["kind"], "weight": row["weight"], **piece.marks})
        whole.is_human = whole.is_human or piece.is_human
    if shares:
        whole.rules.append(set_to(names.score, Node("sum", *shares)))
    whole.marks = {"questions": marks}
    whole.least = decimals(least)
    return whole


def _score(page: Page, names: Names, piece: Piece) -> Node:
    by_hand = "human" if piece.is_human and page.version.code != "v2p1" else None
    return outcome(names.score, normalMinimum=piece.least, normalMaximum=piece.largest, externalScored=by_hand)


def explanation_block(page: Page, content: dict) -> Node | None:
    """Why the answer to one question of a case is right: for tutors and scorers, as feedback belongs to whole items."""
    if not content.get("explanation"):
        return None
    inner = Node("div", page.text(content["explanation"]), class_="eb-explanation")
    if page.version.has_dashes:
        return Node("rubricBlock", Node("contentBody", inner), view="scorer tutor", use="scoring")
    return Node("rubricBlock", inner, view="scorer tutor")


def read_case(given: Given) -> tuple[str, dict]:
    """The stem and the content of a case that we wrote."""
    marks = [one if isinstance(one, dict) else {} for one in given.marked_rows("questions")]
    blocks = classed(given.scope, "eb-question")
    if len(marks) != len(blocks):
        raise Foreign("eb-question")
    questions = []
    for number, (mark, block) in enumerate(zip(marks, blocks, strict=True), start=1):
        kind = mark.get("kind")
        if not isinstance(kind, str) or kind not in SIMPLE:
            raise Foreign("kind")
        inner = replace(given, scope=block, names=Names(f"Q{number}_"), marks=mark)
        stem, content = SIMPLE[kind][1](inner)
        for one in classed(block, "eb-explanation")[:1]:
            content["explanation"] = given.body.text(one)
        questions.append({"kind": kind, "stem": stem, "content": content, "weight": mark.get("weight", "1")})
    return given.stem(), {"questions": questions}
