"""Batches on both databases: read, accepted once and as a whole, or not at all."""

import io
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from openpyxl import load_workbook
from sqlalchemy import func, select

from exambank import audit, clock
from exambank.accounts.models import User
from exambank.bank import service as bank
from exambank.bank.interactions import REGISTRY
from exambank.bank.models import Item, ItemVersion
from exambank.courses import service as courses
from exambank.courses.models import ComponentMark, Enrolment, Topic
from exambank.db import db, unit_of_work
from exambank.errors import InvalidInput, StateConflict
from exambank.exams.models import Exam
from exambank.interchange import messages, service
from exambank.interchange.bank_sheet import SYNONYMS, Problem
from exambank.interchange.models import PeopleBatch
from exambank.interchange.neutral import Draft, comparable
from exambank.interchange.sheet import UnreadableSheet
from exambank.interchange.workbook import write_csv, write_xlsx
from tests.interchange.factories import HEADERS, ROWS, bank_file, make_csv, make_xlsx
from tests.people import THEN, actor_of


def preview(people, body=None, name="ngân hàng.xlsx", actor=None):
    return service.preview_import(
        actor=actor_of(actor or people.lecturer), now=clock.now(), course_module=people.module, file_name=name,
        body=bank_file() if body is None else body,
    )  # fmt: skip


def accept(people, batch, **values):
    return service.accept_import(actor=actor_of(people.lecturer), now=clock.now(), batch=batch, **values)


def count(table) -> int:
    return db.session.scalar(select(func.count()).select_from(table))


def open_an_exam(people) -> None:
    now = clock.now()
    with unit_of_work() as session:
        session.add(
            Exam(
                course_module_id=people.module.id, regulation_id=people.regulation.id, title="Thi", state="open",
                opens_at=now, closes_at=now + timedelta(hours=1), duration_seconds=1800, session_code="ABC",
                rules={}, release={}, created_by_id=people.officer.id, created_at=now,
            )
        )  # fmt: skip


def many_rows(number: int) -> bytes:
    return make_xlsx(
        [HEADERS, *([at, "", "", f"Câu thứ {at}?", "a", "b", "c", "d", "A"] for at in range(1, number + 1))]
    )


# --- bank files ---


def test_a_preview_stores_no_item(any_app, people):
    batch = preview(people)
    assert batch.report["counts"] == {"accepted": 3, "warning": 0, "raw": 0, "refused": 0}
    assert batch.report["new_topics"] == ["Chương mới"]
    assert count(Item) == 0


def test_an_accepted_batch_becomes_drafts_of_its_author(any_app, people):
    batch = preview(people)
    assert accept(people, batch) == 3
    items = list(db.session.scalars(select(Item).order_by(Item.id)))
    assert [item.author_id for item in items] == [people.lecturer.id] * 3
    assert [item.state for item in items] == ["draft"] * 3
    assert [item.topic.name for item in items] == ["Chương 1", "Chương 1", "Chương mới"]
    assert [item.level.name for item in items] == ["Nhận biết", "Thông hiểu", "Vận dụng"]
    version = db.session.get(ItemVersion, items[2].current_version_id)
    assert [option["is_locked"] for option in version.content["options"]] == [False, False, False, True]
    assert batch.imported == 3
    assert batch.drafts == []
    assert audit.verify().problems == ()


def test_a_second_click_imports_nothing(any_app, people):
    batch = preview(people)
    accept(people, batch)
    with pytest.raises(StateConflict):
        accept(people, service.get_batch(batch.public_id))
    assert count(Item) == 3


def test_two_deciders_at_once_make_one_import(any_app, people):
    batch_id, actor, together = preview(people).public_id, actor_of(people.lecturer), Barrier(2)

    def decide(_number):
        with any_app.app_context():
            batch = service.get_batch(batch_id)
            together.wait()
            try:
                return service.accept_import(actor=actor, now=THEN, batch=batch)
            except StateConflict:
                return 0
            finally:
                db.session.remove()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(decide, range(2))) == [0, 3]
    db.session.rollback()
    assert count(Item) == 3


def test_nothing_is_half_imported(any_app, people, monkeypatch):
    batch = preview(people)
    with unit_of_work() as session:
        session.add(Topic(course_module_id=people.other_module.id, name="Chương mới", position=1))
    original = Topic.__init__

    def fails(self, *args, **values):
        original(self, *args, **values)
        raise InvalidInput("đĩa đầy")

    monkeypatch.setattr(Topic, "__init__", fails)
    with pytest.raises(InvalidInput):
        accept(people, batch)
    monkeypatch.undo()
    assert count(Item) == 0
    assert service.get_batch(batch.public_id).state == "previewed"
    assert accept(people, service.get_batch(batch.public_id)) == 3


def test_topics_are_created_only_when_that_is_wanted(any_app, people):
    accept(people, preview(people), create_topics=False, default_level=people.levels[2])
    assert [item.topic and item.topic.name for item in db.session.scalars(select(Item).order_by(Item.id))] == [
        "Chương 1", "Chương 1", None,
    ]  # fmt: skip
    assert [topic.name for topic in courses.list_topics(people.module)] == ["Chương 1", "Chương 2", "Chương 3"]


def test_a_right_to_write_in_a_bank_adds_no_topics(any_app, people):
    """Topics are the plan of the module: for its lecturers, its head and the offices."""
    bank.grant_right(
        actor=actor_of(people.head), now=clock.now(), course_module=people.module, user=people.stranger, right="write"
    )
    batch = preview(people, actor=people.stranger)
    service.accept_import(actor=actor_of(people.stranger), now=clock.now(), batch=batch, create_topics=True)
    assert [topic.name for topic in courses.list_topics(people.module)] == ["Chương 1", "Chương 2", "Chương 3"]
    assert count(Item) == 3


def test_a_retired_topic_is_brought_back(any_app, people):
    courses.retire_topic(actor=actor_of(people.lecturer), now=clock.now(), topic=people.topics[0])
    accept(people, preview(people))
    assert "Chương 1" in [topic.name for topic in courses.list_topics(people.module)]


def test_items_without_a_level_get_the_chosen_one(any_app, people):
    body = make_xlsx(
        [HEADERS, [1, "", "Siêu khó", "?", "a", "b", "c", "d", "A"], [2, "", "", "??", "a", "b", "c", "d", "A"]]
    )
    batch = preview(people, body)
    assert batch.report["counts"]["warning"] == 1
    accept(people, batch, default_level=people.levels[1])
    assert {item.level.name for item in db.session.scalars(select(Item))} == {"Thông hiểu"}


def test_only_what_has_no_warning_may_be_taken(any_app, people):
    body = make_xlsx([[*HEADERS, "Hình"], [*ROWS[0], ""], [*ROWS[1], "q2.png"]])
    assert accept(people, preview(people, body), only_clean=True) == 1


def test_refused_rows_stay_out_and_a_file_of_them_cannot_be_taken(any_app, people):
    bad = [4, "", "", "", "a", "b", "c", "d", "A"]
    assert accept(people, preview(people, make_xlsx([HEADERS, *ROWS, bad]))) == 3
    with pytest.raises(InvalidInput):
        accept(people, preview(people, make_xlsx([HEADERS, bad])))


def test_text_of_a_file_is_inert_and_pictures_keep_their_name(app, people):
    evil = "<script>alert(1)</script> <b>x</b>"
    body = make_xlsx([[*HEADERS, "Hình"], [1, "", "", evil, evil, "b", "c", "d", "A", "q1.png"]])
    accept(people, preview(people, body))
    version = db.session.scalar(select(ItemVersion))
    assert "<script" not in version.stem
    assert "&lt;b&gt;" in version.stem
    assert version.picture_name == "q1.png"


def test_the_example_of_every_kind_arrives_with_its_keys(app, people):
    table = service.example_table()
    assert accept(people, preview(people, write_xlsx(table))) == 13
    found = {}
    for item in db.session.scalars(select(Item).order_by(Item.id)):
        version = db.session.get(ItemVersion, item.current_version_id)
        found.setdefault(item.kind, version.content)
    assert set(found) == set(REGISTRY)
    assert [one["is_key"] for one in found["multiple_choice"]["options"]] == [True, False, True, False]
    assert {one["token"]: one["is_key"] for one in found["true_false"]["options"]} == {"true": True, "false": False}
    assert found["true_false_cluster"]["scoring"]["table"] == ["0", "0.1", "0.25", "0.5", "1"]


def test_true_and_false_in_reversed_order_keep_their_meaning(app, people):
    body = make_xlsx([HEADERS, [1, "", "", "Đất tròn?", "Sai", "Đúng", "", "", "B"]])
    accept(people, preview(people, body))
    options = db.session.scalar(select(ItemVersion)).content["options"]
    assert {one["token"]: one["is_key"] for one in options} == {"true": True, "false": False}
    assert {one["token"]: one["html"] for one in options} == {"true": "Đúng", "false": "Sai"}


def test_large_imports_wait_while_an_exam_is_open_on_sqlite(app, people):
    waiting = preview(people, many_rows(51))
    open_an_exam(people)
    with pytest.raises(StateConflict):
        preview(people, many_rows(51))
    with pytest.raises(StateConflict):
        accept(people, waiting)
    assert accept(people, preview(people, many_rows(50))) == 50


@pytest.mark.postgresql
def test_large_imports_do_not_wait_on_postgresql(postgresql_app, people):
    open_an_exam(people)
    assert accept(people, preview(people, many_rows(51))) == 51


def test_a_broken_file_is_an_error_with_a_reason_and_changes_nothing(app, people):
    with pytest.raises(InvalidInput) as caught:
        preview(people, b"PK\x03\x04 broken")
    assert caught.value.details["reason"] == "archive_broken"
    with pytest.raises(InvalidInput) as caught:
        preview(people, b"x" * (61 * 1024 * 1024))
    assert "61" in caught.value.message
    assert service.list_batches(actor_of(people.lecturer)) == []


def test_batches_are_listed_for_the_module_s_people_only(app, people):
    batch = preview(people)
    assert [one.id for one in service.list_batches(actor_of(people.other_lecturer))] == [batch.id]
    assert service.list_batches(actor_of(people.stranger)) == []


def test_a_discarded_batch_cannot_be_taken(any_app, people):
    batch = preview(people)
    service.discard_import(actor=actor_of(people.lecturer), now=clock.now(), batch=batch)
    with pytest.raises(StateConflict):
        accept(people, service.get_batch(batch.public_id))


def test_the_report_names_every_problem_with_its_place(app, people):
    batch = preview(people, make_xlsx([HEADERS, *ROWS, [4, "", "", "", "a", "b", "c", "d", "A"]]), "x.xlsx")
    report = service.report_for_people(batch)
    assert {name: report[name] for name in ("format", "items", "accepted", "warning", "raw", "refused")} == {
        "format": "xlsx", "items": 4, "accepted": 3, "warning": 0, "raw": 0, "refused": 1,
    }  # fmt: skip
    (problem,) = report["problems"]
    assert (problem["item"], problem["severity"], problem["code"]) == ("4", "refused", "no_stem")
    assert "5" in problem["where"]
    assert "Nội dung câu hỏi" in problem["where"]


@pytest.mark.parametrize("write", [write_xlsx, write_csv])
def test_an_exported_bank_is_imported_as_it_was(app, people, write):
    accept(people, preview(people, write_xlsx(service.example_table())))
    accept(
        people,
        preview(
            people,
            make_xlsx(
                [
                    [*HEADERS, "Hình", "Thẻ"],
                    [*ROWS[0], "=1.png", "a, b;"],
                    [9, "", "", "=1+1\nlà?\n\nĐoạn", "-a", "+b", "@c", "\\(x^2\\)", "D", "", ""],
                ]
            ),
        ),
    )

    def content(module) -> list:
        rows = []
        for item in db.session.scalars(select(Item).where(Item.course_module_id == module.id).order_by(Item.code)):
            version = db.session.get(ItemVersion, item.current_version_id)
            said = comparable(Draft(item.kind, version.stem, version.content))
            rows.append((
                item.topic and item.topic.name, item.level and item.level.name, said, sorted(tag.tag for tag in item.tags),
                item.source, version.picture_name,
            ))  # fmt: skip
        return rows

    table = service.export_items(actor=actor_of(people.lecturer), now=clock.now(), course_module=people.module)
    batch = service.preview_import(
        actor=actor_of(people.stranger),
        now=clock.now(),
        course_module=people.other_module,
        file_name="x",
        body=write(table),
    )
    service.accept_import(actor=actor_of(people.stranger), now=clock.now(), batch=batch)
    assert content(people.other_module) == content(people.module)


# --- people ---

PEOPLE = ["Mã", "Họ và tên", "Vai trò", "Ngày sinh", "Lớp"]


def preview_people(people, *rows, cohort=None):
    return service.preview_people(
        actor=actor_of(people.officer),
        now=clock.now(),
        file_name="ds.xlsx",
        body=make_xlsx([PEOPLE, *rows]),
        cohort=cohort,
    )


def accept_people(people, batch):
    return service.accept_people(actor=actor_of(people.officer), now=clock.now(), batch=batch)


def test_new_people_get_slips_once_and_are_enrolled(any_app, people):
    batch = preview_people(people, ["HV101", "Vàng Seo Chúng", "", "1980", ""], ["HV001", "Nguyễn Thị Thu Hường", "", "", ""],
                           cohort=people.cohort)  # fmt: skip
    assert batch.report | {"notices": []} == {"sheet": "Câu hỏi", "notices": [], "total": 2, "refused": 0, "new": 1}
    welcome = accept_people(people, batch)
    assert [slip.code for slip in welcome.slips] == ["HV101"]
    assert (welcome.people, welcome.enrolled) == (2, 1)
    user = db.session.scalar(select(User).where(User.username == "hv101"))
    assert user.must_change_password
    assert welcome.slips[0].password not in repr(db.session.get(PeopleBatch, batch.id).__dict__)
    assert service.get_people_batch(batch.public_id).people == []
    assert user.id in {one.user_id for one in db.session.scalars(select(Enrolment))}
    with pytest.raises(StateConflict):
        accept_people(people, service.get_people_batch(batch.public_id))


def test_rows_with_a_problem_are_left_out_and_said(any_app, people):
    batch = preview_people(
        people, ["HV101", "Một", "phi công", "", ""], ["HV102", "Hai", "", "31/02/1980", ""], ["HV103", "Ba", "", "", "K99"],
        ["HV104", "Bốn", "", "", ""], ["HV104", "Năm", "", "", ""], ["HV105", "Sáu", "", "", "K75"],
    )  # fmt: skip
    assert [bool(one["problems"]) for one in batch.people] == [True, True, True, True, True, False]
    assert all(len(service.person_problems(one)) == 1 for one in batch.people[:5])
    assert accept_people(people, batch).people == 1


def test_genders_of_a_list_are_taken_over_and_an_unreadable_one_keeps_its_row_out(any_app, people):
    def take(*rows):
        batch = service.preview_people(
            actor=actor_of(people.officer), now=clock.now(), file_name="ds.csv",
            body=make_csv([["Mã", "Họ và tên", "Giới tính"], *rows]),
        )  # fmt: skip
        problems = [service.person_problems(one) for one in batch.people]
        accept_people(people, batch)
        return problems

    problems = take(["HV101", "Vàng Seo Chúng", "Nam"], ["HV102", "Lò Thị Inh", "Nữ"], ["HV103", "Siu Thoan", "1"])
    assert [len(one) for one in problems] == [0, 0, 1]
    assert problems[2][0].startswith("1 ")
    assert take(["HV101", "Vàng Seo Chúng", ""], ["HV103", "Siu Thoan", ""]) == [[], []]
    query = select(User.username, User.gender).where(User.username.like("hv1%")).order_by(User.username)
    assert db.session.execute(query).all() == [("hv101", "male"), ("hv102", "female"), ("hv103", None)]


def test_it_creates_people_but_enrols_nobody(any_app, people):
    batch = service.preview_people(
        actor=actor_of(people.technician), now=clock.now(), file_name="x.csv",
        body=make_csv([PEOPLE, ["HV101", "Một", "", "", "K75"]]),
    )  # fmt: skip
    welcome = service.accept_people(actor=actor_of(people.technician), now=clock.now(), batch=batch)
    assert (welcome.people, welcome.enrolled) == (1, 0)


# --- mark sheets ---


def preview_marks(people, rows):
    return service.preview_marks(
        actor=actor_of(people.lecturer),
        now=clock.now(),
        offering=people.offering,
        file_name="m.xlsx",
        body=make_xlsx(rows),
    )


def downloaded(people) -> list[list]:
    table = service.components_table(people.offering)
    sheet = load_workbook(io.BytesIO(write_xlsx(table))).active
    return [[cell.value for cell in row] for row in sheet.iter_rows(min_row=3)]


def test_a_mark_sheet_goes_out_and_comes_back(any_app, people):
    rows = downloaded(people)
    names = [row[2] for row in rows[1:]]
    assert names == ["Nguyễn Thị Thu Hường", "Lò Văn Ưởng"]
    rows[1][3], rows[2][3], rows[2][4] = "8,5", 7.25, 4
    batch = preview_marks(people, rows)
    assert [(one.full_name, one.before, one.after) for one in service.show_changes(batch)] == [
        ("Nguyễn Thị Thu Hường", "", "8,5"), ("Lò Văn Ưởng", "", "7,25"), ("Lò Văn Ưởng", "0", "4"),
    ]  # fmt: skip
    assert count(ComponentMark) == 0
    assert service.accept_marks(actor=actor_of(people.lecturer), now=clock.now(), batch=batch) == 3
    assert [row[3] for row in downloaded(people)[1:]] == [8.5, 7.25]
    with pytest.raises(StateConflict):
        service.accept_marks(
            actor=actor_of(people.lecturer), now=clock.now(), batch=service.get_marks_batch(batch.public_id)
        )


def test_a_sheet_with_a_wrong_cell_is_not_stored(any_app, people):
    batch = preview_marks(people, [["Mã", "Điểm quá trình"], ["HV001", "11"], ["HV009", "5"], ["HV002", "tám"]])
    problems = service.marks_problems(batch)
    assert len(problems) == 3
    assert "11" in problems[0][2]
    with pytest.raises(InvalidInput):
        service.accept_marks(actor=actor_of(people.lecturer), now=clock.now(), batch=batch)
    assert count(ComponentMark) == 0


def test_a_cell_changed_since_the_preview_refuses_the_whole(any_app, people):
    batch = preview_marks(people, [["Mã", "Điểm quá trình"], ["HV001", "8"], ["HV002", "7"]])
    other = preview_marks(people, [["Mã", "Điểm quá trình"], ["HV001", "6"]])
    service.accept_marks(actor=actor_of(people.lecturer), now=clock.now(), batch=other)
    with pytest.raises(InvalidInput):
        service.accept_marks(
            actor=actor_of(people.lecturer), now=clock.now(), batch=service.get_marks_batch(batch.public_id)
        )
    assert count(ComponentMark) == 1
    assert service.get_marks_batch(batch.public_id).state == "previewed"


def test_a_gradebook_lists_the_class_with_its_marks(any_app, people):
    with unit_of_work() as session:
        session.add(
            ComponentMark(
                offering_id=people.offering.id,
                user_id=people.learner.id,
                component="process",
                points=8,
                entered_at=THEN,
            )
        )
    table = service.gradebook_table(people.offering)
    rows = [list(row) for row in table.rows]
    assert [row[1] for row in rows] == ["HV001", "HV002"]
    assert rows[0][4] == 8
    assert len(rows[0]) == len(table.headers) == len(table.widths)


# --- sentences ---


def test_every_code_has_a_sentence(app):
    assert set(SYNONYMS) >= {"stem", "key", "options"}
    for code, sentence in messages._FILES.items():
        values = {**dict.fromkeys(re.findall(r"%\((\w+)\)s", str(sentence)), 1), "kind": "pdf"}
        assert messages.file_message(UnreadableSheet(code, **values))
    for code, sentence in messages._PROBLEMS.items():
        values = dict.fromkeys(re.findall(r"%\((\w+)\)s", str(sentence)), 1)
        assert messages.problem_message(Problem(code, "warning", values=values))
