"""The candidate's pages: own exams, cover, room, receipt; entering and handing in by form."""

import io
from datetime import timedelta
from math import ceil
from pathlib import Path

from flask import Response, abort, current_app, flash, redirect, render_template, request, send_file, url_for
from flask_babel import format_decimal

from exambank import audit, clock, web
from exambank.db import to_milliseconds
from exambank.errors import DomainError
from exambank.exams.rules import Conduct
from exambank.permissions import Permission
from exambank.sittings import rules, service
from exambank.sittings.forms import ActForm, EnterForm
from exambank.sittings.rules import State
from exambank.sittings.views import api, cards, machines, seats
from exambank.sittings.views.blueprint import bp
from exambank.sittings.views.parts import cells_html, is_open, open_questions, part_of, question_html
from exambank.sittings.views.receipts import proof_of


def load_sitting(sitting: str):
    return service.find_sitting(sitting)


def load_question(sitting: str, number: int):
    """A sitting and one of its questions; the guard asks the pair whose it is."""
    found = service.find_sitting(sitting)
    if found is None or not 1 <= number <= found.question_count:
        return None
    return OwnQuestion(found, number)


class OwnQuestion:
    """A question of a sitting, for the guard: it belongs to the sitting's candidate."""

    def __init__(self, sitting, number: int):
        self.sitting, self.number, self.user_id = sitting, number, sitting.user_id
        self.is_rehearsal = sitting.is_rehearsal


class OwnPicture(OwnQuestion):
    """A picture that an address names in a question of a sitting."""

    def __init__(self, sitting, number: int, picture: str):
        super().__init__(sitting, number)
        self.picture = picture


def load_picture(sitting: str, number: int, picture: str):
    """A picture's question and name; the guard asks whose sitting it is."""
    own = load_question(sitting, number)
    return None if own is None else OwnPicture(own.sitting, number, picture)


@bp.get("/sit/")
@web.requires(Permission.SITTING_TAKE)
def list_own():
    return render_template("sittings/list_own.html", sittings=service.list_own(web.actor()), now=clock.now())


@bp.get("/sit/<sitting>")
@web.requires(Permission.SITTING_TAKE, of=load_sitting)
def show_sitting(sitting):
    if sitting.state == State.READY:
        return cover(sitting)
    if sitting.state == State.CLOSED:
        return show_receipt(sitting)
    if seats.browser(sitting.public_id) != sitting.browser:
        return cover(sitting, is_held=True)
    return show_room(sitting)


def cover(sitting, form=None, is_held=False, status=200):
    """The page before the entry: who, what, until when, the rules, how one gets in, and the code."""
    form = form or EnterForm(data={"code": "" if is_held else cards.typed_code()})
    now = clock.now()
    seats.claim(sitting.public_id)
    flush, grace = service.limits_of(sitting.exam)
    door = service.door_of(sitting, now, seats.entered_before(sitting.public_id))
    conduct = Conduct.parse(sitting.exam.conduct)
    leave = service.earliest_submit(sitting.exam, door.start_at) - door.start_at
    page = render_template(
        "sittings/show_cover.html", sitting=sitting, exam=sitting.exam, form=form, is_held=is_held, door=door,
        conduct=conduct, section_minutes=conduct.section_minutes, start_ms=to_milliseconds(door.start_at),
        server_ms=to_milliseconds(now), flush_seconds=int(flush.total_seconds()),
        grace_minutes=format_decimal(round(grace.total_seconds() / 60, 1)),
        leave_minutes=ceil(leave / timedelta(minutes=1)),
    )  # fmt: skip
    return seats.keep(Response(page, status), sitting.public_id)


def show_room(sitting):
    """The paper. Right after an entry by form it brings what its script would otherwise enter for once more."""
    cards.forget_end()
    now = clock.now()
    entry = service.entry_of(sitting, now) if seats.is_handed_over(sitting) else None
    moment = (entry.clock if entry else service.clock_of(sitting, now)).as_dict()
    started_ms = service.started_ms(sitting)
    page = render_template(
        "sittings/show_room.html", sitting=sitting, exam=sitting.exam, clock=moment, flags=sitting.flags,
        questions=open_questions(sitting), question_html=question_html,
        cells_html=cells_html, part=part_of(sitting),
        has_formulas=any(one.has_formulas for one in service.questions_of(sitting)),
        is_watched=service.records_focus(service.find_place(sitting.public_id)),
        total_ms=max(moment["deadline_ms"] - started_ms, 1), is_working=is_working(sitting, now),
        left=rules.as_clock(timedelta(milliseconds=moment["remaining_ms"])),
        submit_from_ms=to_milliseconds(service.earliest_submit(sitting.exam, sitting.entered_at)),
        entry=api.entry_block(sitting, entry) if entry else "",
    )  # fmt: skip
    return seats.take_up(Response(page), sitting) if entry else page


def is_working(sitting, now) -> bool:
    """Whether the page takes editing: time is left, or stands still. Past it the questions can only be read."""
    left = rules.remaining(sitting.deadline_at, sitting.paused_at, now)
    return sitting.state == State.OPEN and (sitting.paused_at is not None or left.total_seconds() > 0)


def show_receipt(sitting):
    cards.note_end()
    return render_template(
        "sittings/show_receipt.html", sitting=sitting, exam=sitting.exam, answered=service.count_answered(sitting),
        record=next(iter(audit.list_for(sitting, limit=1)), None),
        result_url=url_for("marking.my_result", sitting=sitting.public_id) if has_result(sitting) else None,
        proof=proof_of(sitting),
    )  # fmt: skip


def has_result(sitting) -> bool:
    """Whether marking has a page for this and the exam's release rules open it now."""
    return "marking.my_result" in current_app.view_functions and service.is_mark_open(sitting.exam)


@bp.post("/sit/<sitting>/enter")
@web.csrf.exempt
@web.requires(Permission.SITTING_TAKE, of=load_sitting)
def enter(sitting):
    if api.is_json_call():
        return api.enter_as_json(sitting)
    form = EnterForm()
    if not form.validate_on_submit():
        return cover(sitting, form, sitting.state != State.READY, 422)
    try:
        service.enter(
            actor=web.actor(), now=clock.now(), sitting=sitting, browser=seats.claim(sitting.public_id),
            code=form.code.data or "", address=request.remote_addr,
            entered_before=seats.entered_before(sitting.public_id), machine_id=machines.current_id(),
        )  # fmt: skip
    except DomainError as error:
        form.code.errors = [*form.code.errors, error.message]
        return cover(sitting, form, sitting.state != State.READY, error.status)
    response = redirect(url_for("sittings.show_sitting", sitting=sitting.public_id))
    return seats.hand_over(seats.keep(response, sitting.public_id, sitting.entered_at), sitting)


@bp.post("/sit/<sitting>/submit")
@web.csrf.exempt
@web.requires(Permission.SITTING_TAKE, of=load_sitting)
def submit(sitting):
    if api.is_json_call():
        return api.submit_as_json(sitting)
    if not ActForm().validate_on_submit():
        abort(400)
    try:
        service.submit(
            actor=web.actor(), now=clock.now(), sitting=sitting, epoch=request.form.get("epoch", 0, int),
            browser=seats.browser(sitting.public_id),
        )  # fmt: skip
    except DomainError as error:
        flash(error.message, "refusal")
        return redirect(url_for("sittings.review", sitting=sitting.public_id))
    return redirect(url_for("sittings.show_sitting", sitting=sitting.public_id))


def _is_here(own: OwnQuestion) -> bool:
    """Whether this browser works on the sitting now, and on this question."""
    sitting = own.sitting
    is_seat = sitting.state == State.OPEN and seats.browser(sitting.public_id) == sitting.browser
    return is_seat and is_open(sitting, own.number)


@bp.get("/sit/<sitting>/media/<int:number>")
@web.requires(Permission.SITTING_TAKE, of=load_question)
def show_media(own: OwnQuestion):
    return _send(service.find_media(own.sitting, own.number) if _is_here(own) else None)


def _send(media):
    if media is None:
        abort(404)
    answer = send_file(io.BytesIO(media.body), mimetype=media.media_type, download_name="picture")
    answer.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox"
    return answer


@bp.get("/sit/<sitting>/media/<int:number>/<picture>")
@web.requires(Permission.SITTING_TAKE, of=load_picture)
def show_picture(own: OwnPicture):
    """A picture within the texts of a question: one of this very question, and only while it is worked on here."""
    return _send(service.find_picture(own.sitting, own.number, own.picture) if _is_here(own) else None)


@bp.get("/sit/shell")
@web.requires(Permission.PUBLIC)
def show_shell():
    """The empty room that the service worker keeps for a reload without network: nobody's data in it."""
    return render_template("sittings/show_shell.html")


@bp.get("/sw.js")
@web.requires(Permission.PUBLIC)
def service_worker():
    """At the root, so that it may speak for /sit/; the browser asks for it anew each time."""
    path = web_file("sw.js")
    if path is None:
        abort(404)
    response = send_file(path, mimetype="text/javascript")
    response.headers["Service-Worker-Allowed"] = "/sit/"
    response.headers["Cache-Control"] = "no-cache"
    return response


def web_file(name: str):
    """A built file by its plain name."""
    built = current_app.jinja_env.globals["asset"](name).rsplit("/", 1)[-1]
    path = Path(current_app.static_folder) / "dist" / built
    return path if path.is_file() else None
