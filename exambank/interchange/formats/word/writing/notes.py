"""PURE. The small grey lines under a question ("// mức độ: Nhận biết"): what an item has besides its texts."""

import re
from collections.abc import Mapping
from typing import Any

from exambank.bank.interactions import REGISTRY

KIND_WORDS = {
    "single_choice": "một lựa chọn", "multiple_choice": "nhiều lựa chọn", "true_false": "đúng sai",
    "true_false_cluster": "chùm đúng sai", "short_text": "trả lời ngắn", "numeric": "trả lời số",
    "matching": "ghép cặp",
    "ordering": "sắp xếp", "fill_in": "điền khuyết", "essay": "tự luận", "oral": "vấn đáp", "case": "tình huống",
}  # fmt: skip
KINDS = {words: kind for kind, words in KIND_WORDS.items()}
_LABELS = {
    "name": "tên", "identifier": "mã", "level": "mức độ", "outcome": "chuẩn đầu ra", "source": "nguồn",
    "source_chapter": "chương", "source_page": "trang", "contributors": "người biên soạn", "licence": "giấy phép",
    "points": "điểm", "picture_name": "tên tệp hình", "picture_alt": "mô tả hình", "note": "ghi chú",
}  # fmt: skip
_LISTS = {"tags": "thẻ", "topic_names": "chủ đề"}
_SECONDS = "thời gian làm bài (giây)"
_SCORING = {
    "rule": "cách chấm", "wrong": "điểm trừ khi sai", "lower_bound": "điểm thấp nhất", "table": "bảng điểm",
    "ignore_case": "bỏ qua hoa thường", "ignore_diacritics": "bỏ qua dấu", "wildcards": "ký tự đại diện",
    "unit": "ghi đơn vị", "unit_penalty": "điểm trừ khi sai đơn vị",
}  # fmt: skip
_HINTS = {"words": "số từ", "minutes": "số phút", "preparation_minutes": "số phút chuẩn bị",
          "answer_minutes": "số phút trả lời"}  # fmt: skip
WEIGHT, WEIGHTS, LOCKED, WIDTH, UNITS, KIND = (
    "trọng số", "trọng số các ô trống", "phương án cố định", "độ rộng ô", "đơn vị", "loại câu hỏi",
)  # fmt: skip
_NOTE = re.compile(r"\s*//\s*([^:]{1,40}?)\s*:\s*(.*?)\s*$", re.DOTALL)
_YES, _NO = "có", "không"


def note_of(line: str) -> tuple[str, str] | None:
    """(label, value) of a line such as "// mức độ: Nhận biết"; None for other lines."""
    found = _NOTE.match(line)
    return (found[1].lower(), found[2]) if found else None


def join_values(values) -> str:
    """Values side by side; a semicolon within one is marked."""
    return "; ".join(re.sub(r"([\\;])", r"\\\1", value) for value in values)


def split_values(line: str) -> list[str]:
    """What ``join_values`` joined."""
    parts = re.findall(r"(?:\\.|[^\\;])+", line)
    return [re.sub(r"\\(.)", r"\1", part).strip() for part in parts if part.strip()]


# --- writing ---


def label_notes(draft, topic: str) -> list[tuple[str, str]]:
    """What the draft has besides its texts; ``topic`` is the heading under which it stands."""
    notes = [(label, getattr(draft, name)) for name, label in _LABELS.items() if getattr(draft, name)]
    notes = [(label, with_comma(value) if label == _LABELS["points"] else value) for label, value in notes]
    if draft.topic_names != ((topic,) if topic else ()):
        notes.append((_LISTS["topic_names"], join_values(draft.topic_names) or _NO))
    if draft.tags:
        notes.append((_LISTS["tags"], join_values(draft.tags)))
    if draft.expected_seconds:
        notes.append((_SECONDS, str(draft.expected_seconds)))
    return notes


def setting_notes(kind: str, content: Mapping) -> list[tuple[str, str]]:
    """How it is marked and asked, where that is not as usual."""
    usual = usual_content(kind, content)
    notes = [
        (label, _written(content["scoring"][name]))
        for name, label in _SCORING.items()
        if name in content["scoring"] and content["scoring"][name] != usual["scoring"].get(name)
    ]
    if content.get("width", 20) != usual.get("width", 20):
        notes.append((WIDTH, str(content["width"])))
    if content.get("units"):
        notes.append((UNITS, join_values(f"{one['name']} = {with_comma(one['factor'])}" for one in content["units"])))
    hints = content.get("hints") or {}
    notes += [(label, str(hints[name])) for name, label in _HINTS.items() if hints.get(name)]
    locked = [letter(place) for place, one in enumerate(content.get("options", ())) if one.get("is_locked")]
    if locked and kind in ("single_choice", "multiple_choice", "true_false_cluster"):
        notes.append((LOCKED, ", ".join(locked)))
    if any(gap["weight"] != "1" for gap in content.get("gaps", ())):
        notes.append((WEIGHTS, "; ".join(with_comma(gap["weight"]) for gap in content["gaps"])))
    return notes


def usual_content(kind: str, content: Mapping) -> dict:
    """The content with the scoring that it would have if nobody had chosen one."""
    kept = {"unit": content["scoring"]["unit"]} if "unit" in content["scoring"] else {}
    usual = REGISTRY[kind].normalise({**content, "scoring": kept, "width": None})
    if "unit" in usual["scoring"]:
        usual["scoring"] = {**usual["scoring"], "unit": "none"}
    return usual


def _written(value: Any) -> str:
    if isinstance(value, bool):
        return _YES if value else _NO
    return "; ".join(map(with_comma, value)) if isinstance(value, list | tuple) else with_comma(str(value))


def with_comma(number: str) -> str:
    """A plain number with the decimal comma of Vietnamese; other words as they are."""
    return number.replace(".", ",") if re.fullmatch(r"-?\d+\.\d+", number) else number


def with_point(number: str) -> str:
    """What ``with_comma`` wrote."""
    return number.replace(",", ".") if re.fullmatch(r"-?\d+,\d+", number) else number


def letter(place: int) -> str:
    """A, B, ... Z, AA: the label of an option."""
    return chr(65 + place) if place < 26 else letter(place // 26 - 1) + chr(65 + place % 26)


# --- reading ---


def labels_from(notes: Mapping[str, str], topic: str) -> dict[str, Any]:
    """What ``draft_of`` takes as labels."""
    labels: dict[str, Any] = {name: notes[label] for name, label in _LABELS.items() if label in notes}
    if "points" in labels:
        labels["points"] = with_point(labels["points"])
    topics = notes.get(_LISTS["topic_names"])
    if topics is None:
        labels["topic_names"] = (topic,) if topic else ()
    else:
        labels["topic_names"] = () if topics == _NO else tuple(split_values(topics))
    labels["tags"] = tuple(split_values(notes.get(_LISTS["tags"], "")))
    seconds = notes.get(_SECONDS, "")
    return {**labels, "expected_seconds": int(seconds)} if seconds.isdigit() else labels


def settings_from(kind: str, notes: Mapping[str, str]) -> dict[str, Any]:
    """The parts of a content that the notes tell."""
    scoring: dict[str, Any] = {}
    for name, label in _SCORING.items():
        if label in notes:
            value = notes[label]
            truth = {_YES: True, _NO: False}.get(value.lower())
            scoring[name] = (
                [with_point(one) for one in split_values(value)]
                if name == "table"
                else with_point(value)
                if truth is None
                else truth
            )
    found: dict[str, Any] = {"scoring": scoring} if scoring else {}
    if notes.get(WIDTH, "").isdigit():
        found["width"] = int(notes[WIDTH])
    if UNITS in notes:
        pairs = [one.rpartition("=") for one in split_values(notes[UNITS])]
        found["units"] = [_unit(name.strip(), factor.strip()) for name, _sign, factor in pairs]
    hints = {name: int(notes[label]) for name, label in _HINTS.items() if notes.get(label, "").isdigit()}
    return {**found, "hints": hints} if hints else found


def _unit(name: str, factor: str) -> dict[str, str]:
    return {"name": name, "factor": with_point(factor)} if name else {"name": factor, "factor": "1"}


def locked_letters(notes: Mapping[str, str]) -> set[str]:
    """The letters of the options that keep their place."""
    return set(re.findall(r"[A-Z]+", notes.get(LOCKED, "").upper()))
