"""PURE. Choosing: choiceInteraction, hottextInteraction, and the choices of an inlineChoiceInteraction."""

from collections.abc import Iterator
from fractions import Fraction

from exambank.bank import rules
from exambank.interchange.formats.qti.declarations import Response
from exambank.interchange.formats.qti.marking import Marking
from exambank.interchange.formats.qti.names import is_true
from exambank.interchange.formats.qti.questions import (
    Item,
    Question,
    Unplayable,
    count_of,
    decimal_of,
    turn_to_prompt,
)
from exambank.interchange.formats.qti.values import Untold

MOST_OPTIONS = 50
_TRUE = {"đúng", "true", "right", "correct", "wahr", "richtig", "vrai", "waar", "juist", "verdadero", "vero", "t", "đ"}
_FALSE = {"sai", "false", "wrong", "incorrect", "falsch", "faux", "onwaar", "onjuist", "falso", "f", "s", "not correct"}
_RULES = ("all_or_nothing", "false", "false2", "true", "all", "none")
_ENOUGH = Fraction(1, 1000)


def read_choice(element, item: Item) -> Question:
    """A choiceInteraction as single_choice, multiple_choice or true_false."""
    choices = list(element.iter("simpleChoice"))
    if not 0 < len(choices) <= MOST_OPTIONS:
        raise Unplayable("too_many_parts" if choices else "nothing_to_choose", count=len(choices), limit=MOST_OPTIONS)
    locks = _locks(element, choices, item)
    rows = [
        {"html": item.wording.html(one), "is_locked": is_locked} for one, is_locked in zip(choices, locks, strict=True)
    ]
    names = [(one.get("identifier") or "").strip() for one in choices]
    question = choice_of(element, names, rows, item)
    turn_to_prompt(element)
    return question


def _locks(element, choices: list, item: Item) -> list[bool]:
    shuffle = element.get("shuffle")
    if shuffle is not None and not is_true(shuffle) and item.is_order_meant:
        return [True] * len(choices)
    return [is_true(one.get("fixed")) for one in choices]


def read_hottext(element, item: Item) -> Question:
    """Words to be picked in a passage: the passage is the stem with the words underlined, the words are options."""
    hot = list(element.iter("hottext"))
    if not 1 < len(hot) <= MOST_OPTIONS:
        raise Unplayable("too_many_parts" if hot else "nothing_to_choose", count=len(hot), limit=MOST_OPTIONS)
    words = [item.wording.html(one) for one in hot]
    is_twin = len({rules.plain_text(one).casefold() for one in words}) < len(words)
    rows = []
    for number, (one, shown) in enumerate(zip(hot, words, strict=True), start=1):
        sign = f" ({number})" if is_twin else ""
        rows.append({"html": shown + sign, "is_locked": True})
        one.tail = sign + (one.tail or "") or None
    names = [(one.get("identifier") or "").strip() for one in hot]
    question = choice_of(element, names, rows, item)
    for one in hot:
        one.attrib.clear()
        one.tag = "u"
    element.attrib.clear()
    element.tag = "div"
    return question


def choice_of(element, names: list[str], rows: list[dict], item: Item) -> Question:
    """The kind, the keys and the scoring of what was read."""
    response, marking = item.response(element), item.marking(item.response(element))
    limit = count_of(element, "maxChoices", 1)
    keys = find_keys(response, marking, names, item)
    is_many = len(keys) > 1 or (response.cardinality in ("multiple", "ordered") and limit != 1)
    is_many = is_many or (not response.cardinality and limit != 1)
    if is_many and response.cardinality == "single" and len(response.correct) < 2:
        is_many = False
    for name, row in zip(names, rows, strict=True):
        row["is_key"] = name in keys
    if not keys:
        item.wording.warn("no_right_answer")
    options = tuple((name, rules.plain_text(row["html"])) for name, row in zip(names, rows, strict=True))
    if is_many:
        scoring, weight = _score_many(marking, names, keys, limit, item)
        return Question("multiple_choice", {"options": rows, "scoring": scoring}, weight=weight, options=options)
    scoring, weight = _score_one(marking, names, keys, item)
    truth = _truth_rows(rows)
    if truth is not None and scoring["wrong"] == "0":
        return Question("true_false", {"options": truth}, weight=weight, options=options)
    return Question("single_choice", {"options": rows, "scoring": scoring}, weight=weight, options=options)


def _truth_rows(rows: list[dict]) -> list[dict] | None:
    """The two rows named true and false, when that is what they say."""
    if len(rows) != 2:
        return None
    for true, false in (rows, rows[::-1]):
        if is_truth(rules.plain_text(true["html"]), rules.plain_text(false["html"])):
            return [{**true, "token": "true"}, {**false, "token": "false"}]
    return None


def is_truth(true: str, false: str) -> bool:
    """Whether two words are a pair such as Đúng and Sai."""
    return true.casefold().strip(" .!") in _TRUE and false.casefold().strip(" .!") in _FALSE


# --- keys ---


def find_keys(response: Response, marking: Marking, names: list[str], item: Item) -> set[str]:
    """The right choices: as declared, else by the mapping, else those to which the rules give most."""
    declared = [one for one in response.correct if one in names]
    if len(declared) < len(response.correct):
        absent = ", ".join(one for one in response.correct if one not in names)
        item.wording.warn("key_not_there", names=absent[:200])
    if declared:
        return set(declared)
    positive = [one for one in response.positive_keys if one in names]
    if positive and response.cardinality != "single":
        return set(positive)
    if positive:
        points = {one.key: one.points for one in response.mapping.entries}
        return {one for one in positive if points[one] == max(points[name] for name in positive)}
    try:
        return _earning(response, marking, names, item)
    except Untold:
        return set()


def _earning(response: Response, marking: Marking, names: list[str], item: Item) -> set[str]:
    """What the rules reward most: one choice, or one of the sets that they name."""
    if response.identifier not in item.responses:
        return set()
    tried = [(name,) for name in names]
    if response.cardinality != "single":
        tried += list(_named_sets(item, names))
    points = {one: marking.points(*one) for one in tried}
    top = max(points.values())
    best = [one for one in tried if points[one] == top]
    if top <= 0 or len(best) == len(names) > 1:
        return set()
    if response.cardinality == "single" and len(best) > 1:
        return {one[0] for one in best}
    return set(max(best, key=len)) if len(best[0]) > 1 or len(best) == 1 else {name for one in best for name in one}


def _named_sets(item: Item, names: list[str]) -> Iterator[tuple[str, ...]]:
    """The sets of choices that stand in the rules, and all that stand there one by one."""
    alone = []
    for one in item.processing.iter("multiple", "ordered") if item.processing is not None else ():
        found = tuple("".join(value.itertext()).strip() for value in one if value.tag == "baseValue")
        if 1 < len(found) <= len(names) and set(found) <= set(names):
            yield found
    for one in item.processing.iter("baseValue") if item.processing is not None else ():
        words = "".join(one.itertext()).strip()
        if words in names and words not in alone:
            alone.append(words)
    if len(alone) > 1:
        yield tuple(alone)


# --- scoring ---


def _score_one(marking: Marking, names: list[str], keys: set[str], item: Item) -> tuple[dict, Fraction | None]:
    """What a wrong choice costs; what our kind cannot hold is told."""
    if not keys:
        return {"wrong": "0"}, None
    try:
        points = {name: marking.points(name) for name in names}
        if max(points.values()) <= 0 and marking.look_together(*list(keys)[:1]):
            points = {name: marking.points(name) for name in names}
            item.wording.warn("scored_together")
    except Untold:
        item.wording.warn("custom_scoring")
        return {"wrong": "0"}, None
    top = max(points.values())
    if top <= 0:
        item.wording.warn("custom_scoring")
        return {"wrong": "0"}, None
    if any(points[key] < top for key in keys):
        item.wording.warn("key_conflict")
        return {"wrong": "0"}, top
    wrong = [points[name] for name in names if name not in keys]
    cost = -max(wrong, default=Fraction(0))
    if any(one != -cost for one in wrong) or cost < 0 or cost > top:
        item.wording.warn("scoring_simplified")
        cost = Fraction(0)
    return {"wrong": decimal_of(cost / top)}, top


def _score_many(marking: Marking, names: list[str], keys: set[str], limit: int, item: Item):
    """The rule of ours that gives what the item's own give, over many ways to answer."""
    plain = {"rule": "all_or_nothing", "lower_bound": "0"}
    if not keys:
        return plain, None
    right = tuple(name for name in names if name in keys)
    try:
        top = marking.points(*right)
        if top <= 0 and marking.look_together(*right):
            top = marking.points(*right)
            item.wording.warn("scored_together")
        if top <= 0:
            item.wording.warn("custom_scoring")
            return plain, None
        tried = [one for one in _tries(names, keys) if limit < 2 or len(one) <= limit]
        shares = {one: marking.points(*one) / top for one in tried}
    except Untold:
        item.wording.warn("custom_scoring")
        return plain, None
    if limit > 1 and limit < len(names):
        item.wording.tell("choice_limit", limit=limit)
    if max(shares.values(), default=Fraction(0)) > 1:
        item.wording.warn("key_conflict")
    return _fitting(shares, names, keys, item), top


def _tries(names: list[str], keys: set[str]) -> Iterator[tuple[str, ...]]:
    right, wrong = [name for name in names if name in keys], [name for name in names if name not in keys]
    found = [(name,) for name in names] + [tuple(names)]
    found += [tuple(name for name in right if name != left) for left in right]
    found += [(*right, name) for name in wrong] + [(right[0], name) for name in wrong]
    found += [tuple(wrong), (right[0], *wrong)]
    yield from dict.fromkeys(tuple(sorted(one, key=names.index)) for one in found if one)


def _fitting(shares: dict, names: list[str], keys: set[str], item: Item) -> dict:
    lowest = max(min(shares.values(), default=Fraction(0)), Fraction(-1))
    best, least = None, None
    for bound in dict.fromkeys((Fraction(0), min(lowest, Fraction(0)))):
        for rule in _RULES:
            error = sum(
                (abs(_share(rule, bound, one, names, keys) - share) for one, share in shares.items()), Fraction(0)
            )
            if best is None or error < least:
                best, least = {"rule": rule, "lower_bound": decimal_of(bound)}, error
            if error <= _ENOUGH * len(shares):
                return {"rule": rule, "lower_bound": decimal_of(bound)}
    item.wording.warn("scoring_simplified")
    return best


def _share(rule: str, bound: Fraction, chosen: tuple[str, ...], names: list[str], keys: set[str]) -> Fraction:
    """What our multiple_choice gives (its docstring has the rules)."""
    if rule == "all_or_nothing":
        return Fraction(1) if set(chosen) == keys else bound
    wrong = len(names) - len(keys)
    cost = {"false": wrong, "false2": max(wrong, 2), "true": len(keys), "all": 1}.get(rule)
    right = sum(name in keys for name in chosen)
    share = Fraction(right, len(keys)) - (Fraction(len(chosen) - right, cost or 1) if rule != "none" else 0)
    return max(share, bound)
