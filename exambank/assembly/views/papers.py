"""Pages of papers: dealing, a set of papers, a paper with its key."""

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from exambank import clock, web
from exambank.assembly import rules, service
from exambank.assembly.forms import DealForm, ReasonForm
from exambank.assembly.views.blueprint import bp, load_blueprint, load_paper, load_paper_set
from exambank.errors import DomainError, InvalidInput
from exambank.permissions import Permission, allows
from exambank.web import requires


@bp.route("/blueprints/<blueprint_id>/deal", methods=["GET", "POST"])
@requires(Permission.PAPERS_DEAL, of=load_blueprint)
def deal_papers(blueprint):
    form = DealForm(count=4)
    if form.validate_on_submit():
        try:
            paper_set = service.deal_papers(
                actor=web.actor(), now=clock.now(), blueprint=blueprint, count=form.count.data,
                seed=form.seed.data or form.new_seed.data or None,
            )  # fmt: skip
        except InvalidInput as refused:
            form.form_errors.append(refused.message)
        else:
            flash(_("The papers are dealt. A second person must approve them now."), "success")
            return redirect(url_for(".show_paper_set", set_id=paper_set.public_id))
    cells = service.specs_of(blueprint)
    return render_template(
        "assembly/deal_papers.html", blueprint=blueprint, form=form, found=service.check_feasibility(blueprint),
        names=service.cell_names(cells), total=rules.total_points(cells),
    )  # fmt: skip


@bp.get("/sets/<set_id>")
@requires(Permission.BLUEPRINT_SEE, of=load_paper_set)
def show_paper_set(paper_set):
    """Seed, overlap and keys only for those who may see papers: with the seed, papers could be dealt again."""
    may_see = allows(web.actor(), Permission.PAPERS_SEE, paper_set)
    return render_template(
        "assembly/show_paper_set.html", paper_set=paper_set, may_see=may_see, form=ReasonForm(),
        summary=service.summarise(paper_set) if may_see else None,
        is_own=paper_set.dealt_by_id == web.actor().user_id,
    )  # fmt: skip


@bp.post("/sets/<set_id>/approve")
@requires(Permission.PAPERS_APPROVE, of=load_paper_set)
def approve_papers(paper_set):
    service.approve_papers(actor=web.actor(), now=clock.now(), paper_set=paper_set)
    flash(_("The papers are approved. From now on nothing in them changes."), "success")
    return redirect(url_for(".show_paper_set", set_id=paper_set.public_id))


@bp.post("/sets/<set_id>/withdraw")
@requires(Permission.PAPERS_APPROVE, of=load_paper_set)
def withdraw_papers(paper_set):
    form = ReasonForm()
    if form.validate():
        try:
            service.withdraw_papers(actor=web.actor(), now=clock.now(), paper_set=paper_set, reason=form.reason.data)
            flash(_("The papers are withdrawn."), "success")
        except DomainError as refused:
            flash(refused.message, "refusal")
    else:
        flash(_("Say why the papers are withdrawn."), "refusal")
    return redirect(url_for(".show_paper_set", set_id=paper_set.public_id))


@bp.get("/papers/<paper_id>")
@requires(Permission.PAPERS_SEE, of=load_paper)
def show_paper(paper):
    return render_template(
        "assembly/show_paper.html", paper=paper, paper_set=paper.paper_set,
        questions=service.look_into_paper(actor=web.actor(), now=clock.now(), paper=paper),
    )  # fmt: skip
