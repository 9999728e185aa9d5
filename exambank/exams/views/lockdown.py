"""How the exam's machines are locked; the settings file of Safe Exam Browser and the link that starts it."""

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from exambank import clock, web
from exambank.errors import DomainError
from exambank.exams import rules, service
from exambank.exams.forms import LockdownForm
from exambank.exams.views.blueprint import bp, load_exam
from exambank.permissions import Permission
from exambank.web import requires


@bp.route("/<exam_id>/lockdown", methods=["GET", "POST"])
@requires(Permission.EXAM_MANAGE, of=load_exam)
def set_lockdown(exam):
    conduct = rules.Conduct.parse(exam.conduct)
    form = LockdownForm(
        data={
            "lockdown": conduct.lockdown, "address": conduct.address or request.host_url.rstrip("/"),
            "browser_exam_keys": "\n".join(conduct.browser_exam_keys), "is_sealed": exam.seb_sealed is not None,
        }
    )  # fmt: skip
    form.reason.flags.required = exam.state == "open"  # the service insists on it then
    if form.validate_on_submit():
        try:
            service.set_lockdown(
                actor=web.actor(), now=clock.now(), exam=exam, wish=form.wish(), reason=form.reason.data or ""
            )
        except DomainError as refused:
            form.form_errors.append(refused.message)
        else:
            flash(_("The lockdown is set. Files handed out before are refused if the settings changed."), "success")
            return redirect(url_for(".set_lockdown", exam_id=exam.public_id))
    return _page(exam, form, 422 if form.is_submitted() else 200)


def _page(exam, form, status: int):
    conduct = rules.Conduct.parse(exam.conduct)
    page = render_template(
        "exams/set_lockdown.html", exam=exam, form=form, conduct=conduct, start_url=start_url(exam),
        settings=service.read_settings(exam) or {}, may_change=exam.state not in {"closed", "cancelled"},
        is_https=conduct.address.startswith("https:"),
    )  # fmt: skip
    return page, status


def start_url(exam) -> str:
    """The link that starts Safe Exam Browser with this exam's settings; empty where there are none."""
    conduct = rules.Conduct.parse(exam.conduct)
    if not conduct.is_seb or not conduct.address:
        return ""
    return rules.start_link(conduct.address, url_for("exams.start_file", exam=exam.public_id))


@bp.post("/<exam_id>/lockdown/file")
@requires(Permission.EXAM_MANAGE, of=load_exam)
def download_settings(exam):
    """The settings file for carrying: plain, or locked with the password typed here."""
    password = request.form.get("password", "")
    try:
        body = service.locked_copy(exam, password) if request.form.get("kind") == "locked" else exam.seb_file
    except DomainError as refused:
        flash(refused.message, "refusal")
        return redirect(url_for(".set_lockdown", exam_id=exam.public_id))
    if body is None:
        flash(_("There are no settings of Safe Exam Browser for this exam yet."), "refusal")
        return redirect(url_for(".set_lockdown", exam_id=exam.public_id))
    return _send(body, f"exam-{exam.opens_at:%Y%m%d-%H%M}.seb")


@bp.get("/start.seb")
@requires(Permission.PUBLIC)
def start_file():
    """For Safe Exam Browser itself, which signs in only afterwards: addresses and switches, nothing of the exam."""
    wanted = request.args.get("exam")
    if wanted is None:
        return redirect(url_for("home.show_desk"))
    web.refuse_odd_ids({"exam": wanted})
    return _send(service.file_for_machines(load_exam(wanted)), "start.seb")


def _send(body: bytes | None, name: str) -> Response:
    if body is None:
        abort(404)
    answer = Response(body, mimetype="application/seb")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
