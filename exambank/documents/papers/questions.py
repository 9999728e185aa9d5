"""A question of a paper as the template lays it out, whatever its kind: what its candidate would see, and no more."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from exambank import text
from exambank.bank.interactions import REGISTRY, place_name
from exambank.bank.interactions.case import deal_points
from exambank.documents.papers.collecting import Collector
from exambank.documents.papers.html_tree import inlines_of, signs_in

ANSWER_LINES = 0  # essays are written on the school's own answer paper
GAP_MILLIMETRES = 26
BRIEF = 900  # signs: surely less than a third of a page, so that nobody need measure it
WIDE = 110  # signs: surely wider than half a line
SEVERAL = "(Có thể có nhiều phương án đúng.)"
CHOOSE = "(Thí sinh chọn đúng hoặc sai cho từng mệnh đề.)"
MATCH = "(Ghép mỗi mục ở cột I với một mục ở cột II.)"
ORDER = "(Sắp xếp các mục sau theo thứ tự đúng.)"
FILL = "(Điền vào các chỗ trống có đánh số.)"


def compose(
    number: str, points: Decimal | None, version_id: int, content: dict, fragment: dict, collector: Collector
) -> dict[str, Any]:
    """A question: ``fragment`` as its interaction arranged it, ``content`` for the weights of a case's questions.

    ``points`` None: not shown (the heading of the part says them).
    """
    maker = _MAKERS[fragment["kind"]]
    gaps = {row["token"]: ["gap", at, GAP_MILLIMETRES] for at, row in enumerate(fragment.get("gaps", ()), start=1)}
    stem = list(collector.tree(version_id, fragment["stem"], gaps))
    if fragment.get("media"):
        stem += collector.picture(version_id, fragment["media"])
    question = {"number": number, "points": points_words(points), "stem": stem, "hint": "", "options": []}
    question |= maker(fragment, content, version_id, collector, points, number)
    return {**question, "is_brief": _is_brief(question)}


def _is_brief(question: dict[str, Any]) -> bool:
    """Whether it takes little room for certain: such a question is never parted."""
    if question["sort"] not in {"choice", "answer", "ordering"}:
        return False
    signs = [signs_in(blocks) for blocks in (question["stem"], *(blocks for _letter, blocks in question["options"]))]
    return None not in signs and sum(signs) < BRIEF


def points_words(points: Decimal | None) -> str:
    """Points as they stand on paper: with a decimal comma and no needless noughts."""
    return "" if points is None else text.format_points(points, "vi", 0)


def letters(rows: Sequence[dict], version_id: int, collector: Collector, small: bool = False) -> list[list]:
    """Rows with their letters: A, B, C or a, b, c."""
    names = (place_name(at) for at in range(len(rows)))
    return [
        [name.lower() if small else name, collector.tree(version_id, row["html"], share=0.9)]
        for name, row in zip(names, rows, strict=True)
    ]


def _choice(fragment, content, version_id, collector, points, number):
    hint = SEVERAL if fragment["kind"] == "multiple_choice" else ""
    options = letters(fragment["options"], version_id, collector)
    signs = [signs_in(blocks) for _letter, blocks in options]
    is_wide = any(count is not None and count > WIDE for count in signs)
    return {"sort": "choice", "hint": hint, "options": options, "is_wide": is_wide}


def _cluster(fragment, content, version_id, collector, points, number):
    rows = letters(fragment["options"], version_id, collector, small=True)
    return {"sort": "cluster", "hint": CHOOSE, "options": rows}


def _matching(fragment, content, version_id, collector, points, number):
    left = [
        [str(at), collector.tree(version_id, row["html"], share=0.4)] for at, row in enumerate(fragment["options"], 1)
    ]
    right = [
        [place_name(at), collector.tree(version_id, row["html"], share=0.4)]
        for at, row in enumerate(fragment["targets"])
    ]
    return {"sort": "matching", "hint": MATCH, "left": left, "right": right}


def _ordering(fragment, content, version_id, collector, points, number):
    return {"sort": "ordering", "hint": ORDER, "options": letters(fragment["options"], version_id, collector)}


def _gaps(fragment, content, version_id, collector, points, number):
    lists = [
        [str(at), [[place_name(place), inlines_of(row["text"])[0]] for place, row in enumerate(gap["choices"])]]
        for at, gap in enumerate(fragment["gaps"], start=1)
        if gap["choices"]
    ]
    return {"sort": "gaps", "hint": FILL, "lists": lists}


def _answer(fragment, content, version_id, collector, points, number):
    return {"sort": "answer"}


def _written(fragment, content, version_id, collector, points, number):
    prompts = letters(fragment.get("prompts", ()), version_id, collector, small=True)
    return {"sort": "written", "options": prompts, "lines": ANSWER_LINES}


def _case(fragment, content, version_id, collector, points, number):
    rows = {row["token"]: (row, share) for row, share in deal_points(content["questions"], points or Decimal(1))}
    inner = []
    for at, one in enumerate(fragment["questions"], start=1):
        row, share = rows[one["token"]]
        worth = share if points is not None else None
        inner.append(compose(f"{number}.{at}", worth, version_id, row["content"], one, collector))
    return {"sort": "case", "questions": inner}


_MAKERS = {
    "single_choice": _choice,
    "multiple_choice": _choice,
    "true_false": _choice,
    "true_false_cluster": _cluster,
    "matching": _matching,
    "ordering": _ordering,
    "fill_in": _gaps,
    "short_text": _answer,
    "numeric": _answer,
    "essay": _written,
    "oral": _written,
    "case": _case,
}


def arranged(kind: str, stem: str, content: dict, tokens: Sequence[str], media: Any = None) -> dict[str, Any]:
    """What the candidate of a paper sees of an item: its fragment in the dealt order."""
    interaction = REGISTRY[kind]
    return interaction.arrange(interaction.fragment(stem, content, media), tokens)
