"""PURE. The responses of OLX that we play: choices, drop-downs, texts and numbers."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction

from exambank.bank.interactions import new_token
from exambank.interchange.formats.canvas.choosing import drop_letters, letter_of, truth_of
from exambank.interchange.formats.canvas.materials import plain
from exambank.interchange.formats.canvas.question import Built, Unplayable
from exambank.interchange.formats.canvas.scoring import number_in
from exambank.interchange.formats.canvas.typed import decimal_text, without_twins
from exambank.interchange.formats.olx.texts import Texts
from exambank.interchange.safety.xml import local_name

_QUOTED = re.compile(r"'((?:[^'\\]|\\.)*)'|\"((?:[^\"\\]|\\.)*)\"")
_RANGE = re.compile(r"\s*[\[(]\s*([^,;]+)[,;]\s*([^,;]+)[\])]\s*")
_OR = re.compile("_or_", re.IGNORECASE)
_FRACTION = re.compile(r"\s*(-?[0-9]{1,15})\s*/\s*([0-9]{1,15})\s*")
MOST_OPTIONS = 60  # more than the bank takes, which is told
LONGEST_OPTIONS = 20_000
_PLAIN_PATTERN = re.compile(r"[\w\s'’-]+")


@dataclass
class Hints:
    """What is said to single answers, collected for the explanation."""

    lines: list[str] = field(default_factory=list)

    def add(self, called: str, words: str) -> None:
        if words:
            self.lines.append(f"{called}: {words}" if called else words)


def _of(element, *names: str) -> list:
    return [one for one in element.iter() if local_name(one) in names]


def _is_true(words: str | None) -> bool:
    return (words or "").strip().lower() == "true"


# --- choices ---


def _choice(response, stem: str, texts: Texts, hints: Hints) -> Built:
    return _built_choice(response, stem, texts, hints, is_many=False)


def _choices(response, stem: str, texts: Texts, hints: Hints) -> Built:
    built = _built_choice(response, stem, texts, hints, is_many=True)
    if (response.get("partial_credit") or "").strip():
        built.content["scoring"] = {"rule": "true"}
        built.warn("weights_simplified")
    return built


def _built_choice(response, stem: str, texts: Texts, hints: Hints, *, is_many: bool) -> Built:
    rows, partial = [], []
    for place, choice in enumerate(_of(response, "choice")):
        correct = (choice.get("correct") or "").strip().lower()
        if correct.startswith("$"):
            raise Unplayable("script_question")
        html = texts.inner(choice)
        rows.append({"html": html, "is_key": correct == "true", "is_locked": _is_true(choice.get("fixed"))})
        if correct == "partial":
            partial.append(plain(html))
        for hint in _of(choice, "choicehint"):
            hints.add(f"{letter_of(place)}. {plain(html)}", texts.inner(hint))
    for hint in _of(response, "compoundhint"):
        hints.add((hint.get("value") or "").strip(), texts.inner(hint))
    keys = sum(row["is_key"] for row in rows)
    built = _truth(stem, rows) if not is_many and keys == 1 else None
    built = built or Built("multiple_choice" if is_many or keys > 1 else "single_choice", stem, {"options": rows})
    drop_letters(built)
    if keys > 1 and not is_many:
        built.warn("several_right_singly", count=keys)
    if partial:
        built.warn("part_points_lost", words="; ".join(partial))
    if not keys:
        built.warn("no_right_answer")
    return built


def _truth(stem: str, rows: list[dict]) -> Built | None:
    words = [plain(row["html"]).lower() for row in rows]
    if sorted(words) not in (["false", "true"], ["sai", "đúng"]):
        return None
    options = [{**row, "token": "true" if truth_of(word) else "false"} for row, word in zip(rows, words, strict=True)]
    return Built("true_false", stem, {"options": options})


# --- drop-downs ---


def _option(response, stem: str, texts: Texts, hints: Hints) -> Built:
    """One drop-down under its text is a choice among its options."""
    inputs = _of(response, "optioninput")
    if not inputs:
        raise Unplayable("other_interaction")
    rows = [
        {"html": texts.plain(words), "is_key": is_key} for words, is_key in _options(inputs[0], texts, hints)
    ]  # fmt: skip
    built = _truth(stem, rows) if sum(row["is_key"] for row in rows) == 1 else None
    built = built or Built("single_choice", stem, {"options": rows})
    if not any(row["is_key"] for row in rows):
        built.warn("no_right_answer")
    return built


def build_dropdowns(response, pieces: list, texts: Texts, hints: Hints) -> Built:
    """Drop-downs within a text: each is a gap."""
    gaps, tokens = [], {}
    for one in _of(response, "optioninput"):
        tokens[one] = new_token()
        choices = [{"text": words, "is_key": is_key} for words, is_key in _options(one, texts, hints)]
        gaps.append({"token": tokens[one], "kind": "choice", "choices": choices})
    built = Built("fill_in", texts.html(pieces, tokens), {"gaps": gaps})
    for number, gap in enumerate(gaps, start=1):
        if not any(row["is_key"] for row in gap["choices"]):
            built.warn("gap_without_key", name=str(number))
    return built


def _options(element, texts: Texts, hints: Hints) -> Iterator[tuple[str, bool]]:
    """(words, is right) of a drop-down, from its elements or its attribute."""
    inner = _of(element, "option")[:MOST_OPTIONS]
    for one in inner:
        words = plain(texts.inner(one))
        for hint in _of(one, "optionhint"):
            hints.add(words, texts.inner(hint))
        yield words, _is_true(one.get("correct"))
    if inner:
        return
    right = (element.get("correct") or "").strip()
    if right.startswith("$"):
        raise Unplayable("script_question")
    written = (element.get("options") or "")[:LONGEST_OPTIONS]
    found = [single or double for single, double in _QUOTED.findall(written)]
    found = (found or written.strip("() ").split(","))[:MOST_OPTIONS]
    for words in found:
        tidy = " ".join(re.sub(r"\\(.)", r"\1", words).split())
        yield tidy, tidy == right


# --- typed ---


def _string(response, stem: str, texts: Texts, hints: Hints) -> Built:
    kinds = (response.get("type") or "").lower().split()
    # "a_or_b" is how old courses write several right answers in one attribute
    answers = [*_OR.split(response.get("answer") or ""), *(_of_or(response))]
    answers += [(one.get("answer") or one.text or "").strip() for one in _of(response, "additional_answer")]
    if any(words.strip().startswith("$") for words in answers):
        raise Unplayable("script_question")
    rule = {"ignore_case": "ci" in kinds}
    built = Built("short_text", stem, {"accepted": [], "scoring": rule})
    for words in filter(None, (one.strip() for one in answers)):
        core = words.removeprefix("^").removesuffix("$")
        if "regexp" in kinds and not _PLAIN_PATTERN.fullmatch(core):
            built.warn("pattern_answer", pattern=words[:200])
        else:
            text = core if "regexp" in kinds else words
            built.content["accepted"].append({"text": text, "share": "1"})
    built.content["accepted"] = without_twins(built.content["accepted"], rule)
    for one in _of(response, "stringequalhint", "correcthint", "regexphint"):
        hints.add(one.get("answer") or "", texts.inner(one))
    size = next((one.get("size") or "" for one in _of(response, "textline")), "")
    if size.isascii() and size.isdigit() and 0 < int(size[:4]) <= 60:
        built.content["width"] = int(size[:4])
    if not built.content["accepted"]:
        built.warn("no_right_answer")
    return built


def _of_or(response) -> list[str]:
    return [(one.text or "").strip() for one in _of(response, "or")]


def _number(response, stem: str, texts: Texts, hints: Hints) -> Built:
    tolerance = next(
        (one.get("default") or "" for one in _of(response, "responseparam") if one.get("type") == "tolerance"), ""
    )
    answers = [response.get("answer") or ""]
    answers += [(one.get("answer") or one.text or "").strip() for one in _of(response, "additional_answer")]
    rows = [_answer(words, tolerance) for words in answers if words.strip()]
    built = Built("numeric", stem, {"answers": rows})
    if any(_RANGE.fullmatch(words) and not re.fullmatch(r"\s*\[.*\]\s*", words) for words in answers):
        built.note("border_counts")
    if not rows:
        built.warn("no_right_answer")
    if (response.get("partial_credit") or "").strip():
        built.warn("weights_simplified")
    for one in _of(response, "correcthint"):
        hints.add("", texts.inner(one))
    return built


def _answer(words: str, tolerance: str) -> dict:
    """A right number, or the middle of a range; a formula or a variable is not worked out."""
    found = _RANGE.fullmatch(words)
    ends = [number_in(one) for one in found.groups()] if found else []
    if found and None not in ends:
        low, high = sorted(ends)
        return {"value": decimal_text((low + high) / 2), "tolerance": decimal_text((high - low) / 2)}
    number = number_in(words)
    if number is None and tolerance.strip():
        number = _fraction(words)
    if number is None:
        raise Unplayable("script_question" if "$" in words else "formula_answer")
    margin = number_in(tolerance) if tolerance.strip() else Fraction(0)
    if margin is None:
        raise Unplayable("script_question" if "$" in tolerance else "formula_answer")
    if tolerance.strip().endswith("%"):
        return {"value": decimal_text(number), "tolerance": decimal_text(margin / 100), "is_relative": True}
    return {"value": decimal_text(number), "tolerance": decimal_text(margin)}


def _fraction(words: str) -> Fraction | None:
    """A fraction ("1/3"), which only a tolerance makes answerable in decimals."""
    found = _FRACTION.fullmatch(words)
    return Fraction(round(Fraction(int(found[1]) * 10**12, int(found[2]))), 10**12) if found and int(found[2]) else None


BUILDERS = {
    "multiplechoiceresponse": _choice, "choiceresponse": _choices, "optionresponse": _option, "stringresponse": _string,
    "numericalresponse": _number,
}  # fmt: skip
