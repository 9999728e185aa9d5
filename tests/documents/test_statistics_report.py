"""The report on an exam's items on paper."""

import io

import pytest
from flask_babel import force_locale
from pypdf import PdfReader

from exambank import clock
from exambank.analysis import service as analysis
from exambank.db import unit_of_work
from exambank.documents import service
from exambank.errors import StateConflict
from tests.analysis.factories import make_sat_exam
from tests.people import actor_of


@pytest.fixture
def exam(people):
    with unit_of_work():
        exam = make_sat_exam(people, candidates=44, items=6, miskeyed=2)
        exam.title = '#panic("x") $a$ <b>'
    analysis.run_analysis(exam.public_id)
    return exam


def url_of(exam) -> str:
    return f"/documents/exams/{exam.public_id}/statistics"


def test_the_report_tells_figures_suspicions_and_draws_what_the_page_draws(exam, people):
    with force_locale("vi"):
        content = service.statistics_contents(actor_of(people.quality), analysis.get_report(exam))
    assert content["title"] == "BÁO CÁO PHÂN TÍCH BÀI THI VÀ CÂU HỎI"
    assert ["Số thí sinh có điểm", "44"] in content["facts"]
    assert [one[0] for one in content["reviews"]] == ["C02"]
    assert len(content["items"]) == 6
    assert sum(int(count) for _band, count, _share in content["bands"]) == 44
    assert {"bands", "marks", "map"} <= set(content["drawings"])
    assert all(svg.startswith('<svg font-family="Be Vietnam Pro"') for svg in content["drawings"].values())


def test_whoever_may_see_statistics_prints_the_same_report_again(exam, people, sign_in):
    first = service.print_statistics(actor=actor_of(people.quality), now=clock.now(), exam=exam)
    again = service.print_statistics(actor=actor_of(people.lecturer), now=clock.now(), exam=exam)
    assert first.code == again.code
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(again.body)).pages)
    assert "bản in 2" in text
    assert "C02" in text
    assert '#panic("x")' in text, "what people typed is text and nothing else"
    answer = sign_in(people.lecturer).post(url_of(exam))
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert sign_in(people.lecturer).get(url_of(exam)).status_code == 405


def test_the_documents_of_an_exam_lead_to_it(exam, people, sign_in):
    address = f"/analysis/exams/{exam.public_id}"
    assert address in sign_in(people.quality).get(f"/documents/exams/{exam.public_id}").text
    assert address not in sign_in(people.officer).get(f"/documents/exams/{exam.public_id}").text


def test_others_find_nothing_and_without_a_run_there_is_no_report(exam, people, sign_in):
    for person in (people.stranger, people.officer, people.invigilator, people.learner, people.technician):
        assert sign_in(person).post(url_of(exam)).status_code == 404
    with unit_of_work():
        bare = make_sat_exam(people, candidates=2, versions=[_version(exam)], seed=3)
    with pytest.raises(StateConflict):
        service.print_statistics(actor=actor_of(people.quality), now=clock.now(), exam=bare)


def _version(exam):
    return analysis.get_report(exam).items[0].item_version
