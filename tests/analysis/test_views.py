"""Pages of analysis through HTTP."""

import pytest

from exambank import jobs
from exambank.analysis import service
from tests.analysis.factories import make_sat_exam
from tests.marking.factories import make_exam, make_paper_set, make_version


@pytest.fixture
def exam(people):
    return make_sat_exam(people, candidates=60, miskeyed=2)


def page(client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200, answer.status_code
    return answer.get_data(as_text=True)


def url_of(exam, rest: str = "") -> str:
    return f"/analysis/exams/{exam.public_id}{rest}"


def item_url(exam, code: str) -> str:
    found = next(item for item in service.get_report(exam).items if item.item_version.item.code == code)
    return url_of(exam, f"/items/{found.item_version.public_id}")


def test_the_report_opens_with_the_verdict_and_names_what_to_look_at(exam, people, sign_in):
    service.run_analysis(exam.public_id)
    shown = page(sign_in(people.lecturer), url_of(exam))
    assert "eb-verdict" in shown
    assert shown.count("<svg class=") >= 2
    assert shown.index("C02") < shown.index("C00")


def test_the_bench_reads_the_figures_as_json(exam, people, sign_in):
    service.run_analysis(exam.public_id)
    told = sign_in(people.quality).get(url_of(exam), headers={"Accept": "application/json"}).get_json()
    assert (told["n"], len(told["items"])) == (60, 8)
    assert told["alpha"] is not None
    assert {"code", "n", "difficulty", "item_rest"} <= told["items"][0].keys()


def test_an_item_is_explained_with_its_options(exam, people, sign_in):
    service.run_analysis(exam.public_id)
    shown = page(sign_in(people.lecturer), item_url(exam, "C02"))
    assert "is-refusal" in shown
    assert shown.count("<svg class=") >= 4
    assert "C02B" in shown.upper()


def test_who_may_not_see_items_sees_letters_only(exam, people, sign_in):
    service.run_analysis(exam.public_id)
    shown = page(sign_in(people.inspector), item_url(exam, "C02"))
    assert "C02B" not in shown.upper()
    assert "C02?" not in shown


def test_who_may_not_see_statistics_finds_no_page(exam, people, sign_in):
    service.run_analysis(exam.public_id)
    urls = ["/analysis/", url_of(exam), item_url(exam, "C00")]
    for user in (people.learner, people.technician, people.invigilator, people.officer):
        assert [sign_in(user).get(url).status_code for url in urls] == [404, 404, 404]
    assert [sign_in(people.stranger).get(url).status_code for url in urls[1:]] == [404, 404]
    assert sign_in(people.lecturer).post(url_of(exam, "/run")).status_code == 404


def test_running_again_is_left_to_the_worker(exam, people, sign_in):
    client = sign_in(people.quality)
    assert page(client, url_of(exam)).count("/run") == 1
    assert client.post(url_of(exam, "/run")).status_code == 302
    assert service.get_report(exam) is None
    assert '/run"' not in page(client, url_of(exam))
    jobs.run_due()
    assert "eb-verdict" in page(client, url_of(exam))
    assert client.post(url_of(exam, "/run")).status_code == 302
    assert client.post(url_of(exam, "/run")).status_code == 302
    assert page(client, url_of(exam))


def test_lists_and_empty_states(people, sign_in):
    client = sign_in(people.quality)
    assert page(client, "/analysis/")
    exam = make_exam(people, make_paper_set(people, [[make_version(people, "X")]]), state="open")
    assert page(client, url_of(exam))
    assert client.post(url_of(exam, "/run")).status_code == 409
    assert sign_in(people.quality).get(url_of(exam, "/items/none")).status_code == 404


def test_the_list_names_exams_with_their_figures(exam, people, sign_in):
    service.run_analysis(exam.public_id)
    assert exam.title in page(sign_in(people.quality), "/analysis/")
    assert exam.title not in page(sign_in(people.quality), "/analysis/?q=khongco")


def test_few_candidates_are_not_judged_but_shown(people, sign_in):
    exam = make_sat_exam(people, candidates=6, items=3)
    service.run_analysis(exam.public_id)
    client = sign_in(people.lecturer)
    assert page(client, url_of(exam))
    assert page(client, item_url(exam, "C00"))


def test_a_single_candidate_breaks_nothing(people, sign_in):
    exam = make_sat_exam(people, candidates=1, items=2)
    service.run_analysis(exam.public_id)
    client = sign_in(people.lecturer)
    assert page(client, url_of(exam))
    assert page(client, item_url(exam, "C00"))
