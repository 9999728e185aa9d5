"""What stands on each paper, and the record of its printing."""

from datetime import timedelta

import pytest
from flask_babel import force_locale

from exambank import audit, clock
from exambank.db import db
from exambank.documents import rules, service
from exambank.errors import StateConflict
from exambank.exams.models import Candidacy
from exambank.grades import service as grades
from tests.documents import factories
from tests.documents.factories import close_room, finish, make_held_exam
from tests.people import actor_of


@pytest.fixture
def exam(people):
    return make_held_exam(people)


def test_the_candidate_list_is_one_rooms_by_number_with_names_in_two_parts(exam):
    content = service.contents_of("candidate_list", exam, exam.rooms[0])
    assert [row["number"] for row in content["rows"]] == [f"{at:03d}" for at in range(1, 7)]
    first, third = content["rows"][0], content["rows"][2]
    assert (first["family"], first["given"], first["birth_date"]) == ("Nguyễn Thị Thu", "Hường", "12/03/1984")
    assert (first["unit"], first["paper"], third["note"]) == ("Sở Nội vụ", "101", "thêm 10 phút")
    assert content["header"] == {"governing_body": "TỈNH ỦY AN BÌNH", "school": "TRƯỜNG CHÍNH TRỊ TỈNH AN BÌNH"}


def test_the_result_list_says_absent_awaited_and_marks_with_a_comma(exam):
    content = service.contents_of("result_list", exam, exam.rooms[0])
    assert [row["mark"] for row in content["rows"]] == ["vắng", "đang chờ", "0,5", "0,75", "1,0", "1,25"]
    assert content["closing"].startswith("Danh sách có 6 thí sinh: có mặt 5, vắng 1, đang chờ bài 1.")


def test_the_mark_sheet_has_figures_and_words(exam):
    finish(exam)
    rows = service.contents_of("mark_sheet", exam, None)["rows"]
    assert (rows[1]["mark"], rows[1]["words"]) == ("5,0", "Năm")
    assert (rows[3]["mark"], rows[3]["words"]) == ("0,75", "Không phẩy bảy lăm")
    assert (rows[0]["mark"], rows[0]["words"], rows[0]["note"]) == ("", "", "vắng")


def test_the_minutes_tell_who_was_absent_what_was_granted_and_by_whom(exam, people):
    content = service.contents_of("minutes", exam, exam.rooms[0])
    counts, groups = dict(content["counts"]), dict(content["people"])
    assert (counts["Số thí sinh dự thi"], counts["Có mặt"], counts["Vắng mặt"]) == ("6", "5", "1")
    assert groups["Vắng mặt"] == "001 Nguyễn Thị Thu Hường"
    assert content["staff"][:2] == [["Giám thị 1", people.invigilator.full_name], ["Giám thị 2", ""]]
    assert [line["what"] for line in content["log"]] == [
        "Mở ca thi",
        "Bù thêm 4 phút; lý do: Máy 17 hỏng, chuyển sang máy 36",
    ]
    assert {line["who"] for line in content["log"]} == {people.invigilator.full_name}
    assert content["papers"][0] == "Mã đề đã dùng: 101 (1 thí sinh), 102 (2 thí sinh), 103 (2 thí sinh)."


def test_minutes_of_one_room_do_not_tell_of_the_other(exam):
    content = service.contents_of("minutes", exam, exam.rooms[1])
    assert all(line["number"] in {"", "010"} for line in content["log"])


def test_the_grade_sheet_follows_the_gradebook(exam, people):
    finish(exam)
    factories.enrol_all(people, exam)
    grades.compute_grades(exam)
    content = service.contents_of("grade_sheet", exam, None)
    assert content["title"] == "BẢNG ĐIỂM HỌC PHẦN"
    assert content["components"] == ["Điểm quá trình"]
    row = next(row for row in content["rows"] if row["code"] == "TT001")
    assert (row["exam_mark"], row["mark"], row["words"], row["classification"]) == ("5,0", "6,0", "Sáu", "Trung bình")


def test_what_waits_for_the_room_is_refused_and_prints_when_it_is_closed(app, people):
    exam = make_held_exam(people, state="open")
    actor, room = actor_of(people.officer), exam.rooms[0]
    with force_locale("en"), pytest.raises(StateConflict, match="1 candidates are not done"):
        service.print_document(actor=actor, now=clock.now(), kind="result_list", exam=exam, room=room)
    assert service.list_printings(exam, [room]) == []
    close_room(exam, room)
    printed = service.print_document(actor=actor, now=clock.now(), kind="result_list", exam=exam, room=room)
    assert printed.body.startswith(b"%PDF")
    assert printed.file_name == "danh-sach-ket-qua-thi-xdd-k75-phong-may-1.pdf"


def test_each_printing_is_recorded_with_code_and_copy(any_app, people):
    exam = make_held_exam(people)
    actor, room = actor_of(people.officer), exam.rooms[0]
    for _copy in range(2):
        service.print_document(actor=actor, now=clock.now(), kind="result_list", exam=exam, room=room)
    finish(exam)
    service.print_document(actor=actor, now=clock.now(), kind="result_list", exam=exam, room=room)
    printings = service.list_printings(exam, [room], compare=True)
    assert [(one.copy, one.is_current) for one in printings] == [(3, True), (2, False), (1, False)]
    assert printings[1].code == printings[2].code != printings[0].code
    assert {one.who for one in printings} == {people.officer.full_name}
    assert audit.verify().problems == ()


def test_the_same_act_gives_the_same_bytes_and_a_later_one_the_same_code(exam, people):
    content = service.contents_of("result_list", exam, exam.rooms[0])
    assert rules.check_code(content) == rules.check_code(service.contents_of("result_list", exam, exam.rooms[0]))
    now, actor = clock.now(), actor_of(people.officer)
    first = service.print_document(actor=actor, now=now, kind="result_list", exam=exam, room=exam.rooms[0])
    clock.shift(timedelta(hours=1))
    later = service.print_document(actor=actor, now=clock.now(), kind="result_list", exam=exam, room=exam.rooms[0])
    assert first.code == later.code
    assert first.body != later.body


def test_names_that_look_like_code_print(exam, people):
    candidacy = db.session.query(Candidacy).filter_by(exam_id=exam.id, number="003").one()
    factories.rename(candidacy.user, '#read("x") $ * @ <b> Ặ')
    printed = service.print_document(
        actor=actor_of(people.officer), now=clock.now(), kind="candidate_list", exam=exam, room=exam.rooms[0]
    )
    assert printed.body.startswith(b"%PDF")


def test_an_invigilator_is_offered_the_own_room_only(exam, people):
    folder = service.get_folder(actor_of(people.invigilator), exam)
    assert [room.name for room in folder.rooms] == ["Phòng máy 1"]
    assert not folder.sees_exam
    assert {entry.kind for entry in folder.entries()} == set(rules.ROOM_KINDS) - {"draw_list"}
    assert [one.exam.id for one in service.list_exams_for(actor_of(people.invigilator))] == [exam.id]
    assert len(service.get_folder(actor_of(people.officer), exam).entries()) == 8
