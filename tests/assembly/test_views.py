"""Pages of assembly through HTTP: who may, what they say, what is kept when something is wrong."""

import pytest

from exambank import audit, jobs
from exambank.assembly import service
from tests.assembly.factories import fill_bank, make_approved_set, make_blueprint, make_paper_set
from tests.people import actor_of


def rows(**values):
    """The editor's fields: ``rows(count=[3, 2])`` fills two rows."""
    data = {"name": values.pop("name", "Ma trận")}
    for field, given in values.items():
        for at, value in enumerate(given):
            data[f"rows-{at}-{field}"] = str(value)
    return data


def blueprints(people):
    return service.list_blueprints(actor_of(people.lecturer))


def test_a_lecturer_writes_a_blueprint_row_by_row(people, sign_in):
    client = sign_in(people.lecturer)
    url = f"/assembly/modules/{people.module.public_id}/new"
    assert client.get(url).status_code == 200
    answer = client.post(
        url,
        data=rows(
            count=[3, "", 2],
            points=["0,25", "", ""],
            topic=[people.topics[0].public_id, "", ""],
            tag=["", "", "điểm liệt"],
        ),
    )
    assert answer.status_code == 302
    (blueprint,) = blueprints(people)
    first, second = service.specs_of(blueprint)
    assert (first.count, str(first.points.normalize()), first.topic_id) == (3, "0.25", people.topics[0].id)
    assert (second.count, second.points, second.tag) == (2, 1, "điểm liệt")


def test_what_was_typed_is_kept_when_a_row_is_wrong(people, sign_in):
    client = sign_in(people.lecturer)
    url = f"/assembly/modules/{people.module.public_id}/new"
    page = client.post(url, data=rows(name="Bản đặc biệt", count=["ba"], tag=["điểm liệt"])).text
    assert "Bản đặc biệt" in page
    assert 'value="ba"' in page
    assert 'value="điểm liệt"' in page
    assert blueprints(people) == []
    assert client.post(url, data=rows(count=[1], points=["0,00001"])).status_code == 200
    assert client.post(url, data=rows(count=[1], tag=["a"], not_tag=["a"])).status_code == 200
    assert client.post(url, data=rows(count=[1], topic=["nowhere"])).status_code == 200
    assert client.post(url, data={"name": "", "rows-0-count": "1"}).status_code == 200
    assert blueprints(people) == []


def test_counting_again_shows_what_the_bank_has_and_stores_nothing(people, sign_in):
    fill_bank(people, 33)
    client = sign_in(people.lecturer)
    url = f"/assembly/modules/{people.module.public_id}/new"
    data = {**rows(count=[12], topic=[people.topics[0].public_id]), "act": "check"}
    page = client.post(url, data=data).text
    assert "12" in page
    assert "11" in page
    assert blueprints(people) == []
    more = client.post(url, data={**data, "act": "more"}).text
    assert more.count('name="rows-7-count"') == 1


def test_a_used_blueprint_is_copied_not_changed(people, sign_in):
    fill_bank(people)
    blueprint = make_paper_set(people).blueprint
    client = sign_in(people.lecturer)
    base = f"/assembly/blueprints/{blueprint.public_id}"
    assert client.get(f"{base}/edit").status_code == 302
    assert client.post(f"{base}/edit", data=rows(count=[1])).status_code == 302
    assert len(service.specs_of(service.get_blueprint(blueprint.public_id))) == 4
    answer = client.post(f"{base}/copy")
    assert answer.status_code == 302
    assert answer.location.endswith("/edit")
    assert client.get(answer.location).status_code == 200
    assert client.post(f"{base}/retire").status_code == 302
    assert client.post(f"{base}/retire").status_code == 409


def test_the_blueprint_page_names_the_short_cell(people, sign_in):
    fill_bank(people, 12)
    blueprint = make_blueprint(people)
    page = sign_in(people.lecturer).get(f"/assembly/blueprints/{blueprint.public_id}").text
    assert "Chương 1" in page
    assert "/deal" not in page
    assert sign_in(people.quality).get(f"/assembly/blueprints/{blueprint.public_id}/deal").status_code == 200


def test_dealing_approving_and_looking(people, sign_in):
    fill_bank(people)
    blueprint = make_blueprint(people)
    quality, head, leader = sign_in(people.quality), sign_in(people.head), sign_in(people.leader)
    url = f"/assembly/blueprints/{blueprint.public_id}/deal"
    for count in ("0", "501", "nhiều", ""):
        assert quality.post(url, data={"count": count}).status_code == 200
    assert quality.post(url, data={"count": "3", "seed": "22/11/2026"}).status_code == 200  # anybody could guess it
    answer = quality.post(url, data={"count": "3", "seed": "công khai trước người chứng kiến"})
    assert answer.status_code == 302
    set_url = answer.location
    assert 'id="dealing"' in quality.get(set_url).text
    assert jobs.run_due() == 1
    shown = quality.get(set_url).text
    assert "103" in shown
    assert "công khai" not in shown  # with the seed, papers could be dealt again: it is told at the opening
    assert quality.post(f"{set_url}/approve", data={"mode": "none"}).status_code == 409
    assert head.get("/assembly/").text.count(set_url) == 1
    assert head.post(f"{set_url}/approve", data={"mode": "none"}).status_code == 302
    assert head.post(f"{set_url}/approve", data={"mode": "none"}).status_code == 409
    assert "công khai" in quality.get(set_url).text
    assert "công khai" not in leader.get(set_url).text
    paper = service.get_paper_set(set_url.rsplit("/", 1)[1]).papers[0]
    assert head.get(f"/assembly/papers/{paper.public_id}").status_code == 200
    assert [event.verb for event in audit.list_for(paper)] == ["paper.seen"]
    assert leader.get(f"/assembly/papers/{paper.public_id}").status_code == 404


def test_withdrawing_asks_for_a_reason(people, sign_in):
    fill_bank(people)
    paper_set = make_approved_set(people)
    client = sign_in(people.quality)
    url = f"/assembly/sets/{paper_set.public_id}"
    client.post(f"{url}/withdraw", data={"reason": ""})
    assert service.get_paper_set(paper_set.public_id).state == "approved"
    client.post(f"{url}/withdraw", data={"reason": "in nhầm"})
    assert service.get_paper_set(paper_set.public_id).state == "withdrawn"
    assert client.get(url).status_code == 200


ALLOWED = {
    "/assembly/": "lecturer other_lecturer stranger head officer quality leader",
    "/assembly/modules/{module}/new": "lecturer other_lecturer head quality",
    "/assembly/blueprints/{blueprint}": "lecturer other_lecturer head officer quality leader",
    "/assembly/blueprints/{draft}/edit": "lecturer other_lecturer head quality",
    "/assembly/blueprints/{blueprint}/deal": "quality",
    "/assembly/sets/{set}": "lecturer other_lecturer head officer quality leader",
    "/assembly/papers/{paper}": "head quality",
}
EVERYBODY = (
    "lecturer other_lecturer stranger head officer quality invigilator marker leader technician inspector learner"
)


@pytest.mark.parametrize("page", list(ALLOWED))
def test_each_page_is_open_to_its_roles_and_unknown_to_all_others(people, sign_in, page):
    fill_bank(people)
    paper_set = make_paper_set(people)
    url = page.format(
        module=people.module.public_id, blueprint=paper_set.blueprint.public_id, set=paper_set.public_id,
        paper=paper_set.papers[0].public_id, draft=make_blueprint(people).public_id,
    )  # fmt: skip
    found = {name: sign_in(getattr(people, name)).get(url).status_code for name in EVERYBODY.split()}
    allowed = ALLOWED[page].split()
    assert found == {name: 200 if name in allowed else 404 for name in EVERYBODY.split()}


def test_acts_are_refused_like_unknown_pages(people, sign_in):
    fill_bank(people)
    paper_set = make_paper_set(people)
    base = f"/assembly/blueprints/{paper_set.blueprint.public_id}"
    for name in ("stranger", "officer", "leader", "technician", "inspector", "learner"):
        client = sign_in(getattr(people, name))
        assert client.post(f"{base}/copy").status_code == 404, name
        assert client.post(f"{base}/deal", data={"count": "2"}).status_code == 404, name
    for name in ("lecturer", "stranger", "officer", "technician", "inspector", "learner"):
        client = sign_in(getattr(people, name))
        assert client.post(f"/assembly/sets/{paper_set.public_id}/approve").status_code == 404, name
        assert client.post(f"/assembly/sets/{paper_set.public_id}/withdraw", data={"reason": "x"}).status_code == 404
    assert sign_in(people.quality).get("/assembly/sets/nobody").status_code == 404
