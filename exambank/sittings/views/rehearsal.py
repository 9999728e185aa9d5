"""Trying the exam room: anybody who is signed in, at any time the school allows it."""

from flask import flash, redirect, render_template, url_for

from exambank import clock, web
from exambank.errors import DomainError
from exambank.permissions import Permission
from exambank.sittings import rehearsal, service
from exambank.sittings.forms import ActForm
from exambank.sittings.views.blueprint import bp


@bp.get("/sit/rehearsal")
@web.requires(Permission.SIGNED_IN)
def show_rehearsal():
    return render_template(
        "sittings/show_rehearsal.html", state=service.rehearsing(), begun=service.find_own_rehearsal(web.actor()),
        minutes=rehearsal.MINUTES, questions=len(rehearsal.BUILT_IN), act=ActForm(),
    )  # fmt: skip


@bp.post("/sit/rehearsal")
@web.requires(Permission.SIGNED_IN)
def start_rehearsal():
    try:
        sitting = service.start_rehearsal(actor=web.actor(), now=clock.now())
    except DomainError as refused:
        flash(refused.message, "refusal")
        return redirect(url_for("sittings.show_rehearsal"))
    return redirect(url_for("sittings.show_sitting", sitting=sitting.public_id))
