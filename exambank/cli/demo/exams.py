"""Third act: papers are dealt and approved, exams are scheduled, listed, given rooms and made ready."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from exambank.assembly import service as assembly
from exambank.assembly.models import ExamBlueprint, PaperSet
from exambank.assembly.rules import CellSpec
from exambank.cli.demo import content
from exambank.cli.demo.school import ADMITTED, OFFICER, learner_codes
from exambank.cli.demo.stage import Stage
from exambank.courses import service as courses
from exambank.courses.models import CourseModule, Offering
from exambank.exams import service as exams
from exambank.exams.models import Exam

DEALER, APPROVER = "KT01", "LD01"
HOLDERS = ("KT01", "LD01", "DT01")
DURATION_SECONDS = 3600
EXTRA_SECONDS = 900
EXTRA_TIME_FOR = 12  # place in the list of learners

# Questions of each topic (from 1; None: any) for each level: together 30 questions and 10 points.
CELLS = {
    0: {1: 2, 2: 2, 3: 2, 4: 2, 5: 2, 6: 2},
    1: {1: 2, 2: 1, 3: 1, 4: 2, 5: 1, 6: 1},
    2: {1: 1, 2: 1, 3: 1, 4: 1, 5: 1, 6: 1},
    3: {None: 4},
}
LEVEL_SHARES = (40, 27, 20, 13)  # per cent of the questions
POINTS = {0: Decimal("0.25"), 1: Decimal("0.25"), 2: Decimal("0.5"), 3: Decimal("0.5")}


def name_holders(stage: Stage) -> str:
    """Three people who can hold the key of sealed papers; returns their passphrase."""
    passphrase = content.texts()["holder_passphrase"]
    for code in HOLDERS:
        assembly.make_holder_key(actor=stage.actor(code), now=stage.now, passphrase=passphrase)
    return passphrase


def write_blueprint(stage: Stage, module: CourseModule, which: str) -> ExamBlueprint:
    """``master``: just the questions marked for the first papers; ``open``: any but those."""
    tag = content.texts()["master_tag"]
    topics, levels = courses.list_topics(module), courses.list_levels()
    requirements = content.texts()["requirements"]
    cells = [
        CellSpec(
            count=count, points=POINTS[level], topic_id=topics[topic - 1].id if topic else None,
            level_id=levels[level].id, tag=tag if which == "master" else None,
            not_tag=tag if which == "open" else None, requirement=requirements[level] if topic else "",
        )
        for level, row in CELLS.items()
        for topic, count in row.items()
    ]  # fmt: skip
    return assembly.write_blueprint(
        actor=stage.actor(DEALER), now=stage.now, course_module=module,
        name=content.texts()["blueprints"][which], cells=cells,
        frame=assembly.Frame(
            duration_minutes=DURATION_SECONDS // 60, target_points=Decimal(10),
            level_targets={level.public_id: share for level, share in zip(levels, LEVEL_SHARES, strict=False)},
        ),
    )  # fmt: skip


def deal(stage: Stage, blueprint: ExamBlueprint, papers: int) -> PaperSet:
    """Dealt by the quality office; the seed is the demonstration's own, so that the papers are the same each time."""
    return assembly.deal_papers(
        actor=stage.actor(DEALER), now=stage.now, blueprint=blueprint, count=papers, seed=f"demo-{papers}"
    )


def approve(stage: Stage, paper_set: PaperSet, seal: str = "none") -> None:
    """By the leadership: a second person. ``seal``: "clock" closes the papers until shortly before their exam."""
    assembly.approve_papers(
        actor=stage.actor(APPROVER), now=stage.now, paper_set=paper_set, seal=assembly.SealChoice(seal)
    )


def schedule(
    stage: Stage, offering: Offering, which: str, *, opens_at: datetime, closes_at: datetime, rooms: int,
    duration_seconds: int = DURATION_SECONDS, start_mode: str = "uniform", paper_set: PaperSet | None = None,
) -> Exam:  # fmt: skip
    """An exam of a class, by the training office."""
    texts = content.texts()
    return exams.schedule_exam(
        actor=stage.actor(OFFICER), now=stage.now, offering=offering, title=texts["exams"][which], opens_at=opens_at,
        closes_at=closes_at, duration_seconds=duration_seconds, start_mode=start_mode, paper_set=paper_set,
        room_names=texts["rooms"][:rooms],
    )  # fmt: skip


def list_class(stage: Stage, exam: Exam) -> None:
    """The whole class; one who was away too often is admitted, one gets extra time."""
    officer = stage.actor(OFFICER)
    exams.add_candidates(actor=officer, now=stage.now, exam=exam, cohort=exam.offering.cohort)
    for candidacy in exams.list_candidates(exam):
        place = learner_codes().index(candidacy.user.code) + 1
        if place == ADMITTED and not candidacy.is_eligible:
            exams.admit_candidate(actor=officer, now=stage.now, candidacy=candidacy, reason=content.texts()["admitted"])
        if place == EXTRA_TIME_FOR:
            exams.set_extra_time(
                actor=officer, now=stage.now, candidacy=candidacy, seconds=EXTRA_SECONDS,
                reason=content.texts()["extra_time"],
            )  # fmt: skip


def make_ready(stage: Stage, exam: Exam, invigilators: Sequence[Sequence[str]]) -> None:
    """Invigilators for each room, papers for each candidate; from now on sittings wait."""
    officer = stage.actor(OFFICER)
    for room, codes in zip(exam.rooms, invigilators, strict=True):
        people = [stage.user(code) for code in codes]
        exams.assign_invigilators(actor=officer, now=stage.now, room=room, users=people)
    exams.bind_papers(actor=officer, now=stage.now, exam=exam)
    exams.make_ready(actor=officer, now=stage.now, exam=exam)
