"""PURE. Answers on one line, as people write and read them: "hòa bình | yên ổn (50%)", "3,5 ± 0,1"."""

import re
from decimal import Decimal, InvalidOperation

_SHARE = re.compile(r"\s*\((\d+(?:[.,]\d+)?)\s*%\)$")
_TOLERANCE = re.compile(r"^(.*?)\s*(?:±|\+-|\+/-)\s*([^±%]*?)\s*(%?)$", re.DOTALL)


def join_answers(answers) -> str:
    """Answers side by side; a bar within one is marked."""
    return " | ".join(answers)


def split_answers(line: str) -> list[str]:
    """What ``join_answers`` joined, each still with its marks."""
    parts, last = [], 0
    for found in re.finditer(r"\\.|(\|)", line, re.DOTALL):
        if found[1]:
            parts.append(line[last : found.start()].strip())
            last = found.end()
    return [*parts, line[last:].strip()]


def write_text(words: str, share: str = "1") -> str:
    """An accepted text with its share; what could be taken for a bar or a share is marked."""
    marked = re.sub(r"([\\|])", r"\\\1", words)
    if _SHARE.search(marked):
        marked = re.sub(r"\((?=[^(]*$)", r"\\(", marked)
    return marked + _share_mark(share)


def read_text(written: str) -> tuple[str, str]:
    """(words, share) of what ``write_text`` wrote."""
    share, words = _split_share(written)
    return re.sub(r"\\(.)", r"\1", words), share


def write_number(answer: dict) -> str:
    """A numeric answer: value, tolerance, share."""
    tolerance = answer["tolerance"]
    value = _with_comma(answer["value"])
    if tolerance not in ("0", ""):
        shown = _percent(tolerance) if answer["is_relative"] else _with_comma(tolerance)
        value += f" ± {shown}"
    elif answer["is_relative"]:
        value += " ± 0%"
    return re.sub(r"([\\|])", r"\\\1", value) + _share_mark(answer["share"])


def read_number(written: str) -> dict:
    """What ``write_number`` wrote, as a row of a numeric content."""
    share, words = _split_share(written)
    words = re.sub(r"\\(.)", r"\1", words)
    found = _TOLERANCE.match(words)
    if not found:
        return {"value": words, "share": share}
    tolerance = _shrunk(found[2]) if found[3] else found[2]
    return {"value": found[1], "tolerance": tolerance, "is_relative": bool(found[3]), "share": share}


def _with_comma(number: str) -> str:
    """The decimal comma of Vietnamese, where it is a plain number."""
    return number.replace(".", ",") if re.fullmatch(r"-?\d+(?:\.\d+)?", number) else number


def _share_mark(share: str) -> str:
    return "" if share == "1" else f" ({_percent(share)})"


def _percent(share: str) -> str:
    try:
        return f"{_plain(Decimal(share) * 100)}%".replace(".", ",")
    except InvalidOperation:
        return f"{share}%"


def _split_share(written: str) -> tuple[str, str]:
    found = _SHARE.search(written)
    if not found or (found.start() and written[found.start() - 1 : found.start() + 1].endswith("\\(")):
        return "1", written
    if written[found.start() : found.end()].lstrip().startswith("\\"):
        return "1", written
    return _shrunk(found[1]), written[: found.start()]


def _shrunk(percent: str) -> str:
    try:
        return _plain(Decimal(percent.strip().replace(",", ".")) / 100)
    except InvalidOperation:
        return percent


def _plain(number: Decimal) -> str:
    written = f"{number:f}"
    return written.rstrip("0").rstrip(".") if "." in written else written
