"""PURE. A response beside its key, line by line, for people: what stands on the page that explains a mark."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

OPTION, STATEMENT, PAIR, PLACE, WORDS, HEADING = "option", "statement", "pair", "place", "words", "heading"


@dataclass(frozen=True)
class AnswerLine:
    """One line. ``shape`` says how it is read.

    option: a choice, given or not, key or not. statement: ``given`` and ``key`` are "true", "false" or "". pair and
    place: ``given`` and ``key`` stand beside ``html`` (of a pair they are HTML, of a place numbers). words: what was
    typed and what is right, as plain text. heading: a question of a case.
    """

    shape: str
    label: str = ""
    html: str = ""
    given: str = ""
    key: str = ""
    is_given: bool = False
    is_key: bool = False


def answer_lines(kind: str, content: Mapping[str, Any], payload: str | Mapping | None) -> list[AnswerLine]:
    """What was given and what is right, in the item's own order."""
    given = json.loads(payload) if isinstance(payload, str) and payload else payload or {}
    return _WRITERS.get(kind, _options)(content, given)


def _letter(place: int) -> str:
    return chr(ord("A") + place)


def _options(content: Mapping[str, Any], given: Mapping) -> list[AnswerLine]:
    chosen = set(given.get("choices") or ()) | ({given["choice"]} if given.get("choice") else set())
    return [
        AnswerLine(OPTION, _letter(at), row["html"], is_given=row["token"] in chosen, is_key=row["is_key"])
        for at, row in enumerate(content["options"])
    ]


def _truth(value: bool | None) -> str:
    return "" if value is None else "true" if value else "false"


def _statements(content: Mapping[str, Any], given: Mapping) -> list[AnswerLine]:
    decided = given.get("statements") or {}
    return [
        AnswerLine(
            STATEMENT, _letter(at).lower(), row["html"], _truth(decided.get(row["token"])), _truth(row["is_key"])
        )
        for at, row in enumerate(content["options"])
    ]  # fmt: skip


def _short_text(content: Mapping[str, Any], given: Mapping) -> list[AnswerLine]:
    key = " / ".join(row["text"] for row in content["accepted"])
    return [AnswerLine(WORDS, given=given.get("text") or "", key=key)]


def _numeric(content: Mapping[str, Any], given: Mapping) -> list[AnswerLine]:
    typed = " ".join(part for part in (given.get("value") or "", given.get("unit") or "") if part)
    unit = next((row["name"] for row in content.get("units") or ()), "")
    return [AnswerLine(WORDS, given=typed, key=" / ".join(_number(row, unit) for row in content["answers"]))]


def _number(row: Mapping[str, Any], unit: str) -> str:
    spread = str(row.get("tolerance") or "0")
    around = "" if spread.strip("0.,") == "" else f" ± {spread}{' ×' if row.get('is_relative') else ''}"
    return f"{row['value']}{around} {unit}".strip()


def _matching(content: Mapping[str, Any], given: Mapping) -> list[AnswerLine]:
    targets = {row["token"]: row["html"] for row in content["targets"]}
    pairs = given.get("pairs") or {}
    return [
        AnswerLine(
            PAIR, str(at), row["html"], targets.get(pairs.get(row["token"]), ""),
            targets.get(content["pairs"].get(row["token"]), ""),
        )
        for at, row in enumerate(content["options"], start=1)
    ]  # fmt: skip


def _ordering(content: Mapping[str, Any], given: Mapping) -> list[AnswerLine]:
    places = given.get("places") or {}
    return [
        AnswerLine(PLACE, str(at), row["html"], str(places.get(row["token"]) or ""), str(at))
        for at, row in enumerate(content["options"], start=1)
    ]


def _gaps(content: Mapping[str, Any], given: Mapping) -> list[AnswerLine]:
    filled, lines = given.get("gaps") or {}, []
    for at, gap in enumerate(content["gaps"], start=1):
        value = filled.get(gap["token"]) or ""
        if gap["kind"] == "choice":
            names = {one["token"]: one["text"] for one in gap["choices"]}
            value = names.get(value, "")
            key = " / ".join(one["text"] for one in gap["choices"] if one["is_key"])
        else:
            key = " / ".join(one["text"] for one in gap["accepted"])
        lines.append(AnswerLine(WORDS, str(at), given=value, key=key))
    return lines


def _written(content: Mapping[str, Any], given: Mapping) -> list[AnswerLine]:
    prompts, parts = content.get("prompts") or [], given.get("parts") or {}
    if not prompts:
        return [AnswerLine(WORDS, given=given.get("text") or "")]
    return [
        AnswerLine(WORDS, str(at), row["html"], parts.get(row["token"]) or "") for at, row in enumerate(prompts, 1)
    ]  # fmt: skip


def _case(content: Mapping[str, Any], given: Mapping) -> list[AnswerLine]:
    answers, lines = given.get("questions") or {}, []
    for at, inner in enumerate(content["questions"], start=1):
        lines.append(AnswerLine(HEADING, str(at), inner["stem"]))
        lines += answer_lines(inner["kind"], inner["content"], answers.get(inner["token"]))
    return lines


_WRITERS: dict[str, Callable[[Mapping[str, Any], Mapping], list[AnswerLine]]] = {
    "true_false_cluster": _statements,
    "short_text": _short_text,
    "numeric": _numeric,
    "matching": _matching,
    "ordering": _ordering,
    "fill_in": _gaps,
    "essay": _written,
    "oral": _written,
    "case": _case,
}
