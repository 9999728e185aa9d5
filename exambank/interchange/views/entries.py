"""One entry of a file, mended in place: a form for its kind, beside it the file and what the candidate will see."""

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from exambank import clock, web
from exambank.bank import rules as bank_rules
from exambank.courses import service as courses
from exambank.errors import StateConflict
from exambank.interchange import service
from exambank.interchange.entry_form import EntryForm, kinds_to_choose, start_draft
from exambank.interchange.neutral import Draft
from exambank.interchange.views.blueprint import bp, load_entry
from exambank.interchange.views.preview import ShownEntry, candidate_view
from exambank.permissions import Permission
from exambank.web import requires


@bp.route("/batches/<batch>/entries/<entry>", methods=["GET", "POST"])
@requires(Permission.BANK_IMPORT, of=load_entry)
def edit_entry(entry):
    draft = _draft_of(entry)
    if draft is None:
        raise StateConflict(_("Somebody (perhaps you, by a second click) has already decided on this file."))
    levels = [level.name for level in courses.list_levels()]
    if request.method == "GET":
        form = EntryForm.of(draft, levels)
        form.part.start()
        return _show_form(entry, form)
    form = EntryForm.read(_posted(), draft, levels)
    if form.change(request.form.get("go", "")):
        return _show_form(entry, form)
    if not form.validate():
        return _show_form(entry, form), 422
    mended = service.mend_entry(actor=web.actor(), now=clock.now(), entry=entry, draft=form.draft())
    return _after_saving(entry, mended.status)


def _draft_of(entry) -> Draft | None:
    """What the form begins with; None once the batch is decided."""
    if entry.batch.state != "previewed":
        return None
    if entry.draft:
        return Draft.from_dict(entry.draft)
    return start_draft(request.values.get("kind", "single_choice"), entry.source)


def _posted() -> MultiDict:
    return MultiDict(request.form.items(multi=True))


def _after_saving(entry, status: str):
    if status == "accepted":
        flash(_("Saved. This question is ready to be taken over."), "success")
    else:
        flash(_("Saved. What still stands in its way is said at the question."), "caution")
    here = url_for("interchange.show_batch", batch=entry.batch.public_id)
    return redirect(f"{here}#entry-{entry.position}")


def _show_form(entry, form: EntryForm):
    topics = [topic.name for topic in courses.list_topics(entry.batch.course_module)]
    return render_template(
        "interchange/edit_entry.html", entry=ShownEntry(entry), batch=entry.batch, f=form, topics=topics,
        kinds=kinds_to_choose(), **_live(form),
    )  # fmt: skip


@bp.post("/batches/<batch>/entries/<entry>/look")
@requires(Permission.BANK_IMPORT, of=load_entry)
def look_at_entry(entry):
    """The candidate's view and the checks of what is typed so far; nothing is kept."""
    draft = _draft_of(entry)
    if draft is None:
        raise StateConflict(_("Somebody (perhaps you, by a second click) has already decided on this file."))
    form = EntryForm.read(_posted(), draft, [level.name for level in courses.list_levels()])
    told = _live(form)
    return jsonify(
        preview=render_template("interchange/_live_view.html", batch=entry.batch, **told),
        checks=render_template("bank/_live_checks.html", problems=told["problems"]),
    )


def _live(form: EntryForm) -> dict:
    draft = form.draft()
    is_begun = bool(bank_rules.plain_text(draft.stem) or bank_rules.pictures_in(draft.stem))
    return {"problems": form.problems(), "view": candidate_view(draft), "is_begun": is_begun}
