"""The report of an import in the one form that people's programs rely on: counts, and every problem with its place."""

from collections.abc import Iterable, Mapping

from exambank.bank.interactions import REGISTRY
from exambank.errors import InvalidInput
from exambank.interchange import messages, wire
from exambank.interchange.models import ImportBatch, ImportEntry
from exambank.interchange.neutral import REFUSED, STATUSES, Draft, Entry
from exambank.interchange.service.finding import list_entries


def entries_as_data(entries: Iterable[Entry]) -> list[dict]:
    """What a report says of each entry."""
    return [
        {
            "name": entry.name,
            "position": position,
            "place": wire.place_as_data(entry.place),
            "status": entry.status,
            "problems": [wire.problem_as_data(one) for one in entry.problems],
        }
        for position, entry in enumerate(entries, start=1)
    ]


def report_for_people(report: Mapping | ImportBatch) -> dict:
    """The report in the stable form of the command line and of JSON answers, with sentences.

    Of a batch, it tells how it stands now, with what people mended.
    """
    if isinstance(report, ImportBatch):
        return batch_report(report, list_entries(report))
    counts = {**dict.fromkeys(STATUSES, 0), **report["counts"]}
    problems = [_problem(entry, problem) for entry in _entries(report) for problem in entry["problems"]]
    return {
        "format": report["format"], "items": sum(counts.values()), **{name: counts[name] for name in STATUSES},
        "problems": problems,
        "notices": [messages.notice_message(code, values) for code, values in report["notices"]],
    }  # fmt: skip


def _entries(report: Mapping) -> list[Mapping]:
    """The entries; a batch of an older version has rows of a table instead."""
    if "entries" in report:
        return report["entries"]
    return [
        {"name": row["number"], "position": row["row"], "place": {"code": "row", "values": {"row": row["row"]}},
         "problems": row["problems"]}
        for row in report.get("rows", ())
    ]  # fmt: skip


def _problem(entry: Mapping, problem: Mapping) -> dict:
    return {
        "item": entry["name"] or str(entry["position"]),
        "where": where(entry["place"], problem),
        "severity": problem["severity"],
        "code": problem["code"],
        "message": messages.problem_message(wire.problem_of(problem)),
    }


def where(place: Mapping, problem: Mapping) -> str:
    """Where a problem is: the finest place known, and the column."""
    finest = problem.get("place") or place
    words = [messages.place_words(wire.place_of(finest)), problem.get("column", "")]
    return ", ".join(filter(None, words))


def batch_report(batch: ImportBatch, entries: Iterable[ImportEntry]) -> dict:
    """The report of a batch whose entries are at hand."""
    rows = [
        {"name": one.name, "position": one.position, "place": one.place, "problems": problems_now(one)}
        for one in entries
    ]
    return report_for_people({**batch.report, **({"entries": rows} if rows else {})})


def problems_now(entry: ImportEntry) -> list[dict]:
    """The entry's problems; what its kind finds wrong is said in the language of whoever looks now."""
    if not any(one["code"] == "needs_work" for one in entry.problems):
        return entry.problems
    if entry.draft is None:  # decided: what was wrong is no longer known, and was said in the language of the worker
        return [{**one, "code": "needed_work"} if one["code"] == "needs_work" else one for one in entry.problems]
    draft = Draft.from_dict(entry.draft)
    found = [one for one in REGISTRY[draft.kind].check(draft.content, draft.stem) if one.is_blocking]
    words = " ".join(one.message for one in found[:3])
    return [
        {**one, "values": {**one["values"], "what": words}} if one["code"] == "needs_work" and words else one
        for one in entry.problems
    ]


def report_of_refusal(file_format: str, error: InvalidInput) -> dict:
    """The same form for a file that could not be read at all."""
    problem = {
        "item": "", "where": "", "severity": REFUSED, "code": error.details.get("reason", error.code),
        "message": error.message,
    }  # fmt: skip
    return {
        "format": file_format, "items": 0, **dict.fromkeys(STATUSES, 0), "problems": [problem], "notices": [],
    }  # fmt: skip


__all__ = ["batch_report", "entries_as_data", "problems_now", "report_for_people", "report_of_refusal", "where"]
