"""Lists of people: choose a file, see who is new, take them over, print the slips once."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from exambank import clock, web
from exambank.accounts import service as accounts
from exambank.courses import service as courses
from exambank.errors import InvalidInput
from exambank.interchange import service
from exambank.interchange.forms import PeopleFileForm, choices
from exambank.interchange.views.blueprint import bp, load_people, refused_file
from exambank.permissions import Permission
from exambank.web import requires


@bp.route("/people", methods=["GET", "POST"])
@requires(Permission.PEOPLE_MANAGE)
def upload_people():
    form = PeopleFileForm(cohort=request.args.get("cohort", ""))
    cohorts = courses.list_cohorts() if service.may_enrol(web.actor()) else []
    form.cohort.choices = choices(
        [
            ("", _("the class that each row names, or none")),
            *((one.public_id, f"{one.code}: {one.name}") for one in cohorts),
        ]
    )
    context = {"batches": service.list_people_batches(), "may_enrol": service.may_enrol(web.actor())}
    if not form.validate_on_submit():
        return render_template("interchange/upload_people.html", form=form, **context), 422 if form.errors else 200
    cohort = courses.get_cohort(form.cohort.data) if form.cohort.data else None
    try:
        batch = service.preview_people(
            actor=web.actor(), now=clock.now(), file_name=form.file_name, body=form.content, cohort=cohort
        )
    except InvalidInput as error:
        return refused_file("interchange/upload_people.html", form, error, **context)
    return redirect(url_for("interchange.show_people", batch=batch.public_id))


@bp.get("/people/<batch>")
@requires(Permission.PEOPLE_MANAGE, of=load_people)
def show_people(batch):
    people = [
        {
            **one,
            "messages": service.person_problems(one),
            "role_labels": [accounts.role_label(role) for role in one["person"]["roles"]],
        }
        for one in sorted(batch.people, key=lambda one: (not one["problems"], one["row"]))
    ]
    return render_template(
        "interchange/show_people.html", batch=batch, people=people, may_enrol=service.may_enrol(web.actor())
    )


@bp.post("/people/<batch>/accept")
@requires(Permission.PEOPLE_MANAGE, of=load_people)
def accept_people(batch):
    """The answer itself carries the slips: nothing else ever does."""
    welcome = service.accept_people(actor=web.actor(), now=clock.now(), batch=batch)
    answer = render_template("interchange/accept_people.html", batch=batch, welcome=welcome, slips=welcome.slips)
    return answer, 200, {"Cache-Control": "no-store"}


@bp.post("/people/<batch>/discard")
@requires(Permission.PEOPLE_MANAGE, of=load_people)
def discard_people(batch):
    service.discard_people(actor=web.actor(), now=clock.now(), batch=batch)
    flash(_("The list was forgotten. Nobody was created or changed."), "success")
    return redirect(url_for("interchange.upload_people"))
