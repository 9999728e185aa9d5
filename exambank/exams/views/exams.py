"""The desk of exams and one exam: schedule, papers, ready, cancel, release."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from exambank import clock, web
from exambank.assembly import service as assembly
from exambank.courses import service as courses
from exambank.errors import InvalidInput
from exambank.exams import rules, service
from exambank.exams.forms import NewExamForm, PapersForm, ReasonForm, ReleaseForm, ScheduleForm, schedule_values
from exambank.exams.views.blueprint import attempt, bp, load_exam
from exambank.permissions import Permission, allows
from exambank.web import requires


def _to_exam(exam):
    return redirect(url_for(".show_exam", exam_id=exam.public_id))


@bp.get("/")
@requires(Permission.EXAM_SEE)
def list_exams():
    person, now = web.actor(), clock.now()
    groups = {"open": [], "upcoming": [], "past": []}
    for exam in service.list_exams_for(person):
        groups[rules.when_is(exam, now)].append(exam)
    groups["upcoming"].reverse()
    return render_template(
        "exams/list_exams.html", groups=groups,
        watched=lambda exam: service.list_rooms_of(person, exam), may_see=lambda exam: _may_see(person, exam),
    )  # fmt: skip


def _may_see(person, exam) -> bool:
    return allows(person, Permission.EXAM_SEE, exam)


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.EXAM_MANAGE)
def new_exam():
    offerings = courses.list_offerings_for(web.actor(), Permission.EXAM_MANAGE)
    form = NewExamForm(data={"minutes": 60, "mark": "published", "review": "never", "start_mode": "uniform"})
    form.offer(offerings)
    if form.validate_on_submit():
        offering = courses.get_offering(form.offering.data)
        try:
            exam = service.schedule_exam(
                actor=web.actor(), now=clock.now(), offering=offering, room_names=form.room_names(), **form.times()
            )
        except InvalidInput as refused:
            form.form_errors.append(refused.message)
        else:
            flash(_("The exam is scheduled. List its candidates now."), "success")
            return _to_exam(exam)
    return render_template("exams/new_exam.html", form=form, offerings=offerings)


@bp.get("/<exam_id>")
@requires(Permission.EXAM_SEE, of=load_exam)
def show_exam(exam):
    tally, now = service.tally(exam), clock.now()
    steps = rules.road(exam.state, exam.result_state, tally.eligible, tally.numbered, tally.bound)
    manages = allows(web.actor(), Permission.EXAM_MANAGE, exam)
    return render_template(
        "exams/show_exam.html", exam=exam, tally=tally, steps=steps, manages=manages, reason_form=ReasonForm(),
        obstacles=service.find_obstacles(exam, now) if exam.state == "draft" else [],
        release_form=ReleaseForm(data=exam.release), shows_code=manages and exam.state in {"draft", "ready", "open"},
        late_minutes=(service.room_rules(exam).late_entry_seconds or 0) // 60, **_seal_of(exam),
    )  # fmt: skip


def _seal_of(exam) -> dict:
    is_sealed = bool(service.seal_notice(exam))
    return {
        "papers_are_sealed": is_sealed, "how_to_open": assembly.how_to_open(exam.paper_set) if is_sealed else "",
    }  # fmt: skip


@bp.route("/<exam_id>/schedule", methods=["GET", "POST"])
@requires(Permission.EXAM_MANAGE, of=load_exam)
def change_schedule(exam):
    form = ScheduleForm(data=schedule_values(exam))
    if form.validate_on_submit():
        try:
            service.change_schedule(actor=web.actor(), now=clock.now(), exam=exam, **form.times())
        except InvalidInput as refused:
            form.form_errors.append(refused.message)
        else:
            flash(_("The schedule is changed."), "success")
            return _to_exam(exam)
    return render_template("exams/change_schedule.html", form=form, exam=exam)


@bp.post("/<exam_id>/release")
@requires(Permission.EXAM_RELEASE, of=load_exam)
def change_release(exam):
    form = ReleaseForm()
    if form.validate():
        service.change_release(actor=web.actor(), now=clock.now(), exam=exam, release=form.release())
        flash(_("The release of marks is changed."), "success")
    else:
        flash(_("Choose when learners see their mark and their paper."), "refusal")
    return _to_exam(exam)


@bp.route("/<exam_id>/papers", methods=["GET", "POST"])
@requires(Permission.EXAM_MANAGE, of=load_exam)
def bind_papers(exam):
    """Choose an approved set and give every candidate a paper of it."""
    sets, form = service.list_usable_sets(exam), PapersForm()
    form.offer(sets)
    if request.method == "GET" and exam.paper_set is not None:
        form.paper_set.data = exam.paper_set.public_id
    if form.validate_on_submit():
        paper_set = assembly.get_paper_set(form.paper_set.data)
        service.bind_papers(actor=web.actor(), now=clock.now(), exam=exam, paper_set=paper_set)
        flash(_("Every candidate has a paper now; neighbours have different ones."), "success")
        return _to_exam(exam)
    return render_template("exams/bind_papers.html", exam=exam, form=form, sets=sets, tally=service.tally(exam))


@bp.post("/<exam_id>/ready")
@requires(Permission.EXAM_MANAGE, of=load_exam)
def make_ready(exam):
    service.make_ready(actor=web.actor(), now=clock.now(), exam=exam)
    flash(_("The exam is ready: list, rooms and papers are fixed. It is opened in the room."), "success")
    return _to_exam(exam)


@bp.post("/<exam_id>/cancel")
@requires(Permission.EXAM_MANAGE, of=load_exam)
def cancel_exam(exam):
    attempt(
        service.cancel, _("The exam is cancelled."), actor=web.actor(), now=clock.now(), exam=exam,
        reason=ReasonForm().reason.data or "",
    )  # fmt: skip
    return _to_exam(exam)
