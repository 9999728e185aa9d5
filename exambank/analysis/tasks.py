"""Statistics are computed in the worker: after an exam, whenever its marks change, and when somebody asks."""

from exambank import jobs
from exambank.analysis import service
from exambank.exams import service as exams
from exambank.marking import service as marking


@jobs.on("exam.closed")
def analyse_closed_exam(exam_id: str) -> None:
    marking.ensure_marked(exams.get_exam(exam_id))
    _analyse(exam_id)


@jobs.on("marks.changed")
def analyse_after_change(exam_id: str) -> None:
    _analyse(exam_id)


@jobs.on("analysis.requested")
def analyse_on_request(exam_id: str) -> None:
    _analyse(exam_id)


@jobs.on("analysis.finished")
def tell_bank_of_concerns(run_id: str) -> None:
    service.tell_concerns(run_id)


@jobs.on("analysis.finished")
def calibrate_bank(run_id: str) -> None:
    service.calibrate_bank_of(run_id)


def _analyse(exam_id: str) -> None:
    """As long as people mark, the data are not all there; the last finished answer brings ``marks.changed``."""
    if not marking.open_scripts(exams.get_exam(exam_id)).scripts:
        service.run_analysis(exam_id)
