"""PURE. Tokens of a content that came from outside: kept when they tell nothing, else replaced by random ones.

A candidate's page shows tokens. One that can be read ("1", "2", "3" in an ordering, "right" in a choice) or that is
shared by the two sides of a pair would tell the key, so only tokens like our own random ones stay.
"""

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from exambank.bank.interactions import new_token

_OWN = re.compile(r"[0-9a-f]{8}")
_GAP = re.compile(r'(data-gap=")([^"]*)(")')
_LISTS = ("options", "accepted", "answers", "targets", "gaps", "prompts", "rubric")
_NEAR = 1 << 12  # two random tokens lie so close together once in half a million pairs; counted ones do


def with_safe_tokens(kind: str, stem: str, content: Any) -> tuple[str, Any]:
    """Stem and content (plain data of any shape) with every readable token replaced, in all places alike."""
    if not isinstance(content, Mapping) or kind == "true_false":
        return stem, content
    if kind == "case":
        return stem, _safe_case(content)
    names: dict[str, str] = {}
    for name in _LISTS:
        rows = _rows(content.get(name))
        names |= _new_names([row.get("token") for row in rows], "t" if name == "targets" else "")
    names |= _paired(content, names)
    found = {name: _renamed_rows(value, names) if name in _LISTS else value for name, value in content.items()}
    if isinstance(content.get("pairs"), Mapping):
        found["pairs"] = {
            names.get(one, one): names.get(other, other) if isinstance(other, str) else other
            for one, other in content["pairs"].items()
        }
    return _GAP.sub(lambda gap: gap[1] + names.get(gap[2], gap[2]) + gap[3], stem), found


def _safe_case(content: Mapping) -> dict:
    rows = _rows(content.get("questions"))
    names = _new_names([row.get("token") for row in rows], "")
    questions = []
    for row in rows:
        stem = row.get("stem") if isinstance(row.get("stem"), str) else ""
        kind = row.get("kind") if isinstance(row.get("kind"), str) and row.get("kind") != "case" else ""
        stem, inner = with_safe_tokens(kind, stem, row.get("content"))
        questions.append({**row, "token": _name_of(row, names), "stem": stem, "content": inner})
    return {**content, "questions": questions}


def _rows(value: Any) -> list[Mapping]:
    return [row for row in value if isinstance(row, Mapping)] if isinstance(value, list | tuple) else []


def _renamed_rows(value: Any, names: Mapping[str, str]) -> list[dict]:
    found = []
    for row in _rows(value):
        renamed = {**row, "token": _name_of(row, names)}
        if isinstance(row.get("prompt"), str):
            renamed["prompt"] = names.get(row["prompt"], row["prompt"])
        if "choices" in row:
            choices = _rows(row["choices"])
            inner = _new_names([one.get("token") for one in choices], "")
            renamed["choices"] = [{**one, "token": _name_of(one, inner)} for one in choices]
        found.append(renamed)
    return found


def _name_of(row: Mapping, names: Mapping[str, str]) -> str | None:
    token = row.get("token")
    return names.get(token, token) if isinstance(token, str) else None


def _new_names(tokens: Sequence[Any], prefix: str) -> dict[str, str]:
    """A fresh name for each token of one list that is none of ours; for all of them when they look counted."""
    given = [token for token in tokens if isinstance(token, str)]
    own = [one for one in given if one.startswith(prefix) and _OWN.fullmatch(one[len(prefix) :])]
    if _looks_made_up([one[len(prefix) :] for one in own]):
        own = []
    return {one: prefix + new_token() for one in given if one not in own}


def _looks_made_up(tokens: Sequence[str]) -> bool:
    numbers = sorted({int(one, 16) for one in tokens})
    is_close = any(after - before < _NEAR for before, after in pairwise(numbers))
    return is_close or any(len(set(one)) < 3 for one in tokens)


def _paired(content: Mapping, names: Mapping[str, str]) -> dict[str, str]:
    """Targets that carry the name of a prompt: that would tell which belong together."""
    prompts = {row.get("token") for row in _rows(content.get("options"))}
    targets = [row.get("token") for row in _rows(content.get("targets"))]
    return {
        one: "t" + new_token()
        for one in targets
        if isinstance(one, str) and one not in names and (one[1:] in prompts or one in prompts)
    }
