"""PURE. Questions answered by choosing among options: one, several, true or false."""

import re
from fractions import Fraction

from exambank.interchange.formats.canvas.presentation import Label, Response
from exambank.interchange.formats.canvas.question import Built, Question
from exambank.interchange.formats.canvas.scoring import Rules

TRUE_WORDS = {"true", "đúng", "t", "đ", "yes", "right", "correct"}
FALSE_WORDS = {"false", "sai", "f", "s", "no", "wrong", "incorrect"}
_PAIRS = [("true", "false"), ("đúng", "sai"), ("t", "f"), ("đ", "s"), ("yes", "no"), ("right", "wrong"),
          ("correct", "incorrect")]  # fmt: skip
_CERTAIN = ("true", "false", "đúng", "sai", "t", "f")
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_LETTERED = re.compile(r"^((?:<(?:p|b|strong|i|em|u)>)*)\s*([A-Za-z])[.)]\s+(?=\S)")


def build_choice(question: Question, response: Response) -> Built:
    """One response with labels: the key is what earns most, or all that earns something where several may be chosen."""
    labels = _filled(response.labels)
    if response.cardinality == "multiple" or question.type == "choices":
        built = _several(question, response, labels)
    else:
        built = _one(question, response, labels)
    are_lettered = built.kind != "true_false"
    built.feedback_names = [
        (label.ident, f"{letter_of(place)}. {label.words}" if are_lettered else label.words)
        for place, label in enumerate(labels)
    ]
    drop_letters(built)
    if len(labels) < len(response.labels):
        built.note("empty_options_left_out", count=len(response.labels) - len(labels))
    if not any(row["is_key"] for row in built.content["options"]):
        built.warn("no_right_answer")
    return built


def letter_of(place: int) -> str:
    """How people call an option: A, B, C ..."""
    return _LETTERS[place] if place < len(_LETTERS) else str(place + 1)


def drop_letters(built: Built) -> None:
    """Take "A. ", "B. " ... off the options when all of them begin so: options are lettered anew in every paper."""
    rows = built.content["options"]
    found = [_LETTERED.match(row["html"]) for row in rows]
    if len(rows) < 2 or any(one is None or one[2].upper() != letter_of(place) for place, one in enumerate(found)):
        return
    for row, one in zip(rows, found, strict=True):
        row["html"] = one[1] + row["html"][one.end() :]
    built.note("letters_left_out")


def truth_of(words: str) -> bool | None:
    """Whether a word means true or false; None for any other."""
    tidy = words.strip().strip(".").lower()
    return True if tidy in TRUE_WORDS else False if tidy in FALSE_WORDS else None


def is_truth_pair(labels, is_said: bool = False) -> bool:
    """Whether two labels are the words for true and false; Yes and No only where the file says that it is such."""
    words = sorted(label.words.strip().strip(".").lower() for label in labels)
    known = any(words == sorted(pair) for pair in _PAIRS)
    return known and (is_said or all(word in _CERTAIN for word in words))


def _filled(labels: tuple[Label, ...]) -> list[Label]:
    """The labels that say something: Canvas writes out the empty rows of its form."""
    filled = [label for label in labels if label.html]
    return filled if len(filled) > 1 else list(labels)


def _rows(labels: list[Label], keys: set[str]) -> list[dict]:
    return [{"html": label.html, "is_key": label.ident in keys, "is_locked": _is_fixed(label)} for label in labels]


def _is_fixed(label: Label) -> bool:
    return label.attributes.get("lock", "").lower() == "yes"


# --- one right answer ---


def _one(question: Question, response: Response, labels: list[Label]) -> Built:
    weights = question.rules.weights(response.ident)
    best = max((weights.get(label.ident, Fraction(0)) for label in labels), default=Fraction(0))
    keys = {label.ident for label in labels if best > 0 and weights.get(label.ident) == best}
    called = question.rules.called_right(response.ident)
    is_doubtful = bool(called) and called != keys
    keys = keys or called
    kind = "single_choice" if len(keys) < 2 else "multiple_choice"
    if question.type != "choice" and is_truth_pair(labels, question.type == "truth") and len(keys) < 2:
        return _truth(question, labels, keys)
    built = Built(kind, question.stem, {"options": _rows(labels, keys)})
    if is_doubtful:
        built.warn("key_disagrees")
    if len(keys) > 1:
        built.warn("several_right_singly", count=len(keys))
    partly = [one for one in labels if one.ident not in keys and best > 0 and weights.get(one.ident, 0) > 0]
    if partly:
        built.warn("part_points_lost", words="; ".join(one.words[:60] for one in partly))
    if kind == "single_choice":
        _set_penalty(built, labels, weights, keys, best)
    return built


def _truth(question: Question, labels: list[Label], keys: set[str]) -> Built:
    rows = []
    for label in labels:
        is_true = truth_of(label.words)
        rows.append({"token": "true" if is_true else "false", "html": label.html, "is_key": label.ident in keys})
    return Built("true_false", question.stem, {"options": rows})


def _set_penalty(built: Built, labels: list[Label], weights: dict, keys: set[str], best: Fraction) -> None:
    costs = {-weights.get(one.ident, Fraction(0)) for one in labels if one.ident not in keys}
    if not best or not any(cost > 0 for cost in costs):
        return
    if len(costs) == 1:
        built.content["scoring"] = {"wrong": share_text(costs.pop() / best)}
    else:
        built.warn("penalties_lost")


# --- several right answers ---


def _several(question: Question, response: Response, labels: list[Label]) -> Built:
    sets = question.rules.set_rules(response.ident)
    if sets:
        best = [one for one in sets if one.score == sets[0].score]
        keys = {claim.value for claim in best[0].wanted(response.ident)}
        built = Built("multiple_choice", question.stem, {"options": _rows(labels, keys)})
        if any({claim.value for claim in one.wanted(response.ident)} != keys for one in best[1:]):
            built.warn("several_key_sets")
        if question.scoring_algorithm.startswith("partial"):
            built.content["scoring"] = {"rule": "true"}
            if question.scoring_algorithm == "partial_blackboard":
                built.warn("weights_simplified")
        return built
    return _by_weights(question, response, labels)


def _by_weights(question: Question, response: Response, labels: list[Label]) -> Built:
    """Each option earns or costs by itself: the rule of ours that is nearest, never milder than the file."""
    weights = question.rules.weights(response.ident)
    keys = {label.ident for label in labels if weights.get(label.ident, 0) > 0}
    built = Built("multiple_choice", question.stem, {"options": _rows(labels, keys)})
    gains = [weights[one.ident] for one in labels if one.ident in keys]
    costs = [-weights.get(one.ident, Fraction(0)) for one in labels if one.ident not in keys]
    if "allornothing" in question.scoring_algorithm or len(question.rules.scored) < 2:
        return built
    rule, is_exact = _nearest_rule(gains, costs)
    built.content["scoring"] = {"rule": rule, "lower_bound": _bound(question.rules, gains)}
    if not is_exact:
        built.warn("weights_simplified")
    return built


def _bound(rules: Rules, gains: list[Fraction]) -> str:
    lowest = rules.lowest_share(sum(gains, Fraction(0)))
    return f"-{share_text(-lowest)}" if lowest else "0"


def _nearest_rule(gains: list[Fraction], costs: list[Fraction]) -> tuple[str, bool]:
    """The scoring rule by its name, and whether it says exactly what the weights say (within their rounding)."""
    whole = sum(gains, Fraction(0))
    if not gains or whole <= 0:
        return "all_or_nothing", True
    cost = max(costs, default=Fraction(0)) / whole
    wrong, right = len(costs), len(gains)
    known = {"none": Fraction(0), "true": Fraction(1, right), "false": Fraction(1, wrong or 1),
             "false2": Fraction(1, max(wrong, 2)), "all": Fraction(1)}  # fmt: skip
    rule = min((name for name in known if known[name] > cost - Fraction(1, 200)), key=known.get, default="all")
    is_even = max(gains) - min(gains) <= whole / 200 and (not costs or max(costs) - min(costs) <= whole / 200)
    return rule, is_even and abs(known[rule] - cost) <= Fraction(1, 200)


def share_text(share: Fraction) -> str:
    """A share as a decimal string with at most six decimals."""
    scaled = (2 * share.numerator * 10**6 + share.denominator) // (2 * share.denominator)
    return f"{scaled / 10**6:.6f}".rstrip("0").rstrip(".")


# --- statements, each true or false ---


def build_cluster(question: Question, responses: list[Response]) -> Built:
    """Several statements with the words true and false under each."""
    rows = []
    for response in responses:
        weights = question.rules.weights(response.ident)
        best = max(response.labels, key=lambda label: weights.get(label.ident, Fraction(0)))
        is_known = weights.get(best.ident, 0) > 0
        rows.append({"html": response.prompt, "is_key": is_known and bool(truth_of(best.words))})
        if not is_known:
            rows[-1]["is_unknown"] = True
    is_unknown = any(row.pop("is_unknown", False) for row in rows)
    built = Built("true_false_cluster", question.stem, {"options": rows})
    built.feedback_names = [
        (response.ident.removeprefix("response_"), response.name) for response in responses
    ]  # fmt: skip
    if is_unknown:
        built.warn("no_right_answer")
    return built
