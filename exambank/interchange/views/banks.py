"""Bank files: choose one, watch it being read, see what was read, take it over."""

from flask import flash, jsonify, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _

from exambank import clock, web
from exambank.bank import service as bank
from exambank.courses import service as courses
from exambank.errors import DomainError, InvalidInput, StateConflict, wants_json
from exambank.interchange import messages, service
from exambank.interchange.formats import READABLE
from exambank.interchange.forms import NO_LEVEL, AcceptForm, BankFileForm, PlaceForm, choices, split_tags
from exambank.interchange.views.blueprint import bp, load_batch, load_module, refused_file, send_json, send_table
from exambank.interchange.views.preview import BatchPage, ConventionCard, rows_of_older_batch
from exambank.permissions import Permission
from exambank.web import requires


@bp.get("/")
@requires(Permission.BANK_IMPORT)
def list_batches():
    modules = courses.list_modules_for(web.actor(), Permission.BANK_SEE)
    return render_template("interchange/list_batches.html", batches=service.list_batches(web.actor()), modules=modules)


@bp.route("/bank", methods=["GET", "POST"])
@requires(Permission.BANK_IMPORT)
def upload_bank():
    modules = courses.list_modules_for(web.actor(), Permission.BANK_IMPORT)
    form = BankFileForm(module=request.args.get("module"))
    form.module.choices = choices((module.public_id, f"{module.name} ({module.code})") for module in modules)
    form.format.choices = format_choices()
    if not form.validate_on_submit():
        return _ask_again(form)
    course_module = next(module for module in modules if module.public_id == form.module.data)
    try:
        batch = service.upload_import(
            actor=web.actor(), now=clock.now(), course_module=course_module, file_name=form.file_name,
            body=form.content, wanted=form.format.data or None, key_name=form.key_name, key_body=form.key_content,
        )  # fmt: skip
    except (InvalidInput, StateConflict) as error:
        return refused_file("interchange/upload_bank.html", form, error)
    return _answer_upload(batch)


def format_choices():
    known = [(name, messages.format_label(name)) for name in READABLE]
    return choices([("", _("found out by itself")), *known])


def _ask_again(form):
    if request.method == "POST" and wants_json():
        raise InvalidInput(_("Choose a bank and a file."), fields=form.errors)
    return render_template("interchange/upload_bank.html", form=form), 422 if form.errors else 200


def _answer_upload(batch):
    url = url_for("interchange.show_batch", batch=batch.public_id)
    if wants_json():
        return jsonify(batch=batch.public_id, state=batch.state, url=url)
    return redirect(url)


# --- the page of a batch ---


@bp.get("/batches/<batch>")
@requires(Permission.BANK_IMPORT, of=load_batch)
def show_batch(batch):
    if wants_json():
        return _tell(batch)
    if batch.state == "reading":
        return render_template("interchange/read_batch.html", batch=batch)
    is_unread = batch.state in ("failed", "cancelled") or (batch.state == "discarded" and not batch.report)
    if is_unread or (batch.state == "previewed" and not batch.shown):
        return render_template(
            "interchange/unread_batch.html", batch=batch, failure=failure_of(batch), formats=READABLE
        )
    entries = service.list_entries(batch) or rows_of_older_batch(batch)
    if batch.state != "previewed":
        page = BatchPage(batch, entries, request.args.get("show", ""), request.args.get("page", "1"))
        return render_template("interchange/decided_batch.html", batch=batch, page=page)
    return _show_preview(batch, entries, _accept_form(AcceptForm(formdata=None), batch))


def _show_preview(batch, entries, form: AcceptForm, refusal: str = ""):
    page = BatchPage(batch, entries, request.values.get("show", ""), request.values.get("page", "1"))
    modules = courses.list_modules_for(web.actor(), Permission.BANK_IMPORT)
    return render_template(
        "interchange/show_batch.html", batch=batch, form=form, page=page, places=_place_form(batch), modules=modules,
        conventions=ConventionCard(batch, entries), edits=service.count_edits(batch), failure=failure_of(batch),
        refusal=refusal, ticked=_ticked(), wait=service.why_to_wait(page.usable + page.raws),
    )  # fmt: skip


def _refuse_on_page(batch, error: DomainError):
    """The preview again with the reason on top; what was ticked and typed stays. Machines get the error itself."""
    if wants_json() or batch.state != "previewed" or not batch.shown:
        raise error
    form = _accept_form(AcceptForm.from_request(), batch)
    return _show_preview(batch, service.list_entries(batch), form, error.message), error.status


def failure_of(batch) -> str:
    if batch.state == "previewed" and not batch.shown:
        return messages.failure_message({"code": "upload_gone", "values": {}})  # read by an older version
    return messages.failure_message(batch.failure) if batch.failure else ""


def _tell(batch):
    url = url_for("interchange.show_batch", batch=batch.public_id)
    told = {"batch": batch.public_id, "state": batch.state, "url": url, "failure": failure_of(batch) or None}
    if batch.state in ("previewed", "accepted"):
        told["report"] = service.batch_report(batch, service.list_entries(batch))
    return jsonify(**told, done=batch.progress_done, total=batch.progress_total)


@bp.get("/batches/<batch>/progress")
@requires(Permission.BANK_IMPORT, of=load_batch)
def show_progress(batch):
    """The part of the page that asks for itself again; once the reading has ended, the page is drawn anew."""
    answer = make_response(render_template("interchange/_progress.html", batch=batch))
    if batch.state != "reading":
        answer.headers["HX-Refresh"] = "true"
    return answer


def _accept_form(form: AcceptForm, batch) -> AcceptForm:
    if not service.may_create_topics(web.actor(), batch):
        form.leave_topics()
    form.level.choices = choices(
        [(NO_LEVEL, _("no level")), *((one.public_id, one.name) for one in courses.list_levels())]
    )
    form.topic.choices = choices(
        [
            (NO_LEVEL, _("without a topic")),
            *((one.public_id, one.name) for one in courses.list_topics(batch.course_module)),
        ]
    )
    return form


def _place_form(batch) -> PlaceForm:
    form = PlaceForm()
    topics, levels = courses.list_topics(batch.course_module), courses.list_levels()
    form.new_topic.choices = choices([("", _("as they have it")), *((one.name, one.name) for one in topics)])
    form.new_level.choices = choices([("", _("as they have it")), *((one.name, one.name) for one in levels)])
    return form


# --- what is decided on it ---


@bp.post("/batches/<batch>/accept")
@requires(Permission.BANK_IMPORT, of=load_batch)
def accept_batch(batch):
    form = _accept_form(AcceptForm.from_request(), batch)
    try:
        imported = _accept(batch, form)
    except (InvalidInput, StateConflict) as error:
        return _refuse_on_page(batch, error)
    if wants_json():
        return jsonify(imported=imported)
    return redirect(url_for("interchange.show_batch", batch=batch.public_id))


def _accept(batch, form: AcceptForm) -> int:
    if not form.validate():
        raise InvalidInput(_("Choose how to take the file over, then try again."), fields=form.errors)
    chosen = _ticked() if form.scope.data == "ticked" else None
    if chosen is not None and not chosen:
        raise InvalidInput(_("Tick the questions that you mean first."))
    return service.accept_import(
        actor=web.actor(),
        now=clock.now(),
        batch=batch,
        create_topics=form.topics.data == "create",
        default_topic=courses.get_topic(form.topic.data) if form.topic.data else None,
        default_level=courses.get_level(form.level.data) if form.level.data else None,
        tags=form.tag_list,
        only_clean=form.scope.data == "clean",
        chosen=chosen,
        reading=_seen_reading(),
    )


def _seen_reading() -> int | None:
    """The reading that the page showed on which this was decided."""
    typed = request.form.get("reading", "")
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 7 else None


def _ticked() -> set[int]:
    typed = request.form.getlist("entries")
    return {int(one) for one in typed if one.isascii() and one.isdecimal() and len(one) < 7}


@bp.post("/batches/<batch>/change")
@requires(Permission.BANK_IMPORT, of=load_batch)
def change_entries(batch):
    """Leave out, take in, or give places to: the ticked ones, or all that the filter shows."""
    try:
        return _change(batch)
    except (InvalidInput, StateConflict) as error:
        return _refuse_on_page(batch, error)


def _change(batch):
    service.refuse_other_reading(batch, _seen_reading())
    act, _dash, single = request.form.get("act", "").partition("-")
    positions = {int(single)} if single.isascii() and single.isdecimal() and len(single) < 7 else _meant(batch)
    if not positions:
        raise InvalidInput(_("Tick the questions that you mean first."))
    given = {"actor": web.actor(), "now": clock.now(), "batch": batch, "positions": positions}
    if act in ("leave_out", "take_in"):
        count = service.set_left_out(**given, is_left_out=act == "leave_out")
        flash(_("Changed: %(count)s questions.", count=count), "success")
    elif act == "place":
        flash(
            _("Changed: %(count)s questions.", count=service.place_entries(**given, places=_typed_places(batch))),
            "success",
        )
    else:
        raise InvalidInput(_("Choose one of the list."))
    return redirect(_back(batch) + (f"#entry-{single}" if single else ""))


def _meant(batch) -> set[int]:
    """The entries that are ticked, or all that the filter shows."""
    if request.form.get("reach") != "all":
        return _ticked()
    shown = request.form.get("show", "")
    if shown == "left_out":
        return {one.position for one in service.list_entries(batch) if one.is_left_out}
    return set(service.all_positions(batch, shown))


def _typed_places(batch) -> service.PlacesForMany:
    form = _place_form(batch)
    if not form.validate():
        raise InvalidInput(_("Choose one of the list."), fields=form.errors)
    return service.PlacesForMany(
        form.new_topic.data or None, form.new_level.data or None, split_tags(form.new_tags.data)
    )


def _back(batch) -> str:
    """The same group and page of the preview."""
    kept = {name: request.form[name] for name in ("show", "page") if request.form.get(name)}
    return url_for("interchange.show_batch", batch=batch.public_id, **kept)


@bp.post("/batches/<batch>/read")
@requires(Permission.BANK_IMPORT, of=load_batch)
def read_again(batch):
    wanted = {**batch.choices, **{name: request.form[name] for name in ("key", "format") if name in request.form}}
    service.read_again(actor=web.actor(), now=clock.now(), batch=batch, choices=wanted)
    return _answer_upload(batch)


@bp.post("/batches/<batch>/cancel")
@requires(Permission.BANK_IMPORT, of=load_batch)
def cancel_reading(batch):
    service.cancel_reading(actor=web.actor(), now=clock.now(), batch=batch)
    return redirect(url_for("interchange.show_batch", batch=batch.public_id))


@bp.post("/batches/<batch>/move")
@requires(Permission.BANK_IMPORT, of=load_batch)
def move_batch(batch):
    """Into another bank, if this person may import there too."""
    modules = courses.list_modules_for(web.actor(), Permission.BANK_IMPORT)
    target = next((one for one in modules if one.public_id == request.form.get("module")), None)
    if target is None:
        raise InvalidInput(_("Choose one of the list."))
    service.move_batch(actor=web.actor(), now=clock.now(), batch=batch, course_module=target)
    return _answer_upload(batch)


@bp.post("/batches/<batch>/discard")
@requires(Permission.BANK_IMPORT, of=load_batch)
def discard_batch(batch):
    service.discard_import(actor=web.actor(), now=clock.now(), batch=batch)
    flash(_("The file was put aside. Nothing of it is in the bank."), "success")
    return redirect(url_for("interchange.list_batches"))


# --- a bank as a file ---


@bp.post("/modules/<module>/bank.xlsx")
@requires(Permission.BANK_SEE, of=load_module)
def export_bank(module):
    table = service.export_items(actor=web.actor(), now=clock.now(), course_module=module)
    return send_table(table, f"bank-{module.code}")


@bp.post("/modules/<module>/bank.json")
@requires(Permission.BANK_SEE, of=load_module)
def export_json(module):
    """The items named by the preview in the bank, each open to this person."""
    ids = bank.list_ids_of(module, request.form.getlist("ids"))
    found = service.export_json(actor=web.actor(), now=clock.now(), course_module=module, item_ids=ids)
    return send_json(found.body, f"bank-{module.code}")
