"""Pages of analysis: exams with their runs, the report of an exam, the report of an item."""

from flask import Blueprint, current_app, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _

from exambank import clock, web
from exambank.analysis import pictures, rules, service
from exambank.analysis.models import AnalysisItem
from exambank.analysis.service import wording
from exambank.errors import wants_json
from exambank.exams import service as exams
from exambank.exams.models import Exam
from exambank.marking import service as marking
from exambank.permissions import Permission
from exambank.web import requires

bp = Blueprint("analysis", __name__, url_prefix="/analysis")

web.add_navigation(70, "analysis", lambda: _("Item analysis"), "analysis.list_exams", Permission.STATISTICS_SEE)


@bp.context_processor
def _words() -> dict:
    return {
        "number": wording.show_number,
        "percent": wording.show_percent,
        "interval": wording.show_interval,
        "reason_label": wording.reason_label,
        "difficulty_label": wording.difficulty_label,
        "discrimination_label": wording.discrimination_label,
        "flag_label": wording.flag_label,
        "flag_squares": wording.FLAG_SQUARES,
        "flag_sentence": wording.flag_sentence,
        "minimum_n": rules.MINIMUM_N,
        "has_page": lambda endpoint: endpoint in current_app.view_functions,
    }


def load_exam(exam: str) -> Exam:
    return exams.get_exam(exam)


def load_item(exam: str, version: str) -> AnalysisItem:
    return service.get_item(exam, version)


@bp.get("/")
@requires(Permission.STATISTICS_SEE)
def list_exams():
    search = web.clean_text(request.args.get("q", ""))[:200]
    rows = service.list_exams_for(web.actor(), search=search)
    return render_template("analysis/list_exams.html", rows=rows, search_text=search)


@bp.get("/exams/<exam>")
@requires(Permission.STATISTICS_SEE, of=load_exam)
def show_exam(exam: Exam):
    report, is_waiting = service.get_report(exam), service.is_run_waiting(exam)
    if wants_json():
        return jsonify(_as_json(report, is_waiting))
    if report is None:
        waiting = marking.open_scripts(exam)
        return render_template("analysis/no_run.html", exam=exam, is_waiting=is_waiting, being_marked=waiting)
    summary = report.run.summary
    return render_template(
        "analysis/show_exam.html",
        exam=exam, run=report.run, summary=summary, items=report.items, is_waiting=is_waiting,
        verdict=wording.exam_verdict(report.run, report.items), reliability=wording.reliability_sentence(summary),
        bands=list(zip(wording.band_labels(summary), summary["bands"], strict=True)),
        distribution=pictures.distribution(report.run), item_map=pictures.item_map(report.items),
        has_map=any(item.n >= rules.MINIMUM_N for item in report.items),
    )  # fmt: skip


def _as_json(report: service.Report | None, is_waiting: bool) -> dict:
    if report is None:
        return {"n": 0, "alpha": None, "items": [], "is_waiting": is_waiting, "run": None}
    summary = report.run.summary
    return {
        "run": report.run.public_id,
        "formulas": report.run.formulas,
        "data_hash": report.run.data_hash,
        "is_waiting": is_waiting,
        "n": report.run.n,
        "alpha": summary["alpha"],
        "summary": summary,
        "items": [
            {"code": item.item_version.item.code, "version": item.item_version.public_id, "options": item.options}
            | item.figures
            for item in report.items
        ],
    }


@bp.post("/exams/<exam>/run")
@requires(Permission.STATISTICS_RUN, of=load_exam)
def run_again(exam: Exam):
    if service.request_run(actor=web.actor(), now=clock.now(), exam=exam):
        flash(_("The analysis runs in the background. Reload this page in a minute; you can leave it."), "success")
    else:
        flash(_("An analysis of this exam is waiting already. Reload this page in a minute."), "caution")
    return redirect(url_for("analysis.show_exam", exam=exam.public_id))


@bp.get("/exams/<exam>/items/<version>")
@requires(Permission.STATISTICS_SEE, of=load_item)
def show_item(item: AnalysisItem):
    report = service.get_item_report(item)
    version = item.item_version
    texts = {row["token"]: row["html"] for row in version.content.get("options") or []}
    return render_template(
        "analysis/show_item.html",
        item=item, version=version, exam=item.run.exam, figures=item.figures, texts=texts,
        verdict=wording.item_verdict(item), curves=pictures.option_curves(item),
        item_map=pictures.item_map(report.neighbours, item),
        difficulty_chart=pictures.intervals(report, "difficulty"), rest_chart=pictures.intervals(report, "item_rest"),
        exams_count=len(report.exams),
    )  # fmt: skip
