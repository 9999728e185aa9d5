"""PURE. Reading what is typed in Moodle: shortanswer, numerical, essay."""

import re
from decimal import Decimal
from fractions import Fraction

from exambank.bank import rules
from exambank.bank.interactions import new_token
from exambank.interchange.formats.moodle.question import Found, Question, accepted_share
from exambank.interchange.neutral import NOTICE, WARNING

STAR = re.compile(r"(?<!\\)\*")
_LONGEST = 200


def read_shortanswer(question: Question) -> Found:
    """Accepted texts with their shares; what is worth nothing only has feedback."""
    accepted, wrong, feedback = [], [], []
    for node in question.rows("answer"):
        text, share = _plain(node), question.share(node)
        words = question.html(node.find("feedback"))
        if words:
            feedback.append((text, words))
        if share <= 0:
            wrong.append(text)
        elif text:
            accepted.append((text, share))
    return short_text_of(question, question.stem(), accepted, wrong, tuple(feedback), question.flag("usecase", False))


def short_text_of(question, stem: str, accepted, wrong, feedback, minds_case: bool) -> Found:
    """A short-text item; a star in an accepted text stands for any letters, one behind a backslash for itself."""
    has_stars = any(STAR.search(text) for text, _share in accepted)
    own = question.own.get("scoring")
    scoring = {"ignore_case": not minds_case, "ignore_diacritics": False, "wildcards": has_stars}
    if isinstance(own, dict):
        scoring = {**scoring, **own}
    keeps_signs = scoring["wildcards"]
    rows = [
        {"text": text if keeps_signs else text.replace("\\*", "*"), "share": accepted_share(share)}
        for text, share in _each_once(accepted, scoring)
    ]
    if not rows:
        question.tell("no_right_answer", WARNING)
    if any(len(row["text"]) > _LONGEST for row in rows):
        question.tell("text_too_long", WARNING)
    rule = rules.TextRule.parse(scoring)
    for text in wrong:
        if has_stars and text.strip("* ") and any(rules.is_alike(text, row["text"], rule) for row in rows):
            question.tell("moodle_wrong_would_fit", WARNING, text=text[:80])
    content = {"accepted": rows, "scoring": scoring}
    width = question.own.get("width")
    if isinstance(width, int):
        content["width"] = width
    return Found("short_text", stem, content, feedback)


def _each_once(accepted, scoring: dict) -> list:
    """Texts that say the same by the item's own rule once, with their best share."""
    rule = rules.TextRule.parse(scoring)
    best: dict[str, tuple] = {}
    for text, share in accepted:
        key = rules.text_key(text, rule)
        if key not in best:
            best[key] = (text, share)
        elif share > best[key][1]:
            best[key] = (best[key][0], share)
    return list(best.values())


def _plain(node) -> str:
    """A typed answer is plain text, whatever its format says."""
    text = node.find("text")
    return " ".join("".join((node if text is None else text).itertext()).split())


# --- numbers ---


def read_numerical(question: Question) -> Found:
    """Numbers with tolerances, and units."""
    answers, feedback = [], []
    for place, node in enumerate(question.rows("answer")):
        text, share = _plain(node), question.share(node)
        words = question.html(node.find("feedback"))
        if words:
            feedback.append((text, words))
        if share <= 0:
            continue
        if text == "*":
            question.tell("moodle_any_number", WARNING)
            continue
        answers.append(_answer(question, place, text, question.value_in(node, "tolerance"), share))
    if not answers:
        question.tell("no_right_answer", WARNING)
    content = {"answers": answers, "units": _units(question), "scoring": _unit_rule(question)}
    return Found("numeric", question.stem(), content, tuple(feedback))


def _answer(question: Question, place: int, text: str, tolerance: str, share) -> dict:
    row = {"value": text, "tolerance": _tolerance(tolerance), "share": accepted_share(share)}
    if rules.read_number(text) is None:
        question.tell("moodle_number_unreadable", WARNING, number=text[:40])
    relative = question.own.get("relative")
    if isinstance(relative, list) and place < len(relative) and isinstance(relative[place], str):
        row.update(tolerance=relative[place], is_relative=True)
    return row


def _tolerance(written: str) -> str:
    number = rules.read_number(written)
    return rules.write_number(abs(number)) if number is not None else "0"


def _units(question: Question) -> list[dict]:
    """Moodle's multiplier turns the answer's unit into this one; our factor goes the other way."""
    found = []
    for node in question.rows("units/unit"):
        name, multiplier = (
            question.value_in(node, "unit_name"),
            rules.read_number(question.value_in(node, "multiplier")),
        )
        if name:
            factor = 1 / Fraction(multiplier) if multiplier else Fraction(1)
            found.append({"name": name, "factor": ten_figures(factor)})
    return found


def ten_figures(number: Fraction) -> str:
    """A number rounded to ten figures: a third written with fifteen gives three again."""
    exact = Decimal(number.numerator) / Decimal(number.denominator)
    return rules.write_number(Decimal(f"{exact:.9e}"))


def _unit_rule(question: Question) -> dict:
    own = question.own.get("scoring")
    if isinstance(own, dict):
        return own
    if question.element.find("units/unit") is None:
        return {"unit": "none"}
    if question.value("unitgradingtype", "0") in ("", "0"):
        return {"unit": "optional", "unit_penalty": "0"}
    cost = rules.read_number(question.value("unitpenalty", "1"))
    return {"unit": "required", "unit_penalty": rules.write_number(cost) if cost is not None else "1"}


# --- essays ---

_INNER = r"((?:[^<]|<(?!div\b))*?)</div>"  # our texts hold no div
_PROMPT = re.compile(r'<div class="exambank-prompt">' + _INNER)
_RUBRIC = re.compile(r'<div class="exambank-rubric"><b>([^<]*)</b> ?' + _INNER)
_FOLLOW = re.compile(r'<div class="exambank-follow-ups">' + _INNER)
_POINTS = re.compile(r"([0-9.,]+)(?: \((\d+)\))?")


def read_essay(question: Question) -> Found:
    """An essay; our own parts of it (prompts, marking guide, further questions) are found again by their marks."""
    stem, prompts = _taken(question, "questiontext", _PROMPT)
    model, lines = _taken(question, "graderinfo", _RUBRIC)
    kind = "oral" if question.own.get("kind") == "oral" else "essay"
    rows = [{"token": new_token(), "html": question.html_of(one[1])} for one in prompts]
    tokens = {str(place): row["token"] for place, row in enumerate(rows, start=1)}
    content = {"prompts": rows, "rubric": [_rubric_row(question, one, tokens) for one in lines], "hints": {}}
    follow = _FOLLOW.search(model)
    if follow:
        content["follow_ups"] = question.html_of(follow[1])
        model = _FOLLOW.sub("", model)
    content["model_answer"] = question.html_of(model)
    hints = question.own.get("hints")
    content["hints"] = dict(hints) if isinstance(hints, dict) else {}
    if question.value("maxwordlimit"):
        content["hints"]["words"] = question.value("maxwordlimit")
    _tell_settings(question)
    template = question.html(question.element.find("responsetemplate"))
    shown = question.html_of(stem) or question.stem()
    if template:
        question.tell("moodle_template_in_stem", NOTICE)
        shown += f"<blockquote>{template}</blockquote>"
    return Found(kind, shown, content)


def _taken(question: Question, name: str, mark: re.Pattern) -> tuple[str, list[re.Match]]:
    """The text of a child as HTML without the marked parts, and those parts."""
    source = question.source(name)
    return mark.sub("", source), list(mark.finditer(source))


def _rubric_row(question: Question, found: re.Match, tokens: dict[str, str]) -> dict:
    points = _POINTS.match(found[1])
    return {
        "html": question.html_of(found[2]),
        "points": points[1] if points else "",
        "prompt": tokens.get(points[2] or "", "") if points else "",
    }


def _tell_settings(question: Question) -> None:
    if question.value("minwordlimit", "0") not in ("", "0"):
        question.tell("moodle_least_words", NOTICE, words=question.value("minwordlimit"))
    is_upload = question.value("responseformat") in ("noinline", "noresponse")
    if is_upload or question.value("attachmentsrequired", "0") not in ("", "0"):
        question.tell("moodle_upload_left_out", WARNING)
