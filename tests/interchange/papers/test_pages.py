"""The page of papers as Word: who may, what comes, that it is recorded, and that a seal keeps it shut."""

import io
import json
import zipfile
from datetime import timedelta

import docx
import pytest
from sqlalchemy import select

from exambank import clock
from exambank.assembly import service as assembly
from exambank.assembly.service.sealing import SealChoice
from exambank.audit import AuditDetail, AuditEvent
from exambank.db import db
from exambank.errors import InvalidInput, StateConflict
from exambank.interchange import service
from tests.assembly.factories import fill_bank, make_paper_set
from tests.people import actor_of


@pytest.fixture
def dealt(people):
    fill_bank(people, 40)
    return make_paper_set(people, 2)


def address(paper_set) -> str:
    return f"/interchange/paper-sets/{paper_set.public_id}/word"


def fields(paper_set, *parts, **values) -> dict:
    codes = [paper.code for paper in paper_set.papers]
    return {
        "parts": list(parts) or ["papers"],
        "codes": codes,
        "title": "Đề thi kết thúc học phần",
        "minutes": "60",
    } | values


def downloads() -> list[dict]:
    query = select(AuditDetail.details).join(AuditEvent, AuditEvent.number == AuditDetail.number)
    return [json.loads(one) for one in db.session.scalars(query.where(AuditEvent.verb == "papers.exported"))]


def test_papers_and_keys_of_all_codes_come_as_a_zip(people, dealt, sign_in):
    client, codes = sign_in(people.quality), [paper.code for paper in dealt.papers]
    assert client.get(address(dealt)).status_code == 200
    sent = fields(dealt, "papers", "keys", "key_table", "map", occasion="Lớp K75\nNgày thi: 01/10/2026", has_lines="y")
    answer = client.post(address(dealt), data=sent)
    assert (answer.status_code, answer.mimetype, answer.headers["Cache-Control"]) == (
        200,
        "application/zip",
        "no-store",
    )
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        expected = {f"{kind}-{code}.docx" for kind in ("ma-de", "dap-an") for code in codes}
        assert set(archive.namelist()) == expected | {"bang-dap-an.docx", "doi-chieu-ma-de.docx"}
        paper = docx.Document(io.BytesIO(archive.read(f"ma-de-{codes[0]}.docx")))
    layout = assembly.layouts_of(dealt)[codes[0]]
    assert sum(one.text.startswith("Câu ") for one in paper.paragraphs) == len(layout)
    assert "Ngày thi: 01/10/2026" in paper.tables[0].cell(0, 1).text
    assert paper.tables[1].cell(0, 0).text == f"Mã đề: {codes[0]}"


def test_every_download_is_recorded_with_its_codes(people, dealt, sign_in):
    client, code = sign_in(people.head), dealt.papers[0].code
    answer = client.post(address(dealt), data=fields(dealt, "papers", codes=[code]))
    assert answer.status_code == 200
    (told,) = downloads()
    assert (told["codes"], told["parts"]) == ([code], ["papers"])
    assert len(told["sha256"]) == 64


def test_what_is_wrong_with_the_form_is_said_and_nothing_is_given(people, dealt, sign_in):
    client = sign_in(people.quality)
    for wrong in ({"codes": ["999"]}, {"codes": []}, {"parts": ["x"]}, {"parts": []}, {"minutes": "x"}, {"title": ""}):
        assert client.post(address(dealt), data=fields(dealt) | wrong).status_code == 422
    with pytest.raises(InvalidInput):
        service.papers_as_word(
            actor=actor_of(people.quality), now=clock.now(), paper_set=dealt,
            wanted=service.Print(("999",), frozenset({"papers"}), "Đề"),
        )  # fmt: skip
    assert downloads() == []


def test_a_sealed_set_gives_nothing_before_it_is_opened(people, dealt, sign_in):
    seal = SealChoice("clock", opens_at=clock.now() + timedelta(days=1))
    assembly.approve_papers(actor=actor_of(people.head), now=clock.now(), paper_set=dealt, seal=seal)
    client = sign_in(people.quality)
    page = client.get(address(dealt))
    assert (page.status_code, 'name="codes"' in page.text) == (200, False)
    assert client.post(address(dealt), data=fields(dealt)).status_code == 409
    with pytest.raises(StateConflict):
        service.papers_as_word(
            actor=actor_of(people.quality), now=clock.now(), paper_set=dealt,
            wanted=service.Print((dealt.papers[0].code,), frozenset({"papers"}), "Đề"),
        )  # fmt: skip
    assert downloads() == []


def test_who_may_not_see_papers_gets_no_word_files(people, dealt, sign_in):
    for person in (people.lecturer, people.officer, people.technician, people.learner, people.stranger):
        client = sign_in(person)
        assert client.get(address(dealt)).status_code == 404
        assert client.post(address(dealt), data=fields(dealt)).status_code == 404
