"""Breaches of the rules: recorded in the room, signed on paper, decided by the office."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice

from exambank import clock, web
from exambank.errors import DomainError
from exambank.permissions import Permission, allows
from exambank.sittings import service
from exambank.sittings.forms import OffenceForm, ReasonForm, SignForm
from exambank.sittings.views.blueprint import bp
from exambank.sittings.views.incidents import local_time, of_today, seat_choices
from exambank.sittings.views.messages import load_exam
from exambank.sittings.views.room import load_room


def load_offence(offence: str):
    return service.find_offence(offence)


def _form_for(room, **values) -> OffenceForm:
    form = OffenceForm(**values)
    form.whom.choices = seat_choices(room, _("Choose the candidate"))
    form.code.choices = [SelectChoice(one.code, one.name) for one in service.offence_catalogue(room.exam)]
    return form


@bp.get("/room/<room>/offences")
@web.requires(Permission.ROOM_RUN, of=load_room)
def ask_offence(room):
    """The form and what is on record in this room."""
    return _page(
        room, _form_for(room, formdata=None, whom=request.args.get("whom", ""), happened=local_time(clock.now()))
    )


def _page(room, form, status=200):
    choices = list(zip(form.code, service.offence_catalogue(room.exam), strict=True))
    page = render_template(
        "sittings/ask_offence.html", room=room, exam=room.exam, form=form, choices=choices,
        offences=service.list_offences(room.exam, room),
    )  # fmt: skip
    return page, status


@bp.post("/room/<room>/offences")
@web.requires(Permission.ROOM_RUN, of=load_room)
def record_offence(room):
    form, now = _form_for(room), clock.now()
    if not form.validate_on_submit():
        return _page(room, form, 422)
    sitting = service.find_sitting(form.whom.data)
    if sitting is None or sitting.room_id != room.id:
        return _page(room, form, 422)
    try:
        offence = service.record_offence(
            actor=web.actor(), now=now, sitting=sitting, code=form.code.data, text=form.text.data,
            happened_at=of_today(form.happened.data, now), evidence=form.evidence.data or "",
            witnesses=form.witnesses.data or "", is_signed={"yes": True, "no": False}.get(form.signed.data),
        )  # fmt: skip
    except DomainError as error:
        form.happened.errors = [*form.happened.errors, error.message]
        return _page(room, form, error.status)
    service.forget_summary(room.id)
    flash(_("On record. No mark changes by itself; the office decides from the record."), "success")
    return redirect(url_for("sittings.show_offence", offence=offence.public_id))


@bp.get("/room/offences/<offence>")
@web.requires(Permission.ROOM_WATCH, of=load_offence)
def show_offence(offence):
    return _offence_page(offence)


def _offence_page(offence, sign_form=None, withdraw_form=None, status=200):
    page = render_template(
        "sittings/show_offence.html", offence=offence, sitting=offence.sitting, exam=offence.sitting.exam,
        room=offence.sitting.candidacy.room, share=service.share_of(offence),
        sign_form=sign_form or SignForm(formdata=None, witnesses=offence.witnesses),
        withdraw_form=withdraw_form or ReasonForm(formdata=None, prefix="withdraw"),
        close_form=ReasonForm(formdata=None, prefix="close", reason=offence.name),
        may_run=allows(web.actor(), Permission.ROOM_RUN, offence),
        may_print=allows(web.actor(), Permission.DOCUMENTS_PRINT, offence),
    )  # fmt: skip
    return page, status


@bp.post("/room/offences/<offence>/sign")
@web.requires(Permission.ROOM_RUN, of=load_offence)
def sign_offence(offence):
    form = SignForm()
    if not form.validate_on_submit():
        return _offence_page(offence, sign_form=form, status=422)
    return _act(
        offence, _("Noted."), service.sign_offence, is_signed=form.signed.data == "yes",
        witnesses=form.witnesses.data or "",
    )  # fmt: skip


@bp.post("/room/offences/<offence>/withdraw")
@web.requires(Permission.ROOM_RUN, of=load_offence)
def withdraw_offence(offence):
    form = ReasonForm(prefix="withdraw")
    if not form.validate_on_submit():
        return _offence_page(offence, withdraw_form=form, status=422)
    return _act(offence, _("The record is withdrawn; it stays on file, struck out."), service.withdraw_offence,
                reason=form.reason.data)  # fmt: skip


def _act(offence, done: str, command, **values):
    try:
        command(actor=web.actor(), now=clock.now(), offence=offence, **values)
        flash(done, "success")
    except DomainError as error:
        flash(error.message, "refusal")
    service.forget_summary(offence.room_id)
    return redirect(url_for("sittings.show_offence", offence=offence.public_id))


@bp.get("/room/exams/<exam>/offences")
@web.requires(Permission.QUARANTINE_DECIDE, of=load_exam)
def list_offences(exam):
    """For the office: every record of the exam with what it would cost by the rules of that day."""
    return render_template(
        "sittings/list_offences.html", exam=exam, offences=service.list_offences(exam), share_of=service.share_of
    )
