"""Tables out: an example of a bank file, the result list of an exam, the gradebook of an offering."""

from dataclasses import replace

from flask_babel import gettext as _
from sqlalchemy import select

from exambank import text
from exambank.courses import service as courses
from exambank.courses.models import Offering
from exambank.db import db
from exambank.exams import service as exams
from exambank.exams.models import Exam
from exambank.grades.models import Grade
from exambank.interchange import messages
from exambank.interchange.formats.sheets import table_of
from exambank.interchange.formats.sheets.examples import example_drafts
from exambank.interchange.neutral import Bundle
from exambank.interchange.workbook import Table
from exambank.marking import service as marking


def example_table() -> Table:
    """An item of each kind in the layout that people fill in: without the column by which our export marks its rows."""
    table, _losses = table_of(Bundle("Ví dụ", tuple(example_drafts())))
    return replace(table, headers=table.headers[:-1], rows=[row[:-1] for row in table.rows], widths=table.widths[:-1])


# --- results ---


def results_table(exam: Exam) -> Table:
    """The result list of an exam as it stands, by candidate number; marks stay numbers."""
    people = {one.user_id: one.user for one in exams.list_candidates(exam)}
    rows = []
    for at, row in enumerate(marking.sheet_of(exam), start=1):
        user = people[row.user_id]
        rows.append([
            at, row.number, user.code, user.full_name, user.birth_date or "", user.unit_name or "", row.total,
            row.max_points, row.scaled, _in_words(row.scaled), messages.sitting_label(row.state),
        ])  # fmt: skip
    headers = [
        _("Serial no."), _("Candidate number"), _("Code"), _("Full name"), _("Date of birth"), _("Workplace"),
        _("Raw points"), _("Out of"), _("Exam mark"), _("In words"), _("Remark"),
    ]  # fmt: skip
    titles = [courses.school().name, exam.title, messages.result_title(exam.result_state)]
    return Table(_("Results"), headers, rows, titles, [6, 14, 14, 30, 14, 30, 10, 10, 12, 20, 20])


def _in_words(mark) -> str:
    return "" if mark is None else text.points_in_words(mark)


def gradebook_table(offering: Offering) -> Table:
    """Components, exam mark and module grade of everybody in the class, in the order of names."""
    rules = courses.rules_for(offering)
    marks, missed = courses.component_marks(offering), courses.absences(offering)
    query = select(Grade).where(Grade.offering_id == offering.id).order_by(Grade.attempt_no, Grade.id)
    latest = {grade.user_id: grade for grade in db.session.execute(query).scalars()}
    rows = []
    for at, user in enumerate(courses.list_learners(offering.cohort), start=1):
        grade = latest.get(user.id)
        own = [marks.get(user.id, {}).get(component.code) for component in rules.components]
        rows.append(
            [at, user.code, user.full_name, user.birth_date or "", *own, missed.get(user.id, 0), *_grade(grade)]
        )
    headers = [
        _("Serial no."), _("Code"), _("Full name"), _("Date of birth"),
        *(component.name for component in rules.components),
        _("Periods absent"), _("Exam mark"), _("Module grade"), _("Letter"), _("Classification"), _("Result"),
        _("Attempt"),
    ]  # fmt: skip
    of_what = f"{offering.course_module.name} ({offering.course_module.code})"
    titles = [courses.school().name, f"{of_what}, {offering.cohort.name}, {offering.term.name}"]
    widths = [6, 14, 30, 14, *[14] * len(rules.components), 14, 12, 14, 10, 16, 16, 10]
    return Table(offering.cohort.code, headers, rows, titles, widths)


def _grade(grade: Grade | None) -> list:
    if grade is None:
        return [None, None, "", "", "", None]
    result = messages.pass_label(grade.is_pass)
    return [grade.exam_mark, grade.value, grade.letter or "", grade.classification or "", result, grade.attempt_no]
