"""Writing an item: the form that starts one and changes one, a copy, what the candidate would see, and its pictures."""

from random import Random

from flask import flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from exambank import clock, web
from exambank.bank import forms, rules, service
from exambank.bank.interactions import REGISTRY
from exambank.bank.views.blueprint import bp, load_bank, load_item, load_picture
from exambank.bank.views.conflicts import compare_texts
from exambank.bank.views.showing import note_reading
from exambank.errors import InvalidInput, NotFound, StateConflict
from exambank.permissions import Permission
from exambank.web import requires

FAMILIES = ("objective", "written", "spoken", "composite")


def _show_item(item):
    return redirect(url_for("bank.show_item", item_id=item.public_id))


@bp.app_template_global("kinds_by_family")
def _kinds_by_family() -> list[tuple[str, list[tuple[str, str, str]]]]:
    """The kinds under the headings of their families: code, name, what it is good for."""
    return [
        (
            forms.family_label(family),
            [(kind, one.label(), forms.explanation(kind)) for kind, one in REGISTRY.items()
             if one.family == family and kind in forms.FORMS],
        )
        for family in FAMILIES
    ]  # fmt: skip


@bp.app_template_global("kinds_in_a_case")
def _kinds_in_a_case() -> list[tuple[str, str]]:
    return [(kind, REGISTRY[kind].label()) for kind in forms.KINDS_IN_A_CASE if kind in REGISTRY]


@bp.app_template_global("kind_name")
def _kind_name(kind: str) -> str:
    return REGISTRY[kind].label() if kind in REGISTRY else kind


# --- a new item ---


@bp.route("/modules/<module_id>/items/new", methods=["GET", "POST"])
@requires(Permission.ITEM_WRITE, of=load_bank)
def new_item(course_module):
    if request.method == "GET":
        return _begin(course_module)
    form = forms.read_form(_posted(), course_module)
    if _is_ready(form, course_module):
        item = _write(form, course_module)
        if item is not None:
            service.drop_buffer(actor=web.actor(), public_id=form.buffer.data or None)
            return _after_saving(item)
    return _show_form("bank/new_item.html", form, course_module)


def _begin(course_module):
    """What was being typed, an empty form of the chosen kind, or the choice of a kind."""
    kept = service.find_buffer(actor=web.actor(), course_module=course_module, public_id=request.args.get("buffer", ""))
    if kept is not None:
        form = forms.kept_form(kept.form, course_module)
        form.buffer.data = kept.public_id
        return _show_form("bank/new_item.html", form, course_module, kept=kept)
    if request.args.get("kind") in forms.FORMS:
        return _show_form("bank/new_item.html", forms.blank_form(course_module, request.args["kind"]), course_module)
    return render_template("bank/new_item.html", f=None, course_module=course_module, item=None)


def _write(form, course_module):
    """The written item; None when the service refuses, and then the form says why."""
    try:
        return service.write_item(
            actor=web.actor(), now=clock.now(), course_module=course_module, kind=form.interaction.kind, **_typed(form)
        )
    except InvalidInput as refused:
        form.form_errors.append(refused.message)
        return None


@bp.post("/items/<item_id>/copy")
@requires(Permission.ITEM_WRITE, of=load_item)
def copy_item(item):
    """Begin a new draft with this text; for whoever may write in the bank. A copy is a reading."""
    note_reading(service.get_newest_version(item))
    copy = service.copy_item(actor=web.actor(), now=clock.now(), item=item)
    flash(_("A new draft was made with this text. Change what is to be different, then save."), "success")
    return redirect(url_for("bank.edit_item", item_id=copy.public_id))


# --- an item that is there ---


@bp.route("/items/<item_id>/edit", methods=["GET", "POST"])
@requires(Permission.ITEM_EDIT, of=load_item)
def edit_item(item):
    note_reading(service.get_newest_version(item))
    if request.method == "GET":
        return _show_edit(item)
    form = forms.read_form(_posted(), item.course_module, item.kind)
    if _takes_theirs(form, item):
        return _show_form("bank/edit_item.html", form, item.course_module, item=item, **_conflict(form, item))
    if _is_ready(form, item.course_module):
        outcome = _save_edit(item, form)
        if outcome == "saved":
            service.drop_buffer(actor=web.actor(), item=item)
            return _after_saving(item)
        if outcome == "conflict":
            page = _show_form("bank/edit_item.html", form, item.course_module, item=item, **_conflict(form, item))
            return page, 409
    return _show_form("bank/edit_item.html", form, item.course_module, item=item, **_open_conflict(form, item))


def _show_edit(item):
    """What stands, or what this person typed and did not save."""
    version = service.get_newest_version(item)
    kept = service.find_buffer(actor=web.actor(), item=item)
    form = forms.kept_form(kept.form, item.course_module, item.kind) if kept else forms.form_of(item, version)
    if kept and not _differs(form, forms.form_of(item, version)):
        kept = None
    form.buffer.data = ""
    form.place_problems(service.check_item(version, item.kind) if not kept else [])
    is_behind = bool(kept) and (form.base.data, form.revision.data) != (version.public_id, str(version.revision))
    conflict = _conflict(form, item) if is_behind else {}
    concern = service.open_concern_of(item)
    return _show_form(
        "bank/edit_item.html", form, item.course_module, item=item, kept=kept, concern=concern, **conflict
    )


def _differs(form, saved) -> bool:
    """Whether what was kept says anything else than what is saved."""
    names = ("topic", "level", "outcome", "tags", "minutes", "source", "source_chapter", "source_page",
             "contributors", "licence", "media")  # fmt: skip
    return form.texts() != saved.texts() or any((form[one].data or "") != (saved[one].data or "") for one in names)


def _save_edit(item, form) -> str:
    """Save; "conflict" when somebody else saved meanwhile, "refused" when the form says why it is not taken."""
    try:
        service.revise_item(
            actor=web.actor(), now=clock.now(), item=item, base=form.base.data or "", revision=_revision(form),
            **_typed(form),
        )  # fmt: skip
    except service.EditConflict:
        return "conflict"
    except (InvalidInput, StateConflict) as refused:
        form.form_errors.append(refused.message)
        return "refused"
    return "saved"


def _revision(form) -> int:
    typed = form.revision.data or ""
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 10 else 0


def _conflict(form, item) -> dict:
    """Both texts part by part; from now on the form stands on theirs, so that saving again is a decision."""
    theirs = service.get_newest_version(item)
    overtaken = service.find_overtaken(item, form.base.data or "", _revision(form))
    form.base.data, form.revision.data = theirs.public_id, str(theirs.revision)
    return {"theirs": theirs, "overtaken": overtaken, "parts": compare_texts(form, item, theirs)}


def _open_conflict(form, item) -> dict:
    """A conflict that was shown stays shown while its rows are worked on."""
    return _conflict(form, item) if request.form.get("conflict") == "y" else {}


def _takes_theirs(form, item) -> bool:
    """Whether the button was one of "take theirs"; then it is done."""
    go = request.form.get("go", "")
    if not go.startswith("theirs-"):
        return False
    form.take(go[len("theirs-") :], item, service.get_newest_version(item))
    return True


# --- both ---


def _posted() -> MultiDict:
    """What was posted, in the order in which it was: a form's rows stand in the order of their fields."""
    return MultiDict([*request.form.items(multi=True), *request.files.items(multi=True)])


def _is_ready(form, course_module) -> bool:
    """Do what a button within the form asked, check what was typed, take in the picture; True when it can be saved."""
    is_complete = form.change(request.form.get("go", "")) is False and form.validate()
    is_taken = _take_picture(form, course_module)
    return is_complete and is_taken


def _take_picture(form, course_module) -> bool:
    """Keep a delivered picture at once, so that it is not lost when the form comes back; False when it is refused."""
    upload = form.picture.data
    if form.drop_picture.data:
        form.media.data = ""
        form.drop_picture.data = False
    if not upload or not getattr(upload, "filename", ""):
        return True
    body = upload.stream.read(rules.PICTURE_LIMIT_BYTES + 1)
    try:
        media = service.add_picture(
            actor=web.actor(), now=clock.now(), course_module=course_module, name=upload.filename, body=body,
            alt=form.alt.data or "",
        )  # fmt: skip
    except InvalidInput as refused:
        form.picture.errors = [*form.picture.errors, refused.message]
        return False
    form.show_media(media)
    return True


def _typed(form) -> dict:
    """What the service is given."""
    stem, content = form.texts()
    lines = ("source", "source_chapter", "source_page", "contributors", "licence")
    return {
        "stem": stem,
        "content": content,
        "topic": form.chosen_topic,
        "level": form.chosen_level,
        "outcome": form.chosen_outcome,
        "tags": form.tag_list,
        "expected_seconds": form.expected_seconds,
        "picture_name": form.picture_name.data or None,
        "media": _find_media(form.media.data),
        **{name: form[name].data or "" for name in lines},
    }


def _find_media(public_id: str | None):
    if not public_id or len(public_id) != 36:
        return None
    try:
        return service.get_media(public_id)
    except NotFound:
        return None


def _after_saving(item):
    if request.form.get("go") == "submit":
        try:
            service.submit_for_review(actor=web.actor(), now=clock.now(), item=item)
        except InvalidInput as refused:
            flash(_("Saved as a draft, but not sent to review: %(problems)s", problems=refused.message), "caution")
            return redirect(url_for("bank.edit_item", item_id=item.public_id))
        flash(_("Saved and sent to review. Another person decides now."), "success")
    else:
        flash(_("Saved as a draft."), "success")
    return _show_item(item)


def _show_form(template: str, form, course_module, item=None, **values):
    media = _find_media(form.media.data)
    if media is not None and media.course_module_id != course_module.id:
        media = None
    return render_template(template, f=form, course_module=course_module, item=item, media=media, **values)


# --- what the candidate sees ---


@bp.get("/items/<item_id>/preview")
@requires(Permission.ITEM_SEE, of=load_item)
def preview_item(item):
    """The newest text as the candidate sees it: the same fragment."""
    version = service.get_newest_version(item)
    note_reading(version)
    interaction = REGISTRY[item.kind]
    fragment = interaction.fragment(version.stem, version.content, version.media)
    # the same order at each look: whoever discusses the page with a colleague sees what that one sees
    tokens = interaction.deal_order(version.content, Random(version.public_id))
    view = interaction.arrange(fragment, tokens)
    return render_template("bank/preview_item.html", item=item, version=version, fragment=fragment, view=view)


@bp.get("/pictures/<picture_id>")
@requires(Permission.ITEM_SEE, of=load_picture)
def show_picture(media):
    response = make_response(media.body)
    response.headers["Content-Type"] = media.media_type
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Content-Disposition"] = "inline"
    return response
