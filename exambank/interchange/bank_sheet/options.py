"""PURE. Several options written in one cell, and labels that people write before an option."""

import re

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_BULLET = re.compile(r"^\s*[-–•*+]\s+")
_CLOSING = r"(?:[.)](?!\d)|[:/\-](?=\s))"
_FIRST = re.compile(rf"(?:^|(?<=\n))[ \t]*(\(?)(A|a|1)[ \t]?({_CLOSING})")
_FIRST_WITHIN = re.compile(rf"(?<=\s)(\(?)(A|a)({_CLOSING})(?=\s)")
_TRUTH_PAIR = re.compile(r"\s*(đúng|true|yes)\s*[/;,|]\s*(sai|false|no)\s*\.?\s*", re.IGNORECASE)


def split_stem(cell: str) -> tuple[str, list[str]]:
    """A question with its options in the same cell: the text before the first label, and the options (or none)."""
    return _split_at_labels(cell, _FIRST) or _split_at_labels(cell, _FIRST_WITHIN) or (cell, [])


def split_options(cell: str) -> tuple[str, list[str]]:
    """Cut a cell at its labels ("A." "b)" "(1)") into what stands before them and the options.

    Labels count only in their order, in the style of the first; the next one is looked for at a line start, and only
    then within a line. Without labels each line is an option, or what stands between "|" or ";".
    """
    found = _split_at_labels(cell, _FIRST)
    if found:
        return found
    pair = _TRUTH_PAIR.fullmatch(cell)
    if pair:
        return "", [pair.group(1), pair.group(2)]
    for separator in ("\n", "|", ";"):
        parts = [_BULLET.sub("", part).strip() for part in cell.split(separator)]
        parts = [part for part in parts if part]
        if len(parts) > 1:
            return "", parts
    return "", [cell.strip()] if cell.strip() else []


def _split_at_labels(cell: str, beginning: re.Pattern) -> tuple[str, list[str]] | None:
    first = beginning.search(cell)
    if not first:
        return None
    opening, label, closing = first.groups()
    marks, position = [(first.start(), first.end())], first.end()
    for at in range(1, len(LETTERS)):
        expected = str(at + 1) if label == "1" else LETTERS[at] if label == "A" else LETTERS[at].lower()
        match = _next_label(cell, position, opening, expected, closing)
        if not match:
            break
        marks.append((match.start(), match.end()))
        position = match.end()
    if len(marks) < 2:
        return None
    ends = [start for start, _ in marks[1:]] + [len(cell)]
    parts = [cell[end:stop].strip() for (_, end), stop in zip(marks, ends, strict=True)]
    if all(part.endswith(";") for part in parts[:-1]):  # "a) H2O; b) CO2; c) O2"
        parts = [*(part[:-1].rstrip() for part in parts[:-1]), parts[-1]]
    return cell[: marks[0][0]].strip(), parts


def _next_label(cell: str, position: int, opening: str, expected: str, closing: str) -> re.Match | None:
    after = r"(?!\d)" if closing in ".)" else r"(?=\s)"
    mark = rf"{re.escape(opening)}{expected}[ \t]?{re.escape(closing)}{after}"
    at_line_start = re.compile(rf"\n[ \t]*{mark}").search(cell, position)
    return at_line_start or re.compile(rf"(?<=\s){mark}").search(cell, position)


def strip_own_labels(texts: dict[str, str]) -> dict[str, str]:
    """Drop "A." from the column A and so on, when every option carries the label of its own column."""
    stripped = {}
    for label, value in texts.items():
        match = re.match(rf"\s*\(?{label}\s*[.):/]\s*(?=\S)", value, re.IGNORECASE)
        if not match:
            return texts
        stripped[label] = value[match.end() :]
    return stripped


def strip_number(stem: str) -> str:
    """Drop "Câu 12:" before a question."""
    return re.sub(r"^(?:Câu(?: hỏi)?|CÂU(?: HỎI)?|câu|Bài|Question)\s*\d+\s*[.:)\-]\s*(?=\S)", "", stem)
