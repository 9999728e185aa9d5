"""Photos of people for the check at the door: one on a person's page, many in a zip."""

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from exambank import clock, web
from exambank.accounts import service as accounts
from exambank.errors import DomainError, InvalidInput
from exambank.interchange import service
from exambank.interchange.forms import FileForm, PhotoForm
from exambank.interchange.views.blueprint import bp
from exambank.permissions import Permission
from exambank.web import requires


def load_person(person: str):
    return accounts.get_user(person)


@bp.route("/photos", methods=["GET", "POST"])
@requires(Permission.PEOPLE_MANAGE)
def upload_photos():
    form, read, status = FileForm(), None, 200
    if form.validate_on_submit():
        try:
            read = service.take_photos(actor=web.actor(), now=clock.now(), file_name=form.file_name, body=form.content)
        except DomainError as refused:
            form.file.errors = [refused.message]
            status = refused.status
    page = render_template("interchange/upload_photos.html", form=form, read=read)
    return page, 422 if form.errors and status == 200 else status


@bp.post("/photos/<person>")
@requires(Permission.PEOPLE_MANAGE, of=load_person)
def upload_photo(person):
    form = PhotoForm()
    try:
        if not form.validate():
            raise InvalidInput(_("Choose a photo."))
        service.take_photo(actor=web.actor(), now=clock.now(), user=person, body=form.content)
    except DomainError as refused:
        flash(refused.message, "refusal")
    else:
        flash(_("The photo is kept. Invigilators of this person's room see it at the door."), "success")
    return redirect(url_for("accounts.show_person", public_id=person.public_id))
