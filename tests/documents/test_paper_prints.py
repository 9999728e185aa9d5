"""Prints of papers from the asking to the forgetting: who, when, what is kept and for how long."""

import io
from datetime import timedelta

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from exambank import audit, clock, jobs
from exambank.assembly import service as assembly
from exambank.audit import AuditEvent
from exambank.db import db, unit_of_work
from exambank.documents import service
from exambank.documents.models import PaperPrint
from exambank.documents.papers.orders import PrintOrder, as_proof, fault_of, total_of
from exambank.documents.service import paper_setting
from exambank.errors import InvalidInput, StateConflict
from tests.assembly.factories import fill_bank, make_approved_set, make_paper_set
from tests.assembly.sealing import holders_of, make_holders, seal_set
from tests.people import actor_of


@pytest.fixture
def bank(people):
    fill_bank(people, 40)


def ask(people, paper_set, kind="papers", order=PrintOrder()):
    return service.ask_for_print(
        actor=actor_of(people.quality), now=clock.now(), paper_set=paper_set, kind=kind, order=order
    )


def made(people, paper_set, kind="papers", order=PrintOrder()) -> PaperPrint:
    """Asked for and done by the worker."""
    asked = ask(people, paper_set, kind, order)
    jobs.run_due()
    db.session.expire_all()
    return service.get_print(asked.public_id)


def fetch(people, one: PaperPrint):
    return service.fetch_print(actor=actor_of(people.quality), now=clock.now(), paper_print=one)


def text_of(body: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(body)).pages).split())


def verbs() -> list[str]:
    return list(db.session.execute(select(AuditEvent.verb).order_by(AuditEvent.number)).scalars())


def test_papers_of_an_open_set_are_made_by_the_worker_kept_closed_and_fetched_on_the_record(any_app, people, bank):
    paper_set = make_approved_set(people, 3)
    asked = ask(people, paper_set)
    assert (asked.state, asked.total) == ("waiting", 3)
    jobs.run_due()
    db.session.expire_all()
    one = service.get_print(asked.public_id)
    assert (one.state, one.done, one.failure) == ("done", 3, "")
    assert b"%PDF" not in one.body  # what stands in the database tells nothing
    printed = fetch(people, one)
    told = text_of(printed.body)
    assert all(f"Mã đề {code} - Trang 1/" in told for code in ("101", "102", "103"))
    assert "BẢN KIỂM TRA" not in told
    assert printed.file_name.startswith("de-thi-")
    assert verbs()[-3:] == ["papers.print_asked", "papers.print_made", "papers.print_fetched"]
    assert audit.verify().problems == ()


def test_a_set_at_the_desk_gives_proofs_that_go_when_it_is_sealed(app, people, bank):
    make_holders(*holders_of(people))
    paper_set = make_paper_set(people, 2)
    proof = made(people, paper_set)
    assert proof.options["is_proof"]
    assert text_of(fetch(people, proof).body).count("BẢN KIỂM TRA") == 2
    waiting = ask(people, paper_set)
    seal_set(people, paper_set)
    db.session.expire_all()
    proof = service.get_print(proof.public_id)
    assert (proof.state, proof.body) == ("gone", None)
    jobs.run_due()
    db.session.expire_all()
    refused = service.get_print(waiting.public_id)
    assert (refused.state, refused.body) == ("failed", None)
    assert "niêm phong" in refused.failure or "sealed" in refused.failure
    for kind in ("papers", "keys", "answer_sheets"):
        with pytest.raises(StateConflict):
            ask(people, paper_set, kind)
    sheets = made(people, paper_set, "answer_sheets", PrintOrder(form="plain", copies=2))
    assert not sheets.options["is_proof"]
    assert "Phiếu 0002, trang 1/1" in text_of(fetch(people, sheets).body)


def test_chosen_codes_copies_sheets_and_keys(app, people, bank):
    paper_set = make_approved_set(people, 3)
    some = made(people, paper_set, order=PrintOrder(codes=("103", "101"), copies=2, heading="KIỂM TRA", duplex=False))
    told = text_of(fetch(people, some).body)
    assert (some.total, told.count("Trang 1/"), told.count("KIỂM TRA")) == (4, 4, 4)
    assert "Mã đề 102" not in told
    sheets = made(people, paper_set, "answer_sheets", PrintOrder(form="coded"))
    assert (sheets.state, sheets.total) == ("done", 3)
    keys = text_of(fetch(people, made(people, paper_set, "keys")).body)
    assert "ĐÁP ÁN VÀ HƯỚNG DẪN CHẤM" in keys
    assert "101 102 103" in keys


def test_a_print_is_cancelled_while_it_waits_and_while_it_is_made(app, people, bank, monkeypatch):
    paper_set = make_approved_set(people, 3)
    monkeypatch.setattr(paper_setting, "AT_A_TIME", 1)
    waiting = ask(people, paper_set)
    service.cancel_print(actor=actor_of(people.quality), now=clock.now(), paper_print=waiting)
    jobs.run_due()
    db.session.expire_all()
    assert service.get_print(waiting.public_id).state == "cancelled"
    told = []

    def stop_after_the_first(paper_print, moment, tell):
        def told_once(done):
            told.append(done)
            service.cancel_print(actor=actor_of(people.quality), now=clock.now(), paper_print=paper_print)
            tell(done)

        return paper_setting.make(paper_print, moment, told_once)

    running = ask(people, paper_set)
    monkeypatch.setattr("exambank.documents.service.paper_prints.make", stop_after_the_first)
    jobs.run_due()
    db.session.expire_all()
    stopped = service.get_print(running.public_id)
    assert (stopped.state, stopped.body, told) == ("cancelled", None, [1])
    with pytest.raises(StateConflict):
        service.cancel_print(actor=actor_of(people.quality), now=clock.now(), paper_print=stopped)


def test_files_are_gone_after_a_day_and_abandoned_prints_fail(app, people, bank):
    paper_set = make_approved_set(people, 1)
    one, stuck = made(people, paper_set), ask(people, paper_set)
    assert service.forget_prints(clock.now()) == 0
    assert service.fail_abandoned(clock.now() - timedelta(hours=1)) == 0
    clock.shift(timedelta(hours=25))
    with pytest.raises(StateConflict):
        fetch(people, service.get_print(one.public_id))
    assert service.forget_prints(clock.now()) == 1
    assert service.fail_abandoned(clock.now() - timedelta(hours=1)) == 1
    db.session.expire_all()
    assert (service.get_print(one.public_id).state, service.get_print(one.public_id).body) == ("gone", None)
    assert service.get_print(stuck.public_id).state == "failed"
    assert service.get_print(stuck.public_id).failure


def test_a_job_repeated_after_a_crash_makes_the_same_file_and_a_finished_one_is_left_alone(app, people, bank):
    paper_set = make_approved_set(people, 2)
    one = made(people, paper_set)
    first = fetch(people, one).body
    count = len(verbs())
    service.make_print(one.public_id)
    assert len(verbs()) == count
    with unit_of_work() as session:  # the worker died after it began
        session.get(PaperPrint, one.id).state = "running"
    service.make_print(one.public_id)
    db.session.expire_all()
    assert fetch(people, service.get_print(one.public_id)).body == first


def test_so_many_prints_of_a_set_are_under_way_and_no_more(app, people, bank):
    paper_set = make_approved_set(people, 1)
    for _time in range(3):
        ask(people, paper_set)
    with pytest.raises(StateConflict):
        ask(people, paper_set)
    with pytest.raises(InvalidInput):
        ask(people, paper_set, order=PrintOrder(codes=("999",)))


def test_an_unexpected_fault_is_told_in_words_and_not_tried_for_ever(app, people, bank):
    paper_set = make_approved_set(people, 1)
    with unit_of_work():  # as no command of ours leaves it
        paper_set.papers[0].layout = [{"version": 987654, "points": "1", "cell": 1, "options": []}]
    one = made(people, paper_set)
    assert one.state == "failed"
    assert one.failure
    assert "987654" not in one.failure
    assert jobs.run_due() == 0


@pytest.mark.parametrize(
    ("kind", "order", "fault"),
    [
        ("papers", PrintOrder(), None),
        ("papers", PrintOrder(codes=("102",), copies=100), None),
        ("papers", PrintOrder(copies=101), "copies"),
        ("papers", PrintOrder(copies=0), "copies"),
        ("papers", PrintOrder(codes=("7",)), "unknown_code"),
        ("papers", PrintOrder(columns=3), "unknown_kind"),
        ("answer_sheets", PrintOrder(copies=600), None),
        ("answer_sheets", PrintOrder(copies=601), "copies"),
        ("answer_sheets", PrintOrder(form="coded", copies=100), "too_many"),
        ("slips", PrintOrder(), "unknown_kind"),
    ],
)
def test_orders_have_limits(kind, order, fault):
    codes = [str(101 + at) for at in range(7)]
    assert fault_of(kind, order, codes) == fault
    assert PrintOrder.parse(order.as_dict()) == order
    assert as_proof(order, True).is_proof


def test_totals_are_counted_in_papers_and_sheets():
    codes = ["101", "102", "103"]
    assert total_of("papers", PrintOrder(copies=2), codes) == 6
    assert total_of("papers", PrintOrder(codes=("102",), copies=2), codes) == 2
    assert total_of("answer_sheets", PrintOrder(copies=40), codes) == 40
    assert total_of("answer_sheets", PrintOrder(form="coded", copies=2), codes) == 6
    assert total_of("keys", PrintOrder(), codes) == 1


def test_the_page_asks_shows_and_hands_out(app, people, bank, sign_in):
    paper_set = make_approved_set(people, 2)
    client, url = sign_in(people.head), f"/documents/paper-sets/{paper_set.public_id}"
    page = client.get(url)
    assert page.status_code == 200
    assert 'value="101"' in page.text
    assert people.module.name in page.text
    values = {"kind": "papers", "codes": ["101", "102"], "copies": "1", "sheet": "a3", "columns": "2", "form": "blank",
              "number_digits": "6", "lines": "Lớp K75", "minutes": "45", "duplex": "y"}  # fmt: skip
    assert client.post(url, data={**values, "copies": "0"}).status_code == 200
    assert db.session.query(PaperPrint).count() == 0
    assert client.post(url, data=values).status_code == 302
    one = db.session.query(PaperPrint).one()
    assert PrintOrder.parse(one.options) == PrintOrder((), 1, 2, "a3", True, lines=("Lớp K75",), minutes=45)
    part = client.get(f"{url}/prints")
    assert "hx-get" in part.text
    assert "HX-Refresh" not in part.headers
    jobs.run_due()
    assert client.get(f"{url}/prints").headers["HX-Refresh"] == "true"
    file = client.post(f"/documents/paper-prints/{one.public_id}/file")
    assert (file.status_code, file.mimetype) == (200, "application/pdf")
    told = text_of(file.data)
    assert "45 phút" in told
    assert "Lớp K75" in told
    for person in (people.officer, people.lecturer, people.technician, people.learner):
        stranger = sign_in(person)
        assert stranger.get(url).status_code == 404
        assert stranger.post(f"/documents/paper-prints/{one.public_id}/file").status_code == 404
    assert client.post(f"/documents/paper-prints/{one.public_id}/cancel").status_code == 409
    assert assembly.is_open(paper_set)
