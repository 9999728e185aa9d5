"""Files to download: results, gradebook, an example of a bank file."""

from flask import request

from exambank import web
from exambank.interchange import service
from exambank.interchange.views.blueprint import bp, load_exam, load_offering, send_table, send_zip
from exambank.marking import service as marking
from exambank.permissions import Permission
from exambank.web import requires


@bp.get("/exams/<exam>/results.xlsx")
@requires(Permission.MARKS_SEE, of=load_exam)
def results_xlsx(exam):
    marking.refuse_blind(web.actor(), exam)
    return send_table(service.results_table(exam), f"results-{exam.course_module.code}-{exam.session_code}")


@bp.get("/exams/<exam>/results-qti.zip")
@requires(Permission.MARKS_SEE, of=load_exam)
def results_qti(exam):
    marking.refuse_blind(web.actor(), exam)
    version = request.args.get("version", "3.0")
    name = f"results-{exam.course_module.code}-{exam.session_code}-qti-{version}"
    return send_zip(service.results_qti(exam, version), name)


@bp.get("/offerings/<offering>/gradebook.xlsx")
@requires(Permission.GRADES_SEE, of=load_offering)
def gradebook_xlsx(offering):
    name = f"gradebook-{offering.course_module.code}-{offering.cohort.code}"
    return send_table(service.gradebook_table(offering), name)


@bp.get("/bank/example.xlsx")
@requires(Permission.BANK_IMPORT)
def example_xlsx():
    return send_table(service.example_table(), "example-bank")
