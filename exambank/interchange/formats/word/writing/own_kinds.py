"""PURE. The content of each kind from the parts of a question that we wrote."""

import html
import re

from exambank.bank.interactions import new_token
from exambank.bank.rules import plain_text
from exambank.interchange.formats.word.writing import answers, notes

_TRUTH = {"đúng": True, "sai": False}


def kind_of(block) -> str:
    """The kind that the layout tells where no note does."""
    options = block.of("EbOption")
    if options and all(re.fullmatch(r"[a-z]+\)", one.label.strip()) for one in options):
        return "true_false_cluster"
    if options:
        words = [one.words.casefold() for one in options]
        if words == ["đúng", "sai"]:
            return "true_false"
        return "multiple_choice" if sum(one.is_key for one in options) > 1 else "single_choice"
    if any(part.label.startswith("Đáp án (") for part in block.of("EbKey")):
        return "fill_in"
    if block.of("EbMatching"):
        return "matching"
    return "short_text" if block.of("EbKey") else "essay"


def content_of(kind: str, block) -> tuple[str, dict]:
    """(stem, content) without settings; both still to be normalised."""
    stem = block.parts[0].html
    return _fill_in(block, stem) if kind == "fill_in" else (stem, _READERS[kind](block))


def _choices(block) -> dict:
    locked = notes.locked_letters(block.notes)
    rows = [
        {"html": one.html, "is_key": one.is_key, "is_locked": notes.letter(place) in locked}
        for place, one in enumerate(block.of("EbOption"))
    ]
    return {"options": rows}


def _true_false(block) -> dict:
    keys = [one.is_key for one in block.of("EbOption")][:2]
    return {"options": [{"token": token, "is_key": key} for token, key in zip(("true", "false"), keys, strict=False)]}


def _cluster(block) -> dict:
    said = dict(re.findall(r"([a-z]+)\)\s*(\w+)", _key(block)))
    content = _choices(block)
    for place, one in enumerate(content["options"]):
        one["is_key"] = _TRUTH.get(said.get(notes.letter(place).lower(), "").lower(), False)
    return content


def _key(block) -> str:
    return next((part.words for part in block.of("EbKey")), "")


def _short_text(block) -> dict:
    found = map(answers.read_text, answers.split_answers(_key(block)))
    return {"accepted": [{"text": words, "share": share} for words, share in found if words]}


def _numeric(block) -> dict:
    found = [answers.read_number(one) for one in answers.split_answers(_key(block)) if one]
    return {"answers": found}


def _fill_in(block, stem: str) -> tuple[str, dict]:
    keys = _numbered(block.of("EbKey"))
    choices = _numbered(block.of("EbChoices"))
    weights = [notes.with_point(one) for one in notes.split_values(block.notes.get(notes.WEIGHTS, ""))]
    gaps = []

    def gap(found: re.Match) -> str:
        number = int(found[1])
        right = [answers.read_text(one) for one in answers.split_answers(keys.get(number, "")) if one]
        row: dict = {"token": new_token(), "weight": weights[number - 1] if number <= len(weights) else "1"}
        if number in choices:
            names = [answers.read_text(one)[0] for one in answers.split_answers(choices[number])]
            wanted = {words for words, _share in right}
            row |= {"kind": "choice", "choices": [{"text": name, "is_key": name in wanted} for name in names]}
        else:
            row |= {"kind": "text", "accepted": [{"text": words, "share": share} for words, share in right]}
        gaps.append((number, row))
        return f'<span data-gap="{row["token"]}"></span>'

    stem = re.sub("\0(\\d+)\0", gap, stem)
    return stem, {"gaps": [row for _number, row in sorted(gaps, key=lambda one: one[0])]}


def _numbered(parts: list) -> dict[int, str]:
    """The words behind "Đáp án (2):", by number."""
    return {int(found[1]): part.words for part in parts if (found := re.search(r"\((\d+)\)", part.label))}


def _matching(block) -> dict:
    rows = next((part.table for part in block.of("EbMatching")), [])
    prompts = [{"token": new_token(), "html": row[0]} for row in rows if row and row[0]]
    targets = [{"token": "t" + new_token(), "html": row[1]} for row in rows if len(row) > 1 and row[1]]
    pairs = {}
    for number, letters in re.findall(r"(\d+)-([a-z]+)", _key(block)):
        place = next((at for at in range(len(targets)) if notes.letter(at).lower() == letters), None)
        if place is not None and 1 <= int(number) <= len(prompts):
            pairs[prompts[int(number) - 1]["token"]] = targets[place]["token"]
    return {"options": prompts, "targets": targets, "pairs": pairs}


def _ordering(block) -> dict:
    shown = {notes.letter(place).lower(): one.html for place, one in enumerate(block.of("EbOption"))}
    order = [letters for letters in re.findall(r"[a-z]+", _key(block)) if letters in shown]
    left = [letters for letters in shown if letters not in order]
    return {"options": [{"html": shown[letters]} for letters in dict.fromkeys([*order, *left])]}


def _essay(block) -> dict:
    prompts = [{"token": new_token(), "html": part.html} for part in block.of("EbPrompt")]
    tokens = {notes.letter(place).lower(): one["token"] for place, one in enumerate(prompts)}
    rubric = []
    for row in next((part.table for part in block.of("EbRubric")), []):
        which, words, points = [*row, "", "", ""][:3]
        prompt = tokens.get(plain_text(which).strip(" ).").lower(), "")
        rubric.append({"html": words, "points": plain_text(html.unescape(points)), "prompt": prompt})
    found = {"rubric": rubric, "model_answer": block.html_of("EbModel")}
    return {**found, "prompts": prompts} if prompts else found


def _oral(block) -> dict:
    return {**_essay(block), "follow_ups": block.html_of("EbFollow")}


_READERS = {
    "single_choice": _choices, "multiple_choice": _choices, "true_false": _true_false, "true_false_cluster": _cluster,
    "short_text": _short_text, "numeric": _numeric, "matching": _matching, "ordering": _ordering, "essay": _essay,
    "oral": _oral, "case": _choices,
}  # fmt: skip
