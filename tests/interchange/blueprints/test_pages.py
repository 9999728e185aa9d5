"""The pages of matrices: out as a file, in by way of a preview, nothing saved before somebody says so."""

import html
import io
import json
import re
from decimal import Decimal

from sqlalchemy import func, select

from exambank import clock
from exambank.assembly import service as assembly
from exambank.assembly.models import ExamBlueprint
from exambank.assembly.rules import CellSpec
from exambank.assembly.rules.demands import Demands
from exambank.courses import service as courses
from exambank.db import db
from exambank.interchange import service
from tests.interchange.blueprints import shapes
from tests.interchange.test_views import upload
from tests.people import actor_of


def count() -> int:
    return db.session.scalar(select(func.count()).select_from(ExamBlueprint))


def fields_of(page: str) -> dict[str, str]:
    """What the preview's form would send: hidden fields, texts, the chosen options."""
    found = dict(re.findall(r'name="([\w-]+)"[^>]*? value="([^"]*)"', page))
    for name, options in re.findall(r'<select[^>]*name="([\w-]+)"[^>]*>(.*?)</select>', page, re.DOTALL):
        chosen = re.search(r'<option selected value="([^"]*)"', options)
        found[name] = chosen[1] if chosen else ""
    return {name: html.unescape(value) for name, value in found.items()}


def make_full(people) -> ExamBlueprint:
    level = courses.list_levels()[0]
    cells = [
        CellSpec(3, Decimal("0.25"), people.topics[0].id, level.id, "single_choice", "a", "b", "Nêu được", 1, True),
        CellSpec(1, Decimal(2), people.topics[1].id, None, "essay", requirement="=1+1", part=2, is_scored=False),
    ]
    return assembly.write_blueprint(
        actor=actor_of(people.lecturer), now=clock.now(), course_module=people.module, name="Ma trận A", cells=cells,
        frame=assembly.Frame(60, Decimal(10), {level.public_id: 40}), demands=Demands(overlap=8),
    )  # fmt: skip


def test_a_blueprint_goes_out_and_comes_back_whole(people, sign_in):
    blueprint, client = make_full(people), sign_in(people.lecturer)
    for suffix in ("xlsx", "docx"):
        file = client.get(f"/interchange/blueprints/{blueprint.public_id}/matrix.{suffix}")
        assert (file.status_code, file.headers["Cache-Control"]) == (200, "no-store")
        url = f"/interchange/modules/{people.module.public_id}/blueprint"
        page = upload(client, url, file.data, f"m.{suffix}")
        assert (page.status_code, count()) == (200, 1 if suffix == "xlsx" else 2)
        sent = fields_of(page.text) | {"name": f"Bản {suffix}"}
        first, second = client.post(url, data=sent), client.post(url, data=sent)
        assert (first.status_code, first.location) == (302, second.location)  # a second click makes no second draft
        copy = assembly.get_blueprint(first.location.rpartition("/")[2])
        assert assembly.specs_of(copy) == assembly.specs_of(blueprint)
        assert (assembly.frame_of(copy), assembly.demands_of(copy)) == (
            assembly.frame_of(blueprint),
            Demands(overlap=8),
        )
        assert copy.state == "draft"
    assert count() == 3


def test_words_that_are_not_known_are_asked_for_before_anything_is_saved(people, sign_in):
    client, url = sign_in(people.lecturer), f"/interchange/modules/{people.module.public_id}/blueprint"
    rows = [["Chủ đề", "NB", "VDC", "Tổng"], [people.topics[0].name.upper(), 2, "", 2], ["Chương lạ", "", 3, 4]]
    page = upload(client, url, shapes.sheet(rows), "m.xlsx").text
    sent = fields_of(page)
    assert [sent["topic_0"], sent["topic_1"]] == [people.topics[0].public_id, ""]
    again = client.post(url, data=sent | {"name": "Của tôi"})
    assert (again.status_code, count()) == (422, 0)
    assert "Của tôi" in again.text
    assert fields_of(again.text)["topic_0"] == people.topics[0].public_id
    done = client.post(url, data=sent | {"name": "Của tôi", "topic_1": "any", "points": "0,5"} | chosen_levels(sent))
    assert (done.status_code, count()) == (302, 1)
    cells = assembly.specs_of(assembly.get_blueprint(done.location.rpartition("/")[2]))
    assert [(one.topic_id, one.count, one.points) for one in cells] == [
        (people.topics[0].id, 2, Decimal("0.5")), (None, 3, Decimal("0.5")),
    ]  # fmt: skip


def chosen_levels(sent: dict) -> dict:
    return {name: value or "any" for name, value in sent.items() if name.startswith("level_")}


def test_rows_can_be_left_out_and_bad_points_are_refused(people, sign_in):
    client, url = sign_in(people.lecturer), f"/interchange/modules/{people.module.public_id}/blueprint"
    rows = [["Chủ đề", "NB", "TH"], [people.topics[0].name, 2, ""], ["Chương lạ", 3, ""]]
    sent = fields_of(upload(client, url, shapes.sheet(rows), "m.xlsx").text) | {"name": "A", "topic_1": "drop"}
    sent |= chosen_levels(sent)
    assert client.post(url, data=sent | {"points": "x"}).status_code == 422
    assert client.post(url, data=sent | {"topic_0": "drop"}).status_code == 422  # no cell is left
    assert count() == 0
    done = client.post(url, data=sent)
    assert [one.count for one in assembly.specs_of(assembly.get_blueprint(done.location.rpartition("/")[2]))] == [2]


def test_two_words_for_one_topic_make_one_cell(people, sign_in):
    client, url = sign_in(people.lecturer), f"/interchange/modules/{people.module.public_id}/blueprint"
    rows = [["Chủ đề", "NB", "TH"], ["Mục một", 2, ""], ["Mục hai", 3, 1]]
    sent = fields_of(upload(client, url, shapes.sheet(rows), "m.xlsx").text)
    same = {"topic_0": people.topics[0].public_id, "topic_1": people.topics[0].public_id, "name": "A"}
    done = client.post(url, data=sent | chosen_levels(sent) | same)
    cells = assembly.specs_of(assembly.get_blueprint(done.location.rpartition("/")[2]))
    assert sorted(one.count for one in cells) == [1, 5]


def test_demands_that_somebody_made_up_are_not_saved(people, sign_in):
    client, url = sign_in(people.lecturer), f"/interchange/modules/{people.module.public_id}/blueprint"
    file = service.blueprint_file(make_full(people), "xlsx")
    sent = fields_of(upload(client, url, file, "m.xlsx").text)
    plan = json.loads(sent["plan"])
    for demands, status in (
        ({"tolerance": 5}, 422),
        ({"tolerance": "x", "overlap": {}, "balance": [3], "new": 1}, 302),
    ):
        made = client.post(url, data=sent | {"name": "Bản khác", "plan": json.dumps({**plan, "demands": demands})})
        assert made.status_code == status
    assert assembly.demands_of(assembly.get_blueprint(made.location.rpartition("/")[2])) == Demands()
    assert count() == 2


def test_what_is_no_matrix_is_refused_beside_the_file(people, sign_in):
    client, url = sign_in(people.lecturer), f"/interchange/modules/{people.module.public_id}/blueprint"
    assert client.get(url).status_code == 200
    for body, name in ((b"", "a.xlsx"), (b"%PDF", "a.pdf"), (shapes.sheet([["a", "b"], [1, 2]]), "a.xlsx")):
        refused = upload(client, url, body, name)
        assert (refused.status_code, 'name="file"' in refused.text) == (422, True)
    assert client.post(url, data={"plan": '{"cells": 3}'}).status_code == 422
    assert client.post(url, data={}).status_code == 422
    assert count() == 0


def test_a_file_is_read_in_a_process_of_its_own(people, app):
    app.config["READ_FILES_APART"] = True
    body = shapes.sheet(shapes.PLAIN)
    assert service.read_plan(course_module=people.module, file_name="m.xlsx", body=body).count == 23


def test_who_may_not_edit_sees_no_import(people, sign_in):
    blueprint = make_full(people)
    base = f"/interchange/blueprints/{blueprint.public_id}/matrix."
    url = f"/interchange/modules/{people.module.public_id}/blueprint"
    for person, sees, edits in ((people.leader, 200, 404), (people.stranger, 404, 404), (people.learner, 404, 404)):
        client = sign_in(person)
        assert client.get(base + "xlsx").status_code == client.get(base + "docx").status_code == sees
        assert client.get(url).status_code == edits
        assert client.post(url, data={"file": (io.BytesIO(b"x"), "a.xlsx")}).status_code == edits
