"""Papers as Word: choose codes and files, fetch them."""

import io

from flask import render_template, send_file

from exambank import clock, web
from exambank.assembly import service as assembly
from exambank.errors import InvalidInput, StateConflict
from exambank.interchange import service
from exambank.interchange.paper_forms import PapersForm
from exambank.interchange.views.blueprint import bp
from exambank.permissions import Permission
from exambank.web import requires


def load_paper_set(paper_set: str):
    return assembly.get_paper_set(paper_set)


@bp.route("/paper-sets/<paper_set>/word", methods=["GET", "POST"])
@requires(Permission.PAPERS_SEE, of=load_paper_set)
def papers_word(paper_set):
    """The form; a valid one is answered with the file itself."""
    codes = [paper.code for paper in paper_set.papers][: service.MOST_CODES]
    blueprint = paper_set.blueprint
    form = PapersForm(
        data={"parts": [service.PAPERS], "codes": codes, "title": service.usual_title(paper_set),
              "minutes": blueprint.duration_minutes if blueprint else None}
    )  # fmt: skip
    form.offer(paper_set)
    if not form.is_submitted():
        return _page(paper_set, form)
    if not form.validate():
        return _page(paper_set, form), 422
    try:
        found = service.papers_as_word(
            actor=web.actor(), now=clock.now(), paper_set=paper_set, wanted=form.wanted()
        )  # fmt: skip
    except (InvalidInput, StateConflict) as error:
        form.form_errors.append(error.message)
        return _page(paper_set, form), error.status
    answer = send_file(
        io.BytesIO(found.body), found.media_type, as_attachment=True, download_name=f"{found.name}{found.suffix}"
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _page(paper_set, form):
    return render_template(
        "interchange/papers_word.html", paper_set=paper_set, form=form, refusal=service.why_no_word(paper_set),
        most=service.MOST_CODES,
    )  # fmt: skip
