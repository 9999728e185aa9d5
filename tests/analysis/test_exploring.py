"""The map of items that can be explored: what its table tells to whom, and the bundle on this page and on no other."""

import re
from pathlib import Path

import pytest

from exambank import web
from exambank.analysis import service
from exambank.courses.models import LearningOutcome
from exambank.db import unit_of_work
from tests.analysis.factories import make_sat_exam

TEMPLATES = Path(__file__).parents[2] / "templates"


@pytest.fixture
def report(people):
    """The report of an exam of 48 candidates whose third item has a wrong key."""
    with unit_of_work():
        exam = make_sat_exam(people, candidates=48, miskeyed=2)
    service.run_analysis(exam.public_id)
    return service.get_report(exam)


def url_of(report) -> str:
    return f"/analysis/exams/{report.run.exam.public_id}"


def table_of(page: str) -> str:
    start = page.index("data-explore-table")
    return page[start : page.index("</table>", start)]


def row_of(page: str, code: str) -> str:
    return next(row for row in table_of(page).split("<tr ")[1:] if f">{code}</a>" in row)


def test_the_bundle_and_its_style_are_allowed_on_the_report_of_an_exam_only(report, people, sign_in):
    client = sign_in(people.quality)
    shown = client.get(url_of(report))
    assert re.search(r'<script src="/static/dist/explore[^"]*\.js" defer>', shown.text)
    assert shown.headers.getlist("Content-Security-Policy") == [web.POLICY_WITH_PLOT]
    item = report.items[0].item_version.public_id
    for other in ("/", f"{url_of(report)}/items/{item}", f"{url_of(report)}/comparison"):
        page = client.get(other)
        assert page.status_code == 200
        assert "dist/explore" not in page.text
        assert page.headers.getlist("Content-Security-Policy") == [web.CONTENT_SECURITY_POLICY]
    named = [path.name for path in TEMPLATES.rglob("*.html") if 'asset("explore.js")' in path.read_text()]
    assert named == ["show_exam.html"]


def test_the_table_behind_the_map_holds_what_is_drawn(report, people, sign_in):
    shown = sign_in(people.quality).get(url_of(report)).text
    for item in report.items:
        figures, row = item.figures, row_of(shown, item.item_version.item.code)
        assert f'data-x="{figures["difficulty"]}" data-y="{figures["d27"]}"' in row
        assert f'data-y-ends="{figures["d27_ci"][0]} {figures["d27_ci"][1]}"' in row
        assert f"{figures['item_rest']:.2f}".replace("-", "\u2212").replace(".", ",") in row
        assert f"{url_of(report)}/items/{item.item_version.public_id}" in row
        assert ("data-is-flagged" in row) == bool(figures["flags"])
    assert "data-is-flagged" in row_of(shown, "C02")


def test_who_may_not_see_the_items_reads_their_figures_without_a_word_of_them(report, people, sign_in):
    words = "eb-row-note"
    assert words in table_of(sign_in(people.quality).get(url_of(report)).text)
    assert words not in table_of(sign_in(people.leader).get(url_of(report)).text)


def test_items_are_told_apart_by_their_outcome_where_they_have_one(report, people, sign_in):
    client = sign_in(people.quality)
    assert 'data-explore-filter="outcome"' not in client.get(url_of(report)).text
    item = report.items[0].item_version.item
    with unit_of_work() as session:
        item.outcome = LearningOutcome(course_module=item.course_module, code="CĐR2", text="Vận dụng", position=2)
        session.add(item.outcome)
    shown = client.get(url_of(report)).text
    assert 'data-explore-filter="outcome"' in shown
    assert re.search(r'data-column="outcome">CĐR2</td>', row_of(shown, item.code))
