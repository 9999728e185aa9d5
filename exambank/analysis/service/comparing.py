"""Groups within an exam, and the exam among others of its course module: papers, classes, genders, terms."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from exambank.accounts import service as accounts
from exambank.accounts.models import User
from exambank.accounts.rules import Gender
from exambank.analysis.groups import MINIMUM_SHOWN, Compared, Sample, compare, describe, pool, withhold
from exambank.analysis.models import AnalysisCandidate, AnalysisRun
from exambank.analysis.service.reading import newest_runs
from exambank.assembly.models import ExamPaper
from exambank.courses.models import Cohort, Enrolment, Offering
from exambank.db import db
from exambank.exams.models import Exam
from exambank.marking.models import SittingMark
from exambank.permissions import Actor, Permission, allows
from exambank.sittings.models import Sitting

Beside = Sequence[tuple[Sequence[Compared], Sequence[str]]]  # groups, and the one of each candidate


@dataclass(frozen=True)
class MarkRow:
    """One mark with the paper, the class and the gender of the candidate; "" for no class and for none recorded."""

    mark: float
    paper: str
    cohort: str
    gender: str


@dataclass(frozen=True)
class Comparison:
    """What the page of comparisons shows; groups in the order of their names, terms the latest first."""

    whole: Compared
    papers: list[Compared]
    classes: list[Compared]
    genders: list[Compared]  # in words; empty where none is recorded
    terms: list[tuple[Exam, Compared]]
    all_terms: Compared
    do_papers_differ: bool  # they hold different items, so marks differ by the papers too
    advised: dict[str, float]  # by paper the mean of the marks that the common scale advises; empty without one


def marks_of(exam: Exam) -> list[MarkRow]:
    """Every mark of an exam as it stands now, corrections included."""
    query = (
        select(SittingMark.scaled, ExamPaper.code, Sitting.user_id, User.gender)
        .join(Sitting, Sitting.id == SittingMark.sitting_id)
        .join(User, User.id == Sitting.user_id)
        .join(ExamPaper, ExamPaper.id == Sitting.paper_id)
        .where(SittingMark.exam_id == exam.id)
    )
    rows = db.session.execute(query).all()
    cohorts = _cohorts_of(exam, {row.user_id for row in rows})
    return [MarkRow(float(row.scaled), row.code, cohorts.get(row.user_id, ""), row.gender or "") for row in rows]


def _cohorts_of(exam: Exam, user_ids: set[int]) -> dict[int, str]:
    """The class of each candidate: the exam's own where the learner is in it, else the one entered last."""
    query = (
        select(Enrolment.user_id, Cohort.id, Cohort.name)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .join(Sitting, Sitting.user_id == Enrolment.user_id)
        .where(Sitting.exam_id == exam.id)
        .order_by(Enrolment.enrolled_at, Enrolment.id)
    )
    found: dict[int, str] = {}
    own: set[int] = set()
    for user_id, cohort_id, name in db.session.execute(query):
        if user_id in user_ids and user_id not in own:
            found[user_id] = name
            if cohort_id == exam.cohort_id:
                own.add(user_id)
    return found


def compare_groups(actor: Actor, run: AnalysisRun) -> Comparison:
    """Papers, classes, genders of the run's exam by the marks as they stand; terms by the newest run of each exam."""
    exam, pass_mark = run.exam, float(run.summary["pass_mark"])
    rows = marks_of(exam)
    whole = Sample.of([row.mark for row in rows], pass_mark)
    terms = _runs_of_module(actor, run)
    samples = [(one.exam.title, sample_of_run(one)) for one in terms]
    of_paper, of_class = [row.paper for row in rows], [row.cohort for row in rows]
    papers = compare(_samples(((row.paper, row.mark) for row in rows), pass_mark), whole)
    classes = compare(_samples(((row.cohort, row.mark) for row in rows), pass_mark), whole)
    classes = withhold(classes, of_class, [(papers, of_paper)])
    return Comparison(
        describe("", whole),
        papers,
        classes,
        _genders(rows, pass_mark, whole, [(papers, of_paper), (classes, of_class)]),
        list(zip([one.exam for one in terms], compare(samples), strict=True)),
        describe("", pool([sample for _title, sample in samples])),
        run.summary.get("n_papers", 1) > 1,
        _advised(run),
    )


def _genders(rows: Sequence[MarkRow], pass_mark: float, whole: Sample, beside: Beside) -> list[Compared]:
    groups = dict(_samples(((row.gender, row.mark) for row in rows), pass_mark))
    if not groups.keys() - {""}:
        return []
    found = compare([(gender, groups[gender]) for gender in (*Gender, "") if gender in groups], whole)
    found = withhold(found, [row.gender for row in rows], beside)
    return [replace(one, label=accounts.gender_label(one.label)) for one in found]


def _advised(run: AnalysisRun) -> dict[str, float]:
    """Means over papers that enough candidates had, on the scale that makes papers of the exam comparable."""
    query = (
        select(ExamPaper.code, func.avg(AnalysisCandidate.advised_mark))
        .join(Sitting, Sitting.id == AnalysisCandidate.sitting_id)
        .join(ExamPaper, ExamPaper.id == Sitting.paper_id)
        .where(AnalysisCandidate.run_id == run.id)
        .group_by(ExamPaper.code)
        .having(func.count() >= MINIMUM_SHOWN)
        .order_by(ExamPaper.code)
    )
    return {code: float(mean) for code, mean in db.session.execute(query)}


def _samples(rows: Iterable[tuple[str, float]], pass_mark: float) -> list[tuple[str, Sample]]:
    groups: dict[str, list[float]] = defaultdict(list)
    for name, mark in rows:
        groups[name].append(mark)
    return [(name, Sample.of(groups[name], pass_mark)) for name in sorted(groups)]


def _runs_of_module(actor: Actor, run: AnalysisRun) -> list[AnalysisRun]:
    """The newest run of each exam of the module whose marks stand on the same scale, the latest first."""
    query = (
        select(AnalysisRun)
        .join(AnalysisRun.exam)
        .where(AnalysisRun.id.in_(newest_runs()), Exam.course_module_id == run.exam.course_module_id)
        .options(
            joinedload(AnalysisRun.exam).joinedload(Exam.offering).joinedload(Offering.cohort),
            joinedload(AnalysisRun.exam).joinedload(Exam.offering).joinedload(Offering.term),
        )
        .order_by(Exam.opens_at.desc(), Exam.id.desc())
    )
    return [
        one
        for one in db.session.execute(query).scalars()
        if one.summary["scale_max"] == run.summary["scale_max"] and allows(actor, Permission.STATISTICS_SEE, one)
    ]


def sample_of_run(run: AnalysisRun) -> Sample:
    """The marks of an exam as its run kept them."""
    summary = run.summary
    return Sample(sum(summary["bands"]), summary["mean"], summary["sd"], summary["passing"])
