"""How a bank works and who may do what in it."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from exambank import clock, web
from exambank.accounts import service as accounts
from exambank.bank import labels, service
from exambank.bank.forms import SettingsForm
from exambank.bank.views.blueprint import bp, load_bank, load_right
from exambank.errors import InvalidInput, StateConflict
from exambank.permissions import Permission
from exambank.web import requires


def _show_settings(course_module, anchor: str | None = None):
    return redirect(url_for("bank.show_settings", module_id=course_module.public_id, _anchor=anchor))


@bp.route("/modules/<module_id>/settings", methods=["GET", "POST"])
@requires(Permission.BANK_MANAGE, of=load_bank)
def show_settings(course_module):
    form, settings = SettingsForm(), service.settings_of(course_module)
    if form.validate_on_submit():
        service.change_settings(actor=web.actor(), now=clock.now(), course_module=course_module, **form.values())
        flash(_("The settings are saved. They hold from the next check and the next decision on."), "success")
        return _show_settings(course_module)
    if request.method == "GET":
        form.show(settings)
    search = web.clean_text(request.args.get("search", ""))[:200]
    page = render_template(
        "bank/show_settings.html",
        course_module=course_module,
        f=form,
        settings=settings,
        rights=service.list_rights(course_module),
        search=search,
        found=service.find_holders(search),
        right_label=labels.right_label,
    )
    return (page, 422) if form.errors else page


@bp.post("/modules/<module_id>/rights")
@requires(Permission.BANK_MANAGE, of=load_bank)
def grant_right(course_module):
    try:
        user = accounts.get_user(_person())
        right = service.grant_right(
            actor=web.actor(), now=clock.now(), course_module=course_module, user=user,
            right=request.form.get("right", ""),
        )  # fmt: skip
    except (InvalidInput, StateConflict) as refused:
        flash(refused.message, "refusal")
        return _show_settings(course_module, "rights")
    what = labels.right_label(right.right)
    flash(_("%(name)s may now: %(right)s.", name=user.full_name, right=what), "success")
    return _show_settings(course_module, "rights")


def _person() -> str:
    person = web.clean_text(request.form.get("person", ""))
    if not person:
        raise InvalidInput(_("Find the person first, then grant the right."))
    return person


@bp.post("/rights/<right_id>/withdraw")
@requires(Permission.BANK_MANAGE, of=load_right)
def withdraw_right(right):
    course_module = right.course_module
    service.withdraw_right(actor=web.actor(), now=clock.now(), right=right)
    flash(_("The right is withdrawn. What the person wrote stays."), "success")
    return _show_settings(course_module, "rights")
