"""PURE. What our writer marked in a Moodle file and our reader finds again: pictures beside the text, and cases.

A case is written as one question after another, each with the shared text before its own, so that Moodle can use
them; a tag "exambank:case:ID:2:3" tells that it is the second of three.
"""

import re
from dataclasses import replace

from exambank.interchange.formats.moodle.question import Question
from exambank.interchange.neutral import Entry, Problem, draft_of

TAG = "exambank:"
_CASE_TAG = re.compile(r"exambank:case:([0-9a-z]{1,32}):(\d{1,3}):(\d{1,3})")
_SHARED = re.compile(r'\s*<div class="exambank-case">((?:[^<]|<(?!div\b))*?)</div>')
_PICTURE = re.compile(r'<p class="exambank-picture"><img src="[^"]*" alt="[^"]*" ?/?></p>\s*$')
_EXPLAINED = re.compile(r'\s*<div class="exambank-case-explanation">((?:[^<]|<(?!div\b))*?)</div>')


def take_apart(question: Question) -> None:
    """Take out of the texts what our writer put before or behind them."""
    node = question.element.find("questiontext")
    text = node.find("text") if node is not None else None
    if text is None or "exambank-" not in (text.text or ""):
        return
    source = text.text
    shared = _SHARED.match(source)
    if shared:
        question.shared = question.html_of(shared[1])
        source = source[shared.end() :]
    picture = _PICTURE.search(source)
    if picture:
        found = re.search(r'data-media="([^"]*)" alt="([^"]*)"', question.html_of(picture[0]))
        if found:
            question.picture, question.picture_alt = found[1], found[2]
            source = source[: picture.start()]
    text.text = source
    _take_explanation(question)


def _take_explanation(question: Question) -> None:
    text = question.element.find("generalfeedback/text")
    found = _EXPLAINED.match(text.text or "") if text is not None else None
    if found:
        question.case_explanation = question.html_of(found[1])
        text.text = text.text[found.end() :]


def part_of_case(question: Question) -> dict:
    """What ``joined`` has to know of a question that belongs to a case; nothing of any other."""
    for node in question.element.findall("tags/tag"):
        found = _CASE_TAG.fullmatch("".join("".join(node.itertext()).split()))
        if found:
            own = question.own.get("case")
            return {
                "case": found[1], "number": int(found[2]), "count": int(found[3]), "shared": question.shared,
                "explanation": question.case_explanation, "labels": own if isinstance(own, dict) else {},
            }  # fmt: skip
    return {}


def joined(entries: list[Entry]) -> list[Entry]:
    """The entries with each complete run of a case's questions as one; the rest keep the shared text before them."""
    found: list[Entry] = []
    run: list[Entry] = []
    for entry in [*entries, None]:
        part = _part(entry)
        if run and (not part or part["case"] != _part(run[0])["case"] or part["number"] != len(run) + 1):
            found += [_apart(one) for one in run]
            run = []
        if not part:
            found += [entry] if entry is not None else []
            continue
        run.append(entry)
        if run and _part(run[0])["number"] == 1 and len(run) == part["count"]:
            found.append(_joined(run))
            run = []
    return found


def _part(entry: Entry | None) -> dict:
    return dict(entry.draft.extra) if entry is not None and entry.draft is not None else {}


def _joined(run: list[Entry]) -> Entry:
    first, part = run[0].draft, _part(run[0])
    labels = {key: value for key, value in part["labels"].items() if key in ("name", "identifier", "points")}
    rows = [
        {"kind": one.draft.kind, "stem": one.draft.stem, "content": dict(one.draft.content),
         "weight": one.draft.points or "1"}
        for one in run
    ]  # fmt: skip
    draft = draft_of(
        "case", part["shared"], {"questions": rows, "explanation": part["explanation"]},
        topic_names=first.topic_names, tags=first.tags, level=first.level, outcome=first.outcome, source=first.source,
        source_chapter=first.source_chapter, source_page=first.source_page, contributors=first.contributors,
        licence=first.licence, expected_seconds=first.expected_seconds, note=first.note, picture=first.picture,
        picture_alt=first.picture_alt,
        **{"name": "", "identifier": "", "points": "", **{key: str(value) for key, value in labels.items()}},
    )  # fmt: skip
    problems: dict[str, Problem] = {}
    for entry in run:
        for problem in entry.problems:
            problems.setdefault(repr(problem), problem)
    source = tuple(row for entry in run for row in entry.source)[:40]
    return Entry(run[0].place, draft.name or run[0].name, draft, None, tuple(problems.values()), source)


def _apart(entry: Entry) -> Entry:
    """A question of a case whose others are not there: it keeps the shared text."""
    part, draft = _part(entry), entry.draft
    if not part:
        return entry
    pieces = [one if one.startswith("<p>") else f"<p>{one}</p>" for one in (part["shared"], draft.stem) if one]
    return replace(entry, draft=replace(draft, stem="".join(pieces), extra={}))
