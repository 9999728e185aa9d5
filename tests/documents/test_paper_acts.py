"""Minutes of drawing and sealing, and the matrix: what they say, and that they say nothing of a question."""

import io
from dataclasses import replace

import pytest
from pypdf import PdfReader

from exambank import clock
from exambank.assembly.models import PaperSet
from exambank.assembly.service import SealChoice, approve_papers
from exambank.db import db
from exambank.documents import service
from exambank.documents.service import paper_acts
from exambank.errors import StateConflict
from tests.assembly.factories import fill_bank, make_blueprint, make_cells, make_paper_set
from tests.assembly.sealing import holders_of, make_holders, make_sealed_set, turn
from tests.assembly.test_lots import draw, prepared_lot
from tests.people import actor_of


def text_of(body: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(body)).pages).split())


def test_minutes_of_a_seal_name_holders_and_hashes_and_after_the_opening_who_opened(app, people):
    fill_bank(people, 40)
    waiting = make_paper_set(people, 2, seed="một hạt giống nào đó")
    with pytest.raises(StateConflict):
        service.print_seal_minutes(actor=actor_of(people.officer), now=clock.now(), paper_set=waiting)
    make_holders(*holders_of(people))
    names = tuple(user.public_id for user in holders_of(people))
    approve_papers(
        actor=actor_of(people.head), now=clock.now(), paper_set=waiting, seal=SealChoice("holders", names, None)
    )
    content = paper_acts.seal_contents(waiting)
    assert content["title"] == "BIÊN BẢN NIÊM PHONG ĐỀ THI"
    hashes = content["parts"][1]["facts"]
    assert hashes[0][1].replace(" ", "") == waiting.snapshot_hash
    assert hashes[1][1].replace(" ", "") == waiting.seed_hash
    assert [row[1] for row in content["parts"][2]["rows"]] == [user.full_name for user in holders_of(people)]
    assert "một hạt giống nào đó" not in str(content)
    printed = service.print_seal_minutes(actor=actor_of(people.officer), now=clock.now(), paper_set=waiting)
    told = text_of(printed.body)
    assert waiting.snapshot_hash[:8] in told
    assert people.leader.full_name in told
    turn(waiting, people.quality, second=people.leader)
    opened = paper_acts.seal_contents(db.session.get(PaperSet, waiting.id))
    assert opened["title"] == "BIÊN BẢN MỞ NIÊM PHONG ĐỀ THI"
    facts = dict(pair[:2] for pair in opened["parts"][3]["facts"])
    assert {people.quality.full_name, people.leader.full_name} == set(facts["Người mở"].split(", "))
    assert facts["Mã rút đề (công bố khi mở)"] == "một hạt giống nào đó"


def test_minutes_of_a_draw_can_be_drawn_again_from_what_they_say(app, people, sign_in):
    lot = prepared_lot(people)
    client, url = sign_in(people.quality), f"/documents/lots/{lot.public_id}/minutes"
    assert client.get(url).status_code == 409
    draw(people, lot, seed="27 31 05")
    content = paper_acts.draw_contents(lot)
    assert content["parts"][2]["facts"][0] == ["Mã bốc thăm", "27 31 05", "code"]
    order = [row[1] for row in content["parts"][3]["rows"]]
    digests = [row[2][0] for row in content["parts"][3]["rows"]]
    assert digests == sorted(digests)
    assert content["parts"][3]["facts"][0][1].startswith(f"phong bì số {order[0]} ")
    told = text_of(client.get(url).data)
    for words in ("BIÊN BẢN BỐC THĂM ĐỀ THI", "27 31 05", "Đề dự phòng 1", digests[0][:8]):
        assert words in told, words


def test_the_matrix_adds_up_and_says_what_each_cell_asks(app, people, sign_in):
    cells = [replace(cell, requirement="Nêu được khái niệm") for cell in make_cells(people)]
    blueprint = make_blueprint(people, cells)
    content = paper_acts.matrix_contents(blueprint)
    total = content["matrix"][-1]
    assert total[:2] == ["", "Tổng"]
    assert total[-3:] == ["10", "10", "100\u00a0%"]
    assert sum(int(row[-3]) for row in content["matrix"][:-1]) == 10
    assert len(content["specification"]) == len(cells)
    assert any("nhãn điểm liệt" in row[4] for row in content["specification"])
    told = text_of(sign_in(people.lecturer).post(f"/documents/blueprints/{blueprint.public_id}/matrix").data)
    assert "MA TRẬN ĐỀ THI VÀ BẢNG ĐẶC TẢ" in told
    assert "Nêu được khái niệm" in told


def test_a_sealed_set_prints_its_minutes_for_offices_and_not_for_lecturers(app, people, sign_in):
    fill_bank(people, 40)
    make_holders(*holders_of(people))
    paper_set = make_sealed_set(people, 1)
    url = f"/documents/paper-sets/{paper_set.public_id}/seal-minutes"
    assert sign_in(people.officer).post(url).data.startswith(b"%PDF")
    for person in (people.lecturer, people.technician, people.learner):
        assert sign_in(person).post(url).status_code == 404
