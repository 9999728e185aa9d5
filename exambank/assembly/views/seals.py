"""Pages of seals: approving with the choice of a seal, who holds it, opening, rehearsing, the own key."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from exambank import clock, web
from exambank.assembly import rules, service
from exambank.assembly.forms.seals import ApproveForm, HolderKeyForm, OwnPassphraseForm, TurnKeyForm
from exambank.assembly.seal import FEWEST_HOLDERS
from exambank.assembly.views.blueprint import bp, load_paper_set
from exambank.courses import service as courses
from exambank.errors import DomainError, InvalidInput, TooManyAttempts
from exambank.permissions import Permission
from exambank.web import requires


@bp.context_processor
def _words() -> dict:
    return {"mode_label": service.mode_label, "protection_text": service.protection_text}


def load_seal(seal_id: str):
    return service.get_seal(seal_id)


# --- approving ---


@bp.route("/sets/<set_id>/approve", methods=["GET", "POST"])
@requires(Permission.PAPERS_APPROVE, of=load_paper_set)
def approve_papers(paper_set):
    """Approving and sealing is one act; the page proposes what the school usually does."""
    possible, settings = service.list_possible_holders(paper_set), courses.school_settings()
    modes = [mode for mode in rules.SEAL_MODES if mode != "holders" or len(possible) >= FEWEST_HOLDERS]
    form = ApproveForm(data={"mode": settings.default_seal} if request.method == "GET" else None)
    form.offer(possible, modes)
    if form.validate_on_submit():
        try:
            service.approve_papers(actor=web.actor(), now=clock.now(), paper_set=paper_set, seal=form.choice())
        except InvalidInput as refused:
            _put_error(form, refused)
        else:
            flash(_tell_approved(paper_set), "success")
            return redirect(url_for(".show_paper_set", set_id=paper_set.public_id))
    return render_template(
        "assembly/approve_papers.html", paper_set=paper_set, form=form, possible=possible, modes=modes,
        settings=settings, fewest=FEWEST_HOLDERS, is_own=paper_set.dealt_by_id == web.actor().user_id,
    ), 422 if form.errors or form.form_errors else 200  # fmt: skip


def _tell_approved(paper_set) -> str:
    if service.is_sealed(paper_set):
        return _("The papers are approved and sealed. Rehearse the opening soon, well before the exam.")
    return _("The papers are approved. From now on nothing in them changes.")


def _put_error(form, refused: DomainError) -> None:
    """Beside the field it is about, on top where it is about none."""
    field = refused.details.get("field")
    if field in form._fields:
        form[field].errors = [*form[field].errors, refused.message]
    else:
        form.form_errors.append(refused.message)


# --- a seal ---


@bp.get("/seals/<seal_id>")
@requires(Permission.SEAL_SEE, of=load_seal)
def show_seal(seal):
    return render_template(
        "assembly/show_seal.html", paper_set=seal.paper_set,
        seal=service.seal_summary(seal.paper_set, web.actor(), clock.now()),
    )  # fmt: skip


@bp.route("/seals/<seal_id>/open", methods=["GET", "POST"])
@requires(Permission.PAPERS_OPEN, of=load_seal)
def open_papers(seal):
    return _turn_key(seal, "open")


@bp.route("/seals/<seal_id>/rehearse", methods=["GET", "POST"])
@requires(Permission.PAPERS_OPEN, of=load_seal)
def rehearse_seal(seal):
    return _turn_key(seal, "rehearse")


def _turn_key(seal, purpose: str):
    form, now = TurnKeyForm(), clock.now()
    form.offer(seal, web.actor().user_id)
    if form.validate_on_submit():
        try:
            outcome = service.turn_key(
                actor=web.actor(), now=now, seal=seal, purpose=purpose, passphrase=form.passphrase.data,
                second=form.second_holder(), reason=form.reason.data or "",
            )  # fmt: skip
        except (InvalidInput, TooManyAttempts) as refused:
            _put_error(form, refused)
        else:
            flash(_tell_turned(purpose, outcome), "success" if outcome == "done" else "caution")
            return redirect(url_for(".show_seal", seal_id=seal.public_id))
    return render_template(
        "assembly/turn_key.html", form=form, paper_set=seal.paper_set, purpose=purpose,
        waiting=service.find_waiting(seal, purpose, now), seal=service.seal_summary(seal.paper_set, web.actor(), now),
    ), 422 if form.errors or form.form_errors else 200  # fmt: skip


def _tell_turned(purpose: str, outcome: str) -> str:
    texts = {
        ("open", "done"): _("The seal is open. Papers and binding stand ready for the exam."),
        ("open", "half"): _("Half open: your half waits 30 minutes for a second holder at another machine."),
        ("rehearse", "done"): _("The rehearsal went well: the seal opens and the papers match their fingerprint. "
                                "Nothing was written, and the seal is closed again."),
        ("rehearse", "half"): _("Your half of the rehearsal waits 30 minutes for a second holder at another machine."),
    }  # fmt: skip
    return texts[purpose, outcome]


@bp.post("/seals/<seal_id>/take-back")
@requires(Permission.PAPERS_OPEN, of=load_seal)
def take_half_back(seal):
    service.take_half_back(actor=web.actor(), now=clock.now(), seal=seal)
    flash(_("Your half is taken back. The seal is closed as before."), "success")
    return redirect(url_for(".show_seal", seal_id=seal.public_id))


@bp.post("/seals/<seal_id>/rehearse-clock")
@requires(Permission.PAPERS_APPROVE, of=load_seal)
def rehearse_clock(seal):
    return _by_clock(seal, service.rehearse_clock, _tell_turned("rehearse", "done"))


@bp.post("/seals/<seal_id>/open-by-clock")
@requires(Permission.PAPERS_APPROVE, of=load_seal)
def open_by_clock(seal):
    return _by_clock(seal, service.open_by_clock, _tell_turned("open", "done"))


def _by_clock(seal, act, told: str):
    try:
        act(actor=web.actor(), now=clock.now(), seal=seal)
        flash(told, "success")
    except DomainError as refused:
        flash(refused.message, "refusal")
    return redirect(url_for(".show_seal", seal_id=seal.public_id))


# --- the own key ---


@bp.route("/holder-key", methods=["GET", "POST"])
@requires(Permission.PAPERS_HOLD)
def own_holder_key():
    """Make a key, or replace one whose passphrase is forgotten."""
    form, actor = HolderKeyForm(), web.actor()
    if form.validate_on_submit():
        try:
            service.make_holder_key(actor=actor, now=clock.now(), passphrase=form.passphrase.data)
        except InvalidInput as refused:
            _put_error(form, refused)
        else:
            flash(_("Your key is made. Say the passphrase to nobody; rehearse it now and then."), "success")
            return redirect(url_for(".own_holder_key"))
    return _own_key_page(form, OwnPassphraseForm(formdata=None, prefix="proof"))


@bp.post("/holder-key/rehearse")
@requires(Permission.PAPERS_HOLD)
def rehearse_passphrase():
    form = OwnPassphraseForm(prefix="proof")
    if form.validate():
        try:
            service.rehearse_passphrase(actor=web.actor(), now=clock.now(), passphrase=form.passphrase.data)
        except (InvalidInput, TooManyAttempts) as refused:
            _put_error(form, refused)
        else:
            flash(_("That is your passphrase. It is noted that you know it today."), "success")
            return redirect(url_for(".own_holder_key"))
    return _own_key_page(HolderKeyForm(formdata=None), form)


def _own_key_page(form, proof_form):
    actor = web.actor()
    return render_template(
        "assembly/own_holder_key.html", form=form, proof_form=proof_form, key=service.find_holder_key(actor.user_id),
        seals=service.list_own_seals(actor),
    ), 422 if form.errors or form.form_errors or proof_form.errors or proof_form.form_errors else 200  # fmt: skip
