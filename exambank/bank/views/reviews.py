"""What waits for a decision, the decision, and comments on parts."""

from random import Random

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from exambank import clock, web
from exambank.bank import service
from exambank.bank.forms import DecisionForm
from exambank.bank.interactions import REGISTRY
from exambank.bank.views.blueprint import bp, load_comment, load_item, load_review
from exambank.bank.views.showing import board_of, compare, note_reading, options_by_anchor, parts_of
from exambank.courses import service as courses
from exambank.errors import InvalidInput, NotFound, StateConflict
from exambank.permissions import Permission
from exambank.web import requires


def chosen_module():
    """The bank that the queue is narrowed to, if the address names one."""
    wanted = request.args.get("module", "")
    if not wanted:
        return None
    try:
        return courses.get_module(wanted)
    except NotFound:
        return None


@bp.get("/reviews")
@requires(Permission.ITEM_REVIEW)
def list_reviews():
    tasks, module = service.list_review_tasks(web.actor()), chosen_module()
    modules = {task.item.course_module_id: task.item.course_module for task in tasks}
    return render_template(
        "bank/list_reviews.html",
        tasks=[task for task in tasks if module is None or task.item.course_module_id == module.id],
        total=len(tasks),
        modules=sorted(modules.values(), key=lambda one: one.sort_key),
        module=module,
        concerns=service.count_concerns(web.actor()),
    )


@bp.route("/items/<item_id>/review", methods=["GET", "POST"])
@requires(Permission.ITEM_REVIEW, of=load_review)
def decide_review(version):
    if version.state != "review":
        raise StateConflict(_("This item is not in review now. Somebody may have decided on it already."))
    form = DecisionForm(has_open_comments=bool(service.open_comments([version.item_id])[version.item_id]))
    if form.validate_on_submit():
        return _decide(version, form)
    if request.method == "GET":
        form.revision.data = str(version.revision)
    return _show(version, form)


def _decide(version, form: DecisionForm):
    if form.revision.data != str(version.revision):
        raise StateConflict(_("The text changed after you opened this page. Nothing was decided; read it again."))
    is_approved = form.decision.data == "approve"
    try:
        decided = service.decide_review(
            actor=web.actor(), now=clock.now(), item=version.item, approve=is_approved, comment=form.comment.data or ""
        )
    except InvalidInput as refused:  # the bank's gate or the item's places became stricter since it was sent
        form.decision.errors = [*form.decision.errors, refused.message]
        return _show(version, form), 422
    _tell(decided, is_approved)
    module = chosen_module()
    waiting = service.list_review_tasks(web.actor(), module)
    narrowed = {"module": module.public_id} if module else {}
    if waiting:
        return redirect(url_for("bank.decide_review", item_id=waiting[0].item.public_id, **narrowed))
    return redirect(url_for("bank.list_reviews"))


def _tell(version, is_approved: bool) -> None:
    code = version.item.code
    if not is_approved:
        flash(_("%(code)s went back to its author with your comment.", code=code), "success")
    elif version.state == "accepted" and version.item.state == "suspended":
        flash(
            _("%(code)s is accepted but still suspended: put it back before papers may use it.", code=code), "caution"
        )
    elif version.state == "accepted":
        flash(_("%(code)s is accepted. Papers may use it.", code=code), "success")
    else:
        approvals = service.approvals_of(version)
        flash(
            _("Your approval of %(code)s is recorded: %(count)s of %(needed)s. Another person approves it next.",
              code=code, count=approvals.count, needed=approvals.needed), "success",
        )  # fmt: skip


def _show(version, form: DecisionForm):
    item, versions, module = version.item, service.list_versions(version.item), chosen_module()
    previous = next((one for one in versions if one.number < version.number and one.state != "discarded"), None)
    note_reading(previous)
    waiting = service.list_review_tasks(web.actor(), module)
    at = next((place for place, task in enumerate(waiting) if task.id == version.id), None)
    interaction = REGISTRY[item.kind]
    fragment = interaction.fragment(version.stem, version.content, version.media)
    return render_template(
        "bank/decide_review.html",
        f=form,
        item=item,
        version=version,
        previous=previous,
        versions=versions,
        change=compare(version, previous),
        parts=parts_of(version),
        options=options_by_anchor(version),
        board=board_of(item, version),
        approvals=service.approvals_of(version),
        view=interaction.arrange(fragment, interaction.deal_order(version.content, Random(version.public_id))),
        problems=service.check_item(version, item.kind) + service.advise_author(version),
        has_locks=any(row["is_locked"] for row in version.content["options"]) and item.kind != "true_false",
        place=(at or 0) + 1,
        waiting=len(waiting),
        before=waiting[at - 1] if at else None,
        after=waiting[at + 1] if at is not None and at + 1 < len(waiting) else None,
        module=module,
        kin=service.kin_of(item, version),
        concern=service.open_concern_of(item),
        has_approved=web.actor().user_id in service.approvals_of(version).by,
    )


# --- comments ---


def _back_to(item, anchor: str = "comments"):
    target = web.local_target(request.form.get("next"))
    return redirect(f"{target or url_for('bank.show_item', item_id=item.public_id)}#{anchor}")


@bp.post("/items/<item_id>/comments")
@requires(Permission.ITEM_COMMENT, of=load_item)
def write_comment(item):
    answered = web.clean_text(request.form.get("reply_to", ""))
    reply_to = service.get_comment(answered) if answered else None
    try:
        comment = service.write_comment(
            actor=web.actor(), now=clock.now(), item=item, body=request.form.get("text", ""),
            part=web.clean_text(request.form.get("part", ""))[:80], reply_to=reply_to,
        )  # fmt: skip
    except InvalidInput as refused:
        flash(refused.message, "refusal")
        return _back_to(item)
    flash(_("Your comment is kept. The author sees it on the item's page."), "success")
    return _back_to(item, f"comment-{(reply_to or comment).public_id}")


@bp.post("/comments/<comment_id>/settle")
@requires(Permission.ITEM_COMMENT, of=load_comment)
def settle_comment(comment):
    is_open = request.form.get("open") == "1"
    service.settle_comment(actor=web.actor(), now=clock.now(), comment=comment, is_open=is_open)
    flash(_("The comment is open again.") if is_open else _("The comment is marked as done."), "success")
    return _back_to(comment.item_version.item, f"comment-{comment.public_id}")
