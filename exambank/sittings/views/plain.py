"""The room without JavaScript: one question a page, saved when a button is pressed, by the same store."""

import json

from flask import abort, flash, redirect, render_template, request, session, url_for

from exambank import clock, web
from exambank.errors import DomainError, InvalidInput, StateConflict
from exambank.permissions import Permission
from exambank.sittings import rules, service
from exambank.sittings.forms import ActForm
from exambank.sittings.views import seats
from exambank.sittings.views.blueprint import bp
from exambank.sittings.views.candidate import (
    OwnQuestion,
    is_working,
    load_question,
    load_sitting,
)
from exambank.sittings.views.parts import is_open, open_range, part_of, picture_urls

_SENT_AGAIN = {"busy", "re_enter", "locked"}  # the seat may press the button once more; all else is kept elsewhere


def _is_at_work(sitting) -> bool:
    return is_working(sitting, clock.now()) and seats.browser(sitting.public_id) == sitting.browser


def _question(sitting, number: int):
    return redirect(url_for("sittings.show_question", sitting=sitting.public_id, number=number))


def _elsewhere(sitting):
    """Cover, receipt or "time is over": whatever holds now."""
    return redirect(url_for("sittings.show_sitting", sitting=sitting.public_id))


@bp.get("/sit/<sitting>/q/<int:number>")
@web.requires(Permission.SITTING_TAKE, of=load_question)
def show_question(own: OwnQuestion):
    if not _is_at_work(own.sitting):
        return _elsewhere(own.sitting)
    if not is_open(own.sitting, own.number):
        return _question(own.sitting, open_range(own.sitting)[0])
    stored = service.stored_of(own.sitting)
    given = stored.get(own.number)
    return _page(own, stored, json.loads(given.payload) if given else {})


def _page(own: OwnQuestion, stored, given: dict, error: str | None = None) -> str:
    return render_template(
        "sittings/show_question.html", sitting=own.sitting, exam=own.sitting.exam, given=given, error=error,
        question=service.questions_of(own.sitting)[own.number - 1],
        n=_next_counter(own.sitting, stored), clock=service.clock_of(own.sitting, clock.now()).as_dict(),
        saved=service.answered_of(own.sitting), flags=own.sitting.flags, picture_urls=picture_urls(own.sitting),
        part=part_of(own.sitting), notices=service.list_notices(own.sitting),
    )  # fmt: skip


def _next_counter(sitting, stored) -> int:
    """Above everything this epoch has stored; a page opened earlier therefore cannot push out a later answer."""
    counters = [n for epoch, n in (rules.split_seq(row.seq) for row in stored.values()) if epoch == sitting.epoch]
    return max(counters, default=0) + 1


@bp.post("/sit/<sitting>/q/<int:number>")
@web.requires(Permission.SITTING_TAKE, of=load_question)
def save_question(own: OwnQuestion):
    try:
        _save(own)
    except InvalidInput as error:
        return _typed_again(own, error)
    except StateConflict as error:
        if error.code in _SENT_AGAIN and _is_at_work(own.sitting) and is_open(own.sitting, own.number):
            return _typed_again(own, error)
        flash(error.message, "refusal")
        return _question(own.sitting, own.number)
    _set_flag(own)
    return _go_on(own)


def _typed_again(own: OwnQuestion, error: DomainError):
    """What was typed comes back with the reason: an essay is not typed twice."""
    place = service.find_place(own.sitting.public_id)
    typed = service.read_typed(place, own.number, request.form)
    return _page(own, service.stored_of(own.sitting), typed, error.message), error.status


def _save(own: OwnQuestion) -> None:
    place = service.find_place(own.sitting.public_id)
    payload = service.read_form_answer(place, own.number, request.form)
    given = {"q": own.number, "n": request.form.get("n", 0, int), "payload": payload}
    answers = service.parse_answers(place, [given])
    if service.is_untouched(own.sitting, answers[0]):
        return
    seat = service.seat_of(place, session.get("version", -1), seats.browser(own.sitting.public_id))
    outcome = service.save(seat, request.form.get("epoch", -1, int), answers)
    service.refuse_unsaved(own.sitting, answers[0], outcome)


def _set_flag(own: OwnQuestion) -> None:
    wanted = request.form.get("flag")
    if wanted not in {"on", "off"}:
        return
    flags = set(own.sitting.flags) - {own.number} | ({own.number} if wanted == "on" else set())
    place = service.find_place(own.sitting.public_id)
    seat = service.seat_of(place, session.get("version", -1), seats.browser(own.sitting.public_id))
    service.set_flags(seat, request.form.get("epoch", -1, int), sorted(flags))


def _go_on(own: OwnQuestion):
    go, (first, last) = request.form.get("go", ""), open_range(own.sitting)
    if go == "next" and own.number == last and last < own.sitting.question_count:
        return _leave(own)
    if go == "review" or (go == "next" and own.number == last):
        return redirect(url_for("sittings.review", sitting=own.sitting.public_id))
    steps = {"next": own.number + 1, "prev": own.number - 1}
    target = steps.get(go, int(go) if go.isascii() and go.isdigit() else own.number)
    return _question(own.sitting, min(max(target, first), last))


def _leave(own: OwnQuestion):
    """Out of what is open: at once after an answer where questions open one by one, else it is asked first."""
    part = part_of(own.sitting)
    if part["is_forward"] and own.number not in part["ends"] and own.number in service.answered_of(own.sitting):
        return _move(own.sitting, own.number + 1)
    return redirect(url_for("sittings.ask_next", sitting=own.sitting.public_id))


@bp.get("/sit/<sitting>/next")
@web.requires(Permission.SITTING_TAKE, of=load_sitting)
def ask_next(sitting):
    """What going on costs, before it is done: there is no way back."""
    part = part_of(sitting)
    if not _is_at_work(sitting) or part["is_last"]:
        return _elsewhere(sitting)
    saved, now = service.answered_of(sitting), clock.now()
    return render_template(
        "sittings/ask_next.html", sitting=sitting, exam=sitting.exam, part=part,
        clock=service.clock_of(sitting, now).as_dict(),
        empty=[number for number in range(part["first"], part["last"] + 1) if number not in saved],
    )  # fmt: skip


@bp.post("/sit/<sitting>/next")
@web.requires(Permission.SITTING_TAKE, of=load_sitting)
def go_next(sitting):
    if not ActForm().validate_on_submit():
        abort(400)
    return _move(sitting, request.form.get("to", 0, int))


def _move(sitting, to: int):
    try:
        moved = service.go(
            actor=web.actor(), now=clock.now(), sitting=sitting, epoch=request.form.get("epoch", -1, int),
            browser=seats.browser(sitting.public_id), to=to,
        )  # fmt: skip
    except StateConflict as error:
        flash(error.message, "refusal")
        return _elsewhere(sitting)
    return _question(moved, open_range(moved)[0])


@bp.get("/sit/<sitting>/review")
@web.requires(Permission.SITTING_TAKE, of=load_sitting)
def review(sitting):
    if not _is_at_work(sitting):
        return _elsewhere(sitting)
    saved, now, part = service.answered_of(sitting), clock.now(), part_of(sitting)
    allowed_at = min(service.earliest_submit(sitting.exam, sitting.entered_at), sitting.deadline_at)
    empty = [number for number in range(part["first"], part["last"] + 1) if number not in saved]
    return render_template(
        "sittings/review.html", sitting=sitting, exam=sitting.exam, saved=saved, flags=sitting.flags, part=part,
        clock=service.clock_of(sitting, now).as_dict(), allowed_at=allowed_at, is_early=now < allowed_at,
        first_empty=empty[0] if empty else None, empty_count=len(empty), notices=service.list_notices(sitting),
    )  # fmt: skip
