"""Acts of acceptance: what changed since the last one, and recording the next."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from exambank import clock, web
from exambank.bank import service
from exambank.bank.forms import AcceptanceForm
from exambank.bank.views.blueprint import bp, load_bank
from exambank.errors import InvalidInput
from exambank.permissions import Permission
from exambank.web import requires


@bp.route("/modules/<module_id>/acceptance", methods=["GET", "POST"])
@requires(Permission.BANK_MANAGE, of=load_bank)
def show_acceptance(course_module):
    form, error = AcceptanceForm(), ""
    if form.validate_on_submit():
        try:
            act = service.record_acceptance(
                actor=web.actor(), now=clock.now(), course_module=course_module, **form.values()
            )
        except InvalidInput as refused:
            error = refused.message
        else:
            flash(_("Act %(number)s is recorded. Print its minutes below and have them signed.", number=act.number),
                  "success")  # fmt: skip
            return redirect(url_for("bank.show_acceptance", module_id=course_module.public_id, _anchor="acts"))
    bank = service.compare_with_last(course_module)
    if request.method == "GET":
        form.start(clock.now(), service.fingerprint_of(bank))
    page = render_template(
        "bank/show_acceptance.html",
        course_module=course_module,
        f=form,
        error=error,
        bank=bank,
        acts=service.list_acceptances(course_module),
    )
    return (page, 422) if form.errors or error else page
