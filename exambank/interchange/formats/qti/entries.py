"""PURE. Typing: textEntryInteraction and extendedTextInteraction."""

from dataclasses import dataclass
from fractions import Fraction

from exambank.bank import rules
from exambank.interchange.formats.qti.declarations import Response, number_of
from exambank.interchange.formats.qti.marking import Marking
from exambank.interchange.formats.qti.questions import (
    Item,
    Question,
    count_of,
    decimal_of,
    share_text,
    turn_to_prompt,
)
from exambank.interchange.formats.qti.values import Untold

MOST_ACCEPTED = 50
_BOUNDS = ("gte", "lte", "gt", "lt")
_COMPARISONS = ("match", "stringMatch", "substring", "equal", "equalRounded", "member", "contains", *_BOUNDS)


@dataclass(frozen=True)
class Answers:
    """What a text field takes: (text, share); ``tolerances`` by text, where it is a number."""

    rows: tuple[tuple[str, str], ...]
    ignore_case: bool
    is_number: bool
    tolerances: dict
    weight: Fraction | None


def read_answers(element, item: Item) -> Answers:
    """The accepted answers of a textEntryInteraction, with the shares that the item's own rules give."""
    response, marking = item.response(element), item.marking(item.response(element))
    tolerances = _tolerances(item, response)
    tried = list(dict.fromkeys([*_declared(response), *_in_rules(item, response), *tolerances]))[:MOST_ACCEPTED]
    is_number = response.is_numeric or (bool(tolerances) and all(number_of(one) is not None for one in tried))
    shares, weight = _shares(tried, response, marking, item)
    if is_number:
        shares = {one: share for one, share in shares.items() if _number_in(one) is not None}
    if not shares:
        item.wording.warn("no_right_answer")
    if not tolerances and any(one.tag in _BOUNDS for one in _comparisons(item, response)):
        item.wording.warn("scoring_simplified")  # bounds that make no range
    ignore_case = not is_number and _ignores_case(list(shares), marking, response, item)
    if element.get("patternMask"):
        item.wording.tell("input_pattern", pattern=element.get("patternMask")[:100])
    return Answers(tuple(shares.items()), ignore_case, is_number, tolerances, weight)


def _declared(response: Response) -> list[str]:
    if response.cardinality == "record":
        wanted = ("floatValue", "integerValue", "stringValue")
        named = dict(zip(response.fields, response.correct, strict=True))
        return [named[name] for name in wanted if name in named][:1]
    return [*response.correct, *response.positive_keys]


def _comparisons(item: Item, response: Response):
    """The comparisons of this response with something, as they stand in the rules."""
    for one in item.processing.iter(*_COMPARISONS) if item.processing is not None else ():
        if any(inner.get("identifier") == response.identifier for inner in one.iter("variable")):
            yield one


def _in_rules(item: Item, response: Response) -> list[str]:
    """The values with which the rules compare this response."""
    found = [
        " ".join("".join(inner.itertext()).split())
        for one in _comparisons(item, response)
        if one.tag not in _BOUNDS
        for inner in one.iter("baseValue")
    ]
    return [one for one in found if one][:MOST_ACCEPTED]


def _tolerances(item: Item, response: Response) -> dict:
    """(tolerance, whether it is relative) by the number it is about."""
    found: dict = {}
    for one in _comparisons(item, response):
        keys = [" ".join("".join(inner.itertext()).split()) for inner in one.iter("baseValue")]
        keys += [key for inner in one.iter("correct") for key in response.correct[:1]]
        for key in keys[:1]:
            tolerance = _tolerance(one)
            if tolerance is not None and number_of(key) is not None:
                found[key] = tolerance
    return {**found, **_ranges(item, response)}


def _tolerance(element) -> tuple[Fraction, bool] | None:
    if element.tag == "equal":
        mode = element.get("toleranceMode") or "exact"
        bounds = [number_of(one) for one in (element.get("tolerance") or "").split()][:2]
        if mode == "exact" or not bounds or None in bounds:
            return None
        return (max(bounds) / 100, True) if mode == "relative" else (max(bounds), False)
    if element.tag == "equalRounded" and element.get("roundingMode") == "decimalPlaces":
        figures = number_of(element.get("figures"))
        return (Fraction(1, 2) / 10 ** int(figures), False) if figures is not None and 0 <= figures <= 30 else None
    return None


def _ranges(item: Item, response: Response) -> dict:
    """``and`` of a lower and an upper bound: the middle, and half the way between them."""
    found = {}
    for one in item.processing.iter("and") if item.processing is not None else ():
        bounds = {}
        for inner in one:
            if inner.tag in _BOUNDS and len(inner) == 2 and (
                inner[0].tag == "variable" and inner[0].get("identifier") == response.identifier
            ):  # fmt: skip
                bounds[inner.tag[0]] = number_of("".join(inner[1].itertext())) if inner[1].tag == "baseValue" else None
        low, high = bounds.get("g"), bounds.get("l")
        if low is not None and high is not None and low <= high:
            found[decimal_of((low + high) / 2)] = ((high - low) / 2, False)
    return found


def _shares(tried: list[str], response: Response, marking: Marking, item: Item) -> tuple[dict, Fraction | None]:
    """The share of each answer that earns something, by the item's rules or else by what it declares."""
    try:
        points = {one: marking.points(one) for one in tried}
        if tried and max(points.values()) <= 0 and marking.look_together(tried[0]):
            points = {one: marking.points(one) for one in tried}
            item.wording.warn("scored_together")
    except Untold:
        points = {}
    top = max(points.values(), default=Fraction(0))
    if top > 0:
        return {one: share_text(value, top) for one, value in points.items() if value > 0}, top
    declared = _declared(response)
    if declared:
        item.wording.warn("custom_scoring")
    weights = {one.key: one.points for one in response.mapping.entries} if response.mapping else {}
    most = max((weights.get(one, Fraction(0)) for one in declared), default=Fraction(0))
    given = {one: share_text(weights[one], most) if weights.get(one, 0) > 0 else "1" for one in declared}
    return given, None


def _ignores_case(accepted: list[str], marking: Marking, response: Response, item: Item) -> bool:
    """Whether the rules take capitals for small letters; where only some answers do, that is told."""
    found = set()
    for one in [one for one in accepted if one.swapcase() != one][:6]:
        try:
            found.add(marking.points(one.swapcase()) == marking.points(one))
        except Untold:
            entries = response.mapping.entries if response.mapping else ()
            found |= {not entry.is_case_sensitive for entry in entries if entry.key == one}
    if len(found) == 2:
        item.wording.warn("scoring_simplified")
    return True in found


# --- what becomes of them ---


def written_question(answers: Answers, width: int) -> Question:
    """A question of its own: numeric or short_text."""
    if answers.is_number:
        rows = []
        for text, share in answers.rows:
            tolerance, is_relative = answers.tolerances.get(text, (Fraction(0), False))
            rows.append(
                {"value": plain_number(text), "tolerance": decimal_of(tolerance, 12), "is_relative": is_relative,
                 "share": share}
            )  # fmt: skip
        return Question("numeric", {"answers": rows}, weight=answers.weight)
    content = {
        "accepted": [{"text": text, "share": share} for text, share in answers.rows],
        "scoring": {"ignore_case": answers.ignore_case},
        "width": width or None,
    }
    return Question("short_text", content, weight=answers.weight)


def plain_number(written: str) -> str:
    """A number of the file as the bank writes it."""
    return decimal_of(_number_in(written), 30)


def _number_in(written: str) -> Fraction | None:
    """The number that is written, also with a decimal comma as careless files have it."""
    number = number_of(written)
    if number is not None:
        return number
    typed = rules.read_number(written)
    return Fraction(typed) if typed is not None else None


def gap_of(answers: Answers, token: str, item: Item) -> dict:
    """A gap to type into; a number is taken with a point and with a comma."""
    rows = dict(answers.rows)
    if answers.is_number:
        rows = {}
        for text, share in answers.rows:
            plain = plain_number(text)
            rows |= {plain: share, plain.replace(".", ","): share}
            if answers.tolerances.get(text, (0,))[0]:
                item.wording.warn("scoring_simplified")
    accepted = [{"text": text, "share": share} for text, share in rows.items()]
    weight = decimal_of(answers.weight) if answers.weight else "1"
    return {"token": token, "kind": "text", "accepted": accepted, "weight": weight}


def read_extended(element, item: Item) -> Question:
    """An extendedTextInteraction; what the file gives as the answer is a model for the marker."""
    response = item.response(element)
    model = [item.wording.plain(one) for one in response.correct]
    content = {"model_answer": "".join(model) if len(model) < 2 else "".join(f"<p>{one}</p>" for one in model)}
    if count_of(element, "maxStrings", 1) > 1 or response.cardinality in ("multiple", "ordered"):
        item.wording.tell("several_texts")
    turn_to_prompt(element)
    return Question("essay", content)


def field_width(element) -> int:
    """How many letters the field shows."""
    return min(count_of(element, "expectedLength", 0), 60)


def is_mid_sentence(element, lines: set) -> bool:
    """Whether words of the same line stand after the field."""
    line = next((above for above in element.iterancestors() if above.tag in lines), None)
    if line is None:
        return False
    element.text = "\ue000"
    after = "".join(line.itertext()).partition("\ue000")[2]
    element.text = None
    return any(sign.isalnum() for sign in after)
