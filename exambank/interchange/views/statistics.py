"""Item statistics of an exam to take along: a workbook with all of the report, its items as CSV."""

import io

from flask import send_file

from exambank import web
from exambank.interchange import service
from exambank.interchange.views.blueprint import bp, load_exam
from exambank.interchange.workbook import XLSX_TYPE, write_csv, write_xlsx
from exambank.permissions import Permission
from exambank.web import requires


@bp.get("/exams/<exam>/statistics.xlsx")
@requires(Permission.STATISTICS_SEE, of=load_exam)
def statistics_xlsx(exam):
    body = write_xlsx(*service.statistics_tables(web.actor(), exam))
    return _send(body, XLSX_TYPE, f"statistics-{exam.course_module.code}-{exam.session_code}.xlsx")


@bp.get("/exams/<exam>/statistics.csv")
@requires(Permission.STATISTICS_SEE, of=load_exam)
def statistics_csv(exam):
    body = write_csv(service.statistics_items(exam))
    return _send(body, "text/csv", f"items-{exam.course_module.code}-{exam.session_code}.csv")


def _send(body: bytes, media_type: str, name: str):
    answer = send_file(io.BytesIO(body), media_type, as_attachment=True, download_name=name)
    answer.headers["Cache-Control"] = "no-store"
    return answer
