"""Lists of people: headers, roles, departments, dates, and what is never read."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exambank.interchange.people_sheet import read_people, tidy_birth_date
from exambank.interchange.sheet import Sheet, UnreadableSheet
from exambank.permissions import Role

DEPARTMENTS = {"XDD": "XDD", "Xây dựng Đảng": "XDD"}
COHORTS = {"K75": "K75", "Lớp K75": "K75"}


def read(*rows):
    return read_people([Sheet("Danh sách", [list(row) for row in rows])], DEPARTMENTS, COHORTS)


def codes(row) -> list[str]:
    return [problem.code for problem in row.problems]


def test_a_list_of_learners_is_read_with_their_class():
    reading = read(
        ["DANH SÁCH HỌC VIÊN"],
        ["STT", "Mã học viên", "Họ và tên", "Ngày sinh", "Đơn vị công tác", "Lớp"],
        ["1", "HV01", "Nguyễn Thị Ước", "5/3/1980", "Sở Nội vụ", "K75"],
    )
    (row,) = reading.rows
    assert (row.row, row.person.code, row.person.full_name) == (3, "HV01", "Nguyễn Thị Ước")
    assert (row.person.birth_date, row.person.unit_name, row.cohort_code) == ("05/03/1980", "Sở Nội vụ", "K75")
    assert row.person.roles == (Role.LEARNER,)
    assert reading.notices == ()


def test_family_and_given_name_in_two_columns_are_joined():
    (row,) = read(["Mã", "Họ và đệm", "Tên"], ["A1", "Lò Văn", "Ưởng"]).rows
    assert row.person.full_name == "Lò Văn Ưởng"


def test_roles_and_departments_are_known_by_their_words():
    headers = ["Mã", "Họ và tên", "Vai trò", "Khoa"]
    (row,) = read(headers, ["GV1", "Bùi Quang Huy", "giảng viên; TRƯỞNG KHOA", "xay dung dang"]).rows
    assert row.person.roles == (Role.LECTURER, Role.DEPARTMENT_HEAD)
    assert row.person.department_codes == ("XDD",)


def test_unknown_words_are_refused_by_row_and_column():
    headers = ["Mã", "Họ và tên", "Vai trò", "Khoa", "Lớp"]
    first, second = read(headers, ["A", "B", "phi công", "", ""], ["C", "D", "Học viên", "Khoa lạ", "K99"]).rows
    assert codes(first) == ["unknown_role"]
    assert codes(second) == ["unknown_department", "unknown_cohort"]
    assert [problem.column for problem in second.problems] == ["Khoa", "Lớp"]


def test_what_is_nobody_s_business_is_not_read_and_said():
    reading = read(["Mã", "Họ và tên", "Dân tộc", "Ngày vào Đảng", "Ghi chú"], ["A", "B", "Tày", "1/1/2000", "x"])
    assert reading.notices == (
        ("sensitive_columns", {"headers": "Dân tộc, Ngày vào Đảng"}),
        ("ignored_columns", {"headers": "Ghi chú"}),
    )
    assert "Tày" not in repr(reading.rows)


@pytest.mark.parametrize(
    ("typed", "tidy"),
    [("05/03/1980", "05/03/1980"), ("5-3-1980", "05/03/1980"), ("5.3.1980", "05/03/1980"), ("1980-03-05", "05/03/1980"),
     ("1980", "1980"), ("5/3/80", "5/3/80"), ("hôm qua", "hôm qua")],
)  # fmt: skip
def test_dates_are_tidied_but_never_guessed(typed, tidy):
    assert tidy_birth_date(typed) == tidy


def test_a_list_without_headers_or_people_says_so():
    with pytest.raises(UnreadableSheet) as caught:
        read(["a", "b"])
    assert caught.value.code == "no_people_header"
    with pytest.raises(UnreadableSheet) as caught:
        read(["Mã", "Họ và tên"])
    assert caught.value.code == "no_people"


@settings(max_examples=150, deadline=None)
@given(st.lists(st.lists(st.text(max_size=10), max_size=6), max_size=6))
def test_arbitrary_grids_never_break_the_parser(grid):
    try:
        read(["Mã", "Họ và tên", "Vai trò", "Khoa", "Lớp", "Ngày sinh"], *grid)
    except UnreadableSheet:
        pass
