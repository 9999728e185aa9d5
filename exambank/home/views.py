"""The desk, how the system stands, the records, the school's certificate, the health check."""

from pathlib import Path

from flask import Blueprint, Response, current_app, jsonify, render_template, request
from flask_babel import format_datetime
from flask_babel import gettext as _
from sqlalchemy.exc import SQLAlchemyError

from exambank import audit, clock, web
from exambank.db import db
from exambank.documents import service as documents
from exambank.home import certificates, desk, records, rules, system, wording
from exambank.permissions import Permission
from exambank.web import requires

bp = Blueprint("home", __name__)

web.add_navigation(0, "home", lambda: _("Desk"), "home.show_desk", Permission.SIGNED_IN)
web.add_navigation(110, "records", lambda: _("Records"), "home.list_records", Permission.AUDIT_SEE)
web.add_navigation(120, "system", lambda: _("System"), "home.show_system", Permission.SYSTEM_SEE)

CA_TYPE = "application/x-x509-ca-cert"
CA_FILE = "exambank-ca.crt"  # Windows and Android open .crt by a double click, not .pem


@bp.get("/")
@requires(Permission.SIGNED_IN)
def show_desk():
    now = clock.now()
    return render_template(
        "home/show_desk.html",
        desk=desk.build(web.actor(), now),
        today=format_datetime(now, _("EEEE, d MMMM y")),
        now=now,
    )


@bp.get("/system")
@requires(Permission.SYSTEM_SEE)
def show_system():
    findings = system.examine(clock.now())
    return render_template(
        "home/show_system.html", findings=findings, is_healthy=rules.is_healthy(findings),
        failed_jobs=system.list_failed_jobs(),
    )  # fmt: skip


@bp.get("/audit")
@requires(Permission.AUDIT_SEE)
def list_records():
    return _show_records()


@bp.post("/audit/verify")
@requires(Permission.AUDIT_SEE)
def verify_records():
    return _show_records(audit.verify())


def _show_records(verdict: audit.Verdict | None = None):
    verb, thing = web.clean_text(request.args.get("verb", ""))[:80], web.clean_text(request.args.get("thing", ""))[:120]
    page = records.list_records(verb=verb, thing=thing, page=web.read_page())
    return render_template(
        "home/list_records.html", page_of=page, head=audit.head(), verbs=records.list_verbs(), verb=verb, thing=thing,
        verdict=verdict, problems=[wording.problem_text(one) for one in verdict.problems[:20]] if verdict else [],
        verb_label=wording.verb_label, thing_label=wording.thing_label,
    )  # fmt: skip


@bp.get("/ca")
@requires(Permission.PUBLIC)
def show_certificate():
    authority = certificates.find_authority(Path(current_app.instance_path))
    if authority is None:
        return render_template("home/no_certificate.html"), 404
    exam_address = request.environ.get("exambank.exam_address")  # set where only the certificate is handed out
    return render_template(
        "home/show_certificate.html", authority=authority, exam_address=exam_address or request.host_url,
        is_plain_door=exam_address is not None, short_address=request.host_url + "ca",
        qr=documents.qr_drawing(request.host_url + "ca"),
    )  # fmt: skip


@bp.get("/ca.pem")
@requires(Permission.PUBLIC)
def download_certificate():
    authority = certificates.find_authority(Path(current_app.instance_path))
    if authority is None:
        return render_template("home/no_certificate.html"), 404
    headers = {"Content-Disposition": f"attachment; filename={CA_FILE}"}
    return Response(authority.body, mimetype=CA_TYPE, headers=headers)


@bp.get("/healthz")
@requires(Permission.PUBLIC)
def healthz():
    """For a load balancer: whether the database answers, and nothing else."""
    try:
        system.answers()
    except SQLAlchemyError:
        db.session.rollback()
        return jsonify(status="database does not answer"), 503
    return jsonify(status="ok")
