"""Pages of accounts: signing in and out, the own profile, people, departments, cards at the door."""

from datetime import timedelta

from flask import Blueprint, flash, jsonify, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_babel import to_user_timezone

from exambank import clock, web
from exambank.accounts import rules, service
from exambank.accounts.forms import (
    ChangePasswordForm,
    DepartmentForm,
    LanguageForm,
    PeopleFilterForm,
    PersonForm,
    SignInForm,
)
from exambank.accounts.models import Department, User
from exambank.accounts.rules import Slip
from exambank.errors import DomainError, InvalidInput, NotFound, StateConflict, TooManyAttempts, wants_json
from exambank.permissions import SYSTEM, Permission, allows
from exambank.web import requires

bp = Blueprint("accounts", __name__, url_prefix="/accounts")
bp.add_app_template_filter(service.role_label, "role_label")
bp.add_app_template_filter(service.gender_label, "gender_label")

web.add_navigation(100, "accounts", lambda: _("People"), "accounts.list_people", Permission.PEOPLE_SEE)
web.add_navigation(101, "accounts", lambda: _("Cards at the door"), "accounts.find_learner", Permission.DOOR_CARD_ISSUE)

HOME = "/"
# In the session of whoever signed in with a first password. A mark there, and not a look at the person's row, because
# the exam room's saves pass this hook as well and must not load a person. A reset ends the session: it is never stale.
MUST_CHANGE = "must_change_password"
_OPEN_BEFORE_CHANGE = {
    "static",
    "accounts.change_password",
    "accounts.set_language",
    "accounts.sign_in",
    "accounts.sign_out",
}


@bp.record_once
def _limit_idle_sessions(state) -> None:
    state.app.permanent_session_lifetime = timedelta(minutes=state.app.config["SIGN_IN_IDLE_MINUTES"])


@bp.before_app_request
def _insist_on_own_password():
    if MUST_CHANGE not in session or request.endpoint in _OPEN_BEFORE_CHANGE:
        return None
    if wants_json():
        message = _("Replace your first password before anything else.")
        return jsonify(error="change_password", message=message), 403
    target = request.full_path if request.method == "GET" else None
    return redirect(url_for("accounts.change_password", next=target))


def _status(form) -> int:
    return 422 if form.errors else 200


def _show_on(form, refusal: DomainError) -> None:
    """Put a refusal beside the field it speaks of, or on top of the form."""
    field = refusal.details.get("field")
    if field in form:
        form[field].errors = [*form[field].errors, refusal.message]
    else:
        form.form_errors.append(refusal.message)


# --- signing in and out ---


@bp.route("/sign-in", methods=["GET", "POST"])
@requires(Permission.PUBLIC)
def sign_in():
    form = SignInForm(data={"next": request.args.get("next")})
    headers: dict[str, str] = {}
    status = None
    if form.validate_on_submit():
        try:
            came = service.sign_in(
                actor=SYSTEM, now=clock.now(), username=form.username.data, password=form.password.data,
                address=request.remote_addr or "",
            )  # fmt: skip
        except (InvalidInput, TooManyAttempts) as refusal:
            _show_on(form, refusal)
            status, headers = refusal.status, _retry_after(refusal)
        else:
            return _begin_session(came, web.local_target(form.next.data))
    page = render_template("accounts/sign_in.html", form=form, now=to_user_timezone(clock.now()))
    return page, status or _status(form), headers


def _retry_after(refusal: DomainError) -> dict[str, str]:
    seconds = refusal.details.get("seconds")
    return {"Retry-After": str(seconds)} if seconds else {}


def _begin_session(came: service.SignedIn, target: str | None):
    """A new session: nothing of the one before survives but the language chosen at the door."""
    language = session.get("language") or came.locale
    session.clear()
    session.permanent = True
    session.update(user_id=came.user_id, version=came.session_version, language=language)
    if came.must_change_password:
        session[MUST_CHANGE] = True
        return redirect(url_for("accounts.change_password", next=target))
    return redirect(target or HOME)


@bp.post("/sign-out")
@requires(Permission.PUBLIC)
def sign_out():
    session.clear()
    flash(_("You are signed out."), "success")
    return redirect(url_for("accounts.sign_in"))


@bp.post("/language")
@requires(Permission.PUBLIC)
def set_language():
    form = LanguageForm()
    if not form.validate():
        raise InvalidInput(_("This language is not available."))
    session["language"] = form.language.data
    if web.current_actor():
        service.set_language(actor=web.actor(), now=clock.now(), language=form.language.data)
    return redirect(web.local_target(request.form.get("next")) or HOME)


# --- the own account ---


@bp.get("/profile")
@requires(Permission.SIGNED_IN)
def profile():
    return render_template("accounts/profile.html", person=service.get_user(web.actor().public_id))


@bp.route("/password", methods=["GET", "POST"])
@requires(Permission.SIGNED_IN)
def change_password():
    form = ChangePasswordForm(data={"next": request.args.get("next")})
    is_first = MUST_CHANGE in session
    if is_first:
        del form.current_password
    if form.validate_on_submit():
        try:
            session["version"] = service.change_password(
                actor=web.actor(), now=clock.now(), new_password=form.new_password.data,
                current_password=None if is_first else form.current_password.data,
            )  # fmt: skip
        except (InvalidInput, TooManyAttempts) as refusal:
            _show_on(form, refusal)
        else:
            session.pop(MUST_CHANGE, None)
            flash(_("Your password is changed. Browsers signed in elsewhere have to sign in again."), "success")
            return redirect(web.local_target(form.next.data) or (HOME if is_first else url_for("accounts.profile")))
    return render_template("accounts/change_password.html", form=form, is_first=is_first), _status(form)


@bp.post("/profile/end-sessions")
@requires(Permission.SIGNED_IN)
def end_my_sessions():
    actor = web.actor()
    session["version"] = service.revoke_sessions(actor=actor, now=clock.now(), user=service.get_user(actor.public_id))
    flash(_("All your other sessions are ended. This browser stays signed in."), "success")
    return redirect(url_for("accounts.profile"))


# --- people ---


def load_person(public_id: str) -> User:
    return service.get_user(public_id)


@bp.get("/people")
@requires(Permission.PEOPLE_SEE)
def list_people():
    form = PeopleFilterForm(formdata=request.args)
    role = form.role.data if form.role.data in dict(service.list_role_choices()) else None
    people = service.list_people(form.q.data or "", role, web.read_page())
    return render_template("accounts/list_people.html", form=form, people=people)


@bp.get("/people/<public_id>")
@requires(Permission.PEOPLE_SEE, of=load_person)
def show_person(person: User):
    may_see_photo = allows(web.actor(), Permission.PEOPLE_MANAGE)
    photo = service.find_photo(person) if may_see_photo else None
    return render_template("accounts/show_person.html", person=person, photo=photo)


@bp.get("/people/<public_id>/photo")
@requires(Permission.PEOPLE_MANAGE, of=load_person)
def show_photo(person: User):
    return web.send_photo(service.find_photo(person))


@bp.post("/people/<public_id>/photo/remove")
@requires(Permission.PEOPLE_MANAGE, of=load_person)
def remove_photo(person: User):
    try:
        service.remove_photo(actor=web.actor(), now=clock.now(), user=person)
    except StateConflict as refusal:
        flash(refusal.message, "refusal")
    else:
        flash(_("The photo is forgotten."), "success")
    return redirect(url_for("accounts.show_person", public_id=person.public_id))


@bp.route("/people/new", methods=["GET", "POST"])
@requires(Permission.PEOPLE_MANAGE)
def create_person():
    form = PersonForm(service.list_departments())
    if form.validate_on_submit():
        given = form.details()
        try:
            user, password = service.create_user(
                actor=web.actor(), now=clock.now(), code=given.code, full_name=given.full_name, roles=given.roles,
                department_codes=given.department_codes, birth_date=given.birth_date, unit_name=given.unit_name,
                email=given.email, gender=given.gender,
            )  # fmt: skip
        except InvalidInput as refusal:
            _show_on(form, refusal)
        else:
            return _show_slip(user, password)
    return render_template("accounts/create_person.html", form=form), _status(form)


@bp.route("/people/<public_id>/edit", methods=["GET", "POST"])
@requires(Permission.PEOPLE_MANAGE, of=load_person)
def edit_person(person: User):
    form = PersonForm(service.list_departments(), person)
    status = None
    if form.validate_on_submit():
        try:
            service.update_user(actor=web.actor(), now=clock.now(), user=person, details=form.details())
        except (InvalidInput, StateConflict) as refusal:
            _show_on(form, refusal)
            status = refusal.status
        else:
            flash(_("Saved."), "success")
            return redirect(url_for("accounts.show_person", public_id=person.public_id))
    return render_template("accounts/edit_person.html", form=form, person=person), status or _status(form)


@bp.post("/people/<public_id>/reset-password")
@requires(Permission.PEOPLE_MANAGE, of=load_person)
def reset_password(person: User):
    return _show_slip(person, service.reset_password(actor=web.actor(), now=clock.now(), user=person))


def _show_slip(user: User, password: str):
    """The only time the password is seen: in the answer to the request that made it. Nothing keeps it."""
    slip = Slip(user.code, user.full_name, user.unit_name, password)
    return render_template("accounts/show_slip.html", person=user, slips=[slip])


@bp.post("/people/<public_id>/end-sessions")
@requires(Permission.PEOPLE_MANAGE, of=load_person)
def revoke_sessions(person: User):
    version = service.revoke_sessions(actor=web.actor(), now=clock.now(), user=person)
    if person.id == web.actor().user_id:
        session["version"] = version
    flash(_("All sessions of %(name)s are ended.", name=person.full_name), "success")
    return redirect(url_for("accounts.show_person", public_id=person.public_id))


# --- departments ---


def load_department(public_id: str) -> Department:
    return service.get_department(public_id)


@bp.route("/departments", methods=["GET", "POST"])
@requires(Permission.PEOPLE_MANAGE)
def list_departments():
    form = DepartmentForm()
    if form.validate_on_submit():
        try:
            service.create_department(actor=web.actor(), now=clock.now(), code=form.code.data, name=form.name.data)
        except InvalidInput as refusal:
            _show_on(form, refusal)
        else:
            flash(_("The department is added."), "success")
            return redirect(url_for("accounts.list_departments"))
    page = render_template("accounts/list_departments.html", form=form, departments=service.list_departments())
    return page, _status(form)


@bp.route("/departments/<public_id>", methods=["GET", "POST"])
@requires(Permission.PEOPLE_MANAGE, of=load_department)
def edit_department(department: Department):
    form = DepartmentForm(obj=department)
    if form.validate_on_submit():
        try:
            service.update_department(
                actor=web.actor(), now=clock.now(), department=department, code=form.code.data, name=form.name.data
            )
        except InvalidInput as refusal:
            _show_on(form, refusal)
        else:
            flash(_("Saved."), "success")
            return redirect(url_for("accounts.list_departments"))
    return render_template("accounts/edit_department.html", form=form, department=department), _status(form)


# --- cards at the door ---


def load_learner(public_id: str) -> User:
    person = service.get_user(public_id)
    if not rules.may_have_card(grant.role for grant in person.grants):
        raise NotFound()
    return person


@bp.get("/door-cards")
@requires(Permission.DOOR_CARD_ISSUE)
def find_learner():
    search = web.clean_text(request.args.get("q", ""))
    return render_template("accounts/find_learner.html", search=search, learners=service.find_learners(search))


@bp.post("/door-cards/<public_id>")
@requires(Permission.DOOR_CARD_ISSUE, of=load_learner)
def issue_door_card(learner: User):
    now = clock.now()
    code = service.issue_door_card(actor=web.actor(), now=now, user=learner)
    return render_template(
        "accounts/show_card.html",
        learner=learner,
        code=rules.show_card_code(code),
        expires_at=to_user_timezone(now + rules.CARD_LIFETIME),
    )
