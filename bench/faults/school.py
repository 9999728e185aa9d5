"""The school of the fault scenarios: filled once a run, copied for each scenario, its exam begun when it is wanted."""

import json
import os
import shutil
import time
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from sqlalchemy import create_engine, text

from exambank import clock, create_app
from exambank.assembly import service as assembly
from exambank.assembly.rules import CellSpec
from exambank.bank.interactions import REGISTRY
from exambank.cli import certificates, schema, setup
from exambank.db import db
from exambank.exams import service as exams
from exambank.sittings import service
from exambank.sittings.models import Sitting
from tests.assembly.factories import fill_bank
from tests.bank.factories import make_accepted
from tests.exams.factories import enrol, make_ready_exam
from tests.people import People, actor_of

LEARNERS = 16
QUESTIONS = 20
ESSAYS = ("Trình bày vai trò của chi bộ ở cơ sở.", "Nêu ý kiến về công tác dân vận hiện nay ở địa phương.")  # text
SETTINGS = {"RUN_SWEEPER": False, "NUDGE_WORKER": False, "READ_FILES_APART": False}


@dataclass
class Seat:
    """A learner's place in the exam, and the cookie of the signed-in session."""

    sitting: str
    cookies: dict[str, str]
    tokens: dict[int, tuple[str, ...]]  # question -> its options; none: text


@dataclass
class Template:
    """A filled school: its folder, its PostgreSQL database if that is where it lies, and who sits in it."""

    folder: Path
    database: str | None
    code: str = ""
    seats: list[Seat] = field(default_factory=list)

    def copy_to(self, folder: Path) -> None:
        shutil.copytree(self.folder, folder, ignore=shutil.ignore_patterns("*-wal", "*-shm", "*.lock", "jobs*"))


def application(folder: Path, database: str | None, **settings):
    """The application over this school, in this process; it sweeps nothing and nudges nobody."""
    os.environ["EXAMBANK_INSTANCE"] = str(folder)
    given = {**SETTINGS, **({"DATABASE_URL": database} if database else {}), **settings}
    return create_app(given)


def fill(folder: Path, database: str | None = None) -> Template:
    """Make the school: people, a bank, papers, an exam that is open and whose sittings are prepared."""
    folder.mkdir(parents=True, exist_ok=True)
    app = application(folder, database)
    template = Template(folder, database)
    with app.app_context():
        setup.write_secret(folder)
        if not app.config["PAPERS_KEY"]:
            assembly.ensure_key_file(folder)
        certificates.ensure(folder / "certificates", "Trường Chính trị tỉnh An Bình", ())
        schema.upgrade()
        service.begin_generation()
        exam = _exam(People.build())
        template.code = exam.session_code
        template.seats = [_seat(app, row) for row in db.session.query(Sitting).order_by(Sitting.id)]
        db.session.remove()
        if app.config["IS_SQLITE"]:
            with db.engine.connect() as connection:
                connection.exec_driver_sql("COMMIT")
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        db.engine.dispose()
    return template


def _exam(people: People):
    fill_bank(people, 60)
    rubric = REGISTRY["essay"].normalise({"rubric": [{"html": "Nêu đúng khái niệm", "points": "0.5"}]})
    for stem in ESSAYS:
        make_accepted(people, kind="essay", stem=stem, content=rubric)
    cells = [
        CellSpec(count=QUESTIONS - len(ESSAYS), points=Decimal("0.25")),
        CellSpec(count=len(ESSAYS), points=Decimal("0.5"), kind="essay"),
    ]
    blueprint = assembly.write_blueprint(
        actor=actor_of(people.lecturer), now=clock.now(), course_module=people.module, name="Ma trận", cells=cells
    )
    papers = assembly.deal_papers(
        actor=actor_of(people.quality), now=clock.now(), blueprint=blueprint, count=4, seed="sự cố"
    )
    assembly.approve_papers(actor=actor_of(people.head), now=clock.now(), paper_set=papers)
    enrol(people, LEARNERS - 2)
    exam = make_ready_exam(people, room_names=["Phòng máy 1"], duration_seconds=3600)
    service.prepare(exam.public_id)
    exams.open_exam(actor=actor_of(people.officer), now=clock.now(), exam=exam)
    return exam


def _seat(app, row: Sitting) -> Seat:
    signer = app.session_interface.get_signing_serializer(app)
    session = signer.dumps({"user_id": row.user_id, "version": row.user.session_version})
    tokens = {one.number: one.tokens if one.kind == "single_choice" else () for one in service.questions_of(row)}
    return Seat(row.public_id, {app.config["SESSION_COOKIE_NAME"]: session}, tokens)


def begin(database: str, *, seconds: float, flush: int, grace: int, began_ago: float = 0.5) -> int:
    """The exam began a moment ago and lasts so long, also for who is in already; the deadline in milliseconds."""
    start = int((time.time() - began_ago) * 1000)
    # the server writes meanwhile: on SQLite a transaction that reads first could not become a writer
    engine = create_engine(database, execution_options={"begin_immediate": True})
    with engine.begin() as connection:
        rules = connection.execute(text("SELECT rules FROM exam")).scalar_one()
        rules = {**(json.loads(rules) if isinstance(rules, str) else rules), "flush_window_seconds": flush,
                 "grace_seconds": grace, "earliest_leave_share": "0", "late_entry_seconds": 3600}  # fmt: skip
        connection.execute(
            text("UPDATE exam SET opens_at = :start, opened_at = :start, closes_at = :end, "
                 "duration_seconds = :seconds, rules = :rules"),
            {"start": start, "end": start + 7_200_000, "seconds": int(seconds), "rules": json.dumps(rules)},
        )  # fmt: skip
        connection.execute(
            text("UPDATE sitting SET deadline_at = :deadline WHERE deadline_at IS NOT NULL"),
            {"deadline": start + int(seconds) * 1000},
        )
    engine.dispose()
    return start + int(seconds) * 1000
