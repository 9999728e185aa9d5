"""Items in doubt: the list, one concern with its evidence, asking for a review, settling it."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from exambank import clock, web
from exambank.bank import service
from exambank.bank.forms import ConcernForm, SettleForm
from exambank.bank.models import ItemConcern
from exambank.bank.rules import concerns as rules
from exambank.bank.views.blueprint import bp, load_concern, load_item
from exambank.bank.views.evidence import evidence_of
from exambank.bank.views.reviews import chosen_module
from exambank.bank.views.showing import note_reading, options_by_anchor, parts_of, places_of
from exambank.errors import NotFound, StateConflict
from exambank.permissions import Permission, allows
from exambank.web import requires


def load_settling(concern_id: str):
    """A concern, for whoever may declare the item sound: to those who wrote its text this does not exist."""
    concern = load_concern(concern_id)
    if web.actor().user_id in service.writers_of(concern.item_version):
        raise NotFound()
    return concern


def load_own_concern(concern_id: str):
    """A concern that this very person raised."""
    concern = load_concern(concern_id)
    if concern.opened_by_id != web.actor().user_id:
        raise NotFound()
    return concern


@bp.get("/concerns")
@requires(Permission.CONCERN_SEE)
def list_concerns():
    """Of all banks that this person sees, or of the one named in the address; open ones first."""
    state = rules.SETTLED if request.args.get("state") == rules.SETTLED else rules.OPEN
    banks, module = service.list_concern_banks(web.actor(), state), chosen_module()
    if module is not None and not allows(web.actor(), Permission.CONCERN_SEE, module):
        module = None
    return render_template(
        "bank/list_concerns.html",
        state=state,
        module=module,
        modules=[one for one, _count in banks],
        total=sum(count for _module, count in banks),
        concerns=service.list_concerns_for(web.actor(), state=state, course_module=module, page=web.read_page()),
        mine=service.count_concerns(web.actor(), module),
        may_settle=lambda concern: service.may_settle_concern(web.actor(), concern),
    )


@bp.get("/concerns/<concern_id>")
@requires(Permission.CONCERN_SEE, of=load_concern)
def show_concern(concern):
    return _show(concern, SettleForm())


def _show(concern: ItemConcern, form: SettleForm):
    version, item = concern.item_version, concern.item
    shows_text = allows(web.actor(), Permission.ITEM_SEE, version)
    if shows_text:
        note_reading(version)
    names = service.names_in([concern])
    form.seen.data = str(len(concern.evidence))
    return render_template(
        "bank/show_concern.html",
        f=form,
        concern=concern,
        item=item,
        version=version,
        evidence=evidence_of(concern, names),
        shows_text=shows_text,
        parts=parts_of(version) if shows_text else [],
        options=options_by_anchor(version) if shows_text else {},
        places=places_of(item) if shows_text else [],
        statistics=service.statistics_of([version]) if shows_text else [],
        others=[one for one in service.list_concerns_of(item) if one.id != concern.id],
        may_settle=service.may_settle_concern(web.actor(), concern),
        may_take_back=service.may_take_back(web.actor(), concern),
        is_writer=web.actor().user_id in service.writers_of(version),
        newest=service.get_newest_version(item),
    )


@bp.route("/items/<item_id>/concern", methods=["GET", "POST"])
@requires(Permission.CONCERN_OPEN, of=load_item)
def open_concern(item):
    """Ask for an item in force to be looked at again; also posted to from the report of an exam."""
    form = ConcernForm()
    if form.validate_on_submit():
        return _open(item, form)
    if request.method == "GET":
        form.exam.data = request.args.get("exam", "")[:36]
    page = render_template(
        "bank/open_concern.html", item=item, f=form, is_in_force=_is_in_force(item),
        concern=service.open_concern_of(item), shows_text=allows(web.actor(), Permission.ITEM_SEE, item),
    )  # fmt: skip
    return (page, 422) if form.errors else page


def _is_in_force(item) -> bool:
    return item.state == "accepted" and item.accepted_version_id is not None


def _open(item, form: ConcernForm):
    version_id = item.accepted_version_id or 0
    told = {row.exam for rows in service.list_statistics([version_id]).values() for row in rows}
    exam = form.exam.data if form.exam.data in told else ""
    concern = service.raise_concern(
        actor=web.actor(), now=clock.now(), version_id=version_id, codes=(),
        evidence=[{"code": rules.REPORTED, "exam": exam}], note=form.note.data,
    )  # fmt: skip
    if concern is None:
        raise StateConflict(
            _("Papers do not use this item now, so there is nothing to look at again. Comment on its text instead.")
        )
    flash(_("%(code)s is on the list of items to look at again. Whoever reviews this bank finds it on the desk.",
            code=item.code), "success")  # fmt: skip
    return redirect(url_for("bank.show_concern", concern_id=concern.public_id))


@bp.post("/concerns/<concern_id>/keep")
@requires(Permission.ITEM_REVIEW, of=load_settling)
def settle_concern(concern):
    done = _("%(code)s is kept as sound. Your reason stays with the item.", code=concern.item.code)
    return _settle(concern, rules.KEPT, done)


@bp.post("/concerns/<concern_id>/withdraw")
@requires(Permission.CONCERN_OPEN, of=load_own_concern)
def withdraw_concern(concern):
    return _settle(concern, rules.WITHDRAWN, _("Your doubt about %(code)s is taken back.", code=concern.item.code))


def _settle(concern: ItemConcern, outcome: str, done: str):
    form = SettleForm()
    if not form.validate_on_submit():
        return _show(concern, form), 422
    shown = (form.seen.data or "")[:6]
    service.settle_concern(
        actor=web.actor(), now=clock.now(), concern=concern, outcome=outcome, reason=form.reason.data,
        seen=int(shown) if shown.isdecimal() else None,
    )  # fmt: skip
    flash(done, "success")
    return redirect(url_for("bank.show_concern", concern_id=concern.public_id))
