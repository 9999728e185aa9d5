"""PURE. What a candidate types: short texts, numbers, and texts with gaps."""

from decimal import Decimal
from fractions import Fraction

from exambank.bank import rules
from exambank.bank.interactions import new_token
from exambank.bank.interactions.contents import fraction_of
from exambank.interchange.formats.qti_write.kinds.parts import Given, letter, stem_block
from exambank.interchange.formats.qti_write.nodes import Node
from exambank.interchange.formats.qti_write.page import Page
from exambank.interchange.formats.qti_write.scoring import (
    MAP,
    Names,
    Piece,
    base,
    condition,
    decimals,
    mapping,
    number,
    response,
    scored_by,
    set_to,
    variable,
)
from exambank.interchange.formats.qti_write.walk import Foreign, attribute, child, children, is_named, text_of, within
from exambank.interchange.neutral import WARNING

WIDTH = 20

# --- a short text ---


def write_short_text(page: Page, names: Names, stem: str, content: dict) -> Piece:
    """A text to type; each accepted one is worth its share."""
    accepted, scoring = content["accepted"], content["scoring"]
    _tell_rule(page, scoring)
    entry = Node("textEntryInteraction", responseIdentifier=names.response, expectedLength=content["width"])
    return Piece(
        [*stem_block(page, stem), Node("div", entry, class_="eb-entry")],
        [_text_response(names.response, accepted, scoring)],
        **(scored_by(MAP, names) if accepted else {}),
        marks={"scoring": scoring, **_odd_shares(accepted)},
    )


def read_short_text(given: Given) -> tuple[str, dict]:
    """The stem and the content of a short text that we wrote."""
    width = attribute(given.interaction("textEntryInteraction"), "expectedLength")
    accepted = _accepted(given, given.names.response, given.marked_rows("shares"))
    return given.stem(), {"accepted": accepted, "scoring": given.scoring(), "width": width}


def _text_response(name: str, accepted: list[dict], scoring: dict) -> Node:
    worths = [(row["text"], number(row["share"]) or "0") for row in accepted]
    best = next((row["text"] for row in accepted if fraction_of(row["share"]) == 1), None)
    is_case_sensitive = not scoring["ignore_case"]
    return response(
        name, "single", "string", [best] if best else [], mapping(worths, case_sensitive=is_case_sensitive)
    )  # fmt: skip


def _tell_rule(page: Page, scoring: dict) -> None:
    if scoring["ignore_diacritics"] or scoring["wildcards"]:
        page.lose("qti_text_rule")


def _odd_shares(accepted: list[dict]) -> dict:
    """The shares as they were typed, where one is no number."""
    shares = [row["share"] for row in accepted]
    return {"shares": shares} if any(number(share) != share for share in shares) else {}


def _accepted(given: Given, name: str, odd: list) -> list[dict]:
    found = [{"text": key, "share": worth} for key, worth in given.mapped(name)]
    if len(odd) == len(found):
        return [{**row, "share": share} for row, share in zip(found, odd, strict=True)]
    return found


# --- a number ---


def write_numeric(page: Page, names: Names, stem: str, content: dict) -> Piece:
    """A number to type; each right one has a rule with its tolerance, and the best share counts."""
    answers, scoring = content["answers"], content["scoring"]
    sound = [row for row in answers if _is_sound(row)]
    if len(sound) < len(answers):
        page.lose("qti_number_left_out", WARNING)
    if content["units"] or scoring["unit"] != "none":
        page.lose("qti_units", WARNING if scoring["unit"] == "required" else "notice")
    best = next((row for row in sound if fraction_of(row["share"]) == 1), None)
    entry = Node("textEntryInteraction", responseIdentifier=names.response, expectedLength=WIDTH)
    marks = {"scoring": scoring, "units": content["units"]}
    if len(sound) < len(answers):
        marks["answers"] = [{name: row[name] for name in row if name != "token"} for row in answers]
    return Piece(
        [*stem_block(page, stem), Node("div", entry, class_="eb-entry")],
        [response(names.response, "single", "float", [number(best["value"])] if best else [])],
        [_number_rule(names, row) for row in sound],
        marks=marks,
    )


def _is_sound(row: dict) -> bool:
    figures = [number(row[name]) for name in ("value", "tolerance", "share")]
    return None not in figures and fraction_of(row["tolerance"]) >= 0


def _number_rule(names: Names, row: dict) -> Node:
    tolerance = Decimal(rules.read_number(row["tolerance"]) or 0)
    mode, width = "exact", None
    if tolerance:
        mode = "relative" if row["is_relative"] else "absolute"
        width = rules.write_number(tolerance * 100 if row["is_relative"] else tolerance)
    given = variable(names.response)
    both = f"{width} {width}" if width else None
    test = Node("equal", given, base(number(row["value"])), toleranceMode=mode, tolerance=both)
    best = Node("max", variable(names.score), base(number(row["share"])))
    return condition([(test, set_to(names.score, best))])


def read_numeric(given: Given) -> tuple[str, dict]:
    """The stem and the content of a number that we wrote."""
    given.interaction("textEntryInteraction")
    answers = given.marked_rows("answers") or [
        answer for rule in given.rules if (answer := _answer(rule, given.names)) is not None
    ]
    return given.stem(), {"answers": answers, "units": given.marked_rows("units"), "scoring": given.scoring()}


def _answer(rule, names: Names) -> dict | None:
    """The right number that a rule of ours is about; None for a rule about another question."""
    test = next(iter(within(rule, "equal")), None)
    about = child(test, "variable")
    if about is None or about.get("identifier") != names.response:
        return None
    best = next(iter(within(rule, "max")), None)
    value, share = child(test, "baseValue"), child(best, "baseValue")
    if value is None or share is None:
        raise Foreign("equal")
    mode, width = attribute(test, "toleranceMode"), attribute(test, "tolerance").split()
    tolerance = (rules.read_number(width[0]) if width else None) or Decimal(0)
    is_relative = mode == "relative"
    return {
        "value": text_of(value), "share": text_of(share), "is_relative": is_relative,
        "tolerance": rules.write_number(tolerance / 100 if is_relative else tolerance),
    }  # fmt: skip


# --- a text with gaps ---


def write_fill_in(page: Page, names: Names, stem: str, content: dict) -> Piece:
    """A text with fields in it, each a response of its own; the score is their sum by weight."""
    gaps = {gap["token"]: (place, gap) for place, gap in enumerate(content["gaps"], start=1)}
    _tell_rule(page, content["scoring"])
    shown: list[str] = []

    def field(token: str) -> str:
        if token not in gaps or token in shown:
            page.lose("qti_gap_left_out", WARNING)
            return "____"
        shown.append(token)
        place, gap = gaps[token]
        return page.render(_field(names.numbered(place), gap))

    text = page.text(stem, field)
    rows = [(place, gap) for token, (place, gap) in gaps.items() if token in shown]
    if len(rows) < len(gaps):
        page.lose("qti_gap_left_out", WARNING)
    return Piece(
        [Node("div", text, class_="eb-stem")],
        [_gap_response(names.numbered(place), gap, content["scoring"]) for place, gap in rows],
        [_sum_rule(names, rows)] if rows else [],
        marks={"scoring": content["scoring"], "gaps": [_gap_marks(gap) for gap in content["gaps"]]},
    )


def _field(name: str, gap: dict) -> Node:
    if gap["kind"] == "text":
        return Node("textEntryInteraction", responseIdentifier=name, expectedLength=WIDTH)
    found = Node("inlineChoiceInteraction", responseIdentifier=name, shuffle=True)
    return found.add(
        *(Node("inlineChoice", row["text"], identifier=letter(place)) for place, row in enumerate(gap["choices"]))
    )


def _gap_response(name: str, gap: dict, scoring: dict) -> Node:
    if gap["kind"] == "text":
        return _text_response(name, gap["accepted"], scoring)
    keys = [letter(place) for place, row in enumerate(gap["choices"]) if row["is_key"]]
    return response(name, "single", "identifier", keys[:1], mapping([(key, "1") for key in keys]))


def _sum_rule(names: Names, rows: list[tuple[int, dict]]) -> Node:
    weights = {place: max(fraction_of(gap["weight"]), Fraction(0)) for place, gap in rows}
    total = sum(weights.values(), Fraction(0)) or Fraction(1)
    parts = [
        Node("product", Node("mapResponse", identifier=names.numbered(place)), base(decimals(weights[place] / total)))
        for place, _gap in rows
    ]
    return set_to(names.score, Node("sum", *parts))


def _gap_marks(gap: dict) -> dict:
    return {"weight": gap["weight"], **_odd_shares(gap["accepted"])}


def read_fill_in(given: Given) -> tuple[str, dict]:
    """The stem and the content of a text with gaps that we wrote; the gaps stand in the order of their numbers."""
    fields = {attribute(one, "responseIdentifier"): one for one in given.interactions()}
    marks = [one if isinstance(one, dict) else {} for one in given.marked_rows("gaps")]
    gaps: dict[str, dict] = {}
    for place, mark in enumerate(marks, start=1):
        name = given.names.numbered(place)
        if name in fields:
            gaps[name] = _read_gap(given, name, fields.pop(name), mark)
    if fields:
        raise Foreign("gap")
    stem = given.body.text(given.stem_element(), lambda name: gaps[name]["token"] if name in gaps else None)
    return stem, {"gaps": list(gaps.values()), "scoring": given.scoring()}


def _read_gap(given: Given, name: str, element, mark: dict) -> dict:
    found = {"token": new_token(), "weight": mark.get("weight", "1")}
    if is_named(element, "textEntryInteraction"):
        shares = mark.get("shares")
        accepted = _accepted(given, name, shares if isinstance(shares, list) else [])
        return {**found, "kind": "text", "accepted": accepted}
    if not is_named(element, "inlineChoiceInteraction"):
        raise Foreign("gap")
    keys = {key for key, _worth in given.mapped(name)}
    choices = [
        {"text": text_of(one), "is_key": attribute(one, "identifier") in keys}
        for one in children(element, "inlineChoice")
    ]
    return {**found, "kind": "choice", "choices": choices}


__all__ = [
    "read_fill_in",
    "read_numeric",
    "read_short_text",
    "write_fill_in",
    "write_numeric",
    "write_short_text",
]
