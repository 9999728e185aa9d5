"""The page of scripts that agree: asked for by a button, because names are shown and the look goes on record."""

from flask import Blueprint, render_template, request

from exambank import web
from exambank.analysis import service
from exambank.analysis.service import agreement, agreement_words
from exambank.exams import service as exams
from exambank.exams.models import Exam
from exambank.permissions import Permission
from exambank.psychometrics.similarity import LEAST_CANDIDATES, LEAST_COMMON
from exambank.web import requires


def load_exam(exam: str) -> Exam:
    return exams.get_exam(exam)


@requires(Permission.SCRIPTS_COMPARE, of=load_exam)
def show_agreement(exam: Exam):
    return _show(exam, None)


@requires(Permission.SCRIPTS_COMPARE, of=load_exam)
def compare_scripts(exam: Exam):
    scope = request.form.get("scope") or agreement.extent_of(exam).scopes[0]
    return _show(exam, agreement.compare_scripts(actor=web.actor(), exam=exam, scope=scope))


def _show(exam: Exam, found: agreement.Agreement | None):
    extent = agreement.extent_of(exam)
    return render_template(
        "analysis/show_agreement.html",
        exam=exam, extent=extent, found=found, verdict=agreement_words.agreement_verdict(found) if found else None,
        offered=[scope for scope in extent.scopes if not extent.is_too_large(scope)],
        too_large=agreement_words.too_large_sentences(extent), scope_label=agreement_words.scope_label,
        chance=agreement_words.show_chance, has_report=service.latest_run(exam) is not None,
        least_common=LEAST_COMMON, least_candidates=LEAST_CANDIDATES,
    )  # fmt: skip


def add_pages(bp: Blueprint) -> None:
    """Put these pages under the blueprint of analysis."""
    bp.add_url_rule("/exams/<exam>/agreement", view_func=show_agreement, methods=["GET"])
    bp.add_url_rule("/exams/<exam>/agreement", view_func=compare_scripts, methods=["POST"])
