"""Marks on different papers beside what they amount to on one scale."""

from types import SimpleNamespace

import pytest

from exambank.analysis import service
from exambank.analysis.service import advice
from tests.analysis.factories import make_versions
from tests.analysis.test_calibrating import TWO_PAPERS, make_marked_exam


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


def test_the_page_shows_papers_and_candidates(app, people, exam, sign_in):
    page = sign_in(people.quality).get(address(exam)).text
    row = advice.list_advised(service.latest_run(exam))[0]
    assert row.name in page
    assert "Các mã đề có khó như nhau không?" in page
    assert page.count('data-label="Quy về một thang"') == 110


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
