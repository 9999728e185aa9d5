"""Incidents and offences: recorded from the room's own rules, never deleted, in the minutes, and no mark touched."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from exambank import clock
from exambank.courses.rules import RoomRules
from exambank.db import db, unit_of_work
from exambank.documents import service as documents
from exambank.errors import InvalidInput, StateConflict
from exambank.exams.models import Exam
from exambank.sittings import service
from exambank.sittings.models import Incident, Offence, Sitting
from exambank.sittings.views.incidents import of_today
from tests.people import actor_of
from tests.sittings.factories import Candidate, fresh, pass_time

SAID = "Mở tài liệu trên bàn"


def test_an_offence_freezes_what_the_rules_of_that_day_say_and_is_withdrawn_but_never_deleted(any_app, exam, people,
                                                                                              candidate):  # fmt: skip
    candidate.entered()
    hang, sitting = actor_of(people.invigilator), candidate.sitting()
    codes = [(rule.code, str(rule.deduction), rule.ends_sitting) for rule in service.offence_catalogue(exam)]
    assert codes == [("reprimand", "1/4", False), ("warning", "1/2", False), ("suspension", "1", True)]
    offence = service.record_offence(
        actor=hang, now=clock.now(), sitting=sitting, code="warning", text=SAID, happened_at=clock.now()
    )
    with unit_of_work() as session:
        room = RoomRules.parse(exam.rules).as_dict()
        session.get(Exam, exam.id).rules = {**room, "offences": []}
    assert service.offence_catalogue(fresh(exam)) == ()
    known = service.find_offence(offence.public_id)
    assert (known.name, service.share_of(known) * 2, known.is_signed) == ("Cảnh cáo", 1, None)
    for wrong in ({"code": "warning"}, {"code": "nothing"}):
        with pytest.raises(InvalidInput):
            service.record_offence(
                actor=hang, now=clock.now(), sitting=candidate.sitting(), text=SAID, happened_at=clock.now(), **wrong
            )
    service.sign_offence(actor=hang, now=clock.now(), offence=known, is_signed=False, witnesses="Lan, Hòa")
    with pytest.raises(InvalidInput):
        service.withdraw_offence(actor=hang, now=clock.now(), offence=known, reason=" ")
    service.withdraw_offence(actor=hang, now=clock.now(), offence=known, reason="Nhầm người")
    with pytest.raises(StateConflict):
        service.withdraw_offence(actor=hang, now=clock.now(), offence=known, reason="lần nữa")
    (row,) = service.list_offences(fresh(exam))
    assert (row.withdrawn_reason, row.is_signed, row.witnesses) == ("Nhầm người", False, "Lan, Hòa")


def test_the_forms_record_in_a_few_fields_and_refuse_what_cannot_be(app, exam, people, candidate, sign_in):
    candidate.entered()
    hang, room = sign_in(people.invigilator), exam.rooms[0].public_id
    form = hang.get(f"/room/{room}/offences?whom={candidate.public_id}").text
    assert f'selected value="{candidate.public_id}"' in form
    assert 'name="happened"' in form
    assert 'type="time"' in form
    assert "Đình chỉ thi" in form
    given = {"whom": candidate.public_id, "code": "suspension", "text": '<img src=x onerror="alert(1)">'}
    assert hang.post(f"/room/{room}/offences", data=given).status_code == 422  # no time
    from_school = local(clock.now())
    answer = hang.post(f"/room/{room}/offences", data={**given, "happened": from_school})
    assert answer.status_code == 302
    page = hang.get(answer.headers["Location"]).text
    assert "<img src=x" not in page
    assert "&lt;img src=x" in page
    assert f"/room/seat/{candidate.public_id}/close" in page  # it ends the sitting: collecting is proposed
    later = local(clock.now() + timedelta(minutes=30))
    assert hang.post(f"/room/{room}/offences", data={**given, "happened": later}).status_code == 422

    record = {"kind": "power", "whom": "", "began": from_school, "text": "Mất điện cả tầng"}
    assert hang.post(f"/room/{room}/incidents", data=record).status_code == 302
    assert hang.post(f"/room/{room}/incidents", data={**record, "kind": "dragon"}).status_code == 422
    incident = db.session.query(Incident).one()
    assert incident.ended_at is None
    assert hang.post(f"/room/incidents/{incident.public_id}/end").status_code == 302
    assert fresh(incident).ended_at is not None
    assert db.session.query(Offence).count() == 1


@pytest.mark.parametrize(
    ("now", "typed", "meant"),
    [
        ("23:34", "23:10", 0), ("23:34", "07:30", 0), ("23:34", "00:04", 1), ("00:05", "23:50", -1),
        ("00:05", "00:20", 0), ("20:00", "07:00", 0), ("12:00", "12:30", 0),
    ],
)  # fmt: skip
def test_a_typed_time_is_that_of_the_nearest_day(app, now, typed, meant):
    zone = ZoneInfo(app.config["TIMEZONE"])
    day = datetime(2026, 11, 22, tzinfo=zone)
    present = datetime.combine(day, time.fromisoformat(now), zone)
    moment = of_today(time.fromisoformat(typed), present)
    assert moment == datetime.combine(day + timedelta(days=meant), time.fromisoformat(typed), zone)


def local(moment) -> str:
    return f"{moment.astimezone(ZoneInfo('Asia/Ho_Chi_Minh')):%H:%M}"


def test_the_minutes_are_filled_by_what_happened_and_the_record_is_printed(app, exam, people, candidate, sign_in):
    candidate.entered()
    candidate.save_one(1)
    other = Candidate(sign_in(people.second_learner), exam, people.second_learner).entered()
    room, act = exam.rooms[0], {"actor": actor_of(people.invigilator), "now": clock.now()}
    offence = service.record_offence(
        **act, sitting=candidate.sitting(), code="reprimand", text=SAID, happened_at=clock.now(), is_signed=False
    )
    service.record_incident(**act, room=room, kind="network", text="Hỏng bộ chuyển mạch", began_at=clock.now())
    service.raise_objection(
        actor=actor_of(people.learner), now=clock.now(), sitting=candidate.sitting(), question=4, text="Sai chính tả"
    )
    service.send_message(**act, exam=exam, room=room, text="Còn 15 phút.")
    service.extend(**act, sitting=other.sitting(), seconds=412, reason="Đứt cáp")
    pass_time(minutes=50)
    service.close_room(actor=act["actor"], now=clock.now(), room=room, reason="Hết giờ")
    signed = [one.public_id for one in service.list_to_sign(room)][:1]
    assert service.tick_signatures(actor=act["actor"], now=clock.now(), room=room, signed=signed) == 1

    content = documents.contents_of("minutes", fresh(exam), room)
    assert content["offences"][0][1:] == [
        f"{candidate.sitting().candidacy.number} {people.learner.full_name}", f"Khiển trách: {SAID}", "không ký",
    ]  # fmt: skip
    assert content["incidents"][0][1:] == ["cả phòng", "mất mạng; Hỏng bộ chuyển mạch"]
    assert content["objections"][0][2:] == ["4", "Sai chính tả", "chưa trả lời"]
    assert content["given"][0][1:4] == [other.sitting().candidacy.number, "6 phút 52 giây", "Đứt cáp"]
    facts = dict(content["records"])
    assert facts["Thông báo đã gửi"] == "1"
    assert facts["Đã ký danh sách kết quả"] == "1 trên 2 thí sinh"
    assert len(facts["Dấu kiểm tra bài làm của phòng"]) == 14
    people_lines = dict(content["people"])
    assert people_lines["Chưa ký danh sách kết quả"]
    lines = " ".join(row["what"] for row in content["log"])
    assert "Ghi vi phạm quy chế: Khiển trách" in lines
    assert "412 giây" in lines

    hang = sign_in(people.invigilator)
    for address in (f"/documents/offences/{offence.public_id}", f"/documents/rooms/{room.public_id}/minutes"):
        answer = hang.post(address)
        assert answer.status_code == 200, address
        assert answer.data.startswith(b"%PDF")
    marks = {row.id: row.closed_by for row in db.session.query(Sitting)}
    assert set(marks.values()) == {"invigilator"}  # recording an offence closed nothing by itself


def test_the_office_lists_offences_with_their_deductions_and_the_reported_items(app, exam, people, candidate, sign_in):
    candidate.entered()
    act = {"actor": actor_of(people.invigilator), "now": clock.now()}
    service.record_offence(**act, sitting=candidate.sitting(), code="warning", text=SAID, happened_at=clock.now())
    service.raise_objection(
        actor=actor_of(people.learner), now=clock.now(), sitting=candidate.sitting(), question=2, text="Hai đáp án đúng"
    )
    officer, hang = sign_in(people.officer), sign_in(people.invigilator)
    offences = officer.get(f"/room/exams/{exam.public_id}/offences").text
    assert "Cảnh cáo" in offences
    assert "50%" in offences.replace("\u00a0", "").replace(" %", "%")
    items = officer.get(f"/room/exams/{exam.public_id}/objections").text
    code = candidate.sitting().paper.code
    assert code in items
    assert "Hai đáp án đúng" in items
    for path in ("offences", "objections"):
        assert hang.get(f"/room/exams/{exam.public_id}/{path}").status_code == 404


def test_a_regulation_keeps_its_own_catalogue_of_offences(app, people, sign_in):
    officer = sign_in(people.officer)
    regulation = people.cohort.regulation
    assert officer.post(f"/courses/regulations/{regulation.public_id}/versions").status_code == 302
    draft = db.session.query(type(regulation)).order_by(type(regulation).id.desc()).first()
    page = officer.get(f"/courses/regulations/{draft.public_id}/edit").text
    assert 'name="offences-0-name"' in page
    assert "Khiển trách" in page
