"""PURE. Putting together: matchInteraction, associateInteraction, gapMatchInteraction, orderInteraction."""

from fractions import Fraction

from exambank.bank import rules
from exambank.bank.interactions import new_token
from exambank.interchange.formats.qti.bodies import replace
from exambank.interchange.formats.qti.choices import MOST_OPTIONS, is_truth
from exambank.interchange.formats.qti.declarations import Response, pair_key
from exambank.interchange.formats.qti.marking import Marking
from exambank.interchange.formats.qti.names import child
from exambank.interchange.formats.qti.questions import (
    Item,
    Question,
    Unplayable,
    decimal_of,
    turn_to_gap,
    turn_to_prompt,
)
from exambank.interchange.formats.qti.values import Untold

_CHOICES = ("simpleAssociableChoice",)


def name_of(element) -> str:
    return (element.get("identifier") or "").strip()


def key_pairs(response: Response, item: Item) -> list[tuple[str, str]]:
    """The right pairs: declared, else those to which the mapping gives points, else those that the rules name."""
    told = response.correct or response.positive_keys or _named_pairs(response, item)
    return [tuple(sides) for one in told if len(sides := one.split()) == 2]


def _named_pairs(response: Response, item: Item) -> list[str]:
    """Pairs that stand alone in the rules and earn something there."""
    found = {
        pair_key("".join(one.itertext()), response.base_type)
        for one in (item.processing.iter("baseValue") if item.processing is not None else ())
        if (one.get("baseType") or "") in ("pair", "directedPair")
    }
    marking = item.marking(response)
    try:
        return sorted(one for one in found if len(found) <= MOST_OPTIONS and marking.points(one) > 0)
    except Untold:
        return []


def _many(count: int) -> None:
    if not 0 < count <= MOST_OPTIONS:
        raise Unplayable("too_many_parts" if count else "nothing_to_choose", count=count, limit=MOST_OPTIONS)


# --- match ---


def read_match(element, item: Item) -> Question:
    """Two columns: matching where each line has one match; true_false_cluster for a grid of true and false."""
    sets = [one for one in element if one.tag == "simpleMatchSet"]
    columns = [[one for one in column if one.tag in _CHOICES] for column in sets[:2]]
    if len(columns) != 2:
        raise Unplayable("nothing_to_choose", count=0, limit=MOST_OPTIONS)
    _many(len(columns[0]))
    _many(len(columns[1]))
    names = [[name_of(one) for one in column] for column in columns]
    texts = [{name_of(one): item.wording.html(one) for one in column} for column in columns]
    response = item.response(element)
    pairs = [(one, other) for one, other in key_pairs(response, item) if one in names[0] and other in names[1]]
    turn_to_prompt(element)
    if not pairs:
        item.wording.warn("no_right_answer")
    question = _grid(names, texts, pairs, response, item) or _matched(names, texts, pairs, response, item)
    question.options = tuple(
        (name, rules.plain_text(texts[side][name])) for side in (0, 1) for name in names[side]
    )  # fmt: skip
    return question


def _matched(names: list, texts: list, pairs: list, response: Response, item: Item) -> Question:
    lines, targets, partner = _sides(names, pairs)
    if partner is None:
        return _lines_with_several(names, texts, pairs, item)
    tokens = {name: new_token() for name in lines} | {name: "t" + new_token() for name in targets}
    if len(tokens) < len(lines) + len(targets):
        raise Unplayable("names_repeated")
    shown = {**texts[0], **texts[1]}
    rule, weight = _pair_rule(item.marking(response), [f"{one} {other}" for one, other in pairs], item)
    content = {
        "options": [{"token": tokens[name], "html": shown[name]} for name in lines],
        "targets": [{"token": tokens[name], "html": shown[name]} for name in targets],
        "pairs": {tokens[name]: tokens[partner[name]] for name in lines if name in partner},
        "scoring": {"rule": rule},
    }
    return Question("matching", content, weight=weight)


def _sides(names: list, pairs: list) -> tuple[list, list, dict | None]:
    """(lines, targets, the target of each line): the sides change places when only so each line has one match."""
    forth, back = _each_once(pairs), _each_once([(other, one) for one, other in pairs])
    if forth is not None and (len(forth) == len(names[0]) or back is None or len(back) < len(names[1])):
        return names[0], names[1], forth
    if back is not None:
        return names[1], names[0], back
    return names[0], names[1], None


def _each_once(pairs: list) -> dict | None:
    found = dict(pairs)
    return found if len(found) == len(pairs) else None


def _grid(names: list, texts: list, pairs: list, response: Response, item: Item) -> Question | None:
    """A grid whose columns (or lines) are true and false, each statement decided once."""
    for side in (1, 0):
        if len(names[side]) != 2 or len(names[1 - side]) < 2:
            continue
        words = [rules.plain_text(texts[side][name]) for name in names[side]]
        true = next((place for place in (0, 1) if is_truth(words[place], words[1 - place])), None)
        decided = _each_once([pair if side == 1 else pair[::-1] for pair in pairs])
        if true is None or decided is None or set(decided) != set(names[1 - side]):
            continue
        right = names[side][true]
        rows = [{"html": texts[1 - side][name], "is_key": decided[name] == right} for name in names[1 - side]]
        rule, weight = _pair_rule(item.marking(response), [f"{one} {other}" for one, other in pairs], item)
        steps = range(len(rows) + 1)
        table = [
            decimal_of(Fraction(place, len(rows)) if rule == "per_pair" else Fraction(place // len(rows)))
            for place in steps
        ]
        return Question("true_false_cluster", {"options": rows, "scoring": {"table": table}}, weight=weight)
    return None


def _lines_with_several(names: list, texts: list, pairs: list, item: Item) -> Question:
    """Lines with several matches each: a question with several keys for every line."""
    if any(name not in {one for one, _other in pairs} for name in names[0]):
        raise Unplayable("several_matches")
    item.wording.warn("scoring_simplified")
    questions = [
        {
            "kind": "multiple_choice",
            "stem": texts[0][line],
            "content": {"options": [
                {"html": texts[1][name], "is_key": (line, name) in pairs, "is_locked": True} for name in names[1]
            ]},
        }
        for line in names[0]
    ]  # fmt: skip
    return Question("case", {"questions": questions})


def _pair_rule(marking: Marking, pairs: list[str], item: Item) -> tuple[str, Fraction | None]:
    """Whether each pair counts, or only all together; anything else is told."""
    if not pairs:
        return "per_pair", None
    try:
        top = marking.points(*pairs)
        if top <= 0 and marking.look_together(*pairs):
            top = marking.points(*pairs)
            item.wording.warn("scored_together")
        if top <= 0:
            item.wording.warn("custom_scoring")
            return "per_pair", None
        left = [marking.points(*(one for one in pairs if one != gone)) / top for gone in pairs] if pairs[1:] else []
        is_costly = _costs(marking, pairs)
    except Untold:
        item.wording.warn("custom_scoring")
        return "per_pair", None
    if all(one <= 0 for one in left):
        return "all_or_nothing", top
    if is_costly or any(abs(one - Fraction(len(pairs) - 1, len(pairs))) > Fraction(1, 1000) for one in left):
        item.wording.warn("scoring_simplified")
    return "per_pair", top


def _costs(marking: Marking, pairs: list[str]) -> bool:
    """Whether a wrong pair takes points away, which none of our rules does."""
    ends = [pair.rpartition(" ") for pair in pairs]
    other = next((end for _start, _blank, end in ends[1:] if end != ends[0][2]), None)
    if other is None:
        return False
    return marking.points(*pairs[1:], f"{ends[0][0]} {other}") < marking.points(*pairs[1:])


# --- associate ---


def read_associate(element, item: Item) -> Question:
    """Pairs among one list: matching where each stands in at most one pair."""
    choices = [one for one in element if one.tag in _CHOICES]
    _many(len(choices))
    texts = {name_of(one): item.wording.html(one) for one in choices}
    response = item.response(element)
    pairs = [(one, other) for one, other in key_pairs(response, item) if one in texts and other in texts]
    paired = [name for pair in pairs for name in pair]
    if not pairs or len(set(paired)) < len(paired) or len(texts) < len(choices):
        raise Unplayable("several_matches" if pairs else "no_pairs")
    turn_to_prompt(element)
    order = list(texts)
    pairs = sorted((tuple(sorted(pair, key=order.index)) for pair in pairs), key=lambda pair: order.index(pair[0]))
    rest = [name for name in order if name not in paired]
    targets = sorted([other for _one, other in pairs] + rest, key=order.index)
    tokens = {name: new_token() for name, _other in pairs} | {name: "t" + new_token() for name in targets}
    rule, weight = _pair_rule(item.marking(response), [f"{one} {other}" for one, other in pairs], item)
    item.wording.tell("pairs_in_columns")
    content = {
        "options": [{"token": tokens[name], "html": texts[name]} for name, _other in pairs],
        "targets": [{"token": tokens[name], "html": texts[name]} for name in targets],
        "pairs": {tokens[one]: tokens[other] for one, other in pairs},
        "scoring": {"rule": rule},
    }
    return Question("matching", content, weight=weight)


# --- gaps to drag words into ---


def read_gap_match(element, item: Item) -> Question:
    """A text with gaps and words to put into them: fill_in with a list to choose from at each gap."""
    choices = list(element.iter("gapText", "gapImg"))
    gaps = list(element.iter("gap"))
    _many(len(choices))
    _many(len(gaps))
    texts = {name_of(one): _gap_words(one, item) for one in choices}
    response = item.response(element)
    pairs = key_pairs(response, item)
    if not pairs:
        item.wording.warn("no_right_answer")
    _rule, weight = _pair_rule(item.marking(response), [f"{one} {other}" for one, other in pairs], item)
    if _rule == "all_or_nothing" and len(gaps) > 1:
        item.wording.warn("scoring_simplified")
    rows = []
    for gap in gaps:
        right = {one if other == name_of(gap) else other for one, other in pairs if name_of(gap) in (one, other)}
        token = new_token()
        rows.append({"token": token, "kind": "choice", "choices": [
            {"text": words, "is_key": name in right} for name, words in texts.items()
        ]})  # fmt: skip
        turn_to_gap(gap, token)
    if len(gaps) > 1:
        item.wording.tell("words_used_once")
    _keep_passage(element, choices)
    return Question("fill_in", {"gaps": rows}, weight=weight, gaps=rows)


def _gap_words(element, item: Item) -> str:
    shown = item.wording.html(element)
    if element.tag == "gapImg" or rules.pictures_in(shown):
        raise Unplayable("gap_picture")
    return rules.plain_text(shown)


def _keep_passage(element, choices: list) -> None:
    """Leave the prompt and the passage of the interaction, without the words to drag."""
    for one in choices:
        replace(one)
    prompt = child(element, "prompt")
    for one in (element, prompt):
        if one is not None:
            one.attrib.clear()
            one.tag = "div"


# --- order ---


def read_order(element, item: Item) -> Question:
    """Lines in their right order."""
    choices = list(element.iter("simpleChoice"))
    _many(len(choices))
    texts = {name_of(one): item.wording.html(one) for one in choices}
    response = item.response(element)
    told = [one for one in dict.fromkeys(response.correct or _order_told(response, item)) if one in texts]
    if told and len(told) < len(texts):
        raise Unplayable("order_of_some")
    turn_to_prompt(element)
    if not told:
        item.wording.warn("no_right_answer")
    rule, weight = _order_rule(item.marking(response), told, item)
    content = {"options": [{"html": texts[name]} for name in told or texts], "scoring": {"rule": rule}}
    options = tuple((name, rules.plain_text(words)) for name, words in texts.items())
    return Question("ordering", content, weight=weight, options=options)


def _order_told(response: Response, item: Item) -> tuple[str, ...]:
    """The order of the mapping's entries, or the longest list that the rules name and reward."""
    if response.positive_keys:
        return response.positive_keys
    marking, best = item.marking(response), ()
    for one in item.processing.iter("ordered") if item.processing is not None else ():
        names = tuple("".join(value.itertext()).strip() for value in one if value.tag == "baseValue")
        try:
            if names and (not best or marking.points(*names) > marking.points(*best)):
                best = names
        except Untold:
            return ()
    return best


def _order_rule(marking: Marking, order: list[str], item: Item) -> tuple[str, Fraction | None]:
    if not order:
        return "all_or_nothing", None
    swapped = [[*order[:place], order[place + 1], order[place], *order[place + 2 :]] for place in range(len(order) - 1)]
    try:
        top = marking.points(*order)
        if top <= 0 and marking.look_together(*order):
            top = marking.points(*order)
            item.wording.warn("scored_together")
        shares = [marking.points(*one) / top for one in swapped] if top > 0 else []
    except Untold:
        top, shares = Fraction(0), []
    if top <= 0:
        item.wording.warn("custom_scoring")
        return "all_or_nothing", None
    if all(one <= 0 for one in shares):
        return "all_or_nothing", top
    if any(abs(one - Fraction(len(order) - 2, len(order))) > Fraction(1, 1000) for one in shares):
        item.wording.warn("scoring_simplified")
    return "per_place", top
