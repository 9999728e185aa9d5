"""PURE. The content of an item as a paper deals it: options and questions in the dealt order, keys with them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from exambank.bank.interactions import case, fill_in, matching


def arranged(kind: str, content: Mapping[str, Any], tokens: Sequence[str]) -> dict[str, Any]:
    """The content in the order of ``tokens`` (a layout's "options"); as it is where nothing was dealt."""
    if not tokens:
        return dict(content)
    if kind == "case":
        return _case(content, tokens)
    if kind == "fill_in":
        return _fill_in(content, tokens)
    if kind == "matching":
        prompts, targets = matching.split_tokens(tokens)
        return {**content, "options": _ordered(content["options"], prompts),
                "targets": _ordered(content["targets"], targets)}  # fmt: skip
    if kind == "ordering":
        return _ordering(content, tokens)
    name = "prompts" if kind in ("essay", "oral") and content.get("prompts") else "options"
    return {**content, name: _ordered(content.get(name, ()), tokens)}


def _ordered(rows: Iterable[Mapping], tokens: Iterable[str]) -> list:
    """The rows in this order; those that it does not name at the end, so that nothing is lost from a paper."""
    place = {token: at for at, token in enumerate(tokens)}
    return sorted(rows, key=lambda row: place.get(row["token"], len(place)))


def _case(content: Mapping, tokens: Sequence[str]) -> dict:
    rows = {row["token"]: row for row in content["questions"]}
    questions = [
        {**rows[token], "content": arranged(kind, rows[token]["content"], inner)}
        for token, kind, inner in case.split_tokens(tokens)
        if token in rows
    ]
    return {**content, "questions": questions}


def _fill_in(content: Mapping, tokens: Sequence[str]) -> dict:
    dealt = fill_in.split_tokens(tokens)
    gaps = [{**gap, "choices": _ordered(gap["choices"], dealt.get(gap["token"], ()))} for gap in content["gaps"]]
    return {**content, "gaps": gaps}


def _ordering(content: Mapping, tokens: Sequence[str]) -> dict:
    """The lines keep their right order, which is the key; the writer shows them by their names, so those are dealt."""
    names = {token: f"{place:04d}" for place, token in enumerate(tokens)}
    return {
        **content,
        "options": [{**row, "token": names.get(row["token"], row["token"])} for row in content["options"]],
    }
