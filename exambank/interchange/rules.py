"""PURE. Decisions of an import: which level and topic a word means, what may be taken over, what the report says."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from exambank import text
from exambank.interchange.bank_sheet import ACCEPTED, REFUSED, WARNING, BankReading, ItemDraft, Problem

ITEMS_WHILE_EXAM_OPEN = 50
BYTES_WHILE_EXAM_OPEN = 500_000


def match_level(word: str, levels: Iterable[str]) -> str | None:
    """The school's level that a word means: its name with or without marks, or its initials ("VDC")."""
    wanted = text.search_key(word)
    for name in levels:
        folded = text.search_key(name)
        if wanted and wanted in (folded, folded.replace(" ", ""), "".join(part[0] for part in folded.split())):
            return name
    return None


def match_topic(names: Sequence[str], topics: Iterable[str]) -> str | None:
    """The known topic that carries one of these names; the fullest name is looked for first."""
    known = {text.search_key(name): name for name in topics}
    return next((known[text.search_key(name)] for name in names if text.search_key(name) in known), None)


def check_levels(reading: BankReading, levels: Sequence[str]) -> BankReading:
    """Warn of each row whose level the school does not have."""
    rows = []
    for row in reading.rows:
        if row.draft and row.draft.level and match_level(row.draft.level, levels) is None:
            problem = Problem("level_unknown", WARNING, _level_header(row.source, row.draft.level), _value(row.draft))
            row = replace(row, problems=(*row.problems, problem))
        rows.append(row)
    return replace(reading, rows=tuple(rows))


def _level_header(source: Sequence[tuple[str, str]], level: str) -> str:
    return next((header for header, cell in source if cell == level), "")


def _value(draft: ItemDraft) -> dict:
    return {"level": draft.level[:60]}


def missing_topics(drafts: Iterable[ItemDraft], topics: Sequence[str]) -> list[str]:
    """Names of the topics that would have to be created, in the order of the file."""
    found: dict[str, str] = {}
    for draft in drafts:
        if draft.topic_names and match_topic(draft.topic_names, topics) is None:
            found.setdefault(text.search_key(draft.topic_names[0]), draft.topic_names[0])
    return list(found.values())


def is_refused_while_open(items: int) -> bool:
    """Whether so many items have to wait for the end of the exam (SQLite has one writer)."""
    return items > ITEMS_WHILE_EXAM_OPEN


def as_rows(reading: BankReading) -> list[dict]:
    """The rows as plain data, to be kept with the batch."""
    return [
        {
            "row": row.row,
            "number": row.number,
            "status": row.status,
            "problems": [
                {"code": one.code, "severity": one.severity, "column": one.column, "values": dict(one.values)}
                for one in row.problems
            ],
            "source": [list(pair) for pair in row.source],
        }
        for row in reading.rows
    ]


def count_rows(rows: Iterable[Mapping]) -> dict[str, int]:
    """How many rows stand in each status; the three add up to all."""
    counts = dict.fromkeys((ACCEPTED, WARNING, REFUSED), 0)
    for row in rows:
        counts[row["status"]] += 1
    return counts


def rows_to_take(rows: Sequence[Mapping], *, only_clean: bool) -> set[int]:
    """The row numbers to take over: all that are not refused, or only those without a warning."""
    wanted = {ACCEPTED} if only_clean else {ACCEPTED, WARNING}
    return {row["row"] for row in rows if row["status"] in wanted}
