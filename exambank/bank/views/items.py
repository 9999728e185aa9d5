"""One item: write, show, edit, preview, history, retire; and its picture."""

from flask import flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _

from exambank import clock, web
from exambank.bank import rules, service
from exambank.bank.forms import ItemForm, RetireForm
from exambank.bank.interactions import REGISTRY
from exambank.bank.views.blueprint import bp, load_bank, load_item, load_picture
from exambank.courses import service as courses
from exambank.errors import InvalidInput
from exambank.permissions import Permission
from exambank.web import requires


def _item_form(course_module) -> ItemForm:
    return ItemForm(topics=courses.list_topics(course_module), levels=courses.list_levels())


def _show_item(item):
    return redirect(url_for("bank.show_item", item_id=item.public_id))


@bp.route("/modules/<module_id>/items/new", methods=["GET", "POST"])
@requires(Permission.ITEM_WRITE, of=load_bank)
def new_item(course_module):
    form = _item_form(course_module)
    if request.method == "GET":
        form.start(request.args.get("kind", ""))
    elif _is_ready(form, course_module):
        item = service.write_item(
            actor=web.actor(), now=clock.now(), course_module=course_module, kind=form.interaction.kind, **_typed(form)
        )
        return _after_saving(item)
    return _show_form("bank/new_item.html", form, course_module)


@bp.route("/items/<item_id>/edit", methods=["GET", "POST"])
@requires(Permission.ITEM_EDIT, of=load_item)
def edit_item(item):
    form, theirs = _item_form(item.course_module), None
    if request.method == "GET":
        form.show(item, service.get_newest_version(item))
    else:
        form.kind.data = item.kind
        if _is_ready(form, item.course_module):
            theirs = _save_edit(item, form)
            if theirs is None:
                return _after_saving(item)
    page = _show_form("bank/edit_item.html", form, item.course_module, item=item, theirs=theirs)
    return (page, 409) if theirs else page


def _is_ready(form: ItemForm, course_module) -> bool:
    """Do what a button within the form asked, check what was typed, take in the picture; True when it can be saved."""
    is_complete = form.change_rows(request.form.get("go", "")) is False and form.validate()
    is_taken = _take_picture(form, course_module)
    return is_complete and is_taken


def _take_picture(form: ItemForm, course_module) -> bool:
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


def _typed(form: ItemForm) -> dict:
    """What the service is given."""
    return {
        "stem": form.stem_html(),
        "content": form.content(),
        "topic": form.chosen_topic,
        "level": form.chosen_level,
        "tags": form.tag_list,
        "source": form.source.data or "",
        "picture_name": form.picture_name.data or None,
        "media": service.get_media(form.media.data) if form.media.data else None,
    }


def _save_edit(item, form: ItemForm):
    """Save; what somebody else saved meanwhile, if so: both texts are then shown and saving again is a decision."""
    revision = form.revision.data
    try:
        service.revise_item(
            actor=web.actor(), now=clock.now(), item=item, base=form.base.data or "",
            revision=int(revision) if (revision or "").isdecimal() else 0, **_typed(form),
        )  # fmt: skip
    except service.EditConflict as conflict:
        form.base.data, form.revision.data = conflict.theirs.public_id, str(conflict.theirs.revision)
        return conflict.theirs
    return None


def _after_saving(item):
    if request.form.get("go") == "submit":
        try:
            service.submit_for_review(actor=web.actor(), now=clock.now(), item=item)
            flash(_("Saved and sent to review. Another person decides now."), "success")
        except InvalidInput as refused:
            flash(_("Saved as a draft, but not sent to review: %(problems)s", problems=refused.message), "caution")
    else:
        flash(_("Saved as a draft."), "success")
    return _show_item(item)


def _show_form(template: str, form: ItemForm, course_module, **values):
    media = service.get_media(form.media.data) if form.media.data else None
    return render_template(template, f=form, course_module=course_module, media=media, **values)


@bp.get("/items/<item_id>")
@requires(Permission.ITEM_SEE, of=load_item)
def show_item(item):
    versions = service.list_versions(item)
    ids = [version.id for version in versions]
    statistics = service.list_statistics(ids)
    return render_template(
        "bank/show_item.html",
        item=item,
        versions=versions,
        newest=versions[0],
        accepted=next((version for version in versions if version.id == item.accepted_version_id), None),
        problems=service.check_item(versions[0], item.kind),
        options=REGISTRY[item.kind].key_view(versions[0].content),
        statistics=statistics,
        pooled={
            key: rules.pool_statistics((row.n, row.difficulty) for row in rows) for key, rows in statistics.items()
        },
        uses=service.list_uses(ids),
        may_decide=service.may_decide(web.actor(), versions[0]),
    )


@bp.get("/items/<item_id>/preview")
@requires(Permission.ITEM_SEE, of=load_item)
def preview_item(item):
    """The newest text as the candidate sees it: the same fragment."""
    version = service.get_newest_version(item)
    fragment = REGISTRY[item.kind].fragment(version.stem, version.content, version.media)
    return render_template("bank/preview_item.html", item=item, version=version, fragment=fragment)


@bp.get("/items/<item_id>/history")
@requires(Permission.ITEM_SEE, of=load_item)
def show_history(item):
    versions = service.list_versions(item)
    older = [*versions[1:], None]
    return render_template(
        "bank/show_history.html",
        item=item,
        steps=[(new, old, compare(new, old)) for new, old in zip(versions, older, strict=True)],
    )


def compare(new, old) -> dict | None:
    """What changed from one version to the next, in words."""
    if old is None:
        return None
    options = [
        [(row["token"], rules.plain_text(row["html"]), row["is_key"]) for row in version.content["options"]]
        for version in (old, new)
    ]
    return {
        "stem": rules.compare_words(rules.plain_text(old.stem), rules.plain_text(new.stem)),
        "options": rules.compare_options(*options),
        "scoring": old.content.get("scoring") != new.content.get("scoring"),
        "picture": old.media_id != new.media_id,
    }


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
    form = RetireForm()
    if form.validate_on_submit():
        service.retire_item(actor=web.actor(), now=clock.now(), item=item, reason=form.reason.data)
        flash(_("The item is retired. Papers already made keep it; new papers do not use it."), "success")
        return _show_item(item)
    uses = service.list_uses([version.id for version in service.list_versions(item)])
    return render_template("bank/retire_item.html", item=item, f=form, uses=uses)


@bp.get("/pictures/<picture_id>")
@requires(Permission.ITEM_SEE, of=load_picture)
def show_picture(media):
    response = make_response(media.body)
    response.headers["Content-Type"] = media.media_type
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Content-Disposition"] = "inline"
    return response
