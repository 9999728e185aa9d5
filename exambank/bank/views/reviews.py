"""What waits for a decision, and the decision."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from exambank import clock, web
from exambank.bank import rules, service
from exambank.bank.forms import DecisionForm
from exambank.bank.interactions import REGISTRY
from exambank.bank.views.blueprint import bp, load_review
from exambank.bank.views.items import compare
from exambank.errors import StateConflict
from exambank.permissions import Permission
from exambank.web import requires


@bp.get("/reviews")
@requires(Permission.ITEM_REVIEW)
def list_reviews():
    return render_template("bank/list_reviews.html", tasks=service.list_review_tasks(web.actor()))


@bp.route("/items/<item_id>/review", methods=["GET", "POST"])
@requires(Permission.ITEM_REVIEW, of=load_review)
def decide_review(version):
    form = DecisionForm()
    if version.state != "review":
        raise StateConflict(_("This item is not in review now. Somebody may have decided on it already."))
    if form.validate_on_submit():
        return _decide(version, form)
    if request.method == "GET":
        form.revision.data = str(version.revision)
    return _show(version, form)


def _decide(version, form: DecisionForm):
    if form.revision.data != str(version.revision):
        raise StateConflict(_("The text changed after you opened this page. Nothing was decided; read it again."))
    is_approved = form.decision.data == "approve"
    service.decide_review(
        actor=web.actor(), now=clock.now(), item=version.item, approve=is_approved, comment=form.comment.data or ""
    )
    flash(
        _("%(code)s is accepted. Papers may use it.", code=version.item.code)
        if is_approved
        else _("%(code)s went back to its author with your comment.", code=version.item.code),
        "success",
    )
    waiting = service.list_review_tasks(web.actor())
    if waiting:
        return redirect(url_for("bank.decide_review", item_id=waiting[0].item.public_id))
    return redirect(url_for("bank.list_reviews"))


def _show(version, form: DecisionForm):
    item, versions = version.item, service.list_versions(version.item)
    previous = next((one for one in versions if one.number < version.number), None)
    waiting = service.list_review_tasks(web.actor())
    return render_template(
        "bank/decide_review.html",
        f=form,
        item=item,
        version=version,
        previous=previous,
        versions=versions,
        change=compare(version, previous),
        options=REGISTRY[item.kind].key_view(version.content),
        fragment=REGISTRY[item.kind].fragment(version.stem, version.content, version.media),
        problems=service.check_item(version, item.kind),
        has_locks=any(rules.locked_options([rules.plain_text(row["html"]) for row in version.content["options"]])),
        place=next((at for at, task in enumerate(waiting, start=1) if task.id == version.id), 1),
        waiting=len(waiting),
    )
