"""The matrix through HTTP: digits typed into places, what the bank has, two tabs, demands, templates, other modules."""

import json
from datetime import timedelta
from decimal import Decimal

import lxml.html
import pytest
from sqlalchemy import event

from exambank import audit, clock
from exambank.assembly import service
from exambank.assembly.forms.rows import read_rows
from exambank.assembly.rules import CellSpec
from exambank.assembly.rules.demands import Demands
from exambank.bank import service as bank
from exambank.courses import service as courses
from exambank.db import db
from exambank.errors import InvalidInput
from tests.assembly.factories import fill_bank, make_blueprint, make_paper_set
from tests.bank.factories import make_review
from tests.people import actor_of


def typed(people, places, **values):
    """What the page sends: ``places`` is (topic, level) -> number, both from 0; None: any."""
    data = {"name": "Ma trận", "kind": "", "tag": "", "not_tag": ""}
    for at, level in enumerate(people.levels):
        data[f"points-{level.public_id}"] = ("0,25", "0,5", "1")[at]
    for at, ((topic, level), count) in enumerate(places.items()):
        data[f"rows-{at}-topic"] = "" if topic is None else people.topics[topic].public_id
        data[f"rows-{at}-level"] = "" if level is None else people.levels[level].public_id
        data[f"rows-{at}-count"] = str(count)
    return data | values


def only_blueprint(people):
    (found,) = service.list_blueprints(actor_of(people.lecturer))
    return found


def test_one_digit_in_a_place_is_a_cell_with_the_points_of_its_level(people, sign_in):
    client = sign_in(people.lecturer)
    target = {f"target-{people.levels[0].public_id}": "40 %", "duration": "60", "target_points": "10"}
    data = typed(people, {(1, 1): 2, (0, 0): 3, (0, 1): "", (None, 2): "0"}, **target)
    data |= {"rows-0-requirement": "Vận dụng được Điều lệ", "rows-0-part": "2", "rows-0-pretest": "1"}
    answer = client.post(f"/assembly/modules/{people.module.public_id}/new", data=data)
    assert answer.status_code == 302
    blueprint = only_blueprint(people)
    first, second = people.topics[0].id, people.topics[1].id
    assert service.specs_of(blueprint) == [
        CellSpec(count=3, points=Decimal("0.25"), topic_id=first, level_id=people.levels[0].id),
        CellSpec(
            count=2, points=Decimal("0.5"), topic_id=second, level_id=people.levels[1].id, part=2, is_scored=False,
            requirement="Vận dụng được Điều lệ",
        ),
    ]  # fmt: skip
    assert service.frame_of(blueprint) == service.Frame(60, Decimal(10), {people.levels[0].public_id: 40})
    page = client.get(f"/assembly/blueprints/{blueprint.public_id}/edit").text
    assert "Vận dụng được Điều lệ" in page
    assert f'name="target-{people.levels[0].public_id}" value="40"' in page
    again = client.post(f"/assembly/blueprints/{blueprint.public_id}/edit", data=fields_of(page))
    assert again.status_code == 302
    db.session.expire_all()
    assert [one.count for one in service.specs_of(only_blueprint(people))] == [3, 2]
    assert service.specs_of(only_blueprint(people))[1].requirement == "Vận dụng được Điều lệ"
    assert [one.verb for one in audit.list_for(blueprint)] == ["blueprint.revised", "blueprint.written"]


def fields_of(page: str) -> dict[str, str]:
    """The fields of the editor as a browser would send them untouched."""
    form = lxml.html.fromstring(page).get_element_by_id("blueprint-form")
    return dict(form.form_values())


def test_what_cannot_be_read_is_named_by_its_place_and_everything_typed_is_kept(people, sign_in):
    data = typed(people, {(0, 0): "ba", (1, 0): 2}, **{f"points-{people.levels[1].public_id}": "nửa"})
    data |= {"duration": "một giờ", "rows-1-requirement": "Nhớ"}
    page = sign_in(people.lecturer).post(f"/assembly/modules/{people.module.public_id}/new", data=data).text
    for kept in ('value="ba"', 'value="nửa"', 'value="một giờ"', ">Nhớ</textarea>"):
        assert kept in page
    assert 'href="#rows-0-count"' in page
    assert "Chương 1, Nhận biết" in page
    assert service.list_blueprints(actor_of(people.lecturer)) == []


def test_nonsense_is_refused_in_words_and_a_stale_button_saves_nothing(people, sign_in):
    client, url = sign_in(people.lecturer), f"/assembly/modules/{people.module.public_id}/new"
    for more, word in (
        ({"rows-0-count": "9" * 5000}, "từ 1 đến 300"),
        ({"rows-0-part": "1" + "0" * 5000}, "từ 1 đến 9"),
        ({"rows-0-tag": "luật", "rows-0-not_tag": "luật"}, 'id="rows-0-not_tag-error"'),
        ({"duration": "000599999"}, "từ 1 đến 600"),
        ({"name": "x" * 301}, "300"),
        ({"act": "move:0:99:1"}, 'value="2"'),
        ({"act": f"move:{'9' * 5000}:1:1"}, 'value="2"'),
    ):
        page = client.post(url, data=typed(people, {(0, 0): 2}, **more))
        assert (page.status_code, word in page.text) == (200, True), more
    assert service.list_blueprints(actor_of(people.lecturer)) == []
    blueprint = make_blueprint(people)
    url = f"/assembly/blueprints/{blueprint.public_id}"
    told = client.post(f"{url}/edit", data=typed(people, {(0, 0): 2}, seen="9" * 14))
    assert (told.status_code, 'role="alert"' in told.text) == (200, True)
    told = client.post(f"{url}/demands", data={"overlap": "-1", "fixed-0-place": "3"}).text
    assert told.count("eb-error-summary") == 1


def test_no_place_of_a_large_module_is_lost():
    places = {f"rows-{at}-{name}": "1" for at in range(201 * 11) for name in ("topic", "level", "count")}
    assert len(read_rows(places)) == 201 * 11


def test_a_blueprint_leads_to_its_files_and_the_list_to_the_import(people, sign_in):
    blueprint, client = make_blueprint(people), sign_in(people.lecturer)
    page = client.get(f"/assembly/blueprints/{blueprint.public_id}").text
    for suffix in ("xlsx", "docx"):
        assert f'href="/interchange/blueprints/{blueprint.public_id}/matrix.{suffix}"' in page
    bring = f'href="/interchange/modules/{people.module.public_id}/blueprint"'
    assert bring in client.get("/assembly/").text
    assert bring in client.get(f"/assembly/modules/{people.module.public_id}/new").text


def test_the_second_tab_is_told_and_may_then_put_its_own_in_place(people, sign_in):
    blueprint = make_blueprint(people)
    client = sign_in(people.lecturer)
    url = f"/assembly/blueprints/{blueprint.public_id}/edit"
    first = fields_of(client.get(url).text) | {"name": "Thẻ một"}
    second = fields_of(client.get(url).text) | {"name": "Thẻ hai"}
    clock.shift(timedelta(minutes=1))
    assert client.post(url, data=first).status_code == 302
    told = client.post(url, data=second)
    assert told.status_code == 200
    assert 'value="Thẻ hai"' in told.text
    assert 'role="alert"' in told.text
    db.session.expire_all()
    assert only_blueprint(people).name == "Thẻ một"
    clock.shift(timedelta(minutes=2))
    assert client.post(url, data=fields_of(told.text)).status_code == 302
    db.session.expire_all()
    assert only_blueprint(people).name == "Thẻ hai"


def test_the_bank_is_counted_for_what_is_typed_and_nothing_is_stored(people, sign_in):
    fill_bank(people, 30)  # ten of each topic, level by level
    make_review(people, topic=people.topics[0], level=people.levels[0])
    client = sign_in(people.lecturer)
    url = f"/assembly/modules/{people.module.public_id}/counts"
    data = typed(people, {(0, 0): 12, (1, 1): 3, (2, 0): ""})
    client.post(url, data=data)
    statements = []
    listen = ("before_cursor_execute", lambda *args: statements.append(args[2]))
    event.listen(db.engine, *listen)
    found = client.post(url, data=data).get_json()
    event.remove(db.engine, *listen)
    assert len([one for one in statements if not one.startswith("BEGIN")]) <= 10
    rows = {number: (one["state"], one["available"]) for number, one in found["rows"].items() if int(number) < 3}
    assert rows == {"0": ("short", 10), "1": ("good", 10), "2": ("zero", 0)}
    assert found["is_feasible"] is False
    assert f"level={people.levels[0].public_id}" in found["verdict"]  # what waits, in the bank
    assert service.list_blueprints(actor_of(people.lecturer)) == []
    assert sign_in(people.stranger).post(url, data=data).status_code == 404


def test_the_missing_questions_move_with_one_click_also_without_script(people, sign_in):
    topic, other = people.topics[:2]
    values = {"level": people.levels[0], "stem": "Câu"}
    for at, place in enumerate([topic, other, other]):
        item = make_review(people, topic=place, **{**values, "stem": f"Câu {at}"})
        bank.decide_review(actor=actor_of(people.quality), now=clock.now(), item=item, approve=True)
    client = sign_in(people.lecturer)
    url = f"/assembly/modules/{people.module.public_id}/new"
    data = typed(people, {(0, 0): 2, (1, 0): ""}, act="check")
    page = client.post(url, data=data).text
    assert 'value="move:0:1:1"' in page
    moved = fields_of(client.post(url, data={**data, "act": "move:0:1:1"}).text)
    assert (moved["rows-0-count"], moved["rows-1-count"]) == ("1", "1")
    assert client.post(url, data={**data, "act": "move:0:99:1"}).status_code == 200  # a stale button saves nothing


def test_competing_places_are_named_together(people, sign_in):
    fill_bank(people, 30)
    data = typed(people, {(0, None): 8, (None, 0): 8})
    found = sign_in(people.lecturer).post(f"/assembly/modules/{people.module.public_id}/counts", data=data).get_json()
    assert (found["is_feasible"], found["verdict"].count("<li>")) == (False, 1)


def test_demands_are_set_with_fixed_items_and_come_back(people, sign_in):
    ids = fill_bank(people, 30)
    blueprint = make_blueprint(people)
    code = bank.list_pool(people.module.id)[0].code
    client = sign_in(people.lecturer)
    url = f"/assembly/blueprints/{blueprint.public_id}/demands"
    assert client.get(url).status_code == 200
    data = {
        "balance": ["difficulty", "time"], "tolerance": "1,5", "theta": "-1; 0,5", "papers_per_item": "2", "overlap": "",
        "max_same_key_run": "", "days_apart": "180", "shuffle_options": "y", "code_start": "132", "code_step": "77", "fixed-0-code": code,
        "fixed-0-place": "1",
    }  # fmt: skip
    assert client.post(url, data=data).status_code == 302
    db.session.expire_all()
    stored = service.get_blueprint(blueprint.public_id)
    assert service.demands_of(stored) == Demands(
        balance=("difficulty", "time"), tolerance=0.015, theta=(-1.0, 0.5), papers_per_item=2, days_apart=180,
        max_same_key_run=None, shuffle_items=False, code_start=132, code_step=77,
    )  # fmt: skip
    assert service.fixed_of(stored) == [(code, 1)]
    assert "132, 209, 286" in client.get(url).text
    shown = client.get(f"/assembly/blueprints/{blueprint.public_id}").text
    assert code in shown
    assert "180" in shown
    assert "blueprint.demands_set" in [one.verb for one in audit.list_for(stored)]
    for wrong in ({"tolerance": "hai"}, {"code_step": "0"}, {"fixed-0-code": "KHÔNG-CÓ"}, {"overlap": "nhiều"}):
        page = client.post(url, data=data | wrong)
        assert page.status_code == 200, wrong
        assert next(iter(wrong.values())) in page.text
    assert len(ids) == 30


def test_it_is_told_for_how_many_papers_the_bank_is_enough_and_why_not_for_more(people, sign_in):
    fill_bank(people, 33)  # eleven of each topic
    blueprint = make_blueprint(people, [CellSpec(count=3, topic_id=people.topics[0].id)])
    service.set_demands(
        actor=actor_of(people.lecturer), now=clock.now(), blueprint=blueprint, demands=Demands(papers_per_item=1)
    )
    act = (blueprint, service.demands_of(blueprint), clock.now())
    assert service.why_not(act[0], 3, *act[1:]) == ""
    said = service.why_not(act[0], 4, *act[1:])
    page = sign_in(people.lecturer).get(f"/assembly/blueprints/{blueprint.public_id}?papers=4").text
    assert "Chương 1" in said
    assert "12" in said
    assert "11" in said
    assert 'role="alert">' in page
    assert (
        'role="alert">' not in sign_in(people.leader).get(f"/assembly/blueprints/{blueprint.public_id}?papers=4").text
    )  # may look, but not let the solver work


def test_the_level_targets_outlive_the_demands_and_the_demands_the_matrix(people, sign_in):
    client = sign_in(people.lecturer)
    target = {f"target-{people.levels[0].public_id}": "60"}
    client.post(f"/assembly/modules/{people.module.public_id}/new", data=typed(people, {(0, 0): 4}, **target))
    base = f"/assembly/blueprints/{only_blueprint(people).public_id}"
    client.post(f"{base}/demands", data={"tolerance": "3", "overlap": "5", "theta": "0"})
    client.post(f"{base}/edit", data=typed(people, {(0, 0): 5}, **target))
    db.session.expire_all()
    stored = only_blueprint(people)
    assert service.frame_of(stored).level_targets == {people.levels[0].public_id: 60}
    assert (service.demands_of(stored).overlap, service.specs_of(stored)[0].count) == (5, 5)
    client.post(f"{base}/demands", data={"tolerance": "3", "days_apart": "45", "theta": "0"})
    assert fields_of(client.get(f"{base}/edit").text)["fresh-days"] == "45"  # what counts as unused


def test_the_specification_table_says_the_requirement_beside_each_number(people, sign_in):
    blueprint = make_blueprint(people)
    client = sign_in(people.lecturer)
    base = f"/assembly/blueprints/{blueprint.public_id}/specification"
    assert client.get(f"{base}/edit").text.count("<textarea") == 4
    assert client.post(f"{base}/edit", data={"requirement-2": "Nêu được các nguyên tắc"}).status_code == 302
    shown = client.get(base).text
    assert "Nêu được các nguyên tắc" in shown
    assert 'rowspan="1"' in shown
    db.session.expire_all()
    assert [one.requirement for one in service.specs_of(only_blueprint(people))] == [
        "",
        "Nêu được các nguyên tắc",
        "",
        "",
    ]
    told = client.post(f"{base}/edit", data={"requirement-1": "Chữ của thẻ cũ", "seen": "1000"})
    assert (told.status_code, "Chữ của thẻ cũ" in told.text) == (409, True)
    assert sign_in(people.leader).get(base).status_code == 200
    assert sign_in(people.leader).get(f"{base}/edit").status_code == 404


def test_a_template_is_a_pattern_and_nothing_is_dealt_from_it(people, sign_in):
    fill_bank(people)
    blueprint = make_blueprint(people)
    client = sign_in(people.lecturer)
    base = f"/assembly/blueprints/{blueprint.public_id}"
    assert client.post(f"{base}/template", data={"is_template": "1"}).status_code == 302
    assert "/deal" not in sign_in(people.quality).get(base).text
    with pytest.raises(InvalidInput):
        make_paper_set(people, blueprint=service.get_blueprint(blueprint.public_id))
    assert base in client.get("/assembly/?show=templates").text
    assert base not in client.get("/assembly/?show=plain").text
    assert base not in client.get("/assembly/?state=used").text
    assert client.post(f"{base}/template", data={}).status_code == 302
    assert base in client.get(f"/assembly/?show=plain&module={people.module.public_id}").text


def test_a_blueprint_comes_over_to_another_module_by_name_or_in_order(people, sign_in):
    act = {"actor": actor_of(people.quality), "now": clock.now(), "course_module": people.other_module}
    for name in ("Mở đầu", "CHƯƠNG 1"):
        courses.add_topic(**act, name=name)
    source = make_blueprint(people)
    client = sign_in(people.quality)
    url = f"/assembly/modules/{people.other_module.public_id}/from"
    assert source.public_id in client.get(f"/assembly/modules/{people.other_module.public_id}/new").text
    shown = client.get(url, query_string={"source": source.public_id}).text
    assert "Chương 2" in shown  # fits nowhere
    for by, topics in (("name", ["CHƯƠNG 1"]), ("order", ["Mở đầu", "CHƯƠNG 1"])):
        answer = client.post(url, data={"source": source.public_id, "by": by})
        made = service.get_blueprint(answer.location.split("/")[-2])
        assert [one.topic.name for one in made.cells if one.topic] == topics
        assert (made.state, made.course_module_id, made.cells[0].tag) == ("draft", people.other_module.id, "điểm liệt")
    assert sign_in(people.stranger).get(url, query_string={"source": source.public_id}).status_code == 404


def test_a_copy_takes_demands_and_fixed_items_along(people, sign_in):
    fill_bank(people, 30)
    blueprint = make_blueprint(people)
    code = bank.list_pool(people.module.id)[0].code
    service.set_demands(
        actor=actor_of(people.lecturer), now=clock.now(), blueprint=blueprint, demands=Demands(overlap=2),
        fixed=[(code, None)],
    )  # fmt: skip
    copy = service.copy_blueprint(
        actor=actor_of(people.lecturer), now=clock.now(), blueprint=blueprint, as_template=True
    )
    assert (service.demands_of(copy).overlap, service.fixed_of(copy), copy.is_template) == (2, [(code, None)], True)
    assert json.dumps(copy.rules) == json.dumps(blueprint.rules)
