"""PURE. The cells of the kinds whose answers are typed: short texts, numbers, gaps.

Short text: ``hà nội | Ha Noi = 50%``. Number: ``3,5 ± 0,1 kg | 4 = 50%``. Gaps: the question holds ``[[1]]``, the key
``1: 1930`` and, on the next line or after a semicolon, ``2: {*Hương Cảng | Huế}`` (a list to choose from, the star
before the right one) or ``2: Hương Cảng | Huế`` (each is accepted); ``2 ×2: ...`` gives the gap twice the weight.
"""

import re

from exambank.bank import rules
from exambank.bank.interactions import new_token
from exambank.bank.rules import gaps as typed_gaps
from exambank.interchange.formats.sheets.cells import Cells, Given
from exambank.interchange.formats.sheets.figures import decimal_of, figure, percent, share_of, split_share, with_share
from exambank.interchange.formats.sheets.marks import BAR, LINE, SEMICOLON, guard, has, split
from exambank.interchange.formats.sheets.scoring import write_scoring
from exambank.interchange.neutral import REFUSED, WARNING

# --- short texts ---


def _parts(given: Given) -> list[str]:
    """The alternatives of a key: our export parts them by bars, people also by lines or semicolons."""
    signs = (BAR,) if given.is_exact else (BAR, LINE, SEMICOLON)
    sign = next((one for one in signs if has(given.key, one)), BAR)
    return [part.strip() for part in split(given.key, sign) if part.strip()]


def read_short_text(given: Given) -> tuple[str, dict]:
    """``hà nội | Ha Noi = 50%``."""
    found = [split_share(part) for part in _parts(given)]
    if not found:
        given.say(WARNING, "no_right_answer", "key")
    return given.html(given.stem), {"accepted": [{"text": words, "share": share} for words, share in found]}


def write_short_text(stem: str, content: dict, cells: Cells) -> None:
    """Accepted texts between bars."""
    cells.stem = cells.cell(stem)
    cells.key = " | ".join(with_share(guard(row["text"], BAR), row["share"]) for row in content["accepted"])


# --- numbers ---

_PLUS_MINUS = re.compile(r"\s*(?:±|\+/-|\+-)\s*")


def read_numeric(given: Given) -> tuple[str, dict]:
    """``3,5 ± 0,1 kg``, ``3,5 ± 2%``."""
    answers, units = [], []
    for part in _parts(given):
        typed, share = split_share(part)
        answer, named = _answer(typed)
        answers.append({**answer, "share": share})
        units += [one for one in dict.fromkeys(named) if one and one not in units]
    if not answers:
        given.say(WARNING, "no_right_answer", "key")
    elif any(rules.read_number(row["value"]) is None for row in answers):
        given.say(REFUSED, "sheet_not_a_number", "key", key=given.key[:60])
    return given.html(given.stem), {"answers": answers, "units": [{"name": one} for one in units]}


def _answer(typed: str) -> tuple[dict, list[str]]:
    """One right number, and the units that stand behind it and behind its tolerance."""
    value, *rest = _PLUS_MINUS.split(typed, maxsplit=1)
    number, unit = _number_and_unit(value)
    width, behind = _number_and_unit(rest[0]) if rest else ("0", "")
    is_relative = behind.startswith("%")
    behind = behind.removeprefix("%").strip()
    tolerance = share_of(width) if is_relative else width or "0"
    return {"value": number, "tolerance": tolerance, "is_relative": is_relative}, [unit, behind]


def _number_and_unit(words: str) -> tuple[str, str]:
    if rules.read_number(words.strip()) is not None:
        return decimal_of(words), ""
    number, unit = rules.split_unit(words)
    return (decimal_of(number), unit) if rules.read_number(number) is not None else (words.strip(), "")


def write_numeric(stem: str, content: dict, cells: Cells) -> None:
    """Numbers with a comma; the first unit behind each, the others in the cell of the scoring."""
    cells.stem = cells.cell(stem)
    units = content["units"]
    leading = units[0]["name"] if units and units[0]["factor"] == "1" and _is_simple(units[0]["name"]) else ""
    answers = [(_written_answer(row, leading), row["share"]) for row in content["answers"]]
    cells.key = " | ".join(with_share(words, share) for words, share in answers)
    cells.scoring = write_scoring("numeric", content, units_told=int(bool(leading and answers)))


def _is_simple(unit: str) -> bool:
    """Whether it can stand behind a number and be told from it again."""
    return rules.split_unit(f"1 {unit}") == ("1", unit) and not re.search(r"[%=|±\\;]|\+/?-", unit)


def _written_answer(row: dict, unit: str) -> str:
    words = figure(row["value"])
    if row["tolerance"] != "0" or row["is_relative"]:
        words += f" ± {percent(row['tolerance']) if row['is_relative'] else figure(row['tolerance'])}"
    return f"{words} {unit}".strip()


# --- gaps ---

_MARK = "\ue000{number}\ue001"  # stands for a gap while a text changes its form
_MARKED = re.compile("\ue000(\\d{1,3})\ue001")
_GAP = r"\[\[\d{1,3}\]\]"
_NUMBERED = re.compile(rf"(\\*)({_GAP})")
_BLANK = re.compile(r"_{3,}|\.{4,}|…{2,}")
_ENTRY = re.compile(r"\(?\[{0,2}(\d{1,3})\]{0,2}\)?\s*(?:[×x*]\s*([\d.,]+))?\s*[:.)]\s*(.*)", re.DOTALL | re.IGNORECASE)


def read_fill_in(given: Given) -> tuple[str, dict]:
    """A question with ``[[1]]`` and a key that numbers its gaps; typed by hand also ``[[Hà Nội]]`` or ``____``."""
    entries = _entries(given)
    marked, count = _marked(given, bool(entries))
    if not entries and not count and not given.is_exact:
        return _typed_gaps(given)
    gaps = [_gap(given, *entry) for entry in entries]
    gaps += [{"token": new_token(), "kind": "text", "accepted": []} for _gap in range(count - len(gaps))]
    if not any(gap.get("accepted") or gap.get("choices") for gap in gaps):
        given.say(WARNING, "no_right_answer", "key")
    return _put(given.html(marked), gaps), {"gaps": gaps}


def _typed_gaps(given: Given) -> tuple[str, dict]:
    """Gaps with their answers in the question itself, as the bank's own editor takes them."""
    marked, typed = typed_gaps.read_gaps(given.stem)
    gaps = [
        {"token": new_token(), "kind": one.kind, "accepted": [{"text": w, "share": s} for w, s in one.variants],
         "choices": [{"text": words, "is_key": is_key} for words, is_key in one.choices]}
        for one in typed
    ]  # fmt: skip
    if not gaps:
        given.say(WARNING, "no_right_answer", "key")
    return typed_gaps.put_gaps(marked, [gap["token"] for gap in gaps]), {"gaps": gaps}


def _entries(given: Given) -> list[tuple[str, str]]:
    """(weight, answer) for each gap of the key in its order; [] when the key is empty."""
    sign = r"\n" if given.is_exact or "\n" in given.key else r"[;\n]|,(?=\s*\(\d)"
    lines = [line.strip() for line in re.split(sign, given.key) if line.strip()]
    numbered = [_ENTRY.fullmatch(line) for line in lines]
    if lines and all(numbered) and {int(one[1]) for one in numbered} == set(range(1, len(lines) + 1)):
        return [(one[2] or "1", one[3]) for one in sorted(numbered, key=lambda one: int(one[1]))]
    return [("1", line) for line in lines]


def _marked(given: Given, has_key: bool) -> tuple[str, int]:
    """The question with a mark for each gap, and how many gaps it shows."""
    stem = given.stem.replace("\ue000", "").replace("\ue001", "")
    numbers = [0]

    def mark(found: re.Match) -> str:
        slashes = found[1][: len(found[1]) // 2]
        if len(found[1]) % 2:
            return slashes + found[2]
        numbers.append(int(found[2].strip("[]")))
        return slashes + _MARK.format(number=numbers[-1] - 1)

    if given.is_exact or (has_key and _NUMBERED.search(stem)):
        stem = _NUMBERED.sub(mark, stem)
    elif has_key:
        stem = _BLANK.sub(lambda _blank: _MARK.format(number=_counted(numbers)), stem)
    return stem, max(numbers)


def _counted(numbers: list[int]) -> int:
    numbers.append(len(numbers))
    return numbers[-1] - 1


def _put(marked: str, gaps: list[dict]) -> str:
    return typed_gaps.put_gaps(marked, [gap["token"] for gap in gaps])


def _gap(given: Given, weight: str, answer: str) -> dict:
    is_list = answer.startswith("{") and answer.endswith("}")
    inner = answer[1:-1] if is_list else answer
    parts = split(inner, BAR)
    if not given.is_exact and len(parts) == 1:
        parts = re.split(r"\s/\s", inner)
    parts = [part.strip() for part in parts if part.strip()]
    is_list = is_list or (not given.is_exact and any(part.startswith("*") for part in parts))
    gap = {"token": new_token(), "kind": "choice" if is_list else "text", "weight": decimal_of(weight)}
    if is_list:
        keyed = [(part.startswith("*"), part.removeprefix("*").strip()) for part in parts]
        return {**gap, "choices": [{"text": _bare(words), "is_key": is_key} for is_key, words in keyed]}
    found = [split_share(part) for part in parts]
    return {**gap, "accepted": [{"text": _bare(words), "share": share} for words, share in found]}


def _bare(words: str) -> str:
    return words[1:] if re.match(r"\\+[{*]", words) else words


def _led(words: str) -> str:
    """A text that begins like a list or a right choice, so written that it is neither."""
    return f"\\{words}" if re.match(r"\\*[{*]", words) else words


def write_fill_in(stem: str, content: dict, cells: Cells) -> None:
    """``[[1]]`` in the question for each gap, its answers in a line of the key."""
    places = {gap["token"]: place for place, gap in enumerate(content["gaps"])}
    pieces = rules.split_gaps(stem)
    marked = "".join(
        piece + (_MARK.format(number=places.get(token, 900)) if token is not None else "") for piece, token in pieces
    )
    shown = guard(cells.cell(marked), _GAP)
    cells.stem = _MARKED.sub(lambda found: f"[[{int(found[1]) + 1}]]", shown)
    cells.key = "\n".join(_written_gap(number, gap) for number, gap in enumerate(content["gaps"], start=1))


def _written_gap(number: int, gap: dict) -> str:
    weight = f" ×{figure(gap['weight'])}" if gap["weight"] != "1" else ""
    if gap["kind"] == "choice":
        rows = [("*" if row["is_key"] else "") + _led(guard(row["text"], BAR)) for row in gap["choices"]]
        return f"{number}{weight}: {{{' | '.join(rows)}}}"
    rows = [with_share(_led(guard(row["text"], BAR)), row["share"]) for row in gap["accepted"]]
    return f"{number}{weight}: {' | '.join(rows)}".rstrip()
