"""The reports through HTTP: what asks for a review first, tables behind charts, comparisons, trends, downloads."""

import json
import re

import pytest

from exambank import jobs
from exambank.analysis import service
from exambank.analysis.service import flags
from exambank.bank import service as bank
from exambank.db import db, unit_of_work
from tests.analysis.factories import make_sat_exam, make_versions
from tests.marking.factories import make_exam, make_paper_set, make_version


def held(people, **values):
    """A closed, marked and analysed exam; one transaction for all of it is twice as fast."""
    with unit_of_work():
        exam = make_sat_exam(people, **values)
    service.run_analysis(exam.public_id)
    return exam


@pytest.fixture
def exam(people):
    return held(people, candidates=48, miskeyed=2)


def page(client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200, answer.status_code
    return answer.get_data(as_text=True)


def url_of(exam, rest: str = "") -> str:
    return f"/analysis/exams/{exam.public_id}{rest}"


def codes_in(shown: str) -> list[str]:
    start = shown.index('id="items"')
    body = shown[start : shown.index("</table>", start)]
    return re.findall(r'/items/[^"]+">(C\d\d)</a>', body)


def test_reviews_come_first_notices_open_nothing_and_every_figure_explains_itself(exam, people, sign_in):
    shown = page(sign_in(people.quality), url_of(exam))
    reviews = shown[shown.index('id="reviews"') : shown.index("</ul>", shown.index('id="reviews"'))]
    assert re.findall(r">(C\d\d)</a>", reviews) == ["C02"]
    assert shown.index('id="reviews"') < shown.index('id="items"')
    assert shown.count("/concern") == reviews.count("/concern")
    notices = shown[shown.index('id="notices"') : shown.index("</ul>", shown.index('id="notices"'))]
    noticed = {one.item_version.item.code for one in service.get_report(exam).items if flags.notices_in(one.figures)}
    assert set(re.findall(r">(C\d\d)</a>", notices)) == noticed != set()
    assert shown.count('<svg class="eb-chart"') == 3
    assert shown.count('<details class="eb-behind">') >= 3 + 2  # a table behind each chart, and how it is computed
    run = service.latest_run(exam)
    assert run.data_hash[:12] in shown
    assert run.public_id[:8] in shown


def test_a_suspected_item_is_sent_to_review_from_the_report(exam, people, sign_in):
    client = sign_in(people.quality)
    version = next(one for one in service.get_report(exam).items if one.item_version.item.code == "C02").item_version
    with unit_of_work():
        version.item.accepted_version_id, version.item.state = version.id, "accepted"
    shown = page(client, url_of(exam))
    form = re.search(r'<form[^>]*action="([^"]+/concern)">.*?</form>', shown, re.DOTALL)
    fields = dict(re.findall(r'name="(exam|note)" value="([^"]*)"', form.group(0)))
    assert fields["exam"] == exam.public_id
    assert client.post(form.group(1), data=fields).status_code == 302
    db.session.expire_all()
    concern = bank.open_concern_of(version.item)
    assert concern is not None
    shown = page(client, url_of(exam))
    assert f"/concerns/{concern.public_id}" in shown
    assert '/concern">' not in shown
    with unit_of_work():
        db.session.delete(concern)
        version.item.state = "retired"
    assert '/concern">' not in page(client, url_of(exam)), "papers use this text no more"


def test_the_table_is_sorted_as_asked(exam, people, sign_in):
    client = sign_in(people.lecturer)
    by_code = codes_in(page(client, url_of(exam, "?sort=code")))
    assert by_code == sorted(by_code)
    assert len(by_code) == 8
    assert codes_in(page(client, url_of(exam, "?sort=code&dir=desc"))) == by_code[::-1]
    easy_last = codes_in(page(client, url_of(exam, "?sort=difficulty")))
    figures = {one.item_version.item.code: one.figures["difficulty"] for one in service.get_report(exam).items}
    assert [figures[code] for code in easy_last] == sorted(figures.values())
    assert len(codes_in(page(client, url_of(exam, "?sort=nonsense")))) == 8


def test_a_waiting_run_is_looked_at_by_itself_and_shown_once_it_is_there(people, sign_in):
    with unit_of_work():
        exam = make_sat_exam(people, candidates=5, items=3)
    client = sign_in(people.quality)
    client.post(url_of(exam, "/run"))
    assert f'hx-get="{url_of(exam, "/state")}"' in page(client, url_of(exam))
    assert "HX-Refresh" not in client.get(url_of(exam, "/state")).headers
    jobs.run_due()
    answer = client.get(url_of(exam, "/state"))
    assert answer.headers["HX-Refresh"] == "true"
    assert "hx-get" not in answer.text


def test_an_item_shows_each_index_and_its_curve_once_it_is_calibrated(exam, people, sign_in):
    items = service.get_report(exam).items
    shown = page(sign_in(people.lecturer), url_of(exam, f"/items/{items[0].item_version.public_id}"))
    assert shown.count('<svg class="eb-chart"') == 5
    low, _high = items[0].figures["item_rest_ci"]
    assert f"{abs(low):.2f}".replace(".", ",") in shown
    assert shown.count("eb-formula") >= 4
    with unit_of_work():
        for at, one in enumerate(items):
            one.item_version.item.accepted_version_id = one.item_version_id
            one.item_version.item.irt_a, one.item_version.item.irt_b = 1.0, at / 4 - 1
    shown = page(sign_in(people.lecturer), url_of(exam))
    assert shown.count('<svg class="eb-chart"') == 5
    item = page(sign_in(people.lecturer), url_of(exam, f"/items/{items[0].item_version.public_id}"))
    assert item.count('<svg class="eb-chart"') == 6
    assert "stroke-dasharray" in item


def test_papers_are_compared_only_in_groups_large_enough(people, sign_in):
    versions = make_versions(people, 6)
    exam = held(people, candidates=44, versions=versions, papers=[[0, 1, 2, 3], [2, 3, 4, 5]])
    shown = page(sign_in(people.lecturer), url_of(exam, "/comparison"))
    assert shown.count('<svg class="eb-chart"') == 1
    assert shown.count(">22</td>") == 2
    small = held(people, candidates=18, versions=versions, papers=[[0, 1], [2, 3]], seed=9)
    hidden = page(sign_in(people.lecturer), url_of(small, "/comparison"))
    papers = hidden[: hidden.index("/trend")]
    assert papers.count(">9</td>") == 2
    assert papers.count('<td colspan="4"') == 2


def test_the_exams_of_a_module_stand_beside_one_another_and_repeated_trouble_is_named(people, sign_in):
    versions = make_versions(people, 6)
    exams = [held(people, candidates=44, versions=versions, seed=seed, miskeyed=3) for seed in (1, 2)]
    client = sign_in(people.quality)
    shown = page(client, url_of(exams[0], "/comparison"))
    assert all(url_of(exam) in shown for exam in exams)
    bank_url = f"/analysis/modules/{people.module.public_id}/trend"
    assert bank_url in page(client, "/analysis/")
    trend = page(client, bank_url)
    assert trend.count('<svg class="eb-chart"') == 3
    assert all(url_of(exam) in trend for exam in exams)
    assert re.findall(r">(C\d\d)</a>", trend[trend.rindex("<tbody>") :]) == ["C03"]
    with unit_of_work():
        versions[3].item.accepted_version_id = make_version(people, "C03-mended").id
    assert ">C03</a>" not in page(client, bank_url), "what was mended is not held against the item"


def test_a_bank_without_exams_says_so(people, sign_in):
    assert "eb-empty" in page(sign_in(people.quality), f"/analysis/modules/{people.module.public_id}/trend")
    exam = make_exam(people, make_paper_set(people, [[make_version(people, "X")]]), state="open")
    assert "eb-empty" in page(sign_in(people.quality), url_of(exam, "/comparison"))
    assert sign_in(people.quality).get(url_of(exam, "/report.json")).status_code == 404


def test_the_json_report_names_no_person_and_holds_no_nan(exam, people, sign_in):
    answer = sign_in(people.inspector).get(url_of(exam, "/report.json"))
    told = json.loads(answer.data, parse_constant=lambda name: pytest.fail(name))
    assert (told["schema"], told["n_candidates"], told["n_items"]) == ("exambank.analysis/1", 48, 8)
    assert told["run"]["data_hash"] == service.latest_run(exam).data_hash
    assert told["test"]["alpha"] == service.latest_run(exam).summary["alpha"]
    assert {"item", "n", "difficulty", "item_rest", "item_rest_ci", "d27", "options", "flags"} <= set(told["items"][0])
    assert "attachment" in answer.headers["Content-Disposition"]


def test_rights_are_those_of_the_exam(exam, people, sign_in):
    shown = page(sign_in(people.inspector), url_of(exam))
    assert 'id="reviews"' in shown
    assert '/concern">' not in shown, "who only looks sees the evidence and sends nothing"
    urls = [url_of(exam, rest) for rest in ("/comparison", "/state", "/report.json")]
    urls.append(f"/analysis/modules/{people.module.public_id}/trend")
    for user in (people.learner, people.technician, people.invigilator, people.officer, people.stranger):
        assert [sign_in(user).get(url).status_code for url in urls] == [404] * 4, user.full_name
    assert sign_in(people.quality).get("/analysis/modules/none/trend").status_code == 404
