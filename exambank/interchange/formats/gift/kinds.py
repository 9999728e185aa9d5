"""PURE. The answers of a GIFT question as an item of ours: one function a kind."""

import html
from typing import TYPE_CHECKING

from exambank.bank import rules
from exambank.bank.interactions import new_token
from exambank.interchange.formats.gift.answers import Answers
from exambank.interchange.formats.gift.escapes import back
from exambank.interchange.formats.moodle.choices import choice_of
from exambank.interchange.formats.moodle.gaps import gaps_shown
from exambank.interchange.formats.moodle.markup import as_html
from exambank.interchange.formats.moodle.pairs import matching_of
from exambank.interchange.formats.moodle.question import Found, accepted_share
from exambank.interchange.formats.moodle.typed import short_text_of
from exambank.interchange.formats.moodle.weights import read_choice
from exambank.interchange.neutral import WARNING

if TYPE_CHECKING:
    from exambank.interchange.formats.gift.item import Item


def _feedback(item: "Item", answers: Answers) -> tuple[tuple[str, str], ...]:
    found = []
    for place, row in enumerate(answers.rows):
        if row.feedback and (words := item.html(row.feedback)):
            label = back(item.without_form(row.text))
            letter = f"{chr(65 + place % 26)}. " if answers.kind == "choice" else ""
            found.append((letter + rules.plain_text(html.unescape(label)), words))
    return tuple(found)


def _choice(item: "Item", answers: Answers) -> Found:
    shares = [row.share for row in answers.rows]
    found = read_choice(shares, any(row.sign == "=" for row in answers.rows))
    if found.code:
        item.tell(found.code, WARNING)
    texts = [item.html(row.text) for row in answers.rows]
    own = item.own.get("scoring")
    scoring = own if isinstance(own, dict) else found.scoring
    kind = "multiple_choice" if item.own.get("kind") == "multiple_choice" else found.kind
    return choice_of(item, kind, texts, list(found.keys), scoring, _feedback(item, answers))


def _truth(item: "Item", answers: Answers) -> Found:
    words = item.own.get("words")
    words = words if isinstance(words, list) and len(words) == 2 else ["", ""]
    rows = [
        {"token": token, "html": str(word), "is_key": answers.is_true == (token == "true")}
        for token, word in zip(("true", "false"), words, strict=True)
    ]
    right, wrong = answers.rows
    names = ("Đúng", "Sai") if answers.is_true else ("Sai", "Đúng")
    feedback = tuple((name, item.html(row.feedback)) for name, row in zip(names, (right, wrong), strict=True)
                     if row.feedback and item.html(row.feedback))  # fmt: skip
    return Found("true_false", item.stem(), {"options": rows}, feedback)


def _essay(item: "Item", answers: Answers) -> Found:
    kind = "oral" if item.own.get("kind") == "oral" else "essay"
    return Found(kind, item.stem(), _own_guide(item.own.get("content")))


def _own_guide(own) -> dict:
    """The marking guide that our writer left, its lines and prompts under new names."""
    if not isinstance(own, dict):
        return {}
    prompts, lines = (
        [one for one in own[name] if isinstance(one, dict)] if isinstance(own.get(name), list) else []
        for name in ("prompts", "rubric")
    )
    names = {str(one.get("token")): new_token() for one in prompts}
    return {
        **own,
        "prompts": [{**one, "token": names[str(one.get("token"))]} for one in prompts],
        "rubric": [{**one, "token": None, "prompt": names.get(str(one.get("prompt")), "")} for one in lines],
    }


def _text(item: "Item", answers: Answers) -> Found:
    accepted, wrong = [], []
    for row in answers.rows:
        text = item.typed(row.text)
        if text and row.share > 0:
            accepted.append((text, row.share))
        elif text:
            wrong.append(text)
    return short_text_of(item, item.stem(), accepted, wrong, _feedback(item, answers), False)


def _number(item: "Item", answers: Answers) -> Found:
    rows = []
    for row in answers.rows:
        if row.share <= 0 or row.text == "*":
            continue
        value, _colon, tolerance = back(row.text).partition(":")
        number, margin = rules.read_number(value.strip()), rules.read_number(tolerance.strip() or "0")
        if number is None or margin is None:
            item.tell("moodle_number_unreadable", WARNING, number=back(row.text)[:40])
        shown = rules.write_number(abs(margin)) if margin is not None else "0"
        rows.append({"value": value.strip(), "tolerance": shown, "share": accepted_share(row.share)})
    relative = item.own.get("relative")
    if isinstance(relative, list) and len(relative) == len(rows):
        for one, margin in zip(rows, relative, strict=True):
            if isinstance(margin, str):
                one.update(tolerance=margin, is_relative=True)
    if not rows:
        item.tell("no_right_answer", WARNING)
    content = {"answers": rows}
    units, scoring = item.own.get("units"), item.own.get("scoring")
    if isinstance(units, list) and isinstance(scoring, dict):
        content.update(units=units, scoring=scoring)
    return Found("numeric", item.stem(), content, _feedback(item, answers))


def _pairs(item: "Item", answers: Answers) -> Found:
    pairs = [(item.html(row.text), item.html_of(as_html(back(row.feedback), "moodle"))) for row in answers.rows]
    kind = item.own.get("kind")
    if kind == "ordering":
        return _ordering(item, pairs)
    if kind == "true_false_cluster":
        rows = [{"html": prompt, "is_key": rules.plain_text(target) == "Đúng"} for prompt, target in pairs if prompt]
        return Found(kind, item.stem(), {"options": rows, "scoring": item.own.get("scoring") or {}})
    return matching_of(item, item.stem(), pairs)


def _ordering(item: "Item", pairs: list[tuple[str, str]]) -> Found:
    numbered = sorted(pairs, key=lambda one: rules.read_number(rules.plain_text(one[1])) or 0)
    rows = [{"html": prompt} for prompt, _place in numbered if prompt]
    return Found("ordering", item.stem(), {"options": rows, "scoring": item.own.get("scoring") or {}})


READERS = {
    "choice": _choice, "truth": _truth, "essay": _essay, "text": _text, "number": _number, "pairs": _pairs,
}  # fmt: skip


# --- gaps ---


def gaps_of(item: "Item", shown: str, parts: list[Answers]) -> Found:
    """A text with a gap for each pair of brackets."""
    tokens = [new_token() for _part in parts]
    rows, feedback = [], []
    for token, answers in zip(tokens, parts, strict=True):
        feedback += _feedback(item, answers)
        rows.append({"token": token, **_gap(item, answers)})
    stem = gaps_shown(shown, tokens)
    own, weights = item.own.get("scoring"), item.own.get("weights")
    if isinstance(weights, list) and len(weights) == len(rows):
        rows = [{**row, "weight": weight} for row, weight in zip(rows, weights, strict=True)]
    stars = any("*" in row["text"] for gap in rows for row in gap.get("accepted", ()))
    scoring = own if isinstance(own, dict) else {"ignore_case": True, "wildcards": stars}
    return Found("fill_in", stem, {"gaps": rows, "scoring": scoring}, tuple(feedback))


def _gap(item: "Item", answers: Answers) -> dict:
    if answers.kind == "truth":
        choices = [
            {"text": word, "is_key": answers.is_true == is_true} for word, is_true in (("Đúng", True), ("Sai", False))
        ]
        return {"kind": "choice", "choices": choices}
    if answers.kind == "choice" and len(answers.rows) > 1:
        plain = [(rules.plain_text(item.html(row.text)), row.share) for row in answers.rows]
        best = max(share for _text, share in plain)
        key = next((place for place, (_text, share) in enumerate(plain) if share == best > 0), None)
        if key is None:
            item.tell("no_right_answer", WARNING)
        if sum(share > 0 for _text, share in plain) > 1:
            item.tell("moodle_part_credit", WARNING)
        return {"kind": "choice", "choices": [{"text": text, "is_key": place == key}
                                              for place, (text, _share) in enumerate(plain)]}  # fmt: skip
    plain = [(item.typed(row.text), row.share) for row in answers.rows]
    if answers.kind == "number":
        plain = [(text.partition(":")[0], share) for text, share in plain if text != "*"]
        item.tell("moodle_gap_number", WARNING, number=answers.rows[0].text[:40] if answers.rows else "")
    accepted = [{"text": text, "share": accepted_share(share)} for text, share in plain if share > 0 and text]
    if not accepted:
        item.tell("no_right_answer", WARNING)
    return {"kind": "text", "accepted": accepted}
