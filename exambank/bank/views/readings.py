"""Who reads accepted items: for whoever answers for a bank."""

from flask import jsonify, render_template, request

from exambank import clock, web
from exambank.bank import service
from exambank.bank.views.blueprint import bp, load_bank
from exambank.errors import wants_json
from exambank.permissions import Permission
from exambank.web import requires


@bp.get("/modules/<module_id>/readings")
@requires(Permission.BANK_MANAGE, of=load_bank)
def list_readings(course_module):
    person = web.clean_text(request.args.get("person", ""))[:36]
    item = web.clean_text(request.args.get("item", ""))[:40].upper()
    readers = service.list_readers(course_module, clock.now())
    return render_template(
        "bank/list_readings.html",
        course_module=course_module,
        readers=readers,
        readings=service.list_readings(course_module, person, item),
        person=person,
        item=item,
        limit=service.settings_of(course_module).reading_limit,
        person_name=next((one.full_name for one in readers if one.public_id == person), ""),
    )


@bp.app_errorhandler(service.ReadingLimited)
def _show_limit(error: service.ReadingLimited):
    """The page that says why no further item opens now, and what still does."""
    if wants_json():
        return jsonify(error=error.code, message=error.message), error.status
    return render_template("bank/reading_limited.html", message=error.message), error.status
