"""An answer as people of the room read it: letters, places, the candidate's own words; no text of the paper."""

import json
from typing import Any

from flask_babel import gettext as _

from exambank.sittings.papers import Question

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_LONGEST_SHOWN = 400


def describe_answer(question: Question, payload: str | None) -> str:
    """What was given, as the candidate saw it."""
    given = json.loads(payload) if payload else {}
    return _describe(question.view, given) or _("blank")


def _describe(view: dict, given: dict) -> str:
    return _DESCRIBERS.get(view["kind"], _describe_choice)(view, given)


def _letters(rows: list[dict]) -> dict[str, str]:
    return {row["token"]: _LETTERS[place % len(_LETTERS)] for place, row in enumerate(rows)}


def _shorten(words: Any) -> str:
    words = " ".join(str(words or "").split())
    if len(words) <= _LONGEST_SHOWN:
        return words
    return _("%(beginning)s… (%(count)s letters in all)", beginning=words[:_LONGEST_SHOWN], count=len(words))


def _describe_choice(view: dict, given: dict) -> str:
    letters = _letters(view["options"])
    chosen = given.get("choices") or ([given["choice"]] if given.get("choice") else [])
    return ", ".join(sorted(letters[token] for token in chosen))


def _describe_statements(view: dict, given: dict) -> str:
    words, decided = {True: _("True"), False: _("False")}, given.get("statements") or {}
    letters = _letters(view["options"])
    return ", ".join(
        f"{letter.lower()} {words[decided[token]]}"
        for token, letter in letters.items()
        if decided.get(token) is not None
    )


def _describe_number(_view: dict, given: dict) -> str:
    return _shorten(f"{given.get('value') or ''} {given.get('unit') or ''}") if given.get("value") else ""


def _describe_pairs(view: dict, given: dict) -> str:
    targets, pairs = _letters(view["targets"]), given.get("pairs") or {}
    return ", ".join(
        f"{place} {targets[pairs[row['token']]]}"
        for place, row in enumerate(view["options"], start=1)
        if pairs.get(row["token"])
    )


def _describe_order(view: dict, given: dict) -> str:
    """The letters of the rows as they were dealt, in the order that was given to them."""
    letters = _letters(view["options"])
    placed = sorted((place, letters[token]) for token, place in (given.get("places") or {}).items() if place)
    return ", ".join(f"{place} {letter}" for place, letter in placed)


def _describe_gaps(view: dict, given: dict) -> str:
    filled, parts = given.get("gaps") or {}, []
    for place, gap in enumerate(view["gaps"], start=1):
        words = filled.get(gap["token"])
        if words and gap["kind"] == "choice":
            words = next((row["text"] for row in gap["choices"] if row["token"] == words), "")
        if words:
            parts.append(f"({place}) {_shorten(words)}")
    return "; ".join(parts)


def _describe_text(_view: dict, given: dict) -> str:
    return _shorten(given.get("text"))


def _describe_essay(view: dict, given: dict) -> str:
    if "parts" not in given:
        return _describe_text(view, given)
    letters = _letters(view["prompts"])
    written = [(letters[token].lower(), words) for token, words in given["parts"].items() if token in letters]
    return "; ".join(f"{letter}) {_shorten(words)}" for letter, words in written if words)


def _describe_case(view: dict, given: dict) -> str:
    answers = given.get("questions") or {}
    parts = [
        (_LETTERS[place % len(_LETTERS)].lower(), _describe(one, answers.get(one["token"]) or {}))
        for place, one in enumerate(view["questions"])
    ]
    return "; ".join(f"{letter}) {words}" for letter, words in parts if words)


_DESCRIBERS = {
    "true_false_cluster": _describe_statements, "numeric": _describe_number, "short_text": _describe_text,
    "matching": _describe_pairs, "ordering": _describe_order, "fill_in": _describe_gaps, "essay": _describe_essay,
    "oral": _describe_text, "case": _describe_case,
}  # fmt: skip
