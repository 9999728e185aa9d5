"""One item: show it, its history and versions, submit, suspend, retire."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from exambank import clock, web
from exambank.bank import rules, service
from exambank.bank.forms import ReasonForm
from exambank.bank.views.blueprint import bp, load_item
from exambank.bank.views.showing import board_of, compare, note_reading, options_by_anchor, parts_of
from exambank.errors import InvalidInput
from exambank.permissions import Permission
from exambank.web import requires


def _show_item(item):
    return redirect(url_for("bank.show_item", item_id=item.public_id))


@bp.get("/items/<item_id>")
@requires(Permission.ITEM_SEE, of=load_item)
def show_item(item):
    versions = service.list_versions(item)
    newest, ids = versions[0], [version.id for version in versions]
    shown = _wanted(versions, "version") or newest
    note_reading(shown)
    return render_template(
        "bank/show_item.html",
        item=item,
        versions=versions,
        newest=newest,
        version=shown,
        accepted=next((version for version in versions if version.id == item.accepted_version_id), None),
        problems=service.check_item(shown, item.kind) + service.advise_author(shown),
        parts=parts_of(shown),
        options=options_by_anchor(shown),
        board=board_of(item, newest),
        approvals=service.approvals_of(newest),
        uses=service.list_uses(ids),
        statistics=service.statistics_of(versions),
        kin=service.kin_of(item, newest),
        concerns=service.list_concerns_of(item),
        may_decide=service.may_decide(web.actor(), newest),
    )


def _wanted(versions: list, name: str):
    """The version whose number stands in the address, if there is one."""
    number = request.args.get(name, "")
    return next((one for one in versions if str(one.number) == number), None)


@bp.get("/items/<item_id>/history")
@requires(Permission.ITEM_SEE, of=load_item)
def show_history(item):
    """Any two versions side by side: as chosen in the address, else the newest and the one before it."""
    versions = service.list_versions(item)
    new = _wanted(versions, "new") or versions[0]
    old = _wanted(versions, "old") or next((one for one in versions if one.number < new.number), None)
    note_reading(new, old)
    return render_template(
        "bank/show_history.html",
        item=item,
        versions=versions,
        new=new,
        old=old,
        change=compare(new, old) if old is not new else None,
        parts=parts_of(new),
        options=options_by_anchor(new),
    )


@bp.post("/items/<item_id>/restore")
@requires(Permission.ITEM_EDIT, of=load_item)
def restore_version(item):
    number = request.form.get("version", "")
    if not number.isascii() or not number.isdecimal() or len(number) > 6:
        raise InvalidInput(_("Choose the version whose text is to come back."))
    version = service.restore_version(actor=web.actor(), now=clock.now(), item=item, number=int(number))
    flash(
        _("The text of version %(old)s is back as version %(new)s. It is a draft: send it to review when it is right.",
          old=version.restored_from, new=version.number), "success",
    )  # fmt: skip
    return _show_item(item)


@bp.post("/items/<item_id>/discard")
@requires(Permission.ITEM_EDIT, of=load_item)
def discard_draft(item):
    kept = service.discard_draft(actor=web.actor(), now=clock.now(), item=item)
    flash(_("The draft is set aside. Version %(number)s stays in force.", number=kept.number), "success")
    return _show_item(item)


@bp.post("/items/<item_id>/submit")
@requires(Permission.ITEM_EDIT, of=load_item)
def submit_item(item):
    service.submit_for_review(actor=web.actor(), now=clock.now(), item=item)
    flash(_("Sent to review. Another person decides now."), "success")
    return _show_item(item)


@bp.post("/items/<item_id>/withdraw")
@requires(Permission.ITEM_EDIT, of=load_item)
def withdraw_item(item):
    service.withdraw_from_review(actor=web.actor(), now=clock.now(), item=item)
    flash(_("Taken back. The item is a draft again."), "success")
    return _show_item(item)


@bp.route("/items/<item_id>/retire", methods=["GET", "POST"])
@requires(Permission.ITEM_RETIRE, of=load_item)
def retire_item(item):
    return _step(item, "retire", service.retire_item,
                 _("The item is retired. Papers already made keep it; new papers do not use it."))  # fmt: skip


@bp.route("/items/<item_id>/suspend", methods=["GET", "POST"])
@requires(Permission.ITEM_RETIRE, of=load_item)
def suspend_item(item):
    return _step(item, "suspend", service.suspend_item,
                 _("The item is suspended. New papers do not use it until you put it back."))  # fmt: skip


@bp.route("/items/<item_id>/resume", methods=["GET", "POST"])
@requires(Permission.ITEM_RETIRE, of=load_item)
def resume_item(item):
    return _step(item, "resume", service.resume_item, _("The item is back in use. Papers may use it."))


def _step(item, act: str, command, done: str):
    """Ask for the reason, showing what will happen; then do it."""
    form = ReasonForm()
    if form.validate_on_submit():
        command(actor=web.actor(), now=clock.now(), item=item, reason=form.reason.data)
        flash(done, "success")
        return _show_item(item)
    uses = service.list_uses([version.id for version in service.list_versions(item)])
    can = item.state in rules.ITEM_STEPS[act].sources
    concern = service.open_concern_of(item)
    return render_template("bank/retire_item.html", item=item, act=act, f=form, uses=uses, can=can, concern=concern)
