"""Marks on different papers beside what they amount to on one scale."""

from dataclasses import replace
from types import SimpleNamespace

import pytest
from flask_babel import force_locale, gettext, ngettext
from sqlalchemy import update

from exambank.analysis import service
from exambank.analysis.models import AnalysisCandidate
from exambank.analysis.service import advice, wording
from exambank.db import unit_of_work
from tests.analysis.factories import make_versions
from tests.analysis.test_calibrating import TWO_PAPERS, make_marked_exam

NO_INTERVAL = "Who has no point, all points, or more or fewer than the items can tell apart, has no interval."


@pytest.fixture
def exam(people):
    """Of two papers, the first the easier one, analysed."""
    exam = make_marked_exam(people, make_versions(people, 12), TWO_PAPERS, 110)
    service.run_analysis(exam.public_id)
    return exam


def address(exam) -> str:
    return f"/analysis/exams/{exam.public_id}/one-scale"


def test_every_mark_stands_beside_what_it_amounts_to(app, people, exam):
    rows = advice.list_advised(service.latest_run(exam))
    assert len(rows) == 110
    assert all(0 <= row.advised <= 10 and row.se > 0 for row in rows)
    [(_easy, count, below), (_hard, _count, above)] = advice.papers_of(rows)
    assert count == 55
    assert below < 0 < above
    assert sum(row.difference for row in rows) == pytest.approx(55 * (below + above))


def test_the_advice_lies_between_marks_of_the_scale(app, people, exam):
    rows = advice.list_advised(service.latest_run(exam))
    told = [row for row in rows if 0 < row.earned < 10]
    assert all(0 <= row.interval.low < row.advised < row.interval.high <= 10 for row in told)
    assert {row.interval for row in rows if row not in told} == {None}
    assert {row.is_within_chance for row in rows if row not in told} == {None}
    one = next(row for row in told if 4 < row.earned < 6)
    assert one.is_within_chance is True
    assert replace(one, earned=one.interval.high + 0.1).is_within_chance is False


def test_the_page_shows_papers_and_candidates(app, people, exam, sign_in):
    page = sign_in(people.quality).get(address(exam)).text
    row = advice.list_advised(service.latest_run(exam))[0]
    assert row.name in page
    assert "Các mã đề có khó như nhau không?" in page
    assert page.count('data-label="Quy về một thang"') == 110


def test_the_page_tells_intervals_and_what_chance_explains(app, people, exam, sign_in):
    page = sign_in(people.quality).get(address(exam)).text
    rows = [row for row in advice.list_advised(service.latest_run(exam)) if row.interval]
    within = sum(row.is_within_chance for row in rows)
    with force_locale("vi"):
        sentence = gettext(
            "For %(within)s of %(all)s candidates the difference is within what chance explains.",
            within=within, all=len(rows),
        )  # fmt: skip
        assert sentence in page
        assert page.count(gettext("more than chance explains")) == len(rows) - within
        assert wording.show_interval([rows[0].interval.low, rows[0].interval.high], 1) in page
        assert gettext(NO_INTERVAL) in page


def test_a_run_of_before_shows_no_interval(app, people, exam, sign_in):
    with unit_of_work() as session:
        session.execute(update(AnalysisCandidate).values(advised_se=None))
    page = sign_in(people.quality).get(address(exam)).text
    with force_locale("vi"):
        assert page.count('data-label="Quy về một thang"') == 110
        assert 'class="eb-row-note">từ ' not in page
        assert gettext(NO_INTERVAL) not in page


def test_the_page_tells_of_essays_put_into_levels(app, people, exam, sign_in):
    with unit_of_work() as session:
        run = session.merge(service.latest_run(exam))
        run.summary = run.summary | {"scale": run.summary["scale"] | {"gathered": 2}}
    page = sign_in(people.quality).get(address(exam)).text
    one, several = (f"The points of %(num)d finely marked {items} put together into a few levels for this." for items in
                    ("item were", "items were"))  # fmt: skip
    with force_locale("vi"):
        assert ngettext(one, several, 2) in page


def test_the_report_leads_here(app, people, exam, sign_in):
    assert address(exam) in sign_in(people.quality).get(f"/analysis/exams/{exam.public_id}").text


def test_an_exam_of_one_paper_says_that_there_is_nothing_to_do(app, people, sign_in):
    exam = make_marked_exam(people, make_versions(people, 8), [list(range(8))], 24)
    service.run_analysis(exam.public_id)
    page = sign_in(people.quality).get(address(exam)).text
    assert "Mọi thí sinh làm cùng các câu" in page
    assert address(exam) not in sign_in(people.quality).get(f"/analysis/exams/{exam.public_id}").text


def test_no_average_without_rows():
    assert advice.papers_of([]) == []
    rows = [SimpleNamespace(paper="102", difference=0.5), SimpleNamespace(paper="101", difference=-0.5)]
    assert advice.papers_of([*rows, rows[0]]) == [("101", 1, -0.5), ("102", 2, 0.5)]


def test_before_the_analysis_whoever_sees_marks_is_told_and_led_nowhere(app, people, sign_in):
    exam = make_marked_exam(people, make_versions(people, 8), [list(range(8))], 24)
    page = sign_in(people.officer).get(address(exam)).text
    assert "chưa được phân tích" in page
    assert "/analysis/" not in page[page.index("<main") :]
