"""PURE. Texts with blanks: typed into, chosen from a list, or taken from a bank of words."""

import html
import re
from fractions import Fraction

from exambank.bank.interactions import new_token
from exambank.interchange.formats.canvas.choosing import share_text
from exambank.interchange.formats.canvas.materials import as_paragraph, joined
from exambank.interchange.formats.canvas.presentation import Response
from exambank.interchange.formats.canvas.question import Built, Question
from exambank.interchange.formats.canvas.typed import accepted_texts, without_twins

_TAG = re.compile(r"(<[^>]*>)")
_WORDS = re.compile(r"^[\w\s.'’-]*$")


def gap_name(response: Response) -> str:
    """How the text calls this blank: "color1" of response_color1."""
    return response.ident.removeprefix("response_")


def names_in_stem(question: Question) -> list[Response]:
    """The responses whose names stand in the text within square brackets."""
    stem = question.stem
    return [one for one in question.presentation.responses if one.ident and _bracketed(one, stem)]


def _bracketed(response: Response, stem: str) -> str:
    for name in dict.fromkeys((gap_name(response), response.name, response.ident)):
        sign = html.escape(f"[{name}]", quote=False)
        if name and sign in stem:
            return sign
    return ""


def build_gaps(question: Question) -> Built:
    """The stem with a gap for every response: where its name stands, else where the response itself stands."""
    built = Built("fill_in", "", {"gaps": [], "scoring": {}})
    tokens = {response.ident: new_token() for response in question.presentation.responses}
    built.stem = _stem(question, tokens, built)
    rules: list[dict] = []
    for response in question.presentation.responses:
        gap = _gap(question, response, built, rules)
        built.content["gaps"].append({"token": tokens[response.ident], **gap})
    if rules:
        built.content["scoring"] = {
            "ignore_case": all(rule.get("ignore_case", True) for rule in rules),
            "wildcards": any(rule.get("wildcards") for rule in rules),
        }
    _set_weights(question, built)
    return built


# --- the stem ---


def _stem(question: Question, tokens: dict[str, str], built: Built) -> str:
    named = names_in_stem(question)
    if not named:
        pieces = question.presentation.pieces
        are_apart = isinstance(pieces[-1], Response) and all(isinstance(one, Response) for one in pieces[1:])
        for response in question.presentation.responses if are_apart and question.type in ("gaps", "dropdowns") else ():
            built.warn("gap_not_in_text", name=gap_name(response))
        return joined([one if isinstance(one, str) else _span(tokens[one.ident]) for one in pieces])
    stem = question.stem
    for response in question.presentation.responses:
        sign, token = _bracketed(response, stem), tokens[response.ident]
        replaced = put_gap(stem, html.unescape(sign), token) if sign else None
        if replaced is None:
            stem = as_paragraph(stem) + f"<p>{_span(token)}</p>"
            built.warn("gap_not_in_text", name=gap_name(response))
        else:
            stem = replaced
    return stem


def _span(token: str) -> str:
    return f'<span data-gap="{token}"></span>'


def put_gap(stem: str, sign: str, token: str) -> str | None:
    """The stem with a gap at the first place where the sign stands outside of tags; None when it stands nowhere."""
    parts, spelled = _TAG.split(stem), html.escape(sign, quote=False)
    for place in range(0, len(parts), 2):
        if spelled in parts[place]:
            parts[place] = parts[place].replace(spelled, _span(token), 1)
            return "".join(parts)
    return None


# --- one gap ---


def _gap(question: Question, response: Response, built: Built, rules: list[dict]) -> dict:
    name = gap_name(response)
    if response.render != "choice":
        accepted, rule, lost = accepted_texts(question, response)
        rules.append(rule)
        if lost:
            built.warn("other_comparison", words="; ".join(lost))
        if not accepted:
            built.warn("gap_without_key", name=name)
        return {"kind": "text", "accepted": accepted}
    built.feedback_names += [(label.ident, label.words) for label in response.labels]
    if _is_typed(question, response):
        rule: dict = {}
        accepted = _typed(response, built, rule)
        rules.append(rule)
        return {"kind": "text", "accepted": without_twins(accepted, rule)}
    return _choice(question, response, built)


def _is_typed(question: Question, response: Response) -> bool:
    """Canvas keeps typed answers as labels too; New Quizzes say of each label how it is given."""
    kinds = {label.attributes.get("answer_type", "").lower() for label in response.labels} - {""}
    if kinds:
        return kinds == {"openentry"}
    if question.type in ("gaps", "text"):
        return True
    words = {label.words.casefold() for label in response.labels}
    return not question.type and len(words) == 1


def _typed(response: Response, built: Built, rule: dict) -> list[dict]:
    accepted = []
    for label in response.labels:
        how = label.attributes.get("scoring_algorithm", "").lower()
        words = label.words
        if how == "textregex" and not _WORDS.match(words.strip("^$")):
            built.warn("pattern_answer", pattern=words[:200])
            continue
        if how == "textregex":
            words = words.strip("^$")
        elif how == "textcontainsanswer":
            words, rule["wildcards"] = f"*{words}*", True
        elif how == "textcloseenough":
            built.warn("close_answers", text=words[:200])
        if label.attributes.get("ignore_case", "").lower() == "false":
            rule["ignore_case"] = False
        accepted.append({"text": words, "share": "1"})
    return accepted


def _choice(question: Question, response: Response, built: Built) -> dict:
    weights = question.rules.weights(response.ident)
    best = max((weights.get(label.ident, Fraction(0)) for label in response.labels), default=Fraction(0))
    keys = [label.ident for label in response.labels if best > 0 and weights.get(label.ident) == best]
    if not keys:
        built.warn("gap_without_key", name=gap_name(response))
    elif len(keys) > 1:
        built.warn("gap_with_keys", name=gap_name(response))
    choices = [{"text": label.words, "is_key": label.ident in keys[:1]} for label in response.labels]
    return {"kind": "choice", "choices": choices}


def _set_weights(question: Question, built: Built) -> None:
    """Gaps that earn different parts of the points get weights in the same proportion."""
    best = [
        max(question.rules.weights(response.ident).values(), default=Fraction(0))
        for response in question.presentation.responses
    ]
    if min(best, default=0) <= 0 or max(best) - min(best) <= sum(best) / 100:
        return
    for gap, weight in zip(built.content["gaps"], best, strict=True):
        ratio = weight / min(best)
        near = round(ratio)
        gap["weight"] = str(near) if abs(ratio - near) < Fraction(1, 50) else share_text(ratio)
