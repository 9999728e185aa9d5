"""Bank files: read, shown as a batch, taken over as drafts in one transaction."""

from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import defer, joinedload

from exambank import audit
from exambank.bank import rules as bank_rules
from exambank.bank import service as bank
from exambank.courses import service as courses
from exambank.courses.models import CognitiveLevel, CourseModule, Topic
from exambank.db import db, is_sqlite, unit_of_work
from exambank.errors import InvalidInput, NotFound, StateConflict
from exambank.exams import service as exams
from exambank.interchange import bank_sheet, messages, rules
from exambank.interchange.bank_sheet import BankReading, ItemDraft
from exambank.interchange.models import ImportBatch
from exambank.interchange.service.contents import content_of
from exambank.interchange.service.files import decide, fingerprint, read_sheets, refusal, tidy_file_name
from exambank.interchange.service.kinship import warn_of_kin
from exambank.interchange.sheet import UnreadableSheet
from exambank.permissions import Actor, Permission, allows


@dataclass(frozen=True)
class BankFile:
    """A file that was read: ``report`` is what the batch keeps of it."""

    reading: BankReading
    report: dict

    @property
    def drafts(self) -> list[dict]:
        return [{"row": row.row, **row.draft.as_dict()} for row in self.reading.rows if row.draft and not _refused(row)]


def _refused(row) -> bool:
    return row.status == bank_sheet.REFUSED


def read_bank_file(course_module: CourseModule, file_name: str, body: bytes) -> BankFile:
    """Read a file as a bank for this module; nothing is stored. InvalidInput when it cannot be used."""
    sheets = read_sheets(body, file_name)
    try:
        reading = bank_sheet.read_bank(sheets, bank_rules.locked_options)
    except UnreadableSheet as error:
        raise refusal(error) from None
    reading = rules.check_levels(reading, [level.name for level in courses.list_levels()])
    reading = warn_of_kin(reading, course_module)
    rows = rules.as_rows(reading)
    drafts = [row.draft for row in reading.rows if row.draft]
    notices = [[code, values] for code, values in reading.notices]
    if any(draft.note for draft in drafts):
        notices.append(["notes_not_kept", {}])
    known = [topic.name for topic in courses.list_topics(course_module, with_retired=True)]
    return BankFile(
        reading,
        {
            "format": "xlsx" if body.startswith(b"PK") else "csv",
            "sheet": reading.sheet_name,
            "header_row": reading.header_row,
            "notices": notices,
            "rows": rows,
            "counts": rules.count_rows(rows),
            "new_topics": rules.missing_topics(drafts, known),
        },
    )


def preview_import(
    *, actor: Actor, now: datetime, course_module: CourseModule, file_name: str, body: bytes
) -> ImportBatch:
    """Read a file and keep it as a batch that waits for a decision; the bank is not touched."""
    _refuse_bytes_while_open(body)
    found = read_bank_file(course_module, file_name, body)
    _refuse_while_open(len(found.reading.rows))
    with unit_of_work() as session:
        batch = ImportBatch(
            course_module_id=course_module.id, file_name=tidy_file_name(file_name), sha256=fingerprint(body),
            state="previewed", drafts=found.drafts, report=found.report, author_id=actor.user_id, created_at=now,
        )  # fmt: skip
        session.add(batch)
        session.flush()
        audit.record(
            actor, "import.previewed", batch, file=batch.file_name, sha256=batch.sha256, counts=found.report["counts"]
        )
    return batch


def _refuse_while_open(items: int) -> None:
    if rules.is_refused_while_open(items) and is_sqlite() and exams.is_any_exam_open():
        raise StateConflict(messages.too_large_while_open(rules.ITEMS_WHILE_EXAM_OPEN))


def _refuse_bytes_while_open(body: bytes) -> None:
    """Reading a large file would already slow the exam room of a one-machine server."""
    if len(body) > rules.BYTES_WHILE_EXAM_OPEN:
        _refuse_while_open(rules.ITEMS_WHILE_EXAM_OPEN + 1)


def accept_import(
    *, actor: Actor, now: datetime, batch: ImportBatch, create_topics: bool = True,
    default_level: CognitiveLevel | None = None, only_clean: bool = False,
) -> int:  # fmt: skip
    """Take the batch over as this actor's drafts, all in one transaction, once. Returns how many items it made.

    Whoever handed the file in counts as a writer of its texts. Topics are created only by whoever may manage them.
    """
    create_topics = create_topics and may_create_topics(actor, batch)
    _refuse_decided(batch)
    wanted = rules.rows_to_take(batch.report["rows"], only_clean=only_clean)
    drafts = [ItemDraft.from_dict({**one}) for one in _without_rows(batch.drafts, wanted)]
    if not drafts:
        raise InvalidInput(_("There is nothing to take over. Mend the file and choose it again."))
    _refuse_while_open(len(drafts))
    contents = [content_of(draft) for draft in drafts]
    level_id = default_level.id if default_level else None
    with unit_of_work():
        decide(batch, "accepted", accepted_at=now, imported=len(drafts), drafts=[])
        topics = _find_topics(actor, now, batch.course_module, drafts, create_topics)
        levels = {level.name: level.id for level in courses.list_levels()}
        ready = [
            bank_rules.ItemDraft(
                kind=draft.kind,
                stem=bank_rules.html_from_text(draft.stem),
                content=content,
                topic_id=topics.get(draft.topic_names),
                level_id=levels.get(rules.match_level(draft.level, levels) or "", level_id),
                tags=draft.tags,
                source=draft.source,
                picture_name=draft.picture_name or None,
                writers=tuple({batch.author_id} - {actor.user_id}),
            )
            for draft, content in zip(drafts, contents, strict=True)
        ]
        bank.add_drafts(actor=actor, now=now, course_module=batch.course_module, drafts=ready)
        audit.record(actor, "import.accepted", batch, items=len(ready), sha256=batch.sha256)
    return len(ready)


def may_create_topics(actor: Actor, batch: ImportBatch) -> bool:
    """Whether this person may add topics to the batch's module: a right to write items is none to its syllabus."""
    return allows(actor, Permission.TOPICS_MANAGE, batch.course_module)


def _refuse_decided(batch: ImportBatch) -> None:
    if batch.state != "previewed":
        raise StateConflict(_("Somebody (perhaps you, by a second click) has already decided on this file."))


def _without_rows(drafts: list[dict], wanted: set[int]) -> list[dict]:
    return [{name: one[name] for name in one if name != "row"} for one in drafts if one["row"] in wanted]


def _find_topics(actor: Actor, now: datetime, course_module, drafts: list[ItemDraft], create: bool) -> dict:
    """The topic's id for each tuple of names; missing ones are created (or brought back) when that is wanted."""
    known = {topic.name: topic for topic in courses.list_topics(course_module, with_retired=True)}
    if create:
        for name in rules.missing_topics(drafts, list(known)):
            known[name] = courses.add_topic(actor=actor, now=now, course_module=course_module, name=name)
    found: dict[tuple[str, ...], int] = {}
    for names in {draft.topic_names for draft in drafts}:
        topic: Topic | None = known.get(rules.match_topic(names, known) or "")
        if topic is None or (topic.retired_at is not None and not create):
            continue
        if topic.retired_at is not None:
            courses.restore_topic(actor=actor, now=now, topic=topic)
        found[names] = topic.id
    return found


def discard_import(*, actor: Actor, now: datetime, batch: ImportBatch) -> None:
    """Put the batch aside; nothing of it was in the bank."""
    with unit_of_work():
        decide(batch, "discarded", drafts=[])
        audit.record(actor, "import.discarded", batch, sha256=batch.sha256)


def get_batch(public_id: str) -> ImportBatch:
    """The batch of this public id."""
    batch = db.session.execute(select(ImportBatch).filter_by(public_id=public_id)).scalar_one_or_none()
    if batch is None:
        raise NotFound()
    return batch


def list_batches(actor: Actor, limit: int = 100) -> list[ImportBatch]:
    """The newest batches of the modules into which this person may import."""
    modules = [module.id for module in courses.list_modules_for(actor, Permission.BANK_IMPORT)]
    query = (
        select(ImportBatch)
        .where(ImportBatch.course_module_id.in_(modules))
        .options(defer(ImportBatch.drafts), joinedload(ImportBatch.course_module), joinedload(ImportBatch.author))
        .order_by(ImportBatch.id.desc())
        .limit(limit)
    )
    return list(db.session.execute(query).scalars())


def report_for_people(report: dict) -> dict:
    """The report in the stable form of the command line and of JSON answers, with sentences."""
    problems = [
        {
            "item": row["number"] or str(row["row"]),
            "where": messages.place(row["row"], problem["column"]),
            "severity": problem["severity"],
            "code": problem["code"],
            "message": messages.problem_message(bank_sheet.Problem(**problem)),
        }
        for row in report["rows"]
        for problem in row["problems"]
    ]
    counts = report["counts"]
    return {
        "format": report["format"], "items": sum(counts.values()), "accepted": counts["accepted"],
        "warning": counts["warning"], "raw": 0, "refused": counts["refused"], "problems": problems,
        "notices": [messages.notice_message(code, values) for code, values in report["notices"]],
    }  # fmt: skip


def report_of_refusal(file_format: str, error: InvalidInput) -> dict:
    """The same form for a file that could not be read at all."""
    problem = {
        "item": "", "where": "", "severity": bank_sheet.REFUSED, "code": error.details.get("reason", error.code),
        "message": error.message,
    }  # fmt: skip
    return {
        "format": file_format, "items": 0, "accepted": 0, "warning": 0, "raw": 0, "refused": 0, "problems": [problem],
        "notices": [],
    }  # fmt: skip
