"""PURE. The text that Blackboard takes for uploading questions: a line a question, its parts between tabs."""

from exambank.bank import rules
from exambank.bank.interactions import new_token
from exambank.interchange.formats.canvas.choosing import drop_letters, truth_of
from exambank.interchange.formats.canvas.gaps import put_gap
from exambank.interchange.formats.canvas.parsing import MOST_ITEMS
from exambank.interchange.formats.canvas.question import Built, Unplayable, tell_cuts
from exambank.interchange.formats.canvas.typed import without_twins
from exambank.interchange.neutral import Entry, Place, Problem, Raw, Reading, UnreadableFile, draft_of
from exambank.interchange.texts import read_html, read_plain

MOST_FIELDS = 400  # more than a question can use, so that what is beyond is told
_NOT_PLAYED = {"FIL": "upload_question", "OP": "opinion_question", "QUIZ_BOWL": "other_interaction"}


def read_upload(text: str) -> Reading:
    """Every line that is not empty is one entry; UnreadableFile when none is a question."""
    lines = [(number, line) for number, line in enumerate(text.splitlines(), start=1) if line.strip()]
    if not any(line.split("\t")[0].strip().upper() in {*_BUILDERS, *_NOT_PLAYED} for _number, line in lines):
        raise UnreadableFile("bank_upload_broken")
    if len(lines) > MOST_ITEMS:
        raise UnreadableFile("too_many_questions", count=len(lines), limit=MOST_ITEMS)
    return Reading("blackboard", tuple(_entry(number, line) for number, line in lines))


def _entry(number: int, line: str) -> Entry:
    place = Place("line", {"line": number})
    kind, *fields = [_unquoted(one) for one in line.split("\t", MOST_FIELDS)]
    kind = kind.upper()
    shown = (("", line[:2000]),)
    if kind in _NOT_PLAYED:
        raw = Raw("blackboard", line.encode("utf-8", "replace"), ".txt")
        return Entry(place, "", None, raw, (Problem(_NOT_PLAYED[kind], "raw"),), shown)
    builder = _BUILDERS.get(kind)
    while fields and not fields[-1]:
        fields.pop()
    try:
        if builder is None or not fields:
            raise Unplayable("line_unread")
        built = builder(_html(fields[0]), fields[1:])
    except Unplayable:
        problem = Problem("line_unread", "refused", values={"kind": kind[:30], "words": " ".join(fields)[:200]})
        return Entry(place, "", None, None, (problem,), shown)
    tell_cuts(built)
    draft = draft_of(built.kind, built.stem, built.content)
    return Entry(place, "", draft, None, tuple(built.problems), shown)


def _unquoted(field: str) -> str:
    """A field as a spreadsheet writes it: within quotation marks when it holds some."""
    tidy = field.strip()
    if len(tidy) > 1 and tidy[0] == tidy[-1] == '"':
        return tidy[1:-1].replace('""', '"').strip()
    return tidy


def _html(words: str) -> str:
    return read_html(words).html if rules.looks_like_html(words) else read_plain(words).html


# --- kinds ---


def _choice(stem: str, fields: list[str], is_many: bool = False) -> Built:
    if len(fields) < 2:
        raise Unplayable("line_unread")
    pairs = list(zip(fields[::2], fields[1::2], strict=False))
    rows = [{"html": _html(words), "is_key": mark.lower() == "correct"} for words, mark in pairs]
    if any(mark.lower() not in ("correct", "incorrect") for _words, mark in pairs):
        raise Unplayable("line_unread")
    keys = sum(row["is_key"] for row in rows)
    built = Built("multiple_choice" if is_many or keys > 1 else "single_choice", stem, {"options": rows})
    drop_letters(built)
    if keys > 1 and not is_many:
        built.warn("several_right_singly", count=keys)
    if not keys:
        built.warn("no_right_answer")
    return built


def _choices(stem: str, fields: list[str]) -> Built:
    return _choice(stem, fields, is_many=True)


def _truth(stem: str, fields: list[str]) -> Built:
    truth = truth_of(fields[0]) if fields else None
    if truth is None:
        raise Unplayable("line_unread")
    options = [{"token": "true", "is_key": truth}, {"token": "false", "is_key": not truth}]
    return Built("true_false", stem, {"options": options})


def _essay(stem: str, fields: list[str]) -> Built:
    model = _html(fields[0]) if fields else ""
    return Built("essay", stem, {"prompts": [], "rubric": [], "model_answer": model})


def _order(stem: str, fields: list[str]) -> Built:
    if len(fields) < 2:
        raise Unplayable("line_unread")
    return Built("ordering", stem, {"options": [{"html": _html(words)} for words in fields]})


def _match(stem: str, fields: list[str]) -> Built:
    if len(fields) < 2 or len(fields) % 2:
        raise Unplayable("line_unread")
    targets = {words: "t" + new_token() for words in dict.fromkeys(fields[1::2])}
    prompts = [(new_token(), words) for words in fields[::2]]
    content = {
        "options": [{"token": token, "html": _html(words)} for token, words in prompts],
        "targets": [{"token": token, "html": _html(words)} for words, token in targets.items()],
        "pairs": {token: targets[words] for (token, _words), words in zip(prompts, fields[1::2], strict=True)},
    }
    return Built("matching", stem, content)


def _fill(stem: str, fields: list[str]) -> Built:
    accepted = without_twins([{"text": words, "share": "1"} for words in fields if words], {})
    built = Built("short_text", stem, {"accepted": accepted})
    if not accepted:
        built.warn("no_right_answer")
    return built


def _number(stem: str, fields: list[str]) -> Built:
    if not fields or rules.read_number(fields[0]) is None:
        raise Unplayable("line_unread")
    tolerance = fields[1] if len(fields) > 1 else "0"
    return Built("numeric", stem, {"answers": [{"value": fields[0], "tolerance": tolerance or "0"}]})


def _groups(fields: list[str]) -> list[list[str]]:
    """The fields parted by empty ones."""
    groups: list[list[str]] = [[]]
    for words in fields:
        if words:
            groups[-1].append(words)
        elif groups[-1]:
            groups.append([])
    return [group for group in groups if group]


def _gaps(stem: str, fields: list[str]) -> Built:
    """A variable and its answers, the next variable and its answers ..."""
    built = Built("fill_in", stem, {"gaps": []})
    for name, *answers in _groups(fields):
        accepted = without_twins([{"text": words, "share": "1"} for words in answers], {})
        _add_gap(built, name, {"kind": "text", "accepted": accepted})
        if not accepted:
            built.warn("gap_without_key", name=name)
    if not built.content["gaps"]:
        raise Unplayable("line_unread")
    return built


def _jumbled(stem: str, fields: list[str]) -> Built:
    """A choice and the variables that it is right for, the next choice ...; all choices stand at every variable."""
    groups = _groups(fields)
    names = list(dict.fromkeys(name for _choice, *variables in groups for name in variables))
    built = Built("fill_in", stem, {"gaps": []})
    for name in names:
        choices = [{"text": choice, "is_key": name in variables} for choice, *variables in groups]
        _add_gap(built, name, {"kind": "choice", "choices": choices})
    if not names:
        raise Unplayable("line_unread")
    return built


def _add_gap(built: Built, name: str, gap: dict) -> None:
    token = new_token()
    stem = put_gap(built.stem, f"[{name}]", token)
    if stem is None:
        built.warn("gap_not_in_text", name=name)
        stem = f"<p>{built.stem}</p>" if "<p>" not in built.stem else built.stem
        stem += f'<p><span data-gap="{token}"></span></p>'
    built.stem = stem
    built.content["gaps"].append({"token": token, **gap})


_BUILDERS = {
    "MC": _choice, "MA": _choices, "TF": _truth, "ESS": _essay, "SR": _essay, "ORD": _order, "MAT": _match,
    "FIB": _fill, "FIB_PLUS": _gaps, "NUM": _number, "JUMBLED_SENTENCE": _jumbled,
}  # fmt: skip
