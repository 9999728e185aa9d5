"""The machine check, open to every machine of the room before the day, and the list of what it found."""

import json
import secrets

from flask import Response, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from exambank import clock, web
from exambank.db import to_milliseconds
from exambank.errors import DomainError
from exambank.permissions import Permission
from exambank.sittings.forms import MachineForm
from exambank.sittings.rules import machines as checks
from exambank.sittings.service import machines
from exambank.sittings.service.machine_words import finding_text
from exambank.sittings.views.blueprint import bp

COOKIE = "exambank_machine"
_LIFE_SECONDS = 400 * 24 * 3600  # the longest that browsers keep a cookie
_REPORT_LIMIT = 4096

bp.add_app_template_filter(finding_text, "finding_text")
bp.add_app_template_global(lambda: checks.OLDEST, "oldest_browsers")
web.add_navigation(42, "sittings", lambda: _("Machines"), "sittings.list_machines", Permission.MACHINES_SEE)


def current_machine():
    """The machine this request comes from, as far as it was registered."""
    return machines.find_machine(request.cookies.get(COOKIE))


def current_id() -> int | None:
    """Its key, for the sitting that is entered here."""
    found = current_machine()
    return found.id if found else None


@bp.route("/machine", methods=["GET", "POST"])
@web.requires(Permission.PUBLIC)
def check_machine():
    known, form = current_machine(), MachineForm()
    if request.method == "GET" and known is not None:
        form.name.data, form.place.data = known.name, known.place
    if form.validate_on_submit():
        token = request.cookies.get(COOKIE) or secrets.token_urlsafe(32)
        try:
            machines.register_machine(
                now=clock.now(), token=token, name=form.name.data, place=form.place.data or "",
                address=request.remote_addr, browser=request.user_agent.string, report=_report(form.report.data),
            )  # fmt: skip
        except DomainError as refusal:
            form.name.errors = [*form.name.errors, refusal.message]
            return _page(form, known), refusal.status
        return _remember(redirect(url_for("sittings.check_machine")), token)
    return _page(form, known), 422 if form.errors else 200


def _report(text: str | None):
    try:
        return json.loads((text or "{}")[:_REPORT_LIMIT])
    except (ValueError, RecursionError):
        return {}


def _page(form, known):
    now = clock.now()
    ahead = machines.zone_minutes(now)
    return render_template(
        "sittings/check_machine.html", form=form, known=known, now=now, server_ms=to_milliseconds(now),
        zone_minutes=ahead, is_protected=web.is_protected(),
        findings=checks.judge_machine(known.report, known.browser, ahead) if known and known.checked_at else (),
    )  # fmt: skip


def _remember(response: Response, token: str) -> Response:
    response.set_cookie(
        COOKIE, token, max_age=_LIFE_SECONDS, httponly=True, samesite="Lax",
        secure=current_app.config["SESSION_COOKIE_SECURE"],
    )  # fmt: skip
    return response


@bp.get("/machine/time")
@web.requires(Permission.PUBLIC)
def show_server_time():
    """What the check measures the way and the clock with."""
    body = json.dumps({"server_ms": to_milliseconds(clock.now())})
    return Response(body, mimetype="application/json")


def load_machine(machine: str):
    return machines.get_machine(machine)


@bp.get("/room/machines")
@web.requires(Permission.MACHINES_SEE)
def list_machines():
    place = web.clean_text(request.args.get("place", ""))[: machines.PLACE_LENGTH]
    return render_template(
        "sittings/list_machines.html", lines=machines.list_machines(clock.now(), place), place=place,
        places=machines.list_places(), check_url=url_for("sittings.check_machine", _external=True),
    )  # fmt: skip


@bp.post("/room/machines/<machine>/remove")
@web.requires(Permission.MACHINES_MANAGE, of=load_machine)
def remove_machine(machine):
    machines.remove_machine(actor=web.actor(), now=clock.now(), machine=machine)
    flash(_("%(name)s is off the list.", name=machine.name), "success")
    return redirect(url_for("sittings.list_machines"))
