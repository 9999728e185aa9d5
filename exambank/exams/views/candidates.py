"""Who is listed, with what number, and one candidate: admission, extra time, number, room, removal."""

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from exambank import clock, web
from exambank.errors import InvalidInput
from exambank.exams import rules, service
from exambank.exams.forms import CodesForm, ExtraTimeForm, NumberForm, ReasonForm, RoomChoiceForm
from exambank.exams.views.blueprint import attempt, bp, load_candidacy, load_exam
from exambank.permissions import Permission
from exambank.web import requires


def _to_list(exam):
    return redirect(url_for(".list_candidates", exam_id=exam.public_id))


def _to_candidate(candidacy):
    return redirect(url_for(".show_candidate", candidacy_id=candidacy.public_id))


@bp.get("/<exam_id>/candidates")
@requires(Permission.EXAM_SEE, of=load_exam)
def list_candidates(exam):
    return _show_list(exam, CodesForm(formdata=None))


def _show_list(exam, form):
    return render_template(
        "exams/list_candidates.html", exam=exam, form=form, candidates=service.list_candidates(exam),
        tally=service.tally(exam),
    )  # fmt: skip


@bp.post("/<exam_id>/candidates/class")
@requires(Permission.EXAM_MANAGE, of=load_exam)
def add_class(exam):
    cohort = exam.offering.cohort if exam.offering else None
    attempt(
        lambda **values: _say_added(service.add_candidates(**values)), _("The class is listed."),
        actor=web.actor(), now=clock.now(), exam=exam, cohort=cohort,
    )  # fmt: skip
    return _to_list(exam)


def _say_added(added) -> None:
    if added.ineligible:
        flash(
            _("%(count)s learners may not sit; the list says why.", count=len(added.ineligible)),
            "caution",
        )


@bp.post("/<exam_id>/candidates/import")
@requires(Permission.EXAM_MANAGE, of=load_exam)
def import_candidates(exam):
    form = CodesForm()
    if not form.validate():
        return _show_list(exam, form)
    try:
        added = service.import_candidates(
            actor=web.actor(), now=clock.now(), exam=exam, rows=rules.parse_codes(form.codes.data)
        )
    except InvalidInput as refused:
        form.codes.errors = [refused.message]
        return _show_list(exam, form)
    _say_added(added)
    flash(_("%(count)s learners were added.", count=len(added.eligible) + len(added.ineligible)), "success")
    return _to_list(exam)


@bp.post("/<exam_id>/candidates/number")
@requires(Permission.EXAM_MANAGE, of=load_exam)
def number_candidates(exam):
    service.number_candidates(actor=web.actor(), now=clock.now(), exam=exam)
    flash(_("The list is numbered by name. Deal the papers again."), "success")
    return _to_list(exam)


@bp.post("/<exam_id>/candidates/judge")
@requires(Permission.EXAM_MANAGE, of=load_exam)
def judge_again(exam):
    changed = service.judge_again(actor=web.actor(), now=clock.now(), exam=exam)
    flash(_("Attendance and marks were compared again: %(count)s candidates changed sides.", count=changed), "success")
    return _to_list(exam)


@bp.get("/candidates/<candidacy_id>")
@requires(Permission.EXAM_MANAGE, of=load_candidacy)
def show_candidate(candidacy):
    return _show_candidate(candidacy)


def _show_candidate(candidacy, **forms):
    room_form = RoomChoiceForm(formdata=None)
    room_form.offer(candidacy.exam.rooms)
    room_form.room.data = candidacy.room.public_id if candidacy.room else None
    extra = {"minutes": candidacy.extra_seconds // 60 or None, "reason": candidacy.extra_reason}
    shown = {
        "extra_form": ExtraTimeForm(formdata=None, data=extra), "room_form": room_form,
        "admit_form": ReasonForm(formdata=None),
        "number_form": NumberForm(formdata=None, data={"number": candidacy.number}),
    }  # fmt: skip
    return render_template("exams/show_candidate.html", candidacy=candidacy, exam=candidacy.exam, **{**shown, **forms})


@bp.post("/candidates/<candidacy_id>/extra-time")
@requires(Permission.EXAM_MANAGE, of=load_candidacy)
def set_extra_time(candidacy):
    form = ExtraTimeForm()
    if form.validate():
        try:
            service.set_extra_time(
                actor=web.actor(), now=clock.now(), candidacy=candidacy, seconds=form.minutes.data * 60,
                reason=form.reason.data,
            )  # fmt: skip
        except InvalidInput as refused:
            form.minutes.errors = [refused.message]
        else:
            flash(_("The extra time is recorded."), "success")
            return _to_candidate(candidacy)
    return _show_candidate(candidacy, extra_form=form)


@bp.post("/candidates/<candidacy_id>/extra-time/remove")
@requires(Permission.EXAM_MANAGE, of=load_candidacy)
def remove_extra_time(candidacy):
    service.remove_extra_time(actor=web.actor(), now=clock.now(), candidacy=candidacy)
    flash(_("The extra time is taken back."), "success")
    return _to_candidate(candidacy)


@bp.post("/candidates/<candidacy_id>/admit")
@requires(Permission.EXAM_MANAGE, of=load_candidacy)
def admit_candidate(candidacy):
    form = ReasonForm()
    if not form.validate():
        return _show_candidate(candidacy, admit_form=form)
    service.admit_candidate(actor=web.actor(), now=clock.now(), candidacy=candidacy, reason=form.reason.data)
    flash(_("The learner is admitted, with a number. The reason is kept."), "success")
    return _to_candidate(candidacy)


@bp.post("/candidates/<candidacy_id>/number")
@requires(Permission.EXAM_MANAGE, of=load_candidacy)
def set_number(candidacy):
    form = NumberForm()
    if form.validate():
        try:
            service.set_number(actor=web.actor(), now=clock.now(), candidacy=candidacy, number=form.number.data)
        except InvalidInput as refused:
            form.number.errors = [refused.message]
        else:
            flash(_("The number is changed."), "success")
            return _to_candidate(candidacy)
    return _show_candidate(candidacy, number_form=form)


@bp.post("/candidates/<candidacy_id>/room")
@requires(Permission.EXAM_MANAGE, of=load_candidacy)
def move_candidate(candidacy):
    form = RoomChoiceForm()
    form.offer(candidacy.exam.rooms)
    if not form.validate():
        return _show_candidate(candidacy, room_form=form)
    service.move_candidate(
        actor=web.actor(), now=clock.now(), candidacy=candidacy, room=service.get_room(form.room.data)
    )
    flash(_("The candidate has another room."), "success")
    return _to_candidate(candidacy)


@bp.post("/candidates/<candidacy_id>/remove")
@requires(Permission.EXAM_MANAGE, of=load_candidacy)
def remove_candidate(candidacy):
    exam = candidacy.exam
    service.remove_candidate(actor=web.actor(), now=clock.now(), candidacy=candidacy)
    flash(_("The learner was taken off the list."), "success")
    return _to_list(exam)
