"""Pages of whole papers: put together from chosen questions, or brought as a file; both work without script."""

import io

from flask import flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _

from exambank import clock, web
from exambank.assembly import service
from exambank.assembly.forms.whole import UploadForm, WholeForm
from exambank.assembly.rules import whole
from exambank.assembly.views.blueprint import bp, load_module, load_paper_set
from exambank.courses import service as courses
from exambank.errors import InvalidInput, NotFound
from exambank.permissions import Permission
from exambank.web import requires

MOVES = {"up": -1, "down": 1}


@bp.route("/modules/<module_id>/whole", methods=["GET", "POST"])
@requires(Permission.BLUEPRINT_EDIT, of=load_module)
def new_whole(course_module):
    """The page carries the paper while it is put together: nothing of it is stored before Save, and then encrypted."""
    form = WholeForm()
    form.offer(courses.list_topics(course_module), courses.list_levels())
    chosen, act = form.chosen(), request.form.get("act", "")
    if request.method == "POST":
        if act == "save" and form.validate():
            try:
                return _store(course_module, form, chosen)
            except InvalidInput as refused:
                form.form_errors.append(refused.message)
        chosen = _changed(chosen, act)
    form.show(chosen)
    found, total = service.find_items(course_module, form.filters())
    return render_template(
        "assembly/new_whole.html", course_module=course_module, form=form, found=found, found_total=total,
        shown={one.public_id: one for one in service.find_chosen(course_module, [one.item for one in chosen])},
        chosen={one.item for one in chosen}, total=whole.total(chosen), act=act,
    )  # fmt: skip


def _changed(chosen: list, act: str) -> list:
    """What a button did to the list: add:ID, up:PLACE, down:PLACE, out:PLACE."""
    verb, _colon, what = act.partition(":")
    if verb == "add" and 0 < len(what) <= 36:
        return whole.add(chosen, what)
    if not (what.isascii() and what.isdigit() and len(what) < 4):
        return chosen
    return whole.remove(chosen, int(what)) if verb == "out" else whole.move(chosen, int(what), MOVES.get(verb, 0))


def _store(course_module, form: WholeForm, chosen):
    paper_set = service.write_whole(
        actor=web.actor(), now=clock.now(), course_module=course_module, name=form.name.data or "", chosen=chosen,
        codes=form.number_of_codes(), seed=form.new_seed.data or "",
    )  # fmt: skip
    flash(_("The paper is stored, encrypted. A second person must approve and seal it now."), "success")
    return redirect(url_for(".show_paper_set", set_id=paper_set.public_id))


@bp.route("/modules/<module_id>/upload", methods=["GET", "POST"])
@requires(Permission.BLUEPRINT_EDIT, of=load_module)
def upload_paper(course_module):
    form = UploadForm()
    if form.validate_on_submit():
        try:
            return _bring(course_module, form)
        except InvalidInput as refused:
            form.form_errors.append(refused.message)
    return render_template("assembly/upload_paper.html", course_module=course_module, form=form)


def _bring(course_module, form: UploadForm):
    paper, key = form.bodies()
    paper_set = service.bring_paper(
        actor=web.actor(), now=clock.now(), course_module=course_module, name=form.name.data, code=form.code.data,
        question_count=form.question_count.data, total_points=form.points(),
        paper=service.BroughtFile(form.paper.data.filename or "", paper),
        key=None if key is None else service.BroughtFile(form.key.data.filename or "", key),
    )  # fmt: skip
    flash(_("The paper is stored, encrypted. A second person must approve and seal it now."), "success")
    return redirect(url_for(".show_paper_set", set_id=paper_set.public_id))


@bp.get("/sets/<set_id>/brought")
@requires(Permission.PAPERS_SEE, of=load_paper_set)
def download_brought(paper_set):
    """The paper as it was brought, or with ?which=key its key; never while the set is sealed."""
    which = "key" if request.args.get("which") == "key" else "paper"
    found = service.look_into_file(actor=web.actor(), now=clock.now(), paper_set=paper_set, which=which)
    if found is None:
        raise NotFound()
    name, media_type, body = found
    return send_file(io.BytesIO(body), mimetype=media_type, as_attachment=True, download_name=name)
