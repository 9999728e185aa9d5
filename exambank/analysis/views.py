"""Pages of analysis: exams with their runs, the report of an exam, of an item, comparisons, a bank over time."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from flask import Blueprint, current_app, flash, jsonify, make_response, redirect, render_template, request, url_for
from flask_babel import format_date
from flask_babel import gettext as _

from exambank import clock, web
from exambank.analysis import agreement, explaining, groups, pictures, rules, service
from exambank.analysis.models import AnalysisItem, AnalysisRun
from exambank.analysis.service import advice, comparing, flags, freshness, reviewing, scales, tables, trends, wording
from exambank.courses import service as courses
from exambank.courses.models import CourseModule
from exambank.errors import NotFound, wants_json
from exambank.exams import service as exams
from exambank.exams.models import Exam
from exambank.marking import service as marking
from exambank.permissions import Permission
from exambank.web import requires

bp = Blueprint("analysis", __name__, url_prefix="/analysis")
agreement.add_pages(bp)

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
        "verdict_label": tables.verdict_label,
        "scale_sentence": wording.scale_sentence,
        "speed_sentence": wording.speed_sentence,
        "is_sound": rules.is_sound,
        "minimum_n": rules.MINIMUM_N,
        "minimum_shown": groups.MINIMUM_SHOWN,
        "minimum_judged": groups.MINIMUM_JUDGED,
        "has_page": lambda endpoint: endpoint in current_app.view_functions,
    }


def load_exam(exam: str) -> Exam:
    return exams.get_exam(exam)


def load_item(exam: str, version: str) -> AnalysisItem:
    return service.get_item(exam, version)


def load_module(module: str) -> CourseModule:
    return courses.get_module(module)


@bp.get("/")
@requires(Permission.STATISTICS_SEE)
def list_exams():
    search = web.clean_text(request.args.get("q", ""))[:200]
    rows = service.list_exams_for(web.actor(), search=search)
    modules = {row.exam.course_module.id: row.exam.course_module for row in rows if row.run}
    return render_template(
        "analysis/list_exams.html", rows=rows, search_text=search,
        modules=sorted(modules.values(), key=lambda one: one.sort_key),
    )  # fmt: skip


SORTS: dict[str, Callable[[AnalysisItem], Any]] = {
    "code": lambda item: item.item_version.item.code,
    "n": lambda item: item.n,
    "difficulty": lambda item: item.figures["difficulty"],
    "d27": lambda item: item.figures["d27"],
    "item_rest": lambda item: item.figures["item_rest"],
    "omitted": lambda item: item.figures["omitted"],
}


def _in_order(items: list[AnalysisItem]) -> list[AnalysisItem]:
    """As the address asks, by default those in trouble first; an item without the figure comes last either way."""
    key = SORTS.get(request.args.get("sort", ""))
    if key is None:
        return items
    known = [item for item in items if key(item) is not None]
    known.sort(key=key, reverse=request.args.get("dir") == "desc")
    return known + [item for item in items if key(item) is None]


@bp.get("/exams/<exam>")
@requires(Permission.STATISTICS_SEE, of=load_exam)
def show_exam(exam: Exam):
    report, is_waiting = service.get_report(exam), service.is_run_waiting(exam)
    if wants_json():
        return jsonify(_as_json(report, is_waiting))
    if report is None:
        return _no_run(exam, is_waiting)
    summary, curves = report.run.summary, scales.curves_of(report.items)
    placed = scales.place_candidates(report.run, scales.curves_by_version(report.items))
    marks = [row.mark for row in comparing.marks_of(exam)]
    page = render_template(
        "analysis/show_exam.html",
        exam=exam, run=report.run, summary=summary, items=_in_order(report.items), is_waiting=is_waiting,
        suspects=reviewing.suspects_in(report.items),
        notices=flags.notices_by_code(report.items),
        verdict=wording.exam_verdict(report.run, report.items), reliability=wording.reliability_sentence(summary),
        distribution=pictures.distribution(report.run), histogram=pictures.fine_distribution(report.run, marks),
        are_marks_newer=freshness.are_marks_newer(report.run, marks), item_map=pictures.item_map(report.items),
        has_map=any(item.n >= rules.MINIMUM_N for item in report.items),
        wright_map=pictures.wright_map(placed.thetas.tolist(), curves) if placed else None,
        information=pictures.information_curve([curve for _code, curve in curves]),
        further=tables.further_rows(summary), explained=explaining.explain_all(explaining.EXAM_FIGURES),
        explained_items=explaining.explain_all(explaining.ITEM_FIGURES),
    )  # fmt: skip
    return page, {"Content-Security-Policy": web.POLICY_WITH_PLOT}


def _no_run(exam: Exam, is_waiting: bool):
    waiting = marking.open_scripts(exam)
    return render_template("analysis/no_run.html", exam=exam, is_waiting=is_waiting, being_marked=waiting)


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


@bp.get("/exams/<exam>/state")
@requires(Permission.STATISTICS_SEE, of=load_exam)
def show_state(exam: Exam):
    """Asked every few seconds while a run is awaited; once it is there the whole page is shown anew."""
    is_waiting = service.is_run_waiting(exam)
    answer = make_response(render_template("analysis/_state.html", exam=exam, is_waiting=is_waiting))
    if not is_waiting:
        answer.headers["HX-Refresh"] = "true"
    return answer


@bp.get("/exams/<exam>/report.json")
@requires(Permission.STATISTICS_SEE, of=load_exam)
def download_json(exam: Exam):
    report = service.get_report(exam)
    if report is None:
        raise NotFound()
    answer = jsonify(tables.as_schema(report))
    name = f"statistics-{exam.course_module.code}-{exam.session_code}.json"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


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
    version, curve = item.item_version, scales.curve_of(item)
    placed = scales.place_candidates(item.run, scales.curves_by_version(report.neighbours)) if curve else None
    pooled = service.pool_versions([version.id], item.course_module_id).get(version.id)
    texts = {row["token"]: row["html"] for row in version.content.get("options") or []}
    return render_template(
        "analysis/show_item.html",
        item=item, version=version, exam=item.run.exam, figures=item.figures, texts=texts,
        verdict=wording.item_verdict(item), curves=pictures.option_curves(item), key_curve=pictures.key_curve(item),
        response=_response(item, curve, placed), curve=curve,
        item_map=pictures.item_map(report.neighbours, item), rows=tables.index_rows(item),
        difficulty_chart=pictures.intervals(report, "difficulty", pooled and pooled.difficulty),
        rest_chart=pictures.intervals(report, "item_rest", pooled and pooled.discrimination),
        exams_count=len(report.exams), pooled=wording.pooled_sentence(pooled) if pooled else "",
        suspect=next(iter(reviewing.suspects_in([item])), None),
    )  # fmt: skip


def _response(item: AnalysisItem, curve: scales.Curve | None, placed: scales.Placed | None) -> pictures.Picture | None:
    if curve is None or placed is None:
        return None
    return pictures.response_curve(curve, scales.groups_by_ability(placed.answers_to(item.item_version_id)))


@bp.get("/exams/<exam>/comparison")
@requires(Permission.STATISTICS_SEE, of=load_exam)
def compare_groups(exam: Exam):
    run = service.latest_run(exam)
    if run is None:
        return _no_run(exam, service.is_run_waiting(exam))
    found, scale = comparing.compare_groups(web.actor(), run), float(run.summary["scale_max"])
    terms = [replace(group, label=format_date(one.opens_at, "dd/MM/yyyy")) for one, group in found.terms]
    return render_template(
        "analysis/compare_groups.html", exam=exam, run=run, found=found,
        papers_chart=pictures.comparison(found.papers, found.whole, scale, _("Papers")),
        classes_chart=pictures.comparison(found.classes, found.whole, scale, _("Classes")),
        genders_chart=pictures.comparison(found.genders, found.whole, scale, _("Women and men")),
        terms_chart=pictures.comparison(terms, found.all_terms, scale, _("Exams")),
    )  # fmt: skip


@bp.get("/exams/<exam>/one-scale")
@requires(Permission.MARKS_SEE, of=load_exam)
def show_advice(exam: Exam):
    run = service.latest_run(exam)
    rows = advice.list_advised(run) if run else []
    return render_template(
        "analysis/show_advice.html", exam=exam, run=run, rows=rows, papers=advice.papers_of(rows),
        sentence=_scale_words(run), is_blind=marking.is_blind(web.actor(), exam),
    )  # fmt: skip


def _scale_words(run: AnalysisRun | None) -> str:
    """What the common scale allows to say, or why there is none."""
    if run is None:
        return _("This exam is not analysed yet. The analysis runs by itself after the exam is marked.")
    if not run.summary.get("scale") and run.summary["n_papers"] > 1:
        return _("These figures are older than the common scale of papers. Run the analysis again to see it.")
    every = _("Everybody had the same items: the marks are on one scale already.")
    return wording.scale_sentence(run.summary) or every


@bp.get("/modules/<module>/trend")
@requires(Permission.STATISTICS_SEE, of=load_module)
def show_trend(module: CourseModule):
    trend = trends.trend_of(module)
    charts = {name: pictures.trend(trend.rows, name) for name in ("sound_share", "difficulty", "discrimination")}
    return render_template("analysis/show_trend.html", module=module, trend=trend, charts=charts)
