"""Rescue files, brought to the server by the room's invigilator; and the versions of a typed answer, in a dispute."""

from flask import abort, render_template, request

from exambank import clock, web
from exambank.errors import InvalidInput
from exambank.permissions import Permission, allows
from exambank.sittings import rescue, service, versions
from exambank.sittings.forms import RescueForm
from exambank.sittings.views.blueprint import bp
from exambank.sittings.views.room import load_room, load_seat


@bp.get("/room/<room>/rescue")
@web.requires(Permission.ROOM_RUN, of=load_room)
def bring_rescue(room):
    return _page(room, RescueForm(formdata=None))


@bp.post("/room/<room>/rescue")
@web.requires(Permission.ROOM_RUN, of=load_room)
def take_rescue(room):
    """Take a file up and tell, in words, what became of it."""
    form = RescueForm()
    if not form.validate_on_submit():
        return _page(room, form, status=422)
    try:
        brought = service.bring_rescue_file(
            actor=web.actor(), now=clock.now(), room=room, noted=form.noted.data or "",
            body=form.file.data.stream.read(rescue.LARGEST + 1),
        )  # fmt: skip
    except InvalidInput as error:
        form.file.errors = [*form.file.errors, error.message]
        return _page(room, form, status=422)
    return _page(room, RescueForm(formdata=None), brought)


def _page(room, form, brought=None, status=200):
    page = render_template(
        "sittings/bring_rescue.html", room=room, exam=room.exam, form=form, brought=brought,
        files=service.list_rescue_files(room), may_decide=allows(web.actor(), Permission.QUARANTINE_DECIDE, None),
    )  # fmt: skip
    return page, status


@bp.get("/room/seat/<sitting>/versions")
@web.requires(Permission.ROOM_WATCH, of=load_seat)
def show_versions(sitting):
    """Times and lengths for the room; the words for who decides, and after the close alone."""
    typed = service.list_typed(sitting)
    number = request.args.get("question", typed[0][0].number if typed else 0, int)
    question = next((one for one, _count in typed if one.number == number), None)
    if question is None and "question" in request.args:
        abort(404)
    found = service.versions_of(sitting, question) if question else []
    shown = _chosen(found)
    may_read = sitting.state == "closed" and allows(web.actor(), Permission.QUARANTINE_DECIDE, sitting)
    changes = None
    if may_read and shown is not None:
        before = found[shown.number - 2].text if shown.number > 1 else ""
        changes = versions.differences(before, shown.text)
    return render_template(
        "sittings/show_versions.html", sitting=sitting, exam=sitting.exam, typed=typed, question=question,
        versions=found, shown=shown, changes=changes, may_read=may_read,
    )  # fmt: skip


def _chosen(found):
    """The version that the address asks for; else the last."""
    number = request.args.get("version", len(found), int)
    return found[number - 1] if 1 <= number <= len(found) else None
