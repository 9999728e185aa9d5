"""Runs of earlier formulas kept fewer figures; their pages and files open all the same and claim nothing they lack."""

import pytest
from flask import url_for

from exambank import clock
from exambank.analysis import rules, service
from exambank.analysis.models import AnalysisItem, AnalysisRun
from exambank.db import db, unit_of_work
from exambank.documents import service as documents
from tests.analysis.factories import make_sat_exam, make_versions
from tests.people import actor_of

FIGURES = (
    "kind", "n", "difficulty", "difficulty_ci", "sd", "item_total", "item_rest", "item_rest_ci", "d27", "d27_ci",
    "upper_share", "lower_share", "group_size", "omitted", "reasons",
)  # fmt: skip


def as_of_old(run: AnalysisRun) -> None:
    """Takes from a run what the first formulas did not have."""
    with unit_of_work() as session:
        run = session.get_one(AnalysisRun, run.id)
        run.formulas = "classical 1"
        run.summary = {name: run.summary[name] for name in run.summary if name not in {"whole", "speed", "scale"}}
        for item in session.query(AnalysisItem).filter_by(run_id=run.id):
            flags = [{"code": one["code"], "options": one["options"]} for one in item.figures["flags"]]
            item.figures = {name: item.figures[name] for name in FIGURES} | {"flags": flags}
            item.options = [{name: row[name] for name in row if name != "rivalry"} for row in item.options]
    db.session.expire_all()


@pytest.fixture
def exam(people):
    """Of two papers with different items, one of them with a wrong key."""
    papers = [list(range(8)), [0, 1, 2, 3, 8, 9, 10, 11]]
    exam = make_sat_exam(people, candidates=64, versions=make_versions(people, 12), papers=papers, miskeyed=2)
    service.run_analysis(exam.public_id)
    as_of_old(service.latest_run(exam))
    return exam


def test_every_page_and_file_of_an_old_run_opens(app, people, exam, sign_in):
    client, report = sign_in(people.quality), service.get_report(exam)
    root = f"/analysis/exams/{exam.public_id}"
    items = [f"{root}/items/{item.item_version.public_id}" for item in report.items]
    module = f"/analysis/modules/{exam.course_module.public_id}/trend"
    files = [f"{root}/report.json", *statistics_files(app, exam)]
    for address in [root, *items, f"{root}/comparison", f"{root}/one-scale", module, *files]:
        assert client.get(address).status_code == 200, address


def statistics_files(app, exam) -> list[str]:
    """The workbook and the CSV file."""
    with app.test_request_context():
        return [url_for(f"interchange.statistics_{kind}", exam=exam.public_id) for kind in ("xlsx", "csv")]


def test_an_old_run_does_not_say_that_all_had_the_same_items(app, people, exam, sign_in):
    page = sign_in(people.quality).get(f"/analysis/exams/{exam.public_id}/one-scale").text
    assert "Mọi thí sinh làm cùng các câu" not in page


def test_what_no_flag_speaks_of_is_called_sound_only_by_the_rule(app, people, exam, sign_in):
    with unit_of_work() as session:
        for item in session.query(AnalysisItem).filter_by(run_id=service.latest_run(exam).id):
            item.figures = item.figures | {"flags": [], "d27": 0.4 if item.item_version_id % 2 else 0.1}
    db.session.expire_all()
    items = service.get_report(exam).items
    sound = sum(rules.is_sound(item.figures["difficulty"], item.figures["d27"]) for item in items)
    table = sign_in(people.quality).get(f"/analysis/exams/{exam.public_id}").text.split('id="items"')[1]
    assert 0 < sound < len(items)
    assert table.split("</table>")[0].count("is-ticked") == sound


def test_a_report_on_paper_is_printed_of_an_old_run(app, people, exam):
    assert documents.print_statistics(actor=actor_of(people.quality), now=clock.now(), exam=exam) is not None
