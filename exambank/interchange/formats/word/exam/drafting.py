"""PURE. A question that is understood into the kind and the content that our bank keeps."""

import re
from dataclasses import dataclass, field

from exambank.bank.rules import read_number
from exambank.interchange.formats.word.exam import keylists, shapes, words
from exambank.interchange.formats.word.exam.asking import Asked
from exambank.interchange.formats.word.exam.conventions import STATED, Decision
from exambank.interchange.formats.word.exam.html import lines_html, to_html, whole_looks
from exambank.interchange.formats.word.exam.keylists import Key
from exambank.interchange.formats.word.exam.lines import TABLE, Line
from exambank.interchange.formats.word.exam.signs import COLOURS, MARKED, shares
from exambank.interchange.formats.word.parts.rich import plain_rich
from exambank.interchange.neutral import NOTICE, WARNING, Problem

_MANY = re.compile(
    r"(?:chọn|các|những|hai|nhiều)\s+(?:các\s+|những\s+|hai\s+|\d\s+)?(?:phương\s+án|đáp\s+án|câu\s+trả\s+lời"
    r"|ý)\s+đúng|select\s+all|choose\s+(?:two|all)|nhiều\s+(?:lựa\s+chọn|đáp\s+án)",
    re.IGNORECASE,
)
_FIXED = {"fixed_key", "fixed_other"}
_QUARTER = re.compile(r"\d{1,2}(?:[.,](?:0|00|25|5|50|75))?")
_RUBRIC_POINTS = re.compile(r"\s*[(\[]?\s*(\d{1,2}(?:[.,]\d{1,2})?)\s*(?:điểm|đ)\s*[)\]]?\s*\.?\s*$", re.IGNORECASE)


@dataclass
class Drafted:
    """A kind, a stem and a content, with what there is to say about them."""

    kind: str
    stem: str
    content: dict
    problems: list[Problem] = field(default_factory=list)


def drafted(asked: Asked, shape: str, decision: Decision, keys: list[Key]) -> Drafted:
    """What our bank keeps of this question."""
    if shape == shapes.CHOICE and shapes.is_true_false(asked):
        found = _true_false_pair(asked, decision)
    else:
        found = _MAKERS[shape](asked, decision, keys)
    found.problems += _doubts(asked, decision) if shape in (shapes.CHOICE, shapes.ORDER) else []
    if "model_answer" not in found.content:
        found.content["explanation"] = lines_html(asked.explanation)
    return found


def stem_html(asked: Asked) -> str:
    """The stem; bold (or the like) of the whole stem says nothing and goes."""
    lines = [line for line in asked.stem if line.role != TABLE and not line.rich.is_empty]
    whole = set.intersection(*[whole_looks(line.rich) for line in lines]) if lines else set()
    return lines_html(asked.stem, whole)


def _dropped(asked: Asked, decision: Decision) -> list[set[str]]:
    """For each option the looks that must not stay: those of its whole text, and the one that tells the key."""
    used = {decision.code} - set(COLOURS)
    rows = [shares(one.text) for one in asked.options]
    partly = [name for name in used if all(0 < row.get(name, 0) < MARKED for row in rows)]
    return [whole_looks(one.text) - ({"italic"} - used) | (used - set(partly)) for one in asked.options]


def _rows(asked: Asked, decision: Decision, right: frozenset[int]) -> list[dict]:
    return [
        {"html": to_html(one.text, dropped), "is_key": at in right, "is_locked": bool(one.signs & _FIXED)}
        for at, (one, dropped) in enumerate(zip(asked.options, _dropped(asked, decision), strict=True))
    ]  # fmt: skip


def _choice(asked: Asked, decision: Decision, keys: list[Key]) -> Drafted:
    rows = _rows(asked, decision, decision.key)
    problems = []
    if not decision.key:
        problems.append(Problem("no_right_answer", WARNING))
    kind = "multiple_choice" if len(decision.key) > 1 else "single_choice"
    if len(decision.key) > 1:
        is_meant = decision.code in STATED or bool(_MANY.search(asked.stem_text))
        problems.append(Problem("several_marked", NOTICE if is_meant else WARNING, values={"count": len(decision.key)}))
    return Drafted(kind, stem_html(asked), {"options": rows}, problems)


def _true_false_pair(asked: Asked, decision: Decision) -> Drafted:
    right = next((asked.options[at] for at in decision.key), None) if len(decision.key) == 1 else None
    truth = shapes.is_truth(right.text.plain()) if right else None
    return _truth_content(asked, truth)


def _truth_content(asked: Asked, truth: bool | None) -> Drafted:
    options = [{"token": "true", "is_key": truth is True}, {"token": "false", "is_key": truth is False}]
    problems = [] if truth is not None else [Problem("no_right_answer", WARNING)]
    return Drafted("true_false", stem_html(asked), {"options": options}, problems)


def _truth(asked: Asked, decision: Decision, keys: list[Key]) -> Drafted:
    said = [key.words for key in keys] + [one.words for one in asked.answers]
    truth = next((found for one in said if (found := shapes.is_truth(one)) is not None), shapes.truth_of_stem(asked))
    shapes.without_truth(asked)
    return _truth_content(asked, truth)


def _cluster(asked: Asked, decision: Decision, keys: list[Key]) -> Drafted:
    """Statements: their truths are stated one by one, or the true ones are marked."""
    stated = [key.truths for key in keys] + [keylists.truths_of(one.words) for one in asked.answers]
    truths = next((one for one in stated if len(one) == len(asked.options)), ())
    letters = next((key.letters for key in keys if key.letters), ()) or next(
        (one.letters for one in asked.answers if one.letters), ()
    )
    problems = []
    if truths:
        right = frozenset(at for at, truth in enumerate(truths) if truth)
    elif any(one.truth is not None for one in asked.options):
        right = frozenset(at for at, one in enumerate(asked.options) if one.truth)
        silent = [one.letter.lower() for one in asked.options if one.truth is None]
        if silent and any(one.truth is False for one in asked.options):
            problems.append(Problem("statement_silent", WARNING, values={"labels": ", ".join(silent)}))
    elif letters:
        right = frozenset(at for at, one in enumerate(asked.options) if one.letter in letters)
    else:
        right = decision.key
        if not right:
            problems.append(Problem("no_right_answer", WARNING))
    return Drafted("true_false_cluster", stem_html(asked), {"options": _rows(asked, decision, right)}, problems)


def _short(asked: Asked, decision: Decision, keys: list[Key]) -> Drafted:
    said = [key.words or ", ".join(key.letters) for key in keys] or [one.words for one in asked.answers]
    said = [one.strip().rstrip(".").strip() for one in said if one.strip()]
    if not said:
        empty = {"accepted": [], "scoring": {}}
        return Drafted("short_text", stem_html(asked), empty, [Problem("no_right_answer", WARNING)])
    number = read_number(said[0])
    if number is not None:
        return Drafted("numeric", stem_html(asked), {"answers": [{"value": said[0], "tolerance": "0", "share": "1"}]})
    accepted = [one for words_ in said for one in re.split(r"\s*(?:;|\||\s/\s|\shoặc\s)\s*", words_) if one]
    rows = [{"text": one, "share": "1"} for one in dict.fromkeys(accepted)]
    return Drafted("short_text", stem_html(asked), {"accepted": rows, "scoring": {"ignore_case": True}})


def _order(asked: Asked, decision: Decision, keys: list[Key]) -> Drafted:
    letters = re.findall(r"[A-J]", next(one.words.upper() for one in asked.answers if not one.letters))
    by_letter = {one.letter: row for one, row in zip(asked.options, _rows(asked, decision, frozenset()), strict=True)}
    if sorted(by_letter) != sorted(letters):
        return _choice(asked, decision, keys)
    return Drafted("ordering", stem_html(asked), {"options": [{"html": by_letter[one]["html"]} for one in letters]})


def _essay(asked: Asked, decision: Decision, keys: list[Key]) -> Drafted:
    guide = [*asked.answer_lines, *asked.explanation]
    if not asked.stem:  # "Bài 1 (3 điểm). a) ... b) ...": its parts are the question
        parts = [one.label.strip() + plain_rich(" ") + one.text for one in asked.options]
        stem = lines_html([Line(rich, one.place) for rich, one in zip(parts, asked.options, strict=True)])
        content = {"prompts": [], "rubric": _rubric(guide), "model_answer": lines_html(guide), "explanation": ""}
        return Drafted("essay", stem, content)
    prompts = [{"html": to_html(one.text, whole_looks(one.text))} for one in asked.options]
    content = {"prompts": prompts, "rubric": _rubric(guide), "model_answer": lines_html(guide), "explanation": ""}
    return Drafted("essay", stem_html(asked), content)


def _rubric(lines: list[Line]) -> list[dict]:
    """The lines of a marking guide that say how many points they are worth."""
    found = []
    for line in lines:
        if line.role == TABLE:
            found += _rubric_rows(line)
            continue
        points = _RUBRIC_POINTS.search(line.text)
        if points and points.start() and _QUARTER.fullmatch(points[1]):
            found.append({"html": to_html(line.rich[: points.start()]), "points": points[1].replace(",", ".")})
    return found


def _rubric_rows(line: Line) -> list[dict]:
    found = []
    for row in line.table.rows:
        cells = [cell.text for cell in row]
        points = (
            re.fullmatch(
                r"(\d{1,2}(?:[.,]\d{1,2})?)\s*(?:điểm"
                r"|đ)?",
                cells[-1].strip(),
            )
            if len(cells) > 1
            else None
        )
        if points and _QUARTER.fullmatch(points[1]) and any(re.search(r"[^\W\d_]{2}", cell) for cell in cells[:-1]):
            texts = [to_html(one.rich) for one in row[-2].paragraphs if not one.rich.is_empty]
            found.append({"html": "<br>".join(texts), "points": points[1].replace(",", ".")})
    return found


def _doubts(asked: Asked, decision: Decision) -> list[Problem]:
    """What speaks against the key, each with the options that it names."""
    names = [one.letter for one in asked.options]
    right = ", ".join(names[at] for at in sorted(decision.key))
    found = []
    for sign, places in decision.conflicts:
        labels = ", ".join(names[at] for at in sorted(places))
        values = {"sign": sign, "labels": labels, "key": right, "used": decision.code}
        found.append(Problem("signals_conflict", WARNING, values=values, place=asked.options[min(places)].place))
    for at, share in decision.residue:
        values = {"sign": decision.code, "label": names[at], "percent": max(1, round(100 * share)), "key": right}
        found.append(Problem("key_residue", WARNING, values=values, place=asked.options[at].place))
    if asked.is_disordered:
        typed = ", ".join(one.label.text.strip(" .):/-*") or "?" for one in asked.options)
        found.append(Problem("option_letters", WARNING, values={"labels": typed}, place=asked.options[0].place))
    return found


_MAKERS = {
    shapes.CHOICE: _choice, shapes.CLUSTER: _cluster, shapes.TRUTH: _truth, shapes.SHORT: _short, shapes.ORDER: _order,
    shapes.ESSAY: _essay,
}  # fmt: skip
__all__ = ["Drafted", "drafted", "stem_html", "words"]
