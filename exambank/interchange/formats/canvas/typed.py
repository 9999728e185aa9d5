"""PURE. Questions answered by typing: a short text, a number, an essay."""

import re
from fractions import Fraction

from exambank.bank import rules as bank_rules
from exambank.interchange.formats.canvas.choosing import share_text
from exambank.interchange.formats.canvas.presentation import Response
from exambank.interchange.formats.canvas.question import Built, Question
from exambank.interchange.formats.canvas.scoring import Claim, Rule, number_in

_NUMBER_TYPES = ("decimal", "integer", "scientific")
_LOWER, _UPPER = ("vargte", "vargt"), ("varlte", "varlt")


def is_number(question: Question, response: Response) -> bool:
    """Whether a number is asked for."""
    if question.type in ("text", "essay"):
        return False
    fibtype = response.attributes.get("fibtype", "").lower()
    return question.type == "number" or response.form == "number" or fibtype in _NUMBER_TYPES


def is_essay(question: Question, response: Response) -> bool:
    """Whether a text is asked for that a person marks: the file says so, or no rule knows a right answer."""
    if question.type in ("text", "number"):
        return False
    has_key = any(rule.wanted(response.ident) for rule in question.rules.scored)
    return question.type == "essay" or not has_key


# --- a short text ---


def build_text(question: Question, response: Response) -> Built:
    """Every value that earns something is accepted, with its share of the best."""
    accepted, rule, lost = accepted_texts(question, response)
    built = Built("short_text", question.stem, {"accepted": accepted, "scoring": rule})
    width = response.attributes.get("columns") or response.attributes.get("maxchars") or ""
    if re.fullmatch(r"[0-9]{1,4}", width) and 0 < int(width) <= 60:
        built.content["width"] = int(width)
    if lost:
        built.warn("other_comparison", words="; ".join(lost))
    if not accepted:
        built.warn("no_right_answer")
    built.feedback_names = [(row["text"], row["text"]) for row in accepted]
    return built


def accepted_texts(question: Question, response: Response) -> tuple[list[dict], dict, list[str]]:
    """The accepted texts of a response that is typed, the rule by which they are compared, and what ours cannot do."""
    shares: dict[str, Fraction] = {}
    claims: list[Claim] = []
    for rule in question.rules.scored:
        for claim in rule.wanted(response.ident):
            if claim.response:
                claims.append(claim)
                shares[_pattern(claim)] = max(rule.score, shares.get(_pattern(claim), Fraction(0)))
    best = max(shares.values(), default=Fraction(1))
    is_exact = any(claim.is_exact for claim in claims)
    rule = {"ignore_case": not is_exact, "wildcards": any("*" in _pattern(one) and _is_part(one) for one in claims)}
    accepted = [{"text": text, "share": share_text(share / best)} for text, share in shares.items()]
    lost = [claim.value for claim in claims if claim.test == "varinside"]
    return without_twins(accepted, rule), rule, lost


def _is_part(claim: Claim) -> bool:
    return claim.test == "varsubstring" or claim.attributes.get("setmatch", "").lower() == "partial"


def _pattern(claim: Claim) -> str:
    """The text; one that has only to stand somewhere in the answer gets a star on both sides."""
    return f"*{claim.value}*" if _is_part(claim) else claim.value


def without_twins(accepted: list[dict], rule: dict) -> list[dict]:
    """The texts of which none says the same as an earlier one with as large a share: "red" and "Red"."""
    parsed = bank_rules.TextRule.parse(rule)
    kept: dict[str, dict] = {}
    for row in accepted:
        kept.setdefault(bank_rules.text_key(row["text"], parsed), row)
    return list(kept.values())


# --- a number ---


def build_number(question: Question, response: Response) -> Built:
    """Each rule that earns something is one right number with its tolerance."""
    built = Built("numeric", question.stem, {"answers": []})
    best = max((rule.score for rule in question.rules.scored), default=Fraction(1))
    for rule in question.rules.scored:
        for answer in _answers(rule, response, built):
            share = share_text(rule.score / best)
            built.content["answers"].append({**answer, "share": share})
    if not built.content["answers"]:
        built.warn("no_right_answer")
    return built


def _answers(rule: Rule, response: Response, built: Built) -> list[dict]:
    claims = [(claim, number_in(claim.value)) for claim in rule.wanted(response.ident)]
    values = [(claim, number) for claim, number in claims if claim.test == "varequal"]
    unread = [claim.value for claim, number in claims if number is None]
    if unread:
        built.warn("number_unread", words="; ".join(unread))
    lower = [number for claim, number in claims if claim.test in _LOWER and number is not None]
    upper = [number for claim, number in claims if claim.test in _UPPER and number is not None]
    exact = [(claim, number) for claim, number in values if number is not None]
    if len(exact) > 1 or not (lower and upper):
        if lower or upper:
            built.warn("open_range")
        return [_exact(claim, number) for claim, number in exact]
    low, high = min(lower), max(upper)
    if low > high:
        low, high = high, low
    if not exact:
        return [_row((low + high) / 2, (high - low) / 2)]
    return [_with_range(*exact[0], low, high, built)]


def _exact(claim: Claim, number: Fraction) -> dict:
    return _declared_margin(claim, number) or _row(number, Fraction(0))


def _with_range(claim: Claim, number: Fraction, low: Fraction, high: Fraction, built: Built) -> dict:
    declared = _declared_margin(claim, number)
    if not low <= number <= high:
        built.warn("number_outside_range", value=decimal_text(number))
        return declared or _row(number, Fraction(0))
    if declared and declared["is_relative"]:
        return declared
    if number - low == high - number:
        return _row(number, high - number)
    return _row((low + high) / 2, (high - low) / 2)


def _declared_margin(claim: Claim, number: Fraction) -> dict | None:
    """What New Quizzes say beside the number: a margin in per cent or absolute, or how many digits count."""
    margin = number_in(claim.attributes.get("margin"))
    kind = claim.attributes.get("margintype", "").lower()
    digits = claim.attributes.get("precision", "")
    if kind == "percent" and margin is not None:
        return _row(number, abs(margin) / 100, True)
    if kind and margin is not None:
        return _row(number, abs(margin))
    if claim.attributes.get("precisiontype", "").lower() == "decimals" and re.fullmatch(r"1?[0-9]", digits):
        return _row(number, Fraction(1, 2 * 10 ** int(digits)))
    return None


def _row(value: Fraction, tolerance: Fraction, is_relative: bool = False) -> dict:
    return {"value": decimal_text(value), "tolerance": decimal_text(tolerance), "is_relative": is_relative}


def decimal_text(number: Fraction) -> str:
    """An exact decimal string; every number that came as decimals, and half of it, has one."""
    twos = number.denominator
    power = 0
    while twos % 2 == 0 or twos % 5 == 0:
        twos //= 10 if twos % 10 == 0 else 2 if twos % 2 == 0 else 5
        power += 1
    scaled = number * 10**power
    digits = str(abs(scaled.numerator // scaled.denominator)).rjust(power + 1, "0")
    whole = digits[: len(digits) - power]
    part = digits[len(digits) - power :].rstrip("0")
    return ("-" if number < 0 else "") + whole + (f".{part}" if part else "")


# --- an essay ---


def build_essay(question: Question, response: Response | None) -> Built:
    """A text for a person to mark; a solution is its model answer."""
    content = {"prompts": [], "rubric": [], "model_answer": question.solution, "hints": {}}
    given = response.attributes if response else {}
    most = given.get("word_limit_max", "")
    if re.fullmatch(r"[0-9]{1,5}", most) and given.get("word_limit_enabled", "Yes").lower() != "no":
        content["hints"] = {"words": int(most)}
    built = Built("essay", question.stem, content)
    notes = question.fields.get("grading_notes", "")
    if notes:
        html = question.materials.from_plain(notes)
        content["model_answer"] = f"{content['model_answer']}<p>{html}</p>" if content["model_answer"] else html
    return built
