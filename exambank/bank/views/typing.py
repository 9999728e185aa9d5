"""While somebody writes: what was typed is kept, shown as the candidate would see it, and checked, for the script.

Each thing has two addresses: for an item, and for one that is not saved yet and therefore known by its module only.
"""

from random import Random

from flask import jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _

from exambank import clock, web
from exambank.bank import forms, rules, service
from exambank.bank.interactions import REGISTRY
from exambank.bank.views.blueprint import bp, load_bank, load_item
from exambank.errors import InvalidInput, NotFound
from exambank.permissions import Permission
from exambank.web import requires


def load_own_buffer(buffer_id: str):
    return service.find_own_buffer(web.actor(), buffer_id)


# --- kept while it is typed ---


@bp.post("/modules/<module_id>/typing")
@requires(Permission.ITEM_WRITE, of=load_bank)
def keep_typing_new(course_module):
    return _keep(course_module, public_id=request.form.get("buffer"))


@bp.post("/items/<item_id>/typing")
@requires(Permission.ITEM_EDIT, of=load_item)
def keep_typing(item):
    return _keep(item.course_module, item=item)


def _keep(course_module, item=None, public_id=None):
    base, revision = request.form.get("base", ""), _whole(request.form.get("revision", ""))
    now = clock.now()
    buffer = service.keep_buffer(
        actor=web.actor(), now=now, course_module=course_module, item=item, public_id=public_id, base=base,
        revision=revision, fields=list(request.form.items(multi=True)),
    )  # fmt: skip
    told = {"buffer": buffer.public_id, "saved": web.show_moment(now, "seconds"), "others": "", "overtaken": None}
    if item is not None:
        told["others"] = _others(service.others_typing(item, web.actor(), now))
        told["overtaken"] = _overtaken(item, service.find_overtaken(item, base, revision))
    return jsonify(told)


def _whole(typed: str) -> int:
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 10 else 0


def _others(names: list[str]) -> str:
    if not names:
        return ""
    if len(names) == 1:
        return _("%(name)s is editing this item too.", name=names[0])
    return _("These people are editing this item too: %(names)s.", names=", ".join(names))


def _overtaken(item, overtaken: service.Overtaken | None) -> dict | None:
    if overtaken is None:
        return None
    words = _("Somebody else saved this item meanwhile.")
    if overtaken.who:
        moment = web.show_moment(overtaken.at, "time")
        words = _("%(name)s saved this item at %(time)s.", name=overtaken.who, time=moment)
    return {"message": words, "url": url_for("bank.show_history", item_id=item.public_id)}


@bp.post("/typing/<buffer_id>/drop")
@requires(Permission.SIGNED_IN, of=load_own_buffer)
def drop_typing(buffer):
    """Throw away what was typed and begin again from what stands."""
    target = url_for("bank.show_bank", module_id=buffer.course_module.public_id)
    if buffer.item_id is not None:
        target = url_for("bank.edit_item", item_id=service.public_ids_of([buffer.item_id])[0])
    service.discard_buffer(actor=web.actor(), buffer=buffer)
    return redirect(target)


# --- shown and checked while it is typed ---


@bp.post("/modules/<module_id>/live")
@requires(Permission.ITEM_WRITE, of=load_bank)
def show_live_new(course_module):
    return _show_live(course_module, request.form.get("kind", ""))


@bp.post("/items/<item_id>/live")
@requires(Permission.ITEM_EDIT, of=load_item)
def show_live(item):
    return _show_live(item.course_module, item.kind, item)


def _show_live(course_module, kind: str, item=None):
    form = forms.read_form(request.form, course_module, kind)
    (stem, content), media, kind = form.texts(), _media(form, course_module), form.interaction.kind
    given = {"course_module": course_module, "kind": kind, "stem": stem, "content": content}
    is_begun = bool(rules.plain_text(stem))
    return jsonify(
        preview=render_template("bank/_live_preview.html", view=_view(kind, stem, content, media), is_begun=is_begun),
        checks=render_template("bank/_live_checks.html", problems=_problems(form, media, given)),
        kin=render_template(
            "bank/_live_kin.html",
            is_begun=is_begun,
            kin=service.find_kin(**given, picture=media, exclude=item) if is_begun else [],
        ),
    )


def _problems(form, media, given: dict) -> list:
    return service.check_draft(
        **given, media=media, picture_name=form.picture_name.data or None,
        has_topic=form.chosen_topic is not None, has_level=form.chosen_level is not None,
    )  # fmt: skip


def _media(form, course_module):
    """The picture the form names, if it is this bank's own."""
    try:
        media = service.get_media(form.media.data) if form.media.data else None
    except NotFound:
        return None
    return media if media is not None and media.course_module_id == course_module.id else None


class _AsWritten(Random):
    """Leaves things in the order they were written the first time it is asked, so that the preview stands still."""

    _has_passed = False

    def shuffle(self, things) -> None:
        if self._has_passed:
            super().shuffle(things)
        self._has_passed = True


def _view(kind: str, stem: str, content: dict, media) -> dict:
    interaction = REGISTRY[kind]
    fragment = interaction.fragment(stem, content, media)
    return _without_blanks(interaction.arrange(fragment, interaction.deal_order(content, _AsWritten(kind))))


def _without_blanks(view: dict) -> dict:
    """Rows that nobody has typed into yet are not shown."""
    shown = {
        name: [row for row in view[name] if row.get("html") != ""] for name in ("options", "targets") if name in view
    }
    if "questions" in view:
        shown["questions"] = [_without_blanks(question) for question in view["questions"]]
    return {**view, **shown}


# --- pictures in the text ---


@bp.post("/modules/<module_id>/pictures")
@requires(Permission.ITEM_WRITE, of=load_bank)
def upload_picture_new(course_module):
    return _upload(course_module)


@bp.post("/items/<item_id>/pictures")
@requires(Permission.ITEM_EDIT, of=load_item)
def upload_picture(item):
    return _upload(item.course_module)


def _upload(course_module):
    """Take a picture into the bank; its description is asked for at once, because afterwards nobody writes it."""
    upload, alt = request.files.get("picture"), web.clean_text(request.form.get("alt", ""))
    if upload is None or not upload.filename:
        raise InvalidInput(_("Choose a picture."))
    if not alt:
        raise InvalidInput(_("Say what the picture shows, for candidates who cannot see it."))
    media = service.add_picture(
        actor=web.actor(), now=clock.now(), course_module=course_module, name=upload.filename,
        body=upload.stream.read(rules.PICTURE_LIMIT_BYTES + 1), alt=alt,
    )  # fmt: skip
    url = url_for("bank.show_picture", picture_id=media.public_id)
    return jsonify(id=media.public_id, url=url, name=media.name, alt=media.alt)
