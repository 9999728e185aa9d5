"""The banks, one bank's items, its overview, a search through all banks, saved views."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from exambank import clock, web
from exambank.bank import list_labels, service
from exambank.bank.rules import finding
from exambank.bank.views.blueprint import bp, load_bank
from exambank.bank.views.bulk import acts_for
from exambank.bank.views.listing import listing_of
from exambank.courses import service as courses
from exambank.errors import InvalidInput, NotFound
from exambank.permissions import Permission
from exambank.web import requires


@bp.get("/")
@requires(Permission.BANK_SEE)
def list_items():
    """The banks of this person; whoever has one goes straight into it."""
    banks = service.list_banks(web.actor())
    if len(banks) == 1:
        return redirect(url_for("bank.show_bank", module_id=banks[0].course_module.public_id))
    waiting, doubted = service.count_reviews(web.actor()), service.count_concerns(web.actor())
    return render_template("bank/list_items.html", banks=banks, waiting=waiting, doubted=doubted)


@bp.get("/search")
@requires(Permission.BANK_SEE)
def search_banks():
    """One search through all banks that this person may see."""
    modules = courses.list_modules_for(web.actor(), Permission.BANK_SEE)
    return render_template("bank/search_banks.html", listing=listing_of(modules), modules=modules)


@bp.get("/modules/<module_id>")
@requires(Permission.BANK_SEE, of=load_bank)
def show_bank(course_module):
    offer = service.offer_of(course_module, web.actor())
    return render_template(
        "bank/show_bank.html",
        course_module=course_module,
        bank=offer.state,
        offer=offer,
        listing=listing_of(course_module, offer),
        ready_views=list_labels.ready_views(),
        acts=acts_for(course_module),
    )


@bp.get("/modules/<module_id>/overview")
@requires(Permission.BANK_SEE, of=load_bank)
def show_overview(course_module):
    return render_template(
        "bank/show_overview.html",
        course_module=course_module,
        bank=service.bank_state(course_module),
        counts=service.count_topics_by_level(course_module),
        topics=courses.list_topics(course_module, with_retired=True),
        levels=courses.list_levels(with_retired=True),
    )


# --- saved views ---


def load_view(view_id: str):
    """One's own saved view; others' views are only looked through."""
    view = service.get_view(view_id)
    if view.user_id != web.actor().user_id:
        raise NotFound()
    return view


@bp.post("/modules/<module_id>/views")
@requires(Permission.BANK_SEE, of=load_bank)
def save_view(course_module):
    filters = finding.read_filters(request.form)
    columns = finding.read_columns(request.form.getlist("columns"))
    back = url_for("bank.show_bank", module_id=course_module.public_id, **finding.as_query(filters), columns=columns)
    try:
        view = service.save_view(
            actor=web.actor(), now=clock.now(), course_module=course_module, name=request.form.get("name", ""),
            filters=filters, columns=columns, is_shared=bool(request.form.get("shared")),
        )  # fmt: skip
    except InvalidInput as refused:
        flash(refused.message, "refusal")
        return redirect(back)
    flash(_("The view %(name)s is saved. It stands above the list.", name=view.name), "success")
    return redirect(back)


@bp.route("/views/<view_id>", methods=["GET", "POST"])
@requires(Permission.BANK_SEE, of=load_view)
def edit_view(view):
    name, error = request.form.get("name", view.name), ""
    if request.method == "POST":
        try:
            service.change_view(
                actor=web.actor(), now=clock.now(), view=view, name=name, is_shared=bool(request.form.get("shared"))
            )
        except InvalidInput as refused:
            error = refused.message
        else:
            flash(_("The view is changed."), "success")
            return redirect(url_for("bank.show_bank", module_id=view.course_module.public_id))
    page = render_template("bank/edit_view.html", view=view, name=name, error=error, chips=list_labels.chips_of(
        finding.read_filters(view.query), service.names_of(view.course_module, web.actor())
    ))  # fmt: skip
    return (page, 422) if error else page


@bp.post("/views/<view_id>/delete")
@requires(Permission.BANK_SEE, of=load_view)
def delete_view(view):
    module_id = view.course_module.public_id
    service.delete_view(actor=web.actor(), now=clock.now(), view=view)
    flash(_("The view is deleted. The items stay."), "success")
    return redirect(url_for("bank.show_bank", module_id=module_id))
