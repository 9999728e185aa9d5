"""PURE. Items as an Aiken file: one line a question and an option, one right letter; nothing else fits."""

from exambank.bank import rules
from exambank.interchange.neutral import NOTICE, REFUSED, WARNING, Bundle, Draft, Loss, Problem, Written
from exambank.interchange.texts import is_plain, write_plain

_KINDS = ("single_choice", "true_false")


def write(bundle: Bundle) -> Written:
    """One file with every item that has exactly one right option."""
    parts: list[str] = []
    losses: list[Loss] = []
    for index, draft in enumerate(bundle.drafts):
        problem = _refusal(draft)
        if problem is not None:
            losses.append(Loss(index, problem))
            continue
        parts.append(_question(draft))
        losses += [Loss(index, one) for one in _losses(draft)]
    for index, raw in enumerate(bundle.raws):
        problem = Problem("moodle_raw_of_other_format", REFUSED, values={"format": raw.format})
        losses.append(Loss(index, problem, is_raw=True))
    return Written("\n".join(parts).encode(), ".txt", "text/plain; charset=utf-8", tuple(losses))


def _refusal(draft: Draft) -> Problem | None:
    options = draft.content["options"]
    if draft.kind not in _KINDS:
        return Problem("moodle_kind_not_in_aiken", REFUSED)
    if sum(row["is_key"] for row in options) != 1:
        return Problem("aiken_one_key", REFUSED)
    words = [_line(row["html"]) for row in options]
    if not _line(draft.stem) or not all(words) or not 2 <= len(words) <= 26:
        return Problem("aiken_empty", REFUSED)
    return None


def _question(draft: Draft) -> str:
    lines = [_line(draft.stem)]
    for place, row in enumerate(draft.content["options"]):
        lines.append(f"{chr(65 + place)}. {_line(row['html'])}")
    key = next(place for place, row in enumerate(draft.content["options"]) if row["is_key"])
    return "\n".join([*lines, f"ANSWER: {chr(65 + key)}", ""])


def _line(stored: str) -> str:
    return " ".join(write_plain(stored).split())


def _losses(draft: Draft) -> list[Problem]:
    """What the line does not tell."""
    texts = [draft.stem, *(row["html"] for row in draft.content["options"])]
    found = []
    if draft.picture or draft.picture_name or any(rules.pictures_in(text) for text in texts):
        found.append(Problem("moodle_picture_lost", WARNING, values={"alt": draft.picture_alt[:80]}))
    if not all(is_plain(text) and _line(text) == write_plain(text) for text in texts):
        found.append(Problem("moodle_markup_lost", NOTICE))
    if draft.content.get("explanation"):
        found.append(Problem("moodle_explanation_lost", NOTICE))
    if draft.content["scoring"].get("wrong", "0") != "0":
        found.append(Problem("moodle_penalty_lost", WARNING))
    return found
