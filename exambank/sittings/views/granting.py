"""Time for all rooms, time above the cap that waits for a second person, and opening a closed paper again."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from exambank import clock, web
from exambank.errors import DomainError, StateConflict
from exambank.permissions import Permission
from exambank.sittings import service
from exambank.sittings.forms import ActForm, ExtendForm, ReasonForm, ReopenForm
from exambank.sittings.views.blueprint import bp
from exambank.sittings.views.room import load_exam, load_seat


def load_grant(grant: str):
    """A grant of time, for the guard."""
    return service.find_grant(grant)


@bp.get("/room/exams/<exam>/time")
@web.requires(Permission.EXAM_MANAGE, of=load_exam)
def list_grants(exam):
    return _page(exam)


def _page(exam, form=None, pause_form=None, status=200):
    counts = service.count_states(exam.id)
    page = render_template(
        "sittings/list_grants.html", exam=exam, requests=_requests(service.list_asked(exam)), counts=counts,
        act=ActForm(), cap_minutes=service.cap_minutes(exam),
        own_id=web.actor().user_id, form=form or ExtendForm(formdata=None),
        pause_form=pause_form or ReasonForm(formdata=None, prefix="pause"), paused=service.count_paused(exam),
    )  # fmt: skip
    return page, status


def _requests(asked) -> list[list]:
    """What was asked for in one act stands together."""
    acts: dict[tuple, list] = {}
    for one in asked:
        grant = one.grant
        acts.setdefault((one.asked_by_id, grant.granted_at, grant.reason, grant.seconds), []).append(one)
    return list(acts.values())


def _back(exam, message: str):
    for room in exam.rooms:
        service.forget_summary(room.id)
    flash(message, "success")
    return redirect(url_for("sittings.list_grants", exam=exam.public_id))


@bp.post("/room/exams/<exam>/extend")
@web.requires(Permission.EXAM_MANAGE, of=load_exam)
def extend_exam(exam):
    form = ExtendForm()
    if not form.validate_on_submit():
        return _page(exam, form, status=422)
    given = service.extend_exam(
        actor=web.actor(), now=clock.now(), exam=exam, seconds=form.minutes.data * 60, reason=form.reason.data
    )
    return _back(exam, given_text(form.minutes.data, given))


@bp.post("/room/exams/<exam>/pause")
@web.requires(Permission.EXAM_MANAGE, of=load_exam)
def pause_exam(exam):
    form = ReasonForm(prefix="pause")
    if not form.validate_on_submit():
        return _page(exam, pause_form=form, status=422)
    count = service.pause_exam(actor=web.actor(), now=clock.now(), exam=exam, reason=form.reason.data)
    return _back(exam, _("The clock of %(count)s candidates stands still.", count=count))


@bp.post("/room/exams/<exam>/resume")
@web.requires(Permission.EXAM_MANAGE, of=load_exam)
def resume_exam(exam):
    count = service.resume_exam(actor=web.actor(), now=clock.now(), exam=exam)
    return _back(exam, _("The clock of %(count)s candidates runs again.", count=count))


def given_text(minutes: int, given) -> str:
    """What became of the same time for many, as one sentence or two."""
    said = []
    if given.at_once or not given.waiting:
        said.append(_("%(minutes)s minutes added for %(count)s candidates.", minutes=minutes, count=given.at_once))
    if given.waiting:
        said.append(
            _("For %(count)s it would pass the Regulation's cap and waits for a second person of the training office.",
              count=given.waiting)
        )  # fmt: skip
    return " ".join(said)


@bp.post("/room/grants/<grant>")
@web.requires(Permission.EXAM_MANAGE, of=load_grant)
def decide_grant(grant):
    """The second person gives or refuses."""
    sitting = service.sitting_of(grant)
    give = request.form.get("decision") == "give"
    try:
        service.decide_grant(actor=web.actor(), now=clock.now(), grant=grant, give=give)
    except StateConflict as refused:
        flash(refused.message, "refusal")
        return redirect(url_for("sittings.list_grants", exam=sitting.exam.public_id))
    return _back(
        sitting.exam, _("The time is given.") if give else _("The time is refused; the request stays on record.")
    )


@bp.post("/room/exams/<exam>/grants")
@web.requires(Permission.EXAM_MANAGE, of=load_exam)
def decide_grants(exam):
    """The second person decides on several of this exam at once; ``grant`` names them."""
    chosen, give = set(request.form.getlist("grant")), request.form.get("decision") == "give"
    waiting = [one.grant for one in service.list_asked(exam) if one.grant.public_id in chosen]
    count = service.decide_grants(actor=web.actor(), now=clock.now(), grants=waiting, give=give)
    if count < len(chosen):
        flash(_("%(count)s requests could not be decided: somebody else has, or the paper is in.",
                count=len(chosen) - count), "refusal")  # fmt: skip
    return _back(exam, _("%(count)s requests for time are decided.", count=count))


@bp.route("/room/seat/<sitting>/reopen", methods=["GET", "POST"])
@web.requires(Permission.EXAM_MANAGE, of=load_seat)
def reopen(sitting):
    """What opening again means is said first; then it is done with minutes and reason."""
    form = ReopenForm()
    if form.validate_on_submit():
        try:
            service.reopen(
                actor=web.actor(), now=clock.now(), sitting=sitting, minutes=form.minutes.data, reason=form.reason.data
            )
        except DomainError as refused:
            form.form_errors.append(refused.message)
        else:
            service.forget_summary(sitting.room_id)
            flash(_("The exam paper is open again. What was handed in before is kept."), "success")
            return redirect(url_for("sittings.show_seat", sitting=sitting.public_id))
    page = render_template(
        "sittings/reopen.html", sitting=sitting, exam=sitting.exam, form=form,
        submissions=service.list_submissions(sitting), answered=service.count_answered(sitting),
    )  # fmt: skip
    return page, 422 if form.is_submitted() else 200
