"""Pages of papers: dealing, a set of papers with its fairness report, a paper with its key, the map between codes."""

import csv
import io

from flask import Response, flash, make_response, redirect, render_template, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _

from exambank import clock, web
from exambank.assembly import rules, service
from exambank.assembly.forms import DealForm, ReasonForm
from exambank.assembly.views.blueprint import bp, load_blueprint, load_paper, load_paper_set
from exambank.errors import DomainError, InvalidInput
from exambank.permissions import Permission
from exambank.web import requires

PAPERS_SHOWN = 24
CODES_SHOWN = 12


@bp.route("/blueprints/<blueprint_id>/deal", methods=["GET", "POST"])
@requires(Permission.PAPERS_DEAL, of=load_blueprint)
def deal_papers(blueprint):
    form = DealForm(count=4)
    if form.validate_on_submit():
        try:
            paper_set = service.ask_for_papers(
                actor=web.actor(), now=clock.now(), blueprint=blueprint, count=form.count.data,
                seed=form.seed.data or form.new_seed.data or None,
            )  # fmt: skip
        except InvalidInput as refused:
            form.form_errors.append(refused.message)
        else:
            flash(_("The papers are asked for. This page shows how far the dealing is."), "success")
            return redirect(url_for(".show_paper_set", set_id=paper_set.public_id))
    cells = service.specs_of(blueprint)
    return render_template(
        "assembly/deal_papers.html", blueprint=blueprint, form=form, found=service.check_feasibility(blueprint),
        names=service.cell_names(cells), total=rules.total_points(cells),
        said=service.say_demands(service.demands_of(blueprint), str(get_locale())),
    )  # fmt: skip


@bp.get("/sets/<set_id>")
@requires(Permission.BLUEPRINT_SEE, of=load_paper_set)
def show_paper_set(paper_set):
    """Counts and figures for everybody who knows of the set; papers and seed only for those who may see papers."""
    actor, papers = web.actor(), paper_set.papers
    may_look, why_not = service.may_look(actor, paper_set)
    return render_template(
        "assembly/show_paper_set.html", paper_set=paper_set, form=ReasonForm(), may_look=may_look, why_not=why_not,
        fair=service.read_report(paper_set), seal=service.seal_summary(paper_set, actor, clock.now()),
        shown=papers if request.args.get("all") else papers[:PAPERS_SHOWN],
        seed=paper_set.seed if may_look else None, is_own=paper_set.dealt_by_id == actor.user_id,
        is_releasable=paper_set.report.get("is_releasable", True),
    )  # fmt: skip


@bp.get("/sets/<set_id>/dealing")
@requires(Permission.BLUEPRINT_SEE, of=load_paper_set)
def show_dealing(paper_set):
    """How far the dealing is; once it ended the whole page is shown anew."""
    answer = make_response(render_template("assembly/_dealing.html", paper_set=paper_set))
    if paper_set.state != "waiting":
        answer.headers["HX-Refresh"] = "true"
    return answer


@bp.post("/sets/<set_id>/give-up")
@requires(Permission.PAPERS_DEAL, of=load_paper_set)
def give_up_papers(paper_set):
    service.give_up_papers(actor=web.actor(), now=clock.now(), paper_set=paper_set)
    flash(_("The request is given up. Nothing was dealt."), "success")
    if paper_set.blueprint is None:
        return redirect(url_for(".list_blueprints"))
    return redirect(url_for(".show_blueprint", blueprint_id=paper_set.blueprint.public_id))


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


@bp.get("/sets/<set_id>/map")
@requires(Permission.PAPERS_SEE, of=load_paper_set)
def show_code_map(paper_set):
    found = service.look_into_code_map(actor=web.actor(), now=clock.now(), paper_set=paper_set)
    codes = found.map.codes[:CODES_SHOWN]
    rows = [row for row in found.map.rows if any(row.numbers[: len(codes)])]
    return render_template(
        "assembly/show_code_map.html", paper_set=paper_set, found=found, codes=codes, rows=rows
    )  # fmt: skip


@bp.get("/sets/<set_id>/map.csv")
@requires(Permission.PAPERS_SEE, of=load_paper_set)
def download_code_map(paper_set):
    found = service.look_into_code_map(actor=web.actor(), now=clock.now(), paper_set=paper_set)
    sheet = io.StringIO()
    written = csv.writer(sheet)
    written.writerow([_("Question"), *found.map.codes])
    written.writerows([found.items[row.version], *(n or "" for n in row.numbers)] for row in found.map.rows)
    name = _("code-map") + f"-{paper_set.public_id[:8]}.csv"
    # the mark at the beginning tells a spreadsheet that this is UTF-8
    return Response(
        "\ufeff" + sheet.getvalue(), mimetype="text/csv",
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
    )  # fmt: skip
