"""Draft grades follow the marks by themselves; published ones wait for a person."""

from exambank import jobs
from exambank.exams import service as exams
from exambank.grades import service
from exambank.marking import service as marking


@jobs.on("exam.closed")
def compute_after_closing(exam_id: str) -> None:
    exam = exams.get_exam(exam_id)
    marking.ensure_marked(exam)
    _follow(exam_id)


@jobs.on("marks.changed")
def compute_after_change(exam_id: str) -> None:
    _follow(exam_id)


def _follow(exam_id: str) -> None:
    exam = exams.get_exam(exam_id)
    if exam.state == "closed" and exam.result_state == "draft":
        service.compute_grades(exam)
