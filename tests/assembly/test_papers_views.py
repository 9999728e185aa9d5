"""Pages of sets of papers: waiting, refused, fair or not, sealed, and the map between codes; who sees what."""

import csv
import io

import pytest

from exambank import audit, clock, jobs
from exambank.accounts.models import RoleGrant
from exambank.assembly import service
from exambank.assembly.rules import CellSpec
from exambank.assembly.rules.demands import Demands
from exambank.assembly.service import SealChoice
from exambank.bank import service as bank
from exambank.bank.models import Item
from exambank.courses.models import School, Teaching
from exambank.db import db, unit_of_work
from exambank.permissions import Role
from tests.assembly.factories import fill_bank, make_blueprint, make_paper_set
from tests.people import actor_of


def url_of(paper_set, rest=""):
    return f"/assembly/sets/{paper_set.public_id}{rest}"


def verbs_of(thing):
    return [event.verb for event in audit.list_for(thing)]


def make_papers(people, count, demands=None, cells=None):
    return service.deal_papers(
        actor=actor_of(people.quality), now=clock.now(), blueprint=make_blueprint(people, cells), count=count,
        seed="một hạt giống dài", demands=demands,
    )  # fmt: skip


def test_a_request_is_shown_waiting_refreshes_itself_and_can_be_given_up(people, sign_in):
    fill_bank(people)
    client = sign_in(people.quality)
    asked = client.post(
        f"/assembly/blueprints/{make_blueprint(people).public_id}/deal", data={"count": "2", "seed": "x" * 20}
    )
    page = client.get(asked.location).text
    assert f'hx-get="{asked.location}/dealing"' in page
    assert "x" * 20 not in page
    part = client.get(f"{asked.location}/dealing")
    assert "HX-Refresh" not in part.headers
    jobs.run_due()
    assert client.get(f"{asked.location}/dealing").headers["HX-Refresh"] == "true"
    assert 'id="fairness"' in client.get(asked.location).text
    assert client.post(f"{asked.location}/give-up").status_code == 409
    other = client.post(f"/assembly/blueprints/{make_blueprint(people).public_id}/deal", data={"count": "2"}).location
    assert sign_in(people.head).post(f"{other}/give-up").status_code == 404
    assert client.post(f"{other}/give-up").status_code == 302
    jobs.run_due()
    assert 'id="fairness"' not in client.get(other).text


def test_the_page_of_a_refused_request_says_why_and_leads_back(people, sign_in):
    fill_bank(people, 6)
    blueprint = make_blueprint(people, [CellSpec(count=2, topic_id=people.topics[0].id)])
    paper_set = service.ask_for_papers(
        actor=actor_of(people.quality), now=clock.now(), blueprint=blueprint, count=2,
        demands=Demands(papers_per_item=1),
    )  # fmt: skip
    jobs.run_due()
    page = sign_in(people.quality).get(url_of(paper_set)).text
    assert people.topics[0].name in page
    assert f"/assembly/blueprints/{blueprint.public_id}" in page
    assert "/approve" not in page


def test_the_report_is_a_picture_a_table_and_sentences_without_any_item(people, sign_in):
    fill_bank(people)
    paper_set = make_papers(people, 3)
    page = sign_in(people.leader).get(url_of(paper_set)).text
    assert page.count('<svg class="eb-chart"') == 1
    assert all(f">{code}</text>" in page for code in ("101", "102", "103"))
    assert page.count("data-label") > 3
    assert "6" in page  # an average candidate may expect 6 of 10 where nothing is known
    for item in bank.list_pool(people.module.id):
        assert item.code not in page
    assert ' style="' not in page


def test_papers_that_are_not_alike_have_no_way_to_approval(people, sign_in):
    fill_bank(people, 6)
    pool = [item for item in bank.list_pool(people.module.id) if item.topic_id == people.topics[0].id]
    from_figures = {pool[0].item_id: 0.95, pool[1].item_id: 0.1}
    with unit_of_work():
        for item_id, share in from_figures.items():
            item = db.session.get(Item, item_id)
            item.pooled_n, item.pooled_difficulty = 500, share
    cells = [CellSpec(count=1, topic_id=people.topics[0].id)]
    paper_set = make_papers(people, 2, Demands(papers_per_item=1), cells)
    head = sign_in(people.head)
    page = head.get(url_of(paper_set)).text
    assert f'href="{url_of(paper_set)}/approve"' not in page
    assert 'aria-disabled="true"' in page
    assert head.post(url_of(paper_set, "/approve"), data={"mode": "none"}).status_code == 409
    assert service.get_paper_set(paper_set.public_id).state == "dealt"


def test_the_map_between_codes_is_right_recorded_and_downloads_as_a_sheet(people, sign_in):
    fill_bank(people, 15)
    paper_set = make_papers(people, 2, Demands(balance=()), [CellSpec(count=10)])
    layouts = service.layouts_of(paper_set)
    numbers = {
        code: {question["version"]: at for at, question in enumerate(layouts[code], 1)} for code in sorted(layouts)
    }
    shared = numbers["101"].keys() & numbers["102"].keys()
    assert shared  # ten of fifteen, twice
    head = sign_in(people.head)
    assert head.get(url_of(paper_set, "/map")).status_code == 200
    sheet = head.get(url_of(paper_set, "/map.csv"))
    rows = list(csv.reader(io.StringIO(sheet.data.decode("utf-8-sig"))))
    assert rows[0][1:] == ["101", "102"]
    found = {row[0]: row[1:] for row in rows[1:]}
    codes = {item.version_id: item.code for item in bank.list_pool(people.module.id)}
    for version in numbers["101"].keys() | numbers["102"].keys():
        wanted = [str(numbers[code].get(version, "")) for code in ("101", "102")]
        assert found[codes[version]] == wanted
    assert verbs_of(paper_set).count("papers.code_map_seen") == 2
    for name in ("leader", "lecturer", "officer", "technician"):
        assert sign_in(getattr(people, name)).get(url_of(paper_set, "/map")).status_code == 404


def test_a_sealed_set_shows_counts_and_the_report_only(people, sign_in):
    fill_bank(people)
    paper_set = make_papers(people, 2)
    versions = [question["version"] for layout in service.layouts_of(paper_set).values() for question in layout]
    codes = [version.item.code for version in bank.get_versions(versions).values()]
    service.approve_papers(
        actor=actor_of(people.head), now=clock.now(), paper_set=paper_set, seal=SealChoice("clock")
    )  # fmt: skip
    quality = sign_in(people.quality)
    page = quality.get(url_of(paper_set)).text
    assert 'id="fairness"' in page
    assert "/assembly/papers/" not in page
    assert not any(code in page for code in codes)
    for hidden in ("/map", "/map.csv"):
        assert quality.get(url_of(paper_set, hidden)).status_code == 409
    paper = service.get_paper_set(paper_set.public_id).papers[0]
    refused = quality.get(f"/assembly/papers/{paper.public_id}")
    assert refused.status_code == 409
    assert not any(code in refused.text for code in codes)
    assert verbs_of(paper) == []


@pytest.mark.parametrize("is_allowed", [False, True])
def test_a_head_who_teaches_the_class_sees_its_papers_only_if_the_school_says_so(people, sign_in, is_allowed):
    fill_bank(people)
    paper_set = make_paper_set(people, 2)
    with unit_of_work() as session:
        session.add(RoleGrant(user_id=people.head.id, role=Role.LECTURER, granted_at=clock.now()))
        session.add(Teaching(offering_id=people.offering.id, user_id=people.head.id))
        school = session.query(School).one_or_none() or School(name="Trường", governing_body="")
        school.settings = {"own_lecturer_sees_papers": is_allowed}
        session.add(school)
    head = sign_in(people.head)
    page = head.get(url_of(paper_set)).text
    paper = paper_set.papers[0]
    assert (f"/assembly/papers/{paper.public_id}" in page) is is_allowed
    assert head.get(f"/assembly/papers/{paper.public_id}").status_code == (200 if is_allowed else 404)


def test_thirty_papers_are_shown_by_their_ends_and_all_on_request(people, sign_in):
    fill_bank(people)
    paper_set = make_papers(people, 30, Demands(balance=()))
    client = sign_in(people.quality)
    page = client.get(url_of(paper_set)).text
    assert page.count("/assembly/papers/") == 24
    assert page.count('<text class="eb-chart-text eb-num" x="52"') == 20
    assert client.get(url_of(paper_set, "?all=1")).text.count("/assembly/papers/") == 30
