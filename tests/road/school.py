"""A school with one of everything, built once: each thing by its public id, each person by a name of the access table."""

import json
import shutil
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, update

from exambank import audit, clock, create_app, jobs, text, web
from exambank.accounts.models import Department, User, UserPhoto
from exambank.assembly import service as assembly
from exambank.bank import service as bank
from exambank.bank.models import ItemVersion
from exambank.cli import certificates
from exambank.courses import service as courses
from exambank.courses.models import Cohort, Enrolment, Offering, Teaching
from exambank.courses.models import School as SchoolRow
from exambank.db import db, new_public_id, unit_of_work
from exambank.documents import service as documents
from exambank.documents.papers.orders import PrintOrder
from exambank.exams import service as exams
from exambank.grades import service as grades
from exambank.interchange import service as interchange
from exambank.interchange.models import ImportPicture
from exambank.marking import service as marking
from exambank.marking.models import Script
from exambank.permissions import Role
from exambank.sittings import service as sittings
from exambank.sittings import store, sweeper
from exambank.sittings.models import Machine, QuarantinedSave
from tests.assembly.factories import make_blueprint, make_paper_set
from tests.assembly.sealing import holders_of, make_holders, make_sealed_set
from tests.bank.factories import make_accepted, make_draft, make_review, png
from tests.conftest import TEST_CONFIG, _Browser
from tests.exams.factories import make_listed_exam, make_ready_exam
from tests.interchange.batches import keep_batch
from tests.interchange.factories import make_xlsx
from tests.marking.factories import make_essay, make_sitting
from tests.marking.factories import make_exam as make_written_exam
from tests.marking.factories import make_paper_set as make_written_set
from tests.people import THEN, People, actor_of, make_user
from tests.sittings.factories import Candidate, pass_time

ROOMS = ["Phòng máy 1", "Phòng máy 2"]


@dataclass
class School:
    """What the access test asks: people, things, a way back to how it was, browsers."""

    app: Flask
    file: Path
    people: dict[str, tuple[int, int]] = field(default_factory=dict)  # name -> user id, session version
    things: dict[str, str | int] = field(default_factory=dict)
    seat: str = ""  # the cookie of the browser in which the learner sits in the open exam
    shift: timedelta = timedelta()

    def browser(self, name: str | None, locale: str = "vi"):
        """A new browser, signed in as this person (None: nobody); the learner's has the seat."""
        client = self.app.test_client()
        with client.session_transaction() as session:
            session["language"] = locale
            if name is not None:
                session["user_id"], session["version"] = self.people[name]
        if name == "learner":
            client.set_cookie("exambank_entry", self.seat, path="/sit/")
        return client

    def head(self) -> str:
        """Where the audit chain stands."""
        with self.app.app_context():
            return audit.head().short

    def keep(self) -> None:
        """Remember the database as it is now."""
        self._let_go()
        shutil.copy(self.file, self.file.with_suffix(".kept"))

    def restore(self) -> None:
        """Go back to what ``keep`` remembered."""
        self._let_go()
        shutil.copy(self.file.with_suffix(".kept"), self.file)

    def _let_go(self) -> None:
        store.close_store(self.app)
        with self.app.app_context():
            db.session.remove()
            with db.engine.connect() as connection:
                connection.exec_driver_sql("COMMIT")
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            db.engine.dispose()
        for suffix in ("-wal", "-shm"):
            Path(f"{self.file}{suffix}").unlink(missing_ok=True)


def build_school(folder: Path, template: Path) -> School:
    """An application on a copy of ``template`` with one of everything in it."""
    shutil.copy(template, folder / "exambank.sqlite")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EXAMBANK_INSTANCE", str(folder))
        app = create_app(TEST_CONFIG)
    certificates.ensure(folder / "certificates", "Trường Chính trị tỉnh An Bình", ("exam.test",))
    school = School(app, folder / "exambank.sqlite")
    usual, app.test_client_class = app.test_client_class, _Browser
    try:
        with app.app_context():
            _fill(school)
            school.shift = timedelta(milliseconds=clock._shift_milliseconds)
    finally:
        clock.shift(timedelta())
        app.test_client_class = usual
    school.keep()
    return school


def _fill(school: School) -> None:
    people = People.build()
    others = _more_people(people)
    things = school.things
    _courses(people, things)
    _bank(people, things)
    _closed_exam(school, people, others)
    _papers(people, things)
    _open_exam(school, people, others)
    _draft_exam(people, things)
    _written_exam(people, things)  # its papers are the newest set: after the exams that take the newest
    _seal(people, things)
    _lot(people, things)
    _batches(people, things)
    _kin(people, things)
    everybody = {name: value for name, value in vars(people).items() if isinstance(value, User)} | others
    things["person"], things["learner"] = people.marker.public_id, people.learner.public_id
    db.session.rollback()
    for name, user in everybody.items():
        row = db.session.get(User, user.id, populate_existing=True)
        school.people[name] = (row.id, row.session_version)


def _more_people(people: People) -> dict[str, User]:
    """Who holds the same roles for something else: another department, class, room; and a learner of another class."""
    with unit_of_work() as session:
        other = Department(code="NN", name="Nhà nước và pháp luật", sort_key=text.sort_key("Nhà nước và pháp luật"))
        session.add(other)
    found = {
        "colleague": make_user("cuong", "Hà Mạnh Cường", Role.LECTURER),
        "other_head": make_user("oanh", "Lê Thị Oanh", Role.DEPARTMENT_HEAD, department=other),
        "other_invigilator": make_user("giang", "Mai Văn Giang", Role.INVIGILATOR),
        "other_learner": make_user("hv900", "Y Sơn Niê", Role.LEARNER),
    }
    with unit_of_work() as session:
        cohort = Cohort(
            code="K76", name="Lớp K76", programme_id=people.programme.id, regulation_id=people.regulation.id
        )
        session.add(cohort)
        session.flush()
        offering = Offering(cohort_id=cohort.id, course_module_id=people.module.id, term_id=people.term.id, periods=45)
        offering.teachings = [Teaching(user_id=found["colleague"].id)]
        session.add(offering)
        session.add(Enrolment(cohort_id=cohort.id, user_id=found["other_learner"].id, enrolled_at=THEN))
    return found


def _courses(people: People, things: dict) -> None:
    now, officer = clock.now(), actor_of(people.officer)
    draft = courses.start_version(actor=officer, now=now, regulation=people.regulation)
    things |= {
        "department": people.department.public_id, "module": people.module.public_id,
        "programme": people.programme.public_id, "regulation": people.regulation.public_id,
        "regulation_draft": draft.public_id, "term": people.term.public_id, "topic": people.topics[0].public_id,
        "level": people.levels[0].public_id, "cohort": people.cohort.public_id, "offering": people.offering.public_id,
    }  # fmt: skip
    things["outcome"] = courses.add_outcome(
        actor=actor_of(people.lecturer), now=now, course_module=people.module, code="CLO1", text="Trình bày được"
    ).public_id
    with unit_of_work() as session:
        session.query(SchoolRow).one().place = "An Bình"
    courses.set_component_marks(
        actor=actor_of(people.lecturer), now=now, offering=people.offering,
        marks={people.learner.id: {"process": Decimal(8)}, people.second_learner.id: {"process": Decimal(7)}},
    )  # fmt: skip


def _bank(people: People, things: dict) -> None:
    media = bank.add_picture(
        actor=actor_of(people.lecturer), now=clock.now(), course_module=people.module, name="a.png", body=png(),
        alt="Sơ đồ",
    )  # fmt: skip
    things["picture"], things["picture_row"] = media.public_id, media.id
    things["draft"] = make_draft(people, stem="Câu nháp hỏi gì?").public_id
    things["saved_view"] = bank.save_view(
        actor=actor_of(people.lecturer), now=clock.now(), course_module=people.module, name="Câu nháp của tôi",
        filters=bank.Filters(state="draft", mine="1"),
    ).public_id  # fmt: skip
    things["buffer"] = bank.keep_buffer(
        actor=actor_of(people.lecturer), now=clock.now(), course_module=people.module, public_id=new_public_id(),
        fields=[("stem", "Câu đang gõ")],
    ).public_id  # fmt: skip
    things["comment"] = bank.write_comment(
        actor=actor_of(people.other_lecturer), now=clock.now(), item=bank.get_item(things["draft"]), body="Nêu rõ hơn."
    ).public_id
    things["review"] = make_review(people, stem="Câu chờ duyệt hỏi gì?").public_id
    things["accepted"] = make_accepted(people, stem="Câu đã duyệt hỏi gì?", media=media).public_id
    things["concern"] = bank.raise_concern(
        actor=actor_of(people.lecturer), now=clock.now(), codes=(), evidence=(), note="Xem lại đáp án.",
        version_id=bank.get_item(things["accepted"]).accepted_version_id,
    ).public_id  # fmt: skip
    things["bank_right"] = bank.grant_right(
        actor=actor_of(people.quality), now=clock.now(), course_module=people.module, user=people.lecturer,
        right="see",
    ).public_id  # fmt: skip
    seen = bank.compare_with_last(people.module)
    things["acceptance"] = bank.record_acceptance(
        actor=actor_of(people.quality), now=clock.now(), course_module=people.module, held_at=THEN,
        chair="Bùi Quang Huy", secretary="Ngô Văn Khải", members=["Trần Văn Bình"], conclusion="Nghiệm thu.",
        fingerprint=bank.fingerprint_of(seen),
    ).public_id  # fmt: skip


def _exam(people: People, others: dict, **values):
    exam = make_ready_exam(people, room_names=ROOMS, **values)
    exams.assign_invigilators(
        actor=actor_of(people.officer), now=clock.now(), room=exam.rooms[1], users=[others["other_invigilator"]]
    )
    exams.open_exam(actor=actor_of(people.officer), now=clock.now(), exam=exam)
    clock.shift(timedelta(milliseconds=clock._shift_milliseconds) + exam.opens_at - clock.now() + timedelta(seconds=1))
    return exam


def _closed_exam(school: School, people: People, others: dict) -> None:
    """Held and closed, with a late save in the quarantine, marks, a correction, statistics, published grades."""
    exam, things = _exam(people, others, title="Thi lần 1"), school.things
    candidates = [_enter(school, exam, user) for user in (people.learner, people.second_learner)]
    for candidate in candidates:
        assert candidate.save(*(candidate.answer(number, number % 4) for number in range(1, 9))).status_code == 200
    pass_time(minutes=45)
    assert all(candidate.submit().status_code == 200 for candidate in candidates)
    assert candidates[0].save_one(9, 1).status_code == 409  # too late: into the quarantine
    sweeper.settle()
    jobs.run_due()
    db.session.expire_all()
    assert exam.state == "closed"
    version = db.session.get(ItemVersion, candidates[0].sitting().paper.layout[0]["version"])
    correction = marking.correct(
        actor=actor_of(people.quality), now=clock.now(), exam=exam, version=version, kind="credit_all", options=[],
        reason="Câu dẫn in thiếu một từ",
    )  # fmt: skip
    jobs.run_due()
    grades.publish(actor=actor_of(people.officer), now=clock.now(), exam=exam)
    jobs.run_due()
    things |= {
        "closed_exam": exam.public_id, "closed_room": exam.rooms[0].public_id, "version": version.public_id,
        "correction": correction.public_id, "closed_sitting": candidates[0].public_id,
        "kept": db.session.query(QuarantinedSave).one().public_id,
    }  # fmt: skip


def _written_exam(people: People, things: dict) -> None:
    """Held and closed: an essay waits for its marker, an oral question was on the papers. Its name tells nothing."""
    versions = [make_essay(people, "TL1"), make_essay(people, "VD1", kind="oral")]
    with unit_of_work() as session:
        session.execute(
            update(ItemVersion).where(ItemVersion.id == versions[0].id).values(media_id=things["picture_row"])
            .execution_options(synchronize_session=False)
        )  # fmt: skip
    db.session.expire_all()
    paper_set = make_written_set(people, [versions])
    exam = make_written_exam(people, paper_set)
    sitting = make_sitting(exam, people.second_learner, paper_set.papers[0], {1: {"text": "Bài làm"}}, number="001")
    marking.ensure_marked(exam)
    marking.name_markers(actor=actor_of(people.officer), now=clock.now(), exam=exam, users=[people.marker])
    script = db.session.query(Script).filter_by(sitting_id=sitting.id, question=1).one()
    things |= {
        "written_exam": exam.public_id, "script_code": script.code, "named_marker": people.marker.public_id,
        "marked_picture": things["picture"], "slip_set": paper_set.public_id,
    }  # fmt: skip


def _enter(school: School, exam, user) -> Candidate:
    client = school.app.test_client()
    with client.session_transaction() as session:
        session["user_id"], session["version"] = user.id, user.session_version
    candidate = Candidate(client, exam, user).entered()
    candidate.exam = exam
    return candidate


def _papers(people: People, things: dict) -> None:
    things["blueprint"] = make_blueprint(people, name="Ma trận nháp").public_id
    dealt = make_paper_set(people, blueprint=make_blueprint(people, name="Ma trận đã rút"), seed="hai")
    things["dealt_set"] = dealt.public_id
    things["paper_print"] = documents.ask_for_print(
        actor=actor_of(people.quality), now=clock.now(), paper_set=dealt, kind="keys", order=PrintOrder()
    ).public_id
    things["writing_task"] = assembly.set_writing_task(
        actor=actor_of(people.head), now=clock.now(), today=web.today(), course_module=people.module,
        writer=people.lecturer, count=5, due_on=web.today() + timedelta(days=20),
    ).public_id  # fmt: skip
    things["paper"] = assembly.list_approved_sets(people.module.id)[0].papers[0].public_id


def _seal(people: People, things: dict) -> None:
    """Papers that wait, closed, for any two of the quality office, the leadership and the training office."""
    make_holders(*holders_of(people))
    blueprint = make_blueprint(people, name="Ma trận niêm phong")
    things["seal"] = make_sealed_set(people, seed="ba", blueprint=blueprint).seal.public_id


def _lot(people: People, things: dict) -> None:
    """A paper brought as a file waits at the desk; two sealed ones lie in a lot."""

    def bring(name: str):
        return assembly.bring_paper(
            actor=actor_of(people.lecturer), now=clock.now(), course_module=people.module, name=name, code="101",
            question_count=2, total_points=Decimal(10),
            paper=assembly.BroughtFile(f"{name}.pdf", f"%PDF-1.7\n%{name}\n%%EOF\n".encode()),
        )  # fmt: skip

    things["brought_set"] = bring("Đề viết tay").public_id
    sets = [bring(f"Đề túi {number}") for number in (1, 2)]
    for one in sets:
        assembly.approve_papers(
            actor=actor_of(people.head), now=clock.now(), paper_set=one, seal=assembly.SealChoice("clock")
        )
    lot = assembly.prepare_lot(
        actor=actor_of(people.quality), now=clock.now(), course_module=people.module, name="Lô bốc thăm",
        paper_sets=sets,
    )  # fmt: skip
    things |= {"lot": lot.public_id, "envelope": 1}


def _open_exam(school: School, people: People, others: dict) -> None:
    """On now: the learner works in room 1, the second learner has not come into room 2."""
    exam, things = _exam(people, others, title="Thi lần 2"), school.things
    candidate = _enter(school, exam, people.learner)
    candidate.save_one(1, 2)
    school.seat = candidate.client.get_cookie("exambank_entry", path=candidate.url).value
    first = candidate.sitting().paper.layout[0]["version"]
    with unit_of_work() as session:  # the core statement: an accepted text takes no picture by the service
        session.execute(
            update(ItemVersion).where(ItemVersion.id == first).values(media_id=things["picture_row"])
            .execution_options(synchronize_session=False)
        )  # fmt: skip
    school.app.extensions.pop("exambank_sittings_papers", None)  # papers never change, this one just did
    (things["room_picture"],) = sittings.questions_of(candidate.sitting())[0].pictures  # its name on this paper
    things |= {
        "open_exam": exam.public_id, "room": exam.rooms[0].public_id, "sitting": candidate.public_id,
        "question": 1, "room_kind": "candidate_list", "exam_kind": "mark_sheet",
    }  # fmt: skip
    _door(people, things)
    _recorded(school, people, candidate)


def _recorded(school: School, people: People, candidate) -> None:
    """What invigilators and the candidate put on record in room 1."""
    act = {"actor": actor_of(people.invigilator), "now": clock.now()}
    sitting = candidate.sitting()
    incident = sittings.record_incident(
        **act, room=sitting.candidacy.room, kind="noise", text="Ồn ngoài hành lang", began_at=clock.now()
    )
    offence = sittings.record_offence(
        **act, sitting=sitting, code="reprimand", text="Nhìn bài của bạn", happened_at=clock.now()
    )
    objection = sittings.raise_objection(
        actor=actor_of(people.learner),
        now=clock.now(),
        sitting=candidate.sitting(),
        question=2,
        text="Hai ý giống nhau",
    )
    sittings.extend(**act, sitting=candidate.sitting(), seconds=1800, reason="Mất điện")
    asked = sittings.extend(**act, sitting=candidate.sitting(), seconds=60, reason="Thêm một phút")
    school.things |= {
        "grant": asked.public_id, "incident": incident.public_id, "offence": offence.public_id, "objection": objection.public_id,
    }  # fmt: skip


def _door(people: People, things: dict) -> None:
    """A machine of the room, and a learner with a photo."""
    with unit_of_work() as session:
        machine = Machine(name="Máy 07", token_hash="f" * 64, first_seen_at=clock.now())
        session.add_all(
            [machine, UserPhoto(user_id=people.learner.id, media_type="image/png", body=b"png", added_at=clock.now())]
        )
        session.flush()
        things["machine"] = machine.public_id
    things["photographed"] = people.learner.public_id


def _draft_exam(people: People, things: dict) -> None:
    exam = make_listed_exam(people, title="Thi lần 3")
    things |= {
        "draft_exam": exam.public_id, "draft_room": exam.rooms[0].public_id,
        "candidacy": exam.candidacies[0].public_id,
    }  # fmt: skip


def _batches(people: People, things: dict) -> None:
    now, lecturer = clock.now(), actor_of(people.lecturer)
    rows = [["Mã", "Họ và tên"], ["HV777", "Vàng Seo Chúng"]]
    batch = keep_batch(people)
    things |= {"bank_batch": batch.public_id, "import_entry": 2}
    things["import_picture"] = db.session.scalar(select(ImportPicture.media_id).filter_by(batch_id=batch.id))
    interchange.accept_import(actor=lecturer, now=now, batch=keep_batch(people))
    things["raw_item"] = interchange.list_raws(people.module)[0].public_id
    things["people_batch"] = interchange.preview_people(
        actor=actor_of(people.officer), now=now, file_name="ds.xlsx", body=make_xlsx(rows), cohort=people.cohort
    ).public_id
    things["marks_batch"] = interchange.preview_marks(
        actor=lecturer, now=now, offering=people.offering, file_name="điểm.xlsx",
        body=make_xlsx([["Mã", "Điểm quá trình"], ["HV001", "9"]]),
    ).public_id  # fmt: skip


def _kin(people: People, things: dict) -> None:
    """A search that waits for the worker, enemies and variants."""
    given = {"actor": actor_of(people.lecturer), "now": clock.now(), "course_module": people.module}
    items = [bank.get_item(things[name]) for name in ("draft", "review")]
    things["enemy_set"] = bank.write_enemy_set(**given, items=items).public_id
    things["variant_group"] = bank.write_variant_group(**given, items=items, name="Nhóm").public_id
    things["kin_search"] = bank.start_search(**given).public_id


def as_json(**values) -> dict:
    """What the room's script sends."""
    return {"data": json.dumps(values), "content_type": "application/json"}
