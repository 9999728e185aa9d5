"""An exam for the browser tests: all four kinds of question, a picture, a formula; made once a run, copied for each test."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from exambank import clock
from exambank.accounts.models import User
from exambank.assembly import service as assembly
from exambank.assembly.rules import CellSpec
from exambank.bank import service as bank
from exambank.db import db
from exambank.exams import service as exams
from exambank.exams.models import Exam
from exambank.sittings import service, sweeper
from exambank.sittings.models import QuarantinedSave, Sitting
from tests.bank.factories import make_drafts, make_review
from tests.exams.factories import make_ready_exam
from tests.people import actor_of

CLUSTER = [("Đảng viên có quyền bảo lưu ý kiến", True), ("Nghị quyết chỉ là tham khảo", False),
           ("Thiểu số phục tùng đa số", True), ("Cấp dưới phục tùng cấp trên", True)]  # fmt: skip
SEVERAL = [("Tự phê bình và phê bình", True), ("Tập trung dân chủ", True), ("Khoán việc", False), ("Cấm bàn", False)]
QUESTIONS = 40


def fill(people) -> None:
    """A bank, an approved set of two papers of forty questions, and an exam of the class that is ready."""
    single = make_drafts(people, 37)
    bank.submit_many(actor=actor_of(people.lecturer), now=clock.now(), items=single)
    others = [
        make_review(people, kind="multiple_choice", stem="Những nguyên tắc nào là của Đảng?", options=SEVERAL,
                    tags=["khác"]),
        make_review(people, kind="true_false", stem="Chi bộ là tế bào của Đảng.", options=[("true", True)],
                    tags=["khác"]),
        make_review(people, kind="true_false_cluster", stem="Xét các ý sau.", options=CLUSTER, tags=["khác"]),
    ]  # fmt: skip
    bank.accept_many(actor=actor_of(people.quality), now=clock.now(), items=[*single, *(one.id for one in others)])
    cells = [
        CellSpec(count=37, points=Decimal("0.25"), not_tag="khác"),
        CellSpec(count=3, points=Decimal("0.25"), tag="khác"),
    ]
    blueprint = assembly.write_blueprint(
        actor=actor_of(people.lecturer), now=clock.now(), course_module=people.module, name="Ma trận", cells=cells
    )
    papers = assembly.deal_papers(
        actor=actor_of(people.quality), now=clock.now(), blueprint=blueprint, count=2, seed="phòng thi"
    )
    assembly.approve_papers(actor=actor_of(people.head), now=clock.now(), paper_set=papers)
    exam = make_ready_exam(people, room_names=["Phòng máy 1"], duration_seconds=3600)
    service.prepare(exam.public_id)
    exams.open_exam(actor=actor_of(people.officer), now=clock.now(), exam=exam)


def pass_time(**span) -> None:
    """Let the database's clock run on; the machine's own clocks stay where they are."""
    clock.shift(timedelta(milliseconds=clock._shift_milliseconds) + timedelta(**span))


@dataclass
class Room:
    """What a test needs of the exam, read anew each time."""

    exam_code: str
    public_id: str

    @property
    def sitting(self) -> Sitting:
        db.session.rollback()
        db.session.expire_all()
        return service.get_sitting(self.public_id)

    @property
    def questions(self):
        return service.questions_of(self.sitting)

    def number_of(self, kind: str, at: int = 0) -> int:
        """A question of this kind on the candidate's paper."""
        return [one.number for one in self.questions if one.kind == kind][at]

    def stored(self) -> dict[int, str]:
        """The payloads as the server has them."""
        return {number: row.payload for number, row in service.stored_of(self.sitting).items()}

    def quarantined(self) -> dict[int, str]:
        rows = db.session.query(QuarantinedSave).filter_by(sitting_id=self.sitting.id)
        return {row.question: row.payload for row in rows}

    def token(self, number: int, option: int) -> str:
        return self.questions[number - 1].tokens[option]

    def invigilator(self):
        return actor_of(db.session.query(User).filter_by(username="hang").one())

    def takeover_code(self) -> str:
        return service.issue_takeover_code(actor=self.invigilator(), now=clock.now(), sitting=self.sitting).code

    def pass_deadline(self, seconds: int = 1) -> None:
        left = self.sitting.deadline_at - clock.now()
        clock.shift(timedelta(milliseconds=clock._shift_milliseconds) + left + timedelta(seconds=seconds))

    def sweep(self) -> None:
        """One round of what closes sittings by the clock."""
        db.session.rollback()
        sweeper.sweep()
        db.session.rollback()


def find_room(username: str = "hv001") -> Room:
    """The candidate's room, at its first second."""
    exam = db.session.query(Exam).one()
    clock.shift(exam.opens_at - clock.now() + timedelta(milliseconds=500))
    user = db.session.query(User).filter_by(username=username).one()
    sitting = db.session.query(Sitting).filter_by(user_id=user.id).one()
    return Room(exam.session_code, sitting.public_id)
