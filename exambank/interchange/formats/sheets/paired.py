"""PURE. The cells of what is matched and what is put in order: one line an option cell.

Matching: ``Pháp -> Pa-ri``; a target that belongs to nothing ``-> Viên``. Ordering: the lines in their right order.
"""

import re

from exambank.bank.interactions import new_token
from exambank.interchange.bank_sheet import keys
from exambank.interchange.formats.sheets.cells import Cells, Given
from exambank.interchange.formats.sheets.marks import ARROW, guard, has, split
from exambank.interchange.neutral import REFUSED, WARNING


def looks_paired(given: Given) -> bool:
    """Whether every option is written as a pair."""
    values = list(given.options.values())
    return len(values) > 1 and all(has(value, ARROW) for value in values)


def read_matching(given: Given) -> tuple[str, dict]:
    """Prompts, targets (equal ones are one) and who belongs to whom."""
    lines = [_line(given, label, value) for label, value in given.options.items()]
    prompts, targets, pairs = [], {}, {}
    for prompt, target in lines:
        token = new_token()
        if prompt:
            prompts.append({"token": token, "html": given.html(prompt)})
        if target:
            named = targets.setdefault(target, "t" + new_token())
            pairs |= {token: named} if prompt else {}
    if len(prompts) < 2:
        given.say(REFUSED, "too_few_options", "options", count=len(prompts))
    elif len(pairs) < len(prompts):
        given.say(WARNING, "no_right_answer", "options")
    rows = [{"token": token, "html": given.html(target)} for target, token in targets.items()]
    return given.html(given.stem), {"options": prompts, "targets": rows, "pairs": pairs}


def _line(given: Given, label: str, value: str) -> tuple[str, str]:
    """The two sides of an option cell; the right one may also stand in the key ("A -> Pa-ri; B - Rô-ma")."""
    parts = [part.strip() for part in split(value, ARROW, most=1)]
    if len(parts) == 2:
        return parts[0], parts[1]
    told = re.search(rf"(?:^|[;\n,])\s*{label}\s*(?:->|→|=>|[-–:.=])\s*([^;\n]+)", given.key)
    return parts[0], told[1].strip() if told and not given.is_exact else ""


def write_matching(stem: str, content: dict, cells: Cells) -> None:
    """One cell a prompt with its target, then the targets of nobody."""
    cells.stem = cells.cell(stem)
    words = {row["token"]: guard(cells.cell(row["html"]), ARROW) for row in content["targets"]}
    used = set(content["pairs"].values())
    cells.options = [
        f"{guard(cells.cell(row['html']), ARROW)} -> {words.get(content['pairs'].get(row['token']), '')}".rstrip()
        for row in content["options"]
    ]
    cells.options += [f"-> {words[row['token']]}" for row in content["targets"] if row["token"] not in used]


def read_ordering(given: Given) -> tuple[str, dict]:
    """Lines in their right order; typed by hand the key may give another order by letters ("B, A, C")."""
    labels, values = list(given.options), list(given.options.values())
    if len(values) < 2:
        given.say(REFUSED, "too_few_options", "options", count=len(values))
    if given.key and not given.is_exact:
        wanted = [word.upper() for word in re.findall(r"[A-Za-z]|\d+", given.key)]
        names = {str(at): label for at, label in enumerate(labels, start=1)}
        order = [names.get(word, word) for word in wanted]
        if sorted(order) == sorted(labels):
            values = [given.options[label] for label in order]
        elif keys.fold(given.key) not in ("dung thu tu", "theo thu tu", "in order"):
            given.say(REFUSED, "sheet_order_unknown", "key", key=given.key[:60], labels=", ".join(labels))
    return given.html(given.stem), {"options": [{"html": given.html(value)} for value in values]}


def write_ordering(stem: str, content: dict, cells: Cells) -> None:
    """One cell a line, in the right order."""
    cells.stem = cells.cell(stem)
    cells.options = [cells.cell(row["html"]) for row in content["options"]]
