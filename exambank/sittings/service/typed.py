"""A refused form of the plain page as its macro shows it again: what was typed, whatever is wrong with it."""

from typing import Any


def read(view: dict, name: str, form: Any) -> dict:
    """The fields of one question in the shape of a payload, unchecked."""
    kind = view["kind"]
    if kind == "case":
        parts = {one["token"]: read(one, f"{name}.{one['token']}", form) for one in view["questions"]}
        return {"questions": parts}
    if kind == "multiple_choice":
        return {"choices": form.getlist(name)}
    if kind in {"single_choice", "true_false"}:
        return {"choice": form.get(name)}
    if kind == "true_false_cluster":
        words = {"true": True, "false": False}
        return {"statements": {token: words.get(value) for token, value in _parts(view["options"], name, form)}}
    if kind == "numeric":
        return {"value": form.get(f"{name}-value", ""), "unit": form.get(f"{name}-unit", "")}
    if kind == "ordering":
        places = {
            token: int(value) if value.isdecimal() and len(value) < 4 else None
            for token, value in _parts(view["options"], name, form)
        }
        return {"places": places}
    if kind == "essay" and view["prompts"]:
        return {"parts": dict(_parts(view["prompts"], name, form))}
    if kind in {"matching", "fill_in"}:
        word, rows = ("pairs", view["options"]) if kind == "matching" else ("gaps", view["gaps"])
        return {word: dict(_parts(rows, name, form))}
    return {"text": form.get(name, "")}


def _parts(rows: list[dict], name: str, form: Any) -> list[tuple[str, str]]:
    return [(row["token"], form.get(f"{name}-{row['token']}", "")) for row in rows]
