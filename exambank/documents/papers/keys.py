"""Keys of a set as data for ``paper_keys.typ``: one table over all codes, written answers, marking guides of essays."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from exambank.bank import rules as bank_rules
from exambank.bank.interactions import REGISTRY, place_name
from exambank.documents.papers import questions
from exambank.documents.papers.collecting import Collector
from exambank.documents.papers.composing import Head, Text

CODES_IN_A_TABLE = 12
LONGEST_IN_A_CELL = 9
SEE_BELOW = "*"
GUIDED = "HDC"  # see the marking guide
TRUE, FALSE = "Đ", "S"


def compose_keys(
    head: Head, papers: Mapping[str, Sequence[dict]], texts: Mapping[int, Text], collector: Collector
) -> dict[str, Any]:
    """``papers``: code -> the questions of its layout. Longer answers stand below the table, once each."""
    found = {code: _rows(entries, texts) for code, entries in papers.items()}
    numbers = list(dict.fromkeys(number for rows in found.values() for number, _words, _version in rows))
    cells = {code: {number: words for number, words, _version in rows} for code, rows in found.items()}
    codes = list(papers)
    return {
        "title": "ĐÁP ÁN VÀ HƯỚNG DẪN CHẤM",
        "subtitle": [head.heading, *head.lines],
        "tables": [
            {
                "codes": some,
                "rows": [[number, *(_short(cells[code].get(number, "")) for code in some)] for number in numbers],
            }
            for some in (codes[at : at + CODES_IN_A_TABLE] for at in range(0, len(codes), CODES_IN_A_TABLE))
        ],
        "answers": _written_answers(found),
        "guides": _guides(papers, texts, collector),
        "formulas": collector.formulas,
        "broken": {"formulas": [], "pictures": []},
    }


def key_rows(number: str, kind: str, content: dict, fragment: dict) -> list[tuple[str, str]]:
    """The right answer to a question in letters of its own paper; a case gives a row for each of its questions."""
    if kind == "case":
        rows = {row["token"]: row for row in content["questions"]}
        return [
            found
            for at, one in enumerate(fragment["questions"], start=1)
            for found in key_rows(f"{number}.{at}", one["kind"], rows[one["token"]]["content"], one)
        ]
    return [(number, _key(kind, content, fragment))]


def _key(kind: str, content: dict, fragment: dict) -> str:
    shown = [row["token"] for row in fragment["options"]]
    keys = {row["token"] for row in content["options"] if row["is_key"]}
    if kind == "true_false_cluster":
        return "".join(TRUE if token in keys else FALSE for token in shown)
    if kind == "matching":
        targets = [row["token"] for row in fragment["targets"]]
        pairs = ((at, content["pairs"].get(token)) for at, token in enumerate(shown, start=1))
        return " ".join(f"{at}-{place_name(targets.index(target))}" for at, target in pairs if target in targets)
    if kind == "ordering":
        right = [row["token"] for row in content["options"]]
        return "-".join(place_name(shown.index(token)) for token in right)
    if REGISTRY[kind].family in {"written", "spoken"}:
        return GUIDED
    if shown:
        return "".join(place_name(at) for at, token in enumerate(shown) if token in keys)
    return "; ".join(words for _label, words in REGISTRY[kind].describe_key(content))


def _rows(entries: Sequence[dict], texts: Mapping[int, Text]) -> list[tuple[str, str, int]]:
    found = []
    for number, entry in enumerate(entries, start=1):
        one = texts[entry["version"]]
        fragment = questions.arranged(one.kind, one.stem, one.content, entry["options"], one.media)
        found += [(at, words, one.id) for at, words in key_rows(str(number), one.kind, one.content, fragment)]
    return found


def _short(words: str) -> str:
    return words if len(words) <= LONGEST_IN_A_CELL else SEE_BELOW


def _written_answers(found: Mapping[str, list[tuple[str, str, int]]]) -> list[dict[str, str]]:
    """Answers too long for a cell: where each stands, and the words."""
    places: dict[tuple[int, str, str], list[str]] = {}
    for code, rows in found.items():
        for number, words, version in rows:
            if len(words) > LONGEST_IN_A_CELL:
                places.setdefault((version, number.partition(".")[2], words), []).append(f"{code}: câu {number}")
    return [{"where": "; ".join(where), "words": words} for (_version, _inner, words), where in places.items()]


def _guides(
    papers: Mapping[str, Sequence[dict]], texts: Mapping[int, Text], collector: Collector
) -> list[dict[str, Any]]:
    """The marking guide of every question that a person marks, once for all codes."""
    places: dict[int, list[tuple[str, int, Decimal]]] = {}
    for code, entries in papers.items():
        for number, entry in enumerate(entries, start=1):
            places.setdefault(entry["version"], []).append((code, number, Decimal(entry["points"])))
    found = []
    for version, where in places.items():
        one = texts[version]
        named = _named(where, len(papers))
        parts = [("", one.kind, one.stem, one.content)]
        if one.kind == "case":
            rows = enumerate(one.content["questions"], start=1)
            parts = [(f", ý {at}", row["kind"], row["stem"], row["content"]) for at, row in rows]
        for inner, kind, stem, content in parts:
            if REGISTRY[kind].family in {"written", "spoken"}:
                points = questions.points_words(where[0][2]) if not inner else ""
                found.append({"where": named + inner, "points": points, **_guide(version, stem, content, collector)})
    return found


def _named(where: list[tuple[str, int, Decimal]], papers: int) -> str:
    numbers = {number for _code, number, _points in where}
    if len(numbers) == 1 and len(where) == papers:
        return f"Câu {where[0][1]}" + (" (mọi mã đề)" if papers > 1 else "")
    return "Câu " + "; ".join(f"{number} (mã đề {code})" for code, number, _points in where)


def _guide(version: int, stem: str, content: dict, collector: Collector) -> dict[str, Any]:
    return {
        "stem": collector.tree(version, stem),
        "rows": [
            [collector.tree(version, row["html"], share=0.8), _points(row["points"])] for row in content["rubric"]
        ],
        "model": collector.tree(version, content["model_answer"]) if content["model_answer"] else [],
        "further": collector.tree(version, content["follow_ups"]) if content.get("follow_ups") else [],
    }


def _points(written: str) -> str:
    number = bank_rules.read_number(written)
    return questions.points_words(number) if number is not None else written
