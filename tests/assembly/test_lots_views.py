"""The pages of whole papers and lots over HTTP, without script: put together, brought, drawn, the reserve."""

import io
import re

from exambank import clock
from exambank.assembly import service
from exambank.assembly.models import PaperLot, PaperSet
from exambank.db import db
from tests.assembly.factories import fill_bank
from tests.assembly.test_lots import PDF_BODY, accepted_items, bound_exam, draw, drawn_lot, prepared_lot, sealed_paper
from tests.people import actor_of


def rows_of(page: str) -> list[str]:
    return re.findall(r'name="rows-\d+-item"[^>]*value="([^"]+)"', page)


def fields_of(page: str, **changed) -> dict[str, str]:
    inputs = [dict(re.findall(r'([\w-]+)="([^"]*)"', one)) for one in re.findall(r"<input[^>]*>", page)]
    named = {one["name"]: one.get("value", "") for one in inputs if "name" in one}
    return {name: value for name, value in named.items() if name not in {"csrf_token", "next", "language"}} | changed


def test_a_whole_paper_is_put_together_moved_and_stored_without_script(app, people, sign_in):
    fill_bank(people, 6)
    one, two, three = (item.item for item in accepted_items(people, 3))
    client = sign_in(people.lecturer)
    url = f"/assembly/modules/{people.module.public_id}/whole"
    page = client.get(url).text
    for added in (one, two, three):
        page = client.post(url, data=fields_of(page, act=f"add:{added}")).text
    assert rows_of(page) == [one, two, three]
    assert rows_of(client.post(url, data=fields_of(page, act="up:2")).text) == [one, three, two]
    page = client.post(url, data=fields_of(page, act="out:0")).text
    assert rows_of(page) == [two, three]
    page = client.post(url, data=fields_of(page, act="save", name="Đề A", **{"rows-0-points": "hai"})).text
    assert rows_of(page) == [two, three]
    assert 'value="hai"' in page
    assert db.session.query(PaperSet).count() == 0
    done = client.post(url, data=fields_of(page, act="save", name="Đề A", codes="2", **{"rows-0-points": "2,5"}))
    paper_set = db.session.query(PaperSet).one()
    assert done.headers["Location"].endswith(paper_set.public_id)
    assert [(paper.code, paper.total_points) for paper in paper_set.papers] == [("101", 3.5), ("102", 3.5)]


def test_odd_acts_and_rows_change_nothing(app, people, sign_in):
    fill_bank(people, 2)
    client, url = sign_in(people.lecturer), f"/assembly/modules/{people.module.public_id}/whole"
    for act in ("up:x", "down:99999", "out:-1", "add:", "add:" + "x" * 99, "sleep:1", ":"):
        answer = client.post(url, data={"act": act, "rows-0-item": accepted_items(people, 1)[0].item})
        assert (answer.status_code, len(rows_of(answer.text))) == (200, 1)


def test_a_brought_file_is_stored_and_given_back_only_to_who_may_see_papers(app, people, sign_in):
    client = sign_in(people.lecturer)
    url = f"/assembly/modules/{people.module.public_id}/upload"
    typed = {"name": "Đề 1", "code": "101", "question_count": "2", "total_points": "10"}
    refused = client.post(url, data={**typed, "paper": (io.BytesIO(b"MZ"), "de.pdf")})
    assert refused.status_code == 200
    assert 'value="Đề 1"' in refused.text
    assert db.session.query(PaperSet).count() == 0
    client.post(url, data={**typed, "paper": (io.BytesIO(PDF_BODY), "đề.pdf")})
    paper_set = db.session.query(PaperSet).one()
    brought = f"/assembly/sets/{paper_set.public_id}/brought"
    shown = sign_in(people.quality).get(f"/assembly/sets/{paper_set.public_id}").text
    assert brought in shown
    assert "which=key" not in shown
    assert client.get(brought).status_code == 404
    given = sign_in(people.quality).get(brought)
    assert (given.data, given.mimetype) == (PDF_BODY, "application/pdf")
    assert given.headers["Content-Disposition"].startswith("attachment")
    assert sign_in(people.quality).get(brought + "?which=key").status_code == 404


def test_a_lot_is_prepared_and_drawn_on_its_pages_once(app, people, sign_in):
    fill_bank(people, 9)
    sets = [sealed_paper(people, f"Đề {at}", 3 * at) for at in range(3)]
    quality, leader = sign_in(people.quality), sign_in(people.leader)
    prepare = f"/assembly/modules/{people.module.public_id}/lots/new"
    assert quality.post(prepare, data={"name": "Lô", "sets": [sets[0].public_id]}).status_code == 200
    assert db.session.query(PaperLot).count() == 0
    quality.post(prepare, data={"name": "Lô", "sets": [one.public_id for one in sets]})
    lot = db.session.query(PaperLot).one()
    url = f"/assembly/lots/{lot.public_id}"
    assert leader.get(url + "/draw").status_code == 200
    alone = {"witnesses-0-name": "Trần Văn Bình", "witnesses-0-post": "Giảng viên", "seed": "27 31 05"}
    kept = leader.post(url + "/draw", data=alone).text
    assert 'value="Trần Văn Bình"' in kept
    both = {**alone, "witnesses-1-name": "Lê Thị Oanh", "witnesses-1-post": "Thanh tra"}
    assert leader.post(url + "/draw", data=both).status_code == 302
    assert leader.post(url + "/draw", data={**both, "seed": "other"}).status_code == 302
    db.session.expire_all()
    assert lot.seed == "27 31 05"
    page = leader.get(url).text
    assert "27 31 05/1" in page
    assert "3911abc360fae4bb814ed01a8f5b690ef479b75248cb4272829aa68229c1bd9e" in page
    for one in sets:
        assert one.name in page
    assert quality.get(f"/assembly/modules/{people.module.public_id}/lots").status_code == 200
    assert f"/assembly/modules/{people.module.public_id}/lots" in quality.get("/assembly/").text
    assert url in quality.get(f"/assembly/sets/{sets[0].public_id}").text


def test_a_lot_is_taken_apart_with_a_reason_only(app, people, sign_in):
    lot = prepared_lot(people)
    url, quality = f"/assembly/lots/{lot.public_id}", sign_in(people.quality)
    quality.post(url + "/withdraw", data={"reason": ""})
    assert lot.state == "prepared"
    quality.post(url + "/withdraw", data={"reason": "Thiếu một đề"})
    db.session.expire_all()
    assert (lot.state, lot.note) == ("withdrawn", "Thiếu một đề")
    assert quality.get(url).status_code == 200


def test_the_exam_takes_the_lot_and_its_reserve_on_its_own_pages(app, people, sign_in):
    lot, officer = drawn_lot(people), sign_in(people.officer)
    exam = bound_exam(people, lot)
    page = officer.get(f"/exams/{exam.public_id}/papers").text
    assert lot.public_id in page
    assert officer.post(f"/exams/{exam.public_id}/lot", data={"lot": lot.public_id}).status_code == 302
    assert officer.post(f"/exams/{exam.public_id}/lot", data={"lot": "x"}).location.endswith("/papers")
    officer.post(f"/exams/{exam.public_id}/reserve", data={"reason": ""})
    assert service.current_entry(lot).number == 1
    assert "reserve-reason" in officer.get(f"/exams/{exam.public_id}").text
    officer.post(f"/exams/{exam.public_id}/reserve", data={"reason": "Lộ đề"})
    db.session.expire_all()
    assert service.current_entry(lot).number == 2
    assert exam.paper_set == lot.entries[1].paper_set
    assert sign_in(people.leader).get(f"/assembly/lots/{lot.public_id}").status_code == 200


def test_after_the_exam_each_reserve_is_kept_or_declassified_on_the_page(app, people, sign_in):
    fill_bank(people, 12)
    sets = [sealed_paper(people, f"Đề {at}", 3 * at) for at in range(3)]
    lot = service.prepare_lot(
        actor=actor_of(people.quality), now=clock.now(), course_module=people.module, name="Lô", paper_sets=sets
    )
    draw(people, lot)
    url, leader = f"/assembly/lots/{lot.public_id}", sign_in(people.leader)
    leader.post(url + "/close")
    leader.post(url + "/envelopes/2/keep")
    leader.post(url + "/envelopes/3/declassify")
    assert leader.post(url + "/envelopes/9/keep").status_code == 404
    db.session.expire_all()
    assert lot.state == "declassified"
    assert [entry.kept_at is not None for entry in lot.entries] == [False, True, False]
    assert [one.declassified_at is not None for one in sets] == [False, False, True]
    assert leader.get(url).status_code == 200
