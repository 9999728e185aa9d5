"""Results of an exam for other systems: QTI Results Reporting, one file a candidate, in a zip."""

import io
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal

from sqlalchemy import select

from exambank.bank import service as bank
from exambank.bank.models import ItemVersion
from exambank.db import db
from exambank.errors import NotFound
from exambank.exams.models import Exam
from exambank.interchange.formats.qti_results import VERSIONS, CandidateResult, ItemResult, write_result
from exambank.interchange.formats.qti_write.answers import answers_of
from exambank.interchange.formats.qti_write.names import Register, plain_name
from exambank.marking import service as marking
from exambank.marking.models import MarkLine
from exambank.sittings import service as sittings
from exambank.sittings.models import Sitting

_WRITTEN_AT = (1980, 1, 1, 0, 0, 0)


def results_qti(exam: Exam, version: str) -> bytes:
    """The results of everybody who was there and whose sitting is closed, as QTI of this version ("2.1", "2.2", "3.0").

    Points are those that stand now, corrections counted. Right answers go out only after the results are published.
    """
    if version not in VERSIONS:
        raise NotFound()
    with_keys = exam.result_state in ("published", "frozen")
    target, names = io.BytesIO(), Register()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for sitting, result in _results(exam):
            wanted = f"{plain_name(sitting.candidacy.number or '')}-{plain_name(result.sourced_id)}".strip("-")
            entry = zipfile.ZipInfo(names.file(f"{wanted}.xml", ""), _WRITTEN_AT)
            entry.external_attr = 0o644 << 16
            body = write_result(result, VERSIONS[version], with_keys=with_keys)
            archive.writestr(entry, body, compress_type=zipfile.ZIP_DEFLATED)
    return target.getvalue()


def _results(exam: Exam) -> Iterable[tuple[Sitting, CandidateResult]]:
    closed = sittings.list_closed(exam)
    responses = defaultdict(list)
    for row in sittings.responses_of(exam):
        responses[row.sitting_id].append(row)
    versions = bank.get_versions({row.item_version_id for rows in responses.values() for row in rows})
    names = _item_names(versions)
    marks = {(row.sitting_id, row.question): row for row in marking.marks_of(exam)}
    moves = _moves(exam)
    totals = {row.sitting: row for row in marking.sheet_of(exam) if row.state == "marked"}
    for sitting in closed:
        items = []
        for row in responses[sitting.id]:
            mark = marks.get((sitting.id, row.question))
            moved = moves.get((sitting.id, row.question), Decimal(0))
            points = mark.points + moved if mark else None
            items.append(_item(names[row.item_version_id], versions[row.item_version_id], row, points))
        yield sitting, _candidate(exam, sitting, items, totals.get(sitting.public_id))


def _item_names(versions: Mapping[int, ItemVersion]) -> dict[int, str]:
    """The identifiers of the items, as a package of them has them."""
    register = Register()
    by_code = sorted(versions.items(), key=lambda one: (one[1].item.code, one[0]))
    return {key: register.identifier(version.item.code, f"Q{version.item.public_id}") for key, version in by_code}


def _item(identifier: str, version: ItemVersion, row, points: Decimal | None) -> ItemResult:
    answers = answers_of(version.item.kind, version.content, row.payload)
    return ItemResult(identifier, tuple(answers), points, row.points)


def _moves(exam: Exam) -> dict[tuple[int, int], Decimal]:
    """What the lines in force add to or take from each raw mark."""
    query = (
        select(MarkLine.sitting_id, MarkLine.question, MarkLine.points)
        .join(Sitting, Sitting.id == MarkLine.sitting_id)
        .where(Sitting.exam_id == exam.id, MarkLine.undone_at.is_(None), MarkLine.question.is_not(None))
    )
    found: dict[tuple[int, int], Decimal] = defaultdict(Decimal)
    for sitting_id, question, points in db.session.execute(query):
        found[sitting_id, question] += points
    return found


def _candidate(exam: Exam, sitting: Sitting, items: list[ItemResult], row) -> CandidateResult:
    ended = sitting.submitted_at or sitting.closed_at
    seconds = int((ended - sitting.entered_at).total_seconds()) if sitting.entered_at and ended else None
    return CandidateResult(
        sourced_id=sitting.user.code,
        sessions=(
            ("urn:exambank:exam", exam.public_id),
            ("urn:exambank:sitting", sitting.public_id),
            ("urn:exambank:candidate-number", sitting.candidacy.number or ""),
        ),
        test=Register().identifier(f"{exam.course_module.code}-{exam.session_code}", "TEST"),
        at=ended,
        seconds=seconds,
        points=row.total if row else None,
        max_points=row.max_points if row else None,
        mark=row.scaled if row else None,
        items=tuple(items),
    )
