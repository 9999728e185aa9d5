"""Lecturers, heads, the quality office, markers: questions, papers and component marks."""

from collections import defaultdict
from collections.abc import Sequence

from flask_babel import format_date
from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from exambank import web
from exambank.assembly import service as assembly
from exambank.bank.models import ItemVersion
from exambank.courses import service as courses
from exambank.courses.models import ComponentMark, Enrolment, Offering
from exambank.db import db
from exambank.exams.models import Exam
from exambank.home.desk.looking import Look, link
from exambank.home.rules import LATER, NOW, TODAY, WAITING, Coming, Desk, News, Task
from exambank.permissions import Permission, allows

REPORTS_SHOWN = 2


def of_lecturer(look: Look) -> Desk:
    """Own drafts, returned items, reviews, component marks before an exam, answers to mark."""
    return Desk(
        tasks=[
            *_component_marks(look), *_answers(look), *_returned(look), *_plan(look), *_drafts(look), *_reviews(look),
            *_concerns(look), *_own_concerns(look),
        ],
        coming=coming_exams(look),
        news=_reports(look),
    )  # fmt: skip


def of_head(look: Look) -> Desk:
    """Reviews and papers of the department."""
    return Desk(
        tasks=[
            *seals_to_tend(look), *papers_to_approve(look), *_reviews(look), *_concerns(look), *_own_concerns(look),
            *_suspects(look),
        ],
        coming=coming_exams(look), news=_reports(look),
    )  # fmt: skip


def of_quality_office(look: Look) -> Desk:
    """Papers, reviews, statistics."""
    return of_head(look)


def of_marker(look: Look) -> Desk:
    """Answers that wait for this marker."""
    tasks = _answers(look)
    return Desk(tasks=tasks, notes=[] if tasks else [_("Nothing waits to be marked by you.")])


def _answers(look: Look) -> list[Task]:
    """Written answers that this person could mark now, by exam; nobody's name is known here."""
    return [
        Task(
            WAITING, "half", _("Mark %(count)s answers of %(exam)s", count=row.left, exam=exam_name(row.exam)),
            _("%(done)s of %(all)s answers are marked.", done=row.finished, all=row.total), _("Mark answers"),
            link("marking.show_work", exam=row.exam.public_id), row.exam.closes_at,
        )
        for row in look.work
        if row.left
    ]  # fmt: skip


def _plan(look: Look) -> list[Task]:
    """What the bank's plan asks of this person."""
    return [
        Task(
            TODAY if one.progress.state in ("late", "due") else WAITING,
            "crossed" if one.progress.state == "late" else "half",
            _("Write items for %(module)s", module=one.task.course_module.name),
            _("%(written)s of %(wanted)s are written, due on %(day)s.", written=one.progress.written,
              wanted=one.progress.wanted, day=format_date(one.task.due_on, "dd/MM/yyyy")),
            _("Write an item"),
            link("bank.new_item", module_id=one.task.course_module.public_id),
        )
        for one in assembly.list_own_tasks(look.actor, web.today())
    ]  # fmt: skip


def _returned(look: Look) -> list[Task]:
    return [
        Task(
            WAITING, "half", _("Mend questions that were sent back"),
            _("%(count)s questions of %(module)s came back from review with a comment.", count=count,
              module=module.name),
            _("Open the questions"),
            link("bank.show_bank", module_id=module.public_id, state="draft", author=look.actor.public_id),
        )
        for module, count in look.drafts[True].items()
    ]  # fmt: skip


def _drafts(look: Look) -> list[Task]:
    return [
        Task(
            LATER, "empty", _("Finish your drafts of %(module)s", module=module.name),
            _("%(count)s questions are drafts: nobody can use them before they are sent to review.", count=count),
            _("Open the drafts"),
            link("bank.show_bank", module_id=module.public_id, state="draft", author=look.actor.public_id),
        )
        for module, count in look.drafts[False].items()
    ]  # fmt: skip


def _reviews(look: Look) -> list[Task]:
    """One task for each module; it opens the question that waits longest."""
    groups: dict[str, list[ItemVersion]] = defaultdict(list)
    for version in look.reviews:
        groups[version.item.course_module.name].append(version)
    return [
        Task(
            WAITING, "half", _("Review %(count)s questions of %(module)s", count=len(found), module=module),
            _("The first was sent on %(date)s by %(name)s.", date=web.show_moment(found[0].submitted_at, "date"),
              name=found[0].author.full_name),
            _("Review the first"), link("bank.decide_review", item_id=found[0].item.public_id), found[0].submitted_at,
        )
        for module, found in groups.items()
    ]  # fmt: skip


def _concerns(look: Look) -> list[Task]:
    """Items in use that this person may declare sound, suspend or retire: one task for each module."""
    groups: dict[tuple[str, str], list] = defaultdict(list)
    for one in look.concerns:
        if not one.is_own:
            groups[one.module_id, one.module].append(one)
    return [
        Task(
            WAITING, "cut", _("Decide on %(count)s questions in doubt of %(module)s", count=len(found), module=module),
            _("Statistics or a colleague put them in doubt, the first on %(date)s. Papers may still use them.",
              date=web.show_moment(found[0].opened_at, "date")),
            _("Look and decide"), link("bank.list_concerns", module=module_id), found[0].opened_at,
        )
        for (module_id, module), found in groups.items()
    ]  # fmt: skip


def _own_concerns(look: Look) -> list[Task]:
    """Own items in doubt: their author mends them, somebody else decides whether they are sound. A task a module."""
    groups: dict[tuple[str, str], list] = defaultdict(list)
    for one in look.concerns:
        if one.is_own:
            groups[one.module_id, one.module].append(one)
    return [
        Task(
            WAITING, "cut",
            _("Your question %(code)s is in doubt", code=found[0].code) if len(found) == 1 else
            _("%(count)s questions of yours in %(module)s are in doubt", count=len(found), module=module),
            _("Read what speaks against it and mend it as a new version; if it is sound, a colleague says so."),
            _("See the evidence"),
            link("bank.show_concern", concern_id=found[0].public_id) if len(found) == 1 else
            link("bank.list_concerns", module=module_id),
            found[0].opened_at,
        )
        for (module_id, module), found in groups.items()
    ]  # fmt: skip


def papers_to_approve(look: Look) -> list[Task]:
    """Sets of papers dealt by somebody else."""
    return [
        Task(
            WAITING, "half", _("Approve the papers of %(module)s", module=one.course_module.name),
            _('"%(name)s" was dealt on %(date)s and waits for a second person.', name=one.name,
              date=web.show_moment(one.dealt_at, "date")),
            _("Look at the papers"), link("assembly.show_paper_set", set_id=one.public_id), one.dealt_at,
        )
        for one in look.waiting_sets
    ]  # fmt: skip


def seals_to_tend(look: Look) -> list[Task]:
    """Sealed papers that wait for this holder: to be opened, to be rehearsed; and clocks that nobody has tried."""
    return [_holder_task(one) for one in assembly.list_holder_tasks(look.actor, look.now)]


def _holder_task(one: assembly.HolderTask) -> Task:
    seal, name = one.seal, one.seal.paper_set.name
    rehearse = _("Rehearse the opening of %(name)s", name=name)
    half = _("Another holder waits for your passphrase.")
    open_it, try_it = _("Open the papers"), _("Rehearse")
    planned = web.show_moment(seal.opens_at) if seal.opens_at else ""
    urgency, title, text, button, endpoint = {
        "second": (NOW, _("Open %(name)s: the first half is given", name=name), half, open_it, "open_papers"),
        "second_rehearse": (
            TODAY, _("Rehearse %(name)s: the first half is given", name=name), half, try_it, "rehearse_seal",
        ),
        "open": (
            TODAY, _("Papers to open: %(name)s", name=name),
            _("Planned for %(time)s; two holders together.", time=planned), open_it, "show_seal",
        ),
        "clock": (
            WAITING, rehearse, _("These papers open by the clock; that they do was never tried."), try_it, "show_seal",
        ),
        "rehearse": (
            WAITING, rehearse, _("You hold a key of these papers; that they open was never tried."), try_it,
            "rehearse_seal",
        ),
    }[one.what]  # fmt: skip
    return Task(
        urgency, "half", title, text, button, link(f"assembly.{endpoint}", seal_id=seal.public_id), seal.opens_at
    )


def _suspects(look: Look) -> list[Task]:
    """Items that statistics put under suspicion, by exam."""
    groups: dict[str, list] = defaultdict(list)
    for item in look.notices:
        groups[item.run.exam.public_id].append(item)
    return [
        Task(
            LATER, "cut", _("Look again at %(count)s questions of %(exam)s", count=len(found),
                            exam=found[0].run.exam.title),
            _("Their statistics suggest a wrong key or a question that misleads good candidates."),
            _("Read the report"), link("analysis.show_exam", exam=exam_id),
        )
        for exam_id, found in groups.items()
    ]  # fmt: skip


def _reports(look: Look) -> list[News]:
    """Exams that were closed lately."""
    closed = [
        exam for exam in look.exams if exam.state == "closed" and allows(look.actor, Permission.STATISTICS_SEE, exam)
    ]
    return [
        News(
            exam_name(exam),
            _("Held on %(date)s with %(count)s candidates.", date=web.show_moment(exam.opens_at, "date"),
              count=look.candidates[exam.id]),
            _("Read the report"), link("analysis.show_exam", exam=exam.public_id),
        )
        for exam in closed[::-1][:REPORTS_SHOWN]
    ]  # fmt: skip


def exam_name(exam: Exam) -> str:
    """The title, with the class where the title does not name it."""
    cohort = exam.offering.cohort.code if exam.offering else ""
    return exam.title if not cohort or cohort in exam.title else f"{exam.title}, {cohort}"


def coming_exams(look: Look) -> list[Coming]:
    """Exams ahead that this person may see."""
    return [
        Coming(
            exam.opens_at, exam_name(exam),
            ", ".join([
                web.show_moment(exam.opens_at, "time"),
                *[room.name for room in exam.rooms],
                _("%(count)s candidates", count=look.candidates[exam.id]),
            ]),
            link("exams.show_exam", exam_id=exam.public_id),
        )
        for exam in look.exams
        if exam.state in {"draft", "ready"} and exam.closes_at > look.now
    ]  # fmt: skip


def _component_marks(look: Look) -> list[Task]:
    """Classes this lecturer teaches that sit an exam soon and whose mark sheet has gaps."""
    offerings = {exam.offering_id: exam for exam in look.exams if _needs_marks(look, exam)}
    if not offerings:
        return []
    gaps = _gaps(list(offerings))
    return [
        Task(
            TODAY if look.is_today(exam.opens_at) else WAITING, "crossed" if look.is_today(exam.opens_at) else "half",
            _("Enter the component marks of %(cohort)s", cohort=exam.offering.cohort.name),
            _("%(count)s marks of %(module)s are missing; the exam is on %(date)s.", count=gaps[offering_id],
              module=exam.course_module.name, date=web.show_moment(exam.opens_at, "date")),
            _("Open the mark sheet"), link("courses.show_offering", offering=exam.offering.public_id), exam.opens_at,
        )
        for offering_id, exam in offerings.items()
        if gaps[offering_id]
    ]  # fmt: skip


def _needs_marks(look: Look, exam: Exam) -> bool:
    return (
        exam.offering is not None
        and exam.state in {"draft", "ready"}
        and exam.opens_at > look.now
        and exam.offering.marks_locked_at is None
        and allows(look.actor, Permission.COMPONENTS_EDIT, exam.offering)
    )


def _gaps(offering_ids: Sequence[int]) -> dict[int, int]:
    """How many component marks each offering still lacks."""
    offerings = list(
        db.session.execute(
            select(Offering).where(Offering.id.in_(offering_ids)).options(joinedload(Offering.cohort))
        ).scalars()
    )
    learners = dict(
        db.session.execute(
            select(Enrolment.cohort_id, func.count())
            .where(Enrolment.cohort_id.in_([one.cohort_id for one in offerings]), Enrolment.state == "active")
            .group_by(Enrolment.cohort_id)
        ).all()
    )
    entered = dict(
        db.session.execute(
            select(ComponentMark.offering_id, func.count())
            .join(Offering, Offering.id == ComponentMark.offering_id)
            .join(Enrolment, (Enrolment.cohort_id == Offering.cohort_id) & (Enrolment.user_id == ComponentMark.user_id))
            .where(ComponentMark.offering_id.in_(offering_ids), Enrolment.state == "active")
            .group_by(ComponentMark.offering_id)
        ).all()
    )
    return {
        one.id: max(0, learners.get(one.cohort_id, 0) * len(courses.rules_for(one).components) - entered.get(one.id, 0))
        for one in offerings
    }
