"""PURE. Single and multiple choice, true or false, true/false statements."""

from fractions import Fraction

from exambank.bank.interactions import REGISTRY
from exambank.bank.interactions.contents import share_in
from exambank.interchange.formats.qti_write.kinds.parts import Given, letter, stem_block
from exambank.interchange.formats.qti_write.nodes import Node
from exambank.interchange.formats.qti_write.page import Page
from exambank.interchange.formats.qti_write.scoring import (
    MAP,
    MATCH,
    Names,
    Piece,
    base,
    condition,
    decimals,
    mapping,
    match_rules,
    outcome,
    response,
    scored_by,
    set_to,
    variable,
)
from exambank.interchange.formats.qti_write.walk import Foreign, attribute, children

# --- one of several ---


def write_single(page: Page, names: Names, stem: str, content: dict) -> Piece:
    """One of several options; a wrong one that costs something is worth less than nothing in the mapping."""
    options = content["options"]
    keys = [letter(place) for place, row in enumerate(options) if row["is_key"]]
    cost = REGISTRY["single_choice"].lowest_share(content)
    worths = None
    if cost or len(keys) > 1:
        rows = [(letter(place), "1" if row["is_key"] else decimals(cost)) for place, row in enumerate(options)]
        worths = mapping(rows, lower=decimals(cost), upper="1")
    return Piece(
        [*stem_block(page, stem), _choice(page, names, options, most=1)],
        [response(names.response, "single", "identifier", keys[:1], worths)],
        **(scored_by(MAP if worths else MATCH, names) if keys else {}),
        marks={"scoring": content["scoring"]},
        least=decimals(cost),
    )


def read_single(given: Given) -> tuple[str, dict]:
    """The stem and the content of a single choice that we wrote."""
    keys = {key for key, worth in given.mapped() if worth == "1"} or set(given.correct())
    rows = _options(given, given.interaction("choiceInteraction"), keys)
    return given.stem(), {"options": rows, "scoring": given.scoring()}


# --- several of several ---


def write_multiple(page: Page, names: Names, stem: str, content: dict) -> Piece:
    """Several right options: all or nothing, or a mapping by the rules of R/exams."""
    options, scoring = content["options"], content["scoring"]
    keys = [letter(place) for place, row in enumerate(options) if row["is_key"]]
    kind = REGISTRY["multiple_choice"]
    least = kind.lowest_share(content)
    worths, scored = None, {}
    if scoring["rule"] != "all_or_nothing" and keys:
        wrong = _cost(scoring["rule"], len(keys), len(options) - len(keys))
        rows = [(letter(place), decimals(Fraction(1, len(keys)) if row["is_key"] else -wrong))
                for place, row in enumerate(options)]  # fmt: skip
        worths = mapping(rows, lower=decimals(least), upper="1")
        scored = scored_by(MAP, names)
    elif keys:
        scored = {"rules": match_rules(names, decimals(least)), "template": "" if least else MATCH}
    return Piece(
        [*stem_block(page, stem), _choice(page, names, options, most=0)],
        [response(names.response, "multiple", "identifier", keys, worths)],
        **scored,
        marks={"scoring": scoring},
        least=decimals(least),
    )


def _cost(rule: str, keys: int, wrong: int) -> Fraction:
    """What a wrong option takes, by the names of R/exams."""
    if rule == "none":
        return Fraction(0)
    return Fraction(1, {"false": wrong, "false2": max(wrong, 2), "true": keys, "all": 1}[rule] or 1)


def read_multiple(given: Given) -> tuple[str, dict]:
    """The stem and the content of a multiple choice that we wrote."""
    rows = _options(given, given.interaction("choiceInteraction"), set(given.correct()))
    return given.stem(), {"options": rows, "scoring": given.scoring()}


# --- true or false ---


def write_true_false(page: Page, names: Names, stem: str, content: dict) -> Piece:
    """One statement; its two options are named and stay in their order."""
    options = content["options"]
    keys = [row["token"] for row in options if row["is_key"]]
    choice = Node("choiceInteraction", responseIdentifier=names.response, shuffle=False, maxChoices=1)
    choice.add(*(Node("simpleChoice", page.text(row["html"]), identifier=row["token"], fixed=True) for row in options))
    return Piece(
        [*stem_block(page, stem), choice],
        [response(names.response, "single", "identifier", keys[:1])],
        **(scored_by(MATCH, names) if keys else {}),
        marks={"keys": len(keys)} if len(keys) > 1 else {},
    )


def read_true_false(given: Given) -> tuple[str, dict]:
    """The stem and the content of a true-or-false item that we wrote."""
    keys = ["true", "false"] if given.marks.get("keys") == 2 else given.correct()
    found = {attribute(one, "identifier"): one for one in children(given.interaction("choiceInteraction"))}
    if not {"true", "false"} <= found.keys():
        raise Foreign("true")
    rows = [
        {"token": token, "html": given.body.text(found[token]), "is_key": token in keys} for token in ("true", "false")
    ]
    return given.stem(), {"options": rows}


# --- statements ---


def write_cluster(page: Page, names: Names, stem: str, content: dict) -> Piece:
    """Statements matched with True and False; the points come from the table by the number of right decisions."""
    options, table = content["options"], content["scoring"]["table"]
    pairs = [f"S{number} {'T' if row['is_key'] else 'F'}" for number, row in enumerate(options, start=1)]
    statements = Node("simpleMatchSet")
    for number, row in enumerate(options, start=1):
        statements.add(_associable(page.text(row["html"]), f"S{number}", 1, fixed=row["is_locked"] or None))
    words = Node("simpleMatchSet")
    for identifier, word in (("T", "Đúng"), ("F", "Sai")):
        words.add(_associable(word, identifier, len(options), fixed=True))
    match = Node(
        "matchInteraction", statements, words, class_="eb-true-false", responseIdentifier=names.response, shuffle=True,
        maxAssociations=len(options), minAssociations=0,
    )  # fmt: skip
    shares = [share_in(share) for share in table]
    is_even = shares == [Fraction(right, len(options) or 1) for right in range(len(options) + 1)]
    each = decimals(Fraction(1, len(options))) if is_even and options else "1"
    worths = mapping([(pair, each) for pair in pairs], lower="0", upper="1" if is_even else None)
    declared = response(names.response, "multiple", "directedPair", pairs, worths)
    right = f"{names.prefix}RIGHT"
    scored = (
        scored_by(MAP, names)
        if is_even
        else {"rules": _table_rules(names, right, shares), "outcomes": [outcome(right)]}
    )
    marks = {"scoring": content["scoring"]}
    return Piece([*stem_block(page, stem), match], [declared], **(scored if options else {}), marks=marks)


def _table_rules(names: Names, right: str, shares: list[Fraction]) -> list[Node]:
    """Count the right decisions, then look the share up, the highest first."""
    count = set_to(right, Node("mapResponse", identifier=names.response))
    steps = [
        (Node("gte", variable(right), base(str(number))), set_to(names.score, base(decimals(share))))
        for number, share in reversed(list(enumerate(shares)))
        if number
    ]
    return [count, condition(steps, set_to(names.score, base("0")))] if steps else [count]


def read_cluster(given: Given) -> tuple[str, dict]:
    """The stem and the content of true/false statements that we wrote."""
    sets = children(given.interaction("matchInteraction"), "simpleMatchSet")
    if len(sets) != 2 or [attribute(one, "identifier") for one in children(sets[1])] != ["T", "F"]:
        raise Foreign("T")
    right = {tuple(pair.split()) for pair in given.correct()}
    rows = [
        {"html": given.body.text(one), "is_key": (attribute(one, "identifier"), "T") in right,
         "is_locked": attribute(one, "fixed") == "true"}
        for one in children(sets[0])
    ]  # fmt: skip
    return given.stem(), {"options": rows, "scoring": given.scoring()}


# --- shared ---


def _choice(page: Page, names: Names, options: list[dict], most: int) -> Node:
    found = Node(
        "choiceInteraction", responseIdentifier=names.response, shuffle=True, maxChoices=most, minChoices=0
    )  # fmt: skip
    for place, row in enumerate(options):
        locked = row["is_locked"] or None
        found.add(Node("simpleChoice", page.text(row["html"]), identifier=letter(place), fixed=locked))
    return found


def _options(given: Given, interaction, keys: set[str]) -> list[dict]:
    return [
        {"html": given.body.text(one), "is_key": attribute(one, "identifier") in keys,
         "is_locked": attribute(one, "fixed") == "true"}
        for one in children(interaction, "simpleChoice")
    ]  # fmt: skip


def _associable(content: str, identifier: str, most: int, fixed: bool | None = None) -> Node:
    return Node("simpleAssociableChoice", content, identifier=identifier, fixed=fixed, matchMax=most)
