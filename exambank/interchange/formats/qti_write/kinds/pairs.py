"""PURE. Matching and ordering."""

import hashlib
from fractions import Fraction
from itertools import pairwise

from exambank.bank.interactions import new_token
from exambank.interchange.formats.qti_write.kinds.parts import Given, letter, stem_block
from exambank.interchange.formats.qti_write.nodes import Node
from exambank.interchange.formats.qti_write.page import Page
from exambank.interchange.formats.qti_write.scoring import (
    MAP,
    MATCH,
    Names,
    Piece,
    base,
    decimals,
    mapping,
    response,
    scored_by,
    set_to,
    variable,
)
from exambank.interchange.formats.qti_write.walk import Foreign, attribute, children

# --- matching ---


def write_matching(page: Page, names: Names, stem: str, content: dict) -> Piece:
    """Prompts and targets; a target may serve several prompts."""
    prompts = {row["token"]: f"P{number}" for number, row in enumerate(content["options"], start=1)}
    targets = {row["token"]: f"T{number}" for number, row in enumerate(content["targets"], start=1)}
    pairs = [f"{prompts[prompt]} {targets[target]}" for prompt, target in content["pairs"].items()]
    left, right = Node("simpleMatchSet"), Node("simpleMatchSet")
    for row in content["options"]:
        left.add(_associable(page, row, prompts[row["token"]], 1))
    for row in content["targets"]:
        right.add(_associable(page, row, targets[row["token"]], len(prompts)))
    match = Node(
        "matchInteraction", left, right, responseIdentifier=names.response, shuffle=True,
        maxAssociations=len(prompts), minAssociations=0,
    )  # fmt: skip
    is_whole = content["scoring"]["rule"] == "all_or_nothing"
    each = decimals(Fraction(1, len(prompts) or 1))
    worths = None if is_whole else mapping([(pair, each) for pair in pairs], lower="0", upper="1")
    return Piece(
        [*stem_block(page, stem), match],
        [response(names.response, "multiple", "directedPair", pairs, worths)],
        **(scored_by(MATCH if is_whole else MAP, names) if pairs else {}),
        marks={"scoring": content["scoring"]},
    )


def read_matching(given: Given) -> tuple[str, dict]:
    """The stem and the content of a matching item that we wrote."""
    sets = children(given.interaction("matchInteraction"), "simpleMatchSet")
    if len(sets) != 2:
        raise Foreign("simpleMatchSet")
    prompts, targets = (_rows(given, one, prefix) for one, prefix in zip(sets, ("", "t"), strict=True))
    pairs = {}
    for pair in given.correct():
        prompt, _space, target = pair.partition(" ")
        if prompt not in prompts or target not in targets:
            raise Foreign("correctResponse")
        pairs[prompts[prompt]["token"]] = targets[target]["token"]
    content = {"options": list(prompts.values()), "targets": list(targets.values()), "pairs": pairs}
    return given.stem(), {**content, "scoring": given.scoring()}


def _associable(page: Page, row: dict, identifier: str, most: int) -> Node:
    return Node("simpleAssociableChoice", page.text(row["html"]), identifier=identifier, matchMax=most)


def _rows(given: Given, element, prefix: str) -> dict[str, dict]:
    return {
        attribute(one, "identifier"): {"token": prefix + new_token(), "html": given.body.text(one)}
        for one in children(element, "simpleAssociableChoice")
    }


# --- ordering ---


def write_ordering(page: Page, names: Names, stem: str, content: dict) -> Piece:
    """Lines in an order that their words decide, so that neither place nor name in the file is the key."""
    options, rule = content["options"], content["scoring"]["rule"]
    right = line_names(options)
    order = Node("orderInteraction", responseIdentifier=names.response, shuffle=True)
    for name, row in sorted(zip(right, options, strict=True), key=lambda one: (len(one[0]), one[0])):
        order.add(Node("simpleChoice", page.text(row["html"]), identifier=name))
    scored = scored_by(MATCH, names) if rule == "all_or_nothing" else {"rules": _place_rules(names, right, rule)}
    return Piece(
        [*stem_block(page, stem), order],
        [response(names.response, "ordered", "identifier", right)],
        **(scored if right else {}),
        marks={"scoring": content["scoring"]},
    )


def line_names(options: list[dict]) -> list[str]:
    """The names of lines in the right order: letters in the order in which the lines stand in the file."""
    mixed = sorted(range(len(options)), key=lambda place: (_shuffled(options[place]["html"]), place))
    names = {place: letter(number) for number, place in enumerate(mixed)}
    return [names[place] for place in range(len(options))]


def _shuffled(words: str) -> str:
    return hashlib.sha256(words.encode()).hexdigest()


def _place_rules(names: Names, right: list[str], rule: str) -> list[Node]:
    """One share for each line at its place, or for each that is followed by its right next one."""
    if rule == "per_place":
        tests = [_stands(names, place, line) for place, line in enumerate(right, start=1)]
    else:
        tests = [_follows(names, one, then, len(right)) for one, then in pairwise(right)]
    share = base(decimals(Fraction(1, len(tests) or 1)))
    more = set_to(names.score, Node("sum", variable(names.score), share))
    return [Node("responseCondition", Node("responseIf", test, more)) for test in tests]


def _stands(names: Names, place: int, line: str) -> Node:
    return Node("match", Node("index", variable(names.response), n=place), base(line, "identifier"))


def _follows(names: Names, one: str, then: str, lines: int) -> Node:
    """Whether one line is followed at once by another, wherever they stand."""
    both = (Node("and", _stands(names, at, one), _stands(names, at + 1, then)) for at in range(1, lines))
    return Node("or", *both)


def read_ordering(given: Given) -> tuple[str, dict]:
    """The stem and the content of an ordering item that we wrote: its lines in the right order."""
    lines = {
        attribute(one, "identifier"): given.body.text(one)
        for one in children(given.interaction("orderInteraction"), "simpleChoice")
    }
    right = given.correct()
    if sorted(right) != sorted(lines):
        raise Foreign("correctResponse")
    return given.stem(), {"options": [{"html": lines[one]} for one in right], "scoring": given.scoring()}
