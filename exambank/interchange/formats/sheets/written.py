"""PURE. The cells of what a person marks: a marking guide with a line for each point, parts, a model answer.

A line of the guide: ``0,5: nêu đúng khái niệm``; of an essay in parts (which stand in the option cells) with the part
before it: ``A) 0,5: nêu đúng khái niệm``. By hand also "nêu đúng khái niệm (0,5 điểm)".
"""

import re

from exambank.bank import rules
from exambank.bank.interactions import new_token
from exambank.interchange.bank_sheet import LABELS
from exambank.interchange.formats.sheets.cells import Cells, Given
from exambank.interchange.formats.sheets.figures import decimal_of, figure

_EXACT = re.compile(r"(?:([A-Z])\) )?([^:\n]*):\s?(.*)")
_POINTS = r"(\d+(?:[.,]\d+)?)\s*(?:đ|d|điểm|diem|points?|pts?)?"
_BEFORE = re.compile(rf"[-–•*+]?\s*(?:([A-Za-z])[).]\s*)?\(?{_POINTS}\)?\s*[:\-–]\s*(\S.*)", re.IGNORECASE)
_BEHIND = re.compile(
    r"[-–•*+]?\s*(?:([A-Za-z])[).]\s*)?(\S.*?)[\s:.\-–]*"
    r"[(\[]?\s*(\d+(?:[.,]\d+)?)\s*(?:đ|điểm|diem|points?|pts?)\s*[)\]]?\.?",
    re.IGNORECASE,
)


def read_essay(given: Given) -> tuple[str, dict]:
    """Parts, the marking guide, the model answer."""
    prompts = [{"token": new_token(), "html": given.html(value)} for value in given.options.values()]
    names = dict(zip(given.options, (row["token"] for row in prompts), strict=True))
    rubric, model = _rubric_and_model(given, names)
    return given.html(given.stem), {"prompts": prompts, "rubric": rubric, "model_answer": given.html(model)}


def read_oral(given: Given) -> tuple[str, dict]:
    """The expected points, the model answer, further questions; option cells are expected points too."""
    rubric, model = _rubric_and_model(given, {})
    follow_ups = given.html(given.follow_ups)
    return given.html(given.stem), {"rubric": rubric, "model_answer": given.html(model), "follow_ups": follow_ups}


def _rubric_and_model(given: Given, names: dict[str, str]) -> tuple[list[dict], str]:
    lines = [line for line in given.key.split("\n") if line.strip()]
    if given.is_exact:
        found = [_EXACT.fullmatch(line) for line in lines]
        rows = [(one[1] or "", one[2], one[3]) for one in found if one]
        return [_row(given, names, *row) for row in rows], given.model_answer
    rows = [_typed_line(line) for line in lines]
    if any(points for _name, points, _words in rows):
        return [_row(given, names, *row) for row in rows], given.model_answer
    return [], "\n\n".join(filter(None, (given.model_answer, given.key)))


def _typed_line(line: str) -> tuple[str, str, str]:
    before = _BEFORE.fullmatch(line.strip())
    if before:
        return before[1] or "", before[2], before[3]
    behind = _BEHIND.fullmatch(line.strip())
    return (behind[1] or "", behind[3], behind[2]) if behind else ("", "", line.strip())


def _row(given: Given, names: dict[str, str], name: str, points: str, words: str) -> dict:
    prompt = names.get(name.upper(), "")
    return {"html": given.html(words.strip()), "points": decimal_of(points), "prompt": prompt}


def write_essay(stem: str, content: dict, cells: Cells) -> None:
    """The parts in the option cells, the guide in the key."""
    cells.stem = cells.cell(stem)
    cells.options = [cells.cell(row["html"]) for row in content["prompts"]]
    names = {row["token"]: f"{label}) " for label, row in zip(LABELS, content["prompts"], strict=False)}
    _write_guide(content, names, cells)


def write_oral(stem: str, content: dict, cells: Cells) -> None:
    """The guide in the key, further questions in a cell of their own."""
    cells.stem = cells.cell(stem)
    cells.follow_ups = cells.cell(content["follow_ups"])
    _write_guide(content, {}, cells)


def _write_guide(content: dict, names: dict[str, str], cells: Cells) -> None:
    lines = [
        f"{names.get(row['prompt'], '')}{_points(row['points'])}: {cells.line(row['html'])}".rstrip()
        for row in content["rubric"]
    ]
    cells.key = "\n".join(lines)
    cells.model_answer = cells.cell(content["model_answer"])


def _points(points: str) -> str:
    return figure(points) if rules.read_number(points) is not None else points
